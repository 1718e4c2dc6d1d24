import math

import numpy as np
import pytest

from skyhold.attenuation import gases
from skyhold.attenuation.climate import typed
from skyhold.errors import SkyholdError
from skyhold.nouns.noun import WINDOWS_GHZ

STANDARD = (1013.25, 288.15, 7.5)


def test_a_row_of_the_workbook():
    ours = gases.slant_db(38.5, math.pi / 4, 988.3342860812425, 295.15, 13.998103358274586)
    assert float(ours) == pytest.approx(0.6724061393008622, rel=2e-5)


@pytest.mark.parametrize(
    ("f", "oxygen", "vapour"), [(28.0, 0.0187, 0.0831), (39.0, 0.0468, 0.0766), (60.0, 14.6235, 0.1548)]
)
def test_specific_attenuation_of_the_standard_air(f, oxygen, vapour):
    assert float(gases.oxygen_db_km(f, *STANDARD)) == pytest.approx(oxygen, abs=6e-5)
    assert float(gases.vapour_db_km(f, *STANDARD)) == pytest.approx(vapour, abs=6e-5)


@pytest.mark.parametrize(
    ("f", "a", "b", "c", "d"),
    [
        (1.5, -2.462805, 0.02715168, -1.203684e-05, -7.200561e-05),
        (10.0, -2.295323, 0.02736264, -0.0005785541, -0.000600485),
        (30.5, -2.456383, 0.0281738, -0.0006220164, -0.001020882),
        (83.5, -3.647004, 0.03400729, -0.0008580897, -0.003518356),
    ],
)
def test_height_of_oxygen_is_that_of_the_regression(f, a, b, c, d):
    """P.676-13, annex 2, equation 31 with its own coefficients (part 1) at four frequencies."""
    theirs = a + b * 288.15 + c * 1013.25 + d * 7.5
    assert float(gases.oxygen_height_km(f, 1013.25, 288.15, 7.5)) == pytest.approx(theirs, rel=1.2e-4)


def test_arrays_broadcast():
    elevation = np.radians([[20.0], [90.0]])
    db = gases.slant_db(11.7, elevation, [1000.0, 900.0, 800.0], 280.0, 5.0)
    assert db.shape == (2, 3)
    np.testing.assert_allclose(db[0] * np.sin(elevation[0]), db[1])
    assert (np.diff(db[0]) < 0.0).all()


def test_a_wetter_column_takes_more():
    sites = typed(50.0, rain_001_mm_h=20.0, rain_height_km=3.0, vapour_kg_m2=[5.0, 20.0, 40.0])
    db = gases.zenith_db(sites, 20.0, 10.0)
    assert (np.diff(db) > 0.0).all()
    np.testing.assert_allclose(np.diff(db) / [15.0, 20.0], [db[1] - db[0]] * 2 / np.array(15.0))


@pytest.mark.parametrize("f", [0.9, 60.0, 120.0])
def test_frequencies_outside_the_windows_are_refused(f):
    with pytest.raises(SkyholdError, match="windows of the air"):
        gases.slant_db(f, 0.7, 1000.0, 288.0, 7.5)


def test_the_windows_a_scenario_may_name_are_those_that_are_modelled():
    assert [(window.low_ghz, window.high_ghz) for window in gases.WINDOWS] == list(WINDOWS_GHZ)
