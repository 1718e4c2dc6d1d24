from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.demand.towns import circle, outage

from skyhold.demand.areas import distance_km, inside
from skyhold.demand.terrestrial import offline_share, powered, still_online
from skyhold.nouns.demand import TerrestrialNetwork
from skyhold.times import Epoch, Instants

START = datetime(2022, 3, 1, tzinfo=UTC)
HOURS = Instants(Epoch.from_datetime(START), np.arange(0.0, 120.0, 6.0) * 3600.0)
PLACE = (np.array([49.0, 45.0]), np.array([30.0, 30.0]))
TOWERS = TerrestrialNetwork(name="towers", coverage_percent=90.0, battery_h=6.0)
FIBRE = TerrestrialNetwork(name="fibre", coverage_percent=60.0, battery_h=12.0)
BOTH = (FIBRE, TOWERS)


def test_whole_networks_leave_whom_they_do_not_cover():
    assert offline_share(BOTH, (), *PLACE, HOURS) == pytest.approx(0.1)
    assert still_online(BOTH, (), *PLACE, HOURS) == pytest.approx(1.0)


def test_without_fibre_the_towers_do():
    assert offline_share(BOTH, (outage(),), *PLACE, HOURS) == pytest.approx(0.1)


def test_without_towers_only_those_with_fibre_are_left():
    now = offline_share(BOTH, (outage(network="towers", to_utc=None),), *PLACE, HOURS)
    assert now[:, 0] == pytest.approx(0.4)
    assert now[:, 1] == pytest.approx(0.1)


def test_partial_outages_are_independent():
    events = (outage(lost_percent=50.0), outage(network="towers", lost_percent=50.0))
    now = offline_share(BOTH, events, *PLACE, HOURS)
    assert now[0, 0] == pytest.approx(0.1 + 0.3 * 0.5 + 0.6 * 0.25)
    assert now[-1, 0] == pytest.approx(0.1)


def test_power_takes_networks_after_their_batteries():
    now = offline_share(BOTH, (outage(network="power"),), *PLACE, HOURS)[:, 0]
    hour = HOURS.offset_s / 3600.0
    assert now[hour < 6] == pytest.approx(0.1)
    assert now[(hour >= 6) & (hour < 12)] == pytest.approx(0.4)
    assert now[(hour >= 12) & (hour < 96)] == pytest.approx(1.0)
    assert now[hour >= 96] == pytest.approx(0.1)


def test_a_generator_runs_as_long_as_it_runs():
    share = powered((outage(network="power", lost_percent=80.0),), *PLACE, HOURS, backup_h=24.0)
    hour = HOURS.offset_s / 3600.0
    assert share[:, 0] == pytest.approx(np.where((hour >= 24) & (hour < 96), 0.2, 1.0))
    assert (share[:, 1] == 1.0).all()
    assert (powered((outage(network="fibre"),), *PLACE, HOURS) == 1.0).all()


def outages():
    return st.builds(
        lambda network, lost, begin, length, radius: outage(
            network=network,
            lost_percent=lost,
            from_utc=START + timedelta(hours=begin),
            to_utc=START + timedelta(hours=begin + length),
            circles=(circle(radius),) if radius else (),
        ),
        st.sampled_from(["fibre", "towers", "power"]),
        st.floats(0.1, 100.0),
        st.integers(-20, 100),
        st.integers(1, 100),
        st.sampled_from([0.0, 50.0, 500.0]),
    )


@given(st.lists(outages(), max_size=4), outages(), st.permutations(BOTH))
def test_an_outage_more_never_lowers_who_depends(events, another, networks):
    before = offline_share(networks, events, *PLACE, HOURS)
    after = offline_share(networks, [*events, another], *PLACE, HOURS)
    assert (after >= before - 1e-12).all()
    assert before.min() >= 0.0
    assert after.max() <= 1.0 + 1e-12
    powers = [powered(some, *PLACE, HOURS, 3.0) for some in (events, [*events, another])]
    assert (powers[1] <= powers[0] + 1e-12).all()


def test_typical_networks_where_none_is_named():
    assert offline_share((), (), *PLACE, HOURS) == pytest.approx(0.05)


def test_distances_and_circles():
    assert distance_km(50.45, 30.52, 49.84, 24.03) == pytest.approx(468.0, rel=0.005)  # Kyiv, Lviv
    assert distance_km(0.0, 179.5, 0.0, -179.5) == pytest.approx(111.195, rel=1e-4)
    assert inside((), *PLACE).tolist() == [True, True]
    assert inside((circle(100.0), circle(10.0, 45.0)), *PLACE).tolist() == [True, True]
    assert inside((circle(100.0),), *PLACE).tolist() == [True, False]
