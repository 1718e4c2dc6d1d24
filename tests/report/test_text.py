"""The answer in words, against numbers set by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.report import fakes
from tests.report.test_html import SKIES, small

from skyhold.coverage_chapter import findings
from skyhold.coverage_chapter.findings import Served
from skyhold.nouns.constellation import FleetSpec
from skyhold.nouns.ground import Cities, Place
from skyhold.nouns.service import GatewayDown
from skyhold.report import text, trust
from skyhold.results.results import BroadbandResult
from skyhold.results.tables import Table

CITIES = ("Kyiv", "Lviv", "Odesa", "Sumy")


def run(
    *served: int, slots: int = 5760, rtt: float = 38.2, usable: float = 8.14, **changes
) -> BroadbandResult:
    """A run of a day whose places were served in so many slots."""
    count = len(served)
    columns = {
        "name": np.array(CITIES[:count], object),
        "slots": np.full(count, slots),
        "slots_served": np.array(served),
        "slots_in_view": np.full(count, slots),
        "service_percent": 100.0 * np.array(served) / slots,
        "in_view_mean": np.full(count, 18.0),
        "allowed_mean": np.full(count, 14.0),
        "usable_mean": np.full(count, usable),
        "rtt_median_ms": np.where(np.array(served) > 0, rtt, np.nan),
        "handovers_per_hour": np.full(count, 40.0),
    }
    gateways = Table("gateways", {"name": np.array(["Kaunas"], object)})
    tables = {"places": Table("places", columns), "cells": Table("cells", {}), "gateways": gateways}
    clock = {"clock": fakes.scenario().clock.model_copy(update={"duration_h": 24.0})}
    chosen = fakes.scenario(
        **({"cities": Cities(country="UKR", count=count), "area": None} | clock | changes)
    )
    return BroadbandResult(chosen, {"slots": slots}, tables, None)


def test_everybody_all_the_time():
    assert text.headline(run(5760, 5760, 5760, 5760)) == (
        "On 28 February 2022 every one of Ukraine’s 4 largest cities had a satellite with a gateway in view "
        "in all 5,760 slots; the median round trip was 38\u00a0ms."
    )


@pytest.mark.parametrize(
    ("served", "says"),
    [
        ((5760, 5760, 5759, 5760), "3 of Ukraine’s 4 largest cities had a satellite with a gateway in view all the "
         "time, and Odesa, the worst served, 99.98\u00a0% of the time"),
        ((5760, 0, 0, 5000), "1 of Ukraine’s 4 largest cities had a satellite with a gateway in view all the time, "
         "2 never"),
        ((5000, 2880, 5700, 4000), "Ukraine’s 4 largest cities had a satellite with a gateway in view between "
         "50.0\u00a0% (Lviv) and 99.0\u00a0% (Odesa) of the time"),
        ((0, 0, 0), "none of Ukraine’s 3 largest cities had service: satellites were in view 100\u00a0% of the time, "
         "but never together with a gateway"),
    ],
)  # fmt: skip
def test_service_is_said_as_it_is(served, says):
    assert says in text.headline(run(*served))


def test_one_slot_missed_is_never_all():
    """5,759 of 5,760 slots must not become "100 %" or "all" anywhere."""
    lines = text.summary_lines(run(5759, 5759))
    assert not any("100\u00a0%" in line or "in all" in line or "every one" in line for line in lines)


def test_named_places():
    places = (
        Place(name="Kyiv", latitude_deg=50, longitude_deg=30),
        Place(name="Lviv", latitude_deg=50, longitude_deg=24),
    )
    found = text.headline(run(5760, 5760, cities=None, places=places))
    assert "Kyiv and Lviv each had a satellite with a gateway in view in all 5,760 slots" in found


def test_variant_in_which_something_happens_comes_first():
    base = run(5760, 5760)
    event = GatewayDown(gateway="Kaunas", from_utc="2022-02-28T00:00:00Z")
    variants = {"elevation-40": run(5000, 4000), "kaunas-lost": run(5760, 5500, events=(event,), rtt=45.0)}
    found = text.headline(replace(base, variants=variants))
    assert "in the variant “Kaunas lost” 1 of 2 cities loses service at times" in found
    assert "97.7\u00a0% of the time instead of 100\u00a0%, at worst 95.5\u00a0% (Lviv)" in found


@pytest.mark.parametrize(
    ("after", "says"),
    [
        (run(5760, 5760), "service stays as it is"),
        (run(5760, 5760, rtt=44.6), "service stays as it is and the median round trip rises from 38 to 45\u00a0ms"),
        (run(5760, 5760, rtt=37.6), "the median round trip falls from 38.2 to 37.6\u00a0ms"),
        (run(5760, 5760, usable=9.9), "service stays as it is and usable satellites rise from 8.1 to 9.9"),
        (run(0, 0, usable=0.0), "nobody is served any more and usable satellites fall from 8.1 to 0"),
    ],
)  # fmt: skip
def test_what_a_variant_changes(after, says):
    assert says in text.variant_clause(replace(run(5760, 5760), variants={"v": after}), "v")


def test_a_variant_that_gains():
    found = text.variant_clause(replace(run(5000, 5000), variants={"v": run(5760, 5760)}), "v")
    assert found == "service rises from 86.8\u00a0% to 100\u00a0% of the time"


@pytest.mark.parametrize(
    ("name", "says"),
    [("polish-gateway-lost", "Polish gateway lost"), ("gso-18", "GSO 18"), ("elevation-40", "Elevation 40")],
)
def test_variant_labels(name, says):
    assert text.variant_label(name) == says


@pytest.mark.parametrize(
    ("sky", "says"),
    [
        ("one city", "Kyiv & <Pechersk> had a satellite with a gateway in view in all 30 slots"),
        ("no gateway in range", "but never together with a gateway"),
        ("no gateway at all", "the scenario has no gateway"),
        ("no satellite in view", "Pole had no service: no satellite rose above 25° there"),
        ("nobody to serve", "names no place and no cell"),
        ("cells only", "every one of the 31 cells of Estonia"),
    ],
)
def test_headline_of_special_runs(sky, says):
    assert says in text.headline(fakes.observe(SKIES[sky]))


def test_longest_outage_is_the_longest_unbroken_one():
    result = fakes.observe(fakes.Sky(small()))
    serving = np.array(result.store["places"]["serving"][...])
    serving[3:5, 0] = -1
    serving[10:17, 0] = -1
    result.store["places"]["serving"][...] = serving
    assert findings.longest_outage_s(result).tolist() == [7 * 60.0]


def test_strip_adds_up_to_the_table():
    result = fakes.ukraine(with_variants=False)
    strip = findings.service_strip(result)
    assert strip.served.sum(axis=1).tolist() == result.tables["places"]["slots_served"].tolist()
    assert strip.slots.sum(axis=1).tolist() == result.tables["places"]["slots"].tolist()
    assert strip.least.min(axis=1).tolist() == result.tables["places"]["usable_min"].tolist()


def test_stays_leave_out_the_first_and_the_last():
    result = fakes.observe(fakes.Sky(small()))
    serving = np.array([[7] * 4 + [8] * 3 + [-1] * 2 + [9] * 5 + [7] * 16]).T
    result.store["places"]["serving"][...] = serving.astype(np.int32)
    assert findings.stays_slots(result).tolist() == [3, 5]


def test_served_counts():
    service = Served("places", (), np.array([10, 10, 10]), np.array([10, 0, 5]), np.array([10, 10, 10]))
    assert (service.always, service.never, service.worst) == (1, 1, 1)
    assert service.share == "50.0\u00a0%"


def test_evidence_names_what_fails_first():
    found = trust.evidence()
    assert found.rows[: len(found.failing)] == tuple(found.failing)
    assert all(row["known_failure"] for row in found.failing)
    assert f"of {len(found.judged)} comparisons" in found.sentence()


def test_evidence_counts_only_rows_that_were_judged():
    rows = tuple({"state": state, "kind": "law"} for state in ("yes", "NO (known)", "skipped"))
    found = trust.Evidence(rows)
    assert (len(found.judged), len(found.failing)) == (2, 1)
    assert "1 of 2 comparisons held within their margins; 1 did not" in found.sentence()


def test_every_assumption_has_a_mark_a_value_and_a_source():
    for sky in SKIES.values():
        for row in trust.assumptions(fakes.observe(sky)):
            assert row.trust in trust.TRUST_MEANS
            assert row.what
            assert row.value
            assert row.source


def test_marks_follow_the_tags_of_the_fleet():
    result = fakes.observe(fakes.Sky(small(fleet=FleetSpec(library="starlink-2022-02-28"))))
    marks = {row.source: row.trust for row in trust.assumptions(result) if row.what == "Fleet"}
    assert marks["FCC 21-48 of 27 April 2021"] == "published"
    assert "recollection" in marks.values()
    assert "derived" in marks.values()
