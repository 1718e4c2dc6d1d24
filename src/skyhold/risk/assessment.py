"""The whole answer for one uncontrolled re-entry: how many casualties, where, and what the limits say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from skyhold.data import population
from skyhold.data.population import PopulationGrid
from skyhold.risk import casualty
from skyhold.risk.casualty import M2_PER_KM2, Interval, Verdict
from skyhold.risk.exposure import (
    EU27,
    CityExposure,
    Exposure,
    cities_under,
    most_exposed,
    risk_along,
    under_track,
)
from skyhold.risk.ground_track import TimeOver, Track, time_along, time_over

GROUPS = {"EU-27": EU27}


@dataclass(frozen=True)
class CountryRisk:
    """What one country, or group of countries, bears: casualties, their share, and share of time below the track."""

    code: str
    expectation: float
    share: float
    time_share: float


@dataclass(frozen=True)
class CityRisk:
    """What one city bears."""

    name: str
    country: str
    population: float
    expectation: float


@dataclass(frozen=True, eq=False)
class GroundRisk:
    """Expected casualties of one re-entry, whole and in parts.

    `individual` is the chance of the most exposed person, NaN for a window of points; `per_event` is how many
    people one hit has on average, for `probability`.
    """

    area_m2: float
    interval: Interval
    exposure: Exposure
    over: TimeOver
    cities: tuple[CityRisk, ...]
    individual: float
    per_event: float

    @property
    def expectation(self) -> float:
        """Expected number of casualties."""
        return casualty.expectation(self.exposure, self.area_m2)

    @property
    def probability(self) -> float:
        """Probability of at least one casualty."""
        return casualty.probability(self.expectation, self.per_event)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Beside each limit whose quantity is known."""
        found = casualty.verdicts(self.expectation, self.individual, self.per_event)
        return tuple(verdict for verdict in found if not np.isnan(verdict.value))

    def of(self, code: str) -> CountryRisk:
        """What a country bears, or a group of `GROUPS`."""
        who = GROUPS.get(code, code)
        share = self.exposure.share(who)
        return CountryRisk(code, share * self.expectation, share, self.over.over(who))

    def countries(self, count: int | None = None) -> tuple[CountryRisk, ...]:
        """Countries, those that bear most first."""
        return tuple(self.of(code) for code, _ in self.exposure.ranked()[:count])


def long_run(
    track: Track,
    area_m2: ArrayLike,
    year: float,
    *,
    grid: PopulationGrid | None = None,
    area_sigma: float = 0.0,
    per_event: float = 1.0,
    seed: int = 1,
) -> GroundRisk:
    """The risk where nothing but the orbit is known: every place of the track in proportion to its time.

    `area_m2` is the casualty area or draws of it; the expectation is of their mean. Raises `SkyholdError` for
    areas that are none and `DataError` for a year without population.
    """
    people = (grid or population.grid()).in_year(year)
    exposure, mean_m2 = under_track(track, people), float(np.mean(np.asarray(area_m2, float)))
    casualty.expectation(exposure, mean_m2)
    return GroundRisk(
        area_m2=mean_m2,
        interval=casualty.interval(exposure.density_km2, area_m2, area_sigma=area_sigma, seed=seed),
        exposure=exposure,
        over=time_over(track),
        cities=tuple(_city(city, mean_m2) for city in cities_under(track, year)),
        individual=mean_m2 / M2_PER_KM2 * most_exposed(track),
        per_event=per_event,
    )


def in_window(
    latitude_deg: ArrayLike,
    longitude_deg: ArrayLike,
    weight: ArrayLike | None,
    area_m2: ArrayLike,
    year: float,
    *,
    grid: PopulationGrid | None = None,
    area_sigma: float = 0.0,
    per_event: float = 1.0,
    seed: int = 1,
) -> GroundRisk:
    """The risk where the window of re-entry is known: (N,) points of the tracks in it, with their chances.

    Cities and the most exposed person are left out: a window of points has no width.
    """
    people = (grid or population.grid()).in_year(year)
    exposure, mean_m2 = (
        risk_along(latitude_deg, longitude_deg, weight, people),
        float(np.mean(np.asarray(area_m2, float))),
    )
    casualty.expectation(exposure, mean_m2)
    return GroundRisk(
        area_m2=mean_m2,
        interval=casualty.interval(exposure.density_km2, area_m2, area_sigma=area_sigma, seed=seed),
        exposure=exposure,
        over=time_along(latitude_deg, longitude_deg, weight),
        cities=(),
        individual=float("nan"),
        per_event=per_event,
    )


def by_year(
    track: Track, area_m2: float, years: Iterable[float], grid: PopulationGrid | None = None
) -> dict[float, float]:
    """Expected casualties with the population of each year."""
    people = grid or population.grid()
    return {year: casualty.expectation(under_track(track, people.in_year(year)), area_m2) for year in years}


def _city(city: CityExposure, area_m2: float) -> CityRisk:
    return CityRisk(city.name, city.country, city.population, area_m2 / M2_PER_KM2 * city.weight_km2)
