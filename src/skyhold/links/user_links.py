"""Links of user terminals for the simulation: blocks of links in, ratios, efficiencies and rates out.

Levels come from the radio's priors at their middle values. Every function broadcasts; float32 in is float32 out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.links import antennas, freespace, kernels, modcod, noise
from skyhold.links.modcod import Modcod
from skyhold.links.ratios import combine_db, linear
from skyhold.nouns.radio import GatewayLink, RadioSpec, UserDown
from skyhold.units import DEG

Values = NDArray[np.floating]
Grid = NDArray[np.float64]
STEP_RAD = 0.1 * DEG  # of the tables over elevation
GRID_RAD = STEP_RAD * np.arange(901)
FEEDER_ELEVATION_RAD = 25.0 * DEG


@dataclass(frozen=True, eq=False)
class Table:
    """One direction of a radio, ready for blocks of links.

    `axis` (E,) linear clear-sky C/N over elevation in steps of `STEP_RAD`, for a terminal that looks straight at the
    satellite; `leaning` the same with the scan of a terminal whose azimuth is not known. Between the steps it is
    linear: wrong by less than 0.001 dB.
    """

    axis: NDArray[np.float64]
    leaning: NDArray[np.float64]
    scan_exponent: float
    noise_k: float
    wet_loss_db: float
    power_control_db: float
    highest: float
    c_i_db: float
    waveform: Modcod
    payload_hz: float

    def ratio(
        self,
        elevation_rad: ArrayLike,
        attenuation_db: ArrayLike = 0.0,
        scan_rad: ArrayLike | None = None,
        j_over_n: ArrayLike = 0.0,
        gas_db: ArrayLike = 0.0,
        *,
        c_i_db: float | None = None,
    ) -> Values:
        """C/(N+I+J), linear, of links; arguments broadcast.

        `attenuation_db` of rain and cloud, which also warm a receiver on the ground; `gas_db` of clear air, whose
        noise the clear-sky temperature holds already; `scan_rad` from the boresight of the terminal; `j_over_n` power
        of jammers over the clear-sky noise. `c_i_db` in place of the radio's own interference; inf for none.
        """
        unknown = scan_rad is None
        given = (elevation_rad, gas_db, attenuation_db, 0.0 if unknown else scan_rad, j_over_n)
        arrays = [np.asarray(value) for value in given if value is not None]
        shape = np.broadcast_shapes(*(array.shape for array in arrays))
        kind = np.float32 if any(array.dtype == np.float32 for array in arrays) else np.float64
        out: Values = np.zeros(int(np.prod(shape)), kind)
        flat = [_flat(array, shape) for array in arrays]
        strides = np.array([int(array.size != 1 or out.size == 1) for array in flat])
        ratio_db = self.c_i_db if c_i_db is None else c_i_db
        link = (
            self.noise_k,
            self.wet_loss_db,
            float(linear(self.power_control_db)),
            self.highest,
            float(linear(-ratio_db)),
        )
        table = self.leaning if unknown else self.axis
        kernels.carrier_ratio(*flat, strides, table, STEP_RAD, self.scan_exponent, link, out)
        return out.reshape(shape)

    def c_n_db(
        self,
        elevation_rad: ArrayLike,
        attenuation_db: ArrayLike = 0.0,
        scan_rad: ArrayLike | None = None,
        j_over_n: ArrayLike = 0.0,
        gas_db: ArrayLike = 0.0,
    ) -> Values:
        """C/(N+J) in dB, without the system's own interference; arguments as of `ratio`."""
        ratio = self.ratio(elevation_rad, attenuation_db, scan_rad, j_over_n, gas_db, c_i_db=np.inf)
        with np.errstate(divide="ignore"):
            return np.asarray(ratio.dtype.type(10.0) * np.log10(ratio))

    def efficiency(
        self,
        elevation_rad: ArrayLike,
        attenuation_db: ArrayLike = 0.0,
        scan_rad: ArrayLike | None = None,
        j_over_n: ArrayLike = 0.0,
        gas_db: ArrayLike = 0.0,
    ) -> Values:
        """Bit/s/Hz with all interference; times `payload_hz` it is the rate of a channel. Arguments as of `ratio`."""
        return self.waveform.efficiency_of(
            self.ratio(elevation_rad, attenuation_db, scan_rad, j_over_n, gas_db)
        )


def down_interference_db(down: UserDown) -> float:
    """C/I of everything from satellites together, at middle values."""
    parts = (down.co_channel_db, down.adjacent_db, down.cross_polar_db, down.intermodulation_db)
    return float(combine_db(*(part.value for part in parts if part is not None)))


def terminal_gain_dbi(down: UserDown) -> float:
    """Gain of a terminal on its boresight."""
    return float(antennas.aperture_gain_dbi(down.aperture_m, down.frequency_ghz * 1e9, down.efficiency))


def flux_dbw_m2(radio: RadioSpec, elevation_rad: ArrayLike) -> NDArray[np.float64]:
    """Flux in one channel at the ground in clear vacuum: constant, or of a constant EIRP over the range."""
    down = radio.user_down
    if down.eirp_dbw is not None:
        return freespace.pfd_dbw_m2(
            down.eirp_dbw.value, freespace.range_at_m(elevation_rad, radio.altitude_km)
        )
    flux = down.pfd_dbw_m2_mhz.value + 10.0 * np.log10(down.channel_mhz)
    return np.full(np.shape(elevation_rad), flux)


def lean_scan_rad(down: UserDown, elevation_rad: ArrayLike) -> NDArray[np.float64]:
    """Scan of a terminal that leans towards the satellite by `tilt_deg` from the zenith."""
    return np.abs(np.pi / 2.0 - down.tilt_deg * DEG - np.asarray(elevation_rad, np.float64))


def received_db(radio: RadioSpec, f_ghz: float, eirp_g_t_db_k: float, width_mhz: float) -> Grid:
    """Clear-sky C/N over elevation, dB, of a link told by EIRP plus G/T less losses, of one width."""
    loss_db = freespace.loss_db(freespace.range_at_m(GRID_RAD, radio.altitude_km), f_ghz * 1e9)
    floor = float(noise.noise_dbw(1.0, modcod.symbol_hz(width_mhz, radio.waveform)))
    return np.asarray(eirp_g_t_db_k - floor - loss_db)


def gateway_db(radio: RadioSpec, spec: GatewayLink) -> Grid:
    """Clear-sky C/N over elevation, dB, of one direction between gateway and satellite."""
    level = spec.eirp_dbw.value + spec.g_t_db_k.value - spec.other_loss_db.value
    return received_db(radio, spec.frequency_ghz, level, spec.bandwidth_mhz)


def feeder_db(radio: RadioSpec, spec: GatewayLink) -> float:
    """What the gateway's leg adds to a user link as a ratio: C/(N+I) in clear sky at 25 degrees, or nothing.

    Noise of both legs adds where the payload is transparent (ITU-R S.738 adds the temperatures); one that decodes
    on board starts afresh.
    """
    if not radio.payload.transparent:
        return float(np.inf)
    clear = float(np.interp(FEEDER_ELEVATION_RAD, GRID_RAD, gateway_db(radio, spec)))
    return float(combine_db(clear, spec.interference_db.value))


@lru_cache(maxsize=64)
def down(radio: RadioSpec) -> Table:
    """Satellite to terminal: constant flux at the ground (or constant EIRP), scan loss, rain noise."""
    spec = radio.user_down
    f_hz = spec.frequency_ghz * 1e9
    carrier = flux_dbw_m2(radio, GRID_RAD) + freespace.isotropic_area_dbm2(f_hz) + terminal_gain_dbi(spec)
    symbols = modcod.symbol_hz(spec.channel_mhz, radio.waveform)
    axis_db = carrier - spec.other_loss_db.value - noise.noise_dbw(spec.noise_k.value, symbols)
    scan_db = antennas.scan_loss_db(lean_scan_rad(spec, GRID_RAD), spec.scan_exponent)
    return Table(
        axis=linear(axis_db),
        leaning=linear(axis_db - scan_db),
        scan_exponent=spec.scan_exponent,
        noise_k=spec.noise_k.value,
        wet_loss_db=spec.wet_loss_db.value,
        power_control_db=0.0,
        highest=np.inf,
        c_i_db=float(combine_db(down_interference_db(spec), feeder_db(radio, radio.gateway_up))),
        waveform=modcod.from_spec(radio.waveform),
        payload_hz=modcod.payload_hz(spec.channel_mhz, radio.waveform),
    )


@lru_cache(maxsize=64)
def up(radio: RadioSpec) -> Table:
    """Terminal to satellite: full power in clear sky at one elevation, held back above it, given back in rain.

    The EIRP of filings is that of the beam as steered, so no scan loss comes on top. The satellite looks at the warm
    Earth: rain does not raise its noise.
    """
    spec = radio.user_up
    level = spec.eirp_dbw.value + spec.satellite_g_t_db_k.value - spec.other_loss_db.value
    axis = linear(received_db(radio, spec.frequency_ghz, level, spec.channel_mhz))
    return Table(
        axis=axis,
        leaning=axis,
        scan_exponent=0.0,
        noise_k=np.inf,
        wet_loss_db=0.0,
        power_control_db=0.0,
        highest=_at(axis, spec.full_power_elevation_deg) if spec.power_control else np.inf,
        c_i_db=float(combine_db(spec.co_channel_db.value, feeder_db(radio, radio.gateway_down))),
        waveform=modcod.from_spec(radio.waveform),
        payload_hz=modcod.payload_hz(spec.channel_mhz, radio.waveform),
    )


def c_n_down_db(
    radio: RadioSpec,
    elevation_rad: ArrayLike,
    attenuation_db: ArrayLike = 0.0,
    scan_rad: ArrayLike | None = None,
    j_over_n: ArrayLike = 0.0,
    gas_db: ArrayLike = 0.0,
) -> Values:
    """C/(N+J) of downlinks, dB, without the system's own interference; arguments as of `Table.ratio`."""
    return down(radio).c_n_db(elevation_rad, attenuation_db, scan_rad, j_over_n, gas_db)


def efficiency_down(
    radio: RadioSpec,
    elevation_rad: ArrayLike,
    attenuation_db: ArrayLike = 0.0,
    scan_rad: ArrayLike | None = None,
    j_over_n: ArrayLike = 0.0,
    gas_db: ArrayLike = 0.0,
) -> Values:
    """Bit/s/Hz of downlinks with all interference; arguments as of `Table.ratio`. Times `payload_hz` it is a rate."""
    return down(radio).efficiency(elevation_rad, attenuation_db, scan_rad, j_over_n, gas_db)


def c_n_up_db(
    radio: RadioSpec,
    elevation_rad: ArrayLike,
    attenuation_db: ArrayLike = 0.0,
    j_over_n: ArrayLike = 0.0,
    gas_db: ArrayLike = 0.0,
) -> Values:
    """C/(N+J) of uplinks at the satellite, dB, without the system's own interference."""
    return up(radio).c_n_db(elevation_rad, attenuation_db, None, j_over_n, gas_db)


def efficiency_up(
    radio: RadioSpec,
    elevation_rad: ArrayLike,
    attenuation_db: ArrayLike = 0.0,
    j_over_n: ArrayLike = 0.0,
    gas_db: ArrayLike = 0.0,
) -> Values:
    """Bit/s/Hz of uplinks with all interference."""
    return up(radio).efficiency(elevation_rad, attenuation_db, None, j_over_n, gas_db)


def rate_down_bit_s(radio: RadioSpec, efficiency: ArrayLike) -> NDArray[np.float64]:
    """Net rate of one whole downlink channel at an efficiency."""
    return np.asarray(efficiency) * down(radio).payload_hz


def rate_up_bit_s(radio: RadioSpec, efficiency: ArrayLike) -> NDArray[np.float64]:
    """Net rate of one whole uplink channel at an efficiency; a terminal has `duty_percent` of the time of it."""
    return np.asarray(efficiency) * up(radio).payload_hz


def _at(table: NDArray[np.float64], elevation_deg: float) -> float:
    return float(np.interp(elevation_deg * DEG, GRID_RAD, table))


def _flat(array: NDArray[np.generic], shape: tuple[int, ...]) -> NDArray[np.generic]:
    """One row of the broadcast array; a single number stays one, read with stride 0."""
    if array.size == 1:
        return array.reshape(1)
    return np.ascontiguousarray(np.broadcast_to(array, shape)).reshape(-1)
