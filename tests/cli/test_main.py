"""How the command answers, fails and leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from skyhold.cli import main as cli
from skyhold.cli.main import VERBS, run_verb
from skyhold.errors import DataError


def skyhold(*words: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "skyhold", *words],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, **environment},
        check=False,
    )


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_has_help(verb, capsys):
    assert run_verb([verb, "--help"]) == 0
    assert VERBS[verb].split(":")[0].rstrip(".") in capsys.readouterr().out


def test_help_needs_no_colour_in_a_pipe():
    finished = skyhold("--help", NO_COLOR="1")
    assert finished.returncode == 0
    assert "\x1b[" not in finished.stdout


def test_unknown_verb_names_the_nearest(capsys):
    assert run_verb(["rum"]) == 2
    told = capsys.readouterr().err
    assert 'Did you mean "run"?' in told
    assert told.count("\n") == 1


def test_unknown_option_is_the_users(capsys):
    assert run_verb(["schema", "--ouput", "x"]) == 2
    assert "--ouput" in capsys.readouterr().err


def test_missing_file_is_one_line_and_no_traceback():
    finished = skyhold("run", "no-such-file.toml")
    assert finished.returncode == 2
    assert finished.stderr.startswith("skyhold: ")
    assert finished.stderr.count("\n") == 1
    assert "Traceback" not in finished.stderr
    assert finished.stdout == ""


def test_debug_shows_the_traceback():
    assert "Traceback" in skyhold("run", "no-such-file.toml", "--debug").stderr


def failing(error):
    def fail(*_, **__):
        raise error

    return lambda: fail


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (DataError("it is stale", remedy="fetch it"), 2, "it is stale. Fetch it."),
        (PermissionError(13, "Permission denied", "runs"), 2, "Permission denied: runs"),
        (ZeroDivisionError("division by zero"), 3, "defect"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (DataError("two\nlines"), 2, "two lines."),
    ],
)
def test_exit_codes(error, code, told, monkeypatch, capsys):
    monkeypatch.setattr(cli, "build_app", failing(error))
    assert run_verb(["run", "x"]) == code
    written = capsys.readouterr().err
    assert told in written
    assert written.count("\n") == 1


def test_main_leaves_with_the_code():
    with pytest.raises(SystemExit) as left:
        cli.main(["rum"])
    assert left.value.code == 2


def test_version(capsys):
    from skyhold import __version__

    assert run_verb(["--version"]) == 0
    assert capsys.readouterr().out.strip() == __version__


def test_schema_is_json_on_stdout_and_in_a_file(tmp_path, capsys):
    assert run_verb(["schema"]) == 0
    printed = json.loads(capsys.readouterr().out)
    target = tmp_path / "s.json"
    assert run_verb(["schema", "-o", str(target), "--json"]) == 0
    assert json.loads(target.read_text()) == printed
    assert json.loads(capsys.readouterr().out)["file"] == str(target)
    assert "clock" in printed["$defs"]["BroadbandScenario"]["properties"]


def test_new_writes_a_scenario_that_checks_and_never_writes_over(tmp_path, capsys):
    target = tmp_path / "mine.toml"
    assert run_verb(["new", "mine", "--from", "walker-demo", "-o", str(target)]) == 0
    assert 'name = "mine"' in target.read_text()
    assert "#" in target.read_text()
    capsys.readouterr()
    assert run_verb(["new", "mine", "-o", str(target)]) == 2
    assert "not written over" in capsys.readouterr().err


def test_new_from_nowhere_names_what_there_is(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run_verb(["new", "mine", "--from", "ukrain-2022"]) == 2
    assert "ukraine-2022" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_new_with_a_name_that_is_none(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run_verb(["new", "Not A Name"]) == 2
    assert "name" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_check_of_a_bad_scenario_is_a_failed_check(tmp_path, capsys):
    bad = tmp_path / "bad.toml"
    bad.write_text('schema_version = 1\nname = "bad"\nclok = 3\n')
    assert run_verb(["check", str(bad)]) == 1
    assert "clok" in capsys.readouterr().err
    assert run_verb(["check", str(bad), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["sound"] is False


def test_check_of_a_sound_scenario(capsys):
    assert run_verb(["check", "walker-demo", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["sound"] is True
    assert facts["satellites"] > 0
