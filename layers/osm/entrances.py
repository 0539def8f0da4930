"""Entrances and gates of an extract: the nodes at which areas and buildings are entered on foot."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from osmium.filter import KeyFilter

from geo.errors import InputError
from geo.network.areas import Entrances, no_entrances
from layers.osm.scan import geometries, pick_name, scan

_GATES = frozenset(
    {"gate", "lift_gate", "swing_gate", "sliding_gate", "wicket_gate", "kissing_gate", "turnstile",
     "full-height_turnstile", "entrance"}
)  # fmt: skip
_NOT_FOR_VISITORS = frozenset({"no", "emergency", "service", "exit", "garage", "staircase"})
"""Values of ``entrance`` by which nobody comes in who visits."""
_CLOSED = frozenset({"no", "private", "emergency", "employees"})


def read_entrances(extract: Path, *, language: str = "") -> Entrances:
    """Read the entrances and gates that visitors may use; none where the extract cannot be read.

    Parameters
    ----------
    extract
        ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2``.
    language
        Of the names, as `layers.osm.features.read_features` takes it.
    """
    try:
        found = [
            element
            for element in scan(extract, KeyFilter("entrance", "barrier"))
            if element.osm_id.startswith("n") and lets_visitors_in(element.tags)
        ]
    except InputError:
        return no_entrances()
    names = [pick_name(element.tags, language) or element.tags.get("ref") for element in found]
    return Entrances(
        points=geometries([element.shape for element in found]),
        name=np.array([*names, None], dtype=object)[:-1],
        owner=np.full(len(found), None, dtype=object),
    )


def lets_visitors_in(tags: Mapping[str, str]) -> bool:
    """Tell whether a node is an entrance or gate by which visitors come in.

    Examples
    --------
    >>> lets_visitors_in({"entrance": "main"}), lets_visitors_in({"barrier": "gate", "access": "private"})
    (True, False)
    """
    door = tags.get("entrance")
    if (door is None or door in _NOT_FOR_VISITORS) and tags.get("barrier") not in _GATES:
        return False
    return tags.get("foot", tags.get("access", "yes")) not in _CLOSED and tags.get("locked") != "yes"
