"""How sentences about the broadband service are judged."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.coverage_chapter import findings
from skyhold.drawing import numerals
from skyhold.drawing.numerals import NBSP
from skyhold.report.verdicts import Claim, Judgement, Runs, Verdict
from skyhold.results.results import BroadbandResult
from skyhold.service_chapter import findings as served
from skyhold.service_chapter import text as served_text

FLEET_LEAST = 11_000  # satellites of "12,000": what was licensed and granted is 11,908
CARRIED_LEAST_PERCENT = 95.0
UKRAINE = "Ukraine"
WAYS = {"LEO": "low orbit", "GEO": "a geostationary satellite", "fibre": "fibre"}


def was_there(claim: Claim, runs: Runs) -> Judgement | None:
    """True when a satellite with a gateway stood over the places nearly always on the day of the run."""
    result = runs.broadband
    group = findings.main_group(result) if result is not None else None
    if result is None or group is None or findings.area_name(result) != UKRAINE:
        return None
    service = findings.served(result, group)
    computed = (
        f"On {numerals.period(result.scenario.clock.start_utc, result.scenario.clock.duration_h)} the satellites and "
        f"gateways were there: {findings.subject(result).whole} had both {service.share} of the time. That terminals "
        "were switched on within ten hours is not computed."
    )
    verdict: Verdict = "true" if service.percent >= claim.tolerance_percent else "depends"
    if service.percent <= 0:
        verdict = "false"
    return Judgement(computed, service.percent, "% of time", verdict, _weakest(result))


def _weakest(result: BroadbandResult) -> str:
    """The variant with the least service, in words."""
    group = findings.main_group(result)
    found = {
        name: findings.served(run, group)
        for name, run in result.variants.items()
        if group is not None and findings.has(run, group)
    }
    if not found:
        return "A gateway lost or a higher mask was not computed in this run."
    name = min(found, key=lambda one: found[one].percent)
    title = result.variants[name].scenario.title or name
    return f"“{title}”: {found[name].share} of the time."


def census(claim: Claim, runs: Runs) -> Judgement | None:
    """The said number of satellites beside the operational ones of the fleet; true within the tolerance."""
    result = runs.broadband
    if (
        result is None
        or not findings.has(result, "shells")
        or "operational" not in result.tables["shells"].columns
    ):
        return None
    count = float(np.asarray(result.tables["shells"]["operational"], float).sum())
    off = 100 * (claim.said / count - 1) if count else float("inf")
    day = numerals.date(result.scenario.clock.start_utc)
    computed = f"The fleet of the run, {day}, has {numerals.whole(count)} operational satellites."
    verdict: Verdict = "true" if abs(off) <= claim.tolerance_percent else "false"
    turned = (
        f"Said {abs(off):.1f}{NBSP}% {'more' if off > 0 else 'less'}; launches, and what counts as operational, "
        f"move it: it would fail beyond {claim.tolerance_percent:g}{NBSP}%."
    )
    return Judgement(computed, count, "satellites", verdict, turned)


def latency_high(claim: Claim, runs: Runs) -> Judgement | None:
    """True when the median round trip of that way is above the limit at every place."""
    return _latency(claim, runs, above=True)


def latency_low(claim: Claim, runs: Runs) -> Judgement | None:
    """True when the median round trip of that way is below the limit at every place."""
    return _latency(claim, runs, above=False)


def _latency(claim: Claim, runs: Runs, above: bool) -> Judgement | None:
    medians = _medians(runs.broadband)
    asked = medians.get(claim.places[0])
    if asked is None:
        return None
    held = (asked > claim.said) if above else (asked <= claim.said)
    verdict: Verdict = "true" if held.all() else "depends" if held.any() else "false"
    each = [f"{numerals.milliseconds(float(np.median(v)))} by {WAYS.get(w, w)}" for w, v in medians.items()]
    computed = f"Median round trip: {numerals.listed(each)}."
    worst = float(asked.min() if above else asked.max())
    turned = (
        f"The place nearest to turning it has {numerals.milliseconds(worst)}; true {'above' if above else 'below'} "
        f"{claim.said:g}{NBSP}ms. Load, which adds to the delay, is not in it."
    )
    return Judgement(computed, float(np.median(asked)), "ms", verdict, turned)


def _medians(result: BroadbandResult | None) -> dict[str, NDArray[np.float64]]:
    """Median round trips of the places by way, ms, those that are known."""
    if result is None or not findings.has(result, "three_ways"):
        return {}
    table = result.tables["three_ways"]
    ways, values = table["way"].astype(str), np.asarray(table["rtt_median_ms"], float)
    known = {way: values[(ways == way) & np.isfinite(values)] for way in WAYS}
    return {way: found for way, found in known.items() if len(found)}


def withstood(claim: Claim, runs: Runs) -> Judgement | None:
    """True when nearly all cells keep half of their rate undefended; false when few do even so; else it depends."""
    one = served.jammed(runs.broadband) if runs.broadband is not None else None
    if one is None:
        return None
    bare, kept = (100.0 * float((left >= served.HALF_PERCENT).mean()) for left in (one.bare, one.defended))
    after = f", {numerals.share(kept, 100.0)} with its countermeasures" if one.defence else ""
    computed = (
        f"Under the jammers of the run {numerals.share(bare, 100.0)} of {numerals.whole(len(one.bare))} cells keep "
        f"half of their clear rate{after}. Hacking is not computed."
    )
    verdict: Verdict = "true" if bare >= claim.tolerance_percent else "false" if kept < 50.0 else "depends"
    turned = (
        "Every jammer’s power and place is an estimate, and what was switched on against them is not public. Without "
        f"countermeasures {_lost(one)}."
    )
    return Judgement(computed, kept, "% of cells", verdict, turned)


def _lost(one: served.Jammed) -> str:
    cells, people = served.touched(one, one.bare, served.HALF_PERCENT)
    lived = f", home to {served_text.people(people)} people," if np.isfinite(people) else ""
    return f"{numerals.counted(cells, 'cell')}{lived} {'falls' if cells == 1 else 'fall'} below half"


def moving_served(claim: Claim, runs: Runs) -> Judgement | None:
    """True when every drone of every case has service nearly all the way; false when none has it half of the way."""
    flights = _flights(runs.broadband)
    if not flights:
        return None
    shares = np.array([float(row["served_percent"]) for row in flights])
    worst = flights[int(shares.argmin())]
    verdict: Verdict = "true" if shares.min() >= claim.tolerance_percent else "depends"
    verdict = "false" if shares.max() < 50.0 else verdict
    fast = served_text.rate(float(flights[0]["down_median_mbit_s"]))
    computed = (
        f"{flights[0]['name']}: service {numerals.share(shares[0], 100.0)} of the way, {fast} down in the median if "
        "one channel were its own."
    )
    turned = (
        f"The worst of {numerals.counted(len(flights), 'flight')} has it {numerals.share(shares.min(), 100.0)} of the "
        f"way, with {numerals.duration(float(worst['longest_outage_s']))} as the longest gap. Jammers on the way "
        "decide; whether the drone itself survives is not computed."
    )
    return Judgement(computed, float(shares.min()), "% of the way", verdict, turned)


def _flights(result: BroadbandResult | None) -> list[dict[str, Any]]:
    """Rows of the drones of all cases, the baseline's first."""
    cases = [] if result is None else [result, *result.variants.values()]
    rows = [row for run in cases if findings.has(run, "moving") for row in run.tables["moving"].rows()]
    return [row for row in rows if row["kind"] == "drone"]


def terminals_by(claim: Claim, runs: Runs) -> Judgement | None:
    """True when as many terminals as said have come by that day, within the tolerance."""
    row = _restored(claim, runs.broadband)
    if row is None:
        return None
    came, stood, working = (served_text.people(row[key]) for key in ("delivered", "in_place", "working"))
    off = abs(row["delivered"] / claim.said - 1)
    verdict: Verdict = "true" if off <= claim.tolerance_percent / 100 else "false"
    computed = f"By that day {came} had come; {stood} stood in place, {working} of them with power."
    turned = (
        "The deliveries of the scenario follow statements like this one, so their sum is no proof; computed are the "
        "road, the losses and the power."
    )
    return Judgement(computed, float(row["delivered"]), "terminals", verdict, turned)


def _restored(claim: Claim, result: BroadbandResult | None) -> dict[str, Any] | None:
    """The row of the restoration on the day of the claim."""
    if result is None or not findings.has(result, "restoration"):
        return None
    return next((row for row in result.tables["restoration"].rows() if row["date"] == claim.day), None)


def users_on(claim: Claim, runs: Runs) -> Judgement | None:
    """Depends when as many people as said stand behind terminals with power: how many share one was taken from it."""
    row = _restored(claim, runs.broadband)
    if row is None or runs.broadband is None:
        return None
    users, each = float(row["users"]), served.people_per_terminal(runs.broadband)
    near = abs(users / claim.said - 1) <= claim.tolerance_percent / 100
    computed = (
        f"On that day {served_text.people(users)} people are behind terminals with power"
        f"{_carried(claim, runs.broadband)}."
    )
    turned = (
        f"That {each:g} people share a terminal was itself taken from this number: what is tested is where terminals "
        "stand, what is lost, and whether the sky carries it."
    )
    return Judgement(computed, users, "people", "depends" if near else "false", turned)


def _carried(claim: Claim, result: BroadbandResult) -> str:
    """How much of what they ask is carried in the case of that day, where one was run."""
    cases = served.runs(result).values() if served.has_service(result) else ()
    days = [run for run in cases if run.scenario.clock.start_utc.date().isoformat() == claim.day]
    if not days:
        return ""
    now = served.standing(days[0])
    share = numerals.share(100.0 - now.unserved_percent, 100.0)
    return f"; {share} of what they ask is carried, as if {served_text.people(now.served)} had all of it"


def online(claim: Claim, runs: Runs) -> Judgement | None:
    """True when a fleet of that size serves as many; false when it cannot carry what fewer ask; else it depends."""
    run = _global_fleet(runs.broadband)
    if run is None or run.scenario.demand is None:
        return None
    now, spec = served.standing(run), run.scenario.demand
    carried = 100.0 - now.unserved_percent
    verdict: Verdict = "depends" if carried >= CARRIED_LEAST_PERCENT else "false"
    verdict = "true" if now.served >= claim.said * (1 - claim.tolerance_percent / 100) else verdict
    fleet, off, behind, full = (
        numerals.whole(float(len(run.tables["satellites"]))),
        *(served_text.people(count) for count in (now.dependents, now.users, now.served)),
    )
    computed = (
        f"{fleet} satellites over the globe: {off} people are without access; of the {behind} behind terminals "
        f"{full} get what they ask."
    )
    turned = (
        f"{spec.adoption_percent:g}{NBSP}% of the households without access have a terminal in this run, and ask "
        f"{spec.busy_hour_mbit_s:g}{NBSP}Mbit/s in the busy hour; {numerals.share(carried, 100.0)} of it is carried, "
        f"the rest lacks this: {now.main_on_air.words}. Without lasers nobody is served where no gateway is in reach."
    )
    return Judgement(computed, now.served, "people", verdict, turned)


def _global_fleet(result: BroadbandResult | None) -> BroadbandResult | None:
    """The first run of the globe with demand and a fleet of about twelve thousand."""
    if result is None or not served.has_service(result):
        return None
    globe = [run for run in served.runs(result).values() if run.scenario.area and run.scenario.area.globe]
    return next((run for run in globe if len(run.tables["satellites"]) >= FLEET_LEAST), None)
