"""Which craft still fly, and which launches are lost."""

from datetime import UTC, datetime

from skyhold.scenario import library
from skyhold.scenario.load import load, with_values, with_variant
from skyhold.scenario.scenario import StationScenario
from skyhold.station.launches import available, lost, outlook, stock

WHOLE = load("iss-2022", kind=StationScenario)
ISS = with_values(WHOLE, {"variants": []})
RUSSIA_GONE = with_variant(WHOLE, "russia-withdraws")


def test_what_could_fly_in_february_2022():
    kinds = {item.vehicle.name: item for item in available(ISS)}
    assert set(kinds) == {"progress-ms", "soyuz-ms", "cygnus", "cargo-dragon", "crew-dragon"}
    assert kinds["progress-ms"].proven
    assert kinds["cygnus"].proven
    assert not kinds["cargo-dragon"].proven
    assert all(item.flights_left is None for item in kinds.values())


def test_without_russia_cygnus_flies_from_stock():
    kinds = {item.vehicle.name: item for item in available(RUSSIA_GONE)}
    assert set(kinds) == {"cygnus", "cargo-dragon", "crew-dragon"}
    assert kinds["cygnus"].flights_left == 2
    assert stock(library.vehicles()["crew-dragon"], frozenset({"roscosmos"})) is None


def test_what_can_fly_changes_with_the_year():
    kinds = {item.vehicle.name: item for item in available(ISS, datetime(2026, 6, 1, tzinfo=UTC))}
    assert kinds["dragon-boost-kit"].proven
    assert "cygnus-falcon" in kinds
    assert "cygnus" not in kinds


def test_russia_takes_its_launches_along():
    names = {flight.name for flight in lost(RUSSIA_GONE)}
    assert {"Soyuz MS-21", "Progress MS-20", "Soyuz MS-22", "Progress MS-21", "Euclid"} <= names
    assert not {"Crew-4", "CRS-25", "Cygnus NG-18", "Crew-5"} & names
    fates = {item.flight.name: item.fate for item in outlook(RUSSIA_GONE)}
    assert fates["Cygnus NG-18"] == "stock"
    assert fates["Crew-4"] == "flies"


def test_kourou_alone_costs_galileo_and_euclid():
    names = {flight.name for flight in lost(RUSSIA_GONE, pads=("Kourou",))}
    assert names == {"Galileo, first pair of 2022", "Galileo, second pair of 2022", "Euclid"}


def test_nothing_is_lost_where_nobody_leaves_and_what_history_dropped_is_said():
    assert lost(ISS) == ()
    fates = {item.flight.name: item.fate for item in outlook(ISS)}
    assert fates["Euclid"] == "dropped"
    assert fates["Soyuz MS-21"] == "flies"
    assert "Progress MS-19" not in fates


def test_stock_runs_out():
    flights = library.station(ISS.station).flights
    cygnus = next(flight for flight in flights if flight.name == "Cygnus NG-18")
    more = [cygnus.model_copy(update={"name": f"Cygnus {n}"}) for n in range(3)]
    spec = library.station(ISS.station).model_copy(update={"flights": (*flights, *more)})
    typed = RUSSIA_GONE.model_copy(
        update={"station": RUSSIA_GONE.station.model_copy(update={"library": None, "spec": spec})}
    )
    fates = [item.fate for item in outlook(typed) if item.flight.name.startswith("Cygnus")]
    assert fates == ["stock", "stock", "lost", "lost"]


def test_a_partner_that_leaves_later_loses_what_comes_later():
    later = with_values(ISS, {"withdrawals": [{"partner": "roscosmos", "from_utc": "2022-07-01"}]})
    names = {flight.name for flight in lost(later)}
    assert "Soyuz MS-22" in names
    assert not {"Soyuz MS-21", "Progress MS-20"} & names
