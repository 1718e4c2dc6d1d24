"""The data sets that lie here: embedded ones, and those that `update` fetched into the data root.

Beside each fetched file lies `FILE.meta.json` with its hash, its times and what makes the next request
conditional. A file is replaced only by one that its reader accepts, and in one step.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import metadata, resources
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from skyhold.catalogues import catalog
from skyhold.data import sources, space_weather
from skyhold.data.fetch import DEFAULT_LIMITS, Answer, FetchError, Limits, fetch
from skyhold.data.sources import Source
from skyhold.errors import DataError, SkyholdError

LOG = logging.getLogger(__name__)
META = ".meta.json"

State = Literal["embedded", "fetched", "absent", "changed"]
Done = Literal["new", "unchanged", "young", "failed"]


def data_root() -> Path:
    """$SKYHOLD_DATA, else the folder of this platform for a user's data."""
    if chosen := os.environ.get("SKYHOLD_DATA"):
        return Path(chosen).expanduser()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "skyhold"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "skyhold"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "skyhold"


@dataclass(frozen=True)
class Holding:
    """A data set as it lies here.

    `state`: "embedded" (part of the package or of one it needs), "fetched", "absent" (not fetched yet) or
    "changed" (the file is not what its hash says). `age_h` counts from the last time the server confirmed it.
    """

    name: str
    state: State
    age_h: float | None
    bytes: int
    sha256: str
    licence: str
    fetched_utc: str
    used_by: str
    path: str

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """Pairs of field and value, so that `dict(holding)` is a record."""
        return iter(asdict(self).items())


@dataclass(frozen=True)
class Outcome:
    """What `update` did with one data set; after "failed" the old file, if any, still lies there."""

    name: str
    done: Done
    message: str
    path: str

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return iter(asdict(self).items())

    def __str__(self) -> str:
        return f"{self.name}: {self.done}, {self.message}"


@dataclass(frozen=True)
class Meta:
    """What is known of a fetched file."""

    url: str = ""
    sha256: str = ""
    bytes: int = 0
    fetched_utc: str = ""
    checked_utc: str = ""
    not_before_utc: str = ""
    etag: str = ""
    last_modified: str = ""


def listing(root: Path | None = None, now: datetime | None = None) -> list[Holding]:
    """Every data set, embedded and fetched, with its hash verified."""
    root, now = root or data_root(), now or datetime.now(UTC)
    inside = [_embedded(item) for item in sources.embedded()]
    packaged = [_packaged(item) for item in sources.packaged()]
    return [*inside, *packaged, *(_holding(source, root, now) for source in sources.fetched())]


def path_of(name: str, root: Path | None = None) -> Path:
    """The file of a fetched data set. Raises `DataError` where it is absent or not what its hash says."""
    [source] = sources.chosen([name], sources.fetched())
    holding = _holding(source, root or data_root(), datetime.now(UTC))
    if holding.state == "fetched":
        return Path(holding.path)
    raise DataError(
        f"the data set {name!r} is {holding.state}",
        where=holding.path,
        remedy=f"run: skyhold data update {name}",
    )


def update(
    names: Iterable[str] = (),
    *,
    root: Path | None = None,
    force: bool = False,
    base_url: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    known: Sequence[Source] | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    sleep: Callable[[float], None] = time.sleep,
) -> list[Outcome]:
    """Fetch the named data sets (all for none) that are old enough, one after the other.

    `force` asks even if the copy is young, but never before the time that a server has set. `base_url` is
    a mirror. A failure is an outcome, not an exception; a host that cannot be reached is not tried for the
    next data set. Raises `DataError` for an unknown name or a root that cannot be written.
    """
    root = root or data_root()
    wanted = sources.chosen(names, sources.fetched() if known is None else known)
    _make(root)
    unreachable: dict[str, str] = {}
    outcomes = []
    for source in wanted:
        placed = sources.at_mirror(source, base_url) if base_url else source
        ask = partial(fetch, limits=limits, sleep=sleep, now=now)
        outcomes.append(_update_one(placed, root / source.file, force, ask, now(), unreachable))
        LOG.info("%s", outcomes[-1])
    return outcomes


def _update_one(
    source: Source,
    path: Path,
    force: bool,
    ask: Callable[..., Answer],
    now: datetime,
    unreachable: dict[str, str],
) -> Outcome:
    meta = read_meta(path)
    whole = _is_whole(path, meta)
    done = partial(Outcome, source.name, path=str(path))
    if reason := _too_early(source, meta, whole and not force, now):
        return done(done="young", message=reason)
    host = urlsplit(source.url).netloc
    try:
        if host in unreachable:
            raise FetchError(unreachable[host])
        valid = whole and meta.url == source.url
        etag, modified = (meta.etag, meta.last_modified) if valid else ("", "")
        answer = ask(source.url, source.max_bytes, etag=etag, last_modified=modified)
        if answer.body is None and not valid:
            raise FetchError("the server says that nothing changed, but it was not asked that")
        return done(
            done="unchanged" if answer.body is None else "new", message=_kept(source, path, meta, answer, now)
        )
    except (FetchError, SkyholdError) as error:
        if isinstance(error, FetchError):
            _remember(source, path, meta, error, now)
            if error.unreachable:
                unreachable[host] = f"{error} (as before)"
        state = f"the file of {meta.fetched_utc} is kept" if whole else "there is no file yet"
        return done(done="failed", message=f"{str(error).rstrip('.')}; {state}")


def _too_early(source: Source, meta: Meta, young_counts: bool, now: datetime) -> str:
    """Why the server is not to be asked yet, or nothing."""
    if meta.not_before_utc and now < _time(meta.not_before_utc):
        return f"the server is not to be asked before {meta.not_before_utc}"
    age = _age_h(meta, now)
    if young_counts and age is not None and age < source.min_age_h:
        return f"the copy is {age:.1f} h old; asked again after {source.min_age_h:g} h"
    return ""


def _kept(source: Source, path: Path, meta: Meta, answer: Answer, now: datetime) -> str:
    """Keep the answer, after its reader accepts it, and say what it is."""
    moment = _stamp(now)
    if answer.body is None:
        modified = answer.last_modified or meta.last_modified
        fresh = replace(meta, checked_utc=moment, not_before_utc="", etag=answer.etag, last_modified=modified)
        write_meta(path, fresh)
        return f"as it was on {meta.fetched_utc}"
    summary = CHECKS[source.check](answer.body)
    digest = hashlib.sha256(answer.body).hexdigest()
    write_whole(path, answer.body)
    fresh = Meta(source.url, digest, len(answer.body), moment, moment, "", answer.etag, answer.last_modified)
    write_meta(path, fresh)
    return f"{summary}, {len(answer.body):,} bytes, sha256 {digest[:12]}"


def _remember(source: Source, path: Path, meta: Meta, error: FetchError, now: datetime) -> None:
    """Write down when the server wants to be asked again; a refusal (403) counts as one minimum age."""
    wait_s = error.retry_after_s
    if wait_s is None and error.status == 403:
        wait_s = source.min_age_h * 3600.0
    if wait_s:
        write_meta(path, replace(meta, not_before_utc=_stamp(now + timedelta(seconds=wait_s))))


def _check_catalogue(body: bytes) -> str:
    """JSON is parsed whole first: the catalogue's reader would keep what it can of one that is cut off."""
    if body.lstrip()[:1] in (b"[", b"{"):
        try:
            json.loads(body)
        except (ValueError, RecursionError) as error:
            raise DataError(f"the answer is broken or cut off JSON: {error}") from None
    found = catalog.read_catalog(body, name="the answer")
    if len(found.rejected) > 0.01 * len(found.records):
        raise DataError(
            f"the answer has {len(found.rejected):,} bad among {len(found.records):,} good records"
        )
    return f"{len(found.records):,} element sets"


def _check_space_weather(body: bytes) -> str:
    table = space_weather.daily(body, name="the answer")
    return f"{len(table):,} days to {table.day[-1]}"


CHECKS: Mapping[str, Callable[[bytes], str]] = {
    "catalogue": _check_catalogue,
    "space weather": _check_space_weather,
}


def read_meta(path: Path) -> Meta:
    """What lies beside the file; nothing is known where it is absent or broken."""
    try:
        record = json.loads(path.with_name(path.name + META).read_text("utf-8"))
        kinds = {field.name: type(field.default) for field in fields(Meta)}
        usable: dict[str, Any] = {
            key: value for key, value in record.items() if isinstance(value, kinds.get(key, ()))
        }
        return Meta(**usable)
    except (OSError, ValueError, AttributeError):
        return Meta()


def write_meta(path: Path, meta: Meta) -> None:
    """Write what is known of the file beside it."""
    write_whole(path.with_name(path.name + META), (json.dumps(asdict(meta), indent=2) + "\n").encode())


def write_whole(path: Path, body: bytes) -> None:
    """Put the bytes at the path in one step: a temporary file beside it, to the disk, then renamed."""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(body)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _unwritable(path, error) from None


def _make(root: Path) -> None:
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(root, error) from None


def _unwritable(path: Path, error: OSError) -> DataError:
    return DataError(
        f"the data root cannot be written: {error.strerror}",
        where=str(path),
        remedy="set SKYHOLD_DATA to a folder that can be written",
    )


def _holding(source: Source, root: Path, now: datetime) -> Holding:
    path = root / source.file
    meta = read_meta(path)
    if not path.is_file():
        return Holding(source.name, "absent", None, 0, "", source.licence, "", source.used_by, str(path))
    digest, size = _hash(path)
    state: State = "fetched" if digest == meta.sha256 else "changed"
    age = _age_h(meta, now)
    return Holding(
        source.name, state, age, size, digest, source.licence, meta.fetched_utc, source.used_by, str(path)
    )


def _embedded(item: sources.Embedded) -> Holding:
    with resources.as_file(resources.files("skyhold.data") / "embedded" / item.file) as path:
        digest, size = _hash(path)
        state: State = "embedded" if digest == item.sha256 else "changed"
        day = item.dated.isoformat()
        return Holding(item.name, state, None, size, digest, item.licence, day, item.used_by, str(path))


def _packaged(item: sources.Packaged) -> Holding:
    licence = f"{item.licence}; version {metadata.version(item.package)}"
    with resources.as_file(resources.files(item.package) / item.file) as path:
        digest, size = _hash(path)
        return Holding(item.name, "embedded", None, size, digest, licence, "", item.used_by, str(path))


def _is_whole(path: Path, meta: Meta) -> bool:
    return path.is_file() and _hash(path)[0] == meta.sha256


def _hash(path: Path) -> tuple[str, int]:
    """sha256 and size."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return digest, stream.tell()


def _age_h(meta: Meta, now: datetime) -> float | None:
    return (now - _time(meta.checked_utc)).total_seconds() / 3600.0 if meta.checked_utc else None


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _time(stamp: str) -> datetime:
    """The instant of a stamp; one that cannot be read is long ago."""
    try:
        return datetime.fromisoformat(stamp).astimezone(UTC)
    except ValueError:
        return datetime(1970, 1, 1, tzinfo=UTC)
