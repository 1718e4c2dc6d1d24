"""Read a CSV file of gateways and points of presence: every row becomes one of them, or is rejected with a
reason."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from skyhold.data.ground import Gateway, GatewayTable, Pop, RejectedRow, Status
from skyhold.errors import DataError

MOST_BYTES = 20_000_000
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "site", "gateway"),
    "latitude": ("latitude_deg", "latitude", "lat"),
    "longitude": ("longitude_deg", "longitude", "lon", "lng", "long"),
    "altitude": ("altitude_m", "altitude", "alt"),
    "country": ("country", "iso3"),
    "opened": ("opened",),
    "closed": ("closed",),
    "min_elevation": ("min_elevation_deg", "ka_min_elevation", "min_elevation"),
    "status": ("status",),
    "kind": ("kind", "type"),
    "band": ("freq",),
    "source": ("source",),
}
NEEDED = ("name", "latitude", "longitude")
LIVE = ("live", "presumed live", "operational", "built", "grant of authority", "open", "active")
PLANNED = ("planned", "construction", "possible construction", "not built", "proposed")


class _BadRow(Exception):
    """Why a row cannot be used."""


@dataclass
class _Found:
    """What has been read so far."""

    gateways: list[Gateway] = field(default_factory=list)
    pops: list[Pop] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    seen: dict[tuple[str, str], list[tuple[int, float, float]]] = field(default_factory=dict)


def read_table(path: Path) -> GatewayTable:
    """Every row of the file, used or rejected. Raises `DataError` where it is no table with the needed
    columns."""
    text = _text(path)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    columns = _columns(next(_rows(reader, path), []), path)
    found = _Found()
    for cells in _rows(reader, path):
        if not any(cell.strip() for cell in cells):
            continue
        row = {key: cells[at].strip() if at < len(cells) else "" for key, at in columns.items()}
        _take(row, reader.line_num, found)
    return GatewayTable(tuple(found.gateways), tuple(found.pops), tuple(found.rejected))


def _rows(reader: Iterator[list[str]], path: Path) -> Iterator[list[str]]:
    """The rows; a broken quotation is an error that names the file."""
    try:
        yield from reader
    except csv.Error as error:
        raise _unreadable(path, f"is no CSV: {error}") from None


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _unreadable(path, f"is larger than {MOST_BYTES // 1_000_000} MB")
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise _unreadable(path, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise _unreadable(path, "is not UTF-8 text") from None


def _unreadable(path: Path, problem: str) -> DataError:
    return DataError(
        f"the gateway file {problem}",
        where=str(path),
        remedy="give a CSV file in UTF-8 with the columns name, latitude_deg, longitude_deg",
    )


def _delimiter(text: str) -> str:
    """The one of comma, semicolon and tab that the first line has most of."""
    head = text.split("\n", 1)[0]
    return max(",;\t", key=head.count)


def _columns(header: list[str], path: Path) -> dict[str, int]:
    """Where each known column is."""
    names = [cell.strip().lower() for cell in header]
    found = {}
    for key, aliases in COLUMNS.items():
        places = [names.index(alias) for alias in aliases if alias in names]
        if places:
            found[key] = places[0]
    missing = [COLUMNS[key][0] for key in NEEDED if key not in found]
    if missing:
        raise DataError(
            "the gateway file has no column " + " and no column ".join(missing),
            expected="name, latitude_deg, longitude_deg",
            came=", ".join(names[:12]) or "an empty file",
            where=str(path),
            remedy="name the columns in the first line",
        )
    return found


def _take(row: Mapping[str, str], line: int, found: _Found) -> None:
    """Put one row where it belongs."""
    name = " ".join(row["name"].split())
    try:
        if not name:
            raise _BadRow("no name")
        site = _site(row, name)
        site = replace(site, name=_unique(site, line, found))
    except _BadRow as problem:
        found.rejected.append(RejectedRow(line, name, str(problem)))
        return
    if isinstance(site, Pop):
        found.pops.append(site)
    else:
        found.gateways.append(site)


def _site(row: Mapping[str, str], name: str) -> Gateway | Pop:
    latitude = _number(row["latitude"], "latitude", 90.0)
    longitude = _number(row["longitude"], "longitude", 180.0)
    if latitude == longitude == 0.0:
        raise _BadRow("0, 0 stands for a place that is not known")
    kind = row.get("kind", "").lower()
    if kind not in ("", "gateway", "pop"):
        raise _BadRow(f"kind {row['kind']!r} is neither gateway nor pop")
    if row.get("band", "").upper() == "TTC":
        raise _BadRow("telemetry and command only: carries no traffic of users")
    opened, closed = _day(row.get("opened", ""), "opened"), _day(row.get("closed", ""), "closed")
    country, source = row.get("country", ""), row.get("source", "")
    status = _status(row.get("status"), kind)
    if kind == "pop":
        return Pop(
            name, name, country, latitude, longitude, opened, closed, "user", "", status, source=source
        )
    return Gateway(
        name,
        country,
        latitude,
        longitude,
        _number(row.get("altitude") or "0", "altitude", 9000.0),
        opened,
        closed,
        "user",
        status=status,
        min_elevation_deg=_elevation(row.get("min_elevation", "")),
        source=source,
    )


def _number(text: str, what: str, limit: float) -> float:
    try:
        value = float(text)
    except ValueError:
        raise _BadRow(f"{what} {text!r} is not a number" if text else f"no {what}") from None
    if not math.isfinite(value) or abs(value) > limit:
        raise _BadRow(f"{what} {text} is outside -{limit:g}..{limit:g}")
    return value


def _elevation(text: str) -> float | None:
    return _number(text, "minimum elevation", 90.0) if text else None


def _day(text: str, what: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise _BadRow(f"{what} {text!r} is not a date like 2022-02-28") from None


def _status(text: str | None, kind: str) -> Status:
    """Status in our words; live without the column, and for a point of presence of which nothing is said."""
    if text is None or (not text and kind == "pop"):
        return "live"
    lower = text.lower()
    if lower.startswith(PLANNED):
        return "planned"
    return "live" if lower.startswith(LIVE) else "unknown"


def _unique(site: Gateway | Pop, line: int, found: _Found) -> str:
    """The name, numbered where another place has it already; the same place again is no second site."""
    others = found.seen.setdefault((type(site).__name__, site.name.casefold()), [])
    for first, latitude, longitude in others:
        if (latitude, longitude) == (site.latitude_deg, site.longitude_deg):
            raise _BadRow(f"the same site as on line {first}")
    others.append((line, site.latitude_deg, site.longitude_deg))
    return site.name if len(others) == 1 else f"{site.name} ({len(others)})"
