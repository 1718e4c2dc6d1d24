"""The station comes apart: arrays first, then modules and truss, then what is inside; thousands of pieces fall.

A run of the Monte Carlo draws what is common to all pieces (air, burn, altitudes of break-up, heat); in each run one
piece of every archetype is flown for all of its kind, with its own speed of separation, lift and later release.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.constants import WGS84_A_M
from skyhold.earth.gravity import air_velocity
from skyhold.entry.archetypes import Inventory
from skyhold.entry.descent import FINE_M, Push
from skyhold.entry.flight import Bodies, End, Floats, Sky, fly
from skyhold.entry.kernels import BANK, LIFT
from skyhold.nouns.fate import RiskSpec
from skyhold.risk.casualty import LEAST_ENERGY_J, piece_area_m2
from skyhold.units import KM

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Spread:
    """How far what is uncertain is spread (one sigma); every number a judgement [R] unless said otherwise.

    Altitudes: arrays of Mir went near 100 km, those of ATV-1 at 86; main structures at 72 to 80; the cabin of ATV-1 at
    68, 7 km below its break-up. Those of the main break-up come from the scenario.
    """

    air: float = 0.12  # of ln density below 150 km
    delta_v: float = 0.005  # of the last burn, relative
    ignition_s: float = 2.0
    arrays_m: float = 100e3
    arrays_sigma_m: float = 5e3
    inside_m: float = 8e3  # how much lower pieces inside come loose
    inside_sigma_m: float = 3e3
    kick_m_s: float = 3.0  # of separation, each axis
    lift_to_drag: float = 0.02  # that does not average out while tumbling
    ballistic: float = 0.2  # of ln m/(Cd A) of the whole, before and after the arrays
    heat: float = 0.25  # of ln heat flux
    shape: float = 0.15  # of ln m/(Cd A) of pieces
    wind_m_s: float = 10.0  # below 12 km, each axis, the same for all pieces of a run


@dataclass(frozen=True)
class Loose:
    """(R,) runs: the whole when the arrays go and when it breaks up, and what is drawn for each run."""

    arrays: Floats
    arrays_s: Floats
    main: Floats
    main_s: Floats
    air_scale: Floats
    heat_scale: Floats


@dataclass(frozen=True)
class Debris:
    """(M,) pieces flown, R runs of A archetypes: what each stands for and how it reached the ground.

    `count` is how many pieces one stands for in its run. Places in rad; energy (J) and face (m2) are of what lands.
    """

    inventory: Inventory
    runs: int
    run: Integers
    kind: Integers
    count: Floats
    mass_kg: Floats
    energy_j: Floats
    face_m2: Floats
    latitude_rad: Floats
    longitude_rad: Floats
    time_s: Floats
    landed: NDArray[np.bool_]

    @property
    def survives(self) -> NDArray[np.bool_]:
        """Landed with 15 J or more."""
        return self.landed & (self.energy_j >= LEAST_ENERGY_J)

    @property
    def survivor_share(self) -> Floats:
        """(R,) mass that lands over mass of the whole."""
        return self._per_run(self.count * self.mass_kg * self.landed) / self.inventory.whole_kg

    @property
    def survivors(self) -> Floats:
        """(R,) pieces that land with 15 J or more."""
        return self._per_run(self.count * self.survives)

    @property
    def casualty_area_m2(self) -> Floats:
        """(R,) by NASA-STD-8719.14C."""
        return self._per_run(self.count * piece_area_m2(self.face_m2) * self.survives)

    @property
    def middle(self) -> tuple[float, float]:
        """Latitude and longitude (rad) of the mean of all landed pieces, each counted once."""
        weight = self.count * self.survives
        c = np.cos(self.latitude_rad)
        x = weight @ (c * np.cos(self.longitude_rad))
        y = weight @ (c * np.sin(self.longitude_rad))
        return math.atan2(weight @ np.sin(self.latitude_rad), math.hypot(x, y)), math.atan2(y, x)

    def by_archetype(self) -> list[dict[str, Any]]:
        """For each archetype: pieces, how many survive, mass that lands, casualty area; means over the runs."""
        rows = []
        for number, one in enumerate(self.inventory.archetypes):
            its = self.kind == number
            share = self.survives[its].mean()
            kept = its & self.survives
            rows.append(
                {
                    "archetype": one.name,
                    "title": one.title,
                    "trust": one.trust,
                    "pieces": float(self.inventory.count[number]),
                    "survive": float(self.inventory.count[number] * share),
                    "landed_kg": float((self.count * self.mass_kg)[kept].sum() / self.runs),
                    "casualty_area_m2": float(
                        (self.count * piece_area_m2(self.face_m2))[kept].sum() / self.runs
                    ),
                }
            )
        return rows

    def _per_run(self, values: Floats) -> Floats:
        return np.asarray(np.bincount(self.run, values, minlength=self.runs), np.float64)


def come_apart(
    sky: Sky,
    push: Push,
    state: Floats,
    start_s: float,
    delta_v_m_s: float,
    core_kg_m2: float,
    risk: RiskSpec,
    runs: int,
    rng: np.random.Generator,
    spread: Spread | None = None,
) -> Loose:
    """Fly the whole (a state (6,) at ignition) to its break-up, `runs` times; no delta-v is a natural entry.

    `core_kg_m2` is m/(Cd A) once the arrays are gone.
    """
    spread = spread or Spread()
    draw = rng.standard_normal((6, runs))
    air, heat = np.exp(spread.air * draw[0]), np.exp(spread.heat * draw[5])
    rows = np.empty((runs, 8))
    rows[:, :6], rows[:, 6], rows[:, 7] = state, push.mass_kg, 300.0
    time = np.full(runs, start_s)
    if delta_v_m_s > 0.0:
        coast = np.maximum(0.0, 3.0 * spread.ignition_s + spread.ignition_s * draw[4])
        start = fly(sky, push.bodies(runs), rows, time, stop_s=time + coast, tolerance_m=FINE_M)
        wanted = delta_v_m_s * (1.0 + spread.delta_v * draw[1])
        stop = start.time_s + np.array([push.duration_s(one) for one in wanted])
        lit = fly(
            sky, push.bodies(runs, burning=True), start.states, start.time_s, stop_s=stop, tolerance_m=FINE_M
        )
        rows, time = lit.states, lit.time_s - 3.0 * spread.ignition_s
    main_m = risk.breakup_altitude_km * KM + risk.breakup_sigma_km * KM * draw[2]
    arrays_m = np.maximum(spread.arrays_m + spread.arrays_sigma_m * draw[3], main_m + 1e3)
    lean = np.exp(spread.ballistic * rng.standard_normal(runs))
    arrays = fly(
        sky, push.bodies(runs, air_scale=air * lean), rows, time, floor_m=arrays_m, tolerance_m=FINE_M
    )
    core = Bodies.of(
        runs, area_m2=push.mass_kg / core_kg_m2, cd_free=1.0, cd_continuum=1.0, air_scale=air * lean
    )
    main = fly(sky, core, arrays.states, arrays.time_s, floor_m=main_m, tolerance_m=FINE_M)
    return Loose(arrays.states, arrays.time_s, main.states, main.time_s, air, heat)


def fall(
    sky: Sky, loose: Loose, inventory: Inventory, rng: np.random.Generator, spread: Spread | None = None
) -> Debris:
    """One piece of each archetype in each run, from where it comes loose to the ground."""
    spread = spread or Spread()
    runs, kinds = len(loose.main), len(inventory.archetypes)
    run, kind = (grid.ravel() for grid in np.meshgrid(np.arange(runs), np.arange(kinds), indexing="ij"))
    state, time = _released(sky, loose, inventory, run, kind, rng, spread)
    state[:, 3:6] += spread.kick_m_s * rng.standard_normal((len(run), 3))
    state[:, 6], state[:, 7] = inventory.mass_kg[kind], 300.0
    lean = np.exp(spread.shape * rng.standard_normal(len(run)))
    bodies = inventory.bodies(kind, loose.air_scale[run] * lean, loose.heat_scale[run] * np.sqrt(lean) / lean)
    bodies.properties[:, LIFT] = np.abs(spread.lift_to_drag * rng.standard_normal(len(run)))
    bodies.properties[:, BANK] = 2.0 * math.pi * rng.random(len(run))
    ends = fly(sky, bodies, state, time, tolerance_m=3.0, longest_s=20.0)
    speed = air_speed_m_s(ends.states)
    energy = 0.5 * ends.mass_kg * speed**2
    landed = ends.code == End.LANDED
    wind = spread.wind_m_s * rng.standard_normal((2, runs))[:, run]
    latitude, longitude = _drifted(*sky.ground(ends.states, ends.time_s)[:2], wind, speed)
    face = inventory.face_m2(kind, ends.mass_kg)
    return Debris(
        *(inventory, runs, run, kind, inventory.count[kind], ends.mass_kg, energy, face),
        *(latitude, longitude, ends.time_s, landed),
    )


def _drifted(latitude: Floats, longitude: Floats, wind: Floats, speed: Floats) -> tuple[Floats, Floats]:
    """Places moved by a wind (2, M) east and north (m/s) while pieces fall the last 12 km.

    With the speed at the ground v and air that thins by e in H = 7.5 km: 2 H (1 - exp(-12 km/2 H))/v seconds.
    """
    seconds = 2.0 * 7500.0 * -math.expm1(-12e3 / 15e3) / np.maximum(speed, 1.0)
    east, north = wind * seconds / WGS84_A_M
    return latitude + north, longitude + east / np.cos(latitude)


def air_speed_m_s(states: Floats) -> Floats:
    """(N,) speed through air that turns with the Earth."""
    return np.asarray(np.linalg.norm(states[:, 3:6] - air_velocity(states[:, :3]), axis=1))


def _released(
    sky: Sky,
    loose: Loose,
    inventory: Inventory,
    run: Integers,
    kind: Integers,
    rng: np.random.Generator,
    spread: Spread,
) -> tuple[Floats, Floats]:
    """States and times at which pieces come loose: with the arrays, at the main break-up, or later inside a hull.

    A hull between has 300 kg/m2, spread by 30 %: a module of 14 t, 8 by 4.3 m, broadside to end on.
    """
    release = np.array([one.release for one in inventory.archetypes])[kind]
    early = release == "arrays"
    state = np.where(early[:, None], loose.arrays[run], loose.main[run])
    time = np.where(early, loose.arrays_s[run], loose.main_s[run])
    late = np.flatnonzero(release == "parts")
    if len(late):
        deeper = np.abs(spread.inside_m + spread.inside_sigma_m * rng.standard_normal(len(late)))
        hull = Bodies.ballistic(len(late), loose.air_scale[run[late]])
        rows = state[late]
        rows[:, 6] = 300.0 * np.exp(0.3 * rng.standard_normal(len(late)))
        _, _, height = sky.ground(rows, time[late])
        inside = fly(sky, hull, rows, time[late], floor_m=height - deeper, tolerance_m=1.0)
        state[late], time[late] = inside.states, inside.time_s
    return state, time
