"""What every scenario noun is: a frozen pydantic model that forbids keys it does not know."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from math import isfinite
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

EARLIEST = datetime(1957, 10, 4, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


class Noun(BaseModel):
    """A frozen part of a scenario; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True)


def fault(
    problem: str,
    *,
    expected: str = "",
    came: str = "",
    remedy: str = "",
    key: str | tuple[str | int, ...] = (),
) -> Exception:
    """What a validator raises: `key` is the key or path in its noun, the rest as in `skyhold.errors`."""
    path = (key,) if isinstance(key, str) else key
    facts = {"problem": problem, "expected": expected, "came": came, "remedy": remedy, "path": path}
    return PydanticCustomError("scenario", "{problem}", facts)


def twice(names: Iterable[str]) -> list[str]:
    """Names that come more than once, in order of their second coming."""
    seen: set[str] = set()
    again: list[str] = []
    for name in names:
        if name in seen and name not in again:
            again.append(name)
        seen.add(name)
    return again


def forbid_twice(names: Iterable[str], key: str) -> None:
    """Refuse a list in which two items bear one name."""
    again = twice(names)
    if again:
        raise fault(
            f"{', '.join(map(repr, again))} stands more than once in {key}",
            expected="names that differ",
            remedy="rename or remove one of the two",
            key=key,
        )


def as_utc(value: object) -> datetime:
    """A date or time of a scenario as an aware UTC datetime.

    A time without a zone is UTC, as the key's name says; a date alone is its midnight. Numbers are refused: a
    20220228 must not become seconds since 1970.
    """
    when = _read_time(value)
    try:
        utc = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except OverflowError:
        utc = EARLIEST.replace(year=1)
    if not EARLIEST <= utc <= LATEST:
        raise fault(
            f"{value} lies outside the space age",
            expected="a time from 1957-10-04 to 2200-01-01",
            came=str(value),
            remedy="write it as 2022-02-28T00:00:00Z",
        )
    return utc


def as_day(value: object) -> date:
    """A day of a scenario: a date, or the UTC day of a time; numbers are refused as in `as_utc`."""
    return as_utc(value).date()


def _read_time(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass
    raise fault(
        "this is not a time",
        expected="a UTC time such as 2022-02-28T00:00:00Z",
        came=repr(value),
        remedy="write it without quotation marks, year first",
    )


Number = Annotated[float, Strict()]
"""A float; an integer is one too, a string or a boolean is not."""

Count = Annotated[int, Strict()]
"""An integer; 3.0, "3" and true are not."""

Switch = Annotated[bool, Strict()]
"""true or false, nothing that looks like it."""

Utc = Annotated[AwareDatetime, BeforeValidator(as_utc)]
"""A UTC instant, see `as_utc`."""

Day = Annotated[date, BeforeValidator(as_day)]
"""A UTC day, see `as_day`."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
"""A name people read."""

Slug = Annotated[str, StringConstraints(pattern="^[a-z0-9][a-z0-9-]*$", max_length=100)]
"""A name files and folders can bear: small letters, digits, hyphens."""

Latitude = Annotated[Number, Field(ge=-90, le=90, description="geodetic latitude, WGS-84, north positive")]
Longitude = Annotated[Number, Field(ge=-180, le=180, description="longitude, WGS-84, east positive")]
Altitude = Annotated[Number, Field(ge=-450, le=9000, description="height over the WGS-84 ellipsoid")]
CountryCode = Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")]

MOST_DB = 300.0


class Prior(Noun):
    """An uncertain number: its middle value, and the range it is known to lie in."""

    value: Number = Field(ge=-1e12, le=1e12, description="middle value, the one a run uses")
    low: Number = Field(ge=-1e12, le=1e12, description="low end of what is plausible")
    high: Number = Field(ge=-1e12, le=1e12, description="high end of what is plausible")
    source: str = Field(default="", description="where the range comes from")

    @model_validator(mode="after")
    def _in_order(self) -> Prior:
        if not self.low <= self.value <= self.high:
            raise fault(
                "the value lies outside its own range",
                expected="low <= value <= high",
                came=f"low {self.low:g}, value {self.value:g}, high {self.high:g}",
                remedy="put the three numbers in order",
            )
        return self


def as_prior(value: Any) -> Any:
    """A bare number is a value without a range."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not isfinite(value):
            raise fault(
                "this is no number",
                expected="a finite number",
                came=str(value),
                remedy="give one, or a range",
            )
        return {"value": value, "low": value, "high": value}
    if isinstance(value, str | bool | list | tuple):
        raise fault(
            "this is neither a number nor a range",
            expected="a number, or a table of value, low, high and source",
            came=repr(value)[:60],
            remedy="write it like 45.0, or like { value = 45.0, low = 40.0, high = 50.0 }",
        )
    return value


Ranged = Annotated[Prior, BeforeValidator(as_prior)]
"""A number, or a table of value, low, high and source."""


def above_zero(prior: Prior) -> Prior:
    """Refuse a range that reaches zero or below."""
    if not prior.low > 0.0:
        raise fault(
            "this must be more than nothing",
            expected="numbers above 0",
            came=f"{prior.low:g}",
            remedy="check the sign and the unit",
        )
    return prior


def no_gain(prior: Prior) -> Prior:
    """Refuse a loss that would be a gain."""
    if not prior.low >= 0.0:
        raise fault(
            "a loss below 0 dB would be a gain",
            expected="0 or more, a loss is positive",
            came=f"{prior.low:g}",
            remedy="write losses without a minus sign",
        )
    return prior


def in_decibels(prior: Prior) -> Prior:
    """Refuse decibels that no power ratio in nature reaches, and that would overflow."""
    if max(abs(prior.low), abs(prior.high)) > MOST_DB:
        raise fault(
            "no power or ratio is that large in decibels",
            expected=f"-{MOST_DB:g} to {MOST_DB:g}",
            came=f"{prior.low:g} to {prior.high:g}" if prior.low < prior.high else f"{prior.value:g}",
            remedy="check the unit: decibels, not a plain ratio or Hz",
        )
    return prior


Decibels = Annotated[Number, Field(ge=-MOST_DB, le=MOST_DB)]
"""A number in decibels."""

DecibelsRanged = Annotated[Ranged, AfterValidator(in_decibels)]
"""A number in decibels, or a table of value, low, high and source."""

PositiveRanged = Annotated[Ranged, AfterValidator(above_zero)]
"""A number above zero, or a table of value, low, high and source."""

LossRanged = Annotated[Ranged, AfterValidator(no_gain), AfterValidator(in_decibels)]
"""A loss in dB, never negative, or a table of value, low, high and source."""


def between(value: float, low: float, high: float, source: str = "") -> Prior:
    """A prior in one line, for defaults."""
    return Prior(value=value, low=low, high=high, source=source)


WINDOWS_GHZ = ((1.0, 45.0), (71.0, 100.0))
"""Where the gases of the air are modelled (P.676)."""


def in_a_window(frequency_ghz: float) -> float:
    """Refuse a frequency that the air does not let through, or that is in another unit."""
    if not any(low <= frequency_ghz <= high for low, high in WINDOWS_GHZ):
        raise fault(
            "the frequency is outside the windows of the air",
            expected=" or ".join(f"{low:g} to {high:g}" for low, high in WINDOWS_GHZ) + " GHz",
            came=f"{frequency_ghz:g} GHz",
            remedy="give the frequency in GHz; the oxygen complex about 60 GHz is not modelled",
        )
    return frequency_ghz


Frequency = Annotated[Number, AfterValidator(in_a_window)]
"""GHz, in a window of the air."""
