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
    Line,
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
def _take_first(n: int, bucket: int, first: Array, node: Array) -> None:
    """Take the foremost node `n` out of its bucket."""
    follower = node[n, AFTER]
    first[bucket] = follower
    if follower >= 0:
        node[follower, BEFORE] = -2 - bucket
    node[n, BEFORE] = NOT_QUEUED


@njit(cache=True, nogil=True, inline="always")
def _line_up(n: int, bucket: int, first: Array, after: Array, before: Array) -> None:
    """As `_queue`, for a sweep of the whole network."""
    follower = first[bucket]
    after[n] = follower
    before[n] = -2 - bucket
    if follower >= 0:
        before[follower] = n
    first[bucket] = n


@njit(cache=True, nogil=True, inline="always")
def _step_out(n: int, first: Array, after: Array, before: Array) -> None:
    """Join the neighbours of a queued node that is about to be queued elsewhere."""
    follower, leader = after[n], before[n]
    if leader >= 0:
        after[leader] = follower
    else:
        first[-2 - leader] = follower
    if follower >= 0:
        before[follower] = leader


@njit(cache=True, nogil=True, inline="always")
def _call_first(n: int, bucket: int, first: Array, after: Array, before: Array) -> None:
    """As `_take_first`, for a sweep of the whole network."""
    follower = after[n]
    first[bucket] = follower
    if follower >= 0:
        before[follower] = -2 - bucket
    before[n] = NOT_QUEUED


@njit(cache=True, nogil=True)
def spread_labels(
    arcs: Arcs,
    line: Line,
    label: Array,
    seed_node: Array,
    seed_label: Array,
    limit_ms: int,
    shift: int,
    buckets: int,
) -> None:
    """Lower `label` of every node to the least label, time << 32 | seed, that reaches it within `limit_ms`.

    `line` is clean (`geo._arrays.make_line`) and is left clean. `buckets` is a power of two, and times
    ``2**shift`` exceeds every arc, and the span of the seeds' times.
    """
    start, head, cost = arcs.start, arcs.head, arcs.cost
    after, before = line.after, line.before
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
            if before[n] != NOT_QUEUED:
                _step_out(n, first, after, before)
                waiting -= 1
            _line_up(n, (label[n] >> 32 >> shift) & mask, first, after, before)
            waiting += 1
    while waiting > 0:
        here = bucket & mask
        n = first[here]
        while n >= 0:
            _call_first(n, here, first, after, before)
            waiting -= 1
            reached = label[n]
            for a in range(start[n], start[n + 1]):
                there = reached + (np.int64(cost[a]) << 32)
                m = head[a]
                old = label[m]
                if there < old and there <= limit:
                    label[m] = there
                    b = (there >> 32 >> shift) & mask
                    # _step_out and _line_up written out: as calls they cost a third more time here,
                    # where nearly all of it is spent.
                    leader = before[m]
                    if leader != NOT_QUEUED:
                        if (old >> 32 >> shift) & mask == b:
                            continue
                        follower = after[m]
                        if leader >= 0:
                            after[leader] = follower
                        else:
                            first[-2 - leader] = follower
                        if follower >= 0:
                            before[follower] = leader
                        waiting -= 1
                    follower = first[b]
                    after[m] = follower
                    before[m] = -2 - b
                    if follower >= 0:
                        before[follower] = m
                    first[b] = m
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
            there = label[n] + (np.int64(arcs.cost[a]) << 32)
            if there < label[arcs.head[a]] and there <= limit:
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
    line: Line,
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
    waits, ``line.due`` is the bucket it waits in.
    """
    start, head, cost = arcs.start, arcs.head, arcs.cost
    after, before, due = line.after, line.before, line.due
    label = np.full((start.size - 1) * k, UNREACHED, np.int64)
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
        if before[n] != NOT_QUEUED:
            if due[n] <= b:
                continue
            _step_out(n, first, after, before)
            waiting -= 1
        due[n] = b
        _line_up(n, b & mask, first, after, before)
        waiting += 1
    bucket = 0
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
                m = head[a]
                if m == n:
                    continue
                step = np.int64(cost[a]) << 32
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
            _take_first(n, bucket, first, node)
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
                    # Taken out of its bucket and queued anew, as in `spread_labels`.
                    leader = node[m, BEFORE]
                    if old == NO_TIME:
                        touched[count] = m
                        count += 1
                    elif leader != NOT_QUEUED:
                        if old >> shift == b:
                            continue
                        follower = node[m, AFTER]
                        if leader >= 0:
                            node[leader, AFTER] = follower
                        else:
                            first[-2 - leader] = follower
                        if follower >= 0:
                            node[follower, BEFORE] = leader
                    follower = first[b]
                    node[m, AFTER] = follower
                    node[m, BEFORE] = -2 - b
                    if follower >= 0:
                        node[follower, BEFORE] = m
                    first[b] = m
            n = first[bucket]
    return count
