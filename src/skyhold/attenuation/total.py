"""Everything the air takes from a link, put together, and a table of it over elevation for very many paths."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.attenuation import clouds, gases, kernels, rain, scintillation
from skyhold.attenuation.climate import SiteClimate
from skyhold.attenuation.rain import CIRCULAR_RAD
from skyhold.errors import SkyholdError
from skyhold.units import DEG

Values = NDArray[np.float64]
MOST_PERCENT = 50.0
CLEAR_PERCENT = 50.0
LOWEST_RAD, NODES = 5.0 * DEG, 481
ROOT_STEP = math.sqrt(85.0 * DEG) / (NODES - 1)


@dataclass(frozen=True, eq=False)
class Attenuation:
    """Parts and total of the attenuation (dB), all of one shape. The total is less than the sum of its parts."""

    gas_db: Values
    rain_db: Values
    cloud_db: Values
    scintillation_db: Values
    total_db: Values


def exceeded_db(
    climate: SiteClimate,
    f_ghz: float,
    elevation_rad: ArrayLike,
    percent: float,
    aperture_m: float = 0.48,
    efficiency: float = 0.6,
    tilt_rad: float = CIRCULAR_RAD,
) -> Attenuation:
    """Attenuation exceeded for a share of an average year: A = A_gas + sqrt((A_rain + A_cloud)^2 + A_scint^2).

    P.618-14, 2.5; 0.001 to 50 %, 5 to 90 degrees, 1 to 45 and 71 to 100 GHz (rain is measured up to 55 GHz). Climate
    and elevation broadcast: sites (N,) and directions (T, N, K) need `climate[:, None]`. Gas and cloud stay at their
    5 % below 5 %. Raises SkyholdError for a percentage, elevation or frequency outside.
    """
    if not 0.0 < percent <= MOST_PERCENT:
        raise SkyholdError(
            "the share of the year is outside the total of P.618",
            expected=f"0.001 to {MOST_PERCENT:g} %",
            came=f"{percent:g} %",
            remedy="give per cent of an average year",
        )
    falls = rain.exceeded_db(climate, f_ghz, elevation_rad, percent, tilt_rad)
    gas = gases.exceeded_db(climate, f_ghz, elevation_rad, percent)
    cloud = clouds.exceeded_db(climate, f_ghz, elevation_rad, percent)
    flicker = scintillation.exceeded_db(climate, f_ghz, elevation_rad, percent, aperture_m, efficiency)
    return Attenuation(gas, falls, cloud, flicker, gas + np.hypot(falls + cloud, flicker))


def clear_db(climate: SiteClimate, f_ghz: float, elevation_rad: ArrayLike) -> Values:
    """Attenuation (dB) of the median air without cloud and rain."""
    return gases.exceeded_db(climate, f_ghz, elevation_rad, CLEAR_PERCENT)


@dataclass(frozen=True, eq=False)
class ElevationTable:
    """Attenuation of each site over elevation, looked up in some nanoseconds a path.

    `by_sine` (N, E) float32: dB x sin(e) from 90 down to 5 degrees, at nodes even in the square root of the distance
    from the zenith, since P.618's reduction factor is a square root there. Linear between them: within 0.01 dB of the
    full sum from 10 degrees up to 60 dB (a test says so), but for the step of P.618 itself at 25 degrees within 36 of
    the equator, which is drawn over a third of a degree. Below 5 degrees it stays as there, since the models end.
    """

    by_sine: NDArray[np.float32]

    @staticmethod
    def of(decibels: Callable[[NDArray[np.float64]], Values]) -> ElevationTable:
        """A table of any attenuation: `decibels` takes (E,) elevations and gives (N, E) dB."""
        nodes = 0.5 * math.pi - np.square(ROOT_STEP * np.arange(NODES, dtype=np.float64))
        return ElevationTable(np.asarray(decibels(nodes) * np.sin(nodes), np.float32))

    @staticmethod
    def exceeded(
        climate: SiteClimate,
        f_ghz: float,
        percent: float,
        aperture_m: float = 0.48,
        efficiency: float = 0.6,
        tilt_rad: float = CIRCULAR_RAD,
    ) -> ElevationTable:
        """The total exceeded for a share of the year, for sites (N,)."""
        return ElevationTable.of(
            lambda e: (
                exceeded_db(climate[:, None], f_ghz, e, percent, aperture_m, efficiency, tilt_rad).total_db
            )
        )

    @staticmethod
    def clear(climate: SiteClimate, f_ghz: float) -> ElevationTable:
        """Gases of the median air, for sites (N,)."""
        return ElevationTable.of(lambda e: clear_db(climate[:, None], f_ghz, e))

    def at(self, elevation_rad: ArrayLike) -> NDArray[np.float32]:
        """dB for elevations (..., N, K), sites on the axis before the last; padding may hold 0."""
        elevation = np.asarray(elevation_rad)
        if elevation.ndim < 2 or elevation.shape[-2] != len(self.by_sine):
            raise SkyholdError(
                "the elevations do not belong to the sites of this table",
                expected=f"shape (..., {len(self.by_sine)}, K)",
                came=str(elevation.shape),
                remedy="put the sites on the axis before the last, or name them with `of_sites`",
            )
        leading = int(np.prod(elevation.shape[:-2]))
        blocks = elevation.reshape(leading, *elevation.shape[-2:])
        out = np.empty(blocks.shape, np.float32)
        kernels.over_elevation_grid(self.by_sine, ROOT_STEP, LOWEST_RAD, blocks, out)
        return out.reshape(elevation.shape)

    def of_sites(self, site: ArrayLike, elevation_rad: ArrayLike) -> NDArray[np.float32]:
        """dB for pairs of a site's index and an elevation, which broadcast."""
        index, elevation = np.broadcast_arrays(np.asarray(site), np.asarray(elevation_rad))
        if index.size and not (0 <= index.min() and index.max() < len(self.by_sine)):
            raise SkyholdError(
                "a site is not in this table",
                expected=f"0 to {len(self.by_sine) - 1}",
                came=f"{index.min()} to {index.max()}",
                remedy="give indices of the climate it was made from",
            )
        out = np.empty(index.size, np.float32)
        flat = np.array(index).ravel(), np.array(elevation).ravel()
        kernels.over_elevation(self.by_sine, ROOT_STEP, LOWEST_RAD, *flat, out)
        return out.reshape(index.shape)
