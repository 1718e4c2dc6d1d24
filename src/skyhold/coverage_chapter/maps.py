"""Maps of service: a region on an equal-area sheet, or the whole world, with borders, cells, cities and gateways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from skyhold.coverage_chapter import findings
from skyhold.data import countries
from skyhold.drawing import labels, palette, shapes, svg
from skyhold.drawing.labels import Label
from skyhold.drawing.palette import Scale
from skyhold.drawing.projections import EqualArea, EqualEarth, Floats, Sheet, centre_of, fitted
from skyhold.drawing.shapes import scale_bar
from skyhold.results.results import BroadbandResult

WORLD_FROM_DEG = 50.0
RASTER_FROM_CELLS = 8000
RASTER_FROM_CHARACTERS = 16_000  # scattered classes make long outlines: a picture is shorter
GATEWAYS_NAMED = 12
GATEWAY_INK = "#8f3a00"


@dataclass(frozen=True)
class Gateway:
    """A gateway on a map."""

    name: str
    longitude_deg: float
    latitude_deg: float
    share: float


@dataclass(frozen=True)
class Atlas:
    """What all maps of a run share: the sheet, the borders under and over the cells, the cells, the marks on top."""

    sheet: Sheet
    world: bool
    under: str
    over: str
    cells: tuple[str, ...]
    marks: str
    outside: tuple[str, ...]


def atlas(result: BroadbandResult, width: float = 560.0) -> Atlas | None:
    """Everything but the colours; None when the run has neither places nor cells."""
    lon, lat = _positions(result)
    if not len(lon):
        return None
    gateways = gateway_marks(result)
    sheet, world = _sheet(lon, lat, gateways, width)
    under, over = _borders(result, sheet, world)
    cells = tuple(str(h) for h in result.tables["cells"]["h3"]) if findings.has(result, "cells") else ()
    shown = [g for g in gateways if sheet.holds(sheet(g.longitude_deg, g.latitude_deg), 4.0)]
    outside = tuple(g.name for g in gateways if g not in shown)
    names_of = [] if world else shapes.country_middles(countries.all_countries("50m"), sheet, _home(result))
    return Atlas(sheet, world, under, over, cells, _marks(result, sheet, shown, names_of), outside)


def map_of(
    maps: Atlas,
    result: BroadbandResult,
    scale: Scale,
    values: dict[str, NDArray[np.float64]],
    label: str,
    extra: str = "",
) -> Markup:
    """A map with the cells, and the places as dots, coloured by `values` (by group, as long as its table).

    `extra` are further marks, drawn over the cells and under the names.
    """
    sheet = maps.sheet
    parts = [svg.rect(0, 0, sheet.width, sheet.height, palette.SEA, rx=3), maps.under]
    if maps.cells and "cells" in values:
        parts.append(_cells(maps, scale, values["cells"]))
    parts.append(maps.over)
    parts.append(_place_dots(result, sheet, scale, values.get("places")))
    parts += [extra, maps.marks, "" if maps.world else scale_bar(sheet)]
    return svg.drawing(sheet.width, sheet.height, label, parts, "map")


def gateway_marks(result: BroadbandResult) -> list[Gateway]:
    """The gateways of the run, those that carried most first."""
    if not findings.has(result, "gateways"):
        return []
    table = result.tables["gateways"]
    share = findings.column(table, "used_percent")
    shares = np.zeros(len(table)) if share is None else np.nan_to_num(np.asarray(share, float))
    found = [
        Gateway(
            str(table["name"][i]),
            float(table["longitude_deg"][i]),
            float(table["latitude_deg"][i]),
            float(shares[i]),
        )
        for i in range(len(table))
    ]
    return sorted(found, key=lambda gateway: -gateway.share)


def _positions(result: BroadbandResult) -> tuple[Floats, Floats]:
    tables = [result.tables[group] for group in ("cells", "places") if findings.has(result, group)]
    if not tables:
        return np.empty(0), np.empty(0)
    lon, lat = (
        np.concatenate([np.asarray(t[key], float) for t in tables])
        for key in ("longitude_deg", "latitude_deg")
    )
    return lon, lat


def _sheet(lon: Floats, lat: Floats, gateways: Sequence[Gateway], width: float) -> tuple[Sheet, bool]:
    """Equal-area round the middle of the terminals, with the gateways near by; the world when they are far apart."""
    lon0, lat0 = centre_of(lon, lat)
    reach = angles_deg(lon0, lat0, lon, lat)
    if reach.max() > WORLD_FROM_DEG:
        edge = np.linspace(-90, 90, 31)
        ring = np.concatenate([np.full(31, -180.0), np.full(31, 180.0)]), np.concatenate([edge, edge])
        return fitted(EqualEarth(), *ring, width, (width * 0.3, width * 0.6), 4.0), True
    near = [
        g
        for g in gateways
        if angles_deg(lon0, lat0, g.longitude_deg, g.latitude_deg) < 1.6 * reach.max() + 5.0
    ]
    spread = 1.5 if reach.max() < 1.0 else 0.0
    lons = np.concatenate([lon, [g.longitude_deg for g in near], [lon0 - spread, lon0 + spread]])
    lats = np.concatenate([lat, [g.latitude_deg for g in near], [lat0 - spread / 2, lat0 + spread / 2]])
    return fitted(EqualArea(lon0, lat0), lons, lats, width, (width * 0.45, width * 0.9), width * 0.06), False


def angles_deg(lon0: float, lat0: float, lon: Floats | float, lat: Floats | float) -> Floats:
    """Angles at the Earth's centre between a point and others, degrees (haversine)."""
    half = np.pi / 360.0
    a = np.sin((np.asarray(lat) - lat0) * half) ** 2
    b = (
        np.cos(np.asarray(lat) * 2 * half)
        * np.cos(lat0 * 2 * half)
        * np.sin((np.asarray(lon) - lon0) * half) ** 2
    )
    return np.asarray(np.degrees(2 * np.arcsin(np.sqrt(np.clip(a + b, 0, 1)))))


def _borders(result: BroadbandResult, sheet: Sheet, world: bool) -> tuple[str, str]:
    """Land below the cells and border lines above them; the country of the scenario a little stronger."""
    outlines = shapes.country_outlines(countries.all_countries("110m" if world else "50m"), sheet)
    home = outlines.get(_home(result), "")
    every = "".join(outlines.values())
    under = svg.path(every, fill=palette.LAND, stroke="none", fill_rule="evenodd")
    under += svg.path(home, fill=palette.HOME, stroke="none", fill_rule="evenodd")
    line, width = (palette.FAINT_INK, 0.6) if world else (palette.COAST, 0.8)
    over = svg.path(every, fill="none", stroke=line, stroke_width=width, stroke_linejoin="round")
    over += svg.path(home, fill="none", stroke=palette.INK, stroke_width=1.2, stroke_linejoin="round")
    return under, over


def _home(result: BroadbandResult) -> str:
    return (result.scenario.area.country if result.scenario.area else None) or ""


def _cells(maps: Atlas, scale: Scale, values: NDArray[np.float64]) -> str:
    index = scale.index(values)
    if maps.world or len(index) > RASTER_FROM_CELLS:
        return _picture(maps, scale, index)
    drawn = []
    for one in np.unique(index):
        colour = scale.colour(int(one))
        text = shapes.merged_outline([maps.cells[i] for i in np.flatnonzero(index == one)], maps.sheet)
        drawn.append(svg.path(text, fill=colour, stroke=colour, stroke_width=0.4, fill_rule="evenodd"))
    outlines = "".join(drawn)
    return outlines if len(outlines) <= RASTER_FROM_CHARACTERS else _picture(maps, scale, index)


def _picture(maps: Atlas, scale: Scale, index: NDArray[np.int64]) -> str:
    return shapes.cells_image(maps.cells, [scale.colour(int(i)) for i in index], maps.sheet)


def _place_dots(
    result: BroadbandResult, sheet: Sheet, scale: Scale, values: NDArray[np.float64] | None
) -> str:
    """Places: white dots over coloured cells, coloured dots where there are no cells."""
    if not findings.has(result, "places"):
        return ""
    table, alone = result.tables["places"], not findings.has(result, "cells")
    pixels = sheet(table["longitude_deg"], table["latitude_deg"])
    index = None if values is None else scale.index(values)
    radius = 2.6 if not alone else 5.0 if len(table) <= 60 else 3.2
    dots = []
    for i, (x, y) in enumerate(pixels):
        fill = "#ffffff" if index is None or not alone else scale.colour(int(index[i]))
        title = str(table["name"][i])
        dots.append(
            svg.element(
                "circle", cx=float(x), cy=float(y), r=radius, fill=fill, stroke=palette.INK, title=title
            )
        )
    return "".join(dots)


def _marks(
    result: BroadbandResult,
    sheet: Sheet,
    gateways: Sequence[Gateway],
    lands: Sequence[tuple[str, float, float]],
) -> str:
    """Gateways as triangles, and the names that find room: gateways first, then places by size, then countries."""
    taken = [(0.0, sheet.height - 26, sheet.width * 0.45, sheet.height)]
    marks, names = "", []
    for gateway in gateways:
        x, y = (float(v) for v in sheet(gateway.longitude_deg, gateway.latitude_deg))
        marks += triangle(x, y, gateway.name, 6.0 if len(gateways) <= GATEWAYS_NAMED else 4.0)
        taken.append((x - 7, y - 7, x + 7, y + 7))
        if len(gateways) <= GATEWAYS_NAMED:
            names.append(Label(x, y, gateway.name, 8.0, GATEWAY_INK, weight="600"))
    for name, x, y in _places(result, sheet):
        taken.append((x - 3, y - 3, x + 3, y + 3))
        names.append(Label(x, y, name, 5.0, palette.INK))
    names += [Label(x, y, name, 0.0, palette.FAINT_INK, style="italic") for name, x, y in lands]
    return marks + labels.placed(names, taken, sheet.width, sheet.height)


def _places(result: BroadbandResult, sheet: Sheet) -> list[tuple[str, float, float]]:
    if not findings.has(result, "places"):
        return []
    table = result.tables["places"]
    pixels = sheet(table["longitude_deg"], table["latitude_deg"]).tolist()
    return [(str(name), x, y) for name, (x, y) in zip(table["name"], pixels, strict=True)]


def triangle(x: float, y: float, title: str, size: float = 6.0) -> str:
    """The mark of a gateway."""
    corners = f"M{x:.1f} {y - size:.1f}L{x + size:.1f} {y + size * 0.8:.1f}H{x - size:.1f}z"
    return svg.path(
        corners, fill=palette.VERMILION, stroke="#ffffff", stroke_width=1.2, title=f"Gateway {title}"
    )
