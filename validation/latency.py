"""What the operator's table says about latency by country, beside ours; and the constant fitted on half of it.

European rows of the table in the order of their ISO code: the first, third, ... fit, the others judge, a rule
set before any residual was seen. `python -m validation.latency` prints the residuals; `validation.ping` has the
fit of all constants.
"""

from __future__ import annotations

import csv
from functools import cache

import numpy as np
from numpy.typing import NDArray

from skyhold.data.cities import cities
from skyhold.data.gateways import Pop
from skyhold.geometry.masks import SkyMask
from skyhold.geometry.sites import Sites
from skyhold.geometry.visibility import look_up
from skyhold.network import delay
from skyhold.network.gateways import GatewaySegment, fibre_delays
from skyhold.network.policies import Context, HighestElevation
from skyhold.network.scheduler import State, assign
from skyhold.nouns.constellation import FleetSpec, Shell
from skyhold.orbits.propagate import build_fleet
from skyhold.times import Epoch, Instants
from skyhold.units import DEG, MS
from validation.case import DATA, Case

TABLE = "published/starlink_official_latency_2023-10.csv"
GATEWAYS = "ground/gateways_2023-10-10.csv"

EUROPE = ("AUT", "BEL", "CZE", "DNK", "ESP", "FRA", "HRV", "HUN", "ISL", "LUX", "MKD", "NLD", "SVN")
DEVELOPMENT, JUDGED = EUROPE[0::2], EUROPE[1::2]
ROUTE_FACTOR = 1.5
IN_USE = ("Live", "Presumed Live", "Built", "Grant of Authority")
MASK = SkyMask(gso_exclusion_rad=22.0 * DEG)
START = Epoch(2_460_218.5, 12.0 / 86_400.0)  # 2023-10-01
SLOTS = Instants.every(START, 375.0, 230)  # a day, in steps of 25 slots
SHELLS = (
    Shell(name="S1", altitude_km=550, inclination_deg=53.0, planes=72, satellites_per_plane=22, phasing=17),
    Shell(name="S2", altitude_km=540, inclination_deg=53.2, planes=72, satellites_per_plane=22, phasing=17),
    Shell(name="S3", altitude_km=570, inclination_deg=70.0, planes=36, satellites_per_plane=20, phasing=11),
)


@cache
def published_ms(column: str) -> dict[str, float]:
    """One column of the operator's table by country."""
    with open(DATA / TABLE, encoding="utf-8") as lines:
        return {row["iso3"]: float(row[column]) for row in csv.DictReader(lines)}


@cache
def ground_2023() -> GatewaySegment:
    """The gateways in use and the points of presence of the public map of 2023-10-10."""
    with open(DATA / GATEWAYS, encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    gates = [r for r in rows if r["kind"] == "gateway" and _in_use(r)]
    sites = Sites.from_degrees([float(r["lat"]) for r in gates], [float(r["lon"]) for r in gates])
    exchanges = {r["name"].strip(): r for r in rows if r["kind"] == "pop"}
    pops = tuple(_pop(name, r) for name, r in exchanges.items())
    names = tuple(r["name"].strip() for r in gates)
    return GatewaySegment(names, sites, SkyMask(), pops, fibre_delays(sites, pops, ROUTE_FACTOR))


def _in_use(row: dict[str, str]) -> bool:
    return row["status"].split(" | ")[0] in IN_USE and "TT&C" not in row["name"]


def _pop(name: str, row: dict[str, str]) -> Pop:
    place = (float(row["lat"]), float(row["lon"]))
    return Pop(name, name, "", *place, source=GATEWAYS)


def light_s(sites: Sites, ground: GatewaySegment) -> NDArray[np.float32]:
    """(T, U) light time to the nearest point of presence under the policy of highest elevation."""
    near, pop = ground.for_terminals(sites)
    fleet = build_fleet(FleetSpec(shells=SHELLS), START)
    state, blocks = State.initial(len(sites)), []
    for first in range(0, len(SLOTS), 23):
        instants = SLOTS.block(first, first + 23)
        xyz = fleet.positions(instants)
        way = near.backhaul(xyz, instants)
        found = look_up(xyz, sites, MASK, way.delay_s, pop_index=pop)
        context = Context(instants, sites, MASK.min_elevation_rad, len(fleet))
        schedule, state = assign(found, HighestElevation(), context, state)
        blocks.append(delay.propagation_s(schedule, found, way, pop))
    return np.concatenate(blocks)


@cache
def light_ms() -> dict[str, float]:
    """Median light time of each country: its twenty largest cities, weighed by their people."""
    places = [city for code in EUROPE for city in cities(code, 20)]
    sites = Sites.from_degrees([c.latitude_deg for c in places], [c.longitude_deg for c in places])
    light = light_s(sites, ground_2023()) / MS
    people = np.array([c.population for c in places], np.float64)
    code = np.array([c.country for c in places])
    return {iso: _weighted_median(light[:, code == iso], people[code == iso]) for iso in EUROPE}


def _weighted_median(values: NDArray[np.float32], weight: NDArray[np.float64]) -> float:
    weights = np.broadcast_to(weight, values.shape)[~np.isnan(values)]
    known = values[~np.isnan(values)]
    order = np.argsort(known)
    share = np.cumsum(weights[order]) / weights.sum()
    return float(known[order][np.searchsorted(share, 0.5)])


def beyond_light_ms() -> float:
    """The one constant of the table: mean over the development rows of median RTT less light time."""
    return float(np.mean([published_ms("lat_p50")[iso] - light_ms()[iso] for iso in DEVELOPMENT]))


def predicted_ms(iso: str) -> float:
    """Our median RTT of a country with the constants as shipped."""
    c = delay.DelayConstants()
    return light_ms()[iso] + (c.access_s + c.slot_median_s + c.core_s) / MS


def residuals_ms(rows: tuple[str, ...]) -> NDArray[np.float64]:
    """Published less predicted medians."""
    return np.array([published_ms("lat_p50")[iso] - predicted_ms(iso) for iso in rows])


def rank_correlation(rows: tuple[str, ...]) -> float:
    """Spearman's coefficient between published and predicted medians (no ties in either)."""
    ranks = [
        np.argsort(np.argsort([value(iso) for iso in rows])) for value in (_published_median, predicted_ms)
    ]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def _published_median(iso: str) -> float:
    return published_ms("lat_p50")[iso]


def spread_ms() -> float:
    """Our 80th less our 20th percentile of the RTT of slots, mean over the judged rows; light time is held
    fixed.
    """
    wait = delay.slot_wait_s(delay.DelayConstants(), SLOTS, len(JUDGED), seed=1)
    return float(np.mean(np.diff(np.percentile(wait, (20, 80), axis=0), axis=0)) / MS)


def report() -> list[str]:
    """Residuals of both halves."""
    lines = [f"beyond light {beyond_light_ms():.2f} ms"]
    for name, rows in (("fitted", DEVELOPMENT), ("judged", JUDGED), ("all", EUROPE)):
        r = residuals_ms(rows)
        figures = (
            f"mean {r.mean():+.2f}, SD {r.std(ddof=1):.2f} ms, rank correlation {rank_correlation(rows):.2f}"
        )
        lines.append(f"{name}: {figures}")
    for iso in EUROPE:
        half = "fitted" if iso in DEVELOPMENT else "judged"
        figures = f"light {light_ms()[iso]:5.1f} published {_published_median(iso):5.1f}"
        lines.append(f"{iso} {half} {figures} residual {residuals_ms((iso,))[0]:+5.1f}")
    return lines


OPERATOR = "operator's availability map, October 2023, median RTT by country (SpaceX)"
COUNTRIES = (TABLE, GATEWAYS)

CASES: tuple[Case, ...] = (
    Case(
        "medians by country, judged half of Europe: SD of residuals",
        "observed",
        6.0,
        "ms",
        0.0,
        "asked; the published medians of these six rows have an SD of 6.3 ms themselves",
        OPERATOR,
        lambda: float(residuals_ms(JUDGED).std(ddof=1)),
        relation="at most",
        needs=COUNTRIES,
    ),
    Case(
        "medians by country, judged half of Europe: rank correlation",
        "observed",
        0.75,
        "1",
        0.0,
        "asked",
        OPERATOR,
        lambda: rank_correlation(JUDGED),
        relation="at least",
        needs=COUNTRIES,
    ),
    Case(
        "medians by country, judged half of Europe: mean residual",
        "observed",
        0.0,
        "ms",
        5.0,
        "two standard errors of six rows with residuals of 6 ms",
        OPERATOR,
        lambda: float(residuals_ms(JUDGED).mean()),
        needs=COUNTRIES,
    ),
    Case(
        "medians by country, all of Europe: SD of residuals",
        "observed",
        6.0,
        "ms",
        0.0,
        "as for the judged half",
        OPERATOR,
        lambda: float(residuals_ms(EUROPE).std(ddof=1)),
        relation="at most",
        needs=COUNTRIES,
        known_failure="Iceland is 12 ms slower than bent pipes allow for and Spain 11 ms faster: no load in the model",
    ),
    Case(
        "medians by country, all of Europe: rank correlation",
        "observed",
        0.75,
        "1",
        0.0,
        "as for the judged half",
        OPERATOR,
        lambda: rank_correlation(EUROPE),
        relation="at least",
        needs=COUNTRIES,
    ),
    Case(
        "slow to fast end (20th to 80th percentile), judged half of Europe, mean",
        "observed",
        13.1,
        "ms",
        2.0,
        "SD of the six spreads over the root of six, doubled",
        OPERATOR,
        spread_ms,
        needs=COUNTRIES,
        known_failure="our spread is over single slots of one busy evening, theirs probably over averages of terminals",
    ),
)

if __name__ == "__main__":
    print("\n".join(report()))  # noqa: T201
