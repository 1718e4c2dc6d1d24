import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.data import countries
from skyhold.data.cities import City, cities, distance_km, named
from skyhold.errors import DataError


def test_the_largest_cities_of_ukraine_come_first_under_their_names():
    names = [city.name for city in cities("UKR", 15)]
    assert names[:8] == [
        "Kyiv",
        "Kharkiv",
        "Odesa",
        "Dnipro",
        "Donetsk",
        "Lviv",
        "Zaporizhzhia",
        "Kryvyi Rih",
    ]
    assert {"Mykolaiv", "Mariupol", "Luhansk", "Vinnytsia", "Sevastopol"} <= set(names)


def test_crimea_is_in_ukraine():
    ukraine = {city.name: city for city in cities("UKR", None)}
    assert ukraine["Sevastopol"].population > 300_000
    assert ukraine["Simferopol"].country == "UKR"
    russia = {city.name for city in cities("RUS", None, districts=True)}
    assert not {"Sevastopol", "Simferopol", "Kerch", "Yalta"} & russia


def test_districts_are_left_out_unless_asked_for():
    cities_only = {city.name for city in cities("UKR", None)}
    every = {city.name for city in cities("UKR", None, districts=True)}
    districts = {"Saltivka", "Darnytsya", "Pravyi Bereh", "Desna", "Rutchenkivskyi", "Sykhiv"}
    assert districts <= every
    assert not districts & cities_only
    assert {"Makiivka", "Brovary", "Kherson", "Kamianske", "Irpin"} <= cities_only


def test_the_forty_largest_lie_within_the_borders():
    found = cities("UKR", 40)
    codes = countries.country_of([c.latitude_deg for c in found], [c.longitude_deg for c in found])
    assert [c.name for c, code in zip(found, codes, strict=True) if code != "UKR"] == []


def test_the_world_is_ordered_by_population():
    found = cities(count=200)
    assert len(found) == 200
    assert [c.population for c in found] == sorted((c.population for c in found), reverse=True)
    assert len({c.country for c in found}) > 40


def test_counts_and_least_populations():
    assert cities("UKR", 0) == ()
    assert len(cities("UKR", 7)) == 7
    assert all(c.population >= 200_000 for c in cities("UKR", None, 200_000))
    assert cities("VAT") == ()
    assert cities("ukr", 1) == cities("UKR", 1)


def test_an_unknown_country_names_what_is_near():
    with pytest.raises(DataError, match=r"UKR \(Ukraine\)"):
        cities("UKK")


@given(st.floats(-80, 80), st.floats(-180, 180), st.floats(-0.5, 0.5))
def test_distance_is_symmetric_and_right_along_a_meridian(latitude, longitude, north):
    a = City("a", "AAA", latitude, longitude, 1)
    b = City("b", "AAA", latitude + north, longitude - 360.0, 1)
    assert distance_km(a, b) == pytest.approx(111.195 * abs(north), rel=1e-4, abs=1e-9)
    assert distance_km(a, b) == pytest.approx(distance_km(b, a), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Kiev", "Kyiv"),
        ("odessa", "Odesa"),
        ("Kharkov", "Kharkiv"),
        ("L'viv", "Lviv"),
        ("Nikolaev", "Mykolaiv"),
        ("Zaporizhzhya", "Zaporizhzhia"),
        ("Cologne", "Köln"),
        ("New York", "New York City"),
    ],
)
def test_cities_are_found_by_the_names_people_use(typed, found):
    assert named(typed)[0].name == found


def test_a_city_so_called_comes_before_a_larger_one_also_known_by_it():
    assert named("Islamabad")[0].country == "PAK"
    assert [city.country for city in named("Victoria")[:2]] == ["HKG", "CAN"]


def test_a_name_in_one_country():
    assert {city.country for city in named("Springfield", "usa")} == {"USA"}
    assert named("Springfield", "UKR") == ()
    assert named("") == named("...") == ()
