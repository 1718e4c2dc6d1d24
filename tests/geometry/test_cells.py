import h3.api.numpy_int as h3
import numpy as np
import pytest

from skyhold.data.countries import Country, country
from skyhold.errors import SkyholdError
from skyhold.geometry.cells import bbox_cells, boundaries, country_cells, globe_cells


def square(west, south, east, north):
    return np.array([[west, south], [east, south], [east, north], [west, north], [west, south]], float)


def test_the_globe_is_every_cell_once():
    cells = globe_cells(2)
    assert len(cells) == 5882
    assert (np.diff(cells.ids.astype(np.int64)) > 0).all()
    assert cells.ids.dtype == np.uint64
    assert len(cells.sites()) == 5882


@pytest.mark.parametrize("code", ["UKR", "RUS", "FJI", "ZAF", "ATA"])
def test_cells_of_a_country_have_their_centres_in_it(code):
    land = country(code)
    cells = country_cells(land, {"UKR": 4, "FJI": 6, "ZAF": 4}.get(code, 2))
    assert len(cells) > 10
    assert land.contains(cells.latitude_deg, cells.longitude_deg).mean() > 0.99
    area = sum(h3.cell_area(int(cell)) for cell in cells.ids)
    assert area == pytest.approx(land.area_km2, rel=0.15)


def test_ukraine_has_the_cells_the_facts_say():
    assert len(country_cells(country("UKR"), 5)) == pytest.approx(2_387, rel=0.05)


def test_a_hole_is_left_out():
    whole = Country("AAA", "whole", ((square(0, 0, 10, 10), ()),))
    pierced = Country("AAA", "pierced", ((square(0, 0, 10, 10), (square(3, 3, 7, 7)[::-1],)),))
    out = country_cells(pierced, 3)
    inside = (np.abs(out.latitude_deg - 5) < 2) & (np.abs(out.longitude_deg - 5) < 2)
    assert not inside.any()
    assert 0.75 < len(out) / len(country_cells(whole, 3)) < 0.92


def test_a_country_too_small_for_a_centre_gets_the_cell_it_touches():
    tiny = Country("AAA", "tiny", ((square(10.001, 50.001, 10.002, 50.002), ()),))
    assert country_cells(tiny, 4).ids.tolist() == [h3.latlng_to_cell(50.0015, 10.0015, 4)]


def test_boxes_join_up_round_the_globe_and_over_the_antimeridian():
    assert len(bbox_cells(-180, -90, 180, 90, 2)) == 5882
    west, east = bbox_cells(170, -20, 180, 0, 3), bbox_cells(-180, -20, -170, 0, 3)
    both = bbox_cells(170, -20, -170, 0, 3)
    assert set(both.ids) == set(west.ids) | set(east.ids)
    assert len(both) == len(west) + len(east) > 100


@pytest.mark.parametrize(
    "box", [(0, 0, 0, 10), (0, 10, 5, 10), (0, 20, 5, 10), (0, 0, 181, 5), (0, -91, 5, 5)]
)
def test_a_box_that_is_none_is_refused(box):
    with pytest.raises(SkyholdError):
        bbox_cells(*box, 3)


def test_more_cells_than_memory_holds_are_refused_before_they_are_made():
    with pytest.raises(SkyholdError, match="lower H3 resolution"):
        globe_cells(9)
    with pytest.raises(SkyholdError):
        globe_cells(16)


def test_outlines_never_jump_across_the_map():
    cells = globe_cells(1)
    for ring, latitude, longitude in zip(
        boundaries(cells.ids), cells.latitude_deg, cells.longitude_deg, strict=True
    ):
        assert (ring[0] == ring[-1]).all()
        turned = np.abs((ring[:, 0] - longitude + 180) % 360 - 180)
        if np.abs(ring[:, 1]).max() < 89.99:
            assert np.abs(np.diff(ring[:, 0])).max() < 180
            assert turned.max() < 90
            assert -270 < ring[:, 0].min() <= ring[:, 0].max() < 270
        else:
            assert ring[:, 0].min() == -180
            assert ring[:, 0].max() == 180
            assert abs(latitude) > 70


def test_two_cells_hold_the_poles():
    assert sum(np.abs(ring[:, 1]).max() == 90 for ring in boundaries(globe_cells(1).ids)) == 2


@pytest.mark.parametrize("box", [(-180, -90, -90, -60), (0, 60, 90, 90), (-180, -90, 180, -63.226)])
def test_wide_boxes_round_a_pole_hold_the_cells_of_the_globe(box):
    west, south, east, north = box
    globe = globe_cells(4)
    inside = (globe.latitude_deg >= south) & (globe.latitude_deg <= north)
    inside &= (globe.longitude_deg >= west) & (globe.longitude_deg <= east)
    np.testing.assert_array_equal(bbox_cells(*box, 4).ids, globe.ids[inside])


def test_antarctica_has_cells():
    assert len(country_cells(country("ATA"), 4)) > 5000


def test_a_box_too_small_for_a_centre_gets_the_cell_it_touches():
    assert len(bbox_cells(30.0, 50.0, 30.001, 50.001, 5)) == 1
