"""Closed rings of longitude and latitude in degrees: cut at the antimeridian, measured, asked who is inside.

A ring is `(N, 2)`, last point equal to the first. Edges are straight in longitude and latitude, as map
sources mean them. A polygon is an outer ring and a tuple of holes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from skyhold.constants import WGS84_A_M, WGS84_E2
from skyhold.units import DEG

Ring = NDArray[np.float64]
Polygon = tuple[Ring, tuple[Ring, ...]]

_PAIRS_AT_ONCE = 2_000_000  # bounds the memory of `inside` at about 100 MB


def unwrapped(ring: Ring) -> Ring:
    """The ring with longitudes made continuous, so that a step over the antimeridian is a small step."""
    step = np.diff(ring[:, 0])
    step = (step + 180.0) % 360.0 - 180.0
    longitude = np.concatenate([ring[:1, 0], ring[0, 0] + np.cumsum(step)])
    return np.stack([longitude, ring[:, 1]], axis=1)


def _closed_over_pole(ring: Ring) -> Ring:
    """Close an unwrapped ring that goes once round the Earth by way of the nearer pole."""
    pole = math.copysign(90.0, float(ring[:, 1].mean()))
    ends: Ring = np.array([[ring[-1, 0], pole], [ring[0, 0], pole], ring[0]])
    return np.concatenate([ring, ends])


def _clipped(ring: Ring, limit: float, side: float) -> Ring:
    """Part of a closed ring with `side * longitude <= side * limit` (Sutherland and Hodgman 1974, one
    edge)."""
    a, b = ring[:-1], ring[1:]
    a_in, b_in = side * a[:, 0] <= side * limit, side * b[:, 0] <= side * limit
    kept: list[Sequence[float]] = []
    for p, q, p_in, q_in in zip(a.tolist(), b.tolist(), a_in, b_in, strict=True):
        if p_in != q_in:
            kept.append((limit, p[1] + (q[1] - p[1]) * (limit - p[0]) / (q[0] - p[0])))
        if q_in:
            kept.append(q)
    points: Ring = np.array(kept, dtype=np.float64).reshape(-1, 2)
    return np.concatenate([points, points[:1]])


def _within_turn(ring: Ring, turn: int) -> Ring:
    """Part of an unwrapped ring between longitudes 360 turn - 180 and 360 turn + 180, moved to -180..180."""
    shifted: Ring = ring - np.array([360.0 * turn, 0.0])
    if shifted[:, 0].min() < -180.0:
        shifted = _clipped(shifted, -180.0, -1.0)
    if len(shifted) and shifted[:, 0].max() > 180.0:
        shifted = _clipped(shifted, 180.0, 1.0)
    return shifted


def has_area(ring: Ring) -> bool:
    """Whether the ring encloses anything (three different points and more than about a square metre)."""
    return len(ring) >= 4 and abs(_signed_area_m2(ring)) > 1.0


def cut_at_antimeridian(outer: Ring, holes: Iterable[Ring] = ()) -> list[Polygon]:
    """The polygon as polygons whose longitudes stay within -180..180.

    A ring round a pole is closed by way of that pole. Pieces that meet at the antimeridian have edges
    along it. Rings without area are left out.
    """
    flat = unwrapped(outer)
    if abs(flat[-1, 0] - flat[0, 0]) > 180.0:
        flat = _closed_over_pole(flat)
    flat_holes = [unwrapped(hole) for hole in holes]
    first = math.floor((flat[:, 0].min() + 180.0) / 360.0)
    last = math.ceil((flat[:, 0].max() - 180.0) / 360.0)
    pieces = []
    for turn in range(first, last + 1):
        piece = _within_turn(flat, turn)
        if len(piece) and has_area(piece):
            pieces.append((piece, tuple(h for h in _holes_of(piece, flat_holes) if has_area(h))))
    return pieces


def _holes_of(piece: Ring, flat_holes: Iterable[Ring]) -> Iterable[Ring]:
    """Parts of the holes that fall on this piece, whichever turn they were drawn in."""
    for hole in flat_holes:
        for turn in (-1, 0, 1):
            part = _within_turn(hole, turn)
            if len(part) and _boxes_meet(piece, part):
                yield part


def _boxes_meet(a: Ring, b: Ring) -> bool:
    return bool(np.all(a.min(axis=0) <= b.max(axis=0)) and np.all(b.min(axis=0) <= a.max(axis=0)))


def _authalic_q(latitude_deg: NDArray[np.float64]) -> NDArray[np.float64]:
    """q of Snyder, Map Projections: A Working Manual (USGS PP 1395), eq. 3-12, on WGS-84."""
    e = math.sqrt(WGS84_E2)
    s = np.sin(latitude_deg * DEG)
    return np.asarray((1 - WGS84_E2) * (s / (1 - WGS84_E2 * s * s) + np.arctanh(e * s) / e))


def _signed_area_m2(ring: Ring) -> float:
    """Area under the edges on the ellipsoid, positive when the ring runs clockwise on a map (north up)."""
    q = _authalic_q(ring[:, 1])
    return float(0.5 * WGS84_A_M**2 * np.sum(np.diff(ring[:, 0]) * DEG * 0.5 * (q[1:] + q[:-1])))


def area_m2(polygon: Polygon) -> float:
    """Area of a cut polygon on the WGS-84 ellipsoid, m2: the authalic area under each edge, round the rings.

    The area under an edge is taken by the trapezium rule, right to a part in 1e5 for edges under a degree.
    """
    outer, holes = polygon
    return abs(_signed_area_m2(outer)) - sum(abs(_signed_area_m2(hole)) for hole in holes)


def edges(polygons: Iterable[Polygon]) -> NDArray[np.float64]:
    """(E, 4) lon, lat, lon, lat of every edge of every ring that is not level, lower end first."""
    rings = [ring for outer, holes in polygons for ring in (outer, *holes)]
    if not rings:
        return np.empty((0, 4))
    pairs = [np.concatenate([ring[:-1], ring[1:]], axis=1) for ring in rings]
    every: NDArray[np.float64] = np.concatenate(pairs)
    every = every[every[:, 1] != every[:, 3]]
    falling = every[:, 1] > every[:, 3]
    every[falling] = every[falling][:, [2, 3, 0, 1]]
    return every


def inside(
    edge: NDArray[np.float64], longitude_deg: NDArray[np.float64], latitude_deg: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """(N,) whether each point lies inside the rings whose `edges` are given, by the even-odd rule.

    A ray goes east from each point; an edge owns its lower end and not its upper one, so a corner counts
    once. A point exactly on a border belongs to one side of it.
    """
    order = np.argsort(latitude_deg, kind="stable")
    lat, lon = latitude_deg[order], longitude_deg[order]
    first, last = np.searchsorted(lat, edge[:, 1], "left"), np.searchsorted(lat, edge[:, 3], "left")
    crossings = np.zeros(len(lat), dtype=np.int64)
    for block in _blocks(last - first):
        crossings += _crossings(edge[block], first[block], last[block], lon, lat)
    found = np.empty(len(lat), dtype=np.bool_)
    found[order] = crossings % 2 == 1
    return found


def _blocks(counts: NDArray[np.int64]) -> Iterable[slice]:
    """Slices of edges with at most `_PAIRS_AT_ONCE` pairs of edge and point (or one edge)."""
    total = np.cumsum(counts)
    start = 0
    while start < len(counts):
        before = int(total[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(total, before + _PAIRS_AT_ONCE, "right")))
        yield slice(start, stop)
        start = stop


def _crossings(
    edge: NDArray[np.float64],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
) -> NDArray[np.int64]:
    """(N,) how many of these edges the ray from each point crosses; points first..last-1 share an edge's
    latitudes."""
    count = last - first
    which = np.repeat(np.arange(len(edge)), count)
    point = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    x0, y0, x1, y1 = edge[which].T
    at = x0 + (lat[point] - y0) * (x1 - x0) / (y1 - y0)
    return np.bincount(point[lon[point] < at], minlength=len(lon))


def band_area_m2(south_deg: NDArray[np.float64], north_deg: NDArray[np.float64]) -> NDArray[np.float64]:
    """Area between parallels of geodetic latitude on the WGS-84 ellipsoid, m2 (Snyder, eq. 3-12: pi a^2 q)."""
    return np.asarray(math.pi * WGS84_A_M**2 * (_authalic_q(north_deg) - _authalic_q(south_deg)))
