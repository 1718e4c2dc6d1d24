"""Receivers on the ground: user terminals and gateways that look at a satellite while a jammer shines at them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.geometry.sites import Sites
from skyhold.geometry.visibility import component_major
from skyhold.jamming import beams, defence, kernels, terrain
from skyhold.jamming.beams import GainTable
from skyhold.jamming.emitters import Emitters, Interference, sector_db
from skyhold.links import freespace
from skyhold.links.noise import BOLTZMANN_DBW_K_HZ, noise_dbw
from skyhold.nouns.jammers import Countermeasures, Jammer
from skyhold.nouns.radio import RadioSpec
from skyhold.times import Epoch, Instants
from skyhold.units import DEG

ANY_TIME = Epoch(2_451_544.5, 0.0)  # of jammers that stand still
Floats = NDArray[np.float64]


def received_dbw(
    eirp_dbw: ArrayLike, range_m: ArrayLike, f_hz: float, gain_dbi: ArrayLike, loss_db: ArrayLike = 0.0
) -> Floats:
    """Jamming at a receiver, J = EIRP - FSPL - losses + gain towards the jammer, dBW in its channel."""
    path = freespace.loss_db(range_m, f_hz) + np.asarray(loss_db, np.float64)
    return np.asarray(np.asarray(eirp_dbw, np.float64) - path + np.asarray(gain_dbi, np.float64))


@dataclass(frozen=True, eq=False)
class Receiver:
    """A kind of receiver on the ground: frequency, noise in its channel, pattern (over 0 dBi, or over its peak with
    the noise counted there too), aperture and channel width.
    """

    f_hz: float
    noise_dbw: float
    table: GainTable
    aperture_m: float
    bandwidth_hz: float


def user_terminal(radio: RadioSpec, countermeasures: Countermeasures) -> Receiver:
    """The user terminal in clear sky."""
    down = radio.user_down
    bandwidth = down.channel_mhz * 1e6
    noise = float(noise_dbw(down.noise_k.value, bandwidth))
    table = beams.terminal(radio, countermeasures)
    return Receiver(down.frequency_ghz * 1e9, noise, table, down.aperture_m, bandwidth)


def gateway_dish(radio: RadioSpec, channels: int) -> Receiver:
    """A gateway's dish: its band is taken in as many parts as the users' has; noise from G/T, at the peak's gain."""
    link = radio.gateway_down
    bandwidth = link.bandwidth_mhz * 1e6 / channels
    noise = float(BOLTZMANN_DBW_K_HZ + 10.0 * np.log10(bandwidth) - link.g_t_db_k.value)
    f_hz = link.frequency_ghz * 1e9
    return Receiver(f_hz, noise, beams.gateway(f_hz), beams.GATEWAY_DISH_M, bandwidth)


@dataclass(frozen=True, eq=False)
class Arrivals:
    """What jammers lay on places, before the pattern of the receiver: Q instants (1 where nobody moves), N places.

    `incident` (Q, N, J) float32 J/N through 0 dBi, `toward` (Q, N, J, 3) float32 unit vectors to the jammers,
    `null_left` (Q, N, J) float32, `elevation_rad` (Q, N, J) of the jammers.
    """

    incident: NDArray[np.float32]
    toward: NDArray[np.float32]
    null_left: NDArray[np.float32]
    elevation_rad: NDArray[np.float32]

    def take(self, places: NDArray[np.integer]) -> Arrivals:
        """Of these places only."""
        parts = (self.incident, self.toward, self.null_left, self.elevation_rad)
        return Arrivals(*(np.ascontiguousarray(part[:, places]) for part in parts))


@dataclass(frozen=True, eq=False)
class Downlink:
    """Jammers against one kind of receiver at places on the ground."""

    emitters: Emitters
    receiver: Receiver
    countermeasures: Countermeasures
    sites: Sites

    @cached_property
    def standing(self) -> Arrivals:
        """Arrivals where no jammer moves."""
        return self._arrivals(Instants(ANY_TIME, np.zeros(1)))

    def arrivals(self, instants: Instants) -> Arrivals:
        """Arrivals at instants."""
        return self._arrivals(instants) if self.emitters.moves else self.standing

    def interference(
        self,
        instants: Instants,
        xyz: NDArray[np.floating],
        satellite: NDArray[np.integer],
        places: NDArray[np.integer] | None = None,
    ) -> Interference:
        """J/N of links from satellites, in each state of the jammers: (L, T, N, K).

        `xyz` (T, S, 3) m; `satellite` (T, N, K), -1 pads; `places` (N,) which sites, all if left out.
        """
        index = np.arange(len(self.sites)) if places is None else np.asarray(places)
        weight, hit = self.emitters.states() if len(self.emitters) else (np.zeros(0), np.zeros((0, 0), bool))
        found = np.zeros((len(weight), *satellite.shape), np.float32)
        if len(weight) and found.size:
            near, on = self.arrivals(instants).take(index), self.emitters.on(instants)
            place = self.sites.ecef[index].astype(np.float32)
            for state, out in zip(hit, found, strict=True):
                kernels.on_ground(
                    component_major(xyz), satellite, place, near.toward, near.incident, near.null_left,
                    on & state, self.countermeasures.terminal_nulls, self.receiver.table.gain,
                    self.receiver.table.main_sine, out,
                )  # fmt: skip
        return Interference(weight, found)

    def _arrivals(self, instants: Instants) -> Arrivals:
        one = [self._of(number, instants) for number in range(len(self.emitters))]
        steps = len(instants) if self.emitters.moves else 1
        shapes = ((steps, len(self.sites)), (steps, len(self.sites), 3), *[(steps, len(self.sites))] * 2)
        columns = [
            np.stack([np.broadcast_to(found[k], shape) for found in one], axis=2).astype(np.float32)
            for k, shape in enumerate(shapes)
        ]
        return Arrivals(*columns)

    def _of(self, number: int, instants: Instants) -> tuple[Floats, Floats, Floats, Floats]:
        """J/N, direction, null and elevation of one jammer at all sites: (Q, N), (Q, N, 3), (Q, N), (Q, N)."""
        jammer, where = self.emitters.jammers[number], self.emitters.at(number, instants)
        offset = where.ecef[:, None, :] - self._feet.ecef[None, :, :]
        reach = np.maximum(np.linalg.norm(offset, axis=2), 1.0)
        toward = offset / reach[..., None]
        elevation = np.arcsin(np.clip(np.einsum("qni,ni->qn", toward, self._feet.enu[:, 2]), -1.0, 1.0))
        loss = np.stack([self._loss_db(jammer, where.take([q])) for q in range(len(where))])
        loss = (
            loss
            + defence.shielding_db(self.countermeasures, elevation)
            - self._sent_db(jammer, where, toward)
        )
        power = jammer.eirp_dbw.value + self.emitters.spreads[number].channel_db
        level = received_dbw(power, reach, self.receiver.f_hz, 0.0, loss) - self.receiver.noise_dbw
        return 10.0 ** (level / 10.0), toward, self._left(elevation), elevation

    @cached_property
    def _feet(self) -> Sites:
        """The sites at the ellipsoid, as jammers are: heights over the ground decide what is seen."""
        height = np.full(len(self.sites), terrain.TERMINAL_HEIGHT_M)
        return Sites(self.sites.latitude_rad, self.sites.longitude_rad, height)

    def _loss_db(self, jammer: Jammer, where: Sites) -> Floats:
        grid = None if jammer.elevation_model is None else terrain.read_heights(jammer.elevation_model)
        return terrain.path_loss_db(jammer, where, self.sites, self.receiver.f_hz, grid)

    def _sent_db(self, jammer: Jammer, where: Sites, toward: Floats) -> Floats:
        """The jammer's own pattern towards the sites: a sector, or a dish that looks along the ground."""
        east, north, _ = np.moveaxis(np.einsum("qij,qnj->qni", where.enu, -toward), -1, 0)
        azimuth = np.arctan2(east, north)
        if jammer.dish_m is None or jammer.azimuth_deg is None:
            return sector_db(jammer, azimuth)
        level = np.hypot(east, north) * np.cos(azimuth - jammer.azimuth_deg * DEG)
        return beams.jammer_dish_db(jammer.dish_m, self.receiver.f_hz, np.arccos(np.clip(level, -1.0, 1.0)))

    def _left(self, elevation_rad: Floats) -> Floats:
        """What a null leaves of jammers at elevations; the array's axis is taken at the zenith."""
        axis = np.pi / 2 - np.clip(elevation_rad, 0.0, np.pi / 2)
        receiver = self.receiver
        return defence.null_left(self.countermeasures, receiver.aperture_m, receiver.bandwidth_hz, axis)
