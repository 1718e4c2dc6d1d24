"""The answer of a station run in words, computed from its numbers.

An uncontrolled fall is told as a window of months and as shares of a track, never as a day and a point.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from skyhold.drawing import numerals
from skyhold.drawing.numerals import NBSP
from skyhold.results.station import StationResult
from skyhold.station_chapter import findings as found
from skyhold.station_chapter.findings import Fall

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
    down = _fall_clause(found.fall(run))
    held = _held_clause(run) if found.holds(run) else ""
    if held and found.held(run) is False and down:
        return f"{held}; {down}"
    return held or down or "nothing was computed"


def verdict_of(run: StationResult) -> tuple[str, bool | None]:
    """Held or not, in a word, and whether that is good; None where the run does not say."""
    if run.scenario.deorbit is not None:
        row = found.fact(run, "deorbit", "feasible")
        ok = None if row is None else found.yes(row["value"])
        return ("can be done" if ok else "cannot be done" if ok is False else "brought down"), ok
    if not found.holds(run):
        return "falls", False
    held = found.held(run)
    return ("held" if held else "cannot be held" if held is False else "not planned"), held


def _start(result: StationResult) -> str:
    return numerals.date(result.scenario.start_utc)


def _state(result: StationResult) -> str:
    if result.scenario.deorbit is not None:
        return _deorbit_clause(result)
    if not found.holds(result):
        return ""
    return f"from {_start(result)} on, {_held_clause(result)}" if _held_clause(result) else ""


def _held_clause(run: StationResult) -> str:
    """How it is held, by how many burns; or what stops it."""
    band = f"between {run.scenario.reboost.low_km:g} and {run.scenario.reboost.high_km:g}{NBSP}km"
    held, burns = found.held(run), found.rows(run, "reboosts")
    if held is None:
        return ""
    if not held:
        why = numerals.listed(obstacles(run))
        return f"the station cannot be held {band}" + (f": {why}" if why else "")
    metres = found.total([row["delta_v_m_s"] for row in burns])
    tonnes = found.propellant_kg(run) / 1000
    return (
        f"{numerals.counted(len(burns), 'reboost')} of {metres:.1f}{NBSP}m/s in all and "
        f"{tonnes:.1f}{NBSP}t of propellant hold the station {band} for {run.scenario.reboost.horizon_days:g} days"
    )


def obstacles(run: StationResult) -> list[str]:
    """What stands against holding it: no thrusters, and what others would have to bring."""
    said = []
    thrusters = found.fact(run, "attitude", "thrusters", key="mode")
    if thrusters is not None and not math.isfinite(float(thrusters["mid_km"])):
        said.append(str(thrusters["note"]) or "nothing turns the station")
    missing = found.fact(run, "plan", "missing_delta_v")
    if missing is not None and math.isfinite(float(missing["value"])) and float(missing["value"]) > 0:
        said.append(f"{float(missing['value']):.1f}{NBSP}m/s are missing")
    return said


def _without_russia(result: StationResult) -> str:
    sets = found.without_russia(result)
    if not sets or result.scenario.withdrawals:
        return ""
    able = [row for row in sets if found.yes(row["feasible"])]
    if able:
        return f"without Russia {found.partners_in_words(result, str(able[0]['partners']))} could hold it"
    why = shortfall(sets[0]) if found.yes(sets[0]["attitude"]) else "nobody else can turn the station"
    return f"without Russia nobody could, because {why}"


def shortfall(row: dict[str, Any]) -> str:
    """What a set of partners lacks: thrusters, and delta-v a year against the need."""
    have, need = (float(row[f"{word}_m_s_year"]) for word in ("have", "need"))
    metres = f"their proven craft give {have:.0f} of the {need:.0f}{NBSP}m/s that a year takes"
    return metres if found.yes(row["attitude"]) else f"nobody else can turn the station, and {metres}"


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
    return f"it comes down {between(when)} (nine chances in ten{middle})"


def between(when: Fall) -> str:
    """Between which months it comes down with nine chances in ten."""
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
    odds = one_in(found.figure(run, "risk", "probability"))
    some = f", with {odds} that anybody is" if odds else ""
    worst = sorted(found.rows(run, "risk_countries"), key=lambda one: -float(one["casualty_share_percent"]))[
        :3
    ]
    each = [f"{found.called(one['name'])} {float(one['casualty_share_percent']):.0f}{NBSP}%" for one in worst]
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
    metres = found.figure(run, "deorbit", "delta v")
    if not math.isfinite(need):
        return ""
    row = found.fact(run, "deorbit", "feasible")
    ok = found.yes(row["value"]) if row is not None else need <= have
    dv = f" for {metres:.0f}{NBSP}m/s" if math.isfinite(metres) else ""
    clause = f"it takes {need / 1000:.1f}{NBSP}t of propellant{dv}"
    if math.isfinite(have):
        clause += f", and the craft bring {have / 1000:.1f}{NBSP}t"
    if ok:
        return clause + ": it can be done"
    against = str(row["note"]) if row is not None and need <= have else ""
    return clause + (f", but {against}: it cannot be done" if against else ": it cannot be done")


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
