"""What is wrong with ``place`` of the layers: places of layers that are not there, have none, or wait."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from geo.errors import Fault
from geo.text import Text
from layers.catalogue.schema import kinds, nearest_names, schema_of

Row = Mapping[str, Any]


def place_faults(layers: Sequence[Row]) -> Iterator[Fault]:
    """Yield every fault in what the layers of a study say about places of other layers.

    Parameters
    ----------
    layers
        The tables ``[[layer]]`` as parsed.
    """
    by_id = {str(layer.get("id")): layer for layer in layers}
    before: dict[str, list[str]] = {}
    for number, layer in enumerate(layers, start=1):
        own = str(layer.get("id"))
        for rule in _rules(layer):
            named = str(rule.get("layer"))
            fault = _fault(by_id, own, named, f"layer[{number}].place.layer")
            if fault is not None:
                yield fault
            else:
                before.setdefault(own, []).append(named)
    people = [name for name, layer in by_id.items() if layer.get("kind") == "demand"]
    grids = {name: people for name, layer in by_id.items() if layer.get("source") == "grid"}
    try:
        TopologicalSorter({**before, **grids}).prepare()
    except CycleError as error:
        around = list(dict.fromkeys(error.args[1]))
        what = Text(
            "these layers wait for each other's places (a generated grid waits for the people)",
            "这些图层互相等待落位（自动生成的网格须待人口数据读入）",
        )
        fix = Text("Give one of them coordinates", "请为其中之一填写坐标")
        yield Fault(what, fix, source="layer.place", value=", ".join(sorted(around)), code="study")


def _rules(layer: Row) -> list[Row]:
    rules = layer.get("place")
    rules = [rules] if isinstance(rules, dict) else rules
    named = rules if isinstance(rules, list) else []
    return [rule for rule in named if isinstance(rule, dict) and isinstance(rule.get("layer"), str)]


def _fault(by_id: Mapping[str, Row], own: str, named: str, source: str) -> Fault | None:
    if named not in by_id:
        near = nearest_names(named, by_id) or tuple(by_id)
        what = Text("there is no such layer", "没有该图层")
        fix = Text(f"Layers: {', '.join(near)}", f"可用图层：{'、'.join(near)}")
        return Fault(what, fix, source=source, value=named, code="study")
    kind = by_id[named].get("kind")
    ledger = kind in kinds() and schema_of(str(kind)).ledger
    if named == own or ledger:
        what = Text("its rows have no places of their own", "该图层自身没有点位")
        fix = Text("Name a layer of buildings, stations, grids ...", "请改用楼栋、服务站点、网格等图层")
        return Fault(what, fix, source=source, value=named, code="study")
    return None
