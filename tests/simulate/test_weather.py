import numpy as np
import pytest
from tests.simulate.served import FEW, assert_same, rates, scenario, seen, served, service_of

from skyhold.attenuation.total import clear_db, exceeded_db
from skyhold.geometry.sites import Sites
from skyhold.links import user_links
from skyhold.service.reasons import Reason
from skyhold.simulate import broadband
from skyhold.simulate.run import simulate
from skyhold.simulate.weather import GATEWAY_ELEVATION_RAD, Weather, climate_of
from skyhold.times import Epoch, Instants

HERE = Sites.from_degrees([50.0, 49.0, 48.0], [36.0, 37.0, 30.0])
GATEWAYS = Sites.from_degrees([52.1, 54.9], [20.9, 23.9])
ELEVATION = np.radians(np.linspace(25.0, 89.0, 12), dtype=np.float32)[None, None, :] * np.ones(
    (1, 3, 1), np.float32
)
NOW = Instants.every(Epoch.from_datetime(scenario().clock.start_utc), 15.0, 240)
WET = {"exceeded": {"weather.kind": "exceeded"}, "series": {"weather.kind": "series", "weather.wetness": 5.0}}
ONLY_GATEWAYS_WET = {
    "weather.kind": "exceeded",
    "weather.exceeded_percent": 0.02,
    "radio.user_down.frequency_ghz": 2.1,
    "radio.user_up.frequency_ghz": 1.6,
    "radio.gateway_up.frequency_ghz": 44.0,
    "radio.gateway_down.frequency_ghz": 40.0,
}


def weather(**values):
    return Weather.of(scenario(**values), HERE, GATEWAYS)


def test_clear_air_is_gases_alone():
    dry = weather()
    assert not dry.users_down.rain.at(NOW, ELEVATION).any()
    rain, gas = dry.gateways_db(NOW, 2)
    assert not rain.any()
    climate = climate_of(scenario().weather, HERE)
    f_ghz = scenario().radio.user_down.frequency_ghz
    expected = np.stack([clear_db(climate, f_ghz, e) for e in ELEVATION[0, 0].astype(float)], axis=1)
    np.testing.assert_allclose(dry.users_down.gas_db(ELEVATION)[0], expected, atol=0.01)
    at = climate_of(scenario().weather, GATEWAYS)
    up = scenario().radio.gateway_up.frequency_ghz
    np.testing.assert_allclose(gas[0], clear_db(at, up, GATEWAY_ELEVATION_RAD), atol=0.01)


def test_in_clear_air_an_idle_cell_is_offered_the_channel_of_the_budget():
    result = served(**FEW)
    service = service_of(result)
    most = user_links.down(service.field.hardened)
    best = most.efficiency(user_links.GRID_RAD[250:], 0.0, None, 0.0, 0.0).max() * most.payload_hz / 1e6
    assert 0.0 < rates(result, "offered_mbit_s").max() <= best + 0.1


def test_exceeded_is_what_the_recommendation_says_beyond_gases():
    wet = weather(weather__kind="exceeded", weather__exceeded_percent=0.1)
    climate, f_ghz = climate_of(scenario().weather, HERE), scenario().radio.user_down.frequency_ghz
    for k, elevation in enumerate(ELEVATION[0, 0].astype(float)):
        whole = exceeded_db(climate, f_ghz, elevation, 0.1).total_db - clear_db(climate, f_ghz, elevation)
        np.testing.assert_allclose(wet.users_down.rain.at(NOW, ELEVATION)[0, :, k], whole, atol=0.02)


def test_a_drawn_day_depends_on_its_seed_and_the_instant_alone():
    day, again, other = (
        weather(weather__kind="series", weather__wetness=20.0, weather__seed=s) for s in (1, 1, 2)
    )
    sky = np.broadcast_to(ELEVATION, (len(NOW), 3, ELEVATION.shape[2]))
    whole = day.users_down.rain.at(NOW, sky)
    assert whole.max() > 0.0
    np.testing.assert_array_equal(whole, again.users_down.rain.at(NOW, sky))
    assert (whole != other.users_down.rain.at(NOW, sky)).any()
    for first, last in ((100, 131), (0, 7), (239, 240)):
        part = Instants(NOW.epoch, NOW.offset_s[first:last])
        np.testing.assert_array_equal(whole[first:last], day.users_down.rain.at(part, sky[first:last]))


def test_the_drawn_day_of_a_site_does_not_depend_on_the_sites_beside_it():
    day = weather(weather__kind="series", weather__wetness=20.0)
    alone = Weather.of(
        scenario(weather__kind="series", weather__wetness=20.0), HERE.take(np.array([1])), GATEWAYS
    )
    sky = np.broadcast_to(ELEVATION, (len(NOW), 3, ELEVATION.shape[2]))
    np.testing.assert_array_equal(
        day.users_down.rain.at(NOW, sky)[:, 1:2], alone.users_down.rain.at(NOW, sky[:, :1])
    )


def test_threads_and_blocks_leave_no_trace_in_rain(monkeypatch):
    rainy = WET["series"] | {"weather.wetness": 20.0}
    whole = served(**rainy)
    assert rates(whole).sum() < rates(served()).sum()
    for slots in (1, 7):
        monkeypatch.setattr(broadband, "BLOCK_SLOTS", slots)
        assert_same(whole, simulate(scenario(**rainy), threads=3))


@pytest.mark.parametrize("kind", WET)
def test_rain_gives_nobody_anything_where_all_are_served(kind):
    wet = served(**FEW, **WET[kind])
    assert (rates(wet) <= rates(served(**FEW))).all()
    assert (
        rates(wet, "offered_mbit_s").sum(axis=0) <= rates(served(**FEW), "offered_mbit_s").sum(axis=0)
    ).all()


def test_more_rain_never_carries_more():
    percents = (10.0, 1.0, 0.1, 0.01, 0.001)
    sums = [rates(served(weather__kind="exceeded", weather__exceeded_percent=p)).sum() for p in percents]
    assert sums == sorted(sums, reverse=True)
    assert sums[0] <= rates(served()).sum()
    assert sums[-1] < 0.7 * sums[0]


def test_rain_over_gateways_alone_shows_as_gateway_full_or_rain():
    wet = served(**ONLY_GATEWAYS_WET)
    clear = served(**ONLY_GATEWAYS_WET | {"weather.kind": "clear"})
    service = service_of(wet)
    sky = np.full((1, len(service.rows), 1), 0.7, np.float32)
    assert service.weather.users_down.rain.at(NOW, sky).max() < 0.2
    assert rates(wet).sum() < 0.8 * rates(clear).sum()
    assert seen(wet) == {Reason.GATEWAY_FULL}
    assert Reason.GATEWAY_FULL not in seen(clear)
    drowned = served(
        **ONLY_GATEWAYS_WET | {"weather.exceeded_percent": 0.001, "weather.rain_001_mm_h": 150.0}
    )
    assert seen(drowned) == {Reason.RAIN}
    assert not rates(drowned).any()
