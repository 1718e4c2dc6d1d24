"""What a link is made of: bands, powers, antennas, waveform, beams, and the weather it goes through."""

from __future__ import annotations

from itertools import pairwise
from math import log10, pi
from typing import Literal

from pydantic import Field, model_validator

from skyhold.nouns.noun import (
    WINDOWS_GHZ,
    Count,
    Decibels,
    DecibelsRanged,
    Frequency,
    LossRanged,
    Name,
    Noun,
    Number,
    PositiveRanged,
    Switch,
    between,
    fault,
)


def forbid_overlap(centres_ghz: tuple[float, ...], width_mhz: float, key: str) -> None:
    """Refuse channels of one width that reach into each other."""
    order = sorted(range(len(centres_ghz)), key=centres_ghz.__getitem__)
    for a, b in pairwise(order):
        apart_mhz = 1000.0 * (centres_ghz[b] - centres_ghz[a])
        if apart_mhz < width_mhz - 1e-6:
            raise fault(
                f"channels {a + 1} and {b + 1} overlap",
                expected=f"centres {width_mhz:g} MHz apart or more",
                came=f"{apart_mhz:g} MHz",
                remedy="move one of the two",
                key=key,
            )


def forbid_outside_windows(low_ghz: float, high_ghz: float) -> None:
    """Refuse a band whose channels reach out of the window of the air that holds its middle."""
    if not any(low <= low_ghz and high_ghz <= high for low, high in WINDOWS_GHZ):
        raise fault(
            "the channels reach out of the windows of the air",
            expected=" or ".join(f"{low:g} to {high:g}" for low, high in WINDOWS_GHZ) + " GHz",
            came=f"{low_ghz:g} to {high_ghz:g} GHz",
            remedy="take fewer or narrower channels",
            key="channels",
        )


class UserDown(Noun):
    """From the satellite to the user terminal."""

    frequency_ghz: Frequency = Field(default=11.7, description="middle of the band (10.7 to 12.7)")
    channel_mhz: Number = Field(default=240.0, gt=0, le=100_000, description="occupied width of one channel")
    raster_mhz: Number = Field(default=250.0, gt=0, le=100_000, description="spacing of the channels")
    channels: Count = Field(default=8, ge=1, le=1000, description="channels of the band")
    pfd_dbw_m2_mhz: DecibelsRanged = Field(
        default=between(-122.8, -125.0, -120.0, "del Portillo's example and filings [L]; limit -116"),
        description="flux at the ground, the same at every elevation (power control)",
    )
    pfd_limit_dbw_m2_mhz: Decibels = Field(default=-116.0, description="47 CFR 25.208(b), 25 to 90 degrees")
    aperture_m: Number = Field(default=0.48, gt=0, le=100, description="diameter of the terminal's aperture")
    efficiency: Number = Field(default=0.6, gt=0, le=1, description="of the aperture")
    noise_k: PositiveRanged = Field(
        default=between(200.0, 150.0, 250.0, "G/T of 9.2 to 11.4 dB/K for 0.48 m [I]"),
        description="system noise in clear sky, K",
    )
    scan_exponent: Number = Field(
        default=1.3, ge=0, le=20, description="gain falls as the cosine of the scan to this"
    )
    far_sidelobe_dbi: DecibelsRanged = Field(
        default=between(-5.0, -10.0, 0.0, "arrays of this size [L]"),
        description="gain of the terminal far off its beam, where jammers on the ground stand",
    )
    wet_loss_db: LossRanged = Field(
        default=between(0.0, 0.0, 2.0, "water on the cover, unmeasured here [I]"),
        description="loss of a wet terminal in rain, beyond P.618",
    )
    other_loss_db: LossRanged = Field(
        default=between(0.0, 0.0, 3.0, "del Portillo's own sum lacks 1.7 [I]"),
        description="pointing, polarisation, implementation",
    )
    co_channel_db: DecibelsRanged = Field(
        default=between(25.0, 20.0, 30.0, "S.1528: 25.8 of two beams 10 degrees apart [I]"),
        description="C/I of the system's own other beams",
    )
    adjacent_db: DecibelsRanged = Field(
        default=between(25.0, 20.0, 35.0, "del Portillo's C/ASI of 25 [L]"),
        description="C/I of other satellites",
    )
    cross_polar_db: DecibelsRanged | None = Field(
        default=None, description="C/I of the other polarisation; left out: one polarisation is in use"
    )
    intermodulation_db: DecibelsRanged | None = Field(
        default=None, description="carrier over intermodulation; left out: not counted"
    )
    eirp_dbw: DecibelsRanged | None = Field(
        default=None,
        description="of the satellite in one channel, the same at every elevation, instead of the constant flux",
    )
    tilt_deg: Number = Field(
        default=25.0,
        ge=0,
        le=90,
        description="lean of the boresight from the zenith, towards the satellite where only its elevation is "
        "known",
    )
    satellite_gain_dbi: Decibels = Field(
        default=36.0, description="peak of the satellite's transmit beam; matches its width [I]"
    )
    satellite_beamwidth_deg: Number = Field(
        default=2.3, gt=0, le=90, description="half-power width of a beam: 20 to 24 km at nadir [RE]"
    )
    centre_offset_khz: Number = Field(
        default=117.1875, description="of each channel centre from its slot's middle: half a subcarrier [RE]"
    )
    guarded: tuple[Count, ...] = Field(
        default=(1,), description="channels left silent: 10.825 GHz borders on radio astronomy [RE]"
    )
    centres_ghz: tuple[Number, ...] = Field(
        default=(), description="centres of the channels where the raster is not even; left out: even"
    )
    polarisations: Count = Field(default=1, ge=1, le=2, description="polarisations in use")

    @model_validator(mode="after")
    def _channels_apart(self) -> UserDown:
        forbid_overlap(self.centres_ghz, self.channel_mhz, "centres_ghz")
        if not self.centres_ghz and self.channels > 1 and self.raster_mhz < self.channel_mhz:
            raise fault(
                "neighbouring channels overlap",
                expected=f"a raster of at least the width of a channel, {self.channel_mhz:g} MHz",
                came=f"{self.raster_mhz:g} MHz",
                remedy="widen raster_mhz or narrow channel_mhz",
                key="raster_mhz",
            )
        half = 0.5e-3 * (self.channel_mhz if self.centres_ghz else self.channels * self.raster_mhz)
        middles = self.centres_ghz or (self.frequency_ghz,)
        forbid_outside_windows(min(middles) - half, max(middles) + half)
        return self

    @model_validator(mode="after")
    def _guards_its_own(self) -> UserDown:
        strange = [number for number in self.guarded if not 1 <= number <= self.channels]
        silent = "guarded" in self.model_fields_set and len(set(self.guarded)) == self.channels
        if strange or silent:
            raise fault(
                f"the band has no channel {strange[0]}" if strange else "every channel is silent",
                expected=f"numbers from 1 to {self.channels}, not all of them",
                came=str(list(self.guarded))[:60],
                remedy="leave silent only channels of the band",
                key="guarded",
            )
        return self

    @model_validator(mode="after")
    def _below_the_limit(self) -> UserDown:
        if self.eirp_dbw is None and self.pfd_dbw_m2_mhz.value > self.pfd_limit_dbw_m2_mhz:
            raise fault(
                "the flux at the ground is above its limit",
                expected=f"at most {self.pfd_limit_dbw_m2_mhz:g} dBW/m2/MHz (47 CFR 25.208(b))",
                came=f"{self.pfd_dbw_m2_mhz.value:g}",
                remedy="lower pfd_dbw_m2_mhz, or set the limit that applies",
                key="pfd_dbw_m2_mhz",
            )
        return self


class UserUp(Noun):
    """From the user terminal to the satellite."""

    frequency_ghz: Frequency = Field(default=14.25, description="middle of the band (14.0 to 14.5)")
    channel_mhz: Number = Field(default=62.5, gt=0, le=100_000, description="width of one channel")
    channels: Count = Field(default=8, ge=1, le=1000, description="channels of the band")
    eirp_dbw: DecibelsRanged = Field(
        default=between(38.2, 33.7, 38.2, "at most, from a filing [mem]; 33.7 by our sum [I]"),
        description="of a terminal",
    )
    satellite_g_t_db_k: DecibelsRanged = Field(
        default=between(9.8, 8.7, 9.8, "filings [mem]; 9.8 is 37.1 dBi at 536 K [I]"),
        description="of the satellite",
    )
    satellite_gain_dbi: Decibels = Field(default=37.1, description="of the satellite's receive beam [mem]")
    duty_percent: Number = Field(default=11.0, gt=0, le=100, description="share of time a terminal may send")
    power_control: Switch = Field(
        default=True, description="a terminal sends no more than the satellite needs: constant flux there [F]"
    )
    full_power_elevation_deg: Number = Field(
        default=25.0, ge=0, le=90, description="elevation at which a terminal sends all it has in clear sky"
    )
    other_loss_db: LossRanged = Field(
        default=between(0.0, 0.0, 3.0, "as on the way down [I]"),
        description="pointing, polarisation, implementation",
    )
    co_channel_db: DecibelsRanged = Field(
        default=between(25.0, 20.0, 30.0, "as on the way down [I]"),
        description="C/I of terminals in other cells",
    )

    @model_validator(mode="after")
    def _channels_in_a_window(self) -> UserUp:
        half = 0.5e-3 * self.channels * self.channel_mhz
        forbid_outside_windows(self.frequency_ghz - half, self.frequency_ghz + half)
        return self


class GatewayLink(Noun):
    """Between a gateway and the satellite, one direction."""

    frequency_ghz: Frequency = Field(description="middle of the band")
    bandwidth_mhz: Number = Field(gt=0, le=100_000, description="width of the band in one polarisation")
    polarisations: Count = Field(default=2, ge=1, le=2, description="polarisations in use")
    eirp_dbw: DecibelsRanged = Field(description="of the sender, over the whole band")
    g_t_db_k: DecibelsRanged = Field(description="of the receiver, clear sky")
    interference_db: DecibelsRanged = Field(
        default=between(
            20.9, 18.0, 24.0, "del Portillo's 27, 27, 25 and 30 dB together [L], 3 dB about it [I]"
        ),
        description="C/I of all interference",
    )
    power_control_db: Decibels = Field(default=6.0, ge=0, description="raised in rain by up to this")
    noise_k: Number | None = Field(
        default=None,
        gt=0,
        description="of a receiver on the ground, clear sky: rain warms it; left out: the receiver looks down",
    )
    other_loss_db: LossRanged = Field(
        default=between(0.0, 0.0, 3.0, "del Portillo's own sum lacks 2.65 [I]"),
        description="pointing, polarisation, implementation",
    )


class Waveform(Noun):
    """Modulation and coding."""

    kind: Literal["gap", "dvb-s2x"] = Field(
        default="gap", description="capped Shannon with a gap, or the DVB-S2X table"
    )
    gap_db: LossRanged = Field(
        default=between(3.0, 2.0, 4.5, "DVB-S2X's table lies 1 to 2 dB off, implementation on top [I]"),
        description="distance from Shannon's bound",
    )
    most_bit_s_hz: Number = Field(default=4.5, gt=0, le=50, description="highest efficiency: 64QAM 3/4")
    robust_modes: Switch = Field(default=True, description="repetition x2, x4, x8 below the lowest mode")
    margin_db: Decibels = Field(default=0.0, ge=0, le=20, description="kept above every threshold")
    roll_off: Number = Field(
        default=0.0, ge=0, le=1, description="of the pulse: symbols are the channel over 1 + this; 0 for OFDM"
    )
    framing: Number = Field(
        default=0.95625,
        gt=0,
        le=1,
        description="share of symbols that carry data: 1,020 x 300 x 750 of 240 million a second [RE]",
    )


class Payload(Noun):
    """What one satellite can do at once."""

    beams: PositiveRanged = Field(
        default=between(8, 8, 16, "8 or 16, Pekhterev [RE]"),
        description="user beams, each one channel in one polarisation",
    )
    channels_per_cell: Count = Field(default=8, ge=1, description="beams that may light one cell")
    least_share: PositiveRanged = Field(
        default=between(0.1, 0.05, 0.2, "steps of about 10 % [RE]"),
        description="smallest share of a beam's time for a cell",
    )
    capacity_gbit_s: PositiveRanged = Field(
        default=between(18.0, 17.0, 20.0, "operator, 17 to 20 [P]; filing of 2016, 17 to 23 [F]"),
        description="to users, all beams",
    )
    gateway_links: Count = Field(default=2, ge=1, description="gateway links of a satellite, each half of it")
    transparent: Switch = Field(
        default=False, description="bent pipe without decoding: noise of both legs adds"
    )

    @model_validator(mode="after")
    def _shares_of_a_beam(self) -> Payload:
        if self.least_share.high > 1.0:
            raise fault(
                "the least share of a beam's time is more than a beam",
                expected="a share up to 1",
                came=f"{self.least_share.high:g}",
                remedy="write a tenth as 0.1",
                key="least_share",
            )
        return self


class Laser(Noun):
    """Optical link between satellites."""

    wavelength_nm: Number = Field(default=1550.0, gt=0, le=1e6, description="of the light")
    power_w: PositiveRanged = Field(
        default=between(2.0, 0.5, 5.0, "class of such terminals [I]"), description="sent"
    )
    aperture_m: PositiveRanged = Field(
        default=between(0.1, 0.08, 0.135, "class of such terminals [I]"), description="of both telescopes"
    )
    optics_loss_db: LossRanged = Field(
        default=between(4.0, 3.0, 6.0, "class of such terminals [I]"),
        description="in both telescopes together",
    )
    pointing_loss_db: LossRanged = Field(
        default=between(2.0, 1.0, 4.0, "class of such terminals [I]"), description="of both together"
    )
    photons_per_bit: PositiveRanged = Field(
        default=between(60.0, 30.0, 200.0, "coherent receivers with coding [I]"),
        description="a receiver needs, coding and its losses included",
    )
    cap_gbit_s: PositiveRanged = Field(
        default=between(100.0, 100.0, 200.0, "operator, SPIE 2024 [P]"), description="of the modem"
    )
    longest_km: Number = Field(
        default=5400.0, gt=0, le=1e6, description="longest link the operator reports [P]"
    )


class RadioSpec(Noun):
    """The radio system. The defaults are Starlink's first generation in 2022; see the sources in the docs."""

    name: Name = Field(default="Starlink v1.0 of 2022", description="what reports call it")
    altitude_km: Number = Field(
        default=550.0, gt=0, le=40_000, description="of the satellites, where only an elevation is known"
    )
    user_down: UserDown = Field(default=UserDown(), description="satellite to terminal")
    user_up: UserUp = Field(default=UserUp(), description="terminal to satellite")
    gateway_up: GatewayLink = Field(
        default=GatewayLink(
            frequency_ghz=28.5,
            bandwidth_mhz=2100.0,
            eirp_dbw=between(66.5, 63.5, 68.4, "filing 2020 [F]"),
            g_t_db_k=between(13.6, 9.8, 13.6, "del Portillo [L]; 9.8 as of user links"),
        ),
        description="gateway to satellite",
    )
    gateway_down: GatewayLink = Field(
        default=GatewayLink(
            frequency_ghz=18.55,
            bandwidth_mhz=1300.0,
            eirp_dbw=between(39.0, 36.0, 42.0, "flux as of user links and more gain [I]"),
            g_t_db_k=between(26.0, 24.0, 28.0, "1.5 m dish [I]"),
            noise_k=250.0,
        ),
        description="satellite to gateway",
    )
    gateway_antennas: Count = Field(
        default=8, ge=1, description="antennas of a gateway site: satellites at once"
    )
    waveform: Waveform = Field(default=Waveform(), description="modulation and coding")
    payload: Payload = Field(default=Payload(), description="what a satellite can do at once")
    laser: Laser = Field(default=Laser(), description="links between satellites, where there are any")

    @model_validator(mode="after")
    def _below_the_limit_overhead(self) -> RadioSpec:
        """Of a constant EIRP the flux is strongest straight below (ITU-R P.525-4, eq. 1)."""
        down = self.user_down
        if down.eirp_dbw is None:
            return self
        spread_db = 10.0 * log10(4.0 * pi * (1e3 * self.altitude_km) ** 2 * down.channel_mhz)
        most_dbw = down.pfd_limit_dbw_m2_mhz + spread_db
        if down.eirp_dbw.value > most_dbw:
            raise fault(
                "the satellite's EIRP makes more flux at the ground than the limit",
                expected=f"at most {most_dbw:.1f} dBW in a channel, from {self.altitude_km:g} km",
                came=f"{down.eirp_dbw.value:.1f} dBW, {down.eirp_dbw.value - most_dbw:.1f} dB too much",
                remedy="lower eirp_dbw, or set pfd_limit_dbw_m2_mhz to the limit that applies",
                key=("user_down", "eirp_dbw"),
            )
        return self


class WeatherSpec(Noun):
    """Rain and cloud on the links."""

    kind: Literal["clear", "exceeded", "series"] = Field(
        default="clear",
        description="clear air (gases only), the attenuation exceeded for a share of the year everywhere at once, "
        "or a drawn day",
    )
    exceeded_percent: Number = Field(default=1.0, ge=0.001, le=50, description="share of an average year")
    wetness: Number = Field(
        default=1.0, gt=0, le=100, description="of a drawn day: probability of rain over the yearly mean"
    )
    seed: Count = Field(default=1, ge=0, description="seed of the drawn day")
    rain_001_mm_h: Number | None = Field(
        default=None, gt=0, le=250, description="rain rate exceeded 0.01 % of the year, in place of the map"
    )
