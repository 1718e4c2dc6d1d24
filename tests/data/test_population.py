"""The embedded grid, its years and grids made of cells."""

import hashlib
from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.data import population, sources
from skyhold.errors import DataError


def test_the_embedded_file_is_the_one_that_is_listed():
    listed = next(one for one in sources.embedded() if one.name == "population")
    file = resources.files("skyhold.data") / "embedded" / listed.file
    assert hashlib.sha256(file.read_bytes()).hexdigest() == listed.sha256


def test_everybody_of_the_united_nations_has_a_cell():
    known = dict(zip(population.totals().codes, population.totals().in_year(2020), strict=True))
    found = population.grid().by_country()
    assert {c: found[c] for c in known} == pytest.approx(known, rel=2e-3, abs=60)


def test_cells_and_rows_hold_the_same_people():
    grid = population.grid()
    assert grid.cells.sum() == pytest.approx(grid.total)
    assert grid.by_row.sum() == pytest.approx(grid.total)
    assert grid.cells.sum(axis=1) == pytest.approx(grid.by_row.sum(axis=0))
    assert grid.row_area_km2.sum() == pytest.approx(510_065_622, rel=1e-6)  # WGS-84


@pytest.mark.parametrize(
    ("name", "latitude", "longitude", "country"),
    [("Tokyo", 35.68, 139.76, "JPN"), ("Kyiv", 50.45, 30.52, "UKR"), ("Lagos", 6.45, 3.4, "NGA")],
)
def test_large_cities_are_where_they_are(name, latitude, longitude, country):
    grid = population.grid()
    at = grid.cell_at(np.array([latitude]), np.array([longitude + 360.0]))
    here = grid.cell == at
    assert grid.people[here].sum() > 1e6, name
    assert grid.codes[grid.country[here][grid.people[here].argmax()]] == country


def test_nobody_lives_in_the_south_pacific():
    assert population.grid().cells[60:90, 80:180].sum() < 10_000


def test_a_year_scales_each_country():
    old, new = population.grid(1990).by_country(), population.grid().by_country()
    assert sum(old.values()) == pytest.approx(5.33e9, rel=0.01)  # UN
    assert old["NGA"] / new["NGA"] < 0.55
    assert old["UKR"] / new["UKR"] > 1.1


def test_the_same_year_is_the_same_grid():
    assert population.grid(2020) is population.grid().in_year(2020)


@given(st.floats(1950, 2100))
def test_a_year_lies_between_its_neighbours_in_the_table(year):
    table = population.totals()
    low = table.years[np.searchsorted(table.years, year, "right") - 1]
    ends = [table.in_year(low), table.in_year(min(low + 5, 2100))]
    people = table.in_year(year)
    assert np.all(people >= np.minimum(*ends) * (1 - 1e-9))
    assert np.all(people <= np.maximum(*ends) * (1 + 1e-9))


@pytest.mark.parametrize("year", [1949, 2100.5, float("nan")])
def test_a_year_outside_the_table(year):
    with pytest.raises(DataError, match="1950 to 2100"):
        population.grid(year)


def cells(rows: int = 360) -> np.ndarray:
    return np.zeros((rows, 2 * rows))


def test_people_on_land_belong_to_its_country():
    people = cells()
    people[280, 380] = 1000.0  # 50.25 N, 10.25 E
    grid = population.from_cells(people, 2020, "test")
    assert grid.by_country()["DEU"] == pytest.approx(1000.0)


def test_people_of_a_border_cell_are_parted_by_land():
    people = cells()
    people[:, :] = 1.0
    grid = population.from_cells(people, 2020, "test")
    assert grid.total == pytest.approx(people.size)
    assert grid.cells == pytest.approx(people)


def test_people_near_a_shore_go_to_it_and_others_to_nobody():
    people = cells()
    people[278, 345] = 5.0  # 49.25 N, 7.25 W: within 1.5 degrees of Scilly
    people[60, 100] = 7.0  # 60 S in the Pacific
    found = population.from_cells(people, 2020, "test").by_country()
    assert found["GBR"] == 5.0
    assert found[population.NOBODY] == 7.0


@pytest.mark.parametrize(
    ("people", "told"),
    [
        (np.ones((360, 360)), "shape"),
        (np.ones(10), "shape"),
        (np.full((4, 8), np.nan), "no number"),
        (np.full((4, 8), -9999.0), "below zero"),
        (np.zeros((4, 8)), "nobody"),
    ],
)
def test_cells_that_cannot_be_people(people, told):
    with pytest.raises(DataError, match=told):
        population.from_cells(people, 2020, "test")
