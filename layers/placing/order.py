"""The order in which layers are read: one that names places of another comes after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter

from layers.catalogue.schema import schema_of
from layers.study.sources import LayerSource


def reading_order(layers: Sequence[LayerSource]) -> tuple[LayerSource, ...]:
    """Return layers so that each follows those whose places it names, and a generated grid the people.

    Parameters
    ----------
    layers
        Of a study that was checked: no two wait for each other.
    """
    by_id = {layer.id: layer for layer in layers}
    people = [layer.id for layer in layers if schema_of(layer.kind).frame == "demand"]
    before: Mapping[str, list[str]] = {
        layer.id: people if layer.source == "grid" else [rule.layer for rule in layer.place]
        for layer in layers
    }
    return tuple(by_id[name] for name in TopologicalSorter(before).static_order())
