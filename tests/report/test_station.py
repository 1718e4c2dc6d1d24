"""The chapter on a station: whole whatever the run has in it, and never a place of impact."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from tests.report import fakes, fakes_station
from tests.report.test_html import check_page

from skyhold.report.html import write_report
from skyhold.results.station import StationResult
from skyhold.results.tables import Table
from skyhold.scenario.load import with_values
from skyhold.station_chapter import figures as station_figures
from skyhold.station_chapter import findings as station_findings
from skyhold.station_chapter import text as station_text
from skyhold.station_chapter import tiles as station_tiles


@pytest.fixture(scope="module")
def station():
    return fakes_station.station()


def page(result, tmp_path):
    text = write_report(result, tmp_path / "r.html").read_text(encoding="utf-8")
    return text, check_page(text)


def test_page_is_whole(station, tmp_path):
    text, found = page(station, tmp_path)
    wanted = {
        "station-variants",
        "station-life",
        "station-hold",
        "station-what",
        "station-sun",
        "station-risk",
    }
    wanted |= {"station-crew", "claims", "assumptions", "evidence", "again", "if-nobody-acts"}
    assert wanted <= set(found.ids)
    assert len(set(found.ids)) == len(found.ids)
    assert {target[1:] for target in found.targets} <= set(found.ids)
    for words in (
        "445.4",
        "Mark Vande Hei",
        "Kourou",
        "point of no return",
        "NASA-STD-8719.14",
        "record 1957 to 2022",
        "areas of parts are side on",
        "f" * 64,
    ):
        assert words in text
    assert len(text) < 1_500_000


def test_answer_comes_first_and_is_computed(station, tmp_path):
    text, _ = page(station, tmp_path)
    answer = re.search(r'<div class="answer"><p>(.*?)</p>', text).group(1)
    assert answer == station_text.headline(station)
    assert "May 2024" in answer


@pytest.mark.parametrize("left_out", [*fakes_station.station(False).tables])
def test_page_without_any_one_table_is_whole(station, left_out, tmp_path):
    some = {name: table for name, table in station.tables.items() if name != left_out}
    page(StationResult(station.scenario, station.manifest, some), tmp_path)


def test_page_of_a_run_without_tables(station, tmp_path):
    bare = StationResult(station.scenario, station.manifest, {})
    text, _ = page(bare, tmp_path)
    assert "found nothing to tell" in text


@pytest.mark.parametrize("name", ["nobody-acts", "deorbit-progress", "russia-withdraws", "partners-hold-it"])
def test_page_of_each_variant_alone(station, name, tmp_path):
    page(station.variants[name], tmp_path)


def test_tables_read_back_from_a_folder_say_the_same(station, tmp_path):
    for table in station.tables.values():
        table.write(tmp_path / "tables")
    read = {file.stem: Table.read(file) for file in (tmp_path / "tables").glob("*.parquet")}
    again = StationResult(station.scenario, station.manifest, read)
    alone = StationResult(station.scenario, station.manifest, station.tables)
    assert station_text.summary_lines(again) == station_text.summary_lines(alone)


def test_an_uncontrolled_fall_is_never_a_place(station):
    for line in station_text.summary_lines(station):
        assert line.endswith(".")
        assert not re.search(r"\bnan\b|None", line)
        assert not re.search(r"\d°\s?[NSEW]\b", line)
        assert not re.search(r"\b\d{4}-\d\d-\d\d\b", line)


def test_a_fall_is_told_as_a_window(station):
    when = station_findings.fall(station_findings.unpushed(station))
    assert when.window == "October 2023 to May 2025"
    assert "nine chances in ten" in station_text.headline(station)


def test_members_that_are_down_are_not_drawn_along_the_top_of_the_air():
    table = Table("altitude", {"p50_km": np.array([200.0, 121.0, 120.0, 120.0])})
    line = station_figures.of_all(table, 50)
    assert np.isfinite(line).tolist() == [True, True, True, False]


def test_tiles_name_the_variants_that_differ(station):
    tiles = {tile.label: tile for tile in station_tiles.tiles(station)}
    assert [change.label for change in tiles["Down, if nobody pushes"].changes] == [
        "Nobody acts sun as it was"
    ]
    assert tiles["Mass on the day"].value.startswith("460.2")
    assert tiles["Seats home"].value == "7 for 7"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0207, "0.021"),
        (1234.0, "1,200"),
        (2.6e-12, "2.6\u00a0×\u00a010⁻¹²"),
        (0.0, "0"),
        (-0.66, "−0.66"),
        (9.96, "10"),
    ],
)
def test_significant_figures(value, text):
    assert station_text.significant(value) == text


def test_odds():
    assert station_text.one_in(0.0205) == "one chance in 49"
    assert station_text.one_in(3.1e-4) == "one chance in 3,200"
    assert station_text.one_in(0.0) == ""


def test_both_branches_in_one_page(tmp_path):
    result = fakes_station.combined(fakes.ukraine())
    text, found = page(result, tmp_path)
    assert {"connected", "up", "where", "station-life", "claims"} <= set(found.ids)
    assert len(set(found.ids)) == len(found.ids)
    assert {target[1:] for target in found.targets} <= set(found.ids)
    assert text.index("Who stays connected?") < text.index("Who stays up?") < text.index('id="claims"')
    assert "Starlink was active over Ukraine" in text


def test_empty_tables_are_as_good_as_none(station, tmp_path):
    empty = {
        name: Table(name, {key: value[:0] for key, value in t.columns.items()})
        for name, t in station.tables.items()
    }
    page(replace(station, tables=empty, variants={}), tmp_path)


def test_what_cannot_be_held_says_what_is_missing(station):
    clause = station_text.variant_clause(station, "russia-withdraws")
    assert "20.1\u00a0m/s are missing" in clause
    assert "it comes down between" in clause


def test_a_deorbit_that_fails_with_enough_propellant_says_why(station):
    run = station.variants["deorbit-progress"]
    assert "but" not in station_text.variant_clause(station, "deorbit-progress")
    rich = dict(run.tables["deorbit"].columns)
    rich["value"] = np.where(np.asarray(rich["quantity"]) == "propellant_available", 2e4, rich["value"])
    rich["note"] = np.where(np.asarray(rich["quantity"]) == "feasible", "too weak a push", rich["note"])
    able = StationResult(run.scenario, run.manifest, {**run.tables, "deorbit": Table("deorbit", rich)})
    said = station_text.variant_clause(replace(station, variants={"it": able}), "it")
    assert ", but too weak a push: it cannot be done" in said


def test_a_station_without_a_russian_partner_is_not_asked_about_russia(station):
    assert "without Russia" in station_text.headline(station)
    skylab = with_values(station.scenario, {"station": {"library": "skylab"}, "variants": []})
    alone = StationResult(skylab, station.manifest, station.tables)
    assert "without Russia" not in station_text.headline(alone)
    assert station_tiles.ALONE not in {tile.label for tile in station_tiles.tiles(alone)}
