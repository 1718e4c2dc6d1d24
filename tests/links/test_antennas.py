import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.errors import SkyholdError
from skyhold.links import antennas
from skyhold.links.antennas import S465, S580, S1428, S1528, Isotropic, Parabola, PhasedArray
from skyhold.units import DEG

DISH = Parabola(1.5, 28.5e9)
ARRAY = PhasedArray.of_aperture(0.48, 11.7e9)
PATTERNS = (DISH, ARRAY, ARRAY.scanned(50 * DEG), S1528(36.0, 1.15 * DEG), S465(60.0, 43.0), S465(30.0, 37.0),
            S580(80.0, 46.0))  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: type(pattern).__name__)
def test_peak_on_the_axis_and_never_rising(pattern):
    gain = pattern.gain_dbi(np.linspace(0, np.pi, 20_001))
    assert gain[0] == pytest.approx(pattern.peak_dbi)
    assert np.diff(gain).max() <= 0.035  # the recommendations join their pieces by up to 0.03 dB


@pytest.mark.parametrize("pattern", [DISH, ARRAY])
def test_half_power_at_half_the_width(pattern):
    edge = pattern.gain_dbi(pattern.beamwidth_rad / 2)
    assert edge == pytest.approx(pattern.peak_dbi - 3.0)


def test_satellite_beam_has_half_power_at_half_its_width_and_the_recommended_steps():
    beam = S1528(36.0, 1.15 * DEG)
    assert beam.gain_dbi(1.15 * DEG) == pytest.approx(33.0)
    assert beam.gain_dbi(1.5 * 1.15 * DEG) == pytest.approx(36.0 - 6.75)
    assert beam.gain_dbi(15 * 1.15 * DEG) == pytest.approx(5.0)
    far = 1.5 * 1.15 * 10 ** (0.04 * (36.0 - 6.75 - 5.0))  # Z of the recommendation
    assert beam.gain_dbi(0.99 * far * DEG) > 5.0
    assert beam.gain_dbi(1.01 * far * DEG) == 5.0


@pytest.mark.parametrize(
    ("pattern", "off_deg", "says"),
    [
        (S465(60.0, 43.0), 10.0, 7.0),
        (S465(60.0, 43.0), 100.0, -10.0),
        (S580(80.0, 46.0), 10.0, 4.0),
        (S580(80.0, 46.0), 23.0, -3.5),
        (S580(80.0, 46.0), 40.0, 32 - 25 * np.log10(40)),
        (S1428(22.0), 60.0, -9.0),
        (S1428(22.0), 100.0, -5.0),
        (S1428(50.0), 100.0, -4.0),
        (S1428(50.0), 150.0, -9.0),
        (S1428(50.0), 10.0, 4.0),
        (S1428(150.0), 20.0, 34 - 30 * np.log10(20)),
        (S1428(150.0), 50.0, -12.0),
        (S1428(150.0), 100.0, -7.0),
        (ARRAY, 10.0, 4.0),
        (ARRAY, 90.0, -5.0),
    ],
)
def test_values_of_the_recommendations(pattern, off_deg, says):
    assert pattern.gain_dbi(off_deg * DEG) == pytest.approx(says)


def test_main_lobe_of_s1428():
    antenna = S1428(50.0)
    assert antenna.peak_dbi == pytest.approx(20 * np.log10(50) + 7.7)
    assert antenna.gain_dbi(0.5 * DEG) == pytest.approx(antenna.peak_dbi - 2.5e-3 * 25.0**2)


def test_where_s465_begins():
    assert S465(200.0, 50.0).phi_min_deg == 1.0
    assert S465(60.0, 43.0).phi_min_deg == pytest.approx(100 / 60)
    assert S465(30.0, 37.0).phi_min_deg == pytest.approx(114 * 30**-1.09)
    assert S465(45.0, 40.0).phi_min_deg == 2.0


@pytest.mark.parametrize(("make", "wavelengths"), [(S1428, 18.7), (lambda d: S580(d, 30.0), 49.0)])
def test_small_antennas_are_refused(make, wavelengths):
    with pytest.raises(SkyholdError, match="too small for ITU-R"):
        make(wavelengths)


def test_scanned_beam_is_weaker_and_broader():
    beam = ARRAY.scanned(60 * DEG)
    assert ARRAY.peak_dbi - beam.peak_dbi == pytest.approx(13 * np.log10(2))
    assert beam.beamwidth_rad == pytest.approx(2 * ARRAY.beamwidth_rad)


@pytest.mark.parametrize("scan_deg", [90.0, 120.0, float("nan")])
def test_array_does_not_look_behind(scan_deg):
    with pytest.raises(SkyholdError, match="cannot look there"):
        ARRAY.scanned(scan_deg * DEG)
    assert not np.isfinite(antennas.scan_loss_db(scan_deg * DEG))


def test_isotropic_is_the_same_all_round():
    assert Isotropic(2.0).gain_dbi(np.zeros((3, 2))).tolist() == [[2.0] * 2] * 3


@given(st.floats(0.2, 10), st.floats(1e9, 4e10), st.floats(0, 3.1))
def test_gain_is_even_and_at_most_the_peak(diameter, f_hz, off):
    dish = Parabola(diameter, f_hz)
    assert dish.gain_dbi(off) == dish.gain_dbi(-off)
    assert dish.gain_dbi(off) <= dish.peak_dbi + 1e-9
