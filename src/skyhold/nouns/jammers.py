"""Jammers, and what a defender can switch on against them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from skyhold.nouns.mobility import Waypoint, forbid_backwards
from skyhold.nouns.noun import (
    Count,
    Latitude,
    Longitude,
    Name,
    Noun,
    Number,
    Prior,
    Ranged,
    Switch,
    Utc,
    between,
    fault,
)
from skyhold.nouns.radio import RadioSpec

ESTIMATE = "an estimate, as every jammer's [I]"

CLASSES: dict[str, dict[str, Any]] = {
    "A": {
        "eirp_dbw": between(15.0, 10.0, 20.0, f"backpack: {ESTIMATE}"),
        "height_m": 2.0,
        "strategy": "spot",
    },
    "B": {"eirp_dbw": between(30.0, 25.0, 35.0, f"vehicle: {ESTIMATE}"), "height_m": 6.0, "strategy": "spot"},
    "C": {"eirp_dbw": between(45.0, 40.0, 50.0, f"truck with a horn: {ESTIMATE}"), "height_m": 10.0},
    "D": {
        "eirp_dbw": between(62.5, 55.0, 70.0, f"dish of 1 to 3 m: {ESTIMATE}"),
        "against": "user-up",
        "dish_m": 2.0,
    },
    "E": {
        "eirp_dbw": between(25.0, 20.0, 30.0, f"airborne: {ESTIMATE}"),
        "height_m": 20_000.0,
        "strategy": "spot",
    },
    "F": {
        "eirp_dbw": between(20.0, 10.0, 30.0, f"GNSS, all round: {ESTIMATE}"),
        "height_m": 30.0,
        "against": "gnss",
        "channels": 1,
    },
}
"""What a class letter stands for; any key typed beside it takes its place."""


def radiable(prior: Prior) -> Prior:
    """Refuse an EIRP that no antenna of this world radiates."""
    if prior.low < -60.0 or prior.high > 120.0:
        raise fault(
            "nothing on Earth radiates that",
            expected="an EIRP of -60 to 120 dBW",
            came=f"{prior.low:g} to {prior.high:g} dBW" if prior.low < prior.high else f"{prior.value:g} dBW",
            remedy="give decibels over a watt, not watts; class D, a dish, is 55 to 70",
        )
    return prior


RadiatedPower = Annotated[Ranged, AfterValidator(radiable)]
"""dBW, or a table of value, low, high and source."""


class OnTime(Noun):
    """A span in which a jammer radiates."""

    from_utc: Utc = Field(description="first instant it radiates")
    to_utc: Utc | None = Field(default=None, description="first instant it is silent again; left out: never")

    @model_validator(mode="after")
    def _ends_after_start(self) -> OnTime:
        if self.to_utc is not None and self.to_utc <= self.from_utc:
            raise fault(
                "the jammer falls silent before it radiates",
                expected=f"to_utc after {self.from_utc:%Y-%m-%dT%H:%M:%SZ}",
                came=f"{self.to_utc:%Y-%m-%dT%H:%M:%SZ}",
                remedy="swap the two, or leave to_utc out where it goes on",
                key="to_utc",
            )
        return self


class Obstacle(Noun):
    """A ridge between a jammer and everyone beyond it."""

    height_m: Number = Field(ge=0, le=9000, description="over the local ground, which is taken as level")
    distance_m: Number = Field(gt=0, le=1e6, description="from the jammer")


class Jammer(Noun):
    """A transmitter that means to disturb. Every EIRP is an estimate: give it as a range."""

    name: Name = Field(description="how results call it")
    preset: Literal["A", "B", "C", "D", "E", "F"] | None = Field(
        default=None,
        description="class of jammer that fills in what is not typed: A backpack, B vehicle, C truck with a horn, "
        "D dish against satellites, E airborne, F GNSS",
    )
    against: Literal["user-down", "user-up", "gateway-up", "gateway-down", "gnss"] = Field(
        default="user-down", description="the receiver it disturbs"
    )
    latitude_deg: Latitude | None = Field(default=None, description="where it stands")
    longitude_deg: Longitude | None = Field(default=None, description="where it stands")
    height_m: Number = Field(
        default=10.0, le=60_000, description="antenna over the ground, or over the track"
    )
    track: tuple[Waypoint, ...] = Field(
        default=(), description="instead of a position: where it is when; silent before and after"
    )
    eirp_dbw: RadiatedPower = Field(
        default=between(40.0, 30.0, 50.0, ESTIMATE),
        description="over all the channels it covers; of each dish where it has several",
    )
    strategy: Literal["spot", "sweep", "barrage"] = Field(
        default="barrage", description="one channel, channels in turn, or several at once"
    )
    channels: Count = Field(default=8, ge=1, description="channels it covers (barrage) or visits (sweep)")
    dish_m: Number | None = Field(
        default=None, gt=0, le=100, description="diameter of a pointed dish; left out: a wide beam"
    )
    azimuth_deg: Number | None = Field(
        default=None,
        ge=-180,
        le=360,
        description="where a wide beam or a dish on the ground looks; all round",
    )
    beamwidth_deg: Number = Field(default=360.0, gt=0, le=360, description="of a wide beam, in azimuth")
    satellites_at_once: Count = Field(
        default=1, ge=1, le=100, description="satellites an uplink jammer follows at once, each with a dish"
    )
    obstacle: Obstacle | None = Field(default=None, description="a ridge in its way, all round")
    elevation_model: Path | None = Field(
        default=None,
        description="heights of the ground: GeoTIFF or ASCII grid in degrees and metres (a relative path starts at "
        "the scenario's folder)",
    )
    clutter_db: Number = Field(default=0.0, ge=0, le=80, description="further loss by terrain and buildings")
    gnss_acquisition_s: Ranged = Field(
        default=between(120.0, 30.0, 600.0, "[I]"),
        description="longer acquisition of a terminal without GNSS",
    )
    gnss_pointing_deg: Ranged = Field(
        default=between(0.5, 0.0, 2.0, "[I]"), description="pointing error of a terminal without GNSS"
    )
    on: tuple[OnTime, ...] = Field(default=(), description="when; left out: always")

    @model_validator(mode="before")
    @classmethod
    def _of_its_class(cls, values: Any) -> Any:
        """What the class says, where the file does not."""
        preset = values.get("preset") if isinstance(values, dict) else None
        return {**CLASSES[preset], **values} if isinstance(preset, str) and preset in CLASSES else values

    @model_validator(mode="after")
    def _above_ground(self) -> Jammer:
        if self.height_m < 0:
            raise fault(
                "the jammer stands below the ground",
                expected="height_m of 0 or more",
                came=f"{self.height_m:g} m",
                remedy="give the height of its antenna over the ground",
                key="height_m",
            )
        return self

    @model_validator(mode="after")
    def _somewhere(self) -> Jammer:
        typed = [self.latitude_deg is not None, self.longitude_deg is not None]
        if (all(typed) and not self.track) or (self.track and not any(typed)):
            return self
        came = "both" if any(typed) and self.track else "one coordinate" if any(typed) else "neither"
        raise fault(
            f"it is not clear where the jammer {self.name!r} is",
            expected="latitude_deg and longitude_deg, or a track",
            came=came,
            remedy="give exactly one of the two",
        )

    @model_validator(mode="after")
    def _forward_in_time(self) -> Jammer:
        if self.track:
            forbid_backwards(self.track)
        return self

    @model_validator(mode="after")
    def _looks_somewhere(self) -> Jammer:
        narrow = self.beamwidth_deg < 360 or (self.dish_m is not None and not self.at_satellites)
        if narrow and self.azimuth_deg is None:
            raise fault(
                f"nothing says where the beam of {self.name!r} looks",
                expected="azimuth_deg with a beamwidth_deg below 360, or with a dish against receivers on the ground",
                remedy="give azimuth_deg, or leave beamwidth_deg and dish_m out",
                key="azimuth_deg",
            )
        return self

    @property
    def at_satellites(self) -> bool:
        """Whether the receiver it disturbs flies."""
        return self.against in ("user-up", "gateway-up")


class Countermeasures(Noun):
    """What the defender has switched on; each with its physics, all off by default."""

    terminal_null_db: Number = Field(
        default=0.0,
        ge=0,
        le=40,
        description="depth of nulls of the terminal's array in a narrow band [15 to 30]",
    )
    terminal_nulls: Count = Field(default=4, ge=0, le=64, description="directions it can null at once")
    null_true_delay: Switch = Field(
        default=False,
        description="the array delays instead of turning phases, so that a null keeps its depth over the channel",
    )
    satellite_null_db: Number = Field(
        default=0.0,
        ge=0,
        le=40,
        description="null of the satellite's receive array, none inside the beam [20]",
    )
    satellite_sidelobe_db: Number = Field(
        default=0.0, ge=0, le=30, description="lower sidelobes of the satellite's receive array [20]"
    )
    taper: Switch = Field(default=False, description="lower sidelobes of the terminal for less gain")
    taper_sidelobe_db: Number = Field(default=7.5, ge=5, le=10, description="how much lower, with taper")
    taper_gain_db: Number = Field(default=1.0, ge=0.5, le=1.5, description="gain it costs, with taper")
    choose_satellite: Switch = Field(
        default=False, description="the satellite that is best under jamming, not the highest"
    )
    hop_channels: Switch = Field(default=False, description="change the channel each slot")
    fall_back: Switch = Field(default=False, description="robust modes down to C/N of -10 dB")
    raise_power_db: Number = Field(default=0.0, ge=0, le=10, description="more flux, kept under the limit")
    narrow_uplink_mhz: Number | None = Field(default=None, gt=0, description="narrower uplink channel")
    ignore_gnss: Switch = Field(default=False, description="acquire without GNSS (dish_inhibit_gps)")
    dug_in_db: Number = Field(
        default=0.0,
        ge=0,
        le=40,
        description="shielding of terminals from jammers near the horizon [10 to 40]",
    )


def forbid_misfits(radio: RadioSpec, jammers: tuple[Jammer, ...], measures: Countermeasures) -> None:
    """Refuse jammers of more channels than the radio has, and a narrow uplink that is not narrower."""
    bands = {"user-up": radio.user_up.channels, "gnss": None}
    for number, jammer in enumerate(jammers):
        most = bands.get(jammer.against, radio.user_down.channels)
        if most is not None and jammer.channels > most and jammer.strategy != "spot":
            raise fault(
                f"the jammer {jammer.name!r} covers more channels than there are",
                expected=f"at most {most}",
                came=str(jammer.channels),
                remedy="set its channels to those of the band, or fewer",
                key=("jammers", number, "channels"),
            )
    width = measures.narrow_uplink_mhz
    if width is not None and width > radio.user_up.channel_mhz:
        raise fault(
            "the narrower uplink is not narrower",
            expected=f"at most {radio.user_up.channel_mhz:g} MHz, the uplink channel",
            came=f"{width:g} MHz",
            remedy="give the width to which the uplink shrinks under jamming, e.g. 15",
            key=("countermeasures", "narrow_uplink_mhz"),
        )
