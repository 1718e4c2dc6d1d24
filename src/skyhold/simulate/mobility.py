"""The moving terminals of a scenario: their journeys, and the tables of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.data.cities import cities
from skyhold.earth.ellipsoid import great_circle_m
from skyhold.geometry.masks import from_spec
from skyhold.geometry.sites import Sites
from skyhold.jamming.field import Field
from skyhold.mobility.journey import Journey, Surroundings, travel
from skyhold.mobility.outages import Stop
from skyhold.mobility.weather import weather_of
from skyhold.network.gateways import segment
from skyhold.network.policies import from_spec as policy_from_spec
from skyhold.orbits.propagate import build_fleet
from skyhold.results.tables import Table
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.times import Epoch, Instants, slot_instants
from skyhold.units import HOUR_S, KM, MS

Progress = Callable[[str, int, int], None]
Row = dict[str, Any]
NEAR_KM = 5.0

MOVING_NOTES = {
    "served_percent": "share of the slots of the track with service",
    "down_median_mbit_s": "if one whole channel were its own: an upper bound",
    "up_median_mbit_s": "the same, for its share of the time of sending",
    "shift_most_khz": "largest shift of the downlink carrier, either sign",
    "doubts": "what the track asks of its carrier and cannot be",
}
TRACK_NOTES = {
    "usable": "satellites that may serve and have a gateway",
    "rtt_ms": "median of the slot",
    "down_mbit_s": "if one whole channel were its own",
    "shift_down_khz": "received less sent frequency, downlink",
    "drift_down_hz_s": "how fast that changes",
    "stop": "served, or the first thing that stood in the way",
}


def surroundings(scenario: BroadbandScenario, instants: Instants) -> Surroundings:
    """Fleet, gateways, mask, policy, jammers and weather of a scenario, as its moving terminals meet them."""
    nowhere = Sites.from_degrees([], [])
    return Surroundings(
        build_fleet(scenario.fleet, instants.epoch),
        segment(scenario, instants.epoch),
        from_spec(scenario.terminal),
        policy_from_spec(scenario.scheduler),
        Field.of(scenario, nowhere),
        weather_of(scenario.radio, scenario.weather),
        scenario.scheduler.seed,
    )


def slots_of(scenario: BroadbandScenario) -> Instants:
    """The slots that begin while a scenario lasts."""
    clock = scenario.clock
    start, lasts = Epoch.from_datetime(clock.start_utc), clock.duration_h * HOUR_S
    return slot_instants(start, lasts, clock.slot_period_s, clock.slot_offset_s)


def under_way(scenario: BroadbandScenario) -> BroadbandScenario:
    """The scenario with those of its moving terminals that move in the run; a track in a file is taken to."""
    start, end = scenario.clock.start_utc, scenario.clock.end_utc
    present = tuple(
        one
        for one in scenario.moving
        if not one.track or (one.track[0].utc < end and one.track[-1].utc > start)
    )
    return scenario.model_copy(update={"moving": present})


def journeys(
    scenario: BroadbandScenario, around: Surroundings | None = None, progress: Progress | None = None
) -> tuple[Journey, ...]:
    """Each moving terminal of a scenario along its track, by itself, in the slots of the scenario's clock.

    Errors: ScenarioError for a track that cannot be read or does not overlap the clock.
    """
    instants = slots_of(scenario)
    shared = around or surroundings(scenario, instants)
    found = []
    for number, moving in enumerate(scenario.moving, 1):
        found.append(travel(moving, instants, shared))
        if progress is not None:
            progress("moving terminals", number, len(scenario.moving))
    return tuple(found)


def moving_tables(
    found: tuple[Journey, ...], scenario: BroadbandScenario, around: Surroundings
) -> dict[str, Table]:
    """Tables "moving" (a row a terminal), "track" (a row a slot) and "moving_outages"; empty without any."""
    kinds = [moving.kind for moving in scenario.moving]
    period = scenario.clock.slot_period_s
    rows = [_moving_row(one, kind, scenario) for one, kind in zip(found, kinds, strict=True)]
    spans = [row for one in found for row in outage_rows(one, period)]
    tracks = [track_columns(one, scenario, around) for one in found]
    columns = {key: np.concatenate([track[key] for track in tracks]) for key in (tracks[0] if tracks else ())}
    return {
        "moving": Table.of_rows("moving", rows, MOVING_NOTES),
        "track": Table("track", columns, TRACK_NOTES),
        "moving_outages": Table.of_rows("moving_outages", spans),
    }


def track_columns(one: Journey, scenario: BroadbandScenario, around: Surroundings) -> dict[str, NDArray[Any]]:
    """A row a slot of one terminal; NaN, empty or 0 where no satellite serves."""
    track, radio = one.track, scenario.radio
    down, up = radio.user_down.frequency_ghz * 1e9, radio.user_up.frequency_ghz * 1e9
    satellites, gateways = ("", *around.fleet.names), ("", *around.ground.names)
    return {
        "name": np.full(len(one), one.name, object),
        "utc": one.instants.datetime64().astype("datetime64[ms]"),
        "latitude_deg": track.latitude_deg,
        "longitude_deg": track.longitude_deg,
        "altitude_m": track.altitude_m,
        "speed_km_h": track.speed_m_s * (HOUR_S / KM),
        "heading_deg": np.degrees(track.heading_rad),
        "bank_deg": np.degrees(track.bank_rad),
        "in_view": one.in_view,
        "allowed": one.allowed,
        "usable": one.usable,
        "satellite": np.array([satellites[s + 1] for s in one.serving], object),
        "gateway": np.array([gateways[g + 1] for g in one.gateway], object),
        "handover": one.handover,
        "elevation_deg": np.degrees(one.look.elevation_rad),
        "off_axis_deg": np.degrees(one.look.scan_rad),
        "rtt_ms": one.rtt_s / MS,
        "down_mbit_s": one.link.down_bit_s / 1e6,
        "up_mbit_s": one.link.up_bit_s / 1e6,
        "pointing_loss_db": one.link.pointing_loss_db,
        "shift_down_khz": one.motion.shift_hz(down) / 1e3,
        "shift_up_khz": one.motion.shift_hz(up) / 1e3,
        "drift_down_hz_s": one.motion.drift_hz_s(down),
        "stop": np.array([Stop(int(stop)).words for stop in one.stop], object),
    }


def outage_rows(one: Journey, period_s: float) -> list[Row]:
    """A row a span without service."""
    when, track = one.instants.datetime64(), one.track
    return [
        {
            "name": one.name,
            "from_utc": str(when[span.first].astype("datetime64[s]")),
            "seconds": span.slots * period_s,
            "latitude_deg": float(track.latitude_deg[span.first]),
            "longitude_deg": float(track.longitude_deg[span.first]),
            "reason": span.stop.words,
        }
        for span in one.outages
    ]


def _moving_row(one: Journey, kind: str, scenario: BroadbandScenario) -> Row:
    period, spans = scenario.clock.slot_period_s, one.outages
    when = one.instants.datetime64().astype("datetime64[s]")
    shift = one.motion.shift_hz(scenario.radio.user_down.frequency_ghz * 1e9)
    served = one.served
    return {
        "name": one.name,
        "kind": kind,
        "from_utc": str(when[0]),
        "to_utc": str(when[-1]),
        "distance_km": path_km(one),
        "served_percent": 100.0 * float(served.mean()),
        "outages": len(spans),
        "longest_outage_s": max((span.slots for span in spans), default=0) * period,
        "handovers_per_hour": one.handovers_per_hour(period),
        "usable_mean": float(one.usable.mean()),
        "rtt_median_ms": _median(one.rtt_s[served]) / MS,
        "down_median_mbit_s": _median(one.link.down_bit_s[served]) / 1e6,
        "up_median_mbit_s": _median(one.link.up_bit_s[served]) / 1e6,
        "shift_most_khz": float(np.nanmax(np.abs(shift), initial=0.0)) / 1e3,
        "doubts": "; ".join(one.doubts),
    }


def nearest_places(latitude_deg: Sequence[float], longitude_deg: Sequence[float]) -> list[str]:
    """The nearest city or district of 15,000 people or more to each point, and how far away it is if over 5 km."""
    known = cities(None, count=None, districts=True)
    lat, lon = (
        np.radians([getattr(city, key) for city in known]) for key in ("latitude_deg", "longitude_deg")
    )
    told = []
    for north, east in zip(np.radians(latitude_deg), np.radians(longitude_deg), strict=True):
        near = np.argmin((lat - north) ** 2 + (np.cos(north) * np.sin(0.5 * (lon - east)) * 2.0) ** 2)
        away = float(great_circle_m(north, east, lat[near], lon[near])) / KM
        told.append(known[near].name if away <= NEAR_KM else f"{known[near].name}, {away:.0f} km")
    return told


def path_km(one: Journey) -> float:
    """Distance made good from slot to slot."""
    sites = one.track.sites
    lat, lon = sites.latitude_rad, sites.longitude_rad
    return float(great_circle_m(lat[:-1], lon[:-1], lat[1:], lon[1:]).sum()) / KM


def _median(values: NDArray[np.floating]) -> float:
    return float(np.median(values)) if len(values) else float("nan")
