import numpy as np
import pytest
from sgp4.api import WGS72, Satrec

from skyhold.constants import WGS84_A_M
from skyhold.earth.rotation import ecef_to_teme, gmst_rad
from skyhold.nouns.constellation import Shell
from skyhold.orbits.elements import kozai_rev_day
from skyhold.orbits.secular import SecularFleet
from skyhold.times import Epoch, Instants

START = Epoch(2_459_638.5, 0.5)
SHELL = Shell(
    name="Shell 1",
    altitude_km=550,
    inclination_deg=53.0,
    planes=72,
    satellites_per_plane=22,
    phasing=17,
    missing=100,
    raising=34,
)


def test_radius_inclination_and_count():
    fleet = SecularFleet((SHELL,), START)
    xyz = fleet.positions(Instants.every(START, 60.0, 120), np.float64)
    assert xyz.shape == (120, 1450, 3)
    np.testing.assert_allclose(np.linalg.norm(xyz, axis=2), WGS84_A_M + 550e3, rtol=1e-12)
    latitude = np.arcsin(xyz[..., 2] / np.linalg.norm(xyz, axis=2))
    assert np.degrees(latitude.max()) == pytest.approx(53.0, abs=0.01)
    assert fleet.summary() == [
        {"shell": "Shell 1", "filed": 1584, "operational": 1450, "missing": 100, "raising": 34}
    ]
    assert fleet.faults(Instants.every(START, 60.0, 2)) == ()


def test_a_shell_by_sgp4_with_the_same_altitude_stays_near():
    """The library, told the Kozai mean motion of 550 km, keeps within the short-period terms for a day."""
    shell = SHELL.model_copy(update={"missing": 0, "raising": 0})
    fleet = SecularFleet((shell,), START)
    instants = Instants.every(START, 600.0, 145)
    ours = ecef_to_teme(fleet.positions(instants, np.float64)[:, :1], gmst_rad(instants))[:, 0] / 1e3
    inclination = np.radians(53.0)
    motion = float(kozai_rev_day(550e3, inclination)) * 2 * np.pi / 1440
    sat = Satrec()
    days = START.day - 2_433_281.5 + START.fraction
    sat.sgp4init(WGS72, "i", 1, days, 0.0, 0.0, 0.0, 0.0, 0.0, inclination, 0.0, motion, 0.0)
    sat.jdsatepoch, sat.jdsatepochF = START.day, START.fraction
    _, theirs, _ = sat.sgp4_array(*instants.julian_days())
    gap = np.linalg.norm(ours - theirs, axis=1)
    assert gap.max() < 25.0
    assert gap[-10:].mean() - gap[:10].mean() < 5.0


def test_velocity_is_the_rate_of_the_position():
    fleet = SecularFleet((SHELL,), START)
    instants = Instants.every(START, 0.5, 3)
    xyz, velocity = fleet.positions_velocities(instants, np.float64)
    np.testing.assert_allclose(velocity[1], xyz[2] - xyz[0], atol=1e-3)
    np.testing.assert_allclose(xyz, fleet.positions(instants, np.float64), atol=1e-6)


def test_time_before_and_after_the_start_is_one_motion():
    fleet = SecularFleet((SHELL,), START)
    late = Instants.every(START.plus(86_400.0), 15.0, 4)
    from_start = Instants(START, 86_400.0 + late.offset_s)
    np.testing.assert_allclose(
        fleet.positions(late, np.float64), fleet.positions(from_start, np.float64), atol=1e-3
    )


def test_two_shells_side_by_side():
    other = SHELL.model_copy(update={"name": "Shell 2", "altitude_km": 540.0, "missing": 0, "raising": 1584})
    third = SHELL.model_copy(
        update={"name": "Shell 3", "planes": 3, "missing": 0, "raising": 0, "phasing": 1}
    )
    fleet = SecularFleet((SHELL, other, third), START)
    assert len(fleet) == 1450 + 66 == len(fleet.names)
    assert fleet.shells == ("Shell 1", "Shell 2", "Shell 3")
    assert np.bincount(fleet.shell_index).tolist() == [1450, 0, 66]
    assert [row["operational"] for row in fleet.summary()] == [1450, 0, 66]
    assert fleet.shell_index.dtype == np.int16
