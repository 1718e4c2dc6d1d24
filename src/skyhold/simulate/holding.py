"""Tables of holding a station up: the schedule of burns, and who could do it alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from skyhold.holding.holders import Holder, holders, missing_m_s
from skyhold.holding.planner import Plan, Robust, flown, scenario_plan
from skyhold.holding.sinking import EnsembleSinking
from skyhold.results.tables import Table
from skyhold.simulate.fate import Fate
from skyhold.units import KM

MONTH_DAYS = 365.25 / 12
SHARE = 0.9  # of the members whose drag the schedule must stand


def sinking_of(fate: Fate) -> EnsembleSinking:
    """The scenario's ensemble as the planner flies it."""
    return EnsembleSinking(fate.orbit, fate.ballistic_kg_m2, fate.air, max(0.0, fate.start_s))


def plan_tables(fate: Fate) -> list[Table]:
    """`reboosts` and `plan`: the schedule of the scenario, or what stands against one."""
    sinking = sinking_of(fate)
    made = scenario_plan(fate.scenario, sinking, sinking.altitude_m, SHARE)
    return [_reboosts(made), _plan(made, sinking)]


def holder_tables(fate: Fate) -> list[Table]:
    """`holders` and `marginal`: every set of partners on its own, and what one more craft is worth."""
    sinking = sinking_of(fate)
    found = holders(fate.scenario, sinking, sinking.altitude_m, share=SHARE)
    return [_holders(found, fate.scenario.reboost.horizon_days), _marginal(found)]


def _reboosts(made: Robust) -> Table:
    burns = made.schedule.burns if isinstance(made.schedule, Plan) else ()
    rows: list[dict[str, Any]] = [
        {
            "date": burn.when.date().isoformat(),
            "vehicle": burn.source,
            "partner": burn.partner,
            "delta_v_m_s": burn.delta_v_m_s,
            "propellant_kg": burn.propellant_kg,
            "burn_s": burn.seconds,
            "altitude_before_km": burn.before_m / KM,
            "altitude_after_km": burn.after_m / KM,
            "proven": burn.proven,
            "trust": burn.trust,
        }
        for burn in burns
    ]
    columns = list(rows[0]) if rows else ["date", "vehicle", "delta_v_m_s", "propellant_kg"]
    empty = Table("reboosts", {key: np.array([]) for key in columns})
    return Table.of_rows("reboosts", rows, {"date": made.schedule.verdict()}) if rows else empty


def _plan(made: Robust, sinking: EnsembleSinking) -> Table:
    schedule, flight = made.schedule, flown(made, sinking)
    holds = isinstance(schedule, Plan)
    low, middle, high = made.spread("propellant_kg")
    rows: list[tuple[str, float | None, str, str]] = [
        ("feasible", float(holds), "", schedule.verdict()),
        ("missing_delta_v", missing_m_s(schedule), "m/s", "that others would have to push"),
        ("possible_share", made.possible_share(), "", "members that could be held, each with its own plan"),
        ("propellant_p05", low, "kg", "members' own plans"),
        ("propellant_p50", middle, "kg", "members' own plans"),
        ("propellant_p95", high, "kg", "members' own plans"),
        (
            "flown_above",
            flight.share_above,
            "",
            "members that stay above the lower edge when the schedule is flown",
        ),
        ("flown_worst", flight.worst_m, "m", "plan against flight in the decay model"),
    ]
    if isinstance(schedule, Plan):
        rows += [
            ("delta_v", schedule.delta_v_m_s, "m/s", f"{len(schedule.burns)} burns"),
            ("propellant", schedule.propellant_kg, "kg", "burns, avoidance and attitude"),
            ("attitude", schedule.attitude_kg, "kg", "of it for attitude"),
            ("avoidance", schedule.avoidance_kg, "kg", "of it for avoiding debris"),
        ]
    keys = ("quantity", "value", "unit", "note")
    return Table.of_rows("plan", [dict(zip(keys, row, strict=True)) for row in rows])


def _holders(found: tuple[Holder, ...], horizon_days: float) -> Table:
    rows: list[dict[str, Any]] = [
        {
            "partners": one.name,
            "feasible": one.holds,
            "for_years": one.holds_for_years,
            "binding": "" if one.holds else one.plan.verdict(),
            "need_m_s_year": one.need_m_s_year[1],
            "have_m_s_year": one.have_m_s_year,
            "unproven_m_s_year": one.unproven_m_s_year,
            "aboard_m_s": one.aboard_m_s,
            "propellant_kg_year": one.need_kg_year,
            "flights_needed_year": min((craft.needed for craft in one.craft), default=float("nan")),
            "flights_available_year": sum(craft.flights_year for craft in one.craft),
            "first_flight_days": one.first_push_day,
            "attitude": one.attitude_held,
            "months_held": _months_held(one, horizon_days),
            "limits": "; ".join(one.limits),
        }
        for one in found
    ]
    notes = {
        "need_m_s_year": "drag of 90 % of the members, and avoidance",
        "feasible": "with what is docked and due",
    }
    return Table.of_rows("holders", rows, notes)


def _months_held(one: Holder, horizon_days: float) -> float:
    """The plan's length where it holds; else the months of drag that what is aboard pays for, 0 without attitude."""
    if one.holds:
        return horizon_days / MONTH_DAYS
    paid = 12.0 * one.aboard_m_s / one.need_m_s_year[1] if one.attitude_held else 0.0
    return min(paid, horizon_days / MONTH_DAYS)


def _marginal(found: tuple[Holder, ...]) -> Table:
    everybody = next(one for one in found if one.name == "all")
    rows: list[dict[str, Any]] = [
        {
            "vehicle": craft.title,
            "partner": craft.partner,
            "delta_v_m_s_flight": craft.delta_v_m_s[1],
            "delta_v_low_m_s": craft.delta_v_m_s[0],
            "delta_v_high_m_s": craft.delta_v_m_s[2],
            "months_gained": craft.months,
            "flights_needed_year": craft.needed,
            "proven": craft.proven,
            "trust": craft.trust,
            "note": "; ".join(craft.flags),
        }
        for craft in everybody.craft
    ]
    return Table.of_rows("marginal", rows, {"months_gained": "that one more flight holds the station"})
