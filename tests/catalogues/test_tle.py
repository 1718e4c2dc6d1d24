"""Two-line sets: columns, checksums, Alpha-5, resynchronisation, writing."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sgp4.alpha5 import from_alpha5, to_alpha5
from sgp4.api import Satrec
from tests.catalogues.sets import LINE_1, LINE_2, NAME, element_sets

from skyhold.catalogues.element_set import ElementSet, Rejection
from skyhold.catalogues.tle import alpha5_number, alpha5_text, checksum, read_tle, tle_lines, write_tle
from skyhold.errors import CatalogError
from skyhold.times import JD_UNIX_EPOCH, Epoch


def read(*lines: str, **options: bool) -> list[ElementSet | Rejection]:
    return list(read_tle("\n".join(lines), **options))


def one(*lines: str, **options: bool) -> ElementSet | Rejection:
    (item,) = read(*lines, **options)
    return item


def resealed(line: str) -> str:
    """The line with the checksum it should have."""
    return f"{line[:68]}{checksum(line)}"


def replaced(line: str, first: int, text: str) -> str:
    """The line with columns from `first` on replaced, and sealed again."""
    return resealed(line[: first - 1] + text + line[first - 1 + len(text) :])


def test_fields_are_those_of_the_columns():
    record = one(NAME, LINE_1, LINE_2)
    assert isinstance(record, ElementSet)
    assert (record.name, record.catalog_number, record.classification) == (NAME, 25544, "U")
    assert record.international_designator == "1998-067A"
    assert record.epoch == Epoch(JD_UNIX_EPOCH + 19047, 0.11106278)
    assert (record.inclination_deg, record.raan_deg, record.eccentricity) == (51.6415, 176.5674, 0.0005315)
    assert (record.argument_of_perigee_deg, record.mean_anomaly_deg) == (160.0639, 14.4646)
    assert (record.mean_motion_rev_day, record.mean_motion_dot) == (15.49914572, 5.118e-5)
    assert (record.bstar, record.mean_motion_ddot) == (0.97877e-4, 0.0)
    assert (record.revolution_number, record.element_set_number) == (32764, 999)


def test_values_equal_those_of_the_sgp4_library():
    record, library = one(LINE_1, LINE_2), Satrec.twoline2rv(LINE_1, LINE_2)
    assert isinstance(record, ElementSet)
    assert math.isclose(record.mean_motion_rev_day, library.no_kozai * 1440 / (2 * math.pi), rel_tol=1e-15)
    assert math.isclose(math.radians(record.inclination_deg), library.inclo, rel_tol=1e-15)
    assert math.isclose(record.bstar, library.bstar, rel_tol=1e-15)
    assert record.eccentricity == library.ecco
    assert abs(record.epoch.day + record.epoch.fraction - library.jdsatepoch - library.jdsatepochF) < 1e-8


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ((LINE_1, LINE_2), ""),
        ((NAME, LINE_1, LINE_2), NAME),
        (("0 " + NAME, LINE_1, LINE_2), NAME),
        ((f"{NAME}          ", LINE_1 + "   ", LINE_2 + "\t"), NAME),
        (("", NAME, "", LINE_1, "# note", LINE_2, ""), NAME),
        ((NAME, LINE_1, LINE_2 + "      0.00      4320.0        360.00"), NAME),
    ],
)
def test_two_and_three_lines_blanks_notes_and_verification_columns(lines, name):
    record = one(*lines)
    assert isinstance(record, ElementSet)
    assert record.name == name


@given(st.integers(0, 339_999))
def test_alpha5_is_that_of_the_sgp4_library(number):
    assert alpha5_text(number) == to_alpha5(number)
    assert alpha5_number(alpha5_text(number)) == from_alpha5(alpha5_text(number)) == number


def test_alpha5_skips_i_and_o_and_ends_at_339999():
    assert [alpha5_number(text) for text in ("A0000", "H9999", "J0000", "N0000", "P0000", "Z9999")] == [
        100_000,
        179_999,
        180_000,
        220_000,
        230_000,
        339_999,
    ]
    for letter in "IO":
        number = f"{letter}0000"
        item = one(replaced(LINE_1, 3, number), replaced(LINE_2, 3, number))
        assert isinstance(item, Rejection)
        assert item.problem == "catalogue number is not readable"
    with pytest.raises(CatalogError, match="339999"):
        alpha5_text(340_000)


def test_wrong_checksum_is_turned_away_with_its_line_and_kept_on_request():
    bad = LINE_2[:-1] + "4"
    item = one(NAME, LINE_1, bad)
    assert isinstance(item, Rejection)
    assert (item.line, item.problem) == (1, "the checksum of line 2 is wrong")
    assert "25544" in item.identifier
    assert "keep_bad_checksum" in item.remedy
    assert isinstance(one(NAME, LINE_1, bad, keep_bad_checksum=True), ElementSet)


@pytest.mark.parametrize(
    ("lines", "problems"),
    [
        ((LINE_1, replaced(LINE_2, 3, "25545")), ["the two lines are of different objects"]),
        ((LINE_2, LINE_1), ["line 2 has no line 1 above it", "line 1 has no line 2 below it"]),
        ((LINE_1, LINE_2[:50]), ["line 2 has the wrong length"]),
        ((LINE_1, "2 25"), ["line 2 has the wrong length"]),
        ((LINE_1, "x" + LINE_2[1:]), ["line 2 does not start as it must"]),
        ((LINE_1[:40], LINE_2), ["line 1 has the wrong length"]),
        ((LINE_1.replace("98067A ", "98067\u00c4 "), LINE_2), ["line 1 has a character outside ASCII"]),
        ((replaced(LINE_1, 54, " 9x877-4"), LINE_2), ["B* is not readable"]),
        ((replaced(LINE_1, 63, "4"), LINE_2), ["the elements are not of SGP4 theory"]),
        ((replaced(LINE_1, 21, "366.5"), LINE_2), ["epoch day is out of range"]),
        ((LINE_1, replaced(LINE_2, 9, "191.6415")), ["inclination_deg is out of range"]),
        ((LINE_1, replaced(LINE_2, 9, "     nan")), ["inclination is not readable"]),
        ((LINE_1, replaced(LINE_2, 53, " 0.00000000")), ["mean_motion_rev_day is out of range"]),
        ((LINE_1, replaced(LINE_2, 53, "55.49914572")), ["mean_motion_rev_day is out of range"]),
        ((NAME,), ["the line is neither a name nor an element line"]),
    ],
)
def test_what_is_wrong_is_named(lines, problems):
    items = read(*lines)
    assert [item.problem for item in items if isinstance(item, Rejection)] == problems
    assert len(items) == len(problems)
    assert all(item.remedy for item in items)


@pytest.mark.parametrize(
    "rubbish",
    [
        ("rubbish",),
        (LINE_1,),
        (LINE_2,),
        (NAME, LINE_1),
        (LINE_1, "x" + LINE_2[1:]),
        (LINE_1, LINE_2[:30]),
        (LINE_1, "2 2"),
        ("x" * 90,),
        ("<html>", "503"),
    ],
)
def test_neighbours_of_rubbish_survive(rubbish):
    before, after = (NAME, LINE_1, LINE_2), ("NEXT", LINE_1, LINE_2)
    items = read(*before, *rubbish, *after)
    assert [item.name for item in items if isinstance(item, ElementSet)] == [NAME, "NEXT"]
    assert any(isinstance(item, Rejection) for item in items)


@given(element_sets)
def test_what_is_written_is_read(record):
    lines = tle_lines(record)
    assert all(len(line) == 69 for line in lines[-2:])
    (back,) = read_tle(write_tle([record]))
    assert isinstance(back, ElementSet)
    for field in ("bstar", "mean_motion_dot"):
        assert math.isclose(getattr(back, field), getattr(record, field), rel_tol=1e-4, abs_tol=1e-13)
    for field in set(ElementSet.__slots__) - {"bstar", "mean_motion_dot"}:
        assert getattr(back, field) == getattr(record, field), field


def test_what_does_not_fit_the_columns_is_not_written():
    record = one(LINE_1, LINE_2)
    assert isinstance(record, ElementSet)
    values = {field: getattr(record, field) for field in ElementSet.__slots__}
    late = Epoch(JD_UNIX_EPOCH + 36_000, 0.0)
    for change in ({"catalog_number": 340_000}, {"mean_motion_dot": 1.5}, {"bstar": 1e10}, {"epoch": late}):
        with pytest.raises(CatalogError, match=r"does not fit a TLE.*Write the set as OMM"):
            write_tle([ElementSet(**{**values, **change})])
