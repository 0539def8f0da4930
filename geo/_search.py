"""Compiled searches over a street network in whole milliseconds.

All are label-correcting searches with a bucket queue: nodes wait in buckets ``2**shift``
milliseconds wide, linked through their own rows, each node at most once, and the bucket in hand
is worked until it stays empty. The order inside a bucket does not matter for the result, so no
heap is kept.

A label is one int64: the travel time in the upper half, the number of the seed in the lower. One
comparison finds the shorter way, and among equals the lower number, so results depend neither on
the order of work nor on the number of threads.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from geo._arrays import (
    AFTER,
    BEFORE,
    NO_TIME,
    NOT_QUEUED,
    START,
    TIME,
    UNREACHED,
    Arcs,
    Array,
    Scratch,
)


@njit(cache=True, nogil=True, inline="always")
def _queue(n: int, bucket: int, first: Array, node: Array) -> None:
    """Put a node that is not queued at the front of a bucket; ``-2 - bucket`` stands before the foremost."""
    follower = first[bucket]
    node[n, AFTER] = follower
    node[n, BEFORE] = -2 - bucket
    if follower >= 0:
        node[follower, BEFORE] = n
    first[bucket] = n


@njit(cache=True, nogil=True, inline="always")
def _unqueue(n: int, first: Array, node: Array) -> None:
    """Take a queued node out of its bucket."""
    follower, leader = node[n, AFTER], node[n, BEFORE]
    if leader >= 0:
        node[leader, AFTER] = follower
    else:
        first[-2 - leader] = follower
    if follower >= 0:
        node[follower, BEFORE] = leader
    node[n, BEFORE] = NOT_QUEUED


@njit(cache=True, nogil=True)
def spread_labels(
    arcs: Arcs,
    node: Array,
    label: Array,
    seed_node: Array,
    seed_label: Array,
    limit_ms: int,
    shift: int,
    buckets: int,
) -> None:
    """Lower `label` of every node to the least label, time << 32 | seed, that reaches it within `limit_ms`.

    `node` holds clean rows (`geo._arrays.node_rows`) and is left clean. `buckets` is a power of two,
    and times ``2**shift`` exceeds every arc, and the span of the seeds' times.
    """
    link = arcs.link
    first = np.full(buckets, -1, np.int32)
    limit = ((np.int64(limit_ms) + 1) << 32) - 1
    mask = buckets - 1
    waiting = 0
    bucket = np.int64(0)
    if seed_label.size:
        bucket = seed_label.min() >> 32 >> shift
    for s in range(seed_node.size):
        n = seed_node[s]
        if seed_label[s] <= label[n] and seed_label[s] <= limit:
            label[n] = seed_label[s]
            if node[n, BEFORE] != NOT_QUEUED:
                _unqueue(n, first, node)
                waiting -= 1
            _queue(n, (label[n] >> 32 >> shift) & mask, first, node)
            waiting += 1
    while waiting > 0:
        here = bucket & mask
        n = first[here]
        while n >= 0:
            _unqueue(n, first, node)
            waiting -= 1
            reached = label[n]
            for a in range(node[n, START], node[n + 1, START]):
                there = reached + (np.int64(link[a, 1]) << 32)
                m = link[a, 0]
                old = label[m]
                if there < old and there <= limit:
                    label[m] = there
                    b = (there >> 32 >> shift) & mask
                    if node[m, BEFORE] != NOT_QUEUED:
                        if (old >> 32 >> shift) & mask == b:
                            continue
                        _unqueue(m, first, node)
                        waiting -= 1
                    _queue(m, b, first, node)
                    waiting += 1
            n = first[here]
        bucket += 1


@njit(cache=True, nogil=True)
def read_labels(label: Array, seconds: Array, index: Array) -> None:
    """Take labels, time << 32 | seed << 1, apart; what no label reached is left as it is."""
    for i in range(label.size):
        if label[i] != UNREACHED:
            seconds[i] = (label[i] >> 32) / 1000.0
            index[i] = (label[i] & 0xFFFFFFFF) >> 1


@njit(cache=True, nogil=True)
def improving_nodes(arcs: Arcs, label: Array, limit_ms: int, out: Array) -> int:
    """List the nodes whose label would lower that of a neighbour; returns how many there are."""
    limit = ((np.int64(limit_ms) + 1) << 32) - 1
    count = 0
    for n in range(label.size):
        if label[n] == UNREACHED:
            continue
        for a in range(arcs.start[n], arcs.start[n + 1]):
            there = label[n] + (np.int64(arcs.link[a, 1]) << 32)
            if there < label[arcs.link[a, 0]] and there <= limit:
                out[count] = n
                count += 1
                break
    return count


@njit(cache=True, nogil=True)
def insert_label(label: Array, at: int, k: int, new: int) -> bool:
    """Put a label among the `k` of a node, one a seed, ascending; False when it is no better.

    The lowest bit says that a label still has to be passed on to the neighbours.
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
def nearest_k_labels(
    arcs: Arcs,
    node: Array,
    seed_node: Array,
    seed_ms: Array,
    seed_number: Array,
    k: int,
    limit_ms: int,
    shift: int,
    buckets: int,
) -> Array:
    """Return for every node its `k` least labels of different seeds, ascending.

    A label is time << 32 | seed << 1; the lowest bit is used while the search runs. While a node
    waits, the `TIME` of its row is the bucket it waits in.
    """
    link = arcs.link
    label = np.full((node.shape[0] - 1) * k, UNREACHED, np.int64)
    first = np.full(buckets, -1, np.int32)
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
        if node[n, BEFORE] != NOT_QUEUED:
            if node[n, TIME] <= b:
                continue
            _unqueue(n, first, node)
            waiting -= 1
        node[n, TIME] = b
        _queue(n, b & mask, first, node)
        waiting += 1
    bucket = 0
    while waiting > 0:
        here = bucket & mask
        n = first[here]
        while n >= 0:
            _unqueue(n, first, node)
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
            for a in range(node[n, START], node[n + 1, START]):
                m = link[a, 0]
                if m == n:
                    continue
                cost = np.int64(link[a, 1]) << 32
                best = -1
                for i in range(n * k, n * k + ready):
                    if label[i] & 1:
                        new = label[i] + cost
                        if new >= label[m * k + k - 1] or new >> 32 > limit_ms:
                            break
                        if insert_label(label, m * k, k, new) and best < 0:
                            best = new >> 32 >> shift
                if best >= 0:
                    if node[m, BEFORE] != NOT_QUEUED:
                        if node[m, TIME] <= best:
                            continue
                        _unqueue(m, first, node)
                        waiting -= 1
                    node[m, TIME] = best
                    _queue(m, best & mask, first, node)
                    waiting += 1
            for i in range(n * k, n * k + ready):
                label[i] &= ~np.int64(1)
            if soonest >= 0:
                node[n, TIME] = soonest
                _queue(n, soonest & mask, first, node)
                waiting += 1
            n = first[here]
        bucket += 1
    return label


@njit(cache=True, nogil=True)
def search_within(arcs: Arcs, scratch: Scratch, seeds: int, limit_ms: int, shift: int) -> int:
    """Fill the `TIME` of all nodes within `limit_ms` of the seeds and list them in ``touched``.

    The first `seeds` of ``touched`` are the seeds, their times set; every other time must be
    `NO_TIME`, and whoever reads the answer puts it back so, by way of ``touched``. ``first`` holds
    one bucket for each ``2**shift`` ms up to the limit, all empty. Returns how many were reached.
    """
    link, node, touched, first = arcs.link, scratch.node, scratch.touched, scratch.first
    count = seeds
    for s in range(seeds):
        _queue(touched[s], node[touched[s], TIME] >> shift, first, node)
    for bucket in range((limit_ms >> shift) + 1):
        n = first[bucket]
        while n >= 0:
            _unqueue(n, first, node)
            reached = node[n, TIME]
            for a in range(node[n, START], node[n + 1, START]):
                there = reached + link[a, 1]
                if there > limit_ms:
                    continue
                m = link[a, 0]
                old = node[m, TIME]
                if there < old:
                    node[m, TIME] = there
                    b = there >> shift
                    if old == NO_TIME:
                        touched[count] = m
                        count += 1
                    elif node[m, BEFORE] != NOT_QUEUED:
                        if old >> shift == b:
                            continue
                        _unqueue(m, first, node)
                    _queue(m, b, first, node)
            n = first[bucket]
    return count
