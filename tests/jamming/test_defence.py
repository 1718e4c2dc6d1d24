import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.jamming.setting import RADIO

from skyhold.errors import ScenarioError
from skyhold.jamming import defence
from skyhold.links import spectrum, user_links
from skyhold.nouns.jammers import Countermeasures
from skyhold.nouns.radio import RadioSpec, UserDown

HORIZON = np.pi / 2


def test_a_null_of_phases_is_shallow_over_a_wide_channel():
    deep = Countermeasures(terminal_null_db=30.0)
    wide, narrow = (defence.null_left(deep, 0.48, b, HORIZON) for b in (240e6, 1e6))
    assert -10 * np.log10(wide) == pytest.approx(15.0, abs=0.3)
    assert -10 * np.log10(narrow) == pytest.approx(30.0, abs=0.1)
    exact = Countermeasures(terminal_null_db=30.0, null_true_delay=True)
    assert defence.null_left(exact, 0.48, 240e6, HORIZON) == pytest.approx(1e-3)


@given(st.floats(0.0, 40.0), st.floats(0.0, np.pi))
def test_a_null_never_adds(depth, angle):
    left = defence.null_left(Countermeasures(terminal_null_db=depth), 0.48, 240e6, angle)
    assert 10 ** (-depth / 10) <= left + 1e-12
    assert left <= 1.0


def test_digging_in_shields_from_the_horizon_only():
    dug = Countermeasures(dug_in_db=20.0)
    np.testing.assert_array_equal(defence.shielding_db(dug, np.radians([-1.0, 5.0, 40.0])), [20.0, 20.0, 0.0])


@pytest.mark.parametrize(("asked", "got"), [(3.0, 3.0), (10.0, 6.8)])
def test_power_rises_up_to_the_limit(asked, got):
    measures = Countermeasures(raise_power_db=asked)
    assert defence.power_raise_db(RADIO, measures) == pytest.approx(got)
    before, after = (user_links.down(r).c_n_db(0.7) for r in (RADIO, defence.hardened(RADIO, measures)))
    assert after - before == pytest.approx(got)


def test_a_constant_power_may_rise_by_the_room_overhead():
    loud = RadioSpec(user_down=UserDown(eirp_dbw=30.0))
    measures = Countermeasures(raise_power_db=10.0)
    overhead = 30.0 - 10 * np.log10(4 * np.pi * 550e3**2) - 10 * np.log10(240.0)
    assert defence.power_raise_db(loud, measures) == pytest.approx(-116.0 - overhead)
    raised = defence.hardened(loud, measures)
    assert spectrum.headroom_db(raised, np.pi / 2) == pytest.approx(0.0, abs=1e-9)


def test_what_the_hardened_radio_costs_and_gains():
    hard = defence.hardened(RADIO, Countermeasures(taper=True, narrow_uplink_mhz=15.625))
    assert user_links.down(hard).c_n_db(0.7) - user_links.down(RADIO).c_n_db(0.7) == pytest.approx(-1.0)
    assert user_links.up(hard).c_n_db(0.44) - user_links.up(RADIO).c_n_db(0.44) == pytest.approx(
        6.02, abs=0.01
    )


def test_robust_modes_are_used_where_they_are_switched_on():
    lowest = [
        user_links.down(defence.hardened(RADIO, Countermeasures(fall_back=on))).waveform.modes[0].threshold_db
        for on in (True, False)
    ]
    assert lowest[0] < -10.0 < lowest[1]


def test_an_uplink_that_is_not_narrower():
    with pytest.raises(ScenarioError, match="not narrower"):
        defence.hardened(RADIO, Countermeasures(narrow_uplink_mhz=100.0))
