"""People in each cell: the half-degree grid by country, spread within its squares by cities and by land.

Each square of the grid keeps its people of each country exactly, so a country's total is the UN's. Within a
square, cities of 15,000 and more stand where they are, and what the square has beyond them is spread evenly over
the country's land in it. How near that is to a census: docs/why/demand.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import h3.api.numpy_int as h3
import numpy as np
from numpy.typing import NDArray

from skyhold.data import countries, parallels, population
from skyhold.data.cities import REACH_KM, REACH_LIMIT_KM, City, cities
from skyhold.data.population import PopulationGrid
from skyhold.demand.areas import distance_km
from skyhold.errors import DataError
from skyhold.geometry.cells import Cells

KM_PER_DEG = 111.19
POINTS_PER_CELL = 0.35  # distance of two points of land, in widths of a cell
FINEST = 12  # points of land along the side of a square of the grid
COARSE = 3  # H3 resolution up to which only large cities matter: cells are wider than 100 km
LARGE_CITY = 100_000
RING = 6  # points round a city's middle

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Settlement:
    """(M,) pairs of cell and country: `people` of the country in the cell, `urban` of them in cities.

    `cell` points into the (C,) cells, `country` into `codes`.
    """

    count: int
    codes: tuple[str, ...]
    cell: Indices
    country: Indices
    people: Floats
    urban: Floats

    def by_cell(self, values: Floats) -> Floats:
        """(C,) sums of (M,) values."""
        return np.bincount(self.cell, weights=values, minlength=self.count).astype(np.float64)

    def by_country(self, values: Floats) -> Floats:
        """(N,) sums of (M,) values."""
        return np.bincount(self.country, weights=values, minlength=len(self.codes)).astype(np.float64)


@dataclass(frozen=True, eq=False)
class _Spots:
    """(K,) points: the part of the grid they belong to, place, and weight (land, or people of a city)."""

    part: Indices
    latitude_deg: Floats
    longitude_deg: Floats
    land: Floats
    city: Floats


def cell_people(cells: Cells, year: float, country: str | None = None) -> Floats:
    """(C,) people in each cell in a year; of one country (ISO 3166-1 alpha-3), all of whose people are then kept.

    Without a country everybody in the cells, of whatever country. Raises `DataError` outside 1950 to 2100 and for
    a country that has nobody in the grid.
    """
    settled = settle(cells, year, country)
    return settled.by_cell(settled.people)


def unserved(people: Floats, online_percent: float) -> Floats:
    """People without the internet where the same share is online everywhere; `access` knows town from country."""
    return np.asarray(people * (1.0 - online_percent / 100.0))


@lru_cache(maxsize=8)
def settle(cells: Cells, year: float, country: str | None = None) -> Settlement:
    """Who lives in each cell, by country; kept for the same cells."""
    grid = population.grid(year)
    parts = _parts(grid, cells, country)
    spots = _land(grid, parts, cells.resolution)
    spots = _join(spots, _cities(grid, parts, cells.resolution))
    spots = _join(spots, _alone(grid, parts, spots))
    at = _cell_index(cells, spots, every=country is not None)
    return _deposit(cells, grid, parts, spots, at, every=country is not None)


def _parts(grid: PopulationGrid, cells: Cells, country: str | None) -> Indices:
    """Parts of the grid that may have people in the cells, by ascending square and country."""
    if country is None:
        wanted = _near(grid, cells)[grid.cell]
    elif country in grid.codes:
        wanted = grid.country == grid.codes.index(country)
    else:
        raise DataError(
            f"the population grid has nobody of {country!r}",
            expected="an ISO 3166-1 alpha-3 code, e.g. UKR",
            remedy="choose a box or the globe instead of the country",
        )
    found = np.flatnonzero(wanted)
    return found[np.argsort(_key(grid, grid.cell[found], grid.country[found]), kind="stable")]


def _near(grid: PopulationGrid, cells: Cells) -> NDArray[np.bool_]:
    """(squares,) whether a cell may reach into the square of the grid."""
    margin = int(np.ceil(_width_km(cells.resolution) / KM_PER_DEG / grid.step_deg)) + 1
    marked = np.zeros((grid.rows, grid.columns), bool)
    marked.ravel()[grid.cell_at(cells.latitude_deg, cells.longitude_deg)] = True
    rows = np.lib.stride_tricks.sliding_window_view(np.pad(marked.any(axis=1), margin), 2 * margin + 1)
    columns = np.pad(np.asarray(marked.any(axis=0)), 3 * margin, mode="wrap")
    near = np.asarray(np.lib.stride_tricks.sliding_window_view(columns, 6 * margin + 1).any(axis=1))
    polar = np.abs(grid.edges_deg[:-1] + 0.5 * grid.step_deg) > 70.0  # meridians meet: take the whole row
    touched = np.asarray(rows.any(axis=1))[:, None] & (near | polar[:, None])
    return np.asarray(touched.ravel(), np.bool_)


def _key(grid: PopulationGrid, square: Indices, country: Indices) -> Indices:
    return np.asarray(square * len(grid.codes) + country)


def _find(grid: PopulationGrid, parts: Indices, square: Indices, country: Indices) -> Indices:
    """Where each square and country stands in the parts; -1 where nobody lives."""
    known = _key(grid, grid.cell[parts], grid.country[parts])
    wanted = _key(grid, square, country)
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[at] == wanted, at, -1) if len(known) else np.full(len(wanted), -1)


def _width_km(resolution: int) -> float:
    return float(np.sqrt(h3.average_hexagon_area(resolution, unit="km^2")))


def _land(grid: PopulationGrid, parts: Indices, resolution: int) -> _Spots:
    """Points on land of each country, several to a cell, with the share of land round them."""
    fine = int(np.ceil(grid.step_deg * KM_PER_DEG / (POINTS_PER_CELL * _width_km(resolution))))
    fine = min(max(fine, 1), FINEST)
    step = grid.step_deg / fine
    found = []
    borders = {one.iso3: one for one in countries.all_countries("50m")}
    for index in np.unique(grid.country[parts]):
        one = borders.get(grid.codes[index])
        if one is None:
            continue
        cell, share = parallels.country_cells(one, step, 2)
        row, column = np.divmod(cell, fine * grid.columns)
        square = row // fine * grid.columns + column // fine
        part = _find(grid, parts, square, np.full(len(cell), index))
        kept = part >= 0
        latitude, longitude = -90.0 + (row + 0.5) * step, -180.0 + (column + 0.5) * step
        found.append(_spots(part[kept], latitude[kept], longitude[kept], land=share[kept]))
    return _join(*found)


def _cities(grid: PopulationGrid, parts: Indices, resolution: int) -> _Spots:
    """Cities as their middle and a ring of points within their reach, each with its share of the people."""
    found = _city_list(tuple(grid.codes[i] for i in np.unique(grid.country[parts])), resolution)
    index = {code: number for number, code in enumerate(grid.codes)}
    country = np.array([index.get(city.country, -1) for city in found], np.int64)
    people = np.array([city.population for city in found], np.float64)
    latitude = np.array([city.latitude_deg for city in found])
    longitude = np.array([city.longitude_deg for city in found])
    reach_deg = np.minimum(REACH_LIMIT_KM, REACH_KM * np.sqrt(people / 1e5)) / KM_PER_DEG
    angle = np.linspace(0.0, 2.0 * np.pi, RING, endpoint=False)
    north = 0.6 * np.append(0.0, np.cos(angle)) * reach_deg[:, None]
    east = 0.6 * np.append(0.0, np.sin(angle)) * reach_deg[:, None]
    at_lat = (latitude[:, None] + north).ravel()
    at_lon = (longitude[:, None] + east / np.cos(np.radians(latitude))[:, None]).ravel()
    at_lat, at_lon = np.clip(at_lat, -90.0, 90.0), (at_lon + 180.0) % 360.0 - 180.0
    part = _find(grid, parts, grid.cell_at(at_lat, at_lon), np.repeat(country, RING + 1))
    kept = part >= 0
    each = np.repeat(people / (RING + 1), RING + 1)
    return _spots(part[kept], at_lat[kept], at_lon[kept], city=each[kept])


def _city_list(codes: tuple[str, ...], resolution: int) -> tuple[City, ...]:
    if resolution <= COARSE:
        return tuple(city for city in cities(None, None, LARGE_CITY) if city.country in set(codes))
    return tuple(city for code in codes for city in _cities_of(code))


@lru_cache(maxsize=300)
def _cities_of(code: str) -> tuple[City, ...]:
    try:
        return cities(code, None)
    except DataError:
        return ()


def _alone(grid: PopulationGrid, parts: Indices, spots: _Spots) -> _Spots:
    """The middle of each square where people live and no land of their country is drawn."""
    land = np.bincount(spots.part, weights=spots.land, minlength=len(parts))
    part = np.flatnonzero(land == 0.0)
    row, column = np.divmod(grid.cell[parts[part]], grid.columns)
    latitude, longitude = -90.0 + (row + 0.5) * grid.step_deg, -180.0 + (column + 0.5) * grid.step_deg
    return _spots(part, latitude, longitude, land=np.ones(len(part)))


def _spots(
    part: Indices,
    latitude_deg: Floats,
    longitude_deg: Floats,
    land: Floats | None = None,
    city: Floats | None = None,
) -> _Spots:
    nothing = np.zeros(len(part))
    return _Spots(
        part,
        latitude_deg,
        longitude_deg,
        nothing if land is None else land,
        nothing if city is None else city,
    )


def _join(*several: _Spots) -> _Spots:
    names = ("part", "latitude_deg", "longitude_deg", "land", "city")
    empty = _spots(np.zeros(0, np.int64), np.zeros(0), np.zeros(0))
    return _Spots(*(np.concatenate([getattr(one, name) for one in (empty, *several)]) for name in names))


def _cell_index(cells: Cells, spots: _Spots, every: bool) -> Indices:
    """(K,) the cell of each point, -1 outside them; where everybody is kept, a neighbour for those at the edge."""
    places = zip(spots.latitude_deg.tolist(), spots.longitude_deg.tolist(), strict=True)
    to_cell, resolution = h3.latlng_to_cell, cells.resolution
    ids = np.fromiter((to_cell(lat, lon, resolution) for lat, lon in places), np.uint64, len(spots.part))
    at = _known(cells, ids)
    missed = np.flatnonzero(at < 0)
    if every and len(missed):
        outside, back = np.unique(ids[missed], return_inverse=True)
        at[missed] = np.array([_neighbour(cells, int(one)) for one in outside], np.int64)[back]
    return at


def _known(cells: Cells, ids: NDArray[np.uint64]) -> Indices:
    at = np.minimum(np.searchsorted(cells.ids, ids), len(cells) - 1)
    return np.asarray(np.where(cells.ids[at] == ids, at, -1), np.int64)


def _neighbour(cells: Cells, outside: int) -> int:
    """The nearest of the cells round one that is not among them; -1 for none."""
    at = _known(cells, np.asarray(h3.grid_ring(outside, 1), np.uint64))
    at = at[at >= 0]
    if not len(at):
        return -1
    latitude, longitude = h3.cell_to_latlng(outside)
    far = distance_km(latitude, longitude, cells.latitude_deg[at], cells.longitude_deg[at])
    return int(at[far.argmin()])


def _deposit(
    cells: Cells, grid: PopulationGrid, parts: Indices, spots: _Spots, at: Indices, every: bool
) -> Settlement:
    """Part the people of each square over its points, and gather them by cell and country."""
    if every:
        spots, at = _within(cells, grid, parts, spots, at)
    people, total = grid.people[parts], len(parts)
    city = np.bincount(spots.part, weights=spots.city, minlength=total)
    land = np.bincount(spots.part, weights=spots.land, minlength=total)
    city = np.where(land > 0.0, city, np.maximum(city, 1e-9))
    rest = np.where(land > 0.0, np.maximum(people - city, 0.0), 0.0)
    scale = np.divide(people - rest, city, out=np.zeros(total), where=city > 0.0)
    urban = spots.city * scale[spots.part]
    rural = spots.land * np.divide(rest, land, out=np.zeros(total), where=land > 0.0)[spots.part]
    kept = (at >= 0) & (urban + rural > 0.0)
    return _gather(
        len(cells), grid.codes, at[kept], grid.country[parts][spots.part[kept]], rural, urban, kept
    )


def _within(
    cells: Cells, grid: PopulationGrid, parts: Indices, spots: _Spots, at: Indices
) -> tuple[_Spots, Indices]:
    """Only the points in cells; a square that has none of them gets the nearest cell."""
    inside = at >= 0
    kept = _Spots(
        *(getattr(spots, name)[inside] for name in ("part", "latitude_deg", "longitude_deg", "land", "city"))
    )
    weight = np.bincount(kept.part, weights=kept.land + kept.city, minlength=len(parts))
    lost = np.flatnonzero(weight == 0.0)
    row, column = np.divmod(grid.cell[parts[lost]], grid.columns)
    latitude, longitude = -90.0 + (row + 0.5) * grid.step_deg, -180.0 + (column + 0.5) * grid.step_deg
    nearest = [
        int(distance_km(lat, lon, cells.latitude_deg, cells.longitude_deg).argmin())
        for lat, lon in zip(latitude, longitude, strict=True)
    ]
    spots = _join(kept, _spots(lost, latitude, longitude, land=np.ones(len(lost))))
    return spots, np.concatenate([at[inside], np.array(nearest, np.int64)])


def _gather(
    count: int,
    codes: tuple[str, ...],
    cell: Indices,
    country: Indices,
    rural: Floats,
    urban: Floats,
    kept: NDArray[np.bool_],
) -> Settlement:
    pair, back = np.unique(cell * len(codes) + country, return_inverse=True)
    town = np.bincount(back, weights=urban[kept], minlength=len(pair)).astype(np.float64)
    land = np.bincount(back, weights=rural[kept], minlength=len(pair)).astype(np.float64)
    return Settlement(count, codes, pair // len(codes), pair % len(codes), town + land, town)
