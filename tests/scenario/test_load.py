"""Scenario files: what loads, what is refused, and what the refusal says."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.errors import ScenarioError
from skyhold.scenario import library
from skyhold.scenario.load import dumps, load, loads, with_values, with_variant
from skyhold.scenario.setting import parse_path, parse_set

SMALL = """schema_version = 1
name = "small"

[clock]
start_utc = 2022-02-28T00:00:00Z

[fleet]
library = "walker-demo"

[[places]]
name = "Kyiv"
latitude_deg = 50.45
longitude_deg = 30.52
"""


def refusal(text: str) -> ScenarioError:
    with pytest.raises(ScenarioError) as caught:
        loads(text, "small.toml")
    return caught.value


def test_ukraine_2022_is_the_case_of_the_day():
    scenario = load("ukraine-2022")
    assert scenario.clock.start_utc == datetime(2022, 2, 28, tzinfo=UTC)
    assert scenario.clock.duration_h == 24
    assert (scenario.terminal.min_elevation_deg, scenario.terminal.gso_exclusion_deg) == (25, 22)
    assert scenario.gateways.names == ("Wola Krobowska", "Kaunas")
    assert scenario.gateways.mask.min_elevation_deg == 25
    assert scenario.area.country == scenario.cities.country == "UKR"
    assert scenario.area.h3_resolution == 5
    shell = library.shells(scenario.fleet)[0]
    assert (shell.altitude_km, shell.inclination_deg, shell.filed, shell.operational) == (550, 53, 1584, 1450)


def test_variants_of_ukraine_2022_change_what_they_say():
    scenario = load("ukraine-2022")
    lost = with_variant(scenario, "polish-gateway-lost")
    assert lost.events[:-1] == scenario.events
    assert lost.events[-1].gateway == "Wola Krobowska"
    assert lost.events[-1].from_utc <= scenario.clock.start_utc
    assert with_variant(scenario, "elevation-40").terminal.min_elevation_deg == 40
    assert with_variant(scenario, "elevation-40").terminal.gso_exclusion_deg == 22
    assert with_variant(scenario, "gso-18").terminal.gso_exclusion_deg == 18
    turkish = with_variant(scenario, "turkish-gateway")
    assert turkish.gateways.names == (*scenario.gateways.names, "Muallim")
    assert "unverified" in turkish.title
    with pytest.raises(ScenarioError, match="Did you mean gso-18"):
        with_variant(scenario, "gso18")


@pytest.mark.parametrize("name", library.scenario_names())
def test_toml_round_trip(name):
    scenario = load(name)
    assert loads(dumps(scenario)) == scenario


def test_round_trip_keeps_awkward_text():
    scenario = with_values(loads(SMALL), {"title": 'a "b" \\ \t é \u2028 \n#[x]', "description": "'''\"\"\""})
    assert loads(dumps(scenario)) == scenario


def test_integers_are_numbers_and_text_is_not():
    assert with_values(loads(SMALL), {"clock.duration_h": 3}).clock.duration_h == 3.0
    error = refusal(SMALL.replace("50.45", '"50.45"'))
    assert error.expected == "a number"
    assert "places[0].latitude_deg" in error.problem
    assert error.where == "small.toml, line 12"
    assert "without quotation marks" in error.remedy


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("2022-02-28T06:00:00Z", 6),
        ("2022-02-28T06:00:00", 6),
        ("2022-02-28 06:00:00", 6),
        ("2022-02-28T06:00:00+02:00", 4),
        ('"2022-02-28T06:00Z"', 6),
        ("2022-02-28", 0),
    ],
)
def test_times_without_a_zone_are_utc(written, hour):
    scenario = loads(SMALL.replace("2022-02-28T00:00:00Z", written))
    assert scenario.clock.start_utc == datetime(2022, 2, 28, hour, tzinfo=UTC)
    assert scenario.clock.start_utc.utcoffset().total_seconds() == 0


@pytest.mark.parametrize(
    "written",
    ["20220228", "1646006400.0", '"yesterday"', "06:00:00", "1850-01-01", "0001-01-01T00:00:00+05:00"],
)
def test_numbers_and_nonsense_are_no_times(written):
    error = refusal(SMALL.replace("2022-02-28T00:00:00Z", written))
    assert "clock.start_utc" in error.problem
    assert error.where == "small.toml, line 5"
    assert "2022-02-28T00:00:00Z" in error.remedy + error.expected


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("latitude_deg", "latitud_deg", "Did you mean latitude_deg"),
        ('name = "Kyiv"', 'name = "Kyiv"\nmin_elevation_deg = 3', "Move it to [terminal]"),
        ("[clock]", "[clok]", "Did you mean clock"),
        ("50.45", "95.2", "at least -90 and at most 90"),
        ("50.45", "nan", "finite"),
        ("50.45", "true", "a number"),
        ("schema_version = 1", "schema_version = 2", "Install a newer Skyhold"),
        ("schema_version = 1", "schema_version = 0", "skyhold check"),
        ("schema_version = 1", "schema_version = true", "Write schema_version = 1"),
        ("schema_version = 1", "", "Add schema_version"),
        ('library = "walker-demo"', 'library = "walker-dem"', "Did you mean walker-demo"),
        ('library = "walker-demo"', "", "the fleet is empty"),
        ('library = "walker-demo"', 'codes = ["D:550:53.0:1584/71/17"]', "never swaps"),
        ('"small"', '"Small One"', "small letters"),
        ("[[places]]", "[area]\n[[places]]", "exactly one of country"),
        ("[[places]]", '[area]\ncountry="UKR"\nglobe=true\n[[places]]', "country and globe"),
        ("[[places]]", '[area]\ncountry="ua"\n[[places]]', "UKR"),
        ("[[places]]", "[area]\nbbox_deg=[30, 50, 40, 45]\n[[places]]", "south below north"),
        ("[[places]]", "[scheduler]\npolicy='highest'\n[[places]]", "highest-elevation"),
        ("[[places]]", "[clock.x]\n[[places]]", "not a key of [clock]"),
        ("[[places]]", "[places]", "a list"),
        ("[[places]]", "[terminal]\nmin_elevation_deg = 1e400\n[[places]]", "finite"),
    ],
)
def test_refusals_name_the_remedy(before, after, said):
    assert said in str(refusal(SMALL.replace(before, after, 1)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("# nothing\n", "empty"),
        ("a = \n", "line 1"),
        ("a = 1\na = 2\n", "Remove one of the two"),
        ('a = "x\nb = 1\n', "line 1"),
        ("a = [1,\n", "line"),
        ("a = " + "9" * 5000, "TOML"),
        ("a = " + "[" * 5000 + "]" * 5000, "nested too deeply"),
    ],
)
def test_not_toml_is_refused_with_its_line(text, said):
    error = refusal(text)
    assert said in str(error)
    assert error.where.startswith("small.toml")
    assert error.remedy


def test_several_problems_come_in_one_error():
    text = SMALL.replace("50.45", "95").replace("30.52", '"east"').replace("[fleet]", "[flet]")
    error = refusal(text)
    assert len(error.parts) == 4
    assert all(part.where and part.remedy for part in error.parts)
    for said in (
        "4 things are wrong",
        "latitude_deg",
        "longitude_deg",
        "Did you mean fleet",
        "fleet is missing",
    ):
        assert said in str(error)


def test_line_numbers_inside_lists_and_tables():
    shells = (
        'shells = [\n  { name = "a", altitude_km = 550.0, inclination_deg = 53.0, planes = 2, '
        'satellites_per_plane = 2 },\n  # [not.a.table]\n  { name = "b", altitude_km = 550.0, '
        "inclination_deg = 53.0, planes = 2, satellites_per_plane = 2, phasing = 2 },\n]"
    )
    text = SMALL.replace('library = "walker-demo"', shells)
    error = refusal(text)
    assert error.where == "small.toml, line 11"
    assert "fleet.shells[1].phasing" in error.problem
    assert error.expected == "0..1"


def test_line_numbers_after_long_text():
    text = SMALL.replace('name = "small"', 'name = "small"\ndescription = """\n[clock]\nx = 1\n"""')
    assert refusal(text.replace("50.45", "950")).where == "small.toml, line 16"


def test_phasing_missing_and_names_are_checked():
    shell = '{name="a", altitude_km=550, inclination_deg=53, planes=4, satellites_per_plane=5, %s}'
    fleet = SMALL.replace('library = "walker-demo"', f"shells = [{shell}]")
    assert loads(fleet % "phasing=3, missing=20").fleet.shells[0].operational == 0
    assert "0..3" in str(refusal(fleet % "phasing=4"))
    assert "4 x 5 = 20" in str(refusal(fleet % "missing=15, raising=6"))
    assert "'Kyiv' stands more than once" in str(refusal(SMALL + SMALL[SMALL.index("[[places]]") :]))


def test_events_end_after_they_begin_and_name_gateways():
    event = '[[events]]\ngateway = "North"\nfrom_utc = 2022-02-28T02:00:00Z\nto_utc = %s\n'
    site = '[[gateways.sites]]\nname = "%s"\nlatitude_deg = 50.0\nlongitude_deg = 20.0\n'
    good = SMALL + site % "North" + event % "2022-02-28T03:00:00Z"
    assert loads(good).events[0].gateway == "North"
    assert "swap the two" in str(refusal(SMALL + event % "2022-02-28T01:00:00Z")).lower()
    wrong = refusal(SMALL + site % "South" + event % "2022-02-28T03:00:00Z")
    assert "one of South" in str(wrong)


def test_a_run_holds_a_slot():
    assert "duration_h" in refusal(SMALL.replace("[fleet]", "duration_h = 0.001\n[fleet]")).problem


def test_variants_are_checked_when_the_file_is_read():
    variant = '[[variants]]\nname = "v"\ntitle = "t"\nset = { %s }\n'
    error = refusal(SMALL + variant % '"terminal.min_elevaton_deg" = 3')
    assert "variant v" in error.problem
    assert "min_elevation_deg" in error.problem
    assert error.where == "small.toml, line 17"
    nested = loads(SMALL + variant % "terminal.min_elevation_deg = 40")
    assert with_variant(nested, "v").terminal.min_elevation_deg == 40
    twice = SMALL + 2 * (variant % "terminal.min_elevation_deg = 40")
    assert "more than once" in str(refusal(twice))


def test_unquoted_dotted_keys_keep_their_neighbours():
    text = (
        SMALL + '[terminal]\ngso_exclusion_deg = 22\n[[variants]]\nname = "v"\ntitle = "t"\n'
        "[variants.set]\nterminal.min_elevation_deg = 40\n"
    )
    varied = with_variant(loads(text), "v")
    assert (varied.terminal.min_elevation_deg, varied.terminal.gso_exclusion_deg) == (40, 22)


def test_sets_reach_into_tables_and_lists():
    sets = [
        "terminal.min_elevation_deg=40",
        "places.+={ name = 'Lviv', latitude_deg = 49.84, longitude_deg = 24.03 }",
        "places[0].name=Kyjiw",
        "places.1.altitude_m=296.0",
        "area.country=POL",
        "scheduler.policy=random",
        'events=[{ gateway = "Kaunas", from_utc = 2022-03-01T00:00:00Z }]',
        "events.0.to_utc=2022-03-01T12:00Z",
    ]
    scenario = load(
        "ukraine-2022", ["places=[{name='Kyiv', latitude_deg=50.45, longitude_deg=30.52}]", *sets]
    )
    assert scenario.terminal.min_elevation_deg == 40
    assert [place.name for place in scenario.places] == ["Kyjiw", "Lviv"]
    assert scenario.places[1].altitude_m == 296
    assert scenario.area.country == "POL"
    assert scenario.area.h3_resolution == 5
    assert scenario.scheduler.policy == "random"
    assert scenario.events[0].to_utc == datetime(2022, 3, 1, 12, tzinfo=UTC)


def test_sets_choose_the_area_and_take_keys_out():
    assert load("ukraine-2022", ["area.globe=true", "area.h3_resolution=3"]).area.country is None
    assert load("ukraine-2022", ["area={ bbox_deg = [20, 40, 30, 50] }"]).area.bbox_deg == (20, 40, 30, 50)
    assert load("starlink-gen1-global", "area.country=UKR").area.globe is False
    assert load("ukraine-2022", ["area="]).area is None
    assert load("ukraine-2022", ["cities.count="]).cities.count == 20
    assert load("ukraine-2022", ["variants.0="]).variants[0].name == "elevation-40"


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("terminal.min_elevation_deg", "equals sign"),
        ("=3", "not a path"),
        ("terminal..x=3", "not a path"),
        ("terminal.=3", "not a path"),
        ("terminal.min_elevaton_deg=3", "Did you mean min_elevation_deg"),
        ("terminal.min_elevation_deg.x=3", "a single value"),
        ("places.7.name=x", "an index from 0"),
        ("places.first.name=x", "expected a list"),
        ("terminal.min_elevation_deg=high", '"high"'),
        ("fleet.library=kuipr", "Did you mean kuiper"),
    ],
)
def test_bad_sets_are_refused(item, said):
    with pytest.raises(ScenarioError) as caught:
        load("ukraine-2022", [item])
    assert said in str(caught.value)
    assert "--set" in caught.value.where or "fleet" in caught.value.where
    assert caught.value.remedy


def test_values_of_sets_are_toml_or_text():
    assert parse_set("a.b=3") == (("a", "b"), 3)
    assert parse_set("a=[1, 2]") == (("a",), [1, 2])
    assert parse_set("a=true") == (("a",), True)
    assert parse_set("a=UKR") == (("a",), "UKR")
    assert parse_set("a=b=c") == (("a",), "b=c")
    assert parse_set("a=1\nb=2") == (("a",), "1\nb=2")
    assert parse_set("a=") == (("a",), None)
    assert parse_set('a=""') == (("a",), "")


def test_paths():
    assert parse_path("places[0].name") == parse_path("places.0.name") == ("places", 0, "name")
    assert parse_path('variants[2].set."area.country"') == ("variants", 2, "set", "area.country")
    assert parse_path("events[+]") == parse_path("events.+") == ("events", "+")


@given(st.lists(st.one_of(st.text(min_size=1, max_size=5), st.integers(0, 999)), min_size=1, max_size=4))
def test_spelled_paths_are_read_back(parts):
    from skyhold.scenario.document import spelled

    path = ("key", *parts)
    read = parse_path(spelled(path))
    assert [str(part) for part in read] == [str(part) for part in path]


def test_with_values_leaves_the_old_scenario_alone():
    scenario = load("ukraine-2022")
    other = with_values(scenario, {"terminal.min_elevation_deg": 40.0, "variants": []})
    assert other.terminal.min_elevation_deg == 40
    assert other.variants == ()
    assert scenario == load("ukraine-2022")


def test_relative_paths_start_at_the_file(tmp_path, monkeypatch):
    text = SMALL.replace('library = "walker-demo"', 'catalogue = { path = "sky.tle" }')
    text += '[gateways]\nfile = "sites.csv"\n[[variants]]\nname = "v"\ntitle = "t"\nset = { "gateways.file" = "b.csv" }'
    folder = tmp_path / "inner"
    folder.mkdir()
    (folder / "s.toml").write_text(text)
    monkeypatch.chdir(tmp_path)
    scenario = load("inner/s.toml")
    assert scenario.fleet.catalogue.path == folder / "sky.tle"
    assert scenario.gateways.file == folder / "sites.csv"
    assert with_variant(scenario, "v").gateways.file == folder / "b.csv"
    assert load(Path("inner/s.toml"), ["gateways.file=here.csv"]).gateways.file == Path("here.csv")


def test_files_that_cannot_be_read(tmp_path):
    (tmp_path / "ukraine.toml").write_text(SMALL)
    (tmp_path / "latin.toml").write_bytes(SMALL.replace("Kyiv", "Kijów").encode("latin-1"))
    (tmp_path / "wide.toml").write_bytes(SMALL.encode("utf-16"))
    for name, said in [
        ("ukrane.toml", "ukraine.toml"),
        ("no/such/folder.toml", "no such file"),
        ("latin.toml", "line 11"),
        ("wide.toml", "UTF-8"),
        (".", "folder"),
        ("nul\0.toml", "cannot be read"),
    ]:
        with pytest.raises(ScenarioError) as caught:
            load(str(tmp_path / name))
        assert said in str(caught.value)
        assert caught.value.where
        assert caught.value.remedy


def test_a_huge_file_is_not_read(tmp_path):
    path = tmp_path / "huge.toml"
    with path.open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(ScenarioError, match="too large"):
        load(path)


def test_byte_order_mark_and_windows_lines(tmp_path):
    path = tmp_path / "windows.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert load(path) == loads(SMALL)


def test_names_nobody_knows_are_refused_with_the_nearest():
    with pytest.raises(ScenarioError, match="Did you mean ukraine-2022"):
        load("ukraine-2202")
    with pytest.raises(ScenarioError, match=r"give the path of a \.toml file"):
        load("xyzzy")


@pytest.mark.parametrize(
    ("sets", "sources"),
    [
        (["fleet.catalogue.path=my.tle"], {"catalogue"}),
        (["fleet.codes=['D:550:53.0:20/4/1']"], {"codes"}),
        (["fleet={codes=['D:550:53.0:20/4/1']}"], {"codes"}),
        (["fleet={library='kuiper',codes=['D:550:53.0:20/4/1']}"], {"library", "codes"}),
        (["fleet.codes.+=D:550:53.0:20/4/1"], {"library", "codes"}),
        (["fleet.library=kuiper"], {"library"}),
        (["fleet.missing_seed=4"], {"library"}),
        (
            ["fleet={library='kuiper',catalogue={path='my.tle'}}", "fleet.catalogue.keep=['raising']"],
            {"library", "catalogue"},
        ),
    ],
)
def test_a_fleet_that_is_set_takes_the_place_of_the_one_there(sets, sources):
    fleet = load("ukraine-2022", sets=sets).fleet
    assert {key for key in ("library", "shells", "codes", "catalogue") if getattr(fleet, key)} == sources


def test_title_and_description_say_what_was_set():
    asked = "clock.start_utc=2025-06-28T00:00:00Z"
    changed = load("ukraine-2022", [asked])
    assert changed.title == "Ukraine, 28 February 2022 (changed)"
    assert changed.description.startswith(f"Changed on loading: {asked}. As written: ")
    assert load("ukraine-2022", [asked, "title=Summer"]).title == "Summer"
    assert load("ukraine-2022").title == "Ukraine, 28 February 2022"
    assert loads(dumps(changed)) == changed


EVENT = """
[[events]]
kind = "terrestrial-outage"
network = "fibre"
from_utc = 2022-02-28T06:00:00Z
"""


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            EVENT.replace("terrestrial", "terrestial"),
            'events[0].kind is not valid; expected "gateway-down", "',
        ),
        (EVENT.replace("terrestrial", "terrestial"), 'line 16). Did you mean "terrestrial-outage"'),
        (EVENT + "to_utc = 2022-02-27T00:00:00Z", "events[0].to_utc: the event ends before it begins"),
        (EVENT + "lost_percent = 500", "events[0].lost_percent is out of range"),
        (EVENT + "lost-percent = 50", "Did you mean lost_percent"),
        ('[[events]]\nkind = "terminal-loss"\nfrom_utc = 2022-02-28', "events[0].circles is missing"),
    ],
)
def test_what_is_wrong_with_an_event_is_said_of_its_own_kind(written, said):
    message = str(refusal(SMALL + written))
    assert said in message
    assert "events[0].terrestrial" not in message
    assert " tag" not in message


def test_a_wrong_item_does_not_make_its_list_too_short():
    circle = "circles = [{ latitude_deg = 50.0, longitude_deg = 30.0, radius_km = -1.0 }]"
    error = refusal(f'{SMALL}[[events]]\nkind = "terminal-loss"\nfrom_utc = 2022-02-28\n{circle}')
    assert not error.parts
    assert "events[0].circles[0].radius_km is out of range" in str(error)


JAMMER = '[[jammers]]\nname = "j"\npreset = "C"\nlatitude_deg = 50.0\nlongitude_deg = 30.0\n'


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (JAMMER + 'eirp_dbw = "45 dBW"', "neither a number nor a range; expected a number, or a table"),
        (JAMMER + "eirp_dbw = 1e9", "expected an EIRP of -60 to 120 dBW"),
        (JAMMER + "eirp_dbw = 31623.0", "Give decibels over a watt"),
        (
            "[radio.user_down]\nfrequency_ghz = 11700000000",
            "frequency_ghz: the frequency is outside the windows",
        ),
        ("[radio.user_down]\nguarded = [9]", "the band has no channel 9"),
        ("[radio.user_down]\nguarded = [1, 2, 3, 4, 5, 6, 7, 8]", "every channel is silent"),
        ("[radio.user_down]\nchannels = 1000000", "channels is out of range"),
        ("[radio.user_up]\nsatellite_g_t_db_k = 5000.0", "no power or ratio is that large in decibels"),
        ('[[terrestrial]]\nname = "fibre"\ncoverage_percent = 50.0\n' * 2, "'fibre' stands more than once"),
        ("[demand]\nbusy_hour_mbit_s = 1e300", "busy_hour_mbit_s is out of range"),
        ('[[sites]]\nname = ""\nlatitude_deg = 50.0\nlongitude_deg = 30.0', "expected text"),
    ],
)
def test_numbers_that_nothing_in_nature_has_are_refused(written, said):
    assert said in str(refusal(f"{SMALL}\n{written}\n"))
