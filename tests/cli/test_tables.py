"""`validate` and `bench`: tables from the checkout."""

from __future__ import annotations

import json
import sys

import pytest
from benchmarks.row import Row

from skyhold.cli.main import run_verb

CASES = """
from validation.case import Case

CASES = (
    Case("one", "law", 1.0, "m", 0.1, "why", "source", lambda: 1.0),
    Case("two", "observed", 1.0, "m", 0.1, "why", "source", lambda: 2.0, known_failure="known"),
    Case("three", "observed", 1.0, "m", 0.1, "why", "source", lambda: 1.0, needs=("no/such/file",)),
    {more}
)
"""


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """Imports of validation and benchmarks made by the verbs are forgotten afterwards."""
    held = {
        name: module
        for name, module in sys.modules.items()
        if name.split(".")[0] in ("validation", "benchmarks")
    }
    for name in held:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield tmp_path
    for name in [name for name in sys.modules if name.split(".")[0] in ("validation", "benchmarks")]:
        del sys.modules[name]


def write_validation(root, more=""):
    from skyhold.cli.checkout import find_checkout

    real = find_checkout("validation")
    folder = root / "validation"
    folder.mkdir()
    for name in ("__init__.py", "case.py", "table.py"):
        (folder / name).write_text((real / "validation" / name).read_text())
    (folder / "things.py").write_text(CASES.format(more=more))


def test_rows_that_fail_and_are_known_to_do_not_fail_the_whole(checkout, capsys):
    write_validation(checkout)
    assert run_verb(["validate", "--path", str(checkout)]) == 0
    text = capsys.readouterr().out
    assert "NO (known)" in text
    assert "1 hold, 0 fail, 1 fail and are known to, 1 left out" in text


def test_a_row_that_fails_is_marked_and_fails_the_whole(checkout, capsys):
    write_validation(checkout, 'Case("four", "law", 1.0, "m", 0.1, "why", "source", lambda: 3.0),')
    assert run_verb(["validate", "--path", str(checkout), "--json"]) == 1
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["four"]["state"] == "NO"
    assert rows["four"]["ours"] == 3.0
    assert rows["three"]["ours"] is None


def test_an_unknown_part_names_the_parts(checkout, capsys):
    write_validation(checkout)
    assert run_verb(["validate", "--path", str(checkout), "--part", "thing"]) == 2
    assert "things" in capsys.readouterr().err


def test_no_checkout_is_told(tmp_path, capsys):
    assert run_verb(["validate", "--path", str(tmp_path)]) == 2
    assert "--path" in capsys.readouterr().err


def test_bench_prints_the_rows_and_fails_where_one_does(checkout, capsys):
    folder = checkout / "benchmarks"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "row.py").write_text("")
    (folder / "quick.py").write_text(
        "from types import SimpleNamespace as Row\n"
        "def rows():\n"
        "    return [Row(what='loop', ours=30.0, unit='M/s', peer=1.2, peer_name='sgp4', required=25.0,\n"
        "                relation='ratio at least', ratio=25.0, holds=False, note='slow')]\n"
    )
    assert run_verb(["bench", "--path", str(checkout)]) == 1
    text = capsys.readouterr().out
    assert "ratio >= 25" in text
    assert "NO" in text
    assert "quick: loop: slow" in text


@pytest.mark.parametrize(
    ("row", "ratio", "holds"),
    [
        (Row("a", 30.0, "M/s", peer=1.2, required=25.0, relation="ratio at least"), 25.0, True),
        (Row("a", 29.0, "M/s", peer=1.2, required=25.0, relation="ratio at least"), 29 / 1.2, False),
        (Row("a", 6.0, "CPU-s", peer=300.0, required=15.0), 50.0, True),
        (Row("a", 0.1, "s", required=0.2), None, True),
        (Row("a", 0.3, "s", required=0.2), None, False),
        (Row("a", 3.0, "x", required=2.0, relation="at least"), None, True),
        (Row("a", 0.3, "s"), None, None),
        (Row("a", 0.3, "s", required=2.0, relation="ratio at least"), None, None),
    ],
)
def test_rows_of_the_benchmark(row, ratio, holds):
    assert row.ratio == (pytest.approx(ratio) if ratio else None)
    assert row.holds is holds
