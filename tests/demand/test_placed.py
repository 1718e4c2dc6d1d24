import numpy as np
import pytest
from tests.demand.towns import CELLS, MIDDLE, delivery, loss, scenario, site

from skyhold.demand import restoration
from skyhold.demand.load import demand
from skyhold.demand.placed import standing
from skyhold.errors import ScenarioError, SkyholdError
from skyhold.nouns.ground import PlacedTerminals
from skyhold.simulate.activation import stock
from skyhold.times import Epoch, slot_instants

HOURS = np.arange(np.datetime64("2022-03-02T00"), np.datetime64("2022-03-04T00"))
PEOPLE = np.full(len(CELLS), 1000.0)


def by_hand(**changes):
    return PlacedTerminals(**({"name": "town", "terminals": 40, **MIDDLE} | changes))


def test_they_stand_in_their_cell_while_they_are_there():
    come = by_hand(name="later", terminals=10, from_utc="2022-03-02T12:00Z", to_utc="2022-03-03T00:00Z")
    found = standing([by_hand(), come], (), CELLS, PEOPLE, HOURS)
    assert (found > 0).any(axis=0).sum() == 1
    assert found.sum(axis=1).tolist() == [40.0] * 12 + [50.0] * 12 + [40.0] * 24


def test_a_loss_spares_those_that_come_after_it():
    gone = loss(from_utc="2022-03-02T06:00Z", lost_percent=75.0)
    late = by_hand(name="late", from_utc="2022-03-02T07:00Z")
    found = standing([by_hand(), late], [gone], CELLS, PEOPLE, HOURS).sum(axis=1)
    assert found[[5, 6, 7, 47]].tolist() == [40.0, 10.0, 50.0, 50.0]
    barred = loss(from_utc="2022-03-02T06:00Z", to_utc="2022-03-02T09:00Z", lost_percent=50.0)
    kept = standing([by_hand(), late], [barred], CELLS, PEOPLE, HOURS).sum(axis=1)
    assert kept[[5, 6, 7, 9]].tolist() == [40.0, 20.0, 40.0, 80.0]


def test_they_ask_beside_those_of_deliveries_and_serve_a_hospital():
    plain = {"demand": {"basis": "terminals"}, "sites": (site(),)}
    told = scenario(placed=(by_hand(),), **plain)
    start = Epoch.from_datetime(told.clock.start_utc)
    found = demand(told, CELLS, (), slot_instants(start, 3600.0))
    middle = int(found.site_cell[0])
    assert found.terminals[0, middle] == 40.0
    assert found.wanted_bit_s[0, middle] > 0.0
    assert found.site_bit_s[0, middle] == pytest.approx(20e6)
    both = scenario(placed=(by_hand(),), deliveries=(delivery(arrives="2022-02-20"),), **plain)
    assert demand(both, CELLS, (), slot_instants(start, 3600.0)).terminals.sum() > 40.0
    assert stock(told, CELLS).in_place == pytest.approx(40.0)
    [row] = restoration.curve(told, CELLS, np.array(["2022-03-02"], "datetime64[D]"))
    assert row["working"] == pytest.approx(40.0)
    assert row["sites_by_satellite"] == pytest.approx(1.0)


def test_what_cannot_stand_is_refused():
    with pytest.raises(ScenarioError, match="outside the area"):
        standing([by_hand(), by_hand(latitude_deg=10.0)], (), CELLS, PEOPLE, HOURS)
    with pytest.raises(ScenarioError, match="more terminals are placed"):
        standing([by_hand(terminals=10_000_000)], (), CELLS, PEOPLE, HOURS)
    with pytest.raises((SkyholdError, ValueError), match="gone before they come"):
        by_hand(from_utc="2022-03-02T12:00Z", to_utc="2022-03-02T11:00Z")
    with pytest.raises((SkyholdError, ValueError), match="counts households"):
        scenario(placed=(by_hand(),))
    with pytest.raises((SkyholdError, ValueError), match="town"):
        scenario(placed=(by_hand(), by_hand()), demand={"basis": "terminals"})
