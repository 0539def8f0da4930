"""What is not walked across, from an extract: water, railways, walls, motorways, and where they are open."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely
from osmium.filter import TagFilter

from geo.joins.barriers import Barriers
from geo.joins.doubt import Doubt
from geo.types import Floats
from layers.osm.scan import Element, as_line, geometries, scan

_WALLS = ("wall", "fence", "city_wall", "retaining_wall", "hedge", "guard_rail", "jersey_barrier")
_STEEP = ("cliff", "earth_bank")
_RAILS = ("rail", "light_rail", "subway", "narrow_gauge")
"""Trams are left out: they run in streets, and are crossed anywhere."""
_WATERWAYS = ("river", "canal")
"""Streams, ditches and drains are stepped over, or mapped as areas where they are wide."""
_MOTOR_ROADS = ("motorway", "motorway_link", "trunk", "trunk_link")
_OPENINGS = (
    "gate", "lift_gate", "swing_gate", "sliding_gate", "wicket_gate", "hampshire_gate", "kissing_gate",
    "stile", "turnstile", "full-height_turnstile", "entrance", "bollard", "block", "chain", "cycle_barrier",
    "cattle_grid", "toll_booth", "border_control", "sally_port", "coupure",
)  # fmt: skip
_CROSSINGS = ("level_crossing", "crossing")
_WATER = {
    "natural": ("water",),
    "waterway": ("riverbank", "dock"),
    "landuse": ("reservoir", "basin"),
    "water": ("river", "lake", "pond", "canal", "reservoir", "basin", "harbour", "lagoon", "moat"),
}
_ON_FOOT = frozenset({"yes", "designated", "permissive", "destination", "customers", "official", "public"})

_WANTED = (
    *(("barrier", value) for value in (*_WALLS, *_OPENINGS)),
    *(("natural", value) for value in _STEEP),
    *(("railway", value) for value in (*_RAILS, *_CROSSINGS)),
    *(("highway", value) for value in _MOTOR_ROADS),
    *(("waterway", value) for value in _WATERWAYS),
    *((key, value) for key, values in _WATER.items() for value in values),
    ("natural", "coastline"),
)


def read_barriers(extract: Path) -> Barriers:
    """Read what is not walked across, in one pass over an extract.

    Water counts by its shores, also the sea by the coastline; rivers and canals also where only their line
    is mapped. What lies in a tunnel or on a bridge, and water under a cover, is walked over or under. A gate
    opens a wall unless its tags let nobody through on foot.

    Parameters
    ----------
    extract
        ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2``.

    Raises
    ------
    InputError
        Where the extract is absent, damaged or of another kind.
    """
    kinds: list[Doubt] = []
    shapes: list[Element] = []
    gates: list[Element] = []
    for element in scan(extract, TagFilter(*_WANTED)):
        if element.osm_id.startswith("n"):
            if is_opening(element.tags):
                gates.append(element)
        elif (kind := barrier_of(element.tags, closed=element.closed)) is not None:
            shapes.append(element)
            kinds.append(kind)
    lines = np.array([as_line(shape) for shape in geometries([each.shape for each in shapes])], dtype=object)
    pieces, owner = _pieces(lines)
    openings = shapely.get_coordinates(geometries([gate.shape for gate in gates]))
    return Barriers(lines=pieces, kind=np.array(kinds, np.uint16)[owner], openings=openings.reshape(-1, 2))


def barrier_of(tags: Mapping[str, str], *, closed: bool = False) -> Doubt | None:
    """Return as what a way or an area stands in the way; None where it does not.

    Examples
    --------
    >>> barrier_of({"barrier": "fence"}), barrier_of({"railway": "rail", "bridge": "yes"})
    (<Doubt.WALL: 2>, None)
    """
    if tags.get("barrier") in _WALLS or tags.get("natural") in _STEEP:
        return Doubt.WALL
    if _over_or_under(tags):
        return None
    if tags.get("highway") in _MOTOR_ROADS:
        return None if _walked(tags) else Doubt.MOTORWAY
    if tags.get("railway") in _RAILS:
        # Subways often say below what they lie, and not that it is a tunnel.
        return None if tags.get("layer", "").startswith("-") else Doubt.RAILWAY
    if tags.get("natural") == "coastline":
        return Doubt.WATER
    if tags.get("intermittent") == "yes" or tags.get("covered") == "yes":
        return None
    lies = tags.get("waterway") in _WATERWAYS or (
        closed and any(tags.get(key) in values for key, values in _WATER.items())
    )
    return Doubt.WATER if lies else None


def is_opening(tags: Mapping[str, str]) -> bool:
    """Tell whether a node lets people through a wall or over a railway, were it only those who live there.

    Examples
    --------
    >>> is_opening({"barrier": "gate", "access": "private"}), is_opening({"barrier": "gate", "foot": "no"})
    (True, False)
    """
    if tags.get("barrier") not in _OPENINGS and tags.get("railway") not in _CROSSINGS:
        return False
    return tags.get("foot", tags.get("access", "yes")) != "no"


def _over_or_under(tags: Mapping[str, str]) -> bool:
    return (
        tags.get("tunnel", "no") != "no"
        or tags.get("bridge", "no") != "no"
        or tags.get("location") in ("underground", "overhead")
    )


def _walked(tags: Mapping[str, str]) -> bool:
    """Tell whether people walk along a motorway or trunk road, and so cross it too."""
    if tags.get("foot") in _ON_FOOT:
        return True
    if (
        tags.get("foot") is not None
        or tags["highway"].startswith("motorway")
        or tags.get("motorroad") == "yes"
    ):
        return False
    return tags.get("access", "yes") not in ("no", "private")


def _pieces(lines: npt.NDArray[np.object_]) -> tuple[Floats, npt.NDArray[np.intp]]:
    """Return the straight pieces of lines, both ends in a row, and whose they are."""
    parts, of_line = shapely.get_parts(lines, return_index=True)
    at, part = shapely.get_coordinates(parts, return_index=True)
    inside = np.flatnonzero(part[1:] == part[:-1]) if len(part) else np.empty(0, np.intp)
    return np.hstack([at[inside], at[inside + 1]]), of_line[part[inside]]
