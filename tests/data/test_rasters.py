"""Rasters of the user: the three forms, partial ones, damaged ones."""

import numpy as np
import pytest

from skyhold.data import rasters
from skyhold.errors import DataError

HEAD = "ncols {}\nnrows {}\nxllcorner {}\nyllcorner {}\ncellsize {}\nNODATA_value -9999\n"


def asc(path, people, west=-180.0, south=-90.0, step=10.0, head=HEAD):
    rows = "\n".join(" ".join(f"{value:g}" for value in line) for line in people)
    path.write_text(head.format(people.shape[1], people.shape[0], west, south, step) + rows + "\n")
    return path


def world(step=10.0):
    rows = round(180 / step)
    return np.arange(rows * 2 * rows, dtype=float).reshape(rows, 2 * rows)


def test_an_ascii_grid_keeps_everybody_where_they_are(tmp_path):
    people = world()
    people[0, 0] = -9999.0
    grid = rasters.read_raster(asc(tmp_path / "a.asc", people), 2015)
    assert grid.cells == pytest.approx(np.where(people < 0, 0, people)[::-1])
    assert (grid.year, "a.asc" in grid.source) == (2015, True)


def test_an_ascii_grid_without_a_value_for_no_data_and_with_centres(tmp_path):
    head = "NCOLS {}\nNROWS {}\nXLLCENTER {}\nYLLCENTER {}\nCELLSIZE {}\n"
    path = asc(tmp_path / "a.asc", world(), west=-175.0, south=-85.0, head=head)
    assert rasters.read_raster(path, 2015).cells == pytest.approx(world()[::-1])


def test_finer_pixels_are_summed(tmp_path):
    people = np.ones((8, 16))
    path = asc(tmp_path / "part.asc", people, west=8.0, south=50.0, step=0.125)
    grid = rasters.read_raster(path, 2020)
    assert grid.rows == 360
    assert grid.cells[280:282, 376:380] == pytest.approx(np.full((2, 4), 16.0))
    assert grid.total == pytest.approx(128.0)


def test_a_raster_over_the_antimeridian(tmp_path):
    grid = rasters.read_raster(
        asc(tmp_path / "a.asc", np.ones((1, 4)), west=179.0, south=60.0, step=0.5), 2020
    )
    assert np.flatnonzero(grid.cells[300]).tolist() == [0, 1, 718, 719]


@pytest.mark.parametrize("north_first", [True, False])
def test_npz_in_either_order_with_nan_for_no_data(tmp_path, north_first):
    people = world()
    people[2, 3] = np.nan
    latitude, longitude = np.arange(85.0, -90.0, -10.0), np.arange(-175.0, 180.0, 10.0)
    turn = slice(None) if north_first else slice(None, None, -1)
    np.savez(tmp_path / "a.npz", pop=people[turn], lat=latitude[turn], lon=longitude)
    assert rasters.read_raster(tmp_path / "a.npz", 2020).cells == pytest.approx(np.nan_to_num(people)[::-1])


def tiff(path, people, step=10.0, model=2, nodata="-99999", scale=True):
    tifffile = pytest.importorskip("tifffile")
    keys = (1, 1, 0, 1, 1024, 0, 1, model)
    tags = [
        (33922, "d", 6, (0.0, 0.0, 0.0, -180.0, 90.0, 0.0), True),
        (34735, "H", len(keys), keys, True),
        (42113, "s", 0, nodata, True),
    ]
    if scale:
        tags.append((33550, "d", 3, (step, step, 0.0), True))
    tifffile.imwrite(path, people.astype(np.float32), extratags=tags)
    return path


def test_geotiff(tmp_path):
    people = world()
    people[1, 1] = -99999.0
    grid = rasters.read_raster(tiff(tmp_path / "a.tif", people), 2020)
    assert grid.cells == pytest.approx(np.where(people < 0, 0, people)[::-1])


def test_geotiff_in_metres_is_refused(tmp_path):
    with pytest.raises(DataError, match="degrees"):
        rasters.read_raster(tiff(tmp_path / "a.tif", world(), model=1), 2020)


def test_geotiff_without_a_place_is_refused(tmp_path):
    with pytest.raises(DataError, match="GeoTIFF"):
        rasters.read_raster(tiff(tmp_path / "a.tif", world(), scale=False), 2020)


def test_a_file_that_is_no_geotiff(tmp_path):
    pytest.importorskip("tifffile")
    (tmp_path / "a.tif").write_bytes(b"II*\x00 but no more")
    with pytest.raises(DataError, match="GeoTIFF"):
        rasters.read_raster(tmp_path / "a.tif", 2020)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda p: np.where(p == 5, -3.0, p), "-3"),
        (lambda p: np.where(p == 5, np.inf, p), "inf"),
        (lambda p: p * 0.0, "nobody"),
        (lambda p: p * 1e9, "more than the Earth"),
        (lambda p: p * 0.0 - 9999.0, "nobody"),
    ],
)
def test_counts_that_cannot_be(tmp_path, change, told):
    with pytest.raises(DataError, match=told):
        rasters.read_raster(asc(tmp_path / "a.asc", change(world())), 2020)


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ({"step": 500.0}, "degrees"),
        ({"step": 0.0}, "degrees"),
        ({"south": -120.0}, "latitude"),
        ({"west": 500.0}, "longitude"),
        ({"step": 7.0}, "divide"),
        ({"step": float("nan")}, "degrees"),
    ],
)
def test_places_that_cannot_be(tmp_path, place, told):
    with pytest.raises(DataError, match=told):
        rasters.read_raster(asc(tmp_path / "a.asc", world(), **place), 2020)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ncols 2\n",
        "hello\nworld\n",
        HEAD.format(2, 2, 0, 0, 1) + "1 2\n",
        HEAD.format(2, 1, 0, 0, 1) + "1 x\n",
    ],
)
def test_damaged_ascii_grids(tmp_path, text):
    (tmp_path / "a.asc").write_text(text)
    with pytest.raises(DataError, match=r"a\.asc"):
        rasters.read_raster(tmp_path / "a.asc", 2020)


def test_a_grid_too_large_to_hold_is_refused_before_it_is_read(tmp_path):
    (tmp_path / "a.asc").write_text(HEAD.format(43200, 21600, -180, -90, 1 / 120) + "1 2 3\n")
    with pytest.raises(DataError, match=r"21,600 x 43,200"):
        rasters.read_raster(tmp_path / "a.asc", 2020)


@pytest.mark.parametrize(
    "arrays",
    [
        {"pop": np.ones((2, 4))},
        {"pop": np.ones((2, 4)), "lat": np.array([1.0, 2.0]), "lon": np.arange(3.0)},
        {"pop": np.ones((2, 4)), "lat": np.array([1.0, 2.0]), "lon": np.array([1.0, 2.0, 3.0, 9.0])},
        {"pop": np.ones((1, 1)), "lat": np.array([1.0]), "lon": np.array([1.0])},
        {"pop": np.array([["a", "b"], ["c", "d"]]), "lat": np.arange(2.0), "lon": np.arange(2.0)},
    ],
)
def test_damaged_npz(tmp_path, arrays):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(DataError, match=r"a\.npz"):
        rasters.read_raster(tmp_path / "a.npz", 2020)


@pytest.mark.parametrize("name", ["a.png", "a", "missing.asc"])
def test_files_that_are_not_there_or_not_known(tmp_path, name):
    with pytest.raises(DataError, match="the raster"):
        rasters.read_raster(tmp_path / name, 2020)


def test_bytes_that_are_no_npz(tmp_path):
    (tmp_path / "a.npz").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(DataError, match="cannot be read"):
        rasters.read_raster(tmp_path / "a.npz", 2020)
