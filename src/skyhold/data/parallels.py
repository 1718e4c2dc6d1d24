"""Where parallels cross countries: exact stretches of longitude, and the share of each grid cell they give.

A ground track of long duration is uniform in longitude at a given latitude, so the stretch of a parallel
within a country is all that time over the country needs; and a cell's share is the mean of its parallels.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skyhold.data import countries, rings
from skyhold.data.countries import Country, Detail

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Stretches:
    """(N,) stretches of parallels inside a country: which parallel, from west to east in degrees."""

    parallel: Indices
    west_deg: Floats
    east_deg: Floats


@dataclass(frozen=True, eq=False)
class CellShares:
    """(M,) pairs of cell and country, ordered by cell; `share` is the part of the cell in the country.

    Cells count rows from the south and columns from 180 W: `row * columns + column`; `country` points into
    `codes`.
    """

    codes: tuple[str, ...]
    cell: Indices
    country: Indices
    share: Floats


def stretches(one: Country, latitude_deg: Floats) -> Stretches:
    """Stretches of (R,) ascending parallels inside a country, by the even-odd rule.

    An edge owns its lower end and not its upper one, as in `rings.inside`.
    """
    edge = rings.edges(one.polygons)
    first = np.searchsorted(latitude_deg, edge[:, 1], "left")
    count = np.searchsorted(latitude_deg, edge[:, 3], "left") - first
    which = np.repeat(np.arange(len(edge)), count)
    row = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    x0, y0, x1, y1 = edge[which].T
    longitude = x0 + (latitude_deg[row] - y0) * (x1 - x0) / (y1 - y0)
    order = np.lexsort((longitude, row))
    row, longitude = row[order], longitude[order]
    return Stretches(row[::2], longitude[::2], longitude[1::2])


def land_degrees(
    latitude_deg: Floats, detail: Detail = "50m", source: str | Path = countries.DEFAULT_SOURCE
) -> tuple[tuple[str, ...], Floats]:
    """Codes of countries, and (countries, R) degrees of longitude of each parallel inside each."""
    everyone = countries.all_countries(detail, source)
    length = np.empty((len(everyone), len(latitude_deg)))
    for at, one in enumerate(everyone):
        found = stretches(one, latitude_deg)
        spans = found.east_deg - found.west_deg
        length[at] = np.bincount(found.parallel, weights=spans, minlength=len(latitude_deg))
    return tuple(one.iso3 for one in everyone), length


def country_cells(one: Country, step_deg: float, parallels: int = 10) -> tuple[Indices, Floats]:
    """Cells that a country touches, ascending, and the share of each that it covers, from so many parallels
    a row."""
    rows, columns = round(180.0 / step_deg), round(360.0 / step_deg)
    latitude = -90.0 + (np.arange(rows * parallels) + 0.5) * step_deg / parallels
    found = stretches(one, latitude)
    west, east = (found.west_deg + 180.0) / step_deg, (found.east_deg + 180.0) / step_deg
    start = np.clip(np.floor(west), 0, columns - 1).astype(np.int64)
    count = np.clip(np.ceil(east), start + 1, columns).astype(np.int64) - start
    which = np.repeat(np.arange(len(start)), count)
    column = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count) + start[which]
    inside = np.minimum(east[which], column + 1.0) - np.maximum(west[which], column)
    cell, index = np.unique(found.parallel[which] // parallels * columns + column, return_inverse=True)
    share = np.bincount(index, weights=inside / parallels, minlength=len(cell)).astype(np.float64)
    kept = share > 1e-9
    return cell[kept], share[kept]


@lru_cache(maxsize=8)
def cell_shares(
    step_deg: float, detail: Detail = "50m", source: str | Path = countries.DEFAULT_SOURCE
) -> CellShares:
    """The share of every cell of a global grid that lies in each country; the rest of a cell is water."""
    everyone = countries.all_countries(detail, source)
    found = [country_cells(one, step_deg) for one in everyone]
    cell = np.concatenate([cells for cells, _ in found])
    share = np.concatenate([shares for _, shares in found])
    country = np.repeat(np.arange(len(found)), [len(cells) for cells, _ in found])
    order = np.lexsort((country, cell))
    return CellShares(tuple(one.iso3 for one in everyone), cell[order], country[order], share[order])
