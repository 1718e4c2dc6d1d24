"""`skyhold link`."""

from __future__ import annotations

import json

import pytest

from skyhold.cli.main import run_verb

WAYS = ("user-down", "user-up", "gateway-up", "gateway-down", "laser")


def test_every_direction_as_json(capsys):
    words = [word for way in WAYS for word in ("--direction", way)]
    assert run_verb(["link", "--json", *words]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [link["direction"] for link in found["links"]] == list(WAYS)
    down = found["links"][0]
    assert down["rate_bit_s"] == pytest.approx(727.35e6 * 1.0, rel=0.05)
    assert down["lines"][0] == {"name": "frequency", "value": 11.7, "unit": "GHz", "note": ""}
    assert down["sensitivity"][0]["parameter"] == "user_down.pfd_dbw_m2_mhz"
    assert down["margins"][0]["mode"] == "QPSK 2/9 x8"


def test_a_ledger_reads_as_a_table(capsys):
    assert run_verb(["link", "--elevation", "25", "--system", "oneweb"]) == 0
    text = capsys.readouterr().out
    for words in (
        "OneWeb first generation: satellite to terminal",
        "free-space loss",
        "feeder link",
        "margin dB",
    ):
        assert words in text
    assert "Mbit/s;" in text


def test_rain_lowers_the_rate_and_says_so(capsys):
    rates = []
    for more in ([], ["--rain-mm-h", "30"], ["--availability", "99.9"]):
        assert run_verb(["link", "--lat", "50.45", "--lon", "30.52", "--json", *more]) == 0
        rates.append(json.loads(capsys.readouterr().out)["links"][0])
    clear, rain, exceeded = (link["rate_bit_s"] for link in rates)
    assert rain < exceeded < clear
    assert "30 mm/h" in rates[1]["weather"]
    assert "0.1 % of the year" in rates[2]["weather"]


def test_numbers_can_be_set(capsys):
    assert run_verb(["link", "--set", "user_down.noise_k=250", "--json"]) == 0
    [down] = json.loads(capsys.readouterr().out)["links"]
    noise = next(line for line in down["lines"] if line["name"] == "system noise")
    assert noise["value"] == 250.0
    assert "user_down.noise_k" not in {row["parameter"] for row in down["sensitivity"]}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--elevation", "nan"], "--elevation has no meaning; expected 5 to 90 degrees; got nan"),
        (["--elevation", "-3"], "5 to 90 degrees"),
        (["--availability", "99.9"], "Add --at Kyiv"),
        (["--at", "Kyiv", "--availability", "101"], "50 to 99.999"),
        (["--at", "Kyiv", "--rain-mm-h", "-2"], "above 0"),
        (["--at", "Kyiv", "--rain-mm-h", "2", "--availability", "99"], "got both"),
        (["--direction", "laser", "--range-km", "0"], "more than 0 km"),
        (["--system", "starlink-v1"], "Did you mean starlink-v1-2022"),
        (["--set", "user_down.raster_mhz=200"], "neighbouring channels overlap"),
        (["--set", "user_down.channels=99"], "windows of the air"),
        (["--set", "user_up.channels=999"], "windows of the air"),
        (["--set", "user_down.centres_ghz=[11.0, 11.1]"], "channels 1 and 2 overlap"),
        (["--set", "user_down.eirp_dbw=60"], "26.4 dB too much"),
        (["--set", "user_down.noise_k=nan"], "finite number"),
        (["--set", "user_down.noise_k=-5"], "more than nothing"),
        (["--set", "user_down.nois_k=5"], "noise_k"),
    ],
)
def test_what_cannot_be_is_one_clear_line(capsys, words, said):
    assert run_verb(["link", *words]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1


def test_the_spectrum_is_told_where_it_is_asked_for(capsys):
    assert run_verb(["link", "--spectrum", "--elevation", "15"]) == 0
    text = capsys.readouterr().out
    assert "beams that may light a cell" in text
    assert "-121.00" in text  # 47 CFR 25.208(b) at 15 degrees
    assert run_verb(["link", "--spectrum", "--json"]) == 0
    told = {line["name"]: line["value"] for line in json.loads(capsys.readouterr().out)["spectrum"]}
    assert told["of them silent"] == 1


@pytest.mark.parametrize("place", [["91", "0"], ["0", "181"], ["nan", "0"]])
def test_a_place_off_the_globe_is_told_before_its_weather(place, capsys):
    latitude, longitude = place
    assert run_verb(["link", f"--lat={latitude}", f"--lon={longitude}"]) == 2
    assert "--lat of -90 to 90" in capsys.readouterr().err
