import numpy as np
import pytest

from skyhold.errors import ScenarioError
from skyhold.scenario.load import load, loads, with_values
from skyhold.simulate.capacity import capacity, fleets_table, speed_test
from skyhold.simulate.run import simulate

SMALL = """
schema_version = 1
name = "moldova"
clock = { start_utc = 2022-02-28T18:00:00Z, duration_h = 0.05 }
fleet = { library = "starlink-2022-02-28" }
area = { country = "MDA", h3_resolution = 5 }
terminal = { gso_exclusion_deg = 22.0 }
demand = { adoption_percent = 4.0 }
"""
SUMS = (
    "wanted_mbit_s",
    "rate_mean_mbit_s",
    "rate_median_mbit_s",
    "offered_median_mbit_s",
    "unserved_percent",
)


@pytest.fixture(scope="module")
def scenario():
    return loads(SMALL)


def test_the_cells_get_what_they_get_in_a_run(scenario):
    alone, run = capacity(scenario, threads=1).tables(), simulate(scenario, threads=1).tables
    for column in SUMS:
        np.testing.assert_allclose(alone["capacity_cells"][column], run["capacity_cells"][column], rtol=1e-5)
    assert alone["capacity_reasons"].rows() == run["capacity_reasons"].rows()


def test_what_is_not_carried_has_reasons_that_add_up_to_it(scenario):
    crowded = capacity(with_values(scenario, {"demand.adoption_percent": 100.0})).tables()
    for tables in (capacity(scenario).tables(), crowded):
        cells, why = tables["capacity_cells"], tables["capacity_reasons"]
        wanted, got = np.nansum(cells["wanted_mbit_s"]), np.nansum(cells["rate_mean_mbit_s"])
        assert 100.0 * (1.0 - got / wanted) == pytest.approx(why["unserved_percent"].sum(), abs=1e-6)
    assert crowded["capacity_reasons"]["unserved_percent"].sum() > 1.0


def test_only_the_planned_slots_are_served(scenario):
    every = with_values(scenario, {"demand.every_slots": 5})
    found = capacity(every)
    assert found.totals.cells.slots.sum(axis=1).max() == 3  # of 12: the first, the sixth, the eleventh
    assert speed_test(every, 47.01, 28.86).rate_bit_s.shape == (3,)


def test_lasers_never_carry_less_and_no_gateway_is_missed(scenario):
    near, far = capacity(scenario), capacity(scenario, lasers=True)
    assert far.globe().carried_bit_s >= near.globe().carried_bit_s
    assert far.globe().wanted_bit_s == pytest.approx(near.globe().wanted_bit_s)
    assert "no gateway" not in set(far.tables()["capacity_reasons"]["reason"])
    assert list(far.tables()["capacity_gateways"]["name"]) == ["over lasers"]


def test_a_speed_test_gets_at_most_a_channel_and_more_than_nothing(scenario):
    found = speed_test(scenario, 47.01, 28.86)
    assert found.rate_bit_s.shape == found.hour_local.shape == (12,)
    assert (found.rate_bit_s > 0.0).all()
    assert (found.rate_bit_s < 240e6 * 4.5).all()
    assert np.isfinite(found.by_hour()).sum() == 1


def test_a_speed_test_has_an_equal_part_with_those_who_are_busy(scenario):
    alone = speed_test(scenario, 47.01, 28.86)
    assert (alone.terminals > 1.0).all()
    np.testing.assert_array_equal(alone.among(0.0).rate_bit_s, alone.rate_bit_s)
    parts = alone.rate_bit_s / alone.among(0.2).rate_bit_s
    np.testing.assert_allclose(parts, np.round(parts), rtol=1e-9)
    assert np.median(parts) == pytest.approx(1.0 + 0.2 * np.median(alone.terminals), rel=0.5)


def test_a_speed_test_where_nobody_is_is_refused(scenario):
    with pytest.raises(ScenarioError, match="nobody asks"):
        speed_test(scenario, 0.0, 0.0)


def test_the_globe_is_told_fleet_by_fleet():
    whole = with_values(load("starlink-global-capacity"), {"clock.duration_h": 1.0, "area.h3_resolution": 2})
    kept = [variant.model_dump() for variant in whole.variants if variant.name == "fleet-4408"]
    table = fleets_table(with_values(whole, {"variants": kept}))
    assert list(table["satellites"]) == [1_468, 4_408]
    assert (table["carried_tbit_s"] <= table["over_lasers_tbit_s"]).all()
    assert (table["over_lasers_tbit_s"] <= table["wanted_tbit_s"]).all()
    assert (table["over_lasers_tbit_s"] <= table["could_carry_tbit_s"]).all()
    assert table["over_lasers_tbit_s"][1] > table["over_lasers_tbit_s"][0]
    assert table["wanted_tbit_s"][1] == pytest.approx(table["wanted_tbit_s"][0])
    assert (table["usd_low"] < table["usd_high"]).all()
    assert 2_000.0 < table["offline_million"][0] < 3_500.0
