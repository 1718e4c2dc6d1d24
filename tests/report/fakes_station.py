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
    "seeds": {"ensemble": 1}, "data_sha256": {"embedded/population.npz": "f" * 64},
    "space_weather": {"kind": "climatology", "source": "past cycles, record 1957 to 2022"},
    "assumed": ["areas of parts are side on"], "started_utc": "2026-01-01T00:00:00+00:00",
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
    """One variant: held by nobody, or by those who are left."""
    made = with_variant(chosen, name)
    faster = {"nobody-acts-sun-as-it-was": 0.9, "russian-segment-detached": 0.8}.get(name, 1.0)
    tables = falling(made, faster) | situation()
    if made.deorbit is not None:
        tables |= deorbit()
    if made.withdrawals:
        can = name == "partners-hold-it"
        tables |= left_behind() | named(plan(can)) | (named(reboosts()) if can else {})
        del tables["holders"], tables["marginal"]
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


def words(days: list[np.datetime64]) -> np.ndarray:
    """Days as text."""
    return np.array(days).astype(str).astype(object)


def named(*tables: Table) -> dict[str, Table]:
    return {one.name: one for one in tables}


def held(chosen: StationScenario) -> dict[str, Table]:
    """A plan of six burns that holds the band for a year."""
    return falling(chosen) | situation() | named(reboosts(), plan(True))


def falling(chosen: StationScenario, faster: float = 1.0) -> dict[str, Table]:
    """Nobody pushes: five lives in the fan, the drivers, thresholds and dates."""
    days = np.arange(0, 1826)
    lives = {5: 610, 25: 720, 50: 810, 75: 930, 95: 1180}
    fan = {f"p{q:02d}_km": decayed(days, life * faster) for q, life in lives.items()}
    share = np.clip((1250 - days / faster) / 640, 0, 1)
    dates = [START + int(life * faster) for life in lives.values()]
    months = START.astype("datetime64[M]").astype("datetime64[D]") + 30 * np.arange(60)
    wave = 95 + 55 * np.sin(np.arange(60) / 24)
    crossing = [[START + int(life * faster * part) for part in (0.86, 0.96)] for life in (610, 810, 1180)]
    return named(
        Table("altitude", {"date": START + days, **fan, "share_up": share}),
        Table("reentry", {"percentile": np.array([5, 25, 50, 75, 95]), "date": words(dates),
                          "days": np.array([life * faster for life in lives.values()])}),
        Table("thresholds", {"name": np.array(["crew departure", "point of no return"], object),
                             "altitude_km": np.array([330.0, 280.0]),
                             "p05_date": words(crossing[0]), "p50_date": words(crossing[1]),

                             "p95_date": words(crossing[2]), "reached_share": np.array([1.0, 1.0])}),
        Table("drivers", {"date": months, "f107_p05": wave - 25, "f107_p50": wave, "f107_p95": wave + 40,
                          "ap_p50": np.full(60, 9.0), "ap_p95": np.full(60, 21.0)}),
    )  # fmt: skip


def decayed(days: np.ndarray, life: float) -> np.ndarray:
    """Mean altitude, km: slow, then all at once; 120 km once down."""
    left = np.clip(1 - days / life, 0, 1)
    height = 418 - 60 * np.log1p((1 - left) * 6) / np.log(7) + 62 * np.log(np.clip(left, 1e-4, 1))
    return np.where((days < life) & (height > 120), height, 120.0)


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
        what=["modules, dry or at launch", "docked craft", "stores and outfitting", "the whole, on the day",
              "after withdrawals and detachments", "as claimed: 500 tons"],
        kg=[352_000.0, 41_000.0, 67_166.0, 460_166.0, 460_166.0, 500_000.0],
        note=["sum of the modules", "5 craft", "what the total leaves", "one sigma 2,301 kg", "as simulated", "+9 %"],
    )  # fmt: skip


def vehicles() -> Table:
    rows = [
        ("Progress MS", "roscosmos", True, True, 770.0, 280.0, 930.0, 5.6, 3.0, 0, "C", "[C] refuelling"),
        ("Soyuz MS", "roscosmos", True, False, 260.0, 280.0, 50.0, 0.3, 2.0, 3, "R", "[R] little"),
        ("Cygnus on Antares 230", "nasa", True, True, 440.0, 323.0, 300.0, 2.1, 2.0, 0, "R", "[B] burns"),
        ("Cargo Dragon, its own Dracos", "nasa", True, False, 220.0, 300.0, 200.0, 1.3, 2.5, 0, "R", "[R]"),
        ("Crew Dragon", "nasa", True, False, 220.0, 300.0, 100.0, 0.6, 2.0, 4, "R", "[R]"),
        ("HTV", "jaxa", False, False, 0.0, 0.0, 0.0, 0.0, 0.8, 0, "R", "[R] never"),
    ]
    keys = ("name", "partner", "can_push", "proven", "thrust_n", "isp_s", "propellant_kg", "delta_v_m_s")
    keys += ("flights_per_year", "seats", "trust", "note")
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


def reboosts() -> Table:
    burns = np.array([2.2, 2.4, 1.1, 2.3, 2.3, 0.9])
    return Table(
        "reboosts",
        {
            "date": words([START + day for day in (20, 80, 140, 200, 260, 320)]),
            "vehicle": np.array(["Zvezda's main engines", "Progress MS-20", "Cygnus NG-17"] * 2, object),
            "delta_v_m_s": burns,
            "propellant_kg": 160.0 * burns,
            "burn_s": 580.0 * burns,
            "altitude_before_km": np.full(6, 414.0),
            "altitude_after_km": 414.0 + 1.77 * burns,
        },
    )


def plan(possible: bool) -> Table:
    """Feasible with its figures, or impossible with what is missing."""
    figures = [1700.0, 2400.0, 3600.0, 2500.0] if possible else [float("nan")] * 4
    names = ["propellant_p05", "propellant_p50", "propellant_p95", "propellant"]
    return table(
        "plan",
        quantity=["feasible", "missing_delta_v", "possible_share", *names],
        value=[float(possible), 0.0 if possible else 20.1, float(possible), *figures],
        unit=["", "m/s", "", *["kg"] * 4],
        note=["holds: 11.2 m/s in 6 burns" if possible else "impossible: lower edge", *[""] * 6],
    )


def holders() -> tuple[Table, ...]:
    turned = "nobody can turn the station"
    held_by = table(
        "holders",
        partners=["all", "nasa", "roscosmos", "all without roscosmos", "nasa, esa, jaxa"],
        feasible=[True, False, True, False, False],
        for_years=[True, False, False, False, False],
        binding=["", "impossible", "", "impossible", "impossible"],
        need_m_s_year=[19.0] * 5,
        have_m_s_year=[20.8, 0.0, 17.4, 0.0, 0.0],
        unproven_m_s_year=[5.1, 4.7, 0.6, 4.7, 4.7],
        aboard_m_s=[27.2, 0.0, 26.3, 0.0, 0.0],
        propellant_kg_year=[3540.0, 3216.0, 3628.0, 3216.0, 3216.0],
        flights_needed_year=[3.4, 8.7, 3.3, 8.7, 8.7],
        flights_available_year=[11.5, 4.5, 5.0, 4.5, 4.5],
        first_flight_days=[0.0, float("nan"), 0.0, float("nan"), float("nan")],
        attitude=[True, False, True, False, False],
        limits=["", turned, "no gyroscopes", turned, turned],
    )
    more = table(
        "marginal",
        vehicle=["Progress MS", "Cygnus on Antares 230", "Cargo Dragon, its own Dracos"],
        delta_v_m_s_flight=[5.7, 2.1, 1.3],
        months_gained=[3.5, 1.3, 0.8],
    )
    return held_by, more


def risks() -> tuple[Table, ...]:
    risk = table(
        "risk",
        quantity=["casualty_expectation", "probability_of_a_casualty", "casualty_area_m2", "share_over_water"],
        value=[0.0207, 0.0205, 1200.0, 0.728],
        low=[0.009, 0.009, 520.0, float("nan")],
        high=[0.046, 0.045, 2650.0, float("nan")],
        unit=["people", "", "m2", ""],
        note=["expected number", "at least one", "by archetypes", "of the time"],
    )  # fmt: skip
    limits = table(
        "limits",
        whose=["NASA", "the FAA", "France"],
        quantity=["expectation", "individual", "probability"],
        limit=[1e-4, 1e-6, 1e-4],
        ours=[0.0207, 2.6e-12, 0.0205],
        exceeds=[True, False, True],
        document=["NASA-STD-8719.14C", "14 CFR 450.101", "decree of 2011"],
        applies=["one re-entry", "one person, one mission", "one re-entry"],
    )
    rows = [
        ("CHN", "China", 2.55, 18.66), ("IND", "India", 0.59, 14.88),
        ("USA", "United States", 2.33, 5.14), ("DEU", "Germany", 0.12, 3.38),
        ("IDN", "Indonesia", 0.9, 2.51), ("PAK", "Pakistan", 0.3, 2.49),
        ("GBR", "United Kingdom", 0.06, 2.40), ("BRA", "Brazil", 1.42, 2.18),
        ("FRA", "France", 0.25, 1.84), ("UKR", "Ukraine", 0.3, 1.62),
        ("RUS", "Russia", 1.84, 1.61), ("POL", "Poland", 0.15, 1.37),
        ("CAN", "Canada", 2.06, 0.97), ("KAZ", "Kazakhstan", 1.4, 0.55),
        ("AUS", "Australia", 2.3, 0.4),
    ]  # fmt: skip
    keys = ("country", "name", "time_share_percent", "casualty_share_percent")
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
        partner=["nasa", "nasa", "nasa", "esa", "nasa"],
        way_home=["Crew-3 Dragon Endurance"] * 5,
        note=[""] * 4 + ["an emergency seat only; planned: Soyuz MS-19"],
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
    """Lowering burns and a last one, debris over the South Pacific."""
    burns = table(
        "burns",
        number=[1, 2, 3, 4],
        what=["lower the perigee"] * 3 + ["the last burn"],
        vehicle=["progress-ms 1", "progress-ms 2", "Progress MS", "Progress MS"],
        delta_v_m_s=[14.6, 11.8, 10.4, 28.7],
        propellant_kg=[2380.0, 1910.0, 1670.0, 4600.0],
        short_kg=[0.0, 1500.0, 1670.0, 4600.0],
        burn_s=[8500.0, 6800.0, 6000.0, 16400.0],
        revolutions=[7, 6, 5, 1],
        perigee_km=[220.0, 180.0, 145.0, 50.0],
        apogee_km=[270.0, 240.0, 200.0, 200.0],
    )
    facts = table(
        "deorbit",
        quantity=["feasible", "delta_v", "propellant_needed", "propellant_available", "craft_needed", "entry_angle",
                  "footprint_length", "nearest_foreign_land", "keeps_out", "survivor_share"],
        value=[0.0, 65.5, 10560.0, 2790.0, 18.0, -0.66, 1960.0, 1420.0, 1.0, 0.152],
        unit=["", "m/s", "kg", "kg", "", "deg", "km", "km", "", ""],
        note=["too little propellant", "all burns", "", "3 x Progress MS", "", "at 120 km", "99 %", "PYF", "", ""],
    )  # fmt: skip
    failures = table(
        "failures",
        share_percent=[0.0, 50.0, 90.0],
        delta_v_m_s=[0.0, 14.0, 26.0],
        perigee_km=[145.0, 95.0, 58.0],
        days=[1.2, 0.04, 0.01],
        same_revolution=[False, True, True],
        note=["anywhere under its orbit", "9,021 km from the aim", "207 km from the aim"],
    )
    draw = np.random.default_rng(5)
    along = draw.normal(0, 1, 500)
    lat, lon = -46 - 5.5 * along + draw.normal(0, 0.3, 500), -124 + 9 * along + draw.normal(0, 0.4, 500)
    kinds = np.array(["Truss", "Titanium tank", "Rack"], object)[draw.integers(0, 3, 500)]
    footprint = Table("footprint", {"latitude_deg": lat, "longitude_deg": lon,
                                    "mass_kg": draw.lognormal(2, 1.8, 500), "kind": kinds})  # fmt: skip
    return named(burns, facts, failures, footprint)
