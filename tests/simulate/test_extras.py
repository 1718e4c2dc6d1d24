import logging

import pytest
from tests.simulate.served import NEAR, assert_same, scenario, served

import skyhold
from skyhold.errors import ScenarioError
from skyhold.simulate import extras
from skyhold.simulate.run import simulate

TRACK = [
    {"utc": "2022-02-28T16:00:00Z", "latitude_deg": 49.9, "longitude_deg": 36.0},
    {"utc": "2022-02-28T16:05:00Z", "latitude_deg": 49.9, "longitude_deg": 36.1},
]
WHOLE = {"jammers": [NEAR | {"preset": "B"}], "moving": [{"name": "truck", "track": TRACK}]}
BREAKS = {
    "jamming": (extras.jamming, "scenario_tables", "jamming_jammers"),
    "moving terminals": (extras.mobility, "journeys", "moving"),
    "link budgets": (extras.ledgers, "ledger_tables", "ledgers"),
    "what is missing": (extras.activation, "activation", "activation"),
}


@pytest.fixture(scope="module")
def whole():
    return simulate(scenario(**WHOLE), threads=1)


def test_a_run_leaves_the_tables_that_its_scenario_asks_for(whole):
    assert {table for *_, table in BREAKS.values()} <= set(whole.tables)
    assert "not_computed" not in whole.tables
    assert not {"jamming_jammers", "moving", "plan"} & set(simulate(scenario(), threads=1).tables)
    assert_same(served(**WHOLE), whole)


@pytest.mark.parametrize("part", BREAKS)
def test_a_part_that_fails_is_told_and_the_run_is_kept(part, whole, monkeypatch, tmp_path, caplog):
    module, name, table = BREAKS[part]

    def fails(*given, **named):
        raise ScenarioError("there is a fault", expected="none", where=part, remedy="mend it")

    monkeypatch.setattr(module, name, fails)
    with caplog.at_level(logging.WARNING):
        kept = simulate(scenario(**WHOLE), tmp_path / "run", threads=1)
    assert kept.manifest["status"] == "complete"
    for result in (kept, skyhold.open(tmp_path / "run")):
        [row] = result.tables["not_computed"].rows()
        assert row["part"] == part
        assert "there is a fault" in row["problem"]
        assert table not in result.tables
        assert set(whole.tables) - set(result.tables) == {
            one for one in whole.tables if one.startswith(table.split("_")[0]) or one in EXTRA.get(part, ())
        }
    assert_same(served(**WHOLE), kept)
    assert any("there is a fault" in record.message for record in caplog.records)


EXTRA = {"link budgets": ("sensitivity",), "moving terminals": ("track",)}


def test_a_fault_of_the_program_is_not_hidden(monkeypatch):
    monkeypatch.setattr(extras.ledgers, "ledger_tables", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        simulate(scenario(), threads=1)


def test_silent_jammers_and_parked_terminals_make_no_tables():
    later = [{"from_utc": "2022-03-05T00:00:00Z"}]
    parked = [point | {"utc": point["utc"].replace("02-28", "02-20")} for point in TRACK]
    quiet = scenario(
        jammers=[NEAR | {"preset": "B", "on": later}], moving=[{"name": "truck", "track": parked}]
    )
    assert not extras.radiates(quiet.jammers[0], quiet)
    assert not extras.mobility.under_way(quiet).moving
    assert_same(served(), simulate(quiet, threads=1))
    assert not {"jamming_jammers", "moving"} & set(simulate(quiet, threads=1).tables)


def test_what_does_not_change_from_day_to_day_is_computed_for_the_baseline_alone():
    variant = {"name": "steep", "title": "steeper", "set": {"terminal.min_elevation_deg": 40.0}}
    run = simulate(scenario(**WHOLE, variants=[variant]), threads=1)
    assert {"ledgers", "activation", "jamming_jammers"} <= set(run.tables)
    steep = run.variants["steep"].tables
    assert not {"ledgers", "activation"} & set(steep)
    assert {"jamming_jammers", "moving", "capacity_cells"} <= set(steep)


def test_without_demand_there_is_no_service():
    bare = simulate(scenario(demand=None), threads=1)
    assert not [name for name in bare.tables if name.startswith(("capacity", "ledgers", "activation"))]
    with pytest.raises(skyhold.errors.ResultError, match="no service"):
        bare.array("rate_mbit_s", of="service")


def test_demand_without_an_area_runs_and_serves_no_cell():
    run = simulate(scenario(area=None), threads=1)
    assert "capacity_cells" not in run.tables
