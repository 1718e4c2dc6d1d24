"""What was said, and what the numbers of a run say of it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources

import numpy as np

from skyhold.errors import DataError
from skyhold.report import claim_rules, claim_service
from skyhold.report.verdicts import Claim, Judgement, Rule, Runs, Verdict
from skyhold.results.results import BroadbandResult
from skyhold.results.station import StationResult
from skyhold.results.tables import Table

NOT_COMPUTED: Verdict = "not computed"
RULES: Mapping[str, Rule] = {
    rule.__name__: rule
    for rule in (
        claim_rules.mass, claim_rules.speed, claim_rules.never_over, claim_rules.falls_on, claim_rules.nobody_else,
        claim_rules.craft_can, claim_rules.only_russia, claim_rules.any_craft, claim_rules.left_behind,
        claim_service.was_there, claim_service.census, claim_service.latency_high, claim_service.latency_low,
        claim_service.withstood, claim_service.moving_served, claim_service.terminals_by, claim_service.users_on,
        claim_service.online,
    )
}  # fmt: skip
NOTES = {
    "computed": "what the numbers of the run say",
    "value": "the figure that decides, in the unit beside it",
    "verdict": "true, false, depends, or not computed where the run has no such numbers",
    "sensitivity": "what would turn the verdict",
}


@lru_cache(maxsize=1)
def claims() -> tuple[Claim, ...]:
    """The packaged sentences. Errors: DataError for a rule that nobody wrote."""
    text = (resources.files("skyhold.report") / "claims.toml").read_text(encoding="utf-8")
    found = tuple(
        Claim(**{**one, "places": tuple(one.get("places", ()))}) for one in tomllib.loads(text)["claims"]
    )
    unknown = sorted({claim.rule for claim in found} - set(RULES) - {""})
    if unknown:
        raise DataError(
            f"claims.toml asks for rules that do not exist: {', '.join(unknown)}",
            expected="one of " + ", ".join(RULES),
            where="claims.toml",
        )
    return found


def judge(
    station: StationResult | None, broadband: BroadbandResult | None, said: Sequence[Claim] | None = None
) -> Table:
    """Table `claims`: a row a sentence, those that these runs can judge first.

    A run that is None, or that lacks the tables a rule reads, leaves the verdict "not computed".
    """
    runs = Runs(station, broadband)
    judged = [(claim, _judged(claim, runs)) for claim in (claims() if said is None else said)]
    judged.sort(key=lambda pair: pair[1].verdict == NOT_COMPUTED)
    columns = {
        "claim": [claim.sentence for claim, _ in judged],
        "speaker": [claim.speaker for claim, _ in judged],
        "date": [claim.date for claim, _ in judged],
        "decides": [claim.quantity for claim, _ in judged],
        "computed": [found.computed for _, found in judged],
        "unit": [found.unit for _, found in judged],
        "verdict": [found.verdict for _, found in judged],
        "sensitivity": [found.sensitivity for _, found in judged],
        "source": [claim.source for claim, _ in judged],
    }
    words = {key: np.array(values, dtype=object) for key, values in columns.items()}
    values = np.array([found.value for _, found in judged], dtype=np.float64)
    return Table("claims", {**words, "value": values}, NOTES)


def _judged(claim: Claim, runs: Runs) -> Judgement:
    found = RULES[claim.rule](claim, runs) if claim.rule else None
    return found or Judgement("This run has no numbers that decide it.", float("nan"), "", NOT_COMPUTED, "")
