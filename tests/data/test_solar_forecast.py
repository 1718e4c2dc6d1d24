from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from validation.case import DATA

from skyhold.data.solar_forecast import embedded_forecasts, issued_by, pack, read_marshall
from skyhold.errors import DataError

ISSUES = {"msafe_jan2010f10.txt": 2010, "msafe_jan2015f10.txt": 2015, "msafe_jan2020f10_prd.txt": 2020}
HEAD = """  TABLE 3 ESTIMATES OF 13-MONTH SMOOTH SOLAR ACTIVITY FOR
               BALANCE OF CYCLE 24 CYCLE 25 AND BEGINNING OF CYCLE 26

    TIME         10.7 CM SOLAR FLUX   (F10.7)      GEOMAGNETIC INDEX   (Ap)
                  95.0%       50%      5.0%     95.0%       50%      5.0%

"""
NAMES = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]


def lines(count=12):
    return [
        f" {2021 + n // 12}.{n:04d}   {NAMES[n % 12]}    {90.0 + n:.1f}      80.0      {70.0 - n / 10:.1f}"
        "       9.0       7.0      -0.5    "
        for n in range(count)
    ]


def written(tmp_path, body, name="msafe_jul2021f10_prd.txt"):
    path = tmp_path / name
    path.write_text(HEAD + "\n".join(body) + "\n")
    return path


def test_a_file_as_issued(tmp_path):
    found = read_marshall(written(tmp_path, lines()))
    assert found.issued == date(2021, 7, 1)
    assert found.name == "NASA Marshall forecast issued July 2021"
    assert found.month[0] == np.datetime64("2021-01")
    assert found.f107[0].tolist() == [70.0, 80.0, 90.0]
    assert found.ap[-1].tolist() == [-0.5, 7.0, 9.0]


def test_the_month_of_issue_follows_from_the_first_row(tmp_path):
    assert read_marshall(written(tmp_path, lines(), "mine.txt")).issued == date(2021, 7, 1)
    assert read_marshall(written(tmp_path, lines(), "mine.txt"), date(2021, 8, 1)).issued == date(2021, 8, 1)


def test_a_row_printed_twice_counts_once(tmp_path):
    body = lines()
    assert len(read_marshall(written(tmp_path, [*body, body[-1]])).month) == 12


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda body: [*body[:3], *body[4:], *lines(14)[12:]], "leaves out a month before line 10"),
        (lambda body: [*body[:5], body[5].replace("80.0", "99.9"), *body[6:]], "out of order on line 12"),
        (lambda body: [*body[:5], body[5].replace("80.0", "many"), *body[6:]], "broken line 12"),
        (
            lambda body: [*body[:5], body[5].replace("95.0", "995.0"), *body[6:]],
            "outside 50 to 400 on line 12",
        ),
        (lambda body: body[:6], "no year of months"),
        (lambda body: [], "no year of months"),
    ],
)
def test_a_damaged_file_names_the_line(tmp_path, change, words):
    with pytest.raises(DataError, match=words):
        read_marshall(written(tmp_path, change(lines())))


@given(st.binary(max_size=300))
def test_any_bytes_are_an_error_of_ours(tmp_path_factory, noise):
    path = tmp_path_factory.mktemp("noise") / "x.txt"
    path.write_bytes(noise)
    with pytest.raises(DataError):
        read_marshall(path)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        read_marshall(tmp_path / "none.txt")


@pytest.mark.parametrize("name", ISSUES)
def test_files_of_nasa_are_those_embedded(name):
    path = DATA / "space_weather" / name
    if not path.exists():
        pytest.skip(f"{name} is not here")
    file = read_marshall(path)
    assert file.issued == date(ISSUES[name], 1, 1)
    (ours,) = (one for one in embedded_forecasts() if one.issued == file.issued)
    assert (ours.month == file.month).all()
    assert (ours.f107 == file.f107).all()
    assert (ours.ap == file.ap).all()


def test_every_month_since_1999_has_its_forecast():
    issued = np.array([one.issued for one in embedded_forecasts()], "datetime64[M]")
    assert len(issued) == 325
    assert (np.diff(issued) == np.timedelta64(1, "M")).all()
    packed = pack(embedded_forecasts())
    assert packed["count"].sum() == sum(len(one.month) for one in embedded_forecasts())


def test_on_a_day_only_what_was_out_is_known():
    assert issued_by(datetime(2022, 2, 24, tzinfo=UTC)).issued == date(2022, 1, 1)
    assert issued_by(date(1999, 4, 1)).issued == date(1999, 3, 1)
    with pytest.raises(DataError, match="no forecast was out on 1999-03-31"):
        issued_by(date(1999, 3, 31))
    with pytest.raises(DataError, match="more than a year before 2027-05"):
        issued_by(date(2027, 5, 1))
