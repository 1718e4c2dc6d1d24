"""The air between a moving terminal and its satellite: thinner from an aircraft, without rain above the rain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from skyhold.attenuation import total
from skyhold.attenuation.climate import SiteClimate, site_climate
from skyhold.attenuation.rain_series import RainDay
from skyhold.earth.ellipsoid import great_circle_m
from skyhold.mobility.carriers import Carrier
from skyhold.mobility.rates import Air, Floats
from skyhold.mobility.tracks import Track
from skyhold.nouns.radio import RadioSpec, WeatherSpec
from skyhold.times import Instants
from skyhold.units import DEG, KM

LOWEST_RAD = 5.0 * DEG  # where the models of ITU end; lower paths are given its loss
SAME_RAIN_M = 2_000.0
VAPOUR_SCALE_KM = 2.0  # ITU-R P.835-6, annex 1, section 1.2


class Weather(Protocol):
    """What the air costs along a track."""

    def air(self, track: Track, slots: Instants, carrier: Carrier, elevation_rad: Floats) -> Air:
        """Losses towards elevations (T,), which may be NaN."""


@dataclass(frozen=True)
class Vacuum:
    """No air at all."""

    def air(self, track: Track, slots: Instants, carrier: Carrier, elevation_rad: Floats) -> Air:
        """Nothing is lost."""
        return Air()


@dataclass(frozen=True)
class Clear:
    """Gases of the median air, without cloud and rain."""

    radio: RadioSpec
    spec: WeatherSpec

    def air(self, track: Track, slots: Instants, carrier: Carrier, elevation_rad: Floats) -> Air:
        """Gases at the place and height of each instant."""
        climate, elevation = _climate(track, carrier, self.spec), _usable(elevation_rad)
        radio = self.radio
        down, up = (
            total.clear_db(climate, ghz, elevation)
            for ghz in (radio.user_down.frequency_ghz, radio.user_up.frequency_ghz)
        )
        return Air(0.0, down, 0.0, up)


@dataclass(frozen=True)
class Exceeded:
    """The attenuation that a share of an average year exceeds, at every place of the track at once.

    Above the rain height there is neither rain nor cloud nor scintillation, only gases.
    """

    radio: RadioSpec
    spec: WeatherSpec

    def air(self, track: Track, slots: Instants, carrier: Carrier, elevation_rad: Floats) -> Air:
        """Rain, cloud and scintillation together, and gases, at the place and height of each instant."""
        climate, elevation = _climate(track, carrier, self.spec), _usable(elevation_rad)
        radio, share = self.radio, self.spec.exceeded_percent
        down, up = (
            total.exceeded_db(
                climate, ghz, elevation, share, radio.user_down.aperture_m, radio.user_down.efficiency
            )
            for ghz in (radio.user_down.frequency_ghz, radio.user_up.frequency_ghz)
        )
        wet = climate.altitude_km < climate.rain_height_km
        rain_down, rain_up = (np.where(wet, part.total_db - part.gas_db, 0.0) for part in (down, up))
        return Air(rain_down, down.gas_db, rain_up, up.gas_db)


@dataclass(frozen=True)
class Drawn:
    """A drawn day of rain, the one that terminals which stand have at the same places; see `attenuation.rain_series`.

    Places nearer than 2 km along the track share their rain, whose finest cells are 10 km.
    """

    radio: RadioSpec
    spec: WeatherSpec

    def air(self, track: Track, slots: Instants, carrier: Carrier, elevation_rad: Floats) -> Air:
        """Rain, and gases, at the place and height of each instant."""
        climate, elevation = _climate(track, carrier, self.spec), _usable(elevation_rad)
        wet = climate.altitude_km < climate.rain_height_km
        place, here = _apart(track)
        rain, gas = [], []
        for ghz in (self.radio.user_down.frequency_ghz, self.radio.user_up.frequency_ghz):
            sites = track.latitude_deg[place], track.longitude_deg[place]
            day = RainDay.draw(climate[place], *sites, ghz, seed=self.spec.seed, wetness=self.spec.wetness)
            fallen = day.attenuation_db(slots)[np.arange(len(slots)), here]
            rain.append(np.where(wet, fallen * day.ratio.of_sites(here, elevation), 0.0))
            gas.append(total.clear_db(climate, ghz, elevation))
        return Air(rain[0], gas[0], rain[1], gas[1])


def _apart(track: Track) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Instants (N,) whose places lie 2 km or more apart along the track, and (T,) which of them each instant takes."""
    sites = track.sites
    lat, lon = sites.latitude_rad, sites.longitude_rad
    steps = great_circle_m(lat[:-1], lon[:-1], lat[1:], lon[1:])
    bins = (np.concatenate([[0.0], np.cumsum(steps)]) // SAME_RAIN_M).astype(np.int64)
    _, first, here = np.unique(bins, return_index=True, return_inverse=True)
    return first, here


KINDS: dict[str, Callable[[RadioSpec, WeatherSpec], Weather]] = {
    "clear": Clear,
    "exceeded": Exceeded,
    "series": Drawn,
}
"""Weather by the word of a scenario file."""


def weather_of(radio: RadioSpec, spec: WeatherSpec) -> Weather:
    """The weather of a scenario."""
    return KINDS[spec.kind](radio, spec)


def _climate(track: Track, carrier: Carrier, spec: WeatherSpec) -> SiteClimate:
    """The climate of each instant, at the height of a carrier that flies."""
    found = site_climate(track.latitude_deg, track.longitude_deg, spec)
    if not carrier.flies:
        return found
    height = np.maximum(track.altitude_m / KM, found.altitude_km)
    thinner = np.exp((found.altitude_km - height) / VAPOUR_SCALE_KM)
    return replace(
        found,
        altitude_km=height,
        vapour_g_m3=found.vapour_g_m3 * thinner[:, None],
        vapour_kg_m2=found.vapour_kg_m2 * thinner[:, None],
    )


def _usable(elevation_rad: Floats) -> Floats:
    """Elevations the models take; those without a satellite look up."""
    return np.maximum(np.nan_to_num(elevation_rad, nan=np.pi / 2), LOWEST_RAD)
