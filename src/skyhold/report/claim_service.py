"""How sentences about the broadband service are judged."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skyhold.coverage_chapter import findings
from skyhold.drawing import numerals
from skyhold.drawing.numerals import NBSP
from skyhold.report.verdicts import Claim, Judgement, Runs, Verdict
from skyhold.results.results import BroadbandResult

WAYS = {"LEO": "low orbit", "GEO": "a geostationary satellite", "fibre": "fibre"}


def was_there(claim: Claim, runs: Runs) -> Judgement | None:
    """True when a satellite with a gateway stood over the places nearly always on the day of the run."""
    result = runs.broadband
    group = findings.main_group(result) if result is not None else None
    if result is None or group is None:
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
