"""Each reason of `service.reasons` can be brought about, and outages act in their hours."""

import numpy as np
import pytest
from tests.simulate.served import FEW, NEAR, rates, reasons, seen, served, service_of, wanted

from skyhold.service.reasons import MEANINGS, WORDS, Reason
from skyhold.simulate import service
from skyhold.simulate.run import simulate

HERE = [{"latitude_deg": 49.7, "longitude_deg": 36.2, "radius_km": 400.0}]
START = "2022-02-28T16:00:00Z"
HOURS = {"clock.duration_h": 3.0, "clock.slot_period_s": 300.0}
NETWORKS = [
    {"name": "fibre", "coverage_percent": 60.0, "battery_h": 0.0},
    {"name": "towers", "coverage_percent": 96.0, "battery_h": 0.0},
]
TRUCKS = {"name": "trucks", "terminals": 3000, "arrives": "2022-02-20", "crossing": "Medyka"}


def power(**when):
    return {"kind": "terrestrial-outage", "network": "power", "circles": HERE} | when


MADE_BY = {
    Reason.SERVED: FEW,
    Reason.NO_SATELLITE: {"terminal.min_elevation_deg": 75.0},
    Reason.SKY_NOT_ALLOWED: {"terminal.gso_exclusion_deg": 80.0},
    Reason.NO_GATEWAY: {
        "gateways.names": [],
        "gateways.sites": [{"name": "far", "latitude_deg": -40.0, "longitude_deg": 170.0}],
    },
    Reason.NO_ANTENNA: {
        "radio.gateway_antennas": 1,
        "gateways.names": ["Wola Krobowska"],
        "terminal.min_elevation_deg": 35.0,
        "area": {"bbox_deg": [22.0, 46.0, 40.0, 52.0], "h3_resolution": 3},
    },
    Reason.NO_BEAM: {},
    Reason.SATELLITE_FULL: {"radio.payload.capacity_gbit_s": 1.0},
    Reason.GATEWAY_FULL: {"radio.gateway_up.bandwidth_mhz": 100.0},
    Reason.RAIN: {"weather": {"kind": "exceeded", "exceeded_percent": 0.001, "rain_001_mm_h": 200.0}},
    Reason.JAMMED: {"jammers": [NEAR | {"preset": "C"}]},
    Reason.NO_TERMINAL: {"demand.basis": "terminals"},
    Reason.NO_POWER: {"demand.backup_h": 0.0, "events": [power(from_utc="2022-02-27T00:00:00Z")]},
    Reason.NOTHING_WANTED: {"area.bbox_deg": [34.0, 45.0, 36.5, 47.5]},
}


@pytest.mark.parametrize("reason", MADE_BY, ids=[WORDS[reason] for reason in MADE_BY])
def test_each_reason_can_come_about(reason):
    result = served(**MADE_BY[reason])
    assert reason in seen(result)
    table = result.tables["capacity_reasons"]
    [row] = [row for row in table.rows() if row["reason"] == WORDS[reason]]
    share = 100.0 * (reasons(result) == reason).mean()
    assert row["cell_slots_percent"] == pytest.approx(share)
    assert row["meaning"] == MEANINGS[reason]
    nothing = (Reason.NO_SATELLITE, Reason.SKY_NOT_ALLOWED, Reason.NO_GATEWAY, Reason.NO_ANTENNA)
    if reason in nothing:
        assert not rates(result)[reasons(result) == reason].any()


def test_partly_served_is_told_by_what_keeps_it_from_more(monkeypatch):
    kept = []
    serve = service.serve
    monkeypatch.setattr(service, "serve", lambda *a, **k: kept.append(serve(*a, **k)) or kept[-1])
    simulate(served().scenario, threads=1)
    assert (kept[0].reason == Reason.PARTLY_SERVED).any()
    assert {*MADE_BY, Reason.PARTLY_SERVED} == set(Reason)
    for values in MADE_BY.values():
        assert Reason.PARTLY_SERVED not in seen(served(**values))


def test_a_site_alone_in_its_cell_is_told_by_what_keeps_it_from_service():
    alone = FEW | {"demand.backup_h": 0.0, "events": [power(from_utc="2022-02-28T10:00:00Z")]}
    clear = served(**alone)
    homes = service_of(clear).demand.site_cell
    assert (rates(clear)[:, homes] >= 19.9).all()
    assert (reasons(clear)[:, homes] == Reason.SERVED).all()
    assert (clear.array("beam_satellite", of="service")[:, homes] >= 0).all()
    others = np.setdiff1d(np.arange(rates(clear).shape[1]), homes)
    assert (reasons(clear)[:, others] == Reason.NO_POWER).all()
    jammed = served(**alone, jammers=[NEAR | {"preset": "C", "eirp_dbw": 60.0}])
    assert (reasons(jammed)[:, homes[0]] == Reason.JAMMED).all()
    assert "jammed" in jammed.tables["capacity_reasons"]["reason"]


def test_people_depend_on_the_satellite_in_the_hours_of_the_outage():
    cut = {"kind": "terrestrial-outage", "from_utc": "2022-02-28T17:00:00Z", "to_utc": "2022-02-28T18:00:00Z"}
    events = [cut | {"network": name, "circles": HERE} for name in ("fibre", "towers")]
    load = HOURS | {"terrestrial": NETWORKS, "demand.online_percent": 90.0, "demand.adoption_percent": 0.3}
    before, during, after = np.split(wanted(served(**load, events=events)), 3)
    quiet = wanted(served(**load))
    assert (during.sum(axis=1) > 5.0 * before.sum(axis=1)).all()
    np.testing.assert_allclose(np.concatenate([before, after]), np.delete(quiet, np.r_[12:24], axis=0))
    carried = np.split(rates(served(**load, events=events)).sum(axis=1), 3)
    assert carried[1].min() > max(carried[0].max(), carried[2].max())


def test_without_power_terminals_go_on_for_their_backup_only():
    events = [power(from_utc=START, to_utc="2022-02-28T18:00:00Z")]
    result = served(**HOURS, **FEW, events=events, demand__backup_h=1.0)
    homes = service_of(result).demand.site_cell
    others = np.delete(reasons(result), homes, axis=1)
    lasts, dark, again = np.split(others, 3)
    assert (lasts == Reason.SERVED).all()
    assert (dark == Reason.NO_POWER).all()
    assert (again == Reason.SERVED).all()
    assert result.tables["capacity_reasons"]["cell_slots_percent"].sum() == pytest.approx(100.0)


def test_lost_terminals_ask_nothing_while_they_are_lost():
    loss = {"kind": "terminal-loss", "circles": HERE, "lost_percent": 40.0}
    for_an_hour = loss | {"from_utc": "2022-02-28T17:00:00Z", "to_utc": "2022-02-28T18:00:00Z"}
    whole, lossy = served(**HOURS, **FEW), served(**HOURS, **FEW, events=[for_an_hour])
    people = np.delete(np.arange(rates(whole).shape[1]), service_of(whole).demand.site_cell)
    share = wanted(lossy)[:, people] / np.maximum(wanted(whole)[:, people], 1e-9)
    np.testing.assert_allclose(share[12:24], 0.6)
    np.testing.assert_allclose(np.delete(share, np.r_[12:24], axis=0), 1.0)
    assert (rates(lossy) <= rates(whole)).all()
    gone = served(**HOURS, **FEW, events=[loss | {"from_utc": START, "lost_percent": 100.0}])
    assert seen(gone) == {Reason.NO_TERMINAL}


@pytest.mark.parametrize("to", ["population", "outage", "sites"])
def test_more_deliveries_never_fewer_users(to):
    load = {"demand.basis": "terminals", "demand.online_percent": 90.0}
    some = served(**load, deliveries=[TRUCKS])
    more = served(**load, deliveries=[TRUCKS, TRUCKS | {"name": "more", "terminals": 500, "to": to}])
    before, after = (service_of(one).demand for one in (some, more))
    assert (after.users >= before.users).all()
    assert after.users.sum() > before.users.sum()
    assert (rates(more, "sites_mbit_s") >= rates(some, "sites_mbit_s")).all()
    assert rates(more).sum() >= rates(some).sum()
    last = [one.tables["restoration"].rows()[-1] for one in (some, more)]
    assert last[1]["delivered"] == last[0]["delivered"] + 500
