"""Tracks and a small sky for the tests of moving terminals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np

from skyhold.data.gateways import Pop
from skyhold.geometry.masks import SkyMask
from skyhold.geometry.sites import Sites
from skyhold.jamming.field import Field
from skyhold.mobility.journey import Surroundings
from skyhold.mobility.weather import Vacuum
from skyhold.network.gateways import GatewaySegment
from skyhold.network.policies import HighestElevation
from skyhold.nouns.constellation import FleetSpec, Shell
from skyhold.nouns.jammers import Countermeasures
from skyhold.nouns.mobility import MovingTerminal, Waypoint
from skyhold.nouns.radio import RadioSpec
from skyhold.orbits.propagate import build_fleet
from skyhold.times import Epoch, Instants, slot_instants

START = datetime(2022, 2, 28, tzinfo=UTC)
SLOTS = slot_instants(Epoch.from_datetime(START), 3600.0)
GSO_MASK = SkyMask(gso_exclusion_rad=np.radians(22.0))


def point(hours: float, latitude_deg: float, longitude_deg: float, altitude_m: float = 0.0) -> Waypoint:
    return Waypoint(
        utc=START + timedelta(hours=hours),
        latitude_deg=latitude_deg,
        longitude_deg=longitude_deg,
        altitude_m=altitude_m,
    )


def moving(*points: Waypoint, kind: str = "vehicle", **more: object) -> MovingTerminal:
    return MovingTerminal(name="it", kind=kind, track=points, **more)


def still(
    latitude_deg: float, longitude_deg: float, altitude_m: float = 0.0, **more: object
) -> MovingTerminal:
    place = (latitude_deg, longitude_deg, altitude_m)
    return moving(point(-1.0, *place), point(30.0, *place), **more)


def seconds(*values: float) -> Instants:
    """Instants so many seconds after the start."""
    return Instants(Epoch.from_datetime(START), np.array(values, float))


@cache
def surroundings() -> Surroundings:
    """Shell 1 whole, two gateways, clear vacuum, nobody jams."""
    shell = Shell(
        name="S1", altitude_km=550, inclination_deg=53.0, planes=72, satellites_per_plane=22, phasing=17
    )
    fleet = build_fleet(FleetSpec(shells=(shell,)), Epoch.from_datetime(START))
    gateways = Sites.from_degrees([52.0, 54.9], [20.9, 23.9])
    pops = (Pop("Warsaw", "", "", 52.2, 21.0), Pop("Frankfurt", "", "", 50.1, 8.7))
    ground = GatewaySegment(
        ("PL", "LT"), gateways, SkyMask(), pops, np.array([[0.001, 0.008], [0.003, 0.01]], np.float32)
    )
    field = Field(RadioSpec(), (), Countermeasures(), Sites.from_degrees([], []))
    return Surroundings(fleet, ground, GSO_MASK, HighestElevation(), field, Vacuum())
