"""A drawn day of rain: attenuation over time at many sites, with the statistics of P.618 and P.837."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.attenuation import kernels, rain
from skyhold.attenuation.climate import SiteClimate
from skyhold.attenuation.rain import CIRCULAR_RAD
from skyhold.attenuation.total import ElevationTable
from skyhold.attenuation.weather_field import WeatherField
from skyhold.errors import SkyholdError
from skyhold.times import Instants
from skyhold.units import DEG

FIRST, STEP, COUNT = -4.0, 0.05, 185  # values of the field at which the attenuation is tabulated
USUAL_PERCENT = 0.1  # share of the year at which attenuations of two elevations are compared


@dataclass(frozen=True, eq=False)
class RainDay:
    """Rain attenuation at sites (N,) as a function of time, drawn.

    A normal number of each place and instant (`WeatherField`: Maseng and Bakken's first-order dynamics, correlated in
    space) goes through the distribution that P.618-14 predicts for the site, so the long run of a series has exactly
    those levels from 0.001 % up, and rain as often as P.618's probability on the path; between that and half of it
    (at most 5 %) the attenuation falls to 0 in a straight line of the field. `wetness` multiplies the probability of
    every level, at most to certainty. Neither gas nor cloud nor scintillation is in it.
    """

    field: WeatherField
    level_db: NDArray[np.float32]
    ratio: ElevationTable

    @staticmethod
    def draw(
        climate: SiteClimate,
        latitude_deg: ArrayLike,
        longitude_deg: ArrayLike,
        f_ghz: float,
        elevation_rad: float = 40.0 * DEG,
        seed: int = 1,
        wetness: float = 1.0,
        tilt_rad: float = CIRCULAR_RAD,
    ) -> RainDay:
        """The rain of a seed on paths of one elevation, 5 degrees or more.

        Two frequencies or directions of one seed share their storms. Raises SkyholdError for a wetness that is not
        positive and what `rain.exceeded_db` refuses.
        """
        if not (math.isfinite(wetness) and wetness > 0.0):
            raise SkyholdError(
                "the wetness of the day cannot be",
                expected="a number above 0; 1 is the yearly mean",
                came=f"{wetness:g}",
                remedy="set wetness to how many times as often as usual it rains",
            )
        level = _levels(climate, f_ghz, elevation_rad, wetness, tilt_rad)
        ratio = _ratio(climate, f_ghz, elevation_rad, tilt_rad)
        return RainDay(WeatherField.over(latitude_deg, longitude_deg, seed), level, ratio)

    def attenuation_db(self, instants: Instants) -> NDArray[np.float32]:
        """(T, N) dB on paths of the elevation it was drawn for."""
        weather = self.field.values(instants)
        kernels.through_levels(weather, self.level_db, FIRST, STEP)
        return weather

    def at(self, elevation_rad: ArrayLike) -> NDArray[np.float32]:
        """What `attenuation_db` is multiplied by for other elevations (..., N, K): P.618's ratio at 0.1 % of the year.

        Where the site never has rain it is 1 / sin e.
        """
        return self.ratio.at(elevation_rad)


def _levels(
    climate: SiteClimate, f_ghz: float, elevation_rad: float, wetness: float, tilt_rad: float
) -> NDArray[np.float32]:
    """(N, X) dB at the field's values: what P.618 says is exceeded as often as the field exceeds them.

    Below 0 where it is dry, so that rain begins between two nodes where it should.
    """
    x = FIRST + STEP * np.arange(COUNT)
    share = 100.0 * np.array([0.5 * math.erfc(value / math.sqrt(2.0)) for value in x]) / wetness
    depth = np.maximum(climate.rain_height_km - climate.altitude_km, 0.0)
    wet = np.minimum(rain.probability_on_path(climate.rain_percent, depth / math.tan(elevation_rad)), 100.0)
    begins = np.minimum(0.5 * wet, rain.MOST_PERCENT)
    edge = np.maximum(begins, rain.LEAST_PERCENT)[:, None]
    db = rain.exceeded_db(climate[:, None], f_ghz, elevation_rad, np.clip(share, None, edge), tilt_rad)
    dry_x = -rain.normal_quantile(np.clip(wet * wetness / 100.0, 1e-12, 1.0 - 1e-12))[:, None]
    edge_x = -rain.normal_quantile(np.clip(begins * wetness / 100.0, 1e-12, 1.0 - 1e-12))[:, None]
    fading = np.clip((x - dry_x) / np.maximum(edge_x - dry_x, 1e-9), -1.0, 1.0)
    return np.asarray(np.where(wet[:, None] > rain.LEAST_PERCENT, db * fading, 0.0), np.float32)


def _ratio(climate: SiteClimate, f_ghz: float, elevation_rad: float, tilt_rad: float) -> ElevationTable:
    sites = climate[:, None]
    here = rain.exceeded_db(sites, f_ghz, elevation_rad, USUAL_PERCENT, tilt_rad)

    def relative(elevations: NDArray[np.float64]) -> NDArray[np.float64]:
        there = rain.exceeded_db(sites, f_ghz, elevations, USUAL_PERCENT, tilt_rad)
        slope = math.sin(elevation_rad) / np.sin(elevations)
        return np.asarray(np.where(here > 0.0, there / np.maximum(here, 1e-12), slope))

    return ElevationTable.of(relative)
