"""Daily space weather: Kp, Ap and the 10.7 cm flux, observed and predicted, of the CelesTrak/CSSI file.

The observed days since 1957 are embedded. Predicted days are marked, and a day that is not there is an error, never
the last day again.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skyhold.errors import DataError
from skyhold.times import Instants

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
# ap of Kp 0o, 0+, 1-, 1o ... 9o (Bartels; GFZ Potsdam, "The geomagnetic Kp index", table 1)
AP_OF_KP_THIRDS = np.array(
    [
        0,
        2,
        3,
        4,
        5,
        6,
        7,
        9,
        12,
        15,
        18,
        22,
        27,
        32,
        39,
        48,
        56,
        67,
        80,
        94,
        111,
        132,
        154,
        179,
        207,
        236,
        300,
        400,
    ],
    np.float64,
)
REMEDY = "run: skyhold data update space-weather-all, and use its file; or use a forecast or the climatology"
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Activity:
    """(T,) what a model of the atmosphere wants to know of the Sun: observed F10.7 of the day before, its mean of
    81 days centred on the day, Ap of the day."""

    f107: Floats
    f107_mean81: Floats
    ap: Floats


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

    @property
    def first(self) -> np.datetime64:
        """The first day."""
        first: np.datetime64 = self.day[0]
        return first

    @property
    def last(self) -> np.datetime64:
        """The last observed day."""
        if not self.observed.any():
            raise DataError("the space weather has no observed day", remedy=REMEDY)
        last: np.datetime64 = self.day[self.observed][-1]
        return last

    def at(self, instants: Instants, *, allow_predicted: bool = False) -> Activity:
        """(T,) indices as models of the atmosphere take them. Raises `DataError` for days that are not there.

        The centred means of the last 40 observed days rest in part on CSSI's predictions.
        """
        rows = self._rows(instants.datetime64(), allow_predicted)
        before = self._rows(instants.datetime64() - np.timedelta64(1, "D"), allow_predicted)
        return Activity(self.f107_observed[before], self.f107_observed_81[rows], self.ap_mean[rows])

    def ap_history(self, instants: Instants, *, allow_predicted: bool = False) -> Floats:
        """(T, 7) ap that storm-time models take: the day's mean, now, 3, 6 and 9 h before, and the means of 12 to 33
        and of 36 to 57 h before (Picone et al. 2002, appendix A)."""
        when = instants.datetime64()
        back = [self._three_hourly(when, 3 * step, allow_predicted) for step in range(20)]
        far = [np.mean(back[4:12], axis=0), np.mean(back[12:20], axis=0)]
        daily_mean = self.ap_mean[self._rows(when, allow_predicted)]
        return np.stack([daily_mean, *back[:4], *far], axis=1)

    def _three_hourly(self, when: NDArray[np.datetime64], hours: int, allow_predicted: bool) -> Floats:
        """(T,) ap of the three hours in which the instants less some hours lie."""
        earlier = when - np.timedelta64(hours, "h")
        part = (earlier - earlier.astype("datetime64[D]")) // np.timedelta64(3, "h")
        return np.asarray(self.ap[self._rows(earlier, allow_predicted), part.astype(int)])

    def _rows(self, when: NDArray[np.datetime64], allow_predicted: bool) -> NDArray[np.intp]:
        """(T,) rows of the days of instants, all of them there."""
        days, back = np.unique(when.astype("datetime64[D]"), return_inverse=True)
        rows = [self.index(day.astype(date), allow_predicted=allow_predicted) for day in days]
        return np.array(rows, np.intp)[back]

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
                remedy=REMEDY,
            )
        if not (self.observed[row] or allow_predicted):
            last = self.day[self.observed][-1] if self.observed.any() else "none"
            raise DataError(
                f"the space weather of {wanted} is not observed",
                expected=f"a day until {last}, the last observed",
                remedy=REMEDY,
            )
        return row


def observed(path: Path | None = None) -> DailySpaceWeather:
    """The observed days since 1957: those embedded, or those of a fresher file, such as
    `store.path_of("space-weather-all")` after `skyhold data update`.

    Embedded: CSSI's file of 16 March 2026, from GFZ Potsdam (Kp, ap) and NRCan (F10.7). Raises `DataError` for a
    file that is absent, damaged, or ends before the embedded days do.
    """
    if path is None:
        return _embedded()
    table = daily(path)
    if table.last < _embedded().last:
        raise DataError(
            "the space weather file ends before the embedded days",
            expected=f"days until {_embedded().last} or later",
            came=f"the last observed is {table.last}",
            where=str(path),
            remedy="leave the file out, or run: skyhold data update space-weather-all",
        )
    return table


def daily_mean_ap(ap: Floats) -> Floats:
    """(D,) daily Ap of (D, 8) three-hour ap: the mean to the next whole number, halves up, as GFZ gives it."""
    return np.asarray(np.floor(ap.mean(axis=1) + 0.5))


@lru_cache(maxsize=1)
def _embedded() -> DailySpaceWeather:
    with (
        (resources.files("skyhold.data") / "embedded" / "space_weather.npz").open("rb") as stream,
        np.load(stream) as file,
    ):
        packed = {key: file[key] for key in file.files}
    thirds = packed["kp_thirds"]
    ap = AP_OF_KP_THIRDS[thirds]
    days = np.datetime64(int(packed["first_day"]), "D") + np.arange(len(thirds))
    fluxes = {key: np.cumsum(packed[key], dtype=np.int64) / 10.0 for key in FLUX}
    everywhere = np.ones(len(days), np.bool_)
    return DailySpaceWeather(days, everywhere, thirds / 3.0, ap, daily_mean_ap(ap), **fluxes)


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
