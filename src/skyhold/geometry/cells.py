"""Hexagonal cells (H3) of a country, a box or the globe: names for pieces of ground, and outlines to draw."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import h3.api.numpy_int as h3
import numpy as np
from h3 import H3FailedError
from numpy.typing import NDArray

from skyhold.data.countries import Country
from skyhold.errors import SkyholdError
from skyhold.geometry.sites import Sites

MOST_CELLS = 5_000_000
NARROWEST_DEG = 1.0
WIDEST_DEG = 90.0  # H3 takes a ring wider than 180 degrees the other way round the Earth


@dataclass(frozen=True, eq=False)
class Cells:
    """(C,) H3 cells by ascending identifier (uint64), and the latitude and longitude of their centres in degrees."""

    ids: NDArray[np.uint64]
    latitude_deg: NDArray[np.float64]
    longitude_deg: NDArray[np.float64]
    resolution: int

    def __len__(self) -> int:
        return len(self.ids)

    def sites(self, altitude_m: float = 0.0) -> Sites:
        """A terminal at the centre of each cell."""
        return Sites.from_degrees(self.latitude_deg, self.longitude_deg, altitude_m)


def country_cells(country: Country, resolution: int) -> Cells:
    """Cells whose centre lies inside the country, holes left out; each cell once.

    A country too small to hold a centre gets the cells it touches.
    """
    _require_resolution(resolution)
    _require_fits(country.area_km2, resolution)
    found = [_ring_cells(country, k, resolution) for k in range(len(country.polygons))]
    if not any(len(ids) for ids in found):
        found = [_touched(outer, resolution) for outer, _ in country.polygons]
    return _cells(np.concatenate(found), resolution)


def bbox_cells(
    west_deg: float, south_deg: float, east_deg: float, north_deg: float, resolution: int
) -> Cells:
    """Cells whose centre lies in a box; west greater than east means across the antimeridian.

    A box too small to hold a centre gets the cells it touches.
    """
    _require_resolution(resolution)
    turns = -180 <= west_deg <= 180 and -180 <= east_deg <= 180 and west_deg != east_deg
    if not (-90 <= south_deg < north_deg <= 90 and turns):
        raise SkyholdError(
            "the box is not one",
            expected="west, south, east, north in degrees with south below north",
            came=f"{west_deg}, {south_deg}, {east_deg}, {north_deg}",
        )
    width = (east_deg - west_deg) % 360.0 or 360.0
    share = (np.sin(np.radians(north_deg)) - np.sin(np.radians(south_deg))) * width / 720.0
    _require_fits(share * 510_065_622.0, resolution)
    cuts = west_deg + np.linspace(0.0, width, int(np.ceil(width / WIDEST_DEG)) + 1)
    parts = [(a, south_deg, b, north_deg) for a, b in pairwise(cuts)]
    found = [_box(*part, resolution) for part in parts]
    if not any(len(ids) for ids in found):
        found = [_touched(_corners(*part), resolution) for part in parts]
    return _cells(np.concatenate(found), resolution)


def globe_cells(resolution: int) -> Cells:
    """All cells of the Earth: 122 at resolution 0, seven times as many at each step."""
    _require_resolution(resolution)
    _require_fits(510_065_622.0, resolution)
    return _cells(np.asarray(h3.uncompact_cells(h3.get_res0_cells(), resolution)), resolution)


def boundaries(ids: Iterable[int] | NDArray[np.uint64]) -> list[NDArray[np.float64]]:
    """Closed outlines (N, 2) in lon/lat degrees, one for each cell, safe to draw on a flat map.

    Longitudes run on without a jump, so a cell on the antimeridian goes beyond +-180 rather than across the map; a
    cell that holds a pole is closed along the pole.
    """
    return [_outline(int(cell)) for cell in ids]


def _outline(cell: int) -> NDArray[np.float64]:
    latitude, longitude = np.array(h3.cell_to_boundary(cell)).T
    turned = np.unwrap(np.append(longitude, longitude[0]), period=360.0)
    if abs(turned[-1] - turned[0]) > 180.0:
        return _around_pole(latitude, longitude)
    turn = 360.0 * np.round(0.5 * (turned.min() + turned.max()) / 360.0)
    ring = np.column_stack([turned - turn, np.append(latitude, latitude[0])])
    ring[-1] = ring[0]
    return ring


def _around_pole(latitude: NDArray[np.float64], longitude: NDArray[np.float64]) -> NDArray[np.float64]:
    """From -180 to 180 along the cell's edge, and back along the pole."""
    sort = np.argsort(longitude)
    edge = 0.5 * (latitude[sort[0]] + latitude[sort[-1]])
    pole = np.copysign(90.0, edge)
    x = np.concatenate([[-180.0], longitude[sort], [180.0, 180.0, -180.0, -180.0]])
    return np.column_stack([x, np.concatenate([[edge], latitude[sort], [edge, pole, pole, edge]])])


def _ring_cells(country: Country, index: int, resolution: int) -> NDArray[np.uint64]:
    """Cells with their centre in one polygon; a wide one by way of its box, cell by cell."""
    outer, holes = country.polygons[index]
    west, south = outer.min(axis=0)
    east, north = outer.max(axis=0)
    if east - west < 2 * WIDEST_DEG:
        return _polygon(outer, holes, resolution)
    box = bbox_cells(west, south, east, north, resolution)
    part = Country(country.iso3, country.name, (country.polygons[index],))
    return np.asarray(box.ids[part.contains(box.latitude_deg, box.longitude_deg)])


def _polygon(
    outer: NDArray[np.float64], holes: Iterable[NDArray[np.float64]], resolution: int
) -> NDArray[np.uint64]:
    rings = [[(latitude, longitude) for longitude, latitude in ring] for ring in (outer, *holes)]
    return np.asarray(h3.h3shape_to_cells(h3.LatLngPoly(*rings), resolution), np.uint64)


def _touched(outer: NDArray[np.float64], resolution: int) -> NDArray[np.uint64]:
    ring = [(latitude, longitude) for longitude, latitude in outer]
    return np.asarray(h3.h3shape_to_cells_experimental(h3.LatLngPoly(ring), resolution, "overlap"), np.uint64)


def _box(west: float, south: float, east: float, north: float, resolution: int) -> NDArray[np.uint64]:
    """Cells of a box up to 90 degrees wide; halved where H3 fails, which it does at wide boxes round a pole."""
    try:
        return _polygon(_corners(west, south, east, north), (), resolution)
    except H3FailedError:
        if east - west < NARROWEST_DEG:
            raise
    middle = 0.5 * (west + east)
    halves = ((west, south, middle, north), (middle, south, east, north))
    return np.concatenate([_box(*half, resolution) for half in halves])


def _corners(west: float, south: float, east: float, north: float) -> NDArray[np.float64]:
    """(4, 2) lon/lat of a box, counter-clockwise, between -180 and 180."""
    corners = np.array([[west, south], [east, south], [east, north], [west, north]])
    corners[:, 0] = (corners[:, 0] + 180.0) % 360.0 - 180.0
    if corners[1, 0] <= corners[0, 0] and corners[1, 0] == -180.0:
        corners[1:3, 0] = 180.0
    return corners


def _cells(ids: NDArray[np.uint64], resolution: int) -> Cells:
    once = np.unique(ids).astype(np.uint64)
    centres = np.array([h3.cell_to_latlng(int(cell)) for cell in once]).reshape(-1, 2)
    return Cells(once, centres[:, 0], centres[:, 1], resolution)


def _require_resolution(resolution: int) -> None:
    if not 0 <= resolution <= 15:
        raise SkyholdError("there is no such H3 resolution", expected="0..15", came=str(resolution))


def _require_fits(area_km2: float, resolution: int) -> None:
    count = area_km2 / h3.average_hexagon_area(resolution, unit="km^2")
    if count > MOST_CELLS:
        raise SkyholdError(
            "too many cells",
            expected=f"at most {MOST_CELLS:,}",
            came=f"about {count:,.0f} at resolution {resolution}",
            remedy="choose a lower H3 resolution or a smaller area",
        )
