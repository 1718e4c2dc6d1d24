"""What a push along the velocity does to a near-circular orbit, and what it costs."""

from __future__ import annotations

import math
from dataclasses import dataclass

from skyhold.constants import MU_M3_S2, STANDARD_GRAVITY_M_S2, WGS84_A_M
from skyhold.errors import ScenarioError
from skyhold.station import rocket


@dataclass(frozen=True, slots=True)
class Rise:
    """Change of heights (m): mean altitude, height at the middle of the burn, height half a revolution away."""

    mean_m: float
    near_m: float
    far_m: float


@dataclass(frozen=True, slots=True)
class Burn:
    """One push: delta-v (m/s), duration (s), propellant (kg) and what it does to the heights."""

    delta_v_m_s: float
    seconds: float
    propellant_kg: float
    rise: Rise


def axis_m(mean_altitude_m: float) -> float:
    """Radius of a circular orbit of a mean altitude over 6,378.137 km."""
    return WGS84_A_M + mean_altitude_m


def speed_m_s(radius_m: float) -> float:
    """Speed on a circular orbit, v = sqrt(mu / a)."""
    return math.sqrt(MU_M3_S2 / radius_m)


def rise_per_m_s(radius_m: float) -> float:
    """Metres of mean altitude for one metre a second along the velocity, dh/dv = 2 a / v (vis-viva, first order).

    1,774 m at 417 km. The second-order term is 1.5 dv/v of it: 0.2 % at 10 m/s.
    """
    return 2.0 * radius_m / speed_m_s(radius_m)


def delta_v_for(rise_m: float, radius_m: float) -> float:
    """Delta-v (m/s) that raises the mean altitude by `rise_m` (negative lowers)."""
    return rise_m / rise_per_m_s(radius_m)


def rise(delta_v_m_s: float, radius_m: float, seconds: float = 0.0) -> Rise:
    """What a burn of constant thrust along the velocity does to the heights of a circular orbit.

    Mean 2 a dv/v; eccentricity 2 dv/v sinc(n t/2), because a long burn is smeared over an arc; hence 4 a dv/v on the
    far side for an instant burn. First order in dv/v, for burns shorter than a revolution (Vallado, *Fundamentals of
    Astrodynamics*, 4th ed., eq. 9-24, integrated over the arc).
    """
    mean = delta_v_m_s * rise_per_m_s(radius_m)
    half = 0.5 * seconds * math.sqrt(MU_M3_S2 / radius_m**3)
    smear = math.sin(half) / half if half > 0.0 else 1.0
    return Rise(mean, mean * (1.0 - smear), mean * (1.0 + smear))


def propellant_kg(mass_kg: float, delta_v_m_s: float, isp_s: float) -> float:
    """Propellant of a burn, m (1 - exp(-dv / (g0 Isp))) (Tsiolkovsky), `mass_kg` before it.

    Raises ScenarioError for a mass or specific impulse that is not positive, or a negative delta-v.
    """
    _check(mass_kg, isp_s, delta_v_m_s)
    return rocket.propellant_kg(mass_kg, delta_v_m_s, isp_s)


def delta_v_of(mass_kg: float, used_kg: float, isp_s: float) -> float:
    """Delta-v (m/s) that `used_kg` of propellant gives; the inverse of `propellant_kg`."""
    _check(mass_kg, isp_s, used_kg)
    if used_kg >= mass_kg:
        raise ScenarioError(
            "more propellant than station",
            expected=f"less than {mass_kg:g} kg",
            came=f"{used_kg:g} kg",
            remedy="check the usable propellant, in kg",
        )
    return -STANDARD_GRAVITY_M_S2 * isp_s * math.log1p(-used_kg / mass_kg)


def burn_seconds(mass_kg: float, delta_v_m_s: float, thrust_n: float, isp_s: float) -> float:
    """Duration of a burn: propellant over flow F / (g0 Isp), which is m dv / F for small ones.

    Raises ScenarioError where nothing pushes.
    """
    if not thrust_n > 0.0:
        raise ScenarioError(
            "nothing pushes", expected="a thrust above 0 N", came=f"{thrust_n:g} N", remedy="choose a vehicle"
        )
    return propellant_kg(mass_kg, delta_v_m_s, isp_s) * STANDARD_GRAVITY_M_S2 * isp_s / thrust_n


def delta_v_in(mass_kg: float, seconds: float, thrust_n: float, isp_s: float) -> float:
    """Delta-v (m/s) of a burn of given duration: the inverse of `burn_seconds`."""
    return delta_v_of(mass_kg, thrust_n * seconds / (STANDARD_GRAVITY_M_S2 * isp_s), isp_s)


def burn(mass_kg: float, mean_altitude_m: float, delta_v_m_s: float, thrust_n: float, isp_s: float) -> Burn:
    """A push of a given delta-v at a mean altitude: duration, propellant, rise."""
    seconds = burn_seconds(mass_kg, delta_v_m_s, thrust_n, isp_s)
    used = propellant_kg(mass_kg, delta_v_m_s, isp_s)
    return Burn(delta_v_m_s, seconds, used, rise(delta_v_m_s, axis_m(mean_altitude_m), seconds))


def _check(mass_kg: float, isp_s: float, amount: float) -> None:
    if not (mass_kg > 0.0 and isp_s > 0.0 and amount >= 0.0):
        raise ScenarioError(
            "this push cannot be",
            expected="a mass and a specific impulse above 0, and nothing negative spent",
            came=f"mass {mass_kg:g} kg, specific impulse {isp_s:g} s, {amount:g} spent",
            remedy="check the units: kg, s, m/s",
        )
