"""The wait at a junction that is mapped with several signals or crossings: it is paid once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from geo.types import Bools, Floats

if TYPE_CHECKING:
    from scipy import sparse

JUNCTION_METRES = 30.0
"""Signals no farther apart along the street belong to one junction (a carriageway each, a crossing each).

An assumption of this project, from no standard: two carriageways of three 3.5 m lanes with a median of some
metres are mapped under 30 m apart, and the signals of the next junction are seldom as near.
"""
_LEAST_METRES = 1e-3

Ends = npt.NDArray[np.integer]


def segment_waits(delay_seconds: Floats, source: Ends, target: Ends, metres: Floats) -> Floats:
    """Return the wait on each segment: half the wait of the junction at either end, none inside a junction.

    Parameters
    ----------
    delay_seconds
        Of each node; 0 where nobody waits.
    source, target, metres
        Of each segment.

    Examples
    --------
    Two signals 20 m apart, streets of 100 m on both sides: 30 s in all.

    >>> metres = np.array([100.0, 20.0, 100.0])
    >>> segment_waits(np.array([0.0, 30.0, 30.0, 0.0]), np.arange(3), np.arange(1, 4), metres).tolist()
    [15.0, 0.0, 15.0]
    """
    signals = np.flatnonzero(delay_seconds > 0)
    if signals.size < 2 or not source.size:
        return np.asarray((delay_seconds[source] + delay_seconds[target]) / 2)
    bridge, junction = _junctions(signals, delay_seconds.size, source, target, metres)
    most = np.zeros(delay_seconds.size)
    np.maximum.at(most, junction, delay_seconds)
    wait = most[junction]
    inside = bridge & (junction[source] == junction[target])
    return np.asarray(np.where(inside, 0.0, (wait[source] + wait[target]) / 2))


def _junctions(
    signals: Ends, count: int, source: Ends, target: Ends, metres: Floats
) -> tuple[Bools, npt.NDArray[np.int64]]:
    """Return the segments between signals of one junction, and the junction of each node."""
    from scipy import sparse
    from scipy.sparse import csgraph

    length = np.maximum(metres, _LEAST_METRES)
    graph = _shortest(count, source, target, length)
    away, before, nearest = csgraph.dijkstra(
        graph, directed=False, indices=signals, min_only=True, limit=JUNCTION_METRES, return_predecessors=True
    )
    through = away[source] + length + away[target]
    joins = (through <= JUNCTION_METRES) & (nearest[source] != nearest[target])
    member = np.zeros(count, bool)
    at = np.unique(np.concatenate([source[joins], target[joins]]))
    while at.size:
        member[at] = True
        at = np.unique(before[at])
        at = at[(at >= 0)]
        at = at[~member[at]]
    on_the_way = member[source] & member[target]
    tree = on_the_way & ((before[source] == target) | (before[target] == source))
    bridge = joins | tree
    links = sparse.coo_array(
        (np.ones(int(bridge.sum())), (source[bridge], target[bridge])), shape=(count, count)
    )
    _, junction = csgraph.connected_components(links, directed=False)
    return bridge, junction.astype(np.int64)


def _shortest(count: int, source: Ends, target: Ends, length: Floats) -> sparse.csr_array:
    """Return the segments as a graph, of parallel ones the shortest."""
    from scipy import sparse

    low, high = np.minimum(source, target), np.maximum(source, target)
    order = np.lexsort((length, high, low))
    first = np.ones(order.size, bool)
    first[1:] = (low[order][1:] != low[order][:-1]) | (high[order][1:] != high[order][:-1])
    kept = order[first]
    return sparse.csr_array((length[kept], (low[kept], high[kept])), shape=(count, count))
