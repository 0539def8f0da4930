"""Whether there is room: people assigned to the facilities they reach, as far as capacity goes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize, sparse

from geo.limits import minutes_to_seconds, within
from geo.types import Floats, Index


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
    """

    served: sparse.csr_array
    unserved: Floats
    load: Floats


def assign(seconds: sparse.csr_array, capacity: Floats, people: Floats, *, minutes: float) -> Assignment:
    """Assign people to facilities within `minutes`: as many as there is room for, then the nearest.

    The transportation problem (Hitchcock 1941), solved exactly by HiGHS.

    Parameters
    ----------
    seconds
        CSR [demand, facilities] of travel times; what it does not hold was not reached.
    capacity
        People each facility has room for; missing or infinite where there is no limit.

    Raises
    ------
    ValueError
        When a capacity or a number of people is negative.

    Examples
    --------
    Nobody of the first place reaches the second facility, so the second place leaves room for them:

    >>> times = sparse.csr_array(np.array([[60.0, 0.0], [60.0, 120.0]]))
    >>> assign(times, np.array([5.0, 4.0]), np.array([5.0, 8.0]), minutes=5).load.tolist()
    [5.0, 4.0]
    """
    if np.any(capacity < 0) or np.any(people < 0):
        msg = "capacity and people must be 0 or more"
        raise ValueError(msg)
    rows = np.repeat(np.arange(seconds.shape[0]), np.diff(seconds.indptr))
    near = within(np.asarray(seconds.data, dtype=np.float64), minutes_to_seconds(minutes))
    near &= people[rows] > 0
    rows, columns = rows[near], np.asarray(seconds.indices)[near]
    amount = _solve(rows, columns, np.asarray(seconds.data)[near], _room(capacity, people), people)
    served = sparse.csr_array((amount, (rows, columns)), shape=seconds.shape)
    reached = np.bincount(rows, minlength=len(people)) > 0
    placed = np.bincount(rows, weights=amount, minlength=len(people))
    unserved = np.where(reached, np.clip(people - placed, 0.0, people), 0.0)
    load = np.bincount(columns, weights=amount, minlength=seconds.shape[1])
    return Assignment(
        served=served, unserved=_swept(unserved, people), load=np.asarray(load, dtype=np.float64)
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


def _room(capacity: Floats, people: Floats) -> Floats:
    """Return capacity with a number in the place of "no limit"."""
    return np.where(np.isfinite(capacity), capacity, people.sum())


def _swept(unserved: Floats, people: Floats) -> Floats:
    """Return `unserved` without what only the solver's rounding left over."""
    return np.where(unserved > 1e-7 * np.maximum(people, 1.0), unserved, 0.0)
