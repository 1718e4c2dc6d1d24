"""The notations of OMM (JSON, CSV, XML, KVN): text to keyword and value, message by message, and back.

Each reader takes the text apart at the message bounds first, so that a damaged message costs its neighbours
nothing.
"""

from __future__ import annotations

import csv
import io
import json
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from skyhold.catalogues.element_set import Rejection
from skyhold.errors import CatalogError

Value = str | float | int | None
Writer = Callable[[list[dict[str, str | float | int]]], str]

UNITS: Mapping[str, str] = {
    "MEAN_MOTION": "rev/day",
    "INCLINATION": "deg",
    "RA_OF_ASC_NODE": "deg",
    "ARG_OF_PERICENTER": "deg",
    "MEAN_ANOMALY": "deg",
    "BSTAR": "1/er",
    "MEAN_MOTION_DOT": "rev/day**2",
    "MEAN_MOTION_DDOT": "rev/day**3",
}
METADATA = {
    "CENTER_NAME": "EARTH",
    "REF_FRAME": "TEME",
    "TIME_SYSTEM": "UTC",
    "MEAN_ELEMENT_THEORY": "SGP4",
}
_REMOVE = "remove it, or fetch the file again"


@dataclass(frozen=True, slots=True)
class Message:
    """The fields of one message and the line it starts on."""

    line: int
    fields: Mapping[str, Value]


def _unread(problem: str, came: str, line: int, whose: str = "") -> Rejection:
    return Rejection.of(CatalogError(problem, came=came, remedy=_REMOVE), line, whose)


class _Lines:
    """Line numbers of offsets into a text."""

    def __init__(self, text: str):
        self._ends = [match.start() for match in re.finditer("\n", text)]

    def at(self, offset: int) -> int:
        return bisect_left(self._ends, offset) + 1


def read_json(text: str) -> Iterator[Message | Rejection]:
    """Objects of a JSON list, or one object, or objects one after the other.

    Each object is decoded from its own opening brace. What lies between objects and is not a comma or a
    bracket belonged to a damaged object, and is reported.
    """
    decoder = json.JSONDecoder(object_pairs_hook=_fields)
    lines = _Lines(text)
    done, problem = 0, ""
    brace = text.find("{")
    while brace >= 0:
        try:
            fields, end = decoder.raw_decode(text, brace)
        except (CatalogError, ValueError, RecursionError) as error:
            yield from _between(text, done, brace, lines, problem)
            done, problem, brace = brace, str(error)[:80], text.find("{", brace + 1)
            continue
        yield from _between(text, done, brace, lines, problem)
        yield Message(lines.at(brace), fields)
        done, problem, brace = end, "", text.find("{", end)
    yield from _between(text, done, len(text), lines, problem)


_SEPARATORS = re.compile(r"[\s,\[\]]*")
_JSON_NAME = re.compile(r'"OBJECT_NAME"\s*:\s*"([^"\n]{0,40})"')


def _between(text: str, start: int, end: int, lines: _Lines, problem: str) -> Iterator[Rejection]:
    separator = _SEPARATORS.match(text, start, end)
    first = separator.end() if separator else start
    if first < end:
        piece = repr(" ".join(text[first : min(end, first + 200)].split())[:60])
        name = _JSON_NAME.search(text, first, end)
        came = f"{piece}: {problem}" if problem else piece
        yield _unread("a JSON object is damaged", came, lines.at(first), name.group(1) if name else "")


def _fields(pairs: list[tuple[str, object]]) -> dict[str, Value]:
    fields: dict[str, Value] = {}
    for key, value in pairs:
        if key in fields:
            raise CatalogError("a keyword stands twice", came=key[:40], remedy="separate the two messages")
        if not isinstance(value, str | int | float | None):
            raise CatalogError("a value is not plain", came=key[:40], remedy="give flat OMM objects")
        fields[key] = value
    return fields


def read_csv(text: str) -> Iterator[Message | Rejection]:
    """Rows below a header row of keywords; a row is a line, so an open quote ends with its line.

    Raises CatalogError where the header lacks a keyword without which no row can be read.
    """
    lines = text.split("\n")
    start = next(i for i, line in enumerate(lines) if "MEAN_MOTION" in line)
    header = [key.strip().strip('"').upper() for key in lines[start].split(",")]
    lacking = [key for key in ("EPOCH", "MEAN_MOTION", "NORAD_CAT_ID") if key not in header]
    if lacking or len(set(header)) < len(header):
        raise CatalogError(
            "the CSV header cannot be used",
            expected="one column each of the OMM keywords",
            came=f"no {' and no '.join(lacking)}" if lacking else "a keyword twice",
            where=f"line {start + 1}",
            remedy="fetch the file again, or restore the header",
        )
    for number, line in enumerate(lines, start=1):
        if line.strip() and number != start + 1:
            yield _csv_row(header, line, number)


def _csv_row(header: list[str], line: str, number: int) -> Message | Rejection:
    try:
        row = next(csv.reader([line], strict=True))
    except (csv.Error, StopIteration) as error:
        return _unread("a CSV row is damaged", str(error), number, line[:40])
    if len(row) != len(header):
        came = f"{len(row)} where the header has {len(header)}"
        return _unread("a CSV row has the wrong number of columns", came, number, line[:40])
    return Message(number, dict(zip(header, row, strict=True)))


_OMM_START = re.compile(r"<(?:\w+:)?omm\b[^<>]*>")
_XML_FRAME = re.compile(
    r"(?:\s++|<\?xml[^<>]*>|</?(?:\w+:)?ndm\b[^<>]*>|<(MESSAGE_ID|COMMENT)>[^<>]*</\1>)*+"
)
_OMM_END = re.compile(r"</(?:\w+:)?omm\s*>")


def read_xml(text: str) -> Iterator[Message | Rejection]:
    """Messages of an ndm or a single omm document.

    Each message is parsed by itself. A document type declaration is refused, so that entities, inside or
    outside, cannot be declared. Raises CatalogError for such a document.
    """
    if re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise CatalogError(
            "the XML declares a document type",
            expected="plain OMM without DOCTYPE or ENTITY",
            remedy="remove the declaration; OMM files do not need one",
        )
    text = _without_comments(text)
    lines = _Lines(text)
    starts = list(_OMM_START.finditer(text))
    yield from _xml_residue(text, 0, starts[0].start() if starts else len(text), lines)
    bounds = [*(start.start() for start in starts[1:]), len(text)]
    for start, bound in zip(starts, bounds, strict=False):
        end = _OMM_END.search(text, start.end(), bound)
        body_end = end.start() if end else bound
        yield _xml_message(text[start.end() : body_end], lines.at(start.start()))
        yield from _xml_residue(text, end.end() if end else bound, bound, lines)


def _without_comments(text: str) -> str:
    """The text with each comment replaced by its line ends."""
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        parts += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end + 3
    return "".join([*parts, text[at:]])


def _xml_message(body: str, line: int) -> Message | Rejection:
    try:
        root = ElementTree.fromstring(f"<omm>{body}</omm>")
    except ElementTree.ParseError as error:
        name = re.search(r"<OBJECT_NAME>([^<\n]{0,40})<", body)
        return _unread("an XML message is damaged", str(error), line, name.group(1) if name else "")
    pairs = []
    for leaf in root.iter():
        if len(leaf) == 0 and leaf.tag not in ("COMMENT", "USER_DEFINED"):
            pairs.append((leaf.tag.rpartition("}")[2], (leaf.text or "").strip()))
            problem = _wrong_unit(leaf.tag, leaf.get("units", ""))
            if problem:
                return Rejection.of(problem, line, root.findtext(".//OBJECT_NAME", ""))
    try:
        return Message(line, _fields(list(pairs)))
    except CatalogError as error:
        return Rejection.of(error, line, root.findtext(".//OBJECT_NAME", ""))


def _xml_residue(text: str, start: int, end: int, lines: _Lines) -> Iterator[Rejection]:
    """What lies outside messages and is not the frame of the document belonged to a damaged message."""
    frame = _XML_FRAME.match(text, start, end)
    first = frame.end() if frame else start
    if first < end:
        came = repr(" ".join(text[first : min(end, first + 200)].split())[:60])
        yield _unread("a piece of XML is outside an omm element", came, lines.at(first))


def _wrong_unit(key: str, unit: str) -> CatalogError | None:
    expected = UNITS.get(key, "")
    if not unit or not expected or unit.strip().lower() == expected:
        return None
    return CatalogError(
        f"{key} has a unit that is not the standard's",
        expected=expected,
        came=unit.strip()[:40],
        remedy="convert the value; OMM elements are in degrees and revolutions a day",
    )


_KVN_KEY = re.compile(
    r"CCSDS_OMM_VERS|COMMENT|CLASSIFICATION|CREATION_DATE|ORIGINATOR|MESSAGE_ID|OBJECT_NAME|OBJECT_ID|CENTER_NAME"
    r"|REF_FRAME|REF_FRAME_EPOCH|TIME_SYSTEM|MEAN_ELEMENT_THEORY|EPOCH|SEMI_MAJOR_AXIS|MEAN_MOTION|ECCENTRICITY"
    r"|INCLINATION|RA_OF_ASC_NODE|ARG_OF_PERICENTER|MEAN_ANOMALY|GM|MASS|SOLAR_RAD_AREA|SOLAR_RAD_COEFF|DRAG_AREA"
    r"|DRAG_COEFF|EPHEMERIS_TYPE|CLASSIFICATION_TYPE|NORAD_CAT_ID|ELEMENT_SET_NO|REV_AT_EPOCH|BSTAR|BTERM"
    r"|MEAN_MOTION_DOT|MEAN_MOTION_DDOT|AGOM|COV_REF_FRAME|C[XYZ](_DOT)?_[XYZ](_DOT)?|USER_DEFINED_\w+",
    re.ASCII,
)


def read_kvn(text: str) -> Iterator[Message | Rejection]:
    """Messages of `KEYWORD = value [unit]` lines (502.0-B-3, tables 4-1 to 4-3).

    A message starts at CCSDS_OMM_VERS or where a keyword comes again. A line that is not of a message is
    reported and costs the message nothing but what it said.
    """
    fields: dict[str, Value] = {}
    start, problem = 1, None
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.strip()
        if not line or line.startswith("COMMENT"):
            continue
        key, equals, rest = (part.strip() for part in line.partition("="))
        if not equals or _KVN_KEY.fullmatch(key) is None:
            yield _unread("a line is not an OMM keyword = value", repr(line[:60]), number)
            continue
        if fields and (key == "CCSDS_OMM_VERS" or key in fields):
            yield _kvn_message(start, fields, problem)
            fields, problem = {}, None
        start = start if fields else number
        fields[key], unit = _value_and_unit(rest) if key in UNITS else (rest, "")
        problem = problem or _wrong_unit(key, unit)
    if fields:
        yield _kvn_message(start, fields, problem)


def _value_and_unit(text: str) -> tuple[str, str]:
    if not text.endswith("]") or "[" not in text:
        return text, ""
    value, _, unit = text[:-1].rpartition("[")
    return value.strip(), unit


def _kvn_message(line: int, fields: Mapping[str, Value], problem: CatalogError | None) -> Message | Rejection:
    if problem:
        return Rejection.of(problem, line, str(fields.get("NORAD_CAT_ID") or fields.get("OBJECT_NAME", "")))
    return Message(line, fields)


def write_json(messages: list[dict[str, str | float | int]]) -> str:
    """A list of objects, as CelesTrak's."""
    return json.dumps(messages, indent=1)


def write_csv(messages: list[dict[str, str | float | int]]) -> str:
    """A header row and a row a message, as CelesTrak's."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(messages[0]) if messages else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(messages)
    return out.getvalue()


_KVN_START = {"CCSDS_OMM_VERS": "3.0", **METADATA}


def write_kvn(messages: Iterable[Mapping[str, str | float | int]]) -> str:
    """Messages one below the other."""
    return "\n".join(
        "".join(f"{key} = {value}\n" for key, value in {**_KVN_START, **fields}.items())
        for fields in messages
    )


def write_xml(messages: Iterable[Mapping[str, str | float | int]]) -> str:
    """One ndm document."""
    body = "".join(_xml_text({**METADATA, **fields}) for fields in messages)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<ndm>\n{body}</ndm>\n'


_XML_PARTS = (
    ("metadata", ("OBJECT_NAME", "OBJECT_ID", *METADATA)),
    (
        "meanElements",
        (
            "EPOCH",
            "MEAN_MOTION",
            "ECCENTRICITY",
            "INCLINATION",
            "RA_OF_ASC_NODE",
            "ARG_OF_PERICENTER",
            "MEAN_ANOMALY",
        ),
    ),
    (
        "tleParameters",
        (
            "EPHEMERIS_TYPE",
            "CLASSIFICATION_TYPE",
            "NORAD_CAT_ID",
            "ELEMENT_SET_NO",
            "REV_AT_EPOCH",
            "BSTAR",
            "MEAN_MOTION_DOT",
            "MEAN_MOTION_DDOT",
        ),
    ),
)


def _xml_text(fields: Mapping[str, str | float | int]) -> str:
    metadata, elements, parameters = (
        f"<{part}>" + "".join(f"<{key}>{escape(str(fields[key]))}</{key}>" for key in keys) + f"</{part}>"
        for part, keys in _XML_PARTS
    )
    return (
        '<omm id="CCSDS_OMM_VERS" version="3.0"><header/><body><segment>'
        f"{metadata}<data>{elements}{parameters}</data></segment></body></omm>\n"
    )
