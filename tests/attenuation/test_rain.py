import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.attenuation import rain
from skyhold.attenuation.climate import typed
from skyhold.errors import SkyholdError

DEG = math.pi / 180.0
LONDON = typed(
    51.5, rain_001_mm_h=26.48052, rain_height_km=2.4527, altitude_km=0.031382983999999, rain_percent=5.36
)


def by_hand(latitude, rate, depth, f, elevation, percent):
    """P.618-14, 2.2.1.1, in a few plain lines, circular polarisation."""
    e = elevation * DEG
    (k_h, a_h), (k_v, a_v) = rain.coefficients(f)
    k = (k_h + k_v) / 2
    gamma = k * rate ** ((k_h * a_h + k_v * a_v) / (2 * k))
    ground = depth / math.tan(e)
    r = 1 / (1 + 0.78 * math.sqrt(ground * gamma / f) - 0.38 * (1 - math.exp(-2 * ground)))
    zeta = math.atan2(depth, ground * r)
    path = ground * r / math.cos(e) if zeta > e else depth / math.sin(e)
    chi = max(0.0, 36 - abs(latitude))
    v = 31 * (1 - math.exp(-elevation / (1 + chi))) * math.sqrt(path * gamma) / f**2 - 0.45
    a = gamma * path / (1 + math.sqrt(math.sin(e)) * v)
    beta = 0.0
    if percent < 1 and abs(latitude) < 36:
        beta = -0.005 * (abs(latitude) - 36) + (0.0 if elevation >= 25 else 1.8 - 4.25 * math.sin(e))
    power = 0.655 + 0.033 * math.log(percent) - 0.045 * math.log(a) - beta * (1 - percent) * math.sin(e)
    return a * (percent / 0.01) ** -power


@pytest.mark.parametrize("latitude", [-50.0, 5.0, 30.0, 60.0])
@pytest.mark.parametrize("elevation", [6.0, 24.0, 26.0, 60.0, 89.0])
@pytest.mark.parametrize("percent", [0.001, 0.1, 1.0, 5.0])
def test_kernel_is_the_plain_formula(latitude, elevation, percent):
    site = typed(latitude, rain_001_mm_h=42.0, rain_height_km=4.0, altitude_km=0.5)
    ours = rain.exceeded_db(site, 20.0, elevation * DEG, percent)[0]
    assert ours == pytest.approx(by_hand(latitude, 42.0, 3.5, 20.0, elevation, percent), rel=1e-12)


def test_a_row_of_the_workbook():
    site = typed(
        51.5,
        rain_001_mm_h=26.48052,
        rain_height_km=0.031382984 + 4.690817392 * math.sin(31.07699124 * DEG),
        altitude_km=0.031382984,
    )
    assert rain.exceeded_db(site, 29.0, 31.07699124 * DEG, 0.01, 0.0)[0] == pytest.approx(
        23.44444523, abs=1e-6
    )


def test_a_row_of_specific_attenuation():
    gamma = rain.specific_attenuation(14.25, 26.48052, 31.07699124 * DEG, 0.0)
    assert float(gamma) == pytest.approx(1.58130839, rel=1e-7)


def test_probability_on_the_path_of_the_workbook():
    path = rain.probability_on_path(5.3615096, 4.690817392 * math.cos(31.07699124 * DEG))
    assert float(path) == pytest.approx(7.341941569, rel=1e-6)


def test_probability_on_a_path_without_length_is_that_of_the_site():
    assert float(rain.probability_on_path(5.0, 1e-6)) == pytest.approx(5.0, rel=1e-2)


def test_a_place_without_rain():
    dry = typed([23.0, 50.0], rain_001_mm_h=[1e-300, 20.0], rain_height_km=[4.0, 0.2], altitude_km=[0.0, 0.5])
    assert rain.exceeded_db(dry, 20.0, 0.7, 0.01).max() < 1e-6


def test_beyond_the_share_of_rain_there_is_none():
    assert rain.exceeded_db(LONDON, 12.0, 0.7, [4.9, 5.2, 5.5])[2] == 0.0
    assert rain.exceeded_db(LONDON, 12.0, 0.7, 5.2)[0] > 0.0


def test_shapes_broadcast():
    sites = typed([50.0, 51.0, 52.0], rain_001_mm_h=30.0, rain_height_km=3.0)
    elevation = np.full((4, 3, 7), 0.6)
    assert rain.exceeded_db(sites[:, None], 12.0, elevation, 0.1).shape == (4, 3, 7)


def test_polarisations_order():
    vertical, circular, horizontal = (
        float(rain.specific_attenuation(20.0, 50.0, 0.3, tilt)) for tilt in (math.pi / 2, math.pi / 4, 0.0)
    )
    assert vertical < circular < horizontal


def test_quantiles_are_normal():
    p = np.array([1e-9, 1e-4, 0.02425, 0.3, 0.5, 0.9, 0.99999])
    back = [0.5 * math.erfc(-x / math.sqrt(2.0)) for x in rain.normal_quantile(p)]
    np.testing.assert_allclose(back, p, rtol=3e-8)


@given(
    st.floats(-70, 70), st.floats(1, 150), st.floats(0.3, 5.0), st.floats(4, 45), st.floats(20, 90),
    st.floats(0.001, 4.9),
)  # fmt: skip
def test_more_rain_less_often(latitude, rate, depth, f, elevation, percent):
    site = typed(latitude, rain_001_mm_h=[rate, 1.1 * rate], rain_height_km=depth)
    often, seldom = (rain.exceeded_db(site, f, elevation * DEG, p) for p in (percent, percent / 1.05))
    assert (seldom >= often * (1 - 1e-3)).all()
    assert often[1] >= often[0] > 0.0


@pytest.mark.parametrize(
    ("f", "elevation", "percent", "says"),
    [(0.5, 0.7, 1.0, "1 to 1000 GHz"), (12.0, -0.1, 1.0, "elevation_rad"), (12.0, 45.0, 1.0, "elevation_rad"),
     (12.0, 0.7, 0.0, "percent"), (12.0, math.nan, 1.0, "elevation_rad")],
)  # fmt: skip
def test_what_cannot_be_is_refused(f, elevation, percent, says):
    with pytest.raises(SkyholdError, match=says):
        rain.exceeded_db(LONDON, f, elevation, percent)
