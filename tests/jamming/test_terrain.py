import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.jamming.setting import HERE, around, jammer

from skyhold.errors import DataError
from skyhold.geometry.sites import Sites
from skyhold.jamming import terrain
from skyhold.jamming.terrain import HeightGrid

F_HZ = 11.7e9
heights = st.floats(0.5, 100.0)


@pytest.mark.parametrize(("height_m", "km"), [(10, 18.1), (30, 27.6), (3_000, 231), (20_000, 588)])
def test_the_horizon_of_masts_and_aircraft(height_m, km):
    assert terrain.horizon_m(height_m) / 1e3 == pytest.approx(km, rel=2e-3)


def test_a_knife_edge_by_hand():
    v = 20.0 * np.sqrt(2.0 * 10_000.0 / (299_792_458.0 / F_HZ * 500.0 * 9_500.0))
    assert terrain.knife_edge_parameter(20, 500, 9_500, F_HZ) == pytest.approx(v)
    assert terrain.knife_edge_db(0.0, 500, 9_500, F_HZ) == pytest.approx(6.03, abs=0.01)  # grazing: 6 dB
    assert terrain.knife_edge_db(-50.0, 500, 9_500, F_HZ) == 0.0


def test_the_loss_of_the_round_earth_by_hand_far_beyond_the_horizon():
    x = 2.188 * 11_700 ** (1 / 3) * 8_494.667 ** (-2 / 3) * 100.0
    y = 9.575e-3 * 11_700 ** (2 / 3) * 8_494.667 ** (-1 / 3) * np.array([30.0, 1.5])
    high = 17.6 * np.sqrt(y[0] - 1.1) - 5 * np.log10(y[0] - 1.1) - 8
    low = 20 * np.log10(y[1] + 0.1 * y[1] ** 3)
    expected = -(11 + 10 * np.log10(x) - 17.6 * x + high + low)
    assert terrain.smooth_earth_db(100e3, 30.0, 1.5, F_HZ) == pytest.approx(expected, rel=1e-6)


@given(heights, heights, st.floats(100.0, 200e3))
def test_the_round_earth_costs_more_farther_away_and_is_the_same_both_ways(one, other, distance):
    near, far = terrain.smooth_earth_db([distance, 1.05 * distance], one, other, F_HZ)
    assert 0.0 <= near <= far + 1e-9
    assert terrain.smooth_earth_db(distance, other, one, F_HZ) == pytest.approx(near, abs=1e-6)


@given(heights, st.floats(1e3, 200e3))
def test_a_higher_mast_never_loses_more(height, distance):
    low, high = (terrain.smooth_earth_db(distance, h, 1.5, F_HZ) for h in (height, 1.2 * height))
    assert high <= low + 1e-6


def test_the_round_earth_is_continuous_at_the_horizon():
    edge = float(terrain.horizon_m(30.0))
    before, beyond = terrain.smooth_earth_db([edge * 0.9999, edge * 1.0001], 30.0, 1.5, F_HZ)
    assert beyond - before < 0.1


def test_a_ridge_shades_only_what_lies_beyond_it():
    ridge = jammer(obstacle={"height_m": 60.0, "distance_m": 3_000.0}).obstacle
    loss = terrain.ridge_db(ridge, [1_000.0, 2_999.0, 6_000.0, 12_000.0], 10.0, 1.5, F_HZ)
    assert loss[0] == loss[1] == 0.0
    assert (loss[2:] > 20.0).all()


def test_ridge_and_round_earth_are_not_both_counted():
    plain = jammer(clutter_db=3.0)
    ridged = jammer(clutter_db=3.0, obstacle={"height_m": 60.0, "distance_m": 3_000.0})
    start, ends = Sites.from_degrees([HERE[0]], [HERE[1]], 10.0), around(5.0, 15.0, 40.0)
    open_db, behind = (terrain.path_loss_db(one, start, ends, F_HZ) for one in (plain, ridged))
    edge = terrain.ridge_db(ridged.obstacle, terrain.distance_m(start, ends), 10.0, 1.5, F_HZ)
    np.testing.assert_allclose(behind, np.maximum(open_db, edge + 3.0))


def test_distances_along_the_ground():
    start = Sites.from_degrees([HERE[0]], [HERE[1]])
    np.testing.assert_allclose(terrain.distance_m(start, around(1.0, 100.0)), [1e3, 100e3], rtol=5e-3)


def a_ridge_of(height_m):
    """Flat ground round the jammer with a wall from west to east, 5 to 6 km north of it."""
    heights = np.zeros((400, 200))
    grid = HeightGrid(heights, HERE[1] - 0.1, HERE[0] - 0.1, 0.001)
    row = ((HERE[0] + 0.3) - (HERE[0] + 5.5 / 111.3)) / 0.001
    heights[int(row) - 4 : int(row) + 5] = height_m
    return grid


def test_an_elevation_model_shades_like_the_ridge_it_holds():
    start, ends = Sites.from_degrees([HERE[0]], [HERE[1]], 10.0), around(3.0, 12.0)
    near, far = terrain.profile_db(a_ridge_of(80.0), start, 10.0, ends, 1.5, F_HZ)
    edge = terrain.ridge_db(
        jammer(obstacle={"height_m": 80.0, "distance_m": 5_500.0}).obstacle, [12e3], 10.0, 1.5, F_HZ
    )
    assert near == pytest.approx(0.0, abs=2.0)
    assert far == pytest.approx(edge[0], abs=1.0)


def test_flat_ground_of_a_model_is_the_smooth_earth():
    start, ends = Sites.from_degrees([HERE[0]], [HERE[1]], 30.0), around(5.0, 20.0)
    flat = terrain.profile_db(a_ridge_of(0.0), start, 30.0, ends, 1.5, F_HZ)
    smooth = terrain.smooth_earth_db(terrain.distance_m(start, ends), 30.0, 1.5, F_HZ)
    assert (flat >= smooth - 1e-6).all()
    assert (flat <= np.maximum(smooth, 10.0)).all()


def test_heights_are_read_between_the_cells_and_are_nothing_outside(tmp_path):
    path = tmp_path / "dem.asc"
    head = "ncols 3\nnrows 2\nxllcorner 10\nyllcorner 50\ncellsize 1\n"
    path.write_text(head + "0 100 200\n0 100 200\n")
    grid = terrain.read_heights(path)
    got = grid.at(np.radians([50.5, 51.0, 51.0, 40.0]), np.radians([10.5, 11.0, 12.5, 11.0]))
    np.testing.assert_allclose(got, [0.0, 50.0, 200.0, 0.0], atol=1e-9)


def test_heights_that_the_earth_does_not_have(tmp_path):
    path = tmp_path / "dem.asc"
    path.write_text("ncols 2\nnrows 2\nxllcorner 10\nyllcorner 50\ncellsize 1\n0 1\n2 99999\n")
    with pytest.raises(DataError, match="elevation model"):
        terrain.read_heights(path)
    with pytest.raises(DataError, match="is not there"):
        terrain.read_heights(tmp_path / "no.asc")
