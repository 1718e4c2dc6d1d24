"""What countermeasures do, each by its physics and once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.constants import SPEED_OF_LIGHT_M_S
from skyhold.errors import ScenarioError
from skyhold.links import spectrum
from skyhold.nouns.jammers import Countermeasures
from skyhold.nouns.noun import Prior
from skyhold.nouns.radio import RadioSpec
from skyhold.units import DEG

PIT_RIM_RAD = 15.0 * DEG  # a pit or a wall hides what stands lower than this, and no satellite [I]
FROM_ABOVE_RAD = DEG * np.array([25.0, 90.0])  # where users' satellites stand
Floats = NDArray[np.float64]


def null_left(
    countermeasures: Countermeasures, aperture_m: float, bandwidth_hz: float, from_axis_rad: ArrayLike
) -> Floats:
    """Share of a jammer that a null of the terminal's array leaves, linear.

    `from_axis_rad` is the jammer's angle from the array's axis. A null made by turning phases is exact at one
    frequency. An element at x sees the jammer x sin(a) / c later, so at f off the middle a part (2 pi f)^2 var(x) sin^2
    (a) / c^2 of its power is not cancelled; over a channel of B and a round aperture, var(x) = D^2/16 and var(f) =
    B^2/12 (small angles). 0.48 m and 240 MHz: 15 dB at best for a jammer on the horizon. With true delays only the
    typed depth counts.
    """
    depth = 10.0 ** (-countermeasures.terminal_null_db / 10.0)
    if countermeasures.terminal_null_db <= 0.0 or countermeasures.null_true_delay:
        return np.full(np.shape(from_axis_rad), depth)
    spread_s = aperture_m / 4.0 * np.sin(np.asarray(from_axis_rad, np.float64)) / SPEED_OF_LIGHT_M_S
    wide = (2.0 * np.pi * spread_s) ** 2 * bandwidth_hz**2 / 12.0
    return np.asarray(np.minimum(depth + wide, 1.0))


def shielding_db(countermeasures: Countermeasures, elevation_rad: ArrayLike) -> Floats:
    """Loss by which dug-in terminals are shielded from jammers seen lower than 15 degrees, dB."""
    low = np.asarray(elevation_rad, np.float64) < PIT_RIM_RAD
    return np.where(low, countermeasures.dug_in_db, 0.0)


def hardened(radio: RadioSpec, countermeasures: Countermeasures) -> RadioSpec:
    """The radio as the countermeasures make it, clear or jammed: what links are evaluated with.

    More flux, no higher than its limit; less gain by the taper; a narrower uplink; robust modes only where they are
    switched on. What bears on the jammer alone (nulls, sidelobes, hopping, shielding) is in J/N instead.
    Errors: ScenarioError for an uplink channel that is not narrower.
    """
    down, up, waveform = radio.user_down, radio.user_up, radio.waveform
    raised = power_raise_db(radio, countermeasures)
    cost = countermeasures.taper_gain_db if countermeasures.taper else 0.0
    down = down.model_copy(
        update={
            "pfd_dbw_m2_mhz": _shifted(down.pfd_dbw_m2_mhz, raised),
            "eirp_dbw": None if down.eirp_dbw is None else _shifted(down.eirp_dbw, raised),
            "efficiency": down.efficiency * 10.0 ** (-cost / 10.0),
        }
    )
    if countermeasures.narrow_uplink_mhz is not None:
        up = up.model_copy(update={"channel_mhz": _narrower(radio, countermeasures.narrow_uplink_mhz)})
    waveform = waveform.model_copy(
        update={"robust_modes": waveform.robust_modes and countermeasures.fall_back}
    )
    return radio.model_copy(update={"user_down": down, "user_up": up, "waveform": waveform})


def power_raise_db(radio: RadioSpec, countermeasures: Countermeasures) -> float:
    """How much more flux there really is: what was asked for, up to the limit of 47 CFR 25.208(b).

    A satellite of constant EIRP has its strongest flux overhead, which leaves the least room.
    """
    room = float(spectrum.headroom_db(radio, FROM_ABOVE_RAD).min())
    return min(countermeasures.raise_power_db, max(room, 0.0))


def _shifted(prior: Prior, by_db: float) -> Prior:
    return prior.model_copy(
        update={"value": prior.value + by_db, "low": prior.low + by_db, "high": prior.high + by_db}
    )


def _narrower(radio: RadioSpec, width_mhz: float) -> float:
    if width_mhz > radio.user_up.channel_mhz:
        raise ScenarioError(
            "the narrower uplink is not narrower",
            expected=f"at most {radio.user_up.channel_mhz:g} MHz, the uplink channel",
            came=f"{width_mhz:g} MHz",
            where="countermeasures.narrow_uplink_mhz",
            remedy="give the width to which the uplink shrinks under jamming, e.g. 15",
        )
    return width_mhz
