"""Which craft can still fly once a partner has left, and which launches of the ledger are lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from skyhold.nouns.vehicles import Flight, Vehicle
from skyhold.scenario import library
from skyhold.scenario.scenario import StationScenario
from skyhold.station.configuration import withdrawn


@dataclass(frozen=True, slots=True)
class Available:
    """A kind of craft that can fly at an instant; `flights_left` is None where nothing limits it but its rate."""

    vehicle: Vehicle
    flights_per_year: float
    flights_left: int | None
    proven: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """What becomes of a flight of the ledger: *flies*, flies from *stock*, is *lost*, or *dropped* as in history."""

    flight: Flight
    fate: Literal["flies", "stock", "lost", "dropped"]
    why: str


def available(scenario: StationScenario, when: datetime | None = None) -> tuple[Available, ...]:
    """Kinds of craft that can fly to the station at an instant (the start if none is given), engines aboard left out.

    A kind goes with its partner. One that needs parts of a partner who has left flies as often as the stock allows.
    """
    at = when or scenario.start_utc
    spec = library.station(scenario.station)
    ours = {partner.name for partner in spec.partners}
    gone = withdrawn(scenario, at)
    found = []
    for kind in library.vehicles(*spec.vehicles, *scenario.vehicles).values():
        flying = (kind.available_from is None or kind.available_from <= at) and (
            kind.available_to is None or at < kind.available_to
        )
        if kind.role != "engine" and flying and kind.partner in ours - gone:
            proven = kind.pushes_from is not None and kind.pushes_from <= at
            found.append(Available(kind, kind.flights_per_year, stock(kind, gone), proven))
    return tuple(found)


def stock(kind: Vehicle, gone: frozenset[str]) -> int | None:
    """Flights that a kind still has without the partners that have left; None where it needs none of them."""
    left = [need.flights_in_stock for need in kind.needs if need.partner in gone]
    return min(left) if left else None


def outlook(scenario: StationScenario, pads: tuple[str, ...] = ()) -> tuple[Outlook, ...]:
    """The ledger of launches from the start of a scenario on, and what its withdrawals make of each.

    A launch is lost where its rocket belongs to a partner that has left, or needs one. `pads` restricts the loss to
    launches from these places, for a partner that leaves one spaceport only (Kourou on 26 February 2022). Flights
    without a date come last.
    """
    spec = library.station(scenario.station)
    kinds = library.vehicles(*spec.vehicles, *scenario.vehicles)
    used: dict[str, int] = {}
    due = [
        flight for flight in spec.flights if not flight.launch_utc or flight.launch_utc >= scenario.start_utc
    ]
    ordered = sorted(
        due, key=lambda flight: (flight.launch_utc is None, flight.launch_utc or scenario.start_utc)
    )
    return tuple(_fate(flight, scenario, kinds, used, pads) for flight in ordered)


def lost(scenario: StationScenario, pads: tuple[str, ...] = ()) -> tuple[Flight, ...]:
    """Flights of the ledger that the withdrawals of a scenario cost."""
    return tuple(item.flight for item in outlook(scenario, pads) if item.fate == "lost")


def _fate(
    flight: Flight,
    scenario: StationScenario,
    kinds: Mapping[str, Vehicle],
    used: dict[str, int],
    pads: tuple[str, ...],
) -> Outlook:
    gone = withdrawn(scenario, flight.launch_utc or scenario.end_utc)
    hit = not pads or flight.pad in pads
    if hit and flight.launcher_partner in gone:
        return Outlook(flight, "lost", f"the {flight.launcher} is {flight.launcher_partner}'s")
    missing = [partner for partner in flight.needs if partner in gone]
    if hit and missing:
        kind = kinds.get(flight.vehicle)
        left = stock(kind, gone) if kind else None
        flown = used.get(flight.vehicle, 0)
        if left is not None and flown < left:
            used[flight.vehicle] = flown + 1
            return Outlook(flight, "stock", f"parts of {missing[0]} for {left - flown} flights are in stock")
        return Outlook(flight, "lost", f"it needs {missing[0]}")
    if not flight.flown:
        return Outlook(flight, "dropped", flight.source or "it did not fly in the end")
    return Outlook(flight, "flies", "")
