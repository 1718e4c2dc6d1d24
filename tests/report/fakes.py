"""Results made in a second from a plain numpy sky, through the real store, so that reports have something to show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import h3
import numpy as np
import zarr
from zarr.storage import MemoryStore

from skyhold.data.cities import cities
from skyhold.data.countries import country
from skyhold.nouns.constellation import FleetSpec, Shell
from skyhold.nouns.ground import Area, Cities, Gateways, Place, SkyMaskSpec
from skyhold.nouns.service import Clock, Variant
from skyhold.results.arrays import create_group, encode_rtt
from skyhold.results.results import BroadbandResult
from skyhold.results.statistics import NOTES, TerminalStatistics
from skyhold.results.tables import Table
from skyhold.scenario.scenario import BroadbandScenario

EARTH_KM, LIGHT_KM_S = 6378.137, 299_792.458
GATEWAYS = (("Wola Krobowska", 52.0, 20.9), ("Kaunas", 54.9, 23.9))
VARIABLES = ("in_view", "allowed", "usable", "serving", "gateway", "rtt_ms")


@dataclass(frozen=True)
class Sky:
    """What is asked for: cells by H3 index, gateways, the mask, the clock."""

    scenario: BroadbandScenario
    cells: tuple[str, ...] = ()
    gateways: tuple[tuple[str, float, float], ...] = GATEWAYS
    planes: int = 72
    per_plane: int = 20


def scenario(**changes: Any) -> BroadbandScenario:
    """A day's part over Ukraine with its cities and cells."""
    values: dict[str, Any] = {
        "schema_version": 1,
        "name": "made-up",
        "title": "Ukraine, 28 February 2022",
        "description": "A made-up sky, for tests of the report.",
        "clock": Clock(
            start_utc=datetime(2022, 2, 28, tzinfo=UTC), duration_h=2, slot_period_s=120, slot_offset_s=12
        ),
        "fleet": FleetSpec(
            shells=(
                Shell(name="S1", altitude_km=550, inclination_deg=53, planes=72, satellites_per_plane=20),
            )
        ),
        "area": Area(country="UKR", h3_resolution=3),
        "cities": Cities(country="UKR", count=12),
        "terminal": SkyMaskSpec(min_elevation_deg=25, gso_exclusion_deg=22),
        "gateways": Gateways(names=("Wola Krobowska", "Kaunas")),
    }
    return BroadbandScenario(**(values | changes))


def ukraine(with_variants: bool = True) -> BroadbandResult:
    """Cities, cells and two variants: a gateway lost, and a higher mask."""
    chosen = scenario(
        variants=(
            Variant(
                name="polish-gateway-lost",
                title="The Polish gateway is lost",
                set={"gateways.names": ["Kaunas"]},
            ),
            Variant(
                name="elevation-40",
                title="Terminals keep above 40 degrees",
                set={"terminal.min_elevation_deg": 40.0},
            ),
        )
        if with_variants
        else ()
    )
    sky = Sky(chosen, country_cells("UKR", 3))
    if not with_variants:
        return observe(sky)
    lost = replace(
        sky, scenario=renamed(chosen, 0, gateways=Gateways(names=("Kaunas",))), gateways=GATEWAYS[1:]
    )
    high = replace(
        sky, scenario=renamed(chosen, 1, terminal=SkyMaskSpec(min_elevation_deg=40, gso_exclusion_deg=22))
    )
    return replace(
        observe(sky),
        variants={v.name: observe(s) for v, s in zip(chosen.variants, (lost, high), strict=True)},
    )


def renamed(chosen: BroadbandScenario, index: int, **changes: Any) -> BroadbandScenario:
    """The scenario of a variant."""
    variant = chosen.variants[index]
    return chosen.model_copy(update={"name": variant.name, "title": variant.title, "variants": (), **changes})


def country_cells(code: str, resolution: int) -> tuple[str, ...]:
    """H3 cells whose centres lie in a country."""
    found: set[str] = set()
    for outer, holes in country(code).polygons:
        shape = h3.LatLngPoly([(y, x) for x, y in outer], *[[(y, x) for x, y in hole] for hole in holes])
        found |= set(h3.polygon_to_cells(shape, resolution))
    return tuple(sorted(found))


def observe(sky: Sky) -> BroadbandResult:
    """Look at the sky slot by slot and fill the store and the tables."""
    chosen = sky.scenario
    places = places_of(chosen)
    clock = chosen.clock
    slots = int(clock.duration_h * 3600 / clock.slot_period_s)
    seconds = clock.slot_offset_s + clock.slot_period_s * np.arange(slots)
    times = np.datetime64(clock.start_utc.replace(tzinfo=None), "ns") + (seconds * 1e9).astype(
        "timedelta64[ns]"
    )
    centres = [h3.cell_to_latlng(cell) for cell in sky.cells]
    lat = np.array([p.latitude_deg for p in places] + [c[0] for c in centres])
    lon = np.array([p.longitude_deg for p in places] + [c[1] for c in centres])
    blocks = _slots(sky, seconds, lat, lon) if len(lat) and slots else {}
    root = zarr.create_group(MemoryStore())
    tables = _tables(sky, places, lat, lon, blocks, seconds)
    groups = {"places": (slice(0, len(places)), "place"), "cells": (slice(len(places), None), "cell")}
    for group, (part, axis) in groups.items():
        if len(tables[group]):
            coordinates = {
                "latitude": (lat[part], {"units": "degrees_north"}),
                "longitude": (lon[part], {"units": "degrees_east"}),
            }
            made = create_group(root, group, axis, {k: (v, a) for k, (v, a) in coordinates.items()}, times)
            for name in VARIABLES:
                made[name][...] = blocks[name][:, part]
    manifest = {
        "slots": slots,
        "skyhold": "0.1.0",
        "python": "3.11",
        "scenario_sha256": "0" * 64,
        "libraries": {"numpy": "2"},
        "seeds": {"scheduler": 1},
        "data_sha256": {"embedded/made.toml": "f" * 64},
        "started_utc": "2026-01-01T00:00:00+00:00",
    }
    return BroadbandResult(chosen, manifest, tables, root)


def places_of(chosen: BroadbandScenario) -> tuple[Place, ...]:
    """The typed places, then the cities."""
    if chosen.cities is None:
        return chosen.places
    return chosen.places + tuple(
        Place(
            name=c.name, latitude_deg=c.latitude_deg, longitude_deg=c.longitude_deg, population=c.population
        )
        for c in cities(chosen.cities.country, chosen.cities.count, chosen.cities.min_population)
    )


def _satellites(sky: Sky, second: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(S, 3) km Earth-fixed, and latitude and longitude in degrees, of a Walker shell at 550 km and 53 degrees."""
    plane, slot = np.divmod(np.arange(sky.planes * sky.per_plane), sky.per_plane)
    radius = EARTH_KM + 550.0
    motion = np.sqrt(398600.44 / radius**3)
    u = 2 * np.pi * (slot / sky.per_plane + 17 * plane / (sky.planes * sky.per_plane)) + motion * second
    node = 2 * np.pi * plane / sky.planes - 7.292115e-5 * second
    i = np.radians(53.0)
    x = np.cos(u) * np.cos(node) - np.sin(u) * np.cos(i) * np.sin(node)
    y = np.cos(u) * np.sin(node) + np.sin(u) * np.cos(i) * np.cos(node)
    z = np.sin(u) * np.sin(i)
    return radius * np.stack([x, y, z], 1), np.degrees(np.arcsin(z)), np.degrees(np.arctan2(y, x))


def _unit(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    phi, lam = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)], 1)


def _sine_and_range(up: np.ndarray, xyz: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(U, S) sine of elevation and range, km, over a sphere."""
    along = up @ xyz.T
    reach = np.sqrt(EARTH_KM**2 + (xyz**2).sum(1)[None] - 2 * EARTH_KM * along)
    return (along - EARTH_KM) / reach, reach


def _slots(sky: Sky, seconds: np.ndarray, lat: np.ndarray, lon: np.ndarray) -> dict[str, np.ndarray]:
    up = _unit(lat, lon)
    gates = np.array([(g[1], g[2]) for g in sky.gateways]).reshape(-1, 2)
    gate_up = _unit(gates[:, 0], gates[:, 1])
    lowest = np.sin(np.radians(sky.scenario.terminal.min_elevation_deg))
    rows: dict[str, list[np.ndarray]] = {name: [] for name in VARIABLES}
    draw = np.random.default_rng(3)
    before = np.full(len(lat), -1)
    for second in seconds:
        xyz, _, _ = _satellites(sky, float(second))
        sine, reach = _sine_and_range(up, xyz)
        seen = sine >= lowest
        southern = (xyz @ np.array([0, 0, 1.0]))[None] < EARTH_KM * np.sin(np.radians(lat))[:, None] - 300
        allowed = seen & ~(southern & (sine < 0.7)) if sky.scenario.terminal.gso_exclusion_deg else seen
        gate_sine, gate_reach = _sine_and_range(gate_up, xyz)
        leg = np.where(gate_sine >= np.sin(np.radians(25)), gate_reach, np.inf)
        reached = np.isfinite(leg).any(0) if len(leg) else np.zeros(len(xyz), bool)
        usable = allowed & reached[None]
        score = np.where(usable, sine, -1.0)
        best = np.where(usable.any(1), score.argmax(1), -1)
        stay = (before >= 0) & usable[np.arange(len(lat)), before] & (draw.random(len(lat)) < 0.6)
        serving = np.where(stay, before, best)
        gateway = np.where(serving >= 0, leg.argmin(0)[serving] if len(leg) else -1, -1)
        km = reach[np.arange(len(lat)), serving] + (leg.min(0)[serving] if len(leg) else np.nan)
        rtt = np.where(
            serving >= 0, 2 * km / LIGHT_KM_S + 0.022 + draw.lognormal(np.log(0.012), 0.5, len(lat)), np.nan
        )
        values = (
            seen.sum(1),
            allowed.sum(1),
            usable.sum(1),
            serving,
            gateway,
            encode_rtt(rtt.astype(np.float32)),
        )
        for name, value in zip(VARIABLES, values, strict=True):
            rows[name].append(value)
        before = serving
    kinds = ("u1", "u1", "u1", "i4", "i2", "u2")
    return {name: np.array(rows[name]).astype(kind) for name, kind in zip(VARIABLES, kinds, strict=True)}


def _tables(
    sky: Sky,
    places: tuple[Place, ...],
    lat: np.ndarray,
    lon: np.ndarray,
    blocks: dict[str, np.ndarray],
    seconds: np.ndarray,
) -> dict[str, Table]:
    statistics = TerminalStatistics(len(lat), sky.scenario.clock.slot_period_s)
    if blocks:
        serving = blocks["serving"]
        moved = np.zeros(serving.shape, np.bool_)
        moved[1:] = (serving[1:] != serving[:-1]) & (serving[1:] >= 0) & (serving[:-1] >= 0)
        statistics.fold(blocks, moved)
    columns = statistics.columns()
    count = len(places)
    position = {"latitude_deg": lat, "longitude_deg": lon}
    named = {"name": np.array([p.name for p in places], object)}
    indexed = {"h3": np.array(sky.cells, object)}
    xyz, sat_lat, sat_lon = _satellites(sky, float(seconds[len(seconds) // 2]) if len(seconds) else 0.0)
    gates = np.array([(g[1], g[2]) for g in sky.gateways]).reshape(-1, 2)
    reached = (_sine_and_range(_unit(gates[:, 0], gates[:, 1]), xyz)[0] >= np.sin(np.radians(25))).any(0)
    used = (
        np.bincount(blocks["gateway"][blocks["gateway"] >= 0], minlength=len(sky.gateways))
        if blocks
        else np.zeros(len(sky.gateways))
    )
    shown = {name: values[:count] for name, values in (position | columns).items()}
    covered = {name: values[count:] for name, values in (position | columns).items()}
    tables = {
        "places": Table("places", {**named, **shown} if count else {}, NOTES),
        "cells": Table("cells", {**indexed, **covered} if sky.cells else {}, NOTES),
        "satellites": _satellite_table(sat_lat, sat_lon, reached),
        "gateways": _gateway_table(sky, gates, used),
        "shells": Table("shells", {"shell": _words(["S1"]), "operational": np.array([len(xyz)])}),
    }
    if count:
        leo = (float(columns["rtt_median_ms"][0]), float(columns["rtt_p95_ms"][0]))
        tables["three_ways"] = _ways_table(places[0].name, *leo)
    return tables


def _words(texts: list[str]) -> np.ndarray:
    return np.array(texts, dtype=object)


def _satellite_table(lat: np.ndarray, lon: np.ndarray, reached: np.ndarray) -> Table:
    columns = {
        "name": _words([f"S{i}" for i in range(len(lat))]),
        "shell": _words(["S1"] * len(lat)),
        "latitude_deg": lat,
        "longitude_deg": lon,
        "altitude_km": np.full(len(lat), 550.0),
        "gateway_in_view": reached,
    }
    return Table("satellites", columns)


def _gateway_table(sky: Sky, gates: np.ndarray, used: np.ndarray) -> Table:
    columns = {
        "name": _words([gate[0] for gate in sky.gateways]),
        "latitude_deg": gates[:, 0],
        "longitude_deg": gates[:, 1],
        "used_percent": 100.0 * used / max(1, used.sum()),
        "live_percent": np.full(len(gates), 100.0),
    }
    return Table("gateways", columns)


def _ways_table(name: str, median: float, p95: float) -> Table:
    columns = {
        "name": _words([name] * 3),
        "way": _words(["LEO", "GEO", "fibre"]),
        "rtt_median_ms": np.array([median, 519.2, 22.4]),
        "rtt_p95_ms": np.array([p95, 519.2, 22.4]),
        "note": _words(["served in 100.0 % of slots", "satellite at +9.0 deg", "great circle x 1.5"]),
    }
    return Table("three_ways", columns)
