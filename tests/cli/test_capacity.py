"""`skyhold capacity`: a country, a scenario, the globe."""

from __future__ import annotations

import json

import pytest

from skyhold.cli.main import run_verb

QUICK = ("capacity", "--country", "MDA", "--hours", "0.01")


def told(capsys, *words):
    assert run_verb((*words, "--json")) == 0
    return json.loads(capsys.readouterr().out)


def test_a_country(capsys):
    found = told(capsys, *QUICK, "--adoption", "2", "--busy-hour", "4")
    figures = found["figures"]
    assert 0.0 < figures["carried_gbit_s"] <= figures["wanted_gbit_s"]
    assert figures["people_with_a_terminal"] == pytest.approx(
        0.02 * figures["people_without_network"], rel=1e-6
    )
    assert found["capacity_places"][0]["name"]
    assert {row["reason"] for row in found["capacity_reasons"]} >= {"served"}
    assert len(found["capacity_gateways"]) == 113


def test_terminals_counted(capsys):
    figures = told(capsys, *QUICK, "--terminals", "500")["figures"]
    assert figures["terminals"] == pytest.approx(500.0)
    assert figures["people_with_a_terminal"] <= 500 * 15


def test_lasers_have_no_gateways(capsys):
    [one] = told(capsys, *QUICK, "--lasers")["capacity_gateways"]
    assert one["name"] == "over lasers"


def test_it_reads_as_text(capsys):
    assert run_verb(QUICK) == 0
    text = capsys.readouterr().out
    assert "MDA, 2022-02-28" in text
    assert "Wola Krobowska" in text
    assert "What is not carried, and why" in text


def test_a_scenario_with_what_was_typed(capsys, tmp_path):
    file = tmp_path / "one.toml"
    file.write_text(
        'schema_version = 1\nname = "one"\nclock = { start_utc = 2022-02-28, duration_h = 24.0 }\n'
        'fleet = { library = "starlink-2022-02-28" }\narea = { country = "MDA", h3_resolution = 5 }\n'
    )
    found = told(capsys, "capacity", str(file), "--hours", "0.01", "--adoption", "0.5")
    figures = found["figures"]
    assert figures["people_with_a_terminal"] == pytest.approx(
        0.005 * figures["people_without_network"], rel=1e-6
    )


def test_the_globe_is_a_table_of_fleets(capsys):
    words = ("capacity", "--globe", "--hours", "1", "--set", "variants=[]", "--set", "area.h3_resolution=2")
    [row] = told(capsys, *words)
    assert row["satellites"] == 1_468
    assert row["carried_tbit_s"] <= row["over_lasers_tbit_s"]
    assert run_verb(words) == 0
    assert "in place on 28 February 2022" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "there is no question"),
        (("--country", "UKR", "--globe"), "there are several questions"),
        (("--country", "UKR", "--terminals", "5", "--adoption", "1"), "terminals are counted twice"),
        (("--country", "UKR", "--date", "soon"), "this is not a day"),
        (("--country", "ZZZ", "--hours", "0.01"), "ZZZ"),
        (("--country", "UKR", "--fleet", "starlnk"), "starlnk"),
        (("ukraine-2022", "--terminals", "5"), "says itself which terminals"),
        (("no-such-scenario",), "no-such-scenario"),
    ],
)
def test_bad_input_is_one_error(words, says, capsys):
    assert run_verb(("capacity", *words)) == 2
    told = capsys.readouterr().err
    assert says in told
    assert told.count("\n") == 1


def test_numbers_out_of_range_are_refused(capsys):
    for words in (("--terminals", "0"), ("--adoption", "101"), ("--busy-hour", "-1"), ("--hours", "0")):
        assert run_verb(("capacity", "--country", "UKR", *words)) == 2
        assert words[0] in capsys.readouterr().err
