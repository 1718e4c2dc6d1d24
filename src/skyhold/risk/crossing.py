"""Where a decaying orbit meets dense air: latitudes of entry, pulled towards the equator by the bulge of the Earth.

The air follows the ellipsoid, 21 km higher at the equator than at the poles. In its last revolutions an orbit
meets more of it at the equator, so entries are not spread like time (Bacon and Matney, "Statistical issues for
calculating reentry hazards", 2016; Ostrom, 2019).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.constants import EARTH_RATE_RAD_S, J2, MU_M3_S2, WGS84_A_M, WGS84_F
from skyhold.errors import SkyholdError
from skyhold.risk.ground_track import TabulatedTrack
from skyhold.units import DEG, KM

# US Standard Atmosphere 1976, table I: geometric altitude, km, and density, kg/m3; logarithms are joined by lines
ALTITUDE_KM = (70.0, 80.0, 90.0, 100.0, 110.0, 120.0, 130.0, 140.0, 150.0, 160.0, 180.0, 200.0)
DENSITY_KG_M3 = (
    *(8.283e-5, 1.846e-5, 3.416e-6, 5.604e-7, 9.708e-8, 2.222e-8),
    *(8.152e-9, 3.831e-9, 2.076e-9, 1.233e-9, 5.194e-10, 2.541e-10),
)
START_M = 150.0 * KM
STEP_S = 8.0
ROW_DEG = 0.5

Floats = NDArray[np.float64]
_HEIGHTS_M, _LOGARITHMS = np.array(ALTITUDE_KM) * KM, np.log(DENSITY_KG_M3)


@dataclass(frozen=True)
class Falling:
    """What a fall depends on: inclination, ballistic number m / (Cd A), shape and pull of the Earth."""

    inclination_rad: float
    ballistic_kg_m2: float = 130.0
    flattening: float = WGS84_F
    j2: float = J2

    @property
    def sine2(self) -> float:
        """sin^2 i."""
        return math.sin(self.inclination_rad) ** 2

    def altitude_m(self, r: Floats, u: Floats) -> Floats:
        """Height over the ellipsoid at a radius and argument of latitude, to first order in the flattening."""
        return r - WGS84_A_M * (1.0 - self.flattening * self.sine2 * np.sin(u) ** 2)

    def begin(self, u: Floats) -> Floats:
        """(4, N) radius, argument of latitude, radial and transverse speed, circular but for J2, sinking.

        r = a + J2 R^2 sin^2 i cos 2u / (4 a) (Vallado 2013, eq. 9-41), and its angular momentum.
        """
        a = WGS84_A_M + START_M
        mean_motion = math.sqrt(
            MU_M3_S2 / a**3 * (1.0 + 1.5 * self.j2 * (WGS84_A_M / a) ** 2 * (1 - 1.5 * self.sine2))
        )
        wave = self.j2 * WGS84_A_M**2 * self.sine2 / a
        r = a + wave * np.cos(2.0 * u) / 4.0
        momentum = mean_motion * a**2 * (1.0 + 0.75 * wave * np.cos(2.0 * u) / a)
        sinking = _density(np.full(u.shape, START_M)) * mean_motion * a**2 / self.ballistic_kg_m2
        return np.stack([r, u, -0.5 * wave * mean_motion * np.sin(2.0 * u) - sinking, momentum / r])

    def rate(self, state: Floats) -> Floats:
        """(4, N) derivative in the orbit's plane: central force, J2 (Vallado 2013, eq. 8-30), drag in turning air."""
        r, u, radial, transverse = state
        oblate = 1.5 * self.j2 * MU_M3_S2 * WGS84_A_M**2 / r**4
        against = transverse - EARTH_RATE_RAD_S * r * math.cos(self.inclination_rad)
        drag = 0.5 * _density(self.altitude_m(r, u)) * np.hypot(against, radial) / self.ballistic_kg_m2
        inward = MU_M3_S2 / r**2 + oblate * (1.0 - 3.0 * self.sine2 * np.sin(u) ** 2)
        return np.stack(
            [
                radial,
                transverse / r,
                transverse**2 / r - inward - drag * radial,
                -radial * transverse / r - oblate * self.sine2 * np.sin(2.0 * u) - drag * against,
            ]
        )


def crossing_track(falling: Falling, altitude_m: float = 80.0 * KM, phases: int = 1440) -> TabulatedTrack:
    """The latitudes at which near-circular orbits, let go at 150 km at every phase, first reach an altitude.

    In half-degree rows of geodetic latitude; debris lands 5 to 10 degrees of arc further on. Integrated in the
    orbit's plane, Runge-Kutta of fourth order. An eccentricity left over from higher up is not known and taken as
    zero; 0.001 moves the height by as much as a third of the bulge. Raises `SkyholdError` for an altitude that is
    not between 70 and 120 km and a ballistic number outside 10 to 2000 kg/m2.
    """
    if not (70.0 * KM <= altitude_m <= 120.0 * KM and 10.0 <= falling.ballistic_kg_m2 <= 2000.0):
        raise SkyholdError(
            "no entry can be followed to there",
            expected="an altitude of 70 to 120 km and 10 to 2000 kg/m2",
            came=f"{altitude_m / KM:g} km and {falling.ballistic_kg_m2:g} kg/m2",
            remedy="the defaults are 80 km and 130 kg/m2",
        )
    u = _reached(falling, altitude_m, (np.arange(phases) + 0.5) * 2.0 * math.pi / phases)
    sine = np.sin(u) * math.sin(falling.inclination_rad)
    geodetic = np.arctan2(sine, (1.0 - falling.flattening) ** 2 * np.sqrt(1.0 - sine**2)) / DEG
    edges = np.linspace(-90.0, 90.0, round(180.0 / ROW_DEG) + 1)
    return TabulatedTrack(edges, np.histogram(geodetic, edges)[0].astype(np.float64))


def _reached(falling: Falling, altitude_m: float, u: Floats) -> Floats:
    """Argument of latitude at which each orbit first reaches the altitude."""
    state = falling.begin(u)
    reached = np.full(u.shape, np.nan)
    aloft = np.arange(u.size)
    while aloft.size:
        k1 = falling.rate(state)
        k2 = falling.rate(state + 0.5 * STEP_S * k1)
        k3 = falling.rate(state + 0.5 * STEP_S * k2)
        k4 = falling.rate(state + STEP_S * k3)
        after = state + STEP_S / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
        above, below = falling.altitude_m(*state[:2]), falling.altitude_m(*after[:2])
        down = below <= altitude_m
        part = ((above - altitude_m) / np.maximum(above - below, 1e-9))[down]
        reached[aloft[down]] = state[1, down] + part * (after[1, down] - state[1, down])
        aloft, state = aloft[~down], after[:, ~down]
    return reached


def _density(altitude_m: Floats) -> Floats:
    return np.exp(np.interp(altitude_m, _HEIGHTS_M, _LOGARITHMS))
