"""Interference between beams: of one satellite on one channel, and of several satellites at one terminal.

What comes out of patterns is to be held against the priors `co_channel_db` and `adjacent_db` of a radio system.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.links import antennas
from skyhold.links.antennas import Pattern
from skyhold.links.ratios import decibel, linear
from skyhold.nouns.radio import RadioSpec
from skyhold.units import DEG

Array = NDArray[np.float64]


def satellite_beam(radio: RadioSpec) -> antennas.S1528:
    """The satellite's transmit beam as ITU-R S.1528 bounds it."""
    spec = radio.user_down
    return antennas.S1528(spec.satellite_gain_dbi, 0.5 * spec.satellite_beamwidth_deg * DEG)


def terminal_beam(radio: RadioSpec) -> antennas.PhasedArray:
    """The terminal's receive beam on its boresight."""
    spec = radio.user_down
    return antennas.PhasedArray.of_aperture(
        spec.aperture_m, spec.frequency_ghz * 1e9, spec.efficiency, scan_exponent=spec.scan_exponent
    )


def directions(off_nadir_rad: ArrayLike, azimuth_rad: ArrayLike) -> Array:
    """(N, 3) unit vectors of beams seen from the satellite, z down."""
    off, around = np.broadcast_arrays(np.asarray(off_nadir_rad, float), np.asarray(azimuth_rad, float))
    sine = np.sin(off)
    return np.stack([sine * np.cos(around), sine * np.sin(around), np.cos(off)], axis=-1)


def separation_rad(a: Array, b: Array) -> Array:
    """(N, M) angles between unit vectors (N, 3) and (M, 3)."""
    return np.asarray(np.arccos(np.clip(a @ b.T, -1.0, 1.0)))


def co_channel_db(
    pattern: Pattern,
    apart_rad: ArrayLike,
    power_db: ArrayLike = 0.0,
    off_centre_rad: float = 0.0,
) -> Array:
    """(N,) C/I in each of N beams of one satellite that share a channel.

    `apart_rad` (N, N) angles between their axes; `power_db` (N,) what each sends over the others. A terminal
    `off_centre_rad` from its own axis, on the side of the interferer (the worst). Both ways are the same length, so
    only gains count. Infinite for a beam alone.
    """
    apart = np.asarray(apart_rad, np.float64)
    sent = np.broadcast_to(np.asarray(power_db, np.float64), apart.shape[:1])
    other = linear(pattern.gain_dbi(np.maximum(apart - off_centre_rad, 0.0)) + sent[None, :])
    np.fill_diagonal(other, 0.0)
    wanted = pattern.gain_dbi(off_centre_rad) + sent
    return np.asarray(wanted - decibel(other.sum(axis=1)))


def hexagonal_db(
    pattern: Pattern, spacing_rad: float, colours: int, rings: int = 3, off_centre_rad: float = 0.0
) -> float:
    """C/I of the middle of a hexagonal lattice of beams in which every cell is lit, with a reuse of so many colours.

    Co-channel beams stand sqrt(colours) spacings apart (Maral and Bousquet, 5th ed., section 7.4.3); 1, 3, 4, 7, 9,
    12 are possible. Small angles.
    """
    steps = np.arange(-rings, rings + 1)
    u, v = (axis.ravel() for axis in np.meshgrid(steps, steps))
    inside = np.maximum.reduce([np.abs(u), np.abs(v), np.abs(u + v)]) <= rings
    far = np.sqrt(u * u + u * v + v * v)[inside & ((u != 0) | (v != 0))] * np.sqrt(colours) * spacing_rad
    noise = float(linear(pattern.gain_dbi(np.maximum(far - off_centre_rad, 0.0))).sum())
    return float(pattern.gain_dbi(off_centre_rad) - decibel(noise))


def least_apart_rad(pattern: Pattern, c_i_db: float, interferers: int = 1) -> float:
    """Smallest angle between beams of one channel that keeps a C/I, to a hundredth of a degree; inf where none does."""
    angles = DEG * 0.01 * np.arange(1, 18_001)
    ratio = pattern.gain_dbi(0.0) - pattern.gain_dbi(angles) - decibel(interferers)
    enough = np.flatnonzero(ratio >= c_i_db)
    return float(angles[enough[0]]) if enough.size else float(np.inf)


def adjacent_satellite_db(
    pattern: Pattern, apart_rad: ArrayLike, relative_flux_db: ArrayLike = 0.0, axis: int = -1
) -> Array:
    """C/I of other satellites on the same channel at a terminal.

    `apart_rad` (..., N) angles at the terminal between its satellite and the others; `relative_flux_db` flux of each
    there over the wanted one: 0 where it lights the same cell, the sidelobe of its beam where it lights another.
    """
    received = linear(pattern.gain_dbi(apart_rad) + np.asarray(relative_flux_db, np.float64))
    return np.asarray(pattern.gain_dbi(0.0) - decibel(received.sum(axis=axis)))
