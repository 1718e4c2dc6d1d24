"""Who is offline before anything happens: the country's share, harder on the countryside than on towns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skyhold.data import online
from skyhold.demand.people import Settlement, settle
from skyhold.geometry.cells import Cells

RURAL_ODDS = (54.0 / 46.0) / (18.0 / 82.0)
"""Odds of a villager to be offline over those of a townsman: 46 % and 82 % online in the world of 2022 (ITU, Facts
and figures 2022 [R])."""

Floats = NDArray[np.float64]


def offline_people(
    cells: Cells, year: float, country: str | None = None, online_percent: float | None = None
) -> Floats:
    """(C,) people who do not use the internet in a year, before any outage.

    `online_percent` takes the place of the countries' values (`skyhold.data.online`). Within a country (within that
    part of it that lies in the cells) the share is the country's; town and country differ by `RURAL_ODDS`.
    """
    settled = settle(cells, year, country)
    town, land = offline_shares(settled, year, online_percent)
    rural = settled.people - settled.urban
    return settled.by_cell(settled.urban * town[settled.country] + rural * land[settled.country])


def offline_shares(
    settled: Settlement, year: float, online_percent: float | None = None
) -> tuple[Floats, Floats]:
    """(N,) share of each country's townspeople and of its villagers who are offline.

    With u people in towns of all, offline share f, odds ratio k: u a/(1+a) + (1-u) k a/(1+k a) = f for the odds a of
    a townsman, a quadratic in a.
    """
    percent = [
        online.online_percent(code, year) if online_percent is None else online_percent
        for code in settled.codes
    ]
    offline = 1.0 - np.array(percent) / 100.0
    people, urban = settled.by_country(settled.people), settled.by_country(settled.urban)
    u = np.divide(urban, people, out=np.ones(len(people)), where=people > 0.0)
    k = RURAL_ODDS
    square, linear = k * (1.0 - offline), u + (1.0 - u) * k - offline * (1.0 + k)
    root = np.sqrt(linear**2 + 4.0 * square * offline)
    odds = 2.0 * offline / np.where(linear + root > 0.0, linear + root, 1.0)
    whole = offline >= 1.0
    return np.where(whole, 1.0, odds / (1.0 + odds)), np.where(whole, 1.0, k * odds / (1.0 + k * odds))
