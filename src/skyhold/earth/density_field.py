"""Density round the whole Earth over some days, for single points at single instants."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.earth.atmosphere import Atmosphere
from skyhold.earth.force_kernels import fill_field
from skyhold.earth.interpolation import Chebyshev, LocalCubic, Periodic
from skyhold.earth.rotation import gmst_rad
from skyhold.errors import SkyholdError
from skyhold.times import Epoch, Instants
from skyhold.units import DAY_S

Floats = NDArray[np.float64]
TURN = 2.0 * np.pi


@dataclass(frozen=True)
class FieldGrid:
    """How fine a field is: the model is called on the first three counts, kernels read the steps."""

    altitude_m: tuple[float, float] = (100e3, 1000e3)
    altitudes: int = 40
    latitudes: int = 15
    local_times: int = 13
    altitude_step_m: float = 5e3
    latitude_steps: int = 48
    local_time_steps: int = 48

    @property
    def heights(self) -> Floats:
        """(H,) even, from the lowest to at least the highest."""
        low, high = self.altitude_m
        return np.asarray(np.minimum(low + self.altitude_step_m * np.arange(self.height_count), high))

    @property
    def height_count(self) -> int:
        """Heights of the fine grid."""
        return int(np.ceil((self.altitude_m[1] - self.altitude_m[0]) / self.altitude_step_m - 1e-9)) + 1


@dataclass(frozen=True)
class DensityField:
    """Logarithm of density on an even grid of time, latitude, local solar time and altitude, for kernels.

    `values` (flat, float32) and `grid` (12,) go to `force_kernels.field_log_density`. Times are seconds from `epoch`;
    a field of one time holds for all times. All of the model is in it: universal time, longitude (which is local time
    less universal time), season, F10.7 and Ap of each node of time.
    """

    name: str
    epoch: Epoch
    values: NDArray[np.float32]
    grid: Floats

    @staticmethod
    def build(
        atmosphere: Atmosphere,
        instants: Instants,
        f107: ArrayLike,
        f107_mean81: ArrayLike,
        ap: ArrayLike,
        fine: FieldGrid | None = None,
    ) -> DensityField:
        """Sample the model at (T,) even instants, with their drivers (T,): about 20 ms each.

        An hour and a half apart resolve the daily
        wave (three hours: 5 % off at worst, near the poles). Raises `SkyholdError` for instants that are not even.
        """
        fine = fine or FieldGrid()
        steps = np.diff(instants.offset_s)
        if len(steps) and not np.allclose(steps, steps[0], rtol=1e-6):
            raise SkyholdError("the times of a density field are not even", remedy="give them one step")
        drivers = [
            np.broadcast_to(np.asarray(one, float), (len(instants),)) for one in (f107, f107_mean81, ap)
        ]
        blocks = [
            _refined(atmosphere, instants.block(n, n + 1), drivers[0][n], drivers[1][n], drivers[2][n], fine)
            for n in range(len(instants))
        ]
        grid = [
            *(float(instants.offset_s[0]), 1.0 / steps[0] if len(steps) else 0.0, len(instants)),
            *(-0.5 * np.pi, fine.latitude_steps / np.pi, fine.latitude_steps + 1),
            *(0.0, fine.local_time_steps / TURN, fine.local_time_steps + 1),
            *(fine.altitude_m[0], 1.0 / fine.altitude_step_m, fine.height_count),
        ]
        return DensityField(
            atmosphere.name, instants.epoch, np.concatenate(blocks), np.array(grid, np.float64)
        )

    def density(
        self, altitude_m: ArrayLike, latitude_rad: ArrayLike, longitude_rad: ArrayLike, instants: Instants
    ) -> Floats:
        """(N,) kg/m3 at geodetic points and instants; NaN outside altitudes and times of the field."""
        local = local_time_rad(longitude_rad, instants)
        offset = self.epoch.seconds_until(instants.epoch) + instants.offset_s
        given = np.broadcast_arrays(offset, altitude_m, latitude_rad, local)
        columns = [np.array(one, np.float64).ravel() for one in given]
        out = np.empty(len(columns[0]))
        fill_field(self.values, self.grid, *columns, out)
        return np.exp(out)


def local_time_rad(longitude_rad: ArrayLike, instants: Instants) -> Floats:
    """(T,) mean local solar time of longitudes, 0..2 pi, pi is noon: universal time and longitude."""
    _, fraction = instants.julian_days()
    return np.asarray((fraction * TURN + np.asarray(longitude_rad, float)) % TURN)


def node_local_time_rad(right_ascension_rad: ArrayLike, instants: Instants) -> Floats:
    """(T,) mean local solar time under a right ascension (of date), such as that of an ascending node."""
    return local_time_rad(np.asarray(right_ascension_rad, float) - gmst_rad(instants), instants)


def _refined(
    atmosphere: Atmosphere, instant: Instants, f107: float, f107_mean81: float, ap: float, fine: FieldGrid
) -> NDArray[np.float32]:
    """Flat (latitude, local time, altitude) of one instant, from the model on few nodes."""
    altitude = LocalCubic(*fine.altitude_m, fine.altitudes, min(60e3, fine.altitude_m[0] - 40e3))
    latitude = Chebyshev(-0.5 * np.pi, 0.5 * np.pi, fine.latitudes)
    local_time = Periodic(TURN, fine.local_times)
    nodes = np.meshgrid(latitude.nodes, local_time.nodes, altitude.nodes, indexing="ij")
    turned = instant.julian_days()[1][0] * TURN
    longitude = (nodes[1].ravel() - turned + np.pi) % TURN - np.pi
    sampled = np.log(
        atmosphere.density(nodes[2].ravel(), nodes[0].ravel(), longitude, instant, f107, f107_mean81, ap)
    ).reshape(nodes[0].shape)
    rows = latitude.weights(np.linspace(-0.5 * np.pi, 0.5 * np.pi, fine.latitude_steps + 1))
    columns = local_time.weights(np.linspace(0.0, TURN, fine.local_time_steps + 1))
    refined = np.tensordot(columns, np.tensordot(rows, sampled, 1), (1, 1)).transpose(1, 0, 2)
    return np.asarray((refined @ altitude.weights(fine.heights).T).astype(np.float32)).ravel()


def days_of_year(instants: Instants) -> Floats:
    """(T,) day of the year with its fraction, 1 at the beginning of 1 January."""
    when = instants.datetime64()
    year = when.astype("datetime64[Y]").astype(when.dtype)
    return np.asarray((when - year) / np.timedelta64(1, "ns") / (DAY_S * 1e9) + 1.0, np.float64)
