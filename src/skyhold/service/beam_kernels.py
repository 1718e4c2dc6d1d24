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
def _freest(c, first, at, free):
    """The pair of cell c whose satellite has most time left; -1 where none has any."""
    best, most = -1, 0
    for p in range(first[c], first[c + 1]):
        if free[at[p]] > most:
            best, most = p, free[at[p]]
    return best


@njit(cache=True, nogil=True, error_model="numpy")
def put(p, at, free, total, held, units):
    """A unit of pair p; held (n, N) the pairs that hold the units of each satellite."""
    i = at[p]
    held[i, total[i] - free[i]] = p
    free[i] -= 1
    units[p] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def _ask_all(i, stamp, bottom, first, cell, at, free, total, held, seen, closed, mover, queue, tail):
    """Satellites to which a unit of full satellite i can move, not seen before; one with time left ends it."""
    for u in range(bottom[i], total[i] - free[i]):
        d = cell[held[i, u]]
        for p in range(first[d], first[d + 1]):
            j = at[p]
            if seen[j] != stamp and not closed[j]:
                seen[j], mover[j, 0], mover[j, 1], mover[j, 2] = stamp, i, u, p
                if free[j] > 0:
                    return j, tail
                queue[tail] = j
                tail += 1
    return -1, tail


@njit(cache=True, nogil=True, error_model="numpy")
def _rearrange(c, bottom, first, cell, at, free, total, held, units, seen, closed, mover, queue):
    """Light cell c by moving units of others to other satellites: a path in breadth (Kuhn 1955).

    seen (n,) stamps of the search, c + 1; closed (n,) satellites from which no search can reach free time; mover (n,
    3) satellite and place of the unit that would move in, and its pair there. Where no free time is reached, all
    that were seen are closed: they are full, and their units reach only each other.
    """
    tail = 0
    for p in range(first[c], first[c + 1]):
        i = at[p]
        if not closed[i] and seen[i] != c + 1:
            seen[i], mover[i, 0], mover[i, 2] = c + 1, -1, p
            queue[tail] = i
            tail += 1
    head, end = 0, -1
    while head < tail and end < 0:
        end, tail = _ask_all(
            queue[head], c + 1, bottom, first, cell, at, free, total, held, seen, closed, mover, queue, tail
        )
        head += 1
    if end < 0:
        for r in range(tail):
            closed[queue[r]] = True
        return False
    put(mover[end, 2], at, free, total, held, units)
    while mover[end, 0] >= 0:
        i, u = mover[end, 0], mover[end, 1]
        units[held[i, u]] -= 1
        held[i, u] = mover[i, 2]
        units[mover[i, 2]] += 1
        end = i
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def light(order, rank, priority, first, cell, at, free, total, held, units, lit):
    """One unit of beam time to as many cells of this rank as can have one, the first of `order` before others.

    order (C,) cells; priority (C,) rank of each; units (P,) of each pair, changed in place; lit (C,) bool out.
    The lit cells are the basis that greedy finds of the transversal matroid of cells and units: where `order` falls
    by weight, no set of cells that can be lit weighs more (Edmonds 1971). Units given before the call stay.
    """
    n = free.shape[0]
    seen, closed = np.zeros(n, np.int64), np.zeros(n, np.bool_)
    queue, mover = np.empty(n, np.int64), np.empty((n, 3), np.int64)
    bottom = total - free
    for r in range(order.shape[0]):
        c = order[r]
        if priority[c] != rank or first[c] == first[c + 1]:
            continue
        p = _freest(c, first, at, free)
        lit[c] = True
        if p >= 0:
            put(p, at, free, total, held, units)
        else:
            lit[c] = _rearrange(
                c, bottom, first, cell, at, free, total, held, units, seen, closed, mover, queue
            )


@njit(cache=True, nogil=True, error_model="numpy")
def relight(order, rank, priority, lit, chosen, at, free, total, held, units):
    """Give the lit cells of this rank their units anew: one of the pair `chosen` (C,) for each."""
    for r in range(order.shape[0]):
        c = order[r]
        if priority[c] == rank and lit[c]:
            put(chosen[c], at, free, total, held, units)


@njit(cache=True, nogil=True, error_model="numpy")
def _best_free(c, first, at, value, free):
    """The pair of cell c of highest efficiency whose satellite has time left; -1 where none has."""
    best = -1
    for p in range(first[c], first[c + 1]):
        if free[at[p]] > 0 and (best < 0 or value[p] > value[best]):
            best = p
    return best


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
        p = -1 if had >= most else _best_free(c, first, at, value, free)
        if p >= 0:
            put(p, at, free, total, held, units)
            air[c] += value[p] * unit_hz
        if p >= 0 and air[c] < wanted[c] * ENOUGH:
            key[0] = air[c] / wanted[c]
        else:
            n -= 1
            key[0], who[0] = key[n], who[n]
        if n > 0:
            _sink(key, who, n)
