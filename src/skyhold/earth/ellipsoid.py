"""The WGS-84 ellipsoid: geodetic coordinates, Earth-fixed axes, local axes, distances along the ground.

Functions take numbers or arrays and broadcast; angles in radians, lengths in metres.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.constants import WGS84_A_M, WGS84_B_M, WGS84_E2, WGS84_F

Floats = NDArray[np.float64]

_NEAR_ANTIPODE = 1e-12


def geodetic_to_ecef(
    latitude_rad: ArrayLike, longitude_rad: ArrayLike, altitude_m: ArrayLike = 0.0
) -> Floats:
    """Earth-fixed position (..., 3) m of geodetic coordinates (NIMA TR8350.2, 3rd ed., eq. 4-14 and 4-15)."""
    lat, lon, alt = np.broadcast_arrays(
        *(np.asarray(a, float) for a in (latitude_rad, longitude_rad, altitude_m))
    )
    n = WGS84_A_M / np.sqrt(1.0 - WGS84_E2 * np.sin(lat) ** 2)
    across = (n + alt) * np.cos(lat)
    z = (n * (1.0 - WGS84_E2) + alt) * np.sin(lat)
    return np.stack([across * np.cos(lon), across * np.sin(lon), z], axis=-1)


def ecef_to_geodetic(xyz: NDArray[Any]) -> tuple[Floats, Floats, Floats]:
    """Geodetic latitude, longitude (rad) and altitude (m) of Earth-fixed positions (..., 3) m.

    Bowring, "Transformation from spatial to geographical coordinates", Survey Review 181 (1976), iterated three
    times: below a micrometre from 10 km under the ground to beyond the geostationary arc.
    """
    x, y, z = (np.asarray(xyz[..., k], float) for k in range(3))
    across = np.hypot(x, y)
    second = WGS84_E2 / (1.0 - WGS84_E2)
    beta = np.arctan2(z * WGS84_A_M, across * WGS84_B_M)
    for _ in range(3):
        lat = np.arctan2(
            z + second * WGS84_B_M * np.sin(beta) ** 3, across - WGS84_E2 * WGS84_A_M * np.cos(beta) ** 3
        )
        beta = np.arctan2(WGS84_B_M * np.sin(lat), WGS84_A_M * np.cos(lat))
    n = WGS84_A_M / np.sqrt(1.0 - WGS84_E2 * np.sin(lat) ** 2)
    altitude = across * np.cos(lat) + z * np.sin(lat) - WGS84_A_M**2 / n
    return lat, np.arctan2(y, x), altitude


def east_north_up(latitude_rad: ArrayLike, longitude_rad: ArrayLike) -> Floats:
    """Rows east, north, up (..., 3, 3) of the local axes: `axes @ (target - site)` gives east, north, up."""
    lat, lon = np.broadcast_arrays(np.asarray(latitude_rad, float), np.asarray(longitude_rad, float))
    sin_lat, cos_lat, sin_lon, cos_lon = np.sin(lat), np.cos(lat), np.sin(lon), np.cos(lon)
    east = np.stack([-sin_lon, cos_lon, np.zeros_like(lon)], axis=-1)
    north = np.stack([-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat], axis=-1)
    up = np.stack([cos_lat * cos_lon, cos_lat * sin_lon, sin_lat], axis=-1)
    return np.stack([east, north, up], axis=-2)


def great_circle_m(
    latitude1_rad: ArrayLike, longitude1_rad: ArrayLike, latitude2_rad: ArrayLike, longitude2_rad: ArrayLike
) -> Floats:
    """Distance along the ellipsoid in m: haversine on reduced latitudes, flattening to first order.

    Andoyer and Lambert, as in Rapp, "Geometric Geodesy Part II" (1993), section 1.7. Of the distance, within 1.5e-6
    up to 10,000 km, 1.2e-5 up to 18,000 km, 4e-5 up to 19,500 km, and 0.2 % at the antipode (against GeographicLib).
    """
    lat1, lat2 = np.asarray(latitude1_rad, float), np.asarray(latitude2_rad, float)
    beta1, beta2 = (np.arctan2((1.0 - WGS84_F) * np.sin(lat), np.cos(lat)) for lat in (lat1, lat2))
    half_lon = 0.5 * (np.asarray(longitude2_rad, float) - np.asarray(longitude1_rad, float))
    haversine = np.sin(0.5 * (beta2 - beta1)) ** 2 + np.cos(beta1) * np.cos(beta2) * np.sin(half_lon) ** 2
    haversine = np.clip(haversine, 0.0, 1.0)
    sigma = 2.0 * np.arctan2(np.sqrt(haversine), np.sqrt(1.0 - haversine))
    plus, minus = 0.5 * (beta1 + beta2), 0.5 * (beta2 - beta1)
    x = (sigma - np.sin(sigma)) * (np.sin(plus) * np.cos(minus)) ** 2
    y = (sigma + np.sin(sigma)) * (np.cos(plus) * np.sin(minus)) ** 2
    x = x / np.maximum(1.0 - haversine, _NEAR_ANTIPODE)
    y = y / np.maximum(haversine, _NEAR_ANTIPODE)
    correction = 0.5 * WGS84_F * (x + y)
    return np.asarray(WGS84_A_M * (sigma - np.where(1.0 - haversine < 1e-3, 0.0, correction)))
