"""Daily space weather: Kp, Ap and the 10.7 cm flux, observed and predicted, of the CelesTrak/CSSI file.

Predicted days are marked, and a day that the file does not have is an error, never the last day again.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skyhold.errors import DataError

MOST_BYTES = 64_000_000
OBSERVED = ("OBS", "OBSERVED")
INTERPOLATED = ("INT", "INTERPOLATED")
# columns of CelesTrak's SW-*.csv, and of the same table under other names
DATE = ("DATE", "date")
KIND = ("F10.7_DATA_TYPE", "type")
KP = tuple((f"KP{i}", f"kp{i}") for i in range(1, 9))
AP = tuple((f"AP{i}", f"ap{i}") for i in range(1, 9))
AP_MEAN = ("AP_AVG", "ap_avg")
FLUX = {
    "f107_observed": ("F10.7_OBS", "f107_obs"),
    "f107_adjusted": ("F10.7_ADJ", "f107_adj"),
    "f107_observed_81": ("F10.7_OBS_CENTER81", "f107_obs_ctr81"),
    "f107_adjusted_81": ("F10.7_ADJ_CENTER81", "f107_adj_ctr81"),
}
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class DailySpaceWeather:
    """(D,) days, ascending, with (D, 8) three-hour Kp and ap and (D,) daily means and fluxes; NaN where
    blank.

    Fluxes are in solar flux units (1e-22 W/m2/Hz): observed at the Earth, and adjusted to 1 au; `_81` is
    the mean of 81 days centred on the day. Kp runs from 0 to 9. `observed` is False for interpolated and
    predicted days. The far end of the published file has one row a month: `index` of a day between two is
    an error.
    """

    day: NDArray[np.datetime64]
    observed: NDArray[np.bool_]
    kp: Floats
    ap: Floats
    ap_mean: Floats
    f107_observed: Floats
    f107_adjusted: Floats
    f107_observed_81: Floats
    f107_adjusted_81: Floats

    def __len__(self) -> int:
        return len(self.day)

    def index(self, when: date | datetime, *, allow_predicted: bool = False) -> int:
        """Row of the day. Raises `DataError` for a day that is not there, or is predicted and that is not
        allowed."""
        wanted = np.datetime64(when.date() if isinstance(when, datetime) else when, "D")
        row = int(np.searchsorted(self.day, wanted))
        span = f"days {self.day[0]} to {self.day[-1]}"
        if row == len(self.day) or self.day[row] != wanted:
            raise DataError(
                f"the space weather has no row for {wanted}",
                expected=span,
                remedy="run: skyhold data update space-weather-all, or choose another day",
            )
        if not (self.observed[row] or allow_predicted):
            last = self.day[self.observed][-1] if self.observed.any() else "none"
            raise DataError(
                f"the space weather of {wanted} is not observed",
                expected=f"a day until {last}, the last observed",
                remedy="allow predicted values, or update the data set",
            )
        return row


def daily(source: Path | str | bytes, *, name: str = "") -> DailySpaceWeather:
    """Read the daily file, plain or gzipped, by the names of its columns.

    `name` stands for the source in messages. Raises `DataError` that names the line.
    """
    where = name or (str(source) if not isinstance(source, bytes) else "space weather")
    text = _text(source if isinstance(source, bytes) else _bytes(Path(source)), where)
    try:
        rows = list(csv.reader(io.StringIO(text)))
    except csv.Error as error:
        raise _bad(f"is no CSV: {error}", where) from None
    if len(rows) < 2:
        raise _bad("has no days", where)
    column = {title.strip(): place for place, title in enumerate(rows[0])}
    body = [(line, row) for line, row in enumerate(rows[1:], 2) if row]
    for line, row in body:
        if len(row) != len(rows[0]):
            raise _bad(f"has {len(row)} cells, not {len(rows[0])}, on line {line}", where)
    dates = _dates(body, _place(column, DATE, where), where)
    kinds = np.array([row[_place(column, KIND, where)].strip().upper() for _, row in body])

    def cells(titles: Sequence[str]) -> Floats:
        return _numbers(body, _place(column, titles, where), where)

    fluxes: Mapping[str, Floats] = {key: cells(titles) for key, titles in FLUX.items()}
    return DailySpaceWeather(
        dates,
        np.isin(kinds, OBSERVED),
        np.stack([cells(titles) for titles in KP], axis=1) / 10.0,
        np.stack([cells(titles) for titles in AP], axis=1),
        cells(AP_MEAN),
        **fluxes,
    )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _bad(f"cannot be read: {error.strerror}", str(path)) from None


def _text(raw: bytes, where: str) -> str:
    try:
        if raw[:2] == b"\x1f\x8b":
            with gzip.open(io.BytesIO(raw)) as stream:
                raw = stream.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise _bad(f"is larger than {MOST_BYTES:,} bytes", where)
        return raw.decode("utf-8-sig")
    except (OSError, EOFError, zlib.error):
        raise _bad("is a broken gzip file", where) from None
    except UnicodeDecodeError:
        raise _bad("is not text", where) from None


def _place(column: Mapping[str, int], titles: Sequence[str], where: str) -> int:
    for title in titles:
        if title in column:
            return column[title]
    raise _bad(f"has no column {titles[0]}", where)


def _dates(body: Sequence[tuple[int, list[str]]], place: int, where: str) -> NDArray[np.datetime64]:
    days = []
    for line, row in body:
        try:
            days.append(np.datetime64(date.fromisoformat(row[place].strip()), "D"))
        except ValueError:
            raise _bad(f"has no date but {row[place]!r} on line {line}", where) from None
        if len(days) > 1 and days[-1] <= days[-2]:
            raise _bad(f"goes back in time on line {line}", where)
    return np.array(days)


def _numbers(body: Sequence[tuple[int, list[str]]], place: int, where: str) -> Floats:
    values = np.empty(len(body))
    for at, (line, row) in enumerate(body):
        try:
            values[at] = float(row[place]) if row[place].strip() else np.nan
        except ValueError:
            raise _bad(f"has no number but {row[place]!r} on line {line}", where) from None
    return values


def _bad(problem: str, where: str) -> DataError:
    return DataError(
        f"the space weather file {problem}",
        expected="CSV with the columns of CelesTrak's SW-All.csv",
        where=where,
        remedy="fetch it again with skyhold data update space-weather-all",
    )
