"""Pieces of ground put together into connected regions of much the same load; a bound on how even."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy import sparse
from scipy.cluster.vq import kmeans2
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components, dijkstra

from geo.types import Bools, Floats, Index

NEAREST: Final = 6
"""Middles that a piece may belong to: the nearest ones."""

STARTS: Final = 4
"""Sets of middles that are tried, as long as there is time."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Regions:
    """Connected regions.

    Attributes
    ----------
    region
        int64 [pieces]: the region of each piece.
    loads
        float64 [regions].
    spread
        The heaviest load less the lightest.
    bound
        No regions of these pieces have a smaller spread than this, whether connected or not.
    """

    region: Index
    loads: Floats
    spread: float
    bound: float


def least_spread(loads: Floats, count: int) -> float:
    """Return a spread that no regions of some pieces can be below.

    The heaviest region holds at least the mean and the heaviest piece; the lightest holds at most the mean,
    and at most the mean of what the heaviest piece leaves to the others. Whole loads have whole sums.

    Examples
    --------
    >>> least_spread(np.ones(48), 12), least_spread(np.ones(49), 12)
    (0.0, 1.0)
    >>> least_spread(np.array([9.0, 1, 1, 1]), 3)
    8.0
    """
    total, heaviest = float(loads.sum()), float(loads.max(initial=0.0))
    whole = bool(np.all(loads == np.rint(loads)))
    up, down = (math.ceil, math.floor) if whole else (float, float)
    most, least = up(total / count), down(total / count)
    if count > 1 and heaviest > total / count:
        most = max(most, heaviest)
        least = min(least, down((total - heaviest) / (count - 1)))
    return float(max(most, heaviest) - least)


def balanced_regions(
    loads: Floats, at: Floats, neighbours: Index, count: int, *, seconds: float = 60.0, seed: int = 1
) -> Regions:
    """Return connected regions whose loads differ as little as could be found, compact among those.

    Around middles found by k-means every piece is given to one of its nearest middles by a mixed-integer
    programme; a piece belongs to a middle only with a neighbour that is nearer to it (Zoltners and Sinha
    1983), which keeps regions connected.

    Parameters
    ----------
    loads, at
        float64 [pieces], and their x and y in metres.
    neighbours
        int64 [pairs, 2]: pieces that share a border. They must hang together.
    count
        How many regions; at most as many as there are pieces.
    seconds
        How long is searched at most, over all starts.

    Raises
    ------
    ValueError
        Where there are fewer pieces than regions, or they do not hang together.
    """
    graph = _graph(at, neighbours)
    if count > loads.size or connected_components(graph, directed=False)[0] > 1:
        msg = f"{loads.size} pieces that hang together cannot be told from {count} regions"
        raise ValueError(msg)
    best: Regions | None = None
    until = time.monotonic() + seconds
    for middles in _middles(loads, at, count, seed):
        left = until - time.monotonic()
        if best is not None and left < seconds / (2 * STARTS):
            break
        region = _assigned(loads, graph, middles, max(left, 1.0) / 2)
        if region is None:
            continue
        found = _regions(region, loads, count)
        best = found if best is None or found.spread < best.spread else best
        if best.spread <= best.bound:
            break
    if best is None:
        region = _nearest_middle(graph, next(_middles(loads, at, count, seed)))
        best = _regions(region, loads, count)
    return best


def _regions(region: Index, loads: Floats, count: int) -> Regions:
    sums = np.bincount(region, weights=loads, minlength=count).astype(np.float64)
    spread, bound = float(sums.max() - sums.min()), least_spread(loads, count)
    return Regions(region=region, loads=sums, spread=spread, bound=bound)


def _graph(at: Floats, neighbours: Index) -> sparse.csr_array:
    """Return the metres between the middles of pieces that share a border."""
    a, b = neighbours.T
    metres = np.maximum(np.hypot(*(at[a] - at[b]).T), 1e-6)
    half = sparse.coo_array((metres, (a, b)), shape=(len(at), len(at)))
    return sparse.csr_array(half + half.T)


def _middles(loads: Floats, at: Floats, count: int, seed: int) -> Iterator[Index]:
    """Yield sets of pieces around which regions are laid, by k-means over where the load is."""
    loaded = at[loads > 0]
    points = loaded if len(np.unique(loaded, axis=0)) >= count else at
    for start in range(STARTS):
        centres, _ = kmeans2(points, count, minit="++", seed=seed + start)
        middles = []
        for centre in centres:
            order = np.argsort(np.hypot(*(at - centre).T))
            middles.append(next(int(each) for each in order if int(each) not in middles))
        yield np.array(middles, dtype=np.int64)


def _nearest_middle(graph: sparse.csr_array, middles: Index) -> Index:
    """Return the middle that is nearest to each piece over the pieces between: connected by itself."""
    return np.asarray(dijkstra(graph, indices=middles).argmin(axis=0), dtype=np.int64)


def _assigned(loads: Floats, graph: sparse.csr_array, middles: Index, seconds: float) -> Index | None:
    """Return the middle that each piece is given to; None where nothing was found in the time."""
    far = dijkstra(graph, indices=middles)
    allowed = far <= np.sort(far, axis=0)[min(NEAREST, len(middles)) - 1]
    allowed[:, middles] = np.eye(len(middles), dtype=np.bool_)
    region, piece = np.nonzero(allowed)
    number = np.full(allowed.shape, -1, dtype=np.int64)
    number[region, piece] = np.arange(region.size)
    size = region.size
    cost = far[region, piece] ** 2
    value = np.concatenate([cost / max(cost.sum(), 1.0), [1.0, -1.0]])
    each_once = sparse.csr_array((np.ones(size), (piece, np.arange(size))), shape=(loads.size, size + 2))
    load = sparse.csr_array((loads[piece], (region, np.arange(size))), shape=(len(middles), size + 2)).tolil()
    most, least = load.copy(), load.copy()
    most[:, size], least[:, size + 1] = -1.0, -1.0
    constraints = [
        LinearConstraint(each_once, lb=1.0, ub=1.0),
        LinearConstraint(most.tocsr(), ub=0.0),
        LinearConstraint(least.tocsr(), lb=0.0),
        LinearConstraint(_connected(graph, far, number, middles), ub=0.0),
    ]
    upper = np.concatenate([np.ones(size), [loads.sum(), loads.sum()]])
    found: Any = milp(
        value,
        constraints=constraints,
        integrality=np.concatenate([np.ones(size), [0, 0]]),
        bounds=Bounds(np.zeros(size + 2), upper),
        options={"time_limit": seconds, "mip_rel_gap": 1e-3},
    )
    if found.x is None:
        return None
    chosen = found.x[:size] > 0.5
    result = np.full(loads.size, -1, dtype=np.int64)
    result[piece[chosen]] = region[chosen]
    return result


def _connected(graph: sparse.csr_array, far: Floats, number: Index, middles: Index) -> sparse.csr_array:
    """Return a row for each piece and middle: it is given only with a neighbour that is nearer."""
    rows, columns, values = [], [], []
    row = 0
    for region, middle in enumerate(middles):
        for piece in np.flatnonzero(number[region] >= 0):
            if piece == middle:
                continue
            beside = graph.indices[graph.indptr[piece] : graph.indptr[piece + 1]]
            nearer: Bools = (far[region, beside] < far[region, piece]) & (number[region, beside] >= 0)
            others = number[region, beside[nearer]]
            rows += [row] * (1 + others.size)
            columns += [int(number[region, piece]), *others.tolist()]
            values += [1.0, *[-1.0] * others.size]
            row += 1
    size = int((number >= 0).sum())
    return sparse.csr_array((values, (rows, columns)), shape=(row, size + 2))


def shared_out(total: int, loads: Floats) -> Index:
    """Return whole numbers that sum to a total, in the proportion of loads; each at least 1 where it reaches.

    Examples
    --------
    >>> shared_out(39, np.full(12, 4.0)).tolist()
    [4, 4, 4, 3, 3, 3, 3, 3, 3, 3, 3, 3]
    """
    least = 1 if total >= loads.size else 0
    rest = total - least * loads.size
    exact = rest * (loads / loads.sum() if loads.sum() > 0 else np.full(loads.size, 1 / loads.size))
    given = np.floor(exact).astype(np.int64)
    order = np.argsort(given - exact, kind="stable")
    given[order[: rest - int(given.sum())]] += 1
    return given + least
