from datetime import datetime

import numpy as np
import pytest

from skyhold.earth.precession import eme2000_to_teme, eme2000_to_teme_matrix
from skyhold.times import Epoch, Instants

ARC_SECOND = np.pi / 648_000


def test_vallados_example():
    # Vallado 2013, example 3-15: J2000 by IAU-76/FK5 without corrections (GCRF row differs by the frame bias)
    instants = Instants.every(Epoch.from_datetime(datetime(2004, 4, 6, 7, 51, 28, 386009)), 1.0, 1)
    teme = eme2000_to_teme(np.array([[5102.5096, 6123.01152, 6378.1363]]), instants, 64.184)
    np.testing.assert_allclose(teme[0], [5094.1801621, 6127.6446595, 6380.3445327], atol=1e-3)


@pytest.mark.parametrize("year", [1985, 2023, 2045])
def test_whole_series_of_erfa(year):
    erfa = pytest.importorskip("erfa", reason="pyerfa is not installed")
    instants = Instants.every(Epoch.from_datetime(datetime(year, 1, 29)), 86_400 * 3.7, 80)
    day, fraction = instants.julian_days()
    fraction = fraction + 69.184 / 86_400
    longitude, _ = erfa.nut80(day, fraction)
    angle = longitude * np.cos(erfa.obl80(day, fraction))
    turn = np.zeros((80, 3, 3))
    turn[:, 0, 0] = turn[:, 1, 1] = np.cos(angle)
    turn[:, 0, 1], turn[:, 1, 0], turn[:, 2, 2] = np.sin(angle), -np.sin(angle), 1.0
    theirs = turn @ erfa.nutm80(day, fraction) @ erfa.pmat76(day, fraction)
    assert np.abs(eme2000_to_teme_matrix(instants) - theirs).max() < 0.012 * ARC_SECOND


def test_rotations_and_their_size():
    instants = Instants.every(Epoch.from_datetime(datetime(2023, 1, 29)), 3600.0, 5)
    matrix = eme2000_to_teme_matrix(instants)
    np.testing.assert_allclose(
        matrix @ matrix.transpose(0, 2, 1), np.broadcast_to(np.eye(3), (5, 3, 3)), atol=1e-14
    )
    angle = np.arccos((np.trace(matrix[0]) - 1) / 2)
    assert np.degrees(angle) == pytest.approx(23.08 * 50.29 / 3600, rel=0.02)  # general precession
    many = np.arange(30.0).reshape(5, 2, 3)
    np.testing.assert_allclose(eme2000_to_teme(many, instants)[3, 1], matrix[3] @ many[3, 1])
