"""Patterns of antennas: gain over the angle off the axis.

Recommendations of the ITU bound sidelobes, they do not predict them: nulls between lobes are filled. Angles in
formulas of this file are degrees, as in the recommendations; arguments are radians.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.constants import SPEED_OF_LIGHT_M_S
from skyhold.errors import SkyholdError

Gain = NDArray[np.float64]
EDGE_ON = 1e-9  # cosine of a scan at which a flat array has no area left


class Pattern(Protocol):
    """Anything with a gain off its axis."""

    def gain_dbi(self, off_axis_rad: ArrayLike) -> Gain:
        """Gain (dBi) at angles from the axis, 0 to pi; broadcasts."""
        ...


def aperture_gain_dbi(diameter_m: ArrayLike, f_hz: ArrayLike, efficiency: ArrayLike) -> Gain:
    """Gain on the axis of a circular aperture, 10 log10(eta (pi D / lambda)^2)."""
    across = np.pi * np.asarray(diameter_m, np.float64) * np.asarray(f_hz, np.float64) / SPEED_OF_LIGHT_M_S
    return np.asarray(10.0 * np.log10(np.asarray(efficiency, np.float64) * np.square(across)))


def beamwidth_rad(diameter_m: ArrayLike, f_hz: ArrayLike) -> NDArray[np.float64]:
    """Half-power width of a circular aperture, 70 lambda / D degrees (tapered illumination)."""
    wavelengths = np.asarray(diameter_m, np.float64) * np.asarray(f_hz, np.float64) / SPEED_OF_LIGHT_M_S
    return np.asarray(np.radians(70.0 / wavelengths))


def scan_loss_db(scan_rad: ArrayLike, exponent: float = 1.3) -> NDArray[np.float64]:
    """Loss of a flat array that looks `scan_rad` away from its boresight, -10 n log10 cos; infinite from 90 degrees.

    n = 1 is the projected area; 1.3 stands in published OneWeb simulations and is a guess for any other terminal.
    """
    cosine = np.cos(np.asarray(scan_rad, np.float64))
    with np.errstate(divide="ignore"):
        return np.asarray(-10.0 * exponent * np.log10(np.where(cosine > EDGE_ON, cosine, 0.0)))


@dataclass(frozen=True)
class Isotropic:
    """The same gain all round."""

    peak_dbi: float = 0.0

    def gain_dbi(self, off_axis_rad: ArrayLike) -> Gain:
        """The one gain."""
        return np.full(np.shape(off_axis_rad), self.peak_dbi)


@dataclass(frozen=True)
class Parabola:
    """A dish: G - 12 (phi / HPBW)^2, then the envelope 29 - 25 log phi (ITU-R S.580-6) down to a floor.

    The main lobe is a parabola in dB, good to -10 dB or so; a dish is never better than its envelope beyond.
    """

    diameter_m: float
    f_hz: float
    efficiency: float = 0.6
    floor_dbi: float = -10.0

    @property
    def peak_dbi(self) -> float:
        """Gain on the axis."""
        return float(aperture_gain_dbi(self.diameter_m, self.f_hz, self.efficiency))

    @property
    def beamwidth_rad(self) -> float:
        """Full width at half power."""
        return float(beamwidth_rad(self.diameter_m, self.f_hz))

    def gain_dbi(self, off_axis_rad: ArrayLike) -> Gain:
        """Main lobe or envelope, whichever is higher."""
        return _lobe_over(off_axis_rad, self.peak_dbi, self.beamwidth_rad, 29.0, self.floor_dbi)


@dataclass(frozen=True)
class PhasedArray:
    """A flat array: main lobe as of its width, then 29 - 25 log phi down to a floor.

    `scanned` gives the beam at an angle from the boresight: less gain by the cosine to `scan_exponent`, broader by
    1 / cos. Angles off the axis are from the beam. The envelope is a design objective for dishes, taken for want of
    a measured pattern.
    """

    peak_dbi: float
    beamwidth_rad: float
    scan_exponent: float = 1.3
    floor_dbi: float = -5.0

    @staticmethod
    def of_aperture(
        diameter_m: float, f_hz: float, efficiency: float = 0.6, *, scan_exponent: float = 1.3
    ) -> PhasedArray:
        """The array that fills a circular aperture."""
        peak = float(aperture_gain_dbi(diameter_m, f_hz, efficiency))
        return PhasedArray(peak, float(beamwidth_rad(diameter_m, f_hz)), scan_exponent)

    def scanned(self, scan_rad: float) -> PhasedArray:
        """The beam `scan_rad` from the boresight.

        Errors: SkyholdError at 90 degrees or more, where a flat array sees nothing.
        """
        cosine = float(np.cos(scan_rad))
        if not cosine > EDGE_ON:
            raise SkyholdError(
                "a flat array cannot look there",
                expected="less than 90 degrees from its boresight",
                came=f"{np.degrees(scan_rad):.6g} degrees",
                remedy="lean the terminal towards the satellite",
            )
        peak = self.peak_dbi - float(scan_loss_db(scan_rad, self.scan_exponent))
        return replace(self, peak_dbi=peak, beamwidth_rad=self.beamwidth_rad / cosine)

    def gain_dbi(self, off_axis_rad: ArrayLike) -> Gain:
        """Main lobe or envelope, whichever is higher."""
        return _lobe_over(off_axis_rad, self.peak_dbi, self.beamwidth_rad, 29.0, self.floor_dbi)


@dataclass(frozen=True)
class S1528:
    """A beam of a satellite of a non-geostationary system, ITU-R S.1528-0, recommends 1.3 (LEO).

    `half_beamwidth_rad` is half of the full width at 3 dB. Near sidelobe -6.75 dB, far sidelobe 5 dBi; for fixed
    services below 30 GHz.
    """

    peak_dbi: float
    half_beamwidth_rad: float
    near_db: float = -6.75
    far_dbi: float = 5.0

    def gain_dbi(self, off_axis_rad: ArrayLike) -> Gain:
        """Gm - 3 (psi / psi_b)^2 to Y = 1.5 psi_b; Gm + Ls - 25 log(psi / Y) to Z; then the far sidelobe."""
        psi = np.abs(np.asarray(off_axis_rad, np.float64)) / self.half_beamwidth_rad
        beside = self.peak_dbi + self.near_db
        slope = beside - 25.0 * np.log10(np.maximum(psi, 1.5) / 1.5)
        main = self.peak_dbi - 3.0 * np.square(psi)
        return np.asarray(np.where(psi <= 1.5, main, np.maximum(slope, self.far_dbi)))


@dataclass(frozen=True)
class S465:
    """Sidelobes of an earth station, ITU-R S.465-6 (2 to 31 GHz), with a main lobe of our own down to them.

    32 - 25 log phi from phi_min to 48 degrees, -10 dBi beyond; phi_min is the greater of 1 degree and 100 lambda/D,
    and for D/lambda < 50 the greater of 2 degrees and 114 (D/lambda)^-1.09. Inside phi_min it recommends nothing.
    """

    wavelengths: float
    peak_dbi: float

    @property
    def phi_min_deg(self) -> float:
        """Where the recommendation begins."""
        if self.wavelengths < 50.0:
            return max(2.0, 114.0 * float(self.wavelengths**-1.09))
        return max(1.0, 100.0 / self.wavelengths)

    def gain_dbi(self, off_axis_rad: ArrayLike) -> Gain:
        """Main lobe to phi_min, the envelope beyond."""
        phi = _degrees(off_axis_rad)
        beyond = np.where(phi < 48.0, _envelope(32.0, phi), -10.0)
        return _inside(phi, self.phi_min_deg, (self.peak_dbi, self.wavelengths, 32.0), beyond)


@dataclass(frozen=True)
class S580:
    """Design objective of stations that look at the geostationary arc, ITU-R S.580-6, for D/lambda >= 50.

    29 - 25 log phi from the greater of 1 degree and 100 lambda/D to 20 degrees; -3.5 dBi to 26.3; then S.465.
    Errors: SkyholdError below D/lambda = 50.
    """

    wavelengths: float
    peak_dbi: float

    def __post_init__(self) -> None:
        _require(self.wavelengths, 50.0, "S.580-6")

    def gain_dbi(self, off_axis_rad: ArrayLike) -> Gain:
        """Main lobe to phi_min, the envelope beyond."""
        phi = _degrees(off_axis_rad)
        far = S465(self.wavelengths, self.peak_dbi).gain_dbi(off_axis_rad)
        beyond = np.where(phi <= 20.0, _envelope(29.0, phi), np.where(phi <= 26.3, -3.5, far))
        lobe = (self.peak_dbi, self.wavelengths, 29.0)
        return _inside(phi, max(1.0, 100.0 / self.wavelengths), lobe, beyond)


@dataclass(frozen=True)
class S1428:
    """Reference pattern of earth stations in coordination with non-geostationary systems, ITU-R S.1428-1.

    10.7 to 30 GHz, D/lambda >= 20: the 0.48 m terminal at 11.7 GHz (18.7) lies outside. Its peak is its own:
    20 log(D/lambda) + 7.7 dBi (8.4 above 100). Errors: SkyholdError below D/lambda = 20.
    """

    wavelengths: float

    def __post_init__(self) -> None:
        _require(self.wavelengths, 20.0, "S.1428-1")

    @property
    def peak_dbi(self) -> float:
        """Gain on the axis."""
        return float(20.0 * np.log10(self.wavelengths) + (7.7 if self.wavelengths <= 100.0 else 8.4))

    def gain_dbi(self, off_axis_rad: ArrayLike) -> Gain:
        """Main lobe, first sidelobe, envelope and the far lobes of the recommendation."""
        phi = _degrees(off_axis_rad)
        d = self.wavelengths
        small = d <= 100.0
        first = float(29.0 - 25.0 * np.log10(95.0 / d)) if small else float(-1.0 + 15.0 * np.log10(d))
        phi_m = 20.0 / d * np.sqrt(self.peak_dbi - first)
        phi_r = 95.0 / d if small else 15.85 * d**-0.6
        main = self.peak_dbi - 2.5e-3 * np.square(d * phi)
        beyond = self._far_small(phi) if small else self._far_large(phi)
        return np.asarray(np.where(phi < phi_m, main, np.where(phi < phi_r, first, beyond)))

    def _far_small(self, phi: Gain) -> Gain:
        back = np.where(phi <= 80.0, -9.0, np.where(phi <= 120.0, -4.0, -9.0))
        if self.wavelengths <= 25.0:
            back = np.where(phi <= 80.0, -9.0, -5.0)
        return np.where(phi <= 33.1, _envelope(29.0, phi), back)

    def _far_large(self, phi: Gain) -> Gain:
        back = np.where(phi <= 80.0, -12.0, np.where(phi <= 120.0, -7.0, -12.0))
        steep = 34.0 - 30.0 * np.log10(np.maximum(phi, 1e-6))
        return np.where(phi < 10.0, _envelope(29.0, phi), np.where(phi < 34.1, steep, back))


def _degrees(off_axis_rad: ArrayLike) -> Gain:
    return np.degrees(np.abs(np.asarray(off_axis_rad, np.float64)))


def _envelope(at_one_degree_dbi: float, phi_deg: Gain) -> Gain:
    return np.asarray(at_one_degree_dbi - 25.0 * np.log10(np.maximum(phi_deg, 1e-6)))


def _lobe_over(
    off_axis_rad: ArrayLike, peak_dbi: float, width_rad: float, at_one_degree_dbi: float, floor_dbi: float
) -> Gain:
    """Main lobe of a width, or the envelope where that is higher; never above the peak."""
    phi = _degrees(off_axis_rad)
    main = peak_dbi - 12.0 * np.square(phi / np.degrees(width_rad))
    beyond = np.maximum(_envelope(at_one_degree_dbi, phi), floor_dbi)
    beside = np.maximum(main, np.minimum(beyond, peak_dbi - 3.0))
    return np.asarray(np.where(phi < 0.5 * np.degrees(width_rad), main, beside))


def _inside(phi_deg: Gain, phi_min_deg: float, lobe: tuple[float, float, float], beyond: Gain) -> Gain:
    """Main lobe G - 2.5e-3 (D/lambda phi)^2 (ITU-R S.1428) inside `phi_min_deg`, never below the envelope there.

    `lobe`: peak (dBi), diameter in wavelengths, the envelope at 1 degree (dBi).
    """
    peak_dbi, wavelengths, at_one_degree_dbi = lobe
    edge = float(at_one_degree_dbi - 25.0 * np.log10(phi_min_deg))
    main = np.maximum(peak_dbi - 2.5e-3 * np.square(wavelengths * phi_deg), min(edge, peak_dbi))
    return np.asarray(np.where(phi_deg < phi_min_deg, main, beyond))


def _require(wavelengths: float, least: float, what: str) -> None:
    if not wavelengths >= least:
        raise SkyholdError(
            f"the antenna is too small for ITU-R {what}",
            expected=f"a diameter of {least:g} wavelengths or more",
            came=f"{wavelengths:.4g}",
            remedy="take Parabola or PhasedArray",
        )
