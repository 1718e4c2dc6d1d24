"""The report as a whole: complete, self-contained, and never broken by a run with little in it."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from tests.report import fakes

from skyhold.nouns.ground import Area, Cities, Place
from skyhold.nouns.service import Clock
from skyhold.report.html import report_context, write_comparison, write_report
from skyhold.report.text import headline, summary_lines
from skyhold.results.compare import compare

VOID = {"meta", "br", "img", "input", "link", "hr"}


class Balance(HTMLParser):
    """Checks that every element is closed in order, and collects ids and references."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        self._note(dict(attrs))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def _note(self, attributes: dict[str, str | None]) -> None:
        if "id" in attributes:
            self.ids.append(str(attributes["id"]))
        for key in ("href", "src"):
            value = attributes.get(key) or ""
            (self.targets if value.startswith("#") else self.loads).append(value)


def check_page(text: str) -> Balance:
    """A page is balanced, loads nothing, has no broken anchors, no NaN, and well-formed drawings with labels."""
    page = Balance()
    page.feed(text)
    assert page.open == []
    assert [x for x in page.loads if x and not x.startswith("data:image/png;base64,")] == []
    assert {t[1:] for t in page.targets} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert "<script" not in text
    assert "url(" not in text
    assert re.search(r"\b(nan|inf|None)\b", re.sub(r"<style>.*?</style>", "", text, flags=re.S)) is None
    for drawing in re.findall(r"<svg.*?</svg>", text, re.S):
        root = ElementTree.fromstring(drawing)
        assert root.get("aria-label")
    return page


@pytest.fixture(scope="module")
def ukraine():
    return fakes.ukraine()


def test_report_is_one_small_file_that_needs_nothing(ukraine, tmp_path):
    path = write_report(ukraine, tmp_path / "deep" / "report.html")
    text = path.read_text(encoding="utf-8")
    page = check_page(text)
    assert len(text) < 3_000_000
    wanted = {
        "where",
        "by-place",
        "what-if",
        "in-view",
        "when",
        "delay",
        "three-ways",
        "segment",
        "assumptions",
    }
    assert wanted | {"evidence", "again", "if-polish-gateway-lost", "if-elevation-40"} <= set(page.ids)
    for words in ("Kyiv", "Wola Krobowska", "visionscarto", "skyhold run", "assumed", "Okabe", "f" * 64):
        assert words in text


def test_report_answers_before_anything_else(ukraine, tmp_path):
    text = write_report(ukraine, tmp_path / "r.html").read_text(encoding="utf-8")
    answer = re.search(r'<div class="answer"><p>(.*?)</p>', text).group(1)
    assert answer == headline(ukraine)
    assert text.index(answer) < text.index("<svg")


def test_both_numbers_are_shown_side_by_side(ukraine):
    context = report_context(ukraine)
    section = next(part for part in context["rest"] if part.anchor == "in-view")
    table = section.tables[0]
    assert table.heads[1:3] == ["Time with a satellite in view", "and a gateway too"]
    assert [row[0] for row in table.rows] == ["12 cities", f"{len(ukraine.tables['cells'])} cells"]


def test_tiles_carry_every_variant(ukraine):
    for tile in report_context(ukraine)["tiles"]:
        assert [change.label for change in tile.changes] == ["Polish gateway lost", "Elevation 40"]


def small(**changes):
    """A short scenario with a single city, changed."""
    clock = Clock(start_utc="2022-02-28T06:00:00Z", duration_h=0.5, slot_period_s=60)
    kyiv = Place(name="Kyiv & <Pechersk>", latitude_deg=50.45, longitude_deg=30.52)
    return fakes.scenario(**({"clock": clock, "area": None, "cities": None, "places": (kyiv,)} | changes))


POLE = (
    Place(name="Alert", latitude_deg=82.5, longitude_deg=-62.3),
    Place(name="Suva", latitude_deg=-18.1, longitude_deg=178.4),
)

SKIES = {
    "one city": fakes.Sky(small()),
    "no gateway in range": fakes.Sky(small(), gateways=(("Hawthorne", 33.9, -118.3),)),
    "no gateway at all": fakes.Sky(small(), gateways=()),
    "no satellite in view": fakes.Sky(small(places=(Place(name="Pole", latitude_deg=-89, longitude_deg=0),))),
    "half the world apart": fakes.Sky(small(places=POLE)),
    "nobody to serve": fakes.Sky(small(places=())),
    "cells only": fakes.Sky(small(places=(), area=Area(country="EST", h3_resolution=4)), fakes.country_cells("EST", 4)),
    "a box": fakes.Sky(small(area=Area(bbox_deg=(29, 49, 31, 51), h3_resolution=4)), fakes.country_cells("MDA", 3)),
    "over the antimeridian": fakes.Sky(small(area=Area(country="FJI", h3_resolution=4)), fakes.country_cells("FJI", 4)),
    "cities of the world": fakes.Sky(small(places=(), cities=Cities(count=45))),
    "two weeks": fakes.Sky(small(clock=Clock(start_utc="2022-02-28T06:30:00Z", duration_h=336, slot_period_s=3600))),
}  # fmt: skip


@pytest.mark.parametrize("sky", SKIES.values(), ids=SKIES.keys())
def test_report_of_any_run_is_whole(sky, tmp_path):
    result = fakes.observe(sky)
    text = write_report(result, tmp_path / "r.html").read_text(encoding="utf-8")
    check_page(text)
    for line in summary_lines(result):
        assert line.endswith(".")
        assert not re.search(r"\bnan\b", line)


def test_world_of_many_cells_becomes_a_picture(tmp_path, monkeypatch):
    import h3

    from skyhold.coverage_chapter import maps

    monkeypatch.setattr(maps, "RASTER_FROM_CELLS", 500)
    cells = tuple(sorted(h3.get_res0_cells()))
    cells = tuple(child for cell in cells for child in h3.cell_to_children(cell, 1))
    sky = fakes.Sky(small(places=(), area=Area(globe=True, h3_resolution=1)), cells)
    text = write_report(fakes.observe(sky), tmp_path / "r.html").read_text(encoding="utf-8")
    check_page(text)
    assert text.count("data:image/png;base64,") == 3
    assert "842 cells of the world" in text


def test_variants_that_serve_nobody(tmp_path):
    sky = fakes.Sky(small())
    lost = fakes.observe(replace(sky, gateways=()))
    result = replace(fakes.observe(sky), variants={"all-gateways-lost": lost})
    text = write_report(result, tmp_path / "r.html").read_text(encoding="utf-8")
    check_page(text)
    assert "nobody is served any more" in headline(result)


def test_comparison_of_two_runs(ukraine, tmp_path):
    found = compare(ukraine, ukraine.variants["elevation-40"])
    text = write_comparison(found, tmp_path / "c.html").read_text(encoding="utf-8")
    check_page(text)
    assert "terminal.min_elevation_deg" in text
    assert "lose service at times" in text


def test_names_of_places_are_escaped(tmp_path):
    text = write_report(fakes.observe(SKIES["one city"]), tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<Pechersk>" not in text
    assert "Kyiv &amp; &lt;Pechersk&gt;" in text
