import logging

import numpy as np
import pytest

from skyhold.attenuation import climate, climate_table
from skyhold.errors import SkyholdError
from skyhold.nouns.radio import WeatherSpec

KYIV = (50.45, 30.52)


def without_itur(monkeypatch):
    monkeypatch.setattr(climate_table.importlib.util, "find_spec", lambda name: None)


def test_without_maps_there_is_one_notice_and_a_marked_answer(own_data, monkeypatch, caplog):
    without_itur(monkeypatch)
    with caplog.at_level(logging.WARNING):
        first = climate.site_climate(*KYIV)
        climate.site_climate([10.0, 20.0], [0.0, 5.0])
    assert [record.msg for record in caplog.records] == [climate.NOTICE]
    assert "pip install skyhold[climate]" in caplog.text
    assert first.source == climate.COARSE
    assert 15.0 < first.rain_001_mm_h[0] < 30.0
    assert not list(own_data.rglob("*.npz"))


def test_a_typed_rate_stands_in_place_of_the_map(own_data, monkeypatch):
    without_itur(monkeypatch)
    found = climate.site_climate([50.0, 60.0], [30.0, 30.0], WeatherSpec(rain_001_mm_h=28.6))
    np.testing.assert_array_equal(found.rain_001_mm_h, [28.6, 28.6])
    assert "typed" in found.source


def test_kyiv_from_the_maps(maps_table):
    found = climate.SiteClimate(np.array([KYIV[0]]), **maps_table.at(*(np.array([v]) for v in KYIV)))
    assert found.rain_001_mm_h[0] == pytest.approx(28.6, abs=0.05)
    assert found.rain_height_km[0] == pytest.approx(2.785, abs=5e-4)
    assert found.altitude_km[0] == pytest.approx(0.130, abs=0.02)


def test_the_probability_of_rain_beside_the_workbook(maps_table):
    place = np.array([51.5, 41.9, 22.9]), np.array([-0.14, 12.49, -43.23])
    np.testing.assert_allclose(maps_table.at(*place)["rain_percent"], [5.3615, 5.2697, 1.4177], rtol=0.06)


def test_the_table_is_made_once_and_read_again(own_data, maps_table, monkeypatch):
    path = climate_table.place()
    climate_table.save(maps_table, path)
    without_itur(monkeypatch)
    found = climate.site_climate(*KYIV)
    assert found.source == climate.ITU
    assert found.rain_001_mm_h[0] == pytest.approx(28.6, abs=0.05)


def test_a_broken_table_is_made_anew(own_data, maps_table, monkeypatch, caplog):
    path = climate_table.place()
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not a table")
    monkeypatch.setattr(climate_table, "make", lambda maps: maps_table)
    assert climate.site_climate(*KYIV).source == climate.ITU
    assert "made anew" in caplog.text
    assert set(climate_table.load(path).grids) == set(climate_table.NAMES)


def test_an_itur_with_other_maps_is_no_end(own_data, monkeypatch, caplog):
    monkeypatch.setattr(climate_table, "installed", lambda: climate_table.Maps(own_data))
    assert climate.site_climate(*KYIV).source == climate.COARSE
    assert "0.4.0 is known" in caplog.text


def test_a_folder_that_cannot_be_written_is_no_end(own_data, maps_table, monkeypatch, caplog):
    (own_data / "climate").write_text("a file where a folder should be")
    monkeypatch.setattr(climate_table, "make", lambda maps: maps_table)
    assert climate.site_climate(*KYIV).source == climate.ITU
    assert "could not be kept" in caplog.text


def test_the_globe_is_whole(maps_table):
    latitude, longitude = np.meshgrid([-90.0, -88.9, 0.0, 88.9, 90.0], [-180.0, 179.99, 180.0, 360.0, -540.0])
    found = maps_table.at(latitude.ravel(), longitude.ravel())
    assert all(np.isfinite(values).all() for values in found.values())
    np.testing.assert_allclose(*(found["n_wet"].reshape(5, 5)[i] for i in (0, 2)))


def test_bilinear_is_exact_on_a_plane():
    y, x = np.mgrid[-90:91:1.0, -180:181:1.0]
    grid = climate_table.Grid(-90.0, 1.0, (2.0 * y + 3.0 * x).astype(np.float32))
    at = np.array([-89.9, 12.34, 50.45, 90.0]), np.array([-179.5, 0.25, 30.52, 17.0])
    np.testing.assert_allclose(grid.at(*at), 2.0 * at[0] + 3.0 * at[1], atol=1e-4)


def test_levels_lie_between_their_maps():
    levels = np.array([[5.0, 4.0, 3.0, 2.0, 1.0]])
    found = [float(climate.at_percent(levels, p)[0]) for p in (0.01, 5.0, 7.07106781, 10.0, 50.0, 80.0)]
    np.testing.assert_allclose(found, [5.0, 5.0, 4.5, 4.0, 1.0, 1.0], rtol=1e-6)


def test_an_axis_more():
    sites = climate.typed([50.0, 51.0], rain_001_mm_h=[30.0, 31.0], rain_height_km=3.0)
    grown = sites[:, None]
    assert grown.rain_001_mm_h.shape == (2, 1)
    assert grown.cloud_kg_m2_at.shape == (2, 1, 5)
    assert len(sites[np.array([True, False])]) == 1
    assert sites[1:].rain_001_mm_h[0] == 31.0


def test_pressure_of_the_reference_atmosphere():
    high = climate.typed(50.0, rain_001_mm_h=1.0, rain_height_km=9.0, altitude_km=[0.0, 5.0])
    np.testing.assert_allclose(high.pressure_hpa, [1013.25, 540.2], rtol=1e-3)


@pytest.mark.parametrize("place", [(95.0, 0.0), (np.nan, 0.0), (10.0, np.inf)])
def test_places_off_the_globe_are_refused(place):
    with pytest.raises(SkyholdError, match="off the globe"):
        climate.site_climate(*place)
