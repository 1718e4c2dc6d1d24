"""Where debris lies: along and across the track, the ellipse that holds it, and which pass keeps it off land."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.constants import WGS84_A_M
from skyhold.entry.breakup import Debris
from skyhold.entry.descent import unit
from skyhold.errors import SkyholdError

Floats = NDArray[np.float64]

PERCENTILES = (0.5, 5.0, 50.0, 95.0, 99.5)


@dataclass(frozen=True)
class Footprint:
    """Debris on the great circle that fits it best: lengths in m, places in rad.

    `along_m` and `across_m` are the `PERCENTILES` of pieces from the middle, along in the direction of flight, across
    to its left. The ellipse has the 99 % lengths as axes; `inside` is the share of pieces in it.
    """

    latitude_rad: float
    longitude_rad: float
    heading_rad: float
    along_m: tuple[float, ...]
    across_m: tuple[float, ...]
    inside: float

    @property
    def length_m(self) -> float:
        """That 99 % of pieces lie in."""
        return self.along_m[-1] - self.along_m[0]

    @property
    def width_m(self) -> float:
        """That 99 % of pieces lie in."""
        return self.across_m[-1] - self.across_m[0]

    def ellipse(self, points: int = 72) -> Floats:
        """(P, 2) latitude and longitude (rad) of its edge, closed."""
        turn = np.linspace(0.0, 2.0 * math.pi, points)
        along = 0.5 * (self.along_m[0] + self.along_m[-1]) + 0.5 * self.length_m * np.cos(turn)
        across = 0.5 * (self.across_m[0] + self.across_m[-1]) + 0.5 * self.width_m * np.sin(turn)
        return self.places(along, across)

    def places(self, along_m: ArrayLike, across_m: ArrayLike) -> Floats:
        """(..., 2) latitude and longitude (rad) of distances along and across from the middle."""
        middle, ahead, left = self._axes()
        a, c = np.asarray(along_m, float) / WGS84_A_M, np.asarray(across_m, float) / WGS84_A_M
        a, c = (one[..., None] for one in np.broadcast_arrays(a, c))
        point = np.cos(c) * (np.cos(a) * middle + np.sin(a) * ahead) + np.sin(c) * left
        latitude = np.arcsin(np.clip(point[..., 2], -1.0, 1.0))
        return np.stack([latitude, np.arctan2(point[..., 1], point[..., 0])], axis=-1)

    def coordinates(self, latitude_rad: ArrayLike, longitude_rad: ArrayLike) -> tuple[Floats, Floats]:
        """Distances (m) along and across of places: the inverse of `places`."""
        middle, ahead, left = self._axes()
        point = unit(np.asarray(latitude_rad, float), np.asarray(longitude_rad, float))
        along = np.arctan2(point @ ahead, point @ middle)
        return WGS84_A_M * along, WGS84_A_M * np.arcsin(np.clip(point @ left, -1.0, 1.0))

    def _axes(self) -> tuple[Floats, Floats, Floats]:
        """Unit vectors to the middle, ahead, and to the left."""
        middle = unit(self.latitude_rad, self.longitude_rad)
        north = unit(self.latitude_rad + 0.5 * math.pi, self.longitude_rad)
        east = np.cross(north, middle)
        ahead = math.cos(self.heading_rad) * north + math.sin(self.heading_rad) * east
        return middle, ahead, np.cross(middle, ahead)


def of_debris(debris: Debris) -> Footprint:
    """The footprint of pieces that land with 15 J or more, each counted as often as it stands for."""
    kept = debris.survives
    return footprint(
        debris.latitude_rad[kept], debris.longitude_rad[kept], debris.time_s[kept], debris.count[kept]
    )


def footprint(
    latitude_rad: Floats, longitude_rad: Floats, ballistic_order: Floats, weight: Floats
) -> Footprint:
    """From (N,) places: the great circle by least squares, percentiles by weight.

    `ballistic_order` grows backwards along the track, as times of landing do (light pieces fall short and late): it
    only tells which end is ahead. Raises `SkyholdError` for fewer than three places.
    """
    if len(latitude_rad) < 3:
        raise SkyholdError(
            "too little debris reaches the ground for a footprint",
            expected="three pieces or more",
            came=str(len(latitude_rad)),
            remedy="use more runs",
        )
    point = unit(latitude_rad, longitude_rad)
    share = weight / weight.sum()
    middle = share @ point
    middle = middle / np.linalg.norm(middle)
    _, _, axes = np.linalg.svd(
        (point - np.outer(point @ middle, middle)) * np.sqrt(share)[:, None], full_matrices=False
    )
    ahead = axes[0] - (axes[0] @ middle) * middle
    ahead = ahead / np.linalg.norm(ahead)
    along = np.arctan2(point @ ahead, point @ middle)
    late = ballistic_order - share @ ballistic_order
    if share @ (along * late) > 0.0:
        ahead = -ahead
    latitude = math.asin(middle[2])
    longitude = math.atan2(middle[1], middle[0])
    north = unit(latitude + 0.5 * math.pi, longitude)
    heading = math.atan2(float(ahead @ np.cross(north, middle)), float(ahead @ north)) % (2.0 * math.pi)
    found = Footprint(latitude, longitude, heading, (), (), 0.0)
    distances = found.coordinates(latitude_rad, longitude_rad)
    along_m, across_m = (_percentiles(one, share) for one in distances)
    inside = _inside(*distances, along_m, across_m, share)
    return Footprint(latitude, longitude, heading, along_m, across_m, inside)


def _percentiles(values: Floats, share: Floats) -> tuple[float, ...]:
    """Of weighted values: the middles of the weights are the places of the values."""
    order = np.argsort(values)
    place = np.cumsum(share[order]) - 0.5 * share[order]
    return tuple(float(one) for one in np.interp(np.array(PERCENTILES) / 100.0, place, values[order]))


def _inside(
    along: Floats, across: Floats, along_m: Sequence[float], across_m: Sequence[float], share: Floats
) -> float:
    """Share within the ellipse whose axes are the outer percentiles."""
    a = (2.0 * along - along_m[0] - along_m[-1]) / (along_m[-1] - along_m[0])
    c = (2.0 * across - across_m[0] - across_m[-1]) / (across_m[-1] - across_m[0])
    return float(share @ (a * a + c * c <= 1.0))
