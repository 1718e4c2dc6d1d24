"""Terminals that move: where they go, when they have service and how fast, and what stops it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.coverage_chapter import maps as coverage_maps
from skyhold.coverage_chapter.findings import has
from skyhold.coverage_chapter.maps import Atlas
from skyhold.data.cities import cities
from skyhold.drawing import numerals, palette, svg
from skyhold.drawing.frame import Frame, round_end
from skyhold.drawing.numerals import NBSP
from skyhold.drawing.page import Figure, Legend, Section, View, variant_label
from skyhold.results.results import BroadbandResult
from skyhold.results.tables import Table
from skyhold.service_chapter import findings as found
from skyhold.service_chapter import jamming, text

WIDE, PANEL_PX, STRIP_PX = 940.0, 100.0, 14.0
SERVED = "served"
MAP_PX, TOWN, NEAR_DEG = 460.0, 60_000, 0.5
SHOWN, OUTAGES_SHOWN = 6, 20
RAMP = (palette.VERMILION, palette.ORANGE, palette.PURPLE, "#5b3a73", palette.BLACK, "#a6761d", "#7b8696")
Mask = NDArray[np.bool_]


def section(result: BroadbandResult, atlas: Atlas | None) -> Section | None:
    """The case with most tracks: map, strips, a table, and every outage with its reason."""
    case = _case(result)
    if case is None:
        return None
    name, run = case
    colours = stop_colours(run.tables["track"])
    near = close_atlas(run) if atlas is not None and not atlas.world else None
    figures = [track_map(run, *near, colours)] if near is not None else []
    figures.append(strips(run, colours))
    title = f"The case “{run.scenario.title or variant_label(name)}”. " if name else ""
    lead = f"{title}A terminal that moves, by itself: rates are what one whole channel would give, an upper bound."
    views = [summary(run), outages(run), cases(result)]
    return Section("moving", "On the move", lead, figures, [view for view in views if view])


def _case(result: BroadbandResult) -> tuple[str, BroadbandResult] | None:
    """The run with most moving terminals, the baseline before others; None where nothing moves."""
    found_in = [
        (name, run) for name, run in ({"": result} | dict(result.variants)).items() if has(run, "track")
    ]
    return max(found_in, key=lambda pair: (len(pair[1].tables["moving"]), pair[0] == ""), default=None)


def stop_colours(track: Table) -> dict[str, str]:
    """Blue for service, and a colour for each reason that stops it."""
    stops = [str(words) for words in dict.fromkeys(track["stop"]) if words != SERVED]
    return {SERVED: palette.BLUE} | {words: RAMP[i % len(RAMP)] for i, words in enumerate(stops)}


def close_atlas(run: BroadbandResult) -> tuple[Atlas, BroadbandResult] | None:
    """A sheet that holds the ways, with the names of the towns near them, and a run of these towns alone."""
    track = run.tables["track"]
    lat, lon = (np.asarray(track[key], float) for key in ("latitude_deg", "longitude_deg"))
    area = run.scenario.area
    towns = [
        (town.name, town.latitude_deg, town.longitude_deg)
        for town in cities(area.country if area else None, None, TOWN)
        if np.hypot(lat - town.latitude_deg, (lon - town.longitude_deg) * np.cos(np.radians(lat))).min()
        < NEAR_DEG
    ]
    edges = [("", float(y), float(x)) for y, x in ((lat.min(), lon.min()), (lat.max(), lon.max()))]
    drawn = coverage_maps.atlas(_only_places(run, [*towns, *edges]), MAP_PX)
    return (drawn, _only_places(run, towns)) if drawn else None


def _only_places(run: BroadbandResult, places: Sequence[tuple[str, float, float]]) -> BroadbandResult:
    """The run with nothing to draw but these places: name, latitude and longitude in degrees."""
    names, north, east = zip(*places, strict=True) if places else ((), (), ())
    columns = {
        "name": np.array(names, object),
        "latitude_deg": np.array(north, float),
        "longitude_deg": np.array(east, float),
    }
    return replace(run, tables={"places": Table("places", columns)})


def track_map(run: BroadbandResult, atlas: Atlas, towns: BroadbandResult, colours: dict[str, str]) -> Figure:
    """The way of each terminal over the area, coloured by service."""
    table = run.tables["track"]
    ways = [_way(table, np.asarray(table["name"] == name), atlas, colours, name) for name in _names(table)]
    size = {"width": atlas.sheet.width - 1, "height": atlas.sheet.height - 1}
    edge = svg.element("rect", x=0.5, y=0.5, rx=3, fill="none", stroke=palette.RULE, **size)
    extra = "".join([edge, *ways, jamming.marks(run, atlas)])
    blank = palette.Scale("", (), (palette.HOME,), ("",), "")
    drawn = coverage_maps.map_of(atlas, towns, blank, {}, "Map of the tracks of moving terminals.", extra)
    entries = [(colour, words) for words, colour in colours.items()]
    note = "Rings are starts. Diamonds are jammers." if run.scenario.jammers else "Rings are starts."
    return Figure("The ways, by service", drawn, Legend("", entries, note, "line"))


def _way(table: Table, mine: Mask, atlas: Atlas, colours: dict[str, str], name: str) -> str:
    pixels = atlas.sheet(table["longitude_deg"][mine], table["latitude_deg"][mine])
    stops = table["stop"][mine].astype(str)
    parts = svg.path(
        svg.outline(pixels), fill="none", stroke="#ffffff", stroke_width=6, stroke_linejoin="round"
    )
    for first, last in _runs(stops):
        line = svg.outline(pixels[first : min(last + 1, len(pixels))])
        parts += svg.path(
            line, fill="none", stroke=colours[stops[first]], stroke_width=3, title=f"{name}: {stops[first]}"
        )
    x, y = pixels[0].tolist()
    ring = svg.element(
        "circle", cx=x, cy=y, r=5, fill="#ffffff", stroke=palette.INK, stroke_width=2, title=f"{name}: start"
    )
    return parts + ring


def _runs(words: NDArray[Any]) -> list[tuple[int, int]]:
    """(first, end) of unbroken runs of the same word."""
    edges = np.flatnonzero(words[1:] != words[:-1]) + 1
    return list(zip([0, *edges.tolist()], [*edges.tolist(), len(words)], strict=True)) if len(words) else []


def _names(table: Table) -> list[str]:
    return [str(name) for name in dict.fromkeys(table["name"])][:SHOWN]


def strips(run: BroadbandResult, colours: dict[str, str]) -> Figure:
    """For each terminal its rate over time, and below it a strip of service and its lack."""
    table, names = run.tables["track"], _names(run.tables["track"])
    parts, top = [], 30.0
    for name in names:
        parts += _strip(table, np.asarray(table["name"] == name), name, top, colours)
        top += PANEL_PX + STRIP_PX + 66
    drawn = svg.drawing(WIDE, top - 24, "Rate and service of each moving terminal over time.", parts, "wide")
    legend = Legend("Strip", [(colour, words) for words, colour in colours.items()])
    return Figure("Rate and service along the way", drawn, legend, wide=True)


def _strip(table: Table, mine: Mask, name: str, top: float, colours: dict[str, str]) -> list[str]:
    utc = table["utc"][mine].astype("datetime64[ms]")
    minutes = (utc - utc[0]) / np.timedelta64(60_000, "ms")
    rate = np.nan_to_num(found.floats(table, "down_mbit_s")[mine])
    high = max(float(rate.max(initial=0.0)), 1.0)
    end = round_end(high, 4)
    slot = float(minutes[1] - minutes[0]) if len(minutes) > 1 else 0.25
    frame = Frame(56, top, WIDE - 76, PANEL_PX, (0.0, float(minutes[-1]) + slot), (0.0, end))
    parts = [frame.y_axis(f"{name}: downlink (Mbit/s)", 4)]
    stairs = np.stack([np.repeat(np.append(minutes, minutes[-1] + slot), 2)[1:-1], np.repeat(rate, 2)])
    parts.append(
        svg.path(
            svg.outline(frame.points(stairs[0], stairs[1])),
            fill="none",
            stroke=palette.BLUE,
            stroke_width=1.2,
        )
    )
    stops = table["stop"][mine].astype(str)
    y = top + PANEL_PX + 7
    for first, last in _runs(stops):
        start, stop = minutes[first], minutes[last - 1] + slot
        words = f"{name}, {_clock(utc[first])}: {stops[first]} for {numerals.duration(60 * (stop - start))}"
        wide = max(frame.at_x(stop) - frame.at_x(start), 0.8)
        parts.append(svg.rect(frame.at_x(start), y, wide, STRIP_PX, colours[stops[first]], title=words))
    return [*parts, _times(frame, utc[0], y + STRIP_PX)]


def _times(frame: Frame, first: np.datetime64, bottom: float) -> str:
    """Times of day below a strip."""
    span = frame.x[1]
    step = next((s for s in (5, 10, 15, 30, 60, 120, 180, 360, 720, 1440) if span / s <= 12), 2880)
    start = first.astype("datetime64[m]")
    late = (-int(start.astype(int))) % step
    parts = []
    for minute in np.arange(late, span + 1e-9, step).tolist():
        x = frame.at_x(minute)
        when = start + np.timedelta64(int(minute), "m")
        parts.append(svg.line(x, bottom, x, bottom + 4, palette.FAINT_INK))
        parts.append(svg.text(x, bottom + 17, _clock(when), text_anchor="middle", fill=palette.SOFT_INK))
    return "".join(parts)


def _clock(when: np.datetime64) -> str:
    return str(when.astype("datetime64[m]"))[11:16]


def summary(run: BroadbandResult) -> View:
    """A row a terminal."""
    rows = [
        [
            str(row["name"]),
            str(row["kind"]),
            f"{row['distance_km']:,.0f}{NBSP}km",
            numerals.share(row["served_percent"], 100.0),
            numerals.whole(row["outages"]),
            numerals.duration(row["longest_outage_s"]) if row["outages"] else numerals.NONE,
            f"{text.rate(row['down_median_mbit_s'])}, {text.rate(row['up_median_mbit_s'])}",
            numerals.milliseconds(row["rtt_median_ms"]),
            f"{row['handovers_per_hour']:.0f}",
            f"{row['shift_most_khz']:.0f}{NBSP}kHz",
        ]
        for row in run.tables["moving"].rows()
    ]
    heads = ["Terminal", "On a", "Way", "Time with service", "Outages", "Longest", "Down and up, median", "Round trip",
             "Handovers an hour", "Largest Doppler shift"]  # fmt: skip
    doubts = [f"{row['name']}: {row['doubts']}" for row in run.tables["moving"].rows() if row["doubts"]]
    return View("Moving terminals", heads, "llrrrrrrrr", rows, "; ".join(doubts))


def cases(result: BroadbandResult) -> View | None:
    """Time with service and rate of each terminal in each case; none where there is one case."""
    rows = [
        [
            str(row["name"]),
            variant_label(name) if name else "Baseline",
            numerals.share(row["served_percent"], 100.0),
            numerals.duration(row["longest_outage_s"]) if row["outages"] else numerals.NONE,
            text.rate(row["down_median_mbit_s"]),
        ]
        for name, run in ({"": result} | dict(result.variants)).items()
        if has(run, "moving")
        for row in run.tables["moving"].rows()
    ]
    heads = ["Terminal", "Case", "Time with service", "Longest outage", "Down, median"]
    rows.sort(key=lambda row: row[0])
    return (
        View("On the move, in each case", heads, "llrrr", rows) if len({row[1] for row in rows}) > 1 else None
    )


def outages(run: BroadbandResult) -> View | None:
    """Every span without service, the longest first."""
    if not has(run, "moving_outages"):
        return None
    rows = sorted(run.tables["moving_outages"].rows(), key=lambda row: -row["seconds"])
    cells: Sequence[Sequence[Any]] = [
        [
            str(row["name"]),
            f"{str(row['from_utc'])[11:19]} UTC",
            numerals.duration(row["seconds"]),
            f"{row['latitude_deg']:.2f}°, {row['longitude_deg']:.2f}°",
            str(row["reason"]),
        ]
        for row in rows[:OUTAGES_SHOWN]
    ]
    note = (
        f"The {OUTAGES_SHOWN} longest of {len(rows)}; all are in tables/moving_outages.csv."
        if len(rows) > OUTAGES_SHOWN
        else ""
    )
    heads = ["Terminal", "From", "For", "At latitude, longitude", "Why"]
    return View("Outages on the way", heads, "llrll", cells, note)
