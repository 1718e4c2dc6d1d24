"""What the operator's table and a ping series say about latency, beside ours; and the fit of the delay
constants.

Development and judgement never mix. Countries: European rows of the table in the order of their ISO code,
the even ones (first, third, ...) fit, the odd ones judge. Ping: slots since 1970 of even number fit, of
odd number judge. The rule was set before any residual was seen. `python -m validation.latency` prints the
fit and the residuals.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import cache
from statistics import NormalDist

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
from skyhold.orbits.propagate import build_fleet
from skyhold.scenario.constellation import FleetSpec, Shell
from skyhold.scenario.service import Clock
from skyhold.times import Epoch, Instants
from skyhold.units import DEG, MS
from validation.case import DATA, Case

TABLE = "published/starlink_official_latency_2023-10.csv"
GATEWAYS = "ground/gateways_2023-10-10.csv"
PING = "measurements/ping_victoria_seattle_gateway_2023-09-12_100ms.txt.gz"

EUROPE = ("AUT", "BEL", "CZE", "DNK", "ESP", "FRA", "HRV", "HUN", "ISL", "LUX", "MKD", "NLD", "SVN")
DEVELOPMENT, JUDGED = EUROPE[0::2], EUROPE[1::2]
ROUTE_FACTOR = 1.5
IN_USE = ("Live", "Presumed Live", "Built", "Grant of Authority")
SLOT_OFFSET_S = Clock.model_fields["slot_offset_s"].default
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


@dataclass(frozen=True)
class Ping:
    """Answered packets: `rtt_ms` (N,), and `slot` (N,) the number of the slot since 1970."""

    unix_s: NDArray[np.float64]
    rtt_ms: NDArray[np.float64]

    def slot(self, phase_s: float = 12.0) -> NDArray[np.int64]:
        """(N,) number of the 15 s slot since 1970 in which each packet left."""
        return np.floor((self.unix_s - phase_s) / 15.0).astype(np.int64)

    def half(self, parity: int) -> Ping:
        """The packets of slots of even (0) or odd (1) number."""
        mine = self.slot() % 2 == parity
        return Ping(self.unix_s[mine], self.rtt_ms[mine])

    def slot_medians(self) -> NDArray[np.float64]:
        """Median of every slot with at least 20 packets."""
        slot = self.slot()
        return np.array([np.median(x) for n in np.unique(slot) if len(x := self.rtt_ms[slot == n]) >= 20])

    def jitter(self) -> NDArray[np.float64]:
        """(N,) each packet less the median of its slot."""
        slot = self.slot()
        return np.concatenate(
            [x - np.median(x) for n in np.unique(slot) if len(x := self.rtt_ms[slot == n]) >= 20]
        )


@cache
def ping() -> Ping:
    """The series of 2023-09-12; lost packets (-1) left out."""
    with gzip.open(DATA / PING, "rt") as lines:
        table = np.loadtxt(lines)
    answered = table[:, 2] > 0
    return Ping(table[answered, 0], table[answered, 2])


@cache
def hop_light_ms(latitude_deg: float, longitude_deg: float) -> float:
    """Median light time site, satellite, gateway and back: the hop that answers is the gateway, so no
    fibre.
    """
    ground = ground_2023()
    bare = replace(ground, pops=ground.pops[:1], fibre_s=np.zeros((len(ground.names), 1), np.float32))
    return float(np.nanmedian(light_s(Sites.from_degrees(latitude_deg, longitude_deg), bare)) / MS)


def victoria_light_ms() -> float:
    """The hop of the ping series."""
    return hop_light_ms(48.43, -123.37)


def osnabrueck_light_ms() -> float:
    """The hop of the WetLinks measurements."""
    return hop_light_ms(52.28, 8.05)


def shifted_lognormal(values: NDArray[np.float64]) -> tuple[float, float, float]:
    """(floor, median above the floor, sigma) that put the 5th, 50th and 95th percentiles where `values`
    have them.
    """
    low, middle, high = np.percentile(values, (5, 50, 95))
    floor = (low * high - middle**2) / (low + high - 2 * middle)
    return (
        float(floor),
        float(middle - floor),
        float(np.log((high - floor) / (middle - floor)) / NormalDist().inv_cdf(0.95)),
    )


def fitted() -> delay.DelayConstants:
    """The constants from development data alone: what `DelayConstants` must hold, rounded."""
    even = ping().half(0)
    floor, slot_median, slot_sigma = shifted_lognormal(even.slot_medians())
    _, jitter_median, jitter_sigma = shifted_lognormal(even.jitter())
    access = floor - victoria_light_ms()
    core = beyond_light_ms() - access - slot_median
    return delay.DelayConstants(
        access * MS, slot_median * MS, slot_sigma, jitter_median * MS, jitter_sigma, core * MS
    )


def spread_ms() -> float:
    """Our 80th less our 20th percentile of the RTT of slots, mean over the judged rows; light time is held
    fixed.
    """
    wait = delay.slot_wait_s(delay.DelayConstants(), SLOTS, len(JUDGED), seed=1)
    return float(np.mean(np.diff(np.percentile(wait, (20, 80), axis=0), axis=0)) / MS)


@cache
def our_ping_ms() -> NDArray[np.float64]:
    """Our packets over as many slots as the series has, to the gateway hop: light, access, slot wait and
    jitter.
    """
    c = delay.DelayConstants()
    slots = Instants.every(Epoch(2_460_199.5, 342.0 / 86_400.0), 15.0, 644)
    wait = delay.slot_wait_s(c, slots, 1, seed=1)[:, 0]
    return delay.packets_s(victoria_light_ms() * MS + c.access_s + wait, 56, c) / MS


def ping_percentile(which: float) -> Callable[[], float]:
    """A percentile of our packets, ms."""
    return lambda: float(np.percentile(our_ping_ms(), which))


def observed_phase_s() -> float:
    """Seconds past the minute (mod 15) at which slots begin, from the ping alone.

    The phase that makes the variance of log RTT inside slots least, in steps of half a second.
    """
    series = ping()
    logs = np.log(series.rtt_ms)

    def inside(phase: float) -> float:
        slot = series.slot(phase)
        slot = slot - slot.min()
        count, total = np.bincount(slot), np.bincount(slot, logs)
        return float((logs**2).sum() - (total[count > 0] ** 2 / count[count > 0]).sum())

    phases = np.arange(0.0, 15.0, 0.5)
    return float(phases[np.argmin([inside(phase) for phase in phases])])


def constants_off_the_fit_ms() -> float:
    """Largest difference between the shipped constants and the fit, ms (sigmas in hundredths)."""
    mine, fit = asdict(delay.DelayConstants()), asdict(fitted())
    return float(max(abs(mine[n] - fit[n]) * (100.0 if n.endswith("sigma") else 1.0 / MS) for n in mine))


def report() -> list[str]:
    """The fit, the residuals of both halves, and the ping's percentiles beside ours."""
    lines = [
        str(fitted()),
        f"light Victoria {victoria_light_ms():.2f} ms, beyond light in Europe {beyond_light_ms():.2f} ms",
    ]
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
    for q in (5, 20, 50, 80, 95):
        even, odd = (np.percentile(ping().half(parity).rtt_ms, q) for parity in (0, 1))
        lines.append(f"ping p{q}: even slots {even:.1f} odd slots {odd:.1f} ours {ping_percentile(q)():.1f}")
    return lines


OPERATOR = "operator's availability map, October 2023, median RTT by country (SpaceX)"
SERIES = "bent-pipe ping Victoria BC to the gateway hop, 2023-09-12 (mmsys24, CC BY-SA 4.0)"
COUNTRIES = (TABLE, GATEWAYS)
HOP = (PING, GATEWAYS)

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
    *(
        Case(
            f"ping to the gateway hop, odd slots: {name}",
            "observed",
            says,
            "ms",
            0.1 * says,
            "10 %: the medians of the two halves of the session, each 80 minutes, differ by 14 %",
            SERIES,
            ping_percentile(which),
            needs=HOP,
        )
        for name, which, says in (
            ("median", 50, 42.4),
            ("20th percentile", 20, 31.8),
            ("80th percentile", 80, 59.5),
            ("95th percentile", 95, 85.4),
        )
    ),
    Case(
        "ping to the gateway hop, median, from the European rows alone",
        "observed",
        42.4,
        "ms",
        4.2,
        "10 %; nothing of the series is used: all that is not light is laid on the hop",
        SERIES,
        lambda: victoria_light_ms() + beyond_light_ms(),
        needs=HOP + COUNTRIES[:1],
        known_failure="the countries' medians hold what lies behind the gateway, and their own load",
    ),
    Case(
        "RTT to the gateway hop at Osnabrueck, median",
        "observed",
        30.5,
        "ms",
        5.5,
        "half the distance of its quartiles (24.8 and 35.8 ms)",
        "WetLinks, six months of 2023 and 2024, read off its figures",
        lambda: (
            osnabrueck_light_ms()
            + (delay.DelayConstants().access_s + delay.DelayConstants().slot_median_s) / MS
        ),
        needs=COUNTRIES[1:],
        known_failure="access and slot wait come from one busy evening in Victoria; Osnabrueck is quieter",
    ),
    Case(
        "start of slots past the minute, from the ping alone (mod 15 s)",
        "observed",
        SLOT_OFFSET_S,
        "s",
        0.5,
        "the phase is searched in steps of 0.5 s",
        SERIES,
        observed_phase_s,
        needs=(PING,),
    ),
    Case(
        "shipped delay constants less the fit on the development halves, largest",
        "crossed",
        0.0,
        "ms",
        0.5,
        "shipped values are rounded to 0.1 ms, the sigmas to 0.01 (counted in hundredths)",
        "fitted() of this file",
        constants_off_the_fit_ms,
        needs=HOP + COUNTRIES[:1],
    ),
)

if __name__ == "__main__":
    print("\n".join(report()))  # noqa: T201
