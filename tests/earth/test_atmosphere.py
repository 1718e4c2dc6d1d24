from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.earth.atmosphere import Exponential, Msis21, Nrlmsise00, by_name
from skyhold.errors import SkyholdError
from skyhold.times import Epoch, Instants

MIDNIGHT = Instants.every(Epoch.from_datetime(datetime(2022, 2, 25, tzinfo=UTC)), 1.0, 1)
DAY = Instants.every(MIDNIGHT.epoch, 3600.0, 24)


def at(atmosphere, latitude_deg, longitude_deg, altitude_km, instants=MIDNIGHT, flux=120.0, ap=10.0):
    return atmosphere.density(
        1e3 * np.asarray(altitude_km),
        np.radians(latitude_deg),
        np.radians(longitude_deg),
        instants,
        flux,
        flux,
        ap,
    )


@pytest.mark.parametrize(
    ("latitude", "longitude", "altitude", "density"),
    [
        (0, 0, 420, 1.3142e-12),
        (51, 100, 415, 1.3889e-12),
        (-30, -60, 400, 2.7044e-12),
        (45, 0, 300, 1.6136e-11),
        (10, -160, 200, 2.6867e-10),
    ],
)
def test_spots_of_nrlmsise_00(latitude, longitude, altitude, density):
    assert at(Nrlmsise00(), latitude, longitude, altitude)[0] == pytest.approx(density, rel=1e-4)


def test_points_and_instants_broadcast():
    altitudes = np.linspace(200.0, 800.0, 24)
    along = at(Nrlmsise00(), 10.0, 20.0, altitudes, DAY)
    alone = [at(Nrlmsise00(), 10.0, 20.0, h, DAY.block(n, n + 1))[0] for n, h in enumerate(altitudes)]
    assert along == pytest.approx(alone, rel=1e-6)
    assert at(Nrlmsise00(), 10.0, 20.0, altitudes).shape == (24,)


def test_storm_history_is_used():
    quiet, storm = np.full((1, 7), 10.0), np.array([[10.0, 10.0, 80.0, 80.0, 80.0, 30.0, 10.0]])
    assert at(Nrlmsise00(), 51, 0, 400, ap=storm)[0] > 1.1 * at(Nrlmsise00(), 51, 0, 400, ap=quiet)[0]


def test_the_zonal_part_is_the_mean_round_the_earth():
    local = np.radians(200.0)
    turned = np.degrees(local) - 15.0 * np.arange(24)
    whole = at(Nrlmsise00(), 30.0, (turned + 180.0) % 360.0 - 180.0, 400.0, DAY)
    zonal = Nrlmsise00().zonal_density(400e3, np.radians(30.0), local, 56, 120.0, 120.0, 10.0)
    assert np.log(zonal[0]) == pytest.approx(np.log(whole).mean(), abs=0.005)


def test_msis_2_1_is_thinner_and_says_its_licence():
    ratio = at(Msis21(), 51, 100, 415)[0] / at(Nrlmsise00(), 51, 100, 415)[0]
    assert 0.85 < ratio < 0.97
    assert "non-commercial" in Msis21().licence


def test_exponential_is_what_it_says():
    air = Exponential(1e-11, 300e3, 50e3)
    assert at(air, 0.0, 0.0, np.array([300.0, 350.0])) == pytest.approx([1e-11, 1e-11 / np.e])
    assert air.zonal_density(np.full(3, 300e3), 0, 0, 1, 100, 100, 4).shape == (3,)


@given(st.floats(120.0, 950.0), st.floats(-90.0, 90.0), st.floats(65.0, 250.0))
def test_air_thins_upwards_and_swells_with_the_sun(altitude, latitude, flux):
    low, high = at(Nrlmsise00(), latitude, 0.0, np.array([altitude, altitude + 10.0]), flux=flux)
    assert low > high > 0.0
    if altitude > 200.0:
        assert at(Nrlmsise00(), latitude, 0.0, altitude, flux=flux + 20.0)[0] > low


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"latitude_deg": 5156.0}, "radians, not degrees"),
        ({"altitude_km": -1.0}, "metres above"),
        ({"altitude_km": np.nan}, "altitude_m"),
        ({"flux": 0.0}, "f107"),
        ({"flux": np.nan}, "f107"),
        ({"ap": -5.0}, "ap"),
    ],
)
def test_nonsense_is_refused(change, word):
    given_ = {"latitude_deg": 0.0, "longitude_deg": 0.0, "altitude_km": 400.0} | change
    with pytest.raises(SkyholdError, match=word):
        at(Nrlmsise00(), **given_)


def test_an_atmosphere_has_a_name():
    assert by_name("nrlmsise-00") == Nrlmsise00()
    assert by_name("msis-2.1") == Msis21()
    with pytest.raises(SkyholdError, match="no atmosphere"):
        by_name("jb2008")
