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
LEAST_RAD = 5.0 * DEG  # padding of lists holds 0
GATEWAY_ELEVATION_RAD = 40.0 * DEG  # near the median of a gateway's satellites above 25 degrees


def inverse_sine(elevation_rad: NDArray[np.floating]) -> Floats:
    """The path through the air over the zenith's; padding of lists may hold 0."""
    sine = np.sin(np.maximum(elevation_rad, LEAST_RAD).astype(np.float32))
    return np.asarray(np.float32(1.0) / sine)


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
    """What the air takes from the links of (N,) sites on one frequency; `zenith_db` (N,) is what its gases do."""

    zenith_db: Floats
    rain: Rain

    def gas_db(self, elevation_rad: NDArray[np.floating]) -> Floats:
        """(T, N, K) dB of gases, as the length of the path: within 0.01 dB of P.676 above 20 degrees at 30 GHz."""
        return self.zenith_db[:, None] * inverse_sine(elevation_rad)


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
        rain = self.gateways_up.rain.at(instants, elevation)
        return rain[:, :, 0], self.gateways_up.gas_db(elevation)[:, :, 0]


def climate_of(spec: WeatherSpec, sites: Sites) -> SiteClimate:
    """The climate of sites, with the rain rate the scenario types."""
    return site_climate(np.degrees(sites.latitude_rad), np.degrees(sites.longitude_rad), spec)


def _air(spec: WeatherSpec, climate: SiteClimate, sites: Sites, f_ghz: float) -> Air:
    zenith_db = clear_db(climate, f_ghz, np.pi / 2.0)
    return Air(np.asarray(zenith_db, np.float32), KINDS[spec.kind](climate, sites, f_ghz, spec))
