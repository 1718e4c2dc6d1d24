"""The station at a glance: a tile for each figure that decides, other variants below it."""

from __future__ import annotations

import math
from collections.abc import Callable

from skyhold.drawing import numerals
from skyhold.drawing.numerals import NBSP
from skyhold.drawing.page import BAD, GOOD, SAME, Change, Tile, variant_label
from skyhold.results.station import StationResult
from skyhold.station_chapter import findings as found
from skyhold.station_chapter import text

BELOW_AT_MOST = 4
ALONE = "Could others hold it without Russia?"


def tiles(result: StationResult) -> list[Tile]:
    """The tiles of a run, those it has numbers for."""
    makers: tuple[Callable[[StationResult], Tile | None], ...] = (
        _down, _without_russia, _propellant, _casualties, _seats, _mass,
    )  # fmt: skip
    return [tile for tile in (make(result) for make in makers) if tile]


def _down(result: StationResult) -> Tile | None:
    run = found.unpushed(result)
    when = found.fall(run)
    if when is None or run is None:
        return None
    value = found.month(when.middle) if when.middle else "after the run"
    others = [
        Change(variant_label(name), found.month(fall.middle), *_later(fall, when))
        for name, other in result.variants.items()
        if other is not run and not found.holds(other) and other.scenario.deorbit is None
        if (fall := found.fall(other)) and fall.middle
    ]  # fmt: skip
    return Tile(
        "Down, if nobody pushes", value, f"middle estimate; {when.window} with nine chances in ten", others
    )


def _later(fall: found.Fall, than: found.Fall) -> tuple[str, str]:
    """How many days later, and whether that is good."""
    days = (fall.middle - than.middle).days if fall.middle and than.middle else 0
    return f"{numerals.signed(days, 0)}{NBSP}days", SAME if not days else BAD if days < 0 else GOOD


def _without_russia(result: StationResult) -> Tile | None:
    sets = found.without_russia(result)
    if not sets:
        return None
    able = [row for row in sets if found.yes(row["feasible"])]
    if able:
        return Tile(ALONE, "yes", found.partners_in_words(result, str(able[0]["partners"])))
    why = text.shortfall(sets[0])
    return Tile(ALONE, "no", why[:1].upper() + why[1:])


def _propellant(result: StationResult) -> Tile | None:
    burns = found.rows(result, "reboosts")
    if not burns:
        return None
    metres = found.total([row["delta_v_m_s"] for row in burns])
    below = []
    for name, run in result.variants.items():
        if not found.holds(run) or run.scenario.deorbit is not None:
            continue
        word, good = text.verdict_of(run)
        amount = f"{found.propellant_kg(run) / 1000:.1f}{NBSP}t" if good else numerals.NONE
        below.append(Change(variant_label(name), amount, word, GOOD if good else BAD))
    days = f"{result.scenario.reboost.horizon_days:g} days"
    note = f"{numerals.counted(len(burns), 'burn')}, {metres:.1f}{NBSP}m/s in {days}"
    return Tile(
        "Propellant to hold it",
        f"{found.propellant_kg(result) / 1000:.1f}{NBSP}t",
        note,
        below[:BELOW_AT_MOST],
    )


def _casualties(result: StationResult) -> Tile | None:
    run = found.first_with(result, "risk")
    row = found.fact(run, "risk", "expectation", "expected") if run else None
    if run is None or row is None:
        return None
    odds = text.one_in(found.figure(run, "risk", "probability"))
    low, high = float(row["low"]), float(row["high"])
    span = f"{text.significant(low)} to {text.significant(high)}" if math.isfinite(low + high) else ""
    note = "; ".join(part for part in (span, f"{odds} that anybody is hurt" if odds else "") if part)
    return Tile("Expected casualties of an uncontrolled fall", text.significant(float(row["value"])), note)


def _seats(result: StationResult) -> Tile | None:
    people, seats = len(found.rows(result, "crew")), found.rows(result, "seats")
    if not people or not seats:
        return None
    nominal = sum(int(row["seats"]) for row in seats)
    below = []
    for name, run in result.variants.items():
        left = len(found.rows(run, "crew"))
        if not run.scenario.withdrawals or not left:
            continue
        there = sum(int(row["seats"]) for row in found.rows(run, "seats"))
        short = left - there
        kind = BAD if short > 0 else SAME
        below.append(
            Change(variant_label(name), f"{there} for {left}", f"{short} short" if short > 0 else "", kind)
        )
    return Tile(
        "Seats home", f"{nominal} for {people}", "nominal seats docked, people aboard", below[:BELOW_AT_MOST]
    )


def _mass(result: StationResult) -> Tile | None:
    kg, record = found.mass_kg(result), found.mass_record(result)
    if not math.isfinite(kg):
        return None
    note = f"{record.mass_kg / 1000:.1f}{NBSP}t stated for {found.short_day(record.day)}" if record else ""
    return Tile("Mass on the day", f"{kg / 1000:.1f}{NBSP}t", note)
