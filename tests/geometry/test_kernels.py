import re

import numpy as np
import pytest
from llvmlite.binding import get_host_cpu_features
from numba import njit, types

from skyhold.geometry import binned_kernels, kernels


def assembly(function, *signature):
    """The machine code of a kernel, compiled afresh (a cached one cannot be read)."""
    fresh = njit(fastmath=kernels.FAST, error_model="numpy")(function.py_func)
    fresh.compile(signature)
    return fresh.inspect_asm(fresh.signatures[0])


def packed(code, what):
    return len(re.findall(rf"\b{what}[ \t][^\n]*[yz]mm", code))


F = types.float32[::1]


@njit(fastmath=kernels.FAST, error_model="numpy")
def many_raised(F, blocks, x, y, z, s):
    for k in range(blocks):
        binned_kernels.raise_block(F, k, x, y, z, s)


@njit(fastmath=kernels.FAST, error_model="numpy")
def many_counted(F, blocks, x, y, z, least, lanes):
    for k in range(blocks):
        binned_kernels.count_block(F, k, x, y, z, least, lanes)


@pytest.mark.skipif(not get_host_cpu_features().get("avx2"), reason="this machine has no AVX2")
@pytest.mark.parametrize(
    ("function", "signature", "wants"),
    [
        (kernels.see, (F, types.uint64, types.uint64, F), {r"vfn?m(add|sub)\w*ps": 12, "vsqrtps": 1}),
        (
            many_raised,
            (F, types.int64, *[types.float32] * 4),
            {r"vfn?m(add|sub)\w*ps": 4, "v(div|rcp14|rcp)ps": 1},
        ),
        (many_counted, (F, types.int64, *[types.float32] * 4, types.uint64), {r"vfn?m(add|sub)\w*ps": 4}),
    ],
)
def test_hot_loops_are_vectorised(function, signature, wants):
    code = assembly(function, *signature)
    for instruction, least in wants.items():
        assert packed(code, instruction) >= least, f"{instruction} in {function}"


def test_atan01_to_float32():
    t = np.linspace(0, 1, 20_001, dtype=np.float32)
    call = njit(lambda x: kernels.atan01(x))
    got = np.array([call(x) for x in t[::20]], np.float32)
    assert np.abs(got - np.arctan(t[::20].astype(float))).max() < 1.5e-7


def test_angle_of_is_atan2():
    call = njit(lambda y, x: binned_kernels.angle_of(y, x))
    angle = np.linspace(-3.14, 3.14, 500)
    got = [call(np.float32(np.sin(a)), np.float32(np.cos(a))) for a in angle]
    assert np.abs(np.array(got) - angle).max() < 1e-6
    assert np.isfinite(call(np.float32(0), np.float32(0)))


def test_half_widths_hold_every_visible_longitude():
    edges = np.linspace(-np.pi / 2, np.pi / 2, 31)
    table = np.empty((1, 90, 30), np.float32)
    reach = np.full((1, 30), np.radians(8.0))
    binned_kernels.half_widths(reach, edges, table)
    rng = np.random.default_rng(0)
    a, p, w = rng.uniform(-np.pi / 2, np.pi / 2, 200_000), rng.uniform(-np.pi / 2, np.pi / 2, 200_000), None
    w = rng.uniform(0, np.pi, a.size)
    seen = np.sin(a) * np.sin(p) + np.cos(a) * np.cos(p) * np.cos(w) >= np.cos(reach[0, 0])
    held = table[0, ((a + np.pi / 2) * 90 / np.pi).astype(int), ((p + np.pi / 2) * 30 / np.pi).astype(int)]
    assert (held >= w)[seen].all()
    assert seen.sum() > 500
