"""NASA Marshall's monthly forecasts of solar and geomagnetic activity, as they were issued.

Each gives, for each month to the end of the next cycle, the 5, 50 and 95 % points of the *13-month smoothed* F10.7 and
Ap. Those of 1999 to 2026 are embedded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skyhold.errors import DataError

Floats = NDArray[np.float64]
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
PERCENT = (5, 50, 95)
LEAD_MONTHS = 6  # the first row is the last month that could be smoothed: six before the month of issue
_ROW = re.compile(rf"^\s*(\d{{4}})\.\d+\s+({'|'.join(MONTHS)})((?:\s+-?\d+\.\d+){{6}})\s*$")
_NAME = re.compile(r"(?:^|[^a-z])([a-z]{3})(\d{4})f10", re.IGNORECASE)


@dataclass(frozen=True)
class MarshallForecast:
    """A forecast as issued in a month: (M,) months and (M, 3) percentiles 5, 50, 95 of smoothed F10.7 and Ap.

    The first months are observed already: a mean over 13 months is known half a year late. The 5 % point of Ap is
    below zero in some issues; it is kept as issued.
    """

    issued: date
    month: NDArray[np.datetime64]
    f107: Floats
    ap: Floats

    @property
    def name(self) -> str:
        """What a run says it used."""
        return f"NASA Marshall forecast issued {self.issued:%B %Y}"

    @property
    def last(self) -> np.datetime64:
        """The last month."""
        last: np.datetime64 = self.month[-1]
        return last


def read_marshall(path: Path, issued: date | None = None) -> MarshallForecast:
    """Read a file as issued, such as `feb2022f10_prd.txt`.

    The file does not say its month of issue. It is taken from the name, else from the first row, which is the month
    six before. A row printed twice (March, September 1999) counts once. Raises `DataError` for a file that cannot be
    read, or whose months have a gap or whose percentiles are out of order, naming the line.
    """
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise _bad(f"cannot be read: {type(error).__name__}", str(path)) from None
    found = [(number, match) for number, line in enumerate(lines, 1) if (match := _ROW.match(line))]
    looks = [number for number, line in enumerate(lines, 1) if re.match(r"\s*\d{4}\.\d", line)]
    if len(found) != len(looks) or len(found) < 12:
        odd = sorted(set(looks) - {number for number, _ in found})
        raise _bad(f"has a broken line {odd[0]}" if odd else "has no year of months", str(path))
    found = [found[0], *(now for before, now in pairwise(found) if now[1].groups() != before[1].groups())]
    months = np.array([f"{row[1]}-{MONTHS.index(row[2]) + 1:02d}" for _, row in found], "datetime64[M]")
    values = np.array([[float(cell) for cell in row[3].split()] for _, row in found]).reshape(-1, 2, 3)[
        :, :, ::-1
    ]
    _check_order(months, values, [number for number, _ in found], str(path))
    return MarshallForecast(
        issued or _issue_of(path.name, months[0]), months, values[:, 0].copy(), values[:, 1].copy()
    )


def issued_by(when: date | datetime) -> MarshallForecast:
    """The last embedded forecast that was out on a day: issued in the month before, or earlier.

    The day of issue within a month is not in the files, so a forecast counts as known from the month after. Raises
    `DataError` for days before the first.
    """
    month = np.datetime64(f"{when:%Y-%m}", "M")
    known = [one for one in embedded_forecasts() if np.datetime64(one.issued, "M") < month]
    if not known:
        raise DataError(
            f"no forecast was out on {when:%Y-%m-%d}",
            expected=f"a day after {embedded_forecasts()[0].issued:%B %Y}",
            remedy="use a file of your own with read_marshall, or the climatology",
        )
    if month - np.datetime64(known[-1].issued, "M") > np.timedelta64(12, "M"):
        raise DataError(
            f"the last embedded forecast was issued in {known[-1].issued:%B %Y}, more than a year before {month}",
            remedy="fetch a fresher one from NASA Marshall and give its path, or use the climatology",
        )
    return known[-1]


@lru_cache(maxsize=1)
def embedded_forecasts() -> tuple[MarshallForecast, ...]:
    """Every embedded forecast, oldest first."""
    with (
        (resources.files("skyhold.data") / "embedded" / "solar_forecasts.npz").open("rb") as stream,
        np.load(stream) as file,
    ):
        packed = {key: file[key] for key in file.files}
    values = np.cumsum(packed["tenths"], axis=0, dtype=np.int64)
    ends = np.cumsum(packed["count"])
    forecasts = []
    for end, count, issue, first in zip(
        ends, packed["count"], packed["issued"], packed["first"], strict=True
    ):
        block = values[end - count : end].reshape(-1, 2, 3) / 10.0
        months = np.datetime64(int(first), "M") + np.arange(count)
        issued = np.datetime64(int(issue), "M").astype("datetime64[D]").astype(date)
        forecasts.append(MarshallForecast(issued, months, block[:, 0].copy(), block[:, 1].copy()))
    return tuple(forecasts)


def pack(forecasts: Sequence[MarshallForecast]) -> dict[str, NDArray[np.generic]]:
    """Arrays of the embedded file: all rows one below the other, tenths, as differences from row to row."""
    rows = np.concatenate([np.concatenate([one.f107, one.ap], axis=1) for one in forecasts])
    tenths = np.rint(rows * 10.0).astype(np.int32)
    return {
        "tenths": np.diff(tenths, axis=0, prepend=0).astype(np.int16),
        "count": np.array([len(one.month) for one in forecasts], np.int16),
        "issued": np.array([np.datetime64(one.issued, "M").astype(np.int64) for one in forecasts], np.int16),
        "first": np.array([one.month[0].astype(np.int64) for one in forecasts], np.int16),
    }


def _issue_of(name: str, first: np.datetime64) -> date:
    """First day of the month of issue."""
    match = _NAME.search(name)
    if match and match[1].upper() in MONTHS:
        return date(int(match[2]), MONTHS.index(match[1].upper()) + 1, 1)
    issued: date = (first + LEAD_MONTHS).astype("datetime64[D]").astype(date)
    return issued


def _check_order(months: NDArray[np.datetime64], values: Floats, numbers: Sequence[int], where: str) -> None:
    """Months without a gap, percentiles ascending, fluxes that a Sun can have."""
    gaps = np.flatnonzero(np.diff(months) != np.timedelta64(1, "M"))
    if len(gaps):
        raise _bad(f"leaves out a month before line {numbers[gaps[0] + 1]}", where)
    mixed = np.flatnonzero((np.diff(values, axis=2) < 0.0).any(axis=(1, 2)))
    if len(mixed):
        raise _bad(f"has percentiles out of order on line {numbers[mixed[0]]}", where)
    wild = np.flatnonzero((values[:, 0] < 50.0).any(axis=1) | (values[:, 0] > 400.0).any(axis=1))
    if len(wild):
        raise _bad(f"has an F10.7 outside 50 to 400 on line {numbers[wild[0]]}", where)


def _bad(problem: str, where: str) -> DataError:
    return DataError(
        f"the solar forecast {problem}",
        expected="NASA Marshall's table of months with 95, 50 and 5 % of F10.7 and Ap",
        where=where,
        remedy="fetch it again",
    )
