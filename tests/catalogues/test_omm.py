"""OMM in four notations: meaning, refusals, damaged neighbours, other implementation."""

from __future__ import annotations

import io
import json
import math

import pytest
from hypothesis import given
from sgp4 import omm as library_omm
from sgp4.api import Satrec
from tests.catalogues.sets import ISS, element_sets, shell

from skyhold.catalogues import omm_text
from skyhold.catalogues.catalog import read_catalog
from skyhold.catalogues.element_set import ElementSet, Rejection
from skyhold.catalogues.omm import element_set, fields_of, parse_epoch, read_omm, write_omm
from skyhold.errors import CatalogError
from skyhold.times import JD_UNIX_EPOCH, Epoch

NOTATIONS = [
    (omm_text.read_json, omm_text.write_json),
    (omm_text.read_csv, omm_text.write_csv),
    (omm_text.read_xml, omm_text.write_xml),
    (omm_text.read_kvn, omm_text.write_kvn),
]
FLEET = shell(550.0, 53.0, 5, first=44_001)
FIELDS = fields_of(ISS)

# The example of a CelesTrak query, keywords as CCSDS 502.0-B-3 annex G writes them.
KVN = """CCSDS_OMM_VERS = 3.0
COMMENT what the network says = nothing
CREATION_DATE = 2020-065T16:00:00
ORIGINATOR = NOAA
OBJECT_NAME = GOES 9
OBJECT_ID = 1995-025A
CENTER_NAME = EARTH
REF_FRAME = TEME
TIME_SYSTEM = UTC
MEAN_ELEMENT_THEORY = SGP/SGP4
EPOCH = 2020-064T10:34:41.4264
MEAN_MOTION = 1.00273272 [rev/day]
ECCENTRICITY = 0.0005013
INCLINATION = 3.0539 [deg]
RA_OF_ASC_NODE = 81.7939 [deg]
ARG_OF_PERICENTER = 249.2363 [deg]
MEAN_ANOMALY = 150.1602 [deg]
GM = 398600.8 [km**3/s**2]
EPHEMERIS_TYPE = 0
CLASSIFICATION_TYPE = U
NORAD_CAT_ID = 23581
ELEMENT_SET_NO = 0925
REV_AT_EPOCH = 4316
BSTAR = 0.0001 [1/ER]
MEAN_MOTION_DOT = -0.00000113 [rev/day**2]
MEAN_MOTION_DDOT = 0.0 [rev/day**3]
USER_DEFINED_EARTH_MODEL = WGS-84
"""


def read(reader, text: str) -> list[ElementSet | Rejection]:
    return list(read_omm(reader(text)))


@pytest.mark.parametrize(("reader", "writer"), NOTATIONS)
@given(record=element_sets)
def test_what_is_written_is_read(reader, writer, record):
    (back,) = read(reader, write_omm([record], writer))
    assert isinstance(back, ElementSet)
    assert abs(back.epoch.seconds_until(record.epoch)) < 2e-9
    for field in set(ElementSet.__slots__) - {"epoch"}:
        assert getattr(back, field) == getattr(record, field), field


def test_the_standards_example_with_comment_units_and_user_defined():
    (goes,) = read(omm_text.read_kvn, KVN)
    assert isinstance(goes, ElementSet)
    assert (goes.name, goes.catalog_number, goes.international_designator) == ("GOES 9", 23581, "1995-025A")
    assert goes.epoch.seconds_until(parse_epoch("2020-03-04T10:34:41.4264")) == 0.0
    assert (goes.bstar, goes.element_set_number, goes.mean_motion_dot) == (0.0001, 925, -1.13e-6)


def test_a_name_in_brackets_is_no_unit():
    text = KVN.replace("GOES 9", "STARLINK-11072 [DTC]")
    (record,) = read(omm_text.read_kvn, text)
    assert isinstance(record, ElementSet)
    assert record.name == "STARLINK-11072 [DTC]"


@pytest.mark.parametrize(("reader", "writer"), NOTATIONS[1:3])
def test_the_sgp4_library_reads_what_is_written_as_it_is_read_here(reader, writer):
    parse = library_omm.parse_csv if writer is omm_text.write_csv else library_omm.parse_xml
    text = write_omm(FLEET, writer).replace(".598240000", ".598240").replace(".599240000", ".599240")
    for fields, ours in zip(parse(io.StringIO(text)), read(reader, text), strict=True):
        theirs = Satrec()
        fields["EPOCH"] = fields["EPOCH"][:26]
        library_omm.initialize(theirs, fields)
        assert isinstance(ours, ElementSet)
        assert theirs.satnum == ours.catalog_number
        assert math.isclose(theirs.no_kozai, ours.mean_motion_rev_day * 2 * math.pi / 1440, rel_tol=1e-15)
        assert math.isclose(theirs.nodeo, math.radians(ours.raan_deg), abs_tol=1e-15)
        assert (theirs.bstar, theirs.ecco) == (ours.bstar, ours.eccentricity)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"MEAN_ELEMENT_THEORY": "DSST"}, "MEAN_ELEMENT_THEORY is not one"),
        ({"MEAN_ELEMENT_THEORY": "SGP4-XP"}, "MEAN_ELEMENT_THEORY is not one"),
        ({"REF_FRAME": "EME2000"}, "REF_FRAME is not one"),
        ({"TIME_SYSTEM": "TAI"}, "TIME_SYSTEM is not one"),
        ({"CENTER_NAME": "MARS BARYCENTER"}, "CENTER_NAME is not one"),
        ({"EPHEMERIS_TYPE": 4}, "not of SGP4 theory"),
        ({"INCLINATION": 180.5}, "inclination_deg is out of range"),
        ({"ECCENTRICITY": 1.0}, "eccentricity is out of range"),
        ({"ECCENTRICITY": -0.1}, "eccentricity is out of range"),
        ({"MEAN_MOTION": 0}, "mean_motion_rev_day is out of range"),
        ({"MEAN_MOTION": float("nan")}, "MEAN_MOTION is not finite"),
        ({"MEAN_MOTION": "inf"}, "MEAN_MOTION is not a number"),
        ({"MEAN_MOTION": "1_5.0"}, "MEAN_MOTION is not a number"),
        ({"BSTAR": None}, "BSTAR is missing"),
        ({"BSTAR": 10**400}, "BSTAR is not finite"),
        ({"NORAD_CAT_ID": "A0001"}, "NORAD_CAT_ID is not a whole number"),
        ({"NORAD_CAT_ID": True}, "NORAD_CAT_ID is not a whole number"),
        ({"NORAD_CAT_ID": 1_000_000_000}, "catalog_number is out of range"),
        ({"EPOCH": "2022-02-30T00:00:00"}, "EPOCH is not an instant"),
        ({"EPOCH": "2022-366T00:00:00"}, "EPOCH is not an instant"),
        ({"EPOCH": "2022-02-24"}, "EPOCH is not an instant"),
        ({"EPOCH": "1956-12-31T00:00:00"}, "epoch is out of range"),
        ({"EPOCH": "2101-01-01T00:00:00"}, "epoch is out of range"),
    ],
)
def test_refusals_name_the_keyword(change, problem):
    with pytest.raises(CatalogError, match=problem) as caught:
        element_set({**FIELDS, **change})
    assert caught.value.remedy


def test_strings_as_space_track_sends_them_and_nine_digits():
    text = json.dumps([{key: str(value) for key, value in {**FIELDS, "NORAD_CAT_ID": 799_500_766}.items()}])
    (record,) = read(omm_text.read_json, text)
    assert isinstance(record, ElementSet)
    assert record.catalog_number == 799_500_766
    assert record.bstar == ISS.bstar


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2022-02-24T00:00:00", 0.0),
        ("2022-02-24 00:00:01.5Z", 1.5),
        ("2022-055T00:00:00.000001", 1e-6),
        ("2022-02-24T23:59:60", 86_400.0),
        ("2022-02-24T12:00:00.+00:00", 43_200.0),
    ],
)
def test_epochs(text, seconds):
    epoch = parse_epoch(text)
    assert abs(Epoch(JD_UNIX_EPOCH + 19_047, 0.0).seconds_until(epoch) - seconds) < 1e-9
    assert 0.0 <= epoch.fraction < 1.0


def test_a_single_object_and_lines_of_json():
    assert len(read(omm_text.read_json, json.dumps(FIELDS))) == 1
    lines = "\n".join(json.dumps(fields_of(record)) for record in FLEET)
    assert read(omm_text.read_json, lines) == FLEET


@pytest.mark.parametrize(
    ("harm", "line"),
    [
        (lambda t: t.replace('"EPOCH"', '"EPOCH', 2).replace('"EPOCH', '"EPOCH"', 1), 20),
        (lambda t: t[: t.rindex("{")] + t[t.rindex("{") + 1 :], 80),
        (lambda t: t[: t.rindex("}")], 78),
        (lambda t: t + '{"OBJECT_NAME": ', None),
    ],
)
def test_damaged_json_objects_are_told_with_their_line(harm, line):
    items = read(omm_text.read_json, harm(write_omm(FLEET)))
    rejected = [item for item in items if isinstance(item, Rejection)]
    kept = [item for item in items if isinstance(item, ElementSet)]
    assert rejected
    assert len(kept) >= len(FLEET) - 1
    assert all(record in FLEET for record in kept)
    if line:
        assert abs(rejected[0].line - line) <= 1


def test_two_objects_run_together_are_told():
    text = json.dumps([FIELDS, FIELDS]).replace("}, {", ", ")
    (item,) = read(omm_text.read_json, text)
    assert isinstance(item, Rejection)
    assert "keyword stands twice" in item.reason


def test_xml_entities_and_document_types_are_refused():
    bomb = '<!DOCTYPE ndm [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    text = write_omm(FLEET, omm_text.write_xml)
    for bad in (
        bomb + text,
        text.replace("<ndm>", bomb + "<ndm>"),
        text.replace("</ndm>", "<!entity x 'y'></ndm>"),
    ):
        with pytest.raises(CatalogError, match="document type"):
            read_catalog(bad)
    undeclared = text.replace("S-44001", "&b;")
    items = read(omm_text.read_xml, undeclared)
    assert [type(item) for item in items] == [Rejection, *[ElementSet] * 4]


def test_xml_units_of_another_kind_are_refused_and_comments_are_not_messages():
    text = write_omm(FLEET, omm_text.write_xml)
    radians = text.replace("<INCLINATION>", '<INCLINATION units="rad">', 1)
    first, *rest = read(omm_text.read_xml, radians)
    assert isinstance(first, Rejection)
    assert "INCLINATION has a unit" in first.reason
    assert rest == FLEET[1:]
    hidden = text.replace("<omm ", "<!--\n<omm ", 1).replace("</omm>", "</omm>\n-->", 1)
    assert read(omm_text.read_xml, hidden) == FLEET[1:]


def test_kvn_units_of_another_kind_are_refused():
    (item,) = read(omm_text.read_kvn, KVN.replace("3.0539 [deg]", "0.0533 [rad]"))
    assert isinstance(item, Rejection)
    assert "INCLINATION has a unit" in item.reason


def test_a_csv_header_without_a_needed_column_is_an_error():
    text = write_omm(FLEET, omm_text.write_csv)
    with pytest.raises(CatalogError, match="no EPOCH"):
        read(omm_text.read_csv, text.replace("EPOCH", "EPACH", 1))
    without_drag = read(omm_text.read_csv, text.replace("BSTAR", "BSTER", 1))
    assert {item.problem for item in without_drag if isinstance(item, Rejection)} == {"BSTAR is missing"}
    assert len(without_drag) == len(FLEET)


def test_csv_rows_with_quotes_left_open_end_with_their_line():
    lines = write_omm(FLEET, omm_text.write_csv).split("\n")
    lines[2] = '"' + lines[2]
    items = read(omm_text.read_csv, "\n".join(lines))
    assert [item.line for item in items if isinstance(item, Rejection)] == [3]
    assert [item for item in items if isinstance(item, ElementSet)] == [FLEET[0], *FLEET[2:]]
