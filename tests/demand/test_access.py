import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.demand.test_people import MOLDOVA
from tests.demand.towns import CELLS

from skyhold.data import online
from skyhold.demand.access import RURAL_ODDS, offline_people, offline_shares
from skyhold.demand.people import Settlement, cell_people

ONE = np.zeros(1, np.int64)


@given(st.floats(0.0, 1e6), st.floats(1.0, 1e6), st.floats(0.0, 100.0))
def test_the_country_keeps_its_share(urban, rural, percent):
    settled = Settlement(1, ("MDA",), ONE, ONE, np.array([urban + rural]), np.array([urban]))
    town, land = offline_shares(settled, 2022.0, percent)
    assert 0.0 <= town[0] <= land[0] <= 1.0
    offline = urban * town[0] + rural * land[0]
    assert offline == pytest.approx((urban + rural) * (1.0 - percent / 100.0), rel=1e-9, abs=1e-6)
    if 0.01 < percent < 99.99:
        odds = land[0] / (1.0 - land[0]) / (town[0] / (1.0 - town[0]))
        assert odds == pytest.approx(RURAL_ODDS, rel=1e-6)


def test_total_of_a_country():
    ours = offline_people(MOLDOVA, 2022.0, "MDA").sum()
    people = cell_people(MOLDOVA, 2022.0, "MDA").sum()
    assert ours == pytest.approx(people * (1.0 - online.online_percent("MDA", 2022.0) / 100.0), rel=1e-9)


def test_nobody_and_everybody():
    people = cell_people(CELLS, 2022.0)
    assert offline_people(CELLS, 2022.0, online_percent=100.0).sum() == pytest.approx(0.0, abs=1e-6)
    assert offline_people(CELLS, 2022.0, online_percent=0.0) == pytest.approx(people, rel=1e-12)


def test_villages_are_offline_more_than_towns():
    people, offline = cell_people(MOLDOVA, 2022.0, "MDA"), offline_people(MOLDOVA, 2022.0, "MDA")
    share = offline / np.maximum(people, 1e-9)
    assert share[people.argmax()] < np.median(share[people > 0.0])
