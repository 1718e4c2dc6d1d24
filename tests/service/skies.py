"""Skies for the tests: random small ones, and a real one over Ukraine."""

import functools
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from skyhold.data.countries import country
from skyhold.geometry.cells import country_cells
from skyhold.geometry.masks import SkyMask
from skyhold.geometry.sites import Sites
from skyhold.geometry.visibility import look_up
from skyhold.nouns.radio import RadioSpec
from skyhold.orbits.secular import SecularFleet
from skyhold.scenario.library import fleet
from skyhold.service.capacity import Limits, Offer
from skyhold.times import Epoch, Instants
from skyhold.units import DEG

CHANNEL_HZ = 240e6
START = Epoch.from_datetime(datetime(2022, 2, 28, 1, tzinfo=UTC))


def limits(gateway_link_bit_s, antennas, beams=2, steps=3, **more):
    values = {
        "beams": beams,
        "beam_hz": CHANNEL_HZ,
        "least_share": 1.0 / steps,
        "beams_per_cell": 2,
        "payload_bit_s": 18e9,
        "gateway_links": 2,
        "most_bit_s_hz": 4.5,
        "gateway_link_bit_s": np.asarray(gateway_link_bit_s, float),
        "antennas": np.asarray(antennas, np.int32),
    }
    return Limits(**(values | more))


def random_sky(seed, slots=2, cells=9, satellites=5, gateways=2, depth=4):
    """An offer, what is wanted, priorities and limits, tight enough that much goes unserved."""
    rng = np.random.default_rng(seed)
    table = np.argsort(rng.random((slots, cells, satellites)), axis=2)[:, :, :depth].astype(np.int32)
    table[np.arange(depth) >= rng.integers(0, depth + 1, (slots, cells))[..., None]] = -1
    bits = np.where(table >= 0, rng.uniform(0.5, 4.5, table.shape), 0.0) * (rng.random(table.shape) < 0.9)
    reach = rng.random((slots, gateways, satellites)) < 0.6
    wanted = rng.lognormal(18.5, 1.0, (slots, cells)) * (rng.random((slots, cells)) < 0.9)
    link = rng.uniform(0.1e9, 3e9, (slots, gateways)) * (rng.random((slots, gateways)) < 0.9)
    held = limits(link, rng.integers(0, 3, gateways), payload_bit_s=rng.uniform(0.3e9, 2e9))
    return Offer(table, bits.astype(np.float32), reach), wanted, rng.integers(0, 2, cells), held


@functools.cache
def ukraine(slots=2):
    """Cells of Ukraine under shell 1 with four gateways: an offer and the limits of the default radio."""
    satellites = SecularFleet(fleet("starlink-gen1").shells[:1], START)
    sites = country_cells(country("UKR"), 5).sites()
    instants = Instants.every(START, 15.0, slots)
    xyz = satellites.positions(instants)
    seen = look_up(xyz, sites, SkyMask(25.0 * DEG, 22.0 * DEG))
    ground = Sites.from_degrees([52.0, 54.9, 50.1, 41.5], [20.9, 23.9, 8.7, 15.5])
    reach = look_up(xyz, ground, SkyMask(25.0 * DEG), depth=80).satellite
    above = np.zeros((slots, 4, xyz.shape[1] + 1), np.bool_)
    for t in range(slots):
        for g in range(4):
            above[t, g, reach[t, g]] = True
    bits = np.where(seen.satellite >= 0, 2.3 + np.sin(seen.elevation_rad), 0.0).astype(np.float32)
    offer = Offer(
        seen.satellite, bits, np.ascontiguousarray(above[:, :, :-1]), None, seen.in_view, seen.allowed
    )
    return offer, Limits.of(RadioSpec(), np.full((slots, 4), 9e9))


def less(offer, keep):
    """The same offer where only the links of `keep` (T, C, K) carry anything: the rest is jammed."""
    clear = offer.bit_s_hz if offer.unjammed_bit_s_hz is None else offer.unjammed_bit_s_hz
    return replace(offer, bit_s_hz=np.where(keep, offer.bit_s_hz, np.float32(0)), unjammed_bit_s_hz=clear)
