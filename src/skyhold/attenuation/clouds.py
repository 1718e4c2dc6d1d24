"""Liquid water in clouds on a slant path (P.840)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.attenuation.climate import SiteClimate

KELVIN = 273.75  # at which the fit of P.840-9, equation 12 stands


def specific_attenuation(f_ghz: ArrayLike, temperature_k: ArrayLike) -> NDArray[np.float64]:
    """K_l in (dB/km)/(g/m3) of small droplets, double Debye (P.840-9, equations 2 to 11), 1 to 200 GHz."""
    f = np.asarray(f_ghz, np.float64)
    warm = 300.0 / np.asarray(temperature_k, np.float64) - 1.0
    static = 77.66 + 103.3 * warm
    middle, optical = 0.0671 * static, 3.52
    principal = 20.20 - 146.0 * warm + 316.0 * warm**2
    x, y = f / principal, f / (39.8 * principal)
    loss = x * (static - middle) / (1.0 + x**2) + y * (middle - optical) / (1.0 + y**2)
    real = (static - middle) / (1.0 + x**2) + (middle - optical) / (1.0 + y**2) + optical
    return np.asarray(0.819 * f / (loss * (1.0 + ((2.0 + real) / loss) ** 2)))


def mass_absorption(f_ghz: ArrayLike) -> NDArray[np.float64]:
    """K_L in dB/(kg/m2): of the whole column of a cloud, whatever its temperatures (P.840-9, equation 12)."""
    f = np.asarray(f_ghz, np.float64)
    near = 0.1522 * np.exp(-((f + 23.9589) ** 2) / 3.2991e3)
    far = 11.51 * np.exp(-((f - 219.2096) ** 2) / 2.7595e6)
    return np.asarray(specific_attenuation(f, KELVIN) * (near + far - 10.4912))


def exceeded_db(
    climate: SiteClimate, f_ghz: float, elevation_rad: ArrayLike, percent: float
) -> NDArray[np.float64]:
    """Attenuation by clouds (dB) exceeded for a share of the year, A = K L / sin e (P.840-9, 3.2), 5 to 90 degrees.

    For less than 5 % the column of 5 % is taken, as P.618-14, 2.5 does in the total: beyond that the rain carries it.
    """
    return np.asarray(
        mass_absorption(f_ghz) * climate.cloud_kg_m2(percent) / np.sin(np.asarray(elevation_rad, np.float64))
    )
