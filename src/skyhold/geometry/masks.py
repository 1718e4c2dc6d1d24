"""Which directions an antenna may use: elevation, geostationary arc, field of view."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.geometry import kernels
from skyhold.nouns.ground import SkyMaskSpec
from skyhold.units import DEG

BAND_POINTS = 513  # of the forbidden band, over c = cos(hour angle) in [-1, 1]
ARC_DISCS = 321  # half a degree of arc apart at most
BAND_LATITUDE_STEP_RAD = 0.1 * DEG


@dataclass(frozen=True)
class SkyMask:
    """What part of the sky an antenna may use; angles in radians.

    `gso_exclusion_rad` 0 is off; `field_of_view_rad` is the full cone, None is off; the boresight leans by
    `tilt_rad` from the zenith towards `tilt_azimuth_rad`.
    """

    min_elevation_rad: float = 25.0 * DEG
    gso_exclusion_rad: float = 0.0
    field_of_view_rad: float | None = None
    tilt_rad: float = 0.0
    tilt_azimuth_rad: float = 0.0


@dataclass(frozen=True, eq=False)
class ArcBands:
    """The forbidden band around the geostationary arc for a ladder of latitudes.

    At latitude `step` * (`lowest` + b) and c = -1..1 on M points, directions whose sine of topocentric
    declination lies between low[b] and high[b] (B, M) are forbidden.
    """

    lowest: int
    step: float
    low: NDArray[np.float32]
    high: NDArray[np.float32]

    def row_of(self, latitude_rad: NDArray[np.float64]) -> NDArray[np.int32]:
        """(U,) which row serves each latitude."""
        rows = np.rint(latitude_rad / self.step).astype(np.int32) - self.lowest
        return np.clip(rows, 0, len(self.low) - 1).astype(np.int32)


def from_spec(spec: SkyMaskSpec) -> SkyMask:
    """The mask a scenario file asks for."""
    cone = spec.field_of_view_deg
    return SkyMask(
        min_elevation_rad=spec.min_elevation_deg * DEG,
        gso_exclusion_rad=spec.gso_exclusion_deg * DEG,
        field_of_view_rad=None if cone is None else cone * DEG,
        tilt_rad=spec.tilt_deg * DEG,
        tilt_azimuth_rad=spec.tilt_azimuth_deg * DEG,
    )


def gso_angle(
    latitude_rad: ArrayLike, azimuth_rad: ArrayLike, elevation_rad: ArrayLike
) -> NDArray[np.float64]:
    """Smallest angle from a direction to the visible geostationary arc, radians; inf where none rises.

    For a site on the ellipsoid; 10 km of height move the arc by less than 0.02 degrees. The arc is visible where
    its geometric elevation is positive. It is the angle alpha of ITU-R S.1503, on WGS-84 instead of a sphere.
    """
    phi, azimuth, elevation = np.broadcast_arrays(latitude_rad, azimuth_rad, elevation_rad)
    out = np.empty(phi.size)
    flat = [np.ravel(angle).astype(np.float64) for angle in (phi, azimuth, elevation)]
    kernels.arc_angle(flat[0], flat[1], flat[2], out)
    return out.reshape(phi.shape)


def boresight_angle(mask: SkyMask, azimuth_rad: ArrayLike, elevation_rad: ArrayLike) -> NDArray[np.float64]:
    """Angle between a direction and the mask's boresight, radians."""
    azimuth, elevation = np.asarray(azimuth_rad, np.float64), np.asarray(elevation_rad, np.float64)
    lean = np.cos(elevation) * np.cos(azimuth - mask.tilt_azimuth_rad)
    cosine = np.sin(elevation) * np.cos(mask.tilt_rad) + lean * np.sin(mask.tilt_rad)
    return np.asarray(np.arccos(np.clip(cosine, -1.0, 1.0)))


def allowed(
    mask: SkyMask, latitude_rad: ArrayLike, azimuth_rad: ArrayLike, elevation_rad: ArrayLike
) -> NDArray[np.bool_]:
    """Whether directions may be used, by the exact tests; arguments broadcast."""
    may = np.asarray(elevation_rad) >= mask.min_elevation_rad
    if mask.field_of_view_rad is not None:
        may = may & (boresight_angle(mask, azimuth_rad, elevation_rad) <= mask.field_of_view_rad / 2)
    if mask.gso_exclusion_rad > 0.0:
        may = may & (gso_angle(latitude_rad, azimuth_rad, elevation_rad) >= mask.gso_exclusion_rad)
    return np.asarray(may)


def boresight(mask: SkyMask, latitude_rad: NDArray[np.float64]) -> NDArray[np.float64]:
    """(U, 3) boresight in the frame of each site's meridian: outwards at the equator, east, and the pole."""
    north = np.sin(mask.tilt_rad) * np.cos(mask.tilt_azimuth_rad)
    east = np.sin(mask.tilt_rad) * np.sin(mask.tilt_azimuth_rad)
    up = np.cos(mask.tilt_rad)
    sine, cosine = np.sin(latitude_rad), np.cos(latitude_rad)
    rows = [cosine * up - sine * north, np.full_like(sine, east), sine * up + cosine * north]
    return np.stack(rows, axis=-1)


def arc_bands(mask: SkyMask, latitude_rad: NDArray[np.float64]) -> ArcBands:
    """The forbidden bands for sites at these latitudes; one that forbids nothing if the exclusion is off.

    Rows are 0.1 degrees of latitude apart and the nearest is taken: the arc moves by less than 0.02 degrees
    (tested against `gso_angle`).
    """
    if mask.gso_exclusion_rad <= 0.0 or len(latitude_rad) == 0:
        nothing = np.full((1, 3), 2.0, np.float32)
        nothing.flags.writeable = False
        return ArcBands(0, BAND_LATITUDE_STEP_RAD, nothing, nothing)
    rows = np.rint(latitude_rad / BAND_LATITUDE_STEP_RAD).astype(int)
    return _bands(float(mask.gso_exclusion_rad), int(rows.min()), int(rows.max()))


@lru_cache(maxsize=16)
def _bands(alpha: float, lowest: int, highest: int) -> ArcBands:
    latitudes = np.arange(lowest, highest + 1) * BAND_LATITUDE_STEP_RAD
    low = np.empty((len(latitudes), BAND_POINTS), np.float32)
    high = np.empty_like(low)
    kernels.arc_bands(latitudes, alpha, np.empty((3, ARC_DISCS)), low, high)
    low.flags.writeable = high.flags.writeable = False
    return ArcBands(lowest, BAND_LATITUDE_STEP_RAD, low, high)
