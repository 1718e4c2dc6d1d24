"""The parts of the report of a run, in the order in which somebody who decides asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from skyhold.coverage_chapter import figures, findings, globe, maps, strips, tables
from skyhold.coverage_chapter.findings import Served
from skyhold.coverage_chapter.maps import Atlas
from skyhold.drawing import numerals, palette
from skyhold.drawing.frame import Frame
from skyhold.drawing.page import Figure, Legend, Section, View
from skyhold.drawing.palette import Scale
from skyhold.results.results import BroadbandResult, Group
from skyhold.results.tables import Table

PLACES_SHOWN = 60
WORLD_PX = 940.0
VIEW_HEADS = (
    "Time with a satellite in view",
    "and a gateway too",
    "In view, mean",
    "Allowed, mean",
    "Usable, mean",
)
PLACE_HEADS = (
    "Time with service",
    "Slots missed",
    "Longest gap",
    "Satellites in view",
    "Usable, mean (least)",
)
GROUPS: tuple[Group, ...] = ("cells", "places")


def sections(result: BroadbandResult, atlas: Atlas | None) -> list[Section]:
    """All parts that this run can fill."""
    makers = (by_place, in_view_or_usable, over_time, distributions, tables.ways, tables.segment)
    made = (where(result, atlas), *(maker(result) for maker in makers))
    return [section for section in made if section and (section.figures or section.tables)]


def where(result: BroadbandResult, atlas: Atlas | None) -> Section:
    """The maps and the globe."""
    shown = []
    if atlas is not None:
        note = f"Gateways off this map: {numerals.listed(atlas.outside, 6)}." if atlas.outside else ""
        large = maps.atlas(result, WORLD_PX) if atlas.world else atlas
        shown = [
            replace(service_map(result, large or atlas, note), wide=atlas.world),
            _globe(result),
            delay_map(result, atlas),
            usable_map(result, atlas),
        ]
    lead = (
        "Blue is service and orange its lack; for delay and satellites, brighter is better. Triangles are gateways. "
        + _cells_in_words(result)
    )
    return Section("where", "Where", lead, [figure for figure in shown if figure])


def service_map(result: BroadbandResult, atlas: Atlas, note: str = "") -> Figure:
    """Percent of slots with service."""
    values = by_group(result, service_percent)
    label = "Map of the time with service. " + _spread(values, "%")
    return coloured(result, atlas, palette.service_scale(), values, "Time with service", label, note)


def delay_map(result: BroadbandResult, atlas: Atlas) -> Figure:
    """Median round trip."""
    values = by_group(result, lambda table: np.asarray(table["rtt_median_ms"], float))
    scale = palette.amount_scale("Median round trip", _all(values), palette.VIRIDIS[::-1], "ms", 1.0)
    return coloured(
        result,
        atlas,
        scale,
        values,
        "Median round trip",
        "Map of the median round trip. " + _spread(values, "ms"),
    )


def usable_map(result: BroadbandResult, atlas: Atlas) -> Figure:
    """Mean number of usable satellites."""
    values = by_group(result, lambda table: np.where(table["usable_mean"] > 0, table["usable_mean"], np.nan))
    scale = palette.amount_scale("Satellites usable, mean", _all(values), palette.VIRIDIS, nothing="none")
    label = "Map of the mean number of usable satellites. " + _spread(values, "satellites")
    return coloured(result, atlas, scale, values, "Satellites usable at a time, mean", label)


def coloured(
    result: BroadbandResult, atlas: Atlas, scale: Scale, values: dict[str, NDArray[np.float64]], title: str, label: str,
    note: str = "",
) -> Figure:  # fmt: skip
    """A map with its legend."""
    legend = Legend(scale.title, scale.legend(values.get("cells", _all(values))), note)
    return Figure(title, maps.map_of(atlas, result, scale, values, label), legend)


def by_group(
    result: BroadbandResult, values: Callable[[Table], NDArray[Any]]
) -> dict[str, NDArray[np.float64]]:
    """Values of the cells and of the places, whichever the run has."""
    return {g: np.asarray(values(result.tables[g]), float) for g in GROUPS if findings.has(result, g)}


def service_percent(table: Table) -> NDArray[np.float64]:
    """Percent of slots served, exactly 100 only for all of them, NaN for none."""
    return figures.service_percent(np.asarray(table["slots_served"]), np.asarray(table["slots"]))


def _globe(result: BroadbandResult) -> Figure | None:
    drawn = globe.globe(result)
    if drawn is None:
        return None
    when = globe.snapshot_time(result)
    entries = [(palette.BLUE, "satellite with a gateway in view"), ("#7b8696", "satellite without"),
               ("#cde7f7", "a satellite with a gateway is overhead"), (palette.VERMILION, "gateway")]  # fmt: skip
    title = f"One instant: {when}" if when else "One instant of the run"
    return Figure(title, drawn, Legend("", entries, "Lines: who serves whom.", "dot"))


def by_place(result: BroadbandResult) -> Section | None:
    """A row for each place: service, satellites, round trip, handovers."""
    if not findings.has(result, "places"):
        return None
    words, table = findings.subject(result), result.tables["places"]
    low, high = np.nanmin(np.append(table["rtt_p05_ms"], 1e9)), np.nanmax(np.append(table["rtt_p95_ms"], 0))
    frame = figures.interval_frame(float(low), float(high)) if high > 0 else figures.interval_frame(0, 100)
    gaps, service = findings.longest_outage_s(result), findings.served(result, "places")
    rows = [_place_row(table, u, service, float(gaps[u]), frame) for u in _shown(service)]
    head = Markup(
        '<span class="over">Round trip: 5th, 50th, 95th percentile (ms)</span>'
    ) + figures.interval_axis(frame)
    heads = [words.noun.capitalize(), *PLACE_HEADS, head, "Median", "95th", "Handovers an hour"]
    note = _rows_left_out(len(table))
    view = View(f"Service and round trip by {words.noun}", heads, "lrrrrrlrrr", rows, note)
    return Section(
        "by-place", f"By {words.noun}", _service_lead(service, words.noun, words.plural), tables=[view]
    )


def _place_row(table: Table, u: int, service: Served, gap_s: float, frame: Frame) -> list[Any]:
    p05, median, p95 = (float(table[f"rtt_{name}_ms"][u]) for name in ("p05", "median", "p95"))
    missed = int(service.slots[u] - service.served[u])
    return [
        service.names[u],
        numerals.share(service.served[u], service.slots[u]),
        f"{numerals.whole(missed)} of {numerals.whole(service.slots[u])}" if missed else "none",
        numerals.duration(gap_s) if missed else numerals.NONE,
        numerals.amount(float(table["in_view_mean"][u])),
        f"{numerals.amount(float(table['usable_mean'][u]))} ({int(table['usable_min'][u])})",
        figures.interval(frame, p05, median, p95),
        numerals.decimal(median, 0),
        numerals.decimal(p95, 0),
        numerals.decimal(float(table["handovers_per_hour"][u]), 0),
    ]


def _shown(service: Served) -> list[int]:
    """All rows, or the worst served where there are too many."""
    if len(service.slots) <= PLACES_SHOWN:
        return list(range(len(service.slots)))
    order = np.argsort(service.served / np.maximum(service.slots, 1), kind="stable")
    return sorted(order[:PLACES_SHOWN].tolist())


def _rows_left_out(count: int) -> str:
    return (
        f"The {PLACES_SHOWN} worst served of {numerals.whole(count)}; all are in tables/places.csv."
        if count > PLACES_SHOWN
        else ""
    )


def _service_lead(service: Served, noun: str, plural: str) -> str:
    count = len(service.slots)
    slots = numerals.whole(service.slots[0])
    if service.always == count:
        who = f"The {noun} was" if count == 1 else f"All {count} {plural} were"
        return f"{who} served in all {slots} slots."
    always = numerals.counted(service.always, noun, plural)
    return f"{always} of {count} served in all {slots} slots, {service.never} never."


def in_view_or_usable(result: BroadbandResult) -> Section | None:
    """A satellite in view is not service: a gateway must be in its view too."""
    group = findings.main_group(result)
    if group is None:
        return None
    rows = [_view_row(result, group) for group in GROUPS[::-1] if findings.has(result, group)]
    heads = ["", *VIEW_HEADS]
    view = View("A satellite in view, and a satellite and a gateway in view", heads, "lrrrrr", rows)
    dots = figures.in_view_and_usable(result)
    entries = [
        (palette.BLUE, "usable: a gateway in view too"),
        (palette.PURPLE, "allowed by the antenna"),
        (palette.ORANGE, "in view"),
    ]
    shown = (
        [Figure("Satellites over each place, mean", dots, Legend("", entries, shape="dot"))] if dots else []
    )
    lead = (
        "A satellite overhead is not yet service: without lasers it must see a gateway at the same time. "
        "The two are different numbers; only the second is service."
    )
    lines = figures.lines_of(result, lambda run: findings.count_shares(run, "usable"))
    bars = figures.histogram(lines, "Usable satellites at a time")
    if bars:
        shown.append(Figure("How many satellites are usable", bars, _runs_legend(lines)))
    merits = tables.coverage(result)
    return Section("in-view", "In view, or usable?", lead, shown, [view, merits] if merits else [view])


def _view_row(result: BroadbandResult, group: Group) -> list[str]:
    service = findings.served(result, group)
    total = float(service.slots.sum())
    means = [
        numerals.amount(findings.mean_of(result, group, f"{n}_mean"))
        for n in ("in_view", "allowed", "usable")
    ]
    words = findings.subject(result)
    label = numerals.counted(
        len(service.slots), *(("cell",) if group == "cells" else (words.noun, words.plural))
    )
    return [label, numerals.share(float(service.seen.sum()), total), service.share, *means]


def over_time(result: BroadbandResult) -> Section | None:
    """The strip of service by hour, and satellites over the day."""
    if findings.main_group(result) is None or not int(result.manifest["slots"]):
        return None
    shown = _strips(result) if findings.has(result, "places") else []
    series = findings.day_series(result)
    entries = [(palette.ORANGE, "in view"), (palette.PURPLE, "allowed by the antenna"), (palette.BLUE, "usable"),
               ("#d3ebf8", "least to most usable anywhere")]  # fmt: skip
    caption = (
        f"Means over {numerals.duration(60 * series.bin_minutes)} and all {findings.subject(result).plural}."
    )
    shown.append(
        Figure("Satellites over time", strips.day(series, result), Legend("", entries), caption, wide=True)
    )
    return Section("when", "When", "", shown)


def _strips(result: BroadbandResult) -> list[Figure]:
    """Service by the hour where it is not whole, and how near to none it came."""
    strip, names = findings.service_strip(result), result.place_names
    hours = "hour" if strip.hours == 1 else f"{strip.hours} hours"
    scale = strips.margin_scale(strip)
    legend = Legend(scale.title, scale.legend(strips.least_values(strip)))
    shown = [
        Figure(
            f"Fewest usable satellites at any moment, by {hours}",
            strips.margin(strip, names),
            legend,
            wide=True,
        )
    ]
    if (strip.served < strip.slots).any():
        scale = palette.service_scale()
        legend = Legend(scale.title, scale.legend(figures.service_percent(strip.served, strip.slots)))
        shown.insert(0, Figure(f"Service by {hours}", strips.service(strip, names), legend, wide=True))
    return shown


def distributions(result: BroadbandResult) -> Section | None:
    """Round trips and stays with one satellite."""
    lines = figures.lines_of(result, findings.rtt_sample_ms)
    drawn = figures.cdf(lines)
    shown = [Figure("Round trip, all served slots", drawn, _runs_legend(lines, "line"))] if drawn else []
    lengths = findings.stays_slots(result)
    stays = figures.stays(lengths, result.scenario.clock.slot_period_s)
    lead = ""
    if stays:
        middle = numerals.duration(float(np.median(lengths)) * result.scenario.clock.slot_period_s)
        shown.append(Figure("How long one satellite serves", stays))
        noun = findings.subject(result).noun
        lead = f"A {noun} keeps one satellite for {middle} in the median; each change is a handover."
    return Section("delay", "Delay and handovers", lead, shown)


def _runs_legend(lines: list[figures.Line], shape: str = "square") -> Legend:
    return Legend("", [(line.colour, line.label) for line in lines], shape=shape)


def _cells_in_words(result: BroadbandResult) -> str:
    if not findings.has(result, "cells"):
        return "Dots are places."
    resolution = result.scenario.area.h3_resolution if result.scenario.area else 0
    cells = numerals.counted(len(result.tables["cells"]), "cell")
    return f"Each of the {cells} is an H3 cell of resolution {resolution}."


def _all(values: dict[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.concatenate(list(values.values())) if values else np.empty(0)


def _spread(values: dict[str, NDArray[np.float64]], unit: str) -> str:
    known = _all(values)
    known = known[np.isfinite(known)]
    if not len(known):
        return "No place has service."
    return f"From {numerals.amount(float(known.min()))} to {numerals.amount(float(known.max()))} {unit}."
