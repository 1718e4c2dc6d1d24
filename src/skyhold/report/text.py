"""The answer of a run in words, computed from its numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np

from skyhold.coverage_chapter import findings
from skyhold.coverage_chapter.findings import Served, Subject
from skyhold.drawing import numerals
from skyhold.drawing.page import variant_label
from skyhold.results.results import BroadbandResult
from skyhold.results.station import CombinedResult, Result, StationResult
from skyhold.service_chapter import findings as service_findings
from skyhold.service_chapter import text as service_text
from skyhold.station_chapter import text as station_text

SMALL_RTT_MS = 0.5
SMALL_COUNT = 0.05
MINUTE_S = 60.0


def headline(result: Result) -> str:
    """The answer of a run in one sentence, or in one for each branch."""
    if isinstance(result, StationResult):
        return station_text.headline(result)
    if isinstance(result, CombinedResult):
        return f"{headline(result.broadband)} {station_text.headline(result.station)}"
    if service_findings.has_service(result):
        return service_text.headline(result)
    return _connected(result)


def _connected(result: BroadbandResult) -> str:
    """Who had service, how far away the internet was, and what would change it most."""
    group = findings.main_group(result)
    if group is None:
        return f"{_when(result)} the scenario names no place and no cell, so nobody’s service was computed."
    clauses = [f"{_when(result)} {_overhead(result)}"]
    strongest = strongest_variant(result)
    if strongest:
        clauses.append(f"in the variant “{variant_label(strongest)}” {variant_clause(result, strongest, 2)}")
    return "; ".join(clauses) + "."


def _overhead(result: BroadbandResult) -> str:
    """Who had a satellite with a gateway in view, and how far away the internet was."""
    group = findings.main_group(result)
    assert group is not None
    said = _service(result, findings.served(result, group), findings.subject(result))
    rtt = findings.median_rtt_ms(result, group)
    return f"{said}; the median round trip was {numerals.milliseconds(rtt)}" if np.isfinite(rtt) else said


def summary_lines(result: Result) -> list[str]:
    """The headline of a run of any kind, then a sentence each on what it found and on its variants."""
    if isinstance(result, CombinedResult):
        return [*summary_lines(result.broadband), "", *summary_lines(result.station)]
    if isinstance(result, StationResult):
        return station_text.summary_lines(result)
    return _service_lines(result)


def _service_lines(result: BroadbandResult) -> list[str]:
    """The headline, then a sentence each on the area, the satellites, the handovers and the variants."""
    group = findings.main_group(result)
    if group is None:
        return [headline(result)]
    lines = [headline(result), *supporting_lines(result)]
    lines += [f"{variant_title(result, name)}: {variant_clause(result, name)}." for name in result.variants]
    return [
        *lines,
        "Simulated from published orbits and sites, not measured; the report lists every assumption.",
    ]


def supporting_lines(result: BroadbandResult) -> list[str]:
    """A sentence each on the area, the satellites and the handovers, where there is something to say.

    With demand first on what is carried, on sites, jammers and what moves, and on who had a satellite at all.
    """
    served = service_text.supporting_lines(result) if service_findings.has_service(result) else []
    if findings.main_group(result) is None:
        return served
    said = _overhead(result)
    overhead = [f"{said[0].upper()}{said[1:]}."] if served else []
    lines = (_area_line(result), _satellites_line(result), _handover_line(result))
    return [*served, *overhead, *(line for line in lines if line)]


def variant_title(result: BroadbandResult, name: str) -> str:
    """The title of a variant, or its name."""
    return result.variants[name].scenario.title or name


def pair(before: BroadbandResult, after: BroadbandResult) -> BroadbandResult:
    """Two runs as a baseline and its only variant, called "after"."""
    return replace(before, variants={"after": after})


def reference(result: BroadbandResult, name: str) -> str:
    """The earlier variant of the same time that a variant is to be seen beside; empty for the baseline."""
    if not service_findings.has_service(result):
        return ""
    clock = result.variants[name].scenario.clock
    if clock == result.scenario.clock:
        return ""
    first = next(one for one, run in result.variants.items() if run.scenario.clock == clock)
    return "" if first == name else first


def strongest_variant(result: BroadbandResult) -> str | None:
    """The variant to name first: one in which other events happen, else any; of these the one that costs most.

    Service counts first; where none costs service, delay.
    """
    group = findings.main_group(result)
    changes = {}
    for name, variant in result.variants.items():
        if group is None or not findings.has(variant, group):
            continue
        service = findings.served(variant, group).percent - findings.served(result, group).percent
        delay = findings.median_rtt_ms(variant, group) - findings.median_rtt_ms(result, group)
        same_events = variant.scenario.events == result.scenario.events
        changes[name] = (same_events, service, -delay if np.isfinite(delay) else 0.0)
    return min(changes, key=lambda name: changes[name]) if changes else None


def variant_clause(result: BroadbandResult, name: str, at_most: int = 3) -> str:
    """What a variant changes, as a clause: service first, then delay, then usable satellites; the first `at_most`."""
    other = reference(result, name)
    if other:
        pair_of = replace(result.variants[other], variants={name: result.variants[name]})
        return f"beside “{variant_title(result, other)}” {variant_clause(pair_of, name, at_most)}"
    variant, group = result.variants[name], findings.main_group(result)
    if group is None or not findings.has(variant, group):
        return "there is nothing to compare"
    before, after = findings.served(result, group), findings.served(variant, group)
    words = findings.subject(result)
    served = service_text.variant_clause(result, variant)
    stays = (
        ""
        if served and np.array_equal(before.served, after.served)
        else _service_change(before, after, words)
    )
    parts = [served, stays, _delay_change(result, name), _usable_change(result, name)]
    said = [part for part in parts if part][:at_most]
    if len(said) > 1 and ("," in said[0] or ":" in said[0]):
        return said[0] + "; " + numerals.listed(said[1:])
    return numerals.listed(said) if said else "nothing changes"


def _when(result: BroadbandResult) -> str:
    clock = result.scenario.clock
    span = numerals.period(clock.start_utc, clock.duration_h)
    if " to " not in span:
        return f"On {span}"
    return f"On {span}," if "," in span else f"From {span},"


def _service(result: BroadbandResult, service: Served, words: Subject) -> str:
    count, had = len(service.slots), "had a satellite with a gateway in view"
    if service.never == count:
        return _nobody(result, service, words)
    if count == 1:
        return f"{words.whole} {had} {_time_share(service, 0)}"
    if service.always == count:
        everybody = f"{words.whole} each" if words.named else f"every one of {words.whole}"
        return f"{everybody} {had} {_time_share(service, 0)}"
    worst, best = service.worst, int(np.argmax(service.served / service.slots))
    if service.always and not words.named:
        some = f"{numerals.whole(service.always)} of {words.whole} {had} all the time"
        if service.never:
            return f"{some}, {numerals.whole(service.never)} never"
        which = f"{service.names[worst]}, the worst served," if service.names else f"the worst {words.noun}"
        return f"{some}, and {which} {_time_share(service, worst)}"
    low, high = (_named_share(service, index) for index in (worst, best))
    return f"{words.whole} {had} between {low} and {high} of the time"


def _named_share(service: Served, index: int) -> str:
    name = f" ({service.names[index]})" if service.names else ""
    return f"{numerals.share(service.served[index], service.slots[index])}{name}"


def _time_share(service: Served, index: int) -> str:
    part, of = int(service.served[index]), int(service.slots[index])
    every = "in the one slot" if of == 1 else f"in all {numerals.whole(of)} slots"
    return every if part == of else f"{numerals.share(part, of)} of the time"


def _nobody(result: BroadbandResult, service: Served, words: Subject) -> str:
    one = len(service.slots) == 1 or words.named
    nobody = f"{words.whole} had no service" if one else f"none of {words.whole} had service"
    if not service.seen.any():
        degrees = result.scenario.terminal.min_elevation_deg
        return f"{nobody}: no satellite rose above {degrees:g}° there"
    seen = numerals.share(float(service.seen.sum()), float(service.slots.sum()))
    if findings.mean_of(result, service.group, "allowed_mean") == 0:
        return f"{nobody}: satellites were in view {seen} of the time, but never in a direction the antenna may use"
    if not findings.has(result, "gateways"):
        return f"{nobody}: satellites were in view {seen} of the time, but the scenario has no gateway"
    return f"{nobody}: satellites were in view {seen} of the time, but never together with a gateway"


def _area_line(result: BroadbandResult) -> str:
    if not (findings.has(result, "cells") and findings.has(result, "places")):
        return ""
    cells, area = findings.served(result, "cells"), findings.area_name(result) or "the area"
    count = len(cells.slots)
    if cells.always == count:
        return f"Across {area}, every one of {numerals.whole(count)} cells was served in all slots."
    worst = numerals.share(cells.served[cells.worst], cells.slots[cells.worst])
    never = (
        f"; {numerals.whole(cells.never)} never" if cells.never else f"; the worst cell {worst} of the time"
    )
    always = f"{numerals.whole(cells.always)} of {numerals.whole(count)}"
    return f"Across {area}, {always} cells were served all the time{never}."


def _satellites_line(result: BroadbandResult) -> str:
    group = findings.main_group(result)
    assert group is not None
    names = ("in_view_mean", "allowed_mean", "usable_mean")
    seen, allowed, usable = (numerals.amount(findings.mean_of(result, group, name)) for name in names)
    middle = f", {allowed} of them in a direction the antenna may use" if allowed != seen else ""
    return f"Satellites, on average: {seen} in view{middle}, {usable} with a gateway in view too."


def _handover_line(result: BroadbandResult) -> str:
    group = findings.main_group(result)
    assert group is not None
    rate = findings.mean_of(result, group, "handovers_per_hour")
    if not rate > 0 or result.scenario.clock.slot_period_s > MINUTE_S:  # slots too long to see them
        return ""
    return f"Handovers: {numerals.amount(rate)} an hour, one every {numerals.duration(3600.0 / rate)} on average."


def _service_change(before: Served, after: Served, words: Subject) -> str:
    if len(before.slots) == len(after.slots) and np.array_equal(before.served, after.served):
        return "" if before.never == len(before.slots) else "service stays as it is"
    worst, count = after.worst, len(after.slots)
    low = numerals.share(after.served[worst], after.slots[worst])
    which = f"{low} ({after.names[worst]})" if after.names else low
    if after.never == count:
        return "nobody is served any more"
    if after.percent > before.percent:
        return f"service rises from {before.share} to {after.share} of the time"
    if count == 1:
        return f"service falls from {before.share} to {after.share} of the time"
    lose = int((after.served < before.served).sum()) if len(before.slots) == count else 0
    verb = "loses" if lose == 1 else "lose"
    some = f"{numerals.whole(lose)} of {numerals.whole(count)} {words.plural} {verb} service at times"
    who = some if lose else "service falls"
    return (
        f"{who}: on average it is there {after.share} of the time instead of {before.share}, at worst {which}"
    )


def _delay_change(result: BroadbandResult, name: str) -> str:
    group = findings.main_group(result)
    assert group is not None
    before, after = (
        findings.median_rtt_ms(result, group),
        findings.median_rtt_ms(result.variants[name], group),
    )
    if not abs(after - before) >= SMALL_RTT_MS:
        return ""
    verb = "rises" if after > before else "falls"
    return f"the median round trip {verb} from {_pair_ms(before, after)}"


def _pair_ms(before: float, after: float) -> str:
    places = 0 if round(before) != round(after) else 1
    return f"{numerals.decimal(before, places)} to {numerals.decimal(after, places)}{numerals.NBSP}ms"


def _usable_change(result: BroadbandResult, name: str) -> str:
    group = findings.main_group(result)
    assert group is not None
    before = findings.mean_of(result, group, "usable_mean")
    after = findings.mean_of(result.variants[name], group, "usable_mean")
    if not abs(after - before) >= SMALL_COUNT:
        return ""
    verb = "rise" if after > before else "fall"
    return f"usable satellites {verb} from {numerals.amount(before)} to {numerals.amount(after)}"


def reproduction_period(result: BroadbandResult) -> str:
    """Start and end of the run, UTC, to the minute."""
    clock = result.scenario.clock
    end = clock.start_utc + timedelta(hours=clock.duration_h)
    return f"{clock.start_utc:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC"
