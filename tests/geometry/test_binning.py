import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.geometry.fleets import fly, shell

from skyhold.errors import SkyholdError
from skyhold.geometry.binning import BinnedGround
from skyhold.geometry.look import look_angles
from skyhold.geometry.sites import Sites

DEG = np.pi / 180


def spiral(count):
    i = np.arange(count) + 0.5
    return np.degrees(np.arcsin(1 - 2 * i / count)), (137.50776 * i + 180.0) % 360.0 - 180.0


def agrees(ground, sites, xyz, least):
    elevation = look_angles(sites, xyz).elevation_rad
    satellite, height = ground.best(xyz)
    top = elevation.max(axis=2)
    clear = np.abs(top - least) > 2e-5
    assert ((satellite >= 0) == (top >= least))[clear].all()
    seen = satellite >= 0
    assert np.abs(height - top)[seen].max(initial=0) < 4e-4  # the zenith, where sin^2 is flat
    low = seen & (top < 80 * DEG)
    assert np.abs(height - top)[low].max(initial=0) < 1e-5
    t, u = np.nonzero(seen)
    own = elevation[t, u, satellite[t, u]]
    assert np.abs(own - top[t, u]).max(initial=0) < 4e-4
    unsure = (np.abs(elevation - least) < 2e-5).sum(axis=2)
    assert (np.abs(ground.count(xyz).astype(int) - (elevation >= least).sum(axis=2)) <= unsure).all()


@pytest.mark.parametrize("satellites", [1, 200_000])
def test_the_globe_as_brute_force_has_it_in_one_pass_or_several(satellites):
    sites = Sites.from_degrees(*spiral(3000), 200.0)
    orbits = np.concatenate([shell(550, 53, 30, 22), shell(570, 97.6, 10, 30)], axis=1)
    xyz = fly(orbits, [0.0, 900.0])
    least = 25 * DEG
    ground = BinnedGround(sites, least, 6_890e3, 6_960e3, satellites=satellites)
    assert (len(ground.floors) > 1) == (satellites > 1)
    agrees(ground, sites, xyz, least)


@settings(max_examples=20)
@given(
    st.integers(0, 2**32 - 1), st.integers(1, 700), st.floats(0, 70), st.floats(300, 36_000), st.floats(3, 20)
)
def test_any_scatter_of_points_and_orbits(seed, count, least, altitude, band):
    rng = np.random.default_rng(seed)
    latitude = np.append(np.degrees(np.arcsin(rng.uniform(-1, 1, count))), [90.0, -90.0])
    sites = Sites.from_degrees(latitude, np.append(rng.uniform(-180, 180, count), [0.0, 180.0]))
    xyz = fly(shell(altitude, rng.uniform(0, 180), 12, 12), [rng.uniform(0, 1e5)])
    radius = 6_378_137.0 + altitude * 1e3
    ground = BinnedGround(sites, least * DEG, radius, radius, satellites=50_000, band_rad=band * DEG)
    agrees(ground, sites, xyz, least * DEG)


def test_only_satellites_with_a_gateway_count():
    sites = Sites.from_degrees(*spiral(500))
    xyz = fly(shell(), [0.0, 15.0])
    rng = np.random.default_rng(1)
    alive = rng.random(xyz.shape[:2]) < 0.4
    ground = BinnedGround.fitted(sites, 25 * DEG, xyz)
    exact = ((look_angles(sites, xyz).elevation_rad >= 25 * DEG) & alive[:, None, :]).sum(axis=2)
    assert np.abs(ground.count_usable(xyz, alive).astype(int) - exact).sum() <= 2
    assert (ground.count_usable(xyz, alive & False) == 0).all()


def test_a_satellite_above_the_tables_is_an_error_and_one_without_position_is_not_seen():
    sites = Sites.from_degrees(*spiral(200))
    xyz = fly(shell(), [0.0]).copy()
    ground = BinnedGround.fitted(sites, 25 * DEG, xyz)
    with pytest.raises(SkyholdError, match="highest_m"):
        ground.best(xyz * np.float32(1.2))
    with pytest.raises(SkyholdError, match="highest_m"):
        ground.count(xyz * np.float32(1.2))
    xyz[:, 7] = np.nan
    assert not (ground.best(xyz)[0] == 7).any()


def test_the_answer_may_be_written_over():
    sites = Sites.from_degrees(*spiral(200))
    xyz = fly(shell(), [0.0, 60.0])
    ground = BinnedGround.fitted(sites, 25 * DEG, xyz)
    fresh = ground.best(xyz)
    reused = ground.best(xyz, (np.full_like(fresh[0], 99), np.full_like(fresh[1], 99)))
    assert (fresh[0] == reused[0]).all()
    assert (fresh[1] == reused[1]).all()
