import itertools

import numpy as np
import pytest
import zarr

import skyhold
from skyhold.errors import ResultError, ScenarioError
from skyhold.results.folder import partial_folder
from skyhold.scenario.load import with_values
from skyhold.simulate import broadband
from skyhold.simulate.blocks import in_order
from skyhold.simulate.run import simulate

VARIABLES = ("in_view", "allowed", "usable", "serving", "gateway", "rtt_ms")


@pytest.fixture(scope="module")
def scenario():
    return skyhold.load(
        "ukraine-2022", ("clock.duration_h=0.75", "area.h3_resolution=3", "cities.count=4", "variants=")
    )


@pytest.fixture(scope="module")
def result(scenario):
    return simulate(scenario, threads=1)


def arrays(result):
    return {(of, name): result.array(name, of=of) for of in ("places", "cells") for name in VARIABLES}


def assert_same(one, two):
    for key, values in arrays(one).items():
        np.testing.assert_array_equal(values, arrays(two)[key], err_msg=str(key))
    for name, table in one.tables.items():
        for column in table.columns:
            np.testing.assert_array_equal(table[column], two.tables[name][column], err_msg=f"{name}.{column}")


def test_the_number_of_threads_changes_nothing(scenario, result):
    assert_same(result, simulate(scenario, threads=3))


def test_the_length_of_blocks_changes_nothing(scenario, result, monkeypatch):
    monkeypatch.setattr(broadband, "BLOCK_SLOTS", 7)
    assert_same(result, simulate(scenario, threads=2))


def test_who_serves_is_usable_allowed_and_in_view(result):
    for of in ("places", "cells"):
        view, allowed, usable = (result.array(name, of=of) for name in ("in_view", "allowed", "usable"))
        assert (usable <= allowed).all()
        assert (allowed <= view).all()
        served = result.array("serving", of=of) >= 0
        np.testing.assert_array_equal(served, usable > 0)
        np.testing.assert_array_equal(result.array("gateway", of=of) >= 0, served)
        np.testing.assert_array_equal(~np.isnan(result.array("rtt_ms", of=of)), served)
        assert (view < len(result.tables["satellites"])).all()


def test_a_run_cut_short_resumes_to_the_same(scenario, result, tmp_path, monkeypatch):
    monkeypatch.setattr("skyhold.results.arrays.CHUNK_VALUES", 1)

    def stop(name, done, slots):
        if done >= slots // 2:
            raise KeyboardInterrupt

    folder = tmp_path / "run"
    with pytest.raises(KeyboardInterrupt):
        simulate(scenario, folder, threads=2, progress=stop)
    with pytest.raises(ResultError, match=r"120 of 180 slots"):
        skyhold.open(folder)
    steps = []
    resumed = simulate(scenario, folder, resume=True, progress=lambda name, done, slots: steps.append(done))
    assert steps[0] > 120
    assert not partial_folder(folder).exists()
    assert_same(result, resumed)
    assert_same(result, skyhold.open(folder))


def test_a_run_killed_while_its_arrays_were_made_begins_anew(scenario, result, tmp_path, monkeypatch):
    made = []

    def die_at_the_third(group, *args, **options):
        made.append(args)
        if len(made) == 3:
            raise KeyboardInterrupt
        return create(group, *args, **options)

    create = zarr.Group.create_array
    folder = tmp_path / "run"
    with monkeypatch.context() as cut:
        cut.setattr(zarr.Group, "create_array", die_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            simulate(scenario, folder)
    assert (partial_folder(folder) / "manifest.json").exists()
    assert_same(result, simulate(scenario, folder, resume=True))


def test_resuming_does_nothing_to_a_whole_run_and_never_touches_another(scenario, tmp_path):
    folder = tmp_path / "run"
    simulate(scenario, folder)
    written = (folder / "manifest.json").read_bytes()
    steps = []
    again = simulate(scenario, folder, resume=True, progress=lambda *step: steps.append(step))
    assert not steps
    assert again.manifest["status"] == "complete"
    other = with_values(scenario, {"terminal.min_elevation_deg": 33.0})
    with pytest.raises(ResultError, match="of another scenario"):
        simulate(other, folder, resume=True)
    folder.rename(partial_folder(folder))
    with pytest.raises(ResultError, match=r"Resume it with .*scenario\.toml"):
        simulate(other, folder, resume=True)
    assert (partial_folder(folder) / "manifest.json").read_bytes() == written


def test_a_lost_gateway_takes_and_an_event_gives_back(scenario):
    lost = with_values(
        scenario,
        {
            "gateways.names": ["Kaunas"],
            "events": [
                {
                    "kind": "gateway-down",
                    "gateway": "Kaunas",
                    "from_utc": "2022-02-28T00:10:12Z",
                    "to_utc": "2022-02-28T00:20:12Z",
                }
            ],
        },
    )
    served = simulate(lost).array("serving", of="cells") >= 0
    assert served[:40].any()
    assert not served[40:80].any()
    assert served[80:].any()


def test_variants_stand_beside_the_baseline(tmp_path):
    scenario = skyhold.load("ukraine-2022", ("clock.duration_h=0.25", "area=", "cities.count=3"))
    run = simulate(scenario, tmp_path / "r")
    assert list(run.variants) == [variant.name for variant in scenario.variants]
    low, high = run.variants["elevation-40"], run
    assert (low.array("in_view") <= high.array("in_view")).all()
    assert (low.array("in_view") < high.array("in_view")).any()
    assert (run.variants["gso-18"].array("allowed") >= run.array("allowed")).all()
    opened = skyhold.open(tmp_path / "r" / "variants" / "gso-18")
    np.testing.assert_array_equal(opened.array("allowed"), run.variants["gso-18"].array("allowed"))


def test_nobody_to_serve_is_refused():
    scenario = skyhold.load("ukraine-2022", ("area=", "cities="))
    with pytest.raises(ScenarioError, match=r"no place|nobody|no one"):
        simulate(scenario)


def test_blocks_come_back_in_order_and_few_are_held():
    held = itertools.count()
    started = []

    def work(item):
        started.append(item)
        return item

    for got in in_order(work, range(50), 3):
        assert got == next(held)
        assert len(started) <= got + 5


def test_figures_of_merit_add_up(result):
    table = result.tables["coverage_cells"]
    interval = 0.75 * 3600
    for kind in ("in_view", "usable"):
        uncovered = table[f"{kind}_gaps"] * table[f"{kind}_revisit_mean_s"]
        np.testing.assert_allclose(table[f"{kind}_covered_s"] + uncovered, interval)
