import json

import numpy as np
import pytest
import xarray

from skyhold.errors import ResultError
from skyhold.results.compare import compare, settings_changed
from skyhold.results.files import open_run
from skyhold.results.folder import MANIFEST, check_free, partial_folder, take_name
from skyhold.results.results import BroadbandResult
from skyhold.results.tables import Table

from . import runs


def test_a_run_in_memory_and_from_its_folder_say_the_same(tmp_path):
    kept, filed = runs.run(None), runs.run(tmp_path / "r.partial")
    take_name(tmp_path / "r.partial", tmp_path / "r")
    opened = open_run(tmp_path / "r")
    assert isinstance(opened, BroadbandResult)
    for variable in ("in_view", "usable", "serving", "gateway", "rtt_ms"):
        np.testing.assert_array_equal(kept.array(variable), opened.array(variable))
    assert kept.summary() == opened.summary() == filed.summary()
    assert (opened.times == runs.times()).all()
    assert opened.scenario == kept.scenario


def test_rtt_is_nan_exactly_where_nobody_serves():
    result = runs.run(None)
    np.testing.assert_array_equal(np.isnan(result.array("rtt_ms")), result.array("serving") < 0)


def test_xarray_reads_scales_fill_and_time(tmp_path):
    result = runs.run(tmp_path / "r.partial")
    dataset = result.to_xarray("places")
    assert isinstance(dataset, xarray.Dataset)
    assert dataset["rtt_ms"].dims == ("time", "place")
    np.testing.assert_allclose(dataset["rtt_ms"].to_numpy(), result.array("rtt_ms"), rtol=1e-6)
    assert dataset["time"].to_numpy()[1] == np.datetime64("2022-02-28T00:00:27")


def test_xarray_opens_the_store_itself_without_a_word(tmp_path):
    runs.run(tmp_path / "r")
    alone = xarray.open_zarr(tmp_path / "r" / "arrays.zarr" / "places", chunks=None)
    tree = xarray.open_datatree(tmp_path / "r" / "arrays.zarr", engine="zarr", chunks=None)
    assert "rtt_ms" in alone
    assert "rtt_ms" in tree["places"]


def test_a_run_cut_short_says_how_far_it_came_and_goes_on(tmp_path):
    folder = tmp_path / "r"
    arrays = runs.stored()
    first = runs.writer(partial_folder(folder))
    first.append(0, {"places": {name: values[:60] for name, values in arrays.items()}})
    with pytest.raises(ResultError, match=r"60 of 90 slots.*--resume"):
        open_run(folder)
    again = runs.writer(partial_folder(folder), resume=True)
    assert again.slots_done == 60
    again.append(60, {"places": {name: values[60:] for name, values in arrays.items()}})
    again.finish(runs.tables(arrays), {})
    take_name(partial_folder(folder), folder)
    np.testing.assert_array_equal(open_run(folder).array("serving"), arrays["serving"])


def test_another_scenario_does_not_resume(tmp_path):
    folder = tmp_path / "r.partial"
    runs.writer(folder).append(0, {"places": {name: values[:60] for name, values in runs.stored().items()}})
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(manifest | {"scenario_sha256": "other"}))
    assert runs.writer(folder, resume=True).slots_done == 0


def test_what_is_not_a_run_is_neither_opened_nor_replaced(tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    with pytest.raises(ResultError, match="not a run"):
        open_run(tmp_path / "thesis")
    with pytest.raises(ResultError, match="not replaced"):
        check_free(tmp_path / "thesis")
    with pytest.raises(ResultError, match="no such folder"):
        open_run(tmp_path / "nowhere")


def test_a_broken_manifest_is_one_clear_error(tmp_path):
    runs.run(tmp_path / "r")
    (tmp_path / "r" / MANIFEST).write_text('{"status": "comp')
    with pytest.raises(ResultError, match="cannot be read"):
        open_run(tmp_path / "r")


def test_tables_survive_parquet_and_csv(tmp_path):
    table = Table(
        "t", {"name": np.array(["a", "b"], object), "x_km": np.array([1.5, np.nan])}, {"x_km": "how far"}
    )
    table.write(tmp_path)
    read = Table.read(tmp_path / "t.parquet")
    assert list(read["name"]) == ["a", "b"]
    np.testing.assert_array_equal(read["x_km"], table["x_km"])
    assert read.notes["x_km"] == "how far"
    assert (tmp_path / "t.csv").read_text().splitlines() == ["name,x_km", "a,1.5", "b,"]


def test_tables_are_immutable_and_name_what_they_have():
    table = Table("t", {"x_km": np.array([1.0])})
    with pytest.raises(ValueError, match="read-only"):
        table["x_km"][0] = 2.0
    with pytest.raises(ResultError, match="x_km"):
        table["y_km"]
    with pytest.raises(ResultError, match="different lengths"):
        Table("t", {"x": np.zeros(1), "y": np.zeros(2)})


def test_percentiles_of_the_histogram_are_within_a_bin_of_the_series():
    result = runs.run(None)
    exact = np.nanpercentile(result.array("rtt_ms"), [5, 50, 95], axis=0)
    table = result.tables["places"]
    for row, name in zip(exact, ("p05", "median", "p95"), strict=True):
        np.testing.assert_allclose(table[f"rtt_{name}_ms"], row, atol=0.8)


def test_counts_of_the_table_are_those_of_the_arrays():
    result = runs.run(None)
    table, usable = result.tables["places"], result.array("usable")
    np.testing.assert_array_equal(table["slots_served"], (usable > 0).sum(axis=0))
    np.testing.assert_allclose(table["usable_mean"], usable.mean(axis=0))
    np.testing.assert_array_equal(table["usable_min"], usable.min(axis=0))


def test_nobody_served_is_a_result_too():
    result = runs.run(None, served=False)
    assert result.summary()["places_never_served"] == 3
    assert np.isnan(result.summary()["places_rtt_median_ms"])
    assert "Kyiv" in result._repr_html_()


def test_compare_with_itself_changes_nothing_and_matches_every_place():
    result = runs.run(None)
    comparison = compare(result, result)
    assert list(comparison.places["name"]) == ["Kyiv", "Lviv", "Odesa"]
    assert not np.nan_to_num(comparison.places["service_percent_change"]).any()
    assert comparison.settings() == {}


def test_settings_changed_names_the_path():
    before, after = {"clock": {"start": 1, "h": 2}, "name": "a"}, {"clock": {"start": 1, "h": 3}, "name": "b"}
    assert settings_changed(before, after) == {"clock.h": (2, 3)}


def test_unknown_variable_place_and_group_say_what_there_is():
    result = runs.run(None)
    with pytest.raises(ResultError, match="rtt_ms"):
        result.array("latency")
    with pytest.raises(ResultError, match="Kyiv"):
        result.series("usable", "Paris")
    with pytest.raises(ResultError, match="no cells"):
        result.array("usable", of="cells")
