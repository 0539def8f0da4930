"""Entrances and gates of an extract: the nodes at which areas and buildings are entered on foot."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely
from osmium.filter import KeyFilter

from geo.errors import InputError
from geo.network.entrances import Entrances, no_entrances
from layers.osm.scan import geometries, pick_name, scan

_GATES = frozenset(
    {"gate", "lift_gate", "swing_gate", "sliding_gate", "wicket_gate", "kissing_gate", "turnstile",
     "full-height_turnstile", "entrance"}
)  # fmt: skip
_NOBODYS = frozenset({"no", "emergency"})
_NOT_FOR_VISITORS = frozenset({"no", "emergency", "service", "exit", "garage", "staircase"})
"""Values of ``entrance`` by which nobody comes in who visits."""
_SHUT = frozenset({"no", "emergency", "employees"})
_CLOSED = _SHUT | {"private"}
_WITHOUT_WALLS = frozenset({"no", "roof", "carport", "canopy"})
_POLYGON = 3
_ON_OUTLINE_DEGREES = 1e-6
"""An entrance is a node of the outline of its building: some centimetres are for rounding alone."""


def read_entrances(extract: Path, *, language: str = "") -> Entrances:
    """Read the entrances and gates that people use; none where the extract cannot be read.

    Those that visitors may not use are private: people who live inside come and go by them.

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
            if element.osm_id.startswith("n") and lets_residents_in(element.tags)
        ]
    except InputError:
        return no_entrances()
    names = [pick_name(element.tags, language) or element.tags.get("ref") for element in found]
    return Entrances(
        points=geometries([element.shape for element in found]),
        name=np.array([*names, None], dtype=object)[:-1],
        owner=np.full(len(found), None, dtype=object),
        private=np.array([not lets_visitors_in(element.tags) for element in found], np.bool_),
    )


def read_entered_buildings(extract: Path) -> npt.NDArray[np.object_]:
    """Read the buildings of an extract on whose outline an entrance lies, as polygons in WGS84.

    Raises
    ------
    InputError
        Where the extract is absent or damaged.
    """
    doors = [each.shape for each in scan(extract, KeyFilter("entrance")) if lets_residents_in(each.tags)]
    if not doors:
        return np.empty(0, dtype=object)
    found = [each for each in scan(extract, KeyFilter("building")) if each.closed]
    walled = [each.shape for each in found if each.tags["building"] not in _WITHOUT_WALLS]
    shapes = shapely.get_parts(shapely.make_valid(geometries(walled)))
    shapes = shapes[shapely.get_type_id(shapes) == _POLYGON]
    _, entered = shapely.STRtree(shapely.boundary(shapes)).query(
        geometries(doors), predicate="dwithin", distance=_ON_OUTLINE_DEGREES
    )
    return shapes[np.unique(entered)]


def lets_residents_in(tags: Mapping[str, str]) -> bool:
    """Tell whether a node is an entrance or gate by which those come and go who live behind it.

    Examples
    --------
    >>> lets_residents_in({"entrance": "staircase"}), lets_residents_in({"barrier": "gate", "locked": "yes"})
    (True, False)
    """
    door = tags.get("entrance")
    if (door is None or door in _NOBODYS) and tags.get("barrier") not in _GATES:
        return False
    return tags.get("foot", tags.get("access", "yes")) not in _SHUT and tags.get("locked") != "yes"


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
