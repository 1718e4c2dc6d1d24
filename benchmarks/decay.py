"""Decay: lives to entry beside SciPy on the same law, an ensemble of two years, Cowell."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.propagation import medians_s
from benchmarks.row import Row
from skyhold.decay.ensemble import Ensemble, LifeTable, MemberWeather, lifetimes_s, propagate_mean
from skyhold.decay.mean_orbit import MeanOrbit
from skyhold.decay.numerical import circular_state, propagate_numerically
from skyhold.earth.atmosphere import Nrlmsise00
from skyhold.earth.density_field import DensityField
from skyhold.earth.density_table import DensityTable
from skyhold.earth.orbit_density import OrbitDensity, OrbitShape
from skyhold.times import Epoch, Instants
from skyhold.units import DAY_S

Floats = NDArray[np.float64]

EPOCH = Epoch(2_459_635.5, 0.0)
TILT = math.radians(51.64)
MONTH_S = 30.4375 * DAY_S
LIVES, PEER_LIVES, MONTHS = 4_000, 5, 240
MEMBERS, YEARS = 10_000, 2
PEER = "SciPy solve_ivp, LSODA, Python right-hand side, 1e-6"


def drawn(seed: int, count: int, months: int) -> tuple[Floats, Floats]:
    """Ballistic numbers (N,) and months of F10.7 (N, M), as in the measurements of the project's facts."""
    draw = np.random.default_rng(seed)
    flux = 150.0 + 40.0 * draw.standard_normal((count, 1)) + 20.0 * draw.standard_normal((count, months))
    return 1.0 / draw.lognormal(math.log(0.01), 0.3, count), np.clip(flux, 65.0, 280.0)


def solve_ivp() -> Any | None:
    """SciPy's integrator, or nothing where SciPy is not installed."""
    try:
        from scipy.integrate import solve_ivp
    except ImportError:
        return None
    return solve_ivp


def peer_life(solve: Any, table: LifeTable, ballistic: float, flux: Floats) -> float:
    """Seconds from 400 to 120 km by SciPy, bilinear in the same table, linear between the same months."""
    rates, first, step = table.log_rate.astype(float), table.altitude_m[0], np.diff(table.altitude_m[:2])[0]
    low, per = table.f107[0], 1.0 / (table.f107[1] - table.f107[0])

    def rhs(t: float, y: Any) -> list[float]:
        k = min(t / MONTH_S, len(flux) - 1.001)
        j = int(k)
        x = ((flux[j] + (k - j) * (flux[j + 1] - flux[j])) - low) * per
        a = min(max((y[0] - first) / step, 0.0), rates.shape[1] - 1.001)
        f, h = int(x), int(a)
        x, a = x - f, a - h
        lower = rates[f, h] + a * (rates[f, h + 1] - rates[f, h])
        upper = rates[f + 1, h] + a * (rates[f + 1, h + 1] - rates[f + 1, h])
        return [-math.exp(lower + x * (upper - lower)) / ballistic]

    def entry(t: float, y: Any) -> float:
        return float(y[0] - 120e3)

    entry.terminal = True  # type: ignore[attr-defined]
    answer = solve(rhs, (0.0, 1e5 * DAY_S), [400e3], method="LSODA", rtol=1e-6, atol=1e-3, events=entry)
    return float(answer.t[-1])


def lives_rows(density: OrbitDensity) -> list[Row]:
    """Lives from 400 km, each with a ballistic number and a Sun of its own."""
    table = LifeTable.of(density)
    ballistic, flux = drawn(0, LIVES, MONTHS)
    solve, own = solve_ivp(), np.empty(0)
    tasks: dict[str, Callable[[], object]] = {
        "ours": lambda: lifetimes_s(400e3, ballistic, flux, MONTH_S, table)
    }
    if solve is not None:
        tasks["peer"] = lambda: [peer_life(solve, table, ballistic[n], flux[n]) for n in range(PEER_LIVES)]
    spent = medians_s(tasks)
    own = lifetimes_s(400e3, ballistic, flux, MONTH_S, table)
    fine = lifetimes_s(400e3, ballistic, flux, MONTH_S, table, deepest_m=200.0)
    note = f"worst life within {100 * np.nanmax(np.abs(own / fine - 1)):.2f} % of steps 40 times finer"
    rate = LIVES / spent["ours"]
    peer = PEER_LIVES / spent["peer"] if "peer" in spent else None
    name = PEER if peer else ""
    return [
        Row(
            "decays from 400 km to entry, orbit-averaged", rate, "1/CPU-s", peer, name, 1e5, "at least", note
        ),
        Row("the same beside SciPy", rate, "1/CPU-s", peer, name, 500.0, "ratio at least"),
    ]


def ensemble_row(density: OrbitDensity) -> Row:
    """Two years day by day of 10,000 members, one thread."""
    months = 12 * YEARS + 2
    ballistic, flux = drawn(1, MEMBERS, months)
    weather = MemberWeather(flux, np.full((1, months), 12.0).repeat(MEMBERS, axis=0), MONTH_S)
    orbit = MeanOrbit.at_altitude(EPOCH, 417e3, TILT, 3.08)
    air = Ensemble(density, weather)

    def run() -> object:
        return propagate_mean(
            orbit, ballistic, air, horizon_s=365.25 * YEARS * DAY_S, levels_m=(330e3, 280e3)
        )

    run()
    before = time.perf_counter()
    run()
    seconds = time.perf_counter() - before
    return Row(f"{MEMBERS:,} members over two years, a day a step, one thread", seconds, "s", required=3.0)


def cowell_row() -> Row:
    """Orbits of the station a second with J2 to J6 and drag by table."""
    field = DensityField.build(Nrlmsise00(), Instants(EPOCH, np.zeros(1)), 120.0, 120.0, 10.0)
    orbit = MeanOrbit.at_altitude(EPOCH, 420e3, TILT, 3.08)
    state = circular_state(orbit)

    def fly(**more: float) -> Floats:
        flown = propagate_numerically(EPOCH, state, [DAY_S], ballistic_kg_m2=134.0, field=field, **more)
        return flown.state[0, :3]

    spent = medians_s({"ours": fly})
    error = float(np.linalg.norm(fly() - fly(tolerance=1e-14, longest_step_s=10.0)))
    note = f"error of an orbit-day {1e3 * error:.1f} mm"
    return Row("Cowell, J2 to J6 and drag", DAY_S / orbit.period_s / spent["ours"], "orbits/CPU-s", note=note)


def rows() -> list[Row]:
    """Lives, the ensemble, Cowell."""
    density = OrbitDensity.build(DensityTable.build(Nrlmsise00()), OrbitShape(TILT))
    return [*lives_rows(density), ensemble_row(density), cowell_row()]
