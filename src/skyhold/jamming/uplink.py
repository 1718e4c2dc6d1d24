"""Receivers that fly: satellites that listen to terminals and gateways while a jammer shines at them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.geometry.masks import SkyMask
from skyhold.geometry.sites import Sites
from skyhold.geometry.visibility import component_major, look_up
from skyhold.jamming import beams, kernels
from skyhold.jamming.beams import GainTable
from skyhold.jamming.emitters import Emitters, Interference, sector_db
from skyhold.links.freespace import wavelength_m
from skyhold.links.noise import BOLTZMANN_DBW_K_HZ
from skyhold.nouns.jammers import Countermeasures, Jammer
from skyhold.nouns.radio import RadioSpec
from skyhold.times import Instants
from skyhold.units import DEG

LOWEST_RAD = 5.0 * DEG  # below it a jammer's dish looks into trees and houses [I]
MOST_IN_VIEW = 128
Floats = NDArray[np.float64]


def j_over_s_db(
    jammer_eirp_dbw: ArrayLike,
    terminal_eirp_dbw: ArrayLike,
    relative_gain_db: ArrayLike = 0.0,
    terminal_range_m: ArrayLike = 1.0,
    jammer_range_m: ArrayLike = 1.0,
    null_db: ArrayLike = 0.0,
) -> Floats:
    """Jamming over signal at a satellite, in the same channel, dB.

    EIRP_J - EIRP_S + [G(psi_J) - G_max] + 20 log(d_S / d_J) - null; the relative gain is that of the satellite's
    beam towards the jammer. Everything else (free space, G/T, bandwidth) is the same for both.
    """
    power = np.asarray(jammer_eirp_dbw, float) - np.asarray(terminal_eirp_dbw, float)
    nearer = 20.0 * np.log10(np.asarray(terminal_range_m, float) / np.asarray(jammer_range_m, float))
    return np.asarray(power + np.asarray(relative_gain_db, float) + nearer - np.asarray(null_db, float))


def satellites_jammed(in_view: int, followed: int) -> float:
    """Share of the satellites in view that a jammer following `followed` of them reaches with its main beam.

    A terminal that may choose keeps 1 - k/K of its sky; a geostationary one has K = 1.
    """
    return min(followed, in_view) / in_view if in_view > 0 else 0.0


@dataclass(frozen=True, eq=False)
class Listener:
    """A satellite's receiver: frequency, G/T at the peak of its beam, channel width, and pattern over the peak."""

    f_hz: float
    g_t_db_k: float
    bandwidth_hz: float
    table: GainTable


def user_beam(radio: RadioSpec, countermeasures: Countermeasures) -> Listener:
    """The beam that listens to a cell."""
    up = radio.user_up
    table = beams.satellite(up.satellite_gain_dbi, countermeasures)
    return Listener(up.frequency_ghz * 1e9, up.satellite_g_t_db_k.value, up.channel_mhz * 1e6, table)


def gateway_beam(radio: RadioSpec, countermeasures: Countermeasures, channels: int) -> Listener:
    """The beam that listens to a gateway, of the same gain as the users' [I]; its band in as many parts as theirs."""
    link = radio.gateway_up
    table = beams.satellite(radio.user_up.satellite_gain_dbi, countermeasures)
    return Listener(link.frequency_ghz * 1e9, link.g_t_db_k.value, link.bandwidth_mhz * 1e6 / channels, table)


def at_peak(listener: Listener, eirp_dbw: ArrayLike) -> Floats:
    """J/N at the peak of the beam times the squared range (m2), linear: EIRP lambda^2 / (4 pi)^2 G/T / (k B)."""
    spread_db = 20.0 * np.log10(wavelength_m(listener.f_hz) / (4.0 * np.pi))
    noise_db = BOLTZMANN_DBW_K_HZ + 10.0 * np.log10(listener.bandwidth_hz) - listener.g_t_db_k
    return np.asarray(10.0 ** ((np.asarray(eirp_dbw, float) + spread_db - noise_db) / 10.0))


@dataclass(frozen=True, eq=False)
class Uplink:
    """Jammers against satellites that listen to places on the ground."""

    emitters: Emitters
    listener: Listener
    countermeasures: Countermeasures
    sites: Sites

    def interference(
        self,
        instants: Instants,
        xyz: NDArray[np.floating],
        satellite: NDArray[np.integer],
        places: NDArray[np.integer] | None = None,
    ) -> Interference:
        """J/N of links to satellites, in each state of the jammers: (L, T, N, K), arguments as of `Downlink`."""
        index = np.arange(len(self.sites)) if places is None else np.asarray(places)
        weight, hit = self.emitters.states() if len(self.emitters) else (np.zeros(0), np.zeros((0, 0), bool))
        found = np.zeros((len(weight), *satellite.shape), np.float32)
        if len(weight) and found.size:
            positions = component_major(xyz)
            factor, jammer = self.reaching(instants, xyz), self._where(instants)
            place = self.sites.ecef[index].astype(np.float32)
            null = np.float32(10.0 ** (-self.countermeasures.satellite_null_db / 10.0))
            for state, out in zip(hit, found, strict=True):
                table = self.listener.table
                chosen = np.ascontiguousarray(factor[:, state]), np.ascontiguousarray(jammer[:, state])
                kernels.on_satellite(
                    positions, satellite, place, chosen[1], chosen[0], null, table.gain, table.main_sine, out
                )
        return Interference(weight, found)

    def reaching(self, instants: Instants, xyz: NDArray[np.floating]) -> NDArray[np.float32]:
        """(T, J, S) J/N at a beam's peak times the squared range: 0 where a jammer is silent or the satellite low.

        A dish follows the satellites that stand highest over it and has its sidelobes towards the others; a wide beam
        reaches all in its sector.
        """
        out = np.zeros((len(instants), len(self.emitters), xyz.shape[1]), np.float32)
        on = self.emitters.on(instants)
        for number, (jammer, spread) in enumerate(
            zip(self.emitters.jammers, self.emitters.spreads, strict=True)
        ):
            sent = jammer.eirp_dbw.value + spread.channel_db - jammer.clutter_db
            peak = float(at_peak(self.listener, sent))
            where = self.emitters.at(number, instants)
            for some in _together(on[:, number], len(where) > 1):
                here = where.take([some[0] if len(where) > 1 else 0])
                seen, relative_db = self._towards(jammer, here, xyz[some])
                t, k = np.nonzero(seen >= 0)
                out[some[t], number, seen[t, k]] = peak * 10.0 ** (relative_db[t, k] / 10.0)
        return out

    def _where(self, instants: Instants) -> NDArray[np.float32]:
        """(Q, J, 3) positions of the jammers."""
        steps = len(instants) if self.emitters.moves else 1
        places = [self.emitters.at(number, instants).ecef for number in range(len(self.emitters))]
        return np.stack([np.broadcast_to(one, (steps, 3)) for one in places], axis=1).astype(np.float32)

    def _towards(
        self, jammer: Jammer, here: Sites, xyz: NDArray[np.floating]
    ) -> tuple[NDArray[np.int64], Floats]:
        """Satellites (T, M) over a jammer, -1 pads, and its gain towards each under that of its peak, dB."""
        seen = look_up(xyz, here, SkyMask(LOWEST_RAD), depth=MOST_IN_VIEW).satellite[:, 0].astype(np.int64)
        seen = seen[:, : max(1, int((seen >= 0).sum(axis=1).max(initial=0)))]
        away = np.take_along_axis(xyz, np.maximum(seen, 0)[:, :, None], 1).astype(np.float64) - here.ecef[0]
        if jammer.dish_m is None:
            azimuth = np.arctan2(away @ here.enu[0, 0], away @ here.enu[0, 1])
            return seen, sector_db(jammer, azimuth)
        away /= np.linalg.norm(away, axis=2, keepdims=True)
        followed = away[:, : jammer.satellites_at_once]
        cosine = np.einsum("tmi,tfi->tmf", away, followed)
        usable = seen[:, None, : jammer.satellites_at_once] >= 0
        nearest = np.arccos(np.clip(np.where(usable, cosine, -1.0).max(axis=2), -1.0, 1.0))
        return seen, beams.jammer_dish_db(jammer.dish_m, self.listener.f_hz, nearest)


def _together(on: NDArray[np.bool_], moves: bool) -> list[NDArray[np.int64]]:
    """Instants at which a jammer is on, in groups in which it stands still."""
    when = np.flatnonzero(on)
    if moves:
        return [when[k : k + 1] for k in range(len(when))]
    return [when] if len(when) else []
