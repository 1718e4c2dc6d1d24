"""The chapter as a page: every part where its table is, none where it is missing, whole and self-contained."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.report import fakes as plain
from tests.report.test_html import check_page
from tests.service_chapter import fakes

from skyhold.report.html import report_context, write_report
from skyhold.report.text import headline, summary_lines
from skyhold.service_chapter import jamming, plan
from skyhold.service_chapter.sections import sections
from skyhold.service_chapter.tiles import tiles

PARTS = ("served", "rates", "restoration", "plan", "jamming", "moving", "links", "not-computed")
OF_PART = {
    "plan": ("plan",),
    "jamming": ("jamming_cells",),
    "moving": ("track",),
    "links": ("ledgers",),
    "not-computed": ("not_computed",),
    "restoration": ("restoration", "sites", "activation"),
}


@pytest.fixture(scope="module")
def ukraine():
    return fakes.ukraine()


def anchors(run):
    return [section.anchor for section in sections(run)]


def without(run, *names):
    """The run and its variants without some tables."""
    kept = {name: table for name, table in run.tables.items() if name not in names}
    return replace(run, tables=kept, variants={k: without(v, *names) for k, v in run.variants.items()})


def test_every_part_is_there(ukraine):
    assert anchors(ukraine) == list(PARTS)


@pytest.mark.parametrize("part", OF_PART)
def test_a_part_without_its_table_is_left_out(ukraine, part):
    assert anchors(without(ukraine, *OF_PART[part])) == [name for name in PARTS if name != part]


def test_the_page_is_whole(ukraine, tmp_path):
    text = write_report(ukraine, tmp_path / "r.html").read_text(encoding="utf-8")
    page = check_page(text)
    assert {*PARTS, "claims", "where", "what-if"} <= set(page.ids)
    for words in (
        "Hospital",
        "estimate",
        "drone",
        "no plan can serve more",
        "without another network",
        "C/N",
    ):
        assert words in text
    assert text.index(headline(ukraine).split(",")[0]) < text.index("<svg")


def test_only_what_could_be_judged_is_judged(ukraine):
    judged = report_context(ukraine)["claims"]
    assert {row["verdict"] for row in judged} <= {"true", "false", "depends"}
    assert any("Drones" in row["claim"] for row in judged)


def test_a_page_with_least_tables_is_whole(ukraine, tmp_path):
    gone = ("plan", "jamming", "moving", "track", "restoration", "ledgers", "sensitivity", "sites")
    least = without(ukraine, *(name for name in ukraine.tables if name.startswith(gone)))
    check_page(write_report(least, tmp_path / "r.html").read_text(encoding="utf-8"))


def test_a_run_without_demand_has_none_of_it(tmp_path):
    run = plain.ukraine()
    page = check_page(write_report(run, tmp_path / "r.html").read_text(encoding="utf-8"))
    assert not set(PARTS) & set(page.ids)
    assert "claims" not in page.ids


def test_summary_has_sentences_alone(ukraine):
    lines = summary_lines(ukraine)
    assert lines[0] == headline(ukraine)
    assert all(line.endswith(".") for line in lines)


def test_tiles_carry_the_cases_with_demand(ukraine):
    for tile in tiles(ukraine):
        assert [change.label for change in tile.changes] == ["Polish gateway lost"]


def test_the_best_countermeasure_comes_first_and_doing_nothing_is_none(ukraine):
    view = jamming.measures(ukraine)
    assert [row[0] for row in view.rows] == ["Robust modes"]
    area = jamming.areas(ukraine).rows[0]
    assert area[2] == "200 (100 to 400)"


def test_the_plan_tells_its_bound_and_what_is_worth_nothing(ukraine):
    view = plan.worth(ukraine)
    assert view.rows[0][0] == "100 terminals"
    assert view.rows[-1][0] == "Gateway, Kyiv"
    assert "9,100" in plan.section(ukraine, None).lead
    assert "opens a gateway at Kyiv" in plan.section(ukraine, None).lead
