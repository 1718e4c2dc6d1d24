"""Loops of the decay: members of an ensemble of near-circular orbits, sinking by averaged density.

Altitudes are mean radii less the equatorial radius, m; times are seconds from the start. Averaged density comes from
`earth.force_kernels`, which answers NaN outside its tables: whoever calls sees to it that it is not asked there.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from skyhold.constants import EARTH_RATE_RAD_S, J2, MU_M3_S2, WGS84_A_M
from skyhold.earth.force_kernels import orbit_log_density, path_log_density

FAST = {"contract", "nsz", "arcp", "reassoc"}
LOWEST_M = 110_000.0  # tables begin here; a step of the integrator may look below


@njit(cache=True, nogil=True, fastmath=FAST, error_model="numpy")
def axis_loss(radius, cosine):
    """-da/dt (m/s) of a circular orbit for density over ballistic number of 1 kg/m3 per kg/m2.

    a^2/mu |v - w x r| (v - w x r).v (King-Hele, *Satellite Orbits in an Atmosphere*, 1987, sections 3.2 and 4.2; the
    air turns with the Earth). The square of the air's own speed is averaged over the orbit.
    """
    speed2 = MU_M3_S2 / radius
    turning = EARTH_RATE_RAD_S * math.sqrt(MU_M3_S2 * radius) * cosine
    air = EARTH_RATE_RAD_S * radius
    relative = math.sqrt(speed2 - 2.0 * turning + 0.5 * air * air * (1.0 + cosine * cosine))
    return radius / speed2 * relative * (speed2 - turning)


@njit(cache=True, nogil=True, fastmath=FAST, error_model="numpy")
def node_rate(radius, cosine):
    """Drift of the node (rad/s) by J2 of a circular orbit (Vallado, 4th ed., eq. 9-38)."""
    share = WGS84_A_M / radius
    return -1.5 * J2 * share * share * math.sqrt(MU_M3_S2 / radius) / radius * cosine


@njit(fastmath=FAST, error_model="numpy", forceinline=True)
def _at(series, row, column):
    """Value at a place between columns, held after the last."""
    last = series.shape[1] - 1
    c = int(column)
    c = c if c < last else last - 1
    u = column - c
    u = u if u < 1.0 else 1.0
    return series[row, c] + u * (series[row, c + 1] - series[row, c])


@njit(cache=True, nogil=True, fastmath=FAST, error_model="numpy")
def sink(
    path,  # whether `values` and `grid` are those of a DensityPath, else of an OrbitDensity
    values,
    grid,
    ahead_s,  # start after the path's epoch, s
    day0,  # days since the year began at the start
    node0,  # local time of the node at the start, rad
    sun_rate,  # rad/s of the mean Sun
    f107,  # (N, M), or (1, M) for all members
    activity,  # (N, M) or (1, M), ln(1 + ap/20)
    period_s,  # seconds between columns
    cosine,  # of the inclination
    ballistic,  # (N,) kg/m2
    altitude0,  # (N,) m
    jump_s,  # (J + 1,) ascending, inf at the end
    jump_m,  # (J + 1,) raises of all members
    output_s,  # (T,) ascending
    levels_m,  # (K,) descending; the last ends the member
    longest_s,
    deepest_m,  # longest step, and the deepest drop in one
    history,  # (N, T) out, m; NaN after the end
    crossing,  # (N, K) out, s; NaN where never
):
    """Altitudes of members by the midpoint rule, steps ended at outputs and jumps."""
    per_s = 1.0 / period_s
    per_day = 1.0 / 86_400.0
    levels = levels_m.shape[0]
    shared = f107.shape[0] == 1
    for n in range(ballistic.shape[0]):
        row = 0 if shared else n
        h = altitude0[n]
        t = 0.0
        node = node0
        level = 0
        jump = 0
        crossing[n, :] = np.nan
        history[n, :] = np.nan
        while level < levels and levels_m[level] >= h:
            crossing[n, level] = 0.0
            level += 1
        for k in range(output_s.shape[0]):
            while t < output_s[k] and level < levels:
                flux = _at(f107, row, t * per_s)
                index = _at(activity, row, t * per_s)
                radius = WGS84_A_M + h
                factor = axis_loss(radius, cosine) / ballistic[n]
                if path:
                    rate = factor * math.exp(path_log_density(values, grid, ahead_s + t, h))
                else:
                    rate = factor * math.exp(
                        orbit_log_density(values, grid, h, flux, index, day0 + t * per_day, node)
                    )
                dt = deepest_m / rate
                dt = dt if dt < longest_s else longest_s
                end = output_s[k] if output_s[k] < jump_s[jump] else jump_s[jump]
                stop = t + dt >= end
                dt = end - t if stop else dt
                turn = node_rate(radius, cosine) - sun_rate
                half = 0.5 * dt
                middle = h - half * rate
                if path:
                    rate = factor * math.exp(path_log_density(values, grid, ahead_s + t + half, middle))
                else:
                    day = day0 + (t + half) * per_day
                    rate = factor * math.exp(
                        orbit_log_density(values, grid, middle, flux, index, day, node + half * turn)
                    )
                below = h - dt * rate
                while level < levels and below <= levels_m[level]:
                    crossing[n, level] = t + (h - levels_m[level]) / rate
                    level += 1
                h = below
                t = end if stop else t + dt
                node += dt * turn
                while t >= jump_s[jump]:
                    h += jump_m[jump]
                    jump += 1
            if level == levels:
                break
            history[n, k] = h


@njit(fastmath=FAST, error_model="numpy", forceinline=True)
def _rate(rates, altitudes, first_m, per_m, flux, altitude):
    """exp of the bilinear look-up in a flat (flux, altitude) table, altitude held at its ends."""
    place = (altitude - first_m) * per_m
    place = place if place > 0.0 else 0.0
    i = int(flux)
    top = rates.shape[0] // altitudes - 2
    i = i if i < top else top
    j = int(place)
    j = j if j < altitudes - 2 else altitudes - 2
    f = flux - i
    g = place - j
    low = np.uint64(i * altitudes + j)
    high = low + np.uint64(altitudes)
    one = np.uint64(1)
    a = rates[low] + g * (rates[low + one] - rates[low])
    b = rates[high] + g * (rates[high + one] - rates[high])
    return math.exp(a + f * (b - a))


@njit(cache=True, nogil=True, fastmath=FAST, error_model="numpy")
def lives(
    rates,  # (F A,) float32, ln of the sinking rate times ballistic number, flat
    altitudes,  # A
    first_m,
    step_m,
    flux,  # (N, M) places along the axis of F10.7, or (1, M)
    period_s,
    ballistic,  # (N,) kg/m2
    altitude0,  # (N,) m
    entry_m,
    longest_s,
    deepest_m,
    horizon_s,
    life,  # (N,) out, s from the start to entry; NaN where beyond the horizon
):
    """Times to entry by Runge-Kutta 4, each step at most `deepest_m` deep and `longest_s` long."""
    shared = flux.shape[0] == 1
    per_m = 1.0 / step_m
    per_s = 1.0 / period_s
    for n in range(ballistic.shape[0]):
        row = 0 if shared else n
        lean = 1.0 / ballistic[n]
        h = altitude0[n]
        t = 0.0
        life[n] = np.nan if h > entry_m else 0.0
        while h > entry_m and t < horizon_s:
            k1 = lean * _rate(rates, altitudes, first_m, per_m, _at(flux, row, t * per_s), h)
            dt = deepest_m / k1
            dt = dt if dt < longest_s else longest_s
            x = _at(flux, row, (t + 0.5 * dt) * per_s)
            k2 = lean * _rate(rates, altitudes, first_m, per_m, x, h - 0.5 * dt * k1)
            k3 = lean * _rate(rates, altitudes, first_m, per_m, x, h - 0.5 * dt * k2)
            k4 = lean * _rate(rates, altitudes, first_m, per_m, _at(flux, row, (t + dt) * per_s), h - dt * k3)
            drop = dt * (k1 + 2.0 * (k2 + k3) + k4) / 6.0
            if h - drop <= entry_m:
                life[n] = t + dt * (h - entry_m) / drop
            h -= drop
            t += dt
