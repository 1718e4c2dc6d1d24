import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.constants import EARTH_RATE_RAD_S, J2, MU_M3_S2, WGS84_A_M
from skyhold.earth import force_kernels, gravity

place = st.tuples(st.floats(6.5e6, 9e6), st.floats(-np.pi / 2, np.pi / 2), st.floats(-np.pi, np.pi))


def xyz(radius, latitude, longitude):
    return radius * np.array(
        [np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)]
    )


@given(place)
def test_the_acceleration_is_the_gradient_of_the_potential(where):
    point, step = xyz(*where), 50.0
    shifts = step * np.eye(3)
    ahead, behind = gravity.zonal_potential(point + shifts), gravity.zonal_potential(point - shifts)
    gradient = (ahead - behind) / (2 * step)
    assert gravity.zonal_acceleration(point) == pytest.approx(gradient, abs=2e-8)


def test_harmonics_are_those_of_egm96_as_published():
    # Vallado, 4th ed., table D-1 (EGM-96, unnormalised)
    published = [1.0826267e-3, -2.5326565e-6, -1.6196216e-6, -2.2729608e-7, 5.4068124e-7]
    assert gravity.ZONAL == pytest.approx(published, rel=1e-6)
    assert gravity.ZONAL[0] == pytest.approx(J2, rel=1e-8)


def test_j2_term_alone_by_its_closed_form():
    x, y, z = point = np.array([4.1e6, -3.2e6, 4.6e6])
    r = np.linalg.norm(point)
    k = 1.5 * J2 * MU_M3_S2 * WGS84_A_M**2 / r**5
    closed = k * np.array([x * (5 * z**2 / r**2 - 1), y * (5 * z**2 / r**2 - 1), z * (5 * z**2 / r**2 - 3)])
    whole = gravity.zonal_acceleration(point)
    assert whole == pytest.approx(-MU_M3_S2 * point / r**3 + closed, abs=6e-5)  # J3 and on: 5e-5 m/s2


@given(place)
def test_a_third_body_pulls_by_the_difference(where):
    body = np.array([-1.9e8, 3.1e8, 1.2e8])
    point = xyz(*where)
    apart = body - point
    plain = gravity.MU_MOON_M3_S2 * (apart / np.linalg.norm(apart) ** 3 - body / np.linalg.norm(body) ** 3)
    assert force_kernels.third_body(*point, *body, gravity.MU_MOON_M3_S2) == pytest.approx(plain, abs=1e-14)


def test_air_turns_with_the_earth():
    point = np.array([6.8e6, 0.0, 1e6])
    assert gravity.air_velocity(point) == pytest.approx([0.0, EARTH_RATE_RAD_S * 6.8e6, 0.0])
    assert force_kernels.air_velocity(*point[:2]) == pytest.approx(gravity.air_velocity(point)[:2])
