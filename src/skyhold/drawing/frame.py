"""The plot area of a chart with its axes, and bars for the rows of a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from skyhold.drawing import palette, svg
from skyhold.drawing.numerals import nice_step, tick_text, ticks

Floats = NDArray[np.float64]
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


def round_end(high: float, about: int) -> float:
    """The round end of an axis from zero that holds `high`, with about so many steps."""
    step = nice_step(max(high, 1e-12), about)
    return float(np.ceil(high / step - 1e-9) * step) or step


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
