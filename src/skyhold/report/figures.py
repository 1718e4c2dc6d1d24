"""Charts: intervals by place, service by hour, satellites over the day, distributions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from skyhold.report import findings, numerals, palette, svg
from skyhold.report.findings import DaySeries, Strip
from skyhold.report.numerals import NBSP, tick_text, ticks
from skyhold.report.text import variant_label
from skyhold.results.results import BroadbandResult

Floats = NDArray[np.float64]
STRIP_ROWS = 40
LETTER_PX = 6.7


@dataclass(frozen=True)
class Frame:
    """The plot area of a chart in pixels, and the values at its edges."""

    left: float
    top: float
    width: float
    height: float
    x: tuple[float, float]
    y: tuple[float, float]

    def at_x(self, value: float) -> float:
        """Pixels of a value on the horizontal axis."""
        return self.left + self.width * (value - self.x[0]) / (self.x[1] - self.x[0])

    def at_y(self, value: float) -> float:
        """Pixels of a value on the vertical axis."""
        return self.top + self.height * (1 - (value - self.y[0]) / (self.y[1] - self.y[0]))

    def points(self, x: Floats, y: Floats) -> Floats:
        """(N, 2) pixels."""
        across = self.left + self.width * (x - self.x[0]) / (self.x[1] - self.x[0])
        down = self.top + self.height * (1 - (y - self.y[0]) / (self.y[1] - self.y[0]))
        return np.stack([across, down], axis=-1)

    def x_axis(
        self, title: str, about: int = 8, name: Callable[[float], str] = tick_text, grid: bool = True
    ) -> str:
        """Ticks, their labels and the title below the plot."""
        bottom, parts = self.top + self.height, []
        for value in ticks(*self.x, about):
            x = self.at_x(value)
            parts.append(svg.line(x, self.top if grid else bottom, x, bottom + 4, palette.GRID))
            parts.append(svg.text(x, bottom + 17, name(value), text_anchor="middle", fill=palette.SOFT_INK))
        parts.append(svg.line(self.left, bottom, self.left + self.width, bottom, palette.FAINT_INK))
        middle = self.left + self.width / 2
        parts.append(svg.axis_title(middle, bottom + 35, title, text_anchor="middle") if title else "")
        return "".join(parts)

    def y_axis(self, title: str, about: int = 5, name: Callable[[float], str] = tick_text) -> str:
        """Grid lines with labels on the left and the title above."""
        parts = [svg.axis_title(0, self.top - 12, title)]
        for value in ticks(*self.y, about):
            y = self.at_y(value)
            parts.append(svg.line(self.left, y, self.left + self.width, y, palette.GRID))
            parts.append(
                svg.text(self.left - 7, y + 4, name(value), text_anchor="end", fill=palette.SOFT_INK)
            )
        return "".join(parts)


def interval_frame(low: float, high: float, width: float = 230.0) -> Frame:
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


def bar_cell(part: float, of: float, colour: str = palette.BLUE, width: float = 120.0) -> Markup:
    """A bar for a table's row: `part` of `of`."""
    share = part / of if of > 0 and np.isfinite(part) else 0.0
    track = svg.rect(0, 5, width, 10, palette.GRID, rx=2)
    return svg.drawing(
        width,
        20,
        f"{100 * share:.0f} % of the longest",
        [track, svg.rect(0, 5, width * share, 10, colour, rx=2)],
        "cell",
    )


def service_strip(strip: Strip, names: Sequence[str]) -> Markup:
    """A row for each place, a square for each stretch of hours, coloured by the time with service."""
    scale = palette.service_scale()
    shares = service_percent(strip.served, strip.slots)
    order = _worst_rows(shares, len(names))
    left = 12 + LETTER_PX * max((len(names[u]) for u in order), default=0)
    row, width, count = 18.0, 940.0, shares.shape[1]
    step = (width - left - 14) / max(count, 1)
    parts = []
    for k, u in enumerate(order):
        parts.append(svg.text(left - 8, k * row + 13, names[u], text_anchor="end"))
        parts += _strip_row(strip, scale, shares[u], u, left, k * row, step, row, names[u])
    parts += _strip_hours(strip, left, len(order) * row, step)
    return svg.drawing(width, len(order) * row + 40, _strip_label(shares, names), parts, "wide")


def service_percent(served: NDArray[np.int64], slots: NDArray[np.int64]) -> Floats:
    """Percent served, exactly 100 only for all slots, NaN for none: what the scale of service expects."""
    with np.errstate(invalid="ignore", divide="ignore"):
        percent = 100.0 * served / slots
    percent = np.where(served == slots, 100.0, np.minimum(percent, np.nextafter(100.0, 0)))
    return np.where(served == 0, np.nan, percent)


def _strip_row(
    strip: Strip,
    scale: palette.Scale,
    shares: Floats,
    u: int,
    left: float,
    top: float,
    step: float,
    row: float,
    name: str,
) -> list[str]:
    """Squares of one place; neighbours with every slot served are one long square."""
    parts, h, index = [], 0, scale.index(shares)
    while h < len(shares):
        same = h + 1
        while same < len(shares) and shares[same] == shares[h] == 100.0:
            same += 1
        served, slots = int(strip.served[u, h:same].sum()), int(strip.slots[u, h:same].sum())
        when = f"{_stamp(strip.starts[h])} to {_stamp(strip.starts[same - 1] + np.timedelta64(strip.hours, 'h'))}"
        title = f"{name}, {when}: {numerals.whole(served)} of {numerals.whole(slots)} slots"
        colour = scale.colour(int(index[h]))
        parts.append(svg.rect(left + h * step, top + 1, (same - h) * step - 1, row - 2, colour, title=title))
        h = same
    return parts


def _strip_hours(strip: Strip, left: float, top: float, step: float) -> list[str]:
    every = max(1, int(np.ceil(44 / max(step, 1.0))))
    every = next((n for n in (1, 2, 3, 4, 6, 12, 24, 48) if n >= every), every)
    days = strip.hours * len(strip.starts) > 48
    parts = []
    for h in range(0, len(strip.starts) + 1, every):
        when = (
            strip.starts[0] + np.timedelta64(h * strip.hours, "h")
            if len(strip.starts)
            else np.datetime64(0, "h")
        )
        x = left + h * step
        parts.append(svg.line(x, top, x, top + 5, palette.FAINT_INK))
        words = str(when.astype("datetime64[D]"))[5:] if days else str(when)[11:13]
        parts.append(svg.text(x, top + 18, words, text_anchor="middle", fill=palette.SOFT_INK))
    title = "Day (UTC)" if days else "Hour (UTC)"
    return [
        *parts,
        svg.axis_title(left + step * len(strip.starts) / 2, top + 35, title, text_anchor="middle"),
    ]


def _worst_rows(shares: Floats, count: int) -> list[int]:
    """All rows in their order, or the worst served where there are too many to read."""
    if count <= STRIP_ROWS:
        return list(range(count))
    return sorted(np.argsort(np.nan_to_num(shares).mean(axis=1), kind="stable")[:STRIP_ROWS].tolist())


def _strip_label(shares: Floats, names: Sequence[str]) -> str:
    whole = int((np.nan_to_num(shares) == 100.0).all(axis=1).sum())
    return f"Service by hour: {whole} of {len(names)} places were served in every hour without a gap."


def _stamp(when: np.datetime64) -> str:
    text = str(when.astype("datetime64[m]"))
    return f"{text[5:10]} {text[11:16]}"


def day(series: DaySeries, result: BroadbandResult) -> Markup:
    """Satellites in view, allowed and usable over time: means over the places, and the range of usable."""
    high = float(max(series.in_view.max(initial=1), series.usable_high.max(initial=1)))
    top = ticks(0, high * 1.05 + numerals.nice_step(high, 5), 5)[-1]
    hours = result.scenario.clock.duration_h
    frame = Frame(40, 30, 800, 230, (0.0, hours), (0.0, top))
    start = result.scenario.clock.start_utc
    offset = start.hour + start.minute / 60
    name = (lambda v: f"{(v + offset) % 24:02.0f}") if hours <= 48 and offset == int(offset) else tick_text
    title = "Hour (UTC)" if hours <= 48 and offset == int(offset) else "Hours since the start"
    step = next((s for s in (1, 2, 3, 4, 6, 12, 24) if hours / s <= 12), hours / 8)
    parts = [frame.y_axis("Satellites"), _hours_axis(frame, step, name, title)]
    band = np.concatenate(
        [frame.points(series.hours, series.usable_high), frame.points(series.hours, series.usable_low)[::-1]]
    )
    parts.append(svg.path(svg.outline(band, closed=True), fill=palette.SKY, opacity=0.28))
    ends = []
    for values, colour, label, dash in _day_lines(series, result):
        text = svg.outline(frame.points(series.hours, values))
        parts.append(
            svg.path(
                text,
                fill="none",
                stroke=colour,
                stroke_width=2,
                stroke_dasharray=dash,
                stroke_linejoin="round",
            )
        )
        ends.append((frame.at_y(float(values[-min(24, len(values)) :].mean())), label, colour))
    parts += _end_labels(ends, frame.left + frame.width + 8)
    label = f"Over the day: {numerals.amount(float(series.in_view.mean()))} satellites in view, {numerals.amount(float(series.usable.mean()))} usable on average."
    return svg.drawing(940, 310, label, parts, "wide")


def _hours_axis(frame: Frame, step: float, name: Callable[[float], str], title: str) -> str:
    bottom, parts = frame.top + frame.height, []
    for value in np.arange(0, frame.x[1] + 1e-9, step).tolist():
        x = frame.at_x(value)
        parts.append(svg.line(x, bottom, x, bottom + 5, palette.FAINT_INK))
        parts.append(svg.text(x, bottom + 18, name(value), text_anchor="middle", fill=palette.SOFT_INK))
    parts.append(svg.line(frame.left, bottom, frame.left + frame.width, bottom, palette.FAINT_INK))
    parts.append(svg.axis_title(frame.left + frame.width / 2, bottom + 36, title, text_anchor="middle"))
    return "".join(parts)


def _day_lines(series: DaySeries, result: BroadbandResult) -> list[tuple[Floats, str, str, str | None]]:
    lines: list[tuple[Floats, str, str, str | None]] = [(series.in_view, palette.ORANGE, "in view", None)]
    if not np.array_equal(series.in_view, series.allowed):
        lines.append((series.allowed, palette.PURPLE, "allowed", "5 3"))
    return [*lines, (series.usable, palette.BLUE, "usable", None)]


def _end_labels(ends: Sequence[tuple[float, str, str]], x: float) -> list[str]:
    """Names at the ends of lines, pushed apart where they would touch."""
    parts, last = [], -1e9
    for y, label, colour in sorted(ends):
        last = max(y, last + 15)
        parts.append(svg.text(x, last + 4, label, fill=_darker(colour), font_weight="600"))
    return parts


def _darker(colour: str) -> str:
    """The colour, darkened until it reads on white."""
    shade = colour
    for part in np.linspace(0, 0.8, 17):
        shade = palette.at((colour, "#000000"), float(part))
        if palette.contrast(shade, "#ffffff") >= 4.5:
            break
    return shade


@dataclass(frozen=True)
class Line:
    """One run in a chart of several: its name, its colour, its values."""

    label: str
    colour: str
    values: Floats


def lines_of(result: BroadbandResult, values: Callable[[BroadbandResult], Floats]) -> list[Line]:
    """The baseline in blue, and every variant."""
    lines = [Line("Baseline", palette.BLUE, values(result))]
    for i, (name, variant) in enumerate(result.variants.items()):
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
    return svg.path(text, fill="none", stroke=line.colour, stroke_width=2, title=line.label)


def stays(lengths: NDArray[np.int64], slot_s: float, width: float = 460.0) -> Markup | None:
    """How long one satellite serves before the next takes over."""
    if not len(lengths):
        return None
    last = int(np.quantile(lengths, 0.99)) + 1
    size = max(1, -(-last // 24))
    bins = np.minimum((lengths - 1) // size, -(-last // size))
    shares = np.bincount(bins) / len(lengths)
    minutes = slot_s * size / 60.0
    high = 100 * float(shares.max())
    top = ticks(0, high * 1.08 + numerals.nice_step(high, 4), 4)[-1]
    frame = Frame(44, 30, width - 60, 240, (0.0, minutes * len(shares)), (0.0, top))
    parts = [frame.y_axis("Share of stays (%)", 4), frame.x_axis("Minutes with one satellite", 8, grid=False)]
    for n, share in enumerate(shares.tolist()):
        x, y = frame.at_x(n * minutes), frame.at_y(100 * share)
        span = (
            f"{numerals.duration(n * minutes * 60 + slot_s)} to {numerals.duration((n + 1) * minutes * 60)}"
        )
        words = (
            f"longer: {100 * share:.1f}{NBSP}%"
            if n == len(shares) - 1 and n
            else f"{span}: {100 * share:.1f}{NBSP}%"
        )
        wide = frame.at_x((n + 1) * minutes) - x - 1
        parts.append(svg.rect(x + 0.5, y, wide, frame.top + frame.height - y, palette.BLUE, title=words))
    middle = numerals.duration(float(np.median(lengths)) * slot_s)
    return svg.drawing(width, 320, f"Time with one satellite: median {middle}.", parts, "chart")


def in_view_and_usable(result: BroadbandResult, width: float = 460.0) -> Markup | None:
    """For each place: mean satellites in view, allowed and usable on one line; fewest usable at the top."""
    if not findings.has(result, "places"):
        return None
    table = result.tables["places"]
    order = np.argsort(np.asarray(table["usable_mean"], float), kind="stable")[:STRIP_ROWS]
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
    words = f"{name}: {numerals.amount(in_view)} in view, {numerals.amount(allowed)} allowed, {numerals.amount(usable)} usable"
    dots = [
        svg.element("circle", cx=frame.at_x(v), cy=y, r=4.5, fill=colour, stroke="#fff", title=words)
        for v, colour in ((in_view, palette.ORANGE), (allowed, palette.PURPLE), (usable, palette.BLUE))
    ]
    rail = svg.line(frame.at_x(usable), y, frame.at_x(in_view), y, palette.RULE, stroke_width=2)
    return [svg.text(frame.left - 8, y + 4, name, text_anchor="end"), rail, *dots]
