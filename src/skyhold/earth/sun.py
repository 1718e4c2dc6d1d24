"""Where the Sun and the Moon stand, by short series: good for their pull, for light and for local time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skyhold.constants import WGS84_A_M
from skyhold.earth.rotation import JD_J2000, gmst_rad
from skyhold.times import Instants

Floats = NDArray[np.float64]

ASTRONOMICAL_UNIT_M = 149_597_870_700.0  # exact, IAU 2012 resolution B2
_CENTURY_DAYS = 36_525.0


def sun_position(instants: Instants) -> Floats:
    """(T, 3) m from the Earth's centre, mean equator and equinox of date, between 1950 and 2050.

    *Astronomical Almanac*, page C5, low precision formulas: 0.01 degree, 0.0003 au. Universal time stands for
    dynamical (1 minute is 0.0007 degree), the mean equinox for that of SGP4's frame (0.005 degree).
    """
    n = _days(instants)
    g = np.radians(357.528 + 0.985_600_3 * n)
    longitude = np.radians(280.460 + 0.985_647_4 * n + 1.915 * np.sin(g) + 0.020 * np.sin(2.0 * g))
    distance = ASTRONOMICAL_UNIT_M * (1.00014 - 0.01671 * np.cos(g) - 0.00014 * np.cos(2.0 * g))
    return _equatorial(longitude, np.zeros_like(n), distance, n)


def moon_position(instants: Instants) -> Floats:
    """(T, 3) m from the Earth's centre, mean equator and equinox of date.

    *Astronomical Almanac*, page D46, low precision formulas: 0.3 degree in longitude, 0.2 in latitude, 0.2 Earth
    radii in distance (Vallado, 4th ed., algorithm 31).
    """
    n = _days(instants)
    t = n / _CENTURY_DAYS
    longitude = 218.32 + 481_267.881 * t
    for size, phase, rate in _MOON_LONGITUDE:
        longitude = longitude + size * np.sin(np.radians(phase + rate * t))
    latitude = sum(size * np.sin(np.radians(phase + rate * t)) for size, phase, rate in _MOON_LATITUDE)
    parallax = 0.9508 + sum(
        size * np.cos(np.radians(phase + rate * t)) for size, phase, rate in _MOON_PARALLAX
    )
    distance = WGS84_A_M / np.sin(np.radians(parallax))
    return _equatorial(np.radians(longitude), np.radians(latitude), distance, n)


def subsolar_point(instants: Instants) -> tuple[Floats, Floats]:
    """(T,) latitude (declination) and longitude (-pi..pi), rad, over which the Sun stands."""
    x, y, z = sun_position(instants).T
    longitude = np.arctan2(y, x) - gmst_rad(instants)
    return np.arctan2(z, np.hypot(x, y)), (longitude + np.pi) % (2.0 * np.pi) - np.pi


_MOON_LONGITUDE = (
    (6.29, 135.0, 477_198.87),
    (-1.27, 259.3, -413_335.36),
    (0.66, 235.7, 890_534.22),
    (0.21, 269.9, 954_397.74),
    (-0.19, 357.5, 35_999.05),
    (-0.11, 186.5, 966_404.03),
)
_MOON_LATITUDE = (
    (5.13, 93.3, 483_202.02),
    (0.28, 228.2, 960_400.89),
    (-0.28, 318.3, 6_003.15),
    (-0.17, 217.6, -407_332.21),
)
_MOON_PARALLAX = (
    (0.0518, 135.0, 477_198.87),
    (0.0095, 259.3, -413_335.36),
    (0.0078, 235.7, 890_534.22),
    (0.0028, 269.9, 954_397.74),
)


def _days(instants: Instants) -> Floats:
    day, fraction = instants.julian_days()
    return np.asarray(day - JD_J2000 + fraction)


def _equatorial(longitude: Floats, latitude: Floats, distance: Floats, days: Floats) -> Floats:
    """(T, 3) from ecliptic coordinates by the mean obliquity."""
    tilt = np.radians(23.439_291 - 0.013_004_2 * days / _CENTURY_DAYS)
    across = np.cos(latitude) * np.sin(longitude)
    y = across * np.cos(tilt) - np.sin(latitude) * np.sin(tilt)
    z = across * np.sin(tilt) + np.sin(latitude) * np.cos(tilt)
    return np.asarray(distance[:, None] * np.stack([np.cos(latitude) * np.cos(longitude), y, z], axis=1))
