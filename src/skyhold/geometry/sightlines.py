"""Whether two satellites see each other past the Earth."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skyhold.constants import WGS84_A_M, WGS84_B_M

GRAZING_ALTITUDE_M = 80e3  # below it the air bends and scatters a laser; a parameter, not a law


def clearance_m(a: NDArray[np.floating], b: NDArray[np.floating]) -> NDArray[np.float64]:
    """Least altitude of the straight line from a to b, both (..., 3) Earth-fixed m; they broadcast.

    The ellipsoid is stretched along its axis into a sphere and the least distance from its centre taken, so the
    altitude of the lowest point is too great by up to 1/298 of itself at the poles, exact at the equator and at zero.
    """
    stretch = np.array([1.0, 1.0, WGS84_A_M / WGS84_B_M])
    start = np.asarray(a, np.float64) * stretch
    along = np.asarray(b, np.float64) * stretch - start
    square = (along * along).sum(axis=-1)
    nearest = -(start * along).sum(axis=-1) / np.where(square > 0.0, square, 1.0)
    point = start + np.clip(nearest, 0.0, 1.0)[..., None] * along
    return np.asarray(np.linalg.norm(point, axis=-1) - WGS84_A_M)


def in_sight(
    a: NDArray[np.floating], b: NDArray[np.floating], grazing_altitude_m: float = GRAZING_ALTITUDE_M
) -> NDArray[np.bool_]:
    """Whether the line between a and b (..., 3) stays at or above an altitude; they broadcast.

    For all pairs at one instant pass `xyz[:, None]` and `xyz[None]`.
    """
    return np.asarray(clearance_m(a, b) >= grazing_altitude_m)
