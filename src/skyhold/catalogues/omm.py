"""Orbit mean-elements messages: what their fields mean, whatever the notation they are written in.

CCSDS 502.0-B-3, Orbit Data Messages, section 4 (OMM). CelesTrak and Space-Track publish them as JSON, CSV,
XML and KVN with the same keywords; `omm_text` takes the notations apart.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from skyhold.catalogues import omm_text
from skyhold.catalogues.element_set import ElementSet, Rejection
from skyhold.catalogues.omm_text import Message, Value
from skyhold.errors import CatalogError
from skyhold.times import JD_UNIX_EPOCH, Epoch
from skyhold.units import DAY_S, HOUR_S, MINUTE_S

REFETCH = "fetch the message again from its publisher"
MUST_BE: Mapping[str, frozenset[str]] = {
    "MEAN_ELEMENT_THEORY": frozenset({"SGP4", "SGP/SGP4", "SDP4"}),
    "REF_FRAME": frozenset({"TEME"}),
    "TIME_SYSTEM": frozenset({"UTC"}),
    "CENTER_NAME": frozenset({"EARTH"}),
}
SGP4_EPHEMERIS_TYPES = frozenset({"", "0", "2", "3"})

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_WHOLE = re.compile(r"\+?\d{1,18}(\.0*)?", re.ASCII)
_DATE = re.compile(
    r"(\d{4})-(?:(\d\d)-(\d\d)|(\d{3}))[T ](\d\d):(\d\d):(\d\d)(\.\d*)?(?:Z|\+00:00)?", re.ASCII
)


def read_omm(messages: Iterable[Message | Rejection]) -> Iterator[ElementSet | Rejection]:
    """The element set of each message, or why there is none; rejections of the notation pass through."""
    for message in messages:
        if isinstance(message, Rejection):
            yield message
            continue
        try:
            yield element_set(message.fields)
        except CatalogError as error:
            yield Rejection.of(error, message.line, identify(message.fields))


def element_set(fields: Mapping[str, Value]) -> ElementSet:
    """The element set of one message's fields; raises CatalogError naming the keyword that is wrong.

    Mandatory for SGP4 (502.0-B-3, table 4-3): epoch, mean motion, eccentricity, three angles and the
    anomaly, B* and the derivatives of mean motion. The catalogue number is mandatory here, to tell objects
    apart.
    """
    _check_meaning(fields)
    return ElementSet(
        name=_text(fields, "OBJECT_NAME"),
        catalog_number=_whole(fields, "NORAD_CAT_ID"),
        international_designator=_text(fields, "OBJECT_ID"),
        epoch=parse_epoch(_text(fields, "EPOCH")),
        mean_motion_rev_day=_number(fields, "MEAN_MOTION"),
        eccentricity=_number(fields, "ECCENTRICITY"),
        inclination_deg=_number(fields, "INCLINATION"),
        raan_deg=_number(fields, "RA_OF_ASC_NODE"),
        argument_of_perigee_deg=_number(fields, "ARG_OF_PERICENTER"),
        mean_anomaly_deg=_number(fields, "MEAN_ANOMALY"),
        bstar=_number(fields, "BSTAR"),
        mean_motion_dot=_number(fields, "MEAN_MOTION_DOT"),
        mean_motion_ddot=_number(fields, "MEAN_MOTION_DDOT"),
        revolution_number=_whole(fields, "REV_AT_EPOCH", default=0),
        element_set_number=_whole(fields, "ELEMENT_SET_NO", default=0),
        classification=_text(fields, "CLASSIFICATION_TYPE") or "U",
    )


def identify(fields: Mapping[str, Value]) -> str:
    """Catalogue number and name of a message, as far as it has them."""
    parts = (fields.get(key) for key in ("NORAD_CAT_ID", "OBJECT_NAME"))
    return " ".join(str(part)[:40] for part in parts if part not in (None, ""))


def _check_meaning(fields: Mapping[str, Value]) -> None:
    for key, allowed in MUST_BE.items():
        text = _text(fields, key).upper()
        if text and text not in allowed:
            raise CatalogError(
                f"{key} is not one that SGP4 can use",
                expected=" or ".join(sorted(allowed)),
                came=text[:40],
                remedy="ask the publisher for the SGP4 set of this object",
            )
    if _text(fields, "EPHEMERIS_TYPE") not in SGP4_EPHEMERIS_TYPES:
        raise CatalogError(
            "the elements are not of SGP4 theory",
            expected="EPHEMERIS_TYPE 0",
            came=f"{_text(fields, 'EPHEMERIS_TYPE')[:40]} (4 is SGP4-XP)",
            remedy="ask the publisher for the SGP4 set of this object",
        )


def _text(fields: Mapping[str, Value], key: str) -> str:
    value = fields.get(key)
    return "" if value is None else str(value).strip()


def _present(fields: Mapping[str, Value], key: str) -> str:
    text = _text(fields, key)
    if not text:
        raise CatalogError(f"{key} is missing", expected="a value", remedy=REFETCH)
    return text


def _number(fields: Mapping[str, Value], key: str) -> float:
    value = fields.get(key)
    if type(value) is float or type(value) is int:
        return _finite(float(value) if abs(value) < 1e300 else float("inf"), key)
    text = _present(fields, key)
    if _NUMBER.fullmatch(text) is None:
        raise CatalogError(
            f"{key} is not a number", expected="a number", came=repr(text[:40]), remedy=REFETCH
        )
    return _finite(float(text), key)


def _finite(value: float, key: str) -> float:
    if not -1e300 < value < 1e300:
        raise CatalogError(f"{key} is not finite", expected="a number", came=str(value), remedy=REFETCH)
    return value


def _whole(fields: Mapping[str, Value], key: str, default: int | None = None) -> int:
    value = fields.get(key)
    if type(value) is int and 0 <= value < 10**18:
        return value
    if default is not None and not _text(fields, key):
        return default
    text = _present(fields, key)
    if _WHOLE.fullmatch(text) is None:
        raise CatalogError(
            f"{key} is not a whole number", expected="digits", came=repr(text[:40]), remedy=REFETCH
        )
    return int(text.partition(".")[0])


def parse_epoch(text: str) -> Epoch:
    """An instant as CCSDS writes it, 2025-06-28T14:18:39.94 or 2025-179T14:18:39.94; raises CatalogError.

    A second 60 is taken as the first of the next minute: element sets count UTC without leap seconds.
    """
    match = _DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        year, month, day, of_year, hour, minute, second, fraction = match.groups()
        if int(hour) > 23 or int(minute) > 59 or int(second) > 60:
            raise ValueError
        ordinal = _ordinal(int(year), month, day, of_year)
    except ValueError:
        raise CatalogError(
            "EPOCH is not an instant",
            expected="such as 2025-06-28T14:18:39.94",
            came=repr(text[:40]),
            remedy=REFETCH,
        ) from None
    seconds = int(hour) * HOUR_S + int(minute) * MINUTE_S + int(second) + float(f"0{fraction or '.'}0")
    return Epoch(JD_UNIX_EPOCH + ordinal - date(1970, 1, 1).toordinal(), 0.0).plus(seconds)


def _ordinal(year: int, month: str | None, day: str | None, of_year: str | None) -> int:
    """Days of the proleptic calendar; raises ValueError for a day that does not exist."""
    if of_year is None:
        return date(year, int(month or 0), int(day or 0)).toordinal()
    if not 1 <= int(of_year) <= (366 if calendar.isleap(year) else 365):
        raise ValueError
    return date(year, 1, 1).toordinal() + int(of_year) - 1


def fields_of(record: ElementSet) -> dict[str, str | float | int]:
    """The keywords and values of one element set, in the order and with the digits CelesTrak uses."""
    return {
        "OBJECT_NAME": record.name,
        "OBJECT_ID": record.international_designator,
        "EPOCH": _epoch_text(record.epoch),
        "MEAN_MOTION": record.mean_motion_rev_day,
        "ECCENTRICITY": record.eccentricity,
        "INCLINATION": record.inclination_deg,
        "RA_OF_ASC_NODE": record.raan_deg,
        "ARG_OF_PERICENTER": record.argument_of_perigee_deg,
        "MEAN_ANOMALY": record.mean_anomaly_deg,
        "EPHEMERIS_TYPE": 0,
        "CLASSIFICATION_TYPE": record.classification,
        "NORAD_CAT_ID": record.catalog_number,
        "ELEMENT_SET_NO": record.element_set_number,
        "REV_AT_EPOCH": record.revolution_number,
        "BSTAR": record.bstar,
        "MEAN_MOTION_DOT": record.mean_motion_dot,
        "MEAN_MOTION_DDOT": record.mean_motion_ddot,
    }


def _epoch_text(epoch: Epoch) -> str:
    """Calendar form to a nanosecond, a tenth of what eight digits of a day resolve."""
    nanoseconds = round(epoch.fraction * DAY_S * 1e9)
    days, rest = divmod(nanoseconds, int(DAY_S * 1e9))
    day = date.fromordinal(date(1970, 1, 1).toordinal() + int(epoch.day - JD_UNIX_EPOCH) + days)
    seconds, nanos = divmod(rest, 1_000_000_000)
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{day.isoformat()}T{clock}.{nanos:09d}"


def write_omm(records: Iterable[ElementSet], notation: omm_text.Writer = omm_text.write_json) -> str:
    """The sets as OMM: `notation` is `omm_text.write_json`, `write_csv`, `write_xml` or `write_kvn`."""
    return notation([fields_of(record) for record in records])
