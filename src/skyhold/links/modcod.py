"""Modulation and coding: bits a second and hertz for a ratio of carrier to everything else."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.errors import SkyholdError
from skyhold.links.ratios import decibel, linear
from skyhold.nouns.radio import Waveform

REPETITIONS = (2, 4, 8)


@dataclass(frozen=True)
class Mode:
    """One modulation and code: bit/s/Hz of the symbol rate, and the least Es/N0 (dB) that decodes it."""

    name: str
    efficiency: float
    threshold_db: float

    def repeated(self, times: int) -> Mode:
        """Each symbol sent several times: the threshold falls by 10 log10 of it, so does the rate."""
        threshold = self.threshold_db - float(decibel(times))
        return Mode(f"{self.name} x{times}", self.efficiency / times, threshold)

    def above(self, margin_db: float) -> Mode:
        """The same with a margin kept over its threshold."""
        return Mode(self.name, self.efficiency, self.threshold_db + margin_db)


class Modcod(Protocol):
    """A way to turn a ratio into bits; `modes` are its steps in order of their thresholds."""

    @property
    def modes(self) -> tuple[Mode, ...]:
        """Named modes, the most robust first."""
        ...

    def efficiency_of(self, ratio: ArrayLike) -> NDArray[np.floating]:
        """Bit/s/Hz for linear ratios C/(N+I)."""
        ...

    def efficiency(self, c_n_db: ArrayLike) -> NDArray[np.floating]:
        """Bit/s/Hz for ratios in dB."""
        ...

    def threshold_db(self, efficiency: float) -> float:
        """Least ratio (dB) that carries an efficiency."""
        ...


@lru_cache(maxsize=1)
def dvb_modes() -> tuple[Mode, ...]:
    """All modes of DVB-S2 and DVB-S2X by threshold; see the file for the source and its trust."""
    text = files("skyhold.links").joinpath("dvb_modes.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    rows = [Mode(*row) for table in ("dvb_s2", "dvb_s2x") for row in tables[table]]
    return tuple(sorted(rows, key=lambda mode: (mode.threshold_db, -mode.efficiency)))


def dvb_mode(name: str) -> Mode:
    """The mode of that name, such as "16APSK 3/4".

    Errors: SkyholdError where there is none.
    """
    for mode in dvb_modes():
        if mode.name == name:
            return mode
    raise SkyholdError(f"no DVB-S2X mode {name!r}", expected="a name such as 16APSK 3/4 or QPSK 2/9")


def robust() -> tuple[Mode, ...]:
    """QPSK 2/9 repeated 8, 4 and 2 times: down to -11.9 dB, the most robust first."""
    lowest = dvb_mode("QPSK 2/9")
    return tuple(lowest.repeated(times) for times in sorted(REPETITIONS, reverse=True))


ROBUST = robust()
LOWEST = dvb_mode("QPSK 2/9")
OFDM = (
    ("QPSK 1/2", 1.0),
    ("QPSK 3/4", 1.5),
    ("16QAM 1/2", 2.0),
    ("16QAM 3/4", 3.0),
    ("64QAM 2/3", 4.0),
    ("64QAM 3/4", 4.5),
)


@dataclass(frozen=True)
class Gap:
    """Shannon's bound less a gap, with a cap: min(most, log2(1 + 10^((C/N - gap) / 10))).

    Stands for a receiver that picks among finely stepped modes. Nothing below `lowest_db`; the default goes down to
    nothing, as the worked examples do. `margin_db` is what `gap_db` and `lowest_db` hold over every threshold.
    """

    gap_db: float = 3.0
    most: float = 4.5
    lowest_db: float = -np.inf
    margin_db: float = 0.0

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The lowest modes at their own thresholds, then familiar names at those that the formula gives them."""
        low = [mode.above(self.margin_db) for mode in (*ROBUST, LOWEST)]
        named = [
            Mode(name, bits, self.threshold_db(bits)) for name, bits in OFDM if bits <= self.most + 1e-12
        ]
        return (*(mode for mode in low if mode.threshold_db >= self.lowest_db - 1e-9), *named)

    def efficiency_of(self, ratio: ArrayLike) -> NDArray[np.floating]:
        """Bit/s/Hz for linear ratios; float32 stays float32."""
        given = np.asarray(ratio)
        kind = given.dtype if given.dtype.kind == "f" else np.dtype(np.float64)
        bits = np.log2(1.0 + given * kind.type(linear(-self.gap_db)))
        bits = np.minimum(bits, kind.type(self.most))
        return np.where(given < kind.type(linear(self.lowest_db)), kind.type(0.0), bits)

    def efficiency(self, c_n_db: ArrayLike) -> NDArray[np.floating]:
        """Bit/s/Hz for ratios in dB."""
        return self.efficiency_of(linear(c_n_db))

    def threshold_db(self, efficiency: float) -> float:
        """gap + 10 log10(2^e - 1), at least the lowest ratio; infinite above the cap."""
        if efficiency > self.most + 1e-12:
            return float(np.inf)
        return max(float(self.gap_db + decibel(2.0**efficiency - 1.0)), self.lowest_db)


@dataclass(frozen=True)
class Stepped:
    """The best of a list of modes that the ratio still decodes."""

    listed: tuple[Mode, ...]

    @cached_property
    def modes(self) -> tuple[Mode, ...]:
        """The modes worth using: each carries more than all below it."""
        kept: list[Mode] = []
        for mode in sorted(self.listed, key=lambda mode: (mode.threshold_db, -mode.efficiency)):
            if not kept or mode.efficiency > kept[-1].efficiency:
                kept.append(mode)
        return tuple(kept)

    @cached_property
    def _steps(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        thresholds = linear([mode.threshold_db for mode in self.modes])
        return thresholds, np.array([0.0, *(mode.efficiency for mode in self.modes)])

    def efficiency_of(self, ratio: ArrayLike) -> NDArray[np.floating]:
        """Bit/s/Hz for linear ratios; float32 stays float32. NaN carries nothing."""
        given = np.asarray(ratio)
        thresholds, bits = self._steps
        # a hair of slack, so that a threshold decodes after its way through decibels and back
        step = np.searchsorted(thresholds * (1.0 - 1e-9), np.nan_to_num(given, nan=0.0), side="right")
        return np.asarray(bits[step], given.dtype if given.dtype.kind == "f" else np.float64)

    def efficiency(self, c_n_db: ArrayLike) -> NDArray[np.floating]:
        """Bit/s/Hz for ratios in dB."""
        return self.efficiency_of(linear(c_n_db))

    def threshold_db(self, efficiency: float) -> float:
        """Threshold of the first mode that carries it; infinite where none does."""
        enough = (mode.threshold_db for mode in self.modes if mode.efficiency >= efficiency - 1e-9)
        return next(enough, float(np.inf))


@lru_cache(maxsize=4)
def DvbS2x(robust_modes: bool = False) -> Stepped:
    """The DVB-S2 and DVB-S2X table, with the repetition modes below it where wanted."""
    return Stepped((*ROBUST, *dvb_modes()) if robust_modes else dvb_modes())


def from_spec(spec: Waveform) -> Modcod:
    """The waveform of a scenario.

    Its lowest mode is QPSK 2/9 (-2.85 dB), or with `robust_modes` that repeated 8 times (-11.9 dB): below it nothing
    is received, in the capped formula too.
    """
    makers = {"gap": _gap, "dvb-s2x": _table}
    return makers[spec.kind](spec)


def _gap(spec: Waveform) -> Modcod:
    lowest = (ROBUST[0] if spec.robust_modes else LOWEST).above(spec.margin_db)
    return Gap(spec.gap_db.value + spec.margin_db, spec.most_bit_s_hz, lowest.threshold_db, spec.margin_db)


def _table(spec: Waveform) -> Modcod:
    return Stepped(tuple(mode.above(spec.margin_db) for mode in DvbS2x(spec.robust_modes).modes))


def symbol_hz(channel_mhz: float, spec: Waveform) -> float:
    """Symbols a second of a channel, which is also the width its noise counts in: width / (1 + roll-off)."""
    return channel_mhz * 1e6 / (1.0 + spec.roll_off)


def payload_hz(channel_mhz: float, spec: Waveform) -> float:
    """Symbols a second that carry data: times an efficiency it is the net rate in bit/s."""
    return symbol_hz(channel_mhz, spec) * spec.framing
