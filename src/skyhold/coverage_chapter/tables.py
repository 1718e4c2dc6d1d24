"""Tables of the report that need no drawing: coverage, three ways, gateways, shells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from skyhold.coverage_chapter import findings, maps
from skyhold.coverage_chapter.findings import Served
from skyhold.drawing import numerals
from skyhold.drawing.frame import bar_cell
from skyhold.drawing.numerals import NBSP
from skyhold.drawing.page import Section, View
from skyhold.results.results import BroadbandResult, Group
from skyhold.results.tables import Table

GATEWAYS_SHOWN = 25
Write = Callable[[float], str]


def _percent(value: float) -> str:
    return numerals.share(value, 100.0)


MERITS: tuple[tuple[str, str, Write, bool], ...] = (
    ("covered_percent", "Time covered", _percent, True),
    ("assets_min", "Satellites at a time, least", numerals.amount, True),
    ("assets_mean", "Satellites at a time, mean", numerals.amount, True),
    ("accesses", "Number of accesses", numerals.amount, False),
    ("access_mean_s", "Length of an access, mean", numerals.duration, True),
    ("gaps", "Number of gaps", numerals.amount, False),
    ("revisit_mean_s", "Revisit: length of a gap, mean", numerals.duration, False),
    ("revisit_max_s", "Longest gap", numerals.duration, False),
    ("response_mean_s", "Response: wait from a random moment", numerals.duration, False),
    ("time_average_gap_s", "Time-average gap", numerals.duration, False),
)  # fmt: skip


def coverage(result: BroadbandResult) -> View | None:
    """Figures of merit of coverage, for a satellite in view and for one with a gateway in view too."""
    groups: tuple[Group, ...] = ("cells", "places")
    group = next((g for g in groups if findings.has(result, f"coverage_{g}")), None)
    if group is None:
        return None
    table = result.tables[f"coverage_{group}"]
    rows = [_merit(table, *merit) for merit in MERITS if f"usable_{merit[0]}" in table.columns]
    count = numerals.counted(len(table), group[:-1])
    heads = [
        "Figure of merit",
        "Satellite in view, mean",
        "worst",
        "Satellite and gateway in view, mean",
        "worst",
    ]
    note = (
        "Conventions of the trade: gaps that touch the edge of the run are cut off there, and a point never covered "
        f"has one gap, the whole run. Every one is in tables/coverage_{group}.csv."
    )
    return View(f"Figures of merit of coverage, over {count}", heads, "lrrrr", rows, note)


def _merit(table: Table, key: str, title: str, write: Write, more_is_better: bool) -> list[str]:
    row = [title]
    for kind in ("in_view", "usable"):
        values = np.asarray(table[f"{kind}_{key}"], float)
        row += [write(float(values.mean())), write(float(values.min() if more_is_better else values.max()))]
    return row


def ways(result: BroadbandResult) -> Section | None:
    """LEO, GEO and fibre for the first place."""
    if not findings.has(result, "three_ways"):
        return None
    table = result.tables["three_ways"]
    rows = [row for row in table.rows() if row["name"] == table["name"][0]]
    longest = max((row["rtt_median_ms"] for row in rows if np.isfinite(row["rtt_median_ms"])), default=0.0)
    cells = [
        [
            _way(str(row["way"])),
            numerals.milliseconds(row["rtt_median_ms"]),
            numerals.milliseconds(row["rtt_p95_ms"]),
            bar_cell(row["rtt_median_ms"], longest, width=260),
            _way_note(row, findings.served(result, "places")),
        ]
        for row in rows
    ]
    heads = ["Way", "Median", "95th percentile", "", "What is in it"]
    note = "Every place is in tables/three_ways.csv." if len(table) > len(rows) else ""
    view = View(f"Round trip from {table['name'][0]} to the exchange", heads, "lrrll", cells, note)
    lead = "The same user by low orbit, by geostationary satellite, and by fibre."
    return Section("three-ways", "Three ways to the internet", lead, tables=[view])


def _way_note(row: dict[str, Any], service: Served) -> str:
    if row["way"] == "LEO" and row["name"] in service.names:
        u = service.names.index(row["name"])
        share = numerals.share(service.served[u], service.slots[u])
        return f"served {share} of the time; delay beyond light time as fitted"
    return str(row["note"]).replace(" deg", "°").replace(" x ", " × ")


def _way(name: str) -> str:
    names = {"LEO": "Low orbit", "GEO": "Geostationary", "fibre": "Fibre"}
    return names.get(name, name)


def segment(result: BroadbandResult) -> Section:
    """Gateways by use, and shells."""
    views = [view for view in (_gateways(result), _shells(result)) if view]
    return Section("segment", "Gateways and fleet", "", tables=views)


def _gateways(result: BroadbandResult) -> View | None:
    marks = maps.gateway_marks(result)
    if not marks:
        return None
    rows = [
        [g.name, *_position(g), numerals.share(g.share, 100.0), bar_cell(g.share, 100.0)]
        for g in marks[:GATEWAYS_SHOWN]
    ]
    note = f"The {GATEWAYS_SHOWN} most used of {len(marks)}." if len(marks) > GATEWAYS_SHOWN else ""
    heads = ["Gateway", "Latitude", "Longitude", "Share", ""]
    return View("Gateways: share of served slots", heads, "lrrrl", rows, note)


def _position(gateway: maps.Gateway) -> tuple[str, str]:
    north, east = gateway.latitude_deg, gateway.longitude_deg
    return f"{abs(north):.1f}°{NBSP}{'NS'[north < 0]}", f"{abs(east):.1f}°{NBSP}{'EW'[east < 0]}"


def _shells(result: BroadbandResult) -> View | None:
    if not findings.has(result, "shells"):
        return None
    table = result.tables["shells"]
    heads = [column_title(name) for name in table.columns]
    align = "".join("l" if np.asarray(c).dtype.kind in "OU" else "r" for c in table.columns.values())
    rows = [[plain_cell(c[i]) for c in table.columns.values()] for i in range(len(table))]
    return View("Shells of the fleet", heads, align, rows)


def column_title(name: str) -> str:
    """A column's name for people: its unit in brackets."""
    for suffix, unit in (("_km", "km"), ("_deg", "°"), ("_ms", "ms"), ("_percent", "%"), ("_h", "h")):
        if name.endswith(suffix):
            return f"{name.removesuffix(suffix).replace('_', ' ').capitalize()} ({unit})"
    return name.replace("_", " ").capitalize()


def plain_cell(value: Any) -> str:
    """A cell of a table that the report does not know beforehand."""
    if isinstance(value, float | np.floating):
        return f"{value:,.4g}" if np.isfinite(value) else numerals.NONE
    return numerals.whole(float(value)) if isinstance(value, int | np.integer) else str(value)
