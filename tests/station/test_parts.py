"""Mass of the whole and of its parts, from records and visits."""

from datetime import UTC, datetime

import pytest

from skyhold.errors import ScenarioError
from skyhold.nouns.station import MassRecord, StationSpec
from skyhold.scenario import library
from skyhold.station.parts import evening, kind_of, mass_on, parts, present, record_for, seats_of, visits_on

SPEC = library.library_station("iss-2022-02-24")
KINDS = library.vehicles()


@pytest.mark.parametrize("name", library.station_names())
def test_every_library_station_weighs_what_its_record_says_on_its_day(name):
    spec = library.library_station(name)
    for record in spec.masses:
        assert mass_on(spec, KINDS, evening(record.day), record) == pytest.approx(record.mass_kg)
        whole = parts(
            spec,
            KINDS,
            evening(record.day),
            record,
            present(spec, evening(record.day).date()),
            visits_on(spec, evening(record.day)),
        )
        assert sum(part.mass_kg for part in whole) == pytest.approx(record.mass_kg, rel=1e-9)
        assert all(part.mass_kg > 0 for part in whole)
        if record.area_m2:
            assert sum(part.area_m2 for part in whole) == pytest.approx(record.area_m2, rel=1e-9)


def test_stores_lie_in_pressurised_modules_only():
    record = SPEC.masses[0]
    whole = parts(SPEC, KINDS, evening(record.day), record, present(SPEC, record.day), ())
    outside = {module.name for module in SPEC.modules if not module.pressurised}
    assert all((part.stores_kg == 0) == (part.name in outside) for part in whole)


def test_the_record_of_a_day_is_the_last_before_it_or_the_first():
    assert record_for(SPEC, datetime(2022, 2, 24, tzinfo=UTC)).day.isoformat() == "2022-02-11"
    assert record_for(SPEC, datetime(2023, 3, 2, tzinfo=UTC)).day.isoformat() == "2023-03-01"
    assert record_for(SPEC, datetime(2020, 1, 1, tzinfo=UTC)).day.isoformat() == "2022-02-11"


def test_a_craft_adds_its_mass_when_it_docks():
    before = mass_on(SPEC, KINDS, datetime(2022, 2, 16, tzinfo=UTC))
    after = mass_on(SPEC, KINDS, datetime(2022, 2, 18, tzinfo=UTC))
    assert after - before == pytest.approx(KINDS["progress-ms"].mass_kg)


def test_a_record_lighter_than_its_modules_is_refused():
    light = MassRecord(day=SPEC.masses[0].day, mass_kg=200_000, trust="R", source="[R] made up")
    with pytest.raises(ScenarioError, match="weigh more than the whole"):
        parts(SPEC, KINDS, evening(light.day), light, SPEC.modules, ())


def test_unknown_kinds_are_refused():
    visit = SPEC.docked[0].model_copy(update={"vehicle": "buran"})
    with pytest.raises(ScenarioError, match="buran"):
        kind_of(visit, KINDS)


def test_seats_of_a_craft_may_differ_from_its_kind():
    visits = {visit.name: visit for visit in SPEC.docked}
    assert seats_of(visits["Crew-3 Dragon Endurance"], KINDS) == (4, 7)
    assert seats_of(visits["Soyuz MS-19"], KINDS) == (3, 3)
    assert seats_of(visits["Starliner OFT-2"], KINDS) == (0, 0)


def test_modules_without_sizes_share_stores_by_mass():
    values = SPEC.model_dump()
    values["modules"] = [{**module, "length_m": 0.0, "diameter_m": 0.0} for module in values["modules"]]
    bare = StationSpec.model_validate(values)
    whole = parts(bare, KINDS, evening(SPEC.day), SPEC.masses[0], present(bare, SPEC.day), ())
    inside = [part for part in whole if part.stores_kg]
    assert inside[0].stores_kg / inside[0].dry_kg == pytest.approx(inside[1].stores_kg / inside[1].dry_kg)
