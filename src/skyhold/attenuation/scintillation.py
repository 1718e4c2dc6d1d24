"""Tropospheric scintillation of a slant path (P.618)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.attenuation.climate import SiteClimate

TURBULENCE_M = 1000.0  # height of the turbulent layer, P.618-14, 2.4.1
LEAST_PERCENT, MOST_PERCENT = 0.01, 50.0


def sigma_db(
    n_wet: ArrayLike, f_ghz: float, elevation_rad: ArrayLike, aperture_m: float, efficiency: float
) -> NDArray[np.float64]:
    """Standard deviation of the signal (dB), P.618-14, 2.4.1, steps 3 to 7: 7 to 14 GHz measured, used to 55 GHz.

    `n_wet`: median wet refractivity (P.453), N-units; an aperture of 0 has no averaging. Arrays broadcast; for
    elevations of 5 degrees and more.
    """
    sine = np.sin(np.asarray(elevation_rad, np.float64))
    path = 2.0 * TURBULENCE_M / (np.sqrt(sine**2 + 2.35e-4) + sine)
    x = 1.22 * efficiency * aperture_m**2 * f_ghz / path
    turn = np.sin(11.0 / 6.0 * np.arctan2(1.0, x))
    square = 3.86 * (x**2 + 1.0) ** (11.0 / 12.0) * turn - 7.08 * x ** (5.0 / 6.0)
    averaging = np.where(x < 7.0, np.sqrt(np.maximum(square, 0.0)), 0.0)
    reference = 3.6e-3 + 1e-4 * np.asarray(n_wet, np.float64)
    return np.asarray(reference * f_ghz ** (7.0 / 12.0) * averaging / sine**1.2)


def exceeded_db(
    climate: SiteClimate,
    f_ghz: float,
    elevation_rad: ArrayLike,
    percent: ArrayLike,
    aperture_m: float,
    efficiency: float,
) -> NDArray[np.float64]:
    """Fade depth (dB) exceeded for a share of the year, P.618-14, 2.4.1, steps 8 and 9; 0.01 to 50 %, held outside."""
    x = np.log10(np.clip(np.asarray(percent, np.float64), LEAST_PERCENT, MOST_PERCENT))
    factor = -0.061 * x**3 + 0.072 * x**2 - 1.71 * x + 3.0
    return np.asarray(factor * sigma_db(climate.n_wet, f_ghz, elevation_rad, aperture_m, efficiency))
