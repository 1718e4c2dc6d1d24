"""Quick questions about a station: what is asked of the line, how the answer reads, which slips are told."""

from __future__ import annotations

import json
import math
import sys
from datetime import UTC, datetime
from types import ModuleType

import pytest

import skyhold.simulate as conductor
from skyhold.cli.main import run_verb
from skyhold.cli.station_tables import heading
from skyhold.results.tables import Table
from skyhold.scenario import library
from skyhold.scenario.load import dumps, load
from skyhold.simulate.fate import orbit_of
from skyhold.station.configuration import resolve

QUESTIONS = {
    "decay": "fate_tables",
    "reboost": "holding_tables",
    "deorbit": "descent_tables",
    "risk": "ground_tables",
    "crew": "aboard_tables",
}
FATE = {
    "reentry": Table.of_rows("reentry", [
        {"percentile": percent, "date": date, "days": days}
        for percent, date, days in ((5, "2023-07-19", 509.0), (50, "2024-03-24", 759.0), (95, "2025-08-03", 1255.0))
    ]),
    "altitude": Table.of_rows("altitude", [
        {"date": f"2023-01-{day:02d}", "p50_km": 430.0 - 10 * day, "share_up": float(day < 25)} for day in range(1, 32)
    ], {"p50_km": "over 6,378.137 km"}),
}  # fmt: skip


@pytest.fixture
def asked(monkeypatch):
    """The scenarios that verbs asked the line about; the line answers with the tables in `answers`."""
    fake, found, answers = ModuleType("skyhold.simulate.station"), [], {}

    def answering(name):
        def tables(scenario):
            found.append(scenario)
            return answers.get(name, {})

        return tables

    for name in QUESTIONS.values():
        setattr(fake, name, answering(name))
    answers["fate_tables"] = FATE
    monkeypatch.setitem(sys.modules, "skyhold.simulate.station", fake)
    monkeypatch.setattr(conductor, "station", fake, raising=False)
    return found


def the_scenario(asked, *words):
    assert run_verb(["station", *words, "-q"]) == 0
    return asked.pop()


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_needs_no_words(question, asked, capsys):
    scenario = the_scenario(asked, question)
    assert scenario.start_utc == load("iss-2022").start_utc
    assert scenario.variants == ()
    assert capsys.readouterr().out.endswith(".\n")


def test_decay_lets_it_sink_and_says_when_it_falls(asked, capsys):
    assert run_verb(["station", "decay"]) == 0
    assert asked[0].reboost.policy == "none"
    told = capsys.readouterr().out
    assert "between July 2023 and August 2025" in told.splitlines()[0]
    assert "2024-03-24" in told
    assert "2023-01-25" in told  # the first day on which nobody is up
    assert "2023-01-31" not in told
    assert "18 more rows" in told


def test_quiet_is_the_answer_alone(asked, capsys):
    assert run_verb(["station", "decay", "--quiet"]) == 0
    told = capsys.readouterr().out
    assert "July 2023" in told
    assert "509" not in told


def test_json_has_every_row(asked, capsys):
    assert run_verb(["station", "decay", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["scenario"] == "iss-2022"
    assert "July 2023" in found["answer"][0]
    assert len(found["tables"]["altitude"]) == 31
    assert found["notes"]["altitude"] == {"p50_km": "over 6,378.137 km"}


def test_a_typed_orbit_flies_at_its_altitude(asked):
    scenario = the_scenario(asked, "decay", "--altitude", "400", "--inclination", "28.5")
    orbit = orbit_of(scenario)
    assert orbit.mean_altitude_m == pytest.approx(400e3, abs=20.0)
    assert math.degrees(orbit.inclination_rad) == pytest.approx(28.5)
    assert scenario.station.library == "iss-2022-02-24"


def test_an_object_is_its_ballistic_number(asked):
    words = ["--altitude", "400", "--inclination", "51.6", "--ballistic", "130", "--date", "2022-02-25"]
    scenario = the_scenario(asked, "decay", *words)
    assert resolve(scenario).ballistic_kg_m2 == pytest.approx(130.0)
    assert resolve(scenario).ballistic_sigma == pytest.approx(0.12)
    assert scenario.title == "An object of 130 kg/m2"


def test_a_date_takes_the_elements_along(asked):
    day = datetime(2021, 6, 1, tzinfo=UTC)
    scenario = the_scenario(asked, "decay", "--date", "2021-06-01")
    assert scenario.start_utc == scenario.orbit.epoch_utc == day
    assert the_scenario(asked, "crew", "--date", "2021-06-01").orbit.epoch_utc.year == 2022


def test_options_reach_the_scenario(asked, tmp_path):
    forecast = tmp_path / "feb2022f10_prd.txt"
    forecast.write_text("")
    scenario = the_scenario(asked, "decay", "--days", "700", "--members", "50", "--seed", "4",
                            "--sun", "as-observed", "--set", "thresholds.crew_departure_km=340")  # fmt: skip
    assert (scenario.horizon_days, scenario.ensemble.members, scenario.ensemble.seed) == (700, 50, 4)
    assert scenario.space_weather.kind == "as-observed"
    assert scenario.thresholds.crew_departure_km == 340
    scenario = the_scenario(asked, "decay", "--forecast", str(forecast))
    assert (scenario.space_weather.kind, scenario.space_weather.file) == ("forecast", forecast)


def test_what_is_held_and_by_whom(asked):
    scenario = the_scenario(asked, "reboost", "--low", "400", "--high", "405", "--days", "90",
                            "--vehicle", "cygnus", "--unproven", "--without", "roscosmos")  # fmt: skip
    hold = scenario.reboost
    assert (hold.policy, hold.low_km, hold.high_km, hold.horizon_days) == ("hold", 400, 405, 90)
    assert (hold.vehicles, hold.allow_unproven) == (("cygnus",), True)
    [gone] = scenario.withdrawals
    assert (gone.partner, gone.from_utc) == ("roscosmos", scenario.start_utc)


def test_a_variant_and_one_more_partner_that_leaves(asked):
    words = ["crew", "--variant", "russia-withdraws", "--without", "roscosmos", "--without", "esa"]
    scenario = the_scenario(asked, *words)
    assert scenario.name == "russia-withdraws"
    assert [each.partner for each in scenario.withdrawals] == ["roscosmos", "esa"]


def test_a_deorbit_starts_from_the_defaults_or_from_the_variant(asked):
    plan = the_scenario(asked, "deorbit").deorbit
    assert (plan.vehicle, plan.count) == ("progress-ms", 3)
    plan = the_scenario(asked, "deorbit", "--variant", "deorbit-vehicle", "--perigee", "40").deorbit
    assert (plan.vehicle, plan.count, plan.final_perigee_km) == ("usdv", 1, 40)
    assert the_scenario(asked, "deorbit", "--vehicle", "usdv", "--count", "2").deorbit.count == 2


def test_a_risk_of_another_inclination_area_and_year(asked):
    scenario = the_scenario(asked, "risk", "--inclination", "57", "--area", "22.38", "--year", "2011")
    assert scenario.orbit.inclination_deg == 57
    assert (scenario.risk.casualty_area_m2, scenario.risk.population_year) == (22.38, 2011)


def test_headings_carry_units():
    assert heading("delta_v_m_s") == "delta v, m/s"
    assert heading("p05_km") == "5 %, km"
    assert heading("casualty_area_m2") == "casualty area, m2"
    assert heading("p50_date") == "50 % date"
    assert heading("binding") == "binding"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("decay --altitude 110", "mean altitude above 120 km; got 110.0 km"),
        ("decay --set orbit.mean_motion_rev_day=16.9", "perigee of 120 km or more"),
        ("decay --set orbit.eccentricity=1.2", "those of an escape"),
        ("decay --set orbit.eccentricity=-0.1", "orbit.eccentricity"),
        ("decay --ballistic -130", "not positive"),
        ("decay --ballistic nan", "not positive"),
        ("decay --days -5", "horizon_days"),
        ("decay --members 0", "ensemble.members"),
        ("decay --date yesterday", "not a time"),
        ("decay --forecast nowhere.txt", "no file"),
        ("decay --sun as-observed --forecast x.txt", "two Suns"),
        ("decay --scenario ukraine-2022", "a station scenario"),
        ("decay --scenario iss-2021", "iss-2022"),
        ("decay --variant nobody-act", "did you mean nobody-acts"),
        ("reboost --low 420 --high 410", "no width"),
        ("reboost --vehicle cygnu", "did you mean cygnus"),
        ("reboost --without roscosmo", "did you mean roscosmos"),
        ("deorbit --vehicle soyus", "no vehicle is named"),
        ("deorbit --perigee 300", "120"),
        ("risk --area -1", "casualty_area_m2"),
        ("risk --year 1066", "population_year"),
    ],
)
def test_slips_are_told(words, told, asked, capsys):
    assert run_verb(["station", *words.split()]) == 2
    written = capsys.readouterr().err
    assert told.casefold() in written.casefold()
    assert written.count("\n") == 1
    assert asked == []


def station_text(*changes):
    """The ISS typed out, with some of its text put otherwise; each must be there."""
    text = dumps(library.library_station("iss-2022-02-24"))
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


@pytest.fixture
def mended(tmp_path):
    """A scenario of iss-2022 whose station is a file with something wrong in it."""

    def made(*changes, more=""):
        (tmp_path / "mine.toml").write_text(station_text(*changes) + more, encoding="utf-8")
        text = library.scenario_text("iss-2022").replace('library = "iss-2022-02-24"', 'file = "mine.toml"')
        (tmp_path / "scenario.toml").write_text(text, encoding="utf-8")
        return str(tmp_path / "scenario.toml")

    return made


WRONG = {
    "a negative mass": ([("mass_kg = ", "mass_kg = -")], "mass_kg is out of range"),
    "dates reversed": ([('docked_utc = 2021-', 'docked_utc = 2029-')], "leaves before it comes"),
    "a vehicle twice": (
        [('name = "Soyuz MS-19"', 'name = "Progress MS-18"')],
        "'Progress MS-18' stands more than once in docked",
    ),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("verb", ["run", "check", "station"])
def test_a_station_that_cannot_be_is_told_once(wrong, verb, mended, asked, capsys):
    changes, told = WRONG[wrong]
    path = mended(*changes)
    words = ["station", "decay", "--scenario", path] if verb == "station" else [verb, path]
    assert run_verb(words) == (1 if verb == "check" else 2)
    written = "".join(capsys.readouterr())
    assert told in written
    assert "mine.toml" in written
    assert "Traceback" not in written
    assert asked == []


def test_a_sound_station_file_is_asked_about(mended, asked):
    assert the_scenario(asked, "decay", "--scenario", mended()).station.file is not None


def test_a_vehicle_typed_twice(tmp_path, capsys):
    kind = (
        '\n[[vehicles]]\nname = "tug"\ntitle = "A tug"\npartner = "nasa"\nrole = "tug"\nmass_kg = {}\n'
        'trust = "R"\nsource = "typed"\n'
    )
    path = tmp_path / "twice.toml"
    path.write_text(library.scenario_text("iss-2022") + kind.format(900) * 2)
    assert run_verb(["run", str(path)]) == 2
    assert "'tug' stands more than once in vehicles" in capsys.readouterr().err
    path.write_text(library.scenario_text("iss-2022") + kind.format(-900))
    assert run_verb(["run", str(path)]) == 2
    assert "mass_kg is out of range" in capsys.readouterr().err


class TestTheLineItself:
    """A few questions asked of the line itself."""

    def test_decay(self, capsys):
        words = [
            "decay",
            "--altitude",
            "300",
            "--ballistic",
            "130",
            "--days",
            "400",
            "--members",
            "20",
            "--json",
        ]
        assert run_verb(["station", *words]) == 0
        dates = [row["date"] for row in json.loads(capsys.readouterr().out)["tables"]["reentry"]]
        assert dates == sorted(dates)
        assert all("2022-03" <= date <= "2023-03" for date in dates)

    def test_the_sky_higher_up_lasts_longer(self, capsys):
        days = []
        for altitude in ("250", "300"):
            words = [
                "--altitude",
                altitude,
                "--ballistic",
                "130",
                "--days",
                "400",
                "--members",
                "20",
                "--json",
            ]
            assert run_verb(["station", "decay", *words]) == 0
            days += [json.loads(capsys.readouterr().out)["tables"]["reentry"][2]["days"]]
        assert days[0] < days[1]

    def test_the_observed_sun_ends(self, capsys):
        assert run_verb(["station", "decay", "--sun", "as-observed", "--days", "9000"]) == 2
        told = capsys.readouterr().err
        assert "the space weather has no row for" in told
        assert told.count("\n") == 1

    def test_a_forecast_that_ends_too_early(self, tmp_path, capsys):
        months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
        rows = [f"  2022.{i:04d}  {name}  120.0 110.0 100.0  12.0 9.0 7.0" for i, name in enumerate(months)]
        path = tmp_path / "feb2022f10_prd.txt"
        path.write_text("\n".join(rows) + "\n")
        assert run_verb(["station", "decay", "--forecast", str(path), "--members", "20"]) == 2
        told = capsys.readouterr().err
        assert "does not cover the run" in told
        assert "2022-12" in told
        assert told.count("\n") == 1

    def test_crew(self, capsys):
        assert run_verb(["station", "crew", "--json"]) == 0
        tables = json.loads(capsys.readouterr().out)["tables"]
        assert len(tables["crew"]) == 7
        assert sum(row["seats"] for row in tables["seats"]) == 7
        assert run_verb(["station", "crew", "--without", "roscosmos"]) == 0
        assert "Five people are aboard with 4 seats home" in capsys.readouterr().out
