"""Who is seen from where: the usable satellites of every site, exactly and in bounded memory."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.constants import WGS84_B_M
from skyhold.errors import SkyholdError
from skyhold.geometry import kernels, masks
from skyhold.geometry.binning import NORMAL_SLACK_RAD, BinnedGround, component_major
from skyhold.geometry.masks import SkyMask
from skyhold.geometry.sites import Sites

__all__ = ["BinnedGround", "Candidates", "component_major", "look_up"]

BUCKETS = 32


@dataclass(frozen=True, eq=False)
class Candidates:
    """Usable satellites of each site at each instant, highest first, and how many there are.

    `satellite` (T, U, K) int16 or int32, -1 pads; `elevation_rad`, `range_m` (T, U, K) float32, 0 pads.
    `in_view`, `allowed`, `usable` (T, U) uint16: above the least elevation; of these outside the GSO exclusion
    and inside the field of view; of these with a live gateway. The counts are exact even where more than K are
    usable; then the K highest are listed and `overflowed` says so.
    """

    satellite: NDArray[np.int16] | NDArray[np.int32]
    elevation_rad: NDArray[np.float32]
    range_m: NDArray[np.float32]
    in_view: NDArray[np.uint16]
    allowed: NDArray[np.uint16]
    usable: NDArray[np.uint16]

    @property
    def overflowed(self) -> bool:
        """Whether any site had more usable satellites than are listed."""
        return bool((self.usable > self.satellite.shape[2]).any())

    def slots(self, part: slice) -> Candidates:
        """Only some of the instants."""
        return Candidates(**{field.name: getattr(self, field.name)[part] for field in fields(self)})

    def best(self, depth: int) -> Candidates:
        """Only the `depth` highest of each list."""
        if self.satellite.shape[2] <= depth:
            return self
        lists = ("satellite", "elevation_rad", "range_m")
        cut = {name: np.ascontiguousarray(getattr(self, name)[:, :, :depth]) for name in lists}
        return replace(self, **cut)


def look_up(
    xyz: NDArray[np.floating],
    sites: Sites,
    mask: SkyMask,
    cost: NDArray[np.float32] | None = None,
    depth: int = 32,
    *,
    pop_index: NDArray[np.integer] | None = None,
) -> Candidates:
    """The usable satellites of every site at every instant.

    `xyz` (T, S, 3) Earth-fixed m, component-major; `cost` (T, S), or (T, P, S) with `pop_index` (U,) saying
    which P each site uses: inf means no gateway, None means every satellite is usable. Positions are cut to
    float32 (0.5 m, 1e-6 rad); elevations hold 2e-6 rad and use the WGS-84 normal; the GSO exclusion is the table
    of `masks.arc_bands`. Memory grows with T U K times 10 or 12 bytes: pass blocks of instants, best such that
    this fits the cache (10 MB; a fifth slower from memory). Threads may run blocks side by side. Sites listed
    near their neighbours on the ground are looked up fastest.
    """
    pos = component_major(xyz)
    instants, satellites = pos.shape[0], pos.shape[2]
    pops, paths = _paths(cost, pop_index, instants, satellites, len(sites))
    kind: type[np.integer[Any]] = np.int16 if satellites <= 32_767 else np.int32
    listed: NDArray[Any] = np.full((instants, len(sites), depth), -1, kind)
    elevations, ranges = np.zeros(listed.shape, np.float32), np.zeros(listed.shape, np.float32)
    counts = np.zeros((instants, len(sites), 3), np.uint16)
    if counts.size and satellites:
        plan = _plan(sites, mask, pos)
        bands, order = plan.bands, sites.tiles.order
        kernels.look_block(
            pos, plan.region, plan.tiles, sites.tiles.first, order, plan.rows, np.float32(mask.min_elevation_rad),
            bands.row_of(sites.latitude_rad)[order], bands.low, bands.high, pops, paths, plan.floor,
            listed, elevations, ranges, counts,
        )  # fmt: skip
    return Candidates(listed, elevations, ranges, counts[..., 0], counts[..., 1], counts[..., 2])


@dataclass(frozen=True, eq=False)
class _Plan:
    """What `kernels.look_block` wants to know of the sites under a mask: caps, site rows in tile order, arc bands."""

    region: NDArray[np.float32]
    tiles: NDArray[np.float32]
    rows: NDArray[np.float32]
    floor: np.float32
    bands: masks.ArcBands


def _plan(sites: Sites, mask: SkyMask, pos: NDArray[np.float32]) -> _Plan:
    tiles = sites.tiles
    reach = float(np.sqrt((pos[0].astype(np.float64) ** 2).sum(axis=0).max()))
    elevation = mask.min_elevation_rad - NORMAL_SLACK_RAD
    least = float(np.linalg.norm(sites.ecef, axis=1).min())
    axis, radius = tiles.cap
    bands = masks.arc_bands(mask, sites.latitude_rad)
    return _Plan(
        _cap_row(axis[None], np.array([radius]), elevation, reach)[0],
        _cap_row(tiles.axis, tiles.radius_rad, elevation, reach),
        _site_rows(sites, mask, bands.low.shape[1])[tiles.order],
        np.float32(least * np.cos(elevation)),
        bands,
    )


def _cap_row(
    axis: NDArray[np.float64], radius_rad: NDArray[np.float64], elevation: float, reach_m: float
) -> NDArray[np.float32]:
    """(N, 6) axis, cos and sin of radius - elevation, buckets per 1 - cos of the farthest central angle."""
    farthest = np.arccos(min(1.0, WGS84_B_M * np.cos(elevation) / reach_m)) - elevation + radius_rad
    everything = farthest >= np.pi / 2
    cosine = np.where(everything, -1e3, np.cos(radius_rad - elevation))
    sine = np.where(everything, 0.0, np.sin(radius_rad - elevation))
    spread = BUCKETS / (1.0 - np.cos(np.minimum(farthest, np.pi)))
    return np.column_stack([axis, cosine, sine, spread]).astype(np.float32)


def _site_rows(sites: Sites, mask: SkyMask, points: int) -> NDArray[np.float32]:
    """(U, 12) what `kernels.see` wants: position, turns, boresight, half cone and half the arc table."""
    rows = np.empty((len(sites), 12))
    rows[:, 0:3] = sites.ecef
    rows[:, 3], rows[:, 4] = np.cos(sites.longitude_rad), np.sin(sites.longitude_rad)
    rows[:, 5], rows[:, 6] = np.cos(sites.latitude_rad), np.sin(sites.latitude_rad)
    rows[:, 7:10] = masks.boresight(mask, sites.latitude_rad)
    rows[:, 10] = -2.0 if mask.field_of_view_rad is None else np.cos(mask.field_of_view_rad / 2)
    rows[:, 11] = 0.5 * (points - 1) * (1.0 - 1e-6)
    return rows.astype(np.float32)


def _paths(
    cost: NDArray[np.float32] | None,
    pop_index: NDArray[np.integer] | None,
    instants: int,
    satellites: int,
    sites: int,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """`pop_index` (U,) and cost (T, P, S), made from what the caller gave; P = 0 where there is no cost."""
    pops = np.zeros(sites, np.int32) if pop_index is None else np.ascontiguousarray(pop_index, np.int32)
    if cost is None:
        return np.zeros(sites, np.int32), np.zeros((instants, 0, satellites), np.float32)
    paths = np.ascontiguousarray(cost[:, None, :] if cost.ndim == 2 else cost, np.float32)
    if paths.shape[0] != instants or paths.shape[2] != satellites or pops.shape != (sites,):
        raise SkyholdError(
            "cost and positions do not belong together",
            expected=f"cost ({instants}, P, {satellites}) and pop_index ({sites},)",
            came=f"{cost.shape} and {pops.shape}",
        )
    if sites and not 0 <= pops.min() <= pops.max() < paths.shape[1]:
        raise SkyholdError(
            "pop_index points outside cost",
            expected=f"0..{paths.shape[1] - 1}",
            came=f"{pops.min()}..{pops.max()}",
        )
    return pops, paths
