"""Compiled search of a neighbourhood: every node within a time of a few seeds.

Three phases: the seeds sweep up through their cells to the core; the core is searched with a bucket
queue; the cells that border what was reached are swept down, each node taking the least time over a few
neighbours at lower positions. Cells hold some twenty nodes, so few are swept in vain (BENCHMARKS.md).

Indices are unsigned: for a signed one the compiler adds, at every access, the wrap-around that a negative
index has in Python, which doubles the time of a sweep.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from geo.network.arrays import INFINITE_MS, SweepGraph
from geo.search._arrays import (
    BUCKET_HEAD,
    CORE_ARCS,
    CORE_NEXT,
    CORE_PREVIOUS,
    CORE_TIME,
    NOT_ENTERED,
    NOT_QUEUED,
    ONE,
    Scratch,
)


@njit(cache=True, nogil=True)
def search_within(graph: SweepGraph, scratch: Scratch, seeds: int, limit_ms: int, shift: int) -> int:
    """List all nodes within `limit_ms` of the seeds in ``reached_node``, their times in ``reached_ms``.

    The first `seeds` entries of both hold the seeds; a node may be listed more than once. The buckets
    are ``2**shift`` ms wide and empty, and there is one for each time up to the limit. Returns how many
    nodes were reached.
    """
    cells, core_nodes = sweep_up(graph, scratch, seeds, limit_ms)
    core_nodes = search_core(graph, scratch, core_nodes, limit_ms, shift)
    return _sweep_down(graph, scratch, cells, core_nodes, limit_ms)


@njit(cache=True, nogil=True)
def sweep_up(graph: SweepGraph, scratch: Scratch, seeds: int, limit_ms: int) -> tuple[int, int]:
    """Carry the times of the seeds up to the core.

    Returns how many cells and how many core nodes were touched; ``touched_cell`` and ``touched_core``
    list them.
    """
    core_count = graph.border_start.size - 1
    start, arcs = graph.start, graph.up
    time, core, entry = scratch.time, scratch.core, scratch.entry
    cells = 0
    core_nodes = 0
    for s in range(seeds):
        p, seed_ms = graph.position[scratch.reached_node[s]], scratch.reached_ms[s]
        if seed_ms > limit_ms:
            continue
        if p < core_count:
            if core[p, CORE_TIME] == INFINITE_MS:
                scratch.touched_core[core_nodes] = p
                core_nodes += 1
            core[p, CORE_TIME] = min(core[p, CORE_TIME], seed_ms)
            continue
        time[p] = min(time[p], seed_ms)
        c = graph.cell[p]
        if entry[c] == NOT_ENTERED:
            scratch.touched_cell[cells] = c
            cells += 1
        entry[c] = max(entry[c], np.int32(p))
    for i in range(cells):
        c = scratch.touched_cell[i]
        # Arcs lead to lower positions only: one pass from the highest seed down to the start of the
        # cell carries every time as far up as it goes.
        highest = np.int64(entry[c])
        for below in range(highest - np.int64(graph.cell_start[c]) + 1):
            p = np.uint32(highest - below)
            time_here = time[p]
            if time_here > limit_ms:
                continue
            for a in range(start[p], start[p + ONE]):
                m, candidate = arcs[a, 0], np.int64(time_here) + arcs[a, 1]
                if candidate > limit_ms:
                    continue
                if m >= core_count:
                    time[m] = min(time[m], candidate)
                elif candidate < core[m, CORE_TIME]:
                    if core[m, CORE_TIME] == INFINITE_MS:
                        scratch.touched_core[core_nodes] = m
                        core_nodes += 1
                    core[m, CORE_TIME] = candidate
    return cells, core_nodes


@njit(cache=True, nogil=True)
def search_core(graph: SweepGraph, scratch: Scratch, core_nodes: int, limit_ms: int, shift: int) -> int:
    """Search the core from the nodes in ``touched_core``, and add those within `limit_ms` to them.

    A label-correcting search: nodes wait in buckets ``2**shift`` ms wide, linked through their own
    rows of ``core``, each node at most once, and a bucket is worked until it stays empty. A time that
    improves never falls below the bucket in hand, since no arc takes less than 0 ms. Returns how many
    nodes are listed.
    """
    arcs, core, bucket_first, touched = graph.up, scratch.core, scratch.bucket_first, scratch.touched_core
    if core_nodes == 0:
        return 0
    for i in range(core_nodes):
        n = touched[i]
        if core[n, CORE_TIME] > limit_ms:
            continue
        b = np.uint32(core[n, CORE_TIME] >> shift)
        following = bucket_first[b]
        core[n, CORE_NEXT] = following
        core[n, CORE_PREVIOUS] = BUCKET_HEAD - np.int32(b)
        if following >= 0:
            core[np.uint32(following), CORE_PREVIOUS] = n
        bucket_first[b] = n
    for bucket in range(np.uint32((limit_ms >> shift) + 1)):
        n = bucket_first[bucket]
        while n >= 0:
            here = np.uint32(n)
            following = core[here, CORE_NEXT]
            bucket_first[bucket] = following
            if following >= 0:
                core[np.uint32(following), CORE_PREVIOUS] = BUCKET_HEAD - np.int32(bucket)
            core[here, CORE_PREVIOUS] = NOT_QUEUED
            time_here = np.int64(core[here, CORE_TIME])
            for a in range(np.uint32(core[here, CORE_ARCS]), np.uint32(core[here + ONE, CORE_ARCS])):
                candidate = time_here + arcs[a, 1]
                # The arcs of a core node stand shortest first.
                if candidate > limit_ms:
                    break
                m = arcs[a, 0]
                old = core[m, CORE_TIME]
                if candidate < old:
                    core[m, CORE_TIME] = candidate
                    b = np.uint32(candidate >> shift)
                    # Unlinking and linking are written out: as calls they take a third more time.
                    preceding = core[m, CORE_PREVIOUS]
                    if old == INFINITE_MS:
                        touched[core_nodes] = m
                        core_nodes += 1
                    elif preceding != NOT_QUEUED:
                        if old >> shift == np.int64(b):
                            continue
                        following = core[m, CORE_NEXT]
                        if preceding >= 0:
                            core[np.uint32(preceding), CORE_NEXT] = following
                        else:
                            bucket_first[np.uint32(BUCKET_HEAD - preceding)] = following
                        if following >= 0:
                            core[np.uint32(following), CORE_PREVIOUS] = preceding
                    following = bucket_first[b]
                    core[m, CORE_NEXT] = following
                    core[m, CORE_PREVIOUS] = BUCKET_HEAD - np.int32(b)
                    if following >= 0:
                        core[np.uint32(following), CORE_PREVIOUS] = m
                    bucket_first[b] = m
            n = bucket_first[bucket]
    return core_nodes


@njit(cache=True, nogil=True)
def _sweep_down(graph: SweepGraph, scratch: Scratch, cells: int, core_nodes: int, limit_ms: int) -> int:
    """Sweep the touched cells and those that border the reached core; list what is reached and clean up."""
    start, arcs, node = graph.start, graph.down, graph.node
    time, entry = scratch.time, scratch.entry
    reached_node, reached_ms = scratch.reached_node, scratch.reached_ms
    for i in range(core_nodes):
        n = scratch.touched_core[i]
        time[n] = scratch.core[n, CORE_TIME]
        for j in range(graph.border_start[n], graph.border_start[n + ONE]):
            c = graph.border_cell[j]
            if entry[c] == NOT_ENTERED:
                entry[c] = 0
                scratch.touched_cell[cells] = c
                cells += 1
    count = np.uint64(0)
    for i in range(cells):
        c = scratch.touched_cell[i]
        entry[c] = NOT_ENTERED
        begin, end = graph.cell_start[c], graph.cell_start[c + ONE]
        # The rows of a cell lie one after the other, so the arc index just runs on.
        a = np.uint64(start[begin])
        for p in range(begin, end):
            least = np.int64(time[p])
            arcs_end = np.uint64(start[p + ONE])
            while a < arcs_end:
                least = min(least, np.int64(time[arcs[a, 0]]) + arcs[a, 1])
                a += ONE
            time[p] = least
        for p in range(begin, end):
            # Written whether it is reached or not, and counted if it is: there is no branch to predict.
            reached_node[count] = node[p]
            reached_ms[count] = time[p]
            count += np.uint64(time[p] <= limit_ms)
            time[p] = INFINITE_MS
    for i in range(core_nodes):
        n = scratch.touched_core[i]
        reached_node[count] = node[n]
        reached_ms[count] = time[n]
        count += ONE
        time[n] = INFINITE_MS
        scratch.core[n, CORE_TIME] = INFINITE_MS
    return int(count)
