"""Compiled searches over a street network in whole milliseconds.

All are label-correcting searches with a bucket queue: nodes wait in buckets ``2**shift``
milliseconds wide, linked through arrays of their own, each node at most once, and the bucket in
hand is worked until it stays empty. The order inside a bucket does not matter for the result, so
no heap is kept.

A label is one int64: the travel time in the upper half, the number of the seed in the lower. One
comparison finds the shorter way, and among equals the lower number, so results depend neither on
the order of work nor on the number of threads.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from geo._arrays import NO_TIME, UNREACHED, Arcs, Array, Scratch

_NOT_QUEUED = -1


@njit(cache=True, nogil=True, inline="always")
def _queue(node: int, bucket: int, first: Array, after: Array, before: Array) -> None:
    """Put a node that is not queued at the front of a bucket.

    `before` holds the node in front, or ``-2 - bucket`` for the foremost.
    """
    follower = first[bucket]
    after[node] = follower
    before[node] = -2 - bucket
    if follower >= 0:
        before[follower] = node
    first[bucket] = node


@njit(cache=True, nogil=True, inline="always")
def _unqueue(node: int, first: Array, after: Array, before: Array) -> None:
    """Take a queued node out of its bucket."""
    follower, leader = after[node], before[node]
    if leader >= 0:
        after[leader] = follower
    else:
        first[-2 - leader] = follower
    if follower >= 0:
        before[follower] = leader
    before[node] = _NOT_QUEUED


@njit(cache=True, nogil=True)
def nearest_labels(
    arcs: Arcs, seed_node: Array, seed_label: Array, limit_ms: int, shift: int, buckets: int
) -> Array:
    """Return for every node the least label, time << 32 | seed, within `limit_ms`.

    `buckets` is a power of two, and times ``2**shift`` exceeds every arc and every seed.
    """
    start, head, cost = arcs.start, arcs.head, arcs.cost
    count = start.size - 1
    label = np.full(count, UNREACHED, np.int64)
    first = np.full(buckets, -1, np.int32)
    after = np.empty(count, np.int32)
    before = np.full(count, _NOT_QUEUED, np.int32)
    limit = ((np.int64(limit_ms) + 1) << 32) - 1
    mask = buckets - 1
    waiting = 0
    for s in range(seed_node.size):
        n = seed_node[s]
        if seed_label[s] < label[n] and seed_label[s] <= limit:
            label[n] = seed_label[s]
            if before[n] != _NOT_QUEUED:
                _unqueue(n, first, after, before)
                waiting -= 1
            _queue(n, (label[n] >> 32 >> shift) & mask, first, after, before)
            waiting += 1
    bucket = 0
    while waiting > 0:
        here = bucket & mask
        n = first[here]
        while n >= 0:
            _unqueue(n, first, after, before)
            waiting -= 1
            reached = label[n]
            for a in range(start[n], start[n + 1]):
                there = reached + (np.int64(cost[a]) << 32)
                m = head[a]
                old = label[m]
                if there < old and there <= limit:
                    label[m] = there
                    b = (there >> 32 >> shift) & mask
                    if before[m] != _NOT_QUEUED:
                        if (old >> 32 >> shift) & mask == b:
                            continue
                        _unqueue(m, first, after, before)
                        waiting -= 1
                    _queue(m, b, first, after, before)
                    waiting += 1
            n = first[here]
        bucket += 1
    return label


@njit(cache=True, nogil=True)
def insert_label(label: Array, at: int, k: int, new: int) -> bool:
    """Put a label among the `k` of a node, one a seed, ascending; False when it is no better.

    The lowest bit says that a label still has to be passed on to the neighbours.
    """
    seed = (new & 0xFFFFFFFF) >> 1
    if new >= label[at + k - 1]:
        return False
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
def nearest_k_labels(
    arcs: Arcs,
    seed_node: Array,
    seed_ms: Array,
    seed_number: Array,
    k: int,
    limit_ms: int,
    shift: int,
    buckets: int,
) -> Array:
    """Return for every node its `k` least labels of different seeds, ascending.

    A label is time << 32 | seed << 1; the lowest bit is used while the search runs.
    """
    start, head, cost = arcs.start, arcs.head, arcs.cost
    count = start.size - 1
    label = np.full(count * k, UNREACHED, np.int64)
    first = np.full(buckets, -1, np.int32)
    after = np.empty(count, np.int32)
    before = np.full(count, _NOT_QUEUED, np.int32)
    due = np.zeros(count, np.int32)
    mask = buckets - 1
    waiting = 0
    for s in range(seed_node.size):
        n = seed_node[s]
        if seed_ms[s] > limit_ms:
            continue
        new = (np.int64(seed_ms[s]) << 32) | (np.int64(seed_number[s]) << 1) | 1
        if not insert_label(label, n * k, k, new):
            continue
        b = seed_ms[s] >> shift
        if before[n] != _NOT_QUEUED:
            if due[n] <= b:
                continue
            _unqueue(n, first, after, before)
            waiting -= 1
        due[n] = b
        _queue(n, b & mask, first, after, before)
        waiting += 1
    bucket = 0
    while waiting > 0:
        here = bucket & mask
        n = first[here]
        while n >= 0:
            _unqueue(n, first, after, before)
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
                m = head[a]
                best = -1
                for i in range(n * k, n * k + ready):
                    if label[i] & 1:
                        new = label[i] + (np.int64(cost[a]) << 32)
                        if new >> 32 > limit_ms:
                            break
                        if m != n and insert_label(label, m * k, k, new) and best < 0:
                            best = new >> 32 >> shift
                if best >= 0:
                    if before[m] != _NOT_QUEUED:
                        if due[m] <= best:
                            continue
                        _unqueue(m, first, after, before)
                        waiting -= 1
                    due[m] = best
                    _queue(m, best & mask, first, after, before)
                    waiting += 1
            for i in range(n * k, n * k + ready):
                label[i] &= ~np.int64(1)
            if soonest >= 0:
                due[n] = soonest
                _queue(n, soonest & mask, first, after, before)
                waiting += 1
            n = first[here]
        bucket += 1
    return label


@njit(cache=True, nogil=True)
def search_within(arcs: Arcs, scratch: Scratch, seeds: int, limit_ms: int, shift: int) -> int:
    """Fill `scratch.time` for all nodes within `limit_ms` of the seeds and list them in `touched`.

    The first `seeds` of `touched` are the seeds, their times set. Everything else in `time` must
    be `NO_TIME`; whoever reads the answer puts it back so, by way of `touched`. `first` holds
    one bucket for each ``2**shift`` ms up to the limit, all empty. Returns how many were reached.
    """
    start, head, cost = arcs.start, arcs.head, arcs.cost
    time, touched, first = scratch.time, scratch.touched, scratch.first
    after, before = scratch.after, scratch.before
    count = seeds
    for s in range(seeds):
        _queue(touched[s], time[touched[s]] >> shift, first, after, before)
    for bucket in range((limit_ms >> shift) + 1):
        n = first[bucket]
        while n >= 0:
            _unqueue(n, first, after, before)
            reached = time[n]
            for a in range(start[n], start[n + 1]):
                there = reached + cost[a]
                m = head[a]
                old = time[m]
                if there < old and there <= limit_ms:
                    time[m] = there
                    b = there >> shift
                    if old == NO_TIME:
                        touched[count] = m
                        count += 1
                    elif before[m] != _NOT_QUEUED:
                        if old >> shift == b:
                            continue
                        _unqueue(m, first, after, before)
                    _queue(m, b, first, after, before)
            n = first[bucket]
    return count
