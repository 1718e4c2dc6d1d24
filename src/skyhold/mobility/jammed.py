"""Jammers and a terminal that moves: how much of their power reaches it, and its satellite.

A terminal in the air sees farther than one on the ground, and so do the jammers that see it: its height over the
ground counts here, not the 1.5 m of terminals that stand. It is not dug in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.geometry.sites import Sites
from skyhold.jamming import defence, terrain
from skyhold.jamming.beams import jammer_dish_db
from skyhold.jamming.downlink import Receiver, received_dbw
from skyhold.jamming.emitters import Emitters, Interference, sector_db
from skyhold.jamming.field import Field
from skyhold.jamming.gnss import ACQUIRES_TO_DB, L1_HZ, SIGNAL_DBW
from skyhold.mobility.tracks import Track
from skyhold.nouns.jammers import Countermeasures, Jammer
from skyhold.times import Instants
from skyhold.units import DEG

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Arriving:
    """Power of J jammers at a terminal at T instants, through an antenna of 0 dBi: dBW (T, J), -inf while silent.

    `toward` (T, J, 3) east, north, up to each jammer.
    """

    power_dbw: Floats
    toward: Floats

    @property
    def elevation_rad(self) -> Floats:
        """(T, J) of the jammers, seen from the terminal."""
        return np.arcsin(np.clip(self.toward[..., 2], -1.0, 1.0))


def arriving(
    emitters: Emitters, f_hz: float, track: Track, over_ground_m: Floats, slots: Instants
) -> Arriving:
    """What reaches a terminal `over_ground_m` (T,) over its ground: free space, round Earth, ridge.

    The ground is taken as smooth and at the ellipsoid, as for every jammer; see `jamming.terrain`.
    """
    one = [_from(emitters, number, f_hz, track, over_ground_m, slots) for number in range(len(emitters))]
    power = np.where(emitters.on(slots), np.stack([part[0] for part in one], axis=1), -np.inf)
    return Arriving(power, np.stack([part[1] for part in one], axis=1))


def on_terminal(
    field: Field,
    track: Track,
    over_ground_m: Floats,
    slots: Instants,
    azimuth_rad: Floats,
    elevation_rad: Floats,
) -> Interference:
    """J/N at the terminal (L, T) in each state of the jammers, while its beam looks at a satellite; 0 without one.

    As for terminals that stand (`jamming.downlink`): the pattern towards each jammer, then nulls of the strongest ones.
    The array's axis is taken at the zenith. The places of the `field` are not looked at.
    """
    emitters, receiver = field.down.emitters, field.down.receiver
    if not len(emitters):
        return _nothing(track)
    found = arriving(emitters, receiver.f_hz, track, over_ground_m, slots)
    beam = _direction(azimuth_rad, elevation_rad)
    off = np.arccos(np.clip(np.einsum("tjk,tk->tj", found.toward, beam), -1.0, 1.0))
    seen = 10.0 ** ((found.power_dbw - receiver.noise_dbw) / 10.0) * receiver.table.at(off)
    seen = np.where(np.isfinite(elevation_rad)[:, None], seen, 0.0)
    weight, hit = emitters.states()
    left = _left(field.countermeasures, receiver, found, off)
    states = [_nulled(seen * state, left, field.countermeasures.terminal_nulls) for state in hit]
    return Interference(weight, np.stack(states).astype(np.float32))


def on_satellite(
    field: Field, track: Track, slots: Instants, xyz: NDArray[np.floating], serving: NDArray[np.integer]
) -> Interference:
    """J/N (L, T) at the beam with which the serving satellite listens to the terminal; 0 where none serves."""
    jam = field.up
    emitters, listener = jam.emitters, jam.listener
    if not len(emitters):
        return _nothing(track)
    slot, which = np.arange(len(serving)), np.maximum(serving, 0)
    factor = jam.reaching(slots, xyz)[slot, :, which].astype(np.float64)
    satellite = xyz[slot, which].astype(np.float64)
    places = [np.broadcast_to(emitters.at(k, slots).ecef, (len(slots), 3)) for k in range(len(emitters))]
    away = np.stack(places, axis=1) - satellite[:, None]
    beam = _unit(track.sites.ecef - satellite)
    off = np.arccos(np.clip(np.einsum("tjk,tk->tj", _unit(away), beam), -1.0, 1.0))
    outside = np.sin(0.5 * off) > listener.table.main_sine
    null = np.where(outside, 10.0 ** (-field.countermeasures.satellite_null_db / 10.0), 1.0)
    seen = factor / (away**2).sum(axis=2) * listener.table.at(off) * null * (serving >= 0)[:, None]
    weight, hit = emitters.states()
    return Interference(weight, np.stack([(seen * state).sum(axis=1) for state in hit]).astype(np.float32))


def gnss_error_rad(field: Field, track: Track, over_ground_m: Floats, slots: Instants) -> Floats:
    """(T,) error of pointing that a denied GNSS adds; none where GNSS is ignored. See `jamming.gnss`."""
    emitters = field.gnss.emitters
    if not len(emitters) or field.countermeasures.ignore_gnss:
        return np.zeros(len(track))
    power = 10.0 ** (arriving(emitters, L1_HZ, track, over_ground_m, slots).power_dbw / 10.0)
    denied = power.sum(axis=1) > 10.0 ** ((SIGNAL_DBW + ACQUIRES_TO_DB) / 10.0)
    return np.asarray(denied) * max(jammer.gnss_pointing_deg.value for jammer in emitters.jammers) * DEG


def _nothing(track: Track) -> Interference:
    return Interference(np.zeros(0), np.zeros((0, len(track)), np.float32))


def _from(
    emitters: Emitters, number: int, f_hz: float, track: Track, over_ground_m: Floats, slots: Instants
) -> tuple[Floats, Floats]:
    """(T,) power of one jammer, and (T, 3) the direction to it in east, north, up."""
    jammer, where = emitters.jammers[number], emitters.at(number, slots)
    here = Sites(track.sites.latitude_rad, track.sites.longitude_rad, over_ground_m)
    offset = where.ecef - here.ecef
    reach = np.maximum(np.linalg.norm(offset, axis=1), 1.0)
    toward = np.einsum("tij,tj->ti", here.enu, offset / reach[:, None])
    grid = None if jammer.elevation_model is None else terrain.read_heights(jammer.elevation_model)
    height: Any = over_ground_m
    if len(where) == 1:
        loss = terrain.path_loss_db(jammer, where, here, f_hz, grid, height)
    else:
        each = [
            terrain.path_loss_db(jammer, where.take([t]), here.take([t]), f_hz, grid, float(height[t]))
            for t in range(len(slots))
        ]
        loss = np.concatenate(each)
    power = (
        jammer.eirp_dbw.value
        + emitters.spreads[number].channel_db
        + _sent_db(jammer, where, offset / reach[:, None], f_hz)
    )
    return received_dbw(power, reach, f_hz, 0.0, loss), toward


def _sent_db(jammer: Jammer, where: Sites, toward: Floats, f_hz: float) -> Floats:
    """(T,) the jammer's own pattern towards the terminal: a sector, or a dish that looks along the ground."""
    frame = np.broadcast_to(where.enu, (len(toward), 3, 3))
    east, north, _ = np.einsum("tij,tj->ti", frame, -toward).T
    azimuth = np.arctan2(east, north)
    if jammer.dish_m is None or jammer.azimuth_deg is None:
        return sector_db(jammer, azimuth)
    level = np.hypot(east, north) * np.cos(azimuth - jammer.azimuth_deg * DEG)
    return jammer_dish_db(jammer.dish_m, f_hz, np.arccos(np.clip(level, -1.0, 1.0)))


def _left(against: Countermeasures, receiver: Receiver, found: Arriving, off: Floats) -> Floats:
    """(T, J) what a null leaves of each jammer: all of one inside the main beam."""
    axis = np.pi / 2 - np.clip(found.elevation_rad, 0.0, np.pi / 2)
    left = defence.null_left(against, receiver.aperture_m, receiver.bandwidth_hz, axis)
    return np.where(np.sin(0.5 * off) > receiver.table.main_sine, left, 1.0)


def _nulled(seen: Floats, left: Floats, nulls: int) -> Floats:
    """(T,) sum of the jammers' J/N, the `nulls` that gain most by a null having one."""
    saved = np.sort(seen * (1.0 - left), axis=1)[:, ::-1][:, :nulls]
    return np.asarray(seen.sum(axis=1) - saved.sum(axis=1))


def _direction(azimuth_rad: Floats, elevation_rad: Floats) -> Floats:
    """(T, 3) east, north, up."""
    flat = np.cos(elevation_rad)
    rows = [flat * np.sin(azimuth_rad), flat * np.cos(azimuth_rad), np.sin(elevation_rad)]
    return np.asarray(np.nan_to_num(np.stack(rows, axis=-1)))


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), np.float64)
