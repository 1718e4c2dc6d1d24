"""Mean motion and mean altitude: three mean motions that differ by J2, and what each is for.

* *Kozai's*, published in element sets; by Kepler's third law it shows 547.2 km for a satellite at 547.5 km.
* *Brouwer's*, the one SGP4 works with: the third law on the mean semi-major axis a''.
* The *nodal* rate of a circular orbit: from one ascending node to the next, what a shell flown as circles needs.

*Mean altitude* is the time average of the distance from the Earth's centre, less the equatorial radius
6,378.137 km. It differs from a'' by the constant part of the short-period term: 0.4 km at 53 degrees, 5 km over the
poles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.constants import J2, MU_M3_S2, SGP4_J2, SGP4_MU_KM3_S2, SGP4_RE_KM, SGP4_XKE, WGS84_A_M
from skyhold.units import DAY_S, KM

Floats = NDArray[np.float64]

_TWO_PI = 2.0 * np.pi


def unkozai_rad_min(kozai_rad_min: ArrayLike, eccentricity: ArrayLike, inclination_rad: ArrayLike) -> Floats:
    """Brouwer mean motion from the Kozai one, WGS-72 (Vallado et al., AIAA 2006-6753, `initl`)."""
    no, e2 = np.asarray(kozai_rad_min, float), np.asarray(eccentricity, float) ** 2
    d1 = 0.75 * SGP4_J2 * (3.0 * np.cos(inclination_rad) ** 2 - 1.0) / (np.sqrt(1.0 - e2) * (1.0 - e2))
    ak = (SGP4_XKE / no) ** (2.0 / 3.0)
    delta = d1 / ak**2
    adel = ak * (1.0 - delta * delta - delta * (1.0 / 3.0 + 134.0 * delta * delta / 81.0))
    return np.asarray(no / (1.0 + d1 / adel**2))


def kozai_rad_min(brouwer_rad_min: ArrayLike, eccentricity: ArrayLike, inclination_rad: ArrayLike) -> Floats:
    """Kozai mean motion whose `unkozai_rad_min` is the one given, by fixed point to 1e-15."""
    wanted = np.asarray(brouwer_rad_min, float)
    kozai = wanted.copy()
    for _ in range(8):
        kozai = kozai * wanted / unkozai_rad_min(kozai, eccentricity, inclination_rad)
    return kozai


def _radius_ratio(axis: Floats, inclination_rad: ArrayLike, j2: float, equator: float) -> Floats:
    """Mean radius of a near-circular orbit over a'': the constant short-period term (V06 sgp4, `mrt`)."""
    return np.asarray(1.0 - 0.75 * j2 * (equator / axis) ** 2 * (3.0 * np.cos(inclination_rad) ** 2 - 1.0))


def _axis(radius: Floats, inclination_rad: ArrayLike, j2: float, equator: float) -> Floats:
    axis = radius.copy()
    for _ in range(8):
        axis = radius / _radius_ratio(axis, inclination_rad, j2, equator)
    return axis


@dataclass(frozen=True)
class CircularRates:
    """Radius (m) and the secular rates (rad/s) of argument of latitude and ascending node of a circular orbit."""

    radius_m: Floats
    latitude_rad_s: Floats
    node_rad_s: Floats


def circular_rates(mean_altitude_m: ArrayLike, inclination_rad: ArrayLike) -> CircularRates:
    """Rates of a circular orbit that truly flies at the mean altitude over 6,378.137 km.

    First order in J2, WGS-84 (Vallado, *Fundamentals of Astrodynamics*, 4th ed., eq. 9-38, 9-40 and 9-42, at e = 0)
    on the a'' whose mean radius is the one wanted. Against a numerically integrated orbit of J2 at 550 km: latitude
    within 1e-6 between 53 and 127 degrees and 1.5e-5 at the equator, node within 0.4 %. No drag.
    """
    radius = np.asarray(WGS84_A_M + np.asarray(mean_altitude_m, float))
    cos2 = np.cos(inclination_rad) ** 2
    axis = _axis(radius, inclination_rad, J2, WGS84_A_M)
    motion = np.sqrt(MU_M3_S2 / axis**3)
    k = 0.75 * J2 * (WGS84_A_M / axis) ** 2
    latitude = motion * (1.0 + k * ((3.0 * cos2 - 1.0) + (5.0 * cos2 - 1.0)))
    return CircularRates(radius, latitude, -2.0 * k * motion * np.cos(inclination_rad))


def kozai_rev_day(mean_altitude_m: ArrayLike, inclination_rad: ArrayLike) -> Floats:
    """Kozai mean motion (rev/day) of an element set of zero eccentricity that flies at the mean altitude.

    Writing 15.19 rev/day for a 550 km shell, as some simulators do, flies it 45 km too low.
    """
    radius_km = (WGS84_A_M + np.asarray(mean_altitude_m, float)) / KM
    axis = _axis(np.asarray(radius_km), inclination_rad, SGP4_J2, SGP4_RE_KM)
    brouwer = 60.0 * np.sqrt(SGP4_MU_KM3_S2 / axis**3)
    return kozai_rad_min(brouwer, 0.0, inclination_rad) * (DAY_S / 60.0) / _TWO_PI


def mean_altitude_m(
    kozai_mean_motion_rev_day: ArrayLike, eccentricity: ArrayLike, inclination_rad: ArrayLike
) -> Floats:
    """Mean altitude over 6,378.137 km of an element set: the inverse of `kozai_rev_day`.

    The mean is over time, so an eccentric orbit gains e^2/2 of its axis; the J2 term is that of small eccentricity.
    """
    kozai = np.asarray(kozai_mean_motion_rev_day, float) * _TWO_PI / (DAY_S / 60.0)
    brouwer = unkozai_rad_min(kozai, eccentricity, inclination_rad)
    axis = SGP4_RE_KM * (SGP4_XKE / brouwer) ** (2.0 / 3.0)
    ratio = _radius_ratio(axis, inclination_rad, SGP4_J2, SGP4_RE_KM)
    return axis * (ratio + 0.5 * np.asarray(eccentricity, float) ** 2) * KM - WGS84_A_M
