"""A small country of cells, and scenarios on it."""

import numpy as np

from skyhold.geometry.cells import Cells, bbox_cells
from skyhold.nouns.demand import Circle, Delivery, PrioritySite, TerminalLoss, TerrestrialOutage
from skyhold.scenario.scenario import BroadbandScenario

BOX = (28.0, 48.0, 32.0, 50.0)
CELLS: Cells = bbox_cells(*BOX, 5)
MIDDLE = {"latitude_deg": 49.0, "longitude_deg": 30.0}
DAYS = np.arange(np.datetime64("2022-02-26"), np.datetime64("2022-03-20"))


def circle(radius_km=60.0, latitude_deg=49.0, longitude_deg=30.0):
    return Circle(latitude_deg=latitude_deg, longitude_deg=longitude_deg, radius_km=radius_km)


def delivery(**changes):
    values = {
        "name": "first",
        "terminals": 1000,
        "arrives": "2022-02-28",
        "crossing": "Medyka",
        "per_truck": 100,
    }
    return Delivery(**(values | {"trucks_per_day": 2} | changes))


def outage(**changes):
    values = {"kind": "terrestrial-outage", "network": "fibre", "circles": (circle(),)}
    return TerrestrialOutage(**(values | {"from_utc": "2022-03-01", "to_utc": "2022-03-05"} | changes))


def loss(**changes):
    values = {"kind": "terminal-loss", "circles": (circle(),), "lost_percent": 50.0, "from_utc": "2022-03-10"}
    return TerminalLoss(**(values | changes))


def site(**changes):
    return PrioritySite(**({"name": "hospital", **MIDDLE, "need_mbit_s": 20.0, "generator_h": 6.0} | changes))


def scenario(**changes):
    values = {
        "schema_version": 1,
        "name": "towns",
        "clock": {"start_utc": "2022-03-02", "duration_h": 6.0},
        "fleet": {"library": "starlink-2022-02-28"},
        "area": {"bbox_deg": BOX, "h3_resolution": 5},
        "demand": {},
    }
    return BroadbandScenario(**(values | changes))
