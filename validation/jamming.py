"""What the world says about jamming, beside ours: worked examples, horizons, knife edges, press reports, laws."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skyhold.geometry.sites import Sites
from skyhold.geometry.visibility import Candidates
from skyhold.jamming import beams, defence, effects, terrain, uplink
from skyhold.jamming.downlink import received_dbw, user_terminal
from skyhold.jamming.effects import Sky, rate_under
from skyhold.jamming.emitters import Emitters, Interference, spread
from skyhold.jamming.field import Field
from skyhold.links import modcod, user_links
from skyhold.links.ratios import linear
from skyhold.nouns.jammers import Countermeasures, Jammer
from skyhold.nouns.noun import between
from skyhold.nouns.radio import RadioSpec
from skyhold.times import Epoch, Instants
from skyhold.units import DEG
from validation.case import DATA, Case

EXAMPLES = "reference/rf_worked_examples.json"
RADIO = RadioSpec()
NOTHING = Countermeasures()
GAP = modcod.Gap(3.0, 4.5)  # without a lowest mode, as the examples have it
ELEVATION_RAD, GAS_DB = 40.0 * DEG, 0.30
START = Epoch(2_459_638.5, 0.0)
QPSK_2_9_DB = -2.85


@cache
def says(name: str) -> Any:
    """One worked example."""
    return json.loads((DATA / EXAMPLES).read_text())[name]


def jammer(eirp_dbw: float, **more: Any) -> Jammer:
    """A jammer of a power, in one channel unless told."""
    typed = {
        "name": "j",
        "latitude_deg": 48.0,
        "longitude_deg": 37.8,
        "eirp_dbw": eirp_dbw,
        "strategy": "spot",
    }
    return Jammer.model_validate({**typed, **more})


def radio_with_floor(far_dbi: float) -> RadioSpec:
    """The radio with a far sidelobe of the terminal."""
    down = RADIO.user_down.model_copy(update={"far_sidelobe_dbi": between(far_dbi, far_dbi, far_dbi)})
    return RADIO.model_copy(update={"user_down": down})


def down_ratio_db(
    eirp_dbw: float,
    range_m: float,
    off_axis_deg: float,
    *,
    loss_db: float = 0.0,
    null: Countermeasures = NOTHING,
    floor_dbi: float = -5.0,
) -> float:
    """C/(N+J) at 40 degrees of a jammer at a range and an angle off the beam, dB."""
    receiver = user_terminal(radio_with_floor(floor_dbi), NOTHING)
    gain = 10.0 * np.log10(receiver.table.at(off_axis_deg * DEG))
    left = defence.null_left(null, receiver.aperture_m, receiver.bandwidth_hz, np.pi / 2)
    received = received_dbw(eirp_dbw, range_m, receiver.f_hz, gain, loss_db) + 10.0 * np.log10(left)
    return c_over_n_and_j_db(float(linear(received - receiver.noise_dbw)))


def c_over_n_and_j_db(j_over_n: float) -> float:
    """C/(N+J) of the clear example's link, dB."""
    return float(user_links.down(RADIO).c_n_db(ELEVATION_RAD, 0.0, None, j_over_n, GAS_DB))


def relative_down(ratio_db: float) -> float:
    """Efficiency over the clear one."""
    return float(GAP.efficiency(ratio_db) / GAP.efficiency(c_over_n_and_j_db(0.0)))


def partial_band(channels: int) -> tuple[float, float]:
    """C/(N+J) in a hit channel and the mean rate: 50 dBW, 10 km, 15 dB of loss, over n of 8 channels, hopping."""
    one = jammer(50.0, strategy="barrage", channels=channels)
    lies = spread(one, 8, hops=True)
    receiver = user_terminal(RADIO, NOTHING)
    gain = 10.0 * np.log10(receiver.table.at(90.0 * DEG))
    received = received_dbw(50.0 + lies.channel_db, 10e3, receiver.f_hz, gain, 15.0)
    level = linear(received - receiver.noise_dbw)
    weight, _ = Emitters((one,), 8, hops=True).states()
    states = Interference(weight, np.array([level], np.float32).reshape(1, 1))
    mean = states.mean(lambda j: np.array([relative_down(c_over_n_and_j_db(float(x))) for x in j]))
    return c_over_n_and_j_db(float(level)), float(mean[0])


def uplink_clear_db() -> float:
    """C/N of the terminal's uplink at 25 degrees, 0.5 dB of gas as in the example, dB."""
    return float(user_links.up(RADIO).c_n_db(25.0 * DEG, gas_db=0.5))


def up_ratio_db(channels: int, sidelobe_db: float = 0.0, null_db: float = 0.0) -> float:
    """C/(N+J) at the satellite: 60 dBW over n channels against 38.2 dBW, at the same range."""
    lies = spread(jammer(60.0, strategy="barrage", channels=channels, against="user-up"), 8, hops=False)
    terminal = RADIO.user_up.eirp_dbw.value
    j_over_s = uplink.j_over_s_db(60.0 + lies.channel_db, terminal, sidelobe_db, null_db=null_db)
    return float(effects.jammed_db(uplink_clear_db(), j_over_s))


def relative_up(ratio_db: float) -> float:
    """Efficiency over the clear one."""
    return float(GAP.efficiency(ratio_db) / GAP.efficiency(uplink_clear_db()))


def burn_through_km(eirp_dbw: float, null_db: float = 0.0) -> float:
    """Free-space distance beyond which QPSK 2/9 decodes, far sidelobe of -5 dBi, km."""
    receiver, clear = user_terminal(RADIO, NOTHING), c_over_n_and_j_db(0.0)
    gain = 10.0 * np.log10(receiver.table.at(90.0 * DEG))
    received = float(received_dbw(eirp_dbw, 10e3, receiver.f_hz, gain, null_db))
    j_over_s = received - receiver.noise_dbw - clear
    return float(effects.burn_through_m(10e3, j_over_s, effects.most_j_over_s_db(QPSK_2_9_DB, clear))) / 1e3


def _over_zenith(sites: Sites) -> Sky:
    """A sky with one satellite at the zenith of each place, 550 km up."""
    xyz = (sites.ecef + 550e3 * sites.enu[:, 2])[None]
    count = len(sites)
    satellite = np.arange(count, dtype=np.int32)[None, :, None]
    ones = np.ones((1, count), np.uint16)
    candidates = Candidates(
        satellite,
        np.full(satellite.shape, np.pi / 2, np.float32),
        np.full(satellite.shape, 550e3, np.float32),
        ones,
        ones,
        ones,
    )
    return Sky(Instants.every(START, 15.0, 1), np.asarray(xyz, np.float32), candidates)


def airborne_radius_km(eirp_dbw: float = 26.0) -> float:
    """Radius under a jammer 20 km up within which no mode decodes for terminals that look at the zenith, km."""
    away_km = np.arange(0.0, 12.0, 0.01)
    sites = Sites.from_degrees(48.0 + np.degrees(away_km * 1e3 / 6_381e3), np.full(len(away_km), 37.8))
    field = Field(RADIO, (jammer(eirp_dbw, preset="E", height_m=20_000.0),), NOTHING, sites)
    dead = rate_under(field, _over_zenith(sites)).relative <= 0.0
    return float(away_km[dead].max(initial=0.0))


def uplink_spot_km2() -> float:
    """Least area that an uplink jammer in a beam shares with its victims: the half-power spot at nadir, km2."""
    beam = beams.satellite_beam_rad(RADIO.user_up.satellite_gain_dbi)
    return float(np.pi * (550.0 * np.tan(beam / 2)) ** 2)


@cache
def random_fields(seed: int = 7) -> list[tuple[Field, Sky]]:
    """Random jammers round random terminals under satellites at random places of the sky."""
    rng = np.random.default_rng(seed)
    return [_random_field(rng) for _ in range(20)]


def _random_field(rng: np.random.Generator) -> tuple[Field, Sky]:
    sites = Sites.from_degrees(48.0 + rng.uniform(-0.3, 0.3, 30), 37.8 + rng.uniform(-0.4, 0.4, 30))
    elevation, azimuth = rng.uniform(0.45, 1.5, 12), rng.uniform(0.0, 6.28, 12)
    local = np.stack(
        [np.cos(elevation) * np.sin(azimuth), np.cos(elevation) * np.cos(azimuth), np.sin(elevation)], 1
    )
    middle = Sites.from_degrees([48.0], [37.8])
    xyz = middle.ecef[0] + 800e3 * (local @ middle.enu[0])
    order = np.argsort(-elevation).astype(np.int32)
    shape = (1, len(sites), len(order))
    counts = np.full((1, len(sites)), len(order), np.uint16)
    candidates = Candidates(
        np.broadcast_to(order, shape).copy(),
        np.broadcast_to(elevation[order], shape).astype(np.float32),
        np.full(shape, 8e5, np.float32),
        counts,
        counts,
        counts,
    )
    sky = Sky(Instants.every(START, 15.0, 1), np.asarray(xyz[None], np.float32), candidates)
    jammers = tuple(_random_jammer(rng) for _ in range(int(rng.integers(1, 6))))
    measures = Countermeasures(
        terminal_null_db=float(rng.choice([0.0, 25.0])),
        terminal_nulls=int(rng.integers(0, 4)),
        hop_channels=bool(rng.integers(2)),
        taper=bool(rng.integers(2)),
        choose_satellite=bool(rng.integers(2)),
    )
    return Field(RADIO, jammers, measures, sites), sky


def _random_jammer(rng: np.random.Generator) -> Jammer:
    place = {"latitude_deg": 48.0 + rng.uniform(-0.3, 0.3), "longitude_deg": 37.8 + rng.uniform(-0.4, 0.4)}
    return jammer(
        float(rng.uniform(0.0, 60.0)),
        **place,
        height_m=float(rng.choice([2.0, 30.0, 3_000.0, 20_000.0])),
        strategy=str(rng.choice(["spot", "sweep", "barrage"])),
        channels=int(rng.integers(1, 9)),
    )


def most_gained(change: Callable[[Field], Field]) -> float:
    """Largest rise of any rate, as a share, when a field is made worse."""
    worst = 0.0
    for field, sky in random_fields():
        before, after = (rate_under(one, sky).jammed_bit_s for one in (field, change(field)))
        worst = max(worst, float(_rise(before, after).max()))
    return worst


def _rise(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    return (after - before) / np.maximum(before, 1.0)


def _one_more(field: Field) -> Field:
    return _with(field, (*field.jammers, jammer(40.0, strategy="barrage", channels=4)))


def _louder(field: Field) -> Field:
    first, *others = field.jammers
    value = first.eirp_dbw.value + 3.0
    return _with(field, (first.model_copy(update={"eirp_dbw": between(value, value, value)}), *others))


def _with(field: Field, jammers: tuple[Jammer, ...]) -> Field:
    return Field(field.radio, jammers, field.countermeasures, field.sites)


def silent_difference() -> float:
    """Largest difference between the rate under jammers that are off and without jammers, as a share."""
    worst = 0.0
    off = [{"from_utc": "2020-01-01T00:00:00Z", "to_utc": "2020-01-02T00:00:00Z"}]
    for field, sky in random_fields():
        silent = tuple(Jammer.model_validate({**one.model_dump(), "on": off}) for one in field.jammers)
        rates = [rate_under(_with(field, jammers), sky).jammed_bit_s for jammers in (silent, ())]
        worst = max(worst, float(np.abs(_rise(rates[1], rates[0])).max()))
    return worst


NULL_25 = Countermeasures(terminal_null_db=25.0, null_true_delay=True)
DOWN: dict[str, Callable[[], float]] = {
    "W2_ground_10kW_10km_LOS": lambda: down_ratio_db(50.0, 10e3, 90.0),
    "W3_same_behind_terrain_30dB": lambda: down_ratio_db(50.0, 10e3, 90.0, loss_db=30.0),
    "W4_same_LOS_25dB_null": lambda: down_ratio_db(50.0, 10e3, 90.0, null=NULL_25),
    "W5_small_30dBW_10km_LOS": lambda: down_ratio_db(30.0, 10e3, 90.0),
    "W6_air_26dBW_20km_10deg": lambda: down_ratio_db(26.0, 20e3, 10.0),
    "W7_air_26dBW_20km_30deg": lambda: down_ratio_db(26.0, 20e3 / np.cos(30.0 * DEG), 30.0, floor_dbi=-10.0),
}
UP: dict[str, Callable[[], float]] = {
    "W10_up_60dBW_inbeam_1ch": lambda: up_ratio_db(1),
    "W11_up_60dBW_spread_8ch": lambda: up_ratio_db(8),
    "W12_up_60dBW_8ch_-20dB_sidelobe": lambda: up_ratio_db(8, -20.0),
    "W13_up_60dBW_8ch_-20dB_sidelobe_-20dB_null": lambda: up_ratio_db(8, -20.0, 20.0),
}
WORKED = "worked examples, facts 3.4 (computed before Skyhold from the formulas of the Recommendations)"
TO_A_HUNDREDTH = "asked: 0.01 dB; both are computed in double precision, the pattern is a table"
TO_TWO_THOUSANDTHS = "asked: 0.002 of the clear rate"
PRESS = "press reports; neither power nor threshold is told"


def _example(name: str, key: str) -> float:
    return float(says(name)[key]) if (DATA / EXAMPLES).exists() else float("nan")


def _ratios(found: dict[str, Callable[[], float]], key: str) -> tuple[Case, ...]:
    return tuple(
        Case(
            f"{name.split('_')[0]} C/(N+J)", "crossed", _example(name, key), "dB", 0.01, TO_A_HUNDREDTH,
            f"{WORKED}: {name}", ours, needs=(EXAMPLES,),
        )
        for name, ours in found.items()
    )  # fmt: skip


def _rates(found: dict[str, Callable[[], float]], relative: Callable[[float], float]) -> tuple[Case, ...]:
    return tuple(
        Case(
            f"{name.split('_')[0]} rate over the clear rate", "crossed", _example(name, "rel"), "share", 0.002,
            TO_TWO_THOUSANDTHS, f"{WORKED}: {name}", lambda ours=ours: relative(ours()), needs=(EXAMPLES,),
        )
        for name, ours in found.items()
    )  # fmt: skip


def _partial_bands() -> tuple[Case, ...]:
    if not (DATA / EXAMPLES).exists():
        return ()
    rows = []
    for row in says("W8_partial_band"):
        n = int(row["n"])
        rows += [
            Case(
                f"W8 C/(N+J) in a hit channel, {n} of 8", "crossed", row["CNJ"], "dB", 0.01, TO_A_HUNDREDTH, WORKED,
                lambda n=n: partial_band(n)[0], needs=(EXAMPLES,),
            ),
            Case(
                f"W8 mean rate over the clear rate, {n} of 8", "crossed", row["avg_rel"], "share", 0.002,
                TO_TWO_THOUSANDTHS, WORKED, lambda n=n: partial_band(n)[1], needs=(EXAMPLES,),
            ),
        ]  # fmt: skip
    return tuple(rows)


def _knife_edges() -> tuple[Case, ...]:
    edges = ((20, 500, 9_500, 31.024084), (5, 200, 9_800, 22.845450), (50, 2_000, 8_000, 33.721817))
    return tuple(
        Case(
            f"W18 knife edge of {h} m, {d1} m before, {d2} m behind", "crossed", loss, "dB", 0.01, TO_A_HUNDREDTH,
            f"{WORKED}: W18; ITU-R P.526",
            lambda h=h, d1=d1, d2=d2: float(terrain.knife_edge_db(h, d1, d2, 11.7e9)),
        )
        for h, d1, d2, loss in edges
    )  # fmt: skip


def _horizons() -> tuple[Case, ...]:
    return tuple(
        Case(
            f"radio horizon of {height:g} m over a terminal at 1.5 m", "published", says, "km", margin,
            "printed to its last digit", "4.12 (sqrt h1 + sqrt h2) km, 4/3 Earth (ITU-R P.526)",
            lambda height=height: float(terrain.horizon_m(height)) / 1e3,
        )
        for height, says, margin in ((10.0, 18.1, 0.05), (30.0, 27.6, 0.05), (3e3, 231.0, 0.5), (20e3, 588.0, 0.5))
    )  # fmt: skip


def _burns() -> tuple[Case, ...]:
    rows = (
        ("50dBW_side-5_km", 50.0, 0.0),
        ("30dBW_side-5_km", 30.0, 0.0),
        ("50dBW_side-5_null25_km", 50.0, 25.0),
    )
    return tuple(
        Case(
            f"W17 burn-through, {power:g} dBW, null {null:g} dB", "crossed", _example("W17_burnthrough", key), "km",
            0.00116 * _example("W17_burnthrough", key), "0.01 dB is 0.116 % of a distance", f"{WORKED}: W17",
            lambda power=power, null=null: burn_through_km(power, null), needs=(EXAMPLES,),
        )
        for key, power, null in rows
    )  # fmt: skip


def _diversity() -> tuple[Case, ...]:
    return tuple(
        Case(
            f"W15 sky that is left, {k} of 15 satellites followed", "crossed", 1.0 - k / 15.0, "share", 1e-9,
            "a ratio of whole numbers", f"{WORKED}: W15", lambda k=k: 1.0 - uplink.satellites_jammed(15, k),
        )
        for k in (1, 2, 6, 12)
    )  # fmt: skip


CASES: tuple[Case, ...] = (
    *_ratios(DOWN, "CNJ_dB"),
    *_rates(DOWN, relative_down),
    *_partial_bands(),
    *_ratios(UP, "CNJ"),
    *_rates(UP, relative_up),
    Case(
        "W14 J/S of a geostationary VSAT in the beam", "crossed", 15.0, "dB", 0.01, TO_A_HUNDREDTH, f"{WORKED}: W14",
        lambda: float(uplink.j_over_s_db(60.0, 45.0)),
    ),
    *_diversity(),
    Case(
        "W17 most J/S for QPSK 2/9", "crossed", _example("W17_burnthrough", "JS_max_dB"), "dB", 0.01, TO_A_HUNDREDTH,
        f"{WORKED}: W17", lambda: float(effects.most_j_over_s_db(QPSK_2_9_DB, c_over_n_and_j_db(0.0))),
        needs=(EXAMPLES,),
    ),
    *_burns(),
    *_knife_edges(),
    *_horizons(),
    Case(
        "radius of silence under a jammer of 26 dBW 20 km up", "published", 3.5, "km", 1.05,
        "30 %: the study has two powers, 26 and 23 dBW, and 3 dB is 32 % of an angle on 29 - 25 log",
        "Zhejiang University and BIT, November 2025, 38.5 km2 a node, by the press", airborne_radius_km,
    ),
    Case(
        "area that an uplink jammer in a beam takes with it", "published", 20.0, "km2", 20.0,
        "a factor of two: " + PRESS, "Volna \"Kupol/Garant\", 14 to 14.5 GHz, about 20 km2 each (press, 2026)",
        uplink_spot_km2,
        known_failure="a beam of 23 km listens to 400 km2 at once: 20 km2 fits a jammer of terminals, "
        "or one that only just reaches the satellite",
    ),
    Case(
        "largest gain of a rate by one more jammer", "law", 0.0, "share", 1e-5, "float32 of J/N",
        "20 random fields", lambda: most_gained(_one_more), relation="at most",
    ),
    Case(
        "largest gain of a rate by 3 dB more of one jammer", "law", 0.0, "share", 1e-5, "float32 of J/N",
        "20 random fields", lambda: most_gained(_louder), relation="at most",
    ),
    Case(
        "difference between silent jammers and none", "law", 0.0, "share", 0.0, "exact", "20 random fields",
        silent_difference,
    ),
)  # fmt: skip
