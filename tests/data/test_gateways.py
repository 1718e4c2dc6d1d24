from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from validation.case import DATA

from skyhold.data import countries
from skyhold.data.gateways import (
    Gateway,
    library_gateways,
    library_pops,
    open_on,
    read_gateways,
)
from skyhold.errors import DataError

FEBRUARY_2022 = date(2022, 2, 28)


def test_the_library_has_the_sites_that_matter_to_ukraine():
    by_name = {gateway.name: gateway for gateway in library_gateways()}
    poland, lithuania = by_name["Wola Krobowska"], by_name["Kaunas"]
    assert (poland.country, lithuania.country) == ("POL", "LTU")
    assert poland.latitude_deg == pytest.approx(51.87, abs=0.2)
    assert by_name["Muallim"].confidence == "unverified"
    assert {"Wola Krobowska", "Kaunas"} <= {g.name for g in open_on(library_gateways(), FEBRUARY_2022)}


def test_the_list_of_september_2022_is_whole():
    european = {"POL", "LTU", "FRA", "DEU", "IRL", "ITA", "NOR", "PRT", "ESP", "GBR", "IMN"}
    assert sum(gateway.country in european for gateway in library_gateways()) == 24


def test_every_site_says_what_it_rests_on():
    for item in (*library_gateways(), *library_pops()):
        assert item.source
        assert item.confidence in ("filed", "crowd", "recollection", "unverified")
        assert (item.opened is None) == (item.dated == "")
        assert -90 < item.latitude_deg < 90
        assert -180 < item.longitude_deg < 180
    for items in (library_gateways(), library_pops()):
        assert len({item.name for item in items}) == len(items)


def test_every_site_lies_in_its_country_or_on_its_coast():
    everyone = {one.iso3 for one in countries.all_countries("50m")}
    for item in (*library_gateways(), *library_pops()):
        assert item.country in everyone
        ring = [(dlat, dlon) for dlat in (-0.2, 0, 0.2) for dlon in (-0.2, 0, 0.2)]
        near = countries.country(item.country).contains(
            [item.latitude_deg + a for a, _ in ring], [item.longitude_deg + b for _, b in ring]
        )
        assert near.any(), item


def test_frankfurt_served_before_warsaw():
    names = {pop.name for pop in open_on(library_pops(), FEBRUARY_2022)}
    assert "Frankfurt" in names
    assert "Warsaw" not in names
    assert "Warsaw" in {pop.name for pop in open_on(library_pops(), date(2024, 1, 1))}


def site(opened=None, closed=None, status="live"):
    return Gateway("x", "AAA", 1.0, 2.0, opened=opened, closed=closed, status=status)


def test_open_from_the_first_day_until_before_the_day_of_closing():
    one = site(date(2022, 1, 1), date(2022, 3, 1))
    answers = [bool(open_on([one], day)) for day in map(date.fromisoformat, ("2021-12-31", "2022-01-01"))]
    assert answers == [False, True]
    answers = [bool(open_on([one], day)) for day in map(date.fromisoformat, ("2022-02-28", "2022-03-01"))]
    assert answers == [True, False]
    assert open_on([site()], date(2000, 1, 1))
    assert not open_on([site(status="planned"), site(status="unknown")], date(2030, 1, 1))


def written(tmp_path, text):
    path = tmp_path / "sites.csv"
    path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    return path


def test_a_user_file_with_every_column(tmp_path):
    header = (
        "name,latitude_deg,longitude_deg,altitude_m,country,opened,closed,min_elevation_deg,status,kind\n"
    )
    rows = "Home,50.5,30.5,120,UKR,2022-03-01,2023-01-01,10,live,gateway\nHub,50.1,8.7,,DEU,,,,,pop\n"
    table = read_gateways(written(tmp_path, header + rows))
    [home], [hub] = table.gateways, table.pops
    assert (home.name, home.country, home.altitude_m, home.min_elevation_deg) == ("Home", "UKR", 120.0, 10.0)
    assert (home.opened, home.closed, home.confidence) == (date(2022, 3, 1), date(2023, 1, 1), "user")
    assert (hub.name, hub.city, hub.status) == ("Hub", "Hub", "live")
    assert list(table) == [home]
    assert len(table) == 1


@pytest.mark.parametrize("mark", ["\ufeff", ""])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_and_byte_order_marks(tmp_path, delimiter, mark):
    text = (
        mark + delimiter.join(["Name", "LAT", "Lon"]) + "\r\n" + delimiter.join(["A", "1.5", "2.5"]) + "\r\n"
    )
    [gateway] = read_gateways(written(tmp_path, text))
    assert (gateway.name, gateway.latitude_deg, gateway.longitude_deg) == ("A", 1.5, 2.5)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",1,2,,,", "no name"),
        ("B,,2,,,", "no latitude"),
        ("B,north,2,,,", "'north' is not a number"),
        ("B,95.2,2,,,", r"95.2 is outside -90..90"),
        ("B,1,181,,,", "outside -180..180"),
        ("B,nan,2,,,", "outside"),
        ("B,0,0,,,", "not known"),
        ("B,1,2,tower,,", "neither gateway nor pop"),
        ("B,1,2,,yesterday,", "not a date"),
        ("B,1,2,,,TTC", "telemetry"),
        ("Good,10,20,,,", "same site as on line 2"),
        ("B", "no latitude"),
    ],
)
def test_a_bad_row_is_reported_and_harms_no_neighbour(tmp_path, row, reason):
    text = f"name,lat,lon,type,opened,freq\nGood,10,20,,,\n{row}\nAlso,11,21,,,\n"
    table = read_gateways(written(tmp_path, text))
    assert [g.name for g in table] == ["Good", "Also"]
    [rejected] = table.rejected
    assert rejected.line == 3
    assert reason in rejected.reason
    assert "1 rows rejected" in table.summary()


def test_two_places_of_one_name_are_both_kept(tmp_path):
    table = read_gateways(written(tmp_path, "name,lat,lon\nA,1,2\na,3,4\n"))
    assert [g.name for g in table] == ["A", "a (2)"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name,lat\nA,1\n",
        "name,lat,lon\n",
        "name,lat,lon\nA,x,y\n",
        'name,lat,lon\n"A,1,2\n',
        b"\xff\xfe\x00bad",
        "\x00",
    ],
)
def test_a_file_that_is_no_table_is_an_error_that_names_it(tmp_path, text):
    with pytest.raises(DataError, match=r"sites\.csv"):
        read_gateways(written(tmp_path, text))


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        read_gateways(tmp_path / "none.csv")


@given(st.text(max_size=300))
def test_any_text_gives_a_table_or_an_error_of_ours(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("any") / "sites.csv"
    path.write_bytes(("name,lat,lon\n" + text).encode("utf-8", "surrogatepass"))
    try:
        table = read_gateways(path)
    except DataError as error:
        said = str(error)
    else:
        said = "sites.csv" if len(table) + len(table.pops) > 0 else ""
    assert "sites.csv" in said


@pytest.mark.parametrize(
    ("name", "gateways", "pops", "rejected"),
    [("gateways_2023-10-10.csv", 219, 23, 3), ("ground_stations_2026-03-20.csv", 307, 50, 0)],
)
def test_the_layouts_of_the_public_maps_are_read_whole(name, gateways, pops, rejected):
    path = DATA / "ground" / name
    if not path.exists():
        pytest.skip(f"{path.name} is not here")
    table = read_gateways(path)
    assert (len(table.gateways), len(table.pops), len(table.rejected)) == (gateways, pops, rejected)
    assert {g.status for g in table} >= {"live", "planned"}
