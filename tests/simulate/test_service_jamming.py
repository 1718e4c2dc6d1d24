import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.simulate.served import FEW, NEAR, assert_same, rates, reasons, seen, served

from skyhold.service.reasons import Reason

SKIES = {
    "short of beams": {},
    "enough": FEW,
    "rain": {"weather.kind": "exceeded"},
    "short of antennas": {"radio.gateway_antennas": 2},
}
OF_CLASS = {letter: NEAR | {"name": letter, "preset": letter} for letter in "ABCDEF"}
FAR = {"latitude_deg": -49.9, "longitude_deg": -140.0}
SPAN = {"on": [{"from_utc": "2022-02-28T16:02:12Z", "to_utc": "2022-02-28T16:04:12Z"}]}
SILENT, RADIATES = np.r_[0:8, 16:24], np.r_[8:16]
TOGETHER = [OF_CLASS["C"], OF_CLASS["D"] | {"name": "up"}, OF_CLASS["F"] | {"name": "gnss"}]


@pytest.fixture(params=SKIES.values(), ids=SKIES)
def sky(request):
    return request.param


@pytest.mark.parametrize("letter", "CDF")
def test_a_jammer_takes_and_gives_nobody_anything(sky, letter):
    clear, jammed = rates(served(**sky)), rates(served(**sky, jammers=[OF_CLASS[letter]]))
    assert (jammed <= clear).all()
    assert (jammed < clear).any()
    assert Reason.JAMMED in seen(served(**sky, jammers=[OF_CLASS[letter]]))


@pytest.mark.parametrize("letter", "DE")
def test_one_more_jammer_gives_nobody_anything(sky, letter):
    first = OF_CLASS["C"] | {"name": "first", "longitude_deg": 36.0}
    one, two = served(**sky, jammers=[first]), served(**sky, jammers=[first, OF_CLASS[letter]])
    assert (rates(two) <= rates(one)).all()
    assert (rates(two) < rates(one)).any()


@settings(max_examples=8)
@given(
    east=st.floats(34.0, 38.5),
    north=st.floats(48.8, 50.6),
    eirp=st.floats(10.0, 70.0),
    against=st.sampled_from(["user-down", "user-up", "gnss"]),
    share=st.sampled_from([0.1, 0.5, 1.0]),
)
def test_wherever_it_stands_a_jammer_gives_nobody_anything(east, north, eirp, against, share):
    one = {"name": "one", "latitude_deg": north, "longitude_deg": east, "eirp_dbw": eirp, "against": against}
    load = {"demand.adoption_percent": 1.0, "demand.uplink_share": share, "clock.duration_h": 0.05}
    assert (rates(served(**load, jammers=[one])) <= rates(served(**load))).all()


def test_jammers_far_away_change_nothing(sky):
    assert_same(served(**sky), served(**sky, jammers=[jammer | FAR for jammer in OF_CLASS.values()]))


@pytest.mark.parametrize("letter", "CDF")
@pytest.mark.parametrize("load", [FEW, {"demand.uplink_share": 0.5}], ids=["enough", "uplinks bind"])
def test_off_times_are_exact(load, letter):
    clear, spell = served(**load), served(**load, jammers=[OF_CLASS[letter] | SPAN])
    always = served(**load, jammers=[OF_CLASS[letter]])
    for what in ("rate_mbit_s", "offered_mbit_s", "sites_mbit_s"):
        np.testing.assert_array_equal(rates(spell, what)[SILENT], rates(clear, what)[SILENT])
        np.testing.assert_array_equal(rates(spell, what)[RADIATES], rates(always, what)[RADIATES])
    assert letter == "F" or (rates(spell)[RADIATES] < rates(clear)[RADIATES]).any()


def test_a_jammer_on_a_track_jams_only_while_it_is_there():
    track = [
        {"utc": "2022-02-28T16:02:12Z", "latitude_deg": 49.9, "longitude_deg": 36.0, "altitude_m": 500.0},
        {"utc": "2022-02-28T16:04:11Z", "latitude_deg": 49.9, "longitude_deg": 36.4, "altitude_m": 500.0},
    ]
    moving = served(jammers=[{"name": "drone", "preset": "B", "track": track}])
    np.testing.assert_array_equal(rates(moving)[SILENT], rates(served())[SILENT])
    assert (rates(moving)[RADIATES] < rates(served())[RADIATES]).any(axis=1).all()


MEASURES = {
    "null": {"terminal_null_db": 20.0},
    "null by delay": {"terminal_null_db": 20.0, "null_true_delay": True},
    "null of the satellite": {"satellite_null_db": 20.0},
    "sidelobes of the satellite": {"satellite_sidelobe_db": 10.0},
    "hopping": {"hop_channels": True},
    "robust modes": {"fall_back": True},
    "narrow uplink": {"narrow_uplink_mhz": 15.0},
    "without GNSS": {"ignore_gnss": True},
    "dug in": {"dug_in_db": 20.0},
}


@pytest.mark.parametrize("name", MEASURES)
def test_a_countermeasure_takes_nothing_from_anybody(name):
    sky = SKIES["rain"]
    bare, defended = (
        rates(served(**sky, jammers=TOGETHER, countermeasures=measures)) for measures in ({}, MEASURES[name])
    )
    assert (defended >= bare).all()
    if name != "hopping":  # nothing against a barrage of all channels
        assert (defended > bare).any()


@pytest.mark.parametrize("name", [*MEASURES, "more power"])
def test_without_jammers_a_countermeasure_takes_nothing(name):
    measures = MEASURES.get(name, {"raise_power_db": 5.0})
    assert (rates(served(**FEW, countermeasures=measures)) >= rates(served(**FEW))).all()


def test_choosing_satellites_never_lowers_what_is_lit():
    for sky in SKIES.values():
        bare, chosen = (
            served(**sky, jammers=TOGETHER, countermeasures={"choose_satellite": on}) for on in (False, True)
        )
        lit = [(rates(one) > 0.0).sum(axis=1) for one in (bare, chosen)]
        assert (lit[1] >= lit[0]).all()
    few = [
        rates(served(**FEW, jammers=TOGETHER, countermeasures={"choose_satellite": on}))
        for on in (False, True)
    ]
    assert (few[1] >= few[0]).all()


NARROW = {"radio.gateway_up.bandwidth_mhz": 300.0}
AT_GATEWAY = {"name": "gw", "latitude_deg": 52.1, "longitude_deg": 20.9, "satellites_at_once": 50}
GATEWAY_JAMMERS = {
    "weak": AT_GATEWAY | {"against": "gateway-up", "eirp_dbw": 60.0},
    "strong": AT_GATEWAY | {"against": "gateway-up", "eirp_dbw": 80.0},
    "on the way back": AT_GATEWAY | {"against": "gateway-down", "eirp_dbw": 80.0, "latitude_deg": 52.06},
}


@pytest.mark.parametrize("kind", ["weak", "strong"])
@pytest.mark.parametrize("load", [NARROW, NARROW | FEW, NARROW | {"radio.gateway_antennas": 2}])
def test_jamming_of_a_gateway_gives_nobody_anything(load, kind):
    clear, jammed = served(**load), served(**load, jammers=[GATEWAY_JAMMERS[kind]])
    assert (rates(jammed) <= rates(clear)).all()
    assert (rates(jammed) < rates(clear)).any()
    assert Reason.JAMMED in seen(jammed)
    carried = [one.array("carried_gbit_s", of="gateways")[:, 0].sum() for one in (clear, jammed)]
    assert carried[1] < carried[0]
    two = served(
        **load, jammers=[GATEWAY_JAMMERS[kind], GATEWAY_JAMMERS["on the way back"] | {"name": "more"}]
    )
    assert (rates(two) <= rates(jammed)).all()


@pytest.mark.parametrize("kind", GATEWAY_JAMMERS)
def test_off_times_of_jammers_of_gateways_are_exact(kind):
    clear, spell = (served(**NARROW, jammers=j) for j in ([], [GATEWAY_JAMMERS[kind] | SPAN]))
    np.testing.assert_array_equal(rates(spell)[SILENT], rates(clear)[SILENT])
    np.testing.assert_array_equal(reasons(spell)[SILENT], reasons(clear)[SILENT])


DELUGE = FEW | {"weather.kind": "exceeded", "weather.exceeded_percent": 0.001}
"""Rain in which robust modes alone come through."""


def test_robust_modes_are_lost_only_where_a_jammer_reaches():
    for jammer in (OF_CLASS["C"] | FAR, OF_CLASS["C"] | {"on": SPAN["on"]}, GATEWAY_JAMMERS["weak"] | FAR):
        spell = served(**DELUGE, jammers=[jammer])
        np.testing.assert_array_equal(rates(spell)[SILENT], rates(served(**DELUGE))[SILENT])
    jammed, robust = (
        served(**DELUGE, jammers=[OF_CLASS["C"]], countermeasures={"fall_back": on}) for on in (False, True)
    )
    assert (rates(jammed) <= rates(robust)).all()
    assert (rates(jammed) < rates(robust)).any()
    assert (rates(robust) <= rates(served(**DELUGE))).all()
