import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.errors import SkyholdError
from skyhold.geometry.sites import Sites
from skyhold.network.gateways import GatewaySegment
from skyhold.nouns.radio import RadioSpec
from skyhold.service.capacity import Limits
from skyhold.service.globe import LaserMesh, beam_cells, globe_capacity, per_person_mbit_s
from skyhold.times import Epoch, Instants


@given(st.integers(0, 15))
def test_a_cell_holds_seven_of_the_next_resolution_but_never_less_than_one_of_the_system(resolution):
    assert beam_cells(resolution) == max(1.0, 7.0 ** (5 - resolution))


def test_a_cell_of_the_globe_may_have_the_beams_of_all_its_cells():
    link = np.ones((1, 1))
    assert Limits.of(RadioSpec(), link).beams_per_cell == 7  # channel 1 is silent
    assert Limits.of(RadioSpec(), link, beam_cells=beam_cells(3)).beams_per_cell == 7 * 49


def segment():
    sites = Sites.from_degrees(np.array([52.0, 54.9]), np.array([20.9, 23.9]), np.zeros(2))
    return GatewaySegment(("a", "b"), sites, None, ("pop",), np.array([[0.001], [0.002]], np.float32))


def test_over_lasers_every_satellite_has_a_way_down():
    mesh = LaserMesh.over(segment())
    xyz = np.full((3, 5, 3), 7e6, np.float32)
    instants = Instants(
        Epoch.from_datetime(np.datetime64("2022-02-28").astype("datetime64[us]").item()), np.arange(3.0)
    )
    assert mesh.in_view(xyz, instants).shape == (3, 1, 5)
    assert mesh.in_view(xyz, instants).all()
    assert (mesh.backhaul(xyz, instants).delay_s == 0.0).all()
    assert mesh.backhaul(xyz, instants).delay_s.shape == (3, 1, 5)
    assert mesh.antennas(8)[0] > 100_000
    assert mesh.live(instants).shape == (3, 1)


def test_sums_against_people():
    people, wanted = np.array([100.0, 200.0, 300.0]), np.array([1e6, 2e6, 0.0])
    found = globe_capacity(10, 5e9, people, people / 100, wanted, np.array([1e6, 0.5e6, 0.0]))
    assert found.payload_bit_s == 5e10
    assert found.carried_bit_s == 1.5e6
    assert found.served_share == pytest.approx(0.5)
    assert found.reached_people == 100.0
    assert found.kbit_s_per_person == pytest.approx(1.5e6 / 600 / 1e3)
    assert found.carried_share == pytest.approx(1.5e6 / 5e10)


def test_more_carried_than_wanted_is_refused():
    one = np.array([1e9])
    with pytest.raises(SkyholdError, match="more is carried than wanted"):
        globe_capacity(1, 1e9, one, one, one, 2 * one)
    with pytest.raises(SkyholdError, match="not of the same cells"):
        globe_capacity(1, 1e9, one, one, np.ones(2), one)


def test_rate_per_person_is_nothing_where_nobody_is():
    rate = per_person_mbit_s(np.array([1e6, 5e6]), np.array([4.0, 0.0]))
    assert rate[0] == pytest.approx(0.25)
    assert np.isnan(rate[1])
