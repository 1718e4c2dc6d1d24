"""A few jammers, terminals and satellites for the tests."""

import numpy as np

from skyhold.geometry.masks import SkyMask
from skyhold.geometry.sites import Sites
from skyhold.geometry.visibility import look_up
from skyhold.jamming.effects import Sky
from skyhold.jamming.field import Field
from skyhold.nouns.constellation import FleetSpec
from skyhold.nouns.jammers import Countermeasures, Jammer
from skyhold.nouns.radio import RadioSpec
from skyhold.orbits.propagate import build_fleet
from skyhold.times import Epoch, Instants

START = Epoch(2_459_638.5, 0.0)  # 2022-02-28
RADIO = RadioSpec()
HERE = (48.0, 37.8)


def jammer(**typed):
    return Jammer.model_validate({"name": "j", "latitude_deg": HERE[0], "longitude_deg": HERE[1], **typed})


def moments(count=3, step_s=300.0):
    return Instants.every(START, step_s, count)


def around(*away_km, azimuth_deg=0.0):
    """Places at distances north of the jammer, or in another direction."""
    away = np.asarray(away_km) * 1e3 / 6_381e3
    north = np.degrees(away * np.cos(np.radians(azimuth_deg)))
    east = np.degrees(away * np.sin(np.radians(azimuth_deg))) / np.cos(np.radians(HERE[0]))
    return Sites.from_degrees(HERE[0] + north, HERE[1] + east)


def sky(sites, instants=None, depth=24):
    instants = moments() if instants is None else instants
    fleet = build_fleet(FleetSpec(library="starlink-2022-02-28"), START)
    xyz = np.asarray(fleet.positions(instants), np.float32)
    return Sky(instants, xyz, look_up(xyz, sites, SkyMask(), depth=depth))


def field(sites, *jammers, **measures):
    return Field(RADIO, jammers, Countermeasures(**measures), sites)
