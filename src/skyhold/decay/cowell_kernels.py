"""Loops of the numerical propagation: Runge-Kutta of order 8 on the sum of all forces."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from skyhold.constants import EARTH_RATE_RAD_S, WGS84_A_M, WGS84_B_M, WGS84_E2
from skyhold.earth.force_kernels import air_velocity, field_log_density, third_body, zonal
from skyhold.earth.tesseral_kernels import tesseral

FAST = {"contract", "nsz", "arcp", "reassoc"}  # NaN keeps its meaning
MU_SUN = 1.32712440018e20  # JPL DE430, m3/s2
MU_MOON = 4.902800066e12
SECOND = WGS84_E2 / (1.0 - WGS84_E2)
POSITION_SCALE_M, VELOCITY_SCALE_M_S = 7e6, 7.5e3
SHORTEST_S = 0.01
DONE, ENTERED, LOST = 0, 1, 2

# Dormand and Prince of order 8(5, 3) with 12 stages (Hairer, Norsett and Wanner, *Solving Ordinary Differential
# Equations I*, 2nd ed., 1993, section II.10; coefficients of their DOP853)
_ROWS = (
    (0.05260015195876773,),
    (0.0197250569845379, 0.0591751709536137),
    (0.02958758547680685, 0.0, 0.08876275643042054),
    (0.2413651341592667, 0.0, -0.8845494793282861, 0.924834003261792),
    (0.037037037037037035, 0.0, 0.0, 0.17082860872947386, 0.12546768756682242),
    (0.037109375, 0.0, 0.0, 0.17025221101954405, 0.06021653898045596, -0.017578125),
    (0.03709200011850479, 0.0, 0.0, 0.17038392571223998, 0.10726203044637328, -0.015319437748624402,
     0.008273789163814023),
    (0.6241109587160757, 0.0, 0.0, -3.3608926294469414, -0.868219346841726, 27.59209969944671, 20.154067550477894,
     -43.48988418106996),
    (0.47766253643826434, 0.0, 0.0, -2.4881146199716677, -0.590290826836843, 21.230051448181193, 15.279233632882423,
     -33.28821096898486, -0.020331201708508627),
    (-0.9371424300859873, 0.0, 0.0, 5.186372428844064, 1.0914373489967295, -8.149787010746927, -18.52006565999696,
     22.739487099350505, 2.4936055526796523, -3.0467644718982196),
    (2.273310147516538, 0.0, 0.0, -10.53449546673725, -2.0008720582248625, -17.9589318631188, 27.94888452941996,
     -2.8589982771350235, -8.87285693353063, 12.360567175794303, 0.6433927460157636),
    (0.054293734116568765, 0.0, 0.0, 0.0, 0.0, 4.450312892752409, 1.8915178993145003, -5.801203960010585,
     0.3111643669578199, -0.1521609496625161, 0.20136540080403034, 0.04471061572777259),
)  # fmt: skip
STAGES = np.zeros((13, 12))
for _n, _row in enumerate(_ROWS, 1):
    STAGES[_n, : len(_row)] = _row
TIMES = np.array([0.0, 0.05260015195876773, 0.0789002279381516, 0.1183503419072274, 0.2816496580927726, 1.0 / 3.0,
                  0.25, 0.3076923076923077, 0.6512820512820513, 0.6, 0.8571428571428571, 1.0, 1.0])  # fmt: skip
THIRD = np.array([-0.18980075407240762, 0.0, 0.0, 0.0, 0.0, 4.450312892752409, 1.8915178993145003,
                  -5.801203960010585, -0.4226823213237919, -0.1521609496625161, 0.20136540080403034,
                  0.02265179219836082])  # fmt: skip
FIFTH = np.array([0.01312004499419488, 0.0, 0.0, 0.0, 0.0, -1.2251564463762044, -0.4957589496572502,
                  1.6643771824549864, -0.35032884874997366, 0.3341791187130175, 0.08192320648511571,
                  -0.022355307863886294])  # fmt: skip


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def geodetic(x, y, z):
    """Geodetic latitude (rad) and altitude (m): Bowring (1976), once; below 0.1 mm in low orbit."""
    across = math.sqrt(x * x + y * y)
    beta = math.atan2(z * WGS84_A_M, across * WGS84_B_M)
    s, c = math.sin(beta), math.cos(beta)
    latitude = math.atan2(z + SECOND * WGS84_B_M * s * s * s, across - WGS84_E2 * WGS84_A_M * c * c * c)
    s, c = math.sin(latitude), math.cos(latitude)
    return latitude, across * c + z * s - WGS84_A_M * math.sqrt(1.0 - WGS84_E2 * s * s)


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def forces(t, y, drag, values, grid, ahead_s, clock0, sun_rate, bodies, bodies_step_s, turn0, work, k):
    """Rates of position and velocity (TEME) into `k`: J2 to J6, tesseral terms, drag of the turning air, Sun and Moon.

    `drag` is 1/(2 B), m2/kg; `clock0` the local time under right ascension 0 at t = 0; `bodies` (S, 6) positions of
    Sun and Moon each `bodies_step_s`, none if it has no rows; `turn0` the sidereal angle at t = 0, NaN for an Earth
    that is alike all round; `work` (2, 10, 10).
    """
    x, py, z = y[0], y[1], y[2]
    ax, ay, az = zonal(x, py, z)
    if turn0 == turn0:
        angle = turn0 + EARTH_RATE_RAD_S * t
        c, s = math.cos(angle), math.sin(angle)
        ex, ey, ez = tesseral(c * x + s * py, c * py - s * x, z, work[0], work[1])
        ax += c * ex - s * ey
        ay += s * ex + c * ey
        az += ez
    if drag > 0.0:
        latitude, altitude = geodetic(x, py, z)
        clock = math.atan2(py, x) + clock0 - sun_rate * t
        rho = math.exp(field_log_density(values, grid, ahead_s + t, altitude, latitude, clock))
        wx, wy = air_velocity(x, py)
        ux, uy, uz = y[3] - wx, y[4] - wy, y[5]
        pull = -drag * rho * math.sqrt(ux * ux + uy * uy + uz * uz)
        ax += pull * ux
        ay += pull * uy
        az += pull * uz
    if bodies.shape[0] > 1:
        place = t / bodies_step_s
        i = int(place)
        i = i if i < bodies.shape[0] - 1 else bodies.shape[0] - 2
        u = place - i
        low, step = bodies[i], bodies[i + 1] - bodies[i]
        sx, sy, sz = third_body(
            x, py, z, low[0] + u * step[0], low[1] + u * step[1], low[2] + u * step[2], MU_SUN
        )
        mx, my, mz = third_body(
            x, py, z, low[3] + u * step[3], low[4] + u * step[4], low[5] + u * step[5], MU_MOON
        )
        ax += sx + mx
        ay += sy + my
        az += sz + mz
    k[0], k[1], k[2] = y[3], y[4], y[5]
    k[3], k[4], k[5] = ax, ay, az


@njit(cache=True, nogil=True, error_model="numpy")
def cowell(
    state,  # (6,) TEME, m and m/s
    output_s,  # (T,) ascending, from 0
    tolerance,  # of each step, relative to 7,000 km and 7.5 km/s
    longest_s,  # longest step
    lowest_m,  # geodetic altitude that ends the run
    drag, values, grid, ahead_s, clock0, sun_rate, bodies, bodies_step_s, turn0,  # of `forces`
    out,  # (T, 6) out; NaN after the end
):  # fmt: skip
    """Integrate to each output; returns a code, the last instant (s) and the number of force evaluations."""
    k = np.zeros((13, 6))
    y, trial, work = state.copy(), np.empty(6), np.zeros((2, 10, 10))
    t, step, evaluations = 0.0, min(30.0, longest_s), 0
    out[:] = np.nan
    forces(t, y, drag, values, grid, ahead_s, clock0, sun_rate, bodies, bodies_step_s, turn0, work, k[0])
    for n in range(output_s.shape[0]):
        while t < output_s[n]:
            stop = t + step >= output_s[n]
            h = output_s[n] - t if stop else step
            for s in range(1, 13):
                for i in range(6):
                    total = 0.0
                    for j in range(s):
                        total += STAGES[s, j] * k[j, i]
                    trial[i] = y[i] + h * total
                forces(t + TIMES[s] * h, trial, drag, values, grid, ahead_s, clock0, sun_rate, bodies,
                       bodies_step_s, turn0, work, k[s])  # fmt: skip
            evaluations += 12
            third = 0.0
            fifth = 0.0
            for i in range(6):
                a = 0.0
                b = 0.0
                for j in range(12):
                    a += FIFTH[j] * k[j, i]
                    b += THIRD[j] * k[j, i]
                scale = tolerance * (POSITION_SCALE_M if i < 3 else VELOCITY_SCALE_M_S)
                fifth += (a / scale) ** 2
                third += (b / scale) ** 2
            weighed = fifth + 0.01 * third
            error = h * fifth / math.sqrt(6.0 * weighed) if weighed > 0.0 else 0.0
            low = geodetic(trial[0], trial[1], trial[2])[1] < lowest_m
            if error < 1.0 and not low:
                t = output_s[n] if stop else t + h
                for i in range(6):
                    y[i] = trial[i]
                    k[0, i] = k[12, i]
                grown = h * (min(6.0, 0.9 * error ** (-0.125)) if error > 0.0 else 6.0)
                step = max(step, grown) if stop else grown
                step = min(step, longest_s)
            elif h < SHORTEST_S:
                return (ENTERED if low else LOST), t, evaluations
            elif error < 1.0 or error != error:
                step = 0.5 * h
            else:
                step = h * max(0.2, 0.9 * error ** (-0.125))
        for i in range(6):
            out[n, i] = y[i]
    return DONE, t, evaluations
