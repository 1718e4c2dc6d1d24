from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from tests.network.sky import CITIES, START, elevations, positions

from skyhold.constants import FIBRE_REFRACTIVE_INDEX, SPEED_OF_LIGHT_M_S
from skyhold.data.gateways import Pop
from skyhold.errors import ScenarioError
from skyhold.geometry.look import look_angles
from skyhold.geometry.masks import SkyMask, allowed
from skyhold.geometry.sites import Sites
from skyhold.network.gateways import GatewaySegment, Outage, fibre_delays, segment
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.times import Epoch, Instants

PLACES = Sites.from_degrees([52.0, 54.9, 50.1, -33.8], [20.9, 23.9, 8.7, 151.1])


def pop(name, latitude_deg, longitude_deg):
    return Pop(name, name, "XXX", latitude_deg, longitude_deg)


POPS = (pop("frankfurt", 50.12, 8.73), pop("sydney", -33.79, 151.13))


def ground(mask=None, outages=()):
    names = ("a", "b", "c", "d")
    return GatewaySegment(names, PLACES, mask or SkyMask(), POPS, fibre_delays(PLACES, POPS, 1.5), outages)


def plain_backhaul(segment, xyz, instants):
    """The same by whole arrays: the least of link plus fibre over live gateways that may look there."""
    look = look_angles(segment.sites, xyz)
    may = allowed(
        segment.mask, segment.sites.latitude_rad[None, :, None], look.azimuth_rad, look.elevation_rad
    )
    may &= segment.live(instants)[:, :, None]
    link = np.where(may, look.range_m / SPEED_OF_LIGHT_M_S, np.inf)
    total = link[:, :, None, :] + segment.fibre_s[None, :, :, None]
    return total.min(axis=1), np.where(np.isfinite(total.min(axis=1)), total.argmin(axis=1), -1)


@pytest.mark.parametrize(
    "mask",
    [
        SkyMask(),
        SkyMask(min_elevation_rad=np.radians(5.0)),
        SkyMask(gso_exclusion_rad=np.radians(18.0)),
        SkyMask(
            field_of_view_rad=np.radians(100.0), tilt_rad=np.radians(20.0), tilt_azimuth_rad=np.radians(30.0)
        ),
    ],
    ids=["25 deg", "5 deg", "off the GSO arc", "tilted cone"],
)
def test_backhaul_is_the_least_over_all_gateways(mask):
    instants = Instants.every(START, 120.0, 15)
    xyz = positions(instants)
    outage = Outage(0, instants.unix_s()[4], instants.unix_s()[9])
    segment = ground(mask, (outage,))
    found = segment.backhaul(xyz, instants)
    delay, gateway = plain_backhaul(segment, xyz, instants)
    differs = np.isfinite(found.delay_s) != np.isfinite(delay)
    assert differs.mean() < 2e-4  # single precision at the edge of the mask
    both = np.isfinite(found.delay_s) & np.isfinite(delay)
    assert both.sum() > 100
    np.testing.assert_allclose(found.delay_s[both], delay[both], rtol=0, atol=2e-8)
    assert (found.gateway[both] == gateway[both]).mean() > 0.999
    assert (found.gateway[~np.isfinite(found.delay_s)] == -1).all()


@pytest.mark.parametrize(
    "mask", [SkyMask(), SkyMask(gso_exclusion_rad=np.radians(18.0))], ids=["25 deg", "GSO"]
)
def test_in_view_is_where_a_way_is(mask):
    instants = Instants.every(START, 120.0, 15)
    xyz = positions(instants)
    segment = ground(mask, (Outage(0, instants.unix_s()[4], instants.unix_s()[9]),))
    seen, found = segment.in_view(xyz, instants), segment.backhaul(xyz, instants)
    assert (seen.any(axis=1)[:, None] == np.isfinite(found.delay_s)).all()
    slot, pop, satellite = np.nonzero(found.gateway >= 0)
    assert seen[slot, found.gateway[slot, pop, satellite], satellite].all()
    look = look_angles(segment.sites, xyz)
    may = allowed(mask, segment.sites.latitude_rad[None, :, None], look.azimuth_rad, look.elevation_rad)
    may &= segment.live(instants)[:, :, None]
    assert (may != seen).mean() < 2e-4  # single precision at the edge of the mask


def test_a_gateway_fails_and_comes_back():
    instants = Instants.every(START, 60.0, 10)
    when = instants.unix_s()
    live = ground(outages=(Outage(1, when[3], when[6]), Outage(2, when[5], np.inf))).live(instants)
    assert live[:, 1].tolist() == [True] * 3 + [False] * 3 + [True] * 4
    assert live[:, 2].tolist() == [True] * 5 + [False] * 5
    assert live[:, [0, 3]].all()


def test_a_dead_segment_reaches_nothing():
    instants = Instants.every(START, 60.0, 2)
    dead = ground(outages=tuple(Outage(g, 0.0, np.inf) for g in range(4)))
    found = dead.backhaul(positions(instants), instants)
    assert np.isinf(found.delay_s).all()
    assert (found.gateway == -1).all()


def test_losing_a_gateway_never_shortens_a_way():
    instants = Instants.every(START, 200.0, 5)
    xyz = positions(instants)
    whole = ground().backhaul(xyz, instants)
    less = ground(outages=(Outage(0, 0.0, np.inf),)).backhaul(xyz, instants)
    assert (less.delay_s >= whole.delay_s).all()
    assert (less.delay_s > whole.delay_s).any()


def test_fibre_is_great_circle_times_factor_times_index():
    delay = fibre_delays(Sites.from_degrees([0.0], [0.0]), (pop("east", 0.0, 90.0),), 2.0)
    quarter = np.pi / 2 * 6_371_008.8
    assert delay[0, 0] == pytest.approx(2.0 * FIBRE_REFRACTIVE_INDEX * quarter / SPEED_OF_LIGHT_M_S, rel=2e-3)


def test_terminals_use_the_nearest_pop_and_the_rest_goes():
    europe, index = ground().for_terminals(CITIES)
    assert [p.name for p in europe.pops] == ["frankfurt"]
    assert index.tolist() == [0, 0, 0, 0]
    assert europe.fibre_s.shape == (4, 1)
    both, index = ground().for_terminals(Sites.from_degrees([-30.0, 48.0], [150.0, 2.0]))
    assert [both.pops[i].name for i in index] == ["sydney", "frankfurt"]


def scenario(**changed):
    values = {
        "schema_version": 1,
        "name": "test",
        "clock": {"start_utc": datetime(2022, 2, 28, tzinfo=UTC)},
        "fleet": {"codes": ("D:550:53.0:480/24/1",)},
        "places": ({"name": "Kyiv", "latitude_deg": 50.45, "longitude_deg": 30.52},),
    }
    return BroadbandScenario.model_validate(values | changed)


SITES = (
    {"name": "here", "latitude_deg": 51.0, "longitude_deg": 21.0},
    {"name": "there", "latitude_deg": 55.0, "longitude_deg": 24.0},
)


def test_segment_of_typed_sites_with_an_event():
    event = {"gateway": "there", "from_utc": "2022-02-28T06:00:00Z", "to_utc": "2022-02-28T12:00:00Z"}
    found = segment(scenario(gateways={"sites": SITES}, events=(event,)))
    assert found.names == ("here", "there")
    hours = Instants.every(Epoch.from_datetime(datetime(2022, 2, 28, tzinfo=UTC)), 3600.0, 24)
    assert found.live(hours)[:, 0].all()
    assert np.flatnonzero(~found.live(hours)[:, 1]).tolist() == [6, 7, 8, 9, 10, 11]


def test_segment_of_library_names_and_all_open_on_the_date():
    named = segment(scenario(gateways={"names": ("Wola Krobowska", "Kaunas")}))
    assert named.names == ("Wola Krobowska", "Kaunas")
    assert 51.5 < np.degrees(named.sites.latitude_rad[0]) < 52.5
    everything = segment(scenario())
    assert {"Wola Krobowska", "Kaunas"} <= set(everything.names)
    assert len(segment(scenario(gateways={"include_unverified": True})).names) >= len(everything.names)


@pytest.mark.parametrize(
    ("changed", "where", "remedy"),
    [
        ({"gateways": {"names": ("Wola Krobovska",)}}, "gateways.names[0]", "Wola Krobowska"),
        ({"internet": {"pop": "Francfurt"}}, "internet.pop", "names"),
        (
            {"events": ({"gateway": "Kaunass", "from_utc": "2022-02-28T06:00:00Z"},)},
            "events[0].gateway",
            "Kaunas",
        ),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest(changed, where, remedy):
    with pytest.raises(ScenarioError) as told:
        segment(scenario(**changed))
    assert where in told.value.where
    assert remedy in told.value.remedy or remedy == "names"


def test_a_named_pop_is_the_only_one():
    found = segment(scenario(gateways={"sites": SITES}, internet={"pop": "Frankfurt"}))
    assert [p.city for p in found.pops] == ["Frankfurt"]
    assert (replace(found).pop_index(CITIES) == 0).all()


def test_plain_elevations_agree_with_the_look():
    instants = Instants.every(START, 900.0, 2)
    xyz = positions(instants)
    np.testing.assert_allclose(look_angles(CITIES, xyz).elevation_rad, elevations(xyz, CITIES), atol=1e-5)
