"""Accessibility measures over a sparse matrix of travel times.

`seconds` is always a CSR matrix [demand, facilities] of the travel times that were found; what it
does not hold was not reached. A stored 0 is a time of no seconds, so the matrix is never put through
arithmetic that drops zeros.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import sparse

from geo.measures.decay import Decay, within_minutes
from geo.types import Bools, Floats, Index


def k_nearest(seconds: sparse.csr_array, k: int = 1, *, usable: Bools | None = None) -> tuple[Floats, Index]:
    """Return the times to the k nearest facilities and which ones they are.

    Parameters
    ----------
    usable
        bool [facilities]: those that count, such as the ones open at some hour; all when not given.

    Returns
    -------
    seconds, index
        float64 [n, k] with ``inf`` and int64 [n, k] with -1 where fewer were found. Of equally near
        ones the first comes first.

    Examples
    --------
    >>> times = sparse.csr_array(([300.0, 0.0], [0, 2], [0, 2]), shape=(1, 3))
    >>> k_nearest(times, 3)[0].tolist()
    [[0.0, 300.0, inf]]
    """
    rows, columns, data = _entries(seconds)
    if usable is not None:
        kept = usable[columns]
        rows, columns, data = rows[kept], columns[kept], data[kept]
    order = np.lexsort((columns, data, rows))
    rows, columns, data = rows[order], columns[order], data[order]
    first = np.searchsorted(rows, rows, side="left")
    rank = np.arange(len(rows)) - first
    near = rank < k
    times = np.full((seconds.shape[0], k), np.inf)
    index = np.full((seconds.shape[0], k), -1, dtype=np.int64)
    times[rows[near], rank[near]] = data[near]
    index[rows[near], rank[near]] = columns[near]
    return times, index


def k_nearest_mean(seconds: sparse.csr_array, k: int) -> Floats:
    """Return the mean time to the k nearest facilities, ``inf`` where fewer were found.

    A place that has fewer than k facilities in all is judged by all it has.

    Examples
    --------
    >>> times = sparse.csr_array(np.array([[100.0, 200.0, 900.0]]))
    >>> k_nearest_mean(times, 2).tolist()
    [150.0]
    """
    found, _ = k_nearest(seconds, min(k, seconds.shape[1]))
    if not found.shape[1]:
        return np.full(seconds.shape[0], np.inf)
    return np.asarray(found.mean(axis=1), dtype=np.float64)


def gravity(seconds: sparse.csr_array, supply: Floats, decay: Decay) -> Floats:
    """Return the supply that can be reached, each facility weighted by `decay` (Hansen 1959).

    ``A_i = sum_j S_j f(t_ij)``.

    Examples
    --------
    >>> times = sparse.csr_array(np.array([[300.0, 800.0]]))
    >>> gravity(times, np.array([10.0, 100.0]), within_minutes(10)).tolist()
    [10.0]
    """
    rows, columns, data = _entries(seconds)
    worth = supply[columns] * decay(data)
    return _summed(rows, worth, seconds.shape[0])


def cumulative(seconds: sparse.csr_array, supply: Floats, *, minutes: float) -> Floats:
    """Return the supply within `minutes`: cumulative opportunities (Wachs and Kumagai 1973)."""
    return gravity(seconds, supply, within_minutes(minutes))


def demand_on(seconds: sparse.csr_array, people: Floats, decay: Decay) -> Floats:
    """Return the people each facility is there for, weighted by `decay`: the first step of 2SFCA."""
    rows, columns, data = _entries(seconds)
    return _summed(columns, people[rows] * decay(data), seconds.shape[1])


def two_step(seconds: sparse.csr_array, supply: Floats, people: Floats, decay: Decay) -> Floats:
    """Return supply per person by the two-step floating catchment area method.

    ``R_j = S_j / sum_k P_k f(t_kj)``, then ``A_i = sum_j R_j f(t_ij)``. Which of the family it is
    depends on `decay`: `within_minutes` gives 2SFCA (Luo and Wang 2003), `step_decay` E2SFCA (Luo and
    Qi 2009), `bounded_gaussian_decay` Gaussian 2SFCA (Dai 2010).

    Returns
    -------
    float64 [demand]
        Units of supply per person; 0 where nothing is reached. Summed over people it gives back
        the supply of every facility that somebody reaches.

    Examples
    --------
    Ten beds shared by 100 + 100 people, five more for the second hundred alone:

    >>> times = sparse.csr_array(([60.0, 60.0, 60.0], [0, 0, 1], [0, 1, 3]), shape=(2, 2))
    >>> two_step(times, np.array([10.0, 5.0]), np.array([100.0, 100.0]), within_minutes(5)).tolist()
    [0.05, 0.1]
    """
    asked = demand_on(seconds, people, decay)
    ratio = np.divide(supply, asked, out=np.zeros(len(asked)), where=asked > 0)
    return gravity(seconds, ratio, decay)


def proximity_time(nearest: Mapping[str, Floats], *, k: int = 20) -> Floats:
    """Return the mean over categories of the mean time to their k nearest places.

    The proximity time of Bruno, Monteiro Melo, Campanelli and Loreto (2024), Nature Cities. It asks for
    times to the k nearest without a limit: where a place is not reached the answer is ``inf``.

    Parameters
    ----------
    nearest
        Seconds [n, k or more, or as many as there are] by category, nearest first.
    k
        20 in the paper; a zone with three stations in all needs a smaller one.

    Returns
    -------
    float64 [n]
        Seconds.

    Examples
    --------
    >>> times = {"eating": np.array([[60.0, 120.0]]), "learning": np.array([[300.0]])}
    >>> proximity_time(times, k=2).tolist()
    [195.0]
    """
    means = []
    for category, found in nearest.items():
        if not found.shape[1]:
            msg = f"{category}: no place was searched"
            raise ValueError(msg)
        means.append(found[:, :k].mean(axis=1))
    return np.asarray(np.mean(means, axis=0), dtype=np.float64)


def _summed(places: Index, values: Floats, size: int) -> Floats:
    return np.asarray(np.bincount(places, weights=values, minlength=size), dtype=np.float64)


def _entries(seconds: sparse.csr_array) -> tuple[Index, Index, Floats]:
    """Return row, column and time of every stored entry, explicit zeros included."""
    rows = np.repeat(np.arange(seconds.shape[0], dtype=np.int64), np.diff(seconds.indptr))
    return rows, np.asarray(seconds.indices, dtype=np.int64), np.asarray(seconds.data, dtype=np.float64)
