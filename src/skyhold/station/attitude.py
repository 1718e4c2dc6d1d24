"""How low the station can still hold its attitude: aerodynamic torque against gyroscopes and thrusters.

The air pushes on the centre of pressure, off the centre of mass: T = 0.5 rho v^2 (Cd A) d, with Cd A = m / B of the
ballistic number B. A torque-equilibrium attitude balances the mean of T by gravity gradient; what is left swings with
the orbit (day and night side, turning arrays) with an amplitude of a share u of T. Half a swing is stored in the
gyroscopes: H = u T P / pi over an orbit of period P. Where H exceeds what they may take, thrusters must dump the rest
twice an orbit. Far down gravity gradient balances little: where all of T exceeds the thrusters' torque, nothing holds
the attitude.

d and u are estimates with a range (`AttitudeSpec`), so altitudes come as intervals. Validity: circular orbits, air at
rest (co-rotation would lower T by up to 9 % at 51.6 degrees), no flexible modes, no failed gyroscope.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from skyhold.constants import MU_M3_S2, STANDARD_GRAVITY_M_S2, WGS84_A_M
from skyhold.errors import ScenarioError
from skyhold.station.configuration import Configuration
from skyhold.units import DAY_S, KM

FIRING = 2  # attitude thrusters that make a torque at one time, one at each end

LOWEST_KM, HIGHEST_KM = 90.0, 1000.0

Density = Callable[[float], float]
"""Mass density (kg/m3) at an altitude (m), for example the mean over an orbit."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A low, a middle and a high value."""

    low: float
    mid: float
    high: float


@dataclass(frozen=True, slots=True)
class ControlLimits:
    """Altitudes (km) below which the attitude is lost; None where there is nothing to hold it with.

    `gyros_km`: with gyroscopes alone. `thrusters_km`: with thrusters, as long as they have propellant.
    """

    gyros_km: Interval | None
    thrusters_km: Interval | None


def circular_speed_m_s(altitude_m: float) -> float:
    """Speed on a circular orbit, sqrt(mu / r)."""
    return math.sqrt(MU_M3_S2 / (WGS84_A_M + altitude_m))


def period_s(altitude_m: float) -> float:
    """Period of a circular orbit, 2 pi sqrt(r^3 / mu)."""
    return 2 * math.pi * math.sqrt((WGS84_A_M + altitude_m) ** 3 / MU_M3_S2)


def aerodynamic_torque_nm(
    configuration: Configuration, density_kg_m3: float, altitude_m: float, offset_m: float
) -> float:
    """Torque of the air, 0.5 rho v^2 (m / B) d, in N m."""
    pressure = 0.5 * density_kg_m3 * circular_speed_m_s(altitude_m) ** 2
    return pressure * configuration.mass_kg / configuration.ballistic_kg_m2 * offset_m


def swing_momentum_nms(torque_nm: float, uncancelled: float, altitude_m: float) -> float:
    """Momentum to be stored in half a swing, u T P / pi, in N m s: the integral of half a sine."""
    return uncancelled * torque_nm * period_s(altitude_m) / math.pi


def capacity_nms(configuration: Configuration) -> float:
    """Momentum that the gyroscopes may take: the steering law's share of their sum."""
    return configuration.spec.attitude.usable_momentum * configuration.gyro_momentum_nms


def thruster_torque_nm(configuration: Configuration) -> float:
    """Torque of the attitude thrusters, two firing at their lever; 0 where nobody runs any."""
    return FIRING * configuration.attitude_thrust_n * configuration.spec.attitude.thruster_arm_m


def desaturation_kg_day(
    configuration: Configuration,
    density_kg_m3: float,
    altitude_m: float,
    estimate: Literal["low", "mid", "high"] = "mid",
) -> float:
    """Propellant a day that thrusters spend on what the gyroscopes cannot take: 2 (H - H_max) / (arm g0 Isp) an orbit.

    NaN where momentum is left over and no thruster is there to dump it.
    """
    offset, uncancelled = _estimates(configuration)[estimate]
    torque = aerodynamic_torque_nm(configuration, density_kg_m3, altitude_m, offset)
    over = max(0.0, swing_momentum_nms(torque, uncancelled, altitude_m) - capacity_nms(configuration))
    if over == 0.0:
        return 0.0
    if configuration.attitude_thrust_n <= 0 or configuration.attitude_isp_s <= 0:
        return math.nan
    exhaust = STANDARD_GRAVITY_M_S2 * configuration.attitude_isp_s
    per_orbit = 2 * over / (configuration.spec.attitude.thruster_arm_m * exhaust)
    return per_orbit * DAY_S / period_s(altitude_m)


def holding_kg_day(
    configuration: Configuration,
    density_kg_m3: float,
    altitude_m: float,
    estimate: Literal["low", "mid", "high"] = "mid",
) -> float:
    """Propellant a day where thrusters hold all of the torque, T / (arm g0 Isp); NaN where nobody runs any."""
    if configuration.attitude_thrust_n <= 0 or configuration.attitude_isp_s <= 0:
        return math.nan
    offset, _ = _estimates(configuration)[estimate]
    torque = aerodynamic_torque_nm(configuration, density_kg_m3, altitude_m, offset)
    arm = configuration.spec.attitude.thruster_arm_m
    return torque / (arm * STANDARD_GRAVITY_M_S2 * configuration.attitude_isp_s) * DAY_S


def minimum_controllable_altitude(configuration: Configuration, density_at: Density) -> ControlLimits:
    """Altitudes below which gyroscopes alone, and then thrusters too, no longer hold the attitude.

    The interval varies lever and swing one at a time between their estimates and adds the shifts in quadrature; the
    air is that of `density_at`, its own uncertainty comes on top.

    Errors: ScenarioError where `density_at` does not fall with altitude or is not positive.
    """
    gyros = thrusters = None
    held = capacity_nms(configuration)
    if held > 0:
        gyros = _interval(configuration, density_at, _momentum_asked, held)
    turn = thruster_torque_nm(configuration)
    if turn > 0:
        thrusters = _interval(configuration, density_at, _torque_asked, turn)
    if gyros is not None and thrusters is not None:
        thrusters = Interval(*(min(a, b) for a, b in zip(_triple(thrusters), _triple(gyros), strict=True)))
    return ControlLimits(gyros, thrusters)


Asked = Callable[[Configuration, float, float, float, float], float]


def _momentum_asked(
    configuration: Configuration, density: float, altitude_m: float, offset_m: float, uncancelled: float
) -> float:
    torque = aerodynamic_torque_nm(configuration, density, altitude_m, offset_m)
    return swing_momentum_nms(torque, uncancelled, altitude_m)


def _torque_asked(
    configuration: Configuration, density: float, altitude_m: float, offset_m: float, uncancelled: float
) -> float:
    return aerodynamic_torque_nm(configuration, density, altitude_m, offset_m)


def _interval(configuration: Configuration, density_at: Density, asked: Asked, has: float) -> Interval:
    estimates = _estimates(configuration)
    (low_d, low_u), (mid_d, mid_u), (high_d, high_u) = (estimates[key] for key in ("low", "mid", "high"))

    def limit(offset_m: float, uncancelled: float) -> float:
        return _crossing_km(
            lambda h, rho: asked(configuration, rho, h, offset_m, uncancelled), density_at, has
        )

    mid = limit(mid_d, mid_u)
    down = math.hypot(mid - limit(low_d, mid_u), mid - limit(mid_d, low_u))
    up = math.hypot(limit(high_d, mid_u) - mid, limit(mid_d, high_u) - mid)
    return Interval(max(LOWEST_KM, mid - down), mid, min(HIGHEST_KM, mid + up))


def _crossing_km(asked: Callable[[float, float], float], density_at: Density, has: float) -> float:
    """Altitude at which what is asked equals what there is, by bisection; the ends of the range where it never does."""
    low, high = LOWEST_KM, HIGHEST_KM
    if _ask(asked, density_at, high) > has:
        return high
    if _ask(asked, density_at, low) < has:
        return low
    while high - low > 1e-3:
        middle = 0.5 * (low + high)
        if _ask(asked, density_at, middle) > has:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def _ask(asked: Callable[[float, float], float], density_at: Density, altitude_km: float) -> float:
    density = float(density_at(altitude_km * KM))
    if not density > 0 or not math.isfinite(density):
        raise ScenarioError(
            "the air has no density",
            expected="a positive density",
            came=f"{density} kg/m3 at {altitude_km:.0f} km",
            where="minimum controllable altitude",
            remedy="give a density that holds from 90 to 1,000 km",
        )
    return asked(altitude_km * KM, density)


def _estimates(configuration: Configuration) -> dict[str, tuple[float, float]]:
    """Lever (m) and swinging share, by estimate."""
    spec = configuration.spec.attitude
    return {
        key: (spec.offset_m[number], spec.uncancelled[number])
        for number, key in enumerate(("low", "mid", "high"))
    }


def _triple(interval: Interval) -> tuple[float, float, float]:
    return interval.low, interval.mid, interval.high
