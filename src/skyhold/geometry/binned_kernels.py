"""Loops over the globe: the points in blocks of 16 lanes, each satellite meeting only the blocks it may see.

F is flat, 8 rows of 16 lanes a block: position p (3), WGS-84 normal n (3), best sin^2 of elevation or count, index.
"""

import math

import numpy as np
from numba import njit

from skyhold.geometry.kernels import F32, FAST, HALF_PI, PI, U64, atan01


@njit(cache=True, nogil=True, error_model="numpy")
def half_widths(reach, edges, table):
    """Half-width in longitude (rad) of each footprint in each band, into `table` (R, N, B); -1 where it does not touch.

    reach (R, B) central angles; satellite latitudes in N equal bins; bands between edges (B + 1,). At a fixed pair of
    latitudes cos w = (cos reach - sin a sin b) / (cos a cos b); the largest over a lattice of both, plus slack.
    """
    bins = table.shape[1]
    for r in range(reach.shape[0]):
        for n in range(bins):
            for b in range(len(edges) - 1):
                c = math.cos(reach[r, b] + 2e-3)
                w = -1.0
                for i in range(9):
                    a = -math.pi / 2 + (n + i / 8) * math.pi / bins
                    for j in range(17):
                        p = edges[b] + j / 16 * (edges[b + 1] - edges[b])
                        den = math.cos(a) * math.cos(p)
                        num = c - math.sin(a) * math.sin(p)
                        if num <= -den:
                            w = 4.0
                        elif num < den:
                            w = max(w, math.acos(num / den))
                table[r, n, b] = w + 0.004 if w >= 0.0 else -1.0


@njit(fastmath=FAST, error_model="numpy", forceinline=True)
def angle_of(y, x):
    """Arc tangent of y/x over the full turn, float32."""
    a, b = abs(x), abs(y)
    big = a if a > b else b
    small = b if a > b else a
    e = atan01(small / (big + F32(1e-12)))
    e = HALF_PI - e if b > a else e
    e = PI - e if x < F32(0) else e
    return -e if y < F32(0) else e


@njit(fastmath=FAST, cache=True, nogil=True, error_model="numpy")
def below(pos, t, radius_scale, lat, lon, ring, r0, r1):
    """Geocentric latitude and longitude under each satellite, and its footprint size; whether all sizes are known."""
    known = True
    for s in range(pos.shape[2]):
        x, y, z = pos[t, 0, s], pos[t, 1, s], pos[t, 2, s]
        rho = math.sqrt(x * x + y * y)
        lon[s] = angle_of(y, x)
        lat[s] = angle_of(z, rho)
        k = (math.sqrt(rho * rho + z * z) - r0) * radius_scale
        known = known and k < r1 + F32(1)
        k = k if k < r1 else r1
        ring[s] = k if k > F32(0) else F32(0)
    return known


@njit(error_model="numpy", forceinline=True)
def spans(table, b, lo, hi):
    """Blocks [i0, i1) and [j0, j1) of a band that hold longitudes lo..hi (as fractions of bins, from -pi)."""
    bins = table.shape[1] - 1
    if hi - lo >= F32(bins):
        return table[b, 0] >> 4, (table[b, bins] + 15) >> 4, 0, 0
    k0 = math.floor(lo)
    k1 = math.floor(hi) + 1
    if k0 < 0:
        i1 = (table[b, k1] + 15) >> 4
        return table[b, 0] >> 4, i1, max(i1, table[b, bins + k0] >> 4), (table[b, bins] + 15) >> 4
    if k1 > bins:
        i1 = (table[b, k1 - bins] + 15) >> 4
        return table[b, 0] >> 4, i1, max(i1, table[b, k0] >> 4), (table[b, bins] + 15) >> 4
    return table[b, k0] >> 4, (table[b, k1] + 15) >> 4, 0, 0


@njit(fastmath=FAST, error_model="numpy", forceinline=True)
def raise_block(F, k, x, y, z, s):
    """Where a satellite stands higher than the block's best, take it. F: 16 lanes of p (3), n (3), sin^2 e, index."""
    q = U64(k * 128)
    for lane in range(U64(16)):
        i = q + lane
        dx = x - F[i]
        dy = y - F[i + U64(16)]
        dz = z - F[i + U64(32)]
        up = dx * F[i + U64(48)] + dy * F[i + U64(64)] + dz * F[i + U64(80)]
        h = up * abs(up) / (dx * dx + dy * dy + dz * dz)
        old = F[i + U64(96)]
        index = F[i + U64(112)]
        F[i + U64(96)] = h if h > old else old
        F[i + U64(112)] = s if h > old else index


@njit(fastmath=FAST, error_model="numpy", forceinline=True)
def count_block(F, k, x, y, z, least, lanes):
    """Add one where sin|sin| of the elevation is at least `least`. F as above, the count in the seventh row."""
    q = U64(k * 128)
    for lane in range(lanes):
        i = q + lane
        dx = x - F[i]
        dy = y - F[i + U64(16)]
        dz = z - F[i + U64(32)]
        up = dx * F[i + U64(48)] + dy * F[i + U64(64)] + dz * F[i + U64(80)]
        F[i + U64(96)] += F32(1) if up * abs(up) >= least * (dx * dx + dy * dy + dz * dz) else F32(0)


@njit(cache=True, nogil=True, error_model="numpy")
def wanting(F, floor, need):
    """Which blocks still have a point whose best is under `floor`; returns how many."""
    n = 0
    for k in range(need.shape[0]):
        least = F32(2)
        for lane in range(16):
            v = F[k * 128 + 96 + lane]
            least = v if v < least else least
        need[k] = least < floor
        n += need[k]
    return n


@njit(fastmath=FAST, cache=True, nogil=True, error_model="numpy")
def best_block(pos, F, table, widths, b0, b1, floors, rings, order, satellites, elevations):
    """Highest satellite and its elevation (T, C) for the points of F.

    Passes of ever larger footprints, widths (P, R, N, B): a point whose best stands at least floors[p] high after pass
    p cannot be bettered by a satellite outside the footprints of that pass, so only blocks with a lower one go on.
    """
    S, passes, bins = pos.shape[2], widths.shape[0], widths.shape[2]
    lat, lon, ring = np.empty(S, F32), np.empty(S, F32), np.empty(S, F32)
    need = np.empty(F.shape[0] // 128, np.bool_)
    scale = F32((table.shape[1] - 1) / (2 * math.pi))
    lowest = floors[passes - 1]
    for t in range(pos.shape[0]):
        if not below(pos, t, rings[1], lat, lon, ring, rings[0], F32(widths.shape[1] - 1)):
            return False
        for k in range(need.shape[0]):
            need[k] = True
            for lane in range(16):
                F[k * 128 + 96 + lane] = lowest
                F[k * 128 + 112 + lane] = F32(-1)
        for p in range(passes):
            if p > 0 and wanting(F, floors[p - 1], need) == 0:
                break
            for s in range(S):
                x, y, z, fs = pos[t, 0, s], pos[t, 1, s], pos[t, 2, s], F32(s)
                r = int(ring[s])
                n = min(max(int((lat[s] + HALF_PI) * F32(bins / math.pi)), 0), bins - 1)
                for b in range(b0[p, r, n], b1[p, r, n] + 1):
                    w = widths[p, r, n, b]
                    i0, i1, j0, j1 = spans(table, b, (lon[s] + PI - w) * scale, (lon[s] + PI + w) * scale)
                    if p == 0:
                        for k in range(i0, i1):
                            raise_block(F, k, x, y, z, fs)
                        for k in range(j0, j1):
                            raise_block(F, k, x, y, z, fs)
                    else:
                        for k in range(i0, i1):
                            if need[k]:
                                raise_block(F, k, x, y, z, fs)
                        for k in range(j0, j1):
                            if need[k]:
                                raise_block(F, k, x, y, z, fs)
        hand_out(F, order, t, satellites, elevations)
    return True


@njit(fastmath=FAST, cache=True, nogil=True, error_model="numpy")
def hand_out(F, order, t, satellites, elevations):
    """Turn sin^2 e into e, and put each point's best where the caller's order wants it; NaN where there is none."""
    for k in range(F.shape[0] // 128):
        for lane in range(U64(16)):
            i = U64(k * 128) + lane
            v = F[i + U64(96)]
            v = v if v < F32(1) else F32(1)
            sine, cosine = math.sqrt(v), math.sqrt(F32(1) - v)
            big = sine if sine > cosine else cosine
            small = cosine if sine > cosine else sine
            e = atan01(small / big)
            F[i + U64(96)] = HALF_PI - e if sine > cosine else e
        for lane in range(16):
            u = order[k * 16 + lane]
            if u >= 0:
                s = F[k * 128 + 112 + lane]
                satellites[t, u] = int(s)
                elevations[t, u] = F[k * 128 + 96 + lane] if s >= F32(0) else F32(-1)


@njit(fastmath=FAST, cache=True, nogil=True, error_model="numpy")
def count_all(pos, flying, F, lanes, table, widths, b0, b1, least, rings, order, counts):
    """How many satellites with flying (T, S) each point sees, (T, C)."""
    S, bins = pos.shape[2], widths.shape[1]
    lat, lon, ring = np.empty(S, F32), np.empty(S, F32), np.empty(S, F32)
    scale = F32((table.shape[1] - 1) / (2 * math.pi))
    for t in range(pos.shape[0]):
        if not below(pos, t, rings[1], lat, lon, ring, rings[0], F32(widths.shape[0] - 1)):
            return False
        for k in range(F.shape[0] // 128):
            for lane in range(16):
                F[k * 128 + 96 + lane] = F32(0)
        for s in range(S):
            if not flying[t, s]:
                continue
            x, y, z = pos[t, 0, s], pos[t, 1, s], pos[t, 2, s]
            r = int(ring[s])
            n = min(max(int((lat[s] + HALF_PI) * F32(bins / math.pi)), 0), bins - 1)
            for b in range(b0[r, n], b1[r, n] + 1):
                w = widths[r, n, b]
                i0, i1, j0, j1 = spans(table, b, (lon[s] + PI - w) * scale, (lon[s] + PI + w) * scale)
                for k in range(i0, i1):
                    count_block(F, k, x, y, z, least, lanes)
                for k in range(j0, j1):
                    count_block(F, k, x, y, z, least, lanes)
        for i in range(len(order)):
            if order[i] >= 0:
                counts[t, order[i]] = int(F[(i >> 4) * 128 + 96 + (i & 15)])
    return True
