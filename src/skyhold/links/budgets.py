"""Budgets of the links of a radio system, and which of its priors matter.

Arguments of every radio budget: elevation of the satellite, `attenuation_db` of rain and cloud (it warms a receiver on
the ground), `gas_db` of clear air, `j_over_n` power of jammers over the clear-sky noise (linear). Numbers agree with
the tables of `user_links` and `gateway_links` (a test says so).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from skyhold.errors import SkyholdError
from skyhold.links import antennas, freespace, gateway_links, modcod, noise, user_links
from skyhold.links import laser as optics
from skyhold.links.ledger import Ledger, Line
from skyhold.links.ratios import combine_db, decibel
from skyhold.links.user_links import Table
from skyhold.nouns.noun import Noun, Prior
from skyhold.nouns.radio import GatewayLink, RadioSpec

CARRIER = "carrier"
FEEDER = "C/(N+I) of the feeder link"
SHORTEST_RATE_BIT_S = 1.0  # below this a rate counts as none in a comparison


@dataclass(frozen=True)
class Sky:
    """What a budget stands under: see the module."""

    elevation_rad: float
    attenuation_db: float = 0.0
    j_over_n: float = 0.0
    gas_db: float = 0.0

    def __post_init__(self) -> None:
        limits = {
            "elevation": (self.elevation_rad, 0.0, np.pi / 2 + 1e-9, "0 to 90 degrees, in radians"),
            "attenuation_db": (self.attenuation_db, 0.0, 1e3, "0 to 1,000 dB"),
            "j_over_n": (self.j_over_n, 0.0, 1e15, "0 or more, linear"),
            "gas_db": (self.gas_db, 0.0, 1e3, "0 to 1,000 dB"),
        }
        for name, (value, low, high, words) in limits.items():
            if not low <= value <= high:
                raise SkyholdError(
                    f"{name} of the link cannot be", expected=words, came=f"{value:g}", where="link budget"
                )


def user_down(
    radio: RadioSpec,
    elevation_rad: float,
    attenuation_db: float = 0.0,
    j_over_n: float = 0.0,
    gas_db: float = 0.0,
    scan_rad: float | None = None,
) -> Ledger:
    """Satellite to terminal, one channel; without `scan_rad` the terminal leans towards the satellite."""
    sky, spec = Sky(elevation_rad, attenuation_db, j_over_n, gas_db), radio.user_down
    scan = float(user_links.lean_scan_rad(spec, elevation_rad)) if scan_rad is None else scan_rad
    lines = _down_lines(radio, sky, scan)
    carrier = next(line.value for line in lines if line.name == CARRIER)
    clear = carrier - float(
        noise.noise_dbw(spec.noise_k.value, modcod.symbol_hz(spec.channel_mhz, radio.waveform))
    )
    rise = float(noise.noise_rise_db(attenuation_db, spec.noise_k.value))
    ratios = (clear - rise, clear - float(decibel(j_over_n)), _down_against(radio))
    title = f"{radio.name}: satellite to terminal"
    return _close(title, lines, ratios, user_links.down(radio), spec.channel_mhz)


def _down_lines(radio: RadioSpec, sky: Sky, scan_rad: float) -> tuple[Line, ...]:
    spec = radio.user_down
    flux = float(user_links.flux_dbw_m2(radio, sky.elevation_rad))
    gain = user_links.terminal_gain_dbi(spec)
    scan_loss = float(antennas.scan_loss_db(scan_rad, spec.scan_exponent))
    f_hz, range_m = (
        spec.frequency_ghz * 1e9,
        float(freespace.range_at_m(sky.elevation_rad, radio.altitude_km)),
    )
    wet_loss = spec.wet_loss_db.value * min(1.0, sky.attenuation_db)
    carrier = flux + float(freespace.isotropic_area_dbm2(f_hz)) + gain - scan_loss
    carrier -= sky.gas_db + sky.attenuation_db + wet_loss + spec.other_loss_db.value
    per_mhz = flux - 10.0 * float(np.log10(spec.channel_mhz))
    return (
        *_sky_lines(radio, spec.frequency_ghz, sky),
        Line("satellite EIRP", float(freespace.eirp_for_pfd(flux, range_m)), "dBW", "in one channel"),
        Line("free-space loss", -float(freespace.loss_db(range_m, f_hz)), "dB"),
        Line("flux at the ground", per_mhz, "dBW/m2/MHz", f"limit {spec.pfd_limit_dbw_m2_mhz:g}"),
        *_fade_lines(sky, wet_loss, spec.other_loss_db.value),
        Line("terminal gain", gain, "dBi", f"{spec.aperture_m:g} m, efficiency {spec.efficiency:g}"),
        Line("scan loss", -scan_loss, "dB", f"{np.degrees(scan_rad):.1f} degrees off the boresight"),
        Line(CARRIER, carrier, "dBW"),
        *_noise_lines(radio, spec.noise_k.value, spec.channel_mhz, sky),
    )


def _down_against(radio: RadioSpec) -> dict[str, float]:
    spec = radio.user_down
    ratios = {
        "C/I own beams": spec.co_channel_db,
        "C/I other satellites": spec.adjacent_db,
        "C/I cross-polar": spec.cross_polar_db,
        "C/IM": spec.intermodulation_db,
    }
    against = {name: prior.value for name, prior in ratios.items() if prior is not None}
    return {**against, FEEDER: user_links.feeder_db(radio, radio.gateway_up)}


def user_up(
    radio: RadioSpec,
    elevation_rad: float,
    attenuation_db: float = 0.0,
    j_over_n: float = 0.0,
    gas_db: float = 0.0,
) -> Ledger:
    """Terminal to satellite, one channel at full duty; `j_over_n` at the satellite."""
    sky, spec = Sky(elevation_rad, attenuation_db, j_over_n, gas_db), radio.user_up
    range_m = float(freespace.range_at_m(elevation_rad, radio.altitude_km))
    loss = float(freespace.loss_db(range_m, spec.frequency_ghz * 1e9))
    held = 0.0
    if spec.power_control:
        full_m = freespace.range_at_m(np.radians(spec.full_power_elevation_deg), radio.altitude_km)
        full = float(freespace.loss_db(full_m, spec.frequency_ghz * 1e9))
        held = max(0.0, full - loss - attenuation_db - gas_db)
    symbols = modcod.symbol_hz(spec.channel_mhz, radio.waveform)
    level = spec.eirp_dbw.value - held - loss - gas_db - attenuation_db - spec.other_loss_db.value
    c_n = level + spec.satellite_g_t_db_k.value - float(noise.noise_dbw(1.0, symbols))
    lines = (
        *_sky_lines(radio, spec.frequency_ghz, sky),
        Line("terminal EIRP", spec.eirp_dbw.value, "dBW", spec.eirp_dbw.source),
        Line("held back", -held, "dB", f"full power at {spec.full_power_elevation_deg:g} degrees"),
        Line("free-space loss", -loss, "dB"),
        *_fade_lines(sky, 0.0, spec.other_loss_db.value),
        Line("satellite G/T", spec.satellite_g_t_db_k.value, "dB/K", spec.satellite_g_t_db_k.source),
        Line("bandwidth", 10.0 * float(np.log10(symbols)), "dBHz", f"{symbols / 1e6:g} MHz"),
    )
    against = {
        "C/I other cells": spec.co_channel_db.value,
        FEEDER: user_links.feeder_db(radio, radio.gateway_down),
    }
    jam = c_n - float(decibel(j_over_n))
    ratios = (c_n, jam, against)
    title = f"{radio.name}: terminal to satellite"
    ledger = _close(title, lines, ratios, user_links.up(radio), spec.channel_mhz)
    sustained = ledger.rate_bit_s * spec.duty_percent / 100.0
    duty = Line(
        "sustained rate",
        sustained / 1e6,
        "Mbit/s",
        f"a terminal may send {spec.duty_percent:g} % of the time",
    )
    return replace(ledger, lines=(*ledger.lines, duty))


def gateway_up(
    radio: RadioSpec,
    elevation_rad: float,
    attenuation_db: float = 0.0,
    j_over_n: float = 0.0,
    gas_db: float = 0.0,
) -> Ledger:
    """Gateway to satellite: all of the band in all its polarisations."""
    sky = Sky(elevation_rad, attenuation_db, j_over_n, gas_db)
    return _gateway(
        radio, radio.gateway_up, sky, gateway_links.up(radio), f"{radio.name}: gateway to satellite"
    )


def gateway_down(
    radio: RadioSpec,
    elevation_rad: float,
    attenuation_db: float = 0.0,
    j_over_n: float = 0.0,
    gas_db: float = 0.0,
) -> Ledger:
    """Satellite to gateway: all of the band in all its polarisations."""
    sky = Sky(elevation_rad, attenuation_db, j_over_n, gas_db)
    return _gateway(
        radio, radio.gateway_down, sky, gateway_links.down(radio), f"{radio.name}: satellite to gateway"
    )


def laser(radio: RadioSpec, range_m: float) -> Ledger:
    """Satellite to satellite by light."""
    return optics.budget(radio.laser, range_m)


@dataclass(frozen=True)
class Sensitivity:
    """One prior at its ends, all others at their middles: rates in bit/s."""

    parameter: str
    low: float
    high: float
    rate_low: float
    rate_high: float
    source: str = ""

    @property
    def swing(self) -> float:
        """How far the rate moves."""
        return abs(self.rate_high - self.rate_low)


def sensitivity(budget: Callable[[RadioSpec], Ledger], radio: RadioSpec) -> list[Sensitivity]:
    """Which priors move the rate of a budget, the strongest first (a tornado); those that move nothing are left out.

    `rate_low` is the rate with the prior at its low end, which may be the higher rate. One at a time: joint effects
    are not seen.
    """
    found = []
    for path, prior in priors(radio):
        low, high = (budget(with_value(radio, path, end)).rate_bit_s for end in (prior.low, prior.high))
        found.append(Sensitivity(".".join(path), prior.low, prior.high, low, high, prior.source))
    moving = [row for row in found if row.swing > SHORTEST_RATE_BIT_S]
    return sorted(moving, key=lambda row: (-row.swing, row.parameter))


def priors(noun: Noun, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Prior]]:
    """Every prior with a range inside a noun, with its path."""
    for key in type(noun).model_fields:
        value = getattr(noun, key)
        if isinstance(value, Prior):
            if value.high > value.low:
                yield (*path, key), value
        elif isinstance(value, Noun):
            yield from priors(value, (*path, key))


def with_value(radio: RadioSpec, path: tuple[str, ...], value: float) -> RadioSpec:
    """The radio with the middle of one prior moved inside its range."""
    part = getattr(radio, path[0])
    prior = getattr(part, path[1])
    moved = part.model_copy(update={path[1]: prior.model_copy(update={"value": value})})
    return radio.model_copy(update={path[0]: moved})


def _gateway(radio: RadioSpec, spec: GatewayLink, sky: Sky, table: Table, title: str) -> Ledger:
    range_m = float(freespace.range_at_m(sky.elevation_rad, radio.altitude_km))
    loss = float(freespace.loss_db(range_m, spec.frequency_ghz * 1e9))
    raised = min(spec.power_control_db, sky.attenuation_db)
    rise = 0.0 if spec.noise_k is None else float(noise.noise_rise_db(sky.attenuation_db, spec.noise_k))
    symbols = modcod.symbol_hz(spec.bandwidth_mhz, radio.waveform)
    level = spec.eirp_dbw.value + raised - loss - sky.gas_db - sky.attenuation_db - spec.other_loss_db.value
    clear = level + spec.g_t_db_k.value - float(noise.noise_dbw(1.0, symbols))
    lines = (
        *_sky_lines(radio, spec.frequency_ghz, sky),
        Line("EIRP", spec.eirp_dbw.value, "dBW", f"one polarisation; {spec.eirp_dbw.source}"),
        Line("raised in rain", raised, "dB", f"at most {spec.power_control_db:g}"),
        Line("free-space loss", -loss, "dB"),
        *_fade_lines(sky, 0.0, spec.other_loss_db.value),
        Line("receiver G/T", spec.g_t_db_k.value, "dB/K", spec.g_t_db_k.source),
        *([Line("noise of rain", -rise, "dB")] if rise else []),
        Line("bandwidth", 10.0 * float(np.log10(symbols)), "dBHz", f"{symbols / 1e6:g} MHz"),
    )
    ratios = (clear - rise, clear - float(decibel(sky.j_over_n)), {"C/I": spec.interference_db.value})
    return _close(title, lines, ratios, table, spec.bandwidth_mhz)


def _sky_lines(radio: RadioSpec, f_ghz: float, sky: Sky) -> tuple[Line, ...]:
    range_m = float(freespace.range_at_m(sky.elevation_rad, radio.altitude_km))
    return (
        Line("frequency", f_ghz, "GHz"),
        Line("elevation", float(np.degrees(sky.elevation_rad)), "deg"),
        Line("range", range_m / 1e3, "km", f"satellite at {radio.altitude_km:g} km"),
    )


def _fade_lines(sky: Sky, wet_loss_db: float, other_db: float) -> tuple[Line, ...]:
    lines = (
        Line("gases", -sky.gas_db, "dB"),
        Line("rain and cloud", -sky.attenuation_db, "dB"),
        Line("wet terminal", -wet_loss_db, "dB"),
        Line("other losses", -other_db, "dB", "pointing, polarisation, implementation"),
    )
    return tuple(line for line in lines if line.value != 0.0)


def _noise_lines(radio: RadioSpec, noise_k: float, width_mhz: float, sky: Sky) -> tuple[Line, ...]:
    added = float(noise.rain_kelvin(sky.attenuation_db))
    symbols = modcod.symbol_hz(width_mhz, radio.waveform)
    return (
        Line("system noise", noise_k, "K", "clear sky"),
        *([Line("rain adds", added, "K")] if added else []),
        Line("noise", float(noise.noise_dbw(noise_k + added, symbols)), "dBW", f"in {symbols / 1e6:.4g} MHz"),
    )


def _close(
    title: str,
    lines: tuple[Line, ...],
    ratios: tuple[float, float, dict[str, float]],
    table: Table,
    width_mhz: float,
) -> Ledger:
    """The ratios, what they make together, and the rate; `ratios` C/N, C/J and the named C/I, in dB."""
    c_n, c_j, named = ratios
    present = {name: value for name, value in {"C/J": c_j, **named}.items() if value < np.inf}
    total = float(combine_db(c_n, *present.values()))
    bits = float(table.waveform.efficiency(total))
    rate = bits * table.payload_hz
    share = table.payload_hz / (width_mhz * 1e6)
    closing = (
        Line("C/N", c_n, "dB"),
        *(Line(name, value, "dB") for name, value in present.items()),
        Line("C/(N+I)", total, "dB", "all of them together"),
        Line("efficiency", bits, "bit/s/Hz"),
        Line("rate", rate / 1e6, "Mbit/s", f"{width_mhz:g} MHz x {share:.4g} for data and polarisations"),
    )
    return Ledger(title, (*lines, *closing), total, rate, bits, table.payload_hz, table.waveform)
