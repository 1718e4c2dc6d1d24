"""Casualties expected on the ground: casualty area times people per area, and what limits say of it.

An expectation is no probability: a limit of 1e-4 means one or the other, of everybody or of one person,
depending on whose it is. `LIMITS` says which.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skyhold.errors import SkyholdError
from skyhold.risk.exposure import Exposure

PERSON_M = 0.6  # side of a person's 0.36 m2 seen from above, NASA-STD-8719.14C, 4.7.3
LEAST_ENERGY_J = 15.0  # fragments below it are not counted, NASA-STD-8719.14C, requirement 4.7-1
M2_PER_KM2 = 1e6
SPREAD_SIGMA = (
    0.04  # of a mean density under a track: embedded grid against GPWv4, and GPWv4's totals against the UN's
)

Quantity = Literal["expectation", "probability", "individual"]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Limit:
    """A limit: whose, of what, in which document. `trust` is A where the text was read, R where recalled."""

    value: float
    quantity: Quantity
    owner: str
    document: str
    applies: str
    trust: str


ONE, EVERYBODY = "one re-entry", "everybody, one mission"
ODMSP = "Orbital Debris Mitigation Standard Practices 2019, 4-1"
DECREE = "decree of 31 March 2011 on the space operations act, uncontrolled re-entry"
LIMITS = (
    Limit(1e-4, "expectation", "NASA", "NASA-STD-8719.14C, requirement 4.7-1", ONE, "A"),
    Limit(1e-4, "expectation", "the US government", ODMSP, ONE, "R"),
    Limit(1e-4, "expectation", "ESA", "ESSB-ST-U-007, casualty risk of a re-entry", ONE, "R"),
    Limit(1e-4, "expectation", "the FAA", "14 CFR 450.101, collective risk", EVERYBODY, "R"),
    Limit(1e-6, "individual", "the FAA", "14 CFR 450.101, individual risk", "one person, one mission", "R"),
    Limit(1e-6, "expectation", "ESA", "ESSB-ST-U-007, satellites of large constellations", ONE, "R"),
    Limit(1e-4, "probability", "France", DECREE, ONE, "R"),
)


@dataclass(frozen=True)
class Verdict:
    """A value beside a limit of the same quantity."""

    limit: Limit
    value: float

    @property
    def kept(self) -> bool:
        """Whether the value is within the limit."""
        return self.value <= self.limit.value

    def sentence(self) -> str:
        """Whose limit, of which quantity, and how many times the value is of it."""
        words = {
            "expectation": "expected number of casualties",
            "probability": "probability of at least one casualty",
            "individual": "probability that the most exposed person is a casualty",
        }
        times = self.value / self.limit.value
        state = "within" if self.kept else "above"
        return (
            f"{words[self.limit.quantity]} {self.value:.2g}, {state} the {self.limit.value:.0e} of "
            f"{self.limit.owner} ({self.limit.document}; {self.limit.applies}): {times:.2g} times"
        )


@dataclass(frozen=True)
class Interval:
    """An expectation of casualties with its 5 and 95 percentiles over all inputs."""

    low: float
    median: float
    high: float
    mean: float

    def one_in(self) -> tuple[float, float, float]:
        """The same as 1 in N: high, median, low expectation; infinite where nobody is at risk."""
        return tuple(1.0 / v if v else math.inf for v in (self.high, self.median, self.low))  # type: ignore[return-value]


def piece_area_m2(area_m2: ArrayLike) -> Floats:
    """Casualty area of pieces of mean cross-section A: (0.6 + sqrt A)^2 (NASA-STD-8719.14C, eq. 4.7-1)."""
    area = np.asarray(area_m2, float)
    if not np.all(np.isfinite(area) & (area >= 0.0)):
        raise _bad("a piece has no such cross-section", "square metres, not negative", f"{np.min(area):g}")
    return np.asarray((PERSON_M + np.sqrt(area)) ** 2)


def casualty_area_m2(area_m2: ArrayLike, energy_j: ArrayLike | None = None) -> float:
    """Total casualty area of (K,) pieces: the sum over those that land with 15 J or more (all, without energies).

    Raises `SkyholdError` for a negative cross-section.
    """
    each = piece_area_m2(area_m2)
    if energy_j is not None:
        each = each * (np.asarray(energy_j, float) >= LEAST_ENERGY_J)
    return float(np.sum(each))


def expectation(exposure: Exposure, area_m2: float) -> float:
    """Expected number of casualties: casualty area times mean density of people under the track.

    Nobody is sheltered, and a person who is hit is a casualty.
    """
    if not (math.isfinite(area_m2) and area_m2 >= 0.0):
        raise _bad("there is no such casualty area", "square metres, not negative", f"{area_m2:g}")
    return area_m2 / M2_PER_KM2 * exposure.density_km2


def probability(expected: float, per_event: float = 1.0) -> float:
    """Probability of at least one casualty, 1 - exp(-Ec / c).

    Casualties come in independent events of `per_event` people each on average (c = 1: one by one; a piece on
    a bus or a house has more). The same expectation in larger events is less likely.
    """
    if not (expected >= 0.0 and per_event >= 1.0):
        raise _bad(
            "there are no such casualties",
            "an expectation >= 0 and events of >= 1",
            f"{expected:g}, {per_event:g}",
        )
    return -math.expm1(-expected / per_event)


def area_limit_m2(exposure: Exposure, limit: float = 1e-4) -> float:
    """The casualty area at which the expectation reaches a limit."""
    return limit / exposure.density_km2 * M2_PER_KM2


def verdicts(expected: float, individual: float, per_event: float = 1.0) -> tuple[Verdict, ...]:
    """Our values beside each of `LIMITS`, quantity by quantity.

    `individual` is the chance of the most exposed person: casualty area times `exposure.most_exposed`.
    """
    values: dict[Quantity, float] = {
        "expectation": expected,
        "probability": probability(expected, per_event),
        "individual": individual,
    }
    return tuple(Verdict(limit, values[limit.quantity]) for limit in LIMITS)


def interval(
    density_km2: ArrayLike,
    area_m2: ArrayLike,
    *,
    area_sigma: float = 0.0,
    population_sigma: float = SPREAD_SIGMA,
    members: int = 20_000,
    seed: int = 1,
) -> Interval:
    """The expectation over all inputs: draws of density, casualty area and error of the population.

    `density_km2` and `area_m2` are single values or draws of an ensemble (of tracks, of break-ups), taken
    independently. Sigmas are of lognormal factors whose mean is 1, so that the mean stays the expectation.
    """
    densities, areas = (
        np.atleast_1d(np.asarray(density_km2, float)),
        np.atleast_1d(np.asarray(area_m2, float)),
    )
    sound = all(np.all(np.isfinite(v) & (v >= 0.0)) and v.size for v in (densities, areas))
    if not (sound and members > 0 and min(area_sigma, population_sigma) >= 0.0):
        raise _bad("the inputs of the interval cannot be used", "finite values, none negative", "others")
    rng = np.random.default_rng(seed)
    drawn = rng.choice(densities, members) * rng.choice(areas, members) / M2_PER_KM2
    for sigma in (area_sigma, population_sigma):
        drawn = drawn * np.exp(sigma * rng.standard_normal(members) - 0.5 * sigma**2)
    low, median, high = np.percentile(drawn, [5, 50, 95])
    return Interval(float(low), float(median), float(high), float(drawn.mean()))


def _bad(problem: str, expected: str, came: str) -> SkyholdError:
    return SkyholdError(problem, expected=expected, came=came, remedy="check the list of fragments")
