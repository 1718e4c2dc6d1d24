"""Where service is lost: places round a jammer, what is left of their rates, areas, radii."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.constants import WGS84_A_M
from skyhold.geometry.cells import Cells, bbox_cells
from skyhold.geometry.masks import SkyMask
from skyhold.geometry.sites import Sites
from skyhold.geometry.visibility import look_up
from skyhold.jamming.effects import DOWN, Effect, Leg, Sky, rate_under
from skyhold.jamming.field import Field
from skyhold.orbits.propagate import Fleet
from skyhold.times import Instants
from skyhold.units import DEG

DENIED = 0.1  # of the clear rate: below it a place counts as denied
HURT = 0.99  # of the clear rate: above it nothing counts as lost
AZIMUTHS = 16
DEPTH = 32
FINER = 16
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ground:
    """(N,) places round a centre, the area each stands for (m2) and its distance from the centre (m).

    Of H3 cells, `cells`; of rings, `edges_m` (D + 1,) between which they lie.
    """

    sites: Sites
    area_m2: Floats
    distance_m: Floats
    cells: Cells | None = None
    edges_m: Floats | None = None

    def __len__(self) -> int:
        return len(self.sites)


@dataclass(frozen=True, eq=False)
class Loss:
    """What jamming leaves at the places of a ground."""

    ground: Ground
    effect: Effect

    @property
    def relative(self) -> Floats:
        """(N,) rate over the clear rate; 1 where nothing is served in the clear either, for nothing is lost there."""
        return np.asarray(np.nan_to_num(self.effect.relative, nan=1.0))

    def denied(self, below: float = DENIED) -> NDArray[np.bool_]:
        """(N,) whether less than a share of the clear rate is left."""
        return self.relative < below

    def area_km2(self, below: float = DENIED) -> float:
        """Area in which less than a share of the clear rate is left; between rings the rate is interpolated."""
        if self.ground.edges_m is not None:
            return _between_rings_m2(self.ground.edges_m, self.relative.reshape(-1, AZIMUTHS), below) / 1e6
        return float(self.ground.area_m2[self.denied(below)].sum() / 1e6)

    @property
    def hurt(self) -> NDArray[np.bool_]:
        """(N,) whether 1 % of the clear rate or more is lost."""
        return self.relative < HURT

    def lost_km2(self, where: NDArray[np.bool_] | None = None) -> float:
        """Area times the share of the rate that is lost: how much service is gone, as if it were gone wholly.

        `where` counts, or the places that are hurt: a trace over all the land in sight of an aircraft is no loss.
        """
        lost = self.ground.area_m2 * np.clip(1.0 - self.relative, 0.0, 1.0)
        return float(lost.sum(where=self.hurt if where is None else where) / 1e6)

    def radius_m(self, below: float = DENIED) -> float:
        """Radius of a circle of the denied area."""
        return float(np.sqrt(self.area_km2(below) * 1e6 / np.pi))

    def by_distance(self) -> tuple[Floats, Floats, Floats]:
        """Of rings: distances (D,), mean share of the clear rate left, and median margin in dB."""
        shape = (-1, AZIMUTHS)
        margin = np.median(np.nan_to_num(self.effect.margin_db, nan=-np.inf).reshape(shape), axis=1)
        return self.ground.distance_m.reshape(shape)[:, 0], self.relative.reshape(shape).mean(axis=1), margin


def rings(latitude_deg: float, longitude_deg: float, least_m: float, most_m: float, count: int) -> Ground:
    """Places on rings of 16 azimuths, evenly spaced in the logarithm of the distance; areas of the ring's parts."""
    edge = np.geomspace(least_m, most_m, count + 1)
    middle = np.sqrt(edge[:-1] * edge[1:])
    inner = np.concatenate([[0.0], edge[1:-1]])
    area = np.pi * (edge[1:] ** 2 - inner**2) / AZIMUTHS
    azimuth = (np.arange(AZIMUTHS) + 0.5) * 2.0 * np.pi / AZIMUTHS
    distance = np.repeat(middle, AZIMUTHS)
    sites = _from(latitude_deg, longitude_deg, distance, np.tile(azimuth, count))
    return Ground(sites, np.repeat(area, AZIMUTHS), distance, edges_m=edge)


def _between_rings_m2(edges_m: Floats, relative: Floats, below: float) -> float:
    """Area (m2) with less than a share left, (D, A) shares interpolated over the logarithm of the distance."""
    fine = np.geomspace(edges_m[0], edges_m[-1], FINER * (len(edges_m) - 1) + 1)
    middle = np.log(np.sqrt(edges_m[:-1] * edges_m[1:]))
    inner = np.append(0.0, fine[1:-1])
    at = np.log(np.sqrt(fine[:-1] * fine[1:]))
    share = np.mean([np.interp(at, middle, column) < below for column in relative.T], axis=0)
    return float((np.pi * (fine[1:] ** 2 - inner**2) * share).sum())


def local_grid(latitude_deg: float, longitude_deg: float, radius_m: float, across: int = 41) -> Ground:
    """A square grid of `across` by `across` places, rows from the north, for a map."""
    step = 2.0 * radius_m / across
    offset = (np.arange(across) + 0.5) * step - radius_m
    east, north = np.meshgrid(offset, offset[::-1])
    distance, azimuth = np.hypot(east, north).ravel(), np.arctan2(east, north).ravel()
    sites = _from(latitude_deg, longitude_deg, distance, azimuth)
    return Ground(sites, np.full(across * across, step * step), distance)


def cells_around(latitude_deg: float, longitude_deg: float, radius_m: float, resolution: int) -> Ground:
    """The H3 cells whose centres lie within a distance."""
    half = radius_m / WGS84_A_M / DEG
    wide = half / max(np.cos(latitude_deg * DEG), 0.05)
    west, east = ((longitude_deg + side + 180.0) % 360.0 - 180.0 for side in (-wide, wide))
    found = bbox_cells(
        west, max(latitude_deg - half, -90.0), east, min(latitude_deg + half, 90.0), resolution
    )
    away = _distance_m(latitude_deg, longitude_deg, found.latitude_deg, found.longitude_deg)
    near = away <= radius_m
    cells = Cells(found.ids[near], found.latitude_deg[near], found.longitude_deg[near], resolution)
    size = np.array([_cell_m2(int(cell)) for cell in cells.ids])
    return Ground(cells.sites(), size, away[near], cells)


def sky_over(fleet: Fleet, sites: Sites, mask: SkyMask, instants: Instants) -> Sky:
    """The satellites that places may use; every satellite is taken to have a gateway."""
    xyz = np.asarray(fleet.positions(instants), np.float32)
    return Sky(instants, xyz, look_up(xyz, sites, mask, depth=DEPTH))


def area(field: Field, ground: Ground, sky: Sky, leg: Leg = DOWN) -> Loss:
    """What is left at the places of a ground; the field's sites must be those of the ground."""
    return Loss(ground, rate_under(field, sky, leg))


def _from(latitude_deg: float, longitude_deg: float, distance_m: Floats, azimuth_rad: Floats) -> Sites:
    """Places at distances and azimuths from a point, on the sphere of the equator."""
    arc, start = distance_m / WGS84_A_M, latitude_deg * DEG
    latitude = np.arcsin(
        np.clip(np.sin(start) * np.cos(arc) + np.cos(start) * np.sin(arc) * np.cos(azimuth_rad), -1.0, 1.0)
    )
    turn = np.arctan2(
        np.sin(azimuth_rad) * np.sin(arc) * np.cos(start), np.cos(arc) - np.sin(start) * np.sin(latitude)
    )
    longitude = (longitude_deg * DEG + turn + np.pi) % (2.0 * np.pi) - np.pi
    return Sites(latitude, longitude, np.zeros(len(latitude)))


def _distance_m(
    latitude_deg: float, longitude_deg: float, to_latitude: Floats, to_longitude: Floats
) -> Floats:
    from skyhold.earth.ellipsoid import great_circle_m

    return great_circle_m(latitude_deg * DEG, longitude_deg * DEG, to_latitude * DEG, to_longitude * DEG)


def _cell_m2(cell: int) -> float:
    import h3.api.numpy_int as h3

    return float(h3.cell_area(cell, unit="m^2"))
