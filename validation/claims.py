"""Rows of the sentences that were judged: facts beside the numbers that decide."""

from __future__ import annotations

from skyhold.report.claim_rules import SHORT_TON_KG
from skyhold.report.claims import judge
from skyhold.results.station import StationResult
from skyhold.scenario.load import load
from skyhold.scenario.scenario import StationScenario
from validation.case import Case


def decided(sentence: str) -> float:
    """The number that decides the sentence with these words, from the scenario alone."""
    alone = StationResult(load("iss-2022", kind=StationScenario), {}, {})
    rows = {str(row["claim"]): float(row["value"]) for row in judge(alone, None).rows()}
    return next(value for claim, value in rows.items() if sentence in claim)


CASES = (
    Case(
        "ISS: speed, as NASA tells the public",
        "published",
        17_500.0,
        "mph",
        500.0,
        "a round number: to the nearest 500 mph or so",
        "NASA, International Space Station, facts and figures",
        lambda: decided("miles an hour"),
    ),
    Case(
        "ISS: mass without a run, from the station's own records",
        "published",
        445.386,
        "t",
        0.001,
        "the header gives kilograms",
        "NASA TOPO ephemeris header, 11 February 2022",
        lambda: decided("500 tons"),
    ),
    Case(
        "The short ton of the sensitivity",
        "law",
        0.90718474,
        "t",
        1e-9,
        "exact by definition: 2,000 pounds of 0.45359237 kg",
        "NIST SP 811, appendix B",
        lambda: SHORT_TON_KG / 1000,
    ),
)
