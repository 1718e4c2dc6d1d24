"""Numerical propagation with all forces: the last days of an orbit, and the check of the averaged one."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.catalogues.element_set import ElementSet
from skyhold.constants import J2, MU_M3_S2, WGS84_A_M
from skyhold.decay.cowell_kernels import ENTERED, LOST
from skyhold.decay.cowell_kernels import cowell as integrate
from skyhold.decay.mean_orbit import SUN_RATE_RAD_S, MeanOrbit
from skyhold.earth.density_field import DensityField, node_local_time_rad
from skyhold.earth.rotation import gmst_rad
from skyhold.earth.sun import moon_position, sun_position
from skyhold.errors import ScenarioError
from skyhold.orbits.sgp4 import library_satellite
from skyhold.times import Epoch, Instants
from skyhold.units import DAY_S, HOUR_S, KM

Floats = NDArray[np.float64]

LONGEST_STEP_S = 40.0  # in air: tabulated density bends at its nodes, which step control does not see
LOWEST_M = 105_000.0  # geodetic; a field of density begins at 100 km


@dataclass(frozen=True)
class Trajectory:
    """(T,) instants and (T, 6) TEME positions and velocities, m and m/s; NaN after the end.

    `entered_s` is when the lowest altitude was reached, NaN if it was not. `evaluations` counts the forces.
    """

    instants: Instants
    state: Floats
    entered_s: float
    evaluations: int

    def mean_altitude_m(self, revolutions: int = 15) -> Floats:
        """(T,) distance from the Earth's centre less 6,378.137 km, averaged over revolutions round each instant.

        NaN within half of them of the ends. A span that is no whole number of revolutions would leave some of each.
        """
        radius = np.linalg.norm(self.state[:, :3], axis=1)
        flying = np.isfinite(radius)
        period = 2.0 * math.pi * math.sqrt(float(np.mean(radius[flying])) ** 3 / MU_M3_S2)
        return moving_mean(self.instants.offset_s, radius - WGS84_A_M, revolutions * period)


def moving_mean(offset_s: Floats, values: Floats, span_s: float) -> Floats:
    """Mean over `span_s` centred on each instant, by trapezoids between close instants; NaN at the ends."""
    total = np.concatenate([[0.0], np.cumsum(0.5 * (values[1:] + values[:-1]) * np.diff(offset_s))])
    low, high = offset_s - 0.5 * span_s, offset_s + 0.5 * span_s
    whole = np.interp(high, offset_s, total) - np.interp(low, offset_s, total)
    return np.where((low >= offset_s[0]) & (high <= offset_s[-1]), whole / span_s, np.nan)


def propagate_numerically(
    epoch: Epoch,
    state: ArrayLike,
    offset_s: ArrayLike,
    *,
    ballistic_kg_m2: float = math.inf,
    field: DensityField | None = None,
    third_bodies: bool = False,
    tesseral: bool = False,
    tolerance: float = 1e-11,
    longest_step_s: float = LONGEST_STEP_S,
    lowest_m: float = LOWEST_M,
) -> Trajectory:
    """Integrate one TEME state (6,), m and m/s, to (T,) ascending offsets from its epoch.

    Central mass and J2 to J6, drag in the field's air that turns with the Earth, optionally Sun and Moon, and the
    tesseral terms to degree and order 8 (without them a state taken from the real world drifts by kilometres a day):
    Cowell's method by DOP853 of Hairer. At a tolerance of 1e-11 an orbit-day in 400 km errs by millimetres. Left out:
    sunlight's pressure, tides, higher harmonics.

    Raises ScenarioError for an escape, a ballistic number that is not positive, offsets that do not ascend from 0, an
    orbit that leaves the field's altitudes upward, or a field that does not cover the time.
    """
    start, outputs = np.array(state, float).reshape(6), np.asarray(offset_s, float)
    _check(start, outputs, ballistic_kg_m2, field, epoch)
    now = Instants(epoch, np.zeros(1))
    clock = float(node_local_time_rad(0.0, now)[0])
    bodies = _bodies(epoch, outputs[-1]) if third_bodies else np.zeros((0, 6))
    turn = float(gmst_rad(now)[0]) if tesseral else math.nan
    longest = longest_step_s if field is not None else math.inf
    drag = 0.5 / ballistic_kg_m2 if field is not None else 0.0
    values = field.values if field is not None else np.zeros(1, np.float32)
    grid = field.grid if field is not None else np.zeros(12)
    ahead = field.epoch.seconds_until(epoch) if field is not None else 0.0
    out = np.empty((len(outputs), 6))
    code, last, evaluations = integrate(
        start, outputs, tolerance, longest, lowest_m, drag, values, grid, ahead, clock, SUN_RATE_RAD_S, bodies, HOUR_S,
        turn, out,
    )  # fmt: skip
    if code == LOST:
        raise ScenarioError(
            "the orbit left the air that was tabulated",
            expected="altitudes and times of the field",
            came=f"a loss after {last / DAY_S:.3f} days",
            remedy="build the density field over more altitudes or days",
        )
    entered = last if code == ENTERED else math.nan
    return Trajectory(Instants(epoch, outputs), out, entered, evaluations)


def _bodies(epoch: Epoch, duration_s: float) -> Floats:
    """(S, 6) Sun and Moon each hour; straight between, 1e-5 of their distance."""
    hours = Instants.every(epoch, HOUR_S, int(duration_s / HOUR_S) + 2)
    return np.ascontiguousarray(np.hstack([sun_position(hours), moon_position(hours)]))


def osculating_state(record: ElementSet) -> Floats:
    """(6,) TEME position and velocity, m and m/s, of a published set at its epoch by SGP4."""
    satellite = library_satellite(record)
    _, position, velocity = satellite.sgp4_tsince(0.0)
    return np.array([*position, *velocity]) * KM


def circular_state(orbit: MeanOrbit, latitude_argument_rad: float = 0.0) -> Floats:
    """(6,) TEME state of an orbit that is circular in the mean: its radius swings by the J2 terms only.

    With k = J2 (R/r0)^2: r = r0 (1 + k/4 sin^2 i cos 2u), and angular momentum sqrt(mu r0) (1 + 3/4 k (1 - 3/2 sin^2 i
    + sin^2 i cos 2u)), from the equations of motion in the plane to first order (Kozai, Astron. J. 64, 1959).
    """
    u, tilt = latitude_argument_rad, orbit.inclination_rad
    mean = orbit.mean_altitude_m + WGS84_A_M
    k, sine2 = J2 * (WGS84_A_M / mean) ** 2, math.sin(tilt) ** 2
    swing = k * sine2 * math.cos(2.0 * u)
    radius = mean * (1.0 + 0.25 * swing)
    radial = -0.5 * k * sine2 * math.sin(2.0 * u) * math.sqrt(MU_M3_S2 / mean)
    transverse = math.sqrt(MU_M3_S2 * mean) * (1.0 + 0.75 * (k * (1.0 - 1.5 * sine2) + swing)) / radius
    return _turned(radius, radial, transverse, u, tilt, orbit.node_rad)


def _turned(radius: float, radial: float, transverse: float, u: float, tilt: float, node: float) -> Floats:
    """(6,) from radius, radial and transverse speed in a plane of given tilt and node."""
    cu, su, ci, si, cn, sn = (f(a) for a in (u, tilt, node) for f in (math.cos, math.sin))
    out = np.array([cn * cu - sn * su * ci, sn * cu + cn * su * ci, su * si])
    on = np.array([-cn * su - sn * cu * ci, -sn * su + cn * cu * ci, cu * si])
    return np.concatenate([radius * out, radial * out + transverse * on])


def _check(
    state: Floats, outputs: Floats, ballistic: float, field: DensityField | None, epoch: Epoch
) -> None:
    energy = 0.5 * float(state[3:] @ state[3:]) - MU_M3_S2 / float(np.linalg.norm(state[:3]))
    if not energy < 0.0:
        raise _refusal(
            "the state is that of an escape", "an energy below 0", f"{energy:g} J/kg", "check the units"
        )
    if not ballistic > 0.0:
        raise _refusal(
            "the ballistic number is not positive", "above 0 kg/m2", f"{ballistic:g}", "check the mass"
        )
    if len(outputs) == 0 or outputs[0] < 0.0 or (np.diff(outputs) <= 0.0).any():
        raise _refusal(
            "the instants do not ascend from the epoch", "offsets from 0 on", f"{outputs[:3]}", "sort them"
        )
    if field is not None and field.grid[2] > 1:
        first = field.grid[0] - field.epoch.seconds_until(epoch)
        last = first + (field.grid[2] - 1.0) / field.grid[1]
        if first > 0.0 or last < outputs[-1]:
            came = f"{first / DAY_S:.2f} to {last / DAY_S:.2f} days from the epoch"
            raise _refusal("the density field does not cover the run", f"{outputs[-1] / DAY_S:.2f} days", came,
                           "build it over more days")  # fmt: skip


def _refusal(problem: str, expected: str, came: str, remedy: str) -> ScenarioError:
    return ScenarioError(problem, expected=expected, came=came, remedy=remedy)
