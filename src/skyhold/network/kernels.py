"""Loops of the network: best gateway of each satellite, assignment slot by slot, round trips."""

import math

import numpy as np
from numba import njit

from skyhold.constants import SPEED_OF_LIGHT_M_S

CHUNK = 64
UNIT_53 = 1.0 / 9007199254740992.0  # 2**-53


@njit(cache=True, nogil=True, error_model="numpy")
def _seen_in_chunk(x, y, z, first, last, place, up, sine2):
    """How many of the satellites first..last-1 stand above the elevation whose squared sine is `sine2`."""
    count = np.float32(0)
    px, py, pz = place[0], place[1], place[2]
    ux, uy, uz = up[0], up[1], up[2]
    for s in range(first, last):
        dx = x[s] - px
        dy = y[s] - py
        dz = z[s] - pz
        h = dx * ux + dy * uy + dz * uz
        above = (h > np.float32(0)) & (h * h >= sine2 * (dx * dx + dy * dy + dz * dz))
        count += np.float32(1) if above else np.float32(0)
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def _kept_clear(dx, dy, dz, reach, arc, cos_exclusion, boresight, cos_half_view):
    """Whether a direction of length `reach` keeps off the GSO arc (M, 3) and inside the field of view."""
    if dx * boresight[0] + dy * boresight[1] + dz * boresight[2] < cos_half_view * reach:
        return False
    nearest = np.float32(-1.0)
    for m in range(arc.shape[0]):
        along = dx * arc[m, 0] + dy * arc[m, 1] + dz * arc[m, 2]
        nearest = along if along > nearest else nearest
    return nearest <= cos_exclusion * reach


@njit(cache=True, nogil=True, error_model="numpy")
def best_gateway(
    xyz, live, place, up, sine2, arc, cos_exclusion, boresight, cos_half_view, fibre_s, delay_s, gateway
):
    """Least one-way delay from each satellite through a live gateway to each point of presence.

    xyz (T, 3, S) f32 m; live (T, G) bool; place, up, boresight (G, 3) f32; arc (G, M, 3) f32 unit vectors,
    M may be 0; fibre_s (G, P) f32; out: delay_s (T, P, S) f32, gateway (T, P, S) int16. Equal delays go to
    the first gateway.
    """
    t_count, _, s_count = xyz.shape
    delay_s[:] = np.float32(np.inf)
    gateway[:] = np.int16(-1)
    for t in range(t_count):
        x, y, z = xyz[t, 0], xyz[t, 1], xyz[t, 2]
        for g in range(live.shape[1]):
            if not live[t, g]:
                continue
            for first in range(0, s_count, CHUNK):
                last = min(first + CHUNK, s_count)
                if _seen_in_chunk(x, y, z, first, last, place[g], up[g], sine2) == np.float32(0):
                    continue
                for s in range(first, last):
                    dx = x[s] - place[g, 0]
                    dy = y[s] - place[g, 1]
                    dz = z[s] - place[g, 2]
                    h = dx * up[g, 0] + dy * up[g, 1] + dz * up[g, 2]
                    d2 = dx * dx + dy * dy + dz * dz
                    if not (h > np.float32(0) and h * h >= sine2 * d2):
                        continue
                    reach = math.sqrt(d2)
                    if not _kept_clear(dx, dy, dz, reach, arc[g], cos_exclusion, boresight[g], cos_half_view):
                        continue
                    link_s = np.float32(reach / SPEED_OF_LIGHT_M_S)
                    for p in range(fibre_s.shape[1]):
                        total = link_s + fibre_s[g, p]
                        if total < delay_s[t, p, s]:
                            delay_s[t, p, s] = total
                            gateway[t, p, s] = np.int16(g)


@njit(cache=True, nogil=True, error_model="numpy")
def in_view(xyz, live, place, up, sine2, arc, cos_exclusion, boresight, cos_half_view, seen):
    """Which satellites stand above which live gateways, as `best_gateway` finds them; out: seen (T, G, S) bool."""
    t_count, _, s_count = xyz.shape
    seen[:] = False
    for t in range(t_count):
        x, y, z = xyz[t, 0], xyz[t, 1], xyz[t, 2]
        for g in range(live.shape[1]):
            if not live[t, g]:
                continue
            for first in range(0, s_count, CHUNK):
                last = min(first + CHUNK, s_count)
                if _seen_in_chunk(x, y, z, first, last, place[g], up[g], sine2) == np.float32(0):
                    continue
                for s in range(first, last):
                    dx = x[s] - place[g, 0]
                    dy = y[s] - place[g, 1]
                    dz = z[s] - place[g, 2]
                    h = dx * up[g, 0] + dy * up[g, 1] + dz * up[g, 2]
                    d2 = dx * dx + dy * dy + dz * dz
                    if h > np.float32(0) and h * h >= sine2 * d2:
                        seen[t, g, s] = _kept_clear(
                            dx, dy, dz, math.sqrt(d2), arc[g], cos_exclusion, boresight[g], cos_half_view
                        )


@njit(cache=True, nogil=True, error_model="numpy")
def assign(satellite, score, balances, weight, hysteresis, previous, load, serving, rank, handover):
    """Walk the slots in order and give each terminal its best candidate, or leave it the one it has.

    satellite (T, U, K) int, -1 pads; score (T, U, K) f32, higher is better; weight (U,); previous (U,) the
    satellites of the slot before (changed in place to those of the last slot); load (S,) scratch; out:
    serving (T, U) int32, rank (T, U) int8, handover (T, U) bool. With `balances`, the weight already put
    on a satellite in this slot is taken from its score, terminals in the order of their index.
    """
    t_count, u_count, k_count = satellite.shape
    for t in range(t_count):
        load[:] = 0.0
        for u in range(u_count):
            best, best_score = -1, -np.inf
            present, present_score = -1, -np.inf
            for k in range(k_count):
                s = satellite[t, u, k]
                if s < 0:
                    break
                value = np.float64(score[t, u, k])
                if balances:
                    value -= load[s]
                if value > best_score:
                    best, best_score = k, value
                if s == previous[u]:
                    present, present_score = k, value
            if present >= 0 and best_score <= present_score + hysteresis:
                best = present
            chosen = np.int32(-1) if best < 0 else np.int32(satellite[t, u, best])
            serving[t, u] = chosen
            rank[t, u] = np.int8(best)
            handover[t, u] = chosen >= 0 and previous[u] >= 0 and chosen != previous[u]
            previous[u] = chosen
            if balances and chosen >= 0:
                load[chosen] += weight[u]


@njit(cache=True, nogil=True, error_model="numpy")
def remaining(now, ahead, ahead_s, satellite, place, up, sine, limit_s, out):
    """Seconds until each candidate sinks below the elevation whose sine is `sine`.

    The satellite goes on along the great circle through its Earth-fixed positions `now` and `ahead` (T, 3,
    S), at constant rate and radius r: h(t) = r (A cos wt + B sin wt) - q.n stands against sine |r(t) - q|;
    a spherical closed form starts two Newton steps on the exact condition. satellite (T, U, K); place, up
    (U, 3); out (T, U, K) f32.
    """
    t_count, u_count, k_count = satellite.shape
    for t in range(t_count):
        for u in range(u_count):
            for k in range(k_count):
                s = satellite[t, u, k]
                if s < 0:
                    break
                out[t, u, k] = np.float32(
                    _remaining_one(now[t], ahead[t], s, ahead_s, place[u], up[u], sine, limit_s)
                )


@njit(cache=True, nogil=True, error_model="numpy")
def _remaining_one(a, b, s, ahead_s, place, up, sine, limit_s):
    ax, ay, az = np.float64(a[0, s]), np.float64(a[1, s]), np.float64(a[2, s])
    bx, by, bz = np.float64(b[0, s]), np.float64(b[1, s]), np.float64(b[2, s])
    r = math.sqrt(ax * ax + ay * ay + az * az)
    rb = math.sqrt(bx * bx + by * by + bz * bz)
    ax, ay, az = ax / r, ay / r, az / r
    bx, by, bz = bx / rb, by / rb, bz / rb
    dot = ax * bx + ay * by + az * bz
    vx, vy, vz = bx - dot * ax, by - dot * ay, bz - dot * az
    v = math.sqrt(vx * vx + vy * vy + vz * vz)
    if v == 0.0:
        return limit_s
    rate = math.atan2(v, dot) / ahead_s
    vx, vy, vz = vx / v, vy / v, vz / v
    qx, qy, qz = place[0], place[1], place[2]
    q2 = qx * qx + qy * qy + qz * qz
    q = math.sqrt(q2)
    qa, qv = qx * ax + qy * ay + qz * az, qx * vx + qy * vy + qz * vz
    na, nv = up[0] * ax + up[1] * ay + up[2] * az, up[0] * vx + up[1] * vy + up[2] * vz
    qn = qx * up[0] + qy * up[1] + qz * up[2]
    cosine = math.sqrt(1.0 - sine * sine)
    edge = math.acos(min(1.0, q * cosine / r)) - math.asin(sine)
    size = math.sqrt(na * na + nv * nv)
    angle = math.atan2(nv, na) + math.acos(max(-1.0, min(1.0, math.cos(edge) / size)))
    for _ in range(2):
        c, n = math.cos(angle), math.sin(angle)
        distance = math.sqrt(r * r + q2 - 2.0 * r * (qa * c + qv * n))
        f = r * (na * c + nv * n) - qn - sine * distance
        slope = r * (nv * c - na * n) + sine * r * (qv * c - qa * n) / distance
        if slope >= 0.0:
            break
        angle -= f / slope
    return max(0.0, min(limit_s, angle / rate))


@njit(cache=True, nogil=True, error_model="numpy")
def mix(a, b):
    """A 64-bit hash of two words: the finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014)."""
    h = np.uint64(a) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(b) + np.uint64(0x9E3779B97F4A7C15)
    h = (h ^ (h >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    h = (h ^ (h >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return h ^ (h >> np.uint64(31))


@njit(cache=True, nogil=True, error_model="numpy")
def unit(word):
    """A number in [0, 1) from a hash."""
    return np.float64(word >> np.uint64(11)) * UNIT_53


@njit(cache=True, nogil=True, error_model="numpy")
def draw(seed, slot, satellite, out):
    """A number in [0, 1) for each candidate, the same for a seed, slot, terminal and satellite wherever
    asked.
    """
    t_count, u_count, k_count = satellite.shape
    for t in range(t_count):
        first = mix(seed, slot[t])
        for u in range(u_count):
            second = mix(first, np.uint64(u))
            for k in range(k_count):
                s = satellite[t, u, k]
                if s < 0:
                    break
                out[t, u, k] = np.float32(unit(mix(second, np.uint64(s))))


@njit(cache=True, nogil=True, error_model="numpy")
def slot_wait(seed, slot, quantiles, out):
    """Wait of each terminal in each slot, one of 65,536 equally likely `quantiles`; slot (T,) uint64, out (T, U)."""
    t_count, u_count = out.shape
    for t in range(t_count):
        first = mix(seed, slot[t])
        for u in range(u_count):
            out[t, u] = quantiles[mix(first, np.uint64(u)) >> np.uint64(48)]


@njit(cache=True, nogil=True, error_model="numpy")
def propagation(serving, rank, range_m, backhaul_s, pop, out):
    """Two-way light time terminal, satellite, gateway, point of presence; NaN where not served; out (T, U)
    f32.
    """
    t_count, u_count = serving.shape
    for t in range(t_count):
        for u in range(u_count):
            s, k = serving[t, u], rank[t, u]
            if s < 0:
                out[t, u] = np.float32(np.nan)
            else:
                up_s = np.float64(range_m[t, u, k]) / SPEED_OF_LIGHT_M_S
                out[t, u] = np.float32(2.0 * (up_s + np.float64(backhaul_s[t, pop[u], s])))
