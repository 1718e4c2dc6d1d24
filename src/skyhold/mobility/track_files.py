"""Tracks from files: GPX, GeoJSON, or CSV with a header."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
from pydantic import ValidationError

from skyhold.earth.ellipsoid import great_circle_m
from skyhold.errors import ScenarioError
from skyhold.nouns.mobility import MovingTerminal, Waypoint
from skyhold.nouns.noun import EARLIEST
from skyhold.units import HOUR_S, KM

NAMES = {
    "utc": ("utc", "time", "timestamp", "datetime"),
    "latitude_deg": ("latitude_deg", "latitude", "lat"),
    "longitude_deg": ("longitude_deg", "longitude", "lon", "lng"),
    "altitude_m": ("altitude_m", "altitude", "alt", "ele", "elevation"),
}
Point = dict[str, Any]


def waypoints(moving: MovingTerminal) -> tuple[Waypoint, ...]:
    """The waypoints of a moving terminal: those typed, or those of its file, in order of time.

    A file without times needs `departs_utc` and `speed_km_h`. A point that repeats the one before it, time and place,
    is taken once.

    Errors: ScenarioError for a file that is not there or is no track, for a point off the globe or not a number, and
    for times that go back, each with file and point.
    """
    if moving.file is None:
        return moving.track
    points = read_points(moving.file)
    if points and not any("utc" in point for point in points):
        _ = [_waypoint({**p, "utc": EARLIEST}, n, moving.file) for n, p in enumerate(points, 1)]
        points = _with_times(points, moving)
    found = [_waypoint(point, number, moving.file) for number, point in enumerate(points, 1)]
    kept = [
        point for number, point in enumerate(found) if number == 0 or dict(point) != dict(found[number - 1])
    ]
    _require_order(kept, moving.file)
    return tuple(kept)


def read_points(path: Path) -> list[Point]:
    """The points of a file as they stand: latitude_deg, longitude_deg, and utc and altitude_m where given."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _unread(f"the track cannot be read: {error}", path, "check the name of the file") from None
    for begins, reader in READERS:
        if re.match(begins, text, re.IGNORECASE):
            return list(reader(text, path))
    raise _unread("this is no track", path, "give GPX, GeoJSON, or CSV with utc,latitude_deg,longitude_deg")


def _gpx(text: str, path: Path) -> Iterator[Point]:
    """Track points of a GPX 1.0 or 1.1 document, its route points where it has none. No document type is let in."""
    if re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise _unread(
            "the XML declares a document type", path, "remove the declaration; GPX does not need one"
        )
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise _unread(f"the XML is damaged: {error}", path, "export the track again") from None
    leaves = list(root.iter())
    points = [leaf for leaf in leaves if _tag(leaf) == "trkpt"] or [
        leaf for leaf in leaves if _tag(leaf) == "rtept"
    ]
    for leaf in points:
        children = {_tag(child): (child.text or "").strip() for child in leaf}
        yield _named({**leaf.attrib, **children})


def _tag(leaf: ElementTree.Element) -> str:
    return leaf.tag.rpartition("}")[2]


def _csv(text: str, path: Path) -> Iterator[Point]:
    for row in csv.DictReader(text.splitlines()):
        yield _named({str(key).strip().lower(): (value or "") for key, value in row.items()})


def _geojson(text: str, path: Path) -> Iterator[Point]:
    """The first line of a GeoJSON document with the times in its properties, or its points one by one."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise _unread(f"the JSON is damaged: {error}", path, "export the track again") from None
    features = document.get("features", [document])
    for feature in features:
        shape = feature.get("geometry", feature) or {}
        properties = feature.get("properties") or {}
        if shape.get("type") == "LineString":
            times = properties.get("coordTimes") or properties.get("times") or []
            if times and len(times) != len(shape["coordinates"]):
                came = f"{len(times)} times of {len(shape['coordinates'])} points"
                raise _unread(f"times and points do not match: {came}", path, "give one time for each point")
            for number, place in enumerate(shape["coordinates"]):
                yield _placed(place, {"utc": times[number]} if times else {})
            return
        if shape.get("type") == "Point":
            yield _placed(shape["coordinates"], _named(properties))


READERS: tuple[tuple[str, Callable[[str, Path], Iterator[Point]]], ...] = (
    (r"\s*<", _gpx),
    (r"\s*\{", _geojson),
    (r"[^\n]*\blat", _csv),
)


def _placed(place: list[Any], more: Point) -> Point:
    height = {"altitude_m": place[2]} if len(place) > 2 else {}
    return {"longitude_deg": place[0], "latitude_deg": place[1], **height, **more}


def _named(fields: Mapping[str, Any]) -> Point:
    """What a file calls otherwise under the names of a waypoint; empty fields and others are left out."""
    found = {}
    for name, others in NAMES.items():
        value = next((fields[other] for other in others if fields.get(other) not in (None, "")), None)
        if value is not None:
            found[name] = value
    return found


def _waypoint(point: Point, number: int, path: Path) -> Waypoint:
    """A waypoint of a file. Errors: ScenarioError naming the point."""
    try:
        numbers = {key: float(value) for key, value in point.items() if key != "utc"}
        return Waypoint.model_validate({**numbers, "utc": point.get("utc")})
    except (ValueError, ValidationError) as error:
        raise ScenarioError(
            f"a point of the track is not usable: {_said(error)}",
            expected="utc, latitude_deg in -90..90, longitude_deg in -180..180",
            came=str(point)[:200],
            where=f"{path.name}, point {number}",
            remedy="mend or remove the point",
        ) from None


def _said(error: ValueError | ValidationError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors()[0]
    return " ".join([*(str(part) for part in first["loc"]), first["msg"]])


def timed(points: list[Point], departs: datetime, speed_km_h: float) -> list[Point]:
    """Points without times with the times of one speed along great circles, from the departure on.

    A point at the place of the one before is left out: nobody knows for how long to stop there.
    """
    places = np.radians([[float(p["latitude_deg"]), float(p["longitude_deg"])] for p in points]).reshape(
        -1, 2
    )
    legs = great_circle_m(places[:-1, 0], places[:-1, 1], places[1:, 0], places[1:, 1])
    seconds = np.cumsum([0.0, *legs]) / (speed_km_h * KM / HOUR_S)
    return [
        {**point, "utc": departs + timedelta(seconds=float(after))}
        for point, after, moves in zip(points, seconds, [True, *(legs > 0.0)], strict=True)
        if moves
    ]


def _with_times(points: list[Point], moving: MovingTerminal) -> list[Point]:
    if moving.departs_utc is None or moving.speed_km_h is None:
        raise _unread(
            "the track has no times", moving.file, "give departs_utc and speed_km_h, or a file with times"
        )
    return timed(points, moving.departs_utc, moving.speed_km_h)


def _require_order(points: list[Waypoint], path: Path) -> None:
    if len(points) < 2:
        raise _unread(
            f"the track has {len(points)} points", path, "give two or more, each at a time of its own"
        )
    for number, (before, after) in enumerate(pairwise(points), 2):
        if after.utc <= before.utc:
            raise ScenarioError(
                "the track goes back in time",
                expected=f"a time after {before.utc:%Y-%m-%dT%H:%M:%SZ}",
                came=f"{after.utc:%Y-%m-%dT%H:%M:%SZ}",
                where=f"{path.name}, point {number}",
                remedy="put the points in order of time, and take one of two that share an instant",
            )


def _unread(problem: str, path: Path | None, remedy: str) -> ScenarioError:
    return ScenarioError(problem, where=str(path), remedy=remedy)
