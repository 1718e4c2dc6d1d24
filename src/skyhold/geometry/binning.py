"""Sites all over the globe, sorted once into latitude bands so that each satellite meets only those it may see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.constants import WGS84_B_M
from skyhold.errors import SkyholdError
from skyhold.geometry import binned_kernels
from skyhold.geometry.sites import Sites
from skyhold.units import DEG

LANES = 16
LATITUDE_BINS = 360
RINGS = 8
SEEN_FIRST, SEEN_FACTOR = 5.0, 5.0
NORMAL_SLACK_RAD = 0.2 * DEG  # the WGS-84 normal leans up to 0.1925 degrees from the geocentric radius


@dataclass(frozen=True, eq=False)
class Footprints:
    """Half-widths (rad) in longitude of footprints: widths (R, N, B), first and last band (R, N).

    R distances of the satellite, N its latitude, B bands; a leading axis P where the passes are stacked.
    """

    widths: NDArray[np.float32]
    first: NDArray[np.int32]
    last: NDArray[np.int32]


class BinnedGround:
    """Points of the globe (C,) in blocks of 16 by latitude band and longitude.

    The ground never moves in the Earth-fixed frame, so the sorting is done once. For a satellite and a band a table
    gives a half-width in longitude that no visible point lies outside of; every point within is tested exactly: the
    elevation over the WGS-84 normal from the difference of float32 positions (0.5 m, 2e-6 rad at the horizon end;
    0.02 degrees at the zenith, where sin^2 is flat). Blocks of instants may run in threads side by side.
    """

    def __init__(
        self,
        sites: Sites,
        min_elevation_rad: float,
        lowest_m: float,
        highest_m: float,
        *,
        satellites: int = 4_000,
        band_rad: float | None = None,
    ) -> None:
        """`lowest_m`, `highest_m`: least and greatest geocentric distance of the satellites over the whole run."""
        self.sites, self.min_elevation_rad = sites, min_elevation_rad
        self.lowest_m, self.highest_m = lowest_m - 5e3, highest_m + 5e3
        band = band_rad or min(8.0, max(3.0, 1600.0 / np.sqrt(len(sites) + 1.0))) * DEG
        self._bands(band)
        self.floors = _floors(min_elevation_rad, 0.5 * (lowest_m + highest_m), satellites)
        self._floors = np.array([np.sin(e) * abs(np.sin(e)) for e in self.floors], np.float32)
        self._rings = np.array([self.lowest_m, RINGS / (self.highest_m - self.lowest_m)], np.float32)
        self._prints = _stacked([self._footprints(elevation) for elevation in self.floors])

    @staticmethod
    def fitted(
        sites: Sites, min_elevation_rad: float, xyz: NDArray[np.floating], slack_m: float = 30e3
    ) -> BinnedGround:
        """Tables for a fleet like that of `xyz` (T, S, 3), its distances widened by `slack_m` both ways."""
        radius = np.sqrt((xyz.astype(np.float64) ** 2).sum(axis=2))
        lowest, highest = float(np.nanmin(radius)), float(np.nanmax(radius))
        return BinnedGround(
            sites, min_elevation_rad, lowest - slack_m, highest + slack_m, satellites=xyz.shape[1]
        )

    def best(
        self,
        xyz: NDArray[np.floating],
        out: tuple[NDArray[np.int32], NDArray[np.float32]] | None = None,
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Highest satellite (T, C), -1 where none, and its elevation (T, C) in radians, -1 where none.

        `xyz` (T, S, 3) Earth-fixed m. `out` takes the answer of an earlier call of the same size to write over.
        Equal to brute force except for float32 ties.
        """
        pos = component_major(xyz)
        shape = (pos.shape[0], len(self.sites))
        found, height = out if out is not None else (np.empty(shape, np.int32), np.empty(shape, np.float32))
        known = binned_kernels.best_block(
            pos, self._blocks.copy(), self._table, self._prints.widths, self._prints.first, self._prints.last,
            self._floors, self._rings, self._order, found, height,
        )  # fmt: skip
        self._require(known)
        return found, height

    def count(self, xyz: NDArray[np.floating]) -> NDArray[np.uint16]:
        """How many satellites each point sees, (T, C)."""
        return self.count_usable(xyz, np.ones((xyz.shape[0], xyz.shape[1]), np.bool_))

    def count_usable(self, xyz: NDArray[np.floating], has_gateway: NDArray[np.bool_]) -> NDArray[np.uint16]:
        """How many of the satellites with a gateway, has_gateway (T, S), each point sees, (T, C)."""
        pos = component_major(xyz)
        counts = np.empty((pos.shape[0], len(self.sites)), np.uint16)
        known = binned_kernels.count_all(
            pos, np.ascontiguousarray(has_gateway), self._blocks.copy(), np.uint64(LANES), self._table,
            self._prints.widths[-1], self._prints.first[-1], self._prints.last[-1], self._floors[-1], self._rings,
            self._order, counts,
        )  # fmt: skip
        self._require(known)
        return counts

    def _require(self, known: bool) -> None:
        if not known:
            raise SkyholdError(
                "a satellite flies higher than the tables of the globe know",
                expected=f"at most {self.highest_m / 1e3:.0f} km from the geocentre",
                remedy="make BinnedGround with a greater highest_m",
            )

    def _bands(self, band_rad: float) -> None:
        xyz = self.sites.ecef
        radius = np.linalg.norm(xyz, axis=1)
        latitude = np.arcsin(xyz[:, 2] / radius)
        longitude = np.arctan2(xyz[:, 1], xyz[:, 0])
        count = int(np.ceil(np.pi / band_rad))
        self._edges = np.linspace(-np.pi / 2, np.pi / 2, count + 1)
        band = np.clip(np.searchsorted(self._edges, latitude, side="right") - 1, 0, count - 1)
        sort = np.lexsort((longitude, band))
        bounds = np.searchsorted(band[sort], np.arange(count + 1))
        bins = max(8, min(1440, round(8 * len(self.sites) / count / LANES)))
        cuts = np.linspace(-np.pi, np.pi, bins + 1)[1:-1]
        table = np.zeros((count, bins + 1), np.int32)
        order = []
        at = 0
        for b in range(count):
            ids = sort[bounds[b] : bounds[b + 1]]
            table[b, 0] = at
            table[b, 1:-1] = at + np.searchsorted(longitude[ids], cuts)
            table[b, -1] = at + len(ids)
            pad = -len(ids) % LANES
            order.append(np.concatenate([ids, np.full(pad, -1 - ids[-1] if len(ids) else 0)]))
            at += len(ids) + pad
        joined = np.concatenate(order).astype(np.int64)
        self._order = np.where(joined >= 0, joined, -1).astype(np.int32)
        points = np.where(joined >= 0, joined, -1 - joined)
        lanes = np.zeros((len(points), 8), np.float32)
        lanes[:, 0:3], lanes[:, 3:6] = xyz[points], self.sites.enu[points, 2]
        self._blocks = np.ascontiguousarray(lanes.reshape(-1, LANES, 8).transpose(0, 2, 1)).ravel()
        self._table = table
        self._least_m = np.array(
            [radius[band == b].min() if (band == b).any() else 6.4e6 for b in range(count)]
        )

    def _footprints(self, elevation_rad: float) -> Footprints:
        """Footprints down to an elevation, for `RINGS` distances of the satellite (each the farthest of its ring)."""
        slack = max(elevation_rad - NORMAL_SLACK_RAD, -NORMAL_SLACK_RAD)
        outer = self.lowest_m + (np.arange(RINGS) + 1) * (self.highest_m - self.lowest_m) / RINGS
        ratio = np.minimum(1.0, self._least_m[None, :] * np.cos(slack) / outer[:, None])
        reach = np.arccos(ratio) - slack
        widths = np.empty((RINGS, LATITUDE_BINS, len(self._least_m)), np.float32)
        binned_kernels.half_widths(reach, self._edges, widths)
        touched = widths >= 0
        first = np.where(touched.any(axis=2), touched.argmax(axis=2), 0)
        last = np.where(touched.any(axis=2), touched.shape[2] - 1 - touched[:, :, ::-1].argmax(axis=2), -1)
        return Footprints(widths, first.astype(np.int32), last.astype(np.int32))


def _stacked(prints: list[Footprints]) -> Footprints:
    """The footprints of the passes along a first axis P."""
    return Footprints(
        np.stack([f.widths for f in prints]),
        np.stack([f.first for f in prints]),
        np.stack([f.last for f in prints]),
    )


def component_major(xyz: NDArray[np.floating]) -> NDArray[np.float32]:
    """Positions (T, S, 3) as a contiguous (T, 3, S) float32 buffer, copied only if they are not one already.

    A satellite without a position (NaN) is put at the geocentre, where nobody sees it.
    """
    if xyz.ndim != 3 or xyz.shape[2] != 3:
        raise SkyholdError(
            "positions have the wrong shape",
            expected="(T, S, 3)",
            came=str(xyz.shape),
            remedy="pass Fleet.positions",
        )
    pos = np.ascontiguousarray(xyz.transpose(0, 2, 1), dtype=np.float32)
    lost = np.isnan(pos).any(axis=1, keepdims=True)
    return np.where(lost, np.float32(1.0), pos) if lost.any() else pos


def _floors(min_elevation_rad: float, radius_m: float, satellites: int) -> list[float]:
    """Elevations of the passes, falling to the least.

    First the one above which a point sees `SEEN_FIRST` satellites on average, then `SEEN_FACTOR` times as many; where
    the least elevation itself shows few, one pass is faster.
    """
    total = _expected(min_elevation_rad, radius_m, satellites)
    floors, seen = [], SEEN_FIRST
    while seen * SEEN_FACTOR * 2 < total:
        floors.append(_elevation_showing(seen, radius_m, satellites))
        seen *= SEEN_FACTOR
    return [*floors, min_elevation_rad]


def _expected(elevation_rad: float, radius_m: float, satellites: int) -> float:
    """Satellites above an elevation, were they spread evenly over their sphere."""
    cap = np.arccos(min(1.0, WGS84_B_M * np.cos(elevation_rad) / radius_m)) - elevation_rad
    return float(0.5 * satellites * (1.0 - np.cos(cap)))


def _elevation_showing(seen: float, radius_m: float, satellites: int) -> float:
    cap = np.arccos(1.0 - 2.0 * seen / satellites)
    return float(np.arctan2(np.cos(cap) - WGS84_B_M / radius_m, np.sin(cap)))
