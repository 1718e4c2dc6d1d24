"""From the mean equator and equinox of J2000 (EME2000), in which operators publish, to the frame of SGP4 (TEME)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.earth.rotation import JD_J2000
from skyhold.times import Instants
from skyhold.units import DAY_S

Floats = NDArray[np.float64]

TT_MINUS_UTC_S = 69.184  # 37 leap seconds since 2017-01-01 (IERS Bulletin C) and 32.184 s
_ARC_SECOND = np.pi / 648_000.0
_CENTURY_DAYS = 36_525.0

# IAU 1980 nutation, the 19 terms of 0.0048 arc seconds and more (Seidelmann, Celest. Mech. 27, 1982, table 1):
# multiples of l, l', F, D, node; longitude and its rate per century, obliquity and its rate, in 0.1 mas
_NUTATION = np.array([
    [0, 0, 0, 0, 1, -171996, -174.2, 92025, 8.9],
    [0, 0, 2, -2, 2, -13187, -1.6, 5736, -3.1],
    [0, 0, 2, 0, 2, -2274, -0.2, 977, -0.5],
    [0, 0, 0, 0, 2, 2062, 0.2, -895, 0.5],
    [0, 1, 0, 0, 0, 1426, -3.4, 54, -0.1],
    [1, 0, 0, 0, 0, 712, 0.1, -7, 0.0],
    [0, 1, 2, -2, 2, -517, 1.2, 224, -0.6],
    [0, 0, 2, 0, 1, -386, -0.4, 200, 0.0],
    [1, 0, 2, 0, 2, -301, 0.0, 129, -0.1],
    [0, -1, 2, -2, 2, 217, -0.5, -95, 0.3],
    [1, 0, 0, -2, 0, -158, 0.0, -1, 0.0],
    [0, 0, 2, -2, 1, 129, 0.1, -70, 0.0],
    [-1, 0, 2, 0, 2, 123, 0.0, -53, 0.0],
    [1, 0, 0, 0, 1, 63, 0.1, -33, 0.0],
    [0, 0, 0, 2, 0, 63, 0.0, -2, 0.0],
    [-1, 0, 2, 2, 2, -59, 0.0, 26, 0.0],
    [-1, 0, 0, 0, 1, -58, -0.1, 32, 0.0],
    [1, 0, 2, 0, 1, -51, 0.0, 27, 0.0],
    [2, 0, 0, -2, 0, 48, 0.0, 1, 0.0],
])  # fmt: skip


def eme2000_to_teme(xyz: NDArray[Any], instants: Instants, tt_minus_utc_s: float = TT_MINUS_UTC_S) -> Floats:
    """TEME positions (T, ..., 3) from EME2000 ones: precession, nutation, equation of the equinoxes.

    IAU 1976 and 1980 (Vallado, *Fundamentals of Astrodynamics*, 4th ed., section 3.7.3), nutation truncated: within
    0.01 arc seconds of the whole series, 0.3 m in low orbit, between 1980 and 2050; IAU 2000 differs by 0.04.
    """
    matrix = eme2000_to_teme_matrix(instants, tt_minus_utc_s)
    return np.asarray(np.einsum("tij,t...j->t...i", matrix, xyz))


def eme2000_to_teme_matrix(instants: Instants, tt_minus_utc_s: float = TT_MINUS_UTC_S) -> Floats:
    """(T, 3, 3) rotations of `eme2000_to_teme`; their transposes go back."""
    day, fraction = instants.julian_days()
    t = (day - JD_J2000 + fraction + tt_minus_utc_s / DAY_S) / _CENTURY_DAYS
    zeta = t * (2306.2181 + t * (0.30188 + t * 0.017998)) * _ARC_SECOND
    z = t * (2306.2181 + t * (1.09468 + t * 0.018203)) * _ARC_SECOND
    theta = t * (2004.3109 - t * (0.42665 + t * 0.041833)) * _ARC_SECOND
    obliquity = (84381.448 - t * (46.8150 + t * (0.00059 - t * 0.001813))) * _ARC_SECOND
    longitude, tilt = _nutation(t)
    precession = _about_z(-z) @ _about_y(theta) @ _about_z(-zeta)
    nutation = _about_x(-(obliquity + tilt)) @ _about_z(-longitude) @ _about_x(obliquity)
    return np.asarray(_about_z(longitude * np.cos(obliquity)) @ nutation @ precession)


def _nutation(t: Floats) -> tuple[Floats, Floats]:
    """(T,) nutation in longitude and in obliquity, rad, at Julian centuries TT."""
    degrees = np.stack([
        134.96298139 + t * (477_198.8673981 + t * 0.0086972),
        357.52772333 + t * (35_999.0503400 - t * 0.0001603),
        93.27191028 + t * (483_202.0175381 - t * 0.0036825),
        297.85036306 + t * (445_267.1114800 - t * 0.0019142),
        125.04452222 - t * (1_934.1362608 - t * 0.0020708),
    ])  # fmt: skip
    angle = _NUTATION[:, :5] @ np.radians(degrees)
    unit = 1e-4 * _ARC_SECOND
    longitude = ((_NUTATION[:, 5:6] + _NUTATION[:, 6:7] * t) * np.sin(angle)).sum(axis=0) * unit
    tilt = ((_NUTATION[:, 7:8] + _NUTATION[:, 8:9] * t) * np.cos(angle)).sum(axis=0) * unit
    return longitude, tilt


def _about_x(angle: Floats) -> Floats:
    return _axes(angle, 1, 2)


def _about_y(angle: Floats) -> Floats:
    return _axes(-angle, 0, 2)


def _about_z(angle: Floats) -> Floats:
    return _axes(angle, 0, 1)


def _axes(angle: Floats, first: int, second: int) -> Floats:
    """(T, 3, 3) rotation of the axes by `angle` in the plane of two of them."""
    matrix = np.broadcast_to(np.eye(3), (len(angle), 3, 3)).copy()
    matrix[:, first, first] = matrix[:, second, second] = np.cos(angle)
    matrix[:, first, second] = np.sin(angle)
    matrix[:, second, first] = -np.sin(angle)
    return matrix
