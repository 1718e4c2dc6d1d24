"""Walker shells: where the planes lie and where the satellites stand in them at the start."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skyhold.nouns.constellation import Shell
from skyhold.units import DEG

Floats = NDArray[np.float64]

_TURN = 2.0 * np.pi


def walker(shell: Shell) -> tuple[Floats, Floats]:
    """(S,) ascending node and argument of latitude at the start, rad, plane after plane.

    Satellite s of plane p is number `p * satellites_per_plane + s`. With T satellites in P planes and phasing F
    (Walker, "Satellite constellations", J. Brit. Interplanet. Soc. 37, 1984): nodes are 360/P degrees apart in a
    *delta*, 180/P in a *star*; satellites of a plane 360 P/T apart; the same satellite of the next plane is
    360 F/T further along.
    """
    total = shell.planes * shell.satellites_per_plane
    plane, slot = np.divmod(np.arange(total), shell.satellites_per_plane)
    spread = _TURN if shell.pattern == "delta" else 0.5 * _TURN
    node = shell.raan_offset_deg * DEG + spread * plane / shell.planes
    latitude = _TURN * (slot / shell.satellites_per_plane + shell.phasing * plane / total)
    return node % _TURN, latitude % _TURN


def satellite_names(shell: Shell) -> tuple[str, ...]:
    """Shell, plane and place in the plane, counted from 1, in the order of `walker`."""
    per_plane = shell.satellites_per_plane
    return tuple(
        f"{shell.name} {number // per_plane + 1:02d}-{number % per_plane + 1:02d}"
        for number in range(shell.planes * per_plane)
    )


def in_place(shell: Shell, seed: int, order: int = 0) -> NDArray[np.int64]:
    """Numbers of the satellites that serve: all but `missing` and `raising` ones, which are drawn by `seed`.

    Which satellites of a filed shell are absent on a date is not published; `order` is the shell's place in the
    fleet, so that two like shells lose different ones.
    """
    total = shell.planes * shell.satellites_per_plane
    absent = shell.missing + shell.raising
    drawn = np.random.default_rng([seed, order]).permutation(total)[: total - absent]
    return np.sort(drawn)
