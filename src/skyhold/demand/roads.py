"""The way from the border: where deliveries start, how far it is by road, who gets how many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

import numpy as np
from numpy.typing import NDArray

from skyhold.data.crossings import Crossing, crossing, crossings
from skyhold.demand.areas import distance_km
from skyhold.errors import DataError, ScenarioError
from skyhold.geometry.cells import Cells
from skyhold.nouns.demand import Delivery
from skyhold.units import DAY_S

__all__ = ["Consignments", "Crossing", "consign", "crossings", "road_km", "whole_numbers"]

ROAD_OVER_GREAT_CIRCLE = 1.3
"""Road over great circle, taken for all roads [A]; studies of whole countries find 1.2 to 1.5 (Ballou, Rahardja and
Sakai, Transportation Research A 36, 2002 [R])."""

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Consignments:
    """(N,) terminals of one delivery on one day's trucks for one cell: how many, when they leave and are in place.

    Times are seconds since 1970, UTC.
    """

    cell: Indices
    terminals: Floats
    leaves_s: Floats
    in_place_s: Floats


def border(delivery: Delivery) -> tuple[float, float]:
    """Latitude and longitude, degrees, at which a delivery starts.

    Raises `ScenarioError` for a crossing that nobody knows.
    """
    if delivery.crossing is not None:
        try:
            found = crossing(delivery.crossing)
        except DataError as error:
            where = f"deliveries, {delivery.name}"
            raise ScenarioError(
                error.problem, expected=error.expected, where=where, remedy=error.remedy
            ) from None
        return found.latitude_deg, found.longitude_deg
    return float(delivery.latitude_deg or 0.0), float(delivery.longitude_deg or 0.0)


def road_km(delivery: Delivery, cells: Cells) -> Floats:
    """(C,) road from the border to the cells, km: `ROAD_OVER_GREAT_CIRCLE` times the great circle."""
    latitude, longitude = border(delivery)
    return ROAD_OVER_GREAT_CIRCLE * distance_km(latitude, longitude, cells.latitude_deg, cells.longitude_deg)


def consign(delivery: Delivery, cells: Cells, first: Indices, weight: Floats) -> Consignments:
    """Load the trucks: a terminal for each cell of `first` (N,), the others by weight (C,), heaviest cells first.

    `trucks_per_day` trucks of `per_truck` leave at each midnight (UTC) from the day of arrival on; a truck drives
    `speed_km_day` on each day without end, and what it brings works at once.
    """
    site = np.bincount(first[: delivery.terminals], minlength=len(cells))
    rest = whole_numbers(weight, delivery.terminals - int(site.sum()))
    order = np.argsort(-rest, kind="stable")
    cell = np.concatenate([first[: delivery.terminals], order[rest[order] > 0]])
    count = np.concatenate([np.ones(int(site.sum()), np.int64), rest[order][rest[order] > 0]])
    cell, count, day = _by_day(cell, count, delivery.per_truck * delivery.trucks_per_day)
    leaves = np.asarray(midnight_s(delivery) + day * DAY_S, np.float64)
    travel = road_km(delivery, cells)[cell] / delivery.speed_km_day * DAY_S
    return Consignments(cell, count.astype(np.float64), leaves, leaves + travel)


def midnight_s(delivery: Delivery) -> float:
    """The midnight (UTC) with which the day at the border begins, seconds since 1970."""
    return datetime.combine(delivery.arrives, time(), UTC).timestamp()


def _by_day(cell: Indices, count: Indices, a_day: int) -> tuple[Indices, Indices, Indices]:
    """Cut a queue of terminals into days of at most `a_day`: cell, count and day of each piece."""
    end = np.cumsum(count)
    start = end - count
    days = (end - 1) // a_day - start // a_day + 1
    item = np.repeat(np.arange(len(cell)), days)
    within = np.arange(len(item)) - np.repeat(np.cumsum(days) - days, days)
    day = start[item] // a_day + within
    piece = np.minimum(end[item], (day + 1) * a_day) - np.maximum(start[item], day * a_day)
    return cell[item], piece, day


def whole_numbers(weight: Floats, total: int) -> Indices:
    """(C,) whole numbers in proportion to weights (C,), their sum exactly `total` (largest remainders; Hamilton).

    Where all weights are zero, nobody gets any and the total is not given out.
    """
    whole = float(weight.sum())
    if whole <= 0.0 or total <= 0:
        return np.zeros(len(weight), np.int64)
    exact = weight / whole * total
    share = np.floor(exact).astype(np.int64)
    missing = total - int(share.sum())
    share[np.argsort(share - exact, kind="stable")[:missing]] += 1
    return share


def site_cells(sites: Sequence[tuple[float, float]], cells: Cells) -> Indices:
    """(N,) the cell of each site (latitude, longitude): the one that holds it, or the nearest to it within a cell's
    width and a half; -1 for a site outside."""
    found = np.full(len(sites), -1)
    reach = 1.5 * float(np.sqrt(_cell_area_km2(cells.resolution)))
    for number, (latitude, longitude) in enumerate(sites):
        far = distance_km(latitude, longitude, cells.latitude_deg, cells.longitude_deg)
        if len(far) and far.min() <= reach:
            found[number] = int(far.argmin())
    return found


def _cell_area_km2(resolution: int) -> float:
    return 510_065_622.0 / (2.0 + 120.0 * 7.0**resolution)
