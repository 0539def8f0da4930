"""Small counts by place, kept back so that nothing that is shown gives them away."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from geo.types import Bools, Floats

LEAST = 5
"""Counts from 1 to one less than this are not shown: the rule of small groups (`geo.assessment`)."""

ROUNDING = 1e-9
"""Of the linear algebra: shares of places are 1, -1 or simple fractions."""


def suppressed(members: Bools, cases: NDArray[np.int64], *, most: int) -> Bools:
    """Return the places whose counts must not be shown.

    A place is kept back where one of its counts is small (1 to 4). Who knows the totals and what is shown of
    other places could still work such a count out: where the place is a sum or difference of those (one cell
    of an area whose other cells are all shown), also because what is left over between two shown places is
    nothing, so that no part of it holds a case. Then others are kept back too, those with the fewest cases
    first. Counts are taken as any numbers from 0 up: that they are whole is not used.

    Parameters
    ----------
    members
        bool [atoms, places]: the atoms are the parts into which the places cut each other, those without a
        case too; the last row may lie in no place.
    cases
        int64 [atoms, k]: cases of each atom by what becomes known of a place, such as settled and open. A
        sum of these needs no column: it is small or told only where one of them is.
    most
        Places that may be shown at most: of more, those with the most cases.

    Returns
    -------
    numpy.ndarray
        bool [places].

    Examples
    --------
    >>> cells = np.eye(3, dtype=bool)
    >>> suppressed(cells, np.array([[2], [9], [7]]), most=3).tolist()
    [True, False, True]
    """
    counts = members.T.astype(np.int64) @ cases
    small = (counts > 0) & (counts < LEAST)
    hidden = np.asarray(small.any(axis=1), dtype=np.bool_)
    # A place that is everything is told by the total alone: nothing else gives it away.
    guarded = small & ~np.asarray(members.all(axis=0))[:, None]
    order = np.argsort(counts.sum(axis=1), kind="stable")
    hidden[order[: max(order.size - most, 0)]] = True
    while (telling := _telling(members, cases, hidden, guarded)) is not None:
        hidden[order[telling[order]][0]] = True
    return hidden


def _telling(members: Bools, cases: NDArray[np.int64], hidden: Bools, guarded: Bools) -> Bools | None:
    """Return shown places by which a guarded count is told; None where none is."""
    if hidden.all():
        return None
    # Atoms in the same shown places are one: a place that holds only some of them is not told.
    shown = members[:, ~hidden]
    _, first, group = np.unique(np.packbits(shown, axis=1), axis=0, return_index=True, return_inverse=True)
    rows = np.arange(len(members))
    together = sparse.csr_array((np.ones(rows.size, np.int64), (group.ravel(), rows)))
    sums = np.column_stack([np.ones(first.size), shown[first]]).astype(np.float64)
    held = together @ members.astype(np.int64)
    whole = np.asarray(held == together.sum(axis=1)[:, None], dtype=np.bool_)
    whole_or_none = whole | (held == 0)
    for wanted, empty in _known(sums, together @ cases, guarded):
        others = np.delete(whole_or_none, empty, axis=0)
        places = whole[:, wanted & others.all(axis=0)]
        used = _used(np.column_stack([sums, np.eye(first.size)[:, empty]]), places.astype(np.float64))
        if used is None:
            continue
        by_sums, by_emptiness, any_shown = np.zeros((3, hidden.size), dtype=np.bool_)
        by_sums[~hidden] = used[1 : sums.shape[1]]
        by_emptiness[~hidden] = sums[empty[used[sums.shape[1] :]], 1:].any(axis=0)
        any_shown[~hidden] = True
        return next(found for found in (by_sums, by_emptiness, any_shown) if found.any())
    return None


def _known(
    sums: Floats, cases: NDArray[np.int64], guarded: Bools
) -> Iterator[tuple[Bools, NDArray[np.int64]]]:
    """Yield whom to guard and which atoms are known to be empty: at first none, then by each count."""
    yield np.asarray(guarded.any(axis=1), dtype=np.bool_), np.empty(0, dtype=np.int64)
    for column in range(cases.shape[1]):
        empty = _known_empty(sums, cases[:, column] == 0)
        if empty.size:
            yield guarded[:, column], empty


def _known_empty(sums: Floats, empty: Bools) -> NDArray[np.int64]:
    """Return the empty atoms that hold nothing in any world with the same sums.

    Another world is this one and some change that keeps all sums and takes nothing from an empty atom. Of
    each empty atom's change as much as 1 is wanted; changes may be as large as they like, so one linear
    programme gives 1 wherever any world has more than nothing.

    Parameters
    ----------
    sums
        float64 [atoms, sums]: what is known, the total and each shown place, a one for each atom in it.
    """
    where = np.flatnonzero(empty)
    if not where.size:
        return where
    wanted = np.concatenate([np.zeros(len(sums)), -np.ones(where.size)])
    bounds = [(0.0 if each else None, None) for each in empty] + [(0.0, 1.0)] * where.size
    changes = np.vstack([sums, sums[where]]).T
    found = linprog(wanted, A_eq=changes, b_eq=np.zeros(len(changes)), bounds=bounds)
    if found.x is None:
        return where
    return where[found.x[len(sums) :] < 0.5]


def _used(known: Floats, places: Floats) -> Bools | None:
    """Return which columns of what is known make up one of the places; None where they make up none."""
    if not places.shape[1]:
        return None
    parts, *_ = np.linalg.lstsq(known, places, rcond=None)
    exact = np.abs(known @ parts - places).max(axis=0) < ROUNDING
    return np.abs(parts[:, np.argmax(exact)]) > ROUNDING if exact.any() else None
