from datetime import UTC, datetime

import numpy as np
import pytest

from skyhold.earth.rotation import JD_J2000
from skyhold.earth.sun import ASTRONOMICAL_UNIT_M, moon_position, subsolar_point, sun_position
from skyhold.times import Epoch, Instants

YEARS = Instants.every(Epoch.from_datetime(datetime(2000, 1, 1, tzinfo=UTC)), 86_400.0 * 9.7, 1_200)


def of_date(vectors_gcrs, instants, erfa):
    day, fraction = instants.julian_days()
    return np.einsum("tij,tj->ti", erfa.pmat06(day, fraction), vectors_gcrs)


def angle_deg(a, b):
    along = np.einsum("ti,ti->t", a, b) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    return np.degrees(np.arccos(np.clip(along, -1, 1)))


def test_the_sun_is_within_a_hundredth_of_a_degree_of_the_iau_series(report_figure):
    erfa = pytest.importorskip("erfa")
    earth, _ = erfa.epv00(*YEARS.julian_days())
    truth = of_date(-earth["p"], YEARS, erfa)
    ours = sun_position(YEARS)
    off = angle_deg(ours, truth)
    report_figure(f"Sun against the IAU series: {off.max():.4f} deg at worst, 2000 to 2031")
    assert (
        off.max() < 0.012
    )  # 0.01 deg of the series, 20 arc seconds of aberration left in the Almanac's place
    distance = np.linalg.norm(ours, axis=1) / ASTRONOMICAL_UNIT_M
    assert distance == pytest.approx(np.linalg.norm(truth, axis=1), abs=3e-4)


def test_the_moon_is_within_the_stated_error(report_figure):
    erfa = pytest.importorskip("erfa")
    truth = of_date(erfa.moon98(*YEARS.julian_days())["p"], YEARS, erfa)
    ours = moon_position(YEARS)
    off = angle_deg(ours, truth)
    report_figure(f"Moon against the IAU series: {off.max():.3f} deg at worst")
    assert off.max() < 0.36  # 0.3 deg in longitude, 0.2 in latitude
    distance = np.linalg.norm(truth, axis=1) * ASTRONOMICAL_UNIT_M
    assert np.abs(np.linalg.norm(ours, axis=1) - distance).max() < 0.25 * 6_378_137.0


def test_the_sun_stands_over_greenwich_at_noon_and_over_the_tropic_in_june():
    noon = Instants.every(Epoch.from_datetime(datetime(2022, 6, 21, 12, tzinfo=UTC)), 1.0, 1)
    latitude, longitude = subsolar_point(noon)
    assert np.degrees(latitude[0]) == pytest.approx(23.437, abs=0.01)
    assert np.degrees(longitude[0]) == pytest.approx(0.45, abs=0.1)  # equation of time: -1 min 50 s
    assert noon.julian_days()[0][0] > JD_J2000
