import numpy as np
import pytest
from tests.demand.towns import CELLS

from skyhold.data import population
from skyhold.data.cities import cities
from skyhold.data.countries import country
from skyhold.demand.areas import distance_km
from skyhold.demand.people import cell_people, settle, unserved
from skyhold.errors import DataError
from skyhold.geometry.cells import bbox_cells, country_cells, globe_cells

MOLDOVA = country_cells(country("MDA"), 5)


@pytest.mark.parametrize(("code", "resolution"), [("MDA", 5), ("MDA", 6), ("UKR", 4), ("FJI", 5), ("MLT", 4)])
def test_a_country_keeps_its_people_exactly(code, resolution):
    ours = cell_people(country_cells(country(code), resolution), 2022.0, code)
    assert ours.sum() == pytest.approx(population.grid(2022).by_country()[code], rel=1e-12)
    assert ours.min() >= 0.0


@pytest.mark.parametrize("resolution", [0, 1, 3])
def test_the_globe_keeps_everybody(resolution):
    total = population.grid(2020).total
    assert cell_people(globe_cells(resolution), 2020.0).sum() == pytest.approx(total, rel=1e-12)


def test_a_box_has_the_people_of_the_box():
    """Two halves of a box have what the whole has, and about what the squares of the grid in it have."""
    west, east = bbox_cells(28.0, 48.0, 30.0, 50.0, 5), bbox_cells(30.0, 48.0, 32.0, 50.0, 5)
    whole = cell_people(CELLS, 2020.0).sum()
    assert cell_people(west, 2020.0).sum() + cell_people(east, 2020.0).sum() == pytest.approx(whole, rel=1e-9)
    grid = population.grid(2020)
    squares = grid.cells[((48 + 90) * 2) : ((50 + 90) * 2), ((28 + 180) * 2) : ((32 + 180) * 2)].sum()
    assert whole == pytest.approx(squares, rel=0.05)


def test_a_box_over_the_antimeridian_is_one():
    fiji = bbox_cells(176.0, -20.0, -178.0, -15.0, 4)
    assert cell_people(fiji, 2020.0).sum() > 0.9 * population.grid(2020).by_country()["FJI"]


def test_people_live_in_the_cities():
    ours = cell_people(MOLDOVA, 2022.0, "MDA")
    capital = cities("MDA", 1)[0]
    near = distance_km(
        capital.latitude_deg, capital.longitude_deg, MOLDOVA.latitude_deg, MOLDOVA.longitude_deg
    )
    assert ours[near < 15.0].sum() > 0.75 * capital.population
    assert near[ours.argmax()] < 15.0


def test_squares_of_the_grid_keep_their_people():
    """Cells far inside a square are of that square only: sums differ by the cells across its edges."""
    grid = population.grid(2022)
    ours = cell_people(MOLDOVA, 2022.0, "MDA")
    of = grid.country == grid.codes.index("MDA")
    theirs = np.bincount(grid.cell[of], weights=grid.people[of], minlength=grid.rows * grid.columns)
    at = grid.cell_at(MOLDOVA.latitude_deg, MOLDOVA.longitude_deg)
    moved = np.abs(np.bincount(at, weights=ours, minlength=len(theirs)) - theirs).sum() / 2.0
    assert moved < 0.25 * theirs.sum()


def test_settlements_are_kept_for_the_same_cells():
    assert settle(MOLDOVA, 2022.0, "MDA") is settle(MOLDOVA, 2022.0, "MDA")


def test_pairs_of_cell_and_country():
    settled = settle(CELLS, 2020.0)
    codes = {settled.codes[i] for i in np.unique(settled.country)}
    assert {"UKR", "MDA"} <= codes
    assert (settled.urban <= settled.people + 1e-9).all()
    assert settled.by_cell(settled.people).sum() == pytest.approx(settled.by_country(settled.people).sum())


def test_the_same_share_everywhere():
    assert unserved(np.array([100.0, 0.0]), 75.0).tolist() == [25.0, 0.0]


def test_unknown_country_and_year_are_errors():
    with pytest.raises(DataError, match="nobody of 'ATA'"):
        cell_people(MOLDOVA, 2022.0, "ATA")
    with pytest.raises(DataError, match="1950 to 2100"):
        cell_people(MOLDOVA, 1900.0, "MDA")
