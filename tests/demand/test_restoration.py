import numpy as np
import pytest
from tests.demand.towns import CELLS, DAYS, delivery, loss, outage, scenario, site

from skyhold.demand.restoration import NOTES, curve, days_between, days_of

SPEC = {"basis": "terminals", "users_per_terminal": 15.0}


def rows(**changes):
    return curve(scenario(**({"demand": SPEC, "deliveries": (delivery(),)} | changes)), CELLS, DAYS)


def column(found, name):
    return np.array([row[name] for row in found])


def test_every_column_is_explained():
    assert set(rows()[0]) == set(NOTES)


def test_service_comes_back_with_the_terminals():
    found = rows()
    assert found[0]["users"] == 0.0
    assert found[-1]["in_place"] == pytest.approx(1000.0)
    assert found[-1]["users"] == pytest.approx(15_000.0, rel=0.01)
    assert (np.diff(column(found, "within_reach_percent")) >= -1e-9).all()
    assert column(found, "cut_off").max() == pytest.approx(0.0, abs=1e-6)


def test_users_are_at_most_those_who_need_it():
    found = rows(demand=SPEC | {"online_percent": 100.0})
    assert column(found, "users").max() == pytest.approx(0.0, abs=1e-6)


def test_a_site_is_served_from_the_ground_or_the_sky():
    event = outage(network="power", from_utc="2022-03-01", to_utc="2022-03-10")
    lines = (outage(to_utc=None), outage(network="towers", to_utc=None))
    one = {"sites": (site(generator_h=10_000.0),), "deliveries": (delivery(to="sites"),)}
    found = rows(events=lines, **one)
    assert column(found, "sites").tolist() == [1.0] * len(DAYS)
    assert found[2]["sites_on_the_ground"] == 1.0
    assert found[-1]["sites_on_the_ground"] == 0.0
    assert found[-1]["sites_served"] == found[-1]["sites_by_satellite"] == 1.0
    dark = rows(events=(event,), sites=(site(generator_h=1.0),))
    assert dark[5]["sites_served"] == 0.0
    assert dark[-1]["sites_served"] == 1.0


def test_losses_lower_the_curve():
    fewer = column(rows(events=(loss(),)), "users")
    assert (fewer <= column(rows(), "users") + 1e-9).all()
    assert fewer[-1] < column(rows(), "users")[-1]


def test_days():
    assert days_between("2022-02-26", "2022-05-31").size == 95
    assert days_of(scenario(deliveries=(delivery(),)), after=2).astype(str).tolist() == [
        "2022-02-28",
        "2022-03-01",
        "2022-03-02",
    ]
    assert curve(scenario(), CELLS, days_of(scenario())) == []
