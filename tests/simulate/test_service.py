import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.simulate.served import (
    FEW,
    NEAR,
    QUANTUM,
    assert_same,
    rates,
    reasons,
    scenario,
    seen,
    served,
    service_of,
    wanted,
)

import skyhold
from skyhold.errors import ResultError
from skyhold.links import gateway_links
from skyhold.service.reasons import QUIET, WORDS, Reason
from skyhold.simulate import broadband, service
from skyhold.simulate.run import simulate

BUSY = {"weather": {"kind": "series", "wetness": 3.0}, "jammers": [NEAR | {"preset": "C"}]}
"""Rain and a jammer, so that everything has a part in what is compared."""
LOADS = {"as it is": {}, "few": FEW, "scarce": {"radio.gateway_antennas": 2}, "rain and jammer": BUSY}


@pytest.fixture(params=LOADS.values(), ids=LOADS)
def run(request):
    return served(**request.param)


def test_the_number_of_threads_changes_nothing():
    assert_same(served(**BUSY), simulate(scenario(**BUSY), threads=3))


@pytest.mark.parametrize("slots", [1, 5, 11])
def test_the_length_of_blocks_changes_nothing(slots, monkeypatch):
    whole = served(**BUSY)
    monkeypatch.setattr(broadband, "BLOCK_SLOTS", slots)
    assert_same(whole, simulate(scenario(**BUSY), threads=2))


@pytest.mark.parametrize("every", [1, 3, 7])
def test_a_run_cut_short_resumes_to_the_same(every, tmp_path, monkeypatch):
    asked = scenario(**BUSY, demand__every_slots=every, clock__duration_h=0.6)
    monkeypatch.setattr("skyhold.results.arrays.CHUNK_VALUES", 1)
    monkeypatch.setattr(broadband, "BLOCK_SLOTS", 25)
    whole = simulate(asked, threads=1)
    assert len(whole.array("reason", of="service")) == -(-144 // every)

    def stop(name, done, slots):
        if done >= 60:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(asked, tmp_path / "run", threads=2, progress=stop)
    with pytest.raises(ResultError, match="60 of 144 slots"):
        skyhold.open(tmp_path / "run")
    steps = []
    resumed = simulate(
        asked, tmp_path / "run", resume=True, progress=lambda name, done, slots: steps.append(done)
    )
    assert steps == [120, 144]
    assert_same(whole, resumed)
    assert_same(whole, skyhold.open(tmp_path / "run"))


def test_planning_fewer_slots_leaves_those_planned_as_they_were():
    whole, some = served(**BUSY), served(**BUSY, demand__every_slots=5)
    np.testing.assert_array_equal(rates(whole)[::5], rates(some))
    np.testing.assert_array_equal(reasons(whole)[::5], reasons(some))


def test_no_rate_is_above_what_is_wanted(run):
    rate, asked, site = rates(run), wanted(run), rates(run, "sites_mbit_s")
    assert (rate <= asked + QUANTUM + 1e-6 * asked).all()
    assert (site <= rate + 2 * QUANTUM).all()
    full = reasons(run) == Reason.SERVED
    assert (rate[full] >= asked[full] * (1 - 1e-5) - 2 * QUANTUM).all()
    quiet = np.isin(reasons(run), QUIET)
    np.testing.assert_array_equal(quiet, asked == 0.0)
    assert not rate[quiet].any()
    lit = run.array("beam_satellite", of="service") >= 0
    assert not rate[~lit].any()
    assert not rates(run, "offered_mbit_s")[~lit].any()


def test_gateways_carry_what_the_cells_get_and_no_more_than_their_links(run):
    carried, antennas = run.array("carried_gbit_s", of="gateways"), run.array("antennas", of="gateways")
    rate = rates(run)
    rounding = 0.005 * carried.shape[1] + QUANTUM / 1e3 * rate.shape[1]
    np.testing.assert_allclose(carried.sum(axis=1), rate.sum(axis=1) / 1e3, rtol=1e-5, atol=rounding)
    radio = run.scenario.radio
    link = float(gateway_links.capacity_bit_s(radio, np.radians(40.0), 0.0, 0.0, 0.0)) / 1e9
    each = min(link, radio.payload.capacity_gbit_s.value / radio.payload.gateway_links)
    assert (carried <= antennas * each + 0.005).all()
    assert antennas.max() <= radio.gateway_antennas
    assert not carried[antennas == 0].any()


def test_satellites_carry_no_more_than_payload_and_beams(monkeypatch):
    blocks = []

    def spy(*given, **named):
        blocks.append((given[3], serve(*given, **named)))
        return blocks[-1][1]

    serve = service.serve
    monkeypatch.setattr(service, "serve", spy)
    for payload in (18.0, 2.0):
        blocks.clear()
        result = simulate(scenario(radio__payload__capacity_gbit_s=payload), threads=1)
        limits, block = blocks[0]
        assert limits.payload_bit_s == payload * 1e9
        assert block.satellite_bit_s.max() <= payload * 1e9 * (1 + 1e-6)
        assert block.satellite_beams.max() <= limits.beams * (1 + 1e-6)
        np.testing.assert_allclose(
            block.satellite_bit_s.sum(axis=1) / 1e6, rates(result).sum(axis=1), rtol=1e-5, atol=10.0
        )
        assert (Reason.SATELLITE_FULL in seen(result)) == (payload < 18.0)


def carried(run):
    """What cells got: all they asked where nothing stood in the way, for stored rates are rounded."""
    return np.where(reasons(run) == Reason.SERVED, wanted(run), np.minimum(rates(run), wanted(run)))


def test_the_table_of_cells_agrees_with_the_arrays(run):
    table, asked = run.tables["capacity_cells"], wanted(run)
    got, asking = carried(run), asked > 0.0
    with np.errstate(invalid="ignore"):
        count = np.where(asking.any(axis=0), asking.sum(axis=0), np.nan)
        np.testing.assert_allclose(table["rate_mean_mbit_s"], got.sum(axis=0) / count, rtol=1e-5)
        np.testing.assert_allclose(table["wanted_mbit_s"], asked.sum(axis=0) / count, rtol=1e-9)
        lit = 100.0 * ((got > 0) & asking).sum(axis=0) / count
        whole = 100.0 * ((reasons(run) == Reason.SERVED) & asking).sum(axis=0) / count
    np.testing.assert_allclose(table["with_service_percent"], lit)
    np.testing.assert_allclose(table["served_percent"], whole)
    assert (np.nan_to_num(table["rate_p05_mbit_s"]) <= np.nan_to_num(table["rate_p95_mbit_s"])).all()


def test_tables_of_hours_reasons_and_gateways_agree_with_the_arrays(run):
    asked, got = wanted(run), carried(run)
    hours = run.tables["capacity_hours"]
    known = np.isfinite(hours["carried_gbit_s"])
    assert 1 <= known.sum() <= 2
    mean = got.mean(axis=0).sum() / 1e3
    if known.sum() == 1:
        np.testing.assert_allclose(hours["carried_gbit_s"][known], mean, rtol=1e-5)
    why = run.tables["capacity_reasons"]
    assert why["cell_slots_percent"].sum() == pytest.approx(100.0)
    assert why["cells"].sum() == got.shape[1]
    assert set(why["reason"]) >= {WORDS[reason] for reason in seen(run)}
    lost = np.where(reasons(run) == Reason.SERVED, 0.0, asked - got)
    assert why["unserved_gbit_s"].sum() == pytest.approx(lost.sum() / len(lost) / 1e3, rel=1e-5, abs=1e-9)
    gateways, load = run.tables["capacity_gateways"], run.array("carried_gbit_s", of="gateways")
    np.testing.assert_allclose(gateways["carried_mean_gbit_s"], load.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(
        gateways["antennas_mean"], run.array("antennas", of="gateways").mean(axis=0), rtol=1e-9
    )
    [place] = run.tables["capacity_places"].rows()
    [home] = service_of(run).demand.place_cell
    assert place["rate_mean_mbit_s"] == run.tables["capacity_cells"]["rate_mean_mbit_s"][home]


def test_sites_are_met_before_people_are_served():
    scarce = served(radio__payload__beams=1, radio__gateway_antennas=2)
    for row in scarce.tables["sites"].rows():
        assert row["asking_percent"] == 100.0
        assert row["met_percent"] == 100.0
    cells = scarce.tables["capacity_cells"]
    assert cells["with_service_percent"].min() == 0.0
    assert cells["served_percent"].max() < 50.0
    alone = served(radio__payload__beams=1, radio__gateway_antennas=2, demand__adoption_percent=0.01)
    np.testing.assert_array_equal(rates(scarce, "sites_mbit_s"), rates(alone, "sites_mbit_s"))


def test_a_site_is_counted_against_the_slots_that_are_planned():
    for row in served(demand__every_slots=4).tables["sites"].rows():
        assert row["asking_percent"] == 100.0


@settings(max_examples=6)
@given(more=st.floats(1.01, 8.0))
def test_more_terminals_never_lower_what_is_lit_nor_the_class_before(more):
    few = served(radio__gateway_antennas=2, demand__adoption_percent=4.0)
    many = served(radio__gateway_antennas=2, demand__adoption_percent=4.0 * more)
    np.testing.assert_array_equal(rates(few, "sites_mbit_s"), rates(many, "sites_mbit_s"))

    def lit(result):
        return np.where(result.array("beam_satellite", of="service") >= 0, wanted(result), 0.0).sum(axis=1)

    assert (lit(many) >= lit(few) * (1 - 1e-9)).all()


def test_in_a_served_area_more_terminals_get_more():
    few, some = served(**FEW), served(demand__adoption_percent=0.4)
    assert seen(few) == {Reason.SERVED}
    assert (rates(some) >= rates(few)).all()
