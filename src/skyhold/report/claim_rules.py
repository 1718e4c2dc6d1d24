"""How sentences about the station are judged: which number decides, when it is true, what would turn the verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from skyhold.constants import MU_M3_S2, WGS84_A_M
from skyhold.drawing import numerals
from skyhold.drawing.numerals import NBSP
from skyhold.report import station_findings
from skyhold.report.station_findings import EUROPE, Fall
from skyhold.report.verdicts import Claim, Judgement, Runs, Verdict
from skyhold.results.station import StationResult
from skyhold.station.exposure import EU27

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
    """The said mass in tonnes beside the stated one; true within the tolerance."""
    if runs.station is None:
        return None
    kg, who = station_findings.stated_mass_kg(runs.station)
    if not math.isfinite(kg):
        return None
    tonnes, excess = kg / 1000, 100 * (1000 * claim.said / kg - 1)
    near = abs(excess) <= claim.tolerance_percent
    side = "more" if excess > 0 else "less"
    computed = (
        f"{numerals.decimal(tonnes, 1)}{NBSP}t ({who}): what was said is {abs(excess):.0f}{NBSP}% {side}."
    )
    edge = claim.said / (1 + claim.tolerance_percent / 100)
    short = kg / SHORT_TON_KG
    turned = (
        f"It would hold from {edge:.0f}{NBSP}t on ({claim.tolerance_percent:g}{NBSP}% off at most). "
        f"In American short tons of 907{NBSP}kg the station weighs {short:.0f}."
    )
    return Judgement(computed, tonnes, "t", "true" if near else "false", turned)


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
    people = station_findings.country_share(result, codes, "people_under_track")
    minutes = share / 100 * 24 * 60
    computed = (
        f"It is over {name} {share:.2f}{NBSP}% of the time, {minutes:.0f} minutes a day; "
        f"{numerals.amount(people / 1e6)} million people there live under its track, and {casualties:.1f}{NBSP}% "
        "of the people an uncontrolled fall is expected to hurt are there."
    )
    tip = station_findings.southernmost_deg(code)
    turned = (
        f"Only an orbit inclined less than {tip:.1f}° would miss {name}; "
        f"the station’s is {station_findings.inclination_deg(result):.1f}°."
    )
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
    return f"If nobody pushes, it comes down {when.window}, not at once. " if when and when.early else ""


def _fall_sensitivity(result: StationResult) -> str:
    water = station_findings.figure(result, "risk", "water")
    share = f" ({100 * water if water <= 1 else water:.0f}{NBSP}% of its track is water)" if water > 0 else ""
    return (
        f"Where it falls is open until the last hours{share}. Any push before then, or a deorbit on purpose, "
        "turns it to false."
    )


def nobody_else(claim: Claim, runs: Runs) -> Judgement | None:
    """False when a set of partners without Russia holds the band; true when none does."""
    if runs.station is None or not station_findings.has(runs.station, "holders"):
        return None
    sets = station_findings.without_russia(runs.station)
    if not sets:
        return None
    able = [row for row in sets if station_findings.yes(row["feasible"])]
    best = max(able or sets, key=lambda row: float(row["months_held"]))
    names = station_findings.partners_in_words(runs.station, str(best["partners"]))
    need = f"{numerals.decimal(float(best['flights_needed_year']), 1)} flights a year of "
    need += f"{numerals.decimal(float(best['flights_available_year']), 1)} that there are"
    kg = float(best["propellant_kg_year"])
    if able:
        return Judgement(
            f"{names} could hold it: {need}, {numerals.whole(kg)}{NBSP}kg of propellant a year.",
            float(best["months_held"]), "months", "false", _unproven(runs.station),
        )  # fmt: skip
    months = float(best["months_held"])
    computed = f"The best set without Russia, {names}, holds it for {months:.0f} months; it needs {need}."
    if best["binding"]:
        computed += f" What stops it: {best['binding']}."
    return Judgement(computed, float(best["months_held"]), "months", "true", _unproven(runs.station))


def _unproven(result: StationResult) -> str:
    """What a variant in which craft may push that had never done so says."""
    tried = [run for run in result.variants.values() if run.scenario.reboost.allow_unproven]
    sets = [row for run in tried for row in station_findings.without_russia(run)]
    if not sets:
        return "Not computed here: craft that had never pushed a station."
    if any(station_findings.yes(row["feasible"]) for row in sets):
        return "With craft that had never pushed a station before, partners without Russia could hold it."
    return (
        "Even with craft that had never pushed a station before, partners without Russia could not hold it."
    )


def _craft(result: StationResult) -> list[dict[str, Any]]:
    """Craft in service on the day that have something to push with."""
    found = [
        row for row in station_findings.rows(result, "vehicles") if station_findings.yes(row["available"])
    ]
    return [row for row in found if station_findings.yes(row["can_push"]) and float(row["delta_v_m_s"]) > 0]


def craft_can(claim: Claim, runs: Runs) -> Judgement | None:
    """True when the craft is in service and has done it, depends when it has the delta-v only, else false."""
    if runs.station is None or not station_findings.has(runs.station, "vehicles"):
        return None
    named = [row for row in station_findings.rows(runs.station, "vehicles")
             if any(word in str(row["name"]).lower() for word in claim.places)]  # fmt: skip
    able = [
        row for row in _craft(runs.station) if any(word in str(row["name"]).lower() for word in claim.places)
    ]
    later = [row for row in named if row not in able]
    turned = "".join(
        f"{row['name']}: {row['note'] or 'not in service on the day'}. " for row in later
    ).strip()
    if not able:
        return Judgement("None of its craft could push on that day.", 0.0, "m/s a flight", "false", turned)
    best = max(able, key=lambda row: float(row["delta_v_m_s"]))
    proven = any(station_findings.yes(row["proven"]) for row in able)
    had = "one had pushed the station by then" if proven else "none had pushed the station by then"
    each = numerals.listed([f"{row['name']} {float(row['delta_v_m_s']):.1f}{NBSP}m/s" for row in able])
    computed = f"A flight could give: {each}; {had}."
    turned = turned or "A craft built for it would turn it to true."
    return Judgement(
        computed, float(best["delta_v_m_s"]), "m/s a flight", "true" if proven else "depends", turned
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
