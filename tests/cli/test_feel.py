"""`skyhold feel`: a place's series, its verdicts, and files."""

from __future__ import annotations

import json

import pytest

from skyhold.cli.main import run_verb

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
