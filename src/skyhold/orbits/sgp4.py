"""Satellites of a catalogue by SGP4, near-Earth in our kernel and deep space through the sgp4 library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray
from sgp4.api import WGS72, Satrec, SatrecArray

from skyhold.catalogues.element_set import ElementSet
from skyhold.constants import EARTH_RATE_RAD_S
from skyhold.earth.rotation import gmst_rad, polar_motion_matrix, teme_to_ecef, teme_to_ecef_velocity
from skyhold.errors import CatalogError
from skyhold.orbits.faults import Fault
from skyhold.orbits.kernels import sgp4, sgp4_code
from skyhold.orbits.sgp4_init import MeanElements, coefficients, deep_space
from skyhold.orbits.tiles import component_major, tiled
from skyhold.times import Epoch, Instants
from skyhold.units import DEG, KM, MINUTE_S, MINUTES_PER_DAY

Floats = NDArray[np.float64]

SGP4_EPOCH_DAY = 2_433_281.5  # 1949-12-31, the zero of the library's epochs

REASONS = {
    1: "mean eccentricity out of 0..1",
    2: "mean motion below zero",
    3: "perturbed eccentricity out of 0..1",
    4: "semi-latus rectum below zero",
    6: "decayed: below the Earth's surface",
}


def mean_elements(records: Sequence[ElementSet]) -> MeanElements:
    """Elements of the records in the units of SGP4."""

    def column(name: str, factor: float) -> Floats:
        return np.array([getattr(record, name) for record in records], float) * factor

    return MeanElements(
        column("mean_motion_rev_day", 2.0 * np.pi / MINUTES_PER_DAY),
        column("eccentricity", 1.0),
        column("inclination_deg", DEG),
        column("raan_deg", DEG),
        column("argument_of_perigee_deg", DEG),
        column("mean_anomaly_deg", DEG),
        column("bstar", 1.0),
    )


def library_satellite(record: ElementSet) -> Satrec:
    """The record as a satellite of the sgp4 library (WGS-72, improved mode)."""
    satellite = Satrec()
    days = (record.epoch.day - SGP4_EPOCH_DAY) + record.epoch.fraction
    satellite.sgp4init(
        WGS72,
        "i",
        0,
        days,
        record.bstar,
        0.0,
        0.0,
        record.eccentricity,
        record.argument_of_perigee_deg * DEG,
        record.inclination_deg * DEG,
        record.mean_anomaly_deg * DEG,
        record.mean_motion_rev_day * 2.0 * np.pi / MINUTES_PER_DAY,
        record.raan_deg * DEG,
    )
    satellite.jdsatepoch, satellite.jdsatepochF = record.epoch.day, record.epoch.fraction
    return satellite


class Sgp4Fleet:
    """Satellites of element sets; a satellite that SGP4 cannot place at an instant is NaN there (see `faults`).

    `ut1_minus_utc_s` and `polar_motion` (x, y in rad) turn TEME into the Earth-fixed frame more exactly than the
    default, which is within 0.4 km.

    Raises CatalogError when there is no record at all.
    """

    def __init__(
        self,
        records: Sequence[ElementSet],
        *,
        shell: str = "catalogue",
        ut1_minus_utc_s: float = 0.0,
        polar_motion: tuple[float, float] = (0.0, 0.0),
    ):
        if not records:
            raise CatalogError(
                "there is no satellite to propagate",
                expected="at least one element set",
                came="none",
                remedy="keep more classes of the census, or choose another catalogue",
            )
        self.records = tuple(records)
        self.names = tuple(record.name or str(record.catalog_number) for record in records)
        self.shells: tuple[str, ...] = (shell,)
        self.shell_index = np.zeros(len(records), np.int16)
        self._earth = (ut1_minus_utc_s, polar_motion)
        elements = mean_elements(self.records)
        deep = deep_space(elements)
        self._near, self._deep = np.flatnonzero(~deep), np.flatnonzero(deep)
        self._rows = coefficients(elements.take(self._near))
        self.tiles = tiled(self._rows)
        self._epoch_day = np.array([record.epoch.day for record in records])
        self._epoch_fraction = np.array([record.epoch.fraction for record in records])
        self._library = [library_satellite(self.records[k]) for k in self._deep]

    def __len__(self) -> int:
        return len(self.records)

    def positions(self, instants: Instants, dtype: DTypeLike = np.float32) -> NDArray[Any]:
        """(T, S, 3) m, Earth-fixed; a view of a contiguous (T, 3, S) array."""
        return self._fixed(instants, dtype, False)[0].transpose(0, 2, 1)

    def positions_velocities(
        self, instants: Instants, dtype: DTypeLike = np.float32
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Positions as above, and velocities in the Earth-fixed frame, (T, S, 3) m/s."""
        position, velocity = self._fixed(instants, dtype, True)
        return position.transpose(0, 2, 1), velocity.transpose(0, 2, 1)

    def teme(self, instants: Instants) -> tuple[Floats, Floats]:
        """Positions (T, S, 3) m and velocities m/s in TEME, the frame of SGP4 itself."""
        still = np.zeros(len(instants))
        position, velocity = self._propagate(instants, np.float64, True, still, 0.0)
        return position.transpose(0, 2, 1), velocity.transpose(0, 2, 1)

    def faults(self, instants: Instants) -> tuple[Fault, ...]:
        """Satellites without a position at one or more of the instants, with the reason SGP4 gives."""
        lost = np.isnan(self.positions(instants)[:, :, 0])
        return tuple(self._fault(int(k), instants, lost[:, k]) for k in np.flatnonzero(lost.any(axis=0)))

    def account(self) -> tuple[str, ...]:
        """Nothing: no catalogue was read."""
        return ()

    def summary(self) -> list[dict[str, Any]]:
        """One row: every satellite given is flown."""
        count = len(self)
        row = {"shell": self.shells[0], "filed": count, "operational": count, "missing": 0, "raising": 0}
        return [row]

    def _fault(self, index: int, instants: Instants, lost: NDArray[np.bool_]) -> Fault:
        code = int(self._codes(index, instants)[lost][0])
        reason = REASONS.get(code, f"SGP4 error {code}")
        return Fault(self.names[index], index, code, reason, int(np.argmax(lost)), int(lost.sum()))

    def _codes(self, index: int, instants: Instants) -> NDArray[np.uint8]:
        if index in self._deep:
            satellite = self._library[int(np.searchsorted(self._deep, index))]
            return np.asarray(satellite.sgp4_array(*instants.julian_days())[0])
        column = np.ascontiguousarray(self._rows[:, int(np.searchsorted(self._near, index))])
        age = self.age_min(instants.epoch)[index]
        return np.asarray(sgp4_code(column, age, instants.offset_s / MINUTE_S))

    def age_min(self, epoch: Epoch) -> Floats:
        """(S,) minutes from each record's epoch to `epoch`, days and fractions apart as the library does."""
        days, fraction = epoch.day - self._epoch_day, epoch.fraction - self._epoch_fraction
        return np.asarray(days * MINUTES_PER_DAY + fraction * MINUTES_PER_DAY)

    def _fixed(
        self, instants: Instants, dtype: DTypeLike, with_velocity: bool
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        ut1_minus_utc_s, pole = self._earth
        theta = gmst_rad(instants, ut1_minus_utc_s)
        position, velocity = self._propagate(instants, dtype, with_velocity, theta, EARTH_RATE_RAD_S)
        if pole != (0.0, 0.0):
            matrix = polar_motion_matrix(*pole).astype(dtype)
            position = np.matmul(matrix, position)
            velocity = np.matmul(matrix, velocity)
        return position, velocity

    def _propagate(
        self, instants: Instants, dtype: DTypeLike, with_velocity: bool, theta: Floats, turn_rate: float
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """(T, 3, S) positions and velocities (no satellites where not asked for) in a frame turned by `theta`."""
        near = component_major(len(instants), len(self._near), dtype)
        speed = component_major(len(instants), len(self._near), dtype) if with_velocity else None
        if len(self._near):
            minutes = instants.offset_s / MINUTE_S
            age = self.age_min(instants.epoch)[self._near]
            sgp4(self.tiles, age, minutes, np.cos(theta), np.sin(theta), turn_rate, near, speed)
        none = component_major(len(instants), 0, dtype)
        if not len(self._deep):
            return near, none if speed is None else speed
        deep, deep_speed = self._deep_space(instants, theta, turn_rate)
        position = self._merged(near, deep, dtype)
        return position, none if speed is None else self._merged(speed, deep_speed, dtype)

    def _merged(self, near: NDArray[Any], deep: Floats, dtype: DTypeLike) -> NDArray[Any]:
        whole = component_major(near.shape[0], len(self), dtype)
        whole[:, :, self._near] = near
        whole[:, :, self._deep] = deep
        return whole

    def _deep_space(self, instants: Instants, theta: Floats, turn_rate: float) -> tuple[Floats, Floats]:
        codes, position, velocity = SatrecArray(self._library).sgp4(*instants.julian_days())
        bad = (codes != 0).T
        position, velocity = position.transpose(1, 0, 2) * KM, velocity.transpose(1, 0, 2) * KM
        position[bad], velocity[bad] = np.nan, np.nan
        if turn_rate:
            velocity = teme_to_ecef_velocity(position, velocity, theta)
            position = teme_to_ecef(position, theta)
        return position.transpose(0, 2, 1), velocity.transpose(0, 2, 1)
