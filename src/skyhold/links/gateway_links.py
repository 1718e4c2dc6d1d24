"""Links of gateways for the simulation: capacity of each gateway link of a satellite."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.links import modcod
from skyhold.links.ratios import linear
from skyhold.links.user_links import Table, Values, gateway_db
from skyhold.nouns.radio import GatewayLink, RadioSpec


def _table(radio: RadioSpec, spec: GatewayLink) -> Table:
    """EIRP over the band of one polarisation, G/T, free space; power control against rain."""
    axis = linear(gateway_db(radio, spec))
    return Table(
        axis=axis,
        leaning=axis,
        scan_exponent=0.0,
        noise_k=np.inf if spec.noise_k is None else spec.noise_k,
        wet_loss_db=0.0,
        power_control_db=spec.power_control_db,
        highest=np.inf,
        c_i_db=spec.interference_db.value,
        waveform=modcod.from_spec(radio.waveform),
        payload_hz=modcod.payload_hz(spec.bandwidth_mhz, radio.waveform) * spec.polarisations,
    )


@lru_cache(maxsize=64)
def up(radio: RadioSpec) -> Table:
    """Gateway to satellite."""
    return _table(radio, radio.gateway_up)


@lru_cache(maxsize=64)
def down(radio: RadioSpec) -> Table:
    """Satellite to gateway."""
    return _table(radio, radio.gateway_down)


def efficiency_up(
    radio: RadioSpec,
    elevation_rad: ArrayLike,
    attenuation_db: ArrayLike = 0.0,
    j_over_n: ArrayLike = 0.0,
    gas_db: ArrayLike = 0.0,
) -> Values:
    """Bit/s/Hz from gateway to satellite; `attenuation_db` of rain and cloud, `j_over_n` at the satellite."""
    return up(radio).efficiency(elevation_rad, attenuation_db, None, j_over_n, gas_db)


def efficiency_down(
    radio: RadioSpec,
    elevation_rad: ArrayLike,
    attenuation_db: ArrayLike = 0.0,
    j_over_n: ArrayLike = 0.0,
    gas_db: ArrayLike = 0.0,
) -> Values:
    """Bit/s/Hz from satellite to gateway."""
    return down(radio).efficiency(elevation_rad, attenuation_db, None, j_over_n, gas_db)


def capacity_bit_s(
    radio: RadioSpec,
    elevation_rad: ArrayLike,
    attenuation_up_db: ArrayLike = 0.0,
    j_over_n: ArrayLike = 0.0,
    gas_db: ArrayLike = 0.0,
) -> NDArray[np.floating]:
    """What one gateway link carries towards the users, bit/s: all of the band in all its polarisations."""
    bits = efficiency_up(radio, elevation_rad, attenuation_up_db, j_over_n, gas_db)
    return bits * bits.dtype.type(up(radio).payload_hz)
