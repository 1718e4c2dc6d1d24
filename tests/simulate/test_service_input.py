"""Bad input of capacity, jamming and demand: one clear error each, through the text of a scenario."""

import pytest
from tests.simulate.served import TEXT, scenario

from skyhold.errors import ScenarioError
from skyhold.scenario.check import check
from skyhold.scenario.load import loads
from skyhold.simulate.prepare import prepare
from skyhold.simulate.run import simulate

AT = 'name = "j", latitude_deg = 49.9, longitude_deg = 36.3'
BACK = (
    "{ utc = 2022-02-28T16:05:00Z, latitude_deg = 49.9, longitude_deg = 36.0 }, "
    "{ utc = 2022-02-28T16:00:00Z, latitude_deg = 49.9, longitude_deg = 36.1 }"
)
TRUCK = 'name = "d", terminals = 100, arrives = 2022-02-20, crossing = "Medyka"'
WRONG = {
    "jammer below ground": (f"jammers = [{{ {AT}, height_m = -3.0 }}]", "below the ground", "height_m"),
    "NaN power": (f"jammers = [{{ {AT}, eirp_dbw = nan }}]", "no number", "eirp_dbw"),
    "infinite power": (f"jammers = [{{ {AT}, eirp_dbw = inf }}]", "no number", "eirp_dbw"),
    "NaN in a range": (
        f"jammers = [{{ {AT}, eirp_dbw = {{ value = nan, low = 1.0, high = 2.0 }} }}]",
        "finite",
        "eirp_dbw",
    ),
    "power out of its range": (
        f"jammers = [{{ {AT}, eirp_dbw = {{ value = 9.0, low = 1.0, high = 2.0 }} }}]",
        "outside its own range",
        "eirp_dbw",
    ),
    "jammer nowhere": ('jammers = [{ name = "j" }]', "not clear where", "jammers"),
    "jammers of one name": (f"jammers = [{{ {AT} }}, {{ {AT} }}]", "more than once", "jammers"),
    "more channels than there are": (f"jammers = [{{ {AT}, channels = 9 }}]", "more channels", "channels"),
    "jammer off before it is on": (
        f"jammers = [{{ {AT}, on = [{{ from_utc = 2022-02-28T17:00:00Z, to_utc = 2022-02-28T16:00:00Z }}] }}]",
        "before it radiates",
        "to_utc",
    ),
    "jammer back in time": (f'jammers = [{{ name = "j", track = [{BACK}] }}]', "back in time", "track"),
    "terminal back in time": (f'moving = [{{ name = "m", track = [{BACK}] }}]', "back in time", "track"),
    "overlapping channels": ("radio.user_down = { raster_mhz = 200.0 }", "overlap", "raster_mhz"),
    "overlapping centres": (
        "radio.user_down = { centres_ghz = [10.8, 11.0, 11.3] }",
        "channels 1 and 2 overlap",
        "centres_ghz",
    ),
    "NaN flux": ("radio.user_down = { pfd_dbw_m2_mhz = nan }", "no number", "pfd_dbw_m2_mhz"),
    "no beams": ("radio.payload = { beams = 0 }", "more than nothing", "beams"),
    "sites of one name": (
        'sites = [{ name = "h", latitude_deg = 49.9, longitude_deg = 36.3 }, '
        '{ name = "h", latitude_deg = 49.0, longitude_deg = 36.3 }]',
        "more than once",
        "sites",
    ),
    "deliveries of one name": (
        f"deliveries = [{{ {TRUCK} }}, {{ {TRUCK} }}]",
        "more than once",
        "deliveries",
    ),
    "delivery from nowhere": (
        'deliveries = [{ name = "d", terminals = 5, arrives = 2022-02-20 }]',
        "starts nowhere",
        "deliveries",
    ),
    "a profile of a short day": ("demand = { profile = [1.0, 1.0] }", "not a day", "profile"),
    "an outage back in time": (
        'events = [{ kind = "terrestrial-outage", network = "fibre", from_utc = 2022-03-02T00:00:00Z, '
        "to_utc = 2022-03-01T00:00:00Z }]",
        "ends before it begins",
        "to_utc",
    ),
    "a null that is none": ("countermeasures = { terminal_null_db = nan }", "finite", "terminal_null_db"),
    "a wider narrow uplink": ("countermeasures = { narrow_uplink_mhz = 90.0 }", "not narrower", "narrow"),
}


def written(line):
    """The scenario with one line more, in place of those of the same key."""
    key = line.split(" = ")[0].split(".")[0]
    lines, keep, inside = [], True, False
    for old in TEXT.splitlines():
        if old.startswith(f"{key} ="):
            inside = old.endswith("[")
            continue
        if inside:
            inside = old != "]"
            continue
        lines.append(old)
    assert keep
    return "\n".join([*lines, line])


@pytest.mark.parametrize("name", WRONG)
def test_bad_input_is_one_clear_error(name):
    line, says, where = WRONG[name]
    with pytest.raises(ScenarioError) as caught:
        loads(written(line))
    error = caught.value
    assert len(getattr(error, "parts", ()) or (error,)) == 1
    text = str(error)
    assert says in text
    assert where in text
    assert "line" in text or "scenario text" in text


def test_an_unknown_crossing_is_refused_before_the_run_and_named():
    text = written('deliveries = [{ name = "d", terminals = 5, arrives = 2022-02-20, crossing = "Medika" }]')
    asked = loads(text)
    with pytest.raises(ScenarioError, match=r"Medika.*deliveries\[0\]\.crossing.*Medyka"):
        simulate(asked)


def test_more_terminals_than_people_are_refused_with_both_numbers():
    many = {"name": "d", "terminals": 9_000_000, "arrives": "2022-02-20", "crossing": "Medyka"}
    asked = scenario(demand__basis="terminals", deliveries=[many])
    with pytest.raises(
        ScenarioError, match="more terminals are delivered than the area has people"
    ) as caught:
        prepare(asked)
    assert "9,000,000" in str(caught.value)


def test_demand_without_an_area_is_a_warning():
    [found] = [one for one in check(scenario(area=None)) if one.path == "demand"]
    assert found.level == "warning"
    assert "area" in found.remedy


def test_terminals_without_deliveries_are_a_warning():
    [found] = [one for one in check(scenario(demand__basis="terminals")) if one.path == "demand.basis"]
    assert found.level == "warning"
