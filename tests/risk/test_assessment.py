"""The whole answer: parts add up, draws make intervals, windows narrow it."""

import math

import numpy as np
import pytest

from skyhold.errors import SkyholdError
from skyhold.risk import assessment as risk
from skyhold.risk.ground_track import CircularTrack
from skyhold.units import DEG

ISS = CircularTrack(51.64 * DEG)


def test_the_station_in_2022():
    found = risk.long_run(ISS, 1000.0, 2022)
    assert found.expectation == pytest.approx(0.018, rel=0.05)
    assert found.probability < found.expectation
    assert found.interval.low < found.expectation < found.interval.high
    assert found.countries(3)[0].code == "CHN"
    assert sum(one.share for one in found.countries()) == pytest.approx(1.0)
    assert sum(one.expectation for one in found.countries()) == pytest.approx(found.expectation)
    assert found.of("RUS").time_share == pytest.approx(found.over.over("RUS"))
    assert found.of("EU-27").share == pytest.approx(sum(found.of(code).share for code in risk.EU27))
    assert 0.0 < sum(city.expectation for city in found.cities) < found.expectation
    assert {v.limit.quantity for v in found.verdicts} == {"expectation", "probability", "individual"}


def test_draws_of_the_casualty_area():
    found = risk.long_run(ISS, np.array([500.0, 1500.0]), 2022)
    assert found.area_m2 == 1000.0
    assert found.interval.high / found.interval.low > 2.5
    assert found.interval.mean == pytest.approx(found.expectation, rel=0.02)


def test_a_window_over_the_ocean_is_safer_than_the_long_run():
    found = risk.in_window([-40.0, -45.0], [-150.0, -120.0], [1.0, 3.0], 1000.0, 2022)
    assert found.expectation < 1e-6
    assert found.over.water == 1.0
    assert math.isnan(found.individual)
    assert {v.limit.quantity for v in found.verdicts} == {"expectation", "probability"}


def test_a_window_over_nobody_has_no_shares():
    found = risk.in_window([-48.9], [-123.4], None, 1000.0, 2022)
    assert found.countries() == ()
    assert found.of("CHL").share == 0.0
    assert found.interval.high == 0.0


def test_more_people_more_risk():
    found = risk.by_year(ISS, 100.0, [1979, 2022, 2030])
    assert found[1979] < found[2022] < found[2030]


@pytest.mark.parametrize("area", [-5.0, math.nan, [1.0, -3.0]])
def test_areas_that_are_none(area):
    with pytest.raises(SkyholdError, match="expected"):
        risk.long_run(ISS, area, 2022)
