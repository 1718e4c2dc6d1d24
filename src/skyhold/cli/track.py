"""`skyhold track`: who serves a terminal that moves, and where it loses service."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter, validators

from skyhold.cli.console import Voice, finite, plain
from skyhold.cli.sky import (
    DEFAULT_FLEET,
    DEFAULT_START,
    OPERATIONAL,
    Catalogue,
    FleetName,
    Keep,
    MinElevation,
    Start,
    quick_scenario,
)
from skyhold.errors import ScenarioError

if TYPE_CHECKING:
    from skyhold.mobility.journey import Journey
    from skyhold.results.tables import Table
    from skyhold.scenario.scenario import BroadbandScenario

CarrierKind = Literal["vehicle", "ship", "aircraft", "drone"]
SPEEDS_KM_H = {"vehicle": 60.0, "ship": 28.0, "aircraft": 830.0, "drone": 100.0}
HEIGHTS_M = {"vehicle": 0.0, "ship": 0.0, "aircraft": 10_700.0, "drone": 1_000.0}
STRIP_WIDTH = 96
MOST_OUTAGES = 20
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SHOWN = (
    ("UTC", "utc"), ("near", "near"), ("km/h", "speed_km_h"), ("bank", "bank_deg"), ("usable", "usable"),
    ("satellite", "satellite"), ("gateway", "gateway"), ("RTT ms", "rtt_ms"), ("down Mbit/s", "down_mbit_s"),
    ("up Mbit/s", "up_mbit_s"), ("shift kHz", "shift_down_khz"), ("Hz/s", "drift_down_hz_s"), ("", "stop"),
)  # fmt: skip
SUMMARY = (
    ("name", "name"), ("kind", "kind"), ("from UTC", "from_utc"), ("to UTC", "to_utc"), ("km", "distance_km"),
    ("served %", "served_percent"), ("outages", "outages"), ("longest s", "longest_outage_s"),
    ("handovers/h", "handovers_per_hour"), ("usable", "usable_mean"), ("RTT ms", "rtt_median_ms"),
    ("down Mbit/s", "down_median_mbit_s"), ("up Mbit/s", "up_median_mbit_s"), ("shift kHz", "shift_most_khz"),
)  # fmt: skip
ROUNDED = {"speed_km_h": 0, "bank_deg": 1, "rtt_ms": 1, "down_mbit_s": 0, "up_mbit_s": 1, "shift_down_khz": 1}


TrackFile = Annotated[
    Path | None, Parameter(help="GPX, GeoJSON or CSV with the track; a scenario; or use --via.")
]
Via = Annotated[
    tuple[str, ...],
    Parameter(
        allow_leading_hyphen=True, negative="", help='A city, or "latitude,longitude"; two or more, in order.'
    ),
]
Kind = Annotated[CarrierKind, Parameter(help="What carries the terminal.", show_default=True)]
Speed = Annotated[
    float | None,
    Parameter(
        help="Of a track without times; left out: usual for the kind.",
        validator=validators.Number(gt=0, lte=30_000),
    ),
]
Altitude = Annotated[float | None, Parameter(help="With --via; left out: usual for the kind.")]
Bank = Annotated[float | None, Parameter(help="In turns; left out: from speed and turn.")]
Roll = Annotated[float, Parameter(help="Amplitude of roll.", show_default=True)]
Pointing = Annotated[float, Parameter(help="Rms error of pointing.", show_default=True)]
Cone = Annotated[float, Parameter(help="Cone of the antenna.", show_default=True)]
Tilt = Annotated[float, Parameter(help="Of its axis, backwards.", show_default=True)]
Limit = Annotated[float | None, Parameter(help="Service stops above it.")]
Exclusion = Annotated[float, Parameter(help="Kept from the GSO arc.", show_default=True)]
Exceeded = Annotated[
    float | None, Parameter(help="Weather exceeded for this share of the year; left out: clear.")
]
Every = Annotated[
    float,
    Parameter(help="Minutes between lines.", show_default=True, validator=validators.Number(gt=0, lte=1e6)),
]
Csv = Annotated[Path | None, Parameter(help="Write every slot to this file.")]


def track(
    file: TrackFile = None,
    /,
    *,
    via: Via = (),
    kind: Kind = "vehicle",
    speed_km_h: Speed = None,
    altitude_m: Altitude = None,
    bank_deg: Bank = None,
    roll_deg: Roll = 0.0,
    pointing_deg: Pointing = 0.0,
    field_of_view_deg: Cone = 100.0,
    tilt_deg: Tilt = 0.0,
    speed_limit_km_h: Limit = None,
    fleet: FleetName = DEFAULT_FLEET,
    catalogue: Catalogue = None,
    keep: Keep = OPERATIONAL,
    date: Start = DEFAULT_START,
    min_elevation_deg: MinElevation = 25.0,
    gso_exclusion_deg: Exclusion = 22.0,
    exceeded_percent: Exceeded = None,
    every_min: Every = 10.0,
    csv: Csv = None,
    voice: Voice = Voice(),
) -> int:
    """Who serves a terminal that moves, slot by slot, and where it loses service and why.

    Rates are those of one whole channel: an upper bound. Gateways are all that were open on the day; in a scenario
    file they, the jammers and the weather are the scenario's.
    """
    if file is not None and _is_scenario(file):
        return _tell(_of_file(file), every_min, csv, voice)
    moving: dict[str, Any] = {
        "name": " to ".join((via[0], via[-1])) if via else (file.stem if file and file.stem else "track"),
        "kind": kind,
        "bank_deg": bank_deg,
        "roll_deg": roll_deg,
        "pointing_deg": pointing_deg,
        "field_of_view_deg": field_of_view_deg,
        "tilt_deg": tilt_deg,
        "speed_limit_km_h": speed_limit_km_h,
    }
    speed = SPEEDS_KM_H[kind] if speed_km_h is None else speed_km_h
    moving |= _where(file, via, date, speed, HEIGHTS_M[kind] if altitude_m is None else altitude_m)
    sky = {
        "terminal": {"min_elevation_deg": min_elevation_deg, "gso_exclusion_deg": gso_exclusion_deg},
        "weather": {}
        if exceeded_percent is None
        else {"kind": "exceeded", "exceeded_percent": exceeded_percent},
    }
    clock = _clock(moving)
    return _tell(quick_scenario(clock, fleet, catalogue, keep, moving=[moving], **sky), every_min, csv, voice)


def _where(
    file: Path | None, via: tuple[str, ...], date: str, speed_km_h: float, altitude_m: float
) -> dict[str, Any]:
    """The track or the file of what was typed. Errors: ScenarioError for neither, both, or a place nobody knows."""
    if (file is None) == (not via):
        raise ScenarioError(
            "no track" if file is None else "a file and --via are two tracks",
            expected="a GPX, GeoJSON, CSV or TOML file, or --via twice or more",
            remedy="try: skyhold track --via Lviv --via Kyiv",
        )
    if file is not None:
        return {"file": str(file), "departs_utc": date, "speed_km_h": speed_km_h}
    from skyhold.mobility.track_files import timed
    from skyhold.nouns.noun import as_utc

    points = [{**_place(text), "altitude_m": altitude_m} for text in via]
    return {"track": timed(points, _day(date, as_utc), speed_km_h)}


def _day(date: str, read: Any) -> Any:
    """The departure typed. Errors: ScenarioError where it is no time."""
    try:
        return read(date)
    except Exception:
        raise ScenarioError(
            "--date is not a time", expected="a UTC time such as 2022-02-28T06:00:00Z", came=repr(date)
        ) from None


def _place(text: str) -> dict[str, float]:
    """A city by name, or "latitude,longitude"."""
    from skyhold.data.cities import named

    try:
        latitude, longitude = (float(part) for part in text.split(","))
        if not (math.isfinite(latitude) and math.isfinite(longitude)):
            raise ValueError
    except ValueError:
        found = named(text)
        if not found:
            raise ScenarioError(
                f"no city {text!r} of 15,000 people or more",
                where="--via",
                remedy='give "latitude,longitude"',
            ) from None
        return {"latitude_deg": found[0].latitude_deg, "longitude_deg": found[0].longitude_deg}
    return {"latitude_deg": latitude, "longitude_deg": longitude}


def _clock(moving: dict[str, Any]) -> dict[str, object]:
    """A clock that lasts as long as the track."""
    from skyhold.mobility.tracks import course
    from skyhold.nouns.mobility import MovingTerminal
    from skyhold.scenario.document import Document, validate

    where = course(validate(MovingTerminal, Document("", "command line", moving)))
    start = EPOCH + timedelta(seconds=float(where.time_s[0]))
    return {
        "start_utc": start,
        "duration_h": max(60.0, float(where.time_s[-1] - where.time_s[0]) + 1.0) / 3600.0,
    }


def _is_scenario(path: Path) -> bool:
    """Whether a scenario is meant: a TOML file, or a name of the library."""
    from skyhold.scenario.library import scenario_names

    return path.suffix == ".toml" or (str(path) in scenario_names() and not path.exists())


def _of_file(path: Path) -> BroadbandScenario:
    from skyhold.scenario.load import load
    from skyhold.scenario.scenario import BroadbandScenario

    scenario = load(str(path), kind=BroadbandScenario)
    if not scenario.moving:
        raise ScenarioError("nothing moves in the scenario", where=str(path), remedy="add [[moving]] to it")
    return scenario


def _tell(scenario: BroadbandScenario, every_min: float, csv: Path | None, voice: Voice) -> int:
    from skyhold.simulate.mobility import journeys, moving_tables, slots_of, surroundings, under_way

    scenario = under_way(scenario) if under_way(scenario).moving else scenario
    around = surroundings(scenario, slots_of(scenario))
    for line in around.fleet.account():
        voice.say(line)
    with voice.progress() as bars:
        found = journeys(scenario, around, bars)
    tables = moving_tables(found, scenario, around)
    if csv is not None:
        _write(tables["track"], csv)
        voice.say(f"Every slot stands in {csv}.")
    if voice.json:
        voice.answer(finite({name: table.rows() for name, table in tables.items()}))
        return 0
    summary = [tuple(row[key] for _, key in SUMMARY) for row in tables["moving"].rows()]
    voice.table("moving terminals", tuple(title for title, _ in SUMMARY), summary)
    for sentence in (doubt for one in found for doubt in one.doubts):
        voice.say(f"warning: {sentence}")
    for one in found:
        _journey(one, tables, scenario.clock.slot_period_s, every_min, voice)
    return 0


def _journey(one: Journey, tables: dict[str, Table], period_s: float, every_min: float, voice: Voice) -> None:
    """A line every so many minutes, a strip of the whole, and the spans without service."""
    from skyhold.simulate.mobility import nearest_places

    rows = [row for row in tables["track"].rows() if row["name"] == one.name]
    shown = rows[:: max(1, round(every_min * 60.0 / period_s))]
    places = nearest_places([r["latitude_deg"] for r in shown], [r["longitude_deg"] for r in shown])
    cells = [
        tuple(_cell(key, {**row, "near": near}) for _, key in SHOWN)
        for row, near in zip(shown, places, strict=True)
    ]
    voice.table(one.name, tuple(title for title, _ in SHOWN), cells)
    voice.answer(None, strip(one))
    outages = [row for row in tables["moving_outages"].rows() if row["name"] == one.name]
    if outages:
        longest = sorted(outages, key=lambda row: -row["seconds"])[:MOST_OUTAGES]
        told = nearest_places([r["latitude_deg"] for r in longest], [r["longitude_deg"] for r in longest])
        often = "once" if len(outages) == 1 else f"{len(outages)} times"
        title = f"without service: {often}" + (
            f", the longest {MOST_OUTAGES}" if len(outages) > MOST_OUTAGES else ""
        )
        lines = [
            (row["from_utc"], row["seconds"], near, row["reason"])
            for row, near in zip(longest, told, strict=True)
        ]
        voice.table(title, ("from UTC", "seconds", "near", "why"), lines)


def strip(one: Journey) -> list[str]:
    """The journey in one line of letters and what they mean: a letter is what stood in the way of most slots of its
    part, small where less than half of them lacked service.
    """
    import numpy as np

    from skyhold.mobility.outages import Stop

    parts = np.array_split(one.stop, min(STRIP_WIDTH, len(one)))
    worst = [
        Stop(int(np.bincount(part[part > 0]).argmax())) if (part > 0).any() else Stop.SERVED for part in parts
    ]
    letters = [
        stop.letter if 2 * np.count_nonzero(part) >= len(part) else stop.letter.lower()
        for stop, part in zip(worst, parts, strict=True)
    ]
    meant = "  ".join(f"{stop.letter} {stop.words}" for stop in Stop if stop in worst)
    return ["".join(letters), f"{meant}; small: in less than half of the slots", ""]


def _cells(table: Table) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in table.rows()]


def _cell(key: str, row: dict[str, Any]) -> Any:
    """One cell of the printed table: times to the second, numbers as far as they are of use."""
    value = row[key]
    if key == "utc":
        return f"{value:%m-%d %H:%M:%S}"
    return round(value, ROUNDED[key]) if key in ROUNDED and value == value else value


def _write(table: Table, path: Path) -> None:
    """The table as one CSV file."""
    import csv as writing

    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = writing.writer(handle)
        writer.writerow(table.columns)
        writer.writerows(
            [
                "" if value != value else plain(value) if hasattr(value, "isoformat") else value
                for value in row
            ]
            for row in _cells(table)
        )
