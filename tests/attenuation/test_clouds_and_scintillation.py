import math

import numpy as np
import pytest

from skyhold.attenuation import clouds, scintillation
from skyhold.attenuation.climate import typed

DEG = math.pi / 180.0


def site(**more):
    return typed(50.0, rain_001_mm_h=30.0, rain_height_km=3.0, **more)


@pytest.mark.parametrize(("f", "says"), [(10.0, 0.0925504), (30.0, 0.770834), (80.0, 3.719538)])
def test_droplets_at_freezing(f, says):
    """Beside itur 0.4.0, whose formula is that of P.840-6, the same as in -9."""
    assert float(clouds.specific_attenuation(f, 273.15)) == pytest.approx(says, rel=2e-6)


def test_absorption_by_mass_has_its_correction():
    near = 0.1522 * math.exp(-((30.0 + 23.9589) ** 2) / 3.2991e3)
    far = 11.51 * math.exp(-((30.0 - 219.2096) ** 2) / 2.7595e6)
    by_hand = float(clouds.specific_attenuation(30.0, 273.75)) * (near + far - 10.4912)
    assert float(clouds.mass_absorption(30.0)) == pytest.approx(by_hand, rel=1e-12)


def test_cloud_is_in_proportion_to_water_and_path():
    thin, thick = (
        clouds.exceeded_db(site(cloud_kg_m2=w), 20.0, [30 * DEG, 90 * DEG], 10.0) for w in (0.5, 1.0)
    )
    np.testing.assert_allclose(thick, 2.0 * thin)
    np.testing.assert_allclose(thick[0], 2.0 * thick[1])


def test_a_row_of_scintillation():
    db = scintillation.exceeded_db(site(n_wet=50.38926222), 14.25, 31.076991235657 * DEG, 1.0, 1.0, 0.65)
    assert float(db[0]) == pytest.approx(0.261931888971004, rel=1e-9)


def test_a_large_dish_averages_and_a_point_does_not():
    sigma = [float(scintillation.sigma_db(50.0, 14.25, 0.5, d, 0.6)) for d in (0.0, 0.5, 3.0, 100.0)]
    assert sigma[0] > sigma[1] > sigma[2] > sigma[3] == 0.0


def test_outside_its_range_scintillation_stays():
    at = [
        float(scintillation.exceeded_db(site(), 14.25, 0.5, p, 0.5, 0.6)[0])
        for p in (0.001, 0.01, 50.0, 90.0)
    ]
    assert at[0] == at[1] > at[2] == at[3]
