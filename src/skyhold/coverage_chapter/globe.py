"""The globe at one instant: satellites, gateways, where a usable satellite is overhead, and who serves whom."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from skyhold.coverage_chapter import findings, maps
from skyhold.data import countries
from skyhold.drawing import palette, shapes, svg
from skyhold.drawing.projections import EARTH_KM, Floats, Orthographic, Sheet, centre_of
from skyhold.results.results import BroadbandResult
from skyhold.results.tables import Table
from skyhold.units import DEG

FOOTPRINTS_AT_MOST = 700
CORNERS = 20


def globe(result: BroadbandResult, width: float = 480.0) -> Markup | None:
    """The Earth from above the area at the instant of the satellites table; None when there is none."""
    if not findings.has(result, "satellites"):
        return None
    view = _view(result)
    radius = width / 2 * 0.88
    sheet = Sheet(view, radius, width / 2, width / 2, width, width)
    lon, lat, height_km, has_gateway = satellites_at_snapshot(result)
    outlines = shapes.globe_outlines(countries.all_countries("110m"), sheet, view)
    home = outlines.get((result.scenario.area.country if result.scenario.area else None) or "", "")
    parts = [
        svg.element(
            "circle",
            cx=width / 2,
            cy=width / 2,
            r=radius,
            fill=palette.SEA,
            stroke=palette.COAST,
            stroke_width=0.8,
        ),
        _graticule(sheet),
        svg.path(
            "".join(outlines.values()),
            fill=palette.LAND,
            stroke=palette.BORDER,
            stroke_width=0.5,
            fill_rule="evenodd",
        ),
        svg.path(home, fill="#ffffff", stroke=palette.INK, stroke_width=1.1, fill_rule="evenodd"),
        _footprints(result, sheet, lon, lat, height_km, has_gateway),
        _dots(sheet, lon, lat, height_km, has_gateway),
        _links(result, sheet, lon, lat, height_km),
        _gateways(result, sheet),
    ]
    count = int(has_gateway.sum())
    label = f"Globe: {len(lon)} satellites at one instant, {count} of them with a gateway in view."
    return svg.drawing(width, width, label, parts, "globe")


def satellites_at_snapshot(result: BroadbandResult) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
    """(S,) longitude and latitude in degrees, altitude in km, and whether a gateway is in view, at the snapshot."""
    table = result.tables["satellites"]
    lon, lat = np.asarray(table["longitude_deg"], float), np.asarray(table["latitude_deg"], float)
    height = findings.column(table, "altitude_km")
    seen = findings.column(table, "gateway_in_view", "has_gateway", "usable")
    height_km = np.full(len(lon), 550.0) if height is None else np.asarray(height, float)
    return lon, lat, height_km, np.ones(len(lon), np.bool_) if seen is None else np.asarray(seen, np.bool_)


def snapshot_slot(result: BroadbandResult) -> int | None:
    """The slot whose instant the satellites table shows: the middle one of the run."""
    slots = int(result.manifest["slots"])
    return slots // 2 if slots and findings.main_group(result) else None


def snapshot_time(result: BroadbandResult) -> str:
    """That instant for people, UTC; empty where the run does not say."""
    slot = snapshot_slot(result)
    if slot is None:
        return ""
    words = str(result.times[slot].astype("datetime64[s]"))
    return f"{words[:10]} {words[11:]} UTC"


def footprint_radius_rad(height_km: Floats, elevation_rad: float) -> Floats:
    """Earth-centre angle at which a satellite stands at `elevation_rad` (sphere; Wertz, SMAD, eq. 5-24 to 5-28)."""
    return np.asarray(np.arccos(EARTH_KM * np.cos(elevation_rad) / (EARTH_KM + height_km)) - elevation_rad)


def _view(result: BroadbandResult) -> Orthographic:
    tables = [result.tables[group] for group in ("cells", "places") if findings.has(result, group)]
    if not tables:
        return Orthographic(10.0, 30.0)
    lon, lat = (np.asarray(tables[0][key], float) for key in ("longitude_deg", "latitude_deg"))
    lon0, lat0 = centre_of(lon, lat)
    if maps.angles_deg(lon0, lat0, lon, lat).max() > maps.WORLD_FROM_DEG:
        return Orthographic(10.0, 30.0)
    return Orthographic(lon0, float(np.clip(lat0, -60.0, 60.0)))


def _graticule(sheet: Sheet) -> str:
    """Meridians and parallels every 30 degrees, the near side only."""
    turn = np.linspace(-180, 180, 121)
    lines = [(np.full(61, lon), np.linspace(-90, 90, 61)) for lon in range(-180, 180, 30)]
    lines += [(turn, np.full(121, lat)) for lat in range(-60, 61, 30)]
    text = ""
    for lon, lat in lines:
        near = _near(sheet, lon, lat)
        pixels = sheet(lon, lat)
        for part in np.split(np.arange(len(lon)), np.flatnonzero(np.diff(near.astype(int))) + 1):
            if near[part[0]]:
                text += svg.outline(pixels[part])
    return svg.path(text, fill="none", stroke="#d3dbe5", stroke_width=0.5)


def _near(sheet: Sheet, lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    assert isinstance(sheet.projection, Orthographic)
    return np.asarray(sheet.projection.cosine(lon, lat) > 0)


def _footprints(
    result: BroadbandResult,
    sheet: Sheet,
    lon: Floats,
    lat: Floats,
    height_km: Floats,
    has_gateway: NDArray[np.bool_],
) -> str:
    """Ground from which some satellite that has a gateway stands above the minimum elevation."""
    chosen = np.flatnonzero(has_gateway & _near(sheet, lon, lat))
    if len(chosen) > FOOTPRINTS_AT_MOST:
        return ""
    radius = footprint_radius_rad(height_km[chosen], result.scenario.terminal.min_elevation_deg * DEG)
    circle_lon, circle_lat = _circles(lon[chosen], lat[chosen], radius)
    pixels = sheet(circle_lon, circle_lat)
    text = "".join(svg.outline(np.rint(one), closed=True) for one in pixels)
    return svg.element("g", svg.path(text, fill=palette.SKY), opacity=0.3)


def _circles(lon: Floats, lat: Floats, radius_rad: Floats) -> tuple[Floats, Floats]:
    """(N, CORNERS) longitudes and latitudes of circles on the sphere, each wound the same way."""
    bearing = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    phi, away = (lat * DEG)[:, None], radius_rad[:, None]
    sine = np.sin(phi) * np.cos(away) + np.cos(phi) * np.sin(away) * np.cos(bearing)
    north = np.cos(away) - np.sin(phi) * sine
    turn = np.arctan2(np.sin(bearing) * np.sin(away) * np.cos(phi), north)
    return lon[:, None] + turn / DEG, np.arcsin(np.clip(sine, -1, 1)) / DEG


def _lifted(sheet: Sheet, lon: Floats, lat: Floats, height_km: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """(N, 2) pixels of satellites at their height, and which of them the Earth does not hide."""
    assert isinstance(sheet.projection, Orthographic)
    cosine = sheet.projection.cosine(lon, lat)
    beside = np.sqrt(np.clip(1 - cosine**2, 0, 1)) * (1 + height_km / EARTH_KM)
    offset = sheet(lon, lat) - [sheet.left, sheet.top]
    length = np.maximum(np.hypot(offset[:, 0], offset[:, 1]), 1e-9)
    pixels = offset / length[:, None] * (beside * sheet.scale)[:, None] + [sheet.left, sheet.top]
    return pixels, np.asarray((cosine > 0) | (beside > 1.0))


def _dots(sheet: Sheet, lon: Floats, lat: Floats, height_km: Floats, has_gateway: NDArray[np.bool_]) -> str:
    """A dot for each satellite: blue with a gateway in view, grey without."""
    pixels, shown = _lifted(sheet, lon, lat, height_km)
    drawn = []
    for chosen, colour, size in ((~has_gateway, "#7b8696", 2.0), (has_gateway, palette.BLUE, 3.6)):
        text = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in pixels[shown & chosen].tolist())
        drawn.append(svg.path(text, fill="none", stroke=colour, stroke_width=size, stroke_linecap="round"))
    return "".join(drawn)


def _links(result: BroadbandResult, sheet: Sheet, lon: Floats, lat: Floats, height_km: Floats) -> str:
    """Thin lines from each place to the satellite that serves it, and on to its gateway."""
    slot = snapshot_slot(result)
    if slot is None or not findings.has(result, "places"):
        return ""
    places, gateways = result.tables["places"], result.tables.get("gateways")
    serving, gateway = (np.atleast_1d(result.array(name, "places", slot)) for name in ("serving", "gateway"))
    lifted, shown = _lifted(sheet, lon, lat, height_km)
    here, near = _seen(sheet, places)
    there, reached = (
        _seen(sheet, gateways) if gateways is not None and len(gateways) else (here[:0], near[:0])
    )
    text = ""
    for u in np.flatnonzero((serving >= 0) & near):
        s, g = int(serving[u]), int(gateway[u])
        if s < len(shown) and shown[s]:
            down = [there[g]] if 0 <= g < len(there) and reached[g] else []
            text += svg.outline(np.array([here[u], lifted[s], *down]))
    return svg.path(text, fill="none", stroke=palette.INK, stroke_width=0.9, opacity=0.6)


def _seen(sheet: Sheet, table: Table) -> tuple[Floats, NDArray[np.bool_]]:
    """(N, 2) pixels of the sites of a table, and which lie on the near side."""
    lon, lat = (np.asarray(table[key], float) for key in ("longitude_deg", "latitude_deg"))
    return sheet(lon, lat), _near(sheet, lon, lat)


def _gateways(result: BroadbandResult, sheet: Sheet) -> str:
    drawn = []
    for gateway in maps.gateway_marks(result):
        if _near(sheet, np.array([gateway.longitude_deg]), np.array([gateway.latitude_deg]))[0]:
            x, y = (float(v) for v in sheet(gateway.longitude_deg, gateway.latitude_deg))
            drawn.append(maps.triangle(x, y, gateway.name, 4.5))
    return "".join(drawn)
