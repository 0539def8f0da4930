"""Compiled searches of a whole street network in whole milliseconds.

Labels climb from the seeds to the core of a `geo.network.hierarchy.Hierarchy`, spread over the core, and come
down again: all nodes are passed once upwards and once downwards, and only the core needs a queue. That
is a label-correcting search with buckets ``2**shift`` milliseconds wide, linked through the nodes, each
node at most once, and the bucket in hand is worked until it stays empty. The order inside a bucket
does not matter for the result, so no heap is kept.

A label is one int64: the travel time in the upper half, the number of the seed in the lower. One
comparison finds the shorter way, and among equals the lower number, so results depend neither on
the order of work nor on the number of threads. Indices are unsigned, as in `geo.search._within`.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from geo.network.arrays import (
    HEAD,
    NOT_QUEUED,
    ONE,
    UNREACHED,
    Line,
    Way,
)
from geo.types import Array


@njit(cache=True, nogil=True, inline="always")
def _line_up(n: int, bucket: int, first: Array, after: Array, before: Array) -> None:
    """Put a node that is not queued at the front of a bucket."""
    follower = first[bucket]
    after[n] = follower
    before[n] = HEAD - np.int32(bucket)
    if follower >= 0:
        before[np.uint32(follower)] = n
    first[bucket] = n


@njit(cache=True, nogil=True, inline="always")
def _step_out(n: int, first: Array, after: Array, before: Array) -> None:
    """Join the neighbours of a queued node that is about to be queued elsewhere."""
    follower, leader = after[n], before[n]
    if leader >= 0:
        after[np.uint32(leader)] = follower
    else:
        first[np.uint32(HEAD - leader)] = follower
    if follower >= 0:
        before[np.uint32(follower)] = leader


@njit(cache=True, nogil=True, inline="always")
def _call_first(n: int, bucket: int, first: Array, after: Array, before: Array) -> None:
    """Take the foremost node `n` out of its bucket."""
    follower = after[n]
    first[bucket] = follower
    if follower >= 0:
        before[np.uint32(follower)] = HEAD - np.int32(bucket)
    before[n] = NOT_QUEUED


@njit(cache=True, nogil=True)
def climb_labels(way: Way, label: Array, limit_ms: int) -> None:
    """Carry labels, by position, up to the core."""
    start, link = way.start, way.climb
    limit = ((np.int64(limit_ms) + 1) << 32) - 1
    for back in range(label.size - way.near_start.size + 1):
        p = np.uint64(label.size - 1 - back)
        reached = label[p]
        if reached <= limit:
            for a in range(start[p], start[p + ONE]):
                there = reached + (np.int64(link[a, 1]) << 32)
                if there <= limit:
                    label[link[a, 0]] = min(label[link[a, 0]], there)


@njit(cache=True, nogil=True)
def spread_labels(way: Way, line: Line, label: Array, limit_ms: int, shift: int, buckets: int) -> None:
    """Lower the label of every core node to the least that reaches it within `limit_ms`.

    `line` is clean (`geo.network.arrays.make_line`) and is left clean. `buckets` is a power of two, and times
    ``2**shift`` exceeds every arc of the core, and the span of its labels' times.
    """
    start, link = way.start, way.climb
    after, before = line.after, line.before
    first = np.full(buckets, -1, np.int32)
    limit = ((np.int64(limit_ms) + 1) << 32) - 1
    mask = np.int64(buckets - 1)
    waiting = 0
    bucket = np.int64(limit_ms) >> shift
    for i in range(np.uint64(before.size)):
        if label[i] <= limit:
            bucket = min(bucket, label[i] >> 32 >> shift)
            _line_up(i, np.uint32((label[i] >> 32 >> shift) & mask), first, after, before)
            waiting += 1
    while waiting > 0:
        here = np.uint32(bucket & mask)
        foremost = first[here]
        while foremost >= 0:
            n = np.uint32(foremost)
            _call_first(n, here, first, after, before)
            waiting -= 1
            reached = label[n]
            for a in range(start[n], start[n + ONE]):
                there = reached + (np.int64(link[a, 1]) << 32)
                m = link[a, 0]
                old = label[m]
                if there < old and there <= limit:
                    label[m] = there
                    b = np.uint32((there >> 32 >> shift) & mask)
                    # _step_out and _line_up written out: as calls they cost a third more time here,
                    # where most of it is spent.
                    leader = before[m]
                    if leader != NOT_QUEUED:
                        if np.uint32((old >> 32 >> shift) & mask) == b:
                            continue
                        follower = after[m]
                        if leader >= 0:
                            after[np.uint32(leader)] = follower
                        else:
                            first[np.uint32(HEAD - leader)] = follower
                        if follower >= 0:
                            before[np.uint32(follower)] = leader
                        waiting -= 1
                    follower = first[b]
                    after[m] = follower
                    before[m] = HEAD - np.int32(b)
                    if follower >= 0:
                        before[np.uint32(follower)] = m
                    first[b] = m
                    waiting += 1
            foremost = first[here]
        bucket += 1


@njit(cache=True, nogil=True)
def drop_labels(way: Way, label: Array, limit_ms: int) -> None:
    """Carry the labels of the core down to every other node; beyond the limit there is none."""
    start, link = way.start, way.drop
    limit = ((np.int64(limit_ms) + 1) << 32) - 1
    begin = np.uint64(way.near_start.size - 1)
    a = np.uint64(start[begin])
    for p in range(begin, np.uint64(label.size)):
        best = label[p]
        arcs_end = np.uint64(start[p + ONE])
        while a < arcs_end:
            best = min(best, label[link[a, 0]] + (np.int64(link[a, 1]) << 32))
            a += ONE
        label[p] = best if best <= limit else UNREACHED


@njit(cache=True, nogil=True)
def labels_by_node(way: Way, label: Array, k: int) -> Array:
    """Return labels, `k` a position, by node instead."""
    out = np.empty_like(label)
    for n in range(way.position.size):
        p = np.int64(way.position[n])
        for i in range(k):
            out[n * k + i] = label[p * k + i]
    return out


@njit(cache=True, nogil=True)
def read_labels(label: Array, seconds: Array, index: Array) -> None:
    """Take labels, time << 32 | seed << 1, apart; what no label reached is left as it is."""
    for i in range(label.size):
        if label[i] != UNREACHED:
            seconds[i] = (label[i] >> 32) / 1000.0
            index[i] = (label[i] & 0xFFFFFFFF) >> 1


@njit(cache=True, nogil=True)
def insert_label(label: Array, at: int, k: int, new: int) -> bool:
    """Put a label among the `k` of a node, one a seed, ascending; False when it is no better.

    A label is time << 32 | seed << 1; its lowest bit is free for the caller.
    """
    if new >= label[at + k - 1]:
        return False
    seed = (new & 0xFFFFFFFF) >> 1
    last = at + k - 1
    for i in range(at, at + k):
        if label[i] == UNREACHED:
            last = i
            break
        if (label[i] & 0xFFFFFFFF) >> 1 == seed:
            if label[i] >> 32 <= new >> 32:
                return False
            last = i
            break
    i = last
    while i > at and label[i - 1] > new:
        label[i] = label[i - 1]
        i -= 1
    label[i] = new
    return True


@njit(cache=True, nogil=True)
def seed_k_labels(label: Array, k: int, position: Array, seed: Array, limit_ms: int) -> None:
    """Give the labels of the seeds to their positions."""
    for s in range(seed.size):
        if seed[s] >> 32 <= limit_ms:
            insert_label(label, np.int64(position[s]) * k, k, seed[s])


@njit(cache=True, nogil=True)
def climb_k_labels(way: Way, label: Array, k: int, limit_ms: int) -> None:
    """As `climb_labels`, with `k` labels a node."""
    start, link = way.start, way.climb
    for p in range(way.node.size - 1, way.near_start.size - 2, -1):
        if label[p * k] == UNREACHED:
            continue
        for a in range(start[p], start[p + 1]):
            above = np.int64(link[a, 0]) * k
            step = np.int64(link[a, 1]) << 32
            for i in range(p * k, p * k + k):
                if label[i] == UNREACHED or (label[i] + step) >> 32 > limit_ms:
                    break
                insert_label(label, above, k, label[i] + step)


@njit(cache=True, nogil=True)
def drop_k_labels(way: Way, label: Array, k: int, limit_ms: int) -> None:
    """As `drop_labels`, with `k` labels a node."""
    start, link = way.start, way.drop
    for p in range(way.near_start.size - 1, way.node.size):
        for a in range(start[p], start[p + 1]):
            above = np.int64(link[a, 0]) * k
            step = np.int64(link[a, 1]) << 32
            for i in range(above, above + k):
                there = label[i] + step
                if there >= label[p * k + k - 1] or there >> 32 > limit_ms:
                    break
                insert_label(label, p * k, k, there)


@njit(cache=True, nogil=True)
def spread_k_labels(
    way: Way, line: Line, label: Array, k: int, limit_ms: int, shift: int, buckets: int
) -> None:
    """As `spread_labels`, with `k` labels of different seeds a node, ascending.

    A label is time << 32 | seed << 1; the lowest bit says while the search runs that a label has still
    to be passed on. While a node waits, ``line.due`` is the bucket it waits in.
    """
    start, link = way.start, way.climb
    after, before, due = line.after, line.before, line.due
    first = np.full(buckets, -1, np.int32)
    mask = buckets - 1
    waiting = 0
    bucket = np.int64(limit_ms) >> shift
    for n in range(before.size):
        if label[n * k] == UNREACHED:
            continue
        for i in range(n * k, n * k + k):
            if label[i] != UNREACHED:
                label[i] |= 1
        due[n] = label[n * k] >> 32 >> shift
        bucket = min(bucket, np.int64(due[n]))
        _line_up(n, due[n] & mask, first, after, before)
        waiting += 1
    while waiting > 0:
        here = bucket & mask
        n = first[here]
        while n >= 0:
            _call_first(n, here, first, after, before)
            waiting -= 1
            ready = 0
            soonest = -1
            for i in range(n * k, n * k + k):
                if label[i] == UNREACHED:
                    break
                if label[i] & 1:
                    if label[i] >> 32 >> shift > bucket:
                        soonest = label[i] >> 32 >> shift
                        break
                    ready = i - n * k + 1
            for a in range(start[n], start[n + 1]):
                m = np.int64(link[a, 0])
                step = np.int64(link[a, 1]) << 32
                best = -1
                for i in range(n * k, n * k + ready):
                    if label[i] & 1:
                        new = label[i] + step
                        if new >= label[m * k + k - 1] or new >> 32 > limit_ms:
                            break
                        if insert_label(label, m * k, k, new) and best < 0:
                            best = new >> 32 >> shift
                if best >= 0:
                    if before[m] != NOT_QUEUED:
                        if due[m] <= best:
                            continue
                        _step_out(m, first, after, before)
                        waiting -= 1
                    due[m] = best
                    _line_up(m, best & mask, first, after, before)
                    waiting += 1
            for i in range(n * k, n * k + ready):
                label[i] &= ~np.int64(1)
            if soonest >= 0:
                due[n] = soonest
                _line_up(n, soonest & mask, first, after, before)
                waiting += 1
            n = first[here]
        bucket += 1
