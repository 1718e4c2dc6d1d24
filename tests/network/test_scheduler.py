import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.network.sky import CITIES, START, elevations, positions

from skyhold.geometry.visibility import Candidates
from skyhold.network.policies import (
    Context,
    HighestElevation,
    LeastLoaded,
    LongestRemaining,
    Random,
    from_spec,
)
from skyhold.network.scheduler import Schedule, State, assign, handovers_per_hour
from skyhold.nouns.service import Scheduler
from skyhold.times import Instants

MASK = np.radians(25.0)


def candidates(satellite, elevation_deg=None):
    """Candidates from a table of satellites (T, U, K), -1 pads, highest first unless elevations are given."""
    satellite = np.asarray(satellite, np.int32)
    if elevation_deg is None:
        elevation_deg = np.broadcast_to(80.0 - 5.0 * np.arange(satellite.shape[2]), satellite.shape)
    counts = (satellite >= 0).sum(axis=2).astype(np.uint16)
    elevation = np.radians(np.asarray(elevation_deg, np.float32)).astype(np.float32)
    return Candidates(satellite, elevation, np.full(satellite.shape, 6e5, np.float32), counts, counts, counts)


def context(slots, satellites=16, weight=None, **more):
    sites = CITIES.take([0])
    return Context(Instants.every(START, 15.0, slots), sites, MASK, satellites, weight, **more)


def serve(table, policy, elevation_deg=None, weight=None):
    found = candidates(table, elevation_deg)
    slots, terminals = found.satellite.shape[:2]
    schedule, _ = assign(found, policy, context(slots, weight=weight), State.initial(terminals))
    return schedule


def random_candidates(seed, slots=40, terminals=5, depth=6, satellites=16):
    rng = np.random.default_rng(seed)
    table = np.argsort(rng.random((slots, terminals, satellites)), axis=2)[:, :, :depth].astype(np.int32)
    count = rng.integers(0, depth + 1, (slots, terminals))
    table[np.arange(depth) >= count[..., None]] = -1
    elevation = -np.sort(-rng.uniform(25, 90, table.shape), axis=2)
    return candidates(table, elevation)


POLICIES = [
    HighestElevation(),
    HighestElevation(5.0),
    LeastLoaded(),
    LeastLoaded(2.0),
    Random(),
    Random(0.3, seed=7),
]


def test_highest_elevation_takes_the_first_candidate():
    schedule = serve([[[3, 1, 2]], [[1, 3, -1]], [[-1, -1, -1]]], HighestElevation())
    assert schedule.serving[:, 0].tolist() == [3, 1, -1]
    assert schedule.rank[:, 0].tolist() == [0, 0, -1]
    assert schedule.serving.dtype == np.int32
    assert schedule.rank.dtype == np.int8


def test_hysteresis_keeps_the_satellite_until_a_challenger_is_better_by_the_margin():
    table = [[[3, 1]], [[1, 3]], [[1, 3]]]
    height = [[[60.0, 40.0]], [[54.0, 50.0]], [[58.0, 50.0]]]
    assert serve(table, HighestElevation(5.0), height).serving[:, 0].tolist() == [3, 3, 1]
    assert serve(table, HighestElevation(0.0), height).serving[:, 0].tolist() == [3, 1, 1]
    assert serve(table, HighestElevation(90.0), height).serving[:, 0].tolist() == [3, 3, 3]


def test_a_satellite_that_is_no_longer_usable_is_left_whatever_the_margin():
    assert serve([[[3, 1]], [[1, 2]]], HighestElevation(90.0)).serving[:, 0].tolist() == [3, 1]


def test_a_handover_is_a_change_between_two_served_slots_that_follow():
    schedule = serve([[[3]], [[3]], [[1]], [[-1]], [[2]], [[2]], [[3]]], HighestElevation())
    assert schedule.handover[:, 0].tolist() == [False, False, True, False, False, False, True]
    rate = handovers_per_hour(schedule.handover, schedule.serving, 15.0)
    assert rate[0] == pytest.approx(2 / (6 * 15 / 3600))
    nobody = np.full((3, 1), -1)
    assert np.isnan(handovers_per_hour(np.zeros((3, 1), bool), nobody, 15.0)).all()


def test_least_loaded_spreads_by_weight():
    table = [[[0, 1], [0, 1], [0, 1], [0, 1]]]
    assert serve(table, LeastLoaded()).serving[0].tolist() == [0, 1, 0, 1]
    heavy = serve(table, LeastLoaded(), weight=np.array([3.0, 1.0, 1.0, 1.0]))
    assert heavy.serving[0].tolist() == [0, 1, 1, 1]


def test_random_is_even_and_differs_by_seed():
    table = np.tile(np.arange(5), (4000, 1, 1))
    served = serve(table, Random(seed=3)).serving[:, 0]
    share = np.bincount(served, minlength=5) / len(served)
    assert np.abs(share - 0.2).max() < 5 * np.sqrt(0.16 / len(served))
    assert (serve(table, Random(seed=4)).serving[:, 0] != served).mean() > 0.7


@pytest.mark.parametrize("policy", POLICIES, ids=repr)
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), cut=st.integers(1, 39))
def test_blocks_do_not_change_the_schedule(policy, seed, cut):
    found = random_candidates(seed)
    whole, last = assign(found, policy, context(40), State.initial(5))
    first, state = assign(part(found, 0, cut), policy, clipped(0, cut), State.initial(5))
    second, end = assign(part(found, cut, 40), policy, clipped(cut, 40), state)
    for name in ("serving", "rank", "handover"):
        joined = np.concatenate([getattr(first, name), getattr(second, name)])
        np.testing.assert_array_equal(getattr(whole, name), joined)
    np.testing.assert_array_equal(last.serving, end.serving)


@pytest.mark.parametrize("policy", POLICIES, ids=repr)
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_laws_of_any_policy(policy, seed):
    found = random_candidates(seed)
    schedule, state = assign(found, policy, context(40), State.initial(5))
    served = schedule.serving >= 0
    np.testing.assert_array_equal(served, found.usable > 0)
    at = np.take_along_axis(found.satellite, np.maximum(schedule.rank, 0)[..., None].astype(int), 2)[..., 0]
    np.testing.assert_array_equal(at[served], schedule.serving[served])
    before = np.vstack([np.full((1, 5), -1), schedule.serving[:-1]])
    np.testing.assert_array_equal(schedule.handover, served & (before >= 0) & (before != schedule.serving))
    np.testing.assert_array_equal(state.serving, schedule.serving[-1])


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), margin=st.floats(0, 40))
def test_hysteresis_against_a_plain_loop(seed, margin):
    found = random_candidates(seed)
    schedule, _ = assign(found, HighestElevation(margin), context(40), State.initial(5))
    np.testing.assert_array_equal(schedule.serving, plain_highest(found, margin).serving)


def plain_highest(found, margin):
    """The rule in plain Python: keep the satellite unless the highest is better by more than the margin."""
    slots, terminals, _ = found.satellite.shape
    serving = np.full((slots, terminals), -1, np.int32)
    for u in range(terminals):
        present = -1
        for t in range(slots):
            height = {
                int(s): float(np.float32(np.degrees(e)))
                for s, e in zip(found.satellite[t, u], found.elevation_rad[t, u], strict=True)
                if s >= 0
            }
            best = max(height, key=height.get, default=-1)
            keep = present in height and height[best] <= height[present] + margin
            present = present if keep else best
            serving[t, u] = present
    return Schedule(serving, serving, serving)


def part(found, first, last):
    return Candidates(*(getattr(found, name)[first:last] for name in found.__dataclass_fields__))


def clipped(first, last):
    whole = context(40)
    return Context(whole.instants.block(first, last), whole.sites, MASK, whole.satellites)


def test_longest_remaining_against_stepping_the_orbit():
    policy = LongestRemaining()
    now, later = Instants(START, np.array([0.0])), Instants(START, np.array([15.0]))
    xyz, ahead = positions(now), positions(later)
    high = elevations(xyz, CITIES)[0]
    listed = [np.flatnonzero(row >= MASK) for row in high]
    depth = max(len(row) for row in listed)
    table = np.array([np.pad(row, (0, depth - len(row)), constant_values=-1) for row in listed])[None]
    found = candidates(table)
    given = Context(now, CITIES, MASK, xyz.shape[1], xyz=xyz, ahead=ahead)
    score = policy.scores(found, given)
    steps = Instants.every(START, 1.0, 900)
    above = elevations(positions(steps), CITIES) >= MASK
    assert depth >= 3
    for u, row in enumerate(listed):
        for k, s in enumerate(row):
            stepped = int(np.argmin(above[:, u, s]))
            assert score[0, u, k] == pytest.approx(stepped, abs=3.0)


def test_longest_remaining_says_what_it_needs():
    with pytest.raises(ValueError, match="positions now and ahead"):
        LongestRemaining().scores(candidates([[[1]]]), context(1))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("highest-elevation", HighestElevation),
        ("longest-remaining", LongestRemaining),
        ("least-loaded", LeastLoaded),
        ("random", Random),
    ],
)
def test_policy_of_a_scenario(name, kind):
    policy = from_spec(Scheduler(policy=name, hysteresis=4.0, seed=9))
    assert type(policy) is kind
    assert policy.hysteresis == 4.0
    assert getattr(policy, "seed", 9) == 9
