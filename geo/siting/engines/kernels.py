"""Compiled loops of the siting engine over a sparse table of losses, one row per site, and over its sets.

All kernels speak of one problem: people ``weight[j]`` lose ``loss[i, j]`` each where site ``i`` is the
best open one, and ``cap[j]`` where none is open. Rows hold only entries below the cap. A ``loss`` of
length 0 means that every entry is 0 (plain coverage), which spares two thirds of the memory.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from geo.types import Array


@njit(cache=True, nogil=True)
def _gain(start: Array, demand: Array, loss: Array, weight: Array, best: Array, site: int) -> float:
    """Return what opening one site saves on top of ``best``."""
    plain = loss.size == 0
    saved = 0.0
    for k in range(start[site], start[site + 1]):
        j = demand[k]
        now = 0.0 if plain else loss[k]
        if now < best[j]:
            saved += weight[j] * (best[j] - now)
    return saved


@njit(cache=True, nogil=True)
def gains(start: Array, demand: Array, loss: Array, weight: Array, best: Array) -> Array:
    """Return what each site alone would save on top of ``best``."""
    out = np.empty(start.size - 1)
    for i in range(out.size):
        out[i] = _gain(start, demand, loss, weight, best, i)
    return out


@njit(cache=True, nogil=True)
def open_site(start: Array, demand: Array, loss: Array, best: Array, site: int) -> None:
    """Lower ``best`` in place to what it is once the site is open."""
    plain = loss.size == 0
    for k in range(start[site], start[site + 1]):
        now = 0.0 if plain else loss[k]
        if now < best[demand[k]]:
            best[demand[k]] = now


@njit(cache=True, nogil=True)
def greedy(
    start: Array, demand: Array, loss: Array, weight: Array, cap: Array, size: Array, room: float, count: int
) -> Array:
    """Open the site that saves most per unit of size, again and again (lazy evaluation, Minoux 1978).

    A stale saving is an upper bound, because savings only shrink as sites open; so a site whose fresh
    saving still beats every stale one is the best without looking at the rest.
    """
    best = cap.copy()
    stale = gains(start, demand, loss, weight, best)
    fresh = np.ones(stale.size, np.bool_)
    opened = np.empty(min(count, stale.size), np.int64)
    taken = 0
    while taken < opened.size:
        top = -1
        score = 0.0
        for i in range(stale.size):
            if stale[i] > 0.0 and size[i] <= room:
                ratio = stale[i] / max(size[i], 1e-12)
                if ratio > score:
                    score = ratio
                    top = i
        if top < 0:
            break
        if not fresh[top]:
            stale[top] = _gain(start, demand, loss, weight, best, top)
            fresh[top] = True
            continue
        opened[taken] = top
        taken += 1
        room -= size[top]
        open_site(start, demand, loss, best, top)
        fresh[:] = False
        stale[top] = 0.0
    return opened[:taken]


@njit(cache=True, nogil=True)
def two_best(
    start: Array, demand: Array, loss: Array, cap: Array, opened: Array
) -> tuple[Array, Array, Array]:
    """Return the least and second least loss of each demand, and which open site gives the least."""
    plain = loss.size == 0
    first = cap.copy()
    second = cap.copy()
    who = np.full(cap.size, -1, np.int32)
    for s in range(opened.size):
        for k in range(start[opened[s]], start[opened[s] + 1]):
            j = demand[k]
            now = 0.0 if plain else loss[k]
            if now < first[j]:
                second[j] = first[j]
                first[j] = now
                who[j] = s
            elif now < second[j]:
                second[j] = now
    return first, second, who


@njit(cache=True, nogil=True)
def swap_descent(
    start: Array,
    demand: Array,
    loss: Array,
    weight: Array,
    cap: Array,
    size: Array,
    room: float,
    opened: Array,
    order: Array,
    most_passes: int,
    tolerance: float,
) -> int:
    """Exchange open for closed sites while that saves something (Teitz & Bart 1968, Whitaker 1983).

    ``opened`` is changed in place; ``room`` is what is left of the resource. Returns the passes made.
    """
    plain = loss.size == 0
    closed = np.ones(start.size - 1, np.bool_)
    for s in range(opened.size):
        closed[opened[s]] = False
    first, second, who = two_best(start, demand, loss, cap, opened)
    leave = np.zeros(opened.size)
    for j in range(cap.size):
        if who[j] >= 0:
            leave[who[j]] += weight[j] * (second[j] - first[j])
    change = np.zeros(opened.size)
    idle = 0
    for step in range(order.size * most_passes):
        i = order[step % order.size]
        idle += 1
        if idle > order.size:
            return step // order.size + 1
        if not closed[i]:
            continue
        gain = 0.0
        change[:] = leave
        for k in range(start[i], start[i + 1]):
            j = demand[k]
            now = 0.0 if plain else loss[k]
            if now < first[j]:
                gain += weight[j] * (first[j] - now)
                if who[j] >= 0:
                    change[who[j]] -= weight[j] * (second[j] - first[j])
            elif now < second[j]:
                change[who[j]] -= weight[j] * (second[j] - now)
        out = -1
        least = gain - tolerance
        for s in range(opened.size):
            if change[s] < least and size[i] - size[opened[s]] <= room:
                least = change[s]
                out = s
        if out < 0:
            continue
        room -= size[i] - size[opened[out]]
        closed[opened[out]] = True
        closed[i] = False
        opened[out] = i
        idle = 0
        first, second, who = two_best(start, demand, loss, cap, opened)
        leave[:] = 0.0
        for j in range(cap.size):
            if who[j] >= 0:
                leave[who[j]] += weight[j] * (second[j] - first[j])
    return most_passes


@njit(cache=True, nogil=True)
def reduced_costs(start: Array, demand: Array, loss: Array, weight: Array, price: Array) -> Array:
    """Return for each site what opening it changes when demand pays ``price`` to be served."""
    plain = loss.size == 0
    out = np.empty(start.size - 1)
    for i in range(out.size):
        total = 0.0
        for k in range(start[i], start[i + 1]):
            j = demand[k]
            below = -price[j] if plain else loss[k] - price[j]
            if below < 0.0:
                total += weight[j] * below
        out[i] = total
    return out


@njit(cache=True, nogil=True)
def fill_room(cost: Array, size: Array, room: float) -> tuple[float, Array, int, float, float, float]:
    """Solve ``min cost @ x, size @ x <= room, 0 <= x <= 1`` by ratio (Dantzig 1957).

    Returns the value, the order by ratio, how many are taken whole, the share of the next one, and the
    dual price of the resource just before and just after the room is full.
    """
    ratio = np.empty(cost.size)
    for i in range(cost.size):
        ratio[i] = cost[i] / max(size[i], 1e-12)
    order = np.argsort(ratio)
    value = 0.0
    whole = 0
    share = 0.0
    before = 0.0
    after = 0.0
    for i in order:
        if cost[i] >= 0.0:
            break
        if size[i] > room + 1e-9:
            share = max(room, 0.0) / size[i]
            value += share * cost[i]
            after = -ratio[i]
            break
        room -= size[i]
        value += cost[i]
        before = -ratio[i]
        whole += 1
    if share > 1e-12:
        before = after
    elif after == 0.0 and room > 1e-9:
        before = 0.0
    return value, order, whole, share, before, after


@njit(cache=True, nogil=True)
def _slope(
    start: Array,
    demand: Array,
    loss: Array,
    price: Array,
    cap: Array,
    order: Array,
    whole: int,
    share: float,
    slope: Array,
) -> None:
    """Write into ``slope`` how far each demand is from being served exactly once."""
    plain = loss.size == 0
    slope[:] = 1.0
    for s in range(min(whole + 1, order.size)):
        part = 1.0 if s < whole else share
        if part <= 0.0:
            break
        for k in range(start[order[s]], start[order[s] + 1]):
            j = demand[k]
            if (0.0 if plain else loss[k]) < price[j]:
                slope[j] -= part
    for j in range(price.size):
        if (slope[j] > 0.0 and price[j] >= cap[j]) or (slope[j] < 0.0 and price[j] <= 0.0):
            slope[j] = 0.0


@njit(cache=True, nogil=True)
def ascend(
    start: Array,
    demand: Array,
    loss: Array,
    weight: Array,
    cap: Array,
    size: Array,
    room: float,
    price: Array,
    kept: Array,
    kept_cost: Array,
    move: Array,
    state: Array,
    upper: float,
    target: float,
    steps: int,
    patience: float,
) -> int:
    """Raise the Lagrangian bound by subgradient steps on the prices (Held, Wolfe & Crowder 1974).

    The relaxed rule is "each demand is served once" (Cornuejols, Fisher & Nemhauser 1977), so the best
    bound equals that of the linear programme. Stops when the bound passes ``target``, the step has
    become too short, or a subgradient of zero proves the prices best. ``price``, ``kept`` (the best
    prices), ``kept_cost`` (their reduced costs), ``move`` and ``state`` (bound, step scale, idle steps,
    1 when finished) are changed in place, so that the ascent can be taken up again.
    """
    slope = np.empty(price.size)
    for made in range(1, steps + 1):
        cost = reduced_costs(start, demand, loss, weight, price)
        value, order, whole, share, _, _ = fill_room(cost, size, room)
        for j in range(price.size):
            value += weight[j] * price[j]
        state[2] = 0.0 if value > state[0] + 1e-5 * abs(upper - state[0]) else state[2] + 1.0
        if value > state[0]:
            state[0] = value
            kept[:] = price
            kept_cost[:] = cost
        if state[2] >= patience:
            state[1] *= 0.5
            state[2] = 0.0
            price[:] = kept
            move[:] = 0.0
        if state[0] >= target or state[1] < 1e-4:
            state[3] = 1.0
            return made
        _slope(start, demand, loss, price, cap, order, whole, share, slope)
        norm = 0.0
        for j in range(price.size):
            move[j] = slope[j] + 0.3 * move[j]
            norm += weight[j] * move[j] * move[j]
        if norm <= 1e-18:
            state[3] = 1.0
            return made
        step = state[1] * (upper - value) / norm
        for j in range(price.size):
            price[j] = min(max(price[j] + step * move[j], 0.0), cap[j])
    return steps


@njit(cache=True, nogil=True)
def keep_rows(
    start: Array, demand: Array, loss: Array, cap: Array, rows: Array
) -> tuple[Array, Array, Array]:
    """Return the table of some sites only, without the entries that are not below the cap."""
    plain = loss.size == 0
    at = np.zeros(rows.size + 1, np.int64)
    for r in range(rows.size):
        n = 0
        for k in range(start[rows[r]], start[rows[r] + 1]):
            if (0.0 if plain else loss[k]) < cap[demand[k]]:
                n += 1
        at[r + 1] = at[r] + n
    new_demand = np.empty(at[-1], demand.dtype)
    new_loss = np.empty(0 if plain else at[-1], loss.dtype)
    for r in range(rows.size):
        n = at[r]
        for k in range(start[rows[r]], start[rows[r] + 1]):
            if (0.0 if plain else loss[k]) < cap[demand[k]]:
                new_demand[n] = demand[k]
                if not plain:
                    new_loss[n] = loss[k]
                n += 1
    return at, new_demand, new_loss


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
def fingerprints(start: Array, demand: Array, bits: Array, items: int, salt: Array) -> Array:
    """Return two 64-bit sums per demand that agree only where sites and losses agree.

    ``bits`` are all 64 of each loss, so that losses which differ in the last one are told apart.
    """
    plain = bits.size == 0
    out = np.zeros((items, 2), np.uint64)
    for i in range(start.size - 1):
        for k in range(start[i], start[i + 1]):
            value = np.uint64(0) if plain else bits[k]
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
