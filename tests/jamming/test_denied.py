import numpy as np
import pytest
from tests.jamming.setting import HERE, RADIO, jammer, moments

from skyhold.geometry.masks import SkyMask
from skyhold.jamming import denied
from skyhold.jamming.denied import AZIMUTHS, Ground, Loss
from skyhold.jamming.effects import Effect
from skyhold.jamming.field import Field
from skyhold.nouns.constellation import FleetSpec
from skyhold.nouns.jammers import Countermeasures
from skyhold.orbits.propagate import build_fleet


@pytest.fixture(scope="module")
def fleet():
    return build_fleet(FleetSpec(library="starlink-2022-02-28"), moments().epoch)


def left(relative, ground):
    ones = np.ones(len(ground))
    return Loss(ground, Effect(ones, np.asarray(relative, float), ones))


def a_loss(ground, fleet, *jammers):
    field = Field(RADIO, jammers, Countermeasures(), ground.sites)
    return denied.area(field, ground, denied.sky_over(fleet, ground.sites, SkyMask(), moments()))


def test_grounds_cover_what_they_say():
    rings = denied.rings(*HERE, 200.0, 50e3, 30)
    assert rings.area_m2.sum() == pytest.approx(np.pi * 50e3**2)
    grid = denied.local_grid(*HERE, 20e3, 21)
    assert grid.area_m2.sum() == pytest.approx((40e3) ** 2)
    assert np.degrees(grid.sites.latitude_rad[0]) > np.degrees(grid.sites.latitude_rad[-1])
    cells = denied.cells_around(*HERE, 50e3, 6)
    assert cells.area_m2.sum() == pytest.approx(np.pi * 50e3**2, rel=0.05)
    assert (cells.distance_m <= 50e3).all()


def test_a_circle_that_is_dark_has_its_own_area():
    ground = denied.rings(*HERE, 200.0, 50e3, 60)
    loss = left(np.where(ground.distance_m < 10e3, 0.0, 1.0), ground)
    assert loss.area_km2() == pytest.approx(np.pi * 100.0, rel=0.15)
    assert loss.lost_km2() == pytest.approx(np.pi * 100.0, rel=0.15)
    smooth = left(np.clip(np.log(ground.distance_m / 5e3) / np.log(4.0), 0.0, 1.0), ground)
    assert smooth.area_km2(0.5) == pytest.approx(np.pi * 100.0, rel=0.01)
    assert smooth.radius_m(0.5) == pytest.approx(10e3, rel=0.01)


def test_where_nothing_is_served_nothing_is_lost():
    ground = Ground(denied.local_grid(*HERE, 1e3, 2).sites, np.ones(4), np.ones(4))
    loss = Loss(ground, Effect(np.zeros(4), np.zeros(4), np.full(4, np.nan)))
    assert loss.area_km2() == 0.0
    assert loss.lost_km2() == 0.0


def test_rings_grid_and_cells_agree(fleet):
    one = jammer(preset="C", height_m=30.0)
    found = [
        a_loss(ground, fleet, one).area_km2()
        for ground in (
            denied.rings(*HERE, 200.0, 60e3, 60),
            denied.local_grid(*HERE, 30e3, 61),
            denied.cells_around(*HERE, 30e3, 7),
        )
    ]
    assert found[1:] == pytest.approx([found[0]] * 2, rel=0.08)


def test_by_distance_is_a_row_a_ring(fleet):
    loss = a_loss(denied.rings(*HERE, 200.0, 60e3, 20), fleet, jammer(preset="C"))
    distance, relative, margin = loss.by_distance()
    assert distance.shape == relative.shape == margin.shape == (20,)
    assert len(loss.ground) == 20 * AZIMUTHS
    assert (np.diff(margin) > -0.5).all()


def test_a_trace_over_wide_land_is_no_loss():
    ground = denied.rings(*HERE, 500.0, 60e3, 10)
    relative = np.where(ground.distance_m < 10e3, 0.5, 0.995)
    loss = left(relative, ground)
    near = ground.area_m2[ground.distance_m < 10e3].sum() / 1e6
    assert loss.lost_km2() == pytest.approx(0.5 * near)
    assert loss.lost_km2(np.ones(len(ground), bool)) > loss.lost_km2()
