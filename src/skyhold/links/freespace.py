"""Free space: loss over a range, flux at its end, and where a satellite stands at an elevation."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.constants import SPEED_OF_LIGHT_M_S
from skyhold.geometry.look import slant_range_m


def wavelength_m(f_hz: ArrayLike) -> NDArray[np.float64]:
    """c / f."""
    return SPEED_OF_LIGHT_M_S / np.asarray(f_hz, np.float64)


def loss_db(range_m: ArrayLike, f_hz: ArrayLike) -> NDArray[np.float64]:
    """Free-space basic transmission loss 20 log10(4 pi d / lambda), dB (ITU-R P.525-4, eq. 4); broadcasts.

    Valid in the far field of both antennas.
    """
    return 20.0 * np.log10(4.0 * np.pi * np.asarray(range_m, np.float64) / wavelength_m(f_hz))


def spreading_db_m2(range_m: ArrayLike) -> NDArray[np.float64]:
    """10 log10(4 pi d^2), dB over a square metre: from an EIRP to the flux at range d."""
    return 10.0 * np.log10(4.0 * np.pi * np.square(np.asarray(range_m, np.float64)))


def pfd_dbw_m2(eirp_dbw: ArrayLike, range_m: ArrayLike) -> NDArray[np.float64]:
    """Power flux density at a range, dBW/m2 in the band of the EIRP (ITU-R P.525-4, eq. 1)."""
    return np.asarray(eirp_dbw, np.float64) - spreading_db_m2(range_m)


def eirp_for_pfd(pfd: ArrayLike, range_m: ArrayLike) -> NDArray[np.float64]:
    """EIRP (dBW) that makes a flux (dBW/m2, same band) at a range: the inverse of `pfd_dbw_m2`."""
    return np.asarray(pfd, np.float64) + spreading_db_m2(range_m)


def isotropic_area_dbm2(f_hz: ArrayLike) -> NDArray[np.float64]:
    """Effective area of an antenna of 0 dBi, 10 log10(lambda^2 / 4 pi), dB over a square metre."""
    return 10.0 * np.log10(np.square(wavelength_m(f_hz)) / (4.0 * np.pi))


def range_at_m(elevation_rad: ArrayLike, altitude_km: float) -> NDArray[np.float64]:
    """Range to a satellite of an altitude seen at an elevation, on a sphere of 6,378.137 km."""
    return np.asarray(slant_range_m(np.asarray(elevation_rad, np.float64), altitude_km * 1000.0))
