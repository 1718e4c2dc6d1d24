"""What the sky over a site is like in an average year: the numbers the attenuation models ask for."""

from __future__ import annotations

import logging
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.attenuation import climate_table
from skyhold.attenuation.climate_table import PERCENT, ClimateTable
from skyhold.errors import SkyholdError
from skyhold.nouns.radio import WeatherSpec

LOG = logging.getLogger(__name__)
Values = NDArray[np.float64]

ITU = "maps of ITU-R P.836, P.837, P.839, P.840, P.453, P.1510 and P.1511 as the package itur holds them"
TYPED = "typed values"
COARSE = "coarse function of latitude, not ITU's"
NOTICE = "rain and cloud come from a coarse function of latitude, not from ITU's maps: %s"


@dataclass(frozen=True, eq=False)
class SiteClimate:
    """(N,) sites, or any one shape; `climate[:, None]` gives the sites an axis more, as numpy does.

    `rain_001_mm_h` exceeded for 0.01 % of the year; `rain_height_km` and `altitude_km` over the sea; `rain_percent`
    of the year with rain; `temperature_k` yearly mean at the ground; `n_wet` median wet refractivity, N-units.
    `vapour_g_m3`, `vapour_kg_m2` (density at the ground, column) and `cloud_kg_m2_at` (..., 5) are exceeded for 5,
    10, 20, 30 and 50 % of the year. `source` says where the numbers come from.
    """

    latitude_deg: Values
    altitude_km: Values
    rain_001_mm_h: Values
    rain_height_km: Values
    rain_percent: Values
    temperature_k: Values
    n_wet: Values
    vapour_g_m3: Values
    vapour_kg_m2: Values
    cloud_kg_m2_at: Values
    source: str = TYPED

    def __len__(self) -> int:
        return len(self.latitude_deg)

    def __getitem__(self, index: Any) -> SiteClimate:
        """Every field at an index of the sites; the percentages stay behind."""
        at = index if isinstance(index, tuple) else (index,)
        chosen = {
            field.name: values[(*at, slice(None))] if values.ndim > self.latitude_deg.ndim else values[at]
            for field in fields(self)
            if field.name != "source" and (values := getattr(self, field.name)) is not None
        }
        return SiteClimate(**chosen, source=self.source)

    @property
    def pressure_hpa(self) -> Values:
        """Total pressure at the ground: the reference atmosphere of P.835-6 (1013.25 hPa at the sea)."""
        geopotential = 6356.766 * self.altitude_km / (6356.766 + self.altitude_km)
        return np.asarray(1013.25 * (288.15 / (288.15 - 6.5 * geopotential)) ** (-34.1632 / 6.5))

    def cloud_kg_m2(self, percent: float) -> Values:
        """Column of liquid water exceeded for a share of the year; between the maps in the logarithm of the share."""
        return at_percent(self.cloud_kg_m2_at, percent)


def at_percent(levels: Values, percent: float) -> Values:
    """Values (..., 5) at a share of the year, linear in its logarithm (P.836-6, P.840-9); held below 5, above 50 %."""
    share = np.log(np.clip(percent, PERCENT[0], PERCENT[-1]))
    nodes = np.log(PERCENT)
    j = int(np.clip(np.searchsorted(nodes, share, side="right") - 1, 0, len(PERCENT) - 2))
    part = (share - nodes[j]) / (nodes[j + 1] - nodes[j])
    return np.asarray(levels[..., j] + part * (levels[..., j + 1] - levels[..., j]))


def site_climate(
    latitude_deg: ArrayLike,
    longitude_deg: ArrayLike,
    weather: WeatherSpec | None = None,
    altitude_km: ArrayLike | None = None,
) -> SiteClimate:
    """The climate of sites (N,), from the table made of ITU's maps, with what a scenario has typed instead.

    The table is made on first use where the package itur is installed (a few seconds) and kept among the user's
    data; without it the answer is `coarse`, which is said once. `altitude_km` replaces the map's heights.
    Raises SkyholdError for coordinates off the globe.
    """
    latitude, longitude = _degrees(latitude_deg, longitude_deg)
    table = _table(climate_table.place())
    if table is None:
        found = coarse(latitude)
    else:
        found = SiteClimate(latitude, **table.at(latitude, longitude, altitude_km), source=ITU)
    if weather is not None and weather.rain_001_mm_h is not None:
        rate = np.full(latitude.shape, weather.rain_001_mm_h)
        found = replace(found, rain_001_mm_h=rate, source=f"{found.source}; rain rate typed")
    return found


@cache
def _table(place: Path) -> ClimateTable | None:
    try:
        table = climate_table.load_or_make(place)
    except ImportError as error:
        LOG.warning(NOTICE, error)
        return None
    return table


def typed(
    latitude_deg: ArrayLike,
    *,
    rain_001_mm_h: ArrayLike,
    rain_height_km: ArrayLike,
    altitude_km: ArrayLike = 0.0,
    rain_percent: ArrayLike = 5.0,
    temperature_k: ArrayLike = 283.15,
    n_wet: ArrayLike = 50.0,
    vapour_g_m3: ArrayLike = 7.5,
    vapour_kg_m2: ArrayLike | None = None,
    cloud_kg_m2: ArrayLike = 0.0,
    source: str = TYPED,
) -> SiteClimate:
    """A climate from numbers, one for all sites or (N,) each; those of vapour and cloud hold at every percentage.

    The column of vapour is 2 km times the density unless given (scale height of P.835-6).
    """
    density = np.asarray(vapour_g_m3, np.float64)
    column = 2.0 * density if vapour_kg_m2 is None else np.asarray(vapour_kg_m2, np.float64)
    given = (latitude_deg, altitude_km, rain_001_mm_h, rain_height_km, rain_percent, temperature_k, n_wet)
    rows = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(v, np.float64)) for v in (*given, density, column, cloud_kg_m2))
    )
    latitude, altitude, rate, height, often, warm, wet = (row.copy() for row in rows[:7])
    density, column, cloud = (np.repeat(row[..., None], len(PERCENT), axis=-1) for row in rows[7:])
    return SiteClimate(latitude, altitude, rate, height, often, warm, wet, density, column, cloud, source)


def coarse(latitude_deg: ArrayLike) -> SiteClimate:
    """A stand-in for the maps, smooth in latitude and the same at every longitude [I]; sites at sea level.

    Rain falls off from 90 mm/h at the equator over a scale of 40 degrees; the rain height is 5 km up to 23 degrees
    and 0.075 km less for each degree more (P.839-2, northern hemisphere). In Kyiv 22 mm/h and 2.9 km, where
    the maps say 29 mm/h and 2.8 km: rain at 0.1 % of the year is a tenth too low. Deserts and monsoons are not in it.
    For runs offline, never for a number to publish.
    """
    latitude = np.atleast_1d(np.asarray(latitude_deg, np.float64))
    away = np.abs(latitude)
    warm = np.exp(-((away / 40.0) ** 2))
    return typed(
        latitude,
        rain_001_mm_h=5.0 + 85.0 * warm,
        rain_height_km=np.maximum(0.5, 5.0 - 0.075 * np.maximum(away - 23.0, 0.0)),
        rain_percent=6.0,
        temperature_k=255.0 + 45.0 * warm,
        n_wet=25.0 + 85.0 * warm,
        vapour_g_m3=3.0 + 17.0 * warm,
        cloud_kg_m2=0.35,
        source=COARSE,
    )


def _degrees(latitude_deg: ArrayLike, longitude_deg: ArrayLike) -> tuple[Values, Values]:
    latitude = np.atleast_1d(np.asarray(latitude_deg, np.float64))
    longitude = np.atleast_1d(np.asarray(longitude_deg, np.float64))
    latitude, longitude = np.broadcast_arrays(latitude, longitude)
    if not (np.isfinite(longitude).all() and (np.abs(latitude) <= 90.0).all()):
        worst = int(np.flatnonzero(~(np.isfinite(longitude) & (np.abs(latitude) <= 90.0)))[0])
        raise SkyholdError(
            "a site of the climate is off the globe",
            expected="latitude -90..90 degrees and a finite longitude",
            came=f"{latitude.flat[worst]:g}, {longitude.flat[worst]:g}",
            where=f"site {worst}",
            remedy="check the order of latitude and longitude",
        )
    return latitude.copy(), longitude.copy()
