"""Demand: people of a country's and of the globe's cells, and the curve of a hundred days."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from benchmarks.row import Row
from skyhold.data import population
from skyhold.data.cities import cities
from skyhold.data.countries import all_countries, country
from skyhold.demand import arrivals, people
from skyhold.geometry.cells import country_cells, globe_cells
from skyhold.nouns.demand import Delivery

DAYS = np.arange(np.datetime64("2022-02-26"), np.datetime64("2022-06-06"))


def cpu_s(task: Callable[[], object]) -> float:
    """CPU-seconds of this thread."""
    before = time.thread_time()
    task()
    return time.thread_time() - before


def rows() -> list[Row]:
    """After the grid, borders and cities have been read once."""
    cells, globe = country_cells(country("UKR"), 5), globe_cells(3)
    population.grid(2022), all_countries("50m"), cities(None, 1)
    ukraine = cpu_s(lambda: people.cell_people(cells, 2022.0, "UKR"))
    world = cpu_s(lambda: people.cell_people(globe, 2022.0))
    each = people.cell_people(cells, 2022.0, "UKR")
    truck = Delivery(name="ten", terminals=1000, arrives="2022-03-01", crossing="Medyka")  # type: ignore[arg-type]
    ten = [truck] * 10
    curve = cpu_s(lambda: arrivals.terminals(ten, (), cells, each, (), DAYS))
    return [
        Row(
            f"people of {len(cells):,} cells of a country", ukraine, "CPU-s", required=1.0, relation="at most"
        ),
        Row(f"people of {len(globe):,} cells of the globe", world, "CPU-s", required=1.0, relation="at most"),
        Row(f"ten deliveries on {len(cells):,} cells, {len(DAYS)} days", curve, "CPU-s"),
    ]
