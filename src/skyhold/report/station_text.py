"""The answer of a station run in words, computed from its numbers.

An uncontrolled fall is told as a window of months and as shares of a track, never as a day and a point.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from skyhold.drawing import numerals
from skyhold.drawing.numerals import NBSP
from skyhold.report import station_findings as found
from skyhold.report.station_findings import Fall
from skyhold.results.station import StationResult

ANYWHERE = (
    "Until the last hours nobody can say where an uncontrolled fall ends: a percentage below is the chance that the "
    "station is somewhere over that country when it comes down, not a place of impact."
)


def headline(result: StationResult) -> str:
    """The answer in one sentence: is it held, by whom else it could be, and when it falls if nobody pushes."""
    clauses = [_state(result), _without_russia(result), _if_nobody(result)]
    said = [clause for clause in clauses if clause]
    if not said:
        return f"From {_start(result)} the run found nothing to tell about the station."
    words = "; ".join(said)
    return words[:1].upper() + words[1:] + "."


def summary_lines(result: StationResult) -> list[str]:
    """The headline, a sentence each on risk, crew and deorbit, then the variants."""
    lines = [headline(result), *supporting_lines(result)]
    lines += [f"{variant_title(result, name)}: {variant_clause(result, name)}." for name in result.variants]
    return [*lines, "Simulated from public elements and published masses; the report lists every assumption."]


def supporting_lines(result: StationResult) -> list[str]:
    """A sentence each on who is under it, who comes home, and which Sun the run is under, where it knows."""
    lines = (_risk_line(result), _crew_line(result), _drivers_line(result))
    return [line for line in lines if line]


def variant_title(result: StationResult, name: str) -> str:
    """The title of a variant, or its name; that of the baseline where the name is empty."""
    run = result.variants[name] if name else result
    return run.scenario.title or name or run.scenario.name


def variant_clause(result: StationResult, name: str) -> str:
    """What becomes of the station in a variant, as a clause."""
    run = result.variants[name] if name else result
    if run.scenario.deorbit is not None:
        return _deorbit_clause(run) or _fall_clause(found.fall(run)) or "nothing was computed"
    if not found.holds(run):
        return _fall_clause(found.fall(run)) or "nothing was computed"
    return _held_clause(run) or _fall_clause(found.fall(run)) or "nothing was computed"


def verdict_of(run: StationResult) -> tuple[str, bool | None]:
    """Held or not, in a word, and whether that is good; None where the run does not say."""
    if run.scenario.deorbit is not None:
        row = found.fact(run, "deorbit", "feasible")
        ok = None if row is None else found.yes(row["value"])
        return ("can be done" if ok else "cannot be done" if ok is False else "brought down"), ok
    if not found.holds(run):
        return "falls", False
    held = _holds_out(run)
    return ("held" if held else "cannot be held"), held


def _holds_out(run: StationResult) -> bool:
    """Whether the plan of the run holds the band: the row of `holders` of those who are left, else the burns."""
    rows = found.rows(run, "holders")
    if run.scenario.withdrawals and rows:
        return any(found.yes(row["feasible"]) for row in found.without_russia(run) or rows)
    whole = [row for row in rows if str(row["partners"]).lower().startswith("all")] or rows
    return found.yes(whole[0]["feasible"]) if whole else bool(found.rows(run, "reboosts"))


def _start(result: StationResult) -> str:
    return numerals.date(result.scenario.start_utc)


def _state(result: StationResult) -> str:
    if result.scenario.deorbit is not None:
        return _deorbit_clause(result)
    if not found.holds(result):
        return ""
    return f"from {_start(result)} on, {_held_clause(result)}" if _held_clause(result) else ""


def _held_clause(run: StationResult) -> str:
    """How it is held, by how many burns; or for how long it could be, and what stops it."""
    band = f"between {run.scenario.reboost.low_km:g} and {run.scenario.reboost.high_km:g}{NBSP}km"
    burns = found.rows(run, "reboosts")
    if not _holds_out(run):
        rows = found.without_russia(run) if run.scenario.withdrawals else found.rows(run, "holders")
        if not rows:
            return ""
        best = max(rows, key=lambda row: float(row["months_held"]))
        why = f": {best['binding']}" if best["binding"] else ""
        return f"the station cannot be held {band} for longer than {_months(best)}{why}"
    if not burns:
        return f"the station can be held {band}"
    kg = found.total([row["propellant_kg"] for row in burns])
    metres = found.total([row["delta_v_m_s"] for row in burns])
    return (
        f"{numerals.counted(len(burns), 'reboost')} of {metres:.1f}{NBSP}m/s in all and "
        f"{numerals.whole(kg)}{NBSP}kg of propellant hold the station {band} for "
        f"{run.scenario.reboost.horizon_days:g} days"
    )


def _months(row: dict[str, Any]) -> str:
    months = float(row["months_held"])
    return "a few weeks" if months < 1 else numerals.counted(round(months), "month")


def _without_russia(result: StationResult) -> str:
    sets = found.without_russia(result)
    if not sets or result.scenario.withdrawals:
        return ""
    able = [row for row in sets if found.yes(row["feasible"])]
    if able:
        names = found.partners_in_words(result, str(able[0]["partners"]))
        return f"without Russia {names} could hold it"
    best = max(sets, key=lambda row: float(row["months_held"]))
    return f"without Russia nobody could for longer than {_months(best)}"


def _if_nobody(result: StationResult) -> str:
    run = found.unpushed(result)
    when = found.fall(run)
    if when is None:
        return ""
    return f"if nobody pushes, {_fall_clause(when)}"


def _fall_clause(when: Fall | None) -> str:
    if when is None:
        return ""
    if when.early is None:
        return "it stays up to the end of the run"
    middle = f"; middle estimate {found.month(when.middle)}" if when.middle else ""
    return f"it comes down {_between(when)} (nine chances in ten{middle})"


def _between(when: Fall) -> str:
    assert when.early is not None
    if when.late is None:
        return f"after {found.month(when.early)}"
    first, last = found.month(when.early), found.month(when.late)
    return f"in {first}" if first == last else f"between {first} and {last}"


def _risk_line(result: StationResult) -> str:
    run = found.first_with(result, "risk")
    if run is None:
        return ""
    row = found.fact(run, "risk", "expectation", "expected")
    if row is None:
        return ""
    odds = one_in(found.figure(run, "risk", "at least one", "probability"))
    some = f", that is {odds} that anybody is" if odds else ""
    worst = sorted(found.rows(run, "risk_countries"), key=lambda one: -float(one["casualty_share_percent"]))[
        :3
    ]
    each = [f"{one['name']} {float(one['casualty_share_percent']):.0f}{NBSP}%" for one in worst]
    where = f"; most of the risk lies on {numerals.listed(each)}" if each else ""
    return (
        f"An uncontrolled fall is expected to hurt {spread(row)} people{some}{where}, spread over everything between "
        f"{found.inclination_deg(run):.1f}° north and south."
    )


def _crew_line(result: StationResult) -> str:
    aboard, seats = found.rows(result, "crew"), found.rows(result, "seats")
    if not aboard or not seats:
        return ""
    nominal = sum(int(row["seats"]) for row in seats)
    line = f"{_number(len(aboard))} people are aboard with {nominal} seats home"
    for run in result.variants.values():
        left = found.rows(run, "crew")
        if run.scenario.withdrawals and left and found.rows(run, "seats"):
            short = len(left) - sum(int(row["seats"]) for row in found.rows(run, "seats"))
            need = sum(int(row["emergency_seats"]) for row in found.rows(run, "seats"))
            if short > 0:
                who = "one is" if short == 1 else f"{short} are"
                return f"{line}; if Russia leaves with its craft, {who} without a seat, though {need} fit in need."
    return line + "."


def _deorbit_clause(run: StationResult) -> str:
    need, have = (found.figure(run, "deorbit", f"propellant {word}") for word in ("needed", "available"))
    metres = found.figure(run, "deorbit", "total delta", "delta-v", "delta v")
    if not math.isfinite(need):
        return ""
    row = found.fact(run, "deorbit", "feasible")
    ok = found.yes(row["value"]) if row is not None else need <= have
    dv = f" for {metres:.0f}{NBSP}m/s" if math.isfinite(metres) else ""
    clause = f"it takes {need / 1000:.1f}{NBSP}t of propellant{dv}"
    if math.isfinite(have):
        clause += f", and there {'are' if have else 'is'} {have / 1000:.1f}{NBSP}t"
    return clause + (": it can be done" if ok else ": it cannot be done")


def _drivers_line(result: StationResult) -> str:
    words = {
        "climatology": "The Sun is drawn from past cycles at this phase: nobody knew the real one.",
        "forecast": "The Sun is as it was forecast, with the forecast’s own spread.",
        "as-observed": "The Sun is as it then was, which nobody knew at the time.",
    }
    return words.get(result.scenario.space_weather.kind, "")


def one_in(probability: float) -> str:
    """A probability as odds: one chance in 48."""
    if not 0 < probability < 1:
        return ""
    odds = 1 / probability
    digits = 10 ** max(0, int(np.floor(np.log10(odds))) - 1)
    return f"one chance in {numerals.whole(round(odds / digits) * digits)}"


def spread(row: dict[str, Any]) -> str:
    """A value of the table of risk with its interval: 0.021 (0.009 to 0.046)."""
    low, high = float(row["low"]), float(row["high"])
    middle = significant(float(row["value"]))
    if not (math.isfinite(low) and math.isfinite(high)) or low == high:
        return middle
    return f"{middle} ({significant(low)} to {significant(high)})"


def significant(value: float, digits: int = 2) -> str:
    """A number to so many significant figures, without an exponent where that is short: 0.021, 1,200, 2.6 × 10⁻¹²."""
    if not math.isfinite(value):
        return numerals.NONE
    if value == 0:
        return "0"
    mantissa, size = f"{value:.{digits - 1}e}".split("e")
    power = int(size)
    if power < -3:
        raised = str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return f"{mantissa.replace('-', numerals.MINUS)}{NBSP}×{NBSP}10{raised}"
    return numerals.decimal(round(value, digits - 1 - power), max(0, digits - 1 - power))


def _number(count: int) -> str:
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
    return words[count] if count < len(words) else numerals.whole(count)
