"""The columns that a layer publishes by name must be there."""

from __future__ import annotations

from dataclasses import replace

from geo.errors import Fault
from geo.text import Text
from layers.catalogue.schema import nearest_names
from layers.rows.read_layer import LoadedLayer
from layers.study.sources import LayerSource


def with_published_known(layer: LayerSource, loaded: LoadedLayer) -> LoadedLayer:
    """Return a layer, unusable where ``publish`` names what is neither a header of its file nor a role."""
    if isinstance(layer.publish, bool) or loaded.report.faults:
        return loaded
    matches = loaded.report.mapping
    headers = [*(match.header for match in matches if match.header), *loaded.report.unused]
    known = dict.fromkeys([*headers, *(match.role for match in matches), *map(str, loaded.frame.columns)])
    faults = tuple(_unknown(layer, name, headers) for name in layer.publish if name not in known)
    return replace(loaded, report=replace(loaded.report, faults=faults)) if faults else loaded


def _unknown(layer: LayerSource, name: str, headers: list[str]) -> Fault:
    near = nearest_names(name, headers) or headers
    return Fault(
        Text("`publish` names a column that the layer does not have", "publish 所列的列不存在"),
        Text("There are " + ", ".join(near), "可用：" + "、".join(near)),
        source=layer.source,
        column=name,
        code="publish",
    )
