"""Oxygen and water vapour on a slant path (P.676)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.attenuation.climate import SiteClimate, at_percent
from skyhold.attenuation.lines import OXYGEN, WATER_VAPOUR
from skyhold.errors import SkyholdError

Values = NDArray[np.float64]
COLUMN_SCALE_KM = 2.21  # see `zenith_db`

# P.676-13, table 4: f GHz, a, b of the lines in the equivalent height of water vapour
_HEIGHT_LINES = (
    (22.235080, 2.6846, 2.7649),
    (183.310087, 5.8905, 4.9219),
    (325.152888, 2.9810, 3.0748),
)


@dataclass(frozen=True)
class OxygenHeight:
    """Equivalent height of oxygen in a window between its lines: h = a + b T + c P + d rho, each a sum over f.

    Our own least squares to the regression of P.676-13, annex 2, part 1, whose table is a digital product of ITU:
    within 0.012 % of its heights for 250 to 304 K, 700 to 1,013 hPa and 1 to 20 g/m3.
    """

    low_ghz: float
    high_ghz: float
    terms: Callable[[float], tuple[float, ...]]
    fits: tuple[tuple[float, ...], ...]

    def height_km(
        self, f_ghz: float, pressure_hpa: Values, temperature_k: Values, vapour_g_m3: Values
    ) -> Values:
        """Equivalent height; the pressure is the total one."""
        terms = self.terms(f_ghz)
        a, b, c, d = (sum(x * y for x, y in zip(fit, terms, strict=True)) for fit in self.fits)
        return np.asarray(a + b * temperature_k + c * pressure_hpa + d * vapour_g_m3)


def _low_terms(f_ghz: float) -> tuple[float, ...]:
    u = (f_ghz - 25.0) / 20.0
    wing = 1.0 / (f_ghz**2 + 0.3)
    return 1.0, u, u**2, u**3, u**4, u**5, wing, wing**2


def _high_terms(f_ghz: float) -> tuple[float, ...]:
    u = (f_ghz - 85.0) / 15.0
    return 1.0, u, u**2, u**3, 1.0 / (f_ghz - 66.0)


WINDOWS = (
    OxygenHeight(
        1.0,
        45.0,
        _low_terms,
        (
            (
                -2.3999249,
                -0.18789301,
                -0.060455721,
                0.0031405253,
                0.036652431,
                0.035306969,
                -0.3948648,
                -0.19909729,
            ),
            (
                0.027903093,
                0.00091474513,
                0.00027689859,
                -2.0169653e-05,
                -0.0001620505,
                -0.00016062002,
                -0.00067407035,
                0.00078097227,
            ),
            (
                -0.00061311427,
                -3.5356344e-05,
                -9.4173562e-06,
                9.6944213e-07,
                -1.3702891e-06,
                -1.0655935e-06,
                0.0013889342,
                0.00019406393,
            ),
            (
                -0.00087585776,
                -0.00048575298,
                -0.00017664943,
                1.7500045e-05,
                4.2396215e-05,
                2.8049345e-05,
                0.0010922952,
                0.00039217618,
            ),
        ),
    ),
    OxygenHeight(
        71.0,
        100.0,
        _high_terms,
        (
            (-3.9083324, -0.4374732, -0.01377975, 0.10223017, 3.8240386),
            (0.035181473, 0.0022331066, 0.00012227428, -0.00044252822, -0.01672248),
            (-0.000869191, -8.683809e-05, -1.1438086e-05, 1.9673659e-05, 4.6591767e-05),
            (-0.0036651849, -0.00063296693, 0.00023301468, 8.8608074e-07, 0.0014159331),
        ),
    ),
)


def oxygen_db_km(
    f_ghz: float, dry_hpa: ArrayLike, temperature_k: ArrayLike, vapour_g_m3: ArrayLike
) -> Values:
    """Specific attenuation by dry air (P.676-13, annex 1, equations 1 to 9), 1 to 1,000 GHz. Arrays broadcast."""
    p, t, rho = (np.asarray(v, np.float64)[..., None] for v in (dry_hpa, temperature_k, vapour_g_m3))
    f0, a1, a2, a3, a4, a5, a6 = OXYGEN.T
    theta, e = 300.0 / t, rho * t / 216.7
    strength = a1 * 1e-7 * p * theta**3 * np.exp(a2 * (1.0 - theta))
    width = a3 * 1e-4 * (p * theta ** (0.8 - a4) + 1.1 * e * theta)
    width = np.sqrt(width**2 + 2.25e-6)
    mixing = (a5 + a6 * theta) * 1e-4 * (p + e) * theta**0.8
    lines = (strength * _shape(f_ghz, f0, width, mixing)).sum(axis=-1)
    p, theta, e = p[..., 0], theta[..., 0], e[..., 0]
    debye = 5.6e-4 * (p + e) * theta**0.8
    nitrogen = 1.4e-12 * p * theta**1.5 / (1.0 + 1.9e-5 * f_ghz**1.5)
    dry = f_ghz * p * theta**2 * (6.14e-5 / (debye * (1.0 + (f_ghz / debye) ** 2)) + nitrogen)
    return np.asarray(0.1820 * f_ghz * (lines + dry))


def vapour_db_km(
    f_ghz: float, dry_hpa: ArrayLike, temperature_k: ArrayLike, vapour_g_m3: ArrayLike
) -> Values:
    """Specific attenuation by water vapour (P.676-13, annex 1, equations 1 to 7), 1 to 1,000 GHz. Arrays broadcast."""
    p, t, rho = (np.asarray(v, np.float64)[..., None] for v in (dry_hpa, temperature_k, vapour_g_m3))
    f0, b1, b2, b3, b4, b5, b6 = WATER_VAPOUR.T
    theta, e = 300.0 / t, rho * t / 216.7
    strength = b1 * 1e-1 * e * theta**3.5 * np.exp(b2 * (1.0 - theta))
    width = b3 * 1e-4 * (p * theta**b4 + b5 * e * theta**b6)
    width = 0.535 * width + np.sqrt(0.217 * width**2 + 2.1316e-12 * f0**2 / theta)
    return np.asarray(0.1820 * f_ghz * (strength * _shape(f_ghz, f0, width, np.float64(0.0))).sum(axis=-1))


def _shape(f: float, f0: Values, width: Values, mixing: Values | np.float64) -> Values:
    """P.676-13, equation 5."""
    below, above = f0 - f, f0 + f
    near = (width - mixing * below) / (below**2 + width**2)
    return np.asarray(f / f0 * (near + (width - mixing * above) / (above**2 + width**2)))


def vapour_height_km(f_ghz: float) -> float:
    """Equivalent height of water vapour (P.676-13, annex 2, equation 37), 1 to 350 GHz."""
    lines = sum(a / ((f_ghz - f) ** 2 + b) for f, a, b in _HEIGHT_LINES)
    return 5.6585e-5 * f_ghz + 1.8348 + lines


def oxygen_height_km(
    f_ghz: float, pressure_hpa: ArrayLike, temperature_k: ArrayLike, vapour_g_m3: ArrayLike
) -> Values:
    """Equivalent height of oxygen (P.676-13, annex 2, equation 31); the pressure is the total one.

    Raises SkyholdError outside 1 to 45 and 71 to 100 GHz: between them oxygen closes the sky.
    """
    for window in WINDOWS:
        if window.low_ghz <= f_ghz <= window.high_ghz:
            air = (np.asarray(v, np.float64) for v in (pressure_hpa, temperature_k, vapour_g_m3))
            return window.height_km(f_ghz, *air)
    raise SkyholdError(
        "the frequency is outside the windows of the air",
        expected="1 to 45 or 71 to 100 GHz",
        came=f"{f_ghz:g} GHz",
        remedy="give the frequency in GHz; the oxygen complex about 60 GHz is not modelled",
    )


def slant_db(
    f_ghz: float,
    elevation_rad: ArrayLike,
    dry_hpa: ArrayLike,
    temperature_k: ArrayLike,
    vapour_g_m3: ArrayLike,
) -> Values:
    """Attenuation by gases (dB) through the whole air from what a weather station measures; arrays broadcast.

    Instantaneous, (gamma_o h_o + gamma_w h_w) / sin e (P.676-13, annex 2, 1.1 and 2.1), 5 to 90 degrees.
    `dry_hpa` is the pressure without that of the vapour. Raises SkyholdError as `oxygen_height_km` does.
    """
    dry, warm, wet = (np.asarray(v, np.float64) for v in (dry_hpa, temperature_k, vapour_g_m3))
    total = dry + wet * warm / 216.7
    oxygen = oxygen_db_km(f_ghz, dry, warm, wet) * oxygen_height_km(f_ghz, total, warm, wet)
    vapour = vapour_db_km(f_ghz, dry, warm, wet) * vapour_height_km(f_ghz)
    return np.asarray((oxygen + vapour) / np.sin(np.asarray(elevation_rad, np.float64)))


def zenith_db(climate: SiteClimate, f_ghz: float, percent: float) -> Values:
    """Attenuation by gases straight up exceeded for a share of the year, shape of the climate.

    Oxygen at the mean state of the ground, water vapour by the column exceeded (P.836): gamma_w / rho h_w V / H. It
    follows P.676-13, annex 2, 1.2 and 2.3; their coefficients per kg/m2 are a digital product of ITU, so H is the
    scale height at which this equals the sum of lines through the air, within 7 % for 4 to 45 GHz and 268 to 303 K at
    the ground. Below 5 % the column of 5 % (P.618-14, 2.5).
    """
    wet, warm = at_percent(climate.vapour_g_m3, 50.0), climate.temperature_k
    total = climate.pressure_hpa
    dry = total - wet * warm / 216.7
    oxygen = oxygen_db_km(f_ghz, dry, warm, wet) * oxygen_height_km(f_ghz, total, warm, wet)
    per_density = vapour_db_km(f_ghz, dry, warm, wet) / np.maximum(wet, 1e-9)
    column = at_percent(climate.vapour_kg_m2, percent)
    return np.asarray(oxygen + per_density * vapour_height_km(f_ghz) * column / COLUMN_SCALE_KM)


def exceeded_db(climate: SiteClimate, f_ghz: float, elevation_rad: ArrayLike, percent: float) -> Values:
    """Attenuation by gases (dB) exceeded for a share of the year, 5 to 90 degrees; climate and elevation broadcast."""
    return np.asarray(zenith_db(climate, f_ghz, percent) / np.sin(np.asarray(elevation_rad, np.float64)))
