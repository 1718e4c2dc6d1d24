"""How motion shifts a carrier, and how fast the shift changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.constants import EARTH_RATE_RAD_S, MU_M3_S2, SPEED_OF_LIGHT_M_S

Floats = NDArray[np.float64]

_SPIN = np.array([0.0, 0.0, EARTH_RATE_RAD_S])


@dataclass(frozen=True, eq=False)
class RangeRate:
    """How the distance to a satellite changes, (N,): m/s, positive going away, and m/s2."""

    rate_m_s: Floats
    acceleration_m_s2: Floats

    def shift_hz(self, frequency_hz: float) -> Floats:
        """Received less sent frequency: -f v/c, positive while the two approach.

        To first order in v/c: the second-order term, 4 Hz at 11.7 GHz and 7.6 km/s, and light time are left out. The
        same law holds both ways, each with its own carrier.
        """
        return -self.rate_m_s * (frequency_hz / SPEED_OF_LIGHT_M_S)

    def drift_hz_s(self, frequency_hz: float) -> Floats:
        """How fast that shift changes, Hz/s; most negative where the satellite passes nearest."""
        return -self.acceleration_m_s2 * (frequency_hz / SPEED_OF_LIGHT_M_S)


def range_rate(
    satellite_m: Floats,
    satellite_m_s: Floats,
    terminal_m: Floats,
    terminal_m_s: Floats,
    terminal_m_s2: Floats | None = None,
) -> RangeRate:
    """Range rate and its derivative, from positions and velocities (N, 3) in the Earth-fixed frame.

    A distance does not know the frame, so rho' = u.v and rho'' = (v.v - rho'^2) / rho + u.a hold with the turning
    frame's own v and a. The satellite's acceleration is the central force with the frame's Coriolis and centrifugal
    terms (oblateness, 0.1 %, left out); `terminal_m_s2` is that of the terminal's own motion over the ground.
    """
    offset = (satellite_m - terminal_m).astype(np.float64)
    reach = np.linalg.norm(offset, axis=-1)
    along = offset / reach[..., None]
    moves = (satellite_m_s - terminal_m_s).astype(np.float64)
    rate = _dot(along, moves)
    pull = fixed_acceleration(satellite_m.astype(np.float64), satellite_m_s.astype(np.float64))
    pull = pull if terminal_m_s2 is None else pull - terminal_m_s2
    return RangeRate(rate, (_dot(moves, moves) - rate**2) / reach + _dot(along, pull))


def fixed_acceleration(xyz: Floats, velocity: Floats) -> Floats:
    """(N, 3) acceleration of a free satellite in Earth-fixed axes, m/s2: -mu r/r^3 - 2 w x v - w x (w x r)."""
    radius = np.linalg.norm(xyz, axis=-1, keepdims=True)
    turning = -2.0 * np.cross(_SPIN, velocity) - np.cross(_SPIN, np.cross(_SPIN, xyz))
    return np.asarray(-MU_M3_S2 * xyz / radius**3 + turning)


def most_shift_hz(frequency_hz: float, altitude_m: float, elevation_rad: float, radius_m: float) -> float:
    """Greatest shift of a circular orbit that passes overhead, at an elevation, over an Earth that does not turn.

    f/c times the speed times R cos(e) / (R + h), by the law of sines (Ali, Al-Dhahir and Hershey, "Doppler
    characterization for LEO satellites", IEEE Trans. Commun. 46, 1998, eq. 5 in its extreme).
    """
    orbit = radius_m + altitude_m
    speed = float(np.sqrt(MU_M3_S2 / orbit))
    return frequency_hz / SPEED_OF_LIGHT_M_S * speed * radius_m * float(np.cos(elevation_rad)) / orbit


def _dot(a: Floats, b: Floats) -> Floats:
    return np.asarray((a * b).sum(axis=-1))
