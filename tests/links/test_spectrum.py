import numpy as np
import pytest
from pydantic import ValidationError

from skyhold.errors import ScenarioError
from skyhold.links import interference, modcod, spectrum
from skyhold.links.antennas import S1528
from skyhold.links.spectrum import Channel, ChannelPlan
from skyhold.nouns.radio import Laser, RadioSpec, UserDown
from skyhold.scenario.library import radio, radio_names
from skyhold.units import DEG

RADIO = RadioSpec()


def with_down(**keys):
    return RADIO.model_copy(update={"user_down": UserDown(**keys)})


def test_plan_of_the_defaults():
    plan = spectrum.channel_plan(RADIO)
    assert [round(channel.centre_hz / 1e9, 6) for channel in plan.down[:2]] == [10.825117, 11.075117]
    assert len(plan.usable) == 7
    assert plan.down[0].silent
    assert plan.up[0].edges_hz[0] == pytest.approx(14.0e9)
    assert plan.up[-1].edges_hz[1] == pytest.approx(14.5e9)


@pytest.mark.parametrize("name", radio_names())
def test_library_systems_have_lawful_plans(name):
    spectrum.channel_plan(radio(name))
    spectrum.require_legal(radio(name), 40 * DEG)


def test_second_polarisation_doubles_the_plan():
    plan = spectrum.channel_plan(with_down(polarisations=2))
    assert len(plan.down) == 16
    assert {channel.polarisation for channel in plan.down} == {"RHCP", "LHCP"}


def test_overlap_is_one_error_that_names_both():
    a, b = Channel(1, 11.0e9, 240e6), Channel(2, 11.2e9, 240e6)
    with pytest.raises(ScenarioError, match=r"channels 1 and 2 overlap.*10\.8800 to 11\.1200 GHz"):
        ChannelPlan((a, b), ())
    ChannelPlan((a, Channel(2, 11.2e9, 240e6, "LHCP")), ())
    ChannelPlan((a, Channel(2, 11.24e9, 240e6)), ())


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"raster_mhz": 200.0}, "neighbouring channels overlap"),
        ({"centres_ghz": (11.0, 11.5, 11.1)}, "channels 1 and 3 overlap"),
        ({"pfd_dbw_m2_mhz": -110.0}, "above its limit"),
        ({"noise_k": 0.0}, "more than nothing"),
        ({"other_loss_db": -1.0}, "would be a gain"),
        ({"noise_k": float("nan")}, "finite|no number"),
        ({"aperture_m": -1.0}, "greater than 0"),
    ],
)
def test_bad_radios_are_refused(keys, problem):
    with pytest.raises(ValidationError, match=problem):
        UserDown(**keys)
    with pytest.raises(ValidationError, match="more than nothing"):
        Laser(power_w=0.0)


def test_a_constant_power_is_held_against_the_limit_straight_below():
    overhead = -116.0 + 10 * np.log10(4 * np.pi * 550e3**2 * 240.0)
    RadioSpec(user_down=UserDown(eirp_dbw=overhead - 0.01))
    with pytest.raises(ValidationError, match="more flux at the ground than the limit"):
        RadioSpec(user_down=UserDown(eirp_dbw=overhead + 0.1))


def test_uneven_channels_are_taken_as_written():
    plan = spectrum.channel_plan(with_down(centres_ghz=(11.0, 11.3, 12.0), guarded=(2,)))
    assert [channel.centre_hz for channel in plan.usable] == [11.0e9, 12.0e9]


def test_reuse():
    found = spectrum.reuse(RADIO)
    assert (found.beams, found.beams_per_cell, found.co_channel) == (8, 7, 1)
    assert found.per_cell_hz == 7 * 240e6


def test_spectrum_is_told_line_by_line():
    told = {line.name: line for line in spectrum.lines(RADIO, 40 * DEG)}
    assert (told["channels down"].value, told["of them silent"].value) == (8, 1)
    assert told["channels down"].note == "10.71 to 12.7 GHz, 240 MHz each, RHCP"
    assert told["of them silent"].note == "channel 1"
    assert told["spectrum on a cell"].value == 7 * 240.0
    assert told["angle between such beams"].value == pytest.approx(9.3, abs=0.05)
    assert told["room to the limit"].value == pytest.approx(6.8)
    assert told["limit of the flux"].value == pytest.approx(-116.0)
    low = {line.name: line for line in spectrum.lines(RADIO, 15 * DEG)}
    assert low["limit of the flux"].value == pytest.approx(-121.0)


def test_beams_of_v2_mini_make_what_its_operator_says():
    mini = radio("starlink-v2-mini")
    best = modcod.payload_hz(mini.user_down.channel_mhz, mini.waveform) * mini.waveform.most_bit_s_hz
    assert mini.payload.beams.value * best == pytest.approx(
        mini.payload.capacity_gbit_s.value * 1e9, rel=0.05
    )
    assert spectrum.reuse(mini).beams_per_cell == 14  # seven channels in two polarisations


def test_flux_rule():
    limits = spectrum.pfd_limit_dbw_m2_mhz(np.radians([0, 5, 15, 25, 90]))
    np.testing.assert_allclose(limits, [-126, -126, -121, -116, -116])
    np.testing.assert_allclose(spectrum.pfd_limit_dbw_m2_4khz(np.radians([0, 90])), [-150, -140])


def test_power_above_the_rule_names_the_power_allowed():
    loud = with_down(eirp_dbw=40.0)
    with pytest.raises(ScenarioError, match=r"at most 37\.0 dBW .* got 40\.0 dBW, 3\.0 dB too much"):
        spectrum.require_legal(loud, 40 * DEG)
    spectrum.require_legal(with_down(eirp_dbw=36.9), 40 * DEG)
    assert spectrum.headroom_db(RADIO, 10 * DEG) == pytest.approx(6.8 - 7.5)


BEAM = S1528(36.0, 1.15 * DEG)


def test_a_beam_alone_has_no_interference():
    assert interference.co_channel_db(BEAM, np.zeros((1, 1))) == np.inf


def test_two_beams_disturb_each_other_by_their_sidelobes():
    apart = np.array([[0, 8.0], [8.0, 0]]) * DEG
    quiet = 36.0 - BEAM.gain_dbi(8 * DEG)
    np.testing.assert_allclose(interference.co_channel_db(BEAM, apart), quiet)
    louder = interference.co_channel_db(BEAM, apart, [0.0, 3.0])
    np.testing.assert_allclose(louder, [quiet - 3.0, quiet + 3.0])
    assert (interference.co_channel_db(BEAM, apart, off_centre_rad=1.15 * DEG) < quiet).all()


def test_beams_by_direction():
    beams = interference.directions([0.0, 10 * DEG, 10 * DEG], [0.0, 0.0, np.pi])
    apart = interference.separation_rad(beams, beams)
    np.testing.assert_allclose(np.degrees(apart), [[0, 10, 10], [10, 0, 20], [10, 20, 0]], atol=1e-5)


def test_more_colours_are_quieter():
    ratios = [interference.hexagonal_db(BEAM, 2.3 * DEG, colours) for colours in (1, 3, 4, 7)]
    assert ratios == sorted(ratios)
    lone = 36.0 - float(BEAM.gain_dbi(4.6 * DEG)) - 10 * np.log10(6)
    assert interference.hexagonal_db(BEAM, 2.3 * DEG, 4, rings=1) == pytest.approx(lone)


def test_least_angle_keeps_the_ratio():
    angle = interference.least_apart_rad(BEAM, 25.0)
    assert np.degrees(angle) == pytest.approx(9.27, abs=0.01)
    assert interference.least_apart_rad(BEAM, 40.0) == np.inf


def test_satellites_aside_are_weaker_the_farther_off():
    terminal = interference.terminal_beam(RADIO)
    near, far = (
        interference.adjacent_satellite_db(terminal, np.array([angle * DEG])) for angle in (8.0, 30.0)
    )
    assert near < far
    dark = interference.adjacent_satellite_db(terminal, np.array([8.0 * DEG]), -20.0)
    assert dark == pytest.approx(near + 20.0)
    assert interference.satellite_beam(RADIO).peak_dbi == RADIO.user_down.satellite_gain_dbi
