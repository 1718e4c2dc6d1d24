"""A run from the command line: folder, report, comparison, resumption."""

from __future__ import annotations

import json

import pytest

from skyhold.cli.main import run_verb

SHORT = ["--set", "clock.duration_h=0.1", "--set", "cities.count=3", "--set", "area=", "--set", "variants=[]"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("runs") / "a"
    assert run_verb(["run", "ukraine-2022", *SHORT, "--out", str(place), "--quiet"]) == 0
    return place


def test_a_run_leaves_results_and_a_report(folder):
    assert (folder / "report.html").is_file()
    assert (folder / "manifest.json").is_file()
    assert (folder / "scenario.toml").is_file()


def test_the_summary_says_where_things_lie(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run_verb(["run", "ukraine-2022", *SHORT, "--no-report"]) == 0
    told = capsys.readouterr().out
    [made] = (tmp_path / "runs").iterdir()
    assert made.name.startswith("ukraine-2022-")
    assert f"runs/{made.name}" in told
    assert not (made / "report.html").exists()


def test_json_has_the_summary(tmp_path, capsys):
    place = tmp_path / "b"
    assert run_verb(["run", "ukraine-2022", *SHORT, "-o", str(place), "--no-report", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["folder"] == str(place)
    assert found["summary"]["satellites"] == 1468


def test_a_folder_that_is_no_run_is_left_alone(tmp_path, capsys):
    (tmp_path / "thesis.txt").write_text("years of work")
    assert run_verb(["run", "ukraine-2022", *SHORT, "--out", str(tmp_path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_run_of_a_catalogue_says_what_became_of_it(tmp_path, capsys):
    iss = tmp_path / "iss.tle"
    iss.write_text(
        "1 25544U 98067A   22055.11106278  .00005118  00000-0  97877-4 0  9997\n"
        "2 25544  51.6415 176.5674 0005315 160.0639  14.4646 15.49914572327643\n"
    )
    fleet = f'fleet={{catalogue={{path="{iss}", keep=["other"]}}}}'
    words = ["run", "ukraine-2022", *SHORT, "--set", fleet, "-o", str(tmp_path / "c"), "--no-report"]
    assert run_verb(words) == 0
    told = capsys.readouterr().out
    assert "Catalogue: iss.tle (TLE): 1 element sets of 1 objects, 0 rejected." in told
    assert "1 other; flown: other, 1 satellites." in told


def test_an_interrupted_run_says_how_it_goes_on(tmp_path, monkeypatch, capsys):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("skyhold.simulate.run.simulate_broadband", stop)
    assert run_verb(["run", "ukraine-2022", *SHORT, "-o", str(tmp_path / "i")]) == 130
    assert "--resume" in capsys.readouterr().err


def test_threads_are_counted_from_one(capsys):
    assert run_verb(["run", "ukraine-2022", *SHORT, "--threads", "0"]) == 2
    assert "--threads" in capsys.readouterr().err


def test_nothing_to_resume_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run_verb(["run", "ukraine-2022", *SHORT, "--resume"]) == 2
    assert "no interrupted run" in capsys.readouterr().err


def test_the_report_is_written_again(folder, tmp_path, capsys):
    page = tmp_path / "again.html"
    assert run_verb(["report", str(folder), "--out", str(page)]) == 0
    assert page.read_text(encoding="utf-8").startswith("<!")
    assert str(page) in capsys.readouterr().out


def test_a_report_of_nothing(tmp_path, capsys):
    assert run_verb(["report", str(tmp_path / "none")]) == 2
    assert "none" in capsys.readouterr().err


def test_two_runs_side_by_side(folder, tmp_path, capsys):
    other = tmp_path / "higher"
    words = ["run", "ukraine-2022", *SHORT, "--set", "terminal.min_elevation_deg=40", "-o", str(other), "-q"]
    assert run_verb([*words, "--no-report"]) == 0
    capsys.readouterr()
    assert run_verb(["compare", str(folder), str(other), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["settings"] == {"terminal.min_elevation_deg": [25.0, 40.0]}
    assert len(found["places"]) == 3
    assert run_verb(["compare", str(folder), str(other)]) == 0
    assert "terminal.min_elevation_deg" in capsys.readouterr().out
