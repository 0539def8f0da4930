"""Compiled exchanges of open and shut sites over a table of plain coverage, with every gain kept up to date.

``covers`` counts the open sites of each demand, ``gain`` is what a shut site would cover anew and what
an open one alone covers. One exchange touches only the demand whose coverage it changes, so tens of
thousands are made in a second. All arrays of the state are changed in place, so that a search can be
taken up again where it was left.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from geo.types import Array


@njit(cache=True, nogil=True)
def flip(
    start: Array, demand: Array, at: Array, row: Array, weight: Array,
    covers: Array, gain: Array, is_open: Array, site: int,
) -> None:  # fmt: skip
    """Open a shut site or shut an open one, and bring counts and gains up to date."""
    opens = not is_open[site]
    is_open[site] = opens
    for k in range(start[site], start[site + 1]):
        j = demand[k]
        before = covers[j]
        after = before + 1 if opens else before - 1
        covers[j] = after
        low, high = min(before, after), max(before, after)
        if low == 0:
            # Covered by this site alone, or no more: all others gain less, or more.
            change = -weight[j] if opens else weight[j]
            for q in range(at[j], at[j + 1]):
                gain[row[q]] += change
            gain[site] -= change
        elif high == 2:
            # The one other open site is no longer, or once more, the only one.
            change = -weight[j] if opens else weight[j]
            for q in range(at[j], at[j + 1]):
                i = row[q]
                if is_open[i] and i != site:
                    gain[i] += change
                    break


@njit(cache=True, nogil=True)
def exchange_fewest(
    start: Array, demand: Array, at: Array, row: Array, weight: Array, size: Array,
    covers: Array, gain: Array, is_open: Array, best: Array, barred: Array, missed: Array, place: Array,
    state: Array, steps: int, goal: float, seed: int,
) -> None:  # fmt: skip
    """Cover all demand by less and less, weighting what is left out (Gao, Weise & Li 2015).

    Whenever all is covered the plan is kept and a site taken out; then sites are exchanged until all is
    covered again, and demand that stays out weighs more with each step. ``missed`` lists the demand
    that is left out and ``place`` where it stands there (-1: covered). ``state`` holds the steps made,
    the size of ``best``, the size now and how many are left out.
    """
    np.random.seed(seed)  # noqa: NPY002 (numba compiles no other)
    n = is_open.size
    opened = np.empty(n, np.int64)
    number = 0
    for i in range(n):
        if is_open[i]:
            opened[number] = i
            number += 1
    left = int(state[3])
    for _ in range(steps):
        state[0] += 1.0
        now = state[0]
        twice = left == 0
        if twice:
            best[:] = is_open
            state[1] = state[2]
            if state[1] <= goal:
                break
        for turn in range(2 if twice else 1):
            if number == 0:
                break
            leaves = -1
            score = 0.0
            for s in range(number):
                i = opened[s]
                ratio = gain[i] / size[i] if size[i] > 0.0 else 1e300
                if (barred[i] < now - 1.0 or turn == 1) and (
                    leaves < 0 or ratio < score or (ratio == score and barred[i] < barred[opened[leaves]])
                ):
                    leaves = s
                    score = ratio
            if leaves < 0:
                leaves = np.random.randint(number)  # noqa: NPY002
            out = opened[leaves]
            number -= 1
            opened[leaves] = opened[number]
            flip(start, demand, at, row, weight, covers, gain, is_open, out)
            state[2] -= size[out]
            barred[out] = now
            for k in range(start[out], start[out + 1]):
                j = demand[k]
                if covers[j] == 0 and place[j] < 0:
                    place[j] = left
                    missed[left] = j
                    left += 1
        while left > 0:
            # Sites are added only while the plan stays below the best, one at most where sizes are equal.
            j = missed[np.random.randint(left)]  # noqa: NPY002
            comes = -1
            score = -1.0
            for q in range(at[j], at[j + 1]):
                i = row[q]
                if barred[i] == now and at[j + 1] - at[j] > 1:
                    continue
                ratio = gain[i] / size[i] if size[i] > 0.0 else 1e300
                if ratio > score or (ratio == score and barred[i] < barred[comes]):
                    comes = i
                    score = ratio
            if comes < 0 or state[2] + size[comes] >= state[1]:
                break
            flip(start, demand, at, row, weight, covers, gain, is_open, comes)
            state[2] += size[comes]
            opened[number] = comes
            number += 1
            barred[comes] = now
            for k in range(start[comes], start[comes + 1]):
                i = demand[k]
                if place[i] >= 0:
                    left -= 1
                    last = missed[left]
                    missed[place[i]] = last
                    place[last] = place[i]
                    place[i] = -1
        for s in range(left):
            j = missed[s]
            weight[j] += 1.0
            for q in range(at[j], at[j + 1]):
                gain[row[q]] += 1.0
        state[3] = left
    state[3] = left


@njit(cache=True, nogil=True)
def anneal(
    start: Array, demand: Array, at: Array, row: Array, weight: Array,
    covers: Array, gain: Array, is_open: Array, best: Array, state: Array,
    steps: int, hot: float, cold: float, seed: int,
) -> None:  # fmt: skip
    """Exchange open sites of a plan for shut ones, worse exchanges too while it is hot (simulated annealing).

    One open site drawn by lot leaves; in its place comes the one that covers most anew, or, half of the
    time, one drawn from those that reach some demand of the leaving one (Kirkpatrick, Gelatt & Vecchi 1983;
    for maximal covering Murray & Church 1996). ``state`` holds the weight covered now and that of ``best``.
    """
    np.random.seed(seed)  # noqa: NPY002 (numba compiles no other)
    opened = np.flatnonzero(is_open)
    for step in range(steps):
        warmth = hot * (cold / hot) ** (step / steps)
        s = np.random.randint(opened.size)  # noqa: NPY002
        out = opened[s]
        loss = gain[out]
        entries = start[out + 1] - start[out]
        comes = -1
        if entries > 0 and np.random.random() < 0.5:  # noqa: NPY002
            j = demand[start[out] + np.random.randint(entries)]  # noqa: NPY002
            comes = row[at[j] + np.random.randint(at[j + 1] - at[j])]  # noqa: NPY002
            if is_open[comes]:
                continue
        flip(start, demand, at, row, weight, covers, gain, is_open, out)
        if comes < 0:
            most = -1.0
            for i in range(gain.size):
                if not is_open[i] and i != out and gain[i] > most:
                    most = gain[i]
                    comes = i
        change = gain[comes] - loss if comes >= 0 else -np.inf
        if comes < 0 or (change < 0.0 and np.random.random() >= np.exp(change / warmth)):  # noqa: NPY002
            flip(start, demand, at, row, weight, covers, gain, is_open, out)
            continue
        flip(start, demand, at, row, weight, covers, gain, is_open, comes)
        opened[s] = comes
        state[0] += change
        if state[0] > state[1]:
            state[1] = state[0]
            best[:] = is_open


@njit(cache=True, nogil=True)
def raise_prices(
    start: Array, demand: Array, size: Array, price: Array, kept: Array, move: Array, state: Array,
    upper: float, target: float, steps: int,
) -> None:  # fmt: skip
    """Raise the Lagrangian bound of the set cover problem by subgradient steps (Held, Wolfe & Crowder 1974).

    Demand pays ``price`` to be covered; a site is opened where that pays for its size. The best bound is
    that of the linear programme (Caprara, Fischetti & Toth 1999). ``price``, ``kept`` (the best prices),
    ``move`` and ``state`` (bound, step scale, idle steps, 1 when finished) are changed in place.
    """
    slope = np.empty(price.size)
    for _ in range(steps):
        value = 0.0
        for j in range(price.size):
            value += price[j]
            slope[j] = 1.0
        for i in range(size.size):
            cost = size[i]
            for k in range(start[i], start[i + 1]):
                cost -= price[demand[k]]
            if cost < 0.0:
                value += cost
                for k in range(start[i], start[i + 1]):
                    slope[demand[k]] -= 1.0
        state[2] = 0.0 if value > state[0] + 1e-6 * abs(upper) else state[2] + 1.0
        if value > state[0]:
            state[0] = value
            kept[:] = price
        if state[2] >= 30.0:
            state[1] *= 0.6
            state[2] = 0.0
            price[:] = kept
            move[:] = 0.0
        if state[0] > target or state[1] < 1e-4:
            state[3] = 1.0
            return
        norm = 0.0
        for j in range(price.size):
            if slope[j] < 0.0 and price[j] <= 0.0:
                slope[j] = 0.0
            move[j] = slope[j] + 0.3 * move[j]
            norm += move[j] * move[j]
        if norm <= 1e-18:
            state[3] = 1.0
            return
        step = state[1] * max(upper - value, 1e-3 * abs(upper)) / norm
        for j in range(price.size):
            price[j] = max(price[j] + step * move[j], 0.0)


@njit(cache=True, nogil=True)
def left_over(start: Array, demand: Array, size: Array, price: Array) -> Array:
    """Return what is left of the size of each site once its demand has paid."""
    out = size.copy()
    for i in range(size.size):
        for k in range(start[i], start[i + 1]):
            out[i] -= price[demand[k]]
    return out
