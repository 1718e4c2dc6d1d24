"""Loops that give beam time to cells: light as many as can be lit, then raise the least satisfied."""

import numpy as np
from numba import njit

ENOUGH = 1.0 - 1e-6  # of what is wanted: float32 in, float32 out


@njit(cache=True, nogil=True, error_model="numpy")
def usable_pairs(satellite, efficiency, wanted, local, free, first, cell, at, value):
    """The links of one slot that can carry something: cell c has pairs first[c]..first[c + 1] - 1.

    satellite, efficiency (C, K); wanted (C,); free (n,) units of beam time; out: cell, at (P,) cell and satellite
    of each pair, value (P,) its efficiency. Returns P.
    """
    p = 0
    for c in range(satellite.shape[0]):
        first[c] = p
        if wanted[c] > 0.0:
            for k in range(satellite.shape[1]):
                s = satellite[c, k]
                if s < 0:
                    break
                i = local[s]
                if i >= 0 and free[i] > 0 and efficiency[c, k] > 0.0:
                    cell[p], at[p], value[p] = c, i, efficiency[c, k]
                    p += 1
    first[satellite.shape[0]] = p
    return p


@njit(cache=True, nogil=True, error_model="numpy")
def _best_free(c, first, at, score, free, total, slope):
    """The pair of cell c whose satellite has time left, by score less what its load costs; -1 where none has."""
    best, most = -1, -np.inf
    for p in range(first[c], first[c + 1]):
        i = at[p]
        if free[i] > 0:
            worth = score[p] - slope * (1.0 - free[i] / total[i])
            if worth > most:
                best, most = p, worth
    return best


@njit(cache=True, nogil=True, error_model="numpy")
def _put(p, at, free, total, held, units):
    i = at[p]
    held[i, total[i] - free[i]] = p
    free[i] -= 1
    units[p] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def _rearrange(
    c, rank, priority, first, cell, at, free, total, held, units, seen, closed, queue, via, hole_at, hole
):
    """Light cell c by moving units of cells of the same rank to other satellites: a path in breadth (Kuhn 1955).

    seen (n,) stamps of the search, c + 1; closed (n,) satellites from which no search can reach free time.
    Where none is reached, all that were seen are closed: they are full, and their cells reach only each other.
    """
    head, tail, end = 0, 0, -1
    for p in range(first[c], first[c + 1]):
        i = at[p]
        if not closed[i] and seen[i] != c + 1:
            seen[i], via[i], hole_at[i] = c + 1, p, -1
            queue[tail] = i
            tail += 1
    while head < tail and end < 0:
        i = queue[head]
        head += 1
        for u in range(total[i] - free[i]):
            d = cell[held[i, u]]
            if priority[d] != rank:
                continue
            for p in range(first[d], first[d + 1]):
                j = at[p]
                if seen[j] == c + 1 or closed[j]:
                    continue
                seen[j], via[j], hole_at[j], hole[j] = c + 1, p, i, u
                if free[j] > 0:
                    end = j
                    break
                queue[tail] = j
                tail += 1
            if end >= 0:
                break
    if end < 0:
        for r in range(tail):
            closed[queue[r]] = True
        return False
    p = via[end]
    i, u = hole_at[end], hole[end]
    _put(p, at, free, total, held, units)
    while i >= 0:
        units[held[i, u]] -= 1
        p = via[i]
        held[i, u] = p
        units[p] += 1
        i, u = hole_at[i], hole[i]
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def light(order, rank, priority, first, cell, at, score, slope, free, total, held, units, lit):
    """One unit of beam time to as many cells of this rank as can have one, the first of `order` before others.

    order (C,) cells; priority (C,) rank of each; units (P,) of each pair, changed in place; lit (C,) bool out.
    The lit cells are a basis of the transversal matroid of cells and units that greedy finds: no set of lit cells
    weighs more where `order` falls by weight (Edmonds 1971). Cells of other ranks keep their units.
    """
    n = free.shape[0]
    seen, closed = np.zeros(n, np.int64), np.zeros(n, np.bool_)
    queue, via = np.empty(n, np.int32), np.empty(n, np.int32)
    hole_at, hole = np.empty(n, np.int32), np.empty(n, np.int32)
    for r in range(order.shape[0]):
        c = order[r]
        if priority[c] != rank or first[c] == first[c + 1]:
            continue
        p = _best_free(c, first, at, score, free, total, slope)
        if p >= 0:
            _put(p, at, free, total, held, units)
            lit[c] = True
        else:
            lit[c] = _rearrange(
                c,
                rank,
                priority,
                first,
                cell,
                at,
                free,
                total,
                held,
                units,
                seen,
                closed,
                queue,
                via,
                hole_at,
                hole,
            )


@njit(cache=True, nogil=True, error_model="numpy")
def _sink(key, who, n):
    """Let the top of a heap of n keys sink to its place."""
    i = 0
    k, v = key[0], who[0]
    while True:
        j = 2 * i + 1
        if j >= n:
            break
        if j + 1 < n and (key[j + 1] < key[j] or (key[j + 1] == key[j] and who[j + 1] < who[j])):
            j += 1
        if key[j] > k or (key[j] == k and who[j] > v):
            break
        key[i], who[i] = key[j], who[j]
        i = j
    key[i], who[i] = k, v


@njit(cache=True, nogil=True, error_model="numpy")
def _rise(key, who, i):
    """Let entry i of a heap rise to its place."""
    k, v = key[i], who[i]
    while i > 0:
        j = (i - 1) >> 1
        if key[j] < k or (key[j] == k and who[j] < v):
            break
        key[i], who[i] = key[j], who[j]
        i = j
    key[i], who[i] = k, v


@njit(cache=True, nogil=True, error_model="numpy")
def raise_least(
    rank, priority, wanted, lit, first, at, value, unit_hz, most, free, total, held, units, air, key, who
):
    """Further units to the lit cell of this rank with the least share of what it wants, until time or want ends.

    Max-min fairness in steps of one unit (progressive filling: Bertsekas and Gallager, Data Networks, 6.5.2).
    air (C,) bit/s that the units of a cell carry, changed in place; most: units of one cell; key, who (C,) heap.
    """
    n = 0
    for c in range(wanted.shape[0]):
        if priority[c] == rank and lit[c]:
            air[c], had = 0.0, 0
            for p in range(first[c], first[c + 1]):
                air[c] += units[p] * value[p] * unit_hz
            if air[c] < wanted[c] * ENOUGH:
                key[n], who[n] = air[c] / wanted[c], c
                _rise(key, who, n)
                n += 1
    while n > 0:
        c = who[0]
        had = 0
        for p in range(first[c], first[c + 1]):
            had += units[p]
        p = -1 if had >= most else _best_free(c, first, at, value, free, total, 0.0)
        if p >= 0:
            _put(p, at, free, total, held, units)
            air[c] += value[p] * unit_hz
        if p >= 0 and air[c] < wanted[c] * ENOUGH:
            key[0] = air[c] / wanted[c]
        else:
            n -= 1
            key[0], who[0] = key[n], who[n]
        if n > 0:
            _sink(key, who, n)
