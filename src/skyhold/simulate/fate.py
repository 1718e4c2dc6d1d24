"""How long a station stays up if nobody pushes: an ensemble of orbits in the air of many possible Suns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from skyhold.data import drivers as sun
from skyhold.data.drivers import Drivers
from skyhold.data.solar_forecast import read_marshall
from skyhold.decay.ensemble import Decay, Ensemble, MemberWeather, propagate_mean, quantiles
from skyhold.decay.mean_orbit import MeanOrbit, brouwer_axis_m
from skyhold.earth.atmosphere import by_name
from skyhold.earth.density_table import Axes, DensityTable
from skyhold.earth.orbit_density import OrbitDensity, OrbitShape
from skyhold.results.tables import Table
from skyhold.scenario.scenario import StationScenario
from skyhold.simulate.blocks import default_threads
from skyhold.station.configuration import Configuration
from skyhold.times import Epoch
from skyhold.units import DAY_S, DEG, KM

Floats = NDArray[np.float64]
PERCENTILES = (5, 25, 50, 75, 95)
OBSERVED_MEAN_DAYS = (
    27  # Ap of single days is averaged over a solar rotation: the table's air is that of an orbit
)
BRIGHT = Axes(f107=(60.0, 400.0), fluxes=9)


@dataclass(frozen=True)
class Fate:
    """The ensemble of a scenario: N members, each with its Sun and its ballistic number.

    `ballistic_kg_m2` (N,) is already divided by the member's density bias; `horizon_s` counts from the orbit's epoch.
    """

    scenario: StationScenario
    configuration: Configuration
    orbit: MeanOrbit
    drivers: Drivers
    air: Ensemble
    ballistic_kg_m2: Floats
    horizon_s: float

    @property
    def start_s(self) -> float:
        """The scenario's start, seconds after the orbit's epoch."""
        return self.orbit.epoch.seconds_until(Epoch.from_datetime(self.scenario.start_utc))

    def unpushed(self) -> Decay:
        """Everybody sinks until re-entry or the horizon."""
        thresholds = self.scenario.thresholds
        levels = (thresholds.crew_departure_km * KM, thresholds.point_of_no_return_km * KM)
        return propagate_mean(
            self.orbit,
            self.ballistic_kg_m2,
            self.air,
            horizon_s=self.horizon_s,
            levels_m=levels,
            threads=default_threads(),
        )


def fate_of(scenario: StationScenario, configuration: Configuration) -> Fate:
    """Draw the ensemble of a scenario. Errors: DataError where the space weather ends before the horizon."""
    orbit = orbit_of(scenario)
    start = orbit.epoch.seconds_until(Epoch.from_datetime(scenario.start_utc))
    horizon = max(0.0, start) + scenario.horizon_days * DAY_S
    rng = np.random.default_rng(scenario.ensemble.seed)
    weather = drivers_of(scenario, orbit.epoch, horizon, rng)
    members = member_weather(weather, orbit.epoch, horizon)
    density = averaged_air(scenario.atmosphere, round(orbit.inclination_rad, 6), axes_for(members))
    air = Ensemble(density, members)
    ballistic = draw_ballistic(scenario, configuration, rng)
    return Fate(scenario, configuration, orbit, weather, air, ballistic, horizon)


def orbit_of(scenario: StationScenario) -> MeanOrbit:
    """The mean orbit of the scenario's elements, un-Kozai'd."""
    state = scenario.orbit
    inclination = state.inclination_deg * DEG
    return MeanOrbit(
        Epoch.from_datetime(state.epoch_utc),
        float(brouwer_axis_m(state.mean_motion_rev_day, state.eccentricity, inclination)),
        state.eccentricity,
        inclination,
        state.raan_deg * DEG,
        state.argument_of_perigee_deg * DEG,
        state.mean_anomaly_deg * DEG,
    )


def drivers_of(
    scenario: StationScenario, start: Epoch, duration_s: float, rng: np.random.Generator
) -> Drivers:
    """The Sun the scenario asks for. Errors: DataError where it ends too early."""
    asked, members = scenario.space_weather, scenario.ensemble.members
    if asked.kind == "as-observed":
        return sun.as_observed(start, duration_s)
    if asked.kind == "forecast":
        forecast = None if asked.file is None else read_marshall(asked.file, asked.issued)
        return sun.from_forecast(start, duration_s, members, rng, forecast)
    return sun.climatology(start, duration_s, members, rng)


def axes_for(weather: MemberWeather) -> Axes:
    """The standard axes of density; wider ones where the Sun of a member is beyond them, as in tails of forecasts."""
    usual = Axes()
    return usual if weather.f107.max() <= usual.f107[1] else BRIGHT


@lru_cache(maxsize=8)
def averaged_air(atmosphere: str, inclination_rad: float, axes: Axes) -> OrbitDensity:
    """Density averaged round a circular orbit, for any Sun within the axes."""
    return OrbitDensity.build(DensityTable.build(by_name(atmosphere), axes), OrbitShape(inclination_rad))


def member_weather(drivers: Drivers, start: Epoch, duration_s: float) -> MemberWeather:
    """The drivers as the ensemble takes them; days as observed are averaged over a solar rotation."""
    when = drivers.step_s * np.arange(drivers.f107.shape[1]) - drivers.epoch.seconds_until(start)
    ap = drivers.ap
    if drivers.kind == "as observed":
        ap = np.stack([_running_mean(row, OBSERVED_MEAN_DAYS) for row in ap])
    return MemberWeather.sampled(when, drivers.f107_mean81, ap, duration_s)


def draw_ballistic(
    scenario: StationScenario, configuration: Configuration, rng: np.random.Generator
) -> Floats:
    """(N,) ballistic numbers over density biases: two lognormals."""
    ensemble = scenario.ensemble
    own = configuration.ballistic_sigma if ensemble.ballistic_sigma is None else ensemble.ballistic_sigma
    sigma = float(np.hypot(own, ensemble.density_bias_sigma))
    return np.asarray(configuration.ballistic_kg_m2 * np.exp(sigma * rng.standard_normal(ensemble.members)))


def fate_tables_of(fate: Fate, decay: Decay) -> list[Table]:
    """`altitude`, `reentry`, `thresholds` and `drivers`."""
    return [_altitude(fate, decay), _reentry(fate, decay), _thresholds(fate, decay), _drivers(fate)]


def _altitude(fate: Fate, decay: Decay) -> Table:
    fan = decay.fan(PERCENTILES) / KM
    columns: dict[str, NDArray[np.generic]] = {"date": _dates(fate, decay.instant_s)}
    columns |= {f"p{percent:02d}_km": row for percent, row in zip(PERCENTILES, fan, strict=True)}
    columns["share_up"] = np.isfinite(decay.altitude_m).mean(axis=0)
    notes = {"p50_km": "mean altitude over 6,378.137 km; members that came down count as 120 km"}
    return Table("altitude", columns, notes)


def _reentry(fate: Fate, decay: Decay) -> Table:
    times = decay.reentry_quantiles([percent / 100 for percent in PERCENTILES])
    rows = [
        {
            "percentile": percent,
            "date": _date(fate, when),
            "days": (when - fate.start_s) / DAY_S if np.isfinite(when) else None,
        }
        for percent, when in zip(PERCENTILES, times, strict=True)
    ]
    share = f"{100 * decay.share_down():.0f} % of the members come down within the horizon"
    return Table.of_rows("reentry", rows, {"date": f"if nobody pushes; {share}"})


def _thresholds(fate: Fate, decay: Decay) -> Table:
    limits = fate.scenario.thresholds
    named = (
        ("crew departure", limits.crew_departure_km),
        ("point of no return", limits.point_of_no_return_km),
        ("entry", 120.0),
    )
    rows = []
    for name, altitude_km in named:
        level = int(np.flatnonzero(np.isclose(decay.level_m, altitude_km * KM))[0])
        low, middle, high = quantiles(decay.crossing_s[:, level], (0.05, 0.5, 0.95))
        rows.append(
            {
                "name": name,
                "altitude_km": altitude_km,
                "p05_date": _date(fate, low),
                "p50_date": _date(fate, middle),
                "p95_date": _date(fate, high),
                "reached_share": float(np.isfinite(decay.crossing_s[:, level]).mean()),
            }
        )
    return Table.of_rows("thresholds", rows, {"p05_date": "by which 5 % of the members are below"})


def _drivers(fate: Fate) -> Table:
    weather = fate.air.weather
    step = max(1, round(30.4 * DAY_S / weather.period_s))
    flux, ap = (np.percentile(rows[:, ::step], (5, 50, 95), axis=0) for rows in (weather.f107, weather.ap))
    columns: dict[str, NDArray[np.generic]] = {
        "date": _dates(fate, weather.period_s * np.arange(0, weather.f107.shape[1], step, dtype=float)),
        "f107_p05": flux[0],
        "f107_p50": flux[1],
        "f107_p95": flux[2],
        "ap_p50": ap[1],
        "ap_p95": ap[2],
    }
    return Table("drivers", columns, {"f107_p50": f"81-day mean; {fate.drivers.kind}: {fate.drivers.source}"})


def _dates(fate: Fate, seconds: Floats) -> NDArray[np.generic]:
    start = np.datetime64(fate.orbit.epoch.datetime().replace(tzinfo=None), "s")
    return np.asarray((start + np.round(seconds).astype("timedelta64[s]")).astype("datetime64[D]"))


def _date(fate: Fate, seconds: float) -> str:
    return str(_dates(fate, np.array([seconds]))[0]) if np.isfinite(seconds) else "after the horizon"


def _running_mean(values: Floats, width: int) -> Floats:
    weights = np.ones(width)
    return np.asarray(
        np.convolve(values, weights, "same") / np.convolve(np.ones(len(values)), weights, "same")
    )
