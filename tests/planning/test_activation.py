"""What is missing before service can be switched on, need by need."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from skyhold.nouns.radio import RadioSpec
from skyhold.planning.activation import InReach, Reach, Stock, Verdict, check, missing

READY = Reach(14.0, 1.0, 1.0, (InReach("Wola Krobowska", "POL", 1.0),), "Wola Krobowska", 700.0, 1.0)
STOCK = Stock(500.0, 0.0)


def needs(reach=READY, stock=STOCK):
    return {need.what: need for need in check(reach, RadioSpec(), stock, "a fleet")}


def test_a_region_with_everything_lacks_nothing_that_can_be_computed():
    found = needs()
    assert missing(tuple(found.values())) == ()
    assert found["spectrum"].verdict is Verdict.OPEN
    assert "legal question" in found["spectrum"].remedy
    assert found["spectrum"].figure == 1680.0


def test_before_the_trucks_only_terminals_are_missing():
    found = needs(stock=Stock(0.0, 0.0, ((date(2022, 2, 28), 500, "first trucks"),)))
    assert missing(tuple(found.values())) == ("terminals",)
    assert "500 on 2022-02-28" in found["terminals"].says
    assert found["terminals"].remedy == "wait for the trucks"


@pytest.mark.parametrize(
    ("share", "verdict"), [(0.0, Verdict.NO), (0.5, Verdict.PARTLY), (0.99, Verdict.YES), (1.0, Verdict.YES)]
)
def test_shares_become_verdicts(share, verdict):
    found = needs(replace(READY, satellite=share, gateway=share))
    assert found["satellites"].verdict is found["gateway in reach"].verdict is verdict
    assert (found["gateway in reach"].remedy == "none needed") is (verdict is Verdict.YES)


def test_mid_ocean_is_told_how_far_the_nearest_gateway_is_and_what_one_would_give():
    far = replace(READY, gateway=0.0, alone=(), nearest="Wagin", nearest_km=4279.0, own=0.98)
    need = needs(far)["gateway in reach"]
    assert need.verdict is Verdict.NO
    assert "Wagin" in need.says
    assert "4,279 km" in need.says
    assert "98 %" in need.remedy
