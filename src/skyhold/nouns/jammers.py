"""Jammers, and what a defender can switch on against them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from skyhold.nouns.mobility import Waypoint
from skyhold.nouns.noun import Count, Latitude, Longitude, Name, Noun, Number, Switch, Utc
from skyhold.nouns.radio import Ranged, between


class OnTime(Noun):
    """A span in which a jammer radiates."""

    from_utc: Utc = Field(description="first instant it radiates")
    to_utc: Utc | None = Field(default=None, description="first instant it is silent again; left out: never")


class Obstacle(Noun):
    """A ridge between a jammer and everyone beyond it."""

    height_m: Number = Field(ge=0, le=9000, description="above the straight line's foot, the local ground")
    distance_m: Number = Field(gt=0, description="from the jammer")


class Jammer(Noun):
    """A transmitter that means to disturb. Every EIRP is an estimate: give it as a range."""

    name: Name = Field(description="how results call it")
    against: Literal["user-down", "user-up", "gateway-up", "gateway-down", "gnss"] = Field(
        default="user-down", description="the receiver it disturbs"
    )
    latitude_deg: Latitude | None = Field(default=None, description="where it stands")
    longitude_deg: Longitude | None = Field(default=None, description="where it stands")
    height_m: Number = Field(default=10.0, description="antenna over the ground")
    track: tuple[Waypoint, ...] = Field(default=(), description="instead of a position: where it is when")
    eirp_dbw: Ranged = Field(
        default=between(40.0, 30.0, 50.0, "class of a truck with a horn [I]"), description="total"
    )
    strategy: Literal["spot", "sweep", "barrage"] = Field(
        default="barrage", description="one channel, channels in turn, or several at once"
    )
    channels: Count = Field(default=8, ge=1, description="channels it covers (barrage) or visits (sweep)")
    dish_m: Number | None = Field(
        default=None, gt=0, description="diameter of a pointed dish; left out: a wide beam"
    )
    azimuth_deg: Number | None = Field(
        default=None, ge=-180, le=360, description="where a wide beam looks; all round"
    )
    beamwidth_deg: Number = Field(default=360.0, gt=0, le=360, description="of a wide beam, in azimuth")
    satellites_at_once: Count = Field(
        default=1, ge=1, description="satellites an uplink jammer follows at once"
    )
    obstacle: Obstacle | None = Field(default=None, description="a ridge in its way, all round")
    clutter_db: Number = Field(default=0.0, ge=0, le=80, description="further loss by terrain and buildings")
    on: tuple[OnTime, ...] = Field(default=(), description="when; left out: always")


class Countermeasures(Noun):
    """What the defender has switched on; each with its physics, all off by default."""

    terminal_null_db: Number = Field(
        default=0.0, ge=0, le=40, description="depth of nulls of the terminal's array"
    )
    terminal_nulls: Count = Field(default=4, ge=0, description="directions it can null at once")
    satellite_null_db: Number = Field(
        default=0.0, ge=0, le=40, description="of the satellite's receive array"
    )
    taper: Switch = Field(default=False, description="lower sidelobes for less gain")
    choose_satellite: Switch = Field(
        default=False, description="the satellite farthest from the jammer's direction"
    )
    hop_channels: Switch = Field(default=False, description="change the channel each slot")
    fall_back: Switch = Field(default=False, description="robust modes down to C/N of -10 dB")
    raise_power_db: Number = Field(default=0.0, ge=0, le=10, description="more flux, kept under the limit")
    narrow_uplink_mhz: Number | None = Field(default=None, gt=0, description="narrower uplink channel")
    ignore_gnss: Switch = Field(default=False, description="acquire without GNSS (dish_inhibit_gps)")
    dug_in_db: Number = Field(
        default=0.0, ge=0, le=40, description="shielding of terminals from ground jammers"
    )
