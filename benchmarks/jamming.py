"""Jamming: a day of J/N of the cells near a front, beside plain numpy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.coverage import cpu_s
from benchmarks.propagation import EPOCH
from benchmarks.row import Row
from skyhold.geometry.cells import bbox_cells
from skyhold.geometry.masks import SkyMask
from skyhold.geometry.sites import Sites
from skyhold.geometry.visibility import Candidates
from skyhold.jamming.denied import sky_over
from skyhold.jamming.effects import Sky
from skyhold.jamming.emitters import Interference
from skyhold.jamming.field import Field
from skyhold.nouns.constellation import FleetSpec
from skyhold.nouns.jammers import Countermeasures, Jammer
from skyhold.nouns.radio import RadioSpec
from skyhold.orbits.propagate import build_fleet
from skyhold.times import Instants

SLOTS, BLOCK, DEPTH = 5_760, 48, 20
WHAT = f"J/N of 300 cells x {DEPTH} satellites x {SLOTS:,} slots, 3 jammers"
PLACES = ((48.0, 37.8), (49.8, 37.2), (47.6, 36.0))


def jammers(against: str) -> tuple[Jammer, ...]:
    """Three of them, 50 dBW on masts, so strong that many cells are in reach."""
    typed = {"against": against, "eirp_dbw": 50.0, "height_m": 300.0, "strategy": "spot"}
    return tuple(
        Jammer.model_validate({"name": f"{k}", "latitude_deg": a, "longitude_deg": b, **typed})
        for k, (a, b) in enumerate(PLACES)
    )


def in_numpy(field: Field, sky: Sky) -> NDArray[np.float32]:
    """The peer: the same in whole arrays."""
    near, table = field.down.standing, field.down.receiver.table
    xyz = sky.xyz[np.arange(len(sky.xyz))[:, None, None], np.maximum(sky.candidates.satellite, 0)]
    away = xyz - field.sites.ecef[None, :, None, :].astype(np.float32)
    away /= np.linalg.norm(away, axis=-1, keepdims=True)
    cosine = np.einsum("tnki,nji->tnkj", away, near.toward[0])
    gain = table.at(np.arccos(np.clip(cosine, -1.0, 1.0)))
    total = (gain * near.incident[0][None, :, None, :]).sum(axis=-1)
    return np.asarray(np.where(sky.candidates.satellite >= 0, total, 0.0), np.float32)


def rows() -> list[Row]:
    """The performance rows of jamming."""
    sites = bbox_cells(34.5, 46.8, 38.8, 50.2, 5).sites().take(np.arange(300))
    fleet = build_fleet(FleetSpec(library="starlink-2022-02-28"), EPOCH)
    whole = sky_over(fleet, sites, SkyMask(), Instants.every(EPOCH, 15.0, BLOCK))
    sky = Sky(whole.instants, whole.xyz, _highest(whole.candidates))
    return [_downlinks(sites, sky), _uplinks(sites, sky)]


def _downlinks(sites: Sites, sky: Sky) -> Row:
    field = Field(RadioSpec(), jammers("user-down"), Countermeasures(), sites)
    day = _day_s(field.down_j_over_n, sites, sky)
    peer = cpu_s(lambda: in_numpy(field, sky)) * SLOTS / BLOCK
    return Row(f"{WHAT}, down", day, "CPU-s", peer, "numpy, whole arrays", 3.0, note=_note(sky))


def _uplinks(sites: Sites, sky: Sky) -> Row:
    field = Field(RadioSpec(), jammers("user-up"), Countermeasures(), sites)
    return Row(f"{WHAT}, up", _day_s(field.up_j_over_n, sites, sky), "CPU-s", required=3.0, note=_note(sky))


def _day_s(ask: Callable[..., Interference], sites: Sites, sky: Sky) -> float:
    """CPU-seconds of a day, from one block."""
    given = (sky.instants, np.arange(len(sites)), sky.xyz, sky.candidates.satellite)
    ask(*given)
    return cpu_s(lambda: ask(*given)) * SLOTS / BLOCK


def _note(sky: Sky) -> str:
    there = (sky.candidates.satellite >= 0).mean()
    return f"a block of {BLOCK} slots times {SLOTS // BLOCK}; {there:.0%} of the links are there"


def _highest(candidates: Candidates) -> Candidates:
    """The 20 highest of each cell."""
    names = ("satellite", "elevation_rad", "range_m")
    return replace(
        candidates, **{name: np.ascontiguousarray(getattr(candidates, name)[..., :DEPTH]) for name in names}
    )
