"""Who is served and why the others are not: stacked bars in all and by the hour, every case beside the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from markupsafe import Markup

from skyhold.coverage_chapter.findings import has
from skyhold.coverage_chapter.maps import Atlas
from skyhold.drawing import numerals, palette, svg
from skyhold.drawing.frame import Frame, bar_cell, round_end
from skyhold.drawing.page import Figure, Legend, Section, View, variant_label
from skyhold.results.results import BroadbandResult
from skyhold.service.reasons import QUIET, Reason
from skyhold.service_chapter import findings as found
from skyhold.service_chapter import maps, text
from skyhold.service_chapter.findings import Hourly, Standing

WIDE, BAR_PX, CASES_SHOWN = 940.0, 34.0, 12
ORDER = (Reason.SERVED, *(reason for reason in Reason if reason not in (Reason.SERVED, *QUIET)), Reason.NO_POWER,
         Reason.NO_TERMINAL)  # fmt: skip
Stack = Mapping[Reason, float]


def section(result: BroadbandResult) -> Section:
    """The people without another network by what they get, in each case, by the hour, and as a table."""
    runs = dict(list(found.runs(result).items())[:CASES_SHOWN])
    stands = {name: found.standing(run) for name, run in runs.items()}
    name, run = found.fullest(result) or ("", result)
    shown = [behind_terminals(stands), everybody(stands), _in_case(hourly(run), name, run)]
    lead = (
        "People without another network are those who were offline before anything happened and those whom outages of "
        "fibre, towers and power cut off. A terminal serves as many of them as share it; of a cell that gets less "
        "than it asks for, the share of its people that matches what is missing counts as lacking."
    )
    views = [cases(runs, stands), reasons(stands[""])]
    return Section("served", "Who is served", lead, [one for one in shown if one], views)


def everybody(stands: Mapping[str, Standing]) -> Figure:
    """All people without another network, a bar a case."""
    stacks = {_label(name): _stack(one) for name, one in stands.items()}
    title = "All people without another network, by what they get"
    return _bars(title, stacks, "People of the area, mean over the hours of the run.")


def behind_terminals(stands: Mapping[str, Standing]) -> Figure | None:
    """People behind terminals alone: there capacity, weather and jamming show."""
    stacks = {_label(name): _behind(_stack(one)) for name, one in stands.items()}
    if not any(sum(stack.values()) >= 0.5 for stack in stacks.values()):
        return None
    note = "What is missing counts for the main reason of the cell."
    return _bars("People behind terminals, by what they get", stacks, note)


def _stack(one: Standing) -> dict[Reason, float]:
    return {Reason.SERVED: one.served, **one.lacking}


def _behind(stack: Stack) -> dict[Reason, float]:
    return {reason: count for reason, count in stack.items() if reason != Reason.NO_TERMINAL}


def _label(name: str) -> str:
    return variant_label(name) if name else "Baseline"


def _bars(title: str, stacks: Mapping[str, Stack], note: str) -> Figure:
    """Lying stacked bars with their totals in words."""
    left, room = 16 + 6.7 * max(len(label) for label in stacks), 130.0
    top = max(sum(stack.values()) for stack in stacks.values())
    scale = _magnitude(top)
    end = round_end(top / scale[0], 6)
    frame = Frame(left, 6, WIDE - left - room, BAR_PX * len(stacks), (0.0, end), (0.0, 1.0))
    parts = [frame.x_axis(f"People{scale[1]}", 6)]
    for row, (label, stack) in enumerate(stacks.items()):
        parts += _bar(frame, 6 + BAR_PX * row, label, stack, scale[0])
    present = [reason for reason in ORDER if any(stack.get(reason, 0) >= 0.5 for stack in stacks.values())]
    words = f"{title}: " + "; ".join(f"{label} {_spoken(stack)}" for label, stack in stacks.items())
    drawn = svg.drawing(WIDE, frame.height + 52, words, parts, "wide")
    legend = Legend("", [(maps.COLOURS[reason], _said(reason)) for reason in present], note)
    return Figure(title, drawn, legend, wide=True)


def _bar(frame: Frame, top: float, label: str, stack: Stack, unit: float) -> list[str]:
    parts = [svg.text(frame.left - 10, top + 21, label, text_anchor="end")]
    x, whole = frame.left, sum(stack.values())
    for reason in ORDER:
        count = stack.get(reason, 0.0)
        wide = frame.at_x(count / unit) - frame.left
        words = f"{label}, {_said(reason)}: {text.people(count)} ({numerals.share(count, whole)})"
        if count >= 0.5:
            parts.append(svg.rect(x, top + 5, max(wide, 0.6), BAR_PX - 10, maps.COLOURS[reason], title=words))
        x += wide
    served = text.people(stack.get(Reason.SERVED, 0.0))
    return [*parts, svg.text(x + 8, top + 21, f"{served} served", fill=palette.SOFT_INK, css="halo")]


def _spoken(stack: Stack) -> str:
    return (
        ", ".join(f"{text.people(c)} {_said(r)}" for r in ORDER if (c := stack.get(r, 0.0)) >= 0.5)
        or "nobody"
    )


def _said(reason: Reason) -> str:
    return "served" if reason == Reason.SERVED else reason.words


def _magnitude(top: float) -> tuple[float, str]:
    """What to divide people by for an axis, and how it is called."""
    if top >= 2e9:
        return 1e9, " (billions)"
    return (1e6, " (millions)") if top >= 2e6 else (1e3, " (thousands)") if top >= 2e3 else (1.0, "")


def hourly(result: BroadbandResult) -> Figure | None:
    """People behind terminals hour by hour: a stacked column each."""
    series = found.by_hour(result)
    if series is None or len(series.starts) < 2:
        return None
    drawn = _columns(series)
    present = [reason for reason in ORDER if reason in series.people]
    legend = Legend("", [(maps.COLOURS[reason], _said(reason)) for reason in present])
    caption = (
        "Mean over the slots of each hour. People of a cell count for what stood in its way in that "
        "slot; those whose terminal nobody uses in that hour are left out."
    )
    return Figure("People behind terminals, hour by hour", drawn, legend, caption, wide=True)


def _columns(series: Hourly) -> Markup:
    whole = np.sum(list(series.people.values()), axis=0)
    top = float(whole.max(initial=1.0))
    unit, words = _magnitude(top)
    end = round_end(top / unit, 4)
    count = len(series.starts)
    frame = Frame(56, 30, WIDE - 76, 180, (0.0, float(count)), (0.0, end))
    parts = [frame.y_axis(f"People{words}", 4), _clock(frame, series)]
    base = np.zeros(count)
    for reason in ORDER:
        people = series.people.get(reason, np.zeros(count))
        parts += _slices(frame, series, reason, base / unit, people / unit)
        base = base + people
    return svg.drawing(WIDE, 262, "People behind terminals by the hour and by what they get.", parts, "wide")


def _slices(
    frame: Frame, series: Hourly, reason: Reason, base: found.Floats, people: found.Floats
) -> list[str]:
    parts, unit = [], frame.width / frame.x[1]
    for h in np.flatnonzero(people > 0).tolist():
        low, high = frame.at_y(base[h]), frame.at_y(base[h] + people[h])
        title = f"{str(series.starts[h])[11:13]}:00, {_said(reason)}: {text.people(series.people[reason][h])}"
        parts.append(
            svg.rect(
                frame.left + h * unit + 0.5, high, unit - 1, low - high, maps.COLOURS[reason], title=title
            )
        )
    return parts


def _clock(frame: Frame, series: Hourly) -> str:
    """Hours of the day below the columns, dates where the run is longer than two days."""
    count, bottom = len(series.starts), frame.top + frame.height
    every = next((n for n in (1, 2, 3, 4, 6, 12, 24) if count / n <= 26), 48)
    parts = []
    for h in range(0, count, every):
        stamp = str(series.starts[h])
        words = stamp[5:10] if count > 48 else stamp[11:13]
        x = frame.at_x(h)
        parts.append(svg.line(x, bottom, x, bottom + 5, palette.FAINT_INK))
        parts.append(svg.text(x, bottom + 18, words, text_anchor="middle", fill=palette.SOFT_INK))
    title = svg.axis_title(frame.left + frame.width / 2, bottom + 36, "Hour (UTC)", text_anchor="middle")
    return (
        "".join(parts)
        + svg.line(frame.left, bottom, frame.left + frame.width, bottom, palette.FAINT_INK)
        + title
    )


def cases(runs: Mapping[str, BroadbandResult], stands: Mapping[str, Standing]) -> View:
    """A row a case: terminals, people, what is asked and carried, why not, how fast."""
    heads = ["Case", "Terminals in place", "People behind them", "Served", "Asked in the busiest hour", "Not carried",
             "Mostly for", "Offered to a busy terminal", "Priority sites met"]  # fmt: skip
    rows = [_case(name, run, stands[name]) for name, run in runs.items()]
    note = (
        "Means over the run. Asked: down, by terminals with power. Offered: median over the run, in the middle of the "
        "people behind terminals. A priority site is met when it gets its need in 99 % of the slots in which it asks."
    )
    return View("Every case", heads, "trrrrrlrr", rows, note)


def _case(name: str, run: BroadbandResult, one: Standing) -> list[Any]:
    met = found.sites_met(run)
    return [
        Markup('<span title="{}">{}</span>').format(run.scenario.title or name, _label(name)),
        text.people(one.terminals),
        text.people(one.users),
        text.people(one.served),
        text.rate(1e3 * one.wanted_gbit_s),
        numerals.share(one.unserved_percent, 100.0) if one.wanted_gbit_s > 0 else numerals.NONE,
        one.main_on_air.words if one.unserved_percent >= text.SMALL_PERCENT else numerals.NONE,
        text.rate(one.offered_mbit_s),
        f"{met[0]} of {met[1]}" if met else numerals.NONE,
    ]


def reasons(one: Standing) -> View:
    """Reasons of the baseline: people, and bits that are asked and not carried."""
    whole = sum(one.lacking.values()) + one.served
    rows = [
        [
            _said(reason).capitalize(),
            text.people(count),
            numerals.share(count, whole),
            bar_cell(count, whole, maps.COLOURS[reason]),
            numerals.share(one.lost_to[reason], 100.0) if reason in one.lost_to else numerals.NONE,
            reason.meaning,
        ]
        for reason, count in _stack(one).items()
        if count >= 0.5
    ]
    heads = ["What they get", "People", "Share", "", "Of the bits asked", "What it means"]
    return View(
        "People without another network, in the baseline", heads, "lrrlrt", rows, folded=len(rows) > 8
    )


def gateways(result: BroadbandResult) -> View | None:
    """What each gateway carries, and how often its antennas are all in use."""
    if not has(result, "capacity_gateways"):
        return None
    rows = sorted(result.tables["capacity_gateways"].rows(), key=lambda row: -row["carried_mean_gbit_s"])
    top = max(float(row["carried_max_gbit_s"]) for row in rows)
    antennas = result.scenario.radio.gateway_antennas
    cells = [
        [
            str(row["name"]),
            text.rate(1e3 * row["carried_mean_gbit_s"]),
            text.rate(1e3 * row["carried_max_gbit_s"]),
            bar_cell(float(row["carried_mean_gbit_s"]), top),
            f"{numerals.decimal(row['antennas_mean'], 1)} of {antennas}",
            numerals.share(row["all_antennas_percent"], 100.0),
        ]
        for row in rows[:25]
    ]
    heads = ["Gateway", "Carried, mean", "at most", "", "Antennas in use, mean", "Time with none left"]
    note = f"Bars: mean, of the most that any gateway carried in a slot ({text.rate(1e3 * top)}). Down only."
    return View("Load of the gateways", heads, "lrrlrr", cells, note)


def day(result: BroadbandResult) -> Figure | None:
    """Asked and carried over the local day, and what a busy terminal would get."""
    if not has(result, "capacity_hours"):
        return None
    table = result.tables["capacity_hours"]
    asked, carried = (found.floats(table, f"{key}_gbit_s") for key in ("wanted", "carried"))
    fast = found.floats(table, "offered_mean_mbit_s")
    if int(np.isfinite(asked).sum()) < 3:
        return None
    drawn = svg.drawing(
        WIDE, 396, "What is asked and carried over the local day.",
        [_asked(asked, carried), _fast(fast)], "wide",
    )  # fmt: skip
    entries = [
        (palette.SKY, "asked"),
        (palette.BLUE, "carried"),
        (palette.GREEN, "offered to one more busy terminal"),
    ]
    caption = "By the Sun’s time in each cell; means over the slots of the run."
    return Figure("Load and rate over the day", drawn, Legend("", entries), caption, wide=True)


def _asked(asked: found.Floats, carried: found.Floats) -> str:
    top = float(np.nanmax(asked))
    unit, words = (1.0, "Gbit/s") if top >= 1 else (1e-3, "Mbit/s")
    end = round_end(top / unit, 4)
    frame = Frame(56, 30, WIDE - 76, 130, (-0.5, 23.5), (0.0, end))
    parts, base = [frame.y_axis(f"Asked and carried ({words})", 4)], frame.top + frame.height
    for h in np.flatnonzero(np.isfinite(asked)).tolist():
        title = f"{h}:00: {text.rate(1e3 * asked[h])} asked, {text.rate(1e3 * carried[h])} carried"
        for value, colour in ((asked[h], palette.SKY), (carried[h], palette.BLUE)):
            y = frame.at_y(value / unit)
            left, right = frame.at_x(h - 0.4), frame.at_x(h + 0.4)
            parts.append(svg.rect(left, y, right - left, base - y, colour, title=title))
    return "".join([*parts, svg.line(frame.left, base, frame.left + frame.width, base, palette.FAINT_INK)])


def _fast(offered: found.Floats) -> str:
    top = float(np.nanmax(np.append(offered, 1.0)))
    end = round_end(top, 4)
    frame = Frame(56, 204, WIDE - 76, 130, (-0.5, 23.5), (0.0, end))
    parts = [frame.y_axis("Offered to one more busy terminal, mean (Mbit/s)", 4)]
    parts.append(frame.x_axis("Hour of the day, local solar time", 12, grid=False))
    hours = np.flatnonzero(np.isfinite(offered))
    breaks = np.flatnonzero(np.diff(hours) > 1) + 1
    for piece in np.split(hours, breaks):
        line = svg.outline(frame.points(piece.astype(float), offered[piece]))
        parts.append(svg.path(line, fill="none", stroke=palette.GREEN, stroke_width=2))
    for h in hours.tolist():
        dot = {"cx": frame.at_x(h), "cy": frame.at_y(offered[h]), "r": 4.0}
        title = f"{h}:00: {text.rate(float(offered[h]))}"
        parts.append(svg.element("circle", fill=palette.GREEN, stroke="#fff", title=title, **dot))
    return "".join(parts)


def rates_by_place(result: BroadbandResult) -> View | None:
    """What the places' cells ask and get, and what a busy terminal would have there."""
    if not has(result, "capacity_places"):
        return None
    rows = [
        [
            str(row["name"]),
            text.people(row["dependents"]),
            text.people(row["terminals"]),
            text.rate(row["wanted_mbit_s"]),
            text.rate(row["rate_mean_mbit_s"]),
            numerals.share(row["unserved_percent"], 100.0),
            f"{text.rate(row['offered_median_mbit_s'])} ({text.rate(row['offered_p05_mbit_s'])})",
            str(row["main_reason"]),
        ]
        for row in result.tables["capacity_places"].rows()
    ]
    heads = ["Place", "Without another network", "Terminals", "Asked, mean", "Carried, mean", "Not carried",
             "Offered to a busy terminal: median (5th percentile)", "Why not more"]  # fmt: skip
    note = (
        "Of the cell in which the place lies, a part of a large city. Every cell: tables/capacity_cells.csv."
    )
    return View("What the places get", heads, "lrrrrrrl", rows[:60], note)


def where(result: BroadbandResult, atlas: Atlas | None) -> Section:
    """Maps of rate, of people who lack service and of why, for the baseline and the fullest case; the day; places."""
    full = found.fullest(result)
    name, run = full or ("", result)
    shown: list[Figure | None] = []
    if atlas is not None:
        shown = [maps.lacking(result, atlas), maps.reasons(result, atlas), maps.offered(result, atlas)]
        shown += [_in_case(make(run, atlas), name, run) for make in (maps.offered, maps.reasons) if full]
        shown.append(_in_case(maps.terminals(run, atlas), name, run))
    shown.append(_in_case(day(run), name, run))
    views = [_in_case(view, name, run) for view in (rates_by_place(run), gateways(run)) if view]
    lead = "Each cell has a rate, and a reason where it has none or less than it asks for. Hover over marks for names."
    return Section("rates", "How fast, where, and why not", lead, [one for one in shown if one], views)


Titled = TypeVar("Titled", Figure, View, Figure | None)


def _in_case(one: Titled, name: str, run: BroadbandResult) -> Titled:
    """A figure or a table with the name of its case, where that is not the baseline."""
    if one is None or not name:
        return one
    words = run.scenario.title or _label(name)
    if isinstance(one, View):
        return replace(one, caption=f"{one.caption} ({words})")
    return replace(one, title=f"{one.title} ({words})")
