"""Text, tables and JSON."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from skyhold.cli.console import ProgressBars, Voice, finite, shown

ROWS = [("a", 1.23456, True), ("b", math.nan, False)]
COLUMNS = ("name", "value", "holds")


def test_a_table_is_read_by_people(capsys):
    Voice().table("Title", COLUMNS, ROWS)
    lines = capsys.readouterr().out
    assert "Title" in lines
    assert "1.235" in lines
    assert "NO" in lines


def test_a_table_is_read_by_programs(capsys):
    Voice(json=True).table("Title", COLUMNS, ROWS)
    assert json.loads(capsys.readouterr().out) == [
        {"name": "a", "value": 1.23456, "holds": True},
        {"name": "b", "value": None, "holds": False},
    ]


def test_long_cells_are_not_cut(capsys):
    Voice().table("", ("a",), [("x" * 150,)])
    assert "x" * 150 in capsys.readouterr().out


def test_a_title_longer_than_its_table_stands_on_one_line(capsys):
    Voice().table("What one more is worth, by the bound", ("a",), [(1,)])
    assert "What one more is worth, by the bound\n" in capsys.readouterr().out


def test_markup_in_data_is_text(capsys):
    Voice().table("", ("a",), [("[bold]x[/bold]",)])
    assert "[bold]x[/bold]" in capsys.readouterr().out


@pytest.mark.parametrize("voice", [Voice(quiet=True), Voice(json=True)])
def test_quiet_and_json_say_nothing_besides(voice, capsys):
    voice.say("hello")
    assert capsys.readouterr().out == ""


def test_progress_is_silent_where_nobody_looks(capsys):
    with Voice().progress() as bars:
        bars("slots", 1, 2)
    assert capsys.readouterr() == ("", "")


def test_progress_moves_one_bar_a_name(monkeypatch):
    class Shown:
        def __init__(self):
            self.calls = []

        def add_task(self, what, total):
            self.calls.append(("add", what, total))
            return len(self.calls)

        def update(self, task, completed, total):
            self.calls.append(("update", task, completed))

    drawn = Shown()
    bars = ProgressBars(drawn)
    bars("a", 0, 2)
    bars("a", 1, 2)
    assert drawn.calls == [("add", "a", 2), ("update", 1, 0), ("update", 1, 1)]


def test_payloads_hold_numpy_and_no_nan():
    payload = finite({"a": np.float32(2.5), "b": np.array([1.0, np.nan]), "c": (math.inf, "x")})
    assert payload == {"a": 2.5, "b": [1.0, None], "c": [None, "x"]}
    json.dumps(payload, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (12345.6, "12,346"), (0.001234567, "0.001235"), (7, "7"), (True, "yes"), (-0.0, "0")],
)
def test_cells(value, text):
    assert shown(value) == text
