import numpy as np
import pytest
from tests.jamming.setting import around, field, jammer, moments

from skyhold.jamming import gnss


def test_a_mast_denies_up_to_about_its_horizon():
    sites = around(1.0, 10.0, 25.0, 60.0)
    denied = field(sites, jammer(preset="F")).gnss.denied(moments())
    np.testing.assert_array_equal(denied, [[True, True, True, False]] * 3)
    assert gnss.denied_radius_m(20.0, 30.0) == pytest.approx(27.6e3, rel=0.01)


def test_a_weak_jammer_denies_by_power():
    assert gnss.denied_radius_m(-20.0, 30.0) < 27.6e3
    free = 10 ** ((-20.0 + 158.5 - 25.0) / 20) * 299_792_458.0 / gnss.L1_HZ / (4 * np.pi)
    assert gnss.denied_radius_m(-20.0, 30.0) == pytest.approx(free)


def test_denied_terminals_take_longer_and_point_worse_unless_they_ignore_it():
    sites = around(1.0, 80.0)
    found = field(sites, jammer(preset="F"))
    assert found.acquisition_s(moments(1)).tolist() == [[120.0, 0.0]]
    loss = found.pointing_loss_db(moments(1))
    np.testing.assert_allclose(loss, [[12.0 * (0.5 / 3.738) ** 2, 0.0]], rtol=1e-3)
    cured = field(sites, jammer(preset="F"), ignore_gnss=True)
    assert cured.gnss.denied(moments(1)).any()
    assert not cured.acquisition_s(moments(1)).any()
    assert not cured.pointing_loss_db(moments(1)).any()


def test_without_such_jammers_nothing_is_denied():
    found = field(around(1.0), jammer())
    assert not found.gnss.denied(moments()).any()
    assert not found.acquisition_s(moments()).any()


def test_all_its_power_lies_in_the_one_band_whatever_the_strategy():
    sites = around(1.0)
    levels = [
        field(sites, jammer(against="gnss", strategy=kind, eirp_dbw=10.0)).gnss.emitters.spreads[0].channel_db
        for kind in ("spot", "barrage")
    ]
    assert levels == [0.0, 0.0]
