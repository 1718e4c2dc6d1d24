"""A small served run: the north-east of Ukraine, the fleet and the two gateways of February 2022."""

from functools import cache
from unittest.mock import patch

import numpy as np

import skyhold
from skyhold.results.arrays import GATEWAY_LOAD, SERVICE
from skyhold.scenario.load import loads, with_values
from skyhold.service.reasons import Reason
from skyhold.simulate import run
from skyhold.simulate.prepare import prepare

TEXT = """
schema_version = 1
kind = "broadband"
name = "served"
clock = { start_utc = 2022-02-28T16:00:00Z, duration_h = 0.1 }
fleet = { library = "starlink-2022-02-28" }
area = { bbox_deg = [34.0, 48.8, 38.5, 50.6], h3_resolution = 4 }
gateways = { names = ["Wola Krobowska", "Kaunas"] }
demand = { adoption_percent = 20.0, busy_hour_mbit_s = 8.0 }
places = [{ name = "Kharkiv", latitude_deg = 49.99, longitude_deg = 36.23 }]
sites = [
  { name = "Kharkiv, hospital", latitude_deg = 49.99, longitude_deg = 36.23, need_mbit_s = 20.0 },
  { name = "Kramatorsk, hospital", latitude_deg = 48.74, longitude_deg = 37.58, need_mbit_s = 20.0 },
]
"""
SCENARIO = loads(TEXT, kind=skyhold.scenario.scenario.BroadbandScenario)
NEAR = {"name": "near", "latitude_deg": 49.9, "longitude_deg": 36.3}
FEW = {"demand.adoption_percent": 0.3}
"""So few terminals that every cell has all it wants in clear air."""
QUANTUM = 0.05
"""Half a step of the stored rates, Mbit/s."""


def scenario(**values):
    """The scenario with values set: two underscores stand for the dot of a path."""
    return with_values(SCENARIO, {key.replace("__", "."): value for key, value in values.items()})


def served(**values):
    """A run of it in memory, in one thread, without the tables beside its slots, made once for the same values."""
    return _served(Frozen(values))


class Frozen:
    """Values that can be a key."""

    def __init__(self, values):
        self.values, self.text = values, repr(sorted(values.items()))

    def __hash__(self):
        return hash(self.text)

    def __eq__(self, other):
        return self.text == other.text


@cache
def _served(frozen):
    with patch("skyhold.simulate.findings.extra_tables", lambda line, baseline: []):
        return run.simulate(scenario(**frozen.values), threads=1)


@cache
def _service(text):
    return prepare(loads(text)).service


def service_of(result):
    """The prepared service of a run: its demand, rows, weather, jammers."""
    return _service(skyhold.scenario.load.dumps(result.scenario))


def rates(result, what="rate_mbit_s"):
    """(T, C) Mbit/s that the cells got."""
    return result.array(what, of="service").astype(np.float64)


def reasons(result):
    """(T, C) why they have no more."""
    return result.array("reason", of="service")


def seen(result):
    """The reasons that occur in a run."""
    return {Reason(int(number)) for number in np.unique(reasons(result))}


def wanted(result):
    """(T, C) Mbit/s that the cells ask in the planned slots."""
    service = service_of(result)
    times = prepare(result.scenario).instants
    planned = type(times)(times.epoch, times.offset_s[service.planned(0, len(times))])
    return service.demand.wanted_bit_s[service.demand.hour(planned)] / 1e6


def stored(result):
    """Every stored array of the service."""
    return {
        (of, name): result.array(name, of=of)
        for of, variables in (("service", SERVICE), ("gateways", GATEWAY_LOAD))
        for name in variables
    }


def assert_same(one, two):
    """Stored arrays of two runs are equal to the bit, and all tables that the first has."""
    for key, values in stored(one).items():
        np.testing.assert_array_equal(values, stored(two)[key], err_msg=str(key))
    assert set(one.tables) <= set(two.tables)
    for name, table in one.tables.items():
        for column in table.columns:
            np.testing.assert_array_equal(table[column], two.tables[name][column], err_msg=f"{name}.{column}")
