"""A link budget as an engineer writes it: line by line, down to the rate and the margins."""

from __future__ import annotations

from dataclasses import dataclass

from skyhold.errors import SkyholdError
from skyhold.links.modcod import Modcod


@dataclass(frozen=True)
class Line:
    """One line: what, how much, in which unit, and why."""

    name: str
    value: float
    unit: str
    note: str = ""


@dataclass(frozen=True)
class Margin:
    """How far a ratio is above (or below, negative) the threshold of a mode, and what that mode would carry."""

    mode: str
    threshold_db: float
    margin_db: float
    rate_bit_s: float


@dataclass(frozen=True)
class Ledger:
    """A budget: its lines, C/(N+I) in dB, efficiency and net rate in bit/s.

    `payload_hz` symbols a second carry data; None for a link that counts photons.
    """

    title: str
    lines: tuple[Line, ...]
    ratio_db: float
    rate_bit_s: float
    efficiency: float = float("nan")
    payload_hz: float | None = None
    waveform: Modcod | None = None

    def value(self, name: str) -> float:
        """The number on the line of that name.

        Errors: SkyholdError where there is none.
        """
        for line in self.lines:
            if line.name == name:
                return line.value
        listed = ", ".join(line.name for line in self.lines)
        raise SkyholdError(f"no line {name!r} in the budget", expected=f"one of {listed}", where=self.title)

    def margins(self) -> tuple[Margin, ...]:
        """Each mode of the waveform beside the ratio, the most robust first; none for light."""
        if self.waveform is None or self.payload_hz is None:
            return ()
        return tuple(
            Margin(
                mode.name,
                mode.threshold_db,
                self.ratio_db - mode.threshold_db,
                mode.efficiency * self.payload_hz,
            )
            for mode in self.waveform.modes
        )
