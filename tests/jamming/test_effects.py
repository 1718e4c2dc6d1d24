import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.jamming.setting import HERE, around, field, jammer, sky

from skyhold.jamming import effects
from skyhold.jamming.effects import DOWN, UP, rate_under
from skyhold.jamming.emitters import Interference
from skyhold.links.modcod import Gap

SITES = around(2.0, 6.0, 12.0, 20.0, 28.0)
OVER = sky(SITES)
LEGS = {"user-down": DOWN, "user-up": UP}

jammers = st.builds(
    lambda north, east, **typed: jammer(latitude_deg=HERE[0] + north, longitude_deg=HERE[1] + east, **typed),
    north=st.floats(-0.3, 0.3),
    east=st.floats(-0.3, 0.3),
    eirp_dbw=st.floats(0.0, 70.0),
    height_m=st.sampled_from([2.0, 30.0, 3_000.0, 20_000.0]),
    strategy=st.sampled_from(["spot", "sweep", "barrage"]),
    channels=st.integers(1, 8),
    against=st.sampled_from(["user-down", "user-up", "gnss"]),
    dish_m=st.just(None),
)
some = st.lists(jammers, min_size=1, max_size=4)
measures = st.fixed_dictionaries(
    {
        "terminal_null_db": st.sampled_from([0.0, 25.0]),
        "terminal_nulls": st.integers(0, 3),
        "hop_channels": st.booleans(),
        "choose_satellite": st.booleans(),
        "fall_back": st.booleans(),
    }
)
SLACK = 1.0 + 1e-5  # float32


def rates(these, leg, **on):
    return rate_under(field(SITES, *these, **on), OVER, LEGS[leg]).jammed_bit_s


@settings(max_examples=25, deadline=None)
@given(some, jammers, measures, st.sampled_from(["user-down", "user-up"]))
def test_one_more_jammer_never_raises_a_rate(these, more, on, leg):
    assert (rates([*these, more], leg, **on) <= rates(these, leg, **on) * SLACK).all()


@settings(max_examples=25, deadline=None)
@given(some, st.floats(0.1, 20.0), measures, st.sampled_from(["user-down", "user-up"]))
def test_more_power_never_raises_a_rate(these, more_db, on, leg):
    first = these[0]
    power = first.eirp_dbw.value + more_db
    louder = first.model_copy(update={"eirp_dbw": first.eirp_dbw.model_copy(update={"value": power})})
    assert (rates([louder, *these[1:]], leg, **on) <= rates(these, leg, **on) * SLACK).all()


@pytest.mark.parametrize(
    "measure",
    [
        {"terminal_null_db": 25.0},
        {"terminal_null_db": 25.0, "null_true_delay": True},
        {"satellite_null_db": 20.0},
        {"satellite_sidelobe_db": 20.0},
        {"choose_satellite": True},
        {"hop_channels": True},
        {"fall_back": True},
        {"raise_power_db": 6.0},
        {"narrow_uplink_mhz": 15.0},
        {"ignore_gnss": True},
        {"dug_in_db": 20.0},
    ],
)
@settings(max_examples=8, deadline=None)
@given(these=some, leg=st.sampled_from(["user-down", "user-up"]))
def test_a_countermeasure_never_lowers_a_rate_under_jamming(measure, these, leg):
    assert (rates(these, leg, **measure) * SLACK >= rates(these, leg)).all()


@settings(max_examples=10, deadline=None)
@given(these=some, on=measures)
def test_off_means_exactly_as_if_nobody_were_there(these, on):
    off = [
        one.model_copy(update={"on": jammer(on=[{"from_utc": "2030-01-01T00:00:00Z"}]).on}) for one in these
    ]
    for leg in LEGS:
        np.testing.assert_array_equal(rates(off, leg, **on), rates([], leg, **on))


def test_a_taper_may_lower_the_rate():
    far = jammer(eirp_dbw=0.0)
    assert (rates([far], "user-down", taper=True) < rates([far], "user-down")).all()


def test_the_clear_rate_is_that_of_the_radio_as_typed():
    bare, hard = (rate_under(field(SITES, jammer(), raise_power_db=x), OVER).clear_bit_s for x in (0.0, 6.0))
    np.testing.assert_array_equal(bare, hard)


def test_relative_rate_and_margin_fall_towards_the_jammer():
    found = rate_under(field(SITES, jammer(preset="C", height_m=30.0)), OVER)
    assert (np.diff(found.relative) >= -1e-6).all()
    assert (np.diff(found.margin_db) > 0).all()
    assert found.relative[0] == 0.0
    assert found.relative[-1] > 0.9


def test_ratios_by_hand():
    assert effects.jammed_db(12.290620, 20.684550) == pytest.approx(-20.686739, abs=1e-5)
    assert effects.most_j_over_s_db(-2.85, 12.290620) == pytest.approx(2.714962, abs=1e-5)
    assert np.isnan(effects.most_j_over_s_db(13.0, 12.0))
    assert effects.burn_through_m(10e3, 22.714962, 2.714962) == pytest.approx(100e3)


@given(st.floats(-20.0, 30.0), st.floats(-30.0, 10.0))
def test_the_most_tolerable_jamming_gives_back_the_threshold(c_n, below):
    threshold = min(below, c_n - 0.5)
    most = effects.most_j_over_s_db(threshold, c_n)
    assert effects.jammed_db(c_n, most) == pytest.approx(threshold, abs=1e-6)


def test_spreading_over_all_channels_is_worst_at_these_powers():
    share = [Gap().efficiency(ratio) / Gap().efficiency(12.29) for ratio in (-5.75, 2.83)]

    def mean(hit: int, left: float) -> float:
        states = Interference(np.array([hit / 8.0]), np.ones((1, 1), np.float32))
        return float(states.mean(lambda j: np.where(j > 0.0, left, 1.0))[0])

    assert mean(8, share[1]) < mean(1, share[0])
