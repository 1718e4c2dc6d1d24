"""Colours that colour-blind readers and printers can tell apart.

Okabe and Ito, "Color Universal Design" (2008), for categories; viridis (Smith and van der Walt, SciPy 2015) for
amounts, turned so that brighter is better; blue against orange for service and its lack, for gains and losses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.drawing.numerals import MINUS, NBSP, nice_step

BLUE, ORANGE, GREEN, VERMILION = "#0072b2", "#e69f00", "#009e73", "#d55e00"
SKY, PURPLE, YELLOW, BLACK = "#56b4e9", "#cc79a7", "#f0e442", "#000000"

INK, SOFT_INK, FAINT_INK = "#1a2230", "#4a5568", "#6b7686"
GRID, RULE = "#e3e7ed", "#c9d0da"
SEA, LAND, HOME, BORDER, COAST = "#eaf0f6", "#f8f6f1", "#ffffff", "#a9b1bd", "#8d98a8"
NO_SERVICE = "#c3c7ce"

VARIANTS = (VERMILION, GREEN, PURPLE, ORANGE, SKY)

VIRIDIS = (
    "#440154", "#482475", "#414487", "#355f8d", "#2a788e", "#21918c",
    "#22a884", "#44bf70", "#7ad151", "#bddf26", "#fde725",
)  # fmt: skip
LOSS_TO_GAIN = (
    "#7f2704", "#b5480b", "#dd7324", "#f3a765", "#f9d5b0",
    "#f2f2f2",
    "#bdd7ea", "#86b6dc", "#4a8fc6", "#1f66a8", "#0b3f78",
)  # fmt: skip
SERVICE = ("#7f2704", "#d4641a", "#f6bd84", "#d3e4f1", "#8fbfe3", "#3382be")


def at(ramp: Sequence[str], share: float) -> str:
    """The colour at `share` (0..1) of a ramp, linear between its stops."""
    place = min(max(share, 0.0), 1.0) * (len(ramp) - 1)
    low = min(int(place), len(ramp) - 2)
    mix = place - low
    one, two = _rgb(ramp[low]), _rgb(ramp[low + 1])
    return "#" + "".join(f"{round(a + (b - a) * mix):02x}" for a, b in zip(one, two, strict=True))


def steps(ramp: Sequence[str], count: int) -> tuple[str, ...]:
    """`count` colours spread evenly over a ramp."""
    return tuple(at(ramp, i / (count - 1) if count > 1 else 1.0) for i in range(count))


def luminance(colour: str) -> float:
    """Relative luminance, 0..1 (WCAG 2.2, definition of relative luminance)."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _rgb(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    """Contrast ratio, 1..21 (WCAG 2.2, definition of contrast ratio)."""
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on `colour`."""
    return INK if contrast(colour, INK) >= contrast(colour, "#ffffff") else "#ffffff"


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@dataclass(frozen=True)
class Scale:
    """Classes of an amount: N - 1 ascending edges, N colours and N labels; NaN is `nothing`, in grey."""

    title: str
    edges: tuple[float, ...]
    colours: tuple[str, ...]
    labels: tuple[str, ...]
    nothing: str = "no service"

    def index(self, values: ArrayLike) -> NDArray[np.int64]:
        """(...,) class of each value, an edge belonging to the class above it; -1 for NaN."""
        known = np.asarray(values, float)
        return np.where(np.isnan(known), -1, np.searchsorted(self.edges, known, side="right"))

    def colour(self, index: int) -> str:
        """The colour of a class, grey for -1."""
        return NO_SERVICE if index < 0 else self.colours[index]

    def legend(self, values: ArrayLike) -> list[tuple[str, str]]:
        """(colour, label) of the classes from the lowest to the highest that occur, grey last where it occurs."""
        present = np.unique(self.index(values))
        found = present[present >= 0].tolist()
        shown = [(self.colours[i], self.labels[i]) for i in (range(found[0], found[-1] + 1) if found else ())]
        return shown + ([(NO_SERVICE, self.nothing)] if -1 in present else [])


SERVICE_EDGES = (50.0, 90.0, 99.0, 99.9, 100.0)


def service_scale() -> Scale:
    """Percent of slots served; "all slots" is a class of its own, and none at all is grey (give NaN for it)."""
    between = [f"{low:g}–{high:g}{NBSP}%" for low, high in pairwise(SERVICE_EDGES)]
    labels = (f"under {SERVICE_EDGES[0]:g}{NBSP}%", *between, "all slots")
    return Scale("Time with service", SERVICE_EDGES, SERVICE, labels)


def amount_scale(
    title: str,
    values: ArrayLike,
    ramp: Sequence[str],
    unit: str = "",
    least: float = 0.1,
    nothing: str = "no service",
) -> Scale:
    """Seven or fewer round classes over the range of the values, none narrower than `least`."""
    known = np.asarray(values, float)
    known = known[np.isfinite(known)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    step = max(nice_step(high - low, 7), least)
    first, last = int(np.floor(low / step + 1e-9)), int(np.ceil(high / step - 1e-9))
    bounds = [round(i * step, 10) for i in range(first, max(last, first + 1) + 1)]
    tail = f"{NBSP}{unit}" if unit else ""
    labels = tuple(f"{a:g}–{b:g}{tail}" for a, b in pairwise(bounds))
    return Scale(title, tuple(bounds[1:-1]), steps(ramp, len(labels)), labels, nothing)


def change_scale(title: str, edges: Sequence[float], unit: str, more_is_better: bool = True) -> Scale:
    """Losses in orange, gains in blue, no change in grey-white; `edges` are the positive class limits, ascending."""
    limits = [0.0, *edges]
    gains = [f"+{a:g} to +{b:g}{NBSP}{unit}" for a, b in zip(limits, edges, strict=False)]
    gains = [gains[0].replace("+0 to", "up to"), *gains[1:], f"over +{edges[-1]:g}{NBSP}{unit}"]
    losses = [label.replace("+", MINUS) for label in reversed(gains)]
    ramp = LOSS_TO_GAIN if more_is_better else LOSS_TO_GAIN[::-1]
    half = len(gains)
    low = [at(ramp, 0.42 * i / max(1, half - 1)) for i in range(half)]
    high = [at(ramp, 0.58 + 0.42 * i / max(1, half - 1)) for i in range(half)]
    tiny = float(np.nextafter(0, 1))
    inner = (*(-e for e in reversed(edges)), 0.0, tiny, *edges)
    return Scale(title, inner, (*low, ramp[5], *high), (*losses, "no change", *gains), "not comparable")
