"""Thermal noise, and what rain adds to it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

BOLTZMANN_DBW_K_HZ = 10.0 * np.log10(1.380649e-23)  # exact, SI (BIPM brochure, 9th ed.): -228.5991
RAIN_KELVIN = 275.0  # physical temperature of rain (ITU-R P.618-13, section 3)


def noise_dbw(t_k: ArrayLike, b_hz: ArrayLike) -> NDArray[np.float64]:
    """Noise power k T B, dBW; broadcasts."""
    return np.asarray(
        BOLTZMANN_DBW_K_HZ
        + 10.0 * np.log10(np.asarray(t_k, float))
        + 10.0 * np.log10(np.asarray(b_hz, float))
    )


def rain_kelvin(attenuation_db: ArrayLike) -> NDArray[np.float64]:
    """Noise that rain or cloud of an attenuation adds at the antenna, 275 (1 - 10^(-A/10)) K (ITU-R P.618-13, eq. 52).

    It assumes that the antenna looks at the rain with its main lobe alone.
    """
    return np.asarray(RAIN_KELVIN * -np.expm1(-np.log(10.0) / 10.0 * np.asarray(attenuation_db, np.float64)))


def noise_rise_db(attenuation_db: ArrayLike, t_k: ArrayLike) -> NDArray[np.float64]:
    """How much G/T falls under an attenuation, 10 log10((T + dT) / T); `t_k` of the system in clear sky."""
    clear = np.asarray(t_k, np.float64)
    return np.asarray(10.0 * np.log10((clear + rain_kelvin(attenuation_db)) / clear))


def g_over_t_db_k(gain_dbi: ArrayLike, t_k: ArrayLike) -> NDArray[np.float64]:
    """Figure of merit of a receiver, G - 10 log10 T, dB/K."""
    return np.asarray(np.asarray(gain_dbi, np.float64) - 10.0 * np.log10(np.asarray(t_k, np.float64)))
