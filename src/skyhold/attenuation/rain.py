"""Rain on a slant path: specific attenuation of P.838, exceedance of P.618, probability of rain on the path."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.attenuation import kernels
from skyhold.attenuation.climate import SiteClimate
from skyhold.errors import SkyholdError
from skyhold.units import DEG

CIRCULAR_RAD = 45.0 * DEG
LEAST_PERCENT, MOST_PERCENT = 0.001, 5.0  # what P.618 covers

# P.838-3, tables 1 to 4: sum of a exp(-((log f - b) / c)^2), then m log f + c; rows (a, b, c)
_K_H = (
    ((-5.33980, -0.10008, 1.13098), (-0.35351, 1.26970, 0.45400), (-0.23789, 0.86036, 0.15354),
     (-0.94158, 0.64552, 0.16817)), -0.18961, 0.71147,
)  # fmt: skip
_K_V = (
    ((-3.80595, 0.56934, 0.81061), (-3.44965, -0.22911, 0.51059), (-0.39902, 0.73042, 0.11899),
     (0.50167, 1.07319, 0.27195)), -0.16398, 0.63297,
)  # fmt: skip
_ALPHA_H = (
    ((-0.14318, 1.82442, -0.55187), (0.29591, 0.77564, 0.19822), (0.32177, 0.63773, 0.13164),
     (-5.37610, -0.96230, 1.47828), (16.1721, -3.29980, 3.43990)), 0.67849, -1.95537,
)  # fmt: skip
_ALPHA_V = (
    ((-0.07771, 2.33840, -0.76284), (0.56727, 0.95545, 0.54039), (-0.20238, 1.14520, 0.26809),
     (-48.2991, 0.791669, 0.116226), (48.5833, 0.791459, 0.116479)), -0.053739, 0.83433,
)  # fmt: skip
_Fit = tuple[tuple[tuple[float, float, float], ...], float, float]


def coefficients(f_ghz: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """k and alpha of P.838-3 for horizontal, then vertical polarisation (equations 2 and 3), 1 to 1,000 GHz.

    Raises SkyholdError outside that range.
    """
    if not 1.0 <= f_ghz <= 1000.0:
        raise SkyholdError(
            "the frequency is outside the model of rain",
            expected="1 to 1000 GHz (P.838-3)",
            came=f"{f_ghz:g} GHz",
            remedy="give the frequency in GHz",
        )
    x = math.log10(f_ghz)
    horizontal = (10.0 ** _sum(_K_H, x), _sum(_ALPHA_H, x))
    return horizontal, (10.0 ** _sum(_K_V, x), _sum(_ALPHA_V, x))


def _sum(fit: _Fit, x: float) -> float:
    rows, slope, offset = fit
    return sum(a * math.exp(-(((x - b) / c) ** 2)) for a, b, c in rows) + slope * x + offset


def path_coefficients(
    f_ghz: float, elevation_rad: ArrayLike, tilt_rad: float = CIRCULAR_RAD
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """k and alpha of a path and a polarisation (P.838-3, equations 4 and 5); the tilt is 45 degrees for circular."""
    (k_h, a_h), (k_v, a_v) = coefficients(f_ghz)
    tilt = np.cos(np.asarray(elevation_rad, np.float64)) ** 2 * math.cos(2.0 * tilt_rad)
    k = 0.5 * (k_h + k_v + (k_h - k_v) * tilt)
    return k, (k_h * a_h + k_v * a_v + (k_h * a_h - k_v * a_v) * tilt) / (2.0 * k)


def specific_attenuation(
    f_ghz: float, rain_mm_h: ArrayLike, elevation_rad: ArrayLike, tilt_rad: float = CIRCULAR_RAD
) -> NDArray[np.float64]:
    """dB/km in rain of a rate: gamma = k R^alpha (P.838-3, equation 1). Arrays broadcast."""
    k, alpha = path_coefficients(f_ghz, elevation_rad, tilt_rad)
    return np.asarray(k * np.asarray(rain_mm_h, np.float64) ** alpha)


def exceeded_db(
    climate: SiteClimate,
    f_ghz: float,
    elevation_rad: ArrayLike,
    percent: ArrayLike,
    tilt_rad: float = CIRCULAR_RAD,
) -> NDArray[np.float64]:
    """Rain attenuation (dB) exceeded for a share of an average year; climate, elevation and percent broadcast.

    P.618-14, 2.2.1.1, in closed form: 0.001 to 5 %, up to 55 GHz. Above 5 % the last step is carried on as far as
    the year's share of rain (P.837), and is 0 beyond. Raises SkyholdError for an elevation or percentage that
    cannot be.
    """
    _require("percent", percent, 0.0, 100.0)
    _require("elevation_rad", elevation_rad, 0.0, math.pi / 2 + 1e-9)
    share = np.asarray(percent, np.float64)
    wanted = np.broadcast_arrays(
        climate.rain_001_mm_h,
        climate.rain_height_km - climate.altitude_km,
        np.abs(climate.latitude_deg),
        np.asarray(elevation_rad, np.float64),
        np.maximum(share, LEAST_PERCENT),
    )
    shape = wanted[0].shape
    columns = [np.array(column, np.float64).ravel() for column in wanted]
    found = np.empty(columns[0].shape)
    kernels.rain_exceeded(f_ghz, *coefficients(f_ghz), math.cos(2.0 * tilt_rad), *columns, found)
    dry = (share > MOST_PERCENT) & (share > climate.rain_percent)
    return np.where(dry, 0.0, found.reshape(shape)) if dry.any() else found.reshape(shape)


def probability_on_path(
    rain_percent: ArrayLike, ground_km: ArrayLike, nodes: int = 24
) -> NDArray[np.float64]:
    """Percentage of the year with rain somewhere on a path whose projection on the ground is `ground_km` long.

    P.618-14, 2.2.1.2, from the share of rain at the site (P.837). Its bivariate normal integral is taken over the
    correlation (Plackett 1954): c = Q(a)^2 + 1/(2 pi) int_0^asin(rho) exp(-a^2 / (1 + sin t)) dt, by Gauss-Legendre.
    """
    p, d = np.broadcast_arrays(
        np.asarray(rain_percent, np.float64) / 100.0, np.asarray(ground_km, np.float64)
    )
    alpha = -normal_quantile(np.clip(p, 1e-12, 1.0 - 1e-12))
    rho = 0.59 * np.exp(-np.abs(d) / 31.0) + 0.41 * np.exp(-np.abs(d) / 800.0)
    x, w = np.polynomial.legendre.leggauss(nodes)
    half = 0.5 * np.arcsin(rho)[..., None]
    inner = np.exp(-(alpha[..., None] ** 2) / (1.0 + np.sin(half * (x + 1.0))))
    both = p**2 + (half * inner * w).sum(axis=-1) / (2.0 * math.pi)
    with np.errstate(divide="ignore", invalid="ignore"):
        path = 1.0 - (1.0 - p) * ((both - p**2) / (p * (1.0 - p))) ** p
    return 100.0 * np.where((p > 0.0) & (p < 1.0), path, p)


def normal_quantile(probability: ArrayLike) -> NDArray[np.float64]:
    """The x that a standard normal stays under with a probability; relative error under 1.2e-9 (Acklam)."""
    p = np.asarray(probability, np.float64)
    out = np.empty(p.size)
    kernels.normal_quantiles(np.array(p).ravel(), out)
    return out.reshape(p.shape)


def _require(name: str, values: ArrayLike, above: float, most: float) -> None:
    array = np.asarray(values, np.float64)
    if array.size and not (array.min() > above and array.max() <= most):
        raise SkyholdError(
            f"{name} is outside what P.618 is for",
            expected=f"above {above:g} and at most {most:.6g}",
            came=f"{array.min():.6g} to {array.max():.6g}",
            remedy="check the unit, and leave out what is below the horizon",
        )
