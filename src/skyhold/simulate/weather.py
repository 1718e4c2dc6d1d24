"""The weather of a run on its links: gases always, rain and cloud as the scenario says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from skyhold.attenuation.climate import SiteClimate, site_climate
from skyhold.attenuation.rain_series import RainDay
from skyhold.attenuation.total import ElevationTable, clear_db, exceeded_db
from skyhold.geometry.sites import Sites
from skyhold.nouns.radio import WeatherSpec
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.times import Instants
from skyhold.units import DEG

Floats = NDArray[np.float32]
GATEWAY_ELEVATION_RAD = 40.0 * DEG  # near the median of a gateway's satellites above 25 degrees


class Rain(Protocol):
    """Rain and cloud of (N,) sites on one frequency."""

    def at(self, instants: Instants, elevation_rad: NDArray[np.floating]) -> Floats:
        """(T, N, K) dB towards satellites at elevations (T, N, K)."""


class Dry:
    """No rain and no cloud anywhere."""

    def at(self, instants: Instants, elevation_rad: NDArray[np.floating]) -> Floats:
        """Nothing."""
        return np.zeros((1, 1, 1), np.float32)


@dataclass(frozen=True, eq=False)
class Everywhere:
    """What is exceeded for one share of the year, at every site at once."""

    table: ElevationTable

    def at(self, instants: Instants, elevation_rad: NDArray[np.floating]) -> Floats:
        """The same at all instants."""
        return self.table.at(elevation_rad)


@dataclass(frozen=True, eq=False)
class DrawnDay:
    """A day of rain, drawn."""

    day: RainDay

    def at(self, instants: Instants, elevation_rad: NDArray[np.floating]) -> Floats:
        """Correlated in time and from site to site."""
        return self.day.attenuation_db(instants)[:, :, None] * self.day.at(elevation_rad)


def _dry(climate: SiteClimate, sites: Sites, f_ghz: float, spec: WeatherSpec) -> Rain:
    return Dry()


def _everywhere(climate: SiteClimate, sites: Sites, f_ghz: float, spec: WeatherSpec) -> Rain:
    def beyond_gases(elevation_rad: NDArray[np.float64]) -> NDArray[np.float64]:
        whole = exceeded_db(climate[:, None], f_ghz, elevation_rad, spec.exceeded_percent).total_db
        return np.asarray(np.maximum(whole - clear_db(climate[:, None], f_ghz, elevation_rad), 0.0))

    return Everywhere(ElevationTable.of(beyond_gases))


def _drawn(climate: SiteClimate, sites: Sites, f_ghz: float, spec: WeatherSpec) -> Rain:
    place = np.degrees(sites.latitude_rad), np.degrees(sites.longitude_rad)
    return DrawnDay(RainDay.draw(climate, *place, f_ghz, seed=spec.seed, wetness=spec.wetness))


KINDS: dict[str, Callable[[SiteClimate, Sites, float, WeatherSpec], Rain]] = {
    "clear": _dry,
    "exceeded": _everywhere,
    "series": _drawn,
}


@dataclass(frozen=True, eq=False)
class Air:
    """What the air takes from the links of (N,) sites on one frequency."""

    gases: ElevationTable
    rain: Rain

    def db(self, instants: Instants, elevation_rad: NDArray[np.floating]) -> tuple[Floats, Floats]:
        """Rain with cloud, and gases, (T, N, K) dB each, or what broadcasts to it."""
        return self.rain.at(instants, elevation_rad), self.gases.at(elevation_rad)


@dataclass(frozen=True, eq=False)
class Weather:
    """The air over the terminals, down and up, and over the gateways; `source` says where the climate is from."""

    users_down: Air
    users_up: Air
    gateways_up: Air
    source: str

    @staticmethod
    def of(scenario: BroadbandScenario, users: Sites, gateways: Sites) -> Weather:
        """The weather of a scenario over its terminals and gateways."""
        radio, over_users = scenario.radio, climate_of(scenario.weather, users)
        over_gateways = climate_of(scenario.weather, gateways)
        return Weather(
            _air(scenario.weather, over_users, users, radio.user_down.frequency_ghz),
            _air(scenario.weather, over_users, users, radio.user_up.frequency_ghz),
            _air(scenario.weather, over_gateways, gateways, radio.gateway_up.frequency_ghz),
            over_users.source,
        )

    def gateways_db(self, instants: Instants, gateways: int) -> tuple[Floats, Floats]:
        """Rain with cloud, and gases, of gateway uplinks at `GATEWAY_ELEVATION_RAD`, (T, G)."""
        elevation = np.full((len(instants), gateways, 1), GATEWAY_ELEVATION_RAD, np.float32)
        rain, gas = self.gateways_up.db(instants, elevation)
        return rain[:, :, 0], gas[:, :, 0]


def climate_of(spec: WeatherSpec, sites: Sites) -> SiteClimate:
    """The climate of sites, with the rain rate the scenario types."""
    return site_climate(np.degrees(sites.latitude_rad), np.degrees(sites.longitude_rad), spec)


def _air(spec: WeatherSpec, climate: SiteClimate, sites: Sites, f_ghz: float) -> Air:
    return Air(ElevationTable.clear(climate, f_ghz), KINDS[spec.kind](climate, sites, f_ghz, spec))
