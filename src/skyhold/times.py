"""UTC instants, kept exact enough for 0.1 mm of orbit.

A double of seconds since 1970 resolves 0.24 microseconds, which is 1.8 mm of orbital motion. So an epoch is two
doubles, as in the sgp4 library (a Julian day at midnight, and the fraction of that day), and instants are offsets
in seconds from one epoch. UTC is taken without leap seconds, as element sets are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from skyhold.units import DAY_S

JD_UNIX_EPOCH = 2_440_587.5


@dataclass(frozen=True, slots=True)
class Epoch:
    """A UTC instant: Julian day at midnight (ends in .5) and fraction of the day in [0, 1)."""

    day: float
    fraction: float

    @staticmethod
    def from_datetime(when: datetime) -> Epoch:
        """Read a datetime; one without a zone is taken as UTC."""
        utc = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
        midnight = utc.replace(hour=0, minute=0, second=0, microsecond=0)
        days = (midnight - datetime(1970, 1, 1, tzinfo=UTC)).days
        return Epoch(JD_UNIX_EPOCH + days, (utc - midnight).total_seconds() / DAY_S)

    def datetime(self) -> datetime:
        """The same instant as a datetime, to the microsecond."""
        days = self.day - JD_UNIX_EPOCH
        microseconds = round(self.fraction * DAY_S * 1e6)
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=days, microseconds=microseconds)

    def plus(self, seconds: float) -> Epoch:
        """The instant `seconds` later, the day kept at midnight."""
        fraction = self.fraction + seconds / DAY_S
        whole = math.floor(fraction)
        return Epoch(self.day + whole, fraction - whole)

    def seconds_until(self, other: Epoch) -> float:
        """UTC seconds from this instant to the other."""
        return ((other.day - self.day) + (other.fraction - self.fraction)) * DAY_S


@dataclass(frozen=True)
class Instants:
    """(T,) instants: an epoch and offsets from it in seconds, ascending."""

    epoch: Epoch
    offset_s: NDArray[np.float64]

    @staticmethod
    def every(start: Epoch, step_s: float, count: int) -> Instants:
        """`count` instants, `step_s` apart, the first at `start`."""
        return Instants(start, np.arange(count, dtype=np.float64) * step_s)

    def __len__(self) -> int:
        return len(self.offset_s)

    def block(self, first: int, last: int) -> Instants:
        """Instants first..last-1."""
        return Instants(self.epoch, self.offset_s[first:last])

    def julian_days(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(T,) Julian days at midnight and (T,) fractions, as `SatrecArray.sgp4` takes them."""
        fraction = self.epoch.fraction + self.offset_s / DAY_S
        whole = np.floor(fraction)
        return self.epoch.day + whole, fraction - whole

    def unix_s(self) -> NDArray[np.float64]:
        """(T,) seconds since 1970, to a quarter of a microsecond."""
        return (self.epoch.day - JD_UNIX_EPOCH + self.epoch.fraction) * DAY_S + self.offset_s

    def datetime64(self) -> NDArray[np.datetime64]:
        """(T,) numpy datetimes, nanosecond unit."""
        midnight = np.datetime64(int(self.epoch.day - JD_UNIX_EPOCH), "D").astype("datetime64[ns]")
        seconds = self.epoch.fraction * DAY_S + self.offset_s
        return np.asarray(midnight + np.round(seconds * 1e9).astype("timedelta64[ns]"))


def slot_instants(
    start: Epoch, duration_s: float, period_s: float = 15.0, offset_s: float = 12.0
) -> Instants:
    """Starts of the scheduling slots that begin in [start, start + duration).

    Slots begin at `offset_s` past the minute and every `period_s` from there (:12, :27, :42, :57 for Starlink;
    Tanveer et al., "Making Sense of Constellations", CoNEXT 2023).
    """
    second_of_day = start.fraction * DAY_S
    phase = (second_of_day - offset_s) % period_s
    wait = (period_s - phase) % period_s
    wait = 0.0 if period_s - wait < 1e-6 or wait < 1e-6 else wait
    count = max(0, math.ceil((duration_s - wait) / period_s - 1e-9))
    return Instants.every(start.plus(wait), period_s, count)
