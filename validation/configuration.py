"""What NASA and press say of the station's mass, attitude and crew, beside what its parts give."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from skyhold.scenario import library
from skyhold.scenario.load import load, with_variant
from skyhold.scenario.scenario import StationScenario
from skyhold.station.attitude import minimum_controllable_altitude
from skyhold.station.configuration import resolve
from skyhold.station.crew import ledger
from skyhold.station.parts import evening, mass_on, visits_on
from skyhold.station.rocket import exhaust_m_s
from validation.case import Case

STATION = "iss-2022-02-24"
HEADERS = "NASA TOPO ephemeris headers, as third parties kept them"
FOOT_POUND_N_M = 1.3558179483


def _scenario() -> StationScenario:
    return load("iss-2022", kind=StationScenario)


def _predicted(number: int) -> Callable[[], float]:
    """The mass of a later record's day from the first record, visits and modules only."""

    def ours() -> float:
        spec = library.library_station(STATION)
        day = evening(spec.masses[number].day)
        return mass_on(spec, library.vehicles(), day, spec.masses[0])

    return ours


def _mass(number: int) -> Case:
    record = library.library_station(STATION).masses[number]
    return Case(
        f"mass of the station on {record.day}, from the record of 2022-02-11",
        "published",
        record.mass_kg,
        "kg",
        2300.0,
        "0.5 %: each of the three to four cargo craft docked then carries a tonne more or less than is typical",
        HEADERS,
        _predicted(number),
    )


def _without_craft() -> float:
    spec = library.library_station(STATION)
    return mass_on(spec, library.vehicles(), evening(spec.masses[0].day)) - sum(
        library.vehicles()[visit.vehicle].mass_kg for visit in visits_on(spec, evening(spec.masses[0].day))
    )


def _progress_delta_v() -> float:
    kind = library.vehicles()["progress-ms"]
    mass = 450_000.0
    return exhaust_m_s(kind.isp_s) * math.log(mass / (mass - kind.usable_propellant_kg))


def _orbit_mean_density(altitude_m: float) -> float:
    """NRLMSISE-00 over one circular orbit at 51.64 degrees, F10.7 120, Ap 10, end of February."""
    from skyhold.earth.atmosphere import Nrlmsise00

    argument = np.linspace(0, 2 * np.pi, 36, endpoint=False)
    tilt = math.radians(51.64)
    latitude = np.arcsin(math.sin(tilt) * np.sin(argument))
    local = np.arctan2(math.cos(tilt) * np.sin(argument), np.cos(argument)) % (2 * np.pi)
    return float(Nrlmsise00().zonal_density(altitude_m, latitude, local, 56.0, 120.0, 120.0, 10.0).mean())


def _gyros_alone_km() -> float:
    limit = minimum_controllable_altitude(resolve(_scenario()), _orbit_mean_density).gyros_km
    return math.nan if limit is None else limit.mid


def _gyro_foot_pounds() -> float:
    modules = library.library_station(STATION).modules
    return max(module.gives.gyro_momentum_nms for module in modules) / FOOT_POUND_N_M


def _aboard() -> float:
    return float(ledger(_scenario(), datetime(2022, 2, 24, 12, tzinfo=UTC)).aboard)


def _seats() -> float:
    return float(ledger(_scenario(), datetime(2022, 2, 24, 12, tzinfo=UTC)).seats)


def _short_without_russia() -> float:
    return float(len(ledger(with_variant(_scenario(), "russia-withdraws")).short))


def _count(name: str, says: float, source: str, ours: Callable[[], float]) -> Case:
    return Case(name, "published", says, "people", 0.0, "a count", source, ours)


CASES: tuple[Case, ...] = (
    *(_mass(number) for number in range(1, 6)),
    Case(
        "mass of the station without docked craft, February 2022",
        "published",
        419_600,
        "kg",
        2300.0,
        "the figure is rounded to 5,000 lb",
        "NASA, facts and figures: 925,000 lb",
        _without_craft,
    ),
    Case(
        "delta-v of one Progress MS for 450 t",
        "published",
        8.94 / 1.5,
        "m/s",
        1.0,
        '"about one and a half Progress": 1.25 to 1.75 of them',
        "NASA on the Dragon boost kit: 20 mph, as much as about 1.5 Progress",
        _progress_delta_v,
    ),
    Case(
        "momentum of one gyroscope",
        "published",
        3500.0,
        "ft lb s",
        5.0,
        "rounded to 10 N m s",
        "NASA, control moment gyroscopes",
        _gyro_foot_pounds,
    ),
    Case(
        "altitude below which thrusters must hold the attitude",
        "published",
        220.0,
        "km",
        25.0,
        "density at 220 km changes by 2.5 times over a solar cycle, which moves the altitude by 25 km; our own levers "
        "are estimates, so this row tells the order only",
        "NASA, request for information on the deorbit vehicle, August 2022",
        _gyros_alone_km,
    ),
    _count("aboard on 24 February 2022", 7, "NASA and Roscosmos, crew of Expedition 66", _aboard),
    _count("seats home on 24 February 2022", 7, "four in Crew-3 Endurance, three in Soyuz MS-19", _seats),
    _count("one seat short without Soyuz", 1, "press of March 2022: Mark Vande Hei", _short_without_russia),
)
