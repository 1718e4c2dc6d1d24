"""Where orbits meet dense air: without a bulge like time, with one not; the begin of a fall is near-circular."""

import math

import numpy as np
import pytest

from skyhold.constants import J2, WGS84_A_M
from skyhold.errors import SkyholdError
from skyhold.risk import crossing
from skyhold.risk.crossing import Falling, crossing_track
from skyhold.risk.ground_track import CircularTrack, shares
from skyhold.units import DEG

EDGES = np.linspace(-90.0, 90.0, 19)


def test_over_a_round_earth_entries_are_spread_like_time():
    found = crossing_track(Falling(51.64 * DEG, flattening=0.0, j2=0.0), phases=720)
    expected = shares(CircularTrack(51.64 * DEG, oblate=False), EDGES)
    assert shares(found, EDGES) == pytest.approx(expected, abs=0.004)


def test_over_an_oblate_earth_they_are_not_but_north_is_like_south():
    found = shares(crossing_track(Falling(57.0 * DEG), phases=720), EDGES)
    time = shares(CircularTrack(57.0 * DEG), EDGES)
    assert np.abs(found - time).max() > 0.005
    assert found == pytest.approx(found[::-1], abs=0.004)
    assert found.sum() == pytest.approx(1.0)


def test_an_equatorial_orbit_enters_at_the_equator():
    assert shares(crossing_track(Falling(0.3 * DEG), phases=48), np.array([-0.5, 0.5])) == pytest.approx(
        [1.0]
    )


def test_the_begin_keeps_its_shape_without_air(monkeypatch):
    monkeypatch.setattr(crossing, "_density", lambda altitude: np.zeros(altitude.shape))
    falling = Falling(60.0 * DEG)
    state = falling.begin(np.linspace(0.0, 2.0 * math.pi, 8, endpoint=False))
    step, off = 5.0, []
    for _ in range(1100):
        k1 = falling.rate(state)
        k2 = falling.rate(state + 0.5 * step * k1)
        k3 = falling.rate(state + 0.5 * step * k2)
        k4 = falling.rate(state + step * k3)
        state = state + step / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
        wave = J2 * WGS84_A_M**2 * falling.sine2 * np.cos(2.0 * state[1]) / (4.0 * (WGS84_A_M + 150e3))
        off.append(np.abs(state[0] - WGS84_A_M - 150e3 - wave).max())
    assert max(off) < 60.0  # m, of 1.3 km of wave and 16 km of bulge


def test_steps_are_short_enough(monkeypatch):
    coarse = shares(crossing_track(Falling(57.0 * DEG), phases=96), EDGES)
    monkeypatch.setattr(crossing, "STEP_S", 4.0)
    assert shares(crossing_track(Falling(57.0 * DEG), phases=96), EDGES) == pytest.approx(coarse, abs=0.011)


@pytest.mark.parametrize(
    ("altitude_m", "ballistic"), [(130e3, 130.0), (60e3, 130.0), (80e3, 0.0), (80e3, 1e9)]
)
def test_falls_that_cannot_be_followed(altitude_m, ballistic):
    with pytest.raises(SkyholdError, match="entry"):
        crossing_track(Falling(0.9, ballistic), altitude_m)
