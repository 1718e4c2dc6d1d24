"""Loops of distances from points to outlines on the unit sphere."""

from __future__ import annotations

import math

from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def arc_angle(p, a, b):
    """Angle (rad) from unit vector p to the great-circle arc from a to b, less than half a turn long."""
    nx, ny, nz = a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
    n = math.sqrt(nx * nx + ny * ny + nz * nz)
    if n > 1e-12:
        # the foot of p lies between a and b where p is on the inner side of the planes through n and each end
        after = (
            (ny * a[2] - nz * a[1]) * p[0] + (nz * a[0] - nx * a[2]) * p[1] + (nx * a[1] - ny * a[0]) * p[2]
        )
        past = (
            (ny * b[2] - nz * b[1]) * p[0] + (nz * b[0] - nx * b[2]) * p[1] + (nx * b[1] - ny * b[0]) * p[2]
        )
        if after >= 0.0 and past <= 0.0:
            s = abs(p[0] * nx + p[1] * ny + p[2] * nz) / n
            return math.asin(s) if s < 1.0 else 0.5 * math.pi
    return min(chord_angle(p, a), chord_angle(p, b))


@njit(cache=True, nogil=True, error_model="numpy")
def chord_angle(p, a):
    """Angle (rad) between unit vectors, exact when it is small."""
    dx, dy, dz = p[0] - a[0], p[1] - a[1], p[2] - a[2]
    half = 0.5 * math.sqrt(dx * dx + dy * dy + dz * dz)
    return 2.0 * math.asin(half if half < 1.0 else 1.0)


@njit(cache=True, nogil=True, error_model="numpy")
def nearest(points, corners, first, centre, reach, limit, angle, ring):
    """(N,) least angle from points (N, 3) to rings of corners (E, 3), and which ring (-1: none within `limit`).

    Ring k has corners first[k] .. first[k + 1] - 1, all within reach[k] of centre[k] (3,): rings that cannot be nearer
    than what is known are left out.
    """
    for n in range(points.shape[0]):
        best, which = limit, -1
        for k in range(reach.shape[0]):
            if chord_angle(points[n], centre[k]) - reach[k] >= best:
                continue
            for e in range(first[k], first[k + 1] - 1):
                if chord_angle(points[n], corners[e]) - chord_angle(corners[e], corners[e + 1]) >= best:
                    continue
                here = arc_angle(points[n], corners[e], corners[e + 1])
                if here < best:
                    best, which = here, k
        angle[n], ring[n] = best, which
