"""Mean motions of element sets and mean axes undo each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.decay.mean_orbit import brouwer_axis_m, kozai_mean_motion_rev_day


@given(st.floats(11.0, 16.4), st.floats(0.0, 0.05), st.floats(0.0, 3.14))
def test_axis_and_mean_motion_undo_each_other(motion, eccentricity, inclination):
    axis = brouwer_axis_m(motion, eccentricity, inclination)
    again = kozai_mean_motion_rev_day(axis, eccentricity, inclination)
    assert float(again) == pytest.approx(motion, rel=1e-12)
