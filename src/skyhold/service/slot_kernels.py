"""Loops of one slot after another: antennas, beams, bits to users, and what stood in the way."""

import numpy as np
from numba import njit

from skyhold.service.antenna_kernels import choose, give_to_all, list_satellites, more_antennas
from skyhold.service.beam_kernels import ENOUGH, light, raise_least, relight, usable_pairs
from skyhold.service.kernels import auction

SERVED, PARTLY, NO_SATELLITE, SKY, NO_GATEWAY, NO_ANTENNA, NO_BEAM = 0, 1, 2, 3, 4, 5, 6
SATELLITE_FULL, GATEWAY_FULL, RAIN, JAMMED = 7, 8, 9, 10
GIVE_UP = np.float32(100.0)  # bit/s/Hz below zero: far below what cells that can all be lit ever bid


@njit(cache=True, nogil=True, error_model="numpy")
def split(wanted, first, value, units, unit_hz, planned, main):
    """What each cell asks of each of its pairs: its strongest link first; planned (P,) bit/s, main (C,) pair or -1."""
    for c in range(wanted.shape[0]):
        main[c] = -1
        most, left = 0.0, wanted[c]
        for p in range(first[c], first[c + 1]):
            planned[p] = units[p] * value[p] * unit_hz
            if planned[p] > most:
                main[c], most = p, planned[p]
        if main[c] >= 0:
            planned[main[c]] = min(most, left)
            left -= planned[main[c]]
            for p in range(first[c], first[c + 1]):
                if p != main[c]:
                    planned[p] = min(planned[p], left)
                    left -= planned[p]


@njit(cache=True, nogil=True, error_model="numpy")
def fit(planned, cell, at, wanted, priority, ranks, cap, pairs):
    """Shrink what pairs ask of a satellite to what gets to it: rank after rank, max-min by share of want.

    planned (P,) bit/s, changed in place; cap (n,) bit/s; returns (n,) where it was too much. Pairs of one rank get
    min(asked, level x wanted); the level is found by freezing those below it.
    """
    load = np.zeros_like(cap)
    for p in range(pairs):
        load[at[p]] += planned[p]
    full = load > cap
    if not full.any():
        return full
    left = cap.copy()
    level, frozen, weight = np.empty_like(cap), np.empty_like(cap), np.empty_like(cap)
    for rank in range(ranks):
        level[:] = -1.0
        while True:
            frozen[:] = 0.0
            weight[:] = 0.0
            for p in range(pairs):
                i, c = at[p], cell[p]
                if full[i] and priority[c] == rank and planned[p] > 0.0:
                    if planned[p] <= level[i] * wanted[c]:
                        frozen[i] += planned[p]
                    else:
                        weight[i] += wanted[c]
            rose = False
            for i in range(cap.shape[0]):
                if full[i] and weight[i] > 0.0:
                    higher = max(0.0, left[i] - frozen[i]) / weight[i]
                    if higher > level[i] * (1.0 + 1e-12):
                        level[i] = higher
                        rose = True
            if not rose:
                break
        for p in range(pairs):
            i, c = at[p], cell[p]
            if full[i] and priority[c] == rank and planned[p] > 0.0:
                planned[p] = min(planned[p], level[i] * wanted[c]) if weight[i] > 0.0 else planned[p]
                left[i] = max(0.0, left[i] - planned[p])
    return full


@njit(cache=True, nogil=True, error_model="numpy")
def blocked(c, counts, satellite, unjammed, reach, link, antennas, local, gate):
    """Why cell c has no usable pair: the farthest that any of its satellites gets. counts (2, C) or (2, 0)."""
    known = counts.shape[1] > 0
    if satellite[c, 0] < 0:
        if known and counts[1, c] > 0:
            return NO_GATEWAY
        return SKY if known and counts[0, c] > 0 else NO_SATELLITE
    step = 0  # 1 a gateway whose link is rained out, 2 a gateway, 3 an antenna, 4 an open link but for the jammer
    for k in range(satellite.shape[1]):
        s = satellite[c, k]
        if s < 0:
            break
        for g in range(antennas.shape[0]):
            if reach[g, s]:
                step = max(step, 2 if link[g] > 0.0 else 1)
        if local[s] >= 0 and gate[local[s]] >= 0:
            step = max(step, 4 if unjammed[c, k] > 0.0 else 3)
    if step == 0:
        return NO_GATEWAY
    if step == 2:
        return NO_ANTENNA
    return JAMMED if step == 4 else RAIN


@njit(cache=True, nogil=True, error_model="numpy")
def give_antennas(
    satellite, weight, reach, link, antennas, links, each_bit_s, air_bit_s, local, listed, held, used
):
    """Antennas of one slot: gate (n,) first gateway of each satellite listed, gates (n, L) all, cap (n,) bit/s to it.

    Where every satellite in reach of a gateway can have one, each has; else `antenna_kernels.choose` decides.
    """
    n = list_satellites(satellite, weight, local, listed)
    gate, gates, cap = np.full(n, -1, np.int32), np.full((n, links), -1, np.int32), np.zeros(n)
    g_count = antennas.shape[0]
    queue, asker, seen = np.empty(g_count, np.int32), np.empty(g_count, np.int32), np.empty(g_count, np.bool_)
    order = np.arange(n).astype(np.int32)
    if not give_to_all(n, listed, reach, link, antennas, gate, held, used, queue, asker, seen):
        order = choose(
            satellite, weight, local, n, listed, reach, link, antennas, gate, held, used, queue, asker, seen
        )
    more_antennas(
        order, n, listed, reach, link, antennas, used, links, each_bit_s, air_bit_s, gate, gates, cap
    )
    return n, gate, gates, cap


@njit(cache=True, nogil=True, error_model="numpy")
def through(gates, arrives, each_bit_s):
    """(n,) bit/s that get to each satellite over the links it holds, as these come true; gates (n, L), arrives (G,)."""
    came = np.zeros(gates.shape[0])
    for i in range(gates.shape[0]):
        for m in range(gates.shape[1]):
            if gates[i, m] >= 0:
                came[i] += min(each_bit_s, arrives[gates[i, m]])
    return came


@njit(cache=True, nogil=True, error_model="numpy")
def give_beams(
    order, priority, ranks, wanted, first, cell, at, value, score, unit_hz, most_units, eps, total, free, held, units,
    lit,
):  # fmt: skip
    """Beam time of one slot, rank after rank: light what can be lit, by auction where best, then raise the least.

    The auction places the same lit cells, of highest `score` (P,) f32; where it gives one up, the first placing stays.
    """
    c_count, n = wanted.shape[0], total.shape[0]
    sites = total.sum()
    start, count, lowest = np.empty(n, np.uint64), np.empty(n, np.int64), np.empty(n, np.float32)
    price, owner = np.empty(sites, np.float32), np.empty(sites, np.int64)
    chosen, queue = np.empty(c_count, np.int64), np.empty(c_count + 1, np.int64)
    key, who, air = np.empty(c_count), np.empty(c_count, np.int32), np.zeros(c_count)
    for rank in range(ranks):
        before = free.copy()
        given = units.copy()
        light(order, rank, priority, first, cell, at, free, total, held, units, lit)
        waiting = 0
        for r in range(c_count - 1, -1, -1):
            if lit[order[r]] and priority[order[r]] == rank:
                queue[waiting] = order[r]
                waiting += 1
        if auction(
            first, at, score, before, GIVE_UP, eps, queue, waiting, chosen, start, price, owner, count, lowest
        ) == 0:  # fmt: skip
            free[:], units[:] = before, given
            relight(order, rank, priority, lit, chosen, at, free, total, held, units)
        raise_least(
            rank, priority, wanted, lit, first, at, value, unit_hz, most_units, free, total, held, units, air, key, who
        )  # fmt: skip


@njit(cache=True, nogil=True, error_model="numpy")
def serve_block(
    satellite, plan, efficiency, unjammed, wanted, order, priority, ranks, weight, quiet, counts, reach, link, arrives,
    antennas, total_units, most_units, share, beam_hz, links, payload_bit_s, air_bit_s, eps, bonus, previous,
    rate, chosen, beam_share, reason, limit, satellite_bit_s, satellite_beams, gateway_bit_s, antennas_used,
):  # fmt: skip
    """Walk the slots of a block; shapes and meaning as in `capacity.serve`.

    satellite, plan, efficiency, unjammed (T, C, K); wanted, order, quiet (T, C); priority, weight (C,); counts (T, 2,
    C); reach (T, G, S); link, arrives (T, G) as planned and as they come true; antennas (G,); previous (C,) satellites
    of the slot before, changed in place; bonus: what keeping it is worth in efficiency. Out: rate to limit (T, C),
    satellite_* (T, S), the rest (T, G).
    """
    t_count, c_count, k_count = satellite.shape
    g_count, s_count = reach.shape[1], reach.shape[2]
    local, listed = np.empty(s_count, np.int32), np.empty(s_count, np.int32)
    held_antenna = np.empty((g_count, max(1, antennas.max()) if g_count else 1), np.int32)
    first, pairs_most = np.empty(c_count + 1, np.int64), c_count * k_count
    cell, at = np.empty(pairs_most, np.int32), np.empty(pairs_most, np.int32)
    value, score = np.empty(pairs_most, np.float64), np.empty(pairs_most, np.float32)
    planned, lit, main = np.empty(pairs_most), np.empty(c_count, np.bool_), np.empty(c_count, np.int64)
    each_bit_s = payload_bit_s / links
    for t in range(t_count):
        n, gate, gates, cap = give_antennas(
            satellite[t], weight, reach[t], link[t], antennas, links, each_bit_s, air_bit_s, local, listed,
            held_antenna, antennas_used[t],
        )  # fmt: skip
        total = np.where(gate >= 0, total_units, 0).astype(np.int64)
        free, held = total.copy(), np.empty((n, total_units), np.int32)
        pairs = usable_pairs(satellite[t], plan[t], wanted[t], local, free, first, cell, at, value)
        units = np.zeros(pairs, np.int32)
        for p in range(pairs):
            score[p] = value[p] + (bonus if previous[cell[p]] == listed[at[p]] else 0.0)
        lit[:] = False
        give_beams(
            order[t], priority, ranks, wanted[t], first, cell, at, value, score, share * beam_hz, most_units, eps,
            total, free, held, units, lit,
        )  # fmt: skip
        split(wanted[t], first, value, units, share * beam_hz, planned, main)
        came = through(gates, arrives[t], each_bit_s)
        full = fit(planned, cell, at, wanted[t], priority, ranks, came, pairs)
        report_users(
            satellite[t], efficiency[t], wanted[t], quiet[t], share, beam_hz, each_bit_s, listed, gates, cap, came,
            first, at, units, planned, main, full, previous, rate[t], chosen[t], beam_share[t], limit[t],
            satellite_bit_s[t], satellite_beams[t],
        )  # fmt: skip
        report_blocked(
            satellite[t], unjammed[t], wanted[t], counts[t], reach[t], link[t], antennas, local, gate, first, rate[t],
            limit[t], reason[t],
        )  # fmt: skip
        report_gateways(arrives[t], each_bit_s, listed, gates, came, satellite_bit_s[t], gateway_bit_s[t])


@njit(cache=True, nogil=True, error_model="numpy")
def report_users(
    satellite, efficiency, wanted, quiet, share, beam_hz, each_bit_s, listed, gates, cap, came, first, at, units,
    planned, main, full, previous, rate, chosen, beam_share, limit, satellite_bit_s, satellite_beams,
):  # fmt: skip
    """Rates under the efficiency that came true, loads of satellites, and what limits cells that have a usable link.

    A pair carries what was planned for it, or less where its own link turns out worse: nobody else's link matters.
    """
    for c in range(wanted.shape[0]):
        got, beams, lost, worst = 0.0, 0.0, False, -1
        for p in range(first[c], first[c + 1]):
            if units[p] == 0:
                continue
            i, time = at[p], units[p] * share
            true = time * beam_hz * efficiency[c, _candidate(satellite[c], listed[i])]
            lost |= true < planned[p]
            carried = min(planned[p], true)
            worst = i if full[i] else worst
            got += carried
            beams += time
            satellite_bit_s[listed[i]] += carried
            satellite_beams[listed[i]] += time
        rate[c], beam_share[c] = got, beams
        chosen[c] = listed[at[main[c]]] if main[c] >= 0 else -1
        previous[c] = chosen[c]
        if wanted[c] <= 0.0:
            limit[c] = quiet[c]
        elif got >= wanted[c] * ENOUGH:
            limit[c] = SERVED
        elif lost or (worst >= 0 and came[worst] < cap[worst]):
            limit[c] = JAMMED
        elif worst >= 0:
            limit[c] = SATELLITE_FULL if cap[worst] >= _passed(gates[worst], each_bit_s) else GATEWAY_FULL
        else:
            limit[c] = NO_BEAM


@njit(cache=True, nogil=True, error_model="numpy")
def report_blocked(
    satellite, unjammed, wanted, counts, reach, link, antennas, local, gate, first, rate, limit, reason
):  # fmt: skip
    """Why cells without a usable link have none, and the reason of all: partly served where something is carried."""
    for c in range(wanted.shape[0]):
        if wanted[c] > 0.0 and first[c] == first[c + 1]:
            limit[c] = blocked(c, counts, satellite, unjammed, reach, link, antennas, local, gate)
        partly = wanted[c] > 0.0 and rate[c] > 0.0 and limit[c] != SERVED
        reason[c] = PARTLY if partly else limit[c]


@njit(cache=True, nogil=True, error_model="numpy")
def report_gateways(link, each_bit_s, listed, gates, cap, satellite_bit_s, gateway_bit_s):
    """What satellites carry, through their gateways in proportion to the links."""
    for i in range(gates.shape[0]):
        for m in range(gates.shape[1]):
            g = gates[i, m]
            if g >= 0 and cap[i] > 0.0:
                gateway_bit_s[g] += satellite_bit_s[listed[i]] * min(each_bit_s, link[g]) / cap[i]


@njit(cache=True, nogil=True, error_model="numpy")
def _candidate(satellite, s):
    """The place of satellite s in a list of candidates that holds it."""
    k = 0
    while satellite[k] != s:
        k += 1
    return k


@njit(cache=True, nogil=True, error_model="numpy")
def _passed(gates, each_bit_s):
    """What the payload passes through the links that a satellite holds."""
    total = 0.0
    for m in range(gates.shape[0]):
        if gates[m] >= 0:
            total += each_bit_s
    return total
