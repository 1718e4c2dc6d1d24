"""What is missing before service can be switched on: satellites, a gateway in reach, spectrum, terminals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from skyhold.nouns.radio import RadioSpec

ENOUGH = 0.99  # of cells and slots: service that holds nearly everywhere nearly always [A]
ANY = 1e-3  # of cells and slots: less is none


class Verdict(StrEnum):
    """Whether a need is met."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    OPEN = "not computed"


@dataclass(frozen=True)
class Need:
    """One thing that service needs: whether it is there, the figure that says so, and what would help."""

    what: str
    verdict: Verdict
    figure: float
    unit: str
    says: str
    remedy: str


@dataclass(frozen=True)
class InReach:
    """A gateway, and the share of cells and slots that it could serve alone."""

    name: str
    country: str
    share: float


@dataclass(frozen=True)
class Reach:
    """What the sky and the ground offer a region on a day, as shares of its cells and sampled slots.

    `in_view` satellites a terminal may use, mean; `satellite` share with one at least; `gateway` share with one that
    sees a live gateway; `alone` what each gateway gives by itself, best first; `nearest_km` from the region's middle to
    the nearest open gateway `nearest`; `own` the share with a further gateway in the region's middle.
    """

    in_view: float
    satellite: float
    gateway: float
    alone: tuple[InReach, ...]
    nearest: str
    nearest_km: float
    own: float


@dataclass(frozen=True)
class Stock:
    """Terminals of a region on a day: in place, delivered to the border or on the road, and the next deliveries."""

    in_place: float
    under_way: float
    following: tuple[tuple[date, int, str], ...] = ()


def check(reach: Reach, radio: RadioSpec, stock: Stock, fleet: str) -> tuple[Need, ...]:
    """The four needs, in the order in which they stop a service; `fleet` says which fleet was looked at."""
    return satellites(reach, fleet), gateway(reach), spectrum(radio), terminals(stock)


def missing(needs: tuple[Need, ...]) -> tuple[str, ...]:
    """What is not there, or not wholly."""
    return tuple(need.what for need in needs if need.verdict in (Verdict.NO, Verdict.PARTLY))


def satellites(reach: Reach, fleet: str) -> Need:
    """Whether a terminal has a satellite it may use."""
    verdict = _by_share(reach.satellite)
    remedy = {
        Verdict.YES: "none needed",
        Verdict.PARTLY: "wait for more satellites in shells that reach this latitude; service has gaps until then",
    }.get(verdict, "none flies high enough over this latitude: a shell of higher inclination is needed")
    says = f"{reach.in_view:.1f} usable on average; {_percent(reach.satellite)} of cells and slots have one ({fleet})"
    return Need("satellites", verdict, 100.0 * reach.satellite, "% of cells and slots", says, remedy)


def gateway(reach: Reach) -> Need:
    """Whether a usable satellite sees an open gateway: without lasers there is no other way down."""
    verdict = _by_share(reach.gateway)
    listed = ", ".join(f"{g.name} ({g.country}) {_percent(g.share)}" for g in reach.alone[:4])
    nearest = f"the nearest open one, {reach.nearest}, is {reach.nearest_km:,.0f} km from the middle"
    says = f"alone: {listed}" if listed else f"none in reach; {nearest}"
    remedy = "none needed"
    if verdict is not Verdict.YES:
        remedy = (
            f"a gateway in the middle of the region gives {_percent(reach.own)}; or satellites with lasers"
        )
    return Need("gateway in reach", verdict, 100.0 * reach.gateway, "% of cells and slots", says, remedy)


def spectrum(radio: RadioSpec) -> Need:
    """The bands that service would use; whether it may is for law to say."""
    down, up = radio.user_down, radio.user_up
    silent = sum(1 for number in down.guarded if number <= down.channels)
    clear = down.channels - silent
    says = (
        f"{clear} of {down.channels} channels of {down.channel_mhz:g} MHz down around {down.frequency_ghz:g} GHz, "
        f"{up.channels} of {up.channel_mhz:g} MHz up around {up.frequency_ghz:g} GHz"
    )
    remedy = "landing rights and a licence for terminals are a legal question: ask the country's regulator"
    return Need("spectrum", Verdict.OPEN, clear * down.channel_mhz, "MHz down", says, remedy)


def terminals(stock: Stock) -> Need:
    """Whether anybody there has a terminal."""
    if stock.in_place >= 1.0:
        says = f"at the end of the day {stock.in_place:,.0f} in place, {stock.under_way:,.0f} under way"
        return Need("terminals", Verdict.YES, stock.in_place, "terminals", says, "none needed")
    following = "; ".join(f"{count:,} on {day} ({name})" for day, count, name in stock.following[:3])
    says = f"none in place, {stock.under_way:,.0f} under way" + (f"; next: {following}" if following else "")
    remedy = "wait for the trucks" if following or stock.under_way else "send terminals: no delivery is known"
    return Need("terminals", Verdict.NO, stock.in_place, "terminals", says, remedy)


def _by_share(share: float) -> Verdict:
    if share >= ENOUGH:
        return Verdict.YES
    return Verdict.PARTLY if share > ANY else Verdict.NO


def _percent(share: float) -> str:
    return f"{100.0 * share:.3g} %"
