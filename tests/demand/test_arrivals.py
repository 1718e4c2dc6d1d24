import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.demand.towns import CELLS, DAYS, circle, delivery, loss, outage, site

from skyhold.demand.areas import distance_km, inside
from skyhold.demand.arrivals import Arrived, crossings, left_over, terminals
from skyhold.demand.people import cell_people
from skyhold.demand.roads import consign, road_km, site_cells, whole_numbers
from skyhold.errors import ScenarioError

PEOPLE = cell_people(CELLS, 2022.0)
NONE = np.zeros(0, np.int64)


def arrive(deliveries, events=(), sites=(), days=DAYS, **more) -> Arrived:
    return terminals(deliveries, events, CELLS, PEOPLE, sites, days, **more)


def test_whole_numbers_sum_exactly_and_follow_the_weights():
    assert whole_numbers(np.array([1.0, 1.0, 1.0]), 10).sum() == 10
    assert whole_numbers(np.array([3.0, 1.0, 0.0]), 8).tolist() == [6, 2, 0]
    assert whole_numbers(np.zeros(3), 8).tolist() == [0, 0, 0]


@given(st.lists(st.floats(0.0, 1e6), min_size=1, max_size=50), st.integers(0, 100_000))
def test_largest_remainders(weights, total):
    weight = np.array(weights)
    share = whole_numbers(weight, total)
    assert share.min() >= 0
    assert share.sum() == (total if weight.sum() > 0.0 else 0)
    if weight.sum() > 0.0:
        assert np.abs(share - weight / weight.sum() * total).max() < 1.0 + 1e-6


def test_trucks_leave_so_many_a_day_and_drive_so_far():
    load = consign(delivery(), CELLS, NONE, PEOPLE)
    day = (load.leaves_s - load.leaves_s.min()) / 86_400.0
    assert np.bincount(day.astype(int), weights=load.terminals).tolist() == [200.0] * 5
    assert load.terminals.sum() == 1000.0
    travel = (load.in_place_s - load.leaves_s) / 86_400.0
    assert travel == pytest.approx(road_km(delivery(), CELLS)[load.cell] / 300.0)


def test_the_road_is_longer_than_the_great_circle():
    border = next(one for one in crossings() if one.name == "Medyka")
    far = distance_km(border.latitude_deg, border.longitude_deg, CELLS.latitude_deg, CELLS.longitude_deg)
    assert road_km(delivery(), CELLS) == pytest.approx(1.3 * far)
    typed = delivery(crossing=None, latitude_deg=border.latitude_deg, longitude_deg=border.longitude_deg)
    assert road_km(typed, CELLS) == pytest.approx(1.3 * far)
    assert road_km(delivery(crossing="Shehyni"), CELLS) == pytest.approx(1.3 * far)


def test_the_days_of_one_delivery():
    found = arrive([delivery()])
    assert found.delivered[:2].tolist() == [0.0, 0.0]
    assert found.delivered[2] == 1000.0
    assert found.waiting[2:7].tolist() == [800.0, 600.0, 400.0, 200.0, 0.0]
    assert found.on_the_road[2] == 200.0
    assert found.in_place[-1].sum() == pytest.approx(1000.0)
    assert (np.diff(found.in_place.sum(axis=1)) >= 0.0).all()


def test_sites_come_first_and_once():
    sites = [
        site(),
        site(name="second", latitude_deg=48.3, longitude_deg=28.5),
        site(name="far", latitude_deg=10.0),
    ]
    two = [delivery(terminals=1, to="sites"), delivery(terminals=1, to="sites", arrives="2022-03-01")]
    last = arrive(two, sites=sites).in_place[-1]
    at = site_cells([(s.latitude_deg, s.longitude_deg) for s in sites], CELLS)
    assert at[2] == -1
    assert last[at[:2]].tolist() == [1.0, 1.0]
    assert last.sum() == 2.0


def test_a_delivery_to_the_outage_goes_where_it_is():
    event = outage(network="power", from_utc="2022-02-20", to_utc=None)
    last = arrive([delivery(to="outage")], (event,)).in_place[-1]
    there = inside(event.circles, CELLS.latitude_deg, CELLS.longitude_deg)
    assert last[there].sum() == pytest.approx(1000.0)
    nowhere = arrive([delivery(to="outage")]).in_place[-1]
    assert nowhere == pytest.approx(arrive([delivery()]).in_place[-1])


def test_a_loss_for_good_spares_what_comes_later_and_a_ban_does_not():
    everywhere = (circle(2000.0),)
    early, late = delivery(terminals=200), delivery(name="late", terminals=200, arrives="2022-03-12")
    gone = arrive([early, late], (loss(circles=everywhere, from_utc="2022-03-11"),))
    assert gone.lost[-1] == pytest.approx(100.0)
    assert gone.terminals[-1].sum() == pytest.approx(300.0)
    barred = arrive([early, late], (loss(circles=everywhere, from_utc="2022-03-11", to_utc="2022-03-19"),))
    assert barred.lost.max() == pytest.approx(0.0, abs=1e-9)
    assert barred.terminals[-2].sum() == pytest.approx(200.0)
    assert barred.terminals[-1].sum() == pytest.approx(400.0)


def test_loss_in_use_is_a_share_of_the_year():
    days = np.array(["2022-03-20", "2023-03-20T06:00"], "datetime64[s]")
    found = arrive([delivery(lost_percent_year=20.0)], days=days)
    both = found.in_place.sum(axis=1)
    assert both[1] / both[0] == pytest.approx(0.8, rel=1e-6)


def deliveries():
    return st.builds(
        lambda n, day, crossing, trucks, speed, to, lost: delivery(
            name=f"{n} {day}", terminals=n, arrives=f"2022-03-{day:02d}", crossing=crossing,
            trucks_per_day=trucks, speed_km_day=speed, to=to, lost_percent_year=lost,
        ),
        st.integers(1, 5000), st.integers(1, 18), st.sampled_from(["Medyka", "Siret", "Chop"]),
        st.integers(1, 9), st.floats(50.0, 900.0), st.sampled_from(["population", "outage", "sites"]),
        st.floats(0.0, 100.0),
    )  # fmt: skip


def losses():
    return st.builds(
        lambda day, ends, radius, percent: loss(
            from_utc=f"2022-03-{day:02d}", to_utc="2022-03-19" if ends else None,
            circles=(circle(radius),), lost_percent=percent,
        ),
        st.integers(1, 18), st.booleans(), st.floats(1.0, 500.0), st.floats(0.1, 100.0),
    )  # fmt: skip


@settings(max_examples=40)
@given(st.lists(deliveries(), max_size=3), st.lists(losses(), max_size=3), losses())
def test_nothing_is_made_or_forgotten_and_losses_never_help(some, events, another):
    found = arrive(some, events, [site()])
    accounted = found.waiting + found.on_the_road + found.lost + found.in_place.sum(axis=1)
    assert accounted == pytest.approx(found.delivered, abs=1e-6)
    assert min(found.waiting.min(), found.on_the_road.min(), found.terminals.min()) >= 0.0
    assert found.lost.min() >= -1e-6
    assert (found.terminals <= found.in_place + 1e-12).all()
    fewer = arrive(some, [*events, another], [site()])
    assert (fewer.terminals <= found.terminals + 1e-9).all()
    assert (left_over([*events, another], CELLS, DAYS) <= left_over(events, CELLS, DAYS) + 1e-12).all()


def test_bad_input_is_one_clear_error():
    with pytest.raises(ScenarioError, match="Did you mean 'Medyka'"):
        arrive([delivery(crossing="Medika")])
    with pytest.raises(ScenarioError, match="out of order"):
        arrive([delivery()], days=DAYS[::-1])
    with pytest.raises(ScenarioError, match="more terminals are delivered than the area has people"):
        arrive([delivery(terminals=9_000_000), delivery(name="again", terminals=9_000_000)])


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: circle(0.0), "greater than 0"),
        (lambda: circle(float("nan")), "finite|greater"),
        (lambda: delivery(crossing=None), "starts nowhere"),
        (lambda: delivery(latitude_deg=49.0, longitude_deg=23.0), "not clear"),
        (lambda: delivery(crossing=None, latitude_deg=49.0), "not clear"),
        (lambda: delivery(terminals=0), "greater than or equal to 1"),
        (lambda: outage(to_utc="2022-02-01"), "ends before it begins"),
        (lambda: loss(circles=()), "at least 1"),
    ],
)
def test_nouns_refuse(make, says):
    with pytest.raises(ValidationError, match=says):
        make()
