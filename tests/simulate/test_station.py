import numpy as np
import pytest

import skyhold
from skyhold.decay.ensemble import MemberWeather
from skyhold.earth.density_table import Axes
from skyhold.errors import DataError
from skyhold.results.station import CombinedResult, StationResult
from skyhold.scenario.load import dumps, with_values, with_variant
from skyhold.scenario.scenario import StationScenario
from skyhold.simulate.fate import averaged_air, axes_for
from skyhold.simulate.run import simulate
from skyhold.simulate.station import (
    aboard_tables,
    descent_tables,
    fate_tables,
    ground_tables,
    holding_tables,
)

FEW = ("ensemble.members=60",)


@pytest.fixture(scope="module")
def scenario():
    return skyhold.load("iss-2022", FEW, kind=StationScenario)


@pytest.fixture(scope="module")
def result(scenario):
    return simulate(with_values(scenario, {"variants": []}))


def column(table, key, name, value):
    return table[value][list(table[key]).index(name)]


def test_a_run_holds_every_table_and_survives_its_folder(scenario, result, tmp_path):
    filed = simulate(with_values(scenario, {"variants": []}), tmp_path / "iss")
    assert isinstance(filed, StationResult)
    assert set(filed.tables) == set(result.tables)
    for name, table in result.tables.items():
        assert list(table.columns) == list(filed.tables[name].columns)
        for key in table.columns:
            np.testing.assert_array_equal(
                np.asarray(table[key]).astype(str),
                np.asarray(filed.tables[name][key]).astype(str),
                err_msg=f"{name}.{key}",
            )


def test_nobody_rises_who_is_not_pushed(result):
    table = result.tables["altitude"]
    for percent in ("p05_km", "p50_km", "p95_km"):
        assert (np.diff(table[percent]) <= 1e-3).all()
    assert (table["p05_km"] <= table["p50_km"]).all()
    assert (table["p50_km"] <= table["p95_km"]).all()
    assert (np.diff(table["share_up"]) <= 0).all()


def test_thresholds_are_passed_from_high_to_low(result):
    dates = result.tables["thresholds"]["p50_date"]
    assert list(dates) == sorted(dates)
    reentry = result.tables["reentry"]
    assert column(reentry, "percentile", 50, "date") == dates[-1]


def test_shares_of_countries_add_up(result):
    countries, risk = result.tables["risk_countries"], result.tables["risk"]
    assert countries["casualty_share_percent"].sum() == pytest.approx(100.0, abs=0.5)
    over_land = 100.0 * (1.0 - column(risk, "quantity", "share_over_water", "value"))
    assert countries["time_share_percent"].sum() == pytest.approx(over_land, abs=0.3)
    expected = column(risk, "quantity", "casualty_expectation", "value")
    assert countries["casualties"].sum() == pytest.approx(expected, rel=0.01)


def test_the_limits_say_whose_and_what(result):
    limits = result.tables["limits"]
    assert {"expectation", "individual"} <= set(limits["quantity"])
    assert all(limits["whose"])


def test_without_russia_one_seat_is_missing_and_nothing_turns_the_station(scenario):
    tables = aboard_tables(with_variant(scenario, "russia-withdraws"))
    notes = dict(zip(tables["crew"]["name"], tables["crew"]["note"], strict=True))
    assert "emergency" in notes["Mark Vande Hei"]
    assert tables["seats"]["seats"].sum() == 4
    thrusters = column(tables["attitude"], "mode", "gyros and thrusters", "mid_km")
    assert np.isnan(thrusters)
    assert 150 < column(tables["attitude"], "mode", "gyros alone", "mid_km") < 300


def test_the_partners_together_hold_it_and_without_russia_they_do_not(scenario):
    everybody = holding_tables(scenario)
    assert column(everybody["plan"], "quantity", "feasible", "value") == 1
    assert everybody["reboosts"]["propellant_kg"].sum() > 0
    left = holding_tables(with_variant(scenario, "russia-withdraws"))
    assert column(left["plan"], "quantity", "feasible", "value") == 0
    assert "attitude" in column(left["plan"], "quantity", "feasible", "note")
    assert len(left["reboosts"]) == 0


def test_a_deorbit_says_what_is_missing_and_falls_where_it_is_aimed(scenario):
    tables = descent_tables(with_variant(scenario, "deorbit-progress"))
    assert column(tables["deorbit"], "quantity", "feasible", "value") == 0
    assert "kg are missing" in column(tables["deorbit"], "quantity", "feasible", "note")
    assert column(tables["deorbit"], "quantity", "impact_latitude", "value") == pytest.approx(-48, abs=3)
    assert (tables["footprint"]["latitude_deg"] < 0).mean() > 0.9


def test_the_run_names_the_sun_it_was_under(scenario):
    seen = with_values(scenario, {"space_weather.kind": "as-observed", "horizon_days": 1400})
    tables = fate_tables(seen)
    assert "as observed" in tables["drivers"].notes["f107_p50"]


def test_space_weather_that_ends_before_the_run_is_named(scenario):
    late = with_values(scenario, {"space_weather.kind": "as-observed", "horizon_days": 3000})
    with pytest.raises(DataError, match=r"2026"):
        fate_tables(late)


def test_a_typed_casualty_area_is_used(scenario):
    tables = ground_tables(with_values(scenario, {"risk.casualty_area_m2": 1000.0}))
    assert column(tables["risk"], "quantity", "casualty_area_m2", "value") == pytest.approx(1000.0)


def test_both_branches_make_one_run(scenario, tmp_path):
    (tmp_path / "iss.toml").write_text(dumps(with_values(scenario, {"variants": []})))
    (tmp_path / "sky.toml").write_text(
        'schema_version = 1\nname = "sky"\n[clock]\nstart_utc = 2022-02-28\nduration_h = 0.1\n'
        '[fleet]\nlibrary = "starlink-2022-02-28"\n[cities]\ncountry = "UKR"\ncount = 2\n'
    )
    (tmp_path / "both.toml").write_text(
        'schema_version = 1\nkind = "combined"\nname = "both"\n[broadband]\nfile = "sky.toml"\n'
        '[station]\nfile = "iss.toml"\n'
    )
    run = simulate(tmp_path / "both.toml", tmp_path / "run")
    assert isinstance(run, CombinedResult)
    again = skyhold.open(tmp_path / "run")
    assert again.summary() == run.summary()


def test_a_forecast_whose_tail_is_brighter_than_any_sun_on_record_is_flown(scenario):
    usual = Axes()
    assert axes_for(MemberWeather.constant(usual.f107[1])) == usual
    bright = MemberWeather.constant(1.2 * usual.f107[1])
    wide = axes_for(bright)
    assert wide.f107[1] >= bright.f107.max()
    narrow, wider = (averaged_air(scenario.atmosphere, 0.9, axes) for axes in (usual, wide))
    there = (np.linspace(150e3, 450e3, 40), 200.0, 15.0, 80.0)
    np.testing.assert_allclose(wider.density(*there), narrow.density(*there), rtol=0.005)
