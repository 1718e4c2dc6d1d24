"""What a run with demand takes for granted beyond the sky: people, terminals, outages, radio, weather, jammers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import attrgetter
from typing import Literal

from skyhold.drawing import numerals
from skyhold.drawing.numerals import NBSP
from skyhold.nouns.demand import DemandSpec
from skyhold.results.results import BroadbandResult
from skyhold.service_chapter import jamming

Trust = Literal["observed", "published", "derived", "assumed", "recollection"]
Row = tuple[str, str, Trust, str]  # what, value, mark of trust, source
MARKS: dict[str, Trust] = {
    "P": "published", "F": "published", "L": "published", "M": "observed", "RE": "derived", "I": "derived",
    "R": "recollection", "mem": "recollection", "A": "assumed",
}  # fmt: skip
WEAKEST: tuple[Trust, ...] = ("assumed", "recollection", "derived", "published", "observed")
TAG = re.compile(r"\s*\[(" + "|".join(MARKS) + r")\]")
SET = "set in the scenario"
PAYLOAD = (
    ("payload.beams", "Beams of a satellite", ""),
    ("payload.capacity_gbit_s", "Capacity of a satellite, to users", "Gbit/s"),
    ("user_down.pfd_dbw_m2_mhz", "Flux at the ground", "dBW/m²/MHz"),
    ("user_down.noise_k", "System noise of a terminal", "K"),
    ("user_up.eirp_dbw", "EIRP of a terminal", "dBW"),
    ("user_up.satellite_g_t_db_k", "G/T of a satellite", "dB/K"),
)


def granted(result: BroadbandResult) -> Iterator[Row]:
    """Rows for the table of assumptions, in the order of the line from people to jammers; none without demand."""
    spec = result.scenario.demand
    if spec is None:
        return
    yield from _people(result, spec)
    yield from _deliveries(result)
    yield from _radio(result)
    yield from _air(result)


def _people(result: BroadbandResult, spec: DemandSpec) -> Iterator[Row]:
    scenario = result.scenario
    if spec.basis == "terminals":
        yield (
            "People behind a terminal",
            f"{spec.users_per_terminal:g}",
            "derived",
            "150,000 users on 10,000, press",
        )
    else:
        part = f"{spec.adoption_percent:g}{NBSP}% of the households without another network"
        yield "Who has a terminal", f"{part}, {spec.people_per_household:g} people each", "assumed", SET
    yield (
        "Asked by a terminal in the busy hour",
        f"{spec.busy_hour_mbit_s:g}{NBSP}Mbit/s down",
        "assumed",
        SET,
    )
    yield "A terminal without mains goes on for", f"{spec.backup_h:g}{NBSP}h", "assumed", SET
    for net in scenario.terrestrial:
        reach = f"{net.coverage_percent:g}{NBSP}% of the people, {net.battery_h:g}{NBSP}h of batteries"
        yield f"Network on the ground: {net.name}", reach, "recollection", "recalled, or set in the scenario"
    outages = [event for event in scenario.events if event.kind == "terrestrial-outage"]
    if outages:
        where = f"{len(outages)} outages of fibre, towers and power"
        yield (
            "Outages on the ground",
            where,
            "recollection",
            "reports of that spring, recalled; extent assumed",
        )
    if scenario.sites:
        yield "Priority sites", f"{len(scenario.sites)} sites and their needs", "assumed", SET


def _deliveries(result: BroadbandResult) -> Iterator[Row]:
    for one in result.scenario.deliveries:
        value = f"{numerals.whole(one.terminals)} terminals, {one.arrives.day} {one.arrives:%B %Y}, by {one.crossing}"
        yield f"Delivery: {one.name}", value, *sourced(one.source)


def _radio(result: BroadbandResult) -> Iterator[Row]:
    radio = result.scenario.radio
    yield "Radio", radio.name, "derived", "see the radio library and the sources of its numbers"
    for path, what, unit in PAYLOAD:
        prior = attrgetter(path)(radio)
        span = f" ({prior.low:g} to {prior.high:g})" if prior.high > prior.low else ""
        value = f"{prior.value:g}{span}{NBSP}{unit}".strip().replace("-", numerals.MINUS)
        yield what, value, *sourced(prior.source)
    yield (
        "Antennas of a gateway",
        f"{radio.gateway_antennas} satellites at once",
        "published",
        "filing of 2020",
    )


def _air(result: BroadbandResult) -> Iterator[Row]:
    weather, jammers = result.scenario.weather, result.scenario.jammers
    words = {
        "clear": "clear air",
        "exceeded": f"rain exceeded {weather.exceeded_percent:g}{NBSP}% of the year, everywhere at once",
        "series": f"a drawn day, {weather.wetness:g} times as wet as the mean, seed {weather.seed}",
    }
    yield (
        "Weather",
        words[weather.kind],
        "assumed",
        "climate of ITU-R maps; the day itself is not the real one",
    )
    if jammers:
        measures = jamming.switched_on(result.scenario.countermeasures)
        yield (
            "Jammers",
            f"{len(jammers)}, with ranges of power",
            "assumed",
            "every EIRP and every place is an estimate",
        )
        yield "Countermeasures", measures, "assumed", "what is switched on is not public"


def sourced(source: str) -> tuple[Trust, str]:
    """The weakest mark of trust in a source, and the source without its tags."""
    marks: set[Trust] = {MARKS[letter] for letter in TAG.findall(source)}
    weakest: Trust = next((mark for mark in WEAKEST if mark in marks), "assumed")
    return weakest, TAG.sub("", source).strip() or SET
