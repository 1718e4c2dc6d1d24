"""Loops of assignment, sharing and summing up: the auction of beams, max-min fair rates, sums over slots."""

import math

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def _sink(price, owner, first, n):
    """Let the top of the heap of n prices that begins at `first` sink to its place."""
    i = np.uint64(0)
    p, c = price[first], owner[first]
    size = np.uint64(n)
    while True:
        j = np.uint64(2) * i + np.uint64(1)
        if j >= size:
            break
        if j + np.uint64(1) < size and price[first + j + np.uint64(1)] < price[first + j]:
            j += np.uint64(1)
        if price[first + j] >= p:
            break
        price[first + i], owner[first + i] = price[first + j], owner[first + j]
        i = j
    price[first + i], owner[first + i] = p, c


@njit(cache=True, nogil=True, error_model="numpy")
def _rise(price, owner, first, i):
    """Let entry i of the heap that begins at `first` rise to its place."""
    i = np.uint64(i)
    p, c = price[first + i], owner[first + i]
    while i > 0:
        j = (i - np.uint64(1)) >> np.uint64(1)
        if price[first + j] <= p:
            break
        price[first + i], owner[first + i] = price[first + j], owner[first + j]
        i = j
    price[first + i], owner[first + i] = p, c


@njit(cache=True, nogil=True, error_model="numpy")
def _bid(c, first, at, value, lowest):
    """Best and second best value less price of cell c, and the pair of the best."""
    best, second, pair = np.float32(-np.inf), np.float32(-np.inf), np.uint64(0)
    for p in range(np.uint64(first[c]), np.uint64(first[c + 1])):
        gain = value[p] - lowest[np.uint64(at[p])]
        if gain > best:
            second, best, pair = best, gain, np.uint64(p)
        elif gain > second:
            second = gain
    return best, second, pair


@njit(cache=True, nogil=True, error_model="numpy")
def auction(
    first, at, value, slots, reserve, eps, queue, waiting, chosen, start, price, owner, count, lowest
):
    """Auction of satellites with identical slots to cells that take one each; chosen (C,) pair of each cell, or -1.

    Cell c has pairs first[c]..first[c + 1] - 1; at (P,) satellite, value (P,) f32; slots (S,) of each satellite;
    queue (C + 1,) begins with the `waiting` cells that want one. Scratch: start (S,) uint64, price (N,) f32, owner
    (N,) for all slots, each satellite's sold ones as a heap; count (S,); lowest (S,) f32 what a slot costs now.
    A cell bids for the satellite of greatest value less price what makes it indifferent to the second best, plus
    eps; who held the cheapest slot bids again. A cell gives up where value less price falls under -reserve. The sum
    of values, each unserved cell counting -reserve, is within eps a cell of the greatest (Bertsekas, Ann. Oper. Res.
    14, 1988; identical objects: Bertsekas and Castanon, Ann. Oper. Res. 20, 1989). Returns how many gave up.
    """
    chosen[:] = -1
    sold = np.uint64(0)
    for i in range(slots.shape[0]):
        start[i], count[i] = sold, 0
        lowest[i] = np.float32(0) if slots[i] > 0 else np.float32(np.inf)
        sold += np.uint64(slots[i])
    lost = 0
    while waiting > 0:
        waiting -= 1
        c = queue[waiting]
        best, second, pair = _bid(c, first, at, value, lowest)
        if not best >= -reserve:
            lost += 1
            continue
        second = second if second > -reserve else -reserve
        s = np.uint64(at[pair])
        bid = lowest[s] + (best - second) + eps
        begin = start[s]
        if count[s] < slots[s]:
            n = np.uint64(count[s])
            price[begin + n], owner[begin + n] = bid, c
            count[s] += 1
            _rise(price, owner, begin, n)
        else:
            chosen[owner[begin]] = -1
            queue[waiting] = owner[begin]
            waiting += 1
            price[begin], owner[begin] = bid, c
            _sink(price, owner, begin, slots[s])
        if count[s] == slots[s]:
            lowest[s] = price[begin]
        chosen[c] = np.int64(pair)
    return lost


@njit(cache=True, nogil=True, error_model="numpy")
def turn(first, link, links, of_link, flow, entry):
    """Flows of each link, from the links of each flow: of_link (L + 1,), flow and its entry (N,) in order of link."""
    of_link[:] = 0
    for r in range(link.shape[0]):
        of_link[link[r] + 1] += 1
    for m in range(links):
        of_link[m + 1] += of_link[m]
    place = of_link[:-1].copy()
    for f in range(first.shape[0] - 1):
        for r in range(first[f], first[f + 1]):
            m = link[r]
            flow[place[m]], entry[place[m]] = f, r
            place[m] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def max_min(
    first, link, use, weight, demand, order, capacity, of_link, flow, entry, rate, left, load, key, who
):
    """Max-min fair rates: all rise together in proportion to weight, until a link is full or a demand is met.

    Flow f uses link[r] with use[r] (capacity per bit/s) for r in first[f]..first[f + 1] - 1; weight, demand (F,), inf
    without a cap; order (F,) flows by rising demand / weight; capacity (M,); of_link, flow, entry from `turn`. Scratch:
    left, load (M,) what is left and the use of the flows that still rise, a unit of level; key, who heap (M,) of the
    levels at which links fill, brought up to date when they come to the top, since they only rise. Out: rate (F,).
    Progressive filling (Bertsekas and Gallager, Data Networks, 1992, 6.5.2) with uses and caps. Returns how many
    links hold a flow down.
    """
    flows, links = first.shape[0] - 1, capacity.shape[0]
    rate[:] = -1.0
    n = np.uint64(0)
    zero = np.uint64(0)
    for m in range(links):
        left[m], load[m] = capacity[m], 0.0
        for q in range(of_link[m], of_link[m + 1]):
            load[m] += use[entry[q]] * weight[flow[q]]
        if load[m] > 0.0:
            key[n], who[n] = left[m] / load[m], m
            _rise(key, who, zero, n)
            n += np.uint64(1)
    full, met = 0, 0
    while met < flows or n > 0:
        while met < flows and rate[order[met]] >= 0.0:
            met += 1
        f = order[met] if met < flows else -1
        level = demand[f] / weight[f] if f >= 0 else np.inf
        if n > 0 and key[0] < level:
            m = who[0]
            now = max(0.0, left[m]) / load[m] if load[m] > 0.0 else np.inf
            if now > key[0] * (1.0 + 1e-12) and load[m] > 0.0:
                key[0] = now
                _sink(key, who, zero, n)
                continue
            n -= np.uint64(1)
            key[0], who[0] = key[n], who[n]
            if n > 0:
                _sink(key, who, zero, n)
            if load[m] <= 0.0:
                continue
            held = False
            for q in range(of_link[m], of_link[m + 1]):
                if rate[flow[q]] < 0.0:
                    held = True
                    _freeze(flow[q], now * weight[flow[q]], first, link, use, weight, rate, left, load)
            load[m] = 0.0
            full += 1 if held else 0
        elif f >= 0:
            _freeze(f, demand[f], first, link, use, weight, rate, left, load)
        else:
            break
    return full


@njit(cache=True, nogil=True, error_model="numpy")
def _freeze(f, at, first, link, use, weight, rate, left, load):
    """Flow f rises no more: its links have that much less left, and less that rises."""
    rate[f] = at
    for r in range(first[f], first[f + 1]):
        left[link[r]] -= use[r] * at
        load[link[r]] -= use[r] * weight[f]


@njit(cache=True, nogil=True, error_model="numpy")
def fold_cells(
    hour, shift_h, wanted, rate, limit, served, least, per_decade, slots, sums, lost, hourly, histogram
):
    """A block of cells added up, slot after slot, so that the cut into blocks leaves no trace.

    hour (T,) UTC hours; shift_h (C,) local solar time less UTC; wanted, rate (T, C) bit/s; limit (T, C) reasons,
    `served` one of them. Out: slots (C, R) by reason; sums (C, 4) wanted, carried, slots with want, slots with
    something carried; lost (C, R) bit/s not carried; hourly (C, 24, 3) slots, wanted, carried by local hour; histogram
    (C, B) of rates while something is wanted: below `least`, then per_decade bins to a decade, the last one open.
    """
    bins = histogram.shape[1]
    for t in range(wanted.shape[0]):
        for c in range(wanted.shape[1]):
            why, want, got = limit[t, c], np.float64(wanted[t, c]), np.float64(rate[t, c])
            slots[c, why] += 1
            h = math.floor(hour[t] + shift_h[c]) % 24
            hourly[c, h, 0] += 1.0
            if want <= 0.0:
                continue
            sums[c, 0] += want
            sums[c, 1] += got
            sums[c, 2] += 1.0
            sums[c, 3] += 1.0 if got > 0.0 else 0.0
            hourly[c, h, 1] += want
            hourly[c, h, 2] += got
            if why != served:
                lost[c, why] += max(0.0, want - got)
            b = 0 if got < least else 1 + int(math.log10(got / least) * per_decade)
            histogram[c, b if b < bins else bins - 1] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def fold_load(load, busy, most, slots, total, peak, used, full):
    """Loads of gateways or satellites: load (T, N) bit/s and busy (T, N), of at most most (N,), antennas or beams.

    Out: slots (N,) with any busy; total, peak (N,) bit/s; used (N,) sum of busy; full (N,) slots with all busy.
    """
    for t in range(load.shape[0]):
        for i in range(load.shape[1]):
            b = np.float64(busy[t, i])
            x = np.float64(load[t, i])
            slots[i] += 1 if b > 0.0 else 0
            total[i] += x
            peak[i] = x if x > peak[i] else peak[i]
            used[i] += b
            full[i] += 1 if b >= most[i] * (1.0 - 1e-6) and most[i] > 0.0 else 0


@njit(cache=True, nogil=True, error_model="numpy")
def log_quantiles(histogram, least, per_decade, quantiles, out):
    """Quantiles (Q,) of each row of a histogram of `fold_cells`, in bit/s, to out (C, Q); NaN where empty.

    Within a bin it goes by the logarithm; in the first bin it is 0.
    """
    for c in range(histogram.shape[0]):
        total = histogram[c].sum()
        for q in range(quantiles.shape[0]):
            out[c, q] = np.nan
            target, below = quantiles[q] * total, 0.0
            for b in range(histogram.shape[1]):
                n = histogram[c, b]
                if n > 0 and below + n >= target:
                    out[c, q] = (
                        0.0 if b == 0 else least * 10.0 ** ((b - 1 + (target - below) / n) / per_decade)
                    )
                    break
                below += n
