"""Small counts by place, kept back so that no sum or difference of what is shown gives them away."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo.types import Bools, Floats, Index

LEAST = 5
"""Counts from 1 to one less than this are not shown: the rule of small groups (`geo.assessment`)."""

ROUNDING = 1e-9
"""Of the linear algebra: shares of places are 1, -1 or simple fractions."""


def suppressed(
    members: Bools,
    counts: NDArray[np.int64],
    sizes: Index,
) -> Bools:
    """Return the places whose counts must not be shown.

    A place is kept back where one of its counts is small (1 to 4). Who knows the total and what is shown of
    other places could still work it out where the place is a sum or difference of those (one cell of an area
    whose other cells are all shown); then others are kept back too, those with the fewest cases first.

    Parameters
    ----------
    members
        bool [atoms, places]: the atoms are the parts into which the places cut each other, those without a
        case too; the last row may lie in no place.
    counts
        int64 [places, k]: what would be shown of each place, such as raised, settled and open.
    sizes
        int64 [places]: cases in each place, by which the next to be kept back is chosen.

    Returns
    -------
    numpy.ndarray
        bool [places].

    Examples
    --------
    >>> cells = np.eye(3, dtype=bool)
    >>> suppressed(cells, np.array([[2], [9], [7]]), np.array([2, 9, 7])).tolist()
    [True, False, True]
    """
    hidden = np.asarray(((counts > 0) & (counts < LEAST)).any(axis=1), dtype=np.bool_)
    order = np.argsort(sizes, kind="stable")
    while not hidden.all():
        shares = _told(members, hidden)
        if shares is None:
            break
        part = order[(~hidden & (np.abs(shares) > ROUNDING))[order]]
        # A place that is everything is told by the total alone: nothing else gives it away.
        if not part.size:
            break
        hidden[part[0]] = True
    return hidden


def _told(members: Bools, hidden: Bools) -> Floats | None:
    """Return the shares in which shown places and the total make up a hidden one; None where none do."""
    if not hidden.any():
        return None
    known = np.column_stack([np.ones(len(members)), members[:, ~hidden]]).astype(np.float64)
    wanted = members[:, hidden].astype(np.float64)
    parts, *_ = np.linalg.lstsq(known, wanted, rcond=None)
    exact = np.abs(known @ parts - wanted).max(axis=0) < ROUNDING
    made = np.abs(parts[1:, exact]) > ROUNDING
    if not made.any():
        return None
    shares = np.zeros(hidden.size)
    shares[~hidden] = parts[1:, np.flatnonzero(exact)[made.any(axis=0)][0]]
    return shares
