"""Charts: intervals by place, service by hour, satellites over the day, distributions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from skyhold.coverage_chapter import findings
from skyhold.drawing import numerals, palette, svg
from skyhold.drawing.frame import LETTER_PX, Frame
from skyhold.drawing.numerals import NBSP, tick_text, ticks
from skyhold.drawing.page import variant_label
from skyhold.results.results import BroadbandResult

Floats = NDArray[np.float64]
ROWS_AT_MOST = 40


def interval_frame(low: float, high: float, width: float = 250.0) -> Frame:
    """The shared axis of the intervals in a table's rows, from round number to round number."""
    step = numerals.nice_step(max(high - low, 1.0), 5)
    first, last = np.floor(low / step) * step, np.ceil(high / step) * step
    return Frame(14, 0, width - 28, 20, (float(first), float(last if last > first else first + step)), (0, 1))


def interval_axis(frame: Frame) -> Markup:
    """The head of the column of intervals: its tick labels."""
    marks = [
        svg.text(frame.at_x(v), 12, tick_text(v), text_anchor="middle", fill=palette.SOFT_INK, font_size=11)
        for v in ticks(*frame.x, 5)
    ]
    return svg.drawing(frame.width + 28, 16, "Axis of the round trip in milliseconds", marks, "cell")


def interval(frame: Frame, p05: float, median: float, p95: float) -> Markup:
    """5th percentile to 95th as a bar, the median as a dot."""
    width = frame.width + 28
    grid = [svg.line(frame.at_x(v), 0, frame.at_x(v), 20, palette.GRID) for v in ticks(*frame.x, 5)]
    if not np.isfinite(median):
        return svg.drawing(
            width, 20, "no service", [*grid, svg.text(14, 14, "no service", fill=palette.SOFT_INK)], "cell"
        )
    words = f"{numerals.milliseconds(p05)} to {numerals.milliseconds(p95)}, median {numerals.milliseconds(median)}"
    bar = svg.rect(frame.at_x(p05), 7, frame.at_x(p95) - frame.at_x(p05), 6, palette.SKY, rx=3, title=words)
    dot = svg.element(
        "circle", cx=frame.at_x(median), cy=10, r=4.5, fill=palette.BLUE, stroke="#fff", title=words
    )
    return svg.drawing(width, 20, words, [*grid, bar, dot], "cell")


def service_percent(served: NDArray[np.int64], slots: NDArray[np.int64]) -> Floats:
    """Percent served, exactly 100 only for all slots, NaN for none: what the scale of service expects."""
    with np.errstate(invalid="ignore", divide="ignore"):
        percent = 100.0 * served / slots
    percent = np.where(served == slots, 100.0, np.minimum(percent, np.nextafter(100.0, 0)))
    return np.where(served == 0, np.nan, percent)


@dataclass(frozen=True)
class Line:
    """One run in a chart of several: its name, its colour, its values."""

    label: str
    colour: str
    values: Floats


def lines_of(result: BroadbandResult, values: Callable[[BroadbandResult], Floats]) -> list[Line]:
    """The baseline in blue, and every variant; where there are more than colours, those of the baseline's time."""
    lines = [Line("Baseline", palette.BLUE, values(result))]
    shown = dict(result.variants)
    if len(shown) > len(palette.VARIANTS):
        shown = {n: run for n, run in shown.items() if run.scenario.clock == result.scenario.clock}
    for i, (name, variant) in enumerate(shown.items()):
        colour = palette.VARIANTS[i % len(palette.VARIANTS)]
        lines.append(Line(variant_label(name), colour, values(variant)))
    return [line for line in lines if len(line.values)]


def cdf(lines: Sequence[Line], width: float = 460.0) -> Markup | None:
    """Share of slots with a round trip up to so many milliseconds."""
    if not lines:
        return None
    ends = [np.quantile(line.values, (0.001, 0.99)) for line in lines]
    low, high = min(e[0] for e in ends), max(e[1] for e in ends)
    step = numerals.nice_step(max(high - low, 1.0), 7)
    span = (float(np.floor(low / step) * step), float(np.ceil(high / step + 1e-9) * step))
    frame = Frame(44, 30, width - 60, 240, span, (0.0, 100.0))
    parts = [frame.y_axis("Share of served slots (%)", 4), frame.x_axis("Round trip (ms)", 7)]
    shares = np.linspace(0, 1, 161)
    for line in reversed(lines):
        x = np.quantile(line.values, shares)
        inside = (x >= span[0]) & (x <= span[1])
        text = svg.outline(frame.points(x[inside], 100 * shares[inside]))
        words = f"{line.label}: median {numerals.milliseconds(float(np.median(line.values)))}"
        parts.append(
            svg.path(
                text, fill="none", stroke=line.colour, stroke_width=2.2, title=words, stroke_linejoin="round"
            )
        )
    median = float(np.median(lines[0].values))
    label = f"Distribution of the round trip; baseline median {numerals.milliseconds(median)}."
    return svg.drawing(width, 320, label, parts, "chart")


def histogram(lines: Sequence[Line], x_title: str, width: float = 460.0) -> Markup | None:
    """Bars for the baseline and stepped lines for the variants: percent of slots by number of satellites."""
    if not lines:
        return None
    count = max(
        int(np.flatnonzero(line.values >= 5e-5)[-1]) + 1 if (line.values >= 5e-5).any() else 1
        for line in lines
    )
    high = 100 * max(float(line.values.max(initial=0.01)) for line in lines)
    top = ticks(0, high * 1.08 + numerals.nice_step(high, 4), 4)[-1]
    frame = Frame(44, 30, width - 60, 240, (-0.5, count - 0.5), (0.0, top))
    parts = [frame.y_axis("Share of slots (%)", 4), frame.x_axis(x_title, 10, grid=False)]
    base = frame.top + frame.height
    for n, share in enumerate(lines[0].values[:count].tolist()):
        y = frame.at_y(100 * share)
        title = f"{n}: {numerals.share(share, 1.0)} of slots"
        left, right = frame.at_x(n - 0.42), frame.at_x(n + 0.42)
        parts.append(svg.rect(left, y, right - left, base - y, lines[0].colour, title=title))
    for line in lines[1:]:
        parts.append(_steps(frame, line, count))
    return svg.drawing(width, 320, f"{x_title}: share of slots.", parts, "chart")


def _steps(frame: Frame, line: Line, count: int) -> str:
    padded = np.zeros(count)
    padded[: min(count, len(line.values))] = 100 * line.values[:count]
    x = np.repeat(np.arange(count + 1) - 0.5, 2)[1:-1]
    text = svg.outline(frame.points(x, np.repeat(padded, 2)))
    return svg.path(text, fill="none", stroke=line.colour, stroke_width=1.6, title=line.label)


def stays(lengths: NDArray[np.int64], slot_s: float, width: float = 460.0) -> Markup | None:
    """How long one satellite serves before the next takes over."""
    if not len(lengths):
        return None
    last = int(np.quantile(lengths, 0.99)) + 1
    size = max(1, -(-last // 24))
    bins = np.minimum((lengths - 1) // size, -(-last // size))
    shares = 100.0 * np.bincount(bins) / len(lengths)
    unit, unit_s = ("Minutes", 60.0) if last * slot_s > 240 else ("Seconds", 1.0)
    wide = slot_s * size / unit_s
    high = float(shares.max())
    top = ticks(0, high * 1.08 + numerals.nice_step(high, 4), 4)[-1]
    frame = Frame(44, 30, width - 60, 240, (0.0, wide * len(shares)), (0.0, top))
    parts = [frame.y_axis("Share of stays (%)", 4), frame.x_axis(f"{unit} with one satellite", 8, grid=False)]
    for n, share in enumerate(shares.tolist()):
        x, y = frame.at_x(n * wide), frame.at_y(share)
        longest = numerals.duration((n + 1) * size * slot_s)
        words = (
            f"up to {longest}: {share:.1f}{NBSP}%" if n < len(shares) - 1 else f"longer: {share:.1f}{NBSP}%"
        )
        right = frame.at_x((n + 1) * wide)
        parts.append(
            svg.rect(x + 0.5, y, right - x - 1, frame.top + frame.height - y, palette.BLUE, title=words)
        )
    middle = numerals.duration(float(np.median(lengths)) * slot_s)
    return svg.drawing(width, 320, f"Time with one satellite: median {middle}.", parts, "chart")


def in_view_and_usable(result: BroadbandResult, width: float = 460.0) -> Markup | None:
    """For each place: mean satellites in view, allowed and usable on one line; fewest usable at the top."""
    if not findings.has(result, "places"):
        return None
    table = result.tables["places"]
    order = np.argsort(np.asarray(table["usable_mean"], float), kind="stable")[:ROWS_AT_MOST]
    names = [str(table["name"][u]) for u in order]
    left = 12 + LETTER_PX * max(len(name) for name in names)
    high = float(max(np.max(table["in_view_mean"]), 1.0))
    row, span = 18.0, (0.0, ticks(0, high + numerals.nice_step(high, 6), 6)[-1])
    frame = Frame(left, 6, width - left - 16, row * len(names), span, (0.0, 1.0))
    parts = [frame.x_axis("Satellites, mean over the run", 6)]
    for k, u in enumerate(order):
        parts += _three_dots(
            frame,
            6 + (k + 0.5) * row,
            names[k],
            *(float(table[f"{n}_mean"][u]) for n in ("in_view", "allowed", "usable")),
        )
    return svg.drawing(
        width, frame.height + 50, "Mean satellites in view and usable, by place.", parts, "chart"
    )


def _three_dots(
    frame: Frame, y: float, name: str, in_view: float, allowed: float, usable: float
) -> list[str]:
    seen, may, can = (numerals.amount(value) for value in (in_view, allowed, usable))
    words = f"{name}: {seen} in view, {may} allowed, {can} usable"
    dots = [
        svg.element("circle", cx=frame.at_x(v), cy=y, r=4.5, fill=colour, stroke="#fff", title=words)
        for v, colour in ((in_view, palette.ORANGE), (allowed, palette.PURPLE), (usable, palette.BLUE))
    ]
    rail = svg.line(frame.at_x(usable), y, frame.at_x(in_view), y, palette.RULE, stroke_width=2)
    return [svg.text(frame.left - 8, y + 4, name, text_anchor="end"), rail, *dots]
