"""Compiled search of a neighbourhood: every node within a time of a few seeds.

The seeds climb through their cells to the core; the core is searched with a bucket queue; the cells
that border what was reached are then swept, each node taking the least time of a few neighbours that
stand before it. Cells hold some twenty nodes, so little is swept in vain (BENCHMARKS.md).

Indices are unsigned: for a signed one the compiler adds, at every access, the turn that a negative
index takes in Python, which doubles the time of a sweep.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from geo.network.arrays import AFTER, BEFORE, FAR, HEAD, NOT_QUEUED, ONE, START, TIME, UNSEEN, Scratch, Way


@njit(cache=True, nogil=True)
def search_within(way: Way, scratch: Scratch, seeds: int, limit_ms: int, shift: int) -> int:
    """List all nodes within `limit_ms` of the seeds in ``found``, with their times in ``found_ms``.

    The first `seeds` of both hold the seeds, the same node more than once if need be. ``first`` has one
    bucket for each ``2**shift`` ms up to the limit, all empty. Returns how many nodes were reached.
    """
    cells, settled = climb(way, scratch, seeds, limit_ms)
    settled = spread_core(way, scratch, settled, limit_ms, shift)
    return _come_down(way, scratch, cells, settled, limit_ms)


@njit(cache=True, nogil=True)
def climb(way: Way, scratch: Scratch, seeds: int, limit_ms: int) -> tuple[int, int]:
    """Carry the seeds up to the core; returns how many cells and how many core nodes were touched."""
    core_count = way.near_start.size - 1
    start, link = way.start, way.climb
    time, core, entry = scratch.time, scratch.core, scratch.entry
    cells = 0
    settled = 0
    for s in range(seeds):
        p, there = way.position[scratch.found[s]], scratch.found_ms[s]
        if there > limit_ms:
            continue
        if p < core_count:
            if core[p, TIME] == FAR:
                scratch.settled[settled] = p
                settled += 1
            core[p, TIME] = min(core[p, TIME], there)
            continue
        time[p] = min(time[p], there)
        c = way.cell[p]
        if entry[c] == UNSEEN:
            scratch.cells[cells] = c
            cells += 1
        entry[c] = max(entry[c], np.int32(p))
    for i in range(cells):
        c = scratch.cells[i]
        last = np.int64(entry[c])
        for back in range(last - np.int64(way.cell_start[c]) + 1):
            p = np.uint32(last - back)
            reached = time[p]
            if reached > limit_ms:
                continue
            for a in range(start[p], start[p + ONE]):
                m, there = link[a, 0], np.int64(reached) + link[a, 1]
                if there > limit_ms:
                    continue
                if m >= core_count:
                    time[m] = min(time[m], there)
                elif there < core[m, TIME]:
                    if core[m, TIME] == FAR:
                        scratch.settled[settled] = m
                        settled += 1
                    core[m, TIME] = there
    return cells, settled


@njit(cache=True, nogil=True)
def spread_core(way: Way, scratch: Scratch, settled: int, limit_ms: int, shift: int) -> int:
    """Add the core nodes within `limit_ms` of those in ``settled``; returns how many there are in all.

    A label-correcting search: nodes wait in buckets ``2**shift`` ms wide, linked through their own
    rows, each node at most once, and the bucket in hand is worked until it stays empty.
    """
    link, core, first, touched = way.climb, scratch.core, scratch.first, scratch.settled
    if settled == 0:
        return 0
    for i in range(settled):
        n = touched[i]
        if core[n, TIME] > limit_ms:
            continue
        b = np.uint32(core[n, TIME] >> shift)
        follower = first[b]
        core[n, AFTER] = follower
        core[n, BEFORE] = HEAD - np.int32(b)
        if follower >= 0:
            core[np.uint32(follower), BEFORE] = n
        first[b] = n
    for bucket in range(np.uint32((limit_ms >> shift) + 1)):
        n = first[bucket]
        while n >= 0:
            here = np.uint32(n)
            follower = core[here, AFTER]
            first[bucket] = follower
            if follower >= 0:
                core[np.uint32(follower), BEFORE] = HEAD - np.int32(bucket)
            core[here, BEFORE] = NOT_QUEUED
            reached = np.int64(core[here, TIME])
            for a in range(np.uint32(core[here, START]), np.uint32(core[here + ONE, START])):
                there = reached + link[a, 1]
                if there > limit_ms:
                    break
                m = link[a, 0]
                old = core[m, TIME]
                if there < old:
                    core[m, TIME] = there
                    b = np.uint32(there >> shift)
                    # Taken out of its bucket and queued anew, written out: as calls it cost a third more.
                    leader = core[m, BEFORE]
                    if old == FAR:
                        touched[settled] = m
                        settled += 1
                    elif leader != NOT_QUEUED:
                        if old >> shift == np.int64(b):
                            continue
                        follower = core[m, AFTER]
                        if leader >= 0:
                            core[np.uint32(leader), AFTER] = follower
                        else:
                            first[np.uint32(HEAD - leader)] = follower
                        if follower >= 0:
                            core[np.uint32(follower), BEFORE] = leader
                    follower = first[b]
                    core[m, AFTER] = follower
                    core[m, BEFORE] = HEAD - np.int32(b)
                    if follower >= 0:
                        core[np.uint32(follower), BEFORE] = m
                    first[b] = m
            n = first[bucket]
    return settled


@njit(cache=True, nogil=True)
def _come_down(way: Way, scratch: Scratch, cells: int, settled: int, limit_ms: int) -> int:
    """Sweep the cells in hand and those that border what was reached; list all that is, and clean up."""
    start, link, node = way.start, way.drop, way.node
    time, entry, found, found_ms = scratch.time, scratch.entry, scratch.found, scratch.found_ms
    for i in range(settled):
        n = scratch.settled[i]
        time[n] = scratch.core[n, TIME]
        for j in range(way.near_start[n], way.near_start[n + ONE]):
            c = way.near[j]
            if entry[c] == UNSEEN:
                entry[c] = 0
                scratch.cells[cells] = c
                cells += 1
    count = np.uint64(0)
    for i in range(cells):
        c = scratch.cells[i]
        entry[c] = UNSEEN
        begin, end = way.cell_start[c], way.cell_start[c + ONE]
        a = np.uint64(start[begin])
        for p in range(begin, end):
            least = np.int64(time[p])
            arcs_end = np.uint64(start[p + ONE])
            while a < arcs_end:
                least = min(least, np.int64(time[link[a, 0]]) + link[a, 1])
                a += ONE
            time[p] = least
        for p in range(begin, end):
            # Written whether it is reached or not, and counted if it is: no branch to guess.
            found[count] = node[p]
            found_ms[count] = time[p]
            count += np.uint64(time[p] <= limit_ms)
            time[p] = FAR
    for i in range(settled):
        n = scratch.settled[i]
        found[count] = node[n]
        found_ms[count] = time[n]
        count += ONE
        time[n] = FAR
        scratch.core[n, TIME] = FAR
    return int(count)
