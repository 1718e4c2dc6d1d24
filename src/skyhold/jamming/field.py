"""All jammers of a scenario over its terminals: the one object that the simulation asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from skyhold.geometry.sites import Sites
from skyhold.jamming import defence, downlink, uplink
from skyhold.jamming.downlink import Downlink
from skyhold.jamming.emitters import Interference, against
from skyhold.jamming.gnss import Gnss, pointing_loss_db
from skyhold.jamming.uplink import Uplink
from skyhold.links.antennas import beamwidth_rad
from skyhold.nouns.jammers import Countermeasures, Jammer
from skyhold.nouns.radio import RadioSpec
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.times import Epoch, Instants
from skyhold.units import DEG

NOTHING = 0.01  # J/N below which a terminal counts as out of reach: 0.04 dB
TRACK_STEPS = 256  # instants of a track at which reach is looked at
NEAREST_SATELLITE_M = 300e3
FARTHEST_SATELLITE_M = 2_500e3


@dataclass(frozen=True, eq=False)
class Field:
    """Jammers, what is done against them, and the (U,) terminals under them.

    `least_elevation_rad` is the lowest at which terminals look; `gateways` the (G,) gateway sites, where asked about.
    """

    radio: RadioSpec
    jammers: tuple[Jammer, ...]
    countermeasures: Countermeasures
    sites: Sites
    least_elevation_rad: float = 25.0 * DEG
    gateways: Sites | None = None

    @staticmethod
    def of(scenario: BroadbandScenario, sites: Sites, gateways: Sites | None = None) -> Field:
        """The field of a scenario.

        Errors: ScenarioError where a jammer covers more channels than there are, or the narrow uplink is not narrower.
        """
        least = scenario.terminal.min_elevation_deg * DEG
        field = Field(scenario.radio, scenario.jammers, scenario.countermeasures, sites, least, gateways)
        field.check()
        return field

    def check(self) -> None:
        """Refuse what does not fit the radio; errors as of `of`."""
        defence.hardened(self.radio, self.countermeasures)
        for part in (self.down, self.up):
            _ = part.emitters.spreads

    def with_defence(self, countermeasures: Countermeasures) -> Field:
        """The same jammers met otherwise."""
        return replace(self, countermeasures=countermeasures)

    @cached_property
    def hardened(self) -> RadioSpec:
        """The radio with which links are to be evaluated; without a jammer its robust modes stay as they are typed."""
        hardened = defence.hardened(self.radio, self.countermeasures)
        return hardened if self.jammers else hardened.model_copy(update={"waveform": self.radio.waveform})

    @cached_property
    def calm(self) -> RadioSpec:
        """The same radio for links that no jammer reaches: its robust modes stay as they are typed."""
        return self.hardened.model_copy(update={"waveform": self.radio.waveform})

    @cached_property
    def down(self) -> Downlink:
        """Satellite to terminals."""
        emitters = against(
            "user-down", self.jammers, self.radio.user_down.channels, self.countermeasures.hop_channels
        )
        receiver = downlink.user_terminal(self.radio, self.countermeasures)
        return Downlink(emitters, receiver, self.countermeasures, self.sites)

    @cached_property
    def up(self) -> Uplink:
        """Terminals to satellite."""
        spec = self.radio.user_up
        width = self.hardened.user_up.channel_mhz / spec.channel_mhz
        hops = self.countermeasures.hop_channels
        emitters = against("user-up", self.jammers, spec.channels, hops, width)
        listener = uplink.user_beam(self.hardened, self.countermeasures)
        return Uplink(emitters, listener, self.countermeasures, self.sites)

    @cached_property
    def gateway_down(self) -> Downlink:
        """Satellite to gateways; a null of the terminals' arrays is no help to a dish."""
        channels = self.radio.user_down.channels
        emitters = against("gateway-down", self.jammers, channels, self.countermeasures.hop_channels)
        receiver = downlink.gateway_dish(self.radio, channels)
        return Downlink(emitters, receiver, Countermeasures(), self._gateway_sites)

    @cached_property
    def gateway_up(self) -> Uplink:
        """Gateways to satellite."""
        channels = self.radio.user_down.channels
        emitters = against("gateway-up", self.jammers, channels, self.countermeasures.hop_channels)
        listener = uplink.gateway_beam(self.radio, self.countermeasures, channels)
        return Uplink(emitters, listener, self.countermeasures, self._gateway_sites)

    @cached_property
    def gnss(self) -> Gnss:
        """GNSS at the terminals: one band, in which all of a jammer's power lies."""
        found = against("gnss", self.jammers, 1)
        alone = tuple(jammer.model_copy(update={"strategy": "spot"}) for jammer in found.jammers)
        return Gnss(replace(found, jammers=alone), self.countermeasures, self.sites)

    @cached_property
    def affected(self) -> NDArray[np.bool_]:
        """(U,) terminals whose downlink any jammer can disturb: J/N of 0.01 or more towards some usable satellite."""
        return self._reached(self.down)

    @cached_property
    def affected_gnss(self) -> NDArray[np.bool_]:
        """(U,) terminals that jammers can rob of GNSS, whenever they radiate."""
        gnss = self.gnss
        always = tuple(jammer.model_copy(update={"on": ()}) for jammer in gnss.emitters.jammers)
        open_ended = replace(gnss, emitters=replace(gnss.emitters, jammers=always))
        blind = [open_ended.denied(_along(jammer)).any(axis=0) for jammer in always]
        return np.asarray(np.any([np.zeros(len(self.sites), np.bool_), *blind], axis=0))

    @cached_property
    def affected_up(self) -> NDArray[np.bool_]:
        """(U,) terminals whose uplink any jammer can disturb; far sidelobes of the satellite included, hence many."""
        up = self.up
        strongest = np.zeros(len(self.sites))
        for number, spread in enumerate(up.emitters.spreads):
            power = up.emitters.jammers[number].eirp_dbw.value + spread.channel_db
            peak = uplink.at_peak(up.listener, power) / NEAREST_SATELLITE_M**2
            across = self._least_distance_m(up.emitters.at(number, _along(up.emitters.jammers[number])))
            off = np.arctan(across * np.sin(self.least_elevation_rad) / FARTHEST_SATELLITE_M)
            seen = across < 2.0 * FARTHEST_SATELLITE_M
            strongest += np.where(seen, peak * up.listener.table.at(off), 0.0)
        return np.asarray(strongest >= NOTHING)

    def down_j_over_n(
        self,
        instants: Instants,
        terminal: NDArray[np.integer],
        xyz: NDArray[np.floating],
        satellite: NDArray[np.integer],
    ) -> Interference:
        """J/N of the downlinks of terminals (N,) from candidate satellites (T, N, K), xyz (T, S, 3) m."""
        return self.down.interference(instants, xyz, satellite, terminal)

    def up_j_over_n(
        self,
        instants: Instants,
        terminal: NDArray[np.integer],
        xyz: NDArray[np.floating],
        satellite: NDArray[np.integer],
    ) -> Interference:
        """J/N at the satellites (T, N, K) that listen to terminals (N,)."""
        return self.up.interference(instants, xyz, satellite, terminal)

    def acquisition_s(self, instants: Instants) -> NDArray[np.float64]:
        """(T, U) seconds by which terminals find their satellites later, for want of GNSS."""
        return self.gnss.acquisition_s(instants)

    def pointing_loss_db(self, instants: Instants) -> NDArray[np.float64]:
        """(T, U) loss of terminals that point less well for want of GNSS."""
        down = self.radio.user_down
        return pointing_loss_db(
            self.gnss.pointing_rad(instants), float(beamwidth_rad(down.aperture_m, down.frequency_ghz * 1e9))
        )

    @property
    def _gateway_sites(self) -> Sites:
        return Sites.from_degrees([], []) if self.gateways is None else self.gateways

    def _reached(self, part: Downlink) -> NDArray[np.bool_]:
        """(N,) places where the jammers together can come to `NOTHING`, the beam as near them as elevations allow."""
        strongest = np.zeros(len(part.sites))
        highest = np.maximum.accumulate(part.receiver.table.gain[::-1])[::-1]
        table = replace(part.receiver.table, gain=highest)
        for number, jammer in enumerate(part.emitters.jammers):
            alone = replace(part, emitters=replace(part.emitters, jammers=(part.emitters.jammers[number],)))
            near = alone.arrivals(_along(jammer))
            off = np.clip(self.least_elevation_rad - near.elevation_rad[..., 0], 0.0, None)
            strongest += (near.incident[..., 0] * table.at(off)).max(axis=0, initial=0.0)
        return np.asarray(strongest >= NOTHING)

    def _least_distance_m(self, where: Sites) -> NDArray[np.float64]:
        """(U,) straight distance to the nearest of the places where a jammer is."""
        apart = self.sites.ecef[:, None, :] - where.ecef[None, :, :]
        return np.asarray(np.linalg.norm(apart, axis=2).min(axis=1, initial=np.inf))


def _along(jammer: Jammer) -> Instants:
    """Instants along a jammer's track; any instant for one that stands."""
    if not jammer.track:
        return Instants(downlink.ANY_TIME, np.zeros(1))
    length = (jammer.track[-1].utc - jammer.track[0].utc).total_seconds()
    return Instants(Epoch.from_datetime(jammer.track[0].utc), np.linspace(0.0, length, TRACK_STEPS))
