"""Where data sets come from: the table in sources.toml as frozen values."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from skyhold.errors import DataError


@dataclass(frozen=True)
class Source:
    """A data set that is fetched: address, file name here, licence, and the rules of fetching."""

    name: str
    url: str
    file: str
    licence: str
    min_age_h: float
    max_bytes: int
    check: str
    used_by: str


@dataclass(frozen=True)
class Embedded:
    """A data set that is part of the package, with the hash it must have and the day of its origin."""

    name: str
    file: str
    licence: str
    dated: date
    sha256: str
    used_by: str


@dataclass(frozen=True)
class Packaged:
    """A data set that another package brings."""

    name: str
    package: str
    file: str
    licence: str
    used_by: str


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads((resources.files("skyhold.data") / "sources.toml").read_text("utf-8"))


def fetched() -> tuple[Source, ...]:
    """Data sets that `update` fetches."""
    return tuple(Source(**row) for row in _table()["fetched"])


def embedded() -> tuple[Embedded, ...]:
    """Data sets of the package itself."""
    return tuple(Embedded(**row) for row in _table()["embedded"])


def packaged() -> tuple[Packaged, ...]:
    """Data sets of packages that Skyhold depends on."""
    return tuple(Packaged(**row) for row in _table()["package"])


def chosen(names: Iterable[str], known: Sequence[Source]) -> tuple[Source, ...]:
    """The sources with these names, in their order; all for no names. Raises `DataError` for an unknown
    one."""
    by_name = {source.name: source for source in known}
    wanted = tuple(dict.fromkeys(names)) or tuple(by_name)
    for name in wanted:
        if name not in by_name:
            close = get_close_matches(name, by_name, n=1)
            raise DataError(
                f"no data set that can be fetched is called {name!r}",
                expected=", ".join(by_name),
                remedy=f"did you mean {close[0]}" if close else "see skyhold data list",
            )
    return tuple(by_name[name] for name in wanted)


def at_mirror(source: Source, base_url: str) -> Source:
    """The source at another server: scheme and host of its address are replaced by `base_url`."""
    parts = urlsplit(source.url)
    query = f"?{parts.query}" if parts.query else ""
    return replace(source, url=base_url.rstrip("/") + parts.path + query)
