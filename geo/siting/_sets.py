"""Compiled loops over the sets of a sparse table: who is in which, which are equal, which hold others."""

from __future__ import annotations

import numpy as np
from numba import njit

from geo.types import Array


@njit(cache=True, nogil=True)
def turn(start: Array, item: Array, items: int) -> tuple[Array, Array, Array]:
    """Return the table turned over: for each item the rows that hold it, and where their entries stand."""
    at = np.zeros(items + 1, np.int64)
    for k in range(item.size):
        at[item[k] + 1] += 1
    for j in range(items):
        at[j + 1] += at[j]
    row = np.empty(item.size, np.int32)
    entry = np.empty(item.size, np.int64)
    fill = at[:-1].copy()
    for i in range(start.size - 1):
        for k in range(start[i], start[i + 1]):
            j = item[k]
            row[fill[j]] = i
            entry[fill[j]] = k
            fill[j] += 1
    return at, row, entry


@njit(cache=True, nogil=True)
def fingerprints(start: Array, demand: Array, loss: Array, items: int, salt: Array) -> Array:
    """Return two 64-bit sums per demand that agree only where sites and losses agree."""
    plain = loss.size == 0
    out = np.zeros((items, 2), np.uint64)
    for i in range(start.size - 1):
        for k in range(start[i], start[i + 1]):
            value = np.uint64(0) if plain else np.uint64(np.int64(loss[k] * 1048576.0))
            for h in range(2):
                mixed = salt[i, h] + value * np.uint64(0x9E3779B97F4A7C15)
                mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
                mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
                out[demand[k], h] += mixed ^ (mixed >> np.uint64(31))
    return out


@njit(cache=True, nogil=True)
def supersets(
    start: Array, item: Array, back: Array, row: Array, cost: Array, mark_larger: bool, most_work: int
) -> Array:
    """Find sets that hold another set, or are held by one.

    With ``mark_larger`` every set that contains another is marked (a demand that is covered whenever
    the other is); without, every set that is contained in one that costs no more (a dominated site).
    Of equal sets the first stays. Gives up, marking fewer, after ``most_work`` looks.
    """
    n = start.size - 1
    marked = np.zeros(n, np.bool_)
    stamp = np.full(back.size - 1, -1, np.int64)
    work = 0
    # Small sets first: they are held by most, so little work marks much.
    for a in np.argsort(start[1:] - start[:-1], kind="mergesort"):
        size = start[a + 1] - start[a]
        if size == 0 or (marked[a] and mark_larger):
            continue
        rare = item[start[a]]
        for k in range(start[a], start[a + 1]):
            stamp[item[k]] = a
            if back[item[k] + 1] - back[item[k]] < back[rare + 1] - back[rare]:
                rare = item[k]
        for q in range(back[rare], back[rare + 1]):
            b = row[q]
            other = start[b + 1] - start[b]
            if b == a or marked[b] or other < size or (not mark_larger and cost[b] > cost[a]):
                continue
            if other == size and b > a and mark_larger is False and cost[b] == cost[a]:
                continue
            hits = 0
            for k in range(start[b], start[b + 1]):
                if stamp[item[k]] == a:
                    hits += 1
            work += other
            if hits == size and mark_larger:
                marked[b] = True
            elif hits == size:
                marked[a] = True
                break
        if work > most_work:
            break
    return marked


@njit(cache=True, nogil=True)
def spread(
    start: Array,
    point: Array,
    milliseconds: Array,
    entry_start: Array,
    entry: Array,
    category: Array,
    offers: Array,
    most: Array,
) -> tuple[Array, Array, Array]:
    """Turn rows of points into rows of demand: every entry at a point that the site serves in time."""
    at = np.zeros(start.size, np.int64)
    for i in range(start.size - 1):
        n = 0
        for k in range(start[i], start[i + 1]):
            for q in range(entry_start[point[k]], entry_start[point[k] + 1]):
                j = entry[q]
                if milliseconds[k] <= most[j] and offers[i, category[j]]:
                    n += 1
        at[i + 1] = at[i] + n
    demand = np.empty(at[-1], np.int32)
    time = np.empty(at[-1], np.int32)
    for i in range(start.size - 1):
        n = at[i]
        for k in range(start[i], start[i + 1]):
            for q in range(entry_start[point[k]], entry_start[point[k] + 1]):
                j = entry[q]
                if milliseconds[k] <= most[j] and offers[i, category[j]]:
                    demand[n] = j
                    time[n] = milliseconds[k]
                    n += 1
    return at, demand, time
