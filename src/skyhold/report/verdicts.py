"""What a verdict on a sentence is made of: who said what, the runs to judge from, what the numbers say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from skyhold.results.results import BroadbandResult
from skyhold.results.station import StationResult

Verdict = Literal["true", "false", "depends", "not computed"]


@dataclass(frozen=True)
class Claim:
    """A sentence in our words, who said it and when, what decides it, and the rule with its numbers.

    `day` is the ISO date that a rule looks up, where it needs one.
    """

    id: str
    sentence: str
    speaker: str
    date: str
    quantity: str
    source: str
    rule: str = ""
    said: float = float("nan")
    tolerance_percent: float = 0.0
    places: tuple[str, ...] = ()
    day: str = ""


@dataclass(frozen=True)
class Runs:
    """What there is to judge from."""

    station: StationResult | None
    broadband: BroadbandResult | None


@dataclass(frozen=True)
class Judgement:
    """What the numbers say, the one that decides, and what would turn the verdict."""

    computed: str
    value: float
    unit: str
    verdict: Verdict
    sensitivity: str


Rule = Callable[[Claim, Runs], Judgement | None]
"""Judges a claim from the runs at hand; None means that these runs lack its numbers."""
