"""Maps of what cells get: rate, who lacks service and why, terminals of the plan, jamming before and after, tracks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from skyhold.coverage_chapter import maps
from skyhold.coverage_chapter.findings import has
from skyhold.coverage_chapter.maps import Atlas
from skyhold.drawing import palette, svg
from skyhold.drawing.numerals import NBSP
from skyhold.drawing.page import Figure, Legend
from skyhold.drawing.palette import Scale
from skyhold.results.results import BroadbandResult
from skyhold.results.tables import Table
from skyhold.service.reasons import Reason
from skyhold.service_chapter import findings as found
from skyhold.service_chapter import text
from skyhold.service_chapter.findings import Floats

MAP_PX, WORLD_PX = 460.0, 940.0
DARK, PALE = "#7b8696", "#eceef2"
COLOURS: dict[Reason, str] = {
    Reason.SERVED: palette.BLUE,
    Reason.PARTLY_SERVED: palette.SKY,
    Reason.NO_SATELLITE: palette.BLACK,
    Reason.SKY_NOT_ALLOWED: "#5b3a73",
    Reason.NO_GATEWAY: palette.VERMILION,
    Reason.NO_ANTENNA: "#f6bd84",
    Reason.NO_BEAM: palette.ORANGE,
    Reason.SATELLITE_FULL: palette.YELLOW,
    Reason.GATEWAY_FULL: "#a6761d",
    Reason.RAIN: palette.GREEN,
    Reason.JAMMED: palette.PURPLE,
    Reason.NO_POWER: DARK,
    Reason.NO_TERMINAL: palette.NO_SERVICE,
    Reason.NOTHING_WANTED: PALE,
}
"""One colour for each reason, the same in every figure: blue is service, greys ask for nothing."""
REDS = ("#fff7ec", "#fdd49e", "#fc8d59", "#d7301f", "#7f0000")


def close_atlas(result: BroadbandResult) -> Atlas | None:
    """The atlas of a run without its gateways, so that the area fills the sheet; None where it has no cells."""
    if not has(result, "cells"):
        return None
    tables = {name: table for name, table in result.tables.items() if name != "gateways"}
    alone = replace(result, tables={**tables, "gateways": Table("gateways", {})})
    drawn = maps.atlas(alone, MAP_PX)
    return maps.atlas(alone, WORLD_PX) if drawn is not None and drawn.world else drawn


def figure(
    result: BroadbandResult, atlas: Atlas, scale: Scale, values: Floats, title: str, label: str, extra: str = "",
    note: str = "", caption: str = "",
) -> Figure:  # fmt: skip
    """A map of (C,) values with its legend."""
    legend = Legend(scale.title, scale.legend(values), note)
    drawn = maps.map_of(atlas, result, scale, {"cells": values}, label, extra)
    return Figure(title, drawn, legend, caption, wide=atlas.world)


def classes(
    title: str, edges: Sequence[float], ramp: Sequence[str], unit: str, nothing: str, least: str = ""
) -> Scale:
    """A scale with given edges: under the first, between, and from the last on."""
    tail = f"{NBSP}{unit}" if unit else ""
    names = [least or f"under {_number(edges[0])}{tail}"]
    names += [f"{_number(a)}–{_number(b)}{tail}" for a, b in pairwise(edges)]
    names.append(f"{_number(edges[-1])}{tail} or more")
    return Scale(title, tuple(edges), palette.steps(ramp, len(names)), tuple(names), nothing)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


RATE_EDGES = (1.0, 5.0, 20.0, 50.0, 100.0, 200.0, 400.0)
PEOPLE_EDGES = (100.0, 1e3, 3e3, 1e4, 3e4, 1e5)
TERMINAL_EDGES = (2.0, 5.0, 10.0, 20.0, 50.0, 100.0)


def offered(result: BroadbandResult, atlas: Atlas) -> Figure:
    """What one more busy terminal would get, median, in cells with terminals."""
    cells = result.tables["capacity_cells"]
    rate = found.floats(cells, "offered_median_mbit_s")
    values = np.where((found.floats(cells, "users") > 0) & (rate > 0), rate, np.nan)
    scale = classes(
        "Offered to a busy terminal",
        RATE_EDGES,
        palette.VIRIDIS,
        "Mbit/s",
        "no terminal with power, or no service",
    )
    known = values[np.isfinite(values)]
    label = f"Map of the rate that a busy terminal is offered in {len(known)} cells with terminals."
    caption = "Down, median over the run: what one more terminal that asks for all it can get would have."
    return figure(
        result, atlas, scale, values, "How fast: rate offered to a terminal", label, caption=caption
    )


def lacking(result: BroadbandResult, atlas: Atlas) -> Figure:
    """People without another network who do not get all they ask."""
    _, by_reason = found.people_by_reason(result)
    people = np.sum(list(by_reason.values()), axis=0)
    larger = 10.0 if people.max(initial=0.0) > 10.0 * PEOPLE_EDGES[-1] else 1.0
    scale = classes("People who lack service", [larger * e for e in PEOPLE_EDGES], REDS, "", "nobody")
    values = np.where(people >= 0.5, people, np.nan)
    label = (
        f"Map of {text.people(float(people.sum()))} people without another network and without full service."
    )
    return figure(result, atlas, scale, values, "Who is not: people who lack service", label)


def reasons(result: BroadbandResult, atlas: Atlas) -> Figure:
    """What costs each cell most, or why it asks for nothing."""
    main = result.tables["capacity_cells"]["main_reason"]
    values = np.array([float(found.OF_WORDS[str(words)]) for words in main])
    label = "Map of what costs each cell most of what it asks, or why it asks for nothing."
    return figure(result, atlas, reason_scale("Main reason"), values, "Why: the main reason", label)


def reason_scale(title: str) -> Scale:
    """A scale whose values are reasons."""
    edges = tuple(float(reason) + 0.5 for reason in list(Reason)[:-1])
    return _OnlyPresent(
        title, edges, tuple(COLOURS[r] for r in Reason), tuple(r.words for r in Reason), "nobody"
    )


class _OnlyPresent(Scale):
    """A scale of kinds, not of amounts: its legend names those that occur, not those between."""

    def legend(self, values: ArrayLike) -> list[tuple[str, str]]:
        """(colour, label) of the kinds that occur."""
        present = np.unique(self.index(np.asarray(values, float)))
        return [(self.colour(int(i)), self.labels[int(i)] if i >= 0 else self.nothing) for i in present]


def terminals(result: BroadbandResult, atlas: Atlas) -> Figure:
    """Terminals in place."""
    values = found.floats(result.tables["capacity_cells"], "terminals")
    values = np.where(values >= 0.5, values, np.nan)
    scale = classes("Terminals", TERMINAL_EDGES, palette.VIRIDIS[::-1], "", "none", "1")
    label = f"Map of {np.nansum(values):.0f} terminals in place."
    return figure(
        result,
        atlas,
        scale,
        values,
        "Terminals in place",
        label,
        site_marks(result, atlas),
        _sites_note(result),
    )


def plan(result: BroadbandResult, atlas: Atlas) -> Figure:
    """Where the plan puts terminals."""
    table = result.tables["plan_cells"]
    values = found.aligned(result, table, found.floats(table, "terminals"))
    values = np.where(values >= 0.5, values, np.nan)
    scale = classes("Terminals of the plan", TERMINAL_EDGES, palette.VIRIDIS[::-1], "", "none", "1")
    label = f"Map of where the plan puts {np.nansum(values):.0f} terminals."
    return figure(
        result,
        atlas,
        scale,
        values,
        "Where the plan puts terminals",
        label,
        site_marks(result, atlas),
        _sites_note(result),
    )


def _sites_note(result: BroadbandResult) -> str:
    return "Crosses are priority sites." if has(result, "sites") else ""


def site_marks(result: BroadbandResult, atlas: Atlas) -> str:
    """Priority sites as crosses."""
    if not has(result, "sites"):
        return ""
    table = result.tables["sites"]
    marks = ""
    for (x, y), name in zip(
        atlas.sheet(table["longitude_deg"], table["latitude_deg"]).tolist(), table["name"], strict=True
    ):
        arms = f"M{x - 5:.1f} {y:.1f}h10M{x:.1f} {y - 5:.1f}v10"
        marks += svg.path(arms, fill="none", stroke="#ffffff", stroke_width=4.5)
        marks += svg.path(arms, fill="none", stroke=palette.VERMILION, stroke_width=2.4, title=str(name))
    return marks
