import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from skyhold.earth.kernels import sincos, sincos_coarse, sincos_small, wide_vectors


@njit
def _all(x, out):
    wide_vectors()
    for i in range(x.shape[0]):
        out[0, i], out[1, i] = sincos(x[i])
        out[2, i], out[3, i] = sincos_coarse(x[i])
        out[4, i], out[5, i] = sincos_small(x[i])


def _error(x):
    out = np.empty((6, len(x)))
    _all(x, out)
    return np.abs(out - np.array([np.sin(x), np.cos(x)] * 3)).max(axis=1)


@given(st.integers(0, 2**31))
def test_sine_and_cosine_over_many_turns(seed):
    x = np.random.default_rng(seed).uniform(-1e4, 1e4, 300)
    error = _error(x)
    assert error[:2].max() < 5e-15
    assert error[2:4].max() < 6e-10


def test_small_angles():
    assert _error(np.linspace(-0.1, 0.1, 1001))[4:].max() < 3e-13


def test_at_the_seams_of_the_reduction():
    turns = np.arange(-50, 51) * np.pi / 2
    x = np.concatenate([turns, np.nextafter(turns, 1e9), np.nextafter(turns, -1e9)])
    assert _error(x)[:2].max() < 5e-15
