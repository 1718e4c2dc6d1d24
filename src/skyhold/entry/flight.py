"""Flights of three degrees of freedom through the air round the turning, oblate Earth, down to the ground.

Integration is in inertial axes of date (TEME) with zonal gravity to J6; the air turns with the Earth and its density is
a `DensityField`. Latitude and longitude come out Earth-fixed. Loops are in `entry_kernels`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.constants import EARTH_RATE_RAD_S, WGS84_A_M
from skyhold.earth.atmosphere import Atmosphere, Nrlmsise00
from skyhold.earth.density_field import DensityField, FieldGrid
from skyhold.earth.ellipsoid import ecef_to_geodetic, geodetic_to_ecef
from skyhold.earth.rotation import gmst_rad
from skyhold.entry import kernels
from skyhold.errors import SkyholdError
from skyhold.times import Epoch, Instants
from skyhold.units import DAY_S

Floats = NDArray[np.float64]

ROOM_TEMPERATURE_K = 300.0
NEVER_S = 1e9
DOWN_TO_THE_GROUND = FieldGrid(altitude_m=(0.0, 460e3), altitudes=80, altitude_step_m=2e3)


class End(IntEnum):
    """How a flight ended."""

    LANDED = kernels.LANDED  # fell through the floor it was given
    TIMED_OUT = kernels.TIMED_OUT
    GONE = kernels.GONE  # melted
    FAILED = kernels.FAILED  # no step was short enough


@dataclass(frozen=True)
class Sky:
    """The air, and the angles that tie inertial axes to the Earth and to the Sun at `epoch`.

    Times of flights are seconds from `epoch`. The field may be of one instant, which then holds for all times.
    """

    epoch: Epoch
    field: DensityField
    clock: (
        Floats  # Greenwich sidereal time, universal time as an angle, its rate, field's seconds at the epoch
    )

    @staticmethod
    def build(
        epoch: Epoch,
        f107: float,
        f107_mean81: float,
        ap: float,
        atmosphere: Atmosphere | None = None,
        fine: FieldGrid = DOWN_TO_THE_GROUND,
    ) -> Sky:
        """The air of one instant from the ground to 460 km (0.2 s); above, that of 460 km."""
        instant = Instants(epoch, np.zeros(1))
        return Sky.of(
            DensityField.build(atmosphere or Nrlmsise00(), instant, f107, f107_mean81, ap, fine), epoch
        )

    @staticmethod
    def of(field: DensityField, epoch: Epoch) -> Sky:
        """From a field that covers the flights in time and altitude."""
        _, fraction = Instants(epoch, np.zeros(1)).julian_days()
        gmst = float(gmst_rad(Instants(epoch, np.zeros(1)))[0])
        turn = 2.0 * np.pi
        clock = np.array([gmst, float(fraction[0]) * turn, turn / DAY_S, field.epoch.seconds_until(epoch)])
        return Sky(epoch, field, clock)

    @property
    def vacuum(self) -> Sky:
        """The same Earth without air, to follow orbits as they were without drag."""
        values = np.full_like(self.field.values, -700.0)
        return replace(self, field=replace(self.field, values=values))

    def sidereal_rad(self, time_s: ArrayLike) -> Floats:
        """Angle of the Earth at times."""
        return np.asarray(self.clock[0] + EARTH_RATE_RAD_S * np.asarray(time_s, float))

    def ground(self, states: NDArray[Any], time_s: ArrayLike) -> tuple[Floats, Floats, Floats]:
        """Geodetic latitude, longitude (rad) and altitude (m) of states (..., 3 or more) at times (...)."""
        angle = self.sidereal_rad(time_s)
        c, s = np.cos(angle), np.sin(angle)
        x, y, z = states[..., 0], states[..., 1], states[..., 2]
        return ecef_to_geodetic(np.stack([c * x + s * y, c * y - s * x, z], axis=-1))

    def inertial(
        self, latitude_rad: ArrayLike, longitude_rad: ArrayLike, altitude_m: ArrayLike, time_s: ArrayLike
    ) -> Floats:
        """(..., 3) m of geodetic points at times: the inverse of `ground`."""
        fixed, angle = geodetic_to_ecef(latitude_rad, longitude_rad, altitude_m), self.sidereal_rad(time_s)
        c, s = np.cos(angle), np.sin(angle)
        x, y, z = fixed[..., 0], fixed[..., 1], fixed[..., 2]
        return np.stack([c * x - s * y, c * y + s * x, np.broadcast_to(z, x.shape)], axis=-1)


@dataclass(frozen=True)
class Bodies:
    """(N, 18) what flies: faces, drag, lift, thrust, material; columns are those of `entry_kernels`."""

    properties: Floats

    def __len__(self) -> int:
        return len(self.properties)

    @staticmethod
    def of(
        count: int,
        *,
        area_m2: ArrayLike,
        cd_free: ArrayLike = 2.2,
        cd_continuum: ArrayLike = 1.0,
        length_m: ArrayLike = 1.0,
        air_scale: ArrayLike = 1.0,
        lift_to_drag: ArrayLike = 0.0,
        bank_rad: ArrayLike = 0.0,
    ) -> Bodies:
        """Bodies that neither push nor melt. Drag between free molecules and continuum goes by Knudsen number.

        Cd = Cd_c + (Cd_f - Cd_c) sin^2(pi (3 + log10 Kn)/8), 1e-3 < Kn < 10 (Regan and Anandakrishnan, *Dynamics of
        Atmospheric Re-Entry*, AIAA 1993, ch. 12), Kn the mean free path over `length_m`. No dependence on Mach number.
        """
        rows = np.zeros((count, kernels.PROPERTIES))
        columns = (area_m2, cd_free, cd_continuum, length_m, air_scale, lift_to_drag, bank_rad)
        for place, column in enumerate(columns):
            rows[:, place] = column
        rows[:, kernels.EXHAUST] = 1.0
        return Bodies(rows)

    @staticmethod
    def ballistic(count: int, air_scale: ArrayLike = 1.0) -> Bodies:
        """Bodies whose mass is their ballistic number m/(Cd A), kg/m2, everywhere the same."""
        return Bodies.of(count, area_m2=1.0, cd_free=1.0, cd_continuum=1.0, air_scale=air_scale)

    def pushed(self, thrust_n: ArrayLike, exhaust_m_s: ArrayLike) -> Bodies:
        """With a thrust against the inertial velocity, at an exhaust speed g0 Isp."""
        return self._with({kernels.THRUST: thrust_n, kernels.EXHAUST: exhaust_m_s})

    def melting(
        self,
        *,
        heat_capacity_j_kg_k: ArrayLike,
        melting_k: ArrayLike,
        latent_j_kg: ArrayLike,
        emissivity: ArrayLike,
        wetted_m2: ArrayLike,
        nose_m: ArrayLike,
        heat_share: ArrayLike,
        shrink: ArrayLike,
        gone_at: ArrayLike,
    ) -> Bodies:
        """With one temperature each: m c dT/dt = A (q - eps sigma T^4); at the melting point mass goes instead.

        q is that of Sutton and Graves at the nose (NASA TR R-376, 1971) times the mean over a tumbling body
        `heat_share`, with a hot wall, at most 1/8 rho v^3. `shrink` is the power of the mass left by which areas fall:
        0 for a shell, 2/3 for a solid; a body is gone when less than `gone_at` of its mass is left.
        """
        return self._with(
            {
                kernels.HEAT_CAPACITY: heat_capacity_j_kg_k,
                kernels.MELTING: melting_k,
                kernels.LATENT: latent_j_kg,
                kernels.EMISSIVITY: emissivity,
                kernels.WETTED: wetted_m2,
                kernels.NOSE: nose_m,
                kernels.HEAT_SHARE: heat_share,
                kernels.SHRINK: shrink,
                kernels.GONE_AT: gone_at,
            }
        )

    def _with(self, columns: dict[int, ArrayLike]) -> Bodies:
        rows = self.properties.copy()
        for place, column in columns.items():
            rows[:, place] = column
        return Bodies(rows)


@dataclass(frozen=True)
class Ends:
    """(N,) where and how flights ended: states (N, 8), seconds, codes of `End`, peak heat flux (W/m2)."""

    states: Floats
    time_s: Floats
    code: NDArray[np.int64]
    peak_w_m2: Floats

    @property
    def mass_kg(self) -> Floats:
        """What is left of each."""
        return self.states[:, 6]


def states_of(xyz: ArrayLike, velocity: ArrayLike, mass_kg: ArrayLike) -> Floats:
    """(N, 8) states at room temperature from positions (N, 3) m, velocities (N, 3) m/s, masses (N,) kg."""
    position, speed = np.atleast_2d(np.asarray(xyz, float)), np.atleast_2d(np.asarray(velocity, float))
    rows = np.empty((len(position), 8))
    rows[:, :3], rows[:, 3:6] = position, speed
    rows[:, 6], rows[:, 7] = mass_kg, ROOM_TEMPERATURE_K
    return rows


def fly(
    sky: Sky,
    bodies: Bodies,
    states: Floats,
    start_s: ArrayLike,
    *,
    floor_m: ArrayLike = 0.0,
    stop_s: ArrayLike = NEVER_S,
    tolerance_m: float = 0.3,
    longest_s: float = 60.0,
) -> Ends:
    """(N,) bodies from their states until they fall through `floor_m` or until `stop_s`, whichever comes first.

    Dormand and Prince 5(4), error of a step at most `tolerance_m` and that many mm/s. Heat and melting are advanced
    once a step, so that steps of hot bodies are held short. Raises `SkyholdError` for bodies that cannot be flown.
    """
    rows = np.array(np.broadcast_to(states, (len(bodies), 8)), np.float64)
    _check(rows, bodies)
    start, floor, stop = (
        np.ascontiguousarray(np.broadcast_to(np.asarray(one, float), (len(bodies),)))
        for one in (start_s, floor_m, stop_s)
    )
    end, peak, code = np.empty(len(bodies)), np.empty(len(bodies)), np.empty(len(bodies), np.int64)
    field = sky.field
    kernels.fly_all(
        *(field.values, field.grid, sky.clock, bodies.properties, rows, start, floor, stop),
        *(tolerance_m, longest_s, end, code, peak),
    )
    return Ends(rows, end, code, peak)


def trace(
    sky: Sky,
    bodies: Bodies,
    state: Floats,
    start_s: float = 0.0,
    *,
    floor_m: float = 0.0,
    stop_s: float = NEVER_S,
    tolerance_m: float = 0.01,
    longest_s: float = 10.0,
    most: int = 20_000,
) -> Floats:
    """(R, 9) seconds and states of each step of one body, the end last; raises where `most` steps do not suffice."""
    record = np.zeros((most, 9))
    row = np.array(state, np.float64).reshape(8)
    _check(row[None], bodies)
    field = sky.field
    _, _, steps, _ = kernels.fly_recorded(
        *(field.values, field.grid, sky.clock, bodies.properties[0], row, float(start_s), float(floor_m)),
        *(float(stop_s), tolerance_m, longest_s, record),
    )
    if steps >= most:
        raise SkyholdError(
            "the flight has more steps than asked for", expected=f"at most {most - 1}", came=str(steps)
        )
    return record[: steps + 1]


def flight_path_rad(states: NDArray[Any]) -> Floats:
    """(...) angle of the inertial velocity over the local horizon, of states (..., 6 or more)."""
    position, velocity = states[..., :3], states[..., 3:6]
    up = np.sum(position * velocity, axis=-1)
    return np.asarray(np.arcsin(up / (np.linalg.norm(position, axis=-1) * np.linalg.norm(velocity, axis=-1))))


def height_m(states: NDArray[Any]) -> Floats:
    """(...) distance from the Earth's centre less the equator's radius: the height that perigees are given in."""
    return np.asarray(np.linalg.norm(states[..., :3], axis=-1) - WGS84_A_M)


def _check(rows: Floats, bodies: Bodies) -> None:
    """Refuse masses and faces that no body has."""
    area = bodies.properties[:, kernels.AREA]
    if not np.isfinite(rows).all() or (rows[:, 6] <= 0.0).any() or not (area > 0.0).all():
        raise SkyholdError(
            "a body cannot be flown",
            expected="finite states, masses and areas above zero",
            came=f"least mass {rows[:, 6].min():g} kg, least area {area.min():g} m2",
            remedy="check masses and sizes of the fragments",
        )
