"""What a system costs, and what that is for each user: stated assumptions, each with its range."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from skyhold.errors import SkyholdError
from skyhold.nouns.noun import Noun, PositiveRanged, Prior, between

MONTHS = 12.0
DRAWS, SEED = 4_000, 1
PERCENT = (5.0, 50.0, 95.0)

Draws = NDArray[np.float64]


class CostAssumptions(Noun):
    """What things cost, in US dollars, and how long they last; prices of 2021 to 2023, no tax and no profit.

    No operator publishes these numbers: those marked [P] are what its people said, [I] are orders of magnitude. The
    fleet is replaced as it ages; research, spectrum and satellites that fail early are not counted.
    """

    satellite_usd: PositiveRanged = Field(
        default=between(250e3, 200e3, 1e6, "v1, 'well below' a million, the operator 2019 [P, R]"),
        description="to build one",
    )
    launch_usd: PositiveRanged = Field(
        default=between(500e3, 300e3, 1.2e6, "15 to 60 million over some 50 satellites [P, R]"),
        description="its share of a launch",
    )
    satellite_years: PositiveRanged = Field(
        default=between(5.0, 4.0, 7.0, "design life of about five years [F, R]"),
        description="until it is replaced",
    )
    gateway_usd: PositiveRanged = Field(
        default=between(2e6, 0.5e6, 5e6, "8 antennas of 1.5 m and their building [I]"),
        description="to build a site",
    )
    gateway_years: PositiveRanged = Field(
        default=between(10.0, 7.0, 15.0, "[I]"), description="until a site is renewed"
    )
    gateway_usd_year: PositiveRanged = Field(
        default=between(300e3, 100e3, 600e3, "[I]"), description="fibre, power, rent and repair of a site"
    )
    terminal_usd: PositiveRanged = Field(
        default=between(1_300.0, 500.0, 2_400.0, "to make: 2,400 in 2020, 1,300 in 2021 [P, R]"),
        description="of a user",
    )
    terminal_years: PositiveRanged = Field(
        default=between(5.0, 3.0, 8.0, "[I]"), description="until it is replaced"
    )
    staff_usd_year: PositiveRanged = Field(
        default=between(250e6, 100e6, 500e6, "a thousand people and their tools [I]"),
        description="operation of the whole system",
    )
    interest: PositiveRanged = Field(
        default=between(0.08, 0.04, 0.12, "[I]"), description="a year, on what is spent at the start"
    )

    def draws(self, count: int = DRAWS, seed: int = SEED) -> dict[str, Draws]:
        """(N,) draws of every assumption, triangular between its ends with the peak at its middle value."""
        rng = np.random.default_rng(seed)
        return {name: _triangle(rng, getattr(self, name), count) for name in type(self).model_fields}

    def middle(self) -> dict[str, Draws]:
        """The middle values, as draws of one."""
        return {name: np.array([getattr(self, name).value]) for name in type(self).model_fields}


@dataclass(frozen=True)
class CostPerUser:
    """US dollars a user and month: with middle values, and 5, 50 and 95 % of the draws.

    `system_usd_year` is the yearly cost of satellites, gateways and staff; `parts` the middle value by part; `users` is
    the number of subscriptions (terminals) it is parted over.
    """

    users: float
    middle: float
    p05: float
    median: float
    p95: float
    system_usd_year: float
    parts: dict[str, float]

    def sentence(self) -> str:
        """In words."""
        return f"{self.middle:,.0f} US dollars a user and month ({self.p05:,.0f} to {self.p95:,.0f})"


def per_user(
    satellites: int, gateways: int, users: float, assumptions: CostAssumptions | None = None
) -> CostPerUser:
    """Cost of a fleet and its gateways for each of its users, a month.

    Capital is paid back over the life of each part at the interest (annuity). Every user has one terminal. Errors:
    SkyholdError for no users, or a negative number of anything.
    """
    if not (users > 0.0 and satellites >= 0 and gateways >= 0):
        raise SkyholdError(
            "a cost per user needs users",
            expected="more than 0 users, 0 or more satellites and gateways",
            came=f"{users:g} users, {satellites} satellites, {gateways} gateways",
            where="service.cost",
        )
    given = assumptions or CostAssumptions()
    middle = _parts(given.middle(), satellites, gateways, users)
    drawn = sum(_parts(given.draws(), satellites, gateways, users).values())
    low, median, high = np.percentile(drawn, PERCENT)
    parts = {name: float(values[0]) for name, values in middle.items()}
    system = (sum(parts.values()) - parts["terminal"]) * users * MONTHS
    return CostPerUser(users, sum(parts.values()), float(low), float(median), float(high), system, parts)


def spread(total_usd: float, years: float, users: float) -> float:
    """A total over years and users as dollars a user and month, without interest."""
    return total_usd / (years * MONTHS * users)


def annuity(interest: Draws, years: Draws) -> Draws:
    """Share of a capital to be paid each year so that it is paid back: i / (1 - (1 + i)^-n); 1/n at no interest."""
    rate = np.maximum(interest, 1e-9)
    return np.asarray(rate / -np.expm1(-years * np.log1p(rate)))


def _parts(given: dict[str, Draws], satellites: int, gateways: int, users: float) -> dict[str, Draws]:
    """(N,) dollars a user and month by part."""
    i, per = given["interest"], 1.0 / (users * MONTHS)
    in_orbit = satellites * annuity(i, given["satellite_years"]) * per
    ground = gateways * (
        given["gateway_usd"] * annuity(i, given["gateway_years"]) + given["gateway_usd_year"]
    )
    return {
        "satellites": in_orbit * given["satellite_usd"],
        "launches": in_orbit * given["launch_usd"],
        "gateways": ground * per,
        "staff": given["staff_usd_year"] * per,
        "terminal": given["terminal_usd"] * annuity(i, given["terminal_years"]) / MONTHS,
    }


def _triangle(rng: np.random.Generator, prior: Prior, count: int) -> Draws:
    if prior.low == prior.high:
        return np.full(count, prior.value)
    return rng.triangular(prior.low, prior.value, prior.high, count)
