"""For those who protect service: which countermeasure gives most back, and how sure any of it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from skyhold.jamming.denied import Loss
from skyhold.jamming.field import Field
from skyhold.nouns.jammers import CLASSES, Countermeasures, Jammer
from skyhold.nouns.noun import Prior
from skyhold.nouns.radio import RadioSpec, UserDown

Evaluate = Callable[[Field], Loss]
DOWN, UP = frozenset({"user-down"}), frozenset({"user-up"})
EITHER = DOWN | UP


@dataclass(frozen=True)
class Measure:
    """A countermeasure to be tried: its word, what it is, the keys it sets, and the receivers it can help."""

    name: str
    title: str
    keys: dict[str, Any]
    helps: frozenset[str]

    def on(self, countermeasures: Countermeasures) -> Countermeasures:
        """The same with this one switched on."""
        return countermeasures.model_copy(update=self.keys)


MEASURES: tuple[Measure, ...] = (
    Measure("null", "null of the terminal's array, 25 dB", {"terminal_null_db": 25.0}, DOWN),
    Measure("taper", "lower sidelobes of the terminal, 7.5 dB for 1 dB of gain", {"taper": True}, DOWN),
    Measure("choose", "the satellite that is best under jamming", {"choose_satellite": True}, EITHER),
    Measure("hop", "a new channel each slot", {"hop_channels": True}, EITHER),
    Measure("fall-back", "robust modes", {"fall_back": True}, EITHER),
    Measure("power", "more flux, up to its limit", {"raise_power_db": 10.0}, DOWN),
    Measure("dig-in", "terminals dug in, 20 dB near the horizon", {"dug_in_db": 20.0}, DOWN),
    Measure("satellite-null", "null of the satellite's array, 20 dB", {"satellite_null_db": 20.0}, UP),
    Measure(
        "satellite-sidelobes", "lower sidelobes of the satellite, 20 dB", {"satellite_sidelobe_db": 20.0}, UP
    ),
    Measure("narrow", "an uplink of 15 MHz where that carries more", {"narrow_uplink_mhz": 15.0}, UP),
    Measure("ignore-gnss", "acquire without GNSS", {"ignore_gnss": True}, frozenset({"gnss"})),
)
"""Typical depths; middle of the ranges in docs/why/jamming.md."""


@dataclass(frozen=True)
class Recovery:
    """What countermeasures leave denied (km2) and lost (km2 of whole service), and the share they give back."""

    name: str
    title: str
    denied_km2: float
    lost_km2: float
    recovered: float


def rank(field: Field, evaluate: Evaluate, measures: tuple[Measure, ...] = MEASURES) -> tuple[Recovery, ...]:
    """Each countermeasure alone, the best first, then all together; the first row is none of them.

    `evaluate` gives what is left with a field. Only those are tried that can help the receivers the jammers are
    against. What is recovered is counted in lost service, where doing nothing hurts, so that the price of a
    measure counts.
    """
    against = {jammer.against for jammer in field.jammers}
    tried = [measure for measure in measures if measure.helps & against]
    nothing = evaluate(field.with_defence(Countermeasures()))
    alone = [
        _recovery(m.name, m.title, evaluate(field.with_defence(m.on(Countermeasures()))), nothing)
        for m in tried
    ]
    together = Countermeasures()
    for measure in tried:
        together = measure.on(together)
    return (
        _recovery("none", "nothing is done", nothing, nothing),
        *sorted(alone, key=lambda found: -found.recovered),
        _recovery("all", "all of these", evaluate(field.with_defence(together)), nothing),
    )


def _recovery(name: str, title: str, left: Loss, nothing: Loss) -> Recovery:
    lost, before = left.lost_km2(nothing.hurt), nothing.lost_km2()
    share = (before - lost) / before if before > 0.0 else 0.0
    return Recovery(name, title, left.area_km2(), lost, share)


@dataclass(frozen=True)
class Sensitivity:
    """A parameter at the ends of its range, and the area denied and the service lost (km2) at each."""

    parameter: str
    unit: str
    low: float
    high: float
    denied_low_km2: float
    denied_high_km2: float
    lost_low_km2: float
    lost_high_km2: float


Set = Callable[[Field, float], Field]


@dataclass(frozen=True)
class Doubt:
    """A parameter that nobody outside knows: its range, and the field with a value of it."""

    parameter: str
    unit: str
    low: float
    high: float
    put: Set


def sensitivity(field: Field, evaluate: Evaluate) -> tuple[Sensitivity, ...]:
    """One parameter at a time at the ends of its range, the widest effect first."""
    found = []
    for doubt in doubts(field):
        low, high = (evaluate(doubt.put(field, value)) for value in (doubt.low, doubt.high))
        denied, lost = (low.area_km2(), high.area_km2()), (low.lost_km2(), high.lost_km2())
        found.append(Sensitivity(doubt.parameter, doubt.unit, doubt.low, doubt.high, *denied, *lost))
    return tuple(sorted(found, key=lambda one: -abs(one.lost_high_km2 - one.lost_low_km2)))


def doubts(field: Field) -> tuple[Doubt, ...]:
    """What the outcome hangs on: the jammer's power, height and surroundings, and the radio's uncertain levels."""
    first, down, up = field.jammers[0], field.radio.user_down, field.radio.user_up
    power = first.eirp_dbw
    of_jammer = (
        Doubt("EIRP of the jammer", "dBW", power.low, power.high, _with_eirp),
        Doubt("height of the jammer", "m", 0.5 * first.height_m, 2.0 * first.height_m, _with("height_m")),
        Doubt("clutter round it", "dB", 0.0, 20.0, _with("clutter_db")),
    )
    of_radio: dict[str, tuple[Doubt, ...]] = {
        "user-down": (
            _prior(
                "far sidelobes of terminals", "dBi", "user_down", "far_sidelobe_dbi", down.far_sidelobe_dbi
            ),
            _level(down),
            _prior("noise of terminals", "K", "user_down", "noise_k", down.noise_k),
        ),
        "user-up": (
            _prior("EIRP of terminals", "dBW", "user_up", "eirp_dbw", up.eirp_dbw),
            _prior("G/T of the satellite", "dB/K", "user_up", "satellite_g_t_db_k", up.satellite_g_t_db_k),
        ),
    }
    return (*of_jammer, *of_radio.get(first.against, ()))


def _level(down: UserDown) -> Doubt:
    """What a satellite sends: its flux, or its EIRP where the radio is told by that."""
    if down.eirp_dbw is not None:
        return _prior("EIRP of the satellite", "dBW", "user_down", "eirp_dbw", down.eirp_dbw)
    return _prior("flux of the satellite", "dBW/m2/MHz", "user_down", "pfd_dbw_m2_mhz", down.pfd_dbw_m2_mhz)


def by_class(field: Field, evaluate: Evaluate) -> tuple[tuple[str, Prior, Loss], ...]:
    """The same place under a jammer of each class that is against the same receiver: letter, EIRP, what is left.

    `evaluate` has to look as far as the jammer of its field reaches, which differs from class to class.
    """
    first = field.jammers[0]
    place = {"name": first.name, "latitude_deg": first.latitude_deg, "longitude_deg": first.longitude_deg}
    found = []
    for letter in CLASSES:
        jammer = Jammer.model_validate({**place, "preset": letter})
        if jammer.against == first.against and not first.track:
            found.append((letter, jammer.eirp_dbw, evaluate(replace(field, jammers=(jammer,)))))
    return tuple(found)


def _each(field: Field, change: Callable[[Jammer], dict[str, Any]]) -> Field:
    changed = tuple(jammer.model_copy(update=change(jammer)) for jammer in field.jammers)
    return replace(field, jammers=changed)


def _with(key: str) -> Set:
    return lambda field, value: _each(field, lambda _: {key: value})


def _with_eirp(field: Field, value: float) -> Field:
    shift = value - field.jammers[0].eirp_dbw.value
    return _each(
        field, lambda j: {"eirp_dbw": j.eirp_dbw.model_copy(update={"value": j.eirp_dbw.value + shift})}
    )


def _prior(title: str, unit: str, part: str, key: str, prior: Prior) -> Doubt:
    def put(field: Field, value: float) -> Field:
        return replace(field, radio=_with_value(field.radio, part, key, prior, value))

    return Doubt(title, unit, prior.low, prior.high, put)


def _with_value(radio: RadioSpec, part: str, key: str, prior: Prior, value: float) -> RadioSpec:
    spec = getattr(radio, part)
    return radio.model_copy(
        update={part: spec.model_copy(update={key: prior.model_copy(update={"value": value})})}
    )
