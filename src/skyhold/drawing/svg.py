"""Small, sharp, self-standing drawings: SVG written directly, with hover titles and a label for screen readers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from skyhold.drawing.palette import GRID, INK, SOFT_INK

FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue','Liberation Sans',Arial,sans-serif"


def element(name: str, *children: str, **attributes: Any) -> str:
    """One element; `a_b` is attribute a-b, `css` is its class, `title` what the mouse shows."""
    title = attributes.pop("title", "")
    inner = (f"<title>{escape(title)}</title>" if title else "") + "".join(children)
    words = "".join(
        f' {"class" if key == "css" else key.replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{words}>{inner}</{name}>" if inner else f"<{name}{words}/>"


def drawing(width: float, height: float, label: str, parts: Iterable[str], css_class: str = "") -> Markup:
    """The whole drawing, as wide as its place, or of its own size in a table ("cell"); `label` is it in words."""
    body = "".join(parts)
    size = f' width="{_value(width)}" height="{_value(height)}"' if css_class == "cell" else ""
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_value(width)} {_value(height)}"{size} role="img" '
        f'aria-label="{escape(label, quote=True)}" class="{css_class}" font-family="{FONT}" font-size="12" '
        f'fill="{INK}">{body}</svg>'
    )


def text(x: float, y: float, words: str, **attributes: Any) -> str:
    """Words at a point."""
    return element("text", escape(words), x=x, y=y, **attributes)


def line(x1: float, y1: float, x2: float, y2: float, stroke: str = GRID, **attributes: Any) -> str:
    """A straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, **attributes)


def rect(x: float, y: float, width: float, height: float, fill: str, **attributes: Any) -> str:
    """A filled rectangle."""
    return element("rect", x=x, y=y, width=max(width, 0.0), height=max(height, 0.0), fill=fill, **attributes)


def path(outline: str, **attributes: Any) -> str:
    """A path from the text of its `d`; nothing for an empty one."""
    return element("path", d=outline, **attributes) if outline else ""


def outline(points: NDArray[np.float64], closed: bool = False) -> str:
    """(N, 2) points as a path, relative and to a tenth; points closer than that become one."""
    tenths = np.rint(np.asarray(points, dtype=np.float64) * 10).astype(np.int64)
    if len(tenths) > 1:
        moved = np.concatenate([[True], np.any(np.diff(tenths, axis=0) != 0, axis=1)])
        tenths = tenths[moved]
    if len(tenths) < 2 or (closed and len(tenths) < 3):
        return ""
    steps = np.diff(tenths, axis=0).tolist()
    return f"M{_tenth(tenths[0, 0])} {_tenth(tenths[0, 1])}l" + _joined(steps) + ("z" if closed else "")


def axis_title(x: float, y: float, words: str, **attributes: Any) -> str:
    """The name of an axis, with its unit."""
    return text(x, y, words, fill=SOFT_INK, **attributes)


def _value(value: Any) -> str:
    if isinstance(value, float | np.floating):
        return f"{value:.2f}".rstrip("0").rstrip(".") if math.isfinite(value) else "0"
    return escape(str(value), quote=True)


def _tenth(value: int) -> str:
    whole, tenth = divmod(abs(int(value)), 10)
    return ("-" if value < 0 else "") + (f"{whole}.{tenth}" if tenth else f"{whole}")


def _joined(steps: list[list[int]]) -> str:
    """Relative steps with the fewest separators: a minus sign separates by itself."""
    words = [_tenth(value) for step in steps for value in step]
    joined = words[0]
    for word in words[1:]:
        joined += word if word[0] == "-" else " " + word
    return joined
