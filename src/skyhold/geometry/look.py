"""Azimuth, elevation and range, exactly: double precision and the WGS-84 normal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.errors import SkyholdError
from skyhold.geometry.sites import Sites


@dataclass(frozen=True, eq=False)
class Look:
    """Directions (T, U, S): azimuth 0..2 pi from north by east and elevation in radians, range in metres."""

    azimuth_rad: NDArray[np.float64]
    elevation_rad: NDArray[np.float64]
    range_m: NDArray[np.float64]


def look_angles(sites: Sites, xyz: NDArray[np.floating]) -> Look:
    """Where satellites stand over sites, geometric (no light time, no refraction).

    `xyz` (T, S, 3) Earth-fixed metres; pass float64 for millimetres, float32 carries 0.5 m. The offset is turned
    into east, north, up of the WGS-84 normal; the elevation is atan2(up, horizontal), which keeps its digits at
    the zenith (Vallado, Fundamentals of Astrodynamics, 4th ed., algorithm 27). Memory is 24 bytes a T U S.
    """
    if xyz.ndim != 3 or xyz.shape[2] != 3:
        raise SkyholdError(
            "positions have the wrong shape",
            expected="(T, S, 3)",
            came=str(xyz.shape),
            remedy="pass Fleet.positions",
        )
    offset = xyz[:, None, :, :].astype(np.float64) - sites.ecef[None, :, None, :]
    east, north, up = np.moveaxis(np.einsum("uij,tusj->tusi", sites.enu, offset), -1, 0)
    flat = np.hypot(east, north)
    return Look(np.arctan2(east, north) % (2 * np.pi), np.arctan2(up, flat), np.hypot(flat, up))


def slant_range_m(
    elevation_rad: float | NDArray[np.float64], altitude_m: float, radius_m: float = 6_378_137.0
) -> float | NDArray[np.float64]:
    """Distance to a satellite at a given elevation over a sphere.

    R (sqrt((1 + h/R)^2 - cos^2 e) - sin e), the law of cosines; a sphere of the equatorial radius unless told.
    """
    ratio = 1.0 + altitude_m / radius_m
    cosine, sine = np.cos(elevation_rad), np.sin(elevation_rad)
    slant: float | NDArray[np.float64] = radius_m * (np.sqrt(ratio * ratio - cosine * cosine) - sine)
    return slant


def central_angle_rad(elevation_rad: float, altitude_m: float, radius_m: float = 6_378_137.0) -> float:
    """Earth-centred angle between a site and the point under a satellite it sees at this elevation (sphere)."""
    return float(np.arccos(radius_m * np.cos(elevation_rad) / (radius_m + altitude_m)) - elevation_rad)
