"""How service comes back over days, which sites of priority have it, and what is missing before it can begin."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from skyhold.coverage_chapter.findings import has
from skyhold.drawing import numerals, palette, svg
from skyhold.drawing.frame import Frame, round_end
from skyhold.drawing.page import Figure, Section, View, variant_label
from skyhold.results.results import BroadbandResult
from skyhold.service_chapter import findings as found
from skyhold.service_chapter import text

WIDE, PANEL_PX, GAP_PX = 940.0, 116.0, 46.0
Days = NDArray[np.datetime64]
Line = tuple[str, str, str]  # column, words, colour
PANELS: tuple[tuple[str, tuple[Line, ...]], ...] = (
    ("Terminals", (
        ("delivered", "come so far", palette.SKY), ("in_place", "in place", palette.BLUE),
        ("working", "with power", palette.GREEN))),
    ("People behind working terminals", (("users", "people", palette.BLUE),)),
    ("People cut off by outages", (("cut_off", "people", palette.VERMILION),)),
    ("Priority sites", (
        ("sites_on_the_ground", "network on the ground", palette.ORANGE),
        ("sites_by_satellite", "terminal in the cell", palette.BLUE),
        ("sites_served", "one of the two", palette.BLACK))),
)  # fmt: skip


def section(result: BroadbandResult) -> Section:
    """The curve over days, the sites, and the check of what is missing."""
    curve = restoration(result)
    views = [view for view in (sites(result), activation(result)) if view]
    lead = (
        "Terminals come by road: from a border crossing, in trucks of so many, to where they are sent; some are lost. "
        "The curve says whom they could serve; what the sky carries is in the sections above."
        if curve
        else ""
    )
    return Section("restoration", "How service comes back", lead, [curve] if curve else [], views)


def restoration(result: BroadbandResult) -> Figure | None:
    """Terminals, people and sites day by day, one panel each over one axis of dates."""
    if not has(result, "restoration") or len(result.tables["restoration"]) < 2:
        return None
    table = result.tables["restoration"]
    days = table["date"].astype("datetime64[D]")
    shown = [(title, lines) for title, lines in PANELS if _matters(result, lines)]
    parts, top = [_named_cases(days, result)], 46.0
    for number, (title, lines) in enumerate(shown):
        parts += _panel(result, days, top, title, lines, number == len(shown) - 1)
        top += PANEL_PX + GAP_PX
    drawn = svg.drawing(WIDE, top, f"Restoration over {len(days)} days.", parts, "wide")
    caption = (
        "As it stands at noon (UTC). Dashed lines are the days of this report’s cases. How deliveries are parted "
        "between days and crossings is an assumption of the scenario."
    )
    return Figure("Terminals, people and sites, day by day", drawn, None, caption, wide=True)


def _matters(result: BroadbandResult, lines: Sequence[Line]) -> bool:
    table = result.tables["restoration"]
    return any(float(np.nanmax(found.floats(table, column))) > 0.5 for column, _, _ in lines)


def _panel(
    result: BroadbandResult, days: Days, top: float, title: str, lines: Sequence[Line], last: bool
) -> list[str]:
    table = result.tables["restoration"]
    values = {column: found.floats(table, column) for column, _, _ in lines}
    high = max(float(np.nanmax(v)) for v in values.values())
    end = round_end(high, 3)
    frame = Frame(72, top, WIDE - 264, PANEL_PX, (0.0, float((days[-1] - days[0]).astype(int))), (0.0, end))
    parts = [frame.y_axis(title, 3, _short), _dates(frame, days, last), _cases(frame, days, result)]
    ends = []
    for column, words, colour in lines:
        points = frame.points((days - days[0]).astype(float), values[column])
        path = svg.path(
            svg.outline(points), fill="none", stroke=colour, stroke_width=2.2, stroke_linejoin="round"
        )
        parts.append(path)
        ends.append((float(points[-1, 1]), f"{text.people(float(values[column][-1]))} {words}", colour))
    return parts + _names(ends, frame)


def _short(value: float) -> str:
    return f"{value / 1e6:g} M" if value >= 1e6 else f"{value:,.0f}"


def _names(ends: Sequence[tuple[float, str, str]], frame: Frame) -> list[str]:
    """Names at the ends of the lines, pushed apart where they would touch."""
    parts, last, x = [], -1e9, frame.left + frame.width + 10
    for y, words, colour in sorted(ends):
        last = max(y, last + 15)
        parts.append(svg.element("circle", cx=x + 3, cy=last, r=4, fill=colour))
        parts.append(svg.text(x + 11, last + 4, words))
    return parts


def _dates(frame: Frame, days: Days, named: bool) -> str:
    """Ticks at the first, the eleventh and the twenty-first of months, or at months alone."""
    bottom, parts = frame.top + frame.height, []
    for day in days.astype(object).tolist():
        if not _ticked(day, len(days)):
            continue
        x = frame.at_x(float((np.datetime64(day, "D") - days[0]).astype(int)))
        parts.append(svg.line(x, frame.top, x, bottom + 4, palette.GRID))
        words = f"{day.day} {day:%b}"
        parts.append(
            svg.text(x, bottom + 17, words, text_anchor="middle", fill=palette.SOFT_INK) if named else ""
        )
    return "".join(parts) + svg.line(frame.left, bottom, frame.left + frame.width, bottom, palette.FAINT_INK)


def _ticked(day: date, count: int) -> bool:
    return day.day == 1 or (count <= 130 and day.day in (11, 21))


def _named_cases(days: Days, result: BroadbandResult) -> str:
    """The days of the cases above their lines, where they do not touch."""
    frame, last, words = (
        Frame(72, 0, WIDE - 264, 1, (0.0, float((days[-1] - days[0]).astype(int))), (0, 1)),
        -1e9,
        "",
    )
    for run in found.runs(result).values():
        day = run.scenario.clock.start_utc.date()
        x = frame.at_x(float((np.datetime64(day, "D") - days[0]).astype(int)))
        if x - last > 90 and 0 <= x - frame.left <= frame.width:
            words += svg.text(x, 14, f"{day.day} {day:%B}", text_anchor="middle", font_weight="600")
            last = x
    return words


def _cases(frame: Frame, days: Days, result: BroadbandResult) -> str:
    """A line at the day of each case."""
    starts: dict[date, list[str]] = {}
    for name, run in found.runs(result).items():
        starts.setdefault(run.scenario.clock.start_utc.date(), []).append(
            run.scenario.title if name else "Baseline"
        )
    lines = ""
    for when, names in starts.items():
        day = np.datetime64(when, "D")
        if days[0] <= day <= days[-1]:
            x = frame.at_x(float((day - days[0]).astype(int)))
            lines += svg.line(
                x,
                frame.top,
                x,
                frame.top + frame.height,
                palette.FAINT_INK,
                stroke_dasharray="4 3",
                title="; ".join(names),
            )
    return lines


def sites(result: BroadbandResult) -> View | None:
    """Each priority site: what it needs, how often it has a terminal and power, and how often it gets its need."""
    if not has(result, "sites"):
        return None
    rows = [
        [
            str(row["name"]),
            text.rate(row["need_mbit_s"]),
            _few(row["terminals_in_cell"]),
            _share(row["asking_percent"]),
            _share(row["met_percent"]) if row["asking_percent"] > 0 else numerals.NONE,
            *_later(result, str(row["name"])),
        ]
        for row in result.tables["sites"].rows()
    ]
    others = [name for name, run in found.runs(result).items() if name and _differs(result, run)]
    heads = ["Site", "Needs", "Terminals in its cell", "Time with terminal and power", "Of that, need met",
             *(f"Need met: {variant_label(name)}" for name in others)]  # fmt: skip
    note = "Columns of other cases: share of all time in which the site gets its need." if others else ""
    return View("Priority sites", heads, "lrrrr" + "r" * len(others), rows, note)


def _later(result: BroadbandResult, name: str) -> list[str]:
    shares = []
    for case, run in found.runs(result).items():
        if case and _differs(result, run):
            row = next((one for one in run.tables["sites"].rows() if one["name"] == name), None)
            shares.append(
                _share(row["asking_percent"] * row["met_percent"] / 100.0) if row else numerals.NONE
            )
    return shares


def _differs(result: BroadbandResult, run: BroadbandResult) -> bool:
    """Whether a case has other sites met than the baseline."""
    if not has(run, "sites"):
        return False
    one, two = result.tables["sites"], run.tables["sites"]
    keys = ("asking_percent", "met_percent")
    return any(not np.array_equal(found.floats(one, k).round(1), found.floats(two, k).round(1)) for k in keys)


def _few(count: float) -> str:
    """Terminals of one cell, an expected number: to a tenth below ten."""
    return numerals.NONE if count < 0.05 else numerals.decimal(count, 1 if count < 9.95 else 0)


def _share(percent: float) -> str:
    return numerals.share(percent, 100.0)


def activation(result: BroadbandResult) -> View | None:
    """What is missing before service can be switched on."""
    if not has(result, "activation"):
        return None
    rows = [
        [str(row["what"]).capitalize(), _verdict(str(row["verdict"])), str(row["says"]), str(row["remedy"])]
        for row in result.tables["activation"].rows()
    ]
    when = numerals.date(result.scenario.clock.start_utc)
    return View(
        f"What service needs, on {when}", ["Need", "There?", "What there is", "What to do"], "lltt", rows
    )


def _verdict(word: str) -> Markup:
    css = {"yes": "observed", "no": "assumed"}.get(word, "recollection")
    return Markup('<span class="trust {}">{}</span>').format(css, word)
