"""The census: every record classed, by rules that each have a case."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.catalogues.sets import at_height, element_sets, shell
from validation.case import DATA

from skyhold.catalogues.catalog import read_catalog
from skyhold.catalogues.census import KINDS, NominalShell, census, climb_rate_km_day, find_shells
from skyhold.catalogues.element_set import ElementSet, kozai_height_km

SHELL = NominalShell("first", 550.0, 53.0)
FLEET = shell(550.0, 53.0, 120)
HEIGHT = kozai_height_km(550.0, 53.0)


def visitor(height_km: float, climb_km_day: float = 0.0, **changes: object) -> ElementSet:
    """A satellite at a height, changing by so much a day; the fleet's epoch is 2022."""
    record = at_height(FLEET[0], height_km, catalog_number=99_000)
    dot = -climb_km_day * 0.75 * record.mean_motion_rev_day / (height_km + 6378.137)
    return replace(record, mean_motion_dot=dot, **changes)


def class_of(record: ElementSet, *others: ElementSet) -> str:
    return census([*FLEET, *others, record], [SHELL]).members[-1].kind


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        (visitor(HEIGHT + 0.9), "operational"),
        (visitor(HEIGHT - 0.9), "operational"),
        (visitor(HEIGHT + 2.5), "other"),
        (visitor(HEIGHT - 2.5), "other"),
        (visitor(HEIGHT - 4.0, climb_km_day=1.0), "raising"),
        (visitor(HEIGHT + 40.0), "other"),
        (visitor(HEIGHT + 40.0, climb_km_day=-1.0), "lowering"),
        (visitor(350.0, climb_km_day=3.0), "raising"),
        (visitor(350.0), "lowering"),
        (visitor(350.0, international_designator="2022-001A"), "raising"),
        (visitor(350.0, climb_km_day=-2.0, international_designator="2022-001A"), "lowering"),
        (visitor(350.0, international_designator=""), "other"),
        (visitor(350.0, climb_km_day=-1.0, international_designator=""), "lowering"),
        (visitor(HEIGHT, inclination_deg=70.0), "other"),
        (visitor(HEIGHT, eccentricity=0.02), "other"),
    ],
)
def test_rules(record, kind):
    assert class_of(record) == kind


def test_a_launch_that_waits_below_is_raising_and_a_straggler_of_one_that_arrived_is_not():
    young = "2022-001A"
    mates = [visitor(380.0 + 0.1 * k, international_designator=young) for k in range(6)]
    assert class_of(mates[0], *mates[1:]) == "raising"
    arrived = [visitor(HEIGHT, international_designator=young) for _ in range(6)]
    assert class_of(mates[0], *arrived) == "lowering"
    assert class_of(mates[0], *arrived, *mates[1:]) == "raising"


def test_climb_rate_is_that_of_two_mean_motions():
    earlier = visitor(400.0, climb_km_day=5.0)
    rate = 2.0 * earlier.mean_motion_dot
    later = replace(earlier, mean_motion_rev_day=earlier.mean_motion_rev_day + 0.01 * rate)
    gained = later.kozai_altitude_km() - earlier.kozai_altitude_km()
    assert abs(gained / 0.01 - climb_rate_km_day(earlier)) < 1e-3
    assert abs(climb_rate_km_day(earlier) - 5.0) < 1e-9


def test_a_shell_flown_off_its_filing_is_followed():
    low = [at_height(record, HEIGHT - 2.5) for record in FLEET]
    counted = census(low, [SHELL])
    assert counted.total("operational") == len(low)
    assert abs(counted.targets[0].height_km - (HEIGHT - 2.5)) < 1e-6


def test_shells_of_close_inclination_and_of_one_inclination_are_told_apart():
    second, third = shell(540.0, 53.2, 100, first=1000), shell(525.0, 53.0, 100, first=2000)
    shells = [SHELL, NominalShell("second", 540.0, 53.2), NominalShell("third", 525.0, 53.0)]
    counts = census([*FLEET, *second, *third], shells).counts()
    assert [counts[name]["operational"] for name in ("first", "second", "third")] == [120, 100, 100]


def test_shells_are_found_and_a_parked_launch_is_not_one():
    parked = [
        at_height(record, 350.0, raan_deg=10.0 + 0.1 * k, catalog_number=5000 + k)
        for k, record in enumerate(FLEET[:50])
    ]
    (target,) = find_shells([*FLEET, *parked])
    assert abs(target.height_km - HEIGHT) < 0.01
    assert target.name == "550 km 53.0 deg"
    counted = census([*FLEET, *parked])
    assert (counted.total("operational"), len(counted.members)) == (120, 170)
    assert len(counted.select()) == 120
    assert "operational" in counted.summary()


@given(st.lists(element_sets, max_size=8), st.booleans())
def test_none_is_dropped(records, found):
    counted = census(records, None if found else [SHELL])
    assert [member.record for member in counted.members] == records
    assert sum(counted.total(kind) for kind in KINDS) == len(records)
    assert sum(Counter(row).total() for row in counted.counts().values()) == len(records)
    assert all(member.reason for member in counted.members)


@pytest.mark.parametrize(
    ("name", "records"),
    [
        ("starlink/starlink_2022-01-22.tle", 1846),
        ("starlink/starlink_2024-07-17.tle.gz", 6226),
        ("starlink/starlink_omm_2025-06-28.json.gz", 7814),
    ],
)
def test_real_catalogues_are_counted_whole(name, records):
    if not (DATA / name).exists():
        pytest.skip(f"{name} is not here")
    catalog = read_catalog(DATA / name)
    counted = census(catalog)
    assert len(catalog) == len(counted.members) == records
    assert counted.total("operational") > 0.5 * records
