"""Loops of the geometry: the geostationary arc, who is seen from a region, and runs of coverage.

Symbols: phi geodetic latitude, L longitude of a point of the arc from the site's meridian, H and delta
topocentric hour angle and declination, c = cos H, n = WGS-84 normal of a site, e = elevation.
"""

import math

import numpy as np
from numba import njit

from skyhold.constants import GEO_RADIUS_M, WGS84_A_M, WGS84_E2

FAST = {"contract", "nnan", "ninf", "nsz", "arcp", "reassoc"}
F32 = np.float32
U64 = np.uint64
HALF_PI = F32(math.pi / 2)
PI = F32(math.pi)

# atan(t)/t in t*t on [0, 1]; Chebyshev fit, largest error 2e-8 before rounding (test_kernels)
A0, A1, A2, A3 = F32(0.9999999842), F32(-0.3333306678), F32(0.1999248358), F32(-0.1420257051)
A4, A5, A6, A7 = F32(0.1063675410), F32(-0.0749544544), F32(0.0425876075), F32(-0.0160050305)
A8 = F32(0.0028340643)


@njit(fastmath=FAST, error_model="numpy", forceinline=True)
def atan01(t):
    """Arc tangent of t in [0, 1], float32."""
    q = t * t
    return t * (A0 + q * (A1 + q * (A2 + q * (A3 + q * (A4 + q * (A5 + q * (A6 + q * (A7 + q * A8))))))))


@njit(cache=True, nogil=True, error_model="numpy")
def arc_cosine(ux, uy, uz, x0, z0, longitude):
    """Cosine of the angle between a direction (meridian frame) and the arc point at `longitude`."""
    gx = GEO_RADIUS_M * math.cos(longitude) - x0
    gy = GEO_RADIUS_M * math.sin(longitude)
    return (ux * gx + uy * gy - uz * z0) / math.sqrt(gx * gx + gy * gy + z0 * z0)


@njit(cache=True, nogil=True, error_model="numpy")
def arc_half_length(phi):
    """Longitude from the site's meridian at which the arc sets; negative where none of it rises."""
    height = WGS84_A_M * math.sqrt(1.0 - WGS84_E2 * math.sin(phi) ** 2)  # n . p
    c = height / (GEO_RADIUS_M * math.cos(phi))
    return math.acos(c) if 0.0 < c < 1.0 else -1.0


@njit(cache=True, nogil=True, error_model="numpy")
def arc_angle(phi, azimuth, elevation, out):
    """Smallest angle (N,) to the visible geostationary arc; inf where none is visible.

    181 points of the arc, then a golden section around the best one (to 1e-9 rad of arc).
    """
    golden = 0.5 * (math.sqrt(5.0) - 1.0)
    for i in range(phi.shape[0]):
        sp, cp = math.sin(phi[i]), math.cos(phi[i])
        n = WGS84_A_M / math.sqrt(1.0 - WGS84_E2 * sp * sp)
        x0, z0 = n * cp, n * (1.0 - WGS84_E2) * sp
        end = arc_half_length(phi[i])
        if end < 0.0:
            out[i] = np.inf
            continue
        north, east, up = (
            math.cos(elevation[i]) * math.cos(azimuth[i]),
            math.cos(elevation[i]) * math.sin(azimuth[i]),
            math.sin(elevation[i]),
        )
        ux, uy, uz = cp * up - sp * north, east, sp * up + cp * north
        step = end / 90.0
        best, at = -2.0, 0.0
        for k in range(-90, 91):
            v = arc_cosine(ux, uy, uz, x0, z0, k * step)
            if v > best:
                best, at = v, k * step
        a, b = max(at - step, -end), min(at + step, end)
        while b - a > 1e-9:
            p, q = b - golden * (b - a), a + golden * (b - a)
            if arc_cosine(ux, uy, uz, x0, z0, p) > arc_cosine(ux, uy, uz, x0, z0, q):
                b = q
            else:
                a = p
        best = max(best, arc_cosine(ux, uy, uz, x0, z0, 0.5 * (a + b)))
        out[i] = math.acos(min(1.0, best))


@njit(cache=True, nogil=True, error_model="numpy")
def arc_discs(phi, discs):
    """Hour angle, sin and cos of declination of points of the visible arc, into discs (3, N), ascending."""
    sp, cp = math.sin(phi), math.cos(phi)
    n = WGS84_A_M / math.sqrt(1.0 - WGS84_E2 * sp * sp)
    x0, z0 = n * cp, n * (1.0 - WGS84_E2) * sp
    end, last = arc_half_length(phi), discs.shape[1] - 1
    for k in range(last + 1):
        longitude = end * (2.0 * k / last - 1.0)
        gx = GEO_RADIUS_M * math.cos(longitude) - x0
        gy = GEO_RADIUS_M * math.sin(longitude)
        sd = -z0 / math.sqrt(gx * gx + gy * gy + z0 * z0)
        discs[0, k], discs[1, k], discs[2, k] = math.atan2(gy, gx), sd, math.sqrt(1.0 - sd * sd)


@njit(cache=True, nogil=True, error_model="numpy")
def arc_bands(phi, alpha, discs, low, high):
    """Forbidden sin(delta) between `low` and `high` (B, M) at c = -1..1, for each latitude phi (B,).

    The forbidden sky is the union of discs of radius alpha around the points of the visible arc. A disc
    around (H0, delta0) meets the hour circle H at delta = beta -+ acos(cos alpha / A), where
    A cos beta = cos delta0 cos(H - H0) and A sin beta = sin delta0. Beyond the last disc the band closes
    at the declination where it is tangent. The arc runs so nearly along a declination that only discs
    within `reach` of H can bound the band (all of them for alpha over 45 degrees).
    """
    count, last = low.shape[1], discs.shape[1] - 1
    ca = math.cos(alpha)
    for b in range(phi.shape[0]):
        if arc_half_length(phi[b]) < 0.0:
            low[b] = high[b] = 2.0
            continue
        arc_discs(phi[b], discs)
        step = (discs[0, last] - discs[0, 0]) / last
        reach = 1 + int(math.radians(6.0) / step) if alpha < math.pi / 4 else last
        for m in range(count):
            hour = math.acos(-1.0 + 2.0 * m / (count - 1))
            near = min(last, int((hour - discs[0, 0]) / step))
            bottom, top = 2.0, -2.0
            for k in range(max(0, near - reach), min(last, near + reach) + 1):
                along = discs[2, k] * math.cos(hour - discs[0, k])
                size = math.sqrt(discs[1, k] ** 2 + along * along)
                if size > ca:
                    beta, half = math.atan2(discs[1, k], along), math.acos(ca / size)
                    if abs(beta) - half < math.pi / 2:
                        bottom, top = min(bottom, beta - half), max(top, beta + half)
            if top < bottom:
                low[b, m] = high[b, m] = max(-1.0, min(1.0, discs[1, last] / ca))
            else:
                low[b, m] = math.sin(max(bottom, -math.pi / 2))
                high[b, m] = math.sin(min(top, math.pi / 2))


@njit(fastmath=FAST, cache=True, nogil=True, error_model="numpy")
def see(W, p, count, site):
    """Elevation, range, place in the arc table, sin(delta) and field-of-view test of up to 64 satellites.

    W is a flat buffer of rows of 64: x, y, z of the satellites in, five rows out. `site` (12,): position, cos
    and sin of longitude and latitude, boresight in the meridian frame, cos of the half cone, half the table.
    """
    px, py, pz, cl, sl, cp, sp = site[0], site[1], site[2], site[3], site[4], site[5], site[6]
    bx, by, bz, cone, half = site[7], site[8], site[9], site[10], site[11]
    p = U64(p)
    for k in range(count):
        q = p + k
        dx = W[q] - px
        dy = W[q + U64(64)] - py
        z = W[q + U64(128)] - pz
        x = cl * dx + sl * dy
        y = cl * dy - sl * dx
        up = cp * x + sp * z
        north = cp * z - sp * x
        flat = math.sqrt(north * north + y * y)
        xy = x * x + y * y
        r = math.sqrt(xy + z * z)
        high = abs(up)
        big = flat if flat > high else high
        small = high if flat > high else flat
        e = atan01(small / big)
        e = HALF_PI - e if high > flat else e
        W[q + U64(192)] = -e if up < F32(0) else e
        W[q + U64(256)] = r
        W[q + U64(320)] = (x / math.sqrt(xy + F32(1)) + F32(1)) * half
        W[q + U64(384)] = z / r
        W[q + U64(448)] = F32(1) if bx * x + by * y + bz * z >= cone * r else F32(0)


@njit(fastmath=FAST, cache=True, nogil=True, error_model="numpy")
def near_region(pos, t, axis, floor, cap, near, P):
    """Satellites that any site of the region can see: index in `near`; x, y, z, q, 1/r in the rows of P (5, S).

    Seen above e from somewhere in a cap of radius rho needs s . axis >= A cos(rho - e) - q sin(rho - e),
    with A = R cos e, q = sqrt(r^2 - A^2), R the least radius of the sites.
    """
    n = 0
    for s in range(pos.shape[2]):
        x, y, z = pos[t, 0, s], pos[t, 1, s], pos[t, 2, s]
        rr = x * x + y * y + z * z
        over = rr - floor * floor
        q = math.sqrt(over if over > F32(0) else F32(0))
        near[n] = s
        P[0, n] = x
        P[1, n] = y
        P[2, n] = z
        P[3, n] = q
        P[4, n] = F32(1) / math.sqrt(rr)
        seen = x * axis[0] + y * axis[1] + z * axis[2] >= floor * cap[0] - q * cap[1]
        n += seen & (over > F32(0))
    return n


@njit(fastmath=FAST, cache=True, nogil=True, error_model="numpy")
def near_tile(P, n, axis, floor, cap, spread, W, ids, picked, bucket, starts):
    """Of these, what one tile can see, roughly from highest to lowest, into the rows of W; returns how many.

    `spread` is buckets per unit of 1 - cos(central angle). The list is padded to a multiple of 16 with a
    satellite at the nadir.
    """
    m = 0
    a, b, c = axis[0], axis[1], axis[2]
    level, tilt = floor * cap[0], cap[1]
    last = starts.shape[0] - 2
    starts[:] = 0
    for j in range(n):
        along = P[0, j] * a + P[1, j] * b + P[2, j] * c
        k = int((F32(1) - along * P[4, j]) * spread)
        k = last if k > last else k
        k = 0 if k < 0 else k
        picked[m] = j
        bucket[m] = k
        m += 1 if along >= level - P[3, j] * tilt else 0
    for i in range(m):
        starts[bucket[i] + 1] += 1
    for k in range(last):
        starts[k + 1] += starts[k]
    for i in range(m):
        k = bucket[i]
        at = starts[k]
        starts[k] = at + 1
        j = picked[i]
        q = (at >> 6) * 512 + (at & 63)
        W[q] = P[0, j]
        W[q + 64] = P[1, j]
        W[q + 128] = P[2, j]
        ids[at] = j
    for at in range(m, (m + 15) // 16 * 16):
        q = (at >> 6) * 512 + (at & 63)
        W[q] = -a * F32(7e6)
        W[q + 64] = -b * F32(7e6)
        W[q + 128] = -c * F32(7e6)
    return m


@njit(cache=True, nogil=True, error_model="numpy")
def choose(W, m, ids, live, low, high, lowest, counts, found):
    """Count what is in view, allowed and usable among the m satellites of a tile; list the usable in `found`."""
    view, allowed, n = 0, 0, 0
    for j in range(m):
        q = U64((j >> 6) * 512 + (j & 63))
        place = W[q + U64(320)]
        i = U64(np.int32(place))
        w = place - F32(np.int32(place))
        sd = W[q + U64(384)]
        below = sd <= low[i] + w * (low[i + U64(1)] - low[i])
        above = sd >= high[i] + w * (high[i + U64(1)] - high[i])
        seen = W[q + U64(192)] >= lowest
        may = seen & (below | above) & (W[q + U64(448)] > F32(0))
        found[n] = q
        view += seen
        allowed += may
        n += may & live[ids[j]]
    counts[0] = view
    counts[1] = allowed
    counts[2] = n
    return n


@njit(cache=True, nogil=True, error_model="numpy")
def rank(W, n, found):
    """Sort the n places in `found` by elevation, highest first (insertion: tiles list them nearly sorted)."""
    for k in range(1, n):
        q = found[k]
        e = W[q + U64(192)]
        i = k
        while i > 0 and W[found[i - 1] + U64(192)] < e:
            found[i] = found[i - 1]
            i -= 1
        found[i] = q


@njit(cache=True, nogil=True, error_model="numpy")
def look_block(
    pos,
    region,
    tiles,
    first,
    order,
    sites,
    lowest,
    band,
    low,
    high,
    pop,
    cost,
    floor,
    satellites,
    elevations,
    ranges,
    counts,
):
    """Usable satellites (T, U, K) and counts (T, U, 3) of all sites at all instants of a block.

    region (6,) and tiles (N, 6): axis, cos and sin of (radius - least elevation), buckets per 1 - cos. Sites
    are in tile order; `order` is where each stands in the output. pos (T, 3, S); cost (T, P, S), inf where
    there is no gateway.
    """
    S = pos.shape[2]
    near = np.empty(S + 1, np.int32)
    P = np.empty((5, S + 1), F32)
    W = np.empty(((S + 63) // 64 + 1) * 512, F32)
    ids, picked, bucket = np.empty(S + 1, np.int32), np.empty(S + 1, np.int32), np.empty(S + 1, np.int32)
    starts = np.empty(34, np.int32)
    live = np.ones((max(1, cost.shape[1]), S + 1), np.bool_)
    found = np.empty(S + 1, np.uint64)
    for t in range(pos.shape[0]):
        close = near_region(pos, t, region[:3], floor, region[3:5], near, P)
        for p in range(cost.shape[1]):
            for j in range(close):
                live[p, j] = cost[t, p, near[j]] < F32(np.inf)
        for k in range(tiles.shape[0]):
            tile = tiles[k]
            m = near_tile(P, close, tile[:3], floor, tile[3:5], tile[5], W, ids, picked, bucket, starts)
            for i in range(first[k], first[k + 1]):
                for c in range(0, m, 64):
                    see(W, c * 8, U64(min(64, (m - c + 15) // 16 * 16)), sites[i])
                u = order[i]
                h = band[i]
                n = choose(W, m, ids, live[pop[u]], low[h], high[h], lowest, counts[t, u], found)
                rank(W, n, found)
                for j in range(min(n, satellites.shape[2])):
                    q = found[j]
                    elevations[t, u, j] = W[q + U64(192)]
                    ranges[t, u, j] = W[q + U64(256)]
                    satellites[t, u, j] = near[ids[(q >> U64(9)) * U64(64) + (q & U64(63))]]


@njit(cache=True, nogil=True, error_model="numpy")
def run_lengths(visible, state, sums):
    """Add a block of visible (T, C) to the runs of each cell; a run that goes on is kept in `state` (2, C).

    state: length of the present run in steps, and whether it is an access. sums (9, C): steps covered, accesses,
    shortest and longest access, gaps, shortest and longest gap, sum of gaps, sum of squares of gaps.
    """
    for t in range(visible.shape[0]):
        for c in range(visible.shape[1]):
            now = visible[t, c]
            if state[0, c] > 0 and now != (state[1, c] == 1):
                close_run(state, sums, c)
            state[0, c] += 1
            state[1, c] = 1 if now else 0


@njit(cache=True, nogil=True, error_model="numpy")
def close_run(state, sums, c):
    """Book the present run of a cell and start afresh."""
    n = state[0, c]
    if n == 0:
        return
    if state[1, c] == 1:
        sums[0, c] += n
        sums[1, c] += 1
        sums[2, c] = min(sums[2, c], n)
        sums[3, c] = max(sums[3, c], n)
    else:
        sums[4, c] += 1
        sums[5, c] = min(sums[5, c], n)
        sums[6, c] = max(sums[6, c], n)
        sums[7, c] += n
        sums[8, c] += n * n
    state[0, c] = 0


@njit(cache=True, nogil=True, error_model="numpy")
def close_runs(state, sums):
    """Book the runs that the end of the interval clips."""
    for c in range(state.shape[1]):
        close_run(state, sums, c)
