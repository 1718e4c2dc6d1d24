"""What the link of a moving terminal carries: unsteady pointing, air and jammers taken off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.jamming.emitters import Interference
from skyhold.links import user_links
from skyhold.mobility.attitude import pointing_loss_db, scanned_beamwidth_rad
from skyhold.nouns.radio import RadioSpec

Floats = NDArray[np.float64]
WORKING_BIT_S = 1e5  # a link that carries less, either way, carries no call: it counts as closed [A]


@dataclass(frozen=True, eq=False)
class Air:
    """Losses along the path to the serving satellite, dB (T,) or one number: rain and cloud, and gases, both ways."""

    rain_down_db: Floats | float = 0.0
    gas_down_db: Floats | float = 0.0
    rain_up_db: Floats | float = 0.0
    gas_up_db: Floats | float = 0.0


@dataclass(frozen=True, eq=False)
class Rates:
    """The link of one terminal at T instants; NaN where no satellite serves.

    `down_bit_s`, `up_bit_s`: net rate if one whole channel were its own (up: for its share of the time of sending),
    so an upper bound: a busy cell shares it. `clear_down_bit_s`, `clear_up_bit_s` the same without jammers. `c_n_db`
    of the downlink without interference; `pointing_loss_db` of the downlink.
    """

    down_bit_s: Floats
    up_bit_s: Floats
    clear_down_bit_s: Floats
    clear_up_bit_s: Floats
    c_n_db: Floats
    pointing_loss_db: Floats


def rates(
    radio: RadioSpec,
    elevation_rad: Floats,
    scan_rad: Floats,
    pointing_rad: Floats,
    air: Air,
    down: Interference,
    up: Interference,
) -> Rates:
    """Rates of the serving links (T,), by `links.user_links`; `pointing_rad` is the rms error of pointing.

    A beam beside its satellite loses signal and gains no noise: its loss is counted with the gases.
    """
    served = np.isfinite(elevation_rad)
    elevation, scan = np.where(served, elevation_rad, np.pi / 2), np.where(served, scan_rad, 0.0)
    spec = radio.user_down
    aside, aside_up = (
        pointing_loss_db(pointing_rad, scanned_beamwidth_rad(spec.aperture_m, ghz * 1e9, scan))
        for ghz in (spec.frequency_ghz, radio.user_up.frequency_ghz)
    )
    rain, gas, gas_up = air.rain_down_db, air.gas_down_db + aside, air.gas_up_db + aside_up
    share = radio.user_up.duty_percent / 100.0

    def carried(j_over_n: NDArray[np.float32] | float) -> NDArray[np.floating]:
        bits = user_links.efficiency_down(radio, elevation, rain, scan, np.float64(j_over_n), gas)
        return user_links.rate_down_bit_s(radio, bits)

    def carried_up(j_over_n: NDArray[np.float32] | float) -> NDArray[np.floating]:
        bits = user_links.efficiency_up(radio, elevation, air.rain_up_db, np.float64(j_over_n), gas_up)
        return share * user_links.rate_up_bit_s(radio, bits)

    c_n = user_links.c_n_down_db(radio, elevation, rain, scan, 0.0, gas)
    found = (down.mean(carried), up.mean(carried_up), carried(0.0), carried_up(0.0), c_n, aside)
    return Rates(*(np.where(served, value, np.nan) for value in found))
