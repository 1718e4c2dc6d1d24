"""The mean orbit: elements from which the oscillation of each revolution is taken out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.catalogues.element_set import ElementSet
from skyhold.constants import J2, MU_M3_S2, SGP4_MU_KM3_S2, WGS84_A_M
from skyhold.errors import ScenarioError
from skyhold.orbits.elements import kozai_rad_min, unkozai_rad_min
from skyhold.times import Epoch
from skyhold.units import DAY_S, DEG, KM, MINUTE_S, MINUTES_PER_DAY

Floats = NDArray[np.float64]

ENTRY_ALTITUDE_M = 120_000.0  # mean altitude at which an orbit ends: no revolution is completed below it


@dataclass(frozen=True)
class MeanOrbit:
    """Brouwer mean elements at an epoch, TEME: axis in metres, angles in radians.

    Raises ScenarioError for an escape, and for an orbit already below 120 km.
    """

    epoch: Epoch
    axis_m: float
    eccentricity: float
    inclination_rad: float
    node_rad: float
    perigee_rad: float = 0.0
    anomaly_rad: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.eccentricity < 1.0 or not self.axis_m > 0.0:
            raise ScenarioError(
                "these elements are those of an escape, not of an orbit",
                expected="an eccentricity from 0 to below 1 and a positive axis",
                came=f"eccentricity {self.eccentricity:g}, axis {self.axis_m / KM:g} km",
                remedy="check the elements; a TLE leaves out the 0 and the point of the eccentricity",
            )
        if self.mean_altitude_m <= ENTRY_ALTITUDE_M:
            raise ScenarioError(
                "the orbit is already below entry",
                expected=f"a mean altitude above {ENTRY_ALTITUDE_M / KM:g} km",
                came=f"{self.mean_altitude_m / KM:.1f} km",
                remedy="begin earlier, or check the mean motion (revolutions per day)",
            )

    @staticmethod
    def from_element_set(record: ElementSet) -> MeanOrbit:
        """The orbit of a published set, whose mean motion is Kozai's and is un-Kozai'd first."""
        axis = brouwer_axis_m(record.mean_motion_rev_day, record.eccentricity, record.inclination_deg * DEG)
        return MeanOrbit(
            record.epoch,
            float(axis),
            record.eccentricity,
            record.inclination_deg * DEG,
            record.raan_deg * DEG,
            record.argument_of_perigee_deg * DEG,
            record.mean_anomaly_deg * DEG,
        )

    @staticmethod
    def at_altitude(
        epoch: Epoch, mean_altitude_m: float, inclination_rad: float, node_rad: float = 0.0
    ) -> MeanOrbit:
        """A circular orbit of a mean altitude over 6,378.137 km."""
        radius = WGS84_A_M + mean_altitude_m
        axis = radius / float(radius_ratio(radius, inclination_rad))
        return MeanOrbit(epoch, axis, 0.0, inclination_rad, node_rad)

    @property
    def mean_altitude_m(self) -> float:
        """Time average of the distance from the Earth's centre, less 6,378.137 km."""
        ratio = float(radius_ratio(self.axis_m, self.inclination_rad))
        return self.axis_m * (ratio + 0.5 * self.eccentricity**2) - WGS84_A_M

    @property
    def period_s(self) -> float:
        """Two-body period on the mean axis, s."""
        return 2.0 * math.pi * math.sqrt(self.axis_m**3 / MU_M3_S2)


def brouwer_axis_m(
    kozai_mean_motion_rev_day: ArrayLike, eccentricity: ArrayLike, inclination_rad: ArrayLike
) -> Floats:
    """Brouwer mean semi-major axis of published mean motions, 0.5 to 0.7 km above Kepler's for the station."""
    kozai = np.asarray(kozai_mean_motion_rev_day, float) * (2.0 * math.pi / MINUTES_PER_DAY)
    brouwer = unkozai_rad_min(kozai, eccentricity, inclination_rad)
    return np.asarray(np.cbrt(SGP4_MU_KM3_S2 * (MINUTE_S / brouwer) ** 2) * KM)


def kozai_mean_motion_rev_day(
    axis_m: ArrayLike, eccentricity: ArrayLike, inclination_rad: ArrayLike
) -> Floats:
    """The mean motion that an element set would give a Brouwer mean semi-major axis: `brouwer_axis_m` undone."""
    brouwer = MINUTE_S * np.sqrt(SGP4_MU_KM3_S2 / (np.asarray(axis_m, float) / KM) ** 3)
    return kozai_rad_min(brouwer, eccentricity, inclination_rad) * (MINUTES_PER_DAY / (2.0 * math.pi))


def radius_ratio(axis_m: ArrayLike, inclination_rad: ArrayLike) -> Floats:
    """Mean radius of a near-circular orbit over its Brouwer axis: the constant part of the short-period term.

    1 - 3/4 J2 (R/a)^2 (3 cos^2 i - 1), e = 0 (Vallado et al., AIAA 2006-6753, `sgp4`, mrt).
    """
    share = 0.75 * J2 * (WGS84_A_M / np.asarray(axis_m, float)) ** 2
    return np.asarray(1.0 - share * (3.0 * np.cos(inclination_rad) ** 2 - 1.0))


@dataclass(frozen=True)
class SecularRates:
    """Secular drift by J2 (rad/s) of node and perigee, and the rate of the mean anomaly."""

    node_rad_s: Floats
    perigee_rad_s: Floats
    anomaly_rad_s: Floats


def secular_rates(axis_m: ArrayLike, eccentricity: ArrayLike, inclination_rad: ArrayLike) -> SecularRates:
    """First order in J2 (Vallado, *Fundamentals of Astrodynamics*, 4th ed., eq. 9-38 to 9-42); no drag."""
    axis, e2 = np.asarray(axis_m, float), np.asarray(eccentricity, float) ** 2
    motion = np.sqrt(MU_M3_S2 / axis**3)
    k = 0.75 * J2 * (WGS84_A_M / (axis * (1.0 - e2))) ** 2 * motion
    cosine = np.cos(inclination_rad)
    return SecularRates(
        -2.0 * k * cosine,
        k * (5.0 * cosine**2 - 1.0),
        motion + k * np.sqrt(1.0 - e2) * (3.0 * cosine**2 - 1.0),
    )


SUN_RATE_RAD_S = 2.0 * math.pi / (365.2422 * DAY_S)  # of the mean Sun along the equator
