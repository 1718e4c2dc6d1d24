import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyhold.errors import SkyholdError
from skyhold.service.cost import CostAssumptions, annuity, per_user, spread


@given(st.floats(0.0, 0.3), st.floats(1.0, 40.0))
def test_an_annuity_pays_the_capital_back(interest, years):
    pay = float(annuity(np.array([interest]), np.array([years]))[0])
    rate = max(interest, 1e-9)
    assert pay * (1.0 - (1.0 + rate) ** -years) / rate == pytest.approx(1.0, rel=1e-6)


def test_parts_add_up_and_more_users_share_the_system():
    few, many = per_user(4_408, 100, 1e6), per_user(4_408, 100, 1e7)
    assert sum(few.parts.values()) == pytest.approx(few.middle)
    assert few.parts["terminal"] == pytest.approx(many.parts["terminal"])
    system = few.middle - few.parts["terminal"]
    assert many.middle - many.parts["terminal"] == pytest.approx(system / 10.0)
    assert few.system_usd_year == pytest.approx(many.system_usd_year)
    assert few.p05 < few.median < few.p95
    assert per_user(4_408, 100, 1e6) == few


def test_known_numbers_have_no_range():
    fixed = {name: getattr(CostAssumptions(), name).value for name in CostAssumptions.model_fields}
    found = per_user(1_000, 10, 1e6, CostAssumptions(**fixed))
    assert found.p05 == pytest.approx(found.middle)
    assert found.p95 == pytest.approx(found.middle)
    assert "US dollars" in found.sentence()


def test_a_total_over_its_users():
    assert spread(4.9e9, 5.0, 2.5e6) == pytest.approx(32.67, abs=0.01)


def test_no_users_is_refused():
    with pytest.raises(SkyholdError, match="needs users"):
        per_user(10, 1, 0.0)
