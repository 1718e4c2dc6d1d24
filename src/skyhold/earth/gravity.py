"""The pull of the Earth, the Sun and the Moon, and the velocity of the air that turns with the Earth."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.constants import EARTH_RATE_RAD_S, MU_M3_S2, WGS84_A_M
from skyhold.earth.force_kernels import J2, J3, J4, J5, J6, zonal

Floats = NDArray[np.float64]

ZONAL = (J2, J3, J4, J5, J6)
MU_SUN_M3_S2 = 1.32712440018e20  # IAU 2012 and JPL DE430, m3/s2
MU_MOON_M3_S2 = 4.902800066e12  # JPL DE430


def zonal_acceleration(xyz: NDArray[Any]) -> Floats:
    """Acceleration (..., 3) m/s2 at positions (..., 3) m: central mass and J2 to J6 of EGM-96.

    The pole is z, the axes may turn about it: inertial of date (TEME) or Earth-fixed. Tesseral terms are left out:
    they move a low satellite by some hundred metres along its track, periodically, without a drift.
    """
    points = np.asarray(xyz, np.float64).reshape(-1, 3)
    return np.array([zonal(*point) for point in points]).reshape(np.shape(xyz))


def zonal_potential(xyz: NDArray[Any]) -> Floats:
    """Potential (...) m2/s2, positive, whose gradient is `zonal_acceleration` (Vallado, 4th ed., eq. 8-19)."""
    point = np.asarray(xyz, np.float64)
    r = np.linalg.norm(point, axis=-1)
    series = np.polynomial.legendre.legval(point[..., 2] / r, np.eye(7)[2:].T)
    total = sum(j * (WGS84_A_M / r) ** n * series[n - 2] for n, j in enumerate(ZONAL, 2))
    return np.asarray(MU_M3_S2 / r * (1.0 - total))


def air_velocity(xyz: NDArray[Any]) -> Floats:
    """Velocity (..., 3) m/s in inertial axes of air at rest on the turning Earth (King-Hele 1987, section 3.2)."""
    point = np.asarray(xyz, np.float64)
    turned = np.stack([-point[..., 1], point[..., 0], np.zeros(point.shape[:-1])], axis=-1)
    return np.asarray(EARTH_RATE_RAD_S * turned)
