import numpy as np
import pytest
from tests.geometry.fleets import fly, shell

from skyhold.errors import SkyholdError
from skyhold.geometry import masks
from skyhold.geometry.look import look_angles
from skyhold.geometry.masks import SkyMask
from skyhold.geometry.passes import accesses, passes
from skyhold.geometry.sites import Sites
from skyhold.times import Epoch

DEG = np.pi / 180
START = Epoch(2_459_638.5, 0.0)
SITES = Sites.from_degrees([50.45, -5.0], [30.52, 100.0])
HOURS = 3.0 * 3600 + 17


class Shell:
    """A fleet of circular orbits."""

    def __init__(self, *orbit):
        self.orbits = shell(*orbit)

    def __len__(self):
        return self.orbits.shape[1]

    def positions(self, instants, dtype=np.float32):
        return fly(self.orbits, START.seconds_until(instants.epoch) + instants.offset_s, dtype)


FLEET = Shell(550.0, 53.0, 6, 6)


def second_by_second(step):
    at = np.arange(0.0, HOURS, step)
    return look_angles(SITES, fly(FLEET.orbits, at, np.float64))


@pytest.mark.parametrize("least", [0.0, 10.0, 40.0])
def test_every_pass_is_found_and_its_ends_are_right_to_a_tenth_of_a_second(least):
    found = passes(FLEET, SITES, START, HOURS, SkyMask(least * DEG))
    look = second_by_second(4.0)
    seen = look.elevation_rad >= least * DEG
    starts = np.argwhere(np.diff(seen.astype(int), axis=0, prepend=0) == 1)
    assert len(starts) <= len(found) <= len(starts) + 3
    total = np.zeros(seen.shape[1:])
    np.add.at(total, (found.site, found.satellite), found.set_s - found.rise_s)
    assert np.abs(total - seen.sum(axis=0) * 4.0).max() < 4.0 * 12
    for n in range(len(found)):
        u, s = found.site[n], found.satellite[n]
        times = np.array([found.rise_s[n], found.culmination_s[n], found.set_s[n]])
        exact = look_angles(SITES.take([u]), fly(FLEET.orbits[:, [s]], times, np.float64))
        elevation = exact.elevation_rad[:, 0, 0]
        assert elevation[1] == pytest.approx(found.culmination_elevation_rad[n], abs=1e-8)
        assert exact.azimuth_rad[0, 0, 0] == pytest.approx(found.rise_azimuth_rad[n], abs=1e-7)
        assert exact.azimuth_rad[2, 0, 0] == pytest.approx(found.set_azimuth_rad[n], abs=1e-7)
        if not found.cut[n]:
            around = np.array([times[0] - 0.1, times[0] + 0.1, times[2] - 0.1, times[2] + 0.1])
            near = look_angles(SITES.take([u]), fly(FLEET.orbits[:, [s]], around, np.float64)).elevation_rad
            if times[2] - times[0] > 1.0:
                assert ((near[:, 0, 0] >= least * DEG) == [False, True, True, False]).all()
        assert times[0] <= times[1] <= times[2]
    assert (np.diff(found.site) >= 0).all()


def test_a_short_pass_between_two_samples_is_found():
    look = second_by_second(2.0)
    peak = look.elevation_rad[300:-300].max(axis=0)
    u, s = np.unravel_index(peak.argmax(), peak.shape)
    found = passes(FLEET, SITES, START, HOURS, SkyMask(peak.max() - 0.02 * DEG))
    assert (u, s) in set(zip(found.site.tolist(), found.satellite.tolist(), strict=True))
    assert (found.set_s - found.rise_s).min() < 30.0


def test_accesses_are_the_parts_of_passes_that_the_mask_leaves():
    mask = SkyMask(25 * DEG, 22 * DEG, 100 * DEG, 20 * DEG)
    found = accesses(FLEET, SITES, START, HOURS, mask)
    look = second_by_second(1.0)
    allowed = masks.allowed(mask, SITES.latitude_rad[None, :, None], look.azimuth_rad, look.elevation_rad)
    total = np.zeros(allowed.shape[1:])
    np.add.at(total, (found.site, found.satellite), found.to_s - found.from_s)
    assert np.abs(total - allowed.sum(axis=0)).max() < 6.0
    assert total.sum() > 1000.0
    inside = look_angles(SITES, fly(FLEET.orbits, 0.5 * (found.from_s + found.to_s), np.float64))
    n = np.arange(len(found))
    picked = masks.allowed(
        mask,
        SITES.latitude_rad[found.site],
        inside.azimuth_rad[n, found.site, found.satellite],
        inside.elevation_rad[n, found.site, found.satellite],
    )
    assert picked.all()


def test_a_satellite_that_never_sets_is_one_pass_cut_at_both_ends():
    still = Shell(35_786.0, 0.0, 1, 1)
    found = passes(still, Sites.from_degrees([0.0], [0.0]), START, 3600.0, SkyMask())
    assert len(found) == 1
    assert found.rise_s[0] == 0.0
    assert found.set_s[0] == 3600.0
    assert found.cut[0]


def test_no_passes_and_too_long_a_time():
    assert len(passes(FLEET, Sites.from_degrees([89.0], [0.0]), START, 3600.0, SkyMask(60 * DEG))) == 0
    assert len(accesses(FLEET, Sites.from_degrees([89.0], [0.0]), START, 3600.0, SkyMask(60 * DEG))) == 0
    for duration in (0.0, 1e10):
        with pytest.raises(SkyholdError):
            passes(FLEET, SITES, START, duration, SkyMask())
