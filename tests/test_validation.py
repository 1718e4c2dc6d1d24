"""The validation table as tests: the rows that `skyhold validate` prints."""

from __future__ import annotations

import pytest
from validation import table
from validation.case import Case


def marked(part: str, case: Case) -> pytest.ParameterSet:
    """A row as a test; one declared as a known failure must fail."""
    marks = [pytest.mark.xfail(reason=case.known_failure, strict=True)] if case.known_failure else []
    return pytest.param(part, case, id=f"{part}: {case.name}", marks=marks)


def all_rows() -> list[pytest.ParameterSet]:
    return [marked(part, case) for part in table.parts() for case in table.cases(part)]


@pytest.mark.parametrize(("part", "case"), all_rows())
def test_the_world(part, case):
    row = table.judge(part, case)
    if row.state == "absent":
        pytest.skip(row.note)
    told = f"{row.value:.6g} {case.unit}; the world {case.says:.6g}, margin {case.margin:.3g}. {row.note}"
    assert row.state == "yes", told


def fact(says: float = 1.0, **changes: object) -> Case:
    values = {"kind": "law", "unit": "m", "margin": 0.1, "why": "a test", "source": "a test"}
    return Case("a fact", says=says, **(values | {"ours": lambda: 1.0} | changes))


def test_a_row_that_holds():
    assert table.judge("x", fact()).state == "yes"
    assert not table.judge("x", fact()).fails


def test_a_row_that_fails_is_marked_and_fails():
    row = table.judge("x", fact(says=2.0))
    assert (row.state, row.fails, row.value) == ("NO", True, 1.0)


def test_a_known_failure_stays_in_the_table_and_does_not_fail():
    row = table.judge("x", fact(says=2.0, known_failure="the sensor drifts"))
    assert (row.state, row.fails, row.note) == ("NO (known)", False, "the sensor drifts")


def test_a_known_failure_that_holds_is_told():
    row = table.judge("x", fact(known_failure="the sensor drifts"))
    assert row.fails
    assert "remove" in row.note


def test_a_function_that_raises_fails_its_row_only():
    row = table.judge("x", fact(ours=lambda: 1 / 0))
    assert row.fails
    assert "ZeroDivisionError" in row.note


def test_absent_data_are_named():
    row = table.judge("x", fact(needs=("no/such/file.csv",)))
    assert (row.state, row.fails) == ("absent", False)
    assert "no/such/file.csv" in row.note


@pytest.mark.parametrize(
    ("relation", "value", "holds"),
    [("at most", 1.2, False), ("at most", 0.2, True), ("at least", 0.8, False), ("at least", 1.8, True)],
)
def test_relations(relation, value, holds):
    assert fact(relation=relation).holds(value) is holds


def test_every_row_says_where_it_comes_from():
    rows = [(part, case) for part in table.parts() for case in table.cases(part)]
    assert [f"{part}: {case.name}" for part, case in rows if not (case.source and case.why)] == []
