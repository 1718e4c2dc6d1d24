"""Catalogues of element sets: any published form in, every record kept or turned away with its reason."""

from __future__ import annotations

import gzip
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

from skyhold.catalogues import omm, omm_text, tle
from skyhold.catalogues.element_set import ElementSet, Rejection
from skyhold.errors import CatalogError

__all__ = ["Catalog", "ElementSet", "Rejection", "read_catalog"]

MAX_BYTES = 512 * 1024 * 1024  # a hundred times the full public catalogue in its wordiest form
_CHUNK = 1 << 20
_CONTENT_MARKS = "\n\r{[<"


@dataclass(frozen=True)
class Catalog:
    """What a catalogue file held: the sets kept, in file order, and what was turned away."""

    records: tuple[ElementSet, ...]
    rejected: tuple[Rejection, ...]
    format: str
    source: str

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[ElementSet]:
        return iter(self.records)

    def objects(self) -> int:
        """How many different objects the sets are of."""
        return len({_object_key(record) for record in self.records})

    def latest(self) -> Catalog:
        """The newest set of each object, in file order; of sets of one epoch the last in the file."""
        newest: dict[object, ElementSet] = {}
        for record in self.records:
            known = newest.get(_object_key(record))
            if known is None or known.epoch.seconds_until(record.epoch) >= 0.0:
                newest[_object_key(record)] = record
        chosen = {id(record) for record in newest.values()}
        return replace(self, records=tuple(record for record in self.records if id(record) in chosen))

    def summary(self) -> str:
        """Kept, rejected, objects, epochs, and the reasons of rejection, commonest first."""
        lines = [
            f"{self.source} ({self.format}): {len(self.records):,} element sets kept, "
            f"{len(self.rejected):,} rejected"
        ]
        if self.records:
            first = min(self.records, key=_epoch_key).epoch.datetime()
            last = max(self.records, key=_epoch_key).epoch.datetime()
            lines.append(
                f"  {self.objects():,} objects; epochs {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC"
            )
            repeated = len(self.records) - self.objects()
            if repeated:
                lines.append(
                    f"  {repeated:,} sets are further sets of an object; latest() keeps the newest of each"
                )
        problems = Counter(rejection.problem for rejection in self.rejected)
        for problem, count in problems.most_common(5):
            example = next(r for r in self.rejected if r.problem == problem)
            lines.append(f"  {count:,} rejected: {problem}; first: {example}")
        if len(problems) > 5:
            lines.append(f"  and {len(problems) - 5} other reasons")
        return "\n".join(lines)


def _object_key(record: ElementSet) -> object:
    """The catalogue number; where a publisher gives none (0), the name and designator."""
    return record.catalog_number or (record.name, record.international_designator)


def _epoch_key(record: ElementSet) -> tuple[float, float]:
    return record.epoch.day, record.epoch.fraction


_Reader = Callable[[str, bool], Iterable[ElementSet | Rejection]]


def _read_tle(text: str, keep_bad_checksum: bool) -> Iterable[ElementSet | Rejection]:
    return tle.read_tle(text, keep_bad_checksum=keep_bad_checksum)


def _read_omm(read_text: Callable[[str], Iterable[omm_text.Message | Rejection]]) -> _Reader:
    return lambda text, _: omm.read_omm(read_text(text))


_KEYWORD = "(?:MEAN_MOTION|NORAD_CAT_ID|EPOCH|OBJECT_NAME)"
_FORMS: tuple[tuple[str, re.Pattern[str], _Reader], ...] = (
    ("OMM JSON", re.compile(rf'"{_KEYWORD}"\s*:'), _read_omm(omm_text.read_json)),
    ("OMM XML", re.compile(rf"<{_KEYWORD}[\s>]|<(?:\w+:)?omm\b"), _read_omm(omm_text.read_xml)),
    (
        "OMM CSV",
        re.compile(r'(?:^|,)[ \t]*"?MEAN_MOTION"?[ \t]*(?:,|$)', re.MULTILINE),
        _read_omm(omm_text.read_csv),
    ),
    (
        "OMM KVN",
        re.compile(rf"^[ \t]*(?:CCSDS_OMM_VERS|{_KEYWORD})[ \t]*=", re.MULTILINE),
        _read_omm(omm_text.read_kvn),
    ),
    ("TLE", re.compile(r"^[ \t]*[12] [ 0-9A-Z]{4}[0-9]", re.MULTILINE | re.ASCII), _read_tle),
)


def read_catalog(source: Path | bytes | str, *, name: str = "", keep_bad_checksum: bool = False) -> Catalog:
    """Read a catalogue: TLE of two or three lines, OMM as JSON, CSV, XML or KVN, plain or gzipped.

    The form is the one that most of the content looks like. `source` is a path, the bytes, or the text
    itself (a string with a line break, or that starts as JSON or XML does). `name` stands for the source in
    messages. Every record of the input is in `records` or in `rejected`; sets of one object are all kept.
    `keep_bad_checksum` keeps a TLE whose last digit is wrong.

    Raises CatalogError where nothing of the input can be read as a catalogue.
    """
    text, named = _text(source, name)
    marks = [sum(1 for _ in mark.finditer(text)) for _, mark, _ in _FORMS]
    if not any(marks):
        raise _unreadable(text, named)
    form, _, reader = _FORMS[marks.index(max(marks))]
    found = tuple(reader(text, keep_bad_checksum))
    kept = tuple(item for item in found if isinstance(item, ElementSet))
    rejected = tuple(item for item in found if isinstance(item, Rejection))
    return Catalog(kept, rejected, form, named)


def _unreadable(text: str, where: str) -> CatalogError:
    start = text.lstrip()[:60]
    came = f"a text that starts {start!r}" if start else "nothing"
    remedy = "give a file from CelesTrak or Space-Track, as TLE or OMM"
    if re.match(r"<!doctype html|<html", start, re.IGNORECASE):
        came, remedy = (
            "a web page",
            "look at the page: the publisher may have refused the request; then fetch again",
        )
    return CatalogError(
        "no element sets were found",
        expected="TLE lines, or OMM as JSON, CSV, XML or KVN",
        came=came,
        where=where,
        remedy=remedy,
    )


def _text(source: Path | bytes | str, name: str) -> tuple[str, str]:
    """The text, line ends as \\n, and what to call the source."""
    if isinstance(source, bytes):
        return _decode(source, name or "bytes"), name or "bytes"
    if isinstance(source, str) and (source[:1] in _CONTENT_MARKS or "\n" in source or "\r" in source):
        return _line_ends(source), name or "text"
    path = Path(source)
    try:
        raw = path.read_bytes()
    except (OSError, ValueError) as error:
        raise CatalogError(
            "the catalogue file could not be opened",
            came=str(getattr(error, "strerror", None) or error),
            where=str(source)[:200],
            remedy="check the path",
        ) from error
    return _decode(raw, name or path.name), name or path.name


def _decode(raw: bytes, where: str) -> str:
    data = _inflate(raw, where) if raw[:2] == b"\x1f\x8b" else raw
    if len(data) > MAX_BYTES:
        raise _too_large(where)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _line_ends(data.decode("utf-16", "replace"))
    try:
        return _line_ends(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _line_ends(data.decode("latin-1"))


def _line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _inflate(raw: bytes, where: str) -> bytes:
    """Decompressed bytes up to the limit; a file that is cut or damaged is refused whole."""
    parts, size = [], 0
    try:
        with gzip.GzipFile(fileobj=BytesIO(raw)) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > MAX_BYTES:
                    raise _too_large(where)
                parts.append(chunk)
    except (OSError, EOFError, zlib.error) as error:
        raise CatalogError(
            "the compressed catalogue is damaged or cut short",
            expected="a whole gzip file",
            came=str(error),
            where=where,
            remedy="fetch the file again",
        ) from error
    return b"".join(parts)


def _too_large(where: str) -> CatalogError:
    return CatalogError(
        "the catalogue is too large",
        expected=f"at most {MAX_BYTES:,} bytes",
        where=where,
        remedy="split the file, or check that it is a catalogue",
    )
