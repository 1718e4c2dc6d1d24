"""Who lives under a track: people per square kilometre where debris would fall, by country and city.

The expectation of casualties is a casualty area times this mean density (`skyhold.risk.casualty`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.data import cities, population, rings
from skyhold.data.population import PopulationGrid
from skyhold.errors import SkyholdError
from skyhold.risk.ground_track import Track, shares

LARGE_CITY = 1_000_000
EU27 = frozenset(
    {"AUT", "BEL", "BGR", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GRC", "HRV", "HUN"}
    | {"IRL", "ITA", "LTU", "LUX", "LVA", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN", "SWE"}
)

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Exposure:
    """Mean density of people under a track, people per km2, and the part of each of N countries in it."""

    codes: tuple[str, ...]
    by_country: Floats
    year: float
    source: str

    @property
    def density_km2(self) -> float:
        """People per km2, the mean over the track, water included."""
        return float(self.by_country.sum())

    def share(self, code: str | frozenset[str]) -> float:
        """Part of the expectation of casualties that falls on a country, or on a group such as `EU27`; 0 of
        nobody."""
        wanted = {code} if isinstance(code, str) else code
        parts = zip(self.codes, self.by_country, strict=True)
        return float(sum(part for one, part in parts if one in wanted)) / (self.density_km2 or 1.0)

    def ranked(self) -> list[tuple[str, float]]:
        """Countries with anybody under the track and their shares, the largest first."""
        order = np.argsort(-self.by_country, kind="stable")
        whole = self.density_km2
        return [
            (self.codes[at], float(self.by_country[at]) / whole) for at in order if self.by_country[at] > 0.0
        ]


@dataclass(frozen=True)
class CityExposure:
    """A city under a track: `weight_km2` is what it adds to the mean density."""

    name: str
    country: str
    population: float
    weight_km2: float


def under_track(track: Track, grid: PopulationGrid | None = None) -> Exposure:
    """Mean density under a track of long duration: sum over rows of (time in row / area of row) x people.

    NASA-STD-8719.14C, 4.7, has the same integral over latitude.
    """
    grid = grid or population.grid()
    rate = shares(track, grid.edges_deg) / grid.row_area_km2
    return _exposure(grid, grid.by_row @ rate)


def risk_along(
    latitude_deg: ArrayLike,
    longitude_deg: ArrayLike,
    weight: ArrayLike | None = None,
    grid: PopulationGrid | None = None,
) -> Exposure:
    """Mean density at (N,) points of a track, each with its chance to be the place: a window before re-entry.

    Raises `SkyholdError` for points that are no places and for weights that are no chances.
    """
    grid = grid or population.grid()
    latitude, longitude = np.asarray(latitude_deg, float).ravel(), np.asarray(longitude_deg, float).ravel()
    chance = np.ones(latitude.shape) if weight is None else np.asarray(weight, float).ravel()
    _require_points(latitude, longitude, chance)
    cell = grid.cell_at(latitude, longitude)
    in_cell = np.bincount(cell, weights=chance / chance.sum(), minlength=grid.rows * grid.columns)
    area = np.repeat(grid.row_area_km2 / grid.columns, grid.columns)
    density = (in_cell / area)[grid.cell] * grid.people
    by_country = np.bincount(grid.country, weights=density, minlength=len(grid.codes))
    return _exposure(grid, by_country.astype(np.float64))


def _exposure(grid: PopulationGrid, by_country: Floats) -> Exposure:
    return Exposure(grid.codes, by_country, grid.year, grid.source)


def cities_under(
    track: Track, year: float | None = None, least: int = LARGE_CITY, reach_deg: float = 0.25
) -> tuple[CityExposure, ...]:
    """Cities of at least so many people under the track, those that add most to the mean density first.

    A city adds its people times the track's time per km2, taken between parallels `reach_deg` to both sides.
    People are GeoNames' of the city itself; `year` lets them grow with the country.
    """
    large = cities.cities(None, None, least)
    latitude = np.array([city.latitude_deg for city in large])
    south, north = latitude - reach_deg, latitude + reach_deg
    rate = (track.below(north) - track.below(south)) / (rings.band_area_m2(south, north) / 1e6)
    growth = {"": 1.0} if year is None else population.totals().growth(2020, year)
    people = np.array([city.population * growth.get(city.country, growth[""]) for city in large])
    order = np.argsort(-rate * people, kind="stable")
    return tuple(
        CityExposure(large[at].name, large[at].country, float(people[at]), float(rate[at] * people[at]))
        for at in order
        if rate[at] > 0.0
    )


def most_exposed(track: Track, step_deg: float = 0.5) -> float:
    """The largest time per km2 of any row of latitude: the chance per km2 of debris for one person there."""
    edges = np.linspace(-90.0, 90.0, round(180.0 / step_deg) + 1)
    return float(np.max(shares(track, edges) / (rings.band_area_m2(edges[:-1], edges[1:]) / 1e6)))


def _require_points(latitude: Floats, longitude: Floats, chance: Floats) -> None:
    same = latitude.shape == longitude.shape == chance.shape and latitude.size > 0
    sound = same and np.all(np.abs(latitude) <= 90.0) and np.all(np.isfinite(longitude))
    if not (sound and np.all(chance >= 0.0) and np.isfinite(chance.sum()) and chance.sum() > 0.0):
        raise SkyholdError(
            "the points of the track cannot be used",
            expected="as many latitudes (-90..90), longitudes and weights (none negative, not all zero)",
            came=f"{latitude.size} latitudes, {longitude.size} longitudes, {chance.size} weights",
            remedy="check the track for NaN: it ends where the orbit does",
        )
