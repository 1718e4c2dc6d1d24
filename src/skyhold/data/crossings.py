"""Border crossings where goods by road are handed over: a short embedded list, typed from memory of the map [R]."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from importlib import resources

from skyhold.data.cities import fold
from skyhold.errors import DataError


@dataclass(frozen=True)
class Crossing:
    """A crossing on the road: its names, the country left and the one entered (ISO 3166-1 alpha-3), its place.

    The place is within about 2 km [R].
    """

    name: str
    also: tuple[str, ...]
    leaves: str
    enters: str
    latitude_deg: float
    longitude_deg: float


@lru_cache(maxsize=1)
def crossings() -> tuple[Crossing, ...]:
    """The embedded crossings."""
    text = (resources.files("skyhold.data") / "embedded" / "crossings.toml").read_text("utf-8")
    return tuple(
        Crossing(row["name"], tuple(row["names"]), row["from"], row["into"], row["at"][0], row["at"][1])
        for row in tomllib.loads(text)["list"]
    )


def crossing(name: str) -> Crossing:
    """The crossing of a name, accents and case aside. Raises `DataError` that names a near one."""
    named = {fold(called): one for one in crossings() for called in (one.name, *one.also)}
    if fold(name) in named:
        return named[fold(name)]
    near = get_close_matches(fold(name), named, n=1, cutoff=0.5)
    raise DataError(
        f"no border crossing is called {name!r}",
        expected=", ".join(one.name for one in crossings()),
        remedy=(f"did you mean {named[near[0]].name!r}? Or " if near else "")
        + "give latitude_deg and longitude_deg instead",
    )
