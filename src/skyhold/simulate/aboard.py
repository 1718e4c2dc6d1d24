"""Tables of what a station is on its first day: parts, mass, craft, attitude, people and flights."""

from __future__ import annotations

from typing import Any

import numpy as np

from skyhold.earth.atmosphere import Atmosphere
from skyhold.holding.reboost import delta_v_of
from skyhold.results.tables import Table
from skyhold.scenario.scenario import StationScenario
from skyhold.station.attitude import Interval, minimum_controllable_altitude
from skyhold.station.configuration import Configuration
from skyhold.station.crew import CrewLedger
from skyhold.station.launches import Outlook, available
from skyhold.times import Epoch, Instants
from skyhold.units import KM

FIVE_HUNDRED_TONS_KG = 500_000.0


def configuration_tables(scenario: StationScenario, before: Configuration, now: Configuration) -> list[Table]:
    """`parts`, `masses` and `vehicles`: `before` is the station with everybody, `now` with what the scenario took."""
    return [_parts(before, now), _masses(before, now), _vehicles(scenario, now)]


def _parts(before: Configuration, now: Configuration) -> Table:
    here = {part.name for part in now.parts}
    trust = {m.name: (m.trust, m.source) for m in before.spec.modules}
    trust |= {v.name: (v.trust, v.source) for v in before.visits}
    craft = {visit.name for visit in before.visits}
    rows = [
        {
            "name": part.name,
            "kind": "craft" if part.name in craft else "module",
            "owner": part.partner,
            "segment": part.segment,
            "mass_kg": part.mass_kg,
            "area_m2": part.area_m2,
            "present": part.name in here,
            "trust": trust.get(part.name, ("C", ""))[0],
            "source": trust.get(part.name, ("C", ""))[1],
        }
        for part in before.parts
    ]
    return Table.of_rows(
        "parts",
        rows,
        {
            "mass_kg": "with the stores spread over the modules",
            "present": "after the scenario's withdrawals and detachments",
        },
    )


def _masses(before: Configuration, now: Configuration) -> Table:
    craft = {visit.name for visit in before.visits}
    dry = sum(part.dry_kg for part in before.parts if part.name not in craft)
    docked = sum(part.mass_kg for part in before.parts if part.name in craft)
    high = 100.0 * (FIVE_HUNDRED_TONS_KG / before.mass_kg - 1.0)
    rows: list[dict[str, Any]] = [
        {"what": "modules, dry or at launch", "kg": dry, "note": "sum of the modules"},
        {"what": "docked craft", "kg": docked, "note": f"{len(craft)} craft"},
        {
            "what": "stores and outfitting",
            "kg": before.mass_kg - dry - docked,
            "note": "what the stated total leaves",
        },
        {
            "what": "the whole, on the day",
            "kg": before.mass_kg,
            "note": f"one sigma {before.mass_sigma_kg:,.0f} kg",
        },
        {"what": "after withdrawals and detachments", "kg": now.mass_kg, "note": "as simulated"},
        {
            "what": "as claimed: 500 tons",
            "kg": FIVE_HUNDRED_TONS_KG,
            "note": f"{high:+.0f} % of the whole",
        },
    ]
    return Table.of_rows("masses", rows)


def _vehicles(scenario: StationScenario, now: Configuration) -> Table:
    rows: list[dict[str, Any]] = []
    for item in available(scenario):
        kind = item.vehicle
        pushes = kind.thrust_n > 0 and kind.isp_s > 0 and kind.usable_propellant_kg > 0
        rows.append(
            {
                "name": kind.title,
                "partner": kind.partner,
                "can_push": pushes,
                "proven": item.proven,
                "thrust_n": kind.thrust_n,
                "isp_s": kind.isp_s,
                "propellant_kg": kind.usable_propellant_kg,
                "delta_v_m_s": delta_v_of(now.mass_kg, kind.usable_propellant_kg, kind.isp_s)
                if pushes
                else 0.0,
                "flights_per_year": item.flights_per_year,
                "seats": kind.seats,
                "trust": kind.trust,
                "note": kind.source,
            }
        )
    return Table.of_rows("vehicles", rows, {"delta_v_m_s": "of one flight on the station of the first day"})


def attitude_table(now: Configuration, atmosphere: Atmosphere, epoch: Epoch, f107: float, ap: float) -> Table:
    """`attitude`: down to which mean altitude gyros, and thrusters, hold it, in the air round the equator that day."""
    altitude_km = np.arange(90.0, 1001.0, 5.0)
    round_km, longitude = np.meshgrid(
        altitude_km, np.linspace(-np.pi, np.pi, 12, endpoint=False), indexing="ij"
    )
    when = Instants(epoch, np.zeros(round_km.size))
    there = (round_km.ravel() * KM, np.zeros(round_km.size), longitude.ravel())
    found = atmosphere.density(*there, when, f107, f107, ap).reshape(round_km.shape)
    logs = np.log(found.mean(axis=1))

    def density(at_m: float) -> float:
        return float(np.exp(np.interp(at_m / KM, altitude_km, logs)))

    limits = minimum_controllable_altitude(now, density)
    rows = [
        _limit("gyros alone", limits.gyros_km, "no gyroscopes are left"),
        _limit("gyros and thrusters", limits.thrusters_km, "no thrusters are left that turn the station"),
    ]
    return Table.of_rows(
        "attitude", rows, {"mid_km": "below it the attitude is lost; low and high: inputs in quadrature"}
    )


def _limit(mode: str, found: Interval | None, why: str) -> dict[str, str | float | None]:
    if found is None:
        return {"mode": mode, "low_km": None, "mid_km": None, "high_km": None, "note": why}
    return {"mode": mode, "low_km": found.low, "mid_km": found.mid, "high_km": found.high, "note": ""}


def crew_tables(ledger: CrewLedger, flights: tuple[Outlook, ...]) -> list[Table]:
    """`crew`, `seats` and `flights`."""
    people = [
        {
            "name": person.name,
            "partner": person.partner,
            "way_home": person.craft or "none",
            "note": _seat_note(person.emergency, person.craft, person.planned),
        }
        for person in ledger.people
    ]
    craft = [
        {
            "craft": c.name,
            "partner": c.partner,
            "seats": c.seats,
            "emergency_seats": c.emergency_seats,
            "taken": c.taken,
        }
        for c in ledger.craft
    ]
    ahead = [
        {
            "date": item.flight.launch_utc.date().isoformat() if item.flight.launch_utc else "no date",
            "craft": item.flight.name,
            "launcher": item.flight.launcher,
            "partner": item.flight.launcher_partner,
            "pad": item.flight.pad,
            "status": item.fate,
            "note": item.why,
        }
        for item in flights
    ]
    return [Table.of_rows("crew", people), Table.of_rows("seats", craft), Table.of_rows("flights", ahead)]


def _seat_note(emergency: bool, craft: str, planned: str) -> str:
    if not craft:
        return f"no way home; planned: {planned}"
    if emergency:
        return f"an emergency seat only; planned: {planned}"
    return "as planned" if craft == planned else f"moved from {planned}"
