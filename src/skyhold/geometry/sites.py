"""Where the terminals and gateways stand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.earth.ellipsoid import east_north_up, geodetic_to_ecef
from skyhold.errors import SkyholdError

TILE_SITES = 16  # sites whose candidates are looked up together


@dataclass(frozen=True, eq=False)
class Sites:
    """(U,) sites: geodetic latitude and longitude in radians (WGS-84), height over it in metres."""

    latitude_rad: NDArray[np.float64]
    longitude_rad: NDArray[np.float64]
    altitude_m: NDArray[np.float64]

    def __post_init__(self) -> None:
        for name in ("latitude_rad", "longitude_rad", "altitude_m"):
            _require_finite(name, getattr(self, name), len(self.latitude_rad))
        if len(self) and np.abs(self.latitude_rad).max() > np.pi / 2 + 1e-12:
            worst = int(np.abs(self.latitude_rad).argmax())
            raise SkyholdError(
                "a latitude is off the globe",
                expected="-90..90 degrees",
                came=f"{np.degrees(self.latitude_rad[worst]):.6g} degrees",
                where=f"site {worst}",
                remedy="check the order of latitude and longitude",
            )

    @staticmethod
    def from_degrees(latitude_deg: ArrayLike, longitude_deg: ArrayLike, altitude_m: ArrayLike = 0.0) -> Sites:
        """Sites from degrees and metres; the height may be one number for all."""
        latitude = np.radians(np.atleast_1d(np.asarray(latitude_deg, np.float64)))
        longitude = np.radians(np.atleast_1d(np.asarray(longitude_deg, np.float64)))
        altitude = np.broadcast_to(np.asarray(altitude_m, np.float64), latitude.shape).copy()
        return Sites(latitude, longitude, altitude)

    def __len__(self) -> int:
        return len(self.latitude_rad)

    @cached_property
    def ecef(self) -> NDArray[np.float64]:
        """(U, 3) Earth-fixed positions, m."""
        xyz: NDArray[np.float64] = geodetic_to_ecef(self.latitude_rad, self.longitude_rad, self.altitude_m)
        return xyz

    @cached_property
    def enu(self) -> NDArray[np.float64]:
        """(U, 3, 3) rows east, north and up (the WGS-84 normal)."""
        rows: NDArray[np.float64] = east_north_up(self.latitude_rad, self.longitude_rad)
        return rows

    @cached_property
    def tiles(self) -> Tiles:
        """The sites in compact groups of at most `TILE_SITES`."""
        return make_tiles(self.ecef, TILE_SITES)

    def take(self, index: ArrayLike) -> Sites:
        """The sites at these indices, in this order."""
        at = np.asarray(index)
        return Sites(self.latitude_rad[at], self.longitude_rad[at], self.altitude_m[at])


@dataclass(frozen=True, eq=False)
class Tiles:
    """Groups of neighbouring sites: tile n holds the sites order[first[n]:first[n + 1]].

    `axis` (N, 3) unit vectors from the geocentre, `radius_rad` (N,) of the cap that holds the tile's sites;
    `cap` the axis and radius of all sites together.
    """

    order: NDArray[np.int32]
    first: NDArray[np.int32]
    axis: NDArray[np.float64]
    radius_rad: NDArray[np.float64]
    cap: tuple[NDArray[np.float64], float]


def concatenate(a: Sites, b: Sites) -> Sites:
    """The sites of a, then those of b."""
    return Sites(
        np.concatenate([a.latitude_rad, b.latitude_rad]),
        np.concatenate([a.longitude_rad, b.longitude_rad]),
        np.concatenate([a.altitude_m, b.altitude_m]),
    )


def make_tiles(ecef: NDArray[np.float64], size: int) -> Tiles:
    """Halve the sites (U, 3) along their longest extent until no group holds more than `size`."""
    unit = ecef / np.linalg.norm(ecef, axis=1, keepdims=True)
    groups: list[NDArray[np.int64]] = []
    waiting = [np.arange(len(unit))] if len(unit) else []
    while waiting:
        group = waiting.pop()
        if len(group) <= size:
            groups.append(group)
            continue
        side = int(np.ptp(unit[group], axis=0).argmax())
        half = size * max(1, round(len(group) / (2 * size)))
        split = np.argpartition(unit[group, side], half)
        waiting += [group[split[half:]], group[split[:half]]]
    caps = [bounding_cap(unit[group]) for group in groups]
    return Tiles(
        np.concatenate([*groups, np.zeros(0, np.int64)]).astype(np.int32),
        np.cumsum([0] + [len(group) for group in groups]).astype(np.int32),
        np.array([axis for axis, _ in caps]).reshape(-1, 3),
        np.array([radius for _, radius in caps]),
        bounding_cap(unit),
    )


def bounding_cap(unit: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Axis and radius (rad) of a cap that holds the unit vectors (N, 3); not the smallest, but near it.

    The centre of their bounding box.
    """
    if len(unit) == 0:
        return np.array([0.0, 0.0, 1.0]), 0.0
    centre = 0.5 * (unit.min(axis=0) + unit.max(axis=0))
    length = float(np.linalg.norm(centre))
    if length < 0.1:
        return np.array([0.0, 0.0, 1.0]), float(np.pi)
    axis = centre / length
    chord = float(np.linalg.norm(unit - axis, axis=1).max())
    return axis, 2.0 * float(np.arcsin(min(1.0, 0.5 * chord))) + 1e-7


def _require_finite(name: str, values: NDArray[np.float64], count: int) -> None:
    if values.shape != (count,) or not np.isfinite(values).all():
        raise SkyholdError(
            f"{name} of the sites is not usable",
            expected=f"{count} finite numbers",
            came=f"shape {values.shape}, {int(np.isnan(values).sum())} not numbers",
            remedy="give one finite value for each site",
        )
