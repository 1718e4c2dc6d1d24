"""Loops of the forces on a satellite: zonal gravity, and density by look-up.

The logarithm of density lies on even grids, altitude innermost, flat; look-ups are linear in every axis, so that a
point costs 8, 16 or 32 reads. Outside the grid the answer is NaN: whoever calls decides, nothing is clamped here.
"""

import math

import numpy as np
from numba import njit

from skyhold.constants import EARTH_RATE_RAD_S, MU_M3_S2, WGS84_A_M

FAST = {"contract", "reassoc", "nsz", "arcp"}  # NaN and infinity keep their meaning

# Zonal harmonics J3 to J6 of EGM-96, unnormalised (NIMA TR8350.2; Lemoine et al., NASA/TP-1998-206861): C20 and on
# times -sqrt(2 n + 1)
_C = (-0.484165371736e-3, 0.957254173792e-6, 0.539873863789e-6, 0.685323475630e-7, -0.149957994714e-6)
J2 = -_C[0] * math.sqrt(5.0)
J3 = -_C[1] * math.sqrt(7.0)
J4 = -_C[2] * 3.0
J5 = -_C[3] * math.sqrt(11.0)
J6 = -_C[4] * math.sqrt(13.0)


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def zonal(x, y, z):
    """Acceleration (m/s2) of the central mass and of J2 to J6 at x, y, z (m) of axes whose z is the pole.

    Gradient of mu/r (1 - sum J_n (R/r)^n P_n(z/r)) (Vallado, *Fundamentals of Astrodynamics*, 4th ed., eq. 8-20):
    across the axis x mu/r^3 sum J_n (R/r)^n P'_(n+1), along it mu/r^2 sum J_n (R/r)^n (n + 1) P_(n+1).
    """
    r2 = x * x + y * y + z * z
    r = math.sqrt(r2)
    s = z / r
    q = WGS84_A_M / r
    s2 = s * s
    p3 = s * (2.5 * s2 - 1.5)
    p4 = (35.0 * s2 * s2 - 30.0 * s2 + 3.0) * 0.125
    p5 = (9.0 * s * p4 - 4.0 * p3) * 0.2
    p6 = (11.0 * s * p5 - 5.0 * p4) * (1.0 / 6.0)
    p7 = (13.0 * s * p6 - 6.0 * p5) * (1.0 / 7.0)
    d3 = 7.5 * s2 - 1.5
    d4 = s * (17.5 * s2 - 7.5)
    d5 = 5.0 * p4 + s * d4
    d6 = 6.0 * p5 + s * d5
    d7 = 7.0 * p6 + s * d6
    q2 = q * q
    a2, a3 = J2 * q2, J3 * q2 * q
    a4, a5, a6 = J4 * q2 * q2, J5 * q2 * q2 * q, J6 * q2 * q2 * q2
    across = MU_M3_S2 / (r2 * r) * (a2 * d3 + a3 * d4 + a4 * d5 + a5 * d6 + a6 * d7 - 1.0)
    along = (
        MU_M3_S2 / r2 * (3.0 * a2 * p3 + 4.0 * a3 * p4 + 5.0 * a4 * p5 + 6.0 * a5 * p6 + 7.0 * a6 * p7 - s)
    )
    return x * across, y * across, along


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def third_body(x, y, z, bx, by, bz, mu):
    """Acceleration (m/s2) at x, y, z that a distant body at bx, by, bz (m) causes relative to the Earth.

    Battin's form, without the difference of nearly equal numbers (Vallado, 4th ed., eq. 8-35).
    """
    dx, dy, dz = bx - x, by - y, bz - z
    d2 = dx * dx + dy * dy + dz * dz
    b2 = bx * bx + by * by + bz * bz
    d3 = d2 * math.sqrt(d2)
    q = (x * (x - 2.0 * bx) + y * (y - 2.0 * by) + z * (z - 2.0 * bz)) / b2
    f = q * (3.0 + q * (3.0 + q)) / (1.0 + (1.0 + q) * math.sqrt(1.0 + q))
    k = -mu / d3
    return k * (x + f * bx), k * (y + f * by), k * (z + f * bz)


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def air_velocity(x, y):
    """Velocity (m/s) of air that turns with the Earth, of inertial axes whose z is the pole; its z is zero."""
    return -EARTH_RATE_RAD_S * y, EARTH_RATE_RAD_S * x


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def field_log_density(values, grid, t, altitude, latitude, local_time):
    """Logarithm of density of a `DensityField` at time t (s), altitude (m), latitude and local time (rad).

    `values` is flat over (time, latitude, local time, altitude); `grid` holds, for each in that order, the first
    place, the inverse step and the count. Local time is any angle; the last of its nodes is the first again.
    """
    a = (t - grid[0]) * grid[1]
    b = (latitude - grid[3]) * grid[4]
    c = local_time * grid[7]
    c -= math.floor(c / (grid[8] - 1.0)) * (grid[8] - 1.0)
    d = (altitude - grid[9]) * grid[10]
    if not (a >= 0.0 and a <= grid[2] - 1.0 and b >= -1e-9 and b <= grid[5] - 1.0 + 1e-9):
        return math.nan
    if not (d >= 0.0 and d <= grid[11] - 1.0):
        return math.nan
    ni, nj, nk, nm = int(grid[2]), int(grid[5]), int(grid[8]), int(grid[11])
    i = min(int(a), ni - 2) if ni > 1 else 0
    j = min(max(int(b), 0), nj - 2)
    k = min(int(c), nk - 2)
    m = min(int(d), nm - 2)
    a -= i
    b -= j
    c -= k
    d -= m
    at = np.uint64(((i * nj + j) * nk + k) * nm + m)
    row, plane, cube = np.uint64(nm), np.uint64(nk * nm), np.uint64(nj * nk * nm)
    first = _in_cube(values, at, row, plane, b, c, d)
    if ni == 1:
        return first
    return first + a * (_in_cube(values, at + cube, row, plane, b, c, d) - first)


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST, inline="always")
def _between(values, at, d):
    """Linear along the innermost axis."""
    low = values[at]
    return low + d * (values[at + np.uint64(1)] - low)


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST, inline="always")
def _in_square(values, at, row, c, d):
    """Linear in two axes."""
    low = _between(values, at, d)
    return low + c * (_between(values, at + row, d) - low)


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST, inline="always")
def _in_cube(values, at, row, plane, b, c, d):
    """Linear in three axes."""
    low = _in_square(values, at, row, c, d)
    return low + b * (_in_square(values, at + plane, row, c, d) - low)


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def orbit_log_density(values, grid, height, f107, activity, day, node):
    """Logarithm of the orbit-averaged density of an `OrbitDensity`.

    Mean radius less the equator's (m), 81-day F10.7, activity ln(1 + ap/20), day of the year (days since its
    beginning, any turn) and local time of the node (rad, any turn; without effect where that axis was averaged).
    `values` is flat over (node, day, activity, F10.7, height), `grid` holds first, inverse step, count of each in that
    order. The last nodes of day and node are the first again.
    """
    e = node * grid[1]
    a = day * grid[4]
    a -= math.floor(a / (grid[5] - 1.0)) * (grid[5] - 1.0)
    b = (activity - grid[6]) * grid[7]
    c = (f107 - grid[9]) * grid[10]
    d = (height - grid[12]) * grid[13]
    if not (b >= 0.0 and b <= grid[8] - 1.0 and c >= 0.0 and c <= grid[11] - 1.0):
        return math.nan
    if not (d >= 0.0 and d <= grid[14] - 1.0):
        return math.nan
    nn, ni, nj, nk, nm = int(grid[2]), int(grid[5]), int(grid[8]), int(grid[11]), int(grid[14])
    i = min(int(a), ni - 2)
    j = min(int(b), nj - 2)
    k = min(int(c), nk - 2)
    m = min(int(d), nm - 2)
    a -= i
    b -= j
    c -= k
    d -= m
    row, plane, cube = np.uint64(nm), np.uint64(nk * nm), np.uint64(nj * nk * nm)
    at = np.uint64(((i * nj + j) * nk + k) * nm + m)
    if nn == 1:
        low = _in_cube(values, at, row, plane, b, c, d)
        return low + a * (_in_cube(values, at + cube, row, plane, b, c, d) - low)
    e -= math.floor(e / (nn - 1.0)) * (nn - 1.0)
    n = min(int(e), nn - 2)
    at += np.uint64(n) * np.uint64(ni) * cube
    low = _in_cube(values, at, row, plane, b, c, d)
    low += a * (_in_cube(values, at + cube, row, plane, b, c, d) - low)
    at += np.uint64(ni) * cube
    high = _in_cube(values, at, row, plane, b, c, d)
    high += a * (_in_cube(values, at + cube, row, plane, b, c, d) - high)
    return low + (e - n) * (high - low)


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def path_log_density(values, grid, t, height):
    """Logarithm of the orbit-averaged density of a `DensityPath` at time t (s) and height (m, as above)."""
    a = (t - grid[0]) * grid[1]
    d = (height - grid[3]) * grid[4]
    if not (a >= 0.0 and a <= grid[2] - 1.0 and d >= 0.0 and d <= grid[5] - 1.0):
        return math.nan
    ni, nm = int(grid[2]), int(grid[5])
    i = min(int(a), ni - 2)
    m = min(int(d), nm - 2)
    return _in_square(values, np.uint64(i * nm + m), np.uint64(nm), a - i, d - m)


@njit(cache=True, nogil=True, error_model="numpy")
def fill_field(values, grid, t, altitude, latitude, local_time, out):
    """(N,) points of `field_log_density`."""
    for n in range(out.size):
        out[n] = field_log_density(values, grid, t[n], altitude[n], latitude[n], local_time[n])


@njit(cache=True, nogil=True, error_model="numpy")
def fill_orbit(values, grid, height, f107, activity, day, node, out):
    """(N,) points of `orbit_log_density`."""
    for n in range(out.size):
        out[n] = orbit_log_density(values, grid, height[n], f107[n], activity[n], day[n], node[n])


@njit(cache=True, nogil=True, error_model="numpy")
def fill_path(values, grid, t, height, out):
    """(N,) points of `path_log_density`."""
    for n in range(out.size):
        out[n] = path_log_density(values, grid, t[n], height[n])
