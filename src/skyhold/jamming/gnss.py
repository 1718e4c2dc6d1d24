"""Terminals whose GNSS receiver is jammed: they find their satellites later and point less well."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.geometry.sites import Sites
from skyhold.jamming import terrain
from skyhold.jamming.beams import GainTable
from skyhold.jamming.downlink import Downlink, Receiver
from skyhold.jamming.emitters import Emitters
from skyhold.links.antennas import Isotropic
from skyhold.nouns.jammers import Countermeasures
from skyhold.times import Instants
from skyhold.units import DEG

L1_HZ = 1_575.42e6
SIGNAL_DBW = -158.5  # C/A code at the ground, IS-GPS-200, 6.3.1
ACQUIRES_TO_DB = 25.0  # J/S at which a civil receiver no longer acquires [mem: Kaplan and Hegarty, 24 to 30]
CODE_HZ = 2.046e6
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Gnss:
    """Jammers of GNSS, and what they cost terminals at places."""

    emitters: Emitters
    countermeasures: Countermeasures
    sites: Sites

    def denied(self, instants: Instants) -> NDArray[np.bool_]:
        """(T, U) whether a terminal cannot use GNSS: J/S of all jammers above 25 dB at an antenna of 0 dBi."""
        if not len(self.emitters):
            return np.zeros((len(instants), len(self.sites)), np.bool_)
        level = self._downlink.arrivals(instants).incident
        on = self.emitters.on(instants)[:, None, :]
        return np.asarray(np.where(on, level, 0.0).sum(axis=2) > 10.0 ** (ACQUIRES_TO_DB / 10.0))

    def acquisition_s(self, instants: Instants) -> Floats:
        """(T, U) seconds by which acquisition is longer; none for terminals that are told to ignore GNSS."""
        return self._cost(instants, [jammer.gnss_acquisition_s.value for jammer in self.emitters.jammers])

    def pointing_rad(self, instants: Instants) -> Floats:
        """(T, U) error of pointing, none for terminals that ignore GNSS."""
        return self._cost(
            instants, [jammer.gnss_pointing_deg.value * DEG for jammer in self.emitters.jammers]
        )

    def _cost(self, instants: Instants, each: list[float]) -> Floats:
        ignored = self.countermeasures.ignore_gnss or not each
        return np.where(self.denied(instants) & (not ignored), max(each, default=0.0), 0.0)

    @property
    def _downlink(self) -> Downlink:
        table = GainTable.of(Isotropic(), 0.0)
        receiver = Receiver(L1_HZ, SIGNAL_DBW, table, 0.0, CODE_HZ)
        return Downlink(self.emitters, receiver, Countermeasures(), self.sites)


def denied_radius_m(eirp_dbw: float, height_m: float) -> float:
    """Free-space distance within which a jammer denies GNSS, no farther than the horizon, m."""
    reach_db = eirp_dbw - SIGNAL_DBW - ACQUIRES_TO_DB
    free = 299_792_458.0 / L1_HZ / (4.0 * np.pi) * 10.0 ** (reach_db / 20.0)
    return float(min(free, terrain.horizon_m(height_m)))


def pointing_loss_db(pointing_rad: Floats, beamwidth_rad: float) -> Floats:
    """Loss of a beam that points beside its satellite, 12 (error / HPBW)^2 dB."""
    return np.asarray(12.0 * (pointing_rad / beamwidth_rad) ** 2)
