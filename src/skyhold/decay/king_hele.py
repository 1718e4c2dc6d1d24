"""Decay of orbits of any eccentricity: axis, eccentricity, node and perigee, averaged over the revolution.

Slower than the table of near-circular orbits (`decay`), and the check of it: density is asked at 36 and more points of
each revolution, so that perigee's height, latitude and local time matter.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.constants import EARTH_RATE_RAD_S, J2, MU_M3_S2, WGS84_A_M
from skyhold.decay.mean_orbit import ENTRY_ALTITUDE_M, MeanOrbit, radius_ratio, secular_rates
from skyhold.earth.atmosphere import Atmosphere
from skyhold.earth.density_field import days_of_year, node_local_time_rad
from skyhold.earth.ellipsoid import ecef_to_geodetic
from skyhold.errors import ScenarioError
from skyhold.times import Epoch, Instants
from skyhold.units import DAY_S

Floats = NDArray[np.float64]
Weather = Callable[[Instants], tuple[float, float, float]]  # F10.7 of the day before, its 81-day mean, Ap

FEWEST_POINTS = 36
DEEPEST_SHARE = 0.02  # of the perigee's height above 90 km that one step may take
LONGEST_STEP_S = DAY_S


@dataclass(frozen=True)
class ElementHistory:
    """(T,) instants and mean elements: axis m, eccentricity, node and perigee rad; ended at `reentry_s` or NaN."""

    instants: Instants
    axis_m: Floats
    eccentricity: Floats
    node_rad: Floats
    perigee_rad: Floats
    inclination_rad: float
    reentry_s: float

    @property
    def mean_altitude_m(self) -> Floats:
        """(T,) time average of the distance from the Earth's centre, less 6,378.137 km."""
        ratio = radius_ratio(self.axis_m, self.inclination_rad)
        return np.asarray(self.axis_m * (ratio + 0.5 * self.eccentricity**2) - WGS84_A_M)


def propagate_elements(
    orbit: MeanOrbit, ballistic_kg_m2: float, atmosphere: Atmosphere, weather: Weather, *, horizon_s: float
) -> ElementHistory:
    """Axis, eccentricity, node and perigee from the epoch to entry or to the horizon, at each step taken.

    da/dE = -a^2 rho F/B (1 + e cos E)^(3/2) (1 - e cos E)^(-1/2) and
    de/dE = -a rho F/B (1 - e^2) cos E ((1 + e cos E)/(1 - e cos E))^(1/2), averaged over the revolution (King-Hele,
    *Satellite Orbits in an Atmosphere*, 1987, section 4.3, before any expansion), node and perigee by J2;
    Runge-Kutta 4. Entry is a mean altitude of 120 km. Raises ScenarioError for a ballistic number that is not positive
    or a perigee below 100 km.
    """
    if not ballistic_kg_m2 > 0.0:
        raise ScenarioError(
            "the ballistic number is not positive", expected="above 0 kg/m2", came=f"{ballistic_kg_m2:g}"
        )
    if orbit.axis_m * (1.0 - orbit.eccentricity) - WGS84_A_M < 100e3:
        raise ScenarioError("the perigee is below 100 km already", remedy="check axis and eccentricity")
    drag = _Drag(orbit.epoch, orbit.inclination_rad, ballistic_kg_m2, atmosphere, weather)
    state, t = np.array([orbit.axis_m, orbit.eccentricity, orbit.node_rad, orbit.perigee_rad]), 0.0
    times, states, entered = [t], [state], math.nan
    while t < horizon_s and math.isnan(entered):
        rate = drag.rates(t, state)
        step = min(LONGEST_STEP_S, horizon_s - t, _longest(state, rate))
        state, t = drag.step(t, state, rate, step), t + step
        if _altitude(state, orbit.inclination_rad) <= ENTRY_ALTITUDE_M:
            entered = t
        times.append(t)
        states.append(state)
    axis, eccentricity, node, perigee = np.array(states).T
    when = Instants(orbit.epoch, np.array(times))
    return ElementHistory(when, axis, eccentricity, node, perigee, orbit.inclination_rad, entered)


def _altitude(state: Floats, inclination_rad: float) -> float:
    ratio = float(radius_ratio(state[0], inclination_rad))
    return float(state[0] * (ratio + 0.5 * state[1] ** 2) - WGS84_A_M)


def _longest(state: Floats, rate: Floats) -> float:
    """Seconds in which the axis loses a share of the perigee's height above 90 km."""
    height = max(state[0] * (1.0 - state[1]) - WGS84_A_M - 90e3, 5e3)
    return float(DEEPEST_SHARE * height / max(-float(rate[0]), 1e-12))


@dataclass(frozen=True)
class _Drag:
    epoch: Epoch
    inclination_rad: float
    ballistic_kg_m2: float
    atmosphere: Atmosphere
    weather: Weather

    def step(self, t: float, state: Floats, k1: Floats, h: float) -> Floats:
        """One step of Runge-Kutta 4; eccentricity is kept at 0 or more."""
        k2 = self.rates(t + 0.5 * h, state + 0.5 * h * k1)
        k3 = self.rates(t + 0.5 * h, state + 0.5 * h * k2)
        k4 = self.rates(t + h, state + h * k3)
        new = state + h / 6.0 * (k1 + 2.0 * (k2 + k3) + k4)
        new[1] = max(new[1], 0.0)
        return np.asarray(new)

    def rates(self, t: float, state: Floats) -> Floats:
        """(4,) rates of axis, eccentricity, node and perigee."""
        axis, e, node, perigee = float(state[0]), max(float(state[1]), 0.0), float(state[2]), float(state[3])
        anomaly = _points(axis, e)
        c = e * np.cos(anomaly)
        drag = self._density(t, axis, e, node, perigee, anomaly) * self._turning(axis, e, anomaly)
        drag = drag / self.ballistic_kg_m2 * np.sqrt((1.0 + c) / (1.0 - c))
        da = -math.sqrt(MU_M3_S2 * axis) * float((drag * (1.0 + c)).mean())
        de = -math.sqrt(MU_M3_S2 / axis) * (1.0 - e * e) * float((drag * np.cos(anomaly)).mean())
        j2 = secular_rates(axis, e, self.inclination_rad)
        return np.array([da, de, float(j2.node_rad_s), float(j2.perigee_rad_s)])

    def _turning(self, axis: float, e: float, anomaly: Floats) -> Floats:
        """King-Hele's factor of the turning air, (1 - w r cos i / v)^2, at each point."""
        radius = axis * (1.0 - e * np.cos(anomaly))
        speed = np.sqrt(MU_M3_S2 * (2.0 / radius - 1.0 / axis))
        return np.asarray((1.0 - EARTH_RATE_RAD_S * radius * math.cos(self.inclination_rad) / speed) ** 2)

    def _density(
        self, t: float, axis: float, e: float, node: float, perigee: float, anomaly: Floats
    ) -> Floats:
        """(P,) kg/m3 at eccentric anomalies, with the short-period J2 term of the radius."""
        true = np.arctan2(math.sqrt(1.0 - e * e) * np.sin(anomaly), np.cos(anomaly) - e)
        u, tilt = true + perigee, self.inclination_rad
        radius = axis * (float(radius_ratio(axis, tilt)) - e * np.cos(anomaly))
        radius = radius + 0.25 * J2 * WGS84_A_M**2 / axis * math.sin(tilt) ** 2 * np.cos(2.0 * u)
        across = np.stack([np.cos(u), math.cos(tilt) * np.sin(u), math.sin(tilt) * np.sin(u)], axis=-1)
        latitude, eastward, altitude = ecef_to_geodetic(radius[:, None] * across)
        now = Instants(self.epoch, np.array([t]))
        clock = float(node_local_time_rad(node, now)[0]) + eastward
        day = float(np.floor(days_of_year(now)[0]))
        height = np.maximum(altitude, 90e3)
        return self.atmosphere.zonal_density(height, latitude, clock, day, *self.weather(now))


def _points(axis: float, e: float) -> Floats:
    """(P,) even eccentric anomalies, more of them where air is met round perigee only."""
    count = FEWEST_POINTS + 2 * math.ceil(8.0 * math.sqrt(axis * e / 50e3))
    return 2.0 * math.pi * np.arange(count) / count
