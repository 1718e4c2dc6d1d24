"""People online: the share of each country's people who use the internet, by year.

Two editions of the World Factbook give a value near 2014 and one near 2023 for most countries; between them the
odds grow evenly, as shares that saturate do. After the last value the growth of the odds goes on for at most
`FORWARD_YEARS`; before the first it goes back without limit. A country without a value has that of the world.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import pairwise

SOURCE = (
    "share of people online: The World Factbook, editions of 2015 and 2025 (public domain; mostly the ITU's "
    "values of 2023, and estimates of 2014)"
)
WORLD_PERCENT = {
    2014: 40.0,
    2023: 67.0,
}  # ITU, Facts and figures 2023 and 2014 [R]: where a country has no value
OLDEST_YEAR = 2009  # values before it are of another internet
FORWARD_YEARS = 3.0
LEAST, MOST = 0.05, 99.8  # percent, so that odds are finite


@dataclass(frozen=True)
class Online:
    """What is known of a country: years ascending, and percent of its people online in them."""

    code: str
    years: tuple[int, ...]
    percent: tuple[float, ...]

    def in_year(self, year: float) -> float:
        """Percent online in any year."""
        odds = [_log_odds(value) for value in self.percent]
        if len(odds) == 1:
            return self._alone(year)
        spans = list(zip(pairwise(self.years), pairwise(odds), strict=True))
        (start, end), (low, high) = next((span for span in spans if year <= span[0][1]), spans[-1])
        growth = (high - low) / (end - start)
        until = min(year, end + FORWARD_YEARS)
        return _percent(low + growth * (until - start))

    def _alone(self, year: float) -> float:
        """One value moves with the odds of the world."""
        world = _world()
        shift = _log_odds(world.in_year(year)) - _log_odds(world.in_year(self.years[0]))
        return _percent(_log_odds(self.percent[0]) + shift)


def online_percent(code: str, year: float) -> float:
    """Percent of a country's people (ISO 3166-1 alpha-3) who are online in a year; the world's where it has no value.

    Source: `SOURCE`. Values are rounded to a percent by the source; the two editions differ in method, so a year
    between them is good to about 5 points.
    """
    return _table().get(code, _world()).in_year(year)


def known() -> tuple[str, ...]:
    """Codes of the countries that have a value of their own."""
    return tuple(_table())


@lru_cache(maxsize=1)
def _world() -> Online:
    return Online("", tuple(WORLD_PERCENT), tuple(WORLD_PERCENT.values()))


@lru_cache(maxsize=1)
def _table() -> dict[str, Online]:
    text = (resources.files("skyhold.data") / "embedded" / "online.csv").read_text("utf-8")
    found: dict[str, list[tuple[int, float]]] = {}
    for row in csv.DictReader(text.splitlines()):
        if int(row["year"]) >= OLDEST_YEAR:
            found.setdefault(row["iso3"], []).append((int(row["year"]), float(row["online_percent"])))
    return {code: Online(code, *zip(*sorted(values), strict=True)) for code, values in found.items()}


def _log_odds(percent: float) -> float:
    share = min(max(percent, LEAST), MOST) / 100.0
    return math.log(share / (1.0 - share))


def _percent(log_odds: float) -> float:
    return 100.0 / (1.0 + math.exp(-log_odds))
