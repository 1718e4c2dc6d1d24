"""Charts along time: service and margin of each place by the hour, satellites over the day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from skyhold.coverage_chapter import figures
from skyhold.coverage_chapter.findings import DaySeries, Floats, Strip
from skyhold.drawing import numerals, palette, svg
from skyhold.drawing.frame import LETTER_PX, Frame
from skyhold.drawing.numerals import tick_text, ticks
from skyhold.results.results import BroadbandResult

ROWS_AT_MOST = 40
ROW_PX, WIDTH_PX = 18.0, 940.0


@dataclass(frozen=True)
class Squares:
    """A strip to draw: (U, H) values, their scale, and the words of a square of place u in stretch h."""

    values: Floats
    scale: palette.Scale
    words: Callable[[int, int], str]
    label: str


def service(strip: Strip, names: Sequence[str]) -> Markup:
    """A row for each place, a square for each stretch of hours, coloured by the time with service."""
    percent = figures.service_percent(strip.served, strip.slots)
    whole = int((np.nan_to_num(percent) == 100.0).all(axis=1).sum())

    def words(u: int, h: int) -> str:
        return f"{numerals.whole(strip.served[u, h])} of {numerals.whole(strip.slots[u, h])} slots served"

    label = f"Service by time: {whole} of {len(names)} were served in every stretch without a gap."
    return _drawn(strip, names, Squares(percent, palette.service_scale(), words, label))


def margin(strip: Strip, names: Sequence[str]) -> Markup:
    """A row for each place, coloured by the fewest usable satellites at any moment of each stretch."""

    def words(u: int, h: int) -> str:
        return f"at least {numerals.counted(int(strip.least[u, h]), 'usable satellite')}"

    label = f"Fewest usable satellites by time: at least {int(strip.least.min(initial=255))} at every place."
    return _drawn(strip, names, Squares(least_values(strip), margin_scale(strip), words, label))


def least_values(strip: Strip) -> Floats:
    """(U, H) fewest usable satellites, NaN for none: what the scale of the margin expects."""
    return np.where(strip.least == 0, np.nan, strip.least.astype(float))


def margin_scale(strip: Strip) -> palette.Scale:
    """Classes of the fewest usable satellites: each of the few, then ranges."""
    edges, labels = (2.0, 3.0, 4.0, 6.0, 9.0), ("1", "2", "3", "4–5", "6–8", "9 or more")
    return palette.Scale(
        "Fewest usable", edges, palette.steps(palette.VIRIDIS, len(labels)), labels, "none at some moment"
    )


def _drawn(strip: Strip, names: Sequence[str], squares: Squares) -> Markup:
    order = _worst(strip, len(names))
    left = 12 + LETTER_PX * max((len(names[u]) for u in order), default=0)
    step = (WIDTH_PX - left - 14) / max(squares.values.shape[1], 1)
    parts = []
    for k, u in enumerate(order):
        parts.append(svg.text(left - 8, k * ROW_PX + 13, names[u], text_anchor="end"))
        parts += _row(strip, squares, u, names[u], left, k * ROW_PX, step)
    parts += _hours(strip, left, len(order) * ROW_PX, step)
    return svg.drawing(WIDTH_PX, len(order) * ROW_PX + 40, squares.label, parts, "wide")


def _row(
    strip: Strip, squares: Squares, u: int, name: str, left: float, top: float, step: float
) -> list[str]:
    parts, index = [], squares.scale.index(squares.values[u])
    for h in range(len(index)):
        end = strip.starts[h] + np.timedelta64(strip.hours, "h")
        title = f"{name}, {_stamp(strip.starts[h])} to {_stamp(end)}: {squares.words(u, h)}"
        colour = squares.scale.colour(int(index[h]))
        parts.append(svg.rect(left + h * step, top + 1, step - 1, ROW_PX - 2, colour, title=title))
    return parts


def _hours(strip: Strip, left: float, top: float, step: float) -> list[str]:
    """Ticks, hours of the day or dates, and the title."""
    room = max(1, int(np.ceil(44 / max(step, 1.0))))
    every = next((n for n in (1, 2, 3, 4, 6, 12, 24, 48) if n >= room), room)
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
    middle = left + step * len(strip.starts) / 2
    return [*parts, svg.axis_title(middle, top + 35, title, text_anchor="middle")]


def _worst(strip: Strip, count: int) -> list[int]:
    """All rows in their order, or the worst served where there are too many to read."""
    if count <= ROWS_AT_MOST:
        return list(range(count))
    return sorted(np.lexsort((strip.least.mean(axis=1), strip.served.sum(axis=1)))[:ROWS_AT_MOST].tolist())


def _stamp(when: np.datetime64) -> str:
    text = str(when.astype("datetime64[m]"))
    return f"{text[5:10]} {text[11:16]}"


def day(series: DaySeries, result: BroadbandResult) -> Markup:
    """Satellites in view, allowed and usable over time: means over the places, and the range of usable."""
    high = float(max(series.in_view.max(initial=1), series.usable_high.max(initial=1)))
    top = ticks(0, high * 1.05 + numerals.nice_step(high, 5), 5)[-1]
    frame = Frame(40, 30, 800, 230, (0.0, result.scenario.clock.duration_h), (0.0, top))
    parts = [frame.y_axis("Satellites"), _clock_axis(frame, result)]
    high_edge, low_edge = (
        frame.points(series.hours, edge) for edge in (series.usable_high, series.usable_low)
    )
    band = svg.outline(np.concatenate([high_edge, low_edge[::-1]]), closed=True)
    parts.append(svg.path(band, fill=palette.SKY, opacity=0.28))
    ends = []
    for values, colour, label, dash in _lines(series):
        text = svg.outline(frame.points(series.hours, values))
        parts.append(svg.path(text, fill="none", stroke=colour, stroke_width=2, stroke_dasharray=dash))
        ends.append((frame.at_y(float(values[-12:].mean())), label, colour))
    parts += _end_labels(ends, frame.left + frame.width + 8)
    seen, usable = (numerals.amount(float(v.mean())) for v in (series.in_view, series.usable))
    return svg.drawing(
        WIDTH_PX, 310, f"Over time: {seen} satellites in view, {usable} usable on average.", parts, "wide"
    )


def _clock_axis(frame: Frame, result: BroadbandResult) -> str:
    """Hours of the day for runs up to two days that start on the hour, else hours since the start."""
    start, hours = result.scenario.clock.start_utc, frame.x[1]
    of_day = hours <= 48 and not start.minute and not start.second
    step = next(
        (s for s in (0.25, 0.5, 1, 2, 3, 4, 6, 12, 24) if hours / s <= 12), numerals.nice_step(hours, 12)
    )
    bottom, parts = frame.top + frame.height, []
    for value in np.arange(0, hours + 1e-9, step).tolist():
        words = _of_day(start.hour + value) if of_day else tick_text(value)
        x = frame.at_x(value)
        parts.append(svg.line(x, bottom, x, bottom + 5, palette.FAINT_INK))
        parts.append(svg.text(x, bottom + 18, words, text_anchor="middle", fill=palette.SOFT_INK))
    parts.append(svg.line(frame.left, bottom, frame.left + frame.width, bottom, palette.FAINT_INK))
    title, middle = "Hour (UTC)" if of_day else "Hours since the start", frame.left + frame.width / 2
    return "".join([*parts, svg.axis_title(middle, bottom + 36, title, text_anchor="middle")])


def _of_day(hours: float) -> str:
    whole, minutes = divmod(round(hours * 60), 60)
    return f"{whole % 24:02d}:{minutes:02d}" if minutes else f"{whole % 24:02d}"


def _lines(series: DaySeries) -> list[tuple[Floats, str, str, str | None]]:
    lines: list[tuple[Floats, str, str, str | None]] = [(series.in_view, palette.ORANGE, "in view", None)]
    if not np.array_equal(series.in_view, series.allowed):
        lines.append((series.allowed, palette.PURPLE, "allowed", "5 3"))
    return [*lines, (series.usable, palette.BLUE, "usable", None)]


def _end_labels(ends: Sequence[tuple[float, str, str]], x: float) -> list[str]:
    """Names at the ends of lines, pushed apart where they would touch."""
    parts, last = [], -1e9
    for y, label, colour in sorted(ends):
        last = max(y, last + 15)
        parts.append(svg.text(x, last + 4, label, fill=_readable(colour), font_weight="600"))
    return parts


def _readable(colour: str) -> str:
    """The colour, darkened until it reads on white."""
    shades = (palette.at((colour, "#000000"), float(part)) for part in np.linspace(0, 1, 21))
    return next(shade for shade in shades if palette.contrast(shade, "#ffffff") >= 4.5)
