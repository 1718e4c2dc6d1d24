"""Moving terminals of a scenario, and their tables."""

from __future__ import annotations

import numpy as np
import pytest

from skyhold.scenario.load import load, with_values
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.simulate.mobility import journeys, moving_tables, nearest_places, path_km, slots_of, surroundings


@pytest.fixture(scope="module")
def found():
    scenario = load("on-the-move", sets=["variants=[]"], kind=BroadbandScenario)
    around = surroundings(scenario, slots_of(scenario))
    told = []
    trips = journeys(scenario, around, lambda *what: told.append(what))
    assert told[-1] == ("moving terminals", 4, 4)
    return scenario, trips, moving_tables(trips, scenario, around)


def test_a_row_a_terminal_a_row_a_slot_a_row_an_outage(found):
    scenario, trips, tables = found
    assert list(tables["moving"]["name"]) == [one.name for one in scenario.moving]
    assert len(tables["track"]) == sum(len(one) for one in trips)
    assert len(tables["moving_outages"]) == sum(len(one.outages) for one in trips)
    assert all(tables[name].notes[key] for name in ("moving", "track") for key in tables[name].notes)


def test_the_tables_agree_with_each_other(found):
    _, _, tables = found
    track = tables["track"]
    for row in tables["moving"].rows():
        own = track["name"] == row["name"]
        served = own & (track["stop"] == "served")
        assert row["served_percent"] == pytest.approx(100.0 * served.sum() / own.sum())
        assert row["rtt_median_ms"] == pytest.approx(np.median(track["rtt_ms"][served]))
        lost = [r["seconds"] for r in tables["moving_outages"].rows() if r["name"] == row["name"]]
        assert sum(lost) == pytest.approx(15.0 * (own.sum() - served.sum()))
        assert row["longest_outage_s"] == max(lost, default=0)
        assert row["doubts"] == ""


def test_carriers_fare_as_their_attitude_lets_them(found):
    _, trips, tables = found
    truck, drone, ship, aircraft = tables["moving"]["served_percent"]
    assert truck == 100.0
    assert drone > 95.0
    assert ship < 80.0
    assert 80.0 < aircraft < 100.0
    assert path_km(trips[0]) == pytest.approx(569, abs=5)
    banked = np.abs(np.degrees(trips[3].track.bank_rad))
    assert 0.0 < banked.max() <= 25.1


def test_tables_are_written_and_read_again(found, tmp_path):
    _, _, tables = found
    for table in tables.values():
        table.write(tmp_path)
        again = type(table).read(tmp_path / f"{table.name}.parquet")
        assert len(again) == len(table)
        assert list(again.columns) == list(table.columns)


def test_a_variant_sets_a_limit():
    scenario = load("on-the-move", kind=BroadbandScenario)
    slow = with_values(scenario, {**scenario.variants[0].set, "variants": [], "clock.duration_h": 10.0})
    assert [one.speed_limit_km_h for one in slow.moving] == [75.0] * 4


def test_nobody_moves():
    scenario = load("on-the-move", sets=["moving=[]", "variants=[]"], kind=BroadbandScenario)
    tables = moving_tables((), scenario, surroundings(scenario, slots_of(scenario)))
    assert [len(table) for table in tables.values()] == [0, 0, 0]


def test_the_nearest_place():
    near, far = nearest_places([50.45, 43.5], [30.52, 31.5])
    assert near.startswith("Ky") or "km" not in near
    assert far.endswith(" km")
