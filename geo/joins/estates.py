"""Private streets: left by those who live there, entered by those who go there, passed through by nobody.

Private streets that hang together are an estate. An estate that meets the open streets in one place is
part of the network like any other street: it leads nowhere else. One that meets them in more places is
kept apart from them, and the network holds, for each of its nodes, how long it takes to and from each
of these places along the estate's own streets (`gate_rows`). Searches use these times where they begin
and where they end, and nowhere between: so nobody passes through, and times in both directions stay
equal where they were.

Streets that anybody may use, but that are reached by private streets and private gates alone, belong to
the estate around them (`ESTATE_METRES`, `ESTATE_SHARE`).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from geo.types import Array, Bools, Floats, Index, Index32

ESTATE_METRES = 10_000.0
ESTATE_SHARE = 0.25
"""Open streets behind private ones are part of an estate up to this length, and this share of the streets
outside; longer ones are a quarter of their own, to which no way is known."""

_NO_TIME = int(np.iinfo(np.int32).max)


@dataclass(frozen=True, kw_only=True)
class Parted:
    """Segments whose estates are kept apart from the open streets.

    Attributes
    ----------
    source, target
        The ends of each segment; nodes from `node_count` on are copies.
    copies
        Which node each further node is a copy of.
    private
        Which segments belong to an estate.
    gates
        Rows of a node of an estate and the node of the open streets at the same place.
    kept
        Nodes at which an estate begins.
    """

    source: Index32
    target: Index32
    copies: Index32
    private: Bools
    gates: Index32
    kept: Index32


def part_estates(
    node_count: int,
    source: Index32,
    target: Index32,
    *,
    metres: Floats,
    private: Bools,
    gate: Bools,
    surface: Index32 | None = None,
) -> Parted:
    """Keep private streets apart from open ones, where they could be passed through.

    Parameters
    ----------
    node_count
        Number of nodes.
    source, target, metres, private
        The ends and length of each segment, and whether it is private.
    gate
        Whether a node is a closed private gate: it parts the open streets, and is passed from inside.
    surface
        The square that each segment belongs to, -1 for none: a gate at its edge does not part it.
    """
    count = source.size
    ends = np.concatenate([source, target]).astype(np.int64)
    if not (private.any() or gate.any()):
        none = np.empty(0, np.int32)
        return Parted(
            source=source, target=target, copies=none, private=private, gates=none.reshape(-1, 2), kept=none
        )
    owner = np.arange(2 * count) if surface is None else _owners(np.tile(surface, 2))
    private = private | _inside(node_count, ends, metres, private, gate, owner)
    of_estate = np.tile(private, 2)
    # Open streets end at a closed gate, each with an end of its own.
    shut = np.flatnonzero(~of_estate & gate[ends])
    at_gate, copy = _copies(ends[shut], owner[shut])
    ends[shut] = node_count + copy
    nodes = node_count + at_gate.size
    outside = np.zeros(nodes, bool)
    outside[ends[~of_estate]] = True
    meeting = np.flatnonzero(of_estate & outside[ends])
    estate = _estates(nodes, ends, meeting, private)

    by_node = np.full(nodes, -1, np.int64)
    within = np.flatnonzero(of_estate & ~outside[ends])
    by_node[ends[within]] = estate[within]
    gated = np.flatnonzero(by_node[at_gate] >= 0)
    places = np.unique(
        np.concatenate([
            np.column_stack([estate[meeting], ends[meeting], ends[meeting]]),
            np.column_stack([by_node[at_gate[gated]], node_count + gated, at_gate[gated]]),
        ]),
        axis=0,
    )  # fmt: skip
    times_met = np.bincount(places[:, 0], minlength=1)
    alone = places[times_met[places[:, 0]] == 1]
    many = places[times_met[places[:, 0]] > 1]

    merged = np.arange(nodes)
    merged[alone[:, 1]] = alone[:, 2]
    ends = merged[ends]
    parted = meeting[times_met[estate[meeting]] > 1]
    outer, copy = _copies(ends[parted], estate[parted])
    ends[parted] = nodes + copy
    gates = np.concatenate([
        np.column_stack([nodes + np.arange(outer.size), outer]),
        many[many[:, 1] != many[:, 2]][:, [2, 1]],
    ]).astype(np.int32)  # fmt: skip
    return Parted(
        source=ends[:count].astype(np.int32),
        target=ends[count:].astype(np.int32),
        copies=np.concatenate([at_gate, outer]).astype(np.int32),
        private=private,
        gates=gates,
        kept=np.unique(np.concatenate([gates.ravel(), alone[:, 2]])).astype(np.int32),
    )


def _owners(surface: Index) -> Index:
    """Return whom each end belongs to: its square, else nobody but itself."""
    return np.where(surface >= 0, surface, -1 - np.arange(surface.size))


def _copies(node: Index, owner: Index) -> tuple[Index, Index]:
    """Return the nodes to be copied, one for each owner, and which copy each end takes."""
    held, copy = np.unique(np.column_stack([node, owner]), axis=0, return_inverse=True)
    return held[:, 0], copy.ravel()


def _inside(node_count: int, ends: Index, metres: Floats, private: Bools, gate: Bools, owner: Index) -> Bools:
    """Tell which open streets are reached by private ones alone, and are few beside those outside."""
    count = private.size
    whole = components(node_count, ends[:count], ends[count:])
    parted = ends.copy()
    shut = np.flatnonzero(np.tile(~private, 2) & gate[ends])
    copied, copy = _copies(ends[shut], owner[shut])
    parted[shut] = node_count + copy
    some = np.flatnonzero(~private)
    quarter = components(node_count + copied.size, parted[some], parted[count + some])[parted[some]]
    length = np.bincount(quarter, weights=metres[some], minlength=1)
    around = np.zeros(length.size, np.int64)
    around[quarter] = whole[ends[some]]
    longest = np.zeros(int(whole.max(initial=0)) + 1)
    np.maximum.at(longest, around, length)
    few = (length < ESTATE_METRES) & (length < ESTATE_SHARE * longest[around])
    inside = np.zeros(count, bool)
    inside[some] = few[quarter]
    return inside


def _estates(nodes: int, ends: Index, meeting: npt.NDArray[np.intp], private: Bools) -> Index:
    """Return the estate of each end of a private segment; estates do not hang together by open streets."""
    count = private.size
    apart = ends.copy()
    apart[meeting] = nodes + np.arange(meeting.size)
    some = np.flatnonzero(private)
    label = components(nodes + meeting.size, apart[some], apart[count + some])
    estate = np.full(count, -1, np.int64)
    _, estate[some] = np.unique(label[apart[some]], return_inverse=True)
    return np.tile(estate, 2)


@njit(cache=True, nogil=True)
def components(count: int, one: Array, other: Array) -> Array:
    """Return a number for each of `count` nodes, the same for those that pairs connect: the least of them."""
    root = np.arange(count)
    for i in range(one.size):
        a, b = one[i], other[i]
        while root[a] != a:
            root[a] = root[root[a]]
            a = root[a]
        while root[b] != b:
            root[b] = root[root[b]]
            b = root[b]
        if a < b:
            root[b] = a
        else:
            root[a] = b
    for n in range(count):
        root[n] = root[root[n]]
    return root


@dataclass(frozen=True, kw_only=True)
class GateRows:
    """For each node of an estate, the places where the estate meets the open streets, in compressed rows.

    Attributes
    ----------
    start
        The rows of node ``n`` are ``start[n]:start[n + 1]``.
    node
        The node of the open streets.
    leave_ms, enter_ms
        Time from node ``n`` to that place along the estate's own streets, and back; the greatest int32 where
        there is no way.
    """

    start: Index32
    node: Index32
    leave_ms: Index32
    enter_ms: Index32


Arcs = tuple[Index, Index32, Index32]
"""Start, head and milliseconds of arcs by the node they leave."""


def gate_rows(node_count: int, gates: Index32, outward: Arcs, inward: Arcs) -> GateRows:
    """Return how long it takes within estates between their nodes and the open streets.

    Parameters
    ----------
    gates
        Rows of a node of an estate and a node of the open streets, at the same place.
    outward, inward
        The arcs of the network as travelled, and turned round. None leads out of an estate.
    """
    found: dict[tuple[int, int], list[int]] = {}
    for inner, outer in gates.tolist():
        for side, arcs in ((0, inward), (1, outward)):
            for node, ms in _times_from(inner, arcs).items():
                times = found.setdefault((node, outer), [_NO_TIME, _NO_TIME])
                times[side] = min(times[side], ms)
    rows = np.array([(*key, *found[key]) for key in sorted(found)], np.int64).reshape(-1, 4)
    start = np.searchsorted(rows[:, 0], np.arange(node_count + 1)).astype(np.int32)
    outside, leave, enter = (np.ascontiguousarray(rows[:, i]).astype(np.int32) for i in (1, 2, 3))
    return GateRows(start=start, node=outside, leave_ms=leave, enter_ms=enter)


def _times_from(seed: int, arcs: Arcs) -> dict[int, int]:
    """Return the time from a node to every node it leads to (Dijkstra's algorithm; estates are small)."""
    start, head, milliseconds = arcs
    times: dict[int, int] = {}
    queue = [(0, seed)]
    while queue:
        ms, node = heapq.heappop(queue)
        if node in times:
            continue
        times[node] = ms
        for a in range(int(start[node]), int(start[node + 1])):
            if int(head[a]) not in times:
                heapq.heappush(queue, (ms + int(milliseconds[a]), int(head[a])))
    return times
