"""Two-line element sets: read strictly by column, find the next set after rubbish, write.

Columns are those of "NORAD Two-Line Element Set Format" (CelesTrak documentation, tle-fmt), counted from 1.
Alpha-5 catalogue numbers as Space-Track documents them: A0000 is 100,000; the letters I and O are not used;
Z9999 is 339,999.
"""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from skyhold.catalogues.element_set import ElementSet, Rejection
from skyhold.errors import CatalogError
from skyhold.times import JD_UNIX_EPOCH, Epoch

ALPHA5 = "ABCDEFGHJKLMNPQRSTUVWXYZ"
MAX_ALPHA5 = 339_999
LONGEST_NAME = 60
_LONG_FOR_A_NAME = 40  # names published are of 24 characters or fewer
SGP4_EPHEMERIS_TYPES = (
    " 023"  # blank, 0 and 2 are SGP4, 3 is SDP4; 4 is SGP4-XP, whose elements mean something else
)

LINE_1 = re.compile(r"1 [ 0-9A-Z]{4}[0-9]", re.ASCII)
_CUT_LINE = re.compile(r"[12]( +\d{0,5}$| \d)", re.ASCII)  # an element line cut short, not a name
LINE_2 = re.compile(r"2 [ 0-9A-Z]{4}[0-9]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a line: its columns, what it must look like, and how to say so."""

    name: str
    first: int
    last: int
    pattern: re.Pattern[str]
    form: str

    def read(self, line: str) -> str:
        """The field's text; raises CatalogError where it does not look as it must."""
        text = line[self.first - 1 : self.last]
        if self.pattern.fullmatch(text) is None:
            raise CatalogError(
                f"{self.name} is not readable",
                expected=f"{self.form} in columns {self.first}-{self.last}",
                came=repr(text),
                remedy="fetch the set again; columns may have shifted or a character changed",
            )
        return text


def _column(name: str, first: int, last: int, pattern: str, form: str) -> Column:
    return Column(name, first, last, re.compile(pattern, re.ASCII), form)


_DECIMAL = r" *[+-]?(\d+\.\d*|\.\d+|\d+) *"
_POWER = r"[ +-][ \d]{5}[ +-][\d ]"
NUMBER_1 = _column("catalogue number", 3, 7, r"[ \dA-HJ-NP-Z][ \d]{3}\d", "5 digits or Alpha-5")
CLASSIFICATION = _column("classification", 8, 8, r"[A-Z ]", "a letter")
DESIGNATOR = _column("international designator", 10, 17, r"[ \dA-Z]{8}", "year, launch and piece")
YEAR = _column("epoch year", 19, 20, r"[ \d]\d", "2 digits")
DAY = _column("epoch day", 21, 32, r" *\d+\.\d+ *", "day of the year and fraction")
DOT = _column("mean motion dot", 34, 43, _DECIMAL, "a decimal number")
DDOT = _column("mean motion double dot", 45, 52, _POWER, "a number such as ' 12345-3'")
BSTAR = _column("B*", 54, 61, _POWER, "a number such as ' 12345-3'")
EPHEMERIS = _column("ephemeris type", 63, 63, r"[\d ]", "a digit")
SET_NUMBER = _column("element set number", 65, 68, r" *\d* *", "digits")
NUMBER_2 = _column("catalogue number", 3, 7, r"[ \dA-HJ-NP-Z][ \d]{3}\d", "5 digits or Alpha-5")
INCLINATION = _column("inclination", 9, 16, _DECIMAL, "degrees")
RAAN = _column("right ascension of the node", 18, 25, _DECIMAL, "degrees")
ECCENTRICITY = _column("eccentricity", 27, 33, r" *\d+ *", "7 digits")
PERIGEE = _column("argument of perigee", 35, 42, _DECIMAL, "degrees")
ANOMALY = _column("mean anomaly", 44, 51, _DECIMAL, "degrees")
MOTION = _column("mean motion", 53, 63, _DECIMAL, "rev/day")
REVOLUTION = _column("revolution number", 64, 68, r" *\d* *", "digits")

_DIGIT_SUM = bytes(b - 48 if 48 <= b <= 57 else (1 if b == 45 else 0) for b in range(256))


def checksum(line: str) -> int:
    """Digits of columns 1-68 added up, a minus counting one, modulo 10."""
    return sum(line[:68].encode("ascii", "replace").translate(_DIGIT_SUM)) % 10


def alpha5_number(text: str) -> int:
    """Catalogue number of five columns, Alpha-5 allowed."""
    head = text[0]
    if head in ALPHA5:
        return 10_000 * (10 + ALPHA5.index(head)) + int(text[1:].replace(" ", "0"))
    return int(text.replace(" ", "0"))


def alpha5_text(number: int) -> str:
    """Five columns for a catalogue number; raises CatalogError above 339,999, which only OMM can carry."""
    if number > MAX_ALPHA5:
        raise _does_not_fit("the catalogue number", f"at most {MAX_ALPHA5}", number)
    if number < 100_000:
        return f"{number:05d}"
    return f"{ALPHA5[number // 10_000 - 10]}{number % 10_000:04d}"


def parse_set(name: str, line_1: str, line_2: str, *, keep_bad_checksum: bool = False) -> ElementSet:
    """The element set of two lines; raises CatalogError naming the field that is wrong."""
    for number, line in ((1, line_1), (2, line_2)):
        _check_line(number, line, keep_bad_checksum)
    catalog_number = alpha5_number(NUMBER_1.read(line_1))
    _check_same_object(catalog_number, alpha5_number(NUMBER_2.read(line_2)))
    _check_theory(EPHEMERIS.read(line_1))
    return ElementSet(
        name=name,
        catalog_number=catalog_number,
        international_designator=_designator(DESIGNATOR.read(line_1)),
        epoch=_epoch(YEAR.read(line_1), DAY.read(line_1)),
        mean_motion_rev_day=float(MOTION.read(line_2)),
        eccentricity=float("0." + ECCENTRICITY.read(line_2).strip().rjust(7, "0")),
        inclination_deg=float(INCLINATION.read(line_2)),
        raan_deg=float(RAAN.read(line_2)),
        argument_of_perigee_deg=float(PERIGEE.read(line_2)),
        mean_anomaly_deg=float(ANOMALY.read(line_2)),
        bstar=_power(BSTAR.read(line_1)),
        mean_motion_dot=float(DOT.read(line_1)),
        mean_motion_ddot=_power(DDOT.read(line_1)),
        revolution_number=int(REVOLUTION.read(line_2).strip() or 0),
        element_set_number=int(SET_NUMBER.read(line_1).strip() or 0),
        classification=CLASSIFICATION.read(line_1).strip() or "U",
    )


def _check_line(number: int, line: str, keep_bad_checksum: bool) -> None:
    if line[:2] != f"{number} ":
        raise CatalogError(
            f"line {number} does not start as it must",
            expected=f"'{number} '",
            came=repr(line[:2]),
            remedy="fetch the set again; the start of the line is damaged",
        )
    if not line.isascii():
        came = next(c for c in line if not c.isascii())
        raise CatalogError(
            f"line {number} has a character outside ASCII",
            came=f"{came!r} in column {line.index(came) + 1}",
            remedy="fetch the set again, as plain text",
        )
    if len(line) < 69 or line[69:70].strip():
        raise CatalogError(
            f"line {number} has the wrong length",
            expected="69 characters",
            came=str(len(line)),
            remedy="fetch the set again; the line was cut or characters were added",
        )
    if not keep_bad_checksum and line[68] != str(checksum(line)):
        raise CatalogError(
            f"the checksum of line {number} is wrong",
            expected=str(checksum(line)),
            came=repr(line[68]),
            remedy="fetch the set again, or read with keep_bad_checksum=True if you trust the digits",
        )


def _check_same_object(number_1: int, number_2: int) -> None:
    if number_1 != number_2:
        raise CatalogError(
            "the two lines are of different objects",
            expected=f"catalogue number {number_1} on line 2",
            came=str(number_2),
            remedy="put each line 2 below its own line 1",
        )


def _check_theory(ephemeris_type: str) -> None:
    if ephemeris_type not in SGP4_EPHEMERIS_TYPES:
        raise CatalogError(
            "the elements are not of SGP4 theory",
            expected="ephemeris type 0",
            came=f"{ephemeris_type} (4 is SGP4-XP)",
            remedy="ask the publisher for the SGP4 set of this object",
        )


def _power(text: str) -> float:
    """' 12345-3' is 0.12345e-3 (the point is assumed before the first digit)."""
    digits = text[1:6].replace(" ", "0")
    exponent = text[6:].replace(" ", "0")
    return float(f"{text[0].strip()}.{digits}e{exponent}")


def _epoch(year_text: str, day_text: str) -> Epoch:
    """Two digits of the year, 57-99 in the 1900s, and the day of the year from 1.0."""
    year = int(year_text)
    year += 1900 if year >= 57 else 2000
    whole, _, fraction = day_text.strip().partition(".")
    day = int(whole)
    length = 366 if calendar.isleap(year) else 365
    if not 1 <= day <= length:
        raise CatalogError(
            "epoch day is out of range",
            expected=f"1 to {length} for {year}",
            came=whole,
            remedy="fetch the set again; a digit of it has changed",
        )
    january_0 = date(year, 1, 1).toordinal() - 1 - _UNIX_ORDINAL
    return Epoch(JD_UNIX_EPOCH + january_0 + day, float(f"0.{fraction}"))


_UNIX_ORDINAL = date(1970, 1, 1).toordinal()


def _designator(text: str) -> str:
    """19029D becomes 2019-029D; what is not of that form stays as it is."""
    year, launch, piece = text[:2], text[2:5], text[5:].strip()
    if not (year.isdigit() and launch.isdigit()):
        return text.strip()
    century = "19" if year >= "57" else "20"
    return f"{century}{year}-{launch}{piece}"


@dataclass(slots=True)
class _Pending:
    """What has been seen of the set that is being gathered: a name line, then a line 1."""

    name: str = ""
    name_at: int = 0
    line_1: str = ""
    line_1_at: int = 0


def read_tle(text: str, *, keep_bad_checksum: bool = False) -> Iterator[ElementSet | Rejection]:
    """Every set of a text of two- and three-line sets, mixed, in order, and every line that belongs to none.

    Each line 1 starts anew, so a damaged set costs its neighbours nothing. Lines that are blank or start
    with # are skipped; the name of a three-line set may carry a leading "0 ".
    """
    seen = _Pending()
    for at, raw in enumerate(text.split("\n"), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if LINE_2.match(line):
            yield _finish(seen, at, line, keep_bad_checksum)
            seen = _Pending()
        elif LINE_1.match(line):
            yield from _orphans(seen, name_too=False)
            kept_name = not seen.line_1
            seen = _Pending(seen.name if kept_name else "", seen.name_at if kept_name else 0, line, at)
        elif seen.line_1 and _is_damaged_line_2(line, seen.line_1):
            yield _finish(seen, at, line, keep_bad_checksum)
            seen = _Pending()
        elif _CUT_LINE.match(line) or len(line) > LONGEST_NAME:
            yield from _orphans(seen)
            yield from _orphans(_Pending(line, at))
            seen = _Pending()
        else:
            yield from _orphans(seen)
            seen = _Pending(line, at)
    yield from _orphans(seen)


def _is_damaged_line_2(line: str, line_1: str) -> bool:
    """Whether a line below a line 1 is its line 2 with the start spoilt, and not the next set's name."""
    return len(line) > _LONG_FOR_A_NAME or line[2:7] == line_1[2:7] or bool(_CUT_LINE.match(line))


def _finish(seen: _Pending, at: int, line: str, keep_bad_checksum: bool) -> ElementSet | Rejection:
    if not seen.line_1:
        error = CatalogError("line 2 has no line 1 above it", remedy="restore the missing or damaged line 1")
        return Rejection.of(error, seen.name_at or at, _identify(seen.name, line))
    try:
        return parse_set(_bare(seen.name), seen.line_1, line, keep_bad_checksum=keep_bad_checksum)
    except CatalogError as error:
        return Rejection.of(error, seen.name_at or seen.line_1_at, _identify(seen.name, seen.line_1))


def _orphans(seen: _Pending, *, name_too: bool = True) -> Iterator[Rejection]:
    """Rejections for a line 1 without line 2, or a name without lines, that the next line leaves behind."""
    if seen.line_1:
        error = CatalogError("line 1 has no line 2 below it", remedy="restore the missing or damaged line 2")
        yield Rejection.of(error, seen.name_at or seen.line_1_at, _identify(seen.name, seen.line_1))
    elif seen.name and name_too:
        error = CatalogError(
            "the line is neither a name nor an element line",
            came=repr(seen.name[:40]),
            remedy="remove it, or restore the element lines that belong to it",
        )
        yield Rejection.of(error, seen.name_at, _bare(seen.name)[:40])


def _bare(name: str) -> str:
    return name[2:].strip() if name.startswith("0 ") else name


def _identify(name: str, line: str) -> str:
    return " ".join(part for part in (line[2:7].strip(), _bare(name)[:40]) if part)


def write_tle(records: Iterable[ElementSet]) -> str:
    """Three-line sets (two-line where there is no name); raises CatalogError where a value does not fit."""
    return "".join(f"{line}\n" for record in records for line in tle_lines(record))


def tle_lines(record: ElementSet) -> tuple[str, ...]:
    """The name, where there is one, and the two lines with their checksums."""
    number = alpha5_text(record.catalog_number)
    piece = _short_designator(record.international_designator)
    first = (
        f"1 {number}{record.classification[:1] or 'U'} {piece:<8} "
        f"{_epoch_text(record.epoch)} {_decimal_text(record.mean_motion_dot)} "
        f"{_power_text(record.mean_motion_ddot)} {_power_text(record.bstar)} 0 "
        f"{record.element_set_number % 10_000:4d}"
    )
    second = (
        f"2 {number} {record.inclination_deg:8.4f} {record.raan_deg % 360.0:8.4f} "
        f"{min(round(record.eccentricity * 1e7), 9_999_999):07d} "
        f"{record.argument_of_perigee_deg % 360.0:8.4f} "
        f"{record.mean_anomaly_deg % 360.0:8.4f} {record.mean_motion_rev_day:11.8f}"
        f"{record.revolution_number % 100_000:5d}"
    )
    lines = (f"{first}{checksum(first)}", f"{second}{checksum(second)}")
    return (record.name, *lines) if record.name else lines


def _epoch_text(epoch: Epoch) -> str:
    """Year and day to 1e-8 of a day, the fraction rounded before the day is counted."""
    hundred_millionths = round(epoch.fraction * 1e8)
    ordinal = _UNIX_ORDINAL + int(epoch.day - JD_UNIX_EPOCH) + hundred_millionths // 100_000_000
    day = date.fromordinal(ordinal)
    if not 1957 <= day.year <= 2056:
        raise _does_not_fit("the epoch", "1957 to 2056", day.year)
    return f"{day.year % 100:02d}{day.timetuple().tm_yday:03d}.{hundred_millionths % 100_000_000:08d}"


def _decimal_text(value: float) -> str:
    text = f"{abs(value):.8f}"
    if not text.startswith("0."):
        raise _does_not_fit("mean motion dot", "below 1", value)
    return ("-" if value < 0 else " ") + text[1:]


def _power_text(value: float) -> str:
    """Five digits and a power of ten from -9 to 9, the point before the first digit."""
    digits, power = 0, 0
    if value != 0.0:
        power = max(math.floor(math.log10(abs(value))) + 1, -9)
        digits = round(abs(value) * 10.0 ** (5 - power))
        if digits == 100_000:
            digits, power = 10_000, power + 1
    if power > 9:
        raise _does_not_fit("a drag term", "below 1e9", value)
    return f"{'-' if value < 0 else ' '}{digits:05d}{'-' if power < 0 else '+'}{abs(power)}"


def _short_designator(text: str) -> str:
    match = re.fullmatch(r"\d\d(\d\d)-(\d{3})([A-Z]{0,3})", text, re.ASCII)
    return "".join(match.groups()) if match else text[:8]


def _does_not_fit(what: str, expected: str, came: object) -> CatalogError:
    return CatalogError(
        f"{what} does not fit a TLE", expected=expected, came=str(came), remedy="write the set as OMM"
    )
