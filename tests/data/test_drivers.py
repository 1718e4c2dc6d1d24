from datetime import UTC, date, datetime

import numpy as np
import pytest

from skyhold.data import solar_cycles, space_weather
from skyhold.data.drivers import LEAST_AP, LEAST_F107, as_observed, climatology, from_forecast
from skyhold.data.solar_forecast import embedded_forecasts
from skyhold.data.space_weather import DailySpaceWeather
from skyhold.errors import DataError
from skyhold.times import Epoch, Instants

DAY = 86_400.0
START = Epoch.from_datetime(datetime(2022, 2, 24, tzinfo=UTC))
ISSUED_2022 = next(one for one in embedded_forecasts() if one.issued == date(2022, 1, 1))


def rng():
    return np.random.default_rng(11)


def test_as_observed_is_the_record_day_by_day():
    found = as_observed(START, 30 * DAY)
    assert (found.kind, found.members, found.step_s) == ("as observed", 1, DAY)
    assert "as observed" in found.source
    table = space_weather.observed()
    row = table.index(date(2022, 3, 1))
    noon = Instants.every(Epoch.from_datetime(datetime(2022, 3, 1, 12, tzinfo=UTC)), 1.0, 1)
    assert found.at(noon).f107[0, 0] == table.f107_observed[row - 1]
    assert found.at(noon).ap[0, 0] == table.ap_mean[row]
    found.require_covers(START, 30 * DAY)


@pytest.mark.parametrize("hour", [0, 11, 12, 13, 23])
def test_as_observed_covers_the_run_whenever_it_starts(hour):
    start = Epoch.from_datetime(datetime(2022, 2, 24, hour, tzinfo=UTC))
    for days in (0.1, 1.0, 10.0):
        as_observed(start, days * DAY).require_covers(start, days * DAY)


def test_as_observed_ends_with_the_record():
    with pytest.raises(DataError, match="2026-03-15"):
        as_observed(START, 2000 * DAY)


def test_drivers_end_where_they_end():
    found = as_observed(START, 10 * DAY)
    for start, days in ((START, 12.0), (START.plus(-2 * DAY), 3.0)):
        with pytest.raises(DataError, match=r"do not cover the run.*[Ss]horten"):
            found.require_covers(start, days * DAY)
        with pytest.raises(DataError, match="do not cover"):
            found.at(Instants(start, np.array([0.0, days * DAY])))


def test_a_forecast_gives_back_its_percentiles():
    found = from_forecast(START, 700 * DAY, 20_000, rng(), month_to_month=False)
    assert (found.kind, found.source) == ("forecast", "NASA Marshall forecast issued January 2022")
    after = np.percentile(found.f107_mean81, [5, 50, 95], axis=1)
    assert after.shape == (3, 20_000)
    month = int((np.datetime64("2023-02") - ISSUED_2022.month[0]).astype(int))
    at = Instants.every(Epoch.from_datetime(datetime(2023, 2, 15, tzinfo=UTC)), 1.0, 1)
    assert np.percentile(found.at(at).f107_mean81, [5, 50, 95]) == pytest.approx(
        ISSUED_2022.f107[month], rel=0.02
    )
    assert np.percentile(found.at(at).ap, [5, 50, 95]) == pytest.approx(ISSUED_2022.ap[month], rel=0.04)


def test_a_member_keeps_its_place_in_the_band():
    smooth = from_forecast(START, 700 * DAY, 200, rng(), month_to_month=False)
    order = np.argsort(np.argsort(smooth.f107_mean81, axis=0), axis=0)
    assert (order == order[:, :1]).all()
    rough = from_forecast(START, 700 * DAY, 200, rng())
    assert np.abs(np.diff(rough.f107_mean81, axis=1)).mean() > 2 * np.abs(np.diff(smooth.f107_mean81)).mean()


def test_no_member_is_a_sun_that_never_was():
    low = next(one for one in embedded_forecasts() if one.issued == date(2010, 1, 1))
    assert low.ap.min() < 0.0
    start = Epoch.from_datetime(datetime(2010, 2, 1, tzinfo=UTC))
    found = from_forecast(start, 300 * DAY, 2000, rng(), low)
    assert found.ap.min() >= LEAST_AP
    assert found.f107.min() >= LEAST_F107


def test_a_forecast_does_not_see_its_future(monkeypatch):
    whole = from_forecast(START, 300 * DAY, 50, rng(), ISSUED_2022)
    table = space_weather.observed()
    changed = table.f107_observed_81.copy()
    changed[table.day >= np.datetime64("2022-01-01")] = 300.0
    monkeypatch.setattr(space_weather, "observed", lambda: with_columns(table, f107_observed_81=changed))
    assert (from_forecast(START, 300 * DAY, 50, rng(), ISSUED_2022).f107 == whole.f107).all()


def with_columns(table, **columns):
    return DailySpaceWeather(**{key: getattr(table, key) for key in table.__dataclass_fields__} | columns)


def test_a_forecast_that_ends_too_early_is_refused():
    with pytest.raises(DataError, match=r"does not cover the run.*2021-07 to"):
        from_forecast(START, 40 * 365 * DAY, 3, rng(), ISSUED_2022)
    with pytest.raises(DataError, match="does not cover"):
        from_forecast(START.plus(-400 * DAY), 100 * DAY, 3, rng(), ISSUED_2022)


def test_the_climatology_begins_where_the_sun_is_and_knows_no_future():
    found = climatology(START, 700 * DAY, 500, rng())
    assert found.kind == "climatology"
    assert "2022-01" in found.source
    truth = space_weather.observed().at(found.instants).f107_mean81
    low, high = np.percentile(found.f107_mean81, [1, 99], axis=0)
    assert low[0] < truth[0] < high[0]
    assert high[0] / low[0] < 1.7
    months = solar_cycles.months(space_weather.observed())
    cut = months.before(np.datetime64("2022-02"))
    assert (climatology(START, 700 * DAY, 500, rng(), cut).f107 == found.f107).all()


def test_too_long_a_draw_is_refused():
    with pytest.raises(DataError, match="no past solar cycle can be drawn"):
        climatology(START, 70 * 365 * DAY, 3, rng())
    with pytest.raises(DataError, match="no solar minimum"):
        solar_cycles.phase_months(np.datetime64("1950-01"), np.datetime64("1950-01"))


def test_months_are_means_of_their_days_and_smoothing_is_that_of_zurich():
    table = space_weather.observed()
    months = solar_cycles.months(table)
    inside = table.day.astype("datetime64[M]") == np.datetime64("2014-03")
    row = int(np.flatnonzero(months.month == np.datetime64("2014-03"))[0])
    assert months.f107[row] == pytest.approx(table.f107_observed[inside].mean())
    assert months.month[-1] == np.datetime64("2026-02")  # March 2026 is not whole
    weights = np.r_[0.5, np.ones(11), 0.5] / 12
    assert months.ap_smooth[row] == pytest.approx(weights @ months.ap[row - 6 : row + 7])
    assert np.isnan(months.f107_smooth[[0, 5, -6, -1]]).all()
    cut = months.before(np.datetime64("2014-03"))
    assert cut.month[-1] == np.datetime64("2014-02")
    assert np.isnan(cut.f107_smooth[-6:]).all()
    assert not np.isnan(cut.f107_smooth[-7])


def test_too_few_days_have_no_months():
    table = space_weather.observed()
    short = with_columns(table, observed=np.arange(len(table)) < 300)
    with pytest.raises(DataError, match="averaged by months"):
        solar_cycles.months(short)


def test_nothing_to_ask_is_nothing():
    found = as_observed(START, 10 * DAY)
    assert found.at(Instants(START, np.empty(0))).f107.shape == (1, 0)
