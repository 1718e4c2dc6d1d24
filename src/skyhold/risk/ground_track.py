"""How a ground track spends its time: by latitude in closed form, and so over countries and water.

After many revolutions a track is uniform in longitude. Its latitudes follow from the orbit alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.constants import WGS84_E2
from skyhold.data import countries, parallels
from skyhold.errors import SkyholdError
from skyhold.units import DEG

FINE_DEG = 0.05  # rows of the borders; Russia's share moves by 1e-4 of itself against rows half as high

Floats = NDArray[np.float64]


class Track(Protocol):
    """Something that knows how much of its time it spends between parallels of geodetic latitude."""

    def below(self, latitude_deg: Floats) -> Floats:
        """(R,) share of time south of each parallel."""


@dataclass(frozen=True)
class CircularTrack:
    """The long-run track of a circular orbit of any inclination, 0 to pi.

    Share of time below geocentric latitude phi: 1/2 + asin(sin phi / sin i) / pi, which has no singular edge.
    `oblate` turns geodetic latitudes into geocentric ones, up to 0.19 degrees nearer to the equator; without
    it the Earth is a sphere, as in most published tables. Eccentricity is left out, and so is the bulge's
    effect on where a decaying orbit meets dense air first.
    """

    inclination_rad: float
    oblate: bool = True

    def __post_init__(self) -> None:
        if not 0.0 <= self.inclination_rad <= math.pi:
            raise SkyholdError(
                "no orbit has this inclination",
                expected="0 to pi radians (180 degrees)",
                came=f"{self.inclination_rad:g} radians",
                remedy="give radians here, degrees on the command line",
            )

    def below(self, latitude_deg: Floats) -> Floats:
        """(R,) share of time south of each parallel."""
        sine = np.sin(geocentric_rad(latitude_deg) if self.oblate else latitude_deg * DEG)
        ratio = np.clip(sine / max(math.sin(self.inclination_rad), 1e-12), -1.0, 1.0)
        return np.asarray(0.5 + np.arcsin(ratio) / math.pi)


@dataclass(frozen=True, eq=False)
class TabulatedTrack:
    """A track of which the share in rows of latitude is known, as of many objects together.

    `edges_deg` (R + 1,) ascending, `weight` (R,) of any sum; even within a row.
    """

    edges_deg: Floats
    weight: Floats

    def __post_init__(self) -> None:
        weight, edges = np.asarray(self.weight, float), np.asarray(self.edges_deg, float)
        fits = weight.ndim == 1 and edges.shape == (weight.size + 1,) and bool(np.all(np.diff(edges) > 0.0))
        if not (fits and np.all(np.isfinite(weight)) and np.all(weight >= 0.0) and weight.sum() > 0.0):
            raise SkyholdError(
                "the weights of latitudes cannot be used",
                expected="one more ascending edge than weights, none of which is negative or no number",
                came=f"{edges.size} edges and {weight.size} weights",
                remedy="check the table's rows",
            )

    def below(self, latitude_deg: Floats) -> Floats:
        """(R,) share of time south of each parallel."""
        reached = np.concatenate([[0.0], np.cumsum(self.weight)]) / np.sum(self.weight)
        return np.interp(latitude_deg, self.edges_deg, reached)


@dataclass(frozen=True, eq=False)
class TimeOver:
    """(N,) share of a track's time over each country, and over water, where there is no country."""

    codes: tuple[str, ...]
    share: Floats
    boundary_source: str

    @property
    def water(self) -> float:
        """Share of time over sea and what else is in no country; lakes count as land."""
        return 1.0 - float(self.share.sum())

    def over(self, code: str | frozenset[str]) -> float:
        """Share of time over a country, or over a group of them; 0 for one that is never crossed."""
        wanted = {code} if isinstance(code, str) else code
        return float(sum(part for one, part in zip(self.codes, self.share, strict=True) if one in wanted))


def geocentric_rad(latitude_deg: ArrayLike) -> Floats:
    """Geocentric latitude of a point on the WGS-84 ellipsoid: tan phi' = (1 - e^2) tan phi."""
    latitude = np.asarray(latitude_deg, float) * DEG
    return np.arctan2((1.0 - WGS84_E2) * np.sin(latitude), np.cos(latitude))


def shares(track: Track, edges_deg: Floats) -> Floats:
    """(R,) share of time between each parallel and the next."""
    return np.diff(track.below(edges_deg))


def time_over(track: Track, source: str | Path = countries.DEFAULT_SOURCE) -> TimeOver:
    """Share of time over each country, from the exact stretches of parallels 0.05 degrees apart in borders drawn
    to about a kilometre."""
    edges = np.linspace(-90.0, 90.0, round(180.0 / FINE_DEG) + 1)
    codes, degrees = _land(source)
    return TimeOver(codes, degrees @ shares(track, edges) / 360.0, countries.boundary_source(source))


def time_along(
    latitude_deg: ArrayLike, longitude_deg: ArrayLike, weight: ArrayLike | None = None
) -> TimeOver:
    """Share of weight over each country of (N,) points of a track, such as a re-entry window's."""
    latitude = np.asarray(latitude_deg, float)
    weights = np.ones(latitude.shape) if weight is None else np.asarray(weight, float)
    at = countries.country_of(latitude, longitude_deg)
    codes, index = np.unique(at, return_inverse=True)
    share = np.bincount(index.ravel(), weights=weights.ravel()) / weights.sum()
    land = codes != ""
    return TimeOver(tuple(codes[land].tolist()), share[land], countries.BOUNDARY_SOURCE)


@lru_cache(maxsize=4)
def _land(source: str | Path) -> tuple[tuple[str, ...], Floats]:
    middle = np.asarray(-90.0 + (np.arange(round(180.0 / FINE_DEG)) + 0.5) * FINE_DEG, dtype=np.float64)
    return parallels.land_degrees(middle, "50m", source)
