import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.demand.profile import RESIDENTIAL, busy_share, implied_utilisation
from skyhold.times import Epoch, Instants

MIDNIGHT = Epoch(2_459_638.5, 0.0)  # 2022-02-28


def test_the_middle_of_an_hour_is_the_hours_value():
    hours = Instants(MIDNIGHT, (np.arange(24) + 0.5) * 3600.0)
    assert busy_share(np.zeros(1), hours)[:, 0] == pytest.approx(RESIDENTIAL)


@given(st.floats(-180.0, 180.0), st.floats(0.0, 86_400.0))
def test_the_sun_decides(longitude, second):
    """What Greenwich asks now, a meridian asks when its Sun stands there."""
    here = busy_share(np.array([longitude]), Instants(MIDNIGHT, np.array([second - longitude * 240.0])))
    there = busy_share(np.zeros(1), Instants(MIDNIGHT, np.array([second])))
    assert here == pytest.approx(there, abs=1e-6)
    assert min(RESIDENTIAL) <= here[0, 0] <= 1.0


def test_a_profile_of_the_user_is_scaled_to_its_busy_hour():
    noon = Instants(MIDNIGHT, np.array([12.5 * 3600.0]))
    day = tuple(4.0 if hour == 12 else 1.0 for hour in range(24))
    assert busy_share(np.array([0.0, 90.0]), noon, day)[0].tolist() == [1.0, 0.25]


def test_what_two_measured_hours_imply():
    load = implied_utilisation()
    assert (1.0 - load) / (1.0 - load * min(RESIDENTIAL)) == pytest.approx(194.0 / 257.0)
    assert 0.2 < load < 0.5
