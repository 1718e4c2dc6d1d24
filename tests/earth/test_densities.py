"""The fast tables of density beside the model they were made from."""

from datetime import UTC, datetime

import numpy as np
import pytest

from skyhold.constants import WGS84_A_M
from skyhold.earth.atmosphere import Exponential, Nrlmsise00
from skyhold.earth.density_field import DensityField, FieldGrid, days_of_year, node_local_time_rad
from skyhold.earth.density_table import Axes, DensityTable, activity
from skyhold.earth.orbit_density import DensityPath, OrbitDensity, OrbitGrid, OrbitShape
from skyhold.earth.sun import subsolar_point
from skyhold.errors import SkyholdError
from skyhold.times import Epoch, Instants

START = Epoch.from_datetime(datetime(2022, 2, 25, tzinfo=UTC))
AIR = Nrlmsise00()
FEW = Axes(f107=(70.0, 160.0), ap=(2.0, 40.0), fluxes=5, activities=4)
ISS = OrbitShape(np.radians(51.64))


@pytest.fixture(scope="module")
def table():
    return DensityTable.build(AIR, FEW, cache=False)


def rms_percent(logs):
    return 100.0 * np.sqrt(np.mean(np.square(logs)))


def test_the_table_is_within_its_bounds_of_the_model(table, report_figure):
    rng = np.random.default_rng(5)
    errors = []
    for _ in range(30):
        day, flux, ap = int(rng.integers(1, 366)), rng.uniform(70, 160), rng.uniform(2, 40)
        points = (
            rng.uniform(150e3, 1000e3, 200),
            np.arcsin(rng.uniform(-1, 1, 200)),
            rng.uniform(0, 6.28, 200),
        )
        truth = AIR.zonal_density(*points, day, flux, flux, ap)
        errors.append(table.log_density(*points, day, flux, ap) - np.log(truth))
    worst = 100.0 * np.abs(errors).max()
    report_figure(
        f"density table against NRLMSISE-00 above 150 km: {rms_percent(errors):.2f} % rms, {worst:.1f} %"
    )
    assert rms_percent(errors) < 1.0
    assert worst < 3.0


def test_a_field_is_within_its_bounds_of_the_whole_model(report_figure):
    instants = Instants.every(START, 5400.0, 9)
    field = DensityField.build(AIR, instants, 130.0, 120.0, 15.0)
    rng = np.random.default_rng(6)
    when = Instants(START, np.sort(rng.uniform(0.0, 43_200.0, 4000)))
    points = (
        rng.uniform(150e3, 1000e3, 4000),
        np.arcsin(rng.uniform(-1, 1, 4000)),
        rng.uniform(-np.pi, np.pi, 4000),
    )
    errors = np.log(field.density(*points, when) / AIR.density(*points, when, 130.0, 120.0, 15.0))
    worst = 100.0 * np.abs(errors).max()
    report_figure(
        f"density field against NRLMSISE-00 above 150 km: {rms_percent(errors):.2f} % rms, {worst:.1f} %"
    )
    assert rms_percent(errors) < 1.0
    assert worst < 3.0


def test_a_field_of_one_instant_holds_always_and_reaches_the_ground():
    field = DensityField.build(
        AIR, Instants.every(START, 1.0, 1), 120.0, 120.0, 10.0, FieldGrid((0.0, 150e3), 76)
    )
    points = np.linspace(0.0, 150e3, 40), np.full(40, -0.4), np.full(40, 2.0)
    truth = AIR.density(*points, Instants(START, np.zeros(40)), 120.0, 120.0, 10.0)
    found = field.density(*points, Instants(START, np.zeros(40)))
    assert rms_percent(np.log(found / truth)) < 2.0
    later = field.density(points[0], -0.4, 2.0 - np.pi / 2, Instants(START, np.full(40, 21_600.0)))
    assert later == pytest.approx(found, rel=1e-6)  # the same local time six hours later


def test_outside_its_grid_a_field_says_nothing():
    field = DensityField.build(AIR, Instants.every(START, 10_800.0, 2), 120.0, 120.0, 10.0)
    for altitude, seconds in ((99e3, 0.0), (1001e3, 0.0), (400e3, -1.0), (400e3, 10_801.0)):
        assert np.isnan(field.density(altitude, 0.0, 0.0, Instants(START, np.array([seconds])))[0])
    with pytest.raises(SkyholdError, match="not even"):
        DensityField.build(AIR, Instants(START, np.array([0.0, 1.0, 5.0])), 120.0, 120.0, 10.0)


@pytest.mark.parametrize("nodes", [1, 12])
def test_an_orbit_averaged_table_is_the_mean_of_the_model_round_the_orbit(table, nodes, report_figure):
    orbit = OrbitDensity.build(table, ISS, OrbitGrid(nodes=nodes))
    rng = np.random.default_rng(7)
    height, day = rng.uniform(150e3, 690e3, 60), rng.integers(1, 366, 60).astype(float)
    flux, ap, node = rng.uniform(70, 160, 60), rng.uniform(2, 40, 60), rng.uniform(-10, 10, 60)
    altitude, latitude, after = ISS.trace(WGS84_A_M + height)
    over = np.arange(0.0, 6.28, 6.2832 / 12) if nodes == 1 else np.zeros(1)
    truth = [
        np.mean([
            AIR.zonal_density(altitude[n], latitude[n], after + turn + (0 if nodes == 1 else node[n]), day[n],
                              flux[n], flux[n], ap[n]).mean()
            for turn in over
        ])
        for n in range(60)
    ]  # fmt: skip
    errors = np.log(orbit.density(height, flux, ap, day, node) / truth)
    worst = 100.0 * np.abs(errors).max()
    report_figure(
        f"orbit-averaged density, {nodes} nodes: {rms_percent(errors):.2f} % rms, {worst:.1f} % at worst"
    )
    assert rms_percent(errors) < 1.0
    assert worst < 3.0


def test_an_orbit_averaged_table_is_periodic_and_says_nothing_outside(table):
    orbit = OrbitDensity.build(table, ISS, OrbitGrid(nodes=6))
    one = orbit.density(400e3, 100.0, 10.0, 30.0, 1.0)
    assert orbit.density(400e3, 100.0, 10.0, 30.0 - 365.25, 1.0 + 2 * np.pi) == pytest.approx(one)
    for height, flux, ap in (
        (109e3, 100, 10),
        (711e3, 100, 10),
        (400e3, 69, 10),
        (400e3, 161, 10),
        (400e3, 100, 41),
    ):
        assert np.isnan(orbit.density(height, flux, ap, 30.0, 1.0)[0])


def test_a_path_follows_the_model_day_by_day():
    days = Instants.every(START, 86_400.0, 5)
    flux, mean, ap, node = np.array([100, 120, 150, 130, 90.0]), 110.0, np.array([4, 10, 60, 20, 5.0]), 0.7
    path = DensityPath.build(AIR, ISS, days, node, flux, mean, ap)
    altitude, latitude, after = ISS.trace(WGS84_A_M + np.array([415e3]))
    truth = [
        AIR.zonal_density(altitude[0], latitude[0], after + node, day, f, mean, a).mean()
        for day, f, a in zip(np.floor(days_of_year(days)), flux, ap, strict=True)
    ]
    assert path.density(415e3, days) == pytest.approx(truth, rel=0.003)
    between = path.density(415e3, Instants(START, np.array([43_200.0])))[0]
    assert between == pytest.approx(np.sqrt(truth[0] * truth[1]), rel=0.003)
    assert np.isnan(path.density(415e3, Instants(START, np.array([4.1 * 86_400.0])))[0])
    with pytest.raises(SkyholdError, match="one step apart"):
        DensityPath.build(AIR, ISS, days.block(0, 1), node, 100.0, 100.0, 10.0)


def test_an_exponential_orbit_average_has_its_closed_form():
    air = Exponential(1e-11, 300e3, 60e3)
    axes = Axes(fluxes=2, activities=2, days=3, local_times=3)
    table = DensityTable.build(air, axes, cache=False)
    equator = OrbitDensity.build(table, OrbitShape(0.0))
    found = equator.density(350e3, 100.0, 10.0, 100.0)[0]
    assert found == pytest.approx(1e-11 * np.exp(-50e3 / 60e3), rel=1e-3)
    eccentric = OrbitDensity.build(table, OrbitShape(0.0, eccentricity=0.005), OrbitGrid((200e3, 600e3)))
    swing = 0.005 * (WGS84_A_M + 350e3) / 60e3
    assert eccentric.density(350e3, 100.0, 10.0, 100.0)[0] / found == pytest.approx(np.i0(swing), rel=1e-3)


def test_the_oblate_earth_lowers_the_ground_under_an_inclined_orbit():
    altitude, latitude, _ = ISS.trace(np.array([WGS84_A_M + 422.9e3]))
    assert np.degrees(np.abs(latitude)).max() == pytest.approx(51.82, abs=0.05)  # geodetic
    assert altitude.mean() - 422.9e3 == pytest.approx(6.6e3, abs=0.2e3)


def test_activity_outside_is_refused_before_it_becomes_nothing(table):
    table.require_covers(np.array([70.0, 160.0]), 10.0)
    with pytest.raises(SkyholdError, match=r"F10.7.*70 to 160.*61 to 200 \(2 of 3"):
        table.require_covers(np.array([61.0, 100.0, 200.0]), 10.0)
    with pytest.raises(SkyholdError, match="Ap"):
        table.require_covers(100.0, np.nan)


def test_an_orbit_below_the_table_is_refused(table):
    with pytest.raises(SkyholdError, match="leaves the density table"):
        OrbitDensity.build(table, ISS, OrbitGrid(height_m=(90e3, 300e3)))


def test_a_table_is_kept_and_mended(tmp_path, monkeypatch):
    monkeypatch.setenv("SKYHOLD_CACHE", str(tmp_path / "kept"))
    axes = Axes(altitudes=8, latitudes=3, local_times=3, days=3, fluxes=2, activities=2)
    air = Exponential(1e-11, 300e3, 60e3)
    first = DensityTable.build(air, axes)
    (kept,) = (tmp_path / "kept").iterdir()
    assert (DensityTable.build(air, axes).values == first.values).all()
    assert (
        DensityTable.build(Exponential(2e-11, 300e3, 60e3), axes).values[0, 0, 0, 0, 0, 0]
        != first.values.flat[0]
    )
    kept.write_bytes(kept.read_bytes()[:100])
    assert (DensityTable.build(air, axes).values == first.values).all()
    assert kept.stat().st_size > 1000
    monkeypatch.setenv("SKYHOLD_CACHE", str(kept / "not a folder"))
    assert (DensityTable.build(air, axes).values == first.values).all()


def test_local_time_under_the_sun_is_noon_within_the_equation_of_time():
    year = Instants.every(START, 86_400.0 * 5, 73)
    _, longitude = subsolar_point(year)
    _, fraction = year.julian_days()
    assert np.degrees(np.abs((fraction * 2 * np.pi + longitude) % (2 * np.pi) - np.pi)).max() < 4.3
    node = node_local_time_rad(np.zeros(73), year)
    assert np.diff(np.unwrap(node)) == pytest.approx(-np.radians(5 * 0.98565), abs=1e-3)


def test_days_of_the_year():
    instants = Instants(
        Epoch.from_datetime(datetime(2023, 12, 31, 18, tzinfo=UTC)), np.array([0.0, 21_600.0])
    )
    assert days_of_year(instants) == pytest.approx([365.75, 1.0])
    assert activity(0.0) == 0.0
