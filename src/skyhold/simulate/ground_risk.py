"""Tables of the people under a station's track, if it comes down by itself."""

from __future__ import annotations

import numpy as np

from skyhold.data import countries, population
from skyhold.results.tables import Table
from skyhold.scenario.fate import RiskSpec
from skyhold.station import casualty
from skyhold.station.exposure import EU27, Exposure, cities_under, most_exposed, under_track
from skyhold.station.ground_track import CircularTrack, TimeOver, time_over

MOST_CITIES = 40


def risk_tables(spec: RiskSpec, inclination_rad: float, areas_m2: np.ndarray, seed: int) -> list[Table]:
    """`risk`, `limits`, `risk_countries` and `risk_cities` for casualty areas drawn from the break-up, (N,) m2."""
    track = CircularTrack(inclination_rad)
    grid = population.grid(spec.population_year)
    exposure, time = under_track(track, grid), time_over(track)
    found = casualty.interval(exposure.density_km2, areas_m2, seed=seed)
    return [
        _risk(found, exposure, time, areas_m2),
        _limits(found.mean, float(areas_m2.mean()) / 1e6 * most_exposed(track)),
        _countries(exposure, time, found.mean),
        _cities(track, spec.population_year, found.mean, exposure),
    ]


def _risk(found: casualty.Interval, exposure: Exposure, time: TimeOver, areas_m2: np.ndarray) -> Table:
    low, high = np.percentile(areas_m2, [5, 95])
    chance = [casualty.probability(x) for x in (found.mean, found.low, found.high)]
    rows = [
        (
            "casualty_expectation",
            found.mean,
            found.low,
            found.high,
            "people",
            "expected number, not a probability",
        ),
        ("probability_of_a_casualty", *chance, "", "at least one, casualties one by one"),
        (
            "casualty_area_m2",
            float(areas_m2.mean()),
            float(low),
            float(high),
            "m2",
            "NASA-STD-8719.14C over survivors",
        ),
        (
            "density_under_track",
            exposure.density_km2,
            None,
            None,
            "people/km2",
            f"mean over the track, {exposure.year:g}",
        ),
        ("share_over_water", time.water, None, None, "", time.boundary_source),
        ("share_eu27", exposure.share(EU27), None, None, "", "of the casualty expectation"),
    ]
    keys = ("quantity", "value", "low", "high", "unit", "note")
    return Table.of_rows(
        "risk",
        [dict(zip(keys, row, strict=True)) for row in rows],
        {"low": "5th percentile", "high": "95th percentile"},
    )


def _limits(expected: float, individual: float) -> Table:
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
        for verdict in casualty.verdicts(expected, individual)
    ]
    return Table.of_rows("limits", rows)


def _countries(exposure: Exposure, time: TimeOver, expected: float) -> Table:
    names = {country.iso3: country.name for country in countries.all_countries()}
    people = dict(exposure.ranked())
    flown = {code for code in time.codes if time.over(code) > 0}
    rows = [
        {
            "country": code,
            "name": names.get(code, code),
            "time_share_percent": 100.0 * time.over(code),
            "casualty_share_percent": 100.0 * people.get(code, 0.0),
            "casualties": expected * people.get(code, 0.0),
        }
        for code in sorted(set(people) | flown, key=lambda code: -people.get(code, 0.0))
        if code
    ]
    return Table.of_rows(
        "risk_countries", rows, {"time_share_percent": "share of time over it", "casualties": "expected"}
    )


def _cities(track: CircularTrack, year: float, expected: float, exposure: Exposure) -> Table:
    rows = [
        {
            "name": city.name,
            "country": city.country,
            "population": city.population,
            "probability": casualty.probability(expected * city.weight_km2 / exposure.density_km2),
        }
        for city in cities_under(track, year)[:MOST_CITIES]
    ]
    return Table.of_rows("risk_cities", rows, {"probability": "of at least one casualty in the city itself"})
