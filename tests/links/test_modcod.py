from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.errors import SkyholdError
from skyhold.links import modcod
from skyhold.links.modcod import ROBUST, DvbS2x, Gap, dvb_mode, dvb_modes, from_spec
from skyhold.nouns.radio import Waveform

FORMS = (Gap(), Gap(lowest_db=-3.0), DvbS2x(), DvbS2x(True))


def test_table_is_whole_and_under_shannon():
    modes = dvb_modes()
    assert len(modes) == 28 + 39
    assert len({mode.name for mode in modes}) == len(modes)
    for mode in modes:
        assert mode.efficiency < np.log2(1 + 10 ** (mode.threshold_db / 10))


def test_only_modes_worth_using_are_stepped_through():
    modes = DvbS2x().modes
    assert all(a.efficiency < b.efficiency and a.threshold_db < b.threshold_db for a, b in pairwise(modes))
    assert "8PSK 9/10" not in {mode.name for mode in modes}  # 16APSK 2/3-L carries as much for 2.5 dB less


def test_steps_switch_at_their_thresholds():
    form = DvbS2x()
    for mode in form.modes:
        assert form.efficiency(mode.threshold_db) == mode.efficiency
        assert form.efficiency(mode.threshold_db - 1e-6) < mode.efficiency


def test_nothing_below_the_lowest_mode():
    assert DvbS2x().efficiency(-2.86) == 0.0
    assert DvbS2x(True).efficiency(-2.86) == pytest.approx(0.434841 / 2)
    assert DvbS2x(True).efficiency(-11.89) == 0.0


def test_repetition_trades_rate_for_threshold():
    assert [round(mode.threshold_db, 2) for mode in ROBUST] == [-11.88, -8.87, -5.86]
    assert [mode.efficiency * times for mode, times in zip(ROBUST, (8, 4, 2), strict=True)] == pytest.approx(
        [0.434841] * 3
    )


def test_gap_is_capped_shannon():
    assert Gap(0.0, 99.0).efficiency(10 * np.log10(3.0)) == pytest.approx(2.0)
    assert Gap(3.0, 4.5).efficiency(40.0) == 4.5
    assert Gap().efficiency_of(np.float32(5.0)).dtype == np.float32


@pytest.mark.parametrize("form", FORMS)
def test_threshold_is_the_inverse_of_efficiency(form):
    for mode in form.modes:
        assert form.efficiency(form.threshold_db(mode.efficiency) + 1e-9) >= mode.efficiency - 1e-9
    assert form.threshold_db(99.0) == np.inf


@given(st.lists(st.floats(-40, 50), min_size=2, max_size=20))
def test_efficiency_never_falls_with_the_ratio(ratios):
    for form in FORMS:
        assert (np.diff(form.efficiency(np.sort(ratios))) >= 0).all()


def test_waveform_of_a_scenario():
    assert from_spec(Waveform()).efficiency(-11.0) > 0.0
    assert from_spec(Waveform()).efficiency(-12.0) == 0.0
    assert from_spec(Waveform(robust_modes=False)).efficiency(-3.0) == 0.0
    assert from_spec(Waveform(robust_modes=False)).efficiency(-2.8) > 0.0
    kept = from_spec(Waveform(kind="dvb-s2x", margin_db=1.0))
    assert kept.efficiency(10.21) < dvb_mode("16APSK 3/4").efficiency
    assert kept.efficiency(11.21) >= dvb_mode("16APSK 3/4").efficiency


@pytest.mark.parametrize("kind", ["gap", "dvb-s2x"])
@pytest.mark.parametrize("robust", [True, False])
@pytest.mark.parametrize("margin_db", [0.0, 1.5])
def test_the_first_mode_is_where_service_begins(kind, robust, margin_db):
    form = from_spec(Waveform(kind=kind, robust_modes=robust, margin_db=margin_db))
    lowest = form.modes[0].threshold_db
    assert lowest == pytest.approx((-11.88 if robust else -2.85) + margin_db, abs=0.005)
    assert form.efficiency(lowest + 0.01) > 0.0 == form.efficiency(lowest - 0.01)
    assert "QPSK 2/9" in {mode.name for mode in form.modes}


def test_symbols_and_payload():
    spec = Waveform(roll_off=0.25, framing=0.8)
    assert modcod.symbol_hz(250.0, spec) == 200e6
    assert modcod.payload_hz(250.0, spec) == 160e6


def test_unknown_mode():
    with pytest.raises(SkyholdError, match="no DVB-S2X mode"):
        dvb_mode("64QAM")
