import numpy as np
import pytest
from pydantic import ValidationError
from tests.demand.towns import CELLS, MIDDLE, circle, delivery, loss, outage, scenario, site

from skyhold.data.countries import country
from skyhold.demand.access import offline_people
from skyhold.demand.load import demand, hours_of
from skyhold.demand.profile import busy_share
from skyhold.geometry.cells import country_cells
from skyhold.nouns.demand import DemandSpec
from skyhold.nouns.ground import Place
from skyhold.times import Epoch, Instants, slot_instants


def asked(hours=6.0, **changes):
    told = scenario(**changes)
    start = Epoch.from_datetime(told.clock.start_utc)
    return demand(told, CELLS, told.places, slot_instants(start, hours * 3600.0))


def at_middle(found):
    return int(found.site_cell[0])


def test_hours_hold_the_instants():
    instants = slot_instants(Epoch(2_459_638.5, 0.25), 86_400.0)
    hours = hours_of(instants)
    assert len(hours) == 24
    assert len(hours_of(Instants(instants.epoch, np.zeros(1)))) == 1
    found = asked()
    assert found.hour(hours_of(slot_instants(Epoch(2_459_640.5, 0.0), 21_600.0))).tolist() == list(range(6))


def test_households_without_a_network_ask():
    found = asked(demand={"adoption_percent": 10.0, "busy_hour_mbit_s": 2.0, "people_per_household": 2.5})
    offline = offline_people(CELLS, 2022.0)
    assert found.terminals[0] == pytest.approx(offline / 2.5 * 0.1)
    wanted = found.terminals * 2e6 * busy_share(CELLS.longitude_deg, found.hours)
    assert found.wanted_bit_s == pytest.approx(wanted)
    assert found.uplink_bit_s == pytest.approx(0.1 * wanted)
    assert found.users == pytest.approx(found.terminals * 2.5)


def test_an_outage_makes_people_depend_on_the_satellite():
    whole = asked()
    cut = asked(demand={"backup_h": 48.0}, events=(outage(network="power", from_utc="2022-03-01"),))
    there = np.hypot(CELLS.latitude_deg - 49.0, CELLS.longitude_deg - 30.0) < 0.3
    assert cut.dependents[0, there] == pytest.approx(whole.people[there])
    assert cut.dependents[:, ~there].sum() >= whole.dependents[:, ~there].sum()
    assert cut.powered[0, there].min() == 1.0
    assert (
        asked(demand={"backup_h": 1.0}, events=(outage(network="power"),)).wanted_bit_s[0, there].max() == 0.0
    )


def test_terminals_of_the_day():
    found = asked(demand={"basis": "terminals"}, deliveries=(delivery(speed_km_day=5000.0),), sites=(site(),))
    assert 0.0 < found.terminals[0].sum() <= found.terminals[-1].sum() <= 600.0
    none = asked(demand={"basis": "terminals"})
    assert none.wanted_bit_s.max() == 0.0


def test_a_terminal_that_nobody_needs_asks_nothing():
    spec = {"basis": "terminals", "online_percent": 100.0}
    assert asked(demand=spec, deliveries=(delivery(speed_km_day=5000.0),)).wanted_bit_s.max() == 0.0


def test_a_site_asks_its_need_at_all_hours_and_first():
    spec = {"basis": "terminals", "online_percent": 100.0}
    found = asked(demand=spec, deliveries=(delivery(speed_km_day=5000.0, to="sites"),), sites=(site(),))
    cell = at_middle(found)
    assert found.site_bit_s[:, cell] == pytest.approx(20e6)
    assert found.wanted_bit_s[:, cell] == pytest.approx(20e6)
    assert found.priority.sum() == found.priority[cell] == 1.0


def test_a_site_without_power_asks_nothing():
    found = asked(
        demand={"adoption_percent": 100.0},
        sites=(site(),),
        events=(outage(network="power", from_utc="2022-03-01T20:30:00"),),
    )
    assert (found.site_bit_s[:, at_middle(found)] > 0.0).tolist() == [True, True, False, False, False, False]


def test_losses_touch_homes_too():
    before, after = asked(), asked(events=(loss(from_utc="2022-03-01", circles=(circle(5000.0),)),))
    assert after.terminals == pytest.approx(0.5 * before.terminals)


def test_places_and_sites_outside_are_counted():
    town = Place(name="here", **MIDDLE)
    far = Place(name="there", latitude_deg=-10.0, longitude_deg=30.0)
    found = asked(places=(town, far), sites=(site(latitude_deg=0.0),))
    assert found.place_cell[1] == found.site_cell[0] == -1
    assert CELLS.latitude_deg[found.place_cell[0]] == pytest.approx(49.0, abs=0.2)


def test_borders_of_the_user_hold_whoever_lives_in_them(tmp_path):
    cells = country_cells(country("MDA"), 4)
    instants = Instants(Epoch(2_459_638.5, 0.0), np.zeros(1))
    ours = demand(scenario(area={"country": "MDA", "h3_resolution": 4}), cells, (), instants)
    theirs = demand(
        scenario(area={"country": "MDA", "h3_resolution": 4, "boundaries": "mine.geojson"}),
        cells,
        (),
        instants,
    )
    assert ours.people.sum() != pytest.approx(theirs.people.sum(), rel=1e-6)
    assert ours.people.sum() == pytest.approx(theirs.people.sum(), rel=0.25)


@pytest.mark.parametrize("profile", [(1.0,) * 23, (0.0,) * 24, (-1.0,) + (1.0,) * 23])
def test_a_profile_is_a_day(profile):
    with pytest.raises(ValidationError, match="not a day"):
        DemandSpec(profile=profile)
