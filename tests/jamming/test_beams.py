import numpy as np
import pytest
from tests.jamming.setting import RADIO

from skyhold.jamming import beams
from skyhold.jamming.beams import GainTable
from skyhold.links.antennas import S1528
from skyhold.nouns.jammers import Countermeasures

OFF = Countermeasures()


def gain_db(table, *off_deg):
    return 10.0 * np.log10(table.at(np.radians(off_deg)))


def test_the_terminal_hears_as_the_facts_say():
    got = gain_db(beams.terminal(RADIO, OFF), 0.0, 10.0, 40.0, 90.0, 180.0)
    np.testing.assert_allclose(got, [33.177, 4.0, -5.0, -5.0, -5.0], atol=0.01)


def test_the_table_is_the_pattern():
    pattern = S1528(37.1, np.radians(1.2))
    table = GainTable.of(pattern, 0.04, 37.1)
    off = np.linspace(0.0, np.pi, 4_001)
    smooth = np.abs(off - np.radians(1.8)) > np.radians(0.05)  # the pattern steps there
    difference = 10 * np.log10(table.at(off)) - (pattern.gain_dbi(off) - 37.1)
    assert np.abs(difference[smooth]).max() < 0.01


def test_a_taper_lowers_sidelobes_more_than_the_beam():
    plain, tapered = beams.terminal(RADIO, OFF), beams.terminal(RADIO, Countermeasures(taper=True))
    np.testing.assert_allclose(
        gain_db(plain, 0.0, 20.0, 90.0) - gain_db(tapered, 0.0, 20.0, 90.0), [1.0, 7.5, 7.5]
    )


def test_the_beam_of_a_satellite_is_as_wide_as_measured():
    half = beams.satellite_beam_rad(37.1) / 2
    assert 20.0 < 2 * 550.0 * np.tan(half) < 24.0
    assert gain_db(beams.satellite(37.1, OFF), np.degrees(half)) == pytest.approx(-3.0, abs=0.05)
    assert gain_db(beams.satellite(37.1, OFF), 60.0) == pytest.approx(5.0 - 37.1, abs=0.01)


def test_quieter_sidelobes_of_a_satellite_leave_its_beam():
    plain, quiet = (beams.satellite(37.1, Countermeasures(satellite_sidelobe_db=x)) for x in (0.0, 20.0))
    np.testing.assert_allclose(
        gain_db(plain, 0.0, 1.0, 10.0) - gain_db(quiet, 0.0, 1.0, 10.0), [0, 0, 20], atol=0.01
    )


def test_dishes_are_relative_to_their_peak():
    assert gain_db(beams.gateway(18.55e9), 0.0) == pytest.approx(0.0)
    np.testing.assert_allclose(beams.jammer_dish_db(2.0, 14.25e9, [0.0]), [0.0])
    assert beams.jammer_dish_db(2.0, 14.25e9, np.radians(30.0)) < -45.0
