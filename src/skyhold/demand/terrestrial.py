"""Networks on the ground, and what outages and the loss of mains leave of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from skyhold.demand.areas import inside
from skyhold.nouns.demand import TerrestrialNetwork, TerrestrialOutage
from skyhold.nouns.noun import Noun
from skyhold.times import Instants
from skyhold.units import HOUR_S

TYPICAL = (
    TerrestrialNetwork(name="towers", coverage_percent=95.0, rate_mbit_s=25.0, battery_h=4.0),
    TerrestrialNetwork(name="fibre", coverage_percent=60.0, rate_mbit_s=80.0, battery_h=4.0),
)
"""What is taken where a scenario names no network: 95 % of people under mobile broadband (ITU, Facts and figures
2022 [R]), 60 % with a fixed line and batteries of four hours [A]."""

Floats = NDArray[np.float64]


def offline_share(
    networks: Sequence[TerrestrialNetwork],
    events: Iterable[Noun],
    latitude_deg: Floats,
    longitude_deg: Floats,
    instants: Instants,
) -> Floats:
    """(T, C) share of the people who have no network on the ground now.

    Networks are nested: whom a smaller one covers, a larger one covers too. Their failures are taken as independent
    of each other, and outages of one network as well. Mains take a network after its batteries. Without networks,
    `TYPICAL`.
    """
    ordered = sorted(networks or TYPICAL, key=lambda one: -one.coverage_percent)
    outages = [event for event in events if isinstance(event, TerrestrialOutage)]
    place = (latitude_deg, longitude_deg)
    offline = np.full((len(instants), len(latitude_deg)), 1.0 - ordered[0].coverage_percent / 100.0)
    broken = np.ones_like(offline)
    for number, network in enumerate(ordered):
        broken *= 1.0 - _working(network.name, network.battery_h, outages, *place, instants)
        inner = ordered[number + 1].coverage_percent if number + 1 < len(ordered) else 0.0
        offline += (network.coverage_percent - inner) / 100.0 * broken
    return offline


def still_online(
    networks: Sequence[TerrestrialNetwork],
    events: Iterable[Noun],
    latitude_deg: Floats,
    longitude_deg: Floats,
    instants: Instants,
) -> Floats:
    """(T, C) share of the people with a network whom the outages leave one; 1 while nothing has failed."""
    most = max(network.coverage_percent for network in networks or TYPICAL) / 100.0
    now = 1.0 - offline_share(networks, events, latitude_deg, longitude_deg, instants)
    return np.clip(now / most, 0.0, 1.0) if most > 0.0 else np.zeros_like(now)


def powered(
    events: Iterable[Noun],
    latitude_deg: Floats,
    longitude_deg: Floats,
    instants: Instants,
    backup_h: float = 0.0,
) -> Floats:
    """(T, C) share of what stands there that has mains, or a battery or generator that still runs."""
    outages = [event for event in events if isinstance(event, TerrestrialOutage)]
    return _working("power", backup_h, outages, latitude_deg, longitude_deg, instants)


def _working(
    name: str,
    battery_h: float,
    outages: Iterable[TerrestrialOutage],
    latitude_deg: Floats,
    longitude_deg: Floats,
    instants: Instants,
) -> Floats:
    """(T, C) share that works: what each outage of the network, and of the mains after the battery, leaves."""
    share = np.ones((len(instants), len(latitude_deg)))
    for outage in outages:
        if outage.network not in (name, "power"):
            continue
        wait_s = battery_h * HOUR_S if outage.network == "power" else 0.0
        there = inside(outage.circles, latitude_deg, longitude_deg)
        share *= 1.0 - np.outer(active(outage, instants, wait_s), there * outage.lost_percent / 100.0)
    return share


def active(event: TerrestrialOutage, instants: Instants, wait_s: float = 0.0) -> Floats:
    """(T,) 1 while an event lasts, from `wait_s` after it begins, else 0."""
    begin = event.from_utc.timestamp() + wait_s
    end = np.inf if event.to_utc is None else event.to_utc.timestamp()
    now = instants.unix_s()
    return np.asarray((now >= begin) & (now < end), np.float64)
