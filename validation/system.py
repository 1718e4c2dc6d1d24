"""Whole systems: del Portillo's 4,425 satellites, a terminal at Osnabrueck under stated load, the globe, and cost."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.attenuation.climate import site_climate
from skyhold.attenuation.total import clear_db, exceeded_db
from skyhold.data import population
from skyhold.data.countries import country
from skyhold.demand.access import offline_people
from skyhold.demand.profile import RESIDENTIAL, WETLINKS_BEST_MBIT_S, WETLINKS_WORST_MBIT_S
from skyhold.demand.roads import site_cells
from skyhold.geometry.cells import country_cells
from skyhold.geometry.masks import SkyMask
from skyhold.geometry.sites import Sites
from skyhold.geometry.visibility import look_up
from skyhold.links import user_links
from skyhold.nouns.constellation import FleetSpec, Shell
from skyhold.orbits.propagate import build_fleet
from skyhold.scenario.library import radio
from skyhold.scenario.load import load, loads, with_values
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.service.cost import per_user, spread
from skyhold.simulate.capacity import SpeedTest, capacity, speed_test
from skyhold.times import Epoch, Instants
from skyhold.units import DEG, HOUR_S
from validation.case import Case

Array = NDArray[Any]

PORTILLO = "del Portillo, Cameron, Crawley, Acta Astronautica 159 (2019) [L], read in translation"
PORTILLO_SHELLS = (
    (1150.0, 53.0, 32, 50),
    (1110.0, 53.8, 32, 50),
    (1130.0, 74.0, 8, 50),
    (1275.0, 81.0, 5, 75),
    (1325.0, 70.0, 6, 75),
)
PORTILLO_SATELLITES = 4_425
USER_BEAMS = 8  # "at least 8" in the filing of 2016
LEAST_RAD = 40.0 * DEG
DRAWN_SITES, DRAWN_SKIES = 100, 100  # 10,000 states of the atmosphere
ADOPTION, PERSON_BIT_S, MOST_BIT_S = 0.1, 300e3, 21.36e9
DEEP = 96
OSORO = "Osoro, Oughton 2021 [L]: 3.5 to 4.9 thousand million dollars, 32.6 a user and month"

WETLINKS = "WetLinks (Laniewski et al. 2024), Osnabrueck, six months 2023-24, digitised from the figures"
QUARTILES = ((167.0, 0.25), (215.0, 0.50), (257.0, 0.75))
WHISKERS = (33.0, 391.0)
SUBSCRIBERS = (
    83_000  # German households on satellite internet, end of 2024: study of TH Mittelhessen 2025 [P]
)
LINE_GB_MONTH = (
    287.0  # of a German fixed line in 2023: Bundesnetzagentur, annual report of telecommunications 2023
)
PER_HOME = 2.0  # people of a German household [R]
UP_SHARE = 0.1  # of the downlink's volume [A]
MONTH_S = 365.25 / 12.0 * 24.0 * HOUR_S
LATITUDE_DEG, LONGITUDE_DEG = 52.28, 8.05
AREAS = {"germany": 'country = "DEU"', "with-neighbours": "bbox_deg = [-2.0, 46.0, 18.0, 58.0]"}
LOAD = (
    "83,000 German subscribers [P] where people are offline, 287 GB a line and month (Bundesnetzagentur 2023), "
    "residential profile"
)


def squares() -> tuple[Array, Array, Array]:
    """Latitude, longitude (deg) and people of the half-degree squares where anybody lives, 2019."""
    grid = population.grid(2019.0)
    people = np.bincount(grid.cell, weights=grid.people, minlength=grid.rows * grid.columns)
    lived = np.flatnonzero(people > 0.0)
    row, column = np.divmod(lived, grid.columns)
    step = grid.step_deg
    return -90.0 + (row + 0.5) * step, -180.0 + (column + 0.5) * step, people[lived]


@cache
def mean_beam_bit_s() -> float:
    """Mean rate of one of his user beams at its longest, 1,684 km, over 10,000 draws of place and sky.

    Places are drawn by people, the attenuation by the share of the year for which it is exceeded (P.618).
    """
    rng = np.random.default_rng(1)
    latitude, longitude, people = squares()
    at = rng.choice(len(people), DRAWN_SITES, p=people / people.sum())
    climate, spec = site_climate(latitude[at], longitude[at]), radio("del-portillo-spacex")
    gas = clear_db(climate, spec.user_down.frequency_ghz, LEAST_RAD)
    total = 0.0
    for percent in 100.0 * (np.arange(DRAWN_SKIES) + rng.random(DRAWN_SKIES)) / DRAWN_SKIES:
        wet = np.zeros(DRAWN_SITES)
        if percent <= 50.0:
            sky = exceeded_db(climate, spec.user_down.frequency_ghz, LEAST_RAD, max(percent, 0.001))
            wet = np.maximum(sky.total_db - gas, 0.0)
        efficiency = user_links.efficiency_down(spec, LEAST_RAD, wet, gas_db=gas)
        total += float(user_links.rate_down_bit_s(spec, efficiency).mean())
    return total / DRAWN_SKIES


def by_beams_tbit_s() -> float:
    """All satellites, each with its user beams lit."""
    return PORTILLO_SATELLITES * USER_BEAMS * mean_beam_bit_s() / 1e12


@cache
def by_demand_bit_s() -> float:
    """Mean over satellites and a day of min(demand in view parted over the satellites in view, 21.36 Gbit/s)."""
    shells = tuple(
        Shell(name=str(n), altitude_km=h, inclination_deg=i, planes=p, satellites_per_plane=s, phasing=1)
        for n, (h, i, p, s) in enumerate(PORTILLO_SHELLS)
    )
    start = Epoch.from_datetime(load("starlink-global-capacity", kind=BroadbandScenario).clock.start_utc)
    fleet = build_fleet(FleetSpec(shells=shells), start)
    latitude, longitude, people = squares()
    sites, mask = Sites.from_degrees(latitude, longitude), SkyMask(LEAST_RAD)
    means = []
    for hour in range(0, 24, 4):
        xyz = fleet.positions(Instants(start, np.array([hour * HOUR_S])))
        seen = look_up(xyz, sites, mask, None, DEEP)
        listed = seen.satellite[0] >= 0
        each = ADOPTION * PERSON_BIT_S * people / np.maximum(seen.in_view[0], 1)
        asked = np.bincount(
            seen.satellite[0][listed],
            weights=np.broadcast_to(each[:, None], listed.shape)[listed],
            minlength=len(fleet),
        )
        means.append(np.minimum(asked, MOST_BIT_S).mean())
    return float(np.mean(means))


@cache
def osnabrueck(area: str) -> BroadbandScenario:
    """A winter day of 2024 with the stated load; Gen1 stands for the fleet: those over 52 degrees N are its."""
    home = country_cells(country("DEU"), 4)
    offline = float(offline_people(home, 2024.0, "DEU").sum())
    busy_mbit_s = LINE_GB_MONTH * 8e3 / MONTH_S / (1.0 + UP_SHARE) / float(np.mean(RESIDENTIAL))
    return loads(
        f"""
        schema_version = 1
        name = "osnabrueck"
        clock = {{ start_utc = 2024-01-15T00:00:00Z, duration_h = 24.0, slot_period_s = 900.0, slot_offset_s = 0.0 }}
        fleet = {{ library = "starlink-gen1" }}
        terminal = {{ min_elevation_deg = 25.0, gso_exclusion_deg = 22.0 }}
        area = {{ {AREAS[area]}, h3_resolution = 5 }}
        [demand]
        adoption_percent = {100.0 * SUBSCRIBERS * PER_HOME / offline:.6f}
        people_per_household = {PER_HOME}
        busy_hour_mbit_s = {busy_mbit_s:.6f}
        uplink_share = {UP_SHARE}
        """,
        kind=BroadbandScenario,
    )


@cache
def tested(area: str) -> SpeedTest:
    """Every quarter of an hour of that day."""
    return speed_test(osnabrueck(area), LATITUDE_DEG, LONGITUDE_DEG)


def median_mbit_s(area: str, busy: float = 0.0) -> float:
    """Median of a test that takes all it can get, among busy terminals of its cell."""
    return float(np.median(tested(area).among(busy).rate_bit_s)) / 1e6


def hours_ratio(area: str, busy: float = 0.0) -> float:
    """Median of the worst hour over that of the best."""
    by_hour = tested(area).among(busy).by_hour()
    return float(np.nanmin(by_hour) / np.nanmax(by_hour))


def kolmogorov_smirnov(area: str, busy: float = 0.0) -> float:
    """Most that shares below a rate differ, at the quartiles that were published and at the ends of the whiskers."""
    rate = np.sort(tested(area).among(busy).rate_bit_s) / 1e6
    below = [(q, p) for q, p in QUARTILES] + [(WHISKERS[0], 0.0), (WHISKERS[1], 1.0)]
    return max(abs(float(np.searchsorted(rate, q, side="right")) / len(rate) - p) for q, p in below)


@cache
def offered_mbit_s() -> float:
    """Median of what the beams as planned leave one more terminal in that cell, Germany alone."""
    found = capacity(osnabrueck("germany"))
    assert found.line.cells is not None
    [cell] = site_cells([(LATITUDE_DEG, LONGITUDE_DEG)], found.line.cells)
    return float(found.tables()["capacity_cells"]["offered_median_mbit_s"][cell])


@cache
def globe(lasers: bool) -> Array:
    """Carried over wanted of each cell, four hours of the library's scenario."""
    scenario = with_values(
        load("starlink-global-capacity", kind=BroadbandScenario), {"clock.duration_h": 4.0}
    )
    wanted, carried, *_ = capacity(scenario, lasers=lasers).totals.cells.sums.T
    return np.asarray(carried / np.maximum(wanted, 1.0))


NEIGHBOURS = "the same density of subscribers in the neighbours' cells [A]"
OPEN = (
    "neighbours' load and beams (8 to 16 [RE]) are not public: 1 to 767 Mbit/s as they are taken; a lone terminal is "
    "given a whole channel of 240 MHz, and terminals of that winter hardly passed 400"
)

BUSY = (
    0.05,
    0.1,
    0.2,
)  # of the terminals in the busy hour: the planners' range [I]; 20 %: Osoro and Oughton [L]
EQUAL = (
    "the rule of thumb alone: 5 to 20 % of a cell's terminals in equal parts with the test give 191 to 55 Mbit/s, "
    "and each hour as many fewer as there is less traffic; a user who watches a film takes no equal part"
)


def _among(busy: float) -> Case:
    return Case(
        f"the same, Germany alone, in equal parts with {100.0 * busy:g} % of the cell's terminals in the busy hour",
        "observed", 215.0, "Mbit/s", 43.0, "asked: 20 %", WETLINKS, lambda: median_mbit_s("germany", busy),
        known_failure="" if busy == min(BUSY) else EQUAL,
    )  # fmt: skip


CASES = (
    Case(
        "del Portillo: 4,425 satellites, each with 8 user beams at 40 degrees through 10,000 skies", "published", 23.7,
        "Tbit/s", 2.37, "asked: 10 %; that 8 beams are meant is our reading", PORTILLO, by_beams_tbit_s,
    ),
    Case(
        "del Portillo: mean rate of a satellite of 8 user beams", "published", 5.36, "Gbit/s", 0.536,
        "10 %, as the total", PORTILLO, lambda: USER_BEAMS * mean_beam_bit_s() / 1e9,
    ),
    Case(
        "del Portillo: mean rate of a satellite by his rule of demand alone", "published", 5.36, "Gbit/s", 0.536,
        "10 %, as the total", PORTILLO, lambda: by_demand_bit_s() / 1e9,
        known_failure="one person in ten at 300 kbit/s, parted over the satellites in view, at most 21.36 Gbit/s: his "
        "123 gateways, which take the rest, are not listed",
    ),
    Case(
        f"median of a speed test at Osnabrueck: {LOAD}", "observed", 215.0, "Mbit/s", 43.0, "asked: 20 %", WETLINKS,
        lambda: median_mbit_s("germany"), known_failure=OPEN,
    ),
    Case(
        f"the same: {NEIGHBOURS}", "observed", 215.0, "Mbit/s", 43.0, "asked: 20 %", WETLINKS,
        lambda: median_mbit_s("with-neighbours"), known_failure=OPEN,
    ),
    Case(
        "the same, Germany alone, of the beam time as planned (offered_mbit_s)", "observed", 215.0, "Mbit/s", 43.0,
        "asked: 20 %", WETLINKS, offered_mbit_s,
        known_failure="a cell is planned a tenth of a beam, 75 Mbit/s, where that is more than it wants",
    ),
    *(_among(busy) for busy in BUSY),
    Case(
        "worst hour over best hour, in equal parts with 10 % of the cell's terminals", "observed",
        WETLINKS_WORST_MBIT_S / WETLINKS_BEST_MBIT_S, "", 0.05, "hourly medians read off a figure [I]", WETLINKS,
        lambda: hours_ratio("germany", 0.1), known_failure=EQUAL,
    ),
    Case(
        "Kolmogorov-Smirnov distance, in equal parts with 10 % of the cell's terminals", "observed", 0.0, "", 0.2,
        "as far as a median 20 % off moves a quartile", WETLINKS, lambda: kolmogorov_smirnov("germany", 0.1),
        relation="at most", known_failure=EQUAL,
    ),
    Case(
        "worst hour over best hour of a speed test at Osnabrueck, Germany alone", "observed",
        WETLINKS_WORST_MBIT_S / WETLINKS_BEST_MBIT_S, "", 0.05, "hourly medians read off a figure [I]", WETLINKS,
        lambda: hours_ratio("germany"), known_failure=OPEN,
    ),
    Case(
        "Kolmogorov-Smirnov distance of a speed test at Osnabrueck, Germany alone", "observed", 0.0, "", 0.2,
        "as far as a median 20 % off moves a quartile", WETLINKS, lambda: kolmogorov_smirnov("germany"),
        relation="at most", known_failure=OPEN,
    ),
    Case(
        "Kolmogorov-Smirnov distance, with neighbours", "observed", 0.0, "", 0.2,
        "as far as a median 20 % off moves a quartile", WETLINKS, lambda: kolmogorov_smirnov("with-neighbours"),
        relation="at most", known_failure=OPEN,
    ),
    Case(
        "a cell of the globe is carried more than it wants", "law", 1.0, "", 1e-5, "stored to 0.1 Mbit/s, float32",
        "conservation", lambda: float(max(globe(False).max(), globe(True).max())), relation="at most",
    ),
    Case(
        "cost of 4.9 thousand million dollars over 5 years and 2.5 million users, a month", "published", 32.6, "USD",
        0.35, "the total is printed to 0.1 thousand million", OSORO,
        lambda: spread(4.9e9, 5.0, 2.5e6),
    ),
    Case(
        "system cost of 4,425 satellites, 123 gateways, 2.5 million users, a month, without terminals", "published",
        32.6, "USD", 9.3, "their totals span 3.5 to 4.9 thousand million: 23.3 to 32.6", OSORO,
        lambda: (lambda cost: cost.middle - cost.parts["terminal"])(per_user(PORTILLO_SATELLITES, 123, 2.5e6)),
    ),
)  # fmt: skip
