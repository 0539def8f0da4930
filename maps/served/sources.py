"""Whose data an answer is built on: licences and attributions of its layers and of the streets."""

from __future__ import annotations

from collections.abc import Iterable

from layers.catalogue.schema import schema_of
from layers.study.model import Study
from layers.study.sources import LayerSource

_OF_FRAMES = {"facilities": ("facilities",), "isochrones": ("facilities",)}
"""Layers of results that are built on some frames alone; the others on all that is counted."""

_COUNTED = ("facilities", "demand", "grids", "areas", "land")


def sources_of(study: Study, key: str = "") -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return licences and attributions, each once: of the streets, and of the layers an answer is built on.

    Parameters
    ----------
    key
        Id of a layer of results; empty for an answer that is built on all that is counted.
    """
    frames = _OF_FRAMES.get(key, _COUNTED)
    used = [layer for layer in study.layers if schema_of(layer.kind).frame in frames]
    of_streets = key != "facilities"
    licences = [*([study.streets.licence] if of_streets else []), *(_licence(study, each) for each in used)]
    said = [*([study.streets.attribution] if of_streets else []), *map(study.attribution_of, used)]
    if of_streets and study.streets.elevation_attribution:
        said.append(study.streets.elevation_attribution)
    return _once(licences), _once(said)


def _licence(study: Study, layer: LayerSource) -> str:
    return layer.licence or study.streets.licence


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
