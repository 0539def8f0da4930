"""The streets a map carries so that the page can search them itself, in the same milliseconds as the engine.

Positions are whole steps of 1e-7 degrees, in which OpenStreetMap writes them; a vertex that lies between them
(a cut across a square) keeps the rest in steps of 1e-12 degrees. Travel times are written as what they differ
by from the time that the length of the way suggests: the page makes the same guess with the same double
precision arithmetic, so the difference is exact and mostly fits into a byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.assessment.headline import RESIDENTS
from geo.assessment.traveller import Traveller
from geo.coordinates.crs import metric_crs
from geo.joins.barriers import Barriers
from geo.network.arrays import NO_TIME
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints
from geo.text import Text
from geo.types import Bools, Floats, Index
from maps.page.columns import both
from maps.page.packing import Pack

STEPS: Final = 10_000_000
"""Steps a degree, the precision of OpenStreetMap."""

FINE: Final = 100_000
"""Fine steps a step, for what lies between."""

CLOSED: Final = -1
"""Milliseconds of a direction that is not allowed."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class MapReach:
    """What the page needs to search the streets.

    Attributes
    ----------
    travellers
        Streets, people and places by case, in the order of the map's cases.
    barriers
        What is not crossed between a point and its street.
    max_snap_metres
        How far from a street a point may lie.
    usable
        Facilities that can be used, by case: bool [facilities].
    serves
        Where the facilities of each category of the map stand in the frame, in the order of its categories.
    groups
        What groups of people are called, by the names in the demand frame.
    people
        People counted at each demand point, by case.
    """

    travellers: tuple[Traveller, ...]
    barriers: Barriers
    max_snap_metres: float
    usable: tuple[Bools, ...]
    serves: tuple[Index, ...]
    groups: Mapping[str, Text]
    people: tuple[Floats, ...]


def pack_reach(
    pack: Pack, reach: MapReach | None, demand: pd.DataFrame | None, placed: Bools
) -> dict[str, object] | None:
    """Add the streets of every traveller to the pack; return what the page must know beside them.

    Parameters
    ----------
    placed
        Which demand points may be shown: where the few people of a named group live stays at home.
    """
    if reach is None or demand is None:
        return None
    for number, usable in enumerate(reach.usable):
        pack.rising(f"usable{number}", np.flatnonzero(usable))
    for number, positions in enumerate(reach.serves):
        pack.rising(f"serves{number}", positions)
    group, names = _groups(demand[placed], reach.groups)
    pack.whole_numbers("demand.group", group)
    different = list({id(each): each for each in reach.travellers}.values())
    networks = [
        _pack_traveller(pack, f"net{number}", traveller, placed) for number, traveller in enumerate(different)
    ]
    _pack_barriers(pack, different[0].network, reach.barriers)
    return {
        "maxSnap": reach.max_snap_metres,
        "networks": networks,
        "groups": [both(name) for name in names],
        "unplaced": [float(people[~placed].sum()) for people in reach.people],
        "case": [[t is traveller for t in different].index(True) for traveller in reach.travellers],
    }


def _groups(demand: pd.DataFrame, called: Mapping[str, Text]) -> tuple[Index, list[Text]]:
    """Return the group of each demand point by position, and what the groups are called."""
    if "group" not in demand:
        return np.zeros(len(demand), dtype=np.int64), [RESIDENTS]
    position, ids = pd.factorize(demand["group"].fillna("residents"))
    return position.astype(np.int64), [called.get(str(each), Text(str(each), str(each))) for each in ids]


def _pack_traveller(pack: Pack, name: str, traveller: Traveller, placed: Bools) -> dict[str, object]:
    network = traveller.network
    scale = _pack_shape(pack, name, network)
    _pack_times(pack, name, network, scale)
    _pack_gates(pack, name, network)
    homes, home = traveller.demand.take(np.flatnonzero(placed)).every_place()
    pack_access(pack, f"{name}.demand", network, homes, home.astype(np.int64))
    places, owner = traveller.facilities.every_place()
    pack_access(pack, f"{name}.facilities", network, places, owner.astype(np.int64))
    return {
        "profile": network.profile,
        "metresPerSecond": network.metres_per_second,
        "metresPerStep": scale.tolist(),
        "middle": _middle(network),
        "symmetric": is_symmetric(network),
        "entrances": _entrances(places),
    }


def _entrances(places: AccessPoints) -> dict[str, str]:
    """Return what access points are called that have a name, by position."""
    if places.name is None:
        return {}
    return {str(number): str(name) for number, name in enumerate(places.name) if name is not None}


def _middle(network: StreetNetwork) -> list[float]:
    """Return longitude and latitude of origin of the network's metric system."""
    west, south, east, north = network.bounds
    crs = metric_crs((west, south, east, north))
    operation = crs.coordinate_operation
    assert operation is not None
    parameters = {each.name: each.value for each in operation.params}
    return [
        float(parameters["Longitude of natural origin"]),
        float(parameters["Latitude of natural origin"]),
    ]


def steps_of(degrees: Floats) -> tuple[Index, Index]:
    """Return degrees in whole steps, and the rest in fine steps.

    Examples
    --------
    >>> [each.tolist() for each in steps_of(np.array([24.9384, 24.93840004]))]
    [[249384000, 249384000], [0, 40000]]
    """
    steps = np.rint(degrees * STEPS).astype(np.int64)
    rest = np.rint((degrees * STEPS - steps) * FINE).astype(np.int64)
    # What double precision itself adds is no rest.
    exact = steps / STEPS == degrees
    return steps, np.where(exact, 0, rest)


def is_symmetric(network: StreetNetwork) -> bool:
    """Return whether every edge takes equally long both ways, and so do the parts of it."""
    there = network.edge_forward_ms, network.vertex_forward_ms
    back = network.edge_backward_ms, network.vertex_backward_ms
    return all(np.array_equal(a, b) for a, b in zip(there, back, strict=True))


def _pack_shape(pack: Pack, name: str, network: StreetNetwork) -> Floats:
    """Add nodes, ends of edges and the vertices between them; return `metres_per_step`."""
    start, ends = network.vertex_start, np.diff(network.vertex_start)
    lon, fine_lon = steps_of(network.vertex_lon)
    lat, fine_lat = steps_of(network.vertex_lat)
    at = np.column_stack([lon, lat])
    # Edges come by source, so both ends lie near those of the edge before.
    pack.whole_numbers(f"{name}.source", np.diff(network.edge_source, prepend=0))
    pack.whole_numbers(f"{name}.target", network.edge_target - network.edge_source)
    pack.whole_numbers(f"{name}.inner", ends - 2)
    node = np.zeros((network.node_count, 2), dtype=np.int64)
    node[network.edge_source] = at[start[:-1]]
    node[network.edge_target] = at[start[1:] - 1]
    pack.positions(f"{name}.node", node)
    inner = np.ones(lon.size, dtype=np.bool_)
    inner[start[:-1]] = inner[start[1:] - 1] = False
    pack.whole_numbers(f"{name}.vertex", (at[1:] - at[:-1])[inner[1:]].ravel())
    _pack_sparse(pack, f"{name}.fineLon", fine_lon)
    _pack_sparse(pack, f"{name}.fineLat", fine_lat)
    _pack_sparse(pack, f"{name}.level", np.sign(network.vertex_level).astype(np.int64))
    flags = network.edge_private.astype(np.int64) + 2 * network.edge_scrap
    _pack_sparse(pack, f"{name}.flags", flags)
    _pack_sparse(pack, f"{name}.surface", network.edge_surface.astype(np.int64) + 1)
    return metres_per_step(int(lat.min() + lat.max()) // 2)


def metres_per_step(middle: int) -> Floats:
    """Return metres a step at a latitude in steps, as `guessed_metres` takes them.

    Lengths of a degree on the ellipsoid WGS 84, the usual series in the latitude (Snyder 1987, Map
    Projections, p. 25), and how fast each changes towards the north.

    Returns
    -------
    Floats
        East, its change a step northwards, north, its change, and the latitude itself.

    Examples
    --------
    >>> (metres_per_step(0)[[0, 2]] * 1e7).round(-1).tolist()
    [111320.0, 110570.0]
    """
    phi, step = np.radians(middle / STEPS), np.radians(1 / STEPS)
    east = 111_412.84 * np.cos(phi) - 93.5 * np.cos(3 * phi) + 0.118 * np.cos(5 * phi)
    north = 111_132.92 - 559.82 * np.cos(2 * phi) + 1.175 * np.cos(4 * phi)
    more_east = -111_412.84 * np.sin(phi) + 280.5 * np.sin(3 * phi) - 0.59 * np.sin(5 * phi)
    more_north = 1119.64 * np.sin(2 * phi) - 4.7 * np.sin(4 * phi)
    return np.array([
        east / STEPS, more_east * step / STEPS, north / STEPS, more_north * step / STEPS, float(middle)
    ])  # fmt: skip


def _pack_times(pack: Pack, name: str, network: StreetNetwork, scale: Floats) -> None:
    """Add the travel times of edges, and of the vertices along them, as differences from a guess."""
    lon, lat = steps_of(network.vertex_lon)[0], steps_of(network.vertex_lat)[0]
    along = guessed_metres(lon, lat, network.vertex_start, scale)
    whole = along[network.vertex_start[1:] - 1]
    guess = rounded(whole / network.metres_per_second * 1000.0)
    directions = [("forward", network.edge_forward_ms, network.vertex_forward_ms)]
    if not is_symmetric(network):
        directions.append(("backward", network.edge_backward_ms, network.vertex_backward_ms))
    for direction, edge_ms, vertex_ms in directions:
        open_ = edge_ms >= 0
        pack.whole_numbers(f"{name}.{direction}", np.where(open_, edge_ms - guess, 0))
        _pack_sparse(pack, f"{name}.{direction}.closed", (~open_).astype(np.int64))
        ends = np.diff(network.vertex_start)
        share = along / np.repeat(np.where(whole > 0, whole, 1.0), ends)
        suggested = rounded(share * np.repeat(np.where(open_, edge_ms, 0), ends).astype(np.float64))
        inner = np.ones(lon.size, dtype=np.bool_)
        inner[network.vertex_start[:-1]] = inner[network.vertex_start[1:] - 1] = False
        rest = np.where(np.repeat(open_, ends), vertex_ms - suggested, 0)
        pack.whole_numbers(f"{name}.{direction}.vertex", rest[inner])


def guessed_metres(lon: Index, lat: Index, start: Index, scale: Floats) -> Floats:
    """Return metres from the source of its edge to each vertex, nearly, added up in the order of vertices.

    The page does the same sums in the same order, so that both come to the same bits.
    """
    east_metres, east_more, north_metres, north_more, middle = scale
    up = (lat + np.concatenate([lat[:1], lat[:-1]])) / 2 - middle
    east = np.diff(lon, prepend=lon[:1]).astype(np.float64) * (east_metres + east_more * up)
    north = np.diff(lat, prepend=lat[:1]).astype(np.float64) * (north_metres + north_more * up)
    step = np.sqrt(east * east + north * north)
    step[start[:-1]] = 0.0
    along = np.zeros(lon.size)
    sizes = np.diff(start)
    for place in range(1, int(sizes.max(initial=0))):
        at = start[:-1][sizes > place] + place
        along[at] = along[at - 1] + step[at]
    return along


def rounded(values: Floats) -> Index:
    """Return values to the nearest whole number, halves upwards, as ``Math.floor(value + 0.5)`` does."""
    return np.floor(values + 0.5).astype(np.int64)


def _pack_gates(pack: Pack, name: str, network: StreetNetwork) -> None:
    inside = np.repeat(np.arange(network.node_count), np.diff(network.gate_start))
    pack.whole_numbers(f"{name}.gate.inside", inside)
    pack.whole_numbers(f"{name}.gate.node", network.gate_node)
    pack.whole_numbers(f"{name}.gate.leave", _or_closed(network.gate_leave_ms))
    pack.whole_numbers(f"{name}.gate.enter", _or_closed(network.gate_enter_ms))


def pack_access(pack: Pack, name: str, network: StreetNetwork, points: AccessPoints, owner: Index) -> None:
    """Add where points join the streets.

    Parameters
    ----------
    owner
        Which place each access point belongs to, in rising order; nothing is written where each has one.
    """
    if not np.array_equal(owner, np.arange(owner.size)):
        pack.rising(f"{name}.owner", owner)
    on = np.maximum(points.edge, 0)
    joined = points.edge >= 0
    pack.rising(f"{name}.edge", points.edge.astype(np.int64))
    pack.whole_numbers(f"{name}.access", np.where(joined, points.access_ms, 0))
    along = _or_closed(points.from_source_ms)
    back = _or_closed(points.to_source_ms)
    # Of the other end it is what is left of the edge, unless a direction is closed.
    left = np.where(joined, network.edge_forward_ms[on] - along, 0)
    left_back = np.where(joined, network.edge_backward_ms[on] - back, 0)
    pack.whole_numbers(f"{name}.fromSource", along)
    pack.whole_numbers(f"{name}.toSource", back - along)
    pack.whole_numbers(f"{name}.toTarget", _or_closed(points.to_target_ms) - left)
    pack.whole_numbers(f"{name}.fromTarget", _or_closed(points.from_target_ms) - left_back)


def _or_closed(milliseconds: NDArray[np.integer]) -> Index:
    return np.where(milliseconds == NO_TIME, CLOSED, milliseconds).astype(np.int64)


def _pack_sparse(pack: Pack, name: str, values: Index) -> None:
    """Add numbers of which most are zero, as where the others stand and what they are."""
    where = np.flatnonzero(values)
    pack.rising(f"{name}.at", where)
    pack.whole_numbers(f"{name}.value", values[where])


def _pack_barriers(pack: Pack, network: StreetNetwork, barriers: Barriers) -> None:
    ends = np.rint(barriers.lines.reshape(-1, 2) * STEPS).astype(np.int64)
    pack.positions("barriers.at", ends)
    pack.whole_numbers("barriers.kind", barriers.kind.astype(np.int64))
    openings = barriers.all_openings(np.column_stack([network.vertex_lon, network.vertex_lat]))
    pack.positions("barriers.openings", np.rint(openings * STEPS).astype(np.int64))
    # The first of the openings are gates, by which walled places are left.
    pack.whole_numbers("barriers.gates", np.array([len(barriers.openings)], np.int64))
