"""Outlines for pictures: borders and cells, thinned to what a screen can show."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import h3
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from skyhold.data.countries import Country
from skyhold.drawing import numerals, svg
from skyhold.drawing.palette import SOFT_INK
from skyhold.drawing.projections import EARTH_KM, Floats, Orthographic, Sheet

RIM_PX = 60.0
PIXELS_PER_UNIT = 2.0
EDGE_PX = 4.0


def country_outlines(all_of: Iterable[Country], sheet: Sheet, tolerance_px: float = 0.35) -> dict[str, str]:
    """Path of each country that reaches into the sheet, by code."""
    outlines: dict[str, str] = {}
    for one in all_of:
        rings = [ring for outer, holes in one.polygons for ring in (outer, *holes)]
        text = "".join(ring_outline(ring, sheet, tolerance_px) for ring in rings)
        if text:
            outlines[one.iso3] = text
    return outlines


def ring_outline(ring: NDArray[np.float64], sheet: Sheet, tolerance_px: float) -> str:
    """A closed ring of longitudes and latitudes as a path, cut to the sheet and thinned; empty when outside it."""
    pixels = sheet(ring[:, 0], ring[:, 1])
    pixels = pixels[np.isfinite(pixels).all(axis=1)]
    if len(pixels) < 3 or not _touches(pixels, sheet):
        return ""
    return svg.outline(thinned(_clipped(pixels, sheet), tolerance_px), closed=True)


def globe_outlines(all_of: Iterable[Country], sheet: Sheet, view: Orthographic) -> dict[str, str]:
    """Path of the near side of each country on a globe, by code; the limb closes what goes over it."""
    outlines: dict[str, str] = {}
    for one in all_of:
        rings = [ring for outer, holes in one.polygons for ring in (outer, *holes)]
        text = "".join(_near_outline(ring, sheet, view) for ring in rings)
        if text:
            outlines[one.iso3] = text
    return outlines


def _near_outline(ring: NDArray[np.float64], sheet: Sheet, view: Orthographic) -> str:
    dense = _dense(ring)
    near = view.cosine(dense[:, 0], dense[:, 1]) > 0
    if not near.any():
        return ""
    pixels = sheet(dense[:, 0], dense[:, 1])
    return svg.outline(thinned(pixels if near.all() else _along_limb(pixels, near, sheet), 0.3), closed=True)


def _dense(ring: NDArray[np.float64], step_deg: float = 4.0) -> NDArray[np.float64]:
    """The ring with points put in on long edges, which a picture of the globe bends."""
    counts = np.maximum(1, np.ceil(np.abs(np.diff(ring, axis=0)).max(axis=1) / step_deg).astype(np.int64))
    edge = np.repeat(np.arange(len(counts)), counts)
    part = (np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)) / counts[edge]
    return np.asarray(ring[edge] + part[:, None] * (ring[edge + 1] - ring[edge]))


def _along_limb(pixels: Floats, near: NDArray[np.bool_], sheet: Sheet) -> Floats:
    """Between two points on the limb, the way along the limb, the shorter one."""
    centre = np.array([sheet.left, sheet.top])
    around = np.arctan2(*(pixels - centre).T[::-1])
    turn = (np.roll(around, -1) - around + np.pi) % (2 * np.pi) - np.pi
    counts = np.where(near | np.roll(near, -1), 1, np.maximum(1, np.ceil(np.abs(turn) / 0.05))).astype(
        np.int64
    )
    start = np.repeat(np.arange(len(counts)), counts)
    part = (np.arange(len(start)) - np.repeat(np.cumsum(counts) - counts, counts)) / counts[start]
    angle = around[start] + part * turn[start]
    limb = centre + sheet.scale * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return np.where((counts[start] > 1)[:, None], limb, pixels[start])


def country_middles(all_of: Iterable[Country], sheet: Sheet, but: str) -> list[tuple[str, float, float]]:
    """Name and middle of the largest part that shows of each country with room for a name."""
    middles = []
    for one in all_of:
        parts = [_shown(outer, sheet) for outer, _ in one.polygons] if one.iso3 != but else []
        area, middle = max(
            ((*_area_and_middle(part),) for part in parts if len(part) > 2), default=(0.0, None)
        )
        if middle is not None and area > (9.0 * len(one.name)) ** 2 / 3:
            middles.append((one.name, *middle))
    return middles


def _shown(ring: NDArray[np.float64], sheet: Sheet) -> Floats:
    """The part of a ring on the sheet, in pixels."""
    pixels = sheet(ring[:, 0], ring[:, 1])
    pixels = pixels[np.isfinite(pixels).all(axis=1)]
    if len(pixels) < 3 or not _touches(pixels, sheet):
        return np.empty((0, 2))
    return _clipped(pixels, sheet, 0.0)


def _area_and_middle(pixels: Floats) -> tuple[float, tuple[float, float]]:
    """Area and centroid of a polygon in pixels (the shoelace formula)."""
    x, y = pixels.T
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    twice = float(cross.sum())
    if abs(twice) < 1e-6:
        return 0.0, (0.0, 0.0)
    middle_x = float(((x + np.roll(x, -1)) * cross).sum()) / (3 * twice)
    return abs(twice) / 2, (middle_x, float(((y + np.roll(y, -1)) * cross).sum()) / (3 * twice))


def merged_outline(cells: Sequence[str], sheet: Sheet) -> str:
    """One path round cells that lie together, with holes (even-odd)."""
    text = ""
    for polygon in _polygons(h3.cells_to_h3shape(list(cells))):
        for loop in (polygon.outer, *polygon.holes):
            corners = np.array(loop)
            pixels = sheet(corners[:, 1], corners[:, 0])
            if np.isfinite(pixels).all():
                text += svg.outline(pixels, closed=True)
    return text


def _polygons(shape: Any) -> Sequence[h3.LatLngPoly]:
    return (shape,) if isinstance(shape, h3.LatLngPoly) else shape.polys


def cells_image(cells: tuple[str, ...], colours: Sequence[str], sheet: Sheet) -> str:
    """An `image` element with the cells painted, as wide as the sheet; a cell on the map's edge is on both sides."""
    corners, ends = _corners(cells)
    pixels = (sheet(corners[:, 0], corners[:, 1]) - 0.5 / PIXELS_PER_UNIT) * PIXELS_PER_UNIT
    kinds = sorted(set(colours))
    picture = Image.new("P", (int(sheet.width * PIXELS_PER_UNIT), int(sheet.height * PIXELS_PER_UNIT)), 0)
    picture.putpalette([0, 0, 0] + [int(colour[i : i + 2], 16) for colour in kinds for i in (1, 3, 5)])
    brush, number = ImageDraw.Draw(picture), {colour: i + 1 for i, colour in enumerate(kinds)}
    turn = (sheet(180.0, 0.0) - sheet(-180.0, 0.0))[0] * PIXELS_PER_UNIT
    starts = np.append(0, ends)
    right = np.maximum.reduceat(pixels[:, 0], starts)
    whole = right - np.minimum.reduceat(pixels[:, 0], starts) < picture.width / 3
    over = right > picture.width - EDGE_PX
    for at, ring in enumerate(np.split(pixels, ends)):
        fill = number[colours[at]]
        if whole[at]:
            brush.polygon(ring.ravel().tolist(), fill=fill)
        if whole[at] and over[at]:
            brush.polygon((ring - [turn, 0.0]).ravel().tolist(), fill=fill)
    return _embedded(picture, sheet)


@lru_cache(maxsize=2)
def _corners(cells: tuple[str, ...]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(N, 2) corners of cells, longitude continuous over the antimeridian, and where all but the first cell begin."""
    rings = [h3.cell_to_boundary(cell) for cell in cells]
    sizes = np.array([len(ring) for ring in rings])
    corners = np.array([corner for ring in rings for corner in ring])[:, ::-1]
    starts = np.cumsum(sizes) - sizes
    span = np.maximum.reduceat(corners[:, 0], starts) - np.minimum.reduceat(corners[:, 0], starts)
    corners[:, 0] += np.where(np.repeat(span > 180.0, sizes) & (corners[:, 0] < 0), 360.0, 0.0)
    return corners, starts[1:]


def _embedded(picture: Image.Image, sheet: Sheet) -> str:
    """The picture as a PNG inside the element; its colour 0 is clear."""
    buffer = io.BytesIO()
    bits = 4 if len(picture.getcolors() or range(256)) <= 16 else 8
    picture.save(buffer, format="png", compress_level=7, bits=bits, transparency=0)
    data = base64.b64encode(buffer.getvalue()).decode()
    size = {"x": 0, "y": 0, "width": sheet.width, "height": sheet.height}
    return svg.element("image", href="data:image/png;base64," + data, preserveAspectRatio="none", **size)


def thinned(pixels: Floats, tolerance_px: float) -> Floats:
    """Corners that matter: those farther than the tolerance from the line (Douglas and Peucker 1973)."""
    if len(pixels) < 4:
        return pixels
    pixels = _without_repeats(pixels, tolerance_px)
    if len(pixels) < 4:
        return pixels
    middle = int(np.argmax(np.hypot(*(pixels - pixels[0]).T)))
    keep = np.zeros(len(pixels), np.bool_)
    keep[[0, middle, len(pixels) - 1]] = True
    pending = [(0, middle), (middle, len(pixels) - 1)]
    while pending:
        first, last = pending.pop()
        if last - first < 2:
            continue
        away = _distances(pixels[first : last + 1])
        far = int(np.argmax(away))
        if away[far] > tolerance_px:
            keep[first + far] = True
            pending += [(first, first + far), (first + far, last)]
    return pixels[keep]


def _without_repeats(pixels: Floats, tolerance_px: float) -> Floats:
    """One point for each square of half a tolerance that the line walks through."""
    squares = np.rint(pixels / max(tolerance_px / 2, 1e-6)).astype(np.int64)
    moved = np.concatenate([[True], np.any(np.diff(squares, axis=0) != 0, axis=1)])
    return np.asarray(pixels[moved])


def _distances(pixels: Floats) -> Floats:
    """Distance of each point from the chord between the first and the last."""
    chord = pixels[-1] - pixels[0]
    length = float(np.hypot(*chord))
    offset = pixels - pixels[0]
    if length < 1e-9:
        return np.asarray(np.hypot(offset[:, 0], offset[:, 1]))
    return np.asarray(np.abs(offset[:, 0] * chord[1] - offset[:, 1] * chord[0]) / length)


def _touches(pixels: Floats, sheet: Sheet) -> bool:
    low, high = pixels.min(axis=0), pixels.max(axis=0)
    return bool(high[0] > 0 and low[0] < sheet.width and high[1] > 0 and low[1] < sheet.height)


def _clipped(pixels: Floats, sheet: Sheet, rim: float = RIM_PX) -> Floats:
    """The polygon inside the sheet and a rim round it (Sutherland and Hodgman 1974)."""
    limits = ((0, -rim, 1), (0, sheet.width + rim, -1), (1, -rim, 1), (1, sheet.height + rim, -1))
    for axis, limit, side in limits:
        if len(pixels) < 3:
            return pixels
        away = side * (pixels[:, axis] - limit)
        if (away >= 0).all():
            continue
        pixels = _cut(pixels, away)
    return pixels


def _cut(pixels: Floats, away: Floats) -> Floats:
    """The part of a polygon where `away` is not negative."""
    after, away_after = np.roll(pixels, -1, axis=0), np.roll(away, -1)
    crosses = (away >= 0) != (away_after >= 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = (away / (away - away_after))[:, None]
    crossing = pixels + np.where(crosses[:, None], part, 0.0) * (after - pixels)
    both = np.stack([pixels, crossing], axis=1).reshape(-1, 2)
    wanted = np.stack([away >= 0, crosses], axis=1).ravel()
    return np.asarray(both[wanted])


def scale_bar(sheet: Sheet) -> str:
    """A round length in kilometres, in the lower left corner."""
    km_per_px = EARTH_KM / sheet.scale
    length = numerals.nice_step(sheet.width * 0.22 * km_per_px, 1)
    length = length if length / km_per_px < sheet.width * 0.4 else length / 2
    y, x = sheet.height - 12.0, 12.0
    end = x + length / km_per_px
    bar = svg.path(f"M{x:.1f} {y - 4:.1f}v4H{end:.1f}v-4", fill="none", stroke=SOFT_INK, stroke_width=1.2)
    return bar + svg.text(end + 5, y, f"{length:,.0f} km", fill=SOFT_INK, font_size=11, css="halo")
