"""Whether there is room: people assigned to the facilities they reach, as far as capacity goes.

Up to `MOST_PAIRS_TO_ASSIGN` pairs the transportation problem (Hitchcock 1941) is solved by HiGHS: as many
people as there is room for, on the shortest way in all. Beyond it as many people are served by a maximum
flow (`scipy.sparse.csgraph.maximum_flow`), found in `BANDS` steps of travel time: who is served by a nearer
place stays served while those who reach only farther ones are added. The number served is the same by both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import optimize, sparse
from scipy.sparse.csgraph import maximum_flow

from geo.given import Column, amounts
from geo.limits import minutes_to_seconds, within
from geo.text import Text
from geo.types import Bools, Floats, Index

MOST_PAIRS_TO_ASSIGN = 50_000
"""Pairs of a demand point and a facility above which the linear programme takes more than a second or two."""

BANDS = 4
"""Steps of travel time in which a maximum flow is found."""

Method = Literal["transport", "flow"]
METHODS: dict[Method, Text] = {
    "transport": Text(
        "transportation problem solved exactly (HiGHS): as many as there is room for, on the shortest way",
        "运输问题精确求解（HiGHS）：在容量允许的范围内服务人数最多、总出行时间最短",
    ),
    "flow": Text(
        "maximum flow (SciPy): the number served is exact; who is served follows the nearer "
        "quarter of the time limit first",
        "最大流精确求解（SciPy）：服务人数为精确值；具体由谁占用容量按出行时间由近及远分四段确定",
    ),
}
"""How people were assigned, by `Assignment.method`."""

_MOST_FLOW = np.iinfo(np.int32).max
_PARTS_OF_A_PERSON = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Who is served where.

    Attributes
    ----------
    served
        CSR [demand, facilities] of people.
    unserved
        float64 [demand]: people who reach a facility within the limit and find no room at any.
    load
        float64 [facilities]: people assigned to each.
    reached
        bool [demand]: who reaches any facility within the limit.
    method
        How it was found; both give the greatest number of people.
    """

    served: sparse.csr_array
    unserved: Floats
    load: Floats
    reached: Bools
    method: Method


def assign(seconds: sparse.csr_array, capacity: Column, people: Column, *, minutes: float) -> Assignment:
    """Assign people to facilities within `minutes`: as many as there is room for, then the nearest.

    Parameters
    ----------
    seconds
        CSR [demand, facilities] of travel times; what it does not hold was not reached.
    capacity
        People each facility has room for; missing or infinite where there is no limit.

    Raises
    ------
    InputError
        When a capacity or a number of people is negative, people are missing, or lengths do not fit.

    Examples
    --------
    Nobody of the first place reaches the second facility, so the second place leaves room for them:

    >>> times = sparse.csr_array(np.array([[60.0, 0.0], [60.0, 120.0]]))
    >>> assign(times, np.array([5.0, 4.0]), np.array([5.0, 8.0]), minutes=5).load.tolist()
    [5.0, 4.0]
    """
    capacity = amounts("capacity", capacity, count=seconds.shape[1], unlimited=True)
    people = amounts("people", people, count=seconds.shape[0])
    rows = np.repeat(np.arange(seconds.shape[0]), np.diff(seconds.indptr))
    near = within(np.asarray(seconds.data, dtype=np.float64), minutes_to_seconds(minutes))
    near &= people[rows] > 0
    rows, columns = rows[near], np.asarray(seconds.indices)[near]
    method: Method = "transport" if len(rows) <= MOST_PAIRS_TO_ASSIGN else "flow"
    solve = _solve if method == "transport" else _flow
    amount = solve(rows, columns, np.asarray(seconds.data)[near], _room(capacity, people), people)
    served = sparse.csr_array((amount, (rows, columns)), shape=seconds.shape)
    reached = np.bincount(rows, minlength=len(people)) > 0
    placed = np.bincount(rows, weights=amount, minlength=len(people))
    unserved = np.where(reached, np.clip(people - placed, 0.0, people), 0.0)
    load = np.bincount(columns, weights=amount, minlength=seconds.shape[1])
    return Assignment(
        served=served,
        unserved=_swept(unserved, people),
        load=np.asarray(load, dtype=np.float64),
        reached=reached,
        method=method,
    )


def _solve(rows: Index, columns: Index, seconds: Floats, room: Floats, people: Floats) -> Floats:
    size = len(rows)
    if not size:
        return np.zeros(0)
    ones, at = np.ones(size), np.arange(size)
    by_point = sparse.csr_array((ones, (rows, at)), shape=(len(people), size))
    by_facility = sparse.csr_array((ones, (columns, at)), shape=(len(room), size))
    # To serve one more person others may have to move, each facility handing at most one on to the
    # next: the lengths of all those ways together must weigh less than the person.
    worth = seconds / max(float(seconds.max()), 1.0) - (len(room) + 2.0)
    # The interior point method, crossed over to a vertex, is several times faster here than the simplex.
    solution = optimize.linprog(
        worth,
        A_ub=sparse.vstack([by_point, by_facility], format="csr"),
        b_ub=np.concatenate([people, room]),
        bounds=(0, None),
        method="highs-ipm",
    )
    if solution.x is None:
        msg = f"the assignment could not be solved: {solution.message}"
        raise RuntimeError(msg)
    return np.maximum(np.asarray(solution.x, dtype=np.float64), 0.0)


def _flow(rows: Index, columns: Index, seconds: Floats, room: Floats, people: Floats) -> Floats:
    """Return people by pair as a maximum flow, in thousandths of a person where so many fit into int32.

    The source is followed by the demand points, the facilities and the sink. Each band of travel time adds
    its arcs to what is left of the flow before: flow into a demand point is never taken back.
    """
    points, places = len(people), len(room)
    sink = points + places + 1
    parts = _parts(float(people.sum()))
    persons = np.rint(people * parts)
    rooms = np.rint(np.minimum(room, people.sum()) * parts)
    heads = np.concatenate([np.zeros(points, np.int64), rows + 1, np.arange(points + 1, sink)])
    tails = np.concatenate([np.arange(1, points + 1), columns + points + 1, np.full(places, sink)])
    size = np.concatenate([persons, persons[rows], rooms]).astype(np.int32)
    steps = np.linspace(0, seconds.max(), BANDS + 1)[1:-1]
    band = np.concatenate([np.zeros(points), np.searchsorted(steps, seconds), np.zeros(places)])
    flow = sparse.csr_array((sink + 1, sink + 1), dtype=np.int32)
    for last in range(BANDS):
        open_arcs = band <= last
        arcs = (heads[open_arcs], tails[open_arcs])
        capacity = sparse.csr_array((size[open_arcs], arcs), shape=flow.shape)
        flow = _more_flow(capacity, flow, sink)
    moved = np.asarray(flow[rows + 1, columns + points + 1], dtype=np.float64).reshape(-1) / parts
    return _whole_people(np.maximum(moved, 0.0), rows, people, persons / parts)


def _more_flow(capacity: sparse.csr_array, flow: sparse.csr_array, sink: int) -> sparse.csr_array:
    """Return a maximum flow from node 0 to `sink` that keeps what already flows out of node 0."""
    left = sparse.coo_array(capacity - flow)
    # Nothing goes back to the source or out of the sink.
    kept = (left.data > 0) & (left.col != 0) & (left.row != sink)
    rest = (left.data[kept], (left.row[kept], left.col[kept]))
    residual = sparse.csr_array(rest, shape=capacity.shape, dtype=np.int32)
    more = maximum_flow(sparse.csr_matrix(residual), 0, sink, method="dinic").flow
    return sparse.csr_array(flow + more)


def _parts(people: float) -> int:
    """Return into how many parts a person is cut so that all of them still fit into int32."""
    parts = _PARTS_OF_A_PERSON
    while parts > 1 and people * parts > _MOST_FLOW:
        parts //= 10
    return parts


def _whole_people(moved: Floats, rows: Index, people: Floats, rounded: Floats) -> Floats:
    """Return the amounts so that whoever is served in full counts in full, not as rounded."""
    ratio = np.divide(people, rounded, out=np.zeros(len(people)), where=rounded > 0)
    return np.asarray(moved * ratio[rows], dtype=np.float64)


def _room(capacity: Floats, people: Floats) -> Floats:
    """Return capacity with a number in the place of "no limit"."""
    return np.where(np.isfinite(capacity), capacity, people.sum())


def _swept(unserved: Floats, people: Floats) -> Floats:
    """Return `unserved` without what only the solver's rounding left over."""
    return np.where(unserved > 1e-7 * np.maximum(people, 1.0), unserved, 0.0)
