"""Which cells an event touches: circles on the ground."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.nouns.demand import Circle

EARTH_RADIUS_KM = 6371.0088  # mean radius of the IUGG; great circles are within 0.5 % of the ellipsoid's

Floats = NDArray[np.float64]


def distance_km(
    latitude_deg: ArrayLike, longitude_deg: ArrayLike, to_latitude_deg: ArrayLike, to_longitude_deg: ArrayLike
) -> Floats:
    """Great-circle distance, km, of broadcast degrees; the haversine, which is exact for near points too."""
    phi, to_phi = np.radians(latitude_deg), np.radians(to_latitude_deg)
    turn = np.radians(np.subtract(to_longitude_deg, longitude_deg))
    haversine = np.sin(0.5 * (to_phi - phi)) ** 2 + np.cos(phi) * np.cos(to_phi) * np.sin(0.5 * turn) ** 2
    return np.asarray(2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(haversine, 0.0, 1.0))))


def inside(circles: Iterable[Circle], latitude_deg: Floats, longitude_deg: Floats) -> NDArray[np.bool_]:
    """(C,) whether a point lies in one of the circles; everywhere where there are none."""
    every = tuple(circles)
    found = np.full(np.shape(latitude_deg), not every)
    for circle in every:
        far = distance_km(latitude_deg, longitude_deg, circle.latitude_deg, circle.longitude_deg)
        found |= far <= circle.radius_km
    return found
