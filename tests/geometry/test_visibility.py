from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.geometry.fleets import fly, shell

from skyhold.errors import SkyholdError
from skyhold.geometry import masks
from skyhold.geometry.look import look_angles
from skyhold.geometry.masks import SkyMask
from skyhold.geometry.sites import Sites
from skyhold.geometry.visibility import look_up

DEG = np.pi / 180


def plainly(xyz, sites, mask, cost, pops):
    """In view, allowed, usable (T, U, S) by the exact tests, and the look angles."""
    look = look_angles(sites, xyz)
    view = look.elevation_rad >= mask.min_elevation_rad
    latitude = sites.latitude_rad[None, :, None]
    allowed = masks.allowed(mask, latitude, look.azimuth_rad, look.elevation_rad)
    return look, view, allowed, allowed & np.isfinite(cost[:, pops])


def agrees(xyz, sites, mask, cost, pops, depth=64):
    look, view, allowed, usable = plainly(xyz, sites, mask, cost, pops)
    found = look_up(xyz, sites, mask, cost, depth, pop_index=pops)
    edge = np.abs(look.elevation_rad - mask.min_elevation_rad) < 1e-5
    if mask.gso_exclusion_rad:
        angle = masks.gso_angle(sites.latitude_rad[None, :, None], look.azimuth_rad, look.elevation_rad)
        edge |= view & (np.abs(angle - mask.gso_exclusion_rad) < 0.05 * DEG)
    if mask.field_of_view_rad:
        angle = masks.boresight_angle(mask, look.azimuth_rad, look.elevation_rad)
        edge |= view & (np.abs(angle - mask.field_of_view_rad / 2) < 1e-5)
    unsure = edge.sum(axis=2)
    for exact, counted in ((view, found.in_view), (allowed, found.allowed), (usable, found.usable)):
        assert (np.abs(exact.sum(axis=2) - counted.astype(int)) <= unsure).all()
    t, u, k = np.nonzero(found.satellite >= 0)
    s = found.satellite[t, u, k]
    assert (usable | edge)[t, u, s].all()
    assert np.abs(found.elevation_rad[t, u, k] - look.elevation_rad[t, u, s]).max(initial=0) < 2e-6
    exact = look.range_m[t, u, s]
    assert (np.abs(found.range_m[t, u, k] - exact) <= 1.0 + 3e-7 * exact).all()
    assert (np.diff(found.elevation_rad, axis=2) <= 0).all()
    assert ((found.satellite >= 0).sum(axis=2) == np.minimum(found.usable, depth)).all()
    return found


@pytest.mark.parametrize(
    "mask",
    [
        SkyMask(),
        SkyMask(25 * DEG, 22 * DEG),
        SkyMask(40 * DEG, 18 * DEG, 100 * DEG, 20 * DEG, 0.3),
        SkyMask(0.0, 10 * DEG, 120 * DEG, 30 * DEG, 2.0),
    ],
)
def test_a_region_as_brute_force_has_it(mask):
    rng = np.random.default_rng(4)
    sites = Sites.from_degrees(rng.uniform(44, 52, 60), rng.uniform(22, 40, 60), rng.uniform(0, 900, 60))
    xyz = fly(shell(), np.arange(3) * 700.0)
    cost = np.where(rng.random((3, 2, xyz.shape[1])) < 0.6, np.float32(0.01), np.float32(np.inf))
    found = agrees(xyz, sites, mask, cost, rng.integers(0, 2, 60))
    assert found.usable.sum() > 0
    assert (found.usable <= found.allowed).all()
    assert (found.allowed <= found.in_view).all()


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(1, 80), st.floats(0, 80), st.floats(300, 36_000))
def test_sites_anywhere_poles_and_antimeridian_too(seed, count, least, altitude):
    rng = np.random.default_rng(seed)
    latitude = np.append(np.degrees(np.arcsin(rng.uniform(-1, 1, count))), [90.0, -90.0])
    sites = Sites.from_degrees(latitude, np.append(rng.uniform(-180, 180, count), [0.0, 180.0]))
    xyz = fly(shell(altitude, 97.0, 10, 20), [0.0, 3000.0])
    cost = np.zeros((2, 1, xyz.shape[1]), np.float32)
    agrees(xyz, sites, SkyMask(least * DEG), cost, np.zeros(count + 2, int), depth=200)


def test_when_more_are_usable_than_listed_the_highest_are_kept_and_the_counts_stay_exact():
    sites = Sites.from_degrees([50.0], [30.0])
    xyz = fly(shell(planes=72, per_plane=22), [0.0])
    deep, shallow = look_up(xyz, sites, SkyMask(), depth=40), look_up(xyz, sites, SkyMask(), depth=5)
    assert shallow.overflowed
    assert not deep.overflowed
    assert (shallow.satellite == deep.satellite[:, :, :5]).all()
    assert shallow.usable == deep.usable > 5


def test_threads_and_blocks_give_the_same_answer():
    rng = np.random.default_rng(5)
    sites = Sites.from_degrees(rng.uniform(44, 52, 100), rng.uniform(22, 40, 100))
    xyz = fly(shell(), np.arange(12) * 15.0)
    whole = look_up(xyz, sites, SkyMask(25 * DEG, 22 * DEG))
    with ThreadPoolExecutor(2) as pool:
        parts = list(
            pool.map(lambda a: look_up(xyz[a : a + 3], sites, SkyMask(25 * DEG, 22 * DEG)), range(0, 12, 3))
        )
    assert (np.concatenate([p.satellite for p in parts]) == whole.satellite).all()
    assert (np.concatenate([p.elevation_rad for p in parts]) == whole.elevation_rad).all()


def test_a_satellite_without_a_position_is_never_seen():
    sites = Sites.from_degrees([50.0, -30.0], [30.0, 10.0])
    xyz = fly(shell(), [0.0, 15.0]).copy()
    before = look_up(xyz, sites, SkyMask())
    lost = before.satellite[0, 0, 0]
    xyz[:, lost] = np.nan
    after = look_up(xyz, sites, SkyMask())
    assert not (after.satellite == lost).any()
    assert after.in_view[0, 0] == before.in_view[0, 0] - 1


def test_nothing_to_see_and_nobody_to_see_it():
    xyz = fly(shell(), [0.0])
    assert look_up(xyz, Sites.from_degrees([], []), SkyMask()).satellite.shape == (1, 0, 32)
    assert (look_up(xyz[:, :0], Sites.from_degrees([1.0], [1.0]), SkyMask()).in_view == 0).all()
    dead = np.full(xyz.shape[:2], np.inf, np.float32)
    found = look_up(xyz, Sites.from_degrees([50.0], [1.0]), SkyMask(), dead)
    assert found.usable.item() == 0 < found.in_view.item()


def test_many_satellites_need_a_wider_index():
    xyz = np.repeat(fly(shell(), [0.0]), 70, axis=1)
    found = look_up(xyz, Sites.from_degrees([50.0], [30.0]), SkyMask(), depth=600)
    assert found.satellite.dtype == np.int32
    assert found.satellite.max() > 32_767


@pytest.mark.parametrize("pops", [np.array([0, 2]), np.array([0])])
def test_costs_that_do_not_fit_are_refused(pops):
    xyz = fly(shell(), [0.0])
    cost = np.zeros((1, 2, xyz.shape[1]), np.float32)
    with pytest.raises(SkyholdError):
        look_up(xyz, Sites.from_degrees([1.0, 2.0], [1.0, 2.0]), SkyMask(), cost, pop_index=pops)
