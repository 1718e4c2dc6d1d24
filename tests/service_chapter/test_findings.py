"""Who gets what: people add up, nothing is lost between reasons, and hours agree with the cells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.service_chapter import fakes

from skyhold.results.tables import Table
from skyhold.service.reasons import Reason
from skyhold.service_chapter import findings as found


@pytest.fixture(scope="module")
def ukraine():
    return fakes.ukraine()


def test_everybody_without_another_network_is_counted_once(ukraine):
    now = found.standing(ukraine)
    assert now.served + sum(now.lacking.values()) == pytest.approx(now.dependents)


def test_people_by_reason_are_those_of_the_cells(ukraine):
    full, lacking = found.people_by_reason(ukraine)
    cells = ukraine.tables["capacity_cells"]
    beam = cells["main_reason"] == "no beam"
    assert lacking[Reason.NO_BEAM][beam] == pytest.approx(0.2 * fakes.USERS)
    assert full[beam] == pytest.approx(0.8 * fakes.USERS)
    dark = cells["main_reason"] == "no power"
    assert lacking[Reason.NO_POWER][dark] == pytest.approx(10 * 15.0)
    assert lacking[Reason.NO_TERMINAL][cells["main_reason"] == "no terminal"] == pytest.approx(1000.0)


@settings(max_examples=30, deadline=None)
@given(
    dependents=st.floats(0.0, 1e6),
    terminals=st.floats(0.0, 1e4),
    powered=st.floats(0.0, 1.0),
    unserved=st.floats(0.0, 100.0),
)
def test_no_reason_has_fewer_than_nobody(ukraine, dependents, terminals, powered, unserved):
    cells = ukraine.tables["capacity_cells"]
    count = len(cells)
    users = min(15.0 * terminals * powered, dependents)
    columns = {
        **cells.columns,
        "dependents": np.full(count, dependents),
        "terminals": np.full(count, terminals),
        "users": np.full(count, users),
        "unserved_percent": np.full(count, unserved),
    }
    run = replace(ukraine, tables={**ukraine.tables, "capacity_cells": Table("capacity_cells", columns)})
    full, lacking = found.people_by_reason(run)
    assert all((part >= -1e-6).all() for part in lacking.values())
    assert (full >= -1e-6).all()
    assert full + sum(lacking.values()) == pytest.approx(np.full(count, dependents), abs=1e-5)


def test_hours_add_up_to_people_behind_terminals(ukraine):
    hours = found.by_hour(ukraine)
    users = ukraine.tables["capacity_cells"]["users"].sum()
    assert len(hours.starts) == 2
    assert sum(hours.people.values()) == pytest.approx(np.full(len(hours.starts), users))
    assert set(hours.people) == {Reason.SERVED, Reason.NO_BEAM, Reason.JAMMED}


def test_without_stored_slots_there_are_no_hours(ukraine):
    assert found.by_hour(replace(ukraine, store=None)) is None


def test_only_runs_with_demand_are_compared(ukraine):
    assert list(found.runs(ukraine)) == ["", "polish-gateway-lost"]
    assert not found.has_service(ukraine.variants["elevation-40"])


def test_a_site_is_met_when_it_asks_and_gets(ukraine):
    assert found.sites_met(ukraine) == (1, 2)


def test_weighted_median_is_the_middle_of_the_people():
    assert found.weighted_median(np.array([1.0, 5.0, 9.0]), np.array([1.0, 1.0, 8.0])) == 9.0
    assert np.isnan(found.weighted_median(np.array([np.nan]), np.array([1.0])))


def test_jammed_is_the_lower_of_down_and_up_and_the_defence_shows(ukraine):
    one = found.jammed(ukraine)
    assert one.name == ""
    assert one.defence
    assert one.bare.min() == 5.0
    assert one.defended.min() == 80.0
    cells, people = found.touched(one, one.bare, found.DENIED_PERCENT)
    assert cells == (one.bare < 10).sum()
    assert people == pytest.approx(5000.0 * cells)


def test_the_fullest_case_has_far_more_people(ukraine):
    assert found.fullest(ukraine) is None
    cells = ukraine.tables["capacity_cells"]
    few = Table("capacity_cells", {**cells.columns, "users": cells["users"] / 100.0})
    assert (
        found.fullest(replace(ukraine, tables={**ukraine.tables, "capacity_cells": few}))[0]
        == "polish-gateway-lost"
    )
