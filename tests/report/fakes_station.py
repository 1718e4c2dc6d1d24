"""A station run made up from round numbers, through the real scenario, so that its chapter has something to show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from skyhold.results.station import CombinedResult, StationResult
from skyhold.results.tables import Table
from skyhold.scenario.load import load, with_variant
from skyhold.scenario.scenario import CombinedScenario, StationScenario

START = np.datetime64("2022-02-25")
MANIFEST = {
    "slots": 1, "skyhold": "0.1.0", "python": "3.11", "scenario_sha256": "0" * 64, "libraries": {"numpy": "2"},
    "seeds": {"ensemble": 1}, "data_sha256": {"embedded/population.npz": "f" * 64}, "drivers": "climatology",
    "started_utc": "2026-01-01T00:00:00+00:00",
}  # fmt: skip


def scenario() -> StationScenario:
    """The library's own scenario of February 2022."""
    return load("iss-2022", kind=StationScenario)


def station(with_variants: bool = True) -> StationResult:
    """Held by all partners, with every variant of the scenario beside it."""
    chosen = scenario()
    whole = StationResult(chosen, MANIFEST, held(chosen))
    if not with_variants:
        return whole
    names = [variant.name for variant in chosen.variants]
    return replace(whole, variants={name: varied(chosen, name) for name in names})


def varied(chosen: StationScenario, name: str) -> StationResult:
    """One variant: falling unless somebody holds it."""
    made = with_variant(chosen, name)
    faster = {"nobody-acts-sun-as-it-was": 0.9, "russian-segment-detached": 0.8}.get(name, 1.0)
    tables = falling(made, faster) | situation() | (deorbit() if name.startswith("deorbit") else {})
    if name == "partners-hold-it":
        tables = held(made)
    if made.withdrawals:
        tables |= left_behind()
    return StationResult(made, MANIFEST, tables)


def combined(broadband: Any) -> CombinedResult:
    """Both branches in one result."""
    return CombinedResult(load("february-2022", kind=CombinedScenario), MANIFEST, broadband, station())


def table(name: str, /, **columns: Any) -> Table:
    """A table whose words are objects, as the real ones are."""
    made = {
        key: np.array(values, dtype=object if len(values) and isinstance(values[0], str) else None)
        for key, values in columns.items()
    }
    return Table(name, made)


def named(*tables: Table) -> dict[str, Table]:
    return {one.name: one for one in tables}


def held(chosen: StationScenario) -> dict[str, Table]:
    """A band held for a year, then let go of in the fan."""
    days = np.arange(0, 366)
    saw = 418.0 + 4.0 * (1 - (days % 60) / 30.0)
    fan = {f"p{q:02d}_km": saw + (q - 50) / 40.0 for q in (5, 25, 50, 75, 95)}
    altitude = Table("altitude", {"date": START + days, **fan, "share_up": np.ones(len(days))})
    return falling(chosen) | named(altitude) | situation() | named(*reboosts())


def falling(chosen: StationScenario, faster: float = 1.0) -> dict[str, Table]:
    """Nobody pushes: five lives in the fan, the drivers, thresholds and dates."""
    days = np.arange(0, 1826)
    lives = {5: 610, 25: 720, 50: 810, 75: 930, 95: 1180}
    members = np.stack(
        [decayed(days, life * faster) for life in np.interp(np.arange(100), [*lives], [*lives.values()])]
    )
    up, share = np.isfinite(members), np.isfinite(members).mean(axis=0)
    some = up.any(axis=0)
    fan = {f"p{q:02d}_km": np.full(len(days), np.nan) for q in lives}
    for q, line in zip(lives, np.nanpercentile(members[:, some], [*lives], axis=0), strict=True):
        fan[f"p{q:02d}_km"][some] = line
    dates = [START + int(life * faster) for life in lives.values()]
    months = START.astype("datetime64[M]").astype("datetime64[D]") + 30 * np.arange(60)
    wave = 95 + 55 * np.sin(np.arange(60) / 24)
    crossing = [[START + int(life * faster * part) for part in (0.86, 0.96)] for life in (610, 810, 1180)]
    return named(
        Table("altitude", {"date": START + days, **fan, "share_up": share}),
        Table("reentry", {"percentile": np.array([5, 25, 50, 75, 95]), "date": np.array(dates),
                          "days": np.array([life * faster for life in lives.values()])}),
        Table("thresholds", {"name": np.array(["crew departure", "point of no return"], object),
                             "altitude_km": np.array([330.0, 280.0]),
                             "p05_date": np.array(crossing[0]), "p50_date": np.array(crossing[1]),
                             "p95_date": np.array(crossing[2]), "reached_share": np.array([1.0, 1.0])}),
        Table("drivers", {"date": months, "f107_p05": wave - 25, "f107_p50": wave, "f107_p95": wave + 40,
                          "ap_p50": np.full(60, 9.0), "ap_p95": np.full(60, 21.0)}),
    )  # fmt: skip


def decayed(days: np.ndarray, life: float) -> np.ndarray:
    """Mean altitude, km: slow, then all at once; NaN after the end."""
    left = np.clip(1 - days / life, 0, 1)
    height = 418 - 60 * np.log1p((1 - left) * 6) / np.log(7) + 62 * np.log(np.clip(left, 1e-4, 1))
    return np.where((days < life) & (height > 120), height, np.nan)


def situation() -> dict[str, Table]:
    """What the station is, who serves it, who is under it, who is aboard."""
    return named(parts(), masses(), vehicles(), *holders(), attitude(), *risks(), *crew())


def parts() -> Table:
    rows = [
        ("Zarya", "module", "nasa", "russian", 24300.0, 52.0, True, "B", "[B] 19.3 t"),
        ("Zvezda", "module", "roscosmos", "russian", 25300.0, 57.0, True, "B", "[B] 20.3 t"),
        ("Nauka", "module", "roscosmos", "russian", 24200.0, 53.0, True, "B", "[B] 20.3 t"),
        ("Poisk", "module", "roscosmos", "russian", 4200.0, 10.0, True, "B", "[B] 3.67 t"),
        ("Rassvet", "module", "roscosmos", "russian", 8000.0, 14.0, True, "B", "[B] 8.0 t"),
        ("Prichal", "module", "roscosmos", "russian", 4650.0, 16.0, True, "B", "[B] 4.65 t"),
        ("Destiny", "module", "nasa", "us", 24000.0, 37.0, True, "B", "[B] 24 t loaded"),
        ("Truss and arrays", "module", "nasa", "us", 190000.0, 900.0, True, "R", "[R] sum"),
        ("Nodes and airlock", "module", "nasa", "us", 60000.0, 90.0, True, "B", "[B]"),
        ("Kibo", "module", "jaxa", "us", 26900.0, 60.0, True, "B", "[B] 15.9 t"),
        ("Columbus", "module", "esa", "us", 17300.0, 31.0, True, "B", "[B] 10.3 t"),
        ("Canadarm2", "module", "csa", "us", 4900.0, 20.0, True, "B", "[B] 1.8 t"),
        ("Soyuz MS-19", "craft", "roscosmos", "russian", 7150.0, 25.0, True, "B", "[B]"),
        ("Progress MS-18", "craft", "roscosmos", "russian", 7280.0, 25.0, True, "R", "[R]"),
        ("Crew-3 Dragon Endurance", "craft", "nasa", "us", 12500.0, 32.0, True, "R", "[R]"),
        ("Soyuz MS-21", "craft", "roscosmos", "russian", 7150.0, 25.0, False, "B", "[B]"),
    ]
    keys = ("name", "kind", "owner", "segment", "mass_kg", "area_m2", "present", "trust", "source")
    return table("parts", **dict(zip(keys, map(list, zip(*rows, strict=True)), strict=True)))


def masses() -> Table:
    return table(
        "masses",
        what=["sum of modules", "docked craft", "stores and outfitting", "stated total", "500 tons"],
        kg=[352_000.0, 41_000.0, 52_386.0, 445_386.0, 500_000.0],
        note=["launch or dry", "typical", "not public by module", "11 February 2022", "said"],
    )


def vehicles() -> Table:
    rows = [
        ("Progress MS", "roscosmos", True, True, 770.0, 280.0, 930.0, 5.7, True, 0, "C", ""),
        ("Soyuz MS", "roscosmos", True, False, 260.0, 280.0, 50.0, 0.3, True, 3, "R", ""),
        (
            "Zvezda's main engines",
            "roscosmos",
            True,
            True,
            6250.0,
            295.0,
            860.0,
            5.6,
            True,
            0,
            "C",
            "few starts",
        ),
        (
            "Cygnus on Antares 230",
            "nasa",
            True,
            True,
            440.0,
            323.0,
            300.0,
            2.1,
            True,
            0,
            "R",
            "turns the station",
        ),
        ("Cargo Dragon, its own Dracos", "nasa", True, False, 220.0, 300.0, 200.0, 1.3, True, 0, "R", ""),
        (
            "Cargo Dragon with the boost kit",
            "nasa",
            True,
            False,
            685.0,
            300.0,
            1400.0,
            9.2,
            False,
            0,
            "C",
            "2025",
        ),
        ("Crew Dragon", "nasa", True, False, 220.0, 300.0, 100.0, 0.7, True, 4, "R", ""),
        ("HTV", "jaxa", False, False, 0.0, 0.0, 0.0, 0.0, False, 0, "R", "retired"),
    ]
    keys = ("name", "partner", "can_push", "proven", "thrust_n", "isp_s", "propellant_kg", "delta_v_m_s")
    keys += ("available", "seats", "trust", "note")
    return table("vehicles", **dict(zip(keys, map(list, zip(*rows, strict=True)), strict=True)))


def attitude() -> Table:
    return table(
        "attitude",
        mode=["gyros alone", "gyros and thrusters"],
        low_km=[228.0, 165.0],
        mid_km=[262.0, 182.0],
        high_km=[301.0, 204.0],
        note=["aerodynamic torque beyond the gyros' momentum", "thrusters of Zvezda"],
    )


def reboosts() -> tuple[Table, ...]:
    days = START + np.array([20, 80, 140, 200, 260, 320])
    before = np.full(6, 414.0)
    plan = Table(
        "reboosts",
        {
            "date": days,
            "vehicle": np.array(["Progress MS", "Progress MS", "Cygnus on Antares 230"] * 2, object),
            "delta_v_m_s": np.array([2.2, 2.4, 1.1, 2.3, 2.3, 0.9]),
            "propellant_kg": np.array([360.0, 390.0, 160.0, 375.0, 372.0, 130.0]),
            "burn_s": np.array([1270.0, 1390.0, 1120.0, 1330.0, 1320.0, 920.0]),
            "altitude_before_km": before,
            "altitude_after_km": before + 1.77 * np.array([2.2, 2.4, 1.1, 2.3, 2.3, 0.9]),
        },
    )
    return (plan,)


def holders() -> tuple[Table, ...]:
    held_by = table(
        "holders",
        partners=["all partners", "roscosmos", "nasa, esa, jaxa, csa", "nasa"],
        feasible=[True, True, False, False],
        binding=[
            "",
            "",
            "propellant: Cygnus and Dragon bring 5.1 of 9.6 m/s a year",
            "attitude: no thrusters",
        ],
        propellant_kg_year=[1640.0, 1690.0, 1510.0, 1510.0],
        flights_needed_year=[1.8, 1.9, 4.4, 4.4],
        flights_available_year=[8.5, 5.0, 4.5, 4.5],
        first_flight_days=[0.0, 0.0, 0.0, 0.0],
        attitude=[True, True, False, False],
        months_held=[12.0, 12.0, 7.0, 7.0],
    )
    more = table(
        "marginal",
        vehicle=["Progress MS", "Cygnus on Antares 230", "Cargo Dragon, its own Dracos"],
        delta_v_m_s_flight=[5.7, 2.1, 1.3],
        months_gained=[5.9, 2.2, 1.4],
    )
    return held_by, more


def risks() -> tuple[Table, ...]:
    risk = table(
        "risk",
        quantity=["casualty expectation", "probability of at least one casualty", "one in", "casualty area",
                  "share over water"],
        value=[0.0207, 0.0205, 48.8, 1200.0, 0.728],
        low=[0.009, 0.009, 22.0, 520.0, 0.728],
        high=[0.046, 0.045, 111.0, 2650.0, 0.728],
        unit=["people", "1", "1", "m2", "1"],
        note=["uncontrolled, from all inputs", "", "", "by archetypes", "of the time"],
    )  # fmt: skip
    limits = table(
        "limits",
        whose=["NASA", "the FAA", "France"],
        quantity=["expected number of casualties", "individual probability", "probability of at least one"],
        limit=[1e-4, 1e-6, 1e-4],
        ours=[0.0207, 2.6e-12, 0.0205],
        exceeds=[True, False, True],
    )
    rows = [
        ("CHN", "China", 2.55, 18.66, 1.39e9), ("IND", "India", 0.59, 14.88, 1.38e9),
        ("USA", "United States", 2.33, 5.14, 3.29e8), ("DEU", "Germany", 0.12, 3.38, 7.0e7),
        ("IDN", "Indonesia", 0.9, 2.51, 2.7e8), ("PAK", "Pakistan", 0.3, 2.49, 2.2e8),
        ("GBR", "United Kingdom", 0.06, 2.40, 4.0e7), ("BRA", "Brazil", 1.42, 2.18, 2.1e8),
        ("FRA", "France", 0.25, 1.84, 6.5e7), ("UKR", "Ukraine", 0.3, 1.62, 4.2e7),
        ("RUS", "Russia", 1.84, 1.61, 3.6e7), ("POL", "Poland", 0.15, 1.37, 2.2e7),
        ("CAN", "Canada", 2.06, 0.97, 3.4e7), ("KAZ", "Kazakhstan", 1.4, 0.55, 1.7e7),
        ("AUS", "Australia", 2.3, 0.4, 2.5e7),
    ]  # fmt: skip
    keys = ("country", "name", "time_share_percent", "casualty_share_percent", "people_under_track")
    columns = dict(zip(keys, map(list, zip(*rows, strict=True)), strict=True))
    countries = table("risk_countries", **columns, casualties=[0.000207 * row[3] for row in rows])
    cities = table(
        "risk_cities",
        name=["Shanghai", "London", "Kyiv"],
        country=["CHN", "GBR", "UKR"],
        population=[24_000_000.0, 8_900_000.0, 2_900_000.0],
        probability=[1.1e-5, 2.2e-5, 1.8e-5],
    )
    return risk, limits, countries, cities, survivors()


def survivors() -> Table:
    return table(
        "survivors",
        archetype=["gyro wheels", "tanks", "truss joints"],
        count=[4.0, 60.0, 300.0],
        mass_kg=[400.0, 9000.0, 60000.0],
        casualty_area_m2=[4.0, 160.0, 1036.0],
        survived_share=[1.0, 0.8, 0.4],
    )


def crew() -> tuple[Table, ...]:
    people = [("Raja Chari", "nasa"), ("Thomas Marshburn", "nasa"), ("Kayla Barron", "nasa")]
    people += [("Matthias Maurer", "esa"), ("Mark Vande Hei", "nasa")]
    people += [("Anton Shkaplerov", "roscosmos"), ("Pyotr Dubrov", "roscosmos")]
    home = ["Crew-3 Dragon Endurance"] * 4 + ["Soyuz MS-19"] * 3
    aboard = table(
        "crew",
        name=[name for name, _ in people],
        agency=[agency.upper() for _, agency in people],
        partner=[agency for _, agency in people],
        way_home=home,
        note=[""] * 7,
    )
    return aboard, seats(), flights()


def left_behind() -> dict[str, Table]:
    """The Soyuz is gone with its people: one American has an emergency seat only."""
    aboard = table(
        "crew",
        name=["Raja Chari", "Thomas Marshburn", "Kayla Barron", "Matthias Maurer", "Mark Vande Hei"],
        agency=["NASA", "NASA", "NASA", "ESA", "NASA"],
        partner=["nasa", "nasa", "nasa", "esa", "nasa"],
        way_home=["Crew-3 Dragon Endurance"] * 4 + ["Crew-3 Dragon Endurance, emergency seat"],
        note=[""] * 4 + ["no nominal seat"],
    )
    row = table("seats", craft=["Crew-3 Dragon Endurance"], partner=["nasa"], seats=[4], emergency_seats=[7],
                taken=[5])  # fmt: skip
    return named(aboard, row)


def seats() -> Table:
    return table("seats", craft=["Crew-3 Dragon Endurance", "Soyuz MS-19"], partner=["nasa", "roscosmos"],
                 seats=[4, 3], emergency_seats=[7, 3], taken=[4, 3])  # fmt: skip


def flights() -> Table:
    rows = [
        ("2022-03-18", "Soyuz MS-21", "roscosmos", "Soyuz-2.1a", "Baikonur", "flies", ""),
        (
            "2022-04-06",
            "Galileo, first pair of 2022",
            "esa",
            "Soyuz ST-B",
            "Kourou",
            "lost",
            "Kourou stopped",
        ),
        ("2022-04-27", "Crew-4", "nasa", "Falcon 9", "Kennedy 39A", "flies", ""),
    ]
    keys = ("date", "craft", "partner", "launcher", "pad", "status", "note")
    return table("flights", **dict(zip(keys, map(list, zip(*rows, strict=True)), strict=True)))


def deorbit() -> dict[str, Table]:
    """Three lowering burns and a last one, debris over the South Pacific."""
    burns = table(
        "burns",
        number=[1, 2, 3, 4],
        what=["lower to 220 km", "lower to 180 km", "lower to 145 km", "last burn"],
        date_utc=["2024-02-01T06:00", "2024-02-02T03:00", "2024-02-03T02:00", "2024-02-03T05:10"],
        vehicle=["Progress MS"] * 4,
        delta_v_m_s=[14.6, 11.8, 10.4, 28.7],
        propellant_kg=[2380.0, 1910.0, 1670.0, 4600.0],
        burn_s=[8500.0, 6800.0, 6000.0, 16400.0],
        perigee_km=[220.0, 180.0, 145.0, 50.0],
        apogee_km=[270.0, 240.0, 200.0, 200.0],
    )
    facts = table(
        "deorbit",
        quantity=["total delta-v", "propellant needed", "propellant available", "feasible",
                  "flight path angle at entry", "footprint length", "keep-out kept", "nearest land"],
        value=[65.5, 10560.0, 2790.0, 0.0, -0.66, 1960.0, 1.0, 1420.0],
        unit=["m/s", "kg", "kg", "yes or no", "deg", "km", "yes or no", "km"],
        note=["", "", "three Progress MS", "too little propellant", "at 120 km", "", "370 km and 50 km",
              "Easter Island"],
    )  # fmt: skip
    draw = np.random.default_rng(5)
    along = draw.normal(0, 1, 500)
    lat, lon = -46 - 5.5 * along + draw.normal(0, 0.3, 500), -124 + 9 * along + draw.normal(0, 0.4, 500)
    kinds = np.array(["truss", "tank", "module"], object)[draw.integers(0, 3, 500)]
    footprint = Table("footprint", {"latitude_deg": lat, "longitude_deg": lon,
                                    "mass_kg": draw.lognormal(3, 1.2, 500), "kind": kinds})  # fmt: skip
    return named(burns, facts, footprint)
