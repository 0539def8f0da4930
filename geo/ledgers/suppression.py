"""Small counts by place, kept back so that nothing that is shown gives them away."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from geo.types import Bools, Floats

LEAST = 5
"""Counts from 1 to one less than this are not shown: the rule of small groups (`geo.assessment`)."""

ROUNDING = 1e-9
"""Of the linear algebra: shares of places are 1, -1 or simple fractions."""


def suppressed(members: Bools, cases: NDArray[np.int64]) -> Bools:
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

    Returns
    -------
    numpy.ndarray
        bool [places].

    Examples
    --------
    >>> cells = np.eye(3, dtype=bool)
    >>> suppressed(cells, np.array([[2], [9], [7]])).tolist()
    [True, False, True]
    """
    counts = members.T.astype(np.int64) @ cases
    small = (counts > 0) & (counts < LEAST)
    hidden = np.asarray(small.any(axis=1), dtype=np.bool_)
    # A place that is everything is told by the total alone: nothing else gives it away.
    guarded = small & ~np.asarray(members.all(axis=0))[:, None]
    order = np.argsort(counts.sum(axis=1), kind="stable")
    while (telling := _telling(members, cases, hidden, guarded)) is not None:
        hidden[order[telling[order]][0]] = True
    return hidden


def _telling(members: Bools, cases: NDArray[np.int64], hidden: Bools, guarded: Bools) -> Bools | None:
    """Return shown places by which a guarded count is told; None where none is."""
    if hidden.all():
        return None
    for wanted, empty in _known(members, cases, hidden, guarded):
        shares = _shares(members, hidden, wanted, empty)
        if shares is None:
            continue
        shown, left_over = shares
        by_emptiness = ~hidden & members[empty[left_over]].any(axis=0)
        return next(found for found in (shown, by_emptiness, ~hidden) if found.any())
    return None


def _known(
    members: Bools, cases: NDArray[np.int64], hidden: Bools, guarded: Bools
) -> Iterator[tuple[Bools, NDArray[np.int64]]]:
    """Yield whom to guard and which atoms are known to be empty: at first none, then by each count."""
    yield np.asarray(guarded.any(axis=1), dtype=np.bool_), np.empty(0, dtype=np.int64)
    for column in range(cases.shape[1]):
        empty = _known_empty(_sums(members, hidden), cases[:, column] == 0)
        if empty.size:
            yield guarded[:, column], empty


def _sums(members: Bools, hidden: Bools) -> Floats:
    """Return what is known of the atoms: the total and the shown places, a column each."""
    return np.column_stack([np.ones(len(members)), members[:, ~hidden]]).astype(np.float64)


def _known_empty(sums: Floats, empty: Bools) -> NDArray[np.int64]:
    """Return the empty atoms that hold nothing in any world with the same sums.

    Another world is this one and some change that keeps all sums and takes nothing from an empty atom. Of
    each empty atom's change as much as 1 is wanted; changes may be as large as they like, so one linear
    programme gives 1 wherever any world has more than nothing.
    """
    where = np.flatnonzero(empty)
    if not where.size:
        return where
    wanted = np.concatenate([np.zeros(len(sums)), -np.ones(where.size)])
    bounds = [(0.0 if each else None, None) for each in empty] + [(0.0, 1.0)] * where.size
    found = linprog(
        wanted, A_eq=np.vstack([sums, sums[where]]).T, b_eq=np.zeros(sums.shape[1]), bounds=bounds
    )
    if found.x is None:
        return where
    return where[found.x[len(sums) :] < 0.5]


def _shares(
    members: Bools, hidden: Bools, wanted: Bools, empty: NDArray[np.int64]
) -> tuple[Bools, Bools] | None:
    """Return the places, and the empty atoms, that make up a wanted place with the total; None: none do."""
    if not wanted.any():
        return None
    sums = _sums(members, hidden)
    known = np.column_stack([sums, np.eye(len(members))[:, empty]])
    places = members[:, wanted].astype(np.float64)
    parts, *_ = np.linalg.lstsq(known, places, rcond=None)
    exact = np.abs(known @ parts - places).max(axis=0) < ROUNDING
    if not exact.any():
        return None
    used = np.abs(parts[1:, np.argmax(exact)]) > ROUNDING
    shown = np.zeros(hidden.size, dtype=np.bool_)
    shown[~hidden] = used[: sums.shape[1] - 1]
    return shown, used[sums.shape[1] - 1 :]
