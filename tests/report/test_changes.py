"""What the report says of a variant: which places it shows, and why an outcome surprises."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.report import fakes

from skyhold.report import changes
from skyhold.results.compare import compare
from skyhold.results.results import BroadbandResult
from skyhold.results.tables import Table


@pytest.fixture(scope="module")
def run() -> BroadbandResult:
    return fakes.ukraine(with_variants=False)


def altered(run: BroadbandResult, **columns: np.ndarray) -> BroadbandResult:
    table = run.tables["places"]
    return replace(run, tables=dict(run.tables) | {"places": Table("places", dict(table.columns) | columns)})


def test_where_none_loses_service_the_places_that_gain_most_come_first(run):
    usable = run.tables["places"]["usable_mean"]
    gain = np.linspace(0.0, 3.0, len(usable))
    view = changes.losers(compare(run, altered(run, usable_mean=usable + gain)), "city")
    names = [str(name) for name in run.tables["places"]["name"]]
    assert view is not None
    assert [row[0] for row in view.rows] == names[::-1][: changes.LOSERS_SHOWN]
    assert view.caption == "Cities that change most: none loses service"


def test_a_place_that_loses_service_comes_before_one_that_gains(run):
    service = run.tables["places"]["service_percent"].astype(float)
    change = np.zeros(len(service))
    change[3], change[5] = -service[3] / 2.0, 0.0
    usable = run.tables["places"]["usable_mean"] + np.linspace(0.0, 3.0, len(service))
    view = changes.losers(
        compare(run, altered(run, service_percent=service + change, usable_mean=usable)), "city"
    )
    assert view is not None
    assert view.rows[0][0] == str(run.tables["places"]["name"][3])
    assert view.caption == "Cities that lose most"


@pytest.mark.parametrize(
    ("more", "longer", "said"), [(1.0, 5.0, True), (1.0, 0.2, False), (-1.0, 5.0, False)]
)
def test_slower_with_more_satellites_is_explained(run, more, longer, said):
    table = run.tables["places"]
    after = altered(
        run, usable_mean=table["usable_mean"] + more, rtt_median_ms=table["rtt_median_ms"] + longer
    )
    why = changes.slower_with_more(run, after)
    assert bool(why) == said
    assert not said or run.scenario.scheduler.policy in why
