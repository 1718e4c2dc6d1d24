"""Numbers, times and lists as a reader wants them: no false precision, and 100 % only when it is all of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

NBSP, MINUS, NONE = "\u00a0", "\u2212", "–"


def whole(value: float) -> str:
    """A count with thousands separated: 5,760."""
    return NONE if math.isnan(value) else _signed_zero(f"{value:,.0f}").replace("-", MINUS)


def decimal(value: float, places: int) -> str:
    """A number with a fixed number of decimals; an en dash for NaN."""
    return NONE if math.isnan(value) else _signed_zero(f"{value:,.{places}f}").replace("-", MINUS)


def amount(value: float) -> str:
    """A number to about three figures: 0.42, 8.1, 14.9, 152."""
    size = abs(value)
    if math.isnan(value):
        return NONE
    return decimal(value, 0 if size >= 100 or float(value).is_integer() else 1 if size >= 1 else 2)


def milliseconds(value: float) -> str:
    """A delay to whole milliseconds, to a tenth below 10 ms."""
    return NONE if math.isnan(value) else f"{decimal(value, 0 if abs(value) >= 9.95 else 1)}{NBSP}ms"


def share(part: float, of: float) -> str:
    """Percent of a count, exact at the ends: "100 %" only for all and "0 %" only for none."""
    if not of > 0 or math.isnan(part):
        return NONE
    if part >= of or part <= 0:
        return f"100{NBSP}%" if part >= of else f"0{NBSP}%"
    return _inner_percent(100.0 * part / of)


def _inner_percent(percent: float) -> str:
    if percent > 99.995:
        return f">{NBSP}99.99{NBSP}%"
    if percent < 0.005:
        return f"<{NBSP}0.01{NBSP}%"
    near_an_end = percent > 99.9 or percent < 0.1
    text = f"{percent:.{2 if near_an_end else 1}f}"
    return f"{text}{NBSP}%"


def points(change: float) -> str:
    """A change of percentages in percentage points, signed: −6.9 points; "no change" for none at all."""
    if math.isnan(change):
        return NONE
    if change == 0:
        return "no change"
    if abs(change) < 0.005:
        return f"{'+' if change > 0 else MINUS}<{NBSP}0.01{NBSP}points"
    return f"{signed(change, 2 if abs(change) < 0.095 else 1)}{NBSP}points"


def signed(value: float, places: int) -> str:
    """A change with its sign, a real minus; "0" when it rounds to none."""
    if math.isnan(value):
        return NONE
    text = f"{abs(value):,.{places}f}"
    if float(text.replace(",", "")) == 0:
        return "0"
    return ("+" if value > 0 else MINUS) + text


def duration(seconds: float) -> str:
    """A length of time in one or two units, to the smaller of them: 0.4 s, 12 min 30 s, 3 h 5 min, 2 d 4 h."""
    if math.isnan(seconds):
        return NONE
    if seconds < 59.5:
        return f"{decimal(seconds, 0 if seconds >= 9.95 or seconds == round(seconds) else 1)}{NBSP}s"
    scales = ((172_800, "d", 86_400, "h", 3600), (3570, "h", 3600, "min", 60), (0, "min", 60, "s", 1))
    _, large, size, small, unit = next(scale for scale in scales if seconds >= scale[0])
    count, rest = divmod(round(seconds / unit), size // unit)
    return f"{count}{NBSP}{large}" + (f" {rest}{NBSP}{small}" if rest else "")


def date(when: datetime) -> str:
    """28 February 2022."""
    return f"{when.day} {when:%B} {when.year}"


def period(start: datetime, hours: float) -> str:
    """When a run happens: "28 February 2022", or with times where it is not a whole day."""
    end = start + timedelta(hours=hours)
    midnight = start.hour == start.minute == start.second == 0
    if midnight and hours == 24:
        return date(start)
    if midnight and hours % 24 == 0:
        return f"{date(start)} to {date(end - timedelta(days=1))}"
    if start.date() == end.date():
        return f"{date(start)}, {start:%H:%M} to {end:%H:%M} UTC"
    return f"{date(start)} {start:%H:%M} to {date(end)} {end:%H:%M} UTC"


def listed(words: Sequence[str], at_most: int = 4) -> str:
    """Kyiv, Lviv and Odesa; a long list ends in "and 9 more"."""
    if len(words) > at_most:
        return ", ".join(words[: at_most - 1]) + f" and {len(words) - at_most + 1} more"
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 2 else words)


def counted(count: int, noun: str, plural: str = "") -> str:
    """1 city, 25 cities."""
    return f"{whole(count)} {noun if count == 1 else plural or noun + 's'}"


def _signed_zero(text: str) -> str:
    return text.lstrip("-") if not text.strip("-0.,") else text


def nice_step(span: float, about: int) -> float:
    """A round step (1, 2, 2.5 or 5 times a power of ten) that cuts `span` into at most `about` pieces."""
    if not span > 0:
        return 1.0
    raw = span / max(1, about)
    power = 10.0 ** math.floor(math.log10(raw))
    return next(power * m for m in (1.0, 2.0, 2.5, 5.0, 10.0) if power * m >= raw * (1 - 1e-9))


def ticks(low: float, high: float, about: int) -> list[float]:
    """Round values from `low` to `high`, both included where they are round."""
    step = nice_step(high - low, about)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(i * step, 10) for i in range(first, last + 1)]


def tick_text(value: float) -> str:
    """A tick label without needless zeros."""
    return f"{value:,.6g}" if abs(value) < 10_000 else f"{value:,.0f}"
