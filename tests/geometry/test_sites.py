import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.errors import SkyholdError
from skyhold.geometry.sites import TILE_SITES, Sites, bounding_cap, concatenate


def test_up_is_the_wgs84_normal_and_the_triad_is_right_handed():
    sites = Sites.from_degrees([0.0, 50.45, -90.0], [0.0, 30.52, 12.0], [0.0, 179.0, 2835.0])
    east, north, up = np.moveaxis(sites.enu, 1, 0)
    assert np.allclose(np.cross(east, north), up, atol=1e-15)
    lat, lon = sites.latitude_rad, sites.longitude_rad
    assert np.allclose(up, np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], -1))
    assert sites.ecef[0] == pytest.approx([6_378_137.0, 0, 0])
    assert sites.ecef[2, 2] == pytest.approx(-6_356_752.314 - 2835.0, abs=1e-3)


@given(st.integers(0, 300), st.integers(0, 2**32 - 1))
def test_every_site_is_in_one_tile_and_inside_its_cap(count, seed):
    rng = np.random.default_rng(seed)
    spread = rng.choice([0.01, 5.0, 90.0])
    sites = Sites.from_degrees(
        rng.uniform(-spread, spread, count), rng.uniform(-2 * spread, 2 * spread, count)
    )
    tiles = sites.tiles
    assert sorted(tiles.order) == list(range(count))
    sizes = np.diff(tiles.first)
    assert (sizes <= TILE_SITES).all()
    assert sizes.sum() == count
    unit = sites.ecef / np.linalg.norm(sites.ecef, axis=1, keepdims=True)
    for k, (a, b) in enumerate(zip(tiles.first[:-1], tiles.first[1:], strict=True)):
        away = np.linalg.norm(unit[tiles.order[a:b]] - tiles.axis[k], axis=1)
        assert (away <= 2 * np.sin(min(tiles.radius_rad[k], np.pi) / 2) + 1e-12).all()


def test_a_cap_of_antipodes_is_the_whole_sphere():
    assert bounding_cap(np.array([[1.0, 0, 0], [-1.0, 0, 0]]))[1] == np.pi


def test_concatenate_and_take_keep_the_order():
    both = concatenate(Sites.from_degrees([1.0, 2.0], [3.0, 4.0]), Sites.from_degrees([5.0], [6.0], [7.0]))
    assert np.degrees(both.take([2, 0]).latitude_rad) == pytest.approx([5.0, 1.0])
    assert both.altitude_m.tolist() == [0.0, 0.0, 7.0]


@pytest.mark.parametrize("latitude", [91.0, float("nan")])
def test_a_site_off_the_globe_is_refused(latitude):
    with pytest.raises(SkyholdError):
        Sites.from_degrees([latitude], [0.0])
