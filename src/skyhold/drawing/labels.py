"""Names on a picture: each where it covers no other, left out where there is no room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from skyhold.drawing import svg

Box = tuple[float, float, float, float]
CHARACTER_PX = 6.6
HIGH_PX, LOW_PX = 10.0, 3.0
SMALL_SCREEN = 1.6  # how much larger the style sheet sets names on a small screen


@dataclass(frozen=True)
class Label:
    """A name at a mark: `away` is the distance it keeps; 0 puts it over the point itself."""

    x: float
    y: float
    name: str
    away: float
    fill: str
    weight: str | None = None
    style: str | None = None


def placed(labels: Iterable[Label], taken: Iterable[Box], width: float, height: float) -> str:
    """The labels that find room, the first ones first; those that would not on a small screen are `minor`."""
    boxes, large = list(taken), list[Box]()
    drawn = ""
    for label in labels:
        for x, y, anchor in _spots(label):
            box = _box(label, x, y, anchor, 1.0)
            if not _inside(box, width, height) or any(_overlap(box, other) for other in boxes):
                continue
            boxes.append(box)
            larger = _box(label, x, y, anchor, SMALL_SCREEN)
            minor = not _inside(larger, width, height) or any(_overlap(larger, other) for other in large)
            large += [] if minor else [larger]
            drawn += _drawn(label, x, y, anchor, "halo minor" if minor else "halo")
            break
    return drawn


def _spots(label: Label) -> tuple[tuple[float, float, str], ...]:
    """Where a name may stand: right of its mark, left, above, below."""
    x, y, away = label.x, label.y, label.away
    if not away:
        return ((x, y, "middle"),)
    return (
        (x + away, y + 4, "start"),
        (x - away, y + 4, "end"),
        (x, y - away - 2, "middle"),
        (x, y + away + 11, "middle"),
    )


def _box(label: Label, x: float, y: float, anchor: str, size: float) -> Box:
    width = len(label.name) * CHARACTER_PX * size
    left = {"start": x, "end": x - width, "middle": x - width / 2}[anchor]
    return left, y - HIGH_PX * size, left + width, y + LOW_PX * size


def _drawn(label: Label, x: float, y: float, anchor: str, css: str) -> str:
    return svg.text(
        x,
        y,
        label.name,
        text_anchor=anchor,
        font_weight=label.weight,
        font_style=label.style,
        fill=label.fill,
        css=css,
    )


def _inside(box: Box, width: float, height: float) -> bool:
    return box[0] >= 2 and box[2] <= width - 2 and box[1] >= 2 and box[3] <= height - 2


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
