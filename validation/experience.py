"""What traces, tests and published models say about gaps, rates, losses and flows, beside ours.

The ping series slot by slot is in `validation.slots`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from skyhold.experience import tcp, voice
from skyhold.experience.gaps import GapModel
from skyhold.experience.queue import Line, droptail
from skyhold.experience.rates import RateModel
from skyhold.experience.series import Experience, LineModel, experience, probe
from skyhold.experience.slots import Slots
from skyhold.times import Epoch, slot_instants
from skyhold.units import HOUR_S, MS
from validation.case import Case

LEOCC = "LeoCC sample trace of 120 s (Lai et al., SIGCOMM 2025), analysed"
WETLINKS = "WetLinks, six months of 2023 and 2024, read off its figures"
ONE_TRACE = "twice the scatter of two-minute traces from seed to seed: theirs is one of them"
NO_BURSTS = (
    "ours come one by one or in gaps; short outages, which lose 2 % of a test and more, are not modelled"
)


@cache
def trace(seed: int) -> Experience:
    """Two minutes like LeoCC's trace: 48.7 Mbit/s, RTT 22 ms."""
    slots = slot_instants(Epoch(2_460_199.5, 0.0), 120.0)
    return experience(Slots.of(slots, 0.022, 48.7e6, 1e7), seed=seed)


def gap_lengths_ms() -> NDArray[np.float64]:
    """Longest pause between packets of a full line in the second about each boundary, and within slots: (2, N)."""
    near, inside = [], []
    for seed in range(40):
        line = trace(seed).line_down()
        moments = line.moment_s(np.arange(1, int(line.bits[-1] / 12_000.0)) * 12_000.0)
        pause, middle = np.diff(moments), 0.5 * (moments[1:] + moments[:-1])
        phase = (middle + 7.5) % 15.0 - 7.5
        slot = np.floor((middle + 7.5) / 15.0)
        near += [pause[(slot == n) & (np.abs(phase) < 0.5)].max() for n in range(1, 8)]
        inside += [pause[(slot == n) & (np.abs(phase) >= 0.5)].max() for n in range(1, 8)]
    return np.array([near, inside]) / MS


def rate_autocorrelation(lag_s: float) -> Callable[[], float]:
    """Of 100 ms bins, mean over many traces of two minutes, as LeoCC's was measured."""

    def of_trace(seed: int) -> float:
        x, n = trace(seed).down_bit_s, round(lag_s / 0.1)
        y = x - x.mean()
        return float((y[:-n] * y[n:]).mean() / y.var())

    return lambda: float(np.mean([of_trace(seed) for seed in range(300)]))


def rate_bin(which: float) -> Callable[[], float]:
    """A percentile of 100 ms bins relative to their mean, mean over many traces of two minutes."""
    return lambda: float(
        np.mean([np.percentile(x, which) / x.mean() for x in (trace(seed).down_bit_s for seed in range(300))])
    )


def model_autocorrelation(lag_s: float) -> Callable[[], float]:
    """Of the rate process itself, without end."""
    return lambda: RateModel().autocorrelation(lag_s)


def cubic_window(loss: float) -> float:
    """Segments of the response function at RTT 100 ms."""
    return float(tcp.cubic_bit_s(0.1, loss) * 0.1 / tcp.SEGMENT_BITS)


@cache
def losses_of_250(tests: int = 4000) -> NDArray[np.int64]:
    """Packets lost of 250 pings a tenth of a second apart, of many tests at random times."""
    slots = slot_instants(Epoch(2_460_199.5, 0.0), 6.0 * HOUR_S)
    line = experience(Slots.of(slots, 0.05, 1e8, 1e7), seed=2)
    starts = np.random.default_rng(5).uniform(0.0, slots.offset_s[-1] - 30.0, tests)
    _, lost = probe(line, (starts[:, None] + 0.1 * np.arange(250)).ravel(), seed=6)
    return np.asarray(lost.reshape(tests, 250).sum(axis=1))


def loss_ecdf(percent: float) -> Callable[[], float]:
    """Share of the tests with any loss that lost no more than this."""

    def ours() -> float:
        lost = losses_of_250()
        return float(np.mean(lost[lost > 0] <= percent / 100.0 * 250 + 1e-9))

    return ours


def loaded_rtt_ms() -> float:
    """Median RTT under eight downloads at 100 Mbit/s through a queue of 500 packets, ms."""
    slots = slot_instants(Epoch(2_460_199.5, 0.0), 1200.0)
    line = experience(Slots.of(slots, 0.05, 1e8, 1e7), seed=1)
    return float(np.median(tcp.cubic_flow(line, flows=8, limit_packets=500).loaded_rtt_s) / MS)


def fluid_over_response() -> float:
    """Goodput of our fluid CUBIC flow without gaps or a limit, over RFC 9438's response function; RTT 50 ms, p 1e-4."""
    slots = slot_instants(Epoch(2_460_199.5, 0.0), 4.0 * HOUR_S)
    how = LineModel(gaps=replace(GapModel(), loss=0.0, kept_scale=0.0))
    line = experience(Slots.of(slots, 0.05, 1e9, 1e9, changed=False), model=how)
    flow = tcp.cubic_flow(line, limit_packets=100_000)
    return float(flow.goodput_bit_s.mean() / tcp.cubic_bit_s(0.05, how.packets.loss_down))


def queue_wait_over_theory() -> float:
    """Mean wait of Poisson packets at 80 % load in our queue over Pollaczek and Khinchine, in services."""
    rng = np.random.default_rng(11)
    rate, load, count = 1e7, 0.8, 400_000
    arrival = np.cumsum(rng.exponential(12_000.0 / (rate * load), count))
    line = Line.of_rates(np.full(int(arrival[-1]) + 20, rate), 1.0)
    waits = droptail(line, arrival, limit_packets=10_000_000).delay_s / (12_000.0 / rate) - 1.0
    return float(waits.mean() / (load / (2.0 * (1.0 - load))))


TRACE_CASES: tuple[Case, ...] = (
    Case(
        "gap of a full line at slot boundaries, shortest", "published", 58.0, "ms", 1.0, "printed to 1 ms", LEOCC,
        lambda: float(gap_lengths_ms()[0].min()), relation="at least",
    ),
    Case(
        "gap of a full line at slot boundaries, longest", "published", 134.0, "ms", 1.0, "printed to 1 ms", LEOCC,
        lambda: float(gap_lengths_ms()[0].max()), relation="at most",
    ),
    Case(
        "gap of a full line at slot boundaries, median", "published", 74.5, "ms", 15.0,
        "standard error of a median of eight", LEOCC, lambda: float(np.median(gap_lengths_ms()[0])),
    ),
    Case(
        "longest pause of a full line away from boundaries", "published", 40.0, "ms", 0.0, "nothing of 40 ms or more",
        LEOCC, lambda: float(gap_lengths_ms()[1].max()), relation="at most",
    ),
    *(
        Case(
            f"autocorrelation of the rate at {lag:g} s, two minutes", "observed", says, "", margin, ONE_TRACE, LEOCC,
            rate_autocorrelation(lag),
        )
        for lag, says, margin in ((1.0, 0.55, 0.153), (5.0, 0.23, 0.222), (15.0, 0.20, 0.206))
    ),
    *(
        Case(
            f"autocorrelation of the rate at {lag:g} s, process", "published", says, "", 0.001, "solved for these",
            LEOCC, model_autocorrelation(lag),
        )
        for lag, says in ((1.0, 0.55), (5.0, 0.23), (15.0, 0.20))
    ),
    *(
        Case(
            f"rate of 100 ms bins over their mean, {which}th percentile", "observed", says, "", margin, ONE_TRACE,
            LEOCC, rate_bin(which),
        )
        for which, says, margin in ((5, 0.690, 0.045), (50, 0.998, 0.017), (95, 1.366, 0.071))
    ),
    *(
        Case(
            f"tests of 250 pings with any loss: share that lost {percent:g} % or less", "observed", says, "", 0.02,
            "read off a figure", WETLINKS, loss_ecdf(percent), known_failure=NO_BURSTS,
        )
        for percent, says in ((0.4, 0.67), (1.2, 0.885), (4.0, 0.969))
    ),
)  # fmt: skip

FLOW_CASES: tuple[Case, ...] = (
    *(
        Case(
            f"CUBIC's mean window at RTT 100 ms and loss {loss:g}", "published", says, "segments", 0.5,
            "printed to the segment", "RFC 8312 Table 3, C = 0.4 [mem]", lambda loss=loss: cubic_window(loss),
        )
        for loss, says in ((1e-4, 187.0), (1e-5, 1054.0), (1e-6, 5926.0))
    ),
    Case(
        "fluid CUBIC over its response function, RTT 50 ms, random loss 1e-4", "crossed", 1.0, "", 0.25,
        "the function takes losses evenly apart; random ones give Reno 15 % more (Altman et al., 2000), CUBIC alike",
        "RFC 9438 eq. 5", fluid_over_response,
    ),
    Case(
        "mean wait in the queue at 80 % load over Pollaczek and Khinchine", "law", 1.0, "", 0.05,
        "scatter of 400,000 packets in a long queue", "M/D/1", queue_wait_over_theory,
    ),
    Case(
        "RTT under eight downloads, queue of 500 packets, median", "published", 145.0, "ms", 55.0,
        "a range, 90 to 200 ms, inferred and not measured [I]", "latency under load, several studies", loaded_rtt_ms,
    ),
    Case(
        "MOS of a perfect call", "published", 4.41, "", 0.005, "printed to 0.01", "ITU-T G.107 (2015), R = 93.2",
        lambda: float(voice.opinion(voice.rating(0.0, 0.0))),
    ),
)  # fmt: skip

CASES: tuple[Case, ...] = (*TRACE_CASES, *FLOW_CASES)
