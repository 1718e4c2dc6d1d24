from __future__ import annotations

import pytest

from skyhold.errors import ScenarioError
from skyhold.holding.supply import TANKS, edges_of, supply_of
from skyhold.scenario import load


def there(supply, name):
    return next(source for source in supply.sources if source.name == name).present


def test_edges_are_steps_dockings_and_ends():
    edges = edges_of(load.load("iss-2022"))
    assert edges[0] == 0.0
    assert edges[-1] == 365.0
    assert {30.0, 60.0, 90.0} <= set(edges)
    assert any(99.0 < day < 100.0 for day in edges)  # Progress MS-20, 3 June, and a day


def test_who_is_there_when():
    supply = supply_of(load.load("iss-2022"))
    progress = there(supply, "Progress MS-18")
    assert progress[0]
    assert not progress[-1]
    assert not there(supply, "Progress MS-20")[0]
    assert all(there(supply, "Zvezda's main engines"))
    kilograms = {pool.name: pool.propellant_kg for pool in supply.pools}
    assert kilograms["Progress MS-19"] == 430.0
    assert kilograms[TANKS] == pytest.approx(3100.0)


def test_the_unproven_wait_until_they_are_allowed():
    refused = {item.source: item.reason for item in supply_of(load.load("iss-2022")).refused}
    assert "had pushed" in refused["Crew-3 Dragon Endurance"]
    allowed = supply_of(load.load("iss-2022", ["reboost.allow_unproven=true"]))
    assert there(allowed, "Crew-3 Dragon Endurance")[0]
    assert not next(s for s in allowed.sources if s.name == "Crew-3 Dragon Endurance").proven


def test_russia_takes_its_craft_its_propellant_and_the_attitude_along():
    supply = supply_of(load.with_variant(load.load("iss-2022"), "russia-withdraws"))
    assert supply.sources == ()
    assert supply.pools == ()
    assert not any(supply.attitude_held)
    turned = supply_of(load.with_variant(load.load("iss-2022"), "russia-withdraws"), attitude_given=True)
    assert {source.vehicle for source in turned.sources} == {"cygnus"}


def test_only_the_named_push_and_never_the_excluded():
    only = supply_of(load.load("iss-2022", ['reboost.vehicles=["progress-ms"]']))
    assert {source.vehicle for source in only.sources} == {"progress-ms"}
    without = supply_of(load.load("iss-2022", ['reboost.excluded=["zvezda"]']))
    assert "zvezda" not in {source.vehicle for source in without.sources}
    assert TANKS in {pool.name for pool in without.pools}  # the attitude still draws on them


def test_a_target_is_an_edge_and_must_lie_inside():
    aimed = load.load("iss-2022", ["reboost.target_km=420.0", "reboost.target_utc=2022-06-04T20:00:00Z"])
    assert any(abs(day - 99.8333) < 1e-3 for day in edges_of(aimed))
    late = load.load("iss-2022", ["reboost.target_km=420.0", "reboost.target_utc=2024-06-01"])
    with pytest.raises(ScenarioError, match="target lies outside"):
        edges_of(late)


def test_one_source_less():
    supply = supply_of(load.load("iss-2022"))
    less = supply.without("Cygnus NG-17")
    assert "Cygnus NG-17" not in {source.name for source in less.sources}
    assert "Cygnus NG-17" not in {pool.name for pool in less.pools}
    assert TANKS in {pool.name for pool in supply.without("Zvezda's main engines").pools}
