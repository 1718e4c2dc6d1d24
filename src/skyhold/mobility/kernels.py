"""Loops of moving terminals: the usable satellites from a place that is another at each instant."""

import math

import numpy as np
from numba import njit

from skyhold.geometry.kernels import near_region, rank, see

F32 = np.float32
U64 = np.uint64
IN_VIEW, IN_CONE, CLEAR, ALLOWED, USABLE, LEVEL = 0, 1, 2, 3, 4, 5
TWO_PI = 2.0 * math.pi


@njit(cache=True, nogil=True, error_model="numpy")
def along(axis, east, north, up):
    """Cosine of the angle between an axis and a direction, both east, north, up."""
    return axis[0] * east + axis[1] * north + axis[2] * up


@njit(cache=True, nogil=True, error_model="numpy")
def look_along(
    pos, caps, floor, sites, lowest, axes, cos_half, heading, hidden, band, low, high, cost,
    satellites, elevations, ranges, azimuths, scans, counts,
):  # fmt: skip
    """Usable satellites of one terminal at the instants of a block, highest first.

    pos (T, 3, S); of each instant: caps (T, 5) axis of the place, cos and sin of the lowest elevation; floor (T,) its
    distance from the geocentre times that cosine; sites (T, 12) rows of `geometry.kernels.see`; lowest (T,)
    elevation; axes (T, 3, 3) of the antenna: two ends of the roll, and level; heading (T,); hidden (360,) or empty;
    band (T,) rows of the arc table low, high (B, M); cost (T, S), inf where there is no gateway. Out:
    satellites, elevations, ranges, azimuths, scans (T, K), counts (T, 6) in the order of the names above: each
    but the last counts what is left of the one before, LEVEL what would be usable with the body level.
    """
    S = pos.shape[2]
    near, P = np.empty(S + 1, np.int32), np.empty((5, S + 1), F32)
    W = np.empty(((S + 63) // 64 + 1) * 512, F32)
    found = np.empty(S + 1, np.uint64)
    direction = np.empty(S + 1)
    scan = np.empty(S + 1)
    for t in range(pos.shape[0]):
        m = near_region(pos, t, caps[t, :3], floor[t], caps[t, 3:5], near, P)
        fill(P, m, W, caps[t])
        for c in range(0, m, 64):
            see(W, c * 8, U64(min(64, (m - c + 15) // 16 * 16)), sites[t])
        n = choose(
            W, m, near, sites[t], lowest[t], axes[t], cos_half, heading[t], hidden, low[band[t]], high[band[t]],
            cost[t], counts[t], found, direction, scan,
        )  # fmt: skip
        rank(W, n, found)
        for j in range(min(n, satellites.shape[1])):
            q = found[j]
            i = (q >> U64(9)) * U64(64) + (q & U64(63))
            elevations[t, j] = W[q + U64(192)]
            ranges[t, j] = W[q + U64(256)]
            satellites[t, j] = near[i]
            azimuths[t, j] = direction[i]
            scans[t, j] = scan[i]


@njit(cache=True, nogil=True, error_model="numpy")
def fill(P, m, W, cap):
    """The m satellites of P into the rows of W, padded to a multiple of 16 with one at the nadir."""
    for j in range((m + 15) // 16 * 16):
        q = (j >> 6) * 512 + (j & 63)
        for i in range(3):
            W[q + 64 * i] = P[i, j] if j < m else -cap[i] * F32(7e6)


@njit(cache=True, nogil=True, error_model="numpy")
def choose(
    W, m, near, site, lowest, axes, cos_half, heading, hidden, low, high, cost, counts, found, direction, scan
):
    """Count what each test leaves of the m satellites and list the usable in `found`; their azimuth and scan beside."""
    cl, sl, cp, sp = np.float64(site[3]), np.float64(site[4]), np.float64(site[5]), np.float64(site[6])
    counts[:] = 0
    n = 0
    for j in range(m):
        q = U64((j >> 6) * 512 + (j & 63))
        if W[q + U64(192)] < lowest:
            continue
        r = np.float64(W[q + U64(256)])
        dx = np.float64(W[q]) - np.float64(site[0])
        dy = np.float64(W[q + U64(64)]) - np.float64(site[1])
        z = np.float64(W[q + U64(128)]) - np.float64(site[2])
        x = cl * dx + sl * dy
        east, north, up = (cl * dy - sl * dx) / r, (cp * z - sp * x) / r, (cp * x + sp * z) / r
        azimuth = math.atan2(east, north) % TWO_PI
        worst = min(along(axes[0], east, north, up), along(axes[1], east, north, up))
        clear = True
        if hidden.shape[0] > 0:
            sector = int(((azimuth - heading) % TWO_PI) / TWO_PI * hidden.shape[0]) % hidden.shape[0]
            clear = W[q + U64(192)] >= hidden[sector]
        place = W[q + U64(320)]
        i = U64(np.int32(place))
        w = place - F32(np.int32(place))
        sd = W[q + U64(384)]
        off_arc = sd <= low[i] + w * (low[i + U64(1)] - low[i]) or sd >= high[i] + w * (
            high[i + U64(1)] - high[i]
        )
        live = cost[near[j]] < F32(np.inf)
        counts[IN_VIEW] += 1
        counts[LEVEL] += clear and off_arc and live and along(axes[2], east, north, up) >= cos_half
        if worst < cos_half:
            continue
        counts[IN_CONE] += 1
        if not clear:
            continue
        counts[CLEAR] += 1
        if not off_arc:
            continue
        counts[ALLOWED] += 1
        if not live:
            continue
        counts[USABLE] += 1
        direction[j], scan[j] = azimuth, math.acos(min(1.0, worst))
        found[n] = q
        n += 1
    return n
