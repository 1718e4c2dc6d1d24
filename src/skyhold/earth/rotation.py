"""The turning Earth: sidereal time, and from the frame of SGP4 (TEME) to Earth-fixed axes and back."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.constants import EARTH_RATE_RAD_S
from skyhold.times import Instants
from skyhold.units import DAY_S

Floats = NDArray[np.float64]

JD_J2000 = 2_451_545.0
_CENTURY_DAYS = 36_525.0


def gmst_rad(instants: Instants, ut1_minus_utc_s: ArrayLike = 0.0) -> Floats:
    """(T,) Greenwich mean sidereal time, 0..2 pi.

    IAU 1982 (Aoki et al., Astron. Astrophys. 105, 1982), the angle SGP4's frame is defined with: Vallado et al.,
    AIAA 2006-6753, appendix C. `ut1_minus_utc_s` is a number or (T,); left at zero, the Earth is turned wrongly by at
    most 0.9 s, 0.4 km at the equator. The day and its fraction stay apart, so the rounding is below 1e-11 rad.
    """
    day, fraction = instants.julian_days()
    fraction = fraction + np.asarray(ut1_minus_utc_s, float) / DAY_S
    t = ((day - JD_J2000) + fraction) / _CENTURY_DAYS
    whole_day = (day - JD_J2000) % 1.0 + fraction
    slow_s = 67_310.54841 + t * (8_640_184.812866 + t * (0.093104 - t * 6.2e-6))
    turns = (whole_day + slow_s / DAY_S) % 1.0
    return np.asarray(turns * 2.0 * np.pi)


def _turn(xyz: NDArray[Any], angle: Floats) -> Floats:
    """Positions (T, ..., 3) in axes turned by `angle` (T,) about the third."""
    c, s = (np.reshape(f(angle), (-1,) + (1,) * (xyz.ndim - 2)) for f in (np.cos, np.sin))
    x, y = xyz[..., 0], xyz[..., 1]
    return np.stack([c * x + s * y, c * y - s * x, np.broadcast_to(xyz[..., 2], x.shape)], axis=-1)


def polar_motion_matrix(x_rad: float, y_rad: float) -> Floats:
    """(3, 3) from the pseudo Earth-fixed to the Earth-fixed frame: Ry(-x) Rx(-y) (Vallado et al. 2006, appendix C)."""
    cx, sx, cy, sy = np.cos(x_rad), np.sin(x_rad), np.cos(y_rad), np.sin(y_rad)
    return np.array([[cx, sx * sy, sx * cy], [0.0, cy, -sy], [-sx, cx * sy, cx * cy]])


def teme_to_ecef(xyz: NDArray[Any], gmst: Floats, polar_motion: tuple[float, float] = (0.0, 0.0)) -> Floats:
    """Earth-fixed positions (T, ..., 3) from TEME ones at sidereal times `gmst` (T,).

    `polar_motion` is the pole's x and y in rad (IERS Bulletin A; 0.3 arc seconds is 9 m on the ground).
    """
    fixed = _turn(xyz, gmst)
    return fixed if polar_motion == (0.0, 0.0) else fixed @ polar_motion_matrix(*polar_motion).T


def teme_to_ecef_velocity(
    xyz: NDArray[Any], velocity: NDArray[Any], gmst: Floats, polar_motion: tuple[float, float] = (0.0, 0.0)
) -> Floats:
    """Earth-fixed velocities (T, ..., 3) m/s from TEME positions and velocities: the frame's own motion taken off."""
    position, turned = _turn(xyz, gmst), _turn(velocity, gmst)
    turned[..., 0] += EARTH_RATE_RAD_S * position[..., 1]
    turned[..., 1] -= EARTH_RATE_RAD_S * position[..., 0]
    return turned if polar_motion == (0.0, 0.0) else turned @ polar_motion_matrix(*polar_motion).T


def ecef_to_teme(xyz: NDArray[Any], gmst: Floats, polar_motion: tuple[float, float] = (0.0, 0.0)) -> Floats:
    """TEME positions (T, ..., 3) from Earth-fixed ones: the inverse of `teme_to_ecef`."""
    fixed = xyz if polar_motion == (0.0, 0.0) else xyz @ polar_motion_matrix(*polar_motion)
    return _turn(fixed, -np.asarray(gmst))
