"""Links: a block of the simulation, all terms at once, beside the same sum in plain numpy."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.row import Row
from skyhold.links import freespace, gateway_links, noise, user_links
from skyhold.nouns.radio import RadioSpec, Waveform

SLOTS, CELLS, SATELLITES = 60, 2_500, 20
MILLION = 1e6
PEER = "numpy, line by line"
MOST_S = 0.1

Links = dict[str, NDArray[np.float32]]


def block(seed: int = 1) -> Links:
    """Random links of a block: elevation and scan (rad), rain (dB), jammer over noise."""
    rng = np.random.default_rng(seed)
    shape = (SLOTS, CELLS, SATELLITES)
    return {
        "elevation_rad": rng.uniform(0.44, 1.5, shape).astype(np.float32),
        "attenuation_db": rng.exponential(1.0, shape).astype(np.float32),
        "scan_rad": rng.uniform(0.0, 0.9, shape).astype(np.float32),
        "j_over_n": rng.exponential(0.5, shape).astype(np.float32),
    }


def plain(radio: RadioSpec, links: Links) -> NDArray[np.float64]:
    """The peer: the ledger of a downlink in numpy over whole arrays, capped Shannon at the end."""
    down, wet = radio.user_down, links["attenuation_db"]
    f_hz = down.frequency_ghz * 1e9
    range_m = freespace.range_at_m(links["elevation_rad"], radio.altitude_km)
    flux = user_links.flux_dbw_m2(radio, links["elevation_rad"])
    eirp = freespace.eirp_for_pfd(flux, range_m)
    level = eirp - freespace.loss_db(range_m, f_hz) + user_links.terminal_gain_dbi(down) - wet
    level = level + 13.0 * np.log10(np.cos(links["scan_rad"]))
    c_n = level - noise.noise_dbw(down.noise_k.value + noise.rain_kelvin(wet), down.channel_mhz * 1e6)
    c_i = user_links.down_interference_db(down)
    c_j = (
        level - noise.noise_dbw(down.noise_k.value, down.channel_mhz * 1e6) - 10 * np.log10(links["j_over_n"])
    )
    total = 1.0 / (10 ** (-c_n / 10) + 10 ** (-c_i / 10) + 10 ** (-c_j / 10))
    return np.minimum(4.5, np.log2(1.0 + total * 10**-0.3))


def cpu_s(task: Callable[[], object], times: int = 3) -> float:
    """Least CPU-seconds of this thread."""
    best = np.inf
    for _ in range(times):
        before = time.thread_time()
        task()
        best = min(best, time.thread_time() - before)
    return float(best)


def rows() -> list[Row]:
    """Seconds for a million links on one core."""
    radio, links = RadioSpec(), block()
    table = RadioSpec(waveform=Waveform(kind="dvb-s2x"))
    count = SLOTS * CELLS * SATELLITES / MILLION
    user_links.efficiency_down(radio, **links)
    user_links.efficiency_down(table, **links)
    ours = cpu_s(lambda: user_links.efficiency_down(radio, **links)) / count
    stepped = cpu_s(lambda: user_links.efficiency_down(table, **links)) / count
    gateway = (
        cpu_s(lambda: gateway_links.capacity_bit_s(radio, links["elevation_rad"], links["attenuation_db"]))
        / count
    )
    peer = cpu_s(lambda: plain(radio, links), times=1) / count
    size = f"{SLOTS} slots x {CELLS} cells x {SATELLITES} satellites"
    return [
        Row("million downlinks, all terms", ours, "s", peer, PEER, MOST_S, "at most", size),
        Row("million downlinks, DVB-S2X table", stepped, "s", required=MOST_S, note=size),
        Row("million gateway links", gateway, "s", required=MOST_S, note=size),
    ]
