import numpy as np
import pytest

from skyhold.experience import kernels
from skyhold.experience.rates import RateModel, wander


@pytest.mark.parametrize(("lag_s", "says"), [(1.0, 0.55), (5.0, 0.23), (15.0, 0.20)])
def test_the_process_remembers_as_the_trace_did(lag_s, says):
    assert RateModel().autocorrelation(lag_s) == pytest.approx(says, abs=2e-4)


def test_factors_have_mean_one_and_the_spread_of_the_model():
    model = RateModel()
    factors = model.factors(400_000, 0.1, np.random.default_rng(3))
    assert factors.mean() == pytest.approx(1.0, abs=0.01)
    assert np.log(factors).std() == pytest.approx(model.sigma, rel=0.03)


def test_factors_remember():
    model = RateModel()
    x = np.log(model.factors(1_000_000, 0.1, np.random.default_rng(4)))
    y = (x - x.mean()) / x.std()
    for lag_s in (0.1, 1.0, 5.0):
        n = round(lag_s / 0.1)
        assert (y[:-n] * y[n:]).mean() == pytest.approx(model.autocorrelation(lag_s), abs=0.03)


def test_the_kernel_is_the_plain_recursion():
    shock = np.random.default_rng(5).standard_normal(50)
    out = np.empty(50)
    kernels.autoregress(0.8, shock, out)
    level = [shock[0]]
    for e in shock[1:]:
        level.append(0.8 * level[-1] + 0.6 * e)
    np.testing.assert_allclose(out, level)


def test_nothing_is_forgotten_in_no_time():
    assert np.ptp(wander(10, 0.0, np.random.default_rng(1))) == pytest.approx(0.0)
