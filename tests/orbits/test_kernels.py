"""The hot loops are vectorised, and circles are where a few lines of numpy put them."""

import platform
import re

import llvmlite.binding as llvm
import numpy as np
import pytest
from tests.orbits.catalogues import ring

from skyhold.nouns.constellation import Shell
from skyhold.orbits import kernels
from skyhold.orbits.secular import SecularFleet
from skyhold.orbits.sgp4 import Sgp4Fleet
from skyhold.times import Epoch, Instants

PACKED_FMA = re.compile(r"\bvfn?m(?:add|sub)\d+pd\b")
SCALAR_FMA = re.compile(r"\bvfn?m(?:add|sub)\d+sd\b")
START = Epoch(2_459_600.5, 0.25)


@pytest.fixture(scope="module")
def warm():
    """All kernels of propagation, compiled in this process: a cached one has no assembly to show."""
    features = llvm.get_host_cpu_features()
    if platform.machine() not in ("x86_64", "AMD64") or not (features.get("avx2") and features.get("fma")):
        pytest.skip("this processor has no AVX2 and FMA: nothing to look for")
    n = np.uint64(8)
    w, out = np.ones(kernels._ROWS * kernels.TILE), np.empty(6 * kernels.TILE)
    return {
        "_mean": (w, 0.1, n),
        "_kepler": (w, n),
        "_orient": (w, out, 0.1, 1.0, 0.0, n, None),
        "_centre": (w, np.zeros(kernels.TILE), 0.0, n),
        "_circle": (w, out, 0.0, 0.0, 0.0, n, None),
    }


@pytest.mark.parametrize("name", ["_mean", "_kepler", "_orient", "_centre", "_circle"])
def test_kernels_are_packed(warm, name):
    function = kernels.njit(fastmath=kernels.LOOSE, error_model="numpy")(getattr(kernels, name).py_func)
    function(*warm[name])
    (assembly,) = function.inspect_asm().values()
    packed, scalar = len(PACKED_FMA.findall(assembly)), len(SCALAR_FMA.findall(assembly))
    assert packed >= 15, f"{packed} packed and {scalar} scalar multiply-adds"
    if llvm.get_host_cpu_features().get("avx512f"):
        assert "%zmm" in assembly


def test_velocity_kernel_is_packed_too(warm):
    function = kernels.njit(fastmath=kernels.LOOSE, error_model="numpy")(kernels._orient.py_func)
    function(*warm["_orient"][:-1], np.zeros((3, 8)))
    (assembly,) = function.inspect_asm().values()
    assert len(PACKED_FMA.findall(assembly)) >= 15
    assert "vsqrtpd" in assembly


def test_circles_against_numpy():
    shell = Shell(name="s", altitude_km=550, inclination_deg=53, planes=9, satellites_per_plane=70, phasing=2)
    fleet = SecularFleet((shell,), START)
    instants = Instants.every(START, 40.0, 5)
    rows = fleet._tiles.reshape(-1, kernels.CIRCLE_PARAMETERS, kernels.TILE).transpose(1, 0, 2).reshape(7, -1)
    radius, u0, u_dot, node0, node_dot, cos_i, sin_i = rows[:, : len(fleet)]
    for k, t in enumerate(instants.offset_s):
        u, node = u0 + u_dot * t, node0 + node_dot * t - fleet._when(instants)[1][k]
        expected = radius * np.array([
            np.cos(node) * np.cos(u) - np.sin(node) * cos_i * np.sin(u),
            np.sin(node) * np.cos(u) + np.cos(node) * cos_i * np.sin(u),
            sin_i * np.sin(u),
        ])  # fmt: skip
        ours = fleet.positions(instants, np.float64)[k].T
        np.testing.assert_allclose(ours, expected, atol=1e-6)


def test_calm_and_general_paths_agree():
    fleet = Sgp4Fleet(ring(20))
    instants = Instants.every(START, 15.0, 50)
    assert (fleet._rows[-1] > 1440).all()
    fast = fleet.positions(instants, np.float64)
    fleet.tiles[:, 32 * kernels.TILE : 33 * kernels.TILE] = 0.0  # calm for no time at all
    general = fleet.positions(instants, np.float64)
    assert 0 < np.abs(fast - general).max() < 1e-4
