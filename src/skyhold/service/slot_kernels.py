"""Loops of one slot after another: antennas, beams, bits to users, and what stood in the way."""

import numpy as np
from numba import njit

from skyhold.service import antenna_kernels as antenna
from skyhold.service import beam_kernels as beam

SERVED, PARTLY, NO_SATELLITE, SKY, NO_GATEWAY, NO_ANTENNA, NO_BEAM = 0, 1, 2, 3, 4, 5, 6
SATELLITE_FULL, GATEWAY_FULL, RAIN, JAMMED = 7, 8, 9, 10


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
def fit(planned, cell, at, wanted, priority, ranks, cap, pairs, load, full):
    """Shrink what pairs ask of a satellite to what gets to it: rank after rank, max-min by share of want.

    planned (P,) bit/s, changed in place; cap (n,) bit/s; out: load (n,) bit/s, full (n,) where it was too much.
    Pairs of one rank get min(asked, level x wanted); the level is found by freezing those below it.
    """
    load[:] = 0.0
    full[:] = False
    for p in range(pairs):
        load[at[p]] += planned[p]
    over = False
    for i in range(cap.shape[0]):
        full[i] = load[i] > cap[i]
        over |= full[i]
    if not over:
        return
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
    load[:] = 0.0
    for p in range(pairs):
        load[at[p]] += planned[p]


@njit(cache=True, nogil=True, error_model="numpy")
def blocked(c, counts, satellite, unjammed, efficiency, reach, link, antennas, local, gate):
    """Why cell c has no usable pair: the farthest that any of its satellites gets. counts (3, C) or (3, 0)."""
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
def serve_block(
    satellite,
    plan,
    efficiency,
    unjammed,
    wanted,
    order,
    priority,
    ranks,
    weight,
    quiet,
    counts,
    reach,
    link,
    antennas,
    total_units,
    most_units,
    share,
    beam_hz,
    links,
    payload_bit_s,
    air_bit_s,
    slope,
    bonus,
    previous,
    rate,
    chosen,
    beam_share,
    reason,
    limit,
    satellite_bit_s,
    satellite_beams,
    gateway_bit_s,
    antennas_used,
):
    """Walk the slots of a block; shapes and meaning as in `capacity.serve`.

    satellite, plan, efficiency, unjammed (T, C, K); wanted, order, quiet (T, C); priority, weight (C,); counts (T, 3,
    C); reach (T, G, S); link (T, G); antennas (G,); previous (C,) satellites of the slot before, changed in place;
    bonus: what keeping it is worth in efficiency. Out: rate to limit (T, C), satellite_* (T, S), the rest (T, G).
    """
    t_count, c_count, k_count = satellite.shape
    g_count, s_count = reach.shape[1], reach.shape[2]
    local, listed = np.empty(s_count, np.int32), np.empty(s_count, np.int32)
    held_antenna = np.empty((g_count, max(1, antennas.max()) if g_count else 1), np.int32)
    queue, asker, seen = np.empty(g_count, np.int32), np.empty(g_count, np.int32), np.empty(g_count, np.bool_)
    pairs_most = c_count * k_count
    first = np.empty(c_count + 1, np.int64)
    cell, at = np.empty(pairs_most, np.int32), np.empty(pairs_most, np.int32)
    value, score = np.empty(pairs_most, np.float64), np.empty(pairs_most, np.float64)
    planned, units = np.empty(pairs_most, np.float64), np.empty(pairs_most, np.int32)
    air, key, who = np.zeros(c_count), np.empty(c_count), np.empty(c_count, np.int32)
    lit, main = np.empty(c_count, np.bool_), np.empty(c_count, np.int64)
    unit_hz = share * beam_hz
    for t in range(t_count):
        n = antenna.list_satellites(satellite[t], weight, local, listed)
        used = antennas_used[t]
        gate, gates = np.full(n, -1, np.int32), np.full((n, links), -1, np.int32)
        cap = np.zeros(n)
        taken = np.arange(n).astype(np.int32)
        can = antenna.count_reachable(n, listed, reach[t], link[t], antennas)
        refused = antenna.give_in_order(
            taken, n, listed, reach[t], link[t], antennas, gate, held_antenna, used, queue, asker, seen
        )
        if n - refused < can:
            taken = antenna.choose(
                satellite[t],
                weight,
                local,
                n,
                listed,
                reach[t],
                link[t],
                antennas,
                gate,
                held_antenna,
                used,
                queue,
                asker,
                seen,
            )
        antenna.more_antennas(
            taken,
            n,
            listed,
            reach[t],
            link[t],
            antennas,
            used,
            links,
            payload_bit_s / links,
            air_bit_s,
            gate,
            gates,
            cap,
        )
        total = np.where(gate >= 0, total_units, 0).astype(np.int64)
        free = total.copy()
        held = np.empty((n, total_units), np.int32)
        pairs = beam.usable_pairs(satellite[t], plan[t], wanted[t], local, free, first, cell, at, value)
        units[:pairs] = 0
        lit[:] = False
        for p in range(pairs):
            score[p] = value[p] + (bonus if previous[cell[p]] == listed[at[p]] else 0.0)
        for rank in range(ranks):
            beam.light(order[t], rank, priority, first, cell, at, score, slope, free, total, held, units, lit)
            beam.raise_least(
                rank,
                priority,
                wanted[t],
                lit,
                first,
                at,
                value,
                unit_hz,
                most_units,
                free,
                total,
                held,
                units,
                air,
                key,
                who,
            )
        split(wanted[t], first, value, units, unit_hz, planned, main)
        load, full = np.empty(n), np.empty(n, np.bool_)
        fit(planned, cell, at, wanted[t], priority, ranks, cap, pairs, load, full)
        _report(
            t,
            satellite,
            efficiency,
            unjammed,
            wanted,
            quiet,
            counts,
            reach,
            link,
            antennas,
            share,
            unit_hz,
            payload_bit_s / links,
            local,
            listed,
            gate,
            gates,
            cap,
            first,
            at,
            value,
            units,
            planned,
            main,
            full,
            lit,
            previous,
            rate,
            chosen,
            beam_share,
            reason,
            limit,
            satellite_bit_s,
            satellite_beams,
            gateway_bit_s,
        )


@njit(cache=True, nogil=True, error_model="numpy")
def _report(
    t,
    satellite,
    efficiency,
    unjammed,
    wanted,
    quiet,
    counts,
    reach,
    link,
    antennas,
    share,
    unit_hz,
    each_bit_s,
    local,
    listed,
    gate,
    gates,
    cap,
    first,
    at,
    value,
    units,
    planned,
    main,
    full,
    lit,
    previous,
    rate,
    chosen,
    beam_share,
    reason,
    limit,
    satellite_bit_s,
    satellite_beams,
    gateway_bit_s,
):
    """What the slot gave: rates under the efficiency that came true, loads, and reasons."""
    satellite_bit_s[t, :] = 0.0
    satellite_beams[t, :] = 0.0
    gateway_bit_s[t, :] = 0.0
    for c in range(wanted.shape[1]):
        got, lost, beams, worst = 0.0, 0.0, 0.0, -1
        for p in range(first[c], first[c + 1]):
            if units[p] == 0:
                continue
            i = at[p]
            true = planned[p]
            k = _candidate(satellite[t, c], listed[i])
            carried = units[p] * unit_hz * np.float64(efficiency[t, c, k])
            if carried < true:
                true = carried
                lost += 1.0
            if full[i]:
                worst = i
            got += true
            beams += units[p] * share
            satellite_bit_s[t, listed[i]] += true
            satellite_beams[t, listed[i]] += units[p] * share
        rate[t, c] = got
        beam_share[t, c] = beams
        chosen[t, c] = listed[at[main[c]]] if main[c] >= 0 else -1
        previous[c] = chosen[t, c]
        if wanted[t, c] <= 0.0:
            reason[t, c] = quiet[t, c]
            limit[t, c] = quiet[t, c]
        elif got >= wanted[t, c] * beam.ENOUGH:
            reason[t, c] = SERVED
            limit[t, c] = SERVED
        else:
            if lost > 0.0:
                why = JAMMED
            elif worst >= 0:
                why = SATELLITE_FULL if cap[worst] >= _payload(gates[worst], each_bit_s) else GATEWAY_FULL
            elif first[c] < first[c + 1]:
                why = NO_BEAM
            else:
                why = blocked(
                    c,
                    counts[t],
                    satellite[t],
                    unjammed[t],
                    efficiency[t],
                    reach[t],
                    link[t],
                    antennas,
                    local,
                    gate,
                )
            limit[t, c] = why
            reason[t, c] = PARTLY if got > 0.0 else why
    for i in range(listed.shape[0]):
        if i >= gate.shape[0]:
            break
        for m in range(gates.shape[1]):
            g = gates[i, m]
            if g >= 0 and cap[i] > 0.0:
                part = min(each_bit_s, link[t, g]) / cap[i]
                gateway_bit_s[t, g] += part * satellite_bit_s[t, listed[i]]


@njit(cache=True, nogil=True, error_model="numpy")
def _candidate(satellite, s):
    """The place of satellite s in a list of candidates that holds it."""
    k = 0
    while satellite[k] != s:
        k += 1
    return k


@njit(cache=True, nogil=True, error_model="numpy")
def _payload(gates, each_bit_s):
    """What the payload passes through the links that a satellite holds."""
    total = 0.0
    for m in range(gates.shape[0]):
        if gates[m] >= 0:
            total += each_bit_s
    return total
