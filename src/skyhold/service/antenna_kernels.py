"""Loops that give gateway antennas to satellites."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def list_satellites(satellite, weight, local, listed):
    """Satellites (n) that a cell of weight lists, in the order of their index; local (S,) their place, else -1.

    satellite (C, K), -1 pads; weight (C,); returns n.
    """
    local[:] = -1
    for c in range(satellite.shape[0]):
        if weight[c] > 0.0:
            for k in range(satellite.shape[1]):
                if satellite[c, k] < 0:
                    break
                local[satellite[c, k]] = 0
    n = 0
    for s in range(local.shape[0]):
        if local[s] == 0:
            local[s] = n
            listed[n] = s
            n += 1
    return n


@njit(cache=True, nogil=True, error_model="numpy")
def _ask(mover, s, reach, link, antennas, used, queue, tail, asker, seen):
    """Gateways in reach of satellite s not asked before: the best with a free antenna, or -1; full ones queue."""
    end = -1
    for g in range(antennas.shape[0]):
        if seen[g] or not reach[g, s] or link[g] <= 0.0 or antennas[g] <= 0:
            continue
        seen[g] = True
        asker[g] = mover
        if used[g] >= antennas[g]:
            queue[tail] = g
            tail += 1
        elif end < 0 or link[g] > link[end]:
            end = g
    return end, tail


@njit(cache=True, nogil=True, error_model="numpy")
def take_antenna(i, listed, reach, link, antennas, gate, held, used, queue, asker, seen):
    """Give satellite i of `listed` an antenna, moving others to other gateways where that frees one.

    reach (G, S) bool; link (G,) bit/s; antennas, used (G,); gate (n,) the gateway of each satellite, -1 none;
    held (G, A) who holds the antennas. An augmenting path in breadth (Kuhn 1955): it fails only where no
    rearrangement serves i and all who have an antenna.
    """
    seen[:] = False
    end, tail = _ask(i, listed[i], reach, link, antennas, used, queue, 0, asker, seen)
    head = 0
    while end < 0 and head < tail:
        g = queue[head]
        head += 1
        for a in range(used[g]):
            j = held[g, a]
            end, tail = _ask(j, listed[j], reach, link, antennas, used, queue, tail, asker, seen)
            if end >= 0:
                break
    if end < 0:
        return False
    mover = asker[end]
    held[end, used[end]] = mover
    used[end] += 1
    while mover != i:
        left = gate[mover]
        gate[mover] = end
        mover, end, gone = asker[left], left, mover
        for a in range(used[left]):
            if held[left, a] == gone:
                held[left, a] = mover
    gate[i] = end
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def _in_reach(s, reach, link, antennas):
    """Whether satellite s has any gateway with antennas and an open link in view."""
    found = False
    for g in range(antennas.shape[0]):
        found |= reach[g, s] and link[g] > 0.0 and antennas[g] > 0
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def give_to_all(n, listed, reach, link, antennas, gate, held, used, queue, asker, seen):
    """An antenna to every satellite that has a gateway in reach; False, and half done, where there are too few."""
    gate[:n] = -1
    used[:] = 0
    for i in range(n):
        if _in_reach(listed[i], reach, link, antennas) and not take_antenna(
            i, listed, reach, link, antennas, gate, held, used, queue, asker, seen
        ):
            return False
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def cells_of(satellite, weight, local, n, first, cell):
    """The cells of weight under each satellite: cell[first[i]:first[i + 1]]; satellite (C, K)."""
    first[: n + 1] = 0
    for c in range(satellite.shape[0]):
        if weight[c] > 0.0:
            for k in range(satellite.shape[1]):
                if satellite[c, k] < 0:
                    break
                first[local[satellite[c, k]] + 1] += 1
    for i in range(n):
        first[i + 1] += first[i]
    place = first[:n].copy()
    for c in range(satellite.shape[0]):
        if weight[c] > 0.0:
            for k in range(satellite.shape[1]):
                if satellite[c, k] < 0:
                    break
                i = local[satellite[c, k]]
                cell[place[i]] = c
                place[i] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def choose(satellite, weight, local, n, listed, reach, link, antennas, gate, held, used, queue, asker, seen):
    """The satellites that get an antenna where there are too few: greedy cover, then the order of their worth.

    A cell of weight w counts w for the first satellite over it, w/2 for the second, w/3 for the third: a
    submodular worth, of which greedy under a matroid has at least half (Fisher, Nemhauser and Wolsey 1978).
    Gates as in `take_antenna`; order (n,) of choice is returned, those refused last.
    """
    c_count, k_count = satellite.shape
    first = np.empty(n + 1, np.int64)
    cell = np.empty(c_count * k_count, np.int32)
    cells_of(satellite, weight, local, n, first, cell)
    over = np.zeros(c_count, np.int32)
    gain = np.zeros(n, np.float64)
    tried = np.zeros(n, np.bool_)
    order = np.empty(n, np.int32)
    for i in range(n):
        for p in range(first[i], first[i + 1]):
            gain[i] += weight[cell[p]]
    gate[:n] = -1
    used[:] = 0
    left = antennas.sum()
    for r in range(n):
        best = -1
        for i in range(n):
            if not tried[i] and (best < 0 or gain[i] > gain[best]):
                best = i
        tried[best] = True
        order[r] = best
        if left == 0 or not take_antenna(
            best, listed, reach, link, antennas, gate, held, used, queue, asker, seen
        ):
            continue
        left -= 1
        for p in range(first[best], first[best + 1]):
            c = cell[p]
            loss = weight[c] * (1.0 / (over[c] + 1.0) - 1.0 / (over[c] + 2.0))
            over[c] += 1
            for k in range(k_count):
                if satellite[c, k] < 0:
                    break
                gain[local[satellite[c, k]]] -= loss
    return order


@njit(cache=True, nogil=True, error_model="numpy")
def more_antennas(
    order, n, listed, reach, link, antennas, used, links, each_bit_s, air_bit_s, gate, gates, cap
):
    """Further antennas, as long as there are free ones, to satellites whose first link is less than their beams.

    gate (n,) first gateway; out: gates (n, L) gateways, -1 none; cap (n,) bit/s that get to the satellite: the
    sum over its links of the lesser of `each_bit_s` and the link.
    """
    for i in range(n):
        gates[i, :] = -1
        gates[i, 0] = gate[i]
        cap[i] = 0.0 if gate[i] < 0 else min(each_bit_s, link[gate[i]])
    for more in range(1, links):
        for r in range(n):
            i = order[r]
            if gate[i] < 0 or cap[i] >= air_bit_s:
                continue
            best = -1
            for g in range(antennas.shape[0]):
                if reach[g, listed[i]] and used[g] < antennas[g] and (best < 0 or link[g] > link[best]):
                    best = g
            if best >= 0 and link[best] > 0.0:
                gates[i, more] = best
                used[best] += 1
                cap[i] += min(each_bit_s, link[best])
