from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.station.simple_air import SimpleAir

from skyhold.errors import ScenarioError
from skyhold.holding.drag_paths import DragPath, DragPaths

EDGES = (0.0, 30.0, 47.0, 90.0)


def test_two_falls_give_back_the_exponential_air():
    air = SimpleAir((40.0, 80.0, 120.0))
    paths = DragPaths.build(air, EDGES, 412e3, 422e3)
    assert paths.scale_m == pytest.approx(np.full((3, 3), 55e3), rel=3e-3)
    assert paths.rate_m_day == pytest.approx(np.array([[40.0] * 3, [80.0] * 3, [120.0] * 3]), rel=2e-3)


@given(st.floats(405e3, 425e3), st.floats(10.0, 150.0))
def test_the_coast_is_the_fall_of_the_member(altitude, rate):
    air = SimpleAir((rate,))
    path = DragPaths.build(air, EDGES, 412e3, 422e3).member(0)
    known = air.fly(altitude, (), (), EDGES[1:])[0]
    assert path.coast_m(altitude)[1:] == pytest.approx(known, abs=30.0)


@given(st.floats(412e3, 422e3), st.floats(412e3, 422e3))
def test_the_loss_lies_above_its_tangents(here, there):
    path = DragPath(np.array([0.0, 30.0]), 417e3, np.array([60.0]), np.array([55e3]))
    line = path.loss_m(np.array([there])) + path.slope(np.array([there])) * (here - there)
    assert path.loss_m(np.array([here])) >= line - 1e-9


@given(st.integers(0, 10_000), st.floats(0.1, 0.97))
def test_a_covering_path_covers_its_share_at_all_edges_together(seed, share):
    rates = np.exp(np.random.default_rng(seed).normal(4.0, 0.5, (60, 3)))
    paths = DragPaths(np.array(EDGES), 417e3, rates, np.full((60, 3), 55e3))
    path = paths.covering(share)
    line = np.cumsum(path.rate_m_day * path.span_day)
    covered = np.all(paths.lost_m <= line + 1e-6, axis=1).mean()
    assert share <= covered
    assert (path.rate_m_day >= 0.0).all()


def test_members_by_rank():
    paths = DragPaths.build(SimpleAir((80.0, 20.0, 50.0)), EDGES, 412e3, 422e3)
    assert paths.ranked((0.0, 0.5, 1.0)) == (1, 2, 0)


def test_a_station_that_comes_down_is_one_clear_error():
    with pytest.raises(ScenarioError, match="comes down"):
        DragPaths.build(SimpleAir((5000.0,)), EDGES, 412e3, 422e3)
