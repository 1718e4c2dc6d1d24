"""Optical links between satellites: what light brings over a range, and the rate it carries."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.constants import SPEED_OF_LIGHT_M_S
from skyhold.errors import SkyholdError
from skyhold.links.ledger import Ledger, Line
from skyhold.links.ratios import decibel
from skyhold.nouns.radio import Laser

PLANCK_J_S = 6.62607015e-34  # exact, SI (BIPM brochure, 9th ed.)


def telescope_gain_db(spec: Laser) -> float:
    """Gain of one telescope, (pi D / lambda)^2: the diffraction limit of a uniform aperture."""
    return float(20.0 * np.log10(np.pi * spec.aperture_m.value / (spec.wavelength_nm * 1e-9)))


def photon_j(spec: Laser) -> float:
    """Energy of one photon, h c / lambda."""
    return PLANCK_J_S * SPEED_OF_LIGHT_M_S / (spec.wavelength_nm * 1e-9)


def received_w(spec: Laser, range_m: ArrayLike) -> NDArray[np.float64]:
    """Power at the detector: P G G (lambda / 4 pi d)^2 less losses (Hemmati, *Deep Space Optical Communications*, 2.2).

    Vacuum, far field: beyond D^2 / lambda, some 6 km.
    """
    spread_db = 20.0 * np.log10(spec.wavelength_nm * 1e-9 / (4.0 * np.pi * np.asarray(range_m, np.float64)))
    losses = spec.optics_loss_db.value + spec.pointing_loss_db.value
    level = decibel(spec.power_w.value) + 2.0 * telescope_gain_db(spec) + spread_db - losses
    return np.asarray(10.0 ** (level / 10.0))


def rate_bit_s(spec: Laser, range_m: ArrayLike) -> NDArray[np.float64]:
    """Photons that arrive over photons a bit needs, at most what the modem can."""
    light = received_w(spec, range_m) / (photon_j(spec) * spec.photons_per_bit.value)
    return np.asarray(np.minimum(light, spec.cap_gbit_s.value * 1e9))


def budget(spec: Laser, range_m: float) -> Ledger:
    """The ledger of one optical link.

    Power, apertures and sensitivity of operators are not public: the priors are classes of such terminals.
    Errors: SkyholdError for a range that is not positive.
    """
    if not 0.0 < range_m < np.inf:
        raise SkyholdError(
            "the range of the light is not one", expected="more than 0 km", came=f"{range_m / 1e3:g} km"
        )
    power = float(received_w(spec, range_m))
    light = power / (photon_j(spec) * spec.photons_per_bit.value)
    rate = float(rate_bit_s(spec, range_m))
    beyond = " (longer than the operator reports)" if range_m > spec.longest_km * 1e3 else ""
    lines = (
        Line("transmit power", float(decibel(spec.power_w.value)), "dBW", f"{spec.power_w.value:g} W"),
        Line("transmit telescope", telescope_gain_db(spec), "dB", f"{spec.aperture_m.value * 1e3:g} mm"),
        Line("range", range_m / 1e3, "km", f"{spec.wavelength_nm:g} nm, far field{beyond}"),
        Line("free-space loss", -_loss_db(spec, range_m), "dB", "-20 log 4 pi d / lambda"),
        Line("receive telescope", telescope_gain_db(spec), "dB"),
        Line("optics", -spec.optics_loss_db.value, "dB", "both telescopes"),
        Line("pointing", -spec.pointing_loss_db.value, "dB", "both ends"),
        Line("received power", float(decibel(power)) + 30.0, "dBm"),
        Line("sensitivity", spec.photons_per_bit.value, "photon/bit"),
        Line("rate of the light", light / 1e9, "Gbit/s"),
        Line("cap of the modem", spec.cap_gbit_s.value, "Gbit/s", spec.cap_gbit_s.source),
        Line("margin to the cap", float(decibel(light / (spec.cap_gbit_s.value * 1e9))), "dB"),
        Line("rate", rate / 1e9, "Gbit/s"),
    )
    return Ledger("Satellite to satellite, laser", lines, float(decibel(light / rate)), rate)


def _loss_db(spec: Laser, range_m: float) -> float:
    return float(20.0 * np.log10(4.0 * np.pi * range_m / (spec.wavelength_nm * 1e-9)))
