import json

import numpy as np
import pytest

from skyhold.data import countries
from skyhold.errors import DataError


@pytest.mark.parametrize("detail", ["110m", "50m"])
@pytest.mark.parametrize(
    ("place", "latitude", "longitude", "code"),
    [
        ("Kyiv", 50.45, 30.52, "UKR"),
        ("Simferopol, Crimea", 44.95, 34.10, "UKR"),
        ("Donetsk", 48.0, 37.8, "UKR"),
        ("Laayoune, Western Sahara", 27.0, -13.0, "ESH"),
        ("Chukotka, east of the antimeridian", 66.5, -172.5, "RUS"),
        ("Chukotka, a turn further", 66.5, 187.5, "RUS"),
        ("Maseru, inside South Africa", -29.5, 28.2, "LSO"),
        ("South Pole", -90.0, 0.0, "ATA"),
        ("Gulf of Guinea", 0.0, 0.0, ""),
    ],
)
def test_places_lie_in_their_countries(detail, place, latitude, longitude, code):
    assert str(countries.country_of(latitude, longitude, detail)) == code, place


def test_many_points_keep_their_shape():
    lat, lon = np.meshgrid([50.45, 52.2, 0.0], [29.0, 21.0])
    assert countries.country_of(lat, lon).tolist() == [["UKR", "BLR", "COD"], ["POL", "POL", "COD"]]


def test_ukraine_is_as_large_as_its_state_statistics_say():
    assert countries.country("UKR").area_km2 == pytest.approx(603_628, rel=0.02)


def test_rings_are_closed_cut_and_read_only():
    for detail in ("110m", "50m"):
        everyone = countries.all_countries(detail)
        assert [c.iso3 for c in everyone] == sorted({c.iso3 for c in everyone})
        for one in everyone:
            for outer, holes in one.polygons:
                for ring in (outer, *holes):
                    assert np.array_equal(ring[0], ring[-1])
                    assert np.abs(ring).max() <= 180.0
                    jumps = np.abs(np.diff(ring[:, 0])) > 180.0
                    assert not jumps.any() or one.iso3 == "ATA"
                    assert not ring.flags.writeable


@pytest.mark.parametrize(
    ("came", "hint"), [("UKK", "UKR (Ukraine)"), ("Poland", "POL (Poland)"), ("zz", "ISO 3166")]
)
def test_an_unknown_code_names_what_is_near(came, hint):
    with pytest.raises(DataError) as caught:
        countries.country(came)
    assert hint in str(caught.value)


def test_an_unknown_detail_is_an_error():
    with pytest.raises(DataError, match="110m"):
        countries.all_countries("10m")


def test_the_embedded_form_gives_back_what_it_took():
    entries = [(c.iso3, c.name, c.polygons) for c in countries.all_countries("110m")]
    again = countries.unpack(countries.pack(entries), "here")
    assert [c.iso3 for c in again] == [e[0] for e in entries]
    for one, entry in zip(again, entries, strict=True):
        for (outer, holes), (outer0, holes0) in zip(one.polygons, entry[2], strict=True):
            assert np.array_equal(outer, outer0)
            assert len(holes) == len(holes0)


def feature(code, ring, kind="Polygon", key="ISO_A3"):
    coordinates = [ring] if kind == "Polygon" else [[ring]]
    return {
        "type": "Feature",
        "properties": {key: code},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


SQUARE = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]


def written(tmp_path, *features):
    path = tmp_path / "mine.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")
    return path


def test_a_user_file_is_a_source(tmp_path):
    over = [[175, 0], [-175, 0], [-175, 10], [175, 10], [175, 0]]
    path = written(tmp_path, feature("AAA", SQUARE), feature("bbb", over, "MultiPolygon", "iso3"))
    assert countries.country("AAA", source=path).area_km2 > 1e6
    assert countries.country_of([5, 5, 5], [5, 179, -179], source=path).tolist() == ["AAA", "BBB", "BBB"]
    assert countries.boundary_source(path) == "user file mine.geojson"
    assert "Crimea" in countries.boundary_source()


def test_a_file_that_changed_is_read_again(tmp_path):
    path = written(tmp_path, feature("AAA", SQUARE))
    assert countries.all_countries(source=path)[0].iso3 == "AAA"
    path.unlink()
    path = written(tmp_path, feature("CCCC", SQUARE), feature("DDD", SQUARE))
    with pytest.raises(DataError, match=r"features\[0\]"):
        countries.all_countries(source=path)


@pytest.mark.parametrize(
    "broken",
    [
        feature("AAA", SQUARE[:-1]),
        feature("AAA", [[0, 0], [1, 95], [2, 2], [0, 0]]),
        feature("AAA", [["a", 0], [1, 5], [2, 2], ["a", 0]]),
        feature("AAA", [[0], [1], [2], [0]]),
        {
            "type": "Feature",
            "properties": {"iso3": "AAA"},
            "geometry": {"type": "Point", "coordinates": [0, 0]},
        },
        {"type": "Feature", "properties": {"iso3": "AAA"}, "geometry": None},
        {"type": "Feature", "properties": None, "geometry": None},
        "no feature",
    ],
)
def test_a_broken_feature_is_named(tmp_path, broken):
    with pytest.raises(DataError, match=r"features\[1\]"):
        countries.all_countries(source=written(tmp_path, feature("ZZZ", SQUARE), broken))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"features": []}', "\x00", "[" * 100_000])
def test_a_file_that_is_no_collection_is_an_error(tmp_path, text):
    path = tmp_path / "bad.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"bad\.geojson"):
        countries.all_countries(source=path)


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        countries.all_countries(source=tmp_path / "none.geojson")
