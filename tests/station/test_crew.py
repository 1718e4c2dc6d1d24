"""Seats: who comes home in what, and who does not."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from skyhold.scenario.load import load, with_values, with_variant
from skyhold.scenario.scenario import StationScenario
from skyhold.station.crew import history, ledger

WHOLE = load("iss-2022", kind=StationScenario)
ISS = with_values(WHOLE, {"variants": []})
RUSSIA_GONE = with_variant(WHOLE, "russia-withdraws")
PARTNERS = ["nasa", "roscosmos", "esa", "jaxa", "csa"]


def test_seven_aboard_and_seven_seats_on_24_february_2022():
    found = ledger(ISS, datetime(2022, 2, 24, 12, tzinfo=UTC))
    assert (found.aboard, found.seats, found.short) == (7, 7, ())
    assert {craft.name: (craft.seats, craft.taken) for craft in found.craft} == {
        "Soyuz MS-19": (3, 3),
        "Crew-3 Dragon Endurance": (4, 4),
    }
    seats = {person.name: person.craft for person in found.people}
    assert seats["Mark Vande Hei"] == "Soyuz MS-19"
    assert seats["Matthias Maurer"] == "Crew-3 Dragon Endurance"


def test_without_soyuz_one_american_is_one_seat_short():
    found = ledger(RUSSIA_GONE)
    assert (found.aboard, found.seats, found.emergency_seats) == (5, 4, 7)
    assert found.short == ("Mark Vande Hei",)
    assert found.stranded == ()
    assert set(found.departed) == {"Anton Shkaplerov", "Pyotr Dubrov"}
    person = next(person for person in found.people if person.name == "Mark Vande Hei")
    assert (person.emergency, person.planned) == (True, "Soyuz MS-19")


def test_the_one_left_goes_home_with_the_first_seat_to_spare():
    short = [
        found.when.date().isoformat() for found in history(RUSSIA_GONE) if "Mark Vande Hei" in found.short
    ]
    assert short[0] == "2022-02-25"
    assert short[-1] < "2022-10-06"
    seated = ledger(RUSSIA_GONE, datetime(2022, 10, 7, tzinfo=UTC))
    assert {p.craft for p in seated.people if p.name == "Mark Vande Hei"} == {"Crew-5 Dragon Endurance"}
    assert "Anna Kikina" not in {person.name for person in seated.people}
    after = ledger(RUSSIA_GONE, datetime(2023, 3, 12, tzinfo=UTC))
    assert "Mark Vande Hei" not in {person.name for person in after.people}


def test_without_nasa_its_dragon_is_gone_and_maurer_takes_the_seat_of_vande_hei():
    leavers = [{"partner": "nasa", "from_utc": "2022-02-25"}]
    found = ledger(with_values(ISS, {"withdrawals": leavers}))
    assert {person.name for person in found.people} == {"Matthias Maurer", "Anton Shkaplerov", "Pyotr Dubrov"}
    assert found.short == ()
    assert {p.name: p.craft for p in found.people}["Matthias Maurer"] == "Soyuz MS-19"


def test_nobody_lacks_a_seat_where_nobody_leaves():
    lines = history(ISS)
    assert len(lines) > 20
    assert all(found.short == () for found in lines)
    assert [found.when for found in lines] == sorted({found.when for found in lines})


def test_history_ends_where_asked():
    until = datetime(2022, 4, 1, tzinfo=UTC)
    assert history(ISS, until)[-1].when <= until


@given(st.lists(st.sampled_from(PARTNERS), unique=True), st.integers(0, 400), st.integers(0, 400))
@settings(max_examples=60, deadline=None)
def test_seats_are_given_once_and_everybody_is_counted(leavers, left, asked):
    start = ISS.start_utc
    when = start.fromtimestamp(start.timestamp() + left * 86_400, UTC)
    at = start.fromtimestamp(start.timestamp() + asked * 86_400, UTC)
    withdrawals = [{"partner": name, "from_utc": when} for name in leavers]
    found = ledger(with_values(ISS, {"withdrawals": withdrawals}), at)
    for craft in found.craft:
        assert craft.taken <= craft.emergency_seats
    assert sum(craft.taken for craft in found.craft) == found.aboard - len(found.stranded)
    assert len({person.name for person in found.people}) == found.aboard
    if at >= when:
        assert not {person.partner for person in found.people} & set(leavers)
        assert not {craft.partner for craft in found.craft} & set(leavers)
