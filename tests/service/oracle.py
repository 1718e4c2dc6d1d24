"""What OR-Tools says, in a process of its own: it cannot be loaded beside HiGHS."""

import json
import subprocess
import sys

import numpy as np

PROGRAM = """
import json, sys
import numpy as np
from ortools.graph.python import min_cost_flow
given = json.load(sys.stdin)
cell, at, value, slots = (np.array(given[key]) for key in ("cell", "at", "value", "slots"))
cells, count = given["cells"], len(slots)
flow, source, sink, unit = min_cost_flow.SimpleMinCostFlow(), cells + count, cells + count + 1, 1e6
everyone, ones = np.arange(cells), np.ones(cells, int)
flow.add_arcs_with_capacity_and_unit_cost(np.full(cells, source), everyone, ones, 0 * ones)
flow.add_arcs_with_capacity_and_unit_cost(everyone, np.full(cells, sink), ones, ones * int(given["unserved"] * unit))
flow.add_arcs_with_capacity_and_unit_cost(cell, cells + at, np.ones(len(at), int), (-value * unit).astype(int))
flow.add_arcs_with_capacity_and_unit_cost(cells + np.arange(count), np.full(count, sink), slots, 0 * slots)
flow.set_nodes_supplies(np.array([source, sink]), np.array([cells, -cells]))
assert flow.solve() == flow.OPTIMAL
used = flow.flows(np.arange(2 * cells, 2 * cells + len(at)))
print(json.dumps([int(used.sum()), float((used * value).sum())]))
"""


def best_assignment(value, cell, at, slots, cells, unserved):
    """Cells served and sum of values of the optimal assignment (Google's min-cost flow); None without OR-Tools."""
    given = {
        "value": np.asarray(value, float).tolist(),
        "cell": np.asarray(cell).tolist(),
        "at": np.asarray(at).tolist(),
        "slots": np.asarray(slots).tolist(),
        "cells": int(cells),
        "unserved": float(unserved),
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], input=json.dumps(given), capture_output=True, text=True, check=False
    )
    if "No module named 'ortools'" in done.stderr:
        return None
    assert done.returncode == 0, done.stderr
    return tuple(json.loads(done.stdout))
