"""What people do on a line, and the published limits of each: criteria as objects over 15 s windows.

Each limit is marked: [F] read in the document named, [mem] recalled from it and not read again, [I] our own choice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.experience import voice
from skyhold.experience.series import Experience
from skyhold.units import MS

JITTER_BUFFER_PERCENTILE = 99.0
PAGE_BITS = 2e6 * 8.0  # a page of 2 MB over six connections [I]; first flight 10 segments, RFC 6928
FIRST_FLIGHT_BITS = 6 * 10 * 1460 * 8.0
SET_UP_RTTS = 4.0  # name, TCP, TLS 1.3, request


@dataclass(frozen=True)
class Windows:
    """(W,) windows of one slot each: what a criterion may look at; times s, rates bit/s, losses shares of both ways.

    `jitter_s` is the mean change from one packet to the next, 100 ms later, as RFC 3550 counts it; `late_s` how much
    later than the window's fastest the 99th percentile comes: the jitter buffer that loses 1 %.
    """

    served: NDArray[np.bool_]
    rtt_s: NDArray[np.float64]
    late_s: NDArray[np.float64]
    jitter_s: NDArray[np.float64]
    down_bit_s: NDArray[np.float64]
    up_bit_s: NDArray[np.float64]
    loss: NDArray[np.float64]
    burst_loss: NDArray[np.float64]

    @staticmethod
    def of(happened: Experience) -> Windows:
        """The windows of an experience, one a slot."""
        count = len(happened.slots)

        def rows(x: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.asarray(x.reshape(count, -1), np.float64)

        served = happened.slots.served
        rtt = rows(np.where(np.isnan(happened.rtt_s), 10.0, happened.rtt_s))
        loss = rows(1.0 - (1.0 - happened.loss_down) * (1.0 - happened.loss_up))
        late = np.percentile(rtt, JITTER_BUFFER_PERCENTILE, axis=1) - rtt.min(axis=1)
        jitter = np.abs(np.diff(rtt, axis=1)).mean(axis=1) if rtt.shape[1] > 1 else np.zeros(count)
        return Windows(
            served, np.median(rtt, axis=1), late, jitter, rows(happened.down_bit_s).mean(axis=1),
            rows(happened.up_bit_s).mean(axis=1), loss.mean(axis=1), loss.max(axis=1),
        )  # fmt: skip

    @property
    def one_way_s(self) -> NDArray[np.float64]:
        """Half the RTT: the ways are not told apart."""
        return 0.5 * self.rtt_s

    @property
    def mouth_to_ear_s(self) -> NDArray[np.float64]:
        """One way, half the jitter of both ways in a buffer, and a coder of 20 ms."""
        return self.one_way_s + 0.5 * self.late_s + voice.G711.delay_s

    @property
    def rating(self) -> NDArray[np.float64]:
        """R of the E-model: half of the loss of both ways, and 1 % that comes too late."""
        late = 1.0 - JITTER_BUFFER_PERCENTILE / 100.0
        return np.asarray(voice.rating(self.mouth_to_ear_s, np.minimum(1.0, 0.5 * self.loss + late)))

    @property
    def page_s(self) -> NDArray[np.float64]:
        """Time to load a page of 2 MB: set-up, doublings of the first flight, and the bits at the line's rate [I]."""
        doublings = np.log2(PAGE_BITS / FIRST_FLIGHT_BITS + 1.0)
        slow = PAGE_BITS / np.maximum(self.down_bit_s, 1.0)
        return np.asarray((SET_UP_RTTS + doublings) * self.rtt_s + slow)


@dataclass(frozen=True)
class Criterion:
    """A limit on one value of a window: `best` for good, `limit` for usable; `scale` turns SI into `unit`."""

    what: str
    value: Callable[[Windows], NDArray[np.float64]]
    best: float
    limit: float
    unit: str
    scale: float
    source: str
    least: bool = False

    def holds(self, windows: Windows, bound: float) -> NDArray[np.bool_]:
        """(W,) whether the value is within `bound` (at least it, where `least`)."""
        value = self.value(windows) / self.scale
        return np.asarray(value >= bound if self.least else value <= bound)


@dataclass(frozen=True)
class Activity:
    """Something people do, and all it needs."""

    name: str
    criteria: tuple[Criterion, ...]


G1010 = "ITU-T G.1010 (2001) Appendix I [mem]"
ZOOM = "Zoom, bandwidth and quality recommendations [mem]"
TEAMS = "Microsoft Teams, network performance from client to edge [mem]"
MBIT = 1e6

VIDEO = Activity(
    "video call 720p",
    (
        Criterion("rate down", lambda w: w.down_bit_s, 1.2, 0.6, "Mbit/s", MBIT, ZOOM, least=True),
        Criterion("rate up", lambda w: w.up_bit_s, 1.2, 0.6, "Mbit/s", MBIT, ZOOM, least=True),
        Criterion("RTT", lambda w: w.rtt_s, 100.0, 300.0, "ms", MS, f"{TEAMS}; {ZOOM}: 150 ms one way"),
        Criterion("jitter", lambda w: w.jitter_s, 30.0, 40.0, "ms", MS, f"{TEAMS}; {ZOOM}"),
        Criterion("loss in 15 s", lambda w: w.loss, 1.0, 2.0, "%", 0.01, f"{TEAMS}; {ZOOM}"),
        Criterion("loss in a step", lambda w: w.burst_loss, 10.0, 10.0, "%", 0.01, f"{TEAMS}: in 200 ms"),
    ),
)
VOICE = Activity(
    "voice call",
    (
        Criterion(
            "R", lambda w: w.rating, 80.0, 70.0, "", 1.0, "ITU-T G.107 and G.109, classes [mem]", least=True
        ),
        Criterion(
            "mouth to ear", lambda w: w.mouth_to_ear_s, 150.0, 400.0, "ms", MS, "ITU-T G.114 (2003) [mem]"
        ),
        Criterion(
            "rate up", lambda w: w.up_bit_s, 0.1, 0.08, "Mbit/s", MBIT, "G.711 and headers", least=True
        ),
    ),
)
BROWSING = Activity("browsing", (Criterion("page of 2 MB", lambda w: w.page_s, 2.0, 4.0, "s", 1.0, G1010),))
GAMING = Activity(
    "gaming",
    (
        Criterion(
            "one way", lambda w: w.one_way_s, 100.0, 200.0, "ms", MS,
            f"{G1010}; 100 ms for first-person games: Claypool, CACM 2006 [mem]",
        ),
        Criterion("loss", lambda w: w.loss, 1.0, 3.0, "%", 0.01, "ITU-T G.1010 asks for none; shares are ours [I]"),
        Criterion("jitter", lambda w: w.jitter_s, 30.0, 50.0, "ms", MS, "ours [I]"),
    ),
)  # fmt: skip

ACTIVITIES = (VIDEO, VOICE, BROWSING, GAMING)
