"""Which way receivers and jammers listen and send: patterns, and tables of them for the loops."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.links.antennas import (
    S1528,
    Parabola,
    Pattern,
    PhasedArray,
    aperture_gain_dbi,
    beamwidth_rad,
)
from skyhold.links.ratios import linear
from skyhold.nouns.jammers import Countermeasures
from skyhold.nouns.radio import RadioSpec
from skyhold.units import DEG

POINTS = 8_193  # over the sine of half the angle: 0.014 degrees near the axis
GATEWAY_DISH_M = 1.5  # filing of 2020, see docs/why/jamming.md
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Tapered:
    """A pattern whose aperture is lit less at its rim: `gain_db` less within the beamwidth, `sidelobe_db` less beyond.

    The beam grows by a few per cent, which is left out.
    """

    pattern: Pattern
    beam_rad: float
    sidelobe_db: float
    gain_db: float

    def gain_dbi(self, off_axis_rad: ArrayLike) -> Floats:
        """Gain, dBi."""
        off = np.abs(np.asarray(off_axis_rad, np.float64))
        less = np.where(off < self.beam_rad, self.gain_db, self.sidelobe_db)
        return np.asarray(self.pattern.gain_dbi(off) - less)


@dataclass(frozen=True)
class Quieter:
    """A pattern whose sidelobes, everything beyond the beamwidth, are lower by `sidelobe_db`, at no cost in gain."""

    pattern: Pattern
    beam_rad: float
    sidelobe_db: float

    def gain_dbi(self, off_axis_rad: ArrayLike) -> Floats:
        """Gain, dBi."""
        off = np.abs(np.asarray(off_axis_rad, np.float64))
        return np.asarray(self.pattern.gain_dbi(off) - np.where(off < self.beam_rad, 0.0, self.sidelobe_db))


@dataclass(frozen=True, eq=False)
class GainTable:
    """Linear gain over the sine of half the angle off the axis, (M,) float32 from 0 to 1.

    `main_sine` is that sine at the edge of the main beam, within which nothing can be nulled. Between entries it is
    linear: within 0.01 dB of a smooth pattern; steps of a pattern are smeared over 0.03 degrees.
    """

    gain: NDArray[np.float32]
    main_sine: np.float32

    @staticmethod
    def of(pattern: Pattern, beam_rad: float, reference_dbi: float = 0.0) -> GainTable:
        """Sample a pattern over a reference gain."""
        angle = 2.0 * np.arcsin(np.linspace(0.0, 1.0, POINTS))
        gain = linear(pattern.gain_dbi(angle) - reference_dbi).astype(np.float32)
        return GainTable(gain, np.float32(np.sin(0.5 * min(beam_rad, np.pi))))

    def at(self, off_axis_rad: ArrayLike) -> Floats:
        """Linear gain at angles, as the loops see it."""
        sine = np.sin(0.5 * np.abs(np.asarray(off_axis_rad, np.float64)))
        return np.asarray(np.interp(sine, np.linspace(0.0, 1.0, POINTS), self.gain))


def terminal(radio: RadioSpec, countermeasures: Countermeasures) -> GainTable:
    """Receive pattern of a user terminal, dBi: a phased array with its far sidelobes, tapered if that is switched on.

    Main lobe of 70 lambda/D degrees, 29 - 25 log phi, then the far level of `user_down.far_sidelobe_dbi`. The peak is
    that of the boresight: the loss of scanning lowers the signal, hardly the sidelobes.
    """
    down = radio.user_down
    f_hz = down.frequency_ghz * 1e9
    beam = float(beamwidth_rad(down.aperture_m, f_hz))
    peak = float(aperture_gain_dbi(down.aperture_m, f_hz, down.efficiency))
    array: Pattern = PhasedArray(peak, beam, down.scan_exponent, floor_dbi=down.far_sidelobe_dbi.value)
    if countermeasures.taper:
        cost = countermeasures.taper_gain_db
        array = Tapered(array, beam, countermeasures.taper_sidelobe_db, cost)
    return GainTable.of(array, beam)


def satellite(gain_dbi: float, countermeasures: Countermeasures) -> GainTable:
    """Receive pattern of a satellite's beam over its peak: ITU-R S.1528, recommends 1.3.

    The beamwidth is that of an aperture of the gain, 4 pi eta / G with eta 0.7 within the half-power ellipse: 2.4
    degrees for 37.1 dBi, a spot of 23 km at nadir from 550 km (20 to 24 km measured).
    """
    half = satellite_beam_rad(gain_dbi) / 2.0
    pattern: Pattern = S1528(gain_dbi, half)
    if countermeasures.satellite_sidelobe_db > 0.0:
        pattern = Quieter(pattern, 2.0 * half, countermeasures.satellite_sidelobe_db)
    return GainTable.of(pattern, 2.0 * half, gain_dbi)


def satellite_beam_rad(gain_dbi: float) -> float:
    """Full half-power width of a beam of a gain, sqrt(29,770 / g) degrees.

    Twice the psi_b = sqrt(7442 / g) of ITU-R S.672-4, note 3, for a round beam.
    """
    return float(2.0 * np.sqrt(7442.0 / linear(gain_dbi))) * DEG


def gateway(f_hz: float) -> GainTable:
    """Receive pattern of a gateway's dish over its peak: 1.5 m, envelope of ITU-R S.580 down to -10 dBi."""
    dish = Parabola(GATEWAY_DISH_M, f_hz)
    return GainTable.of(dish, dish.beamwidth_rad, dish.peak_dbi)


def jammer_dish_db(diameter_m: float, f_hz: float, off_axis_rad: ArrayLike) -> Floats:
    """Pattern of a jammer's own dish under its peak, dB; its EIRP is that of the peak."""
    dish = Parabola(diameter_m, f_hz)
    return np.asarray(dish.gain_dbi(off_axis_rad) - dish.peak_dbi)
