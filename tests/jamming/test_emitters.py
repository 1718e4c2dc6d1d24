import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.jamming.setting import START, jammer, moments

from skyhold.errors import ScenarioError
from skyhold.jamming.emitters import Emitters, Interference, against, sector_db, spread
from skyhold.times import Instants

STRATEGIES = ("spot", "sweep", "barrage")


@pytest.mark.parametrize(
    ("strategy", "hops", "channel_db", "share"),
    [
        ("spot", False, 0.0, 1.0),
        ("spot", True, 0.0, 1 / 8),
        ("sweep", False, 0.0, 1 / 4),
        ("sweep", True, 0.0, 1 / 8),
        ("barrage", False, -10 * np.log10(4), 1.0),
        ("barrage", True, -10 * np.log10(4), 1 / 2),
    ],
)
def test_how_a_jammer_of_four_lies_in_eight_channels(strategy, hops, channel_db, share):
    found = spread(jammer(strategy=strategy, channels=4), 8, hops)
    assert (found.channel_db, found.share) == pytest.approx((channel_db, share))


@given(st.sampled_from(STRATEGIES), st.integers(1, 8))
def test_hopping_is_never_hit_more(strategy, channels):
    one = jammer(strategy=strategy, channels=channels)
    assert spread(one, 8, True).share <= spread(one, 8, False).share


def test_a_narrow_link_meets_less_of_a_barrage_and_all_of_a_spot():
    assert spread(jammer(strategy="barrage"), 8, False, 0.25).channel_db == pytest.approx(
        -9.03 - 6.02, abs=0.01
    )
    assert spread(jammer(strategy="spot"), 8, False, 0.25).channel_db == 0.0


def test_more_channels_than_there_are():
    with pytest.raises(ScenarioError, match="more channels than there are"):
        spread(jammer(channels=9), 8, False)


def test_states_are_nested_and_their_shares_add_up_to_the_largest():
    both = (jammer(strategy="barrage", channels=4), jammer(strategy="spot"))
    weight, hit = Emitters(both, 8, hops=True).states()
    np.testing.assert_allclose(weight, [3 / 8, 1 / 8])
    np.testing.assert_array_equal(hit, [[True, False], [True, True]])


def test_the_mean_over_states_by_hand():
    states = Interference(np.array([0.25, 0.5]), np.array([[3.0], [1.0]], np.float32))
    assert states.mean(lambda j: 1.0 / (1.0 + j))[0] == pytest.approx(0.25 / 4 + 0.5 / 2 + 0.25)


def test_no_jamming_is_the_clear_value_to_the_last_digit():
    rate = np.float32(0.1) * np.arange(7, dtype=np.float32)
    states = Interference(np.array([0.3, 0.2, 0.1]), np.zeros((3, 7), np.float32))
    np.testing.assert_array_equal(states.mean(lambda j: rate / (1 + j)), rate)
    nobody = Interference(np.zeros(0), np.zeros((0, 7), np.float32))
    np.testing.assert_array_equal(nobody.mean(lambda j: rate / (1 + j)), rate)


def test_on_times_hold_from_the_first_instant_to_before_the_last():
    one = jammer(on=[{"from_utc": "2022-02-28T00:05:00Z", "to_utc": "2022-02-28T00:10:00Z"}])
    on = Emitters((one, jammer()), 8).on(moments(4))
    np.testing.assert_array_equal(on[:, 0], [False, True, False, False])
    assert on[:, 1].all()


def track(*points):
    keys = ("utc", "latitude_deg", "longitude_deg", "altitude_m")
    return {"track": [dict(zip(keys, point, strict=True)) for point in points], "height_m": 0.0}


def test_a_track_is_followed_across_the_antimeridian_and_silent_beyond():
    one = jammer(
        **track(("2022-02-28T00:00:00Z", 10, 179.0, 0), ("2022-02-28T00:10:00Z", 12, -179.0, 1000)),
        latitude_deg=None,
        longitude_deg=None,
    )
    emitters = Emitters((one,), 8)
    instants = Instants(START, np.array([0.0, 300.0, 600.0, 601.0]))
    where = emitters.at(0, instants)
    np.testing.assert_allclose(np.degrees(where.latitude_rad), [10, 11, 12, 12])
    np.testing.assert_allclose(np.degrees(where.longitude_rad), [179, -180, -179, -179])
    np.testing.assert_allclose(where.altitude_m, [0, 500, 1000, 1000])
    np.testing.assert_array_equal(emitters.on(instants)[:, 0], [True, True, True, False])
    assert emitters.moves


def test_jammers_are_sorted_by_what_they_are_against():
    mixed = (jammer(), jammer(against="user-up"), jammer(against="gnss"))
    assert [len(against(kind, mixed, 8)) for kind in ("user-down", "user-up", "gnss", "gateway-up")] == [
        1,
        1,
        1,
        0,
    ]


def test_a_sector_looks_one_way():
    one = jammer(azimuth_deg=90.0, beamwidth_deg=60.0)
    got = sector_db(one, np.radians([90.0, 60.0, 120.0, 270.0]))
    np.testing.assert_allclose(got, [0.0, -3.0, -3.0, -20.0])
    assert (sector_db(jammer(), np.radians([0.0, 90.0])) == 0.0).all()
