"""Tables of the people under a station's track, if it comes down by itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skyhold.data import countries
from skyhold.nouns.fate import RiskSpec
from skyhold.results.tables import Table
from skyhold.risk import casualty
from skyhold.risk.assessment import GroundRisk, long_run
from skyhold.risk.ground_track import CircularTrack

MOST_CITIES = 40


def risk_tables(
    spec: RiskSpec, inclination_rad: float, areas_m2: NDArray[np.float64], seed: int
) -> list[Table]:
    """`risk`, `limits`, `risk_countries` and `risk_cities` for casualty areas (N,) drawn from the break-up."""
    found = long_run(CircularTrack(inclination_rad), areas_m2, spec.population_year, seed=seed)
    return [_risk(found, areas_m2), _limits(found), _countries(found), _cities(found)]


def _risk(found: GroundRisk, areas_m2: NDArray[np.float64]) -> Table:
    interval, exposure = found.interval, found.exposure
    low, high = np.percentile(areas_m2, [5, 95])
    chance = [casualty.probability(x) for x in (interval.low, interval.high)]
    year, europe = f"mean over the track, {exposure.year:g}", found.of("EU-27")
    rows = [
        ("casualty_expectation", found.expectation, interval.low, interval.high, "people", "expected number"),
        ("probability_of_a_casualty", found.probability, *chance, "", "at least one, casualties one by one"),
        (
            "casualty_area_m2",
            found.area_m2,
            float(low),
            float(high),
            "m2",
            "NASA-STD-8719.14C over survivors",
        ),
        ("density_under_track", exposure.density_km2, None, None, "people/km2", year),
        ("share_over_water", found.over.water, None, None, "", "of the time"),
        ("share_eu27", europe.share, None, None, "", "of the casualty expectation"),
        ("time_over_eu27", europe.time_share, None, None, "", "of the time"),
    ]
    keys = ("quantity", "value", "low", "high", "unit", "note")
    notes = {"low": "5th percentile", "high": "95th percentile"}
    return Table.of_rows("risk", [dict(zip(keys, row, strict=True)) for row in rows], notes)


def _limits(found: GroundRisk) -> Table:
    rows = [
        {
            "whose": verdict.limit.owner,
            "quantity": verdict.limit.quantity,
            "limit": verdict.limit.value,
            "ours": verdict.value,
            "exceeds": not verdict.kept,
            "document": verdict.limit.document,
            "applies": verdict.limit.applies,
            "trust": verdict.limit.trust,
        }
        for verdict in found.verdicts
    ]
    return Table.of_rows("limits", rows)


def _countries(found: GroundRisk) -> Table:
    names = {country.iso3: country.name for country in countries.all_countries()}
    listed = [one.code for one in found.countries() if one.code]
    listed += [code for code in found.over.codes if code not in listed and found.over.over(code) > 0]
    rows = [
        {
            "country": one.code,
            "name": names.get(one.code, one.code),
            "time_share_percent": 100.0 * one.time_share,
            "casualty_share_percent": 100.0 * one.share,
            "casualties": one.expectation,
        }
        for one in map(found.of, listed)
    ]
    return Table.of_rows("risk_countries", rows, {"time_share_percent": "share of time over it"})


def _cities(found: GroundRisk) -> Table:
    rows = [
        {
            "name": city.name,
            "country": city.country,
            "population": city.population,
            "probability": casualty.probability(city.expectation),
        }
        for city in found.cities[:MOST_CITIES]
    ]
    return Table.of_rows("risk_cities", rows, {"probability": "of at least one casualty in the city itself"})
