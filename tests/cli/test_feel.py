"""`skyhold feel`: a place's series, its verdicts, and files."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import ClassVar

import numpy as np
import pytest

from skyhold.cli import feel
from skyhold.cli.main import run_verb
from skyhold.results.tables import Table
from skyhold.service.reasons import Reason

CODE = "D:550:53:1584/72/17"
QUICK = ("feel", "--lat", "50.45", "--lon", "30.52", "--fleet", CODE, "--minutes", "2")


@pytest.mark.usefixtures("capsys")
def test_figures_verdicts_and_files(tmp_path, capsys):
    words = (*QUICK, "--down-mbit-s", "20", "--export", "mahimahi,csv", "--out", str(tmp_path), "--json")
    assert run_verb(words) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["served_share"] == 1.0
    assert found["down_mean_mbit_s"] == pytest.approx(20.0, rel=0.2)
    assert 58.0 <= found["gap_median_ms"] <= 134.0
    assert {v["activity"] for v in found["verdicts"]} >= {"voice call", "gaming"}
    assert found["rate_from"] == "typed"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["here.csv", "here.down", "here.up"]
    assert len((tmp_path / "here.csv").read_text().splitlines()) == 1201


def test_it_reads_as_text_and_says_whose_rate_it_is(capsys):
    assert run_verb(QUICK) == 0
    text = capsys.readouterr().out
    assert "not of this place" in text
    assert "RTT" in text
    assert "█" in text
    assert "voice call" in text


def test_the_same_seed_says_the_same(capsys):
    said = []
    for seed in ("3", "3", "4"):
        assert run_verb([*QUICK, "--seed", seed, "--json"]) == 0
        said.append(json.loads(capsys.readouterr().out)["rtt_p50_ms"])
    assert said[0] == said[1] != said[2]


def test_what_is_not_there_is_one_line(capsys, tmp_path):
    assert run_verb([*QUICK, "--export", "pcap", "--out", str(tmp_path)]) == 2
    assert "no such format" in capsys.readouterr().err
    assert run_verb(["feel", "--run", str(tmp_path / "none")]) == 2
    assert "is not a run" in capsys.readouterr().err
    assert run_verb(["feel"]) == 2


def test_a_run_gives_its_slots_and_its_satellites(capsys, tmp_path):
    import skyhold
    from skyhold.cli.sky import quick_scenario

    places = [
        {"name": name, "latitude_deg": 50.45, "longitude_deg": east}
        for name, east in (("Kyiv", 30.52), ("Kharkiv", 36.23))
    ]
    scenario = quick_scenario({"start_utc": "2022-02-28", "duration_h": 0.1}, CODE, None, places=places)
    result = skyhold.simulate(scenario, out=tmp_path / "run")
    felt = tmp_path / "felt"
    words = ("feel", "khark", "--run", str(tmp_path / "run"), "--after-h", "0.05", "--minutes", "1")
    assert run_verb([*words, "--down-mbit-s", "5", "--export", "csv", "--out", str(felt), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["place"] == "Kharkiv"
    rows = (felt / "kharkiv.csv").read_text().splitlines()[1:]
    assert len(rows) == 600
    assert rows[0].startswith("2022-02-28T00:03:12.000Z")
    changed = [row.split(",")[2] for row in rows[::150]]
    serving = result.series("serving", "Kharkiv")[12:16]
    assert changed[1:] == [str(int(a != b)) for a, b in pairwise(serving)]
    assert run_verb([*words[:5], "2"]) == 2
    assert "over by then" in capsys.readouterr().err
    assert run_verb(["feel", "Odesa", "--run", str(tmp_path / "run")]) == 2
    assert "no place 'Odesa'" in capsys.readouterr().err


class RunWithService:
    """As much of a run with service as the rate of a place asks for: two cells, the second under the place."""

    store = ("places", "cells", "service")
    place_names = ("Kyiv",)
    tables: ClassVar = {
        "places": {"latitude_deg": [50.45], "longitude_deg": [30.52]},
        "cells": Table(
            "cells", {"latitude_deg": np.array([52.0, 50.5]), "longitude_deg": np.array([25.0, 30.5])}
        ),
    }

    times = np.arange("2022-02-28T00:00:12", "2022-02-28T00:01:27", 15, "datetime64[s]")
    planned = slice(0, 3)
    stored: ClassVar = {
        "offered_mbit_s": np.array([[9.0, 40.0], [9.0, np.nan], [9.0, 60.0]]),
        "reason": np.array([[Reason.SERVED, Reason.SERVED]] * 3),
    }

    def times_of(self, group):
        return self.times[self.planned]

    def array(self, variable, of, slots):
        assert of == "service"
        return self.stored[variable][slots]


def test_the_rate_is_that_of_the_cell_under_the_place():
    rate, source = feel.rate_of(RunWithService(), "Kyiv", slice(0, 3), feel.Line())
    assert rate.tolist() == [40e6, 0.0, 60e6]
    assert "cell" in source
    assert feel.rate_of(RunWithService(), "Kyiv", slice(0, 3), feel.Line(down_mbit_s=7.0)) == (7e6, "typed")


def test_slots_that_were_not_planned_have_the_rate_of_the_planned_one_before():
    run = RunWithService()
    run.planned = slice(0, None, 2)
    rate, _ = feel.rate_of(run, "Kyiv", slice(1, 5), feel.Line())
    assert rate.tolist() == [40e6, 0.0, 0.0, 60e6]


def test_a_cell_where_nobody_asks_has_a_measured_rate_and_says_so():
    run = RunWithService()
    run.stored = {**run.stored, "reason": np.array([[Reason.SERVED, Reason.NO_TERMINAL]] * 3)}
    rate, source = feel.rate_of(run, "Kyiv", slice(0, 3), feel.Line())
    assert rate == 215e6
    assert "no terminal" in source
