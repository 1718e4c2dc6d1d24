import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.attenuation import total
from skyhold.attenuation.climate import typed
from skyhold.attenuation.total import ElevationTable
from skyhold.errors import SkyholdError

DEG = math.pi / 180.0
SITES = typed(
    [50.45, 1.0, 62.0], rain_001_mm_h=[28.6, 95.0, 18.0], rain_height_km=[2.785, 4.9, 2.0],
    altitude_km=[0.13, 0.05, 0.2], n_wet=[40.0, 120.0, 30.0], vapour_g_m3=[7.0, 19.0, 5.0], cloud_kg_m2=0.6,
)  # fmt: skip


def test_the_total_is_that_of_its_parts():
    a = total.exceeded_db(SITES, 28.5, 0.7, 0.1)
    np.testing.assert_allclose(a.total_db, a.gas_db + np.hypot(a.rain_db + a.cloud_db, a.scintillation_db))


@given(st.floats(4.0, 45.0), st.floats(5.0, 90.0), st.floats(0.001, 50.0))
def test_the_total_lies_between_rain_and_all_parts(f, elevation, percent):
    a = total.exceeded_db(SITES, f, elevation * DEG, percent)
    assert (a.total_db >= a.rain_db + a.gas_db - 1e-9).all()
    assert (a.total_db <= a.rain_db + a.gas_db + a.cloud_db + a.scintillation_db + 1e-9).all()


def test_clear_air_is_less_than_any_weather():
    e = np.radians([10.0, 40.0, 90.0])
    clear = total.clear_db(SITES, 20.0, e)
    assert (clear > 0.0).all()
    assert (clear < total.exceeded_db(SITES, 20.0, e, 10.0).total_db).all()


@pytest.mark.parametrize("percent", [0.0, -1.0, 51.0, math.nan])
def test_shares_outside_are_refused(percent):
    with pytest.raises(SkyholdError, match="share of the year"):
        total.exceeded_db(SITES, 20.0, 0.7, percent)


def test_the_table_is_within_a_hundredth_of_a_decibel(report_figure):
    e = np.linspace(10.0, 90.0, 3001) * DEG
    full = total.exceeded_db(SITES[:, None], 28.5, e, 0.1).total_db
    ours = ElevationTable.exceeded(SITES, 28.5, 0.1).at(np.broadcast_to(e, full.shape))
    of_p618_itself = (np.abs(SITES.latitude_deg) < 36.0)[:, None] & (np.abs(e / DEG - 25.0) < 0.4)
    worst = float(np.abs(ours - full)[~of_p618_itself].max())
    report_figure(f"attenuation over elevation in a table: within {worst:.4f} dB up to {full.max():.0f} dB")
    assert worst <= 0.01


def test_the_table_of_pairs_and_of_blocks_agree():
    table = ElevationTable.clear(SITES, 11.7)
    e = np.random.default_rng(1).uniform(0.0, 1.5, (4, 3, 5)).astype(np.float32)
    site = np.broadcast_to(np.arange(3)[:, None], e.shape)
    np.testing.assert_array_equal(table.at(e), table.of_sites(site, e))
    assert table.at(e[0]).shape == (3, 5)


def test_padding_and_low_elevations_stay_finite():
    table = ElevationTable.exceeded(SITES, 11.7, 1.0)
    low = table.at(np.array([[0.0, 5.0 * DEG], [0.0, 0.01], [-0.5, 0.0]]))
    assert np.isfinite(low).all()
    assert low[0, 0] == pytest.approx(low[0, 1], rel=1e-6)


def test_a_shape_without_the_sites_is_refused():
    table = ElevationTable.clear(SITES, 11.7)
    with pytest.raises(SkyholdError, match="do not belong"):
        table.at(np.zeros((2, 4)))
    with pytest.raises(SkyholdError, match="not in this table"):
        table.of_sites(3, 0.5)
