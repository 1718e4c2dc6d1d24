"""The last burn flown: when to light it so that the debris falls round a point, and what follows if it fails.

The station coasts on an ellipse whose apogee lies under the middle of the burn; the burn pushes against the inertial
velocity; then the whole falls to a break-up altitude, and a fragment of middling ballistic number to the ground.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from skyhold.constants import MU_M3_S2, WGS84_A_M
from skyhold.data.countries import country_of
from skyhold.decay.mean_orbit import secular_rates
from skyhold.earth.ellipsoid import great_circle_m
from skyhold.entry.deorbit import Ellipse
from skyhold.entry.flight import Bodies, Ends, Floats, Sky, flight_path_rad, fly, height_m, states_of, trace
from skyhold.errors import SkyholdError
from skyhold.station.rocket import exhaust_m_s, propellant_kg
from skyhold.units import DAY_S, KM

MIDDLE_FRAGMENT_KG_M2 = 200.0
ENTRY_M = 120e3
FINE_M = 0.01  # tolerance of flights in orbit
ON_TARGET_M = 1000.0


@dataclass(frozen=True)
class Plane:
    """Where the hold orbit lies, and where on it the station is, at the epoch of the sky (rad, TEME)."""

    inclination_rad: float
    node_rad: float
    argument_rad: float
    altitude_m: float

    def at(self, time_s: Floats | float) -> tuple[Floats, Floats]:
        """Node and argument of latitude at times, by J2, without drag."""
        rates = secular_rates(WGS84_A_M + self.altitude_m, 0.0, self.inclination_rad)
        t = np.asarray(time_s, float)
        draconic = rates.anomaly_rad_s + rates.perigee_rad_s
        return self.node_rad + rates.node_rad_s * t, self.argument_rad + draconic * t

    def position(self, time_s: Floats) -> Floats:
        """(T, 3) m, inertial."""
        node, argument = self.at(time_s)
        return (WGS84_A_M + self.altitude_m) * radial(self.inclination_rad, node, argument)


def radial(inclination_rad: float, node_rad: Floats | float, argument_rad: Floats | float) -> Floats:
    """(..., 3) unit vector to a place on an orbit."""
    c, s = np.cos(argument_rad), np.sin(argument_rad)
    cn, sn, ci, si = np.cos(node_rad), np.sin(node_rad), math.cos(inclination_rad), math.sin(inclination_rad)
    return np.stack(np.broadcast_arrays(cn * c - sn * s * ci, sn * c + cn * s * ci, s * si), axis=-1)


@dataclass(frozen=True)
class Pass:
    """A revolution that passes near a point: when, how far from it, and whether northward."""

    time_s: float
    miss_m: float
    northward: bool


@dataclass(frozen=True)
class Push:
    """What the burn is made with: total mass, thrust, specific impulse, and m/(Cd A) of the whole before break-up."""

    mass_kg: float
    thrust_n: float
    isp_s: float
    ballistic_kg_m2: float

    def bodies(self, count: int = 1, burning: bool = False, air_scale: Floats | float = 1.0) -> Bodies:
        """The station, its face such that m/(Cd A) is as given at this mass."""
        area = self.mass_kg / self.ballistic_kg_m2
        bodies = Bodies.of(count, area_m2=area, cd_free=1.0, cd_continuum=1.0, air_scale=air_scale)
        return bodies.pushed(self.thrust_n, exhaust_m_s(self.isp_s)) if burning else bodies

    def duration_s(self, delta_v_m_s: float) -> float:
        """How long a delta-v takes."""
        spent = propellant_kg(self.mass_kg, delta_v_m_s, self.isp_s)
        return spent * exhaust_m_s(self.isp_s) / self.thrust_n


@dataclass(frozen=True)
class Descent:
    """A last burn and what follows, in seconds from the sky's epoch; places in rad, heights in m.

    `start` is the state at ignition, `after` at cut-off, `breakup` at the break-up altitude; `impact` is of the
    fragment in the middle. `perigee_m` is the least height the orbit after the burn would reach without air.
    """

    push: Push
    start_s: float
    duration_s: float
    delta_v_m_s: float
    perigee_m: float
    start: Floats
    after: Floats
    breakup: Floats
    breakup_s: float
    entry_s: float
    entry_angle_rad: float
    impact_s: float
    impact_latitude_rad: float
    impact_longitude_rad: float

    @property
    def cut_off_s(self) -> float:
        """End of the burn."""
        return self.start_s + self.duration_s


def passes(
    sky: Sky, plane: Plane, latitude_rad: float, longitude_rad: float, days: float
) -> tuple[Pass, ...]:
    """Passes of the coming days nearer than 2,500 km to a point, the nearest first."""
    time = np.arange(0.0, days * DAY_S, 10.0)
    position = plane.position(time)
    latitude, longitude, _ = sky.ground(position, time)
    miss = great_circle_m(latitude, longitude, latitude_rad, longitude_rad)
    least = np.flatnonzero((miss[1:-1] < miss[:-2]) & (miss[1:-1] <= miss[2:]) & (miss[1:-1] < 2.5e6)) + 1
    found = [Pass(float(time[k]), float(miss[k]), bool(latitude[k + 1] > latitude[k - 1])) for k in least]
    return tuple(sorted(found, key=lambda one: one.miss_m))


def apogee_state(
    sky: Sky, inclination_rad: float, node_rad: float, argument_rad: float, orbit: Ellipse
) -> Floats:
    """(6,) at the apogee of an orbit that, flown without air over the real Earth, comes down to its perigee.

    Kepler's speed there is corrected until the least distance of the next half revolution is right within 10 m: over
    the oblate Earth the two differ by kilometres.
    """
    up = radial(inclination_rad, node_rad, argument_rad)
    ahead = radial(inclination_rad, node_rad, argument_rad + 0.5 * math.pi)
    speed, slope = orbit.speed_m_s(orbit.apogee_m), 4.0 * orbit.axis_m / math.sqrt(MU_M3_S2 / orbit.axis_m)
    state = np.concatenate([up * (WGS84_A_M + orbit.apogee_m), ahead * speed])
    for _ in range(6):
        error = least_height_m(sky, state, 0.75 * orbit.period_s) - orbit.perigee_m
        if abs(error) < 10.0:
            break
        state = np.concatenate([state[:3], ahead * (np.linalg.norm(state[3:]) - error / slope)])
    return state


def least_height_m(sky: Sky, state: Floats, span_s: float) -> float:
    """Least distance from the centre less the equator's radius in the coming `span_s`, without air."""
    row = states_of(state[:3], state[3:6], 1.0)
    path = trace(sky.vacuum, Bodies.ballistic(1), row, stop_s=span_s, floor_m=-6e6, longest_s=20.0)
    return float(height_m(path[:, 1:]).min())


def before(sky: Sky, state: Floats, span_s: float) -> Floats:
    """(6,) the state `span_s` earlier on the same orbit without air: backwards is forwards with speed reversed."""
    row = states_of(state[:3], -state[3:6], 1.0)
    ends = fly(sky.vacuum, Bodies.ballistic(1), row, 0.0, stop_s=span_s, floor_m=-6e6, tolerance_m=FINE_M)
    return np.concatenate([ends.states[0, :3], -ends.states[0, 3:6]])


def burn(sky: Sky, push: Push, state: Floats, start_s: float, delta_v_m_s: float) -> Ends:
    """One burn against the velocity from a state (6,) at `start_s`."""
    row = states_of(state[:3], state[3:6], push.mass_kg)
    stop = start_s + push.duration_s(delta_v_m_s)
    return fly(sky, push.bodies(burning=True), row, start_s, stop_s=stop, tolerance_m=FINE_M, longest_s=20.0)


def delta_v_for(sky: Sky, push: Push, centre: Floats, perigee_m: float, orbit: Ellipse) -> float:
    """Delta-v (m/s) of a burn round the apogee state `centre` after which the least height is `perigee_m` (20 m).

    Raises `SkyholdError` where no burn of less than about half a revolution does it.
    """
    target = replace(orbit, perigee_m=perigee_m)
    delta_v = orbit.delta_v_to(target)
    slope = 4.0 * orbit.axis_m / math.sqrt(MU_M3_S2 / orbit.axis_m)
    impulse = delta_v
    for _ in range(12):
        start = before(sky, centre, 0.5 * push.duration_s(delta_v))
        after = burn(sky, push, start, 0.0, delta_v).states[0]
        error = least_height_m(sky, after, 0.6 * orbit.period_s) - perigee_m
        if abs(error) < 20.0:
            return delta_v
        delta_v = min(delta_v + error / slope, 1.6 * impulse)
    raise SkyholdError(
        "no last burn reaches the final perigee",
        expected="a burn well within half a revolution",
        came=f"{push.duration_s(impulse) / orbit.period_s:.2f} revolutions for {impulse:.0f} m/s",
        where="deorbit.final_perigee_km",
        remedy="raise the final perigee, or push harder",
    )


def descend(
    sky: Sky,
    push: Push,
    start: Floats,
    start_s: float,
    delta_v_m_s: float,
    breakup_m: float,
    air_scale: float = 1.0,
) -> Descent:
    """Fly a last burn from ignition to the ground. Raises `SkyholdError` where nothing comes down within a day."""
    lit = burn(sky, push, start, start_s, delta_v_m_s)
    whole = push.bodies(air_scale=air_scale)
    limits = {"stop_s": lit.time_s[0] + DAY_S, "tolerance_m": FINE_M}
    entry = fly(sky, whole, lit.states, lit.time_s, floor_m=ENTRY_M, **limits)
    broken = fly(sky, whole, entry.states, entry.time_s, floor_m=breakup_m, **limits)
    if broken.code[0] != 0:
        raise SkyholdError(
            "the burn does not bring the station down within a day",
            expected="a lower perigee",
            came=f"{delta_v_m_s:.1f} m/s",
            remedy="lower final_perigee_km",
        )
    piece = broken.states.copy()
    piece[:, 6] = MIDDLE_FRAGMENT_KG_M2
    landed = fly(sky, Bodies.ballistic(1, air_scale), piece, broken.time_s)
    latitude, longitude, _ = sky.ground(landed.states, landed.time_s)
    return Descent(
        push=push,
        start_s=start_s,
        duration_s=float(lit.time_s[0]) - start_s,
        delta_v_m_s=delta_v_m_s,
        perigee_m=least_height_m(sky, lit.states[0], 4000.0),
        start=start,
        after=lit.states[0],
        breakup=broken.states[0],
        breakup_s=float(broken.time_s[0]),
        entry_s=float(entry.time_s[0]),
        entry_angle_rad=float(flight_path_rad(entry.states)[0]),
        impact_s=float(landed.time_s[0]),
        impact_latitude_rad=float(latitude[0]),
        impact_longitude_rad=float(longitude[0]),
    )


@dataclass(frozen=True)
class Aim:
    """The last burn aimed: the pass, the flight, and how far its middle fragment falls from the point aimed at."""

    passing: Pass
    orbit: Ellipse
    descent: Descent
    along_m: float  # the point aimed at lies this far ahead of the impact
    miss_m: float


def aim(
    sky: Sky,
    plane: Plane,
    push: Push,
    orbit: Ellipse,
    final_perigee_m: float,
    point_rad: tuple[float, float],
    passing: Pass,
    breakup_m: float,
) -> Aim:
    """Light the last burn on one pass so that the middle fragment falls abreast of a point (latitude, longitude).

    Plane and phase are those of the pass; the orbit before the burn has its apogee under the middle of the burn. The
    phase that the lower orbits gain on the way is for the dates of the steps to absorb. What is left of the miss is
    across the track: another pass may have less of it. Raises `SkyholdError` for a perigee too high to be aimed with.
    """
    node, argument = (float(one) for one in plane.at(passing.time_s))
    rate = 2.0 * math.pi / orbit.period_s
    centre = argument - 2.2  # some 125 degrees upstream
    slope = -WGS84_A_M
    tried: tuple[float, float] | None = None
    for _ in range(12):
        state = apogee_state(sky, plane.inclination_rad, node, centre, orbit)
        delta_v = delta_v_for(sky, push, state, final_perigee_m, orbit)
        half = 0.5 * push.duration_s(delta_v)
        lit_s = passing.time_s - (argument - centre) / rate - half
        descent = descend(sky, push, before(sky, state, half), lit_s, delta_v, breakup_m)
        along = along_track_m(sky, descent, point_rad)
        if abs(along) < ON_TARGET_M:
            break
        if tried and tried[0] != centre:
            slope = min((along - tried[1]) / (centre - tried[0]), -0.2 * WGS84_A_M)
        tried = (centre, along)
        centre -= along / slope
    else:
        raise _unsteered(final_perigee_m, along)
    miss = great_circle_m(descent.impact_latitude_rad, descent.impact_longitude_rad, *point_rad)
    return Aim(passing, orbit, descent, along, float(miss))


def _unsteered(final_perigee_m: float, along_m: float) -> SkyholdError:
    return SkyholdError(
        "the last burn cannot be aimed",
        expected=f"debris within {ON_TARGET_M / KM:g} km of the point along the track",
        came=f"{along_m / KM:,.0f} km with a perigee of {final_perigee_m / KM:g} km",
        where="deorbit.final_perigee_km",
        remedy="lower the final perigee: a grazing entry is not steered by its burn",
    )


def along_track_m(sky: Sky, descent: Descent, point_rad: tuple[float, float]) -> float:
    """How far ahead of the impact a point lies along the direction of fall, m."""
    latitude, longitude, _ = sky.ground(descent.breakup, descent.breakup_s)
    broken, fallen, wanted = (
        unit(*place)
        for place in (
            (latitude, longitude),
            (descent.impact_latitude_rad, descent.impact_longitude_rad),
            point_rad,
        )
    )
    ahead = np.cross(np.cross(broken, fallen), fallen)
    return float(WGS84_A_M * math.atan2(wanted @ ahead / np.linalg.norm(ahead), wanted @ fallen))


def unit(latitude_rad: Floats | float, longitude_rad: Floats | float) -> Floats:
    """(..., 3) unit vector of a latitude and longitude on a sphere."""
    c = np.cos(latitude_rad)
    return np.stack(
        np.broadcast_arrays(c * np.cos(longitude_rad), c * np.sin(longitude_rad), np.sin(latitude_rad)),
        axis=-1,
    )


@dataclass(frozen=True)
class Failure:
    """What a last burn that stops early leaves: after which share of its delta-v, which perigee, and what then.

    `same_revolution`: it comes down before its next turn, at the place given, `miss_m` from where it was to fall, which
    `country` holds ("": the sea). Otherwise natural entry follows `days` later, and the place given is one of all those
    under the orbit.
    """

    share: float
    delta_v_m_s: float
    perigee_m: float
    days: float
    same_revolution: bool
    country: str
    impact_latitude_rad: float
    impact_longitude_rad: float
    miss_m: float


def failures(
    sky: Sky, aimed: Aim, breakup_m: float, shares: Iterable[float] = (0.0, 0.25, 0.5, 0.75, 0.9)
) -> tuple[Failure, ...]:
    """The last burn stopped after shares of its delta-v, flown on with nobody doing anything, 30 days at most.

    Air is that of the sky; the day is good to a tenth of itself, the place of an entry later than a revolution or two
    is not good at all.
    """
    return tuple(_failure(sky, aimed.descent, breakup_m, share) for share in shares)


def _failure(sky: Sky, aimed: Descent, breakup_m: float, share: float) -> Failure:
    delta_v = share * aimed.delta_v_m_s
    lit = burn(sky, aimed.push, aimed.start, aimed.start_s, delta_v)
    stop = aimed.start_s + 30.0 * DAY_S
    whole = aimed.push.bodies()
    down = fly(sky, whole, lit.states, lit.time_s, floor_m=breakup_m, stop_s=stop, tolerance_m=FINE_M)
    piece = down.states.copy()
    piece[:, 6] = MIDDLE_FRAGMENT_KG_M2
    landed = fly(sky, Bodies.ballistic(1), piece, down.time_s, stop_s=down.time_s + 7200.0)
    latitude, longitude, _ = sky.ground(landed.states, landed.time_s)
    intended = (aimed.impact_latitude_rad, aimed.impact_longitude_rad)
    return Failure(
        share,
        delta_v,
        least_height_m(sky, lit.states[0], 6000.0),
        float(down.time_s[0] - lit.time_s[0]) / DAY_S,
        bool(down.code[0] == 0 and down.time_s[0] - aimed.start_s < 5400.0),
        str(country_of(np.degrees(latitude), np.degrees(longitude))[0]),
        float(latitude[0]),
        float(longitude[0]),
        float(great_circle_m(latitude[0], longitude[0], *intended)),
    )
