import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from skyhold.attenuation import rain
from skyhold.attenuation.climate import typed
from skyhold.attenuation.rain_series import RainDay
from skyhold.attenuation.weather_field import RATE_PER_S, WeatherField
from skyhold.errors import SkyholdError
from skyhold.times import Epoch, Instants

DEG = math.pi / 180.0
START = Epoch(2_459_709.5, 0.0)
RNG = np.random.default_rng(4)
LATITUDE, LONGITUDE = RNG.uniform(44, 52, 60), RNG.uniform(22, 40, 60)
SITES = typed(LATITUDE, rain_001_mm_h=30.0, rain_height_km=3.0, rain_percent=5.0)
DAY = Instants.every(START, 15.0, 5760)


def draw(sites=SITES, latitude=LATITUDE, longitude=LONGITUDE, **more):
    return RainDay.draw(sites, latitude, longitude, 28.5, **({"seed": 3} | more))


def test_blocks_and_threads_change_nothing():
    whole = draw().attenuation_db(DAY)
    day = draw()
    firsts = list(range(0, 5760, 192))
    with ThreadPoolExecutor(4) as pool:
        blocks = list(pool.map(lambda i: day.attenuation_db(DAY.block(i, i + 192)), reversed(firsts)))
    np.testing.assert_array_equal(whole, np.concatenate(blocks[::-1]))


def test_other_sites_and_other_epochs_change_nothing():
    few = draw(SITES[5:9], LATITUDE[5:9], LONGITUDE[5:9])
    later = Instants(START.plus(-3600.0), DAY.offset_s[:100] + 3600.0)
    np.testing.assert_array_equal(few.attenuation_db(later), draw().attenuation_db(DAY.block(0, 100))[:, 5:9])


def test_seeds_differ_and_frequencies_share_their_storms():
    one, two = draw().attenuation_db(DAY), draw(seed=4).attenuation_db(DAY)
    assert not np.array_equal(one, two)
    low = RainDay.draw(SITES, LATITUDE, LONGITUDE, 11.7, seed=3).attenuation_db(DAY)
    np.testing.assert_array_equal(low > 0.0, one > 0.0)
    assert low.max() < one.max()


def far(count, seed):
    rng = np.random.default_rng(seed)
    return np.degrees(np.arcsin(rng.uniform(-0.9, 0.9, count))), rng.uniform(-180, 180, count)


def test_the_field_is_standard_normal_everywhere_between_nodes():
    field = WeatherField.over(*far(3000, 1), seed=2)
    x = np.concatenate([field.values(Instants(START, np.array([t, t + 61.0]))) for t in (0.0, 4e4, 9e4)])
    assert abs(x.mean()) < 0.04
    assert x.std() == pytest.approx(1.0, abs=0.03)
    assert (x > 2.326).mean() == pytest.approx(0.01, abs=0.003)


def test_the_field_forgets_as_it_should():
    field = WeatherField.over(*far(3000, 2), seed=6)
    x = field.values(Instants(START, np.array([0.0, 600.0, 5000.0, 40000.0])))
    found = [np.corrcoef(x[0], x[i])[0, 1] for i in (1, 2, 3)]
    np.testing.assert_allclose(found, np.exp(-RATE_PER_S * np.array([600.0, 5000.0, 40000.0])), atol=0.06)


def test_neighbours_share_their_weather_and_strangers_do_not():
    latitude, longitude = far(3000, 3)
    field = WeatherField.over(
        np.concatenate([latitude, latitude + 0.09, -latitude]),
        np.concatenate([longitude] * 2 + [longitude + 90.0]),
        8,
    )
    x = field.values(Instants(START, np.array([1234.0])))[0].reshape(3, 3000)
    assert np.corrcoef(x[0], x[1])[0, 1] == pytest.approx(0.77, abs=0.06)
    assert abs(np.corrcoef(x[0], x[2])[0, 1]) < 0.06


def test_no_jump_from_step_to_step_or_span_to_span():
    x = WeatherField.over([50.0], [30.0], 1).values(Instants.every(START, 1.0, 40_000))[:, 0]
    assert np.abs(np.diff(x)).max() < 0.02


def test_rain_comes_as_often_as_p618_says():
    latitude, longitude = far(200, 5)
    sites = typed(latitude, rain_001_mm_h=30.0, rain_height_km=3.0, rain_percent=5.0)
    day = draw(sites, latitude, longitude)
    a = np.concatenate(
        [day.attenuation_db(Instants.every(START.plus(k * 864000.0), 1800.0, 480)) for k in range(3)]
    )
    path = float(rain.probability_on_path(5.0, 3.0 / math.tan(40 * DEG)))
    assert 100.0 * (a > 0.0).mean() == pytest.approx(path, rel=0.1)
    level = rain.exceeded_db(sites, 28.5, 40 * DEG, 1.0)
    assert 100.0 * (a > level).mean() == pytest.approx(1.0, rel=0.2)


def test_wetness_multiplies_every_level():
    latitude, longitude = far(200, 6)
    sites = typed(latitude, rain_001_mm_h=30.0, rain_height_km=3.0, rain_percent=5.0)
    instants = Instants.every(START, 1800.0, 480)
    level = rain.exceeded_db(sites, 28.5, 40 * DEG, 1.0)
    wet = draw(sites, latitude, longitude, wetness=10.0).attenuation_db(instants)
    assert 100.0 * (wet > level).mean() == pytest.approx(10.0, rel=0.1)
    assert (draw(sites, latitude, longitude, wetness=100.0).attenuation_db(instants) > 0.0).all()


def test_a_place_without_rain_stays_dry():
    sites = typed(
        [23.0, 50.0], rain_001_mm_h=[1e-9, 30.0], rain_height_km=[4.0, 3.0], rain_percent=[0.0, 5.0]
    )
    a = draw(sites, [23.0, 50.0], [30.0, 30.0], wetness=20.0).attenuation_db(DAY)
    assert a[:, 0].max() == 0.0
    assert a[:, 1].max() > 0.0


def test_elevations_are_compared_as_p618_does():
    day = draw(elevation_rad=40 * DEG)
    elevation = np.broadcast_to(np.radians([[25.0, 40.0, 80.0]]), (60, 3))
    factor = day.at(elevation)
    expected = [rain.exceeded_db(SITES[:1], 28.5, e * DEG, 0.1)[0] for e in (25.0, 40.0, 80.0)]
    np.testing.assert_allclose(factor[0], np.array(expected) / expected[1], rtol=1e-3)


@pytest.mark.parametrize("wetness", [0.0, -1.0, math.nan, math.inf])
def test_wetness_must_be_a_number_above_zero(wetness):
    with pytest.raises(SkyholdError, match="wetness"):
        draw(wetness=wetness)
