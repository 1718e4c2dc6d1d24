from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.mobility.sky import GSO_MASK, SLOTS, moving, point, still, surroundings

from skyhold.geometry.look import look_angles
from skyhold.geometry.masks import SkyMask, allowed
from skyhold.geometry.sites import Sites
from skyhold.geometry.visibility import look_up
from skyhold.mobility.attitude import Mount
from skyhold.mobility.outages import Stop, outages, stops
from skyhold.mobility.sky import look_along
from skyhold.mobility.tracks import positions
from skyhold.nouns.mobility import Obstruction

FEW = SLOTS.block(0, 40)
WIDE = Mount(np.radians(90.0))
PLACE = st.tuples(st.floats(-60, 60), st.floats(-180, 180))


def sky_of(it, mask=GSO_MASK, slots=FEW, cost=None, lowest=None):
    xyz = surroundings().fleet.positions(slots)
    free = np.zeros(xyz.shape[:2], np.float32) if cost is None else cost
    return look_along(xyz, positions(it, slots), mask, Mount.of(it), free, lowest)


@settings(max_examples=25)
@given(PLACE, st.sampled_from([0.0, 18.0, 22.0]), st.floats(40, 180), st.sampled_from([0.0, 25.0, 40.0]))
def test_who_stands_still_sees_what_a_fixed_terminal_sees(place, exclusion, view, lowest):
    mask = SkyMask(np.radians(lowest), np.radians(exclusion), np.radians(view))
    xyz = surroundings().fleet.positions(FEW)
    cost = np.where(np.arange(xyz.shape[1]) % 3, 0.0, np.inf).astype(np.float32) * np.ones(
        (len(FEW), 1), np.float32
    )
    cost = np.where(np.isnan(cost), np.float32(0.0), cost)
    mine = sky_of(still(*place, field_of_view_deg=view), mask, cost=cost).candidates
    fixed = look_up(xyz, Sites.from_degrees(*([v] for v in place)), mask, cost, depth=48)
    for name in fixed.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(mine, name), getattr(fixed, name), err_msg=name)


def test_along_a_track_against_exact_angles():
    it = moving(point(0, 46, 32, 10e3), point(1, 52, 36, 10e3), kind="aircraft", field_of_view_deg=90.0)
    xyz = surroundings().fleet.positions(FEW, np.float64)
    track, found = positions(it, FEW), sky_of(it)
    for t in range(0, len(FEW), 7):
        here = track.sites.take([t])
        look = look_angles(here, xyz[t : t + 1])
        azimuth, elevation = look.azimuth_rad[0, 0], look.elevation_rad[0, 0]
        mask = replace(GSO_MASK, field_of_view_rad=np.radians(90.0))
        may = np.flatnonzero(allowed(mask, here.latitude_rad[0], azimuth, elevation))
        listed = found.candidates.satellite[t, 0]
        listed = listed[listed >= 0]
        assert set(listed) == set(may)
        count = len(listed)
        np.testing.assert_allclose(found.azimuth_rad[t, :count], azimuth[listed], atol=1e-5)
        np.testing.assert_allclose(found.candidates.elevation_rad[t, 0, :count], elevation[listed], atol=3e-6)
        np.testing.assert_allclose(found.scan_rad[t, :count], np.pi / 2 - elevation[listed], atol=1e-3)


@settings(max_examples=15)
@given(PLACE, st.floats(0, 40), st.floats(0, 40))
def test_more_roll_never_helps(place, one, more):
    steady, rolling = (sky_of(still(*place, roll_deg=r)) for r in (one, min(45.0, one + more)))
    assert (rolling.in_cone <= steady.in_cone).all()
    assert (rolling.candidates.usable <= steady.candidates.usable).all()
    np.testing.assert_array_equal(rolling.level, steady.level)


def test_counts_fall_from_test_to_test():
    hidden = (Obstruction(from_deg=0, to_deg=180, up_to_deg=60),)
    cost = np.where(np.arange(len(surroundings().fleet)) % 2, np.float32(0), np.float32(np.inf))
    found = sky_of(still(47, 32, obstructions=hidden), cost=np.tile(cost, (len(FEW), 1)))
    seen = found.candidates
    chain = [seen.in_view[:, 0], found.in_cone, found.clear, seen.allowed[:, 0], seen.usable[:, 0]]
    for before, after in pairwise(chain):
        assert (after <= before).all()
        assert (after < before).any()


def test_a_mast_hides_its_own_side_and_turns_with_the_ship():
    mast = (Obstruction(from_deg=-90, to_deg=90, up_to_deg=90),)
    north, south = (
        sky_of(moving(*ends, kind="ship", obstructions=mast), SkyMask())
        for ends in ((point(0, 44, 31), point(1, 44.1, 31)), (point(0, 44.1, 31), point(1, 44, 31)))
    )
    listed = north.candidates.satellite[:, 0] >= 0
    assert (np.cos(north.azimuth_rad[listed]) < 1e-3).all()
    listed = south.candidates.satellite[:, 0] >= 0
    assert (np.cos(south.azimuth_rad[listed]) > -1e-3).all()


def test_an_aircraft_sees_satellites_below_the_horizontal():
    high = sky_of(still(50, 30, 12_000.0, field_of_view_deg=180.0), SkyMask(0.0))
    low = sky_of(still(50, 30, 12_000.0, field_of_view_deg=180.0), SkyMask(0.0), lowest=np.radians(-10.0))
    assert (low.candidates.in_view >= high.candidates.in_view).all()
    assert low.candidates.in_view.sum() > high.candidates.in_view.sum()


def test_a_fleet_of_none():
    empty = np.zeros((len(FEW), 0, 3), np.float32)
    found = look_along(
        empty, positions(still(50, 30), FEW), GSO_MASK, WIDE, np.zeros((len(FEW), 0), np.float32)
    )
    assert found.candidates.in_view.sum() == 0
    assert (stops(found, np.zeros(len(FEW), bool)) == Stop.NO_SATELLITE).all()


@pytest.mark.parametrize(
    ("more", "mask", "stop"),
    [
        ({"roll_deg": 45.0, "field_of_view_deg": 80.0}, SkyMask(), Stop.LEANING),
        ({"field_of_view_deg": 2.0}, SkyMask(), Stop.OUTSIDE_CONE),
        ({"obstructions": (Obstruction(from_deg=0, to_deg=360, up_to_deg=90),)}, SkyMask(), Stop.HIDDEN),
        ({}, SkyMask(gso_exclusion_rad=np.radians(80.0)), Stop.GSO_ARC),
        ({}, SkyMask(np.radians(89.9)), Stop.NO_SATELLITE),
    ],
)
def test_why_nobody_serves(more, mask, stop):
    found = sky_of(still(5, 31, **more), mask)
    assert (stops(found, np.zeros(len(FEW), bool)) == stop).mean() > 0.7


def test_no_gateway_and_too_fast():
    none = np.full((len(FEW), len(surroundings().fleet)), np.inf, np.float32)
    found = sky_of(still(48, 31), cost=none)
    assert (stops(found, np.zeros(len(FEW), bool)) == Stop.NO_GATEWAY).all()
    assert (stops(found, np.ones(len(FEW), bool)) == Stop.TOO_FAST).all()


def test_spans_without_service():
    served, lost, weak = (int(s) for s in (Stop.SERVED, Stop.NO_GATEWAY, Stop.WEAK))
    spans = outages(np.array([lost, served, weak, lost, lost, served], np.int8))
    assert [(s.first, s.last, s.slots, s.stop) for s in spans] == [
        (0, 0, 1, Stop.NO_GATEWAY),
        (2, 4, 3, Stop.NO_GATEWAY),
    ]
    assert outages(np.zeros(4, np.int8)) == ()
    letters = [stop.letter for stop in Stop]
    assert len(set(letters)) == len(letters)
    assert all(stop.words for stop in Stop)
