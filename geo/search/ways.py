"""How long the quickest ways to the nearest places are, in metres along the streets.

Time and length of a way differ where somebody waits at a signal, climbs stairs or rides a faster street;
whether a way is a detour is a question of its length.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.limits import MILLISECONDS_PER_SECOND
from geo.network.arrays import NO_TIME
from geo.network.network import StreetNetwork
from geo.network.snap import AccessPoints
from geo.search import _places, _ways
from geo.search._engine import places_of
from geo.types import Floats, Index

_MILLIMETRES = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The quickest ways from each point to its nearest places.

    Attributes
    ----------
    seconds, index
        float64 and int64 [points, k]: as of `geo.search.reach.nearest`, ``inf`` and -1 where there are fewer.
    metres
        float64 [points, k]: length of each of these ways, the walks between points and streets included;
        ``inf`` where there are fewer. Of equally quick ways to a place it is the shortest.
    """

    seconds: Floats
    metres: Floats
    index: Index


def nearest_ways(
    network: StreetNetwork, points: AccessPoints, facilities: AccessPoints, *, k: int = 1
) -> Ways:
    """Return the `k` nearest facilities of each point by travel time, with the lengths of the ways.

    Parameters
    ----------
    points, facilities
        Places made by `geo.network.snap.snap`.

    Examples
    --------
    >>> from geo.network.toys import line
    >>> from geo.network.snap import at_nodes
    >>> street = line([100, 300])
    >>> west = at_nodes(street, [int(street.node_lon.argmin())])
    >>> east = at_nodes(street, [int(street.node_lon.argmax())])
    >>> nearest_ways(street, west, east).metres.round().tolist()
    [[400.0]]
    """
    edge_mm = _in_millimetres(network.edge_metres)
    labels = _ways.quickest_ways(_inward_arcs(network, edge_mm), _seeds(network, edge_mm, facilities), k)
    shape = (len(points), k)
    found = _ways.Labels(
        ms=np.full(shape, NO_TIME, np.int64),
        millimetres=np.zeros(shape, np.int64),
        place=np.full(shape, -1, np.int64),
    )
    goals = places_of(network, facilities)
    on_edges = _places.group_by_edge(network.edge_count, goals.edge)
    _ways.ways_at_points(
        labels,
        (network.edge_source, network.edge_target),
        edge_mm,
        places_of(network, points),
        _in_millimetres(points.every_place()[0].snap_metres),
        goals,
        _in_millimetres(facilities.every_place()[0].snap_metres),
        (on_edges.start, on_edges.place),
        found,
    )
    known = found.place >= 0
    return Ways(
        seconds=np.where(known, found.ms / MILLISECONDS_PER_SECOND, np.inf),
        metres=np.where(known, found.millimetres / _MILLIMETRES, np.inf),
        index=found.place,
    )


def _in_millimetres(metres: Floats) -> Index:
    """Return lengths in whole millimetres; those of what is not joined, which are infinite, as nothing."""
    return np.rint(np.where(np.isfinite(metres), metres, 0.0) * _MILLIMETRES).astype(np.int64)


def _seeds(network: StreetNetwork, edge_mm: Index, facilities: AccessPoints) -> _ways.Seeds:
    """Return the junctions from which facilities are entered."""
    every, owner = facilities.every_place()
    walk = _in_millimetres(every.snap_metres)
    along = _in_millimetres(every.edge_metres)
    parts = []
    ends = ((network.edge_source, every.from_source_ms), (network.edge_target, every.from_target_ms))
    for end, from_end in ends:
        rows = np.flatnonzero((every.edge >= 0) & (from_end != NO_TIME))
        edge = every.edge[rows]
        length = along[rows] if end is network.edge_source else edge_mm[edge] - along[rows]
        parts.append((end[edge], from_end[rows] + every.access_ms[rows], length + walk[rows], owner[rows]))
    node, ms, millimetres, place = (
        np.concatenate(column).astype(np.int64) for column in zip(*parts, strict=True)
    )
    return _ways.Seeds(node=node, ms=ms, millimetres=millimetres, place=place)


def _inward_arcs(network: StreetNetwork, edge_mm: Index) -> _ways.InwardArcs:
    """Return the streets by the junction they enter, and the gates of estates by state."""
    inward, nodes = network.inward, network.node_count
    inner = np.repeat(np.arange(nodes), np.diff(network.gate_start))
    leaves, enters = (np.flatnonzero(ms == 0) for ms in (network.gate_leave_ms, network.gate_enter_ms))
    # Backwards: out of the estate that is entered in the end, and into the one left in the beginning.
    before = np.concatenate([inner[enters], network.gate_node[leaves]])
    after = np.concatenate([network.gate_node[enters], nodes + inner[leaves]]).astype(np.int64)
    order = np.argsort(before, kind="stable")
    return _ways.InwardArcs(
        start=inward.start,
        tail=inward.head,
        ms=inward.milliseconds,
        millimetres=edge_mm[inward.edge],
        door_start=np.searchsorted(before[order], np.arange(2 * nodes + 1)).astype(np.int64),
        door=after[order],
    )
