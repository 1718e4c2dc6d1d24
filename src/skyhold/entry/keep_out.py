"""How far debris stays from land: 370 km from foreign land, 50 km from one's own and from Antarctic ice.

NASA-STD-8719.14C, requirement 4.7-1b. Coasts are those of the borders in `data.countries`, at 1:50 million: small
islands and reefs are missing from them, and a shore is right within some kilometres. Distances are on a sphere of
6,371 km, within 0.6 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.data.countries import Country, all_countries
from skyhold.entry.descent import unit
from skyhold.entry.shore_kernels import nearest
from skyhold.nouns.fate import DeorbitSpec
from skyhold.units import KM

Floats = NDArray[np.float64]

MEAN_RADIUS_M = 6_371_000.0
FAR_M = 5_000_000.0


@dataclass(frozen=True, eq=False)
class Shores:
    """Outlines of countries as rings of unit vectors, each with a cap that holds it."""

    countries: tuple[Country, ...]
    owner: NDArray[np.int64]
    corners: Floats
    first: NDArray[np.int64]
    centre: Floats
    reach: Floats

    @staticmethod
    def of(countries: Sequence[Country]) -> Shores:
        """Outer rings of all polygons of countries; holes (enclaves, lakes) do not matter from the sea."""
        rings = [(n, outer) for n, one in enumerate(countries) for outer, _ in one.polygons]
        corners = [unit(np.radians(ring[:, 1]), np.radians(ring[:, 0])) for _, ring in rings]
        centre = np.array([_middle(ring) for ring in corners]).reshape(-1, 3)
        reach = [
            float(np.arccos(np.clip(ring @ mid, -1, 1)).max())
            for ring, mid in zip(corners, centre, strict=True)
        ]
        first = np.cumsum([0, *(len(ring) for ring in corners)])
        owner = np.array([n for n, _ in rings], np.int64)
        together = np.concatenate(corners) if corners else np.empty((0, 3))
        return Shores(tuple(countries), owner, together, first, centre, np.array(reach))

    def distance(
        self, latitude_rad: ArrayLike, longitude_rad: ArrayLike, farthest_m: float = FAR_M
    ) -> tuple[Floats, NDArray[np.str_]]:
        """(N,) distance in m to the nearest of these countries, 0 inside, and its code.

        Beyond `farthest_m` it is that, and the code is "".
        """
        latitude, longitude = np.broadcast_arrays(
            np.atleast_1d(np.asarray(latitude_rad, float)), np.atleast_1d(np.asarray(longitude_rad, float))
        )
        angle, ring = np.empty(latitude.shape), np.empty(latitude.shape, np.int64)
        limit = farthest_m / MEAN_RADIUS_M
        points = np.ascontiguousarray(unit(latitude, longitude))
        nearest(points, self.corners, self.first, self.centre, self.reach, limit, angle, ring)
        names = np.array([*(one.iso3 for one in self.countries), ""])
        owner = np.append(self.owner, len(self.countries))
        code = names[owner[ring]]
        return self._inside(latitude, longitude, angle * MEAN_RADIUS_M, code)

    def _inside(
        self, latitude: Floats, longitude: Floats, distance: Floats, code: NDArray[np.str_]
    ) -> tuple[Floats, NDArray[np.str_]]:
        """Distance 0 for points on land."""
        for one in self.countries:
            within = one.contains(np.degrees(latitude), np.degrees(longitude))
            distance[within], code[within] = 0.0, one.iso3
        return distance, code


@dataclass(frozen=True)
class KeepOut:
    """Nearest land of debris, and whether every piece keeps its distance.

    `worst` are codes of land that is nearer than it may be, with the least distance in m and the share of pieces.
    """

    foreign_m: float
    foreign: str
    own_m: float
    own: str
    kept: bool
    share_too_near: float
    worst: tuple[tuple[str, float], ...]


def distances(
    latitude_rad: ArrayLike, longitude_rad: ArrayLike, spec: DeorbitSpec, weight: ArrayLike = 1.0
) -> KeepOut:
    """How near (N,) points come to foreign and own land, beside the limits of a deorbit.

    `weight` is how many pieces each point stands for.
    """
    latitude, longitude, pieces = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(one, float)) for one in (latitude_rad, longitude_rad, weight))
    )
    own_land, foreign_land = _shores(tuple(sorted(spec.own_land)))
    foreign_m, foreign = foreign_land.distance(latitude, longitude)
    own_m, own = own_land.distance(latitude, longitude)
    near = (foreign_m < spec.keep_out_km * KM) | (own_m < spec.keep_out_own_km * KM)
    worst = {}
    for code, distance, limit in ((foreign, foreign_m, spec.keep_out_km), (own, own_m, spec.keep_out_own_km)):
        for one in np.unique(code[distance < limit * KM]):
            worst[str(one)] = float(distance[code == one].min())
    f, o = int(np.argmin(foreign_m)), int(np.argmin(own_m))
    return KeepOut(
        float(foreign_m[f]),
        str(foreign[f]),
        float(own_m[o]),
        str(own[o]),
        not near.any(),
        float(pieces[near].sum() / pieces.sum()),
        tuple(sorted(worst.items(), key=lambda item: item[1])),
    )


@lru_cache(maxsize=4)
def _shores(own: tuple[str, ...]) -> tuple[Shores, Shores]:
    """Shores of own land and of all other land."""
    everyone = all_countries("50m")
    return (
        Shores.of([one for one in everyone if one.iso3 in own]),
        Shores.of([one for one in everyone if one.iso3 not in own]),
    )


def _middle(ring: Floats) -> Floats:
    """Unit vector in the middle of a ring; anything will do for one that goes round the Earth."""
    mid = ring.mean(axis=0)
    size = float(np.linalg.norm(mid))
    return mid / size if size > 1e-9 else np.array([0.0, 0.0, 1.0])
