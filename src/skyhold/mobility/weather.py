"""The air between a moving terminal and its satellite: thinner from an aircraft, without rain above the rain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from skyhold.attenuation import total
from skyhold.attenuation.climate import SiteClimate, site_climate
from skyhold.mobility.carriers import Carrier
from skyhold.mobility.rates import Air, Floats
from skyhold.mobility.tracks import Track
from skyhold.nouns.radio import RadioSpec, WeatherSpec
from skyhold.units import DEG, KM

LOWEST_RAD = 5.0 * DEG  # where the models of ITU end; lower paths are given its loss
VAPOUR_SCALE_KM = 2.0  # ITU-R P.835-6, annex 1, section 1.2


class Weather(Protocol):
    """What the air costs along a track."""

    def air(self, track: Track, carrier: Carrier, elevation_rad: Floats) -> Air:
        """Losses towards elevations (T,), which may be NaN."""


@dataclass(frozen=True)
class Vacuum:
    """No air at all."""

    def air(self, track: Track, carrier: Carrier, elevation_rad: Floats) -> Air:
        """Nothing is lost."""
        return Air()


@dataclass(frozen=True)
class Clear:
    """Gases of the median air, without cloud and rain."""

    radio: RadioSpec
    spec: WeatherSpec

    def air(self, track: Track, carrier: Carrier, elevation_rad: Floats) -> Air:
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

    def air(self, track: Track, carrier: Carrier, elevation_rad: Floats) -> Air:
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


KINDS: dict[str, Callable[[RadioSpec, WeatherSpec], Weather]] = {"clear": Clear, "exceeded": Exceeded}
"""Weather by the word of a scenario file; a drawn day is not known along a track and is taken as clear."""


def weather_of(radio: RadioSpec, spec: WeatherSpec) -> Weather:
    """The weather of a scenario."""
    return KINDS.get(spec.kind, Clear)(radio, spec)


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
