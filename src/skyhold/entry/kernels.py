"""Loops of flights that end at the ground: gravity, air that turns, thrust, heat and melting.

Axes are inertial with the pole as z. A body is a row of `PROPERTIES` numbers; its state is x, y, z (m), vx, vy, vz
(m/s), mass (kg), temperature (K). Everything else is in `entry`, which explains.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from skyhold.constants import EARTH_RATE_RAD_S, WGS84_A_M, WGS84_E2
from skyhold.earth.force_kernels import field_log_density, zonal

AREA, CD_FREE, CD_CONTINUUM, LENGTH, AIR_SCALE, LIFT, BANK, THRUST, EXHAUST = range(9)
HEAT_CAPACITY, MELTING, LATENT, EMISSIVITY, WETTED, NOSE, HEAT_SHARE, SHRINK, GONE_AT = range(9, 18)
PROPERTIES = 18

LANDED, TIMED_OUT, GONE, FAILED = range(4)

STEFAN_BOLTZMANN = 5.670374419e-8  # W/m2/K4, SI (exact constants)
MEAN_FREE_PATH_KG_M2 = 8.125e-8  # air of 28.96 u and 3.65 angstrom, times its density
SUTTON_GRAVES = 1.7415e-4  # kg^0.5/m, air (Sutton and Graves, NASA TR R-376, 1971)
GAS_HEAT_J_KG_K = 1004.0

# Dormand and Prince, J. Comp. Appl. Math. 6 (1980) 19, table 2
_A = np.array(
    (
        (0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        (1 / 5, 0.0, 0.0, 0.0, 0.0, 0.0),
        (3 / 40, 9 / 40, 0.0, 0.0, 0.0, 0.0),
        (44 / 45, -56 / 15, 32 / 9, 0.0, 0.0, 0.0),
        (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729, 0.0, 0.0),
        (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656, 0.0),
        (35 / 384, 0.0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84),
    )
)
_C = np.array((0.0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1.0, 1.0))
_E = np.array((71 / 57600, 0.0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40))

jit = njit(cache=True, nogil=True, error_model="numpy")


@jit
def altitude(x, y, z):
    """Height (m) over the ellipsoid along the radius: above geodetic height by at most 6e-6 of it."""
    r2 = x * x + y * y + z * z
    across = (x * x + y * y) / r2
    return math.sqrt(r2) - WGS84_A_M * math.sqrt((1.0 - WGS84_E2) / (1.0 - WGS84_E2 * across))


@jit
def density(values, grid, clock, t, x, y, z):
    """Density (kg/m3) of a `DensityField`, its lowest and highest layers held beyond its ends."""
    h = altitude(x, y, z)
    top = grid[9] + (grid[11] - 1.0) / grid[10]
    h = grid[9] if h < grid[9] else h
    h = top if h > top else h
    latitude = math.atan2(z, math.sqrt(x * x + y * y) * (1.0 - WGS84_E2))
    local = math.atan2(y, x) - clock[0] + clock[1] + (clock[2] - EARTH_RATE_RAD_S) * t
    return math.exp(field_log_density(values, grid, clock[3] + t, h, latitude, local))


@jit
def drag_coefficient(body, rho):
    """Between free molecules and continuum by the sine squared of the Knudsen number's logarithm."""
    if body[CD_FREE] == body[CD_CONTINUUM]:
        return body[CD_CONTINUUM]
    knudsen = MEAN_FREE_PATH_KG_M2 / (rho * body[LENGTH])
    place = 0.125 * (math.log10(knudsen) + 3.0)
    place = 0.0 if place < 0.0 else place
    place = 0.5 if place > 0.5 else place
    share = math.sin(math.pi * place) ** 2
    return body[CD_CONTINUUM] + (body[CD_FREE] - body[CD_CONTINUUM]) * share


@jit
def area_share(body, mass, first_mass):
    """Area left of a body that melts from outside: (m/m0)^shrink."""
    return 1.0 if body[SHRINK] == 0.0 else (mass / first_mass) ** body[SHRINK]


@jit
def acceleration(values, grid, clock, body, share, t, mass, s, out):
    """Derivative (6,) of position and velocity `s`: gravity, drag, lift, thrust against the velocity."""
    x, y, z, vx, vy, vz = s[0], s[1], s[2], s[3], s[4], s[5]
    ax, ay, az = zonal(x, y, z)
    rho = body[AIR_SCALE] * density(values, grid, clock, t, x, y, z)
    ux, uy = vx + EARTH_RATE_RAD_S * y, vy - EARTH_RATE_RAD_S * x
    speed = math.sqrt(ux * ux + uy * uy + vz * vz)
    push = 0.5 * rho * speed * drag_coefficient(body, rho) * body[AREA] * share / mass
    ax -= push * ux
    ay -= push * uy
    az -= push * vz
    if body[LIFT] != 0.0:
        lift = body[LIFT] * push * speed
        r = math.sqrt(x * x + y * y + z * z)
        along = (x * ux + y * uy + z * vz) / (r * speed)
        nx, ny, nz = x / r - along * ux / speed, y / r - along * uy / speed, z / r - along * vz / speed
        size = math.sqrt(nx * nx + ny * ny + nz * nz)
        if size > 1e-6:
            nx, ny, nz = nx / size, ny / size, nz / size
            bx, by, bz = (uy * nz - vz * ny) / speed, (vz * nx - ux * nz) / speed, (ux * ny - uy * nx) / speed
            c, d = lift * math.cos(body[BANK]), lift * math.sin(body[BANK])
            ax += c * nx + d * bx
            ay += c * ny + d * by
            az += c * nz + d * bz
    if body[THRUST] > 0.0:
        brake = body[THRUST] / (mass * math.sqrt(vx * vx + vy * vy + vz * vz))
        ax -= brake * vx
        ay -= brake * vy
        az -= brake * vz
    out[0], out[1], out[2], out[3], out[4], out[5] = vx, vy, vz, ax, ay, az


@jit
def attempt(values, grid, clock, body, share, t, dt, mass, flow, s, k, trial, new):
    """One step of Dormand and Prince from `s` to `new`; its error in units of 1 m and 1 mm/s. `k[0]` is filled."""
    for stage in range(1, 7):
        for i in range(6):
            total = 0.0
            for j in range(stage):
                total += _A[stage, j] * k[j, i]
            trial[i] = s[i] + dt * total
        at = t + _C[stage] * dt
        acceleration(values, grid, clock, body, share, at, mass - flow * _C[stage] * dt, trial, k[stage])
    worst = 0.0
    for i in range(6):
        new[i] = trial[i]
        error = 0.0
        for j in range(7):
            error += _E[j] * k[j, i]
        error = abs(dt * error) * (1.0 if i < 3 else 1000.0)
        worst = error if error > worst else worst
        if not error < math.inf:
            worst = math.inf
    return worst


@jit
def heat_flux(rho, speed, temperature, nose, share):
    """Mean heat flux (W/m2) over a tumbling body: Sutton and Graves, hot wall, never above free molecules."""
    cold = share * SUTTON_GRAVES * math.sqrt(rho / nose) * speed**3
    free = 0.125 * rho * speed**3
    flux = cold if cold < free else free
    wall = 1.0 - 2.0 * GAS_HEAT_J_KG_K * (temperature - 300.0) / (speed * speed)
    wall = 1.0 if wall > 1.0 else wall
    return flux * wall if wall > 0.0 else 0.0


@jit
def warm(body, rho, speed, dt, mass, temperature, first_mass):
    """Mass and temperature after `dt`: warmed to the melting point, then molten away by what comes beyond radiation.

    The step is implicit in the radiated heat, so that thin sheets stay stable.
    """
    wetted = body[WETTED] * area_share(body, mass, first_mass)
    flux = heat_flux(rho, speed, temperature, body[NOSE], body[HEAT_SHARE])
    emitted = body[EMISSIVITY] * STEFAN_BOLTZMANN
    capacity = mass * body[HEAT_CAPACITY]
    net = wetted * (flux - emitted * (temperature**4 - 250.0**4))
    hotter = temperature + dt * net / (capacity + 4.0 * dt * wetted * emitted * temperature**3)
    if hotter <= body[MELTING]:
        return mass, hotter
    if temperature < body[MELTING]:
        net *= (hotter - body[MELTING]) / (hotter - temperature)
    molten = dt * net / body[LATENT]
    return mass - (molten if molten > 0.0 else 0.0), body[MELTING]


@jit
def relative_speed(s):
    """Speed (m/s) through air that turns with the Earth."""
    ux, uy = s[3] + EARTH_RATE_RAD_S * s[1], s[4] - EARTH_RATE_RAD_S * s[0]
    return math.sqrt(ux * ux + uy * uy + s[5] * s[5])


@jit
def sinks(body, s, mass, share, rho):
    """Whether a body falls straight down at the speed where drag carries its weight, within 3 %."""
    speed = relative_speed(s)
    if speed > 150.0 or body[THRUST] > 0.0:
        return False
    carried = 0.5 * rho * speed * speed * drag_coefficient(body, rho) * body[AREA] * share
    r = math.sqrt(s[0] * s[0] + s[1] * s[1] + s[2] * s[2])
    ux, uy = s[3] + EARTH_RATE_RAD_S * s[1], s[4] - EARTH_RATE_RAD_S * s[0]
    down = -(s[0] * ux + s[1] * uy + s[2] * s[5]) / r
    weight = mass * 9.8
    return down > 0.995 * speed and abs(carried - weight) < 0.06 * weight


@jit
def sink(values, grid, clock, body, s, mass, share, t, floor_m):
    """Time at which a body that `sinks` meets `floor_m`: straight down in still air, drag and weight in balance.

    Weight is that of 9.8 m/s2; layers are 250 m. `s` becomes the state there.
    """
    h = altitude(s[0], s[1], s[2])
    r = math.sqrt(s[0] * s[0] + s[1] * s[1] + s[2] * s[2])
    start, speed, top = t, 1.0, h
    while h > floor_m:
        layer = 250.0 if h - floor_m > 250.0 else h - floor_m
        scale = (r - (top - h) - 0.5 * layer) / r
        rho = body[AIR_SCALE] * density(values, grid, clock, start, scale * s[0], scale * s[1], scale * s[2])
        face = drag_coefficient(body, rho) * body[AREA] * share
        speed = math.sqrt(2.0 * mass * 9.8 / (rho * face))
        t += layer / speed
        h -= layer
    scale = (r - (top - h)) / r
    turn = EARTH_RATE_RAD_S * (t - start)
    c, d = math.cos(turn), math.sin(turn)
    x, y = scale * (c * s[0] - d * s[1]), scale * (c * s[1] + d * s[0])
    z = scale * s[2]
    s[0], s[1], s[2] = x, y, z
    s[3] = -EARTH_RATE_RAD_S * y - speed * x / (scale * r)
    s[4] = EARTH_RATE_RAD_S * x - speed * y / (scale * r)
    s[5] = -speed * z / (scale * r)
    return t


@jit
def fly(
    values, grid, clock, body, state, start_s, floor_m, stop_s, tolerance_m, longest_s, record, k, trial, new
):
    """One body from `start_s` until it falls through `floor_m`, `stop_s` passes, or nothing is left of it.

    `state` (8,) is changed; rows of `record` (R, 9) get time and state of each step while they last. Returns the end,
    how (a code), the steps taken and the peak heat flux.
    """
    t, mass, temperature = start_s, state[6], state[7]
    first_mass, peak, steps, done = mass, 0.0, 0, -1
    hot = body[MELTING] > 0.0
    flow = body[THRUST] / body[EXHAUST] if body[THRUST] > 0.0 else 0.0
    dt = 1.0
    s = state[:6]
    share = 1.0
    acceleration(values, grid, clock, body, share, t, mass, s, k[0])
    while done < 0:
        if steps < record.shape[0]:
            record[steps, 0] = t
            for i in range(6):
                record[steps, 1 + i] = s[i]
            record[steps, 7], record[steps, 8] = mass, temperature
        dt = dt if dt < longest_s else longest_s
        last = t + dt >= stop_s
        dt = stop_s - t if last else dt
        error = attempt(values, grid, clock, body, share, t, dt, mass, flow, s, k, trial, new) / tolerance_m
        if not error <= 1.0 and dt < 1e-6:
            done = FAILED
            break
        if not error <= 1.0:
            dt *= max(0.2, 0.9 * error**-0.2) if error < math.inf else 0.2
            continue
        over = altitude(new[0], new[1], new[2]) - floor_m
        if over < 0.0:
            low, high, above = 0.0, dt, altitude(s[0], s[1], s[2]) - floor_m
            for _ in range(60):
                if abs(over) < 0.5 or high - low < 1e-9:
                    break
                split = above / (above - over)
                split = 0.05 if split < 0.05 else (0.95 if split > 0.95 else split)
                dt = low + (high - low) * split
                attempt(values, grid, clock, body, share, t, dt, mass, flow, s, k, trial, new)
                here = altitude(new[0], new[1], new[2]) - floor_m
                if here < 0.0:
                    high, over = dt, here
                else:
                    low, above = dt, here
                    if here < 0.5:
                        break
            done = LANDED
        elif last:
            done = TIMED_OUT
        if hot:
            rho = body[AIR_SCALE] * density(values, grid, clock, t, new[0], new[1], new[2])
            speed = relative_speed(new)
            flux = heat_flux(rho, speed, temperature, body[NOSE], body[HEAT_SHARE])
            peak = flux if flux > peak else peak
            before = temperature
            left, temperature = warm(body, rho, speed, dt, mass, temperature, first_mass)
            change = abs(temperature - before) / 40.0 + 25.0 * (mass - left) / mass
            mass = left
            if mass < body[GONE_AT] * first_mass:
                done = GONE
                mass = 0.0
        else:
            change = 0.0
            mass -= flow * dt
        t += dt
        for i in range(6):
            s[i] = new[i]
        steps += 1
        if done < 0 and relative_speed(s) < 150.0:
            rho = body[AIR_SCALE] * density(values, grid, clock, t, s[0], s[1], s[2])
            if sinks(body, s, mass, share, rho):
                t = sink(values, grid, clock, body, s, mass, share, t, floor_m)
                done = LANDED
        if done < 0:
            grow = min(4.0, 0.9 * error**-0.2) if error > 0.0 else 4.0
            dt *= min(grow, 1.0 / change) if change > 0.25 else grow
            if hot:
                share = area_share(body, mass, first_mass)
                acceleration(values, grid, clock, body, share, t, mass, s, k[0])
            else:
                for i in range(6):
                    k[0, i] = k[6, i]
    state[6], state[7] = mass, temperature
    return t, done, steps, peak


@jit
def fly_all(
    values, grid, clock, bodies, states, start_s, floor_m, stop_s, tolerance_m, longest_s, end_s, code, peak
):
    """(N,) bodies (N, P) one after the other; `states` (N, 8), `end_s`, `code`, `peak` (N,) are filled."""
    k, trial, new = np.zeros((7, 6)), np.zeros(6), np.zeros(6)
    none = np.zeros((0, 9))
    total = 0
    for n in range(states.shape[0]):
        end_s[n], code[n], steps, peak[n] = fly(
            values, grid, clock, bodies[n], states[n], start_s[n], floor_m[n], stop_s[n],
            tolerance_m, longest_s, none, k, trial, new,
        )  # fmt: skip
        total += steps
    return total


@jit
def fly_recorded(values, grid, clock, body, state, start_s, floor_m, stop_s, tolerance_m, longest_s, record):
    """As `fly`, with its own scratch; the row after the last step gets the end."""
    k, trial, new = np.zeros((7, 6)), np.zeros(6), np.zeros(6)
    end, code, steps, peak = fly(
        values,
        grid,
        clock,
        body,
        state,
        start_s,
        floor_m,
        stop_s,
        tolerance_m,
        longest_s,
        record,
        k,
        trial,
        new,
    )
    if steps < record.shape[0]:
        record[steps, 0] = end
        for i in range(8):
            record[steps, 1 + i] = state[i]
    return end, code, steps, peak
