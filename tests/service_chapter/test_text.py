"""The answer in words: who, how fast, who not and why, what would help."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.service_chapter import fakes

from skyhold.results.tables import Table
from skyhold.service_chapter import text
from skyhold.service_chapter.findings import standing


@pytest.fixture(scope="module")
def ukraine():
    return fakes.ukraine()


def with_cells(run, **columns):
    cells = run.tables["capacity_cells"]
    changed = Table("capacity_cells", {**cells.columns, **columns})
    return replace(run, tables={**run.tables, "capacity_cells": changed})


@pytest.mark.parametrize(
    ("count", "says"),
    [(0, "0"), (315.4, "315"), (74_775, "74,800"), (999_960, "1.0 million"), (9.12e6, "9.1 million")],
)
def test_people_are_told_to_three_figures(count, says):
    assert text.people(count).replace("\u00a0", " ") == says


@pytest.mark.parametrize(
    ("mbit_s", "says"),
    [(0.5, "0.50 Mbit/s"), (7.1, "7.1 Mbit/s"), (750, "750 Mbit/s"), (72_200, "72.2 Gbit/s")],
)
def test_rates_choose_their_unit(mbit_s, says):
    assert text.rate(mbit_s).replace("\u00a0", " ") == says


def test_headline_says_who_how_fast_why_not_and_what_helps(ukraine):
    said, now = text.headline(ukraine).replace("\u00a0", " "), standing(ukraine)
    assert said.startswith("On 28 February 2022, 00:00 to 02:00 UTC, ")
    assert f"gave service to {text.people(now.served)} of the" in said
    assert "Mbit/s" in said
    assert "have no terminal" in said
    assert "What would help most is more terminals: " in said
    assert "one more gateway would serve nobody more" in said


def test_headline_of_a_run_that_serves_nobody(ukraine):
    run = with_cells(ukraine, users=np.zeros(len(ukraine.tables["cells"])))
    assert "nobody in Ukraine had service by satellite" in text.headline(run)


def test_without_a_plan_the_best_case_is_named(ukraine):
    tables = {name: table for name, table in ukraine.tables.items() if not name.startswith("plan")}
    few = with_cells(replace(ukraine, tables=tables), users=ukraine.tables["capacity_cells"]["users"] / 10.0)
    assert "Of what was tried, “The Polish gateway is lost” helps most" in text.headline(few)


def test_full_capacity_is_said_as_it_is(ukraine):
    reasons = ukraine.tables["capacity_reasons"]
    none = Table("capacity_reasons", {**reasons.columns, "unserved_percent": np.zeros(len(reasons))})
    run = replace(ukraine, tables={**ukraine.tables, "capacity_reasons": none})
    assert any(line.startswith("Capacity is not what lacks") for line in text.supporting_lines(run))
    assert any("for this reason: jammed" in line for line in text.supporting_lines(ukraine))


def test_every_line_on_jammers_says_that_powers_are_estimates(ukraine):
    [line] = [line for line in text.supporting_lines(ukraine) if line.startswith("Jammers")]
    assert "no cell loses half of its rate" in line
    assert "estimate" in line


def test_a_variant_that_changes_nothing_says_nothing(ukraine):
    assert text.variant_clause(ukraine, ukraine) == ""
    assert text.variant_clause(ukraine, ukraine.variants["elevation-40"]) == ""


def test_a_variant_with_fewer_people_says_so(ukraine):
    fewer = with_cells(ukraine, users=ukraine.tables["capacity_cells"]["users"] / 2.0)
    assert text.variant_clause(ukraine, fewer).startswith("people with service fall from")
