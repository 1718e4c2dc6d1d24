import pytest

from skyhold.errors import ScenarioError
from skyhold.scenario.load import load
from skyhold.simulate.prepare import prepare
from skyhold.simulate.service_sensitivity import sensitivity_table

SETS = [
    "clock.duration_h=0.25",
    "variants=[]",
    "plan={terminals=1}",
    "area={bbox_deg=[29.0, 49.5, 33.0, 51.5]}",
    'demand={basis="population", adoption_percent=20}',
    "deliveries=[]",
    "events=[]",
    "cities.count=2",
]


def rows(*more: str):
    return sensitivity_table(prepare(load("ukraine-2022", sets=[*SETS, *more]))).rows()


@pytest.fixture(scope="module")
def found():
    return rows()


def test_the_strongest_comes_first_and_every_row_moves(found):
    swings = [
        max(
            abs(row[f"{what}_at_{end}_percent"] - row[f"{what}_percent"])
            for what in ("carried", "cells")
            for end in ("low", "high")
        )
        for row in found
    ]
    assert swings == sorted(swings, reverse=True)
    assert min(swings) > 0.0


def test_more_beams_and_finer_steps_carry_more(found):
    by_name = {row["parameter"]: row for row in found}
    beams = by_name["radio.payload.beams"]
    assert beams["carried_at_high_percent"] > beams["carried_percent"] == beams["carried_at_low_percent"]
    share = by_name["radio.payload.least_share"]
    assert share["carried_at_low_percent"] > share["carried_percent"] > share["carried_at_high_percent"]


def test_a_number_without_a_range_is_left_out(found):
    typed = rows("radio.payload.beams=8")
    assert {row["parameter"] for row in found} - {row["parameter"] for row in typed} == {
        "radio.payload.beams"
    }


def test_stronger_jammers_carry_less():
    jammer = '{name="a", preset="C", latitude_deg=50.4, longitude_deg=30.6}'
    [power] = [row for row in rows(f"jammers=[{jammer}]") if row["parameter"].startswith("jammers")]
    assert power["carried_at_low_percent"] > power["carried_percent"] > power["carried_at_high_percent"]


def test_nobody_asks():
    assert rows('demand={basis="terminals"}') == []


def test_a_share_of_more_than_a_beam_is_refused():
    with pytest.raises(ScenarioError, match=r"more than a beam"):
        load("ukraine-2022", sets=["radio.payload.least_share=10"])
