"""Compiled searches of a whole street network, from all seeds at once, in whole milliseconds.

Three phases: labels sweep up from the seeds to the core of a hierarchy (`geo.network.contraction`), the core
is searched with a bucket queue, and labels sweep down again. Every node is passed once upwards and once
downwards. The search of the core is label-correcting: buckets are ``2**shift`` milliseconds wide and
linked through the nodes, a node is queued at most once, and a bucket is worked until it stays empty. The
order inside a bucket does not change the result, so there is no need for a heap.

A label is one int64: ``milliseconds << 32 | seed << 1``. One comparison finds the shorter time and, among
equals, the seed with the lower number, so results depend neither on the order of work nor on the number
of threads. Adding ``milliseconds << 32`` to a label carries it along an arc. The lowest bit is free for
the search with `k` labels a node. Indices are unsigned where it matters, as in
`geo.search._bounded_search`; labels are by position until `labels_by_node`.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from geo.network.arrays import SweepGraph
from geo.search._arrays import BUCKET_HEAD, NOT_QUEUED, ONE, UNREACHED, BucketQueue
from geo.types import Array


@njit(cache=True, nogil=True, inline="always")
def _push(n: int, bucket: int, bucket_first: Array, next_node: Array, previous_node: Array) -> None:
    """Put a node that is not queued at the front of a bucket."""
    following = bucket_first[bucket]
    next_node[n] = following
    previous_node[n] = BUCKET_HEAD - np.int32(bucket)
    if following >= 0:
        previous_node[np.uint32(following)] = n
    bucket_first[bucket] = n


@njit(cache=True, nogil=True, inline="always")
def _unlink(n: int, bucket_first: Array, next_node: Array, previous_node: Array) -> None:
    """Take a queued node out of its bucket, wherever it stands; the caller queues it elsewhere."""
    following, preceding = next_node[n], previous_node[n]
    if preceding >= 0:
        next_node[np.uint32(preceding)] = following
    else:
        bucket_first[np.uint32(BUCKET_HEAD - preceding)] = following
    if following >= 0:
        previous_node[np.uint32(following)] = preceding


@njit(cache=True, nogil=True, inline="always")
def _pop_first(n: int, bucket: int, bucket_first: Array, next_node: Array, previous_node: Array) -> None:
    """Take the first node `n` out of its bucket."""
    following = next_node[n]
    bucket_first[bucket] = following
    if following >= 0:
        previous_node[np.uint32(following)] = BUCKET_HEAD - np.int32(bucket)
    previous_node[n] = NOT_QUEUED


@njit(cache=True, nogil=True)
def sweep_labels_up(graph: SweepGraph, label: Array, limit_ms: int) -> None:
    """Carry labels up to the core, passing positions from the highest down."""
    start, arcs = graph.start, graph.up
    # The largest label within the limit, whatever its seed.
    limit = ((np.int64(limit_ms) + 1) << 32) - 1
    for offset in range(label.size - graph.border_start.size + 1):
        p = np.uint64(label.size - 1 - offset)
        label_here = label[p]
        if label_here <= limit:
            for a in range(start[p], start[p + ONE]):
                candidate = label_here + (np.int64(arcs[a, 1]) << 32)
                if candidate <= limit:
                    label[arcs[a, 0]] = min(label[arcs[a, 0]], candidate)


@njit(cache=True, nogil=True)
def search_core_labels(
    graph: SweepGraph, queue: BucketQueue, label: Array, limit_ms: int, shift: int, buckets: int
) -> None:
    """Lower the label of every core node to the least that reaches it within `limit_ms`.

    `queue` is empty and is left empty. The buckets are used in a circle: `buckets` is a power of two, and
    ``buckets * 2**shift`` ms exceed every arc of the core and the span of the labels' times, so that a
    bucket never holds nodes of two rounds at once.
    """
    start, arcs = graph.start, graph.up
    next_node, previous_node = queue.next_node, queue.previous_node
    bucket_first = np.full(buckets, -1, np.int32)
    limit = ((np.int64(limit_ms) + 1) << 32) - 1
    mask = np.int64(buckets - 1)
    queued = 0
    bucket = np.int64(limit_ms) >> shift
    for i in range(np.uint64(previous_node.size)):
        if label[i] <= limit:
            bucket = min(bucket, label[i] >> 32 >> shift)
            _push(i, np.uint32((label[i] >> 32 >> shift) & mask), bucket_first, next_node, previous_node)
            queued += 1
    while queued > 0:
        here = np.uint32(bucket & mask)
        first_node = bucket_first[here]
        while first_node >= 0:
            n = np.uint32(first_node)
            _pop_first(n, here, bucket_first, next_node, previous_node)
            queued -= 1
            label_here = label[n]
            for a in range(start[n], start[n + ONE]):
                candidate = label_here + (np.int64(arcs[a, 1]) << 32)
                m = arcs[a, 0]
                old = label[m]
                if candidate < old and candidate <= limit:
                    label[m] = candidate
                    b = np.uint32((candidate >> 32 >> shift) & mask)
                    # _unlink and _push are written out: as calls they take a third more time here,
                    # where most of it is spent.
                    preceding = previous_node[m]
                    if preceding != NOT_QUEUED:
                        if np.uint32((old >> 32 >> shift) & mask) == b:
                            continue
                        following = next_node[m]
                        if preceding >= 0:
                            next_node[np.uint32(preceding)] = following
                        else:
                            bucket_first[np.uint32(BUCKET_HEAD - preceding)] = following
                        if following >= 0:
                            previous_node[np.uint32(following)] = preceding
                        queued -= 1
                    following = bucket_first[b]
                    next_node[m] = following
                    previous_node[m] = BUCKET_HEAD - np.int32(b)
                    if following >= 0:
                        previous_node[np.uint32(following)] = m
                    bucket_first[b] = m
                    queued += 1
            first_node = bucket_first[here]
        bucket += 1


@njit(cache=True, nogil=True)
def sweep_labels_down(graph: SweepGraph, label: Array, limit_ms: int) -> None:
    """Carry the labels of the core down to every other node; beyond the limit there is none.

    A node takes its labels from lower positions, which are final when it is passed.
    """
    start, arcs = graph.start, graph.down
    limit = ((np.int64(limit_ms) + 1) << 32) - 1
    begin = np.uint64(graph.border_start.size - 1)
    a = np.uint64(start[begin])
    for p in range(begin, np.uint64(label.size)):
        best = label[p]
        arcs_end = np.uint64(start[p + ONE])
        while a < arcs_end:
            best = min(best, label[arcs[a, 0]] + (np.int64(arcs[a, 1]) << 32))
            a += ONE
        label[p] = best if best <= limit else UNREACHED


@njit(cache=True, nogil=True)
def labels_by_node(graph: SweepGraph, label: Array, k: int) -> Array:
    """Return labels, `k` a position, by node."""
    out = np.empty_like(label)
    for n in range(graph.position.size):
        p = np.int64(graph.position[n])
        for i in range(k):
            out[n * k + i] = label[p * k + i]
    return out


@njit(cache=True, nogil=True)
def unpack_labels(label: Array, seconds: Array, index: Array) -> None:
    """Write the time and the seed of each label; what no label reached is left as it is."""
    for i in range(label.size):
        if label[i] != UNREACHED:
            seconds[i] = (label[i] >> 32) / 1000.0
            index[i] = (label[i] & 0xFFFFFFFF) >> 1


@njit(cache=True, nogil=True)
def insert_label(label: Array, at: int, k: int, new: int) -> bool:
    """Insert a label among the `k` ascending ones from index `at`; False when it is no better.

    Each seed keeps one label, its shortest.
    """
    if new >= label[at + k - 1]:
        return False
    seed = (new & 0xFFFFFFFF) >> 1
    # The label to be replaced: that of the same seed, else the first free one, else the last.
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
def sweep_k_labels_up(graph: SweepGraph, label: Array, k: int, limit_ms: int) -> None:
    """As `sweep_labels_up`, with `k` labels a node."""
    start, arcs = graph.start, graph.up
    for p in range(graph.node.size - 1, graph.border_start.size - 2, -1):
        if label[p * k] == UNREACHED:
            continue
        for a in range(start[p], start[p + 1]):
            row = np.int64(arcs[a, 0]) * k
            arc_label = np.int64(arcs[a, 1]) << 32
            for i in range(p * k, p * k + k):
                if label[i] == UNREACHED or (label[i] + arc_label) >> 32 > limit_ms:
                    break
                insert_label(label, row, k, label[i] + arc_label)


@njit(cache=True, nogil=True)
def sweep_k_labels_down(graph: SweepGraph, label: Array, k: int, limit_ms: int) -> None:
    """As `sweep_labels_down`, with `k` labels a node."""
    start, arcs = graph.start, graph.down
    for p in range(graph.border_start.size - 1, graph.node.size):
        for a in range(start[p], start[p + 1]):
            row = np.int64(arcs[a, 0]) * k
            arc_label = np.int64(arcs[a, 1]) << 32
            for i in range(row, row + k):
                candidate = label[i] + arc_label
                if candidate >= label[p * k + k - 1] or candidate >> 32 > limit_ms:
                    break
                insert_label(label, p * k, k, candidate)


@njit(cache=True, nogil=True)
def search_core_k_labels(
    graph: SweepGraph, queue: BucketQueue, label: Array, k: int, limit_ms: int, shift: int, buckets: int
) -> None:
    """As `search_core_labels`, with `k` labels of different seeds a node, ascending.

    While the search runs, the lowest bit of a label says that it has still to be passed on. While a node
    is queued, ``queue.due_bucket`` is the bucket (not taken modulo `buckets`) it stands in.
    """
    start, arcs = graph.start, graph.up
    next_node, previous_node, due_bucket = queue.next_node, queue.previous_node, queue.due_bucket
    bucket_first = np.full(buckets, -1, np.int32)
    mask = buckets - 1
    queued = 0
    bucket = np.int64(limit_ms) >> shift
    for n in range(previous_node.size):
        if label[n * k] == UNREACHED:
            continue
        for i in range(n * k, n * k + k):
            if label[i] != UNREACHED:
                label[i] |= 1
        due_bucket[n] = label[n * k] >> 32 >> shift
        bucket = min(bucket, np.int64(due_bucket[n]))
        _push(n, due_bucket[n] & mask, bucket_first, next_node, previous_node)
        queued += 1
    while queued > 0:
        here = bucket & mask
        n = bucket_first[here]
        while n >= 0:
            _pop_first(n, here, bucket_first, next_node, previous_node)
            queued -= 1
            # Labels are ascending: those due now come first, and the next sets when the node is due again.
            ready = 0
            next_due = -1
            for i in range(n * k, n * k + k):
                if label[i] == UNREACHED:
                    break
                if label[i] & 1:
                    if label[i] >> 32 >> shift > bucket:
                        next_due = label[i] >> 32 >> shift
                        break
                    ready = i - n * k + 1
            for a in range(start[n], start[n + 1]):
                m = np.int64(arcs[a, 0])
                arc_label = np.int64(arcs[a, 1]) << 32
                best = -1
                for i in range(n * k, n * k + ready):
                    if label[i] & 1:
                        new = label[i] + arc_label
                        if new >= label[m * k + k - 1] or new >> 32 > limit_ms:
                            break
                        if insert_label(label, m * k, k, new) and best < 0:
                            best = new >> 32 >> shift
                if best >= 0:
                    if previous_node[m] != NOT_QUEUED:
                        if due_bucket[m] <= best:
                            continue
                        _unlink(m, bucket_first, next_node, previous_node)
                        queued -= 1
                    due_bucket[m] = best
                    _push(m, best & mask, bucket_first, next_node, previous_node)
                    queued += 1
            for i in range(n * k, n * k + ready):
                label[i] &= ~np.int64(1)
            if next_due >= 0:
                due_bucket[n] = next_due
                _push(n, next_due & mask, bucket_first, next_node, previous_node)
                queued += 1
            n = bucket_first[here]
        bucket += 1
