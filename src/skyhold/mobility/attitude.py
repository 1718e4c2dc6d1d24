"""Where the antenna of a moving terminal points, how much of the sky it has, and what unsteadiness costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.links.antennas import beamwidth_rad
from skyhold.mobility.tracks import Track
from skyhold.nouns.mobility import MovingTerminal, Obstruction
from skyhold.units import DEG

Floats = NDArray[np.float64]

MEAN_RADIUS_M = 6_371_008.8  # of the Earth: (2a + b) / 3 of WGS-84
SECTORS = 360  # of a ring of obstructions
MOST_SCAN_RAD = 85.0 * DEG  # broadening by 1/cos ends here


@dataclass(frozen=True)
class Mount:
    """How an antenna is fixed to its carrier; angles in radians.

    `half_view_rad` of the cone about its axis, which leans `tilt_rad` from the body's up backwards; `roll_rad` the
    amplitude of roll about the attitude of the track; `pointing_rad` rms error of pointing; `hidden_rad` (360,) the
    elevation below which the carrier hides each direction, by degrees clockwise from the bow.
    """

    half_view_rad: float
    tilt_rad: float = 0.0
    roll_rad: float = 0.0
    pointing_rad: float = 0.0
    hidden_rad: NDArray[np.float32] | None = None

    @staticmethod
    def of(moving: MovingTerminal) -> Mount:
        """The mount that a scenario describes."""
        return Mount(
            0.5 * moving.field_of_view_deg * DEG,
            moving.tilt_deg * DEG,
            moving.roll_deg * DEG,
            moving.pointing_deg * DEG,
            _ring(moving.obstructions) if moving.obstructions else None,
        )

    def axes(self, track: Track) -> Floats:
        """(T, 3, 3) axis of the antenna in east, north, up: rolled to the left, to the right, and in level flight.

        A slot lasts longer than a roll, so a satellite is only of use where both ends of the roll leave it inside the
        cone: between them its angle off the axis is smaller than at one of the two. Climb tilts the body by the angle
        of the path.
        """
        pitch = np.arctan2(track.climb_m_s, track.speed_m_s)
        level = np.zeros_like(pitch)
        banks = (track.bank_rad - self.roll_rad, track.bank_rad + self.roll_rad)
        ends = [antenna_axis(track.heading_rad, pitch, bank, self.tilt_rad) for bank in banks]
        return np.stack([*ends, antenna_axis(track.heading_rad, level, level, self.tilt_rad)], axis=1)


def antenna_axis(heading_rad: Floats, pitch_rad: Floats, bank_rad: Floats, tilt_rad: float) -> Floats:
    """(T, 3) axis in east, north, up of an antenna that leans `tilt_rad` backwards from the body's up.

    Heading clockwise from north, pitch bow up, bank right side down, in that order (Stevens and Lewis, Aircraft
    Control and Simulation, section 1.3). A right turn leans the axis to the right, into the turn.
    """
    sin_h, cos_h, sin_p, cos_p = (
        np.sin(heading_rad),
        np.cos(heading_rad),
        np.sin(pitch_rad),
        np.cos(pitch_rad),
    )
    forward = np.stack([sin_h * cos_p, cos_h * cos_p, sin_p], axis=-1)
    up = np.stack([-sin_h * sin_p, -cos_h * sin_p, cos_p], axis=-1)
    right = np.stack([cos_h, -sin_h, np.zeros_like(sin_h)], axis=-1)
    banked = up * np.cos(bank_rad)[..., None] + right * np.sin(bank_rad)[..., None]
    return np.asarray(banked * np.cos(tilt_rad) - forward * np.sin(tilt_rad))


def horizon_dip_rad(altitude_m: ArrayLike, radius_m: float = MEAN_RADIUS_M) -> Floats:
    """How far the horizon lies below the horizontal: acos(R / (R + h)), without refraction; 0 on the ground.

    With 4/3 of the radius it is the radio horizon of the standard atmosphere (ITU-R P.310).
    """
    height = np.maximum(np.asarray(altitude_m, np.float64), 0.0)
    return np.asarray(np.arctan2(np.sqrt(height * (2.0 * radius_m + height)), radius_m))


def horizon_m(altitude_m: ArrayLike, radius_m: float = MEAN_RADIUS_M) -> Floats:
    """Distance along the ground to the horizon, m: the dip times the radius."""
    return horizon_dip_rad(altitude_m, radius_m) * radius_m


def lowest_elevation_rad(track: Track, wanted_rad: float) -> Floats:
    """(T,) lowest elevation in use: the one wanted, but never below the horizon that the terminal sees."""
    return np.maximum(wanted_rad, -horizon_dip_rad(track.altitude_m))


def scanned_beamwidth_rad(aperture_m: float, frequency_hz: float, scan_rad: ArrayLike) -> Floats:
    """Width of the beam at half power of a flat array that looks `scan_rad` off its axis: wider by 1/cos."""
    cosine = np.cos(np.minimum(np.asarray(scan_rad, np.float64), MOST_SCAN_RAD))
    return np.asarray(beamwidth_rad(aperture_m, frequency_hz) / cosine)


def pointing_loss_db(error_rad: ArrayLike, width_rad: ArrayLike) -> Floats:
    """Loss of a beam that points `error_rad` beside: 12 (error / half-power width)^2, the parabolic main lobe.

    ITU-R S.1428 and S.465 use the same main lobe; it holds to about the half-power width, 12 dB. For an rms error
    it is the mean loss in dB.
    """
    return np.asarray(12.0 * (np.asarray(error_rad) / np.asarray(width_rad)) ** 2)


def _ring(obstructions: tuple[Obstruction, ...]) -> NDArray[np.float32]:
    """(360,) elevation below which each degree from the bow is hidden; -90 degrees where nothing is."""
    ring = np.full(SECTORS, -np.pi / 2, np.float32)
    for part in obstructions:
        width = (part.to_deg - part.from_deg) % 360.0 or 360.0
        hidden = (np.arange(SECTORS) + 0.5 - part.from_deg) % 360.0 <= width
        ring[hidden] = np.maximum(ring[hidden], np.float32(part.up_to_deg * DEG))
    return ring
