"""From longitude and latitude to a sheet of paper: one for regions, one for the world, one for the globe.

Pictures only: the sphere is good enough here. Input in degrees, any shape; x grows to the east and y downwards, as on
a screen. Regions and the world are equal-area, so that a colour covers its true share of the map.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.units import DEG

Floats = NDArray[np.float64]
EARTH_KM = 6371.0


class Projection(Protocol):
    """Maps degrees to the plane, in Earth radii; NaN where a point cannot be shown."""

    def __call__(self, longitude_deg: ArrayLike, latitude_deg: ArrayLike) -> tuple[Floats, Floats]:
        """(...,) degrees to (...,) x and y."""


@dataclass(frozen=True)
class EqualArea:
    """Lambert's azimuthal equal-area projection about a centre (Snyder, USGS PP 1395, eq. 22-4, 24-2)."""

    longitude_deg: float
    latitude_deg: float

    def __call__(self, longitude_deg: ArrayLike, latitude_deg: ArrayLike) -> tuple[Floats, Floats]:
        """x and y; NaN more than 150 degrees from the centre, where shapes fall apart."""
        x, y, cosine = _turned(longitude_deg, latitude_deg, self.longitude_deg, self.latitude_deg)
        with np.errstate(invalid="ignore", divide="ignore"):
            scale = np.where(cosine > -0.866, np.sqrt(2.0 / (1.0 + cosine)), np.nan)
        return x * scale, -y * scale


@dataclass(frozen=True)
class Orthographic:
    """The globe from far away (Snyder, USGS PP 1395, eq. 20-3, 20-4); `cosine` tells front from back."""

    longitude_deg: float
    latitude_deg: float

    def __call__(self, longitude_deg: ArrayLike, latitude_deg: ArrayLike) -> tuple[Floats, Floats]:
        """x and y; points on the far side are put on the limb, so that shapes stay closed."""
        x, y, cosine = _turned(longitude_deg, latitude_deg, self.longitude_deg, self.latitude_deg)
        radius = np.hypot(x, y)
        stretch = np.where(cosine < 0, 1.0 / np.maximum(radius, 1e-9), 1.0)
        return x * stretch, -y * stretch

    def cosine(self, longitude_deg: ArrayLike, latitude_deg: ArrayLike) -> Floats:
        """Cosine of the angle from the centre of view: positive on the near side."""
        return _turned(longitude_deg, latitude_deg, self.longitude_deg, self.latitude_deg)[2]


@dataclass(frozen=True)
class EqualEarth:
    """The whole world, equal-area (Savric, Patterson and Jenny, IJGIS 33(3), 2019, eq. 7 to 9)."""

    def __call__(self, longitude_deg: ArrayLike, latitude_deg: ArrayLike) -> tuple[Floats, Floats]:
        """x in about +-2.71 and y in about +-1.32."""
        a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
        theta = np.arcsin(np.sqrt(3.0) / 2.0 * np.sin(np.asarray(latitude_deg, float) * DEG))
        square = theta * theta
        sixth = square**3
        slope = a1 + 3 * a2 * square + sixth * (7 * a3 + 9 * a4 * square)
        x = 2.0 * np.sqrt(3.0) * np.asarray(longitude_deg, float) * DEG * np.cos(theta) / (3.0 * slope)
        y = theta * (a1 + a2 * square + sixth * (a3 + a4 * square))
        return x, -y


@dataclass(frozen=True)
class Sheet:
    """A projection fitted to a picture: `scale` pixels per Earth radius, and where x = y = 0 falls."""

    projection: Projection
    scale: float
    left: float
    top: float
    width: float
    height: float

    def __call__(self, longitude_deg: ArrayLike, latitude_deg: ArrayLike) -> Floats:
        """(..., 2) pixels."""
        x, y = self.projection(longitude_deg, latitude_deg)
        return np.stack([self.left + self.scale * x, self.top + self.scale * y], axis=-1)

    def holds(self, pixels: Floats, margin: float = 0.0) -> NDArray[np.bool_]:
        """Whether (..., 2) pixels lie in the picture, at least `margin` from its edge."""
        x, y = pixels[..., 0], pixels[..., 1]
        with np.errstate(invalid="ignore"):
            return np.asarray(
                (x >= margin) & (x <= self.width - margin) & (y >= margin) & (y <= self.height - margin)
            )


def fitted(
    projection: Projection,
    longitude_deg: ArrayLike,
    latitude_deg: ArrayLike,
    width: float,
    height_between: tuple[float, float],
    margin: float,
) -> Sheet:
    """A sheet on which all the points fit, `width` wide and as high as they need within the given limits."""
    x, y = projection(longitude_deg, latitude_deg)
    x, y = x[np.isfinite(x)], y[np.isfinite(y)]
    span_x = max(float(np.ptp(x)) if len(x) else 0.0, 1e-3)
    span_y = max(float(np.ptp(y)) if len(y) else 0.0, 1e-3)
    low, high = height_between
    scale = min((width - 2 * margin) / span_x, (high - 2 * margin) / span_y)
    height = min(max(span_y * scale + 2 * margin, low), high)
    middle_x = (float(x.min()) + float(x.max())) / 2 if len(x) else 0.0
    middle_y = (float(y.min()) + float(y.max())) / 2 if len(y) else 0.0
    return Sheet(
        projection, scale, width / 2 - scale * middle_x, height / 2 - scale * middle_y, width, height
    )


def centre_of(longitude_deg: ArrayLike, latitude_deg: ArrayLike) -> tuple[float, float]:
    """Longitude and latitude in degrees of the middle of points, right across the antimeridian and at the poles."""
    lon, lat = np.asarray(longitude_deg, float) * DEG, np.asarray(latitude_deg, float) * DEG
    if not lon.size:
        return 0.0, 0.0
    x = float(np.mean(np.cos(lat) * np.cos(lon)))
    y = float(np.mean(np.cos(lat) * np.sin(lon)))
    z = float(np.mean(np.sin(lat)))
    return float(np.degrees(np.arctan2(y, x))), float(np.degrees(np.arctan2(z, np.hypot(x, y))))


def _turned(
    longitude_deg: ArrayLike, latitude_deg: ArrayLike, centre_longitude_deg: float, centre_latitude_deg: float
) -> tuple[Floats, Floats, Floats]:
    """East, north and towards-the-viewer components of unit vectors, seen from above the centre."""
    lon = (np.asarray(longitude_deg, float) - centre_longitude_deg) * DEG
    lat = np.asarray(latitude_deg, float) * DEG
    sin0, cos0 = np.sin(centre_latitude_deg * DEG), np.cos(centre_latitude_deg * DEG)
    sin_lat, cos_lat, cos_lon = np.sin(lat), np.cos(lat), np.cos(lon)
    east = cos_lat * np.sin(lon)
    north = cos0 * sin_lat - sin0 * cos_lat * cos_lon
    return east, north, sin0 * sin_lat + cos0 * cos_lat * cos_lon
