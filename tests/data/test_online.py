import pytest

from skyhold.data import crossings, online, population
from skyhold.errors import DataError


def test_values_of_the_source_come_back_in_their_years():
    assert online.online_percent("UKR", 2014) == pytest.approx(37.5)
    assert online.online_percent("UKR", 2023) == pytest.approx(82.0)


def test_between_two_years_the_odds_grow_evenly():
    before, middle, after = (online.online_percent("UKR", year) for year in (2014, 2018.5, 2023))
    odds = [p / (100.0 - p) for p in (before, middle, after)]
    assert odds[1] ** 2 == pytest.approx(odds[0] * odds[2], rel=1e-9)


@pytest.mark.parametrize("code", [*population.grid(2020).codes, "???"])
def test_shares_are_shares_in_any_year(code):
    shares = [online.online_percent(code, year) for year in (1950, 2000, 2014, 2022, 2026, 2100)]
    assert all(0.0 < share < 100.0 for share in shares)
    assert shares[-1] == pytest.approx(online.online_percent(code, 2060))


def test_a_country_without_a_value_has_that_of_the_world():
    assert "PRK" not in online.known()
    assert online.online_percent("PRK", 2023) == pytest.approx(67.0)
    assert len(online.known()) > 220


def test_one_value_moves_with_the_world():
    alone = online.Online("X", (2023,), (67.0,))
    assert alone.in_year(2014) == pytest.approx(online.WORLD_PERCENT[2014])


def test_crossings_go_by_several_names():
    assert crossings.crossing("shehyni") is crossings.crossing("Medyka")
    assert crossings.crossing("Záhony/Chop").enters == "UKR"
    assert all(-90 <= c.latitude_deg <= 90 and c.leaves != c.enters for c in crossings.crossings())


def test_an_unknown_crossing_names_a_near_one():
    with pytest.raises(DataError, match="Did you mean 'Korczowa'"):
        crossings.crossing("Korchova")
    with pytest.raises(DataError, match="Give latitude_deg"):
        crossings.crossing("Xyzzy")
