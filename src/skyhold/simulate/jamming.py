"""Jamming alone: round one jammer, and over the places and cells of a scenario, as tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from skyhold.errors import ScenarioError
from skyhold.geometry.masks import SkyMask, from_spec
from skyhold.geometry.sites import Sites
from skyhold.jamming import denied, terrain
from skyhold.jamming.denied import Ground, Loss
from skyhold.jamming.effects import LEGS, Effect, Leg, Sky, burn_through_m, most_j_over_s_db, rate_under
from skyhold.jamming.emitters import Emitters, spread
from skyhold.jamming.field import Field
from skyhold.jamming.ranking import by_class, rank, sensitivity
from skyhold.links import freespace, modcod, user_links
from skyhold.nouns.jammers import Countermeasures, Jammer
from skyhold.orbits.propagate import Fleet, build_fleet
from skyhold.results.tables import Table
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.simulate.prepare import area_cells, named_places
from skyhold.times import Epoch, Instants
from skyhold.units import DEG, HOUR_S, KM

MOMENTS = 24  # instants over which rates are averaged
RINGS = 60
NEAREST_M = 200.0
FARTHEST_UP_M = 2_000e3
TYPICAL_ELEVATION_RAD = 40.0 * DEG

REACH_M: dict[str, Callable[[Jammer], float]] = {
    "user-down": lambda jammer: 2.0 * float(terrain.horizon_m(_highest_m(jammer))) + 20e3,
    "gnss": lambda jammer: 2.0 * float(terrain.horizon_m(_highest_m(jammer))) + 20e3,
    "user-up": lambda jammer: FARTHEST_UP_M,
}
"""How far from a jammer its effect is looked for."""


@dataclass(frozen=True, eq=False)
class Surroundings:
    """A jammer, the ground round it and the sky over that ground."""

    field: Field
    ground: Ground
    sky: Sky
    leg: Leg
    fleet: Fleet
    mask: SkyMask

    def on(self, ground: Ground) -> Surroundings:
        """The same jammer over another ground."""
        sky = denied.sky_over(self.fleet, ground.sites, self.mask, self.sky.instants)
        return replace(self, field=replace(self.field, sites=ground.sites), ground=ground, sky=sky)

    def left(self, field: Field) -> Loss:
        """What is left with another field over the same ground."""
        return Loss(self.ground, rate_under(field, self.sky, self.leg))

    def left_around(self, field: Field) -> Loss:
        """What is left round a field's one jammer, as far as that one reaches."""
        [jammer] = field.jammers
        ground = _ground(jammer)
        return self.on(ground).left(replace(field, sites=ground.sites))


def surroundings(scenario: BroadbandScenario, jammer: Jammer) -> Surroundings:
    """A jammer that stands at a place, under the scenario's fleet, radio and countermeasures, over its clock.

    Errors: ScenarioError for one that moves or is against gateways: those are seen in a scenario.
    """
    if jammer.latitude_deg is None or jammer.longitude_deg is None or jammer.against not in LEGS:
        raise ScenarioError(
            f"the surroundings of {jammer.name!r} cannot be drawn",
            expected=f"a jammer that stands, against one of {', '.join(LEGS)}",
            came=f"one {'on a track' if jammer.track else 'that stands'} against {jammer.against}",
            remedy="run the whole scenario for it",
        )
    ground = _ground(jammer)
    field = replace(Field.of(scenario, ground.sites), jammers=(jammer,))
    field.check()
    fleet, mask = _fleet(scenario), from_spec(scenario.terminal)
    sky = denied.sky_over(fleet, ground.sites, mask, moments(scenario))
    return Surroundings(field, ground, sky, LEGS[jammer.against], fleet, mask)


def _ground(jammer: Jammer) -> Ground:
    """Rings round a jammer that stands."""
    latitude_deg, longitude_deg = float(jammer.latitude_deg or 0.0), float(jammer.longitude_deg or 0.0)
    return denied.rings(latitude_deg, longitude_deg, NEAREST_M, REACH_M[jammer.against](jammer), RINGS)


def around_tables(place: Surroundings) -> dict[str, Table]:
    """Effect by distance, areas, countermeasures ranked, what it hangs on, and other classes in its place."""
    loss = place.left(place.field)
    return {
        "by_distance": by_distance(place, loss),
        "areas": areas(place, loss),
        "countermeasures": countermeasures(place),
        "sensitivity": sensitivities(place),
        "classes": classes(place),
    }


def map_tables(place: Surroundings) -> dict[str, Table]:
    """The rate that is left on a square grid of 41 by 41 places, and on H3 cells, as far as anything is lost."""
    [jammer], loss = place.field.jammers, place.left(place.field)
    hurt = place.ground.distance_m[loss.hurt]
    radius = float(hurt.max(initial=1e3))
    middle = (float(jammer.latitude_deg or 0.0), float(jammer.longitude_deg or 0.0))
    grid = denied.local_grid(*middle, radius)
    cells = denied.cells_around(*middle, radius, _resolution(radius))
    found = {"grid": _map("grid", place.on(grid))}
    if cells.cells is not None and len(cells):
        names = np.array([f"{int(cell):x}" for cell in cells.cells.ids], object)
        found["h3"] = _map("h3", place.on(cells), {"h3": names})
    return found


def _map(name: str, place: Surroundings, more: dict[str, NDArray[np.generic]] | None = None) -> Table:
    loss, sites = place.left(place.field), place.ground.sites
    where = {"latitude_deg": sites.latitude_rad / DEG, "longitude_deg": sites.longitude_rad / DEG}
    return Table(name, {**(more or {}), **where, "rate_left_percent": 100.0 * loss.relative})


def _resolution(radius_m: float) -> int:
    """The finest H3 resolution, 9 at most, with some 500 cells in a circle; cells of resolution r: 4.36e12 / 7^r m2."""
    return int(np.clip(np.floor(np.log(500.0 * 4.36e12 / (np.pi * radius_m**2)) / np.log(7.0)), 0, 9))


def by_distance(place: Surroundings, loss: Loss) -> Table:
    """Rate that is left and margin over distance from the jammer."""
    distance, relative, margin = loss.by_distance()
    height = _highest_m(place.field.jammers[0])
    sights = distance <= float(terrain.horizon_m(height))
    without = place.field.gnss.denied(place.sky.instants).mean(axis=0).reshape(len(distance), -1).mean(axis=1)
    return Table(
        "by_distance",
        {
            "distance_km": distance / KM,
            "rate_left_percent": 100.0 * relative,
            "margin_db": margin,
            "in_sight": np.array(["yes" if seen else "no" for seen in sights], object),
            "gnss_denied_percent": 100.0 * without,
        },
        {
            "rate_left_percent": "of the clear rate, mean over directions and time",
            "margin_db": "median of C/(N+I+J) over the lowest mode, on the serving satellite",
            "in_sight": "nearer than the radio horizon over a smooth Earth",
        },
    )


def areas(place: Surroundings, loss: Loss) -> Table:
    """Denied area for the low, middle and high end of the jammer's EIRP, horizon and burn-through."""
    [jammer] = place.field.jammers
    rows = []
    for end, value in (
        ("low", jammer.eirp_dbw.low),
        ("middle", jammer.eirp_dbw.value),
        ("high", jammer.eirp_dbw.high),
    ):
        one = _at_power(jammer, value)
        left = loss if end == "middle" else place.left(replace(place.field, jammers=(one,)))
        without = replace(place.field, jammers=(one,)).gnss.denied(place.sky.instants).mean(axis=0)
        rows.append(
            {
                "estimate": end,
                "eirp_dbw": value,
                "denied_km2": left.area_km2(),
                "denied_radius_km": left.radius_m() / KM,
                "half_rate_km2": left.area_km2(0.5),
                "lost_km2": left.lost_km2(),
                "gnss_denied_km2": float((without * place.ground.area_m2).sum() / 1e6),
                "free_space_burn_through_km": free_space_burn_through_m(place.field, one) / KM,
                "horizon_km": float(terrain.horizon_m(jammer.height_m)) / KM,
            }
        )
    return Table.of_rows(
        "areas",
        rows,
        {
            "denied_km2": "less than 10 % of the clear rate is left",
            "half_rate_km2": "less than half is left",
            "lost_km2": "area times the share of the rate lost, where that is 1 % or more",
            "free_space_burn_through_km": "where the lowest mode decodes again, 40 degrees, far sidelobe, no terrain",
        },
    )


def free_space_burn_through_m(field: Field, jammer: Jammer) -> float:
    """Distance beyond which the lowest mode decodes without any terrain, at 40 degrees; NaN but for downlinks."""
    if jammer.against != "user-down":
        return float("nan")
    radio, down = field.hardened, field.hardened.user_down
    clear_db = float(user_links.down(radio).c_n_db(TYPICAL_ELEVATION_RAD))
    noise_dbw = field.down.receiver.noise_dbw
    power = jammer.eirp_dbw.value + spread(jammer, down.channels, False).channel_db
    at_1_km = power - float(freespace.loss_db(1e3, field.down.receiver.f_hz)) + down.far_sidelobe_dbi.value
    lowest = modcod.from_spec(radio.waveform).modes[0].threshold_db
    return float(burn_through_m(1e3, at_1_km - noise_dbw - clear_db, most_j_over_s_db(lowest, clear_db)))


def countermeasures(place: Surroundings) -> Table:
    """Each countermeasure alone, best first, and all together."""
    rows = [
        {
            "countermeasure": found.title,
            "recovered_percent": 100.0 * found.recovered,
            "lost_km2": found.lost_km2,
            "denied_km2": found.denied_km2,
        }
        for found in rank(place.field, place.left)
    ]
    return Table.of_rows("countermeasures", rows, {"recovered_percent": "of the service lost without any"})


def sensitivities(place: Surroundings) -> Table:
    """Denied area at the ends of each uncertain parameter."""
    rows = [
        {
            "parameter": one.parameter,
            "unit": one.unit,
            "low": one.low,
            "high": one.high,
            "denied_low_km2": one.denied_low_km2,
            "denied_high_km2": one.denied_high_km2,
            "lost_low_km2": one.lost_low_km2,
            "lost_high_km2": one.lost_high_km2,
        }
        for one in sensitivity(place.field, place.left)
    ]
    return Table.of_rows("sensitivity", rows)


def classes(place: Surroundings) -> Table:
    """The same place under jammers of other classes against the same receiver."""
    rows = [
        {
            "class": letter,
            "what": power.source.split(":")[0],
            "eirp_dbw": power.value,
            "denied_km2": left.area_km2(),
            "lost_km2": left.lost_km2(),
        }
        for letter, power, left in by_class(place.field, place.left_around)
    ]
    return Table.of_rows("classes", rows)


def scenario_tables(scenario: BroadbandScenario) -> dict[str, Table]:
    """What the jammers of a scenario leave at its places and cells: rates down and up, without and with its defence.

    Errors: ScenarioError where it has no jammer, no place or no cell.
    """
    if not scenario.jammers:
        raise ScenarioError(
            "the scenario has no jammer", where=scenario.name, remedy="add [[jammers]], or use --at"
        )
    places, cells = named_places(scenario), area_cells(scenario.area)
    found = {"jammers": jammers(scenario)}
    if places:
        sites = Sites.from_degrees([p.latitude_deg for p in places], [p.longitude_deg for p in places])
        found["places"] = _of_sites("places", "place", [p.name for p in places], scenario, sites)
    if cells is not None:
        names = [f"{int(cell):x}" for cell in cells.ids]
        found["cells"] = _of_sites("cells", "h3", names, scenario, cells.sites())
    if len(found) == 1:
        raise ScenarioError(
            "nobody is to be served", where=scenario.name, remedy="add places, [cities] or an [area]"
        )
    return found


def jammers(scenario: BroadbandScenario) -> Table:
    """The jammers of a scenario, the range of their EIRP, and how much of the moments they radiate."""
    on = Emitters(scenario.jammers, 1).on(moments(scenario)).mean(axis=0)
    rows = [
        {
            "jammer": one.name,
            "against": one.against,
            "strategy": one.strategy,
            "least_dbw": one.eirp_dbw.low,
            "eirp_dbw": one.eirp_dbw.value,
            "most_dbw": one.eirp_dbw.high,
            "on_percent": 100.0 * share,
        }
        for one, share in zip(scenario.jammers, on.tolist(), strict=True)
    ]
    return Table.of_rows(
        "jammers", rows, {"on_percent": "of 24 moments of the clock", "eirp_dbw": "an estimate"}
    )


def _of_sites(name: str, key: str, names: list[str], scenario: BroadbandScenario, sites: Sites) -> Table:
    field = Field.of(scenario, sites)
    sky = denied.sky_over(_fleet(scenario), sites, from_spec(scenario.terminal), moments(scenario))
    bare = field.with_defence(Countermeasures())
    columns: dict[str, NDArray[np.generic]] = {key: np.array(names, object)}
    for leg, jammed in (("down", LEGS["user-down"]), ("up", LEGS["user-up"])):
        for word, one in (("jammed", bare), ("defended", field)):
            columns[f"{leg}_{word}_percent"] = 100.0 * _left(rate_under(one, sky, jammed))
    columns["gnss_denied_percent"] = 100.0 * field.gnss.denied(sky.instants).mean(axis=0)
    return Table(name, columns, {"down_jammed_percent": "of the clear rate, without countermeasures"})


def _left(effect: Effect) -> NDArray[np.float64]:
    return np.asarray(np.nan_to_num(effect.relative, nan=1.0))


def moments(scenario: BroadbandScenario) -> Instants:
    """24 instants, evenly spaced over the clock of a scenario."""
    duration = scenario.clock.duration_h * HOUR_S
    return Instants.every(Epoch.from_datetime(scenario.clock.start_utc), duration / MOMENTS, MOMENTS)


def _fleet(scenario: BroadbandScenario) -> Fleet:
    return build_fleet(scenario.fleet, Epoch.from_datetime(scenario.clock.start_utc))


def _at_power(jammer: Jammer, value_dbw: float) -> Jammer:
    return jammer.model_copy(update={"eirp_dbw": jammer.eirp_dbw.model_copy(update={"value": value_dbw})})


def _highest_m(jammer: Jammer) -> float:
    return jammer.height_m + max((point.altitude_m for point in jammer.track), default=0.0)
