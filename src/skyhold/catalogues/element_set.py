"""One set of mean orbital elements as published, and why a set was turned away."""

from __future__ import annotations

import math
from dataclasses import dataclass

from skyhold.constants import SGP4_J2, SGP4_MU_KM3_S2, SGP4_RE_KM, WGS84_A_M
from skyhold.errors import CatalogError
from skyhold.times import JD_UNIX_EPOCH, Epoch
from skyhold.units import DAY_S, KM

MAX_CATALOG_NUMBER = 999_999_999  # nine digits, CCSDS 502.0-B-3 and the 18 SDS numbering since 2020
MAX_MEAN_MOTION_REV_DAY = 17.2  # a circle on the ground, at the polar radius 6,357 km, makes 17.13 rev/day
FIRST_DAY = JD_UNIX_EPOCH - 4748.0  # 1957-01-01, the year of the first satellite and of the TLE century
LAST_DAY = JD_UNIX_EPOCH + 47_482.0  # 2100-01-01


@dataclass(frozen=True, slots=True)
class ElementSet:
    """Mean elements of SGP4 theory at one epoch, in the units and with the meaning of TLE and OMM.

    Mean motion is Kozai's (as published). `mean_motion_dot` and `mean_motion_ddot` are the published numbers:
    half the first and a sixth of the second derivative, rev/day^2 and rev/day^3 (Hoots and Roehrich,
    Spacetrack Report 3, 1980).
    `international_designator` is in the OMM form, 1998-067A, whatever the file's form.

    Raises CatalogError for a number that is not finite or is outside its range.
    """

    name: str
    catalog_number: int
    international_designator: str
    epoch: Epoch
    mean_motion_rev_day: float
    eccentricity: float
    inclination_deg: float
    raan_deg: float
    argument_of_perigee_deg: float
    mean_anomaly_deg: float
    bstar: float
    mean_motion_dot: float = 0.0
    mean_motion_ddot: float = 0.0
    revolution_number: int = 0
    element_set_number: int = 0
    classification: str = "U"

    def __post_init__(self) -> None:
        if not (
            0.0 < self.mean_motion_rev_day <= MAX_MEAN_MOTION_REV_DAY
            and 0.0 <= self.eccentricity < 1.0
            and 0.0 <= self.inclination_deg <= 180.0
            and -360.0 <= self.raan_deg <= 360.0
            and -360.0 <= self.argument_of_perigee_deg <= 360.0
            and -360.0 <= self.mean_anomaly_deg <= 360.0
            and math.isfinite(self.bstar + self.mean_motion_dot + self.mean_motion_ddot)
            and 0 <= self.catalog_number <= MAX_CATALOG_NUMBER
            and self.revolution_number >= 0
            and FIRST_DAY <= self.epoch.day < LAST_DAY
            and 0.0 <= self.epoch.fraction < 1.0
        ):
            raise self._defect()

    def _defect(self) -> CatalogError:
        for field, low, high, expected in _RANGES:
            value = getattr(self, field)
            if not low <= value <= high or (field == "eccentricity" and value == 1.0):
                return _out_of_range(field, expected, value)
        if not (FIRST_DAY <= self.epoch.day < LAST_DAY and 0.0 <= self.epoch.fraction < 1.0):
            return _out_of_range("epoch", "from 1957-01-01 to 2099-12-31", self.epoch)
        return _out_of_range("drag terms", "finite numbers", self.bstar)

    def kozai_altitude_km(self) -> float:
        """Semi-major axis of the Kozai mean motion by Kepler's third law, less 6,378.137 km.

        A published mean motion read this way lies below the mean altitude flown: 547.2 km for the 550 km
        shell at 53 degrees (the Brouwer conversion is `orbits.elements`). It ranks and compares sets; it is
        not a height over ground.
        """
        rate = self.mean_motion_rev_day * 2.0 * math.pi / DAY_S
        return float(math.cbrt(SGP4_MU_KM3_S2 / rate**2)) - WGS84_A_M / KM


def kozai_height_km(altitude_km: float, inclination_deg: float) -> float:
    """Kozai height of a circular orbit of given Brouwer mean altitude.

    n_Kozai = n_Brouwer (1 + delta), delta = 3/4 J2 (R/a)^2 (3 cos^2 i - 1), so a_Kozai = a (1 - 2/3 delta);
    Hoots and Roehrich, Spacetrack Report 3 (1980), section 6, to first order in J2.
    """
    axis_km = altitude_km + WGS84_A_M / KM
    cosine = math.cos(math.radians(inclination_deg))
    delta = 0.75 * SGP4_J2 * (SGP4_RE_KM / axis_km) ** 2 * (3.0 * cosine**2 - 1.0)
    return altitude_km - 2.0 / 3.0 * delta * axis_km


_FINITE = 1e300
_RANGES = (
    (
        "mean_motion_rev_day",
        5e-324,
        MAX_MEAN_MOTION_REV_DAY,
        f"above 0 and at most {MAX_MEAN_MOTION_REV_DAY}",
    ),
    ("eccentricity", 0.0, 1.0, "0 or more and below 1"),
    ("inclination_deg", 0.0, 180.0, "0 to 180"),
    ("raan_deg", -360.0, 360.0, "-360 to 360"),
    ("argument_of_perigee_deg", -360.0, 360.0, "-360 to 360"),
    ("mean_anomaly_deg", -360.0, 360.0, "-360 to 360"),
    ("bstar", -_FINITE, _FINITE, "a finite number"),
    ("mean_motion_dot", -_FINITE, _FINITE, "a finite number"),
    ("mean_motion_ddot", -_FINITE, _FINITE, "a finite number"),
    ("catalog_number", 0, MAX_CATALOG_NUMBER, "0 to 999,999,999"),
    ("revolution_number", 0, _FINITE, "0 or more"),
)


def _out_of_range(field: str, expected: str, value: object) -> CatalogError:
    return CatalogError(
        f"{field} is out of range",
        expected=expected,
        came=str(value),
        remedy="fetch the set again from its publisher; a digit of it has changed",
    )


@dataclass(frozen=True, slots=True)
class Rejection:
    """A piece of a catalogue that gave no element set: where it starts, whose it is, what is wrong, the
    remedy.

    `line` counts from 1 in the text as decompressed. `problem` is the reason without its particulars, to
    count by.
    """

    line: int
    identifier: str
    reason: str
    remedy: str = ""
    problem: str = ""

    @staticmethod
    def of(error: CatalogError, line: int, identifier: str) -> Rejection:
        """The rejection that an error in one record amounts to."""
        reason = error.problem
        if error.expected:
            reason += f"; expected {error.expected}"
        if error.came:
            reason += f"; got {error.came}"
        return Rejection(line, identifier, reason, error.remedy, error.problem)

    def __str__(self) -> str:
        whose = f" ({self.identifier})" if self.identifier else ""
        return f"line {self.line}{whose}: {self.reason}. {self.remedy[:1].upper()}{self.remedy[1:]}."
