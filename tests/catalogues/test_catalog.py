"""Catalogues: form told by content, nothing lost, 2,000 damaged inputs without a traceback."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.catalogues.sets import ISS, LINE_1, LINE_2, NAME, damage, damaged, shell

from skyhold.catalogues import catalog as module
from skyhold.catalogues import omm_text
from skyhold.catalogues.catalog import Catalog, read_catalog
from skyhold.catalogues.element_set import ElementSet
from skyhold.catalogues.omm import write_omm
from skyhold.catalogues.tle import tle_lines, write_tle
from skyhold.errors import CatalogError

TLE = "\n".join((NAME, LINE_1, LINE_2)) + "\n"
FLEET = shell(550.0, 53.0, 3, first=44_001)
TEXTS = {
    "TLE": write_tle(FLEET),
    "OMM JSON": write_omm(FLEET),
    "OMM CSV": write_omm(FLEET, omm_text.write_csv),
    "OMM XML": write_omm(FLEET, omm_text.write_xml),
    "OMM KVN": write_omm(FLEET, omm_text.write_kvn),
}


@pytest.mark.parametrize("form", TEXTS)
def test_each_form_is_told_by_content_as_text_bytes_file_and_gzip(form, tmp_path):
    text = TEXTS[form]
    path = tmp_path / "a.dat"
    path.write_text(text)
    packed = tmp_path / "b.dat"
    packed.write_bytes(gzip.compress(text.encode()))
    sources = (text, text.encode(), text.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + text.encode())
    for source in (*sources, text.encode("utf-16"), path, packed, str(path)):
        catalog = read_catalog(source)
        assert (catalog.format, len(catalog), catalog.rejected) == (form, 3, ())
        assert [record.name for record in catalog] == ["S-44001", "S-44002", "S-44003"]
    assert read_catalog(path).source == "a.dat"
    assert read_catalog(text, name="yesterday").source == "yesterday"


@pytest.mark.parametrize(
    "source",
    [
        "",
        b"",
        "\n\n",
        "[]",
        "{}",
        "no such file",
        "x\x00y",
        "No GP data found\n",
        "<html>\n<body>403</body></html>",
        b"\x1f\x8b broken",
        gzip.compress(TLE.encode())[:-9],
        bytes(range(256)),
        Path("/no/such/file"),
        Path("/"),
        "name,mean\n1,2\n",
        "EPOCH,MEAN_MOTION,EPOCH\n1,2,3\n",
    ],
)
def test_a_wholly_unreadable_input_is_an_error_with_a_remedy(source):
    with pytest.raises(CatalogError) as caught:
        read_catalog(source, name="the file")
    assert caught.value.remedy
    assert caught.value.expected or caught.value.came


def test_too_large_is_refused_before_it_fills_memory(monkeypatch):
    monkeypatch.setattr(module, "MAX_BYTES", 10_000)
    bomb = gzip.compress(TLE.encode() * 1000)
    assert len(bomb) < 10_000
    for source in (bomb, TLE.encode() * 1000):
        with pytest.raises(CatalogError, match="too large"):
            read_catalog(source)


def test_sets_of_one_object_are_kept_and_latest_picks_the_newest():
    older, newer = ISS, replace(ISS, epoch=ISS.epoch.plus(86_400.0), revolution_number=32_779)
    other = FLEET[0]
    catalog = read_catalog(write_tle([newer, other, older]))
    assert len(catalog) == 3
    assert catalog.objects() == 2
    assert [record.revolution_number for record in catalog.latest()] == [32_779, other.revolution_number]
    assert "1 sets are further sets" in catalog.summary()


def test_summary_says_how_many_of_each_and_why():
    bad = LINE_2[:-1] + "4"
    catalog = read_catalog("\n".join((LINE_1, LINE_2, LINE_1, bad, LINE_1, bad, LINE_1)))
    text = catalog.summary()
    assert "1 element sets kept, 3 rejected" in text
    assert "2 rejected: the checksum of line 2 is wrong; first: line 3 (25544)" in text
    assert "1 rejected: line 1 has no line 2 below it" in text
    assert len(read_catalog(f"{LINE_1}\n{bad}", keep_bad_checksum=True)) == 1


def outcome(raw: bytes) -> Catalog | CatalogError:
    """The catalogue, or the error; any other exception fails the test."""
    try:
        return read_catalog(raw, name="mutated")
    except CatalogError as error:
        return error


def check_accounted(text: str) -> Catalog | None:
    """Read the text; an error or each rejection says what, where and what to do."""
    catalog = outcome(text.encode("utf-8", "surrogatepass"))
    if isinstance(catalog, CatalogError):
        assert catalog.remedy
        assert catalog.problem
        return None
    for rejection in catalog.rejected:
        assert 1 <= rejection.line <= text.count("\n") + text.count("\r") + 1
        assert rejection.reason
        assert rejection.remedy
    assert catalog.summary()
    return catalog


def wrapped(form: str, middle: str) -> str:
    """The text of the fleet with its second record replaced."""
    text = TEXTS[form]
    start, end = span(form)
    return text[:start] + middle + text[end:]


def span(form: str) -> tuple[int, int]:
    """Where the second record lies in the text, its last line end left out."""
    text = TEXTS[form]
    marks = {
        "TLE": (tle_lines(FLEET[1])[0], "\n" + tle_lines(FLEET[2])[0]),
        "OMM JSON": ("{", ",\n {"),
        "OMM CSV": (FLEET[1].name, "\n" + FLEET[2].name),
        "OMM XML": ("<omm ", "\n<omm "),
        "OMM KVN": ("CCSDS_OMM_VERS", "\n\nCCSDS_OMM_VERS"),
    }
    first, after = marks[form]
    start = text.index(first, text.index(FLEET[0].name) + 1)
    return start, text.index(after, start)


@pytest.mark.parametrize(
    ("form", "examples"),
    [("TLE", 800), ("OMM JSON", 300), ("OMM CSV", 300), ("OMM XML", 300), ("OMM KVN", 300)],
)
def test_damage_to_one_record_costs_its_neighbours_nothing(form, examples):
    start, end = span(form)
    middle = TEXTS[form][start:end]

    @settings(max_examples=examples, deadline=None)
    @given(wounds=damage)
    def harm(wounds: list[tuple[str, float, int, str]]) -> None:
        hurt = damaged(middle, wounds)
        catalog = check_accounted(wrapped(form, hurt))
        assert catalog is not None
        assert catalog.records[0] == FLEET[0]
        assert catalog.records[-1] == FLEET[2]
        missing = FLEET[1].catalog_number not in {record.catalog_number for record in catalog.records[1:-1]}
        left = re.sub(r"[\s,\[\]]", "", hurt) if form == "OMM JSON" else hurt.strip()
        assert not missing or catalog.rejected or len(catalog) > 2 or not left or left[0] == "#"

    harm()


@settings(max_examples=300, deadline=None)
@given(form=st.sampled_from(sorted(TEXTS)), wounds=damage)
def test_damage_anywhere_is_an_error_or_accounted_for(form, wounds):
    check_accounted(damaged(TEXTS[form], wounds))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_an_error_or_a_catalogue(raw):
    found = outcome(raw)
    assert isinstance(found, Catalog) or found.remedy


def test_two_lines_without_names_resynchronise():
    @settings(max_examples=300, deadline=None)
    @given(wounds=damage)
    def harm(wounds: list[tuple[str, float, int, str]]) -> None:
        bare = [write_tle([replace(record, name="")]) for record in FLEET]
        hurt = damaged(bare[1].rstrip("\n"), wounds)
        catalog = check_accounted(bare[0] + hurt + "\n" + bare[2])
        assert catalog is not None
        assert replace(catalog.records[-1], name="") == replace(FLEET[2], name="")
        assert catalog.records[0] == replace(FLEET[0], name="")

    harm()


def test_a_flood_of_nested_json_objects_is_turned_away():
    text = "[" + '{"EPOCH": ' * 3000
    catalog = read_catalog(text)
    assert catalog.records == ()
    assert catalog.rejected


def test_an_element_set_made_by_hand_is_checked():
    for change in ({"eccentricity": 1.0}, {"bstar": float("nan")}, {"mean_motion_rev_day": -1.0}):
        with pytest.raises(CatalogError) as caught:
            replace(ISS, **change)
        assert caught.value.came
        assert caught.value.expected


def test_kozai_height_of_the_station():
    assert abs(ISS.kozai_altitude_km() - 416.98) < 0.01
    assert isinstance(ISS, ElementSet)


def test_json_null_and_nested_values_are_told():
    fields = json.loads(TEXTS["OMM JSON"])
    fields[1]["BSTAR"] = None
    fields[2]["MEAN_MOTION"] = {"value": 15.0}
    catalog = read_catalog(json.dumps(fields))
    assert catalog.records == (FLEET[0],)
    assert any("BSTAR is missing" in rejection.reason for rejection in catalog.rejected)
    assert any("a value is not plain" in rejection.reason for rejection in catalog.rejected)
