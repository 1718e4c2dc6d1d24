import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.earth.interpolation import Chebyshev, LocalCubic, Periodic

AXES = [
    Chebyshev(-2.0, 3.0, 7),
    Chebyshev(0.0, 1.0, 1),
    Periodic(24.0, 9),
    LocalCubic(100.0, 1000.0, 20, 60.0),
]


@pytest.mark.parametrize("axis", AXES)
def test_a_node_gets_its_own_value(axis):
    assert axis.weights(axis.nodes) == pytest.approx(np.eye(len(axis.nodes)), abs=1e-9)
    assert (np.diff(axis.nodes) > 0).all()


@pytest.mark.parametrize("axis", AXES)
@given(part=st.floats(0.0, 1.0))
def test_a_constant_stays_constant(axis, part):
    point = axis.nodes[0] + part * (axis.nodes[-1] - axis.nodes[0])
    assert axis.weights(point).sum() == pytest.approx(1.0)


@given(st.floats(-2.0, 3.0), st.lists(st.floats(-1.0, 1.0), min_size=7, max_size=7))
def test_chebyshev_is_exact_for_a_polynomial(x, coefficients):
    axis = Chebyshev(-2.0, 3.0, 7)
    found = axis.weights(x)[0] @ np.polyval(coefficients, axis.nodes)
    assert found == pytest.approx(np.polyval(coefficients, x), abs=1e-9)


@given(st.floats(-100.0, 100.0))
def test_periodic_is_exact_for_its_harmonics(x):
    axis = Periodic(24.0, 9)

    def wave(t):
        turn = 2 * np.pi * np.asarray(t) / 24.0
        return 0.3 + np.sin(turn) - 0.5 * np.cos(3 * turn) + 0.1 * np.sin(4 * turn)

    assert axis.weights(x)[0] @ wave(axis.nodes) == pytest.approx(wave(x), abs=1e-9)


@given(st.floats(100.0, 1000.0))
def test_local_cubic_is_exact_for_a_cubic_of_its_logarithm(x):
    axis = LocalCubic(100.0, 1000.0, 20, 60.0)

    def power(h):
        t = np.log(np.asarray(h) - 60.0)
        return 1.0 - 6.0 * t + 0.2 * t**2 - 0.01 * t**3

    row = axis.weights(x)[0]
    assert row @ power(axis.nodes) == pytest.approx(power(x), abs=1e-9)
    assert np.count_nonzero(row) <= 4
