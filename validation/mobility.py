"""What the world says about terminals that move, beside ours: Doppler, turns, horizons, and laws of any journey."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

from skyhold.catalogues.catalog import read_catalog
from skyhold.constants import SPEED_OF_LIGHT_M_S
from skyhold.data.gateways import Pop
from skyhold.earth.ellipsoid import great_circle_m
from skyhold.geometry.masks import SkyMask
from skyhold.geometry.sites import Sites
from skyhold.geometry.visibility import look_up
from skyhold.jamming.field import Field
from skyhold.mobility.attitude import horizon_dip_rad, horizon_m
from skyhold.mobility.carriers import CARRIERS, coordinated_bank_rad, turn_radius_m
from skyhold.mobility.doppler import most_shift_hz, range_rate
from skyhold.mobility.journey import Journey, Surroundings, travel
from skyhold.mobility.tracks import positions
from skyhold.mobility.weather import Vacuum
from skyhold.network.delay import round_trip_s
from skyhold.network.gateways import GatewaySegment
from skyhold.network.policies import Context, HighestElevation
from skyhold.network.scheduler import State, assign
from skyhold.nouns.constellation import FleetSpec, Shell
from skyhold.nouns.jammers import Countermeasures, Jammer
from skyhold.nouns.mobility import MovingTerminal, Waypoint
from skyhold.nouns.radio import RadioSpec
from skyhold.orbits.propagate import build_fleet
from skyhold.orbits.sgp4 import Sgp4Fleet
from skyhold.times import Epoch, Instants, slot_instants
from skyhold.units import DAY_S, DEG
from validation.case import DATA, Case

DOWN_HZ = 11.7e9
KNOT_M_S, FOOT_M = 1852.0 / 3600.0, 0.3048
START = datetime(2022, 2, 28, tzinfo=UTC)
SLOTS = slot_instants(Epoch.from_datetime(START), DAY_S / 4)
TLE_2022 = "starlink/starlink_2022-01-22.tle"
KYIV = (50.45, 30.52, 179.0)


@cache
def surroundings() -> Surroundings:
    """Shell 1 whole, gateways in Poland and Lithuania, clear vacuum, the mask of the filings."""
    shell = Shell(
        name="S1", altitude_km=550, inclination_deg=53.0, planes=72, satellites_per_plane=22, phasing=17
    )
    here = Pop("gateway", "", "", 52.0, 20.9)
    gateways = Sites.from_degrees([52.0, 54.9], [20.9, 23.9])
    ground = GatewaySegment(("PL", "LT"), gateways, SkyMask(), (here,), np.zeros((2, 1), np.float32))
    return Surroundings(
        build_fleet(FleetSpec(shells=(shell,)), Epoch.from_datetime(START)),
        ground,
        SkyMask(gso_exclusion_rad=22.0 * DEG),
        HighestElevation(),
        Field(RadioSpec(), (), Countermeasures(), Sites.from_degrees([], [])),
        Vacuum(),
    )


def terminal(
    *points: tuple[float, float, float, float], kind: str = "drone", **more: object
) -> MovingTerminal:
    """A terminal through points of hours, latitude, longitude, metres."""
    track = [
        Waypoint(utc=START + timedelta(hours=h), latitude_deg=lat, longitude_deg=lon, altitude_m=height)
        for h, lat, lon, height in points
    ]
    return MovingTerminal.model_validate({"name": "it", "kind": kind, "track": track, **more})


def drone(**more: object) -> MovingTerminal:
    """A drone that patrols north of Kherson for five hours."""
    corners = [(46.9, 32.0), (46.7, 32.6), (46.7, 33.1), (46.95, 33.3)]
    return terminal(*((0.5 * i, *corners[i % 4], 900.0) for i in range(11)), **more)


def standing_differs() -> float:
    """Slots of a quarter of a day in which a terminal that moves nowhere is served otherwise than a fixed one."""
    around, differs = surroundings(), 0
    for place in (KYIV, (46.48, 30.73, 50.0), (44.6, 33.5, 10.0)):
        moving = travel(terminal((-1, *place), (9, *place), kind="vehicle"), SLOTS, around)
        sites, mask = (
            Sites.from_degrees([place[0]], [place[1]], place[2]),
            replace(around.mask, field_of_view_rad=100.0 * DEG),
        )
        xyz, pop = around.fleet.positions(SLOTS), np.zeros(1, np.int64)
        way = around.ground.backhaul(xyz, SLOTS)
        seen = look_up(xyz, sites, mask, way.delay_s, depth=48, pop_index=pop)
        context = Context(SLOTS, sites, mask.min_elevation_rad, len(around.fleet))
        schedule, _ = assign(seen, around.policy, context, State.initial(1))
        rtt = round_trip_s(schedule, seen, way, pop, SLOTS, seed=around.seed)[:, 0]
        same = (schedule.serving[:, 0] == moving.serving) & (seen.usable[:, 0] == moving.usable)
        same &= (rtt == moving.rtt_s.astype(np.float32)) | (np.isnan(rtt) & np.isnan(moving.rtt_s))
        differs += int((~same).sum())
    return float(differs)


def shift_off_hz() -> float:
    """Greatest difference of our downlink shift from one differenced over 0.1 s, an aircraft and every satellite."""
    flight = terminal((0, 46, 32, 10e3), (4, 56, 50, 11e3), kind="aircraft")
    worst = 0.0
    for at_s in np.linspace(60.0, 14_000.0, 40):
        instants = Instants(SLOTS.epoch, at_s + np.array([-0.1, 0.0, 0.1]))
        xyz, velocity = surroundings().fleet.positions_velocities(instants, np.float64)
        track = positions(flight, instants)
        reach = np.linalg.norm(xyz - track.sites.ecef[:, None], axis=2)
        found = range_rate(xyz[1], velocity[1], track.sites.ecef[1], track.velocity_m_s[1])
        stepped = -(reach[2] - reach[0]) / 0.2 * DOWN_HZ / SPEED_OF_LIGHT_M_S
        worst = max(worst, float(np.abs(found.shift_hz(DOWN_HZ) - stepped).max()))
    return worst


def skyfield_off_hz() -> float:
    """Greatest difference of our downlink shift from skyfield's, 200 Starlinks of 2022 above 25 degrees of Kyiv."""
    from skyfield.api import EarthSatellite, load, wgs84

    records = read_catalog(DATA / TLE_2022).records[:200]
    start = datetime(2022, 1, 22, 12, tzinfo=UTC)
    instants = Instants.every(Epoch.from_datetime(start), 600.0, 20)
    fleet, here = Sgp4Fleet(records), Sites.from_degrees(*([v] for v in KYIV))
    xyz, velocity = fleet.positions_velocities(instants, np.float64)
    ours = range_rate(xyz, velocity, here.ecef[0], np.zeros(3)).shift_hz(DOWN_HZ)
    scale = load.timescale(builtin=True)
    times = scale.from_datetimes([start + timedelta(seconds=float(s)) for s in instants.offset_s])
    place, worst = wgs84.latlon(*KYIV), 0.0
    for number, record in enumerate(records):
        seen = (EarthSatellite(*_lines(record), ts=scale) - place).at(times)
        elevation, _, _, _, _, rate = seen.frame_latlon_and_rates(place)
        high = elevation.radians > 25.0 * DEG
        theirs = -rate.m_per_s * DOWN_HZ / SPEED_OF_LIGHT_M_S
        worst = max(worst, float(np.abs(ours[:, number] - theirs)[high].max(initial=0.0)))
    return worst


def _lines(record: object) -> tuple[str, str, str]:
    from skyhold.catalogues.tle import write_tle

    name, first, second = (["", *write_tle([record]).splitlines()])[-3:]  # type: ignore[list-item]
    return first, second, name


@cache
def journeys() -> dict[str, Journey]:
    """The same flight under worse and worse conditions."""
    around = surroundings()
    jammed = {}
    for eirp in (30.0, 45.0):
        near = Jammer.model_validate(
            {"name": "j", "latitude_deg": 46.8, "longitude_deg": 32.8, "eirp_dbw": eirp}
        )
        jammed[eirp] = replace(around, field=replace(around.field, jammers=(near,)))
    fits = {
        "clear": (drone(), around),
        "limit 90": (drone(speed_limit_km_h=90.0), around),
        "limit 75": (drone(speed_limit_km_h=75.0), around),
        "roll 10": (drone(roll_deg=10.0), around),
        "roll 25": (drone(roll_deg=25.0), around),
        "pointing 1": (drone(pointing_deg=1.0), around),
        "pointing 2": (drone(pointing_deg=2.0), around),
        "jammer 30": (drone(), jammed[30.0]),
        "jammer 45": (drone(), jammed[45.0]),
    }
    return {name: travel(moving, SLOTS, under) for name, (moving, under) in fits.items()}


def bettered(better: str, worse: str) -> Callable[[], float]:
    """Slots in which the worse condition has more usable satellites, or service or rate where the better has less."""

    def count() -> float:
        one, other = journeys()[better], journeys()[worse]
        more = other.usable > one.usable
        if (one.serving == other.serving).all():
            served = one.serving >= 0
            more |= served & (other.link.down_bit_s > one.link.down_bit_s)
            more |= served & (other.link.up_bit_s > one.link.up_bit_s)
        return float(np.count_nonzero(more))

    return count


def mirrored_hz() -> float:
    """Flown backwards: the mean of both shifts at a place and instant against that of who stands there."""
    instants = Instants(Epoch.from_datetime(START), np.array([3600.0]))
    ends = (46.0, 32.0, 9e3), (50.0, 34.0, 9e3)
    there = positions(terminal((0, *ends[0]), (2, *ends[1]), kind="aircraft"), instants)
    back = positions(terminal((0, *ends[1]), (2, *ends[0]), kind="aircraft"), instants)
    xyz, velocity = (part[0] for part in surroundings().fleet.positions_velocities(instants, np.float64))
    shifts = [
        range_rate(xyz, velocity, there.sites.ecef, moves).shift_hz(DOWN_HZ)
        for moves in (there.velocity_m_s, back.velocity_m_s, np.zeros((1, 3)))
    ]
    apart = float(np.linalg.norm(there.sites.ecef - back.sites.ecef))
    return float(np.abs(0.5 * (shifts[0] + shifts[1]) - shifts[2]).max()) if apart < 1e-3 else float("inf")


def driven_off() -> float:
    """Speed summed over random great-circle legs against the length of the geodesic, greatest relative difference."""
    rng, worst = np.random.default_rng(2), 0.0
    instants = Instants(Epoch.from_datetime(START), (np.arange(2000) + 0.5) * 3.6)
    for _ in range(40):
        lat, lon = rng.uniform(-70, 70), rng.uniform(-175, 175)
        ends = (
            (0.0, lat, lon, 0.0),
            (2.0, lat + rng.uniform(-5, 5), lon + rng.uniform(-5, 5), 0.0),
        )
        driven = float(positions(terminal(*ends, kind="aircraft"), instants).speed_m_s.sum()) * 3.6
        length = float(great_circle_m(*np.radians([*ends[0][1:3], *ends[1][1:3]])))
        worst = max(worst, abs(driven / length - 1.0))
    return worst


def _degrees(value: NDArray[np.float64] | float) -> float:
    return float(np.degrees(value))


def _rate_one_bank(knots: float) -> float:
    return _degrees(coordinated_bank_rad(np.array(knots * KNOT_M_S), np.array(3.0 * DEG)))


def _procedure_bank(knots: float) -> float:
    speed = np.array([knots * KNOT_M_S])
    aircraft = CARRIERS["aircraft"]
    return _degrees(aircraft.bank(speed, aircraft.turn_rate(speed, None), None)[0])


FLYING = "Instrument Flying Handbook, FAA-H-8083-15B, standard-rate turns"
PANS_OPS = "ICAO Doc 8168 PANS-OPS: 25 degrees of bank or 3 degrees a second, whichever asks for less bank"
NTN = "3GPP TR 38.811, 6.7.1: (v/c) R/(R+h) cos(elevation), R 6,371 km"
QUARTER = "a drone north of Kherson, five hours, 1,584 satellites"

CASES: tuple[Case, ...] = (
    *(
        Case(
            f"greatest Doppler shift at 11.7 GHz from 550 km, {elevation} degrees",
            "published",
            DOWN_HZ / SPEED_OF_LIGHT_M_S * 7_589.2 * 6_371.0 / 6_921.0 * float(np.cos(elevation * DEG)) / 1e3,
            "kHz",
            0.05,
            "orbital speed to 0.1 m/s",
            NTN,
            lambda elevation=elevation: most_shift_hz(DOWN_HZ, 550e3, elevation * DEG, 6_371e3) / 1e3,
        )
        for elevation in (0, 25, 40)
    ),
    Case(
        "Doppler shift of every satellite from an aircraft: greatest gap to differences over 0.1 s",
        "law",
        0.0,
        "Hz",
        0.1,
        "third-order term of the difference",
        "range rate is the derivative of range",
        shift_off_hz,
    ),
    Case(
        "Doppler shift at Kyiv, 200 Starlinks of 2022-01-22 above 25 degrees: greatest gap to skyfield",
        "crossed",
        0.0,
        "Hz",
        25.0,
        "skyfield turns the Earth by UT1, 0.1 s from UTC on that day: 46 m at the equator, 15 Hz at the zenith",
        "skyfield, frame_latlon_and_rates",
        skyfield_off_hz,
        needs=(TLE_2022,),
    ),
    *(
        Case(
            f"bank of a standard-rate turn at {knots} knots",
            "published",
            says,
            "degrees",
            0.75,
            "a rule of thumb: 15 % of the true airspeed",
            FLYING,
            lambda knots=knots: _rate_one_bank(knots),
        )
        for knots, says in ((100, 15.0), (120, 18.0))
    ),
    Case(
        "radius of a turn at 120 knots and 30 degrees of bank",
        "published",
        2_215.0,
        "ft",
        10.0,
        "its formula, V^2 / (11.26 tan), rounds the constant, which is 11.29",
        "Pilot's Handbook of Aeronautical Knowledge, FAA-H-8083-25B, chapter 5 [R]",
        lambda: turn_radius_m(120.0 * KNOT_M_S, 30.0 * DEG) / FOOT_M,
    ),
    *(
        Case(
            f"bank an aircraft is given in a turn at {knots} knots",
            "published",
            says,
            "degrees",
            0.6,
            "the rule of thumb rounds",
            PANS_OPS,
            lambda knots=knots: _procedure_bank(knots),
        )
        for knots, says in ((180, 25.0), (450, 25.0), (100, 15.0))
    ),
    Case(
        "radio horizon of 10 km of height",
        "published",
        412.0,
        "km",
        1.0,
        "4.12 sqrt(h) has three digits and leaves out the square of the height",
        "ITU-R P.526, 4/3 of the Earth's radius: 4.12 km for the root of a metre",
        lambda: float(horizon_m(10_000.0, 4.0 / 3.0 * 6_371_000.0)) / 1e3,
    ),
    Case(
        "dip of the horizon without refraction, 100 m",
        "published",
        19.3,
        "arc minutes",
        0.05,
        "1.93 minutes for the root of a metre has three digits",
        "Bowditch, American Practical Navigator: geometric dip [R]",
        lambda: 60.0 * _degrees(horizon_dip_rad(100.0)),
    ),
    Case(
        "a terminal that moves nowhere: slots served otherwise than a fixed one",
        "law",
        0.0,
        "slots",
        0.0,
        "the same arithmetic",
        "three places, a quarter of a day: serving satellite, usable satellites, round trip",
        standing_differs,
    ),
    *(
        Case(
            f"slots that {worse} makes better than {better}",
            "law",
            0.0,
            "slots",
            0.0,
            "counted",
            QUARTER,
            bettered(better, worse),
        )
        for better, worse in (
            ("clear", "limit 90"),
            ("limit 90", "limit 75"),
            ("clear", "roll 10"),
            ("roll 10", "roll 25"),
            ("clear", "pointing 1"),
            ("pointing 1", "pointing 2"),
            ("clear", "jammer 30"),
            ("jammer 30", "jammer 45"),
        )
    ),
    Case(
        "flown backwards: mean of both Doppler shifts against that of a terminal that stands",
        "law",
        0.0,
        "Hz",
        1e-3,
        "rounding; range rate is linear in the terminal's velocity",
        "every satellite of shell 1",
        mirrored_hz,
    ),
    Case(
        "distance driven along random legs: greatest relative gap to the geodesic",
        "crossed",
        0.0,
        "",
        2e-5,
        "great circles of normals are not geodesics; legs up to 800 km",
        "Andoyer and Lambert's geodesic (within 1.5e-6 of GeographicLib)",
        driven_off,
    ),
)


def report() -> list[str]:
    """How the same flight fares under each condition."""
    lines = []
    for name, one in journeys().items():
        rate = np.nanmedian(one.link.down_bit_s) / 1e6
        shift = np.nanmax(np.abs(one.motion.shift_hz(DOWN_HZ))) / 1e3
        lines.append(
            f"{name}: served {one.served.mean():.1%}, usable {one.usable.mean():.2f}, {len(one.outages)} outages, "
            f"{one.handovers_per_hour(15.0):.0f} handovers/h, {rate:.0f} Mbit/s, {shift:.0f} kHz"
        )
    return lines


if __name__ == "__main__":
    print("\n".join(report()))  # noqa: T201
