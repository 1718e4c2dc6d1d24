"""How sentences about the station are judged: which number decides, when it is true, what would turn the verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from skyhold.constants import MU_M3_S2, WGS84_A_M
from skyhold.drawing import numerals
from skyhold.drawing.numerals import NBSP
from skyhold.holding.reboost import delta_v_of
from skyhold.report.verdicts import Claim, Judgement, Runs, Verdict
from skyhold.results.station import StationResult
from skyhold.risk.exposure import EU27
from skyhold.scenario import library
from skyhold.station_chapter import findings as station_findings
from skyhold.station_chapter import text as station_text
from skyhold.station_chapter.findings import EUROPE, Fall

SHORT_TON_KG, MILE_M = 907.18474, 1609.344  # exact by definition (NIST SP 811, appendix B)
LIKELY_PERCENT = 50.0
GROUPS: Mapping[str, tuple[frozenset[str], str]] = {
    "Europe": (EUROPE, "Europe (without Russia and Turkey)"),
    "USA": (frozenset({"USA"}), "the United States"),
    "IND": (frozenset({"IND"}), "India"),
    "CHN": (frozenset({"CHN"}), "China"),
    "RUS": (frozenset({"RUS"}), "Russia"),
}


def mass(claim: Claim, runs: Runs) -> Judgement | None:
    """The said mass in tonnes beside that of the day; true within the tolerance."""
    if runs.station is None:
        return None
    kg, record = station_findings.mass_kg(runs.station), station_findings.mass_record(runs.station)
    if not math.isfinite(kg):
        return None
    excess = 100 * (1000 * claim.said / kg - 1)
    stated = ""
    if record is not None:
        over = 100 * (1000 * claim.said / record.mass_kg - 1)
        day = station_findings.short_day(record.day)
        stated = f" On {day} {record.mass_kg / 1000:.1f}{NBSP}t were stated ({_off(over)})."
    computed = (
        f"{kg / 1000:.1f}{NBSP}t on the day with what is docked: what was said is {_off(excess)}.{stated}"
    )
    edge = claim.said / (1 + claim.tolerance_percent / 100)
    turned = (
        f"It would hold from {edge:.0f}{NBSP}t on ({claim.tolerance_percent:g}{NBSP}% off at most). In American short "
        f"tons of 907{NBSP}kg the station weighs {kg / SHORT_TON_KG:.0f}."
    )
    near = abs(excess) <= claim.tolerance_percent
    return Judgement(computed, kg / 1000, "t", "true" if near else "false", turned)


def _off(percent: float) -> str:
    return f"{abs(percent):.0f}{NBSP}% {'more' if percent > 0 else 'less'}"


def speed(claim: Claim, runs: Runs) -> Judgement | None:
    """Speed of a circular orbit, v = sqrt(mu / a), in miles an hour; true within the tolerance."""
    if runs.station is None:
        return None
    motion = runs.station.scenario.orbit.mean_motion_rev_day * 2 * math.pi / 86_400
    metres = (MU_M3_S2 * motion) ** (1 / 3)
    mph = metres / MILE_M * 3600
    off = 100 * (claim.said / mph - 1)
    height = ((MU_M3_S2 / motion**2) ** (1 / 3) - WGS84_A_M) / 1000
    computed = (
        f"{numerals.whole(mph)} miles an hour ({metres / 1000:.2f}{NBSP}km/s) at {height:.0f}{NBSP}km: "
        f"what was said is {abs(off):.1f}{NBSP}% {'more' if off > 0 else 'less'}, a round number."
    )
    low = (MU_M3_S2 / (claim.said * MILE_M / 3600) ** 2 - WGS84_A_M) / 1000
    place = (
        "below the ground, so no orbit has it exactly"
        if low < 0
        else f"that of a circular orbit at {low:.0f}{NBSP}km"
    )
    verdict: Verdict = "true" if abs(off) <= claim.tolerance_percent else "false"
    return Judgement(computed, mph, "mph", verdict, f"To the mile it is {place}.")


def never_over(claim: Claim, runs: Runs) -> Judgement | None:
    """True when the track never passes over the country."""
    result = runs.station
    if result is None or not station_findings.has(result, "risk_countries"):
        return None
    code = claim.places[0]
    codes, name = GROUPS[code]
    share = station_findings.country_share(result, codes, "time_share_percent")
    casualties = station_findings.country_share(result, codes)
    limit = station_findings.inclination_deg(result)
    people = station_findings.people_under(code, limit, float(result.scenario.risk.population_year))
    minutes = share / 100 * 24 * 60
    computed = (
        f"It is over {name} {share:.2f}{NBSP}% of the time, {minutes:.0f} minutes a day; "
        f"{numerals.amount(people / 1e6)} million people there live under its track, south of {limit:.1f}° north, and "
        f"{casualties:.1f}{NBSP}% "
        "of the people an uncontrolled fall is expected to hurt are there."
    )
    tip = station_findings.southernmost_deg(code)
    turned = f"Only an orbit inclined less than {tip:.1f}° would miss {name}; the station’s is {limit:.1f}°."
    return Judgement(computed, share, "% of time", "false" if share > 0 else "true", turned)


def falls_on(claim: Claim, runs: Runs) -> Judgement | None:
    """True when more than half of the track lies over the places, false when none, else it depends."""
    result = runs.station
    if result is None or not station_findings.has(result, "risk_countries"):
        return None
    groups = [GROUPS[place] for place in claim.places]
    codes = frozenset[str]().union(*(members for members, _ in groups))
    time = station_findings.country_share(result, codes, "time_share_percent")
    casualties = station_findings.country_share(result, codes)
    each = [
        f"{name} {station_findings.country_share(result, members, 'time_share_percent'):.1f}{NBSP}%"
        for members, name in groups
    ]
    union = ""
    if "Europe" in claim.places:
        union = f" (EU-27 alone: {station_findings.country_share(result, EU27):.1f}{NBSP}%)"
    computed = (
        f"{_fall_clause(station_findings.fall(station_findings.unpushed(result)))}"
        f"At a moment nobody chooses it is over {numerals.listed(each)} of the time; "
        f"{casualties:.0f}{NBSP}% of the expected casualties would be there{union}."
    )
    verdict: Verdict = "false" if time <= 0 else "true" if time > LIKELY_PERCENT else "depends"
    return Judgement(computed, time, "% of time", verdict, _fall_sensitivity(result))


def _fall_clause(when: Fall | None) -> str:
    if when is None or when.early is None:
        return ""
    return (
        f"If nobody pushes, it comes down {station_text.between(when)} (nine chances in ten), not at once. "
    )


def _fall_sensitivity(result: StationResult) -> str:
    water = station_findings.figure(result, "risk", "water")
    share = f" ({100 * water if water <= 1 else water:.0f}{NBSP}% of its track is water)" if water > 0 else ""
    return (
        f"Where it falls is open until the last hours{share}. Any push before then, or a deorbit on purpose, "
        "turns it to false."
    )


def nobody_else(claim: Claim, runs: Runs) -> Judgement | None:
    """False when a set of partners without Russia holds the band; true when none does."""
    if runs.station is None:
        return None
    sets = station_findings.without_russia(runs.station)
    if not sets:
        return None
    able = [row for row in sets if station_findings.yes(row["feasible"])]
    best = able[0] if able else sets[0]
    names = station_findings.partners_in_words(runs.station, str(best["partners"]))
    value = float(best["have_m_s_year"])
    if able:
        kg = numerals.whole(float(best["propellant_kg_year"]))
        computed = f"{names} could hold it, with {kg}{NBSP}kg of propellant a year."
        return Judgement(computed, value, "m/s a year", "false", _unproven(runs.station, best))
    computed = f"No set of partners without Russia holds the band: {station_text.shortfall(best)}."
    return Judgement(computed, value, "m/s a year", "true", _unproven(runs.station, best))


def _unproven(result: StationResult, best: dict[str, Any]) -> str:
    """What craft that had never pushed would add, alone and in a variant that lets them."""
    more = f"Craft that had never pushed a station would add {float(best['unproven_m_s_year']):.1f}{NBSP}m/s a year"
    tried = [run for run in result.variants.values() if run.scenario.reboost.allow_unproven]
    said = [station_findings.held(run) for run in tried]
    if any(said):
        return f"{more}; with them it could be held."
    even = "; even so it could not be held" if False in said else ""
    when = station_findings.fall(station_findings.unpushed(result))
    if when is None or when.early is None:
        return f"{more}{even}."
    months = (when.early - station_findings.start_day(result)).days / 30.44
    return f"{more}{even}. But the window of the fall opens only after {months:.0f} months: time to build or to agree."


def _craft(result: StationResult) -> list[dict[str, Any]]:
    """Craft in service on the day that have something to push with."""
    found = station_findings.rows(result, "vehicles")
    return [row for row in found if station_findings.yes(row["can_push"]) and float(row["delta_v_m_s"]) > 0]


def craft_can(claim: Claim, runs: Runs) -> Judgement | None:
    """True when craft of that name had pushed and give what a year takes; depends when they give some of it."""
    if runs.station is None or not station_findings.has(runs.station, "vehicles"):
        return None
    able = [row for row in _craft(runs.station) if _named(str(row["name"]), claim.places)]
    turned = _later_craft(runs.station, claim.places)
    if not able:
        return Judgement("None of its craft could push on that day.", 0.0, "m/s a year", "false", turned)
    proven = any(station_findings.yes(row["proven"]) for row in able)
    had = "one had pushed the station by then" if proven else "none had pushed the station by then"
    each = numerals.listed([f"{row['name']} {float(row['delta_v_m_s']):.1f}{NBSP}m/s" for row in able])
    give = sum(float(row["delta_v_m_s"]) * float(row["flights_per_year"]) for row in able)
    need = [float(row["need_m_s_year"]) for row in station_findings.rows(runs.station, "holders")]
    of = f" of the {need[0]:.0f} that it takes" if need else ""
    computed = f"A flight could give: {each}; the flights of a year {give:.1f}{NBSP}m/s{of}; {had}."
    enough = proven and bool(need) and give >= need[0]
    return Judgement(computed, give, "m/s a year", "true" if enough else "depends", turned)


def _named(name: str, words: tuple[str, ...]) -> bool:
    return any(word in name.lower() for word in words)


def _later_craft(result: StationResult, words: tuple[str, ...]) -> str:
    """Craft of that name which came into service after the day, and what they give a flight."""
    kg, start = station_findings.mass_kg(result), result.scenario.start_utc
    later = [
        f"{kind.title}, from {kind.available_from:%B %Y}: "
        f"{delta_v_of(kg, kind.usable_propellant_kg, kind.isp_s):.1f}{NBSP}m/s a flight"
        for kind in library.vehicles(*result.scenario.vehicles).values()
        if _named(kind.name, words) and kind.pushes and kind.available_from and kind.available_from > start
    ]
    return (
        f"What turns it came later: {'; '.join(later)}." if later else "A craft built for it would turn it."
    )


def only_russia(claim: Claim, runs: Runs) -> Judgement | None:
    """True when no other craft had pushed; false when others could give what is needed; else it depends."""
    if runs.station is None or not station_findings.has(runs.station, "vehicles"):
        return None
    others = [row for row in _craft(runs.station) if not station_findings.russian(str(row["partner"]))]
    proven = [row for row in others if station_findings.yes(row["proven"])]
    if not proven:
        text = "No craft of another partner in service had pushed the station before."
        return Judgement(text, 0.0, "m/s a flight", "true", _count_unproven(others))
    best = max(proven, key=lambda row: float(row["delta_v_m_s"]))
    able = any(station_findings.yes(row["feasible"]) for row in station_findings.without_russia(runs.station))
    computed = (
        f"{best['name']} had pushed it, {float(best['delta_v_m_s']):.1f}{NBSP}m/s a flight; craft of other partners "
        + ("could hold it" if able else "could not hold it alone")
        + "."
    )
    verdict: Verdict = "false" if able else "depends"
    return Judgement(computed, float(best["delta_v_m_s"]), "m/s a flight", verdict, _count_unproven(others))


def _count_unproven(others: list[dict[str, Any]]) -> str:
    count = sum(not station_findings.yes(row["proven"]) for row in others)
    return f"{count} more kinds of craft had propellant to spare and had never done it." if count else ""


def any_craft(claim: Claim, runs: Runs) -> Judgement | None:
    """True when all craft in service with delta-v had done it, false when none has any, else it depends."""
    if runs.station is None or not station_findings.has(runs.station, "vehicles"):
        return None
    able = _craft(runs.station)
    if not able:
        return Judgement("No craft in service had delta-v to spare.", 0.0, "kinds", "false", "")
    proven = [row for row in able if station_findings.yes(row["proven"])]
    low, high = (f(float(row["delta_v_m_s"]) for row in able) for f in (min, max))
    computed = (
        f"{len(able)} kinds of craft in service had some to spare, {low:.1f} to {high:.1f}{NBSP}m/s a flight; "
        f"{len(proven)} of them had pushed the station before."
    )
    gyros = station_findings.fact(runs.station, "attitude", "gyros alone", key="mode")
    turned = (
        f"Pushing is not all: with gyros alone, without Russian thrusters, the attitude is lost below about "
        f"{float(gyros['mid_km']):.0f}{NBSP}km."
        if gyros
        else "A burn also needs a port, an attitude and somebody who holds it."
    )
    return Judgement(
        computed, float(len(able)), "kinds", "true" if len(proven) == len(able) else "depends", turned
    )


def left_behind(claim: Claim, runs: Runs) -> Judgement | None:
    """True when somebody has no seat at all, depends when only a seat in need, false when all have seats."""
    if runs.station is None:
        return None
    gone = [run for run in runs.station.variants.values()
            if any(station_findings.russian(one.partner) for one in run.scenario.withdrawals)]  # fmt: skip
    run = next((one for one in gone if station_findings.has(one, "crew")), None)
    if run is None:
        return None
    seats = station_findings.rows(run, "seats")
    aboard = len(run.tables["crew"])
    nominal, need = (int(sum(int(row[key]) for row in seats)) for key in ("seats", "emergency_seats"))
    short = max(0, aboard - nominal)
    computed = (
        f"With Russia’s craft and people gone {aboard} are aboard with {nominal} seats: {short} short; "
        f"in need the docked craft take {need}."
    )
    verdict: Verdict = "true" if aboard > need else "depends" if short else "false"
    turned = "One more craft with a free seat turns it to false; so does a seat rigged in a Dragon."
    return Judgement(computed, float(short), "people short", verdict, turned)
