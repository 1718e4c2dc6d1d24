from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.mobility.sky import GSO_MASK, SLOTS, START, moving, point, still, surroundings

from skyhold.attenuation.climate import site_climate
from skyhold.attenuation.rain_series import RainDay
from skyhold.geometry.sites import Sites
from skyhold.geometry.visibility import look_up
from skyhold.mobility import journey
from skyhold.mobility.carriers import CARRIERS
from skyhold.mobility.jammed import on_satellite, on_terminal
from skyhold.mobility.journey import travel
from skyhold.mobility.outages import Stop
from skyhold.mobility.tracks import positions
from skyhold.mobility.weather import Clear, Drawn, Exceeded, Vacuum, weather_of
from skyhold.network.delay import round_trip_s
from skyhold.network.policies import Context, HighestElevation, LongestRemaining, Random
from skyhold.network.scheduler import State, assign, serving_gateway
from skyhold.nouns.jammers import Countermeasures, Jammer
from skyhold.nouns.radio import RadioSpec, WeatherSpec
from skyhold.times import Instants

AROUND = surroundings()
TRUCK = moving(point(0, 49.8, 23), point(1, 50.0, 24))
DRONE = moving(
    point(0, 46.9, 32.0, 900), point(0.5, 46.7, 32.6, 900), point(1, 46.9, 32.0, 900), kind="drone"
)


def with_jammers(*jammers, **countermeasures):
    field = replace(AROUND.field, jammers=jammers, countermeasures=Countermeasures(**countermeasures))
    return replace(AROUND, field=field)


def jammer(eirp_dbw, latitude_deg=46.75, longitude_deg=32.4, **more):
    return Jammer(name="j", latitude_deg=latitude_deg, longitude_deg=longitude_deg, eirp_dbw=eirp_dbw, **more)


@pytest.mark.parametrize(
    "policy", [HighestElevation(), HighestElevation(8.0), LongestRemaining(), Random(seed=3)], ids=repr
)
def test_zero_distance_is_a_fixed_terminal(policy):
    place = (47.1, 33.2, 120.0)
    around = replace(AROUND, policy=policy)
    found = travel(still(*place, field_of_view_deg=100.0), SLOTS, around)
    sites = Sites.from_degrees([place[0]], [place[1]], place[2])
    ground, pop = AROUND.ground.for_terminals(sites)
    mask = replace(GSO_MASK, field_of_view_rad=np.radians(100.0))
    xyz = AROUND.fleet.positions(SLOTS)
    backhaul = ground.backhaul(xyz, SLOTS)
    seen = look_up(xyz, sites, mask, backhaul.delay_s, depth=48, pop_index=pop)
    ahead = AROUND.fleet.positions(Instants(SLOTS.epoch, SLOTS.offset_s + 15.0))
    context = Context(SLOTS, sites, mask.min_elevation_rad, len(AROUND.fleet), xyz=xyz, ahead=ahead)
    schedule, _ = assign(seen, policy, context, State.initial(1))
    np.testing.assert_array_equal(found.serving, schedule.serving[:, 0])
    np.testing.assert_array_equal(found.handover, schedule.handover[:, 0])
    np.testing.assert_array_equal(found.gateway, serving_gateway(schedule, backhaul, pop)[:, 0])
    rtt = round_trip_s(schedule, seen, backhaul, pop, SLOTS, seed=AROUND.seed)[:, 0]
    np.testing.assert_array_equal(found.rtt_s.astype(np.float32), rtt)
    np.testing.assert_array_equal(found.track.velocity_m_s, 0.0)


def test_blocks_change_nothing(monkeypatch):
    whole = travel(DRONE, SLOTS, AROUND)
    monkeypatch.setattr(journey, "BLOCK_SLOTS", 37)
    cut = travel(DRONE, SLOTS, AROUND)
    for name in ("serving", "handover", "rtt_s", "usable", "stop"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(cut, name))
    np.testing.assert_array_equal(whole.link.down_bit_s, cut.link.down_bit_s)
    np.testing.assert_array_equal(whole.motion.rate_m_s, cut.motion.rate_m_s)
    assert len(whole) == len(whole.track) == len(SLOTS)


def test_where_it_is_served_everything_is_known_and_elsewhere_nothing():
    found = travel(moving(point(0, 40, 40), point(1, 47, 40)), SLOTS, AROUND)
    served = found.serving >= 0
    assert 0 < served.sum() < len(served)
    for column in (found.rtt_s, found.look.range_m, found.motion.rate_m_s, found.link.down_bit_s):
        np.testing.assert_array_equal(np.isfinite(column), served)
    np.testing.assert_array_equal(found.served, served)
    np.testing.assert_array_equal(found.gateway >= 0, served)
    np.testing.assert_array_equal(found.usable > 0, served)
    assert sum(span.slots for span in found.outages) == (~served).sum()
    assert (found.stop[~served] == Stop.NO_GATEWAY).any()
    assert found.handovers_per_hour(15.0) > 30


def test_the_nearest_point_of_presence_changes_on_the_way():
    far = moving(point(0, 52.2, 21, 10e3), point(1, 50.2, 9, 10e3), kind="aircraft")
    found = travel(far, SLOTS, AROUND)
    alone = [
        replace(AROUND.ground, pops=(AROUND.ground.pops[i],), fibre_s=AROUND.ground.fibre_s[:, i : i + 1])
        for i in (0, 1)
    ]
    by_warsaw, by_frankfurt = (travel(far, SLOTS, replace(AROUND, ground=ground)) for ground in alone)
    np.testing.assert_array_equal(found.rtt_s[:40], by_warsaw.rtt_s[:40])
    np.testing.assert_array_equal(found.rtt_s[-40:], by_frankfurt.rtt_s[-40:])


@settings(max_examples=10)
@given(st.floats(30, 110), st.floats(0, 60))
def test_a_lower_speed_limit_never_serves_more(limit, less):
    strict, free = (
        travel(TRUCK.model_copy(update={"speed_limit_km_h": each}), SLOTS, AROUND)
        for each in (max(1.0, limit - less), limit)
    )
    assert (strict.usable <= free.usable).all()
    assert (strict.served <= free.served).all()


def test_a_speed_limit_stops_service_and_says_so():
    found = travel(TRUCK.model_copy(update={"speed_limit_km_h": 60.0}), SLOTS, AROUND)
    assert (found.stop == Stop.TOO_FAST).all()
    assert (found.serving == -1).all()
    assert not found.handover.any()


@settings(max_examples=8)
@given(st.floats(0, 4), st.floats(0, 4))
def test_worse_pointing_never_carries_more(one, more):
    steady, shaky = (
        travel(DRONE.model_copy(update={"pointing_deg": each}), SLOTS.block(0, 60), AROUND)
        for each in (one, one + more)
    )
    np.testing.assert_array_equal(steady.serving, shaky.serving)
    served = steady.serving >= 0
    assert (shaky.link.down_bit_s[served] <= steady.link.down_bit_s[served]).all()
    assert (shaky.link.up_bit_s[served] <= steady.link.up_bit_s[served]).all()


def test_pointing_far_beside_closes_the_link():
    found = travel(DRONE.model_copy(update={"pointing_deg": 9.0}), SLOTS.block(0, 60), AROUND)
    assert (found.stop[found.serving >= 0] == Stop.WEAK).all()


@settings(max_examples=8)
@given(st.floats(10, 70), st.floats(0, 20), st.sampled_from(["user-down", "user-up"]))
def test_a_stronger_jammer_never_carries_more(eirp, more, against):
    slots = SLOTS.block(0, 60)
    weak, strong = (
        travel(DRONE, slots, with_jammers(jammer(e, against=against))) for e in (eirp, eirp + more)
    )
    served = weak.serving >= 0
    for name in ("down_bit_s", "up_bit_s"):
        assert (getattr(strong.link, name)[served] <= getattr(weak.link, name)[served]).all()
        clear = getattr(weak.link, f"clear_{name}")[served]
        assert (getattr(weak.link, name)[served] <= clear).all()


def test_one_jammer_more_never_carries_more():
    one = jammer(45.0)
    alone, both = (
        travel(DRONE, SLOTS, with_jammers(*them)) for them in ([one], [one, jammer(40.0, 46.8, 32.2)])
    )
    served = alone.serving >= 0
    assert (both.link.down_bit_s[served] <= alone.link.down_bit_s[served]).all()
    assert both.link.down_bit_s[served].sum() < alone.link.down_bit_s[served].sum()


def test_who_flies_high_is_jammed_from_farther_away():
    there = jammer(50.0, 46.8, 33.6)  # 110 km away: beyond the horizon of the ground
    low, high = (
        travel(
            moving(point(0, 46.8, 32.1, h), point(1, 46.9, 32.1, h), kind="drone"), SLOTS, with_jammers(there)
        )
        for h in (2.0, 3000.0)
    )
    kept = [np.nanmean(one.link.down_bit_s / one.link.clear_down_bit_s) for one in (low, high)]
    assert kept[0] > 0.999
    assert kept[1] < 0.9


def test_jamming_is_an_outage_with_its_name():
    near = jammer(90.0, 46.8, 32.3)
    found = travel(DRONE, SLOTS, with_jammers(near))
    assert (found.stop == Stop.JAMMED).sum() > 10
    assert not found.served[found.stop == Stop.JAMMED].any()


def test_a_moving_jammer_is_met_where_it_is():
    still_there = jammer(50.0, 46.8, 32.4)
    points = tuple(point(h, 46.8, 32.4) for h in (0, 2))
    carried = Jammer(name="j", track=points, eirp_dbw=50.0)
    fixed, along = (travel(DRONE, SLOTS.block(0, 30), with_jammers(one)) for one in (still_there, carried))
    np.testing.assert_allclose(fixed.link.down_bit_s, along.link.down_bit_s, rtol=1e-6)


def test_jamming_of_a_vehicle_that_stands_is_that_of_a_terminal_that_stands():
    place = (46.9, 32.2)
    around = with_jammers(jammer(50.0), jammer(60.0, 47.2, 32.9, against="user-up", dish_m=2.0))
    slots = SLOTS.block(0, 24)
    it, field = still(*place), replace(around.field, sites=Sites.from_degrees([place[0]], [place[1]]))
    found = travel(it, slots, around)
    xyz, track = AROUND.fleet.positions(slots), positions(it, slots)
    serving = found.serving[:, None, None]
    height = (
        CARRIERS["vehicle"].over_ground_m(track.altitude_m) * 0 + 1.5
    )  # what jamming takes for who stands
    mine = on_terminal(around.field, track, height, slots, found.look.azimuth_rad, found.look.elevation_rad)
    np.testing.assert_allclose(
        mine.j_over_n, field.down.interference(slots, xyz, serving).j_over_n[:, :, 0, 0], rtol=0.02
    )
    up = on_satellite(around.field, track, slots, xyz, found.serving)
    np.testing.assert_allclose(
        up.j_over_n, field.up.interference(slots, xyz, serving).j_over_n[:, :, 0, 0], rtol=0.02
    )
    assert (mine.j_over_n > 0).any()
    assert (up.j_over_n > 0).any()


def test_gnss_jamming_costs_pointing_unless_it_is_ignored():
    near = jammer(30.0, 46.8, 32.3, against="gnss", channels=1)
    jammed, ignored = (travel(DRONE, SLOTS, with_jammers(near, ignore_gnss=yes)) for yes in (False, True))
    assert np.nanmax(jammed.link.pointing_loss_db) > 0
    assert np.nanmax(ignored.link.pointing_loss_db) == 0


def test_rain_is_below_an_aircraft():
    spec = WeatherSpec(kind="exceeded", exceeded_percent=0.1)
    rainy = replace(AROUND, weather=Exceeded(RadioSpec(), spec))
    slots = SLOTS.block(0, 40)
    flight = moving(point(0, 50, 30, 11e3), point(1, 51, 36, 11e3), kind="aircraft")
    drive = moving(point(0, 50, 30), point(1, 50.2, 30.8))
    kept = {}
    for name, it in (("flight", flight), ("drive", drive)):
        wet, dry = (travel(it, slots, around) for around in (rainy, replace(AROUND, weather=Vacuum())))
        kept[name] = np.nanmedian(wet.link.down_bit_s / dry.link.down_bit_s)
    assert kept["flight"] > 0.99
    assert 0.5 < kept["drive"] < 0.95


def test_a_drawn_day_is_the_one_of_terminals_that_stand():
    spec, place = WeatherSpec(kind="series", wetness=60.0, seed=4), (50.0, 30.0)
    weather = weather_of(RadioSpec(), spec)
    found = travel(still(*place), SLOTS, replace(AROUND, weather=weather))
    track, elevation = positions(still(*place), SLOTS), found.look.elevation_rad
    air = weather.air(track, SLOTS, CARRIERS["vehicle"], elevation)
    day = RainDay.draw(site_climate(*([v] for v in place)), *([v] for v in place), 11.7, seed=4, wetness=60.0)
    there = day.attenuation_db(SLOTS)[:, 0] * day.at(elevation[None, :])[0]
    np.testing.assert_allclose(air.rain_down_db, there, rtol=1e-5, atol=1e-6)
    assert np.nanmax(air.rain_down_db) > 0.1
    assert (air.rain_up_db >= air.rain_down_db).all()
    high = weather.air(
        positions(still(*place, 12_000.0, kind="aircraft"), SLOTS), SLOTS, CARRIERS["aircraft"], elevation
    )
    assert np.max(high.rain_down_db) == 0.0
    assert (high.gas_down_db < air.gas_down_db).all()


def test_every_word_of_the_weather_has_its_kind():
    kinds = {"clear": Clear, "exceeded": Exceeded, "series": Drawn}
    for word, kind in kinds.items():
        assert type(weather_of(RadioSpec(), WeatherSpec(kind=word))) is kind


def test_slots_before_and_after_the_track_are_left_out():
    found = travel(moving(point(0.25, 49, 30), point(0.5, 49.2, 30)), SLOTS, AROUND)
    when = found.instants.unix_s() - START.timestamp()
    assert when[0] == 900.0 + 12.0
    assert when[-1] <= 1800.0
    assert all(b - a == 15.0 for a, b in pairwise(when))
