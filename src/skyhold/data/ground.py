"""The nouns of a ground segment: gateways, points of presence, and when they are open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol, TypeVar

Confidence = Literal["filed", "crowd", "recollection", "unverified", "user"]
Status = Literal["live", "planned", "unknown"]


@dataclass(frozen=True)
class Gateway:
    """A site whose antennas join satellites to fibre.

    `opened` is the first day of traffic and `closed` the first without; None is not known, and taken as open.
    `confidence` is about the site, `dated` about the date: "filed" (an authority's file), "crowd" (several
    people, published), "recollection" (from memory), "unverified" (claimed, not supported) or "user" (a
    file of the user). Only a "live" site opens.
    """

    name: str
    country: str
    latitude_deg: float
    longitude_deg: float
    altitude_m: float = 0.0
    opened: date | None = None
    closed: date | None = None
    confidence: Confidence = "unverified"
    dated: Confidence | Literal[""] = ""
    status: Status = "live"
    min_elevation_deg: float | None = None
    source: str = ""


@dataclass(frozen=True)
class Pop:
    """A point of presence: where traffic meets the internet. `code` is its name in reverse DNS."""

    name: str
    city: str
    country: str
    latitude_deg: float
    longitude_deg: float
    opened: date | None = None
    closed: date | None = None
    confidence: Confidence = "unverified"
    dated: Confidence | Literal[""] = ""
    status: Status = "live"
    code: str = ""
    source: str = ""


@dataclass(frozen=True)
class RejectedRow:
    """A row of a user's file that is no gateway and no point of presence, and why; `line` counts from 1."""

    line: int
    name: str
    reason: str


@dataclass(frozen=True)
class GatewayTable:
    """What a file of sites holds; iterates over its gateways. No row is lost: the rest is in `rejected`."""

    gateways: tuple[Gateway, ...]
    pops: tuple[Pop, ...]
    rejected: tuple[RejectedRow, ...]

    def __iter__(self) -> Iterator[Gateway]:
        return iter(self.gateways)

    def __len__(self) -> int:
        return len(self.gateways)

    def summary(self) -> str:
        """One line: how many of each."""
        live = sum(gateway.status == "live" for gateway in self.gateways)
        return (
            f"{len(self.gateways)} gateways ({live} live), {len(self.pops)} points of presence, "
            f"{len(self.rejected)} rows rejected"
        )


class Dated(Protocol):
    """Something that opens and closes."""

    @property
    def opened(self) -> date | None:
        """First day, None if not known."""

    @property
    def closed(self) -> date | None:
        """First day without, None if not known."""

    @property
    def status(self) -> Status:
        """Whether it is seen at work."""


Site = TypeVar("Site", bound=Dated)


def open_on(items: Iterable[Site], when: date) -> tuple[Site, ...]:
    """The live ones that are open on the day; one whose opening day is not known is taken as open."""
    return tuple(
        item
        for item in items
        if item.status == "live"
        and (item.opened is None or item.opened <= when)
        and (item.closed is None or when < item.closed)
    )
