"""`jam`: a jammer at a place, and those of a scenario."""

import json

import pytest

from skyhold.cli.jam import read_countermeasures
from skyhold.cli.main import run_verb
from skyhold.errors import ScenarioError

SCENARIO = """
schema_version = 1
name = "front"
fleet.library = "starlink-2022-02-28"
clock = { start_utc = 2022-02-28T00:00:00Z, duration_h = 1 }
places = [
  { name = "Near", latitude_deg = 48.05, longitude_deg = 37.8 },
  { name = "Far", latitude_deg = 50.0, longitude_deg = 30.0 },
]
jammers = [{ name = "truck", preset = "C", latitude_deg = 48.0, longitude_deg = 37.8 }]
"""


def test_a_jammer_at_a_place(capsys):
    assert run_verb(["jam", "--at", "48.0,37.8", "--class", "C", "--height", "30"]) == 0
    text = capsys.readouterr().out
    for told in (
        "Every jammer's EIRP is an estimate",
        "40 to 50 dBW",
        "What is left, by distance",
        "dug in",
        "horizon",
    ):
        assert told in text


@pytest.mark.parametrize(("letter", "against"), [("D", "user-up"), ("F", "gnss")])
def test_json_of_other_classes(capsys, letter, against):
    assert run_verb(["jam", "--at", "48.0,37.8", "--class", letter, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["jammer"]["against"] == against
    assert [row["estimate"] for row in told["areas"]] == ["low", "middle", "high"]
    assert told["areas"][0]["lost_km2"] < told["areas"][2]["lost_km2"]
    assert len(told["grid"]) == 41 * 41
    assert told["countermeasures"][0]["countermeasure"] == "nothing is done"


def test_countermeasures_that_are_on_give_service_back(capsys):
    areas = []
    for more in ([], ["--countermeasures", "null=25,true-delay", "hop"]):
        assert run_verb(["jam", "--at", "48.0,37.8", "--json", *more]) == 0
        areas.append(json.loads(capsys.readouterr().out)["areas"][1]["lost_km2"])
    assert areas[1] < 0.5 * areas[0]


def test_the_jammers_of_a_scenario(capsys, tmp_path):
    path = tmp_path / "front.toml"
    path.write_text(SCENARIO)
    assert run_verb(["jam", "--scenario", str(path)]) == 0
    text = capsys.readouterr().out
    assert "Of 2 places, 1 has less than 10 %" in text
    assert "Near" in text
    assert "Far" not in text


def test_one_more_jammer_over_a_scenario(capsys, tmp_path):
    path = tmp_path / "front.toml"
    path.write_text(SCENARIO)
    arguments = ["--at", "50.0,30.02", "--class", "B", "--countermeasures", "dig-in=40"]
    assert run_verb(["jam", "--scenario", str(path), "--json", *arguments]) == 0
    near, far = json.loads(capsys.readouterr().out)["places"]
    assert near["down_jammed_percent"] < 10.0
    assert far["down_jammed_percent"] < 10.0
    assert far["down_defended_percent"] > 90.0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "no jammer"),
        (["--at", "here"], "this is not a place"),
        (["--at", "95,37"], "latitude_deg"),
        (["--at", "48,37", "--height", "-5"], "below the ground"),
        (["--at", "48,37", "--eirp", "nan"], "eirp_dbw"),
        (["--at", "48,37", "--countermeasures", "null=99"], "terminal_null_db"),
        (["--at", "48,37", "--countermeasures", "narrow=99"], "not narrower"),
        (["--at", "48,37", "--countermeasures", "shout"], "no countermeasure 'shout'"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(capsys, arguments, told):
    assert run_verb(["jam", *arguments]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1


def test_words_of_countermeasures():
    assert read_countermeasures(("null=30, hop", "narrow")) == {
        "terminal_null_db": 30.0,
        "hop_channels": True,
        "narrow_uplink_mhz": 15.0,
    }
    for wrong in ("hop=3", "null=deep"):
        with pytest.raises(ScenarioError, match="cannot be read"):
            read_countermeasures((wrong,))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("nul", "did you mean null"),
        ("null=abc", "expected a number, such as null=25"),
        ("nulls=2.5", "expected a whole number, such as nulls=4"),
        ("hop=3", "leave the value out"),
    ],
)
def test_countermeasures_that_cannot_be_read_say_what_to_type(typed, said):
    with pytest.raises(ScenarioError) as caught:
        read_countermeasures((typed,))
    assert said.casefold() in str(caught.value).casefold()


def test_a_jammer_may_stand_in_the_south(capsys):
    assert run_verb(["jam", "--at", "-33.9,18.4", "--class", "A", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["jammer"]["latitude_deg"] == -33.9


def test_a_scenario_of_the_library_is_known_by_its_name(capsys):
    assert run_verb(["jam", "--scenario", "walker-demo", "--json"]) == 2
    assert "the scenario has no jammer (walker-demo)" in capsys.readouterr().err


def test_jammers_that_are_silent_that_day_are_said_to_be_and_a_variant_wakes_them(capsys, tmp_path):
    path = tmp_path / "later.toml"
    later = SCENARIO.replace('preset = "C",', 'preset = "C", on = [{ from_utc = 2022-04-01T00:00:00Z }],')
    path.write_text(
        later
        + '[[variants]]\nname = "april"\ntitle = "later"\nset = { "clock.start_utc" = 2022-04-02T00:00:00Z }\n'
    )
    assert run_verb(["jam", "--scenario", str(path)]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "None of them radiates from 2022-02-28 00:00 to 2022-02-28 01:00 UTC" in text
    assert "variants: april" in text
    assert run_verb(["jam", "--scenario", str(path), "--variant", "april"]) == 0
    assert "1 has less than 10 % of their downlink or uplink left" in " ".join(
        capsys.readouterr().out.split()
    )
