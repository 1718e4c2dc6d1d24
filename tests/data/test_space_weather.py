import gzip
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from validation.case import DATA

from skyhold.data.space_weather import daily, observed
from skyhold.errors import DataError
from skyhold.times import Epoch, Instants

HEAD = (
    "DATE,BSRN,ND,"
    + ",".join(f"KP{i}" for i in range(1, 9))
    + ",KP_SUM,"
    + ",".join(f"AP{i}" for i in range(1, 9))
    + ",AP_AVG,CP,C9,ISN,F10.7_OBS,F10.7_ADJ,F10.7_DATA_TYPE,F10.7_OBS_CENTER81,F10.7_OBS_LAST81,"
    "F10.7_ADJ_CENTER81,F10.7_ADJ_LAST81\n"
)


def row(day, kind="OBS", index="20"):
    return (
        f"{day},2570,1,"
        + f"{index}," * 8
        + "160,"
        + "7," * 8
        + f"7,0.3,1,80,98.1,96.2,{kind},110,111,108,109\n"
    )


FILE = HEAD + row("2022-02-23") + row("2022-02-24") + row("2022-02-25", "PRD") + row("2022-04-01", "PRM", "")


def test_a_small_file():
    table = daily(FILE.encode())
    assert len(table) == 4
    assert table.kp.shape == table.ap.shape == (4, 8)
    assert table.kp[0, 0] == 2.0
    assert (table.f107_observed[0], table.f107_adjusted[0]) == (98.1, 96.2)
    assert (table.f107_observed_81[0], table.f107_adjusted_81[0]) == (110.0, 108.0)
    assert table.observed.tolist() == [True, True, False, False]
    assert np.isnan(table.kp[3]).all()


def test_a_day_is_found_and_never_one_past_the_end():
    table = daily(FILE.encode())
    assert table.index(date(2022, 2, 24)) == 1
    assert table.index(datetime(2022, 2, 24, 23, 59, tzinfo=UTC)) == 1
    for day in (date(2022, 2, 22), date(2022, 3, 10), date(2022, 4, 2)):
        with pytest.raises(DataError, match="no row"):
            table.index(day, allow_predicted=True)


def test_a_predicted_day_is_given_only_when_asked_for():
    table = daily(FILE.encode())
    with pytest.raises(DataError, match="2022-02-24, the last observed"):
        table.index(date(2022, 2, 25))
    assert table.index(date(2022, 2, 25), allow_predicted=True) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no days"),
        (HEAD, "no days"),
        ("a,b\n1,2\n", "no column DATE"),
        (HEAD + row("2022-02-30"), "line 2"),
        (HEAD + row("2022-02-24") + row("2022-02-24"), "goes back in time on line 3"),
        (HEAD + row("2022-02-24").replace("98.1", "many"), "'many' on line 2"),
        (HEAD + row("2022-02-24") + "2022-02-25,1\n", "cells"),
        (FILE.replace("F10.7_OBS,", "X,"), "no column F10.7_OBS"),
    ],
)
def test_a_bad_file_names_the_line(text, words):
    with pytest.raises(DataError, match=words):
        daily(text.encode())


@pytest.mark.parametrize("raw", [b"\xff\xfe", gzip.compress(FILE.encode())[:60], b"\x1f\x8b nonsense"])
def test_what_is_no_text_is_an_error(raw):
    with pytest.raises(DataError):
        daily(raw)


def test_gzip_and_path(tmp_path):
    path = tmp_path / "sw.csv.gz"
    path.write_bytes(gzip.compress(FILE.encode()))
    assert len(daily(path)) == 4
    with pytest.raises(DataError, match="cannot be read"):
        daily(tmp_path / "none.csv")


@given(st.text(max_size=200))
def test_any_text_is_a_table_or_an_error_of_ours(text):
    with pytest.raises(DataError):
        daily((HEAD + text + "x").encode("utf-8", "replace"))


def test_the_record_since_1957_is_read_whole():
    path = DATA / "space_weather" / "space_weather_daily_1957_2026.csv.gz"
    if not path.exists():
        pytest.skip(f"{path.name} is not here")
    table = daily(path)
    assert len(table) == 25_003
    assert (np.diff(table.day) == np.timedelta64(1, "D")).all()
    assert table.observed.all()
    assert 0 <= np.nanmin(table.kp) <= np.nanmax(table.kp) <= 9.0
    row_2022 = table.index(date(2022, 2, 24))
    assert 60 < table.f107_observed[row_2022] < 200


def on(text, hours=(0.0,)):
    return Instants(Epoch.from_datetime(datetime.fromisoformat(text)), 3600.0 * np.array(hours))


def test_the_embedded_days_are_those_of_the_file():
    path = DATA / "space_weather" / "space_weather_daily_1957_2026.csv.gz"
    if not path.exists():
        pytest.skip(f"{path.name} is not here")
    ours, file = observed(), daily(path)
    assert (ours.day == file.day).all()
    for column in ("ap", "ap_mean", "f107_observed", "f107_adjusted", "f107_observed_81", "f107_adjusted_81"):
        assert (getattr(ours, column) == getattr(file, column)).all(), column
    assert np.abs(ours.kp - file.kp).max() < 0.05  # thirds against tenths


def test_a_model_is_told_the_flux_of_the_day_before():
    table = observed()
    found = table.at(on("2022-02-25", (0.0, 23.9)))
    row = table.index(date(2022, 2, 25))
    assert found.f107.tolist() == [table.f107_observed[row - 1]] * 2
    assert found.f107_mean81[0] == table.f107_observed_81[row]
    assert found.ap[0] == table.ap_mean[row]


def test_centred_means_are_the_means_of_81_days():
    table = observed()
    row = table.index(date(2014, 7, 1))
    assert table.f107_observed_81[row] == pytest.approx(
        table.f107_observed[row - 40 : row + 41].mean(), abs=0.06
    )


def test_the_past_of_ap_in_three_hours():
    table = observed()
    row = table.index(date(2003, 10, 30))
    found = table.ap_history(on("2003-10-30T10:00:00"))[0]
    flat = table.ap[row - 3 : row + 1].ravel()
    now = 3 * 8 + 3
    assert found[0] == table.ap_mean[row]
    assert found[1:5].tolist() == flat[[now, now - 1, now - 2, now - 3]].tolist()
    assert found[5] == flat[now - 11 : now - 3].mean()
    assert found[6] == flat[now - 19 : now - 11].mean()


def test_the_end_of_the_observed_days_is_an_error_that_says_the_day_and_what_to_do():
    table = observed()
    assert table.at(on(f"{table.last}")).ap.shape == (1,)
    with pytest.raises(DataError, match=r"2026-03-15.*[Ss]kyhold data update"):
        table.at(on("2026-03-16"))
    with pytest.raises(DataError, match="no row for 1957-09-30"):
        table.at(on("1957-10-01"))


def test_a_fresher_file_is_used_when_asked_for_and_an_older_refused(tmp_path):
    path = tmp_path / "sw.csv"
    path.write_text(HEAD + row("2026-05-01") + row("2026-05-02"))
    assert str(observed(path).last) == "2026-05-02"
    path.write_text(FILE)
    with pytest.raises(DataError, match="ends before the embedded days"):
        observed(path)
    path.write_text(HEAD + row("2026-05-01", "PRD"))
    with pytest.raises(DataError, match="no observed day"):
        observed(path)
