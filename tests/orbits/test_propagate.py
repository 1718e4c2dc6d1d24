import numpy as np
import pytest
from tests.orbits.catalogues import record_of, ring, shared, verification

from skyhold.errors import CatalogError, SkyholdError
from skyhold.nouns.constellation import CatalogueFile, FleetSpec
from skyhold.orbits.propagate import MixedFleet, build_fleet
from skyhold.orbits.secular import SecularFleet
from skyhold.orbits.sgp4 import Sgp4Fleet
from skyhold.times import Epoch, Instants

START = Epoch(2_459_601.5, 0.0)


def test_codes_and_library_make_one_fleet_of_shells():
    spec = FleetSpec(library="starlink-2022-02-28", codes=("D:600:70:20/4/1",))
    fleet = build_fleet(spec, START)
    assert isinstance(fleet, SecularFleet)
    assert len(fleet) == sum(row["operational"] for row in fleet.summary())
    assert all(
        row["filed"] == row["operational"] + row["missing"] + row["raising"] for row in fleet.summary()
    )


def test_the_same_seed_is_the_same_fleet():
    spec = FleetSpec(library="starlink-2022-02-28", missing_seed=5)
    assert build_fleet(spec, START).names == build_fleet(spec, START).names
    assert (
        build_fleet(spec, START).names != build_fleet(FleetSpec(library="starlink-2022-02-28"), START).names
    )


def test_a_catalogue_by_its_census():
    path = shared("starlink/starlink_2022-01-22.tle")
    fleet = build_fleet(FleetSpec(catalogue=CatalogueFile(path=path)), START)
    everything = ("operational", "raising", "lowering", "other")
    whole = build_fleet(FleetSpec(catalogue=CatalogueFile(path=path, keep=everything)), START)
    assert len(fleet) < len(whole) == 1846
    assert sum(row["filed"] for row in fleet.summary()) == 1846
    assert sum(row["operational"] for row in fleet.summary()) == len(fleet)
    assert np.bincount(whole.shell_index).sum() == 1846
    xyz = fleet.positions(Instants.every(START, 15.0, 3))
    assert np.isfinite(xyz).all()


def test_shells_and_a_catalogue_fly_together():
    path = shared("starlink/starlink_2022-01-22.tle")
    spec = FleetSpec(codes=("D:550:53.0:20/4/1",), catalogue=CatalogueFile(path=path))
    fleet = build_fleet(spec, START)
    assert isinstance(fleet, MixedFleet)
    instants = Instants.every(START, 15.0, 4)
    xyz, velocity = fleet.positions_velocities(instants, np.float64)
    assert xyz.shape == velocity.shape == (4, len(fleet), 3)
    assert len(fleet.names) == len(fleet.shell_index) == len(fleet)
    assert fleet.shell_index.max() < len(fleet.shells)
    assert xyz.transpose(0, 2, 1).flags.c_contiguous
    np.testing.assert_allclose(fleet.positions(instants, np.float64), xyz, atol=1e-6)
    np.testing.assert_allclose(xyz[:, :20], fleet.parts[0].positions(instants, np.float64), atol=1e-6)


def test_faults_are_numbered_in_the_whole_fleet():
    falling = next(record_of(sat) for sat, _ in verification() if sat.satnum == 22312)
    fleet = MixedFleet((Sgp4Fleet(ring(4)), Sgp4Fleet([*ring(2), falling])))
    (fault,) = fleet.faults(Instants.every(falling.epoch.plus(3600.0 * 10), 60.0, 3))
    assert fault.index == 6
    assert fleet.names[fault.index] == fault.name


@pytest.mark.parametrize("broken", ["no-such-fleet", "starlink-2022"])
def test_an_unknown_fleet_is_told(broken):
    with pytest.raises(SkyholdError, match=broken):
        build_fleet(FleetSpec(library=broken), START)


def test_a_catalogue_of_which_nothing_flies(tmp_path):
    sat, _ = verification()[0]
    lines = (
        "1 00005U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4753\n"
        "2 00005  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413667\n"
    )
    path = tmp_path / "one.tle"
    path.write_text(lines)
    with pytest.raises(CatalogError, match="no satellite of the catalogue is operational"):
        build_fleet(FleetSpec(catalogue=CatalogueFile(path=path)), START)
    assert sat.satnum == 5


def tle_of(sat_lines: str, tmp_path):
    path = tmp_path / "some.tle"
    path.write_text(sat_lines)
    return CatalogueFile(path=path, keep=("operational", "raising", "lowering", "other"))


ISS = (
    "1 25544U 98067A   22055.11106278  .00005118  00000-0  97877-4 0  9997\n"
    "2 25544  51.6415 176.5674 0005315 160.0639  14.4646 15.49914572327643\n"
)
ISS_DAY = Epoch(2_459_634.5, 0.11106278)


def test_the_account_of_a_catalogue_counts_what_was_turned_away(tmp_path):
    broken = ISS.replace("9997", "9996").replace("25544", "25545")
    fleet = build_fleet(FleetSpec(catalogue=tle_of(ISS + broken, tmp_path)), ISS_DAY.plus(86_400.0))
    read, classes, age = fleet.account()
    assert "1 element sets of 1 objects, 1 rejected, first " in read
    assert "1 other" in classes
    assert age == "elements of 1.0 days before the start in the median"


@pytest.mark.parametrize(
    ("days", "says"), [(-9, "9.0 days after the start"), (60, "60.0 days before the start")]
)
def test_old_elements_are_told(tmp_path, days, says):
    fleet = build_fleet(FleetSpec(catalogue=tle_of(ISS, tmp_path)), ISS_DAY.plus(86_400.0 * days))
    assert says in fleet.account()[-1]
    assert "off by" in fleet.account()[-1]


@pytest.mark.parametrize(("days", "side"), [(-1096, "before"), (91, "after")])
def test_elements_of_another_time_do_not_fly(tmp_path, days, side):
    with pytest.raises(CatalogError, match=rf"starts {abs(days):,} days {side} the elements"):
        build_fleet(FleetSpec(catalogue=tle_of(ISS, tmp_path)), ISS_DAY.plus(86_400.0 * days))


def test_a_catalogue_of_broken_records_says_what_broke(tmp_path):
    with pytest.raises(CatalogError, match=r"1 rejected, first .*checksum"):
        build_fleet(FleetSpec(catalogue=tle_of(ISS.replace("9997", "9996"), tmp_path)), ISS_DAY)


def test_sets_that_contradict_each_other_are_told(tmp_path):
    later = (
        "1 25544U 98067A   22056.11106278  .00005118  00000-0  97877-4 0  9998\n"
        "2 25544  51.6415 276.5674 0005315 160.0639  14.4646 15.49914572327790\n"
    )
    both = build_fleet(FleetSpec(catalogue=tle_of(ISS + later, tmp_path)), ISS_DAY)
    assert "forged or damaged; first: 25544" in both.account()[-1]
    assert "node" in both.account()[-1]
    alone = build_fleet(FleetSpec(catalogue=tle_of(ISS, tmp_path)), ISS_DAY)
    assert "forged" not in " ".join(alone.account())
