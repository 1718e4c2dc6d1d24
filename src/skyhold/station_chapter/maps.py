"""Maps of a station's end: whose people are under the track, and where debris of a planned end falls."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
from markupsafe import Markup

from skyhold.data import countries
from skyhold.drawing import labels, palette, shapes, svg
from skyhold.drawing.labels import Label
from skyhold.drawing.numerals import NBSP
from skyhold.drawing.palette import Scale
from skyhold.drawing.projections import EARTH_KM, EqualArea, EqualEarth, Floats, Sheet, centre_of, fitted
from skyhold.drawing.shapes import scale_bar
from skyhold.results.station import StationResult
from skyhold.station_chapter import findings as found

WIDE = 980.0
SHARE_EDGES = (0.1, 0.3, 1.0, 3.0, 10.0)
SHARE_RAMP = ("#fdf0d9", "#fbd7a0", "#f5b065", "#e0813a", "#b9551a", "#7f2f08")
UNTOUCHED = "#eef0f3"
NAMED = 12
KEEP_OUT, OWN_KEEP_OUT = "#f3c9b4", "#dcd3ec"
WEIGHTS = (
    (0.0, "under 1 kg", palette.SKY),
    (1.0, "1 to 100 kg", palette.BLUE),
    (100.0, "over 100 kg", palette.BLACK),
)
DEBRIS_AT_MOST = 4000


def share_scale() -> Scale:
    """Percent of the expected casualties by country, each class three times the one before."""
    names = [f"{low:g}–{high:g}{NBSP}%" for low, high in pairwise(SHARE_EDGES)]
    ends = (f"under {SHARE_EDGES[0]:g}{NBSP}%", *names, f"{SHARE_EDGES[-1]:g}{NBSP}% and more")
    return Scale("Share of the expected casualties", SHARE_EDGES, SHARE_RAMP, ends, "none")


def risk(result: StationResult) -> Markup | None:
    """The world with each country coloured by its share of the expected casualties, and the limits of the track."""
    if not found.has(result, "risk_countries"):
        return None
    sheet, outlines = _world()
    rows = {str(row["country"]): row for row in found.rows(result, "risk_countries")}
    scale = share_scale()
    parts = [svg.rect(0, 0, sheet.width, sheet.height, palette.SEA, rx=3)]
    for code, outline in outlines.items():
        parts.append(svg.path(outline, fill=_colour(rows.get(code), scale), stroke="#ffffff", stroke_width=0.5,
                              fill_rule="evenodd", title=_told(rows.get(code))))  # fmt: skip
    limit = found.inclination_deg(result)
    parts += [_parallel(sheet, limit), _parallel(sheet, -limit), _names(sheet, rows)]
    words = (
        f"Map of the world: share of the expected casualties by country between {limit:.1f}° north and south."
    )
    return svg.drawing(sheet.width, sheet.height, words, parts, "map")


@lru_cache(maxsize=1)
def _world() -> tuple[Sheet, dict[str, str]]:
    """The world without its emptiest south, and the outlines of all countries."""
    edge = np.linspace(-60, 84, 31)
    lon = np.concatenate([np.full(31, -180.0), np.full(31, 180.0)])
    sheet = fitted(EqualEarth(), lon, np.concatenate([edge, edge]), WIDE, (300.0, 520.0), 4.0)
    return sheet, shapes.country_outlines(countries.all_countries("110m"), sheet)


def _colour(row: dict[str, object] | None, scale: Scale) -> str:
    share = 0.0 if row is None else float(str(row["casualty_share_percent"]))
    return scale.colour(int(scale.index(share))) if share > 0 else UNTOUCHED


def _told(row: dict[str, object] | None) -> str:
    if row is None:
        return ""
    casualties, time = (float(str(row[f"{key}_share_percent"])) for key in ("casualty", "time"))
    return f"{row['name']}: {casualties:.2f}{NBSP}% of the expected casualties, {time:.2f}{NBSP}% of the time"


def _parallel(sheet: Sheet, latitude_deg: float) -> str:
    """A limit of the track: nothing falls beyond it."""
    lon = np.linspace(-180, 180, 121)
    pixels = sheet(lon, np.full(121, latitude_deg))
    words = f"{abs(latitude_deg):.1f}° {'N' if latitude_deg > 0 else 'S'}: the track ends here"
    line = svg.path(svg.outline(pixels), fill="none", stroke=palette.INK, stroke_width=1.2, stroke_dasharray="6 4",
                    title=words)  # fmt: skip
    x, y = pixels[4]
    return line + svg.text(float(x) + 10, float(y) - 5, words, fill=palette.INK, font_size=11, css="halo")


def _names(sheet: Sheet, rows: dict[str, dict[str, object]]) -> str:
    """Names of the countries that bear most, in the middle of each, with their shares."""
    worst = sorted(rows.values(), key=lambda row: -float(str(row["casualty_share_percent"])))[:NAMED]
    by_code = {one.iso3: one for one in countries.all_countries("110m")}
    named = []
    for row in worst:
        country = by_code.get(str(row["country"]))
        if country is None:
            continue
        outer = max(
            (ring for ring, _ in country.polygons), key=lambda ring: float(np.prod(np.ptp(ring, axis=0)))
        )
        x, y = (float(v) for v in sheet(*outer.mean(axis=0)))
        share = float(str(row["casualty_share_percent"]))
        named.append(
            Label(
                x,
                y + 4,
                f"{found.called(row['name']).removeprefix('the ')} {share:.0f}{NBSP}%",
                0.0,
                palette.INK,
                weight="600",
            )
        )
    return labels.placed(named, [], sheet.width, sheet.height)


def footprint(result: StationResult) -> Markup | None:
    """Debris of a planned end on the South Pacific, with land and the distance kept from it."""
    if not found.has(result, "footprint") or result.scenario.deorbit is None:
        return None
    spec, table = result.scenario.deorbit, result.tables["footprint"]
    lon, lat = (np.asarray(table[f"{key}_deg"], float) for key in ("longitude", "latitude"))
    keep = np.arange(len(lon)) % max(1, -(-len(lon) // DEBRIS_AT_MOST)) == 0
    sheet = _ocean(lon, lat)
    kg = np.asarray(table["mass_kg"], float)[keep]
    parts = [svg.rect(0, 0, sheet.width, sheet.height, palette.SEA, rx=3), _land(sheet, result)]
    ends = [*(low for low, _, _ in WEIGHTS[1:]), np.inf]
    for (low, title, colour), high in zip(WEIGHTS, ends, strict=True):
        mine = (kg >= low) & (kg < high)
        parts.append(_debris(sheet, lon[keep][mine], lat[keep][mine], title, colour))
    parts += [_aim(sheet, spec.aim_longitude_deg, spec.aim_latitude_deg), scale_bar(sheet)]
    words = f"Map of the debris footprint: {len(lon)} fragments of the Monte Carlo round the aimed point."
    return svg.drawing(sheet.width, sheet.height, words, parts, "map")


def weights() -> list[tuple[str, str]]:
    """Colours of the pieces by mass."""
    return [(colour, title) for _, title, colour in WEIGHTS]


def _ocean(lon: Floats, lat: Floats) -> Sheet:
    """The sea round the debris, at least from New Zealand to Chile where it lies between them."""
    lon0, lat0 = centre_of(lon, lat)
    corners_lon = np.concatenate([lon, lon0 + np.array([-55.0, 55.0, -55.0, 55.0])])
    corners_lat = np.concatenate([lat, np.clip(lat0 + np.array([24.0, 24.0, -22.0, -22.0]), -78, 78)])
    return fitted(EqualArea(lon0, lat0), corners_lon, corners_lat, WIDE, (460.0, 560.0), 6.0)


def _land(sheet: Sheet, result: StationResult) -> str:
    """Land, with a rim as wide as the distance that debris must keep from it."""
    spec = result.scenario.deorbit
    assert spec is not None
    outlines = shapes.country_outlines(countries.all_countries("50m"), sheet)
    px_per_km = sheet.scale / EARTH_KM
    own = "".join(text for code, text in outlines.items() if code in spec.own_land)
    foreign = "".join(text for code, text in outlines.items() if code not in spec.own_land)
    rims = [(foreign, spec.keep_out_km, KEEP_OUT), (own, spec.keep_out_own_km, OWN_KEEP_OUT)]
    drawn = [
        svg.path(text, fill=colour, stroke=colour, stroke_width=2 * km * px_per_km, stroke_linejoin="round",
                 fill_rule="evenodd")
        for text, km, colour in rims
    ]  # fmt: skip
    drawn.append(
        svg.path(
            foreign + own, fill=palette.LAND, stroke=palette.COAST, stroke_width=0.7, fill_rule="evenodd"
        )
    )
    return "".join(drawn)


def _debris(sheet: Sheet, lon: Floats, lat: Floats, title: str, colour: str) -> str:
    """Pieces as dots of one colour."""
    pixels = sheet(lon, lat)
    dots = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in pixels.tolist() if np.isfinite(x + y))
    return svg.path(
        dots,
        fill="none",
        stroke=colour,
        stroke_width=3.4,
        stroke_linecap="round",
        stroke_opacity=0.55,
        title=title,
    )


def _aim(sheet: Sheet, longitude_deg: float, latitude_deg: float) -> str:
    x, y = (float(v) for v in sheet(longitude_deg, latitude_deg))
    cross = svg.path(f"M{x - 9:.1f} {y:.1f}h18M{x:.1f} {y - 9:.1f}v18", stroke=palette.INK, stroke_width=1.8)
    return cross + svg.text(x + 11, y - 7, "aimed point", font_weight="600", css="halo")
