"""The sky of a terminal that moves: its usable satellites from where it is, and what hides the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.geometry import masks
from skyhold.geometry.binning import NORMAL_SLACK_RAD, component_major
from skyhold.geometry.masks import SkyMask
from skyhold.geometry.visibility import Candidates
from skyhold.mobility import kernels
from skyhold.mobility.attitude import Mount, lowest_elevation_rad
from skyhold.mobility.tracks import Track

DEPTH = 48  # more satellites than a constellation of today shows at once above 25 degrees


@dataclass(frozen=True, eq=False)
class Sky:
    """What one moving terminal sees at T instants.

    `candidates` as of a fixed terminal, (T, 1, K); `azimuth_rad` and `scan_rad` (T, K) of the same satellites: the
    angle off the antenna's axis at the worse end of the roll. Counts (T,): `in_cone` of those in view, `clear` of
    these not hidden by the carrier, `level` usable if the body were level.
    """

    candidates: Candidates
    azimuth_rad: NDArray[np.float32]
    scan_rad: NDArray[np.float32]
    in_cone: NDArray[np.uint16]
    clear: NDArray[np.uint16]
    level: NDArray[np.uint16]


def look_along(
    xyz: NDArray[np.floating],
    track: Track,
    mask: SkyMask,
    mount: Mount,
    cost: NDArray[np.float32],
    lowest_rad: float | None = None,
) -> Sky:
    """The usable satellites along a track.

    `xyz` (T, S, 3) Earth-fixed m; `cost` (T, S), inf where there is no gateway. Elevation and geostationary arc are
    those of `mask`, whose own field of view and tilt are not used: those of the `mount` are. `lowest_rad` takes the
    place of the mask's least elevation; neither reaches below the horizon. The arithmetic is that of
    `visibility.look_up`: a terminal that stands still sees the same satellites.
    """
    pos = component_major(xyz)
    instants, satellites = pos.shape[0], pos.shape[2]
    kind: type[np.integer[Any]] = np.int16 if satellites <= 32_767 else np.int32
    listed: NDArray[Any] = np.full((instants, DEPTH), -1, kind)
    numbers = [np.zeros((instants, DEPTH), np.float32) for _ in range(4)]
    counts = np.zeros((instants, 6), np.uint16)
    if instants and satellites:
        least = lowest_elevation_rad(track, mask.min_elevation_rad if lowest_rad is None else lowest_rad)
        bands = masks.arc_bands(mask, track.sites.latitude_rad)
        hidden = np.zeros(0, np.float32) if mount.hidden_rad is None else mount.hidden_rad
        kernels.look_along(
            pos, *_caps(track, least), _rows(track, bands.low.shape[1]), least.astype(np.float32), mount.axes(track),
            np.cos(mount.half_view_rad), track.heading_rad, hidden, bands.row_of(track.sites.latitude_rad), bands.low,
            bands.high, np.ascontiguousarray(cost, np.float32), listed, *numbers, counts,
        )  # fmt: skip
    elevation, reach, azimuth, scan = numbers
    seen, cone, clear, allowed, usable, level = counts.T
    candidates = Candidates(
        listed[:, None], elevation[:, None], reach[:, None], seen[:, None], allowed[:, None], usable[:, None]
    )
    return Sky(candidates, azimuth, scan, cone, clear, level)


def _caps(track: Track, least: NDArray[np.float64]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(T, 5) axis of the place, cosine and sine of the elevation below the horizon; (T,) distance times the cosine."""
    elevation = least - NORMAL_SLACK_RAD
    distance = np.linalg.norm(track.sites.ecef, axis=1)
    caps = np.column_stack([track.sites.ecef / distance[:, None], np.cos(elevation), -np.sin(elevation)])
    return caps.astype(np.float32), (distance * np.cos(elevation)).astype(np.float32)


def _rows(track: Track, points: int) -> NDArray[np.float32]:
    """(T, 12) the place at each instant as `geometry.kernels.see` wants it, without a field of view of its own."""
    sites = track.sites
    rows = np.zeros((len(sites), 12))
    rows[:, 0:3] = sites.ecef
    rows[:, 3], rows[:, 4] = np.cos(sites.longitude_rad), np.sin(sites.longitude_rad)
    rows[:, 5], rows[:, 6] = np.cos(sites.latitude_rad), np.sin(sites.latitude_rad)
    rows[:, 10], rows[:, 11] = -2.0, 0.5 * (points - 1) * (1.0 - 1e-6)
    return rows.astype(np.float32)
