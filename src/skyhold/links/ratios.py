"""Ratios of powers in decibels: to numbers, back, and together."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def linear(decibel: ArrayLike) -> NDArray[np.float64]:
    """10^(x / 10)."""
    return np.asarray(10.0 ** (np.asarray(decibel, np.float64) / 10.0))


def decibel(ratio: ArrayLike) -> NDArray[np.float64]:
    """10 log10(x); minus infinity for 0, NaN below."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(10.0 * np.log10(np.asarray(ratio, np.float64)))


def combine_db(*ratios_db: ArrayLike) -> NDArray[np.float64]:
    """Carrier over all disturbances together from carrier over each, dB: 1/r = sum of 1/r_i.

    Disturbances add as noise does, in power; infinity stands for one that is not there. Also the two legs of a
    transparent payload (Maral and Bousquet, *Satellite Communications Systems*, 5th ed., section 5.9). Broadcasts.
    """
    parts = np.broadcast_arrays(*(np.asarray(ratio, np.float64) for ratio in ratios_db))
    return -decibel(np.sum([linear(-part) for part in parts], axis=0))
