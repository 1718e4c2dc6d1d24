"""Where a moving terminal is at each instant, how fast, heading where, leaning how far."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from skyhold.constants import WGS84_A_M, WGS84_E2
from skyhold.errors import ScenarioError
from skyhold.geometry.sites import Sites
from skyhold.mobility.carriers import CARRIERS, Carrier
from skyhold.mobility.track_files import waypoints
from skyhold.nouns.mobility import MovingTerminal
from skyhold.times import Instants
from skyhold.units import DEG, HOUR_S, KM

Floats = NDArray[np.float64]

POINT_RAD = 1e-12  # shorter legs are a stop: 6 micrometres
CURVE_RAD, CURVE_S = 30.0 * DEG, 30.0  # a smaller turn is a curve, begun so long before its waypoint [A]
STANDS_M_S = 1e-6  # slower is a stop, which has no heading of its own


@dataclass(frozen=True, eq=False)
class Track:
    """A moving terminal at T instants.

    `sites` (T,) where it is; `heading_rad` of the bow clockwise from north; `speed_m_s` over the ground, `climb_m_s`;
    `bank_rad` right side down; `turn_rad_s` clockwise; `velocity_m_s` (T, 3) Earth-fixed, of the path.
    """

    sites: Sites
    heading_rad: Floats
    speed_m_s: Floats
    climb_m_s: Floats
    bank_rad: Floats
    turn_rad_s: Floats
    velocity_m_s: Floats

    def __len__(self) -> int:
        return len(self.sites)

    @property
    def latitude_deg(self) -> Floats:
        """(T,) geodetic latitude."""
        return np.degrees(self.sites.latitude_rad)

    @property
    def longitude_deg(self) -> Floats:
        """(T,) longitude."""
        return np.degrees(self.sites.longitude_rad)

    @property
    def altitude_m(self) -> Floats:
        """(T,) height over the ellipsoid."""
        return self.sites.altitude_m

    def block(self, first: int, last: int) -> Track:
        """Instants first..last-1."""
        part = slice(first, last)
        rest = (getattr(self, name)[part] for name in self.__dataclass_fields__ if name != "sites")
        return Track(self.sites.take(np.arange(len(self))[part]), *rest)


@dataclass(frozen=True, eq=False)
class Along:
    """Points (N,) on legs, rad, and how they move as the share of the leg grows, rad per leg."""

    latitude_rad: Floats
    longitude_rad: Floats
    latitude_rate: Floats
    longitude_rate: Floats


class Way(Protocol):
    """Where a leg from (lat1, lon1) to (lat2, lon2), radians (N,), is at the share `f` of it."""

    def along(self, lat1: Floats, lon1: Floats, lat2: Floats, lon2: Floats, f: Floats) -> Along:
        """Position and rates at the share f (N,) in [0, 1]."""


@dataclass(frozen=True)
class GreatCircle:
    """The great circle of the geodetic normals, at a constant rate of its angle.

    Normals are turned from one end to the other (Gade, "A non-singular horizontal position representation", J.
    Navigation 63, 2010). Against the geodesic of the ellipsoid it strays by less than 1 m on a leg of 100 km and by
    0.2 % in speed. Ends that are antipodes have no shortest way: any one is taken.
    """

    def along(self, lat1: Floats, lon1: Floats, lat2: Floats, lon2: Floats, f: Floats) -> Along:
        """Position and rates at the share f (N,) in [0, 1]."""
        a, b = _normal(lat1, lon1), _normal(lat2, lon2)
        across = b - (a * b).sum(axis=-1, keepdims=True) * a
        size = np.linalg.norm(across, axis=-1, keepdims=True)
        angle = np.arctan2(size, (a * b).sum(axis=-1, keepdims=True))
        across = np.where(size > POINT_RAD, across / np.maximum(size, POINT_RAD), 0.0)
        angle = np.where(size > POINT_RAD, angle, 0.0)
        turned = angle * f[:, None]
        point = np.cos(turned) * a + np.sin(turned) * across
        rate = angle * (np.cos(turned) * across - np.sin(turned) * a)
        flat = np.maximum(np.hypot(point[:, 0], point[:, 1]), POINT_RAD)
        latitude = np.arctan2(point[:, 2], flat)
        east = point[:, 0] * rate[:, 1] - point[:, 1] * rate[:, 0]
        stays = angle[:, 0] == 0.0
        return Along(
            np.where(stays, lat1, latitude),
            np.where(stays, lon1, np.arctan2(point[:, 1], point[:, 0])),
            rate[:, 2] / flat,
            east / flat**2,
        )


@dataclass(frozen=True)
class Rhumb:
    """The line of constant heading on the sphere of geodetic latitudes, the shorter way round in longitude.

    Longitude grows with Mercator's latitude (Snyder, Map Projections, USGS 1395, eq. 7-2). Against the rhumb line of
    the ellipsoid its heading differs by up to 0.2 degrees. A leg that ends at a pole turns round it for ever: refused
    by nobody, and of no use.
    """

    def along(self, lat1: Floats, lon1: Floats, lat2: Floats, lon2: Floats, f: Floats) -> Along:
        """Position and rates at the share f (N,) in [0, 1]."""
        east = _wrapped(lon2 - lon1)
        north = lat2 - lat1
        latitude = lat1 + f * north
        high1, high2, high = (np.arcsinh(np.tan(angle)) for angle in (lat1, lat2, latitude))
        slanted = np.abs(north) > 1e-9
        rise = np.where(slanted, high2 - high1, 1.0)
        done = np.where(slanted, (high - high1) / rise, f)
        growth = np.where(slanted, north / (np.cos(latitude) * rise), 1.0)
        return Along(latitude, _wrapped(lon1 + east * done), north, east * growth)


WAYS: dict[str, Way] = {"great-circle": GreatCircle(), "rhumb": Rhumb()}


@dataclass(frozen=True, eq=False)
class Course:
    """A track between its instants: W waypoints, times in seconds since 1970, and the way between them.

    Each leg has one speed. At a waypoint the bow turns from one leg to the next at the rate of its carrier, half
    before the waypoint and half after it, or faster where the legs are too short; a turn of less than 30 degrees, as
    between the points of a recorded curve, takes a minute if the legs leave it that. The path itself keeps to the
    legs, so the corner that a turn would cut (5 km for 90 degrees at 830 km/h and 25 degrees of bank) is not cut.
    """

    time_s: Floats
    latitude_rad: Floats
    longitude_rad: Floats
    altitude_m: Floats
    way: Way
    carrier: Carrier
    bank_rad: float | None = None

    def at(self, unix_s: Floats) -> Track:
        """Position, motion and attitude at instants (T,); before the first and after the last waypoint it stands."""
        when = np.clip(unix_s, self.time_s[0], self.time_s[-1])
        leg = np.clip(np.searchsorted(self.time_s, when, side="right") - 1, 0, len(self.time_s) - 2)
        under_way = (unix_s >= self.time_s[0]) & (unix_s <= self.time_s[-1])
        sites, speed, climb, heading, velocity = self._along(leg, when, under_way)
        turn_rate, off = self._turning(leg, when)
        turn_rate = np.where(under_way, turn_rate, 0.0)
        bank = self.carrier.bank(speed, turn_rate, self.bank_rad)
        return Track(sites, (heading + off) % (2 * np.pi), speed, climb, bank, turn_rate, velocity)

    def _along(
        self, leg: NDArray[np.int64], when: Floats, under_way: NDArray[np.bool_]
    ) -> tuple[Sites, Floats, Floats, Floats, Floats]:
        """Sites, speed, climb, heading of the leg, Earth-fixed velocity."""
        lasts = self.time_s[leg + 1] - self.time_s[leg]
        f = (when - self.time_s[leg]) / lasts
        at = self.way.along(*self._ends(leg), f)
        rise = self.altitude_m[leg + 1] - self.altitude_m[leg]
        sites = Sites(at.latitude_rad, at.longitude_rad, self.altitude_m[leg] + f * rise)
        north, east = _metres_s(sites, at.latitude_rate / lasts, at.longitude_rate / lasts)
        north, east, climb = (np.where(under_way, v, 0.0) for v in (north, east, rise / lasts))
        speed = np.hypot(north, east)
        heading = np.where(speed > STANDS_M_S, np.arctan2(east, north), self._leg_headings[0][leg])
        velocity = np.einsum("tji,tj->ti", sites.enu, np.stack([east, north, climb], axis=-1))
        return sites, speed, climb, heading, velocity

    def _ends(self, leg: NDArray[np.int64]) -> tuple[Floats, Floats, Floats, Floats]:
        lat, lon = self.latitude_rad, self.longitude_rad
        return lat[leg], lon[leg], lat[leg + 1], lon[leg + 1]

    @cached_property
    def leg_speeds_m_s(self) -> Floats:
        """(W-1,) speed over the ground at the start of each leg."""
        legs = np.arange(len(self.time_s) - 1)
        return self._rates(legs, np.zeros(len(legs)))[1]

    def _rates(self, legs: NDArray[np.int64], f: Floats) -> tuple[Floats, Floats]:
        """Heading and speed at the share f of legs."""
        at = self.way.along(*self._ends(legs), f)
        lasts = self.time_s[legs + 1] - self.time_s[legs]
        sites = Sites(at.latitude_rad, at.longitude_rad, self.altitude_m[legs])
        north, east = _metres_s(sites, at.latitude_rate / lasts, at.longitude_rate / lasts)
        return np.arctan2(east, north), np.hypot(north, east)

    @cached_property
    def _leg_headings(self) -> tuple[Floats, Floats]:
        """Heading at the start and at the end of each leg; a stop keeps the heading it was reached with."""
        legs = np.arange(len(self.time_s) - 1)
        (first, speed), (last, _) = (self._rates(legs, np.full(len(legs), f)) for f in (0.0, 1.0))
        moving = speed > STANDS_M_S
        before = np.maximum.accumulate(np.where(moving, legs, -1))
        ahead = int(np.argmax(moving))
        kept = np.where(before >= 0, last[np.maximum(before, 0)], first[ahead] if moving.any() else 0.0)
        return np.where(moving, first, kept), np.where(moving, last, kept)

    @cached_property
    def _turns(self) -> tuple[Floats, Floats]:
        """Angle turned at each waypoint (W,), clockwise, and half of the time it takes; none at the two ends."""
        first, last = self._leg_headings
        angle, half = np.zeros(len(self.time_s)), np.zeros(len(self.time_s))
        angle[1:-1] = (first[1:] - last[:-1] + np.pi) % (2 * np.pi) - np.pi
        speed = 0.5 * (self.leg_speeds_m_s[1:] + self.leg_speeds_m_s[:-1])
        wanted = 0.5 * np.abs(angle[1:-1]) / self.carrier.turn_rate(speed, self.bank_rad)
        wanted = np.where(np.abs(angle[1:-1]) < CURVE_RAD, np.maximum(wanted, CURVE_S), wanted)
        lasts = np.diff(self.time_s)
        half[1:-1] = np.minimum(wanted, 0.5 * np.minimum(lasts[1:], lasts[:-1]))
        return angle, half

    def _turning(self, leg: NDArray[np.int64], when: Floats) -> tuple[Floats, Floats]:
        """Rate of turn (T,), and how far the bow is off the heading of its leg (T,)."""
        angle, half = self._turns
        since, left = when - self.time_s[leg], self.time_s[leg + 1] - when
        leaving, reaching = since <= half[leg], left < half[leg + 1]
        at = np.where(reaching, leg + 1, leg)
        turning = leaving | reaching
        span = np.where(turning, 2.0 * np.maximum(half[at], 1e-9), 1.0)
        rest = np.where(reaching, half[at] - left, since - half[at])  # past the start, or short of the end
        return np.where(turning, angle[at] / span, 0.0), np.where(turning, angle[at] * rest / span, 0.0)


def course(moving: MovingTerminal) -> Course:
    """The course of a moving terminal, its file read. Errors: ScenarioError, see `track_files.waypoints`."""
    points = waypoints(moving)
    table = np.array([(p.latitude_deg * DEG, p.longitude_deg * DEG, p.altitude_m) for p in points])
    return Course(
        np.array([p.utc.timestamp() for p in points]),
        table[:, 0],
        table[:, 1],
        table[:, 2],
        WAYS[moving.between],
        CARRIERS[moving.kind],
        None if moving.bank_deg is None else moving.bank_deg * DEG,
    )


def positions(moving: MovingTerminal, instants: Instants) -> Track:
    """Where a moving terminal is at each instant; it stands at the ends of its track before and after it."""
    return course(moving).at(instants.unix_s())


def under_way(where: Course, instants: Instants, name: str) -> Instants:
    """The instants from its first to its last waypoint. Errors: ScenarioError where there are none."""
    when = instants.unix_s()
    found = np.flatnonzero((when >= where.time_s[0]) & (when <= where.time_s[-1]))
    if not len(found):
        first, last, start, end = (
            np.datetime_as_string(np.datetime64(round(t), "s"))
            for t in (where.time_s[0], where.time_s[-1], when[0], when[-1])
        )
        raise ScenarioError(
            f"{name} does not move while the run lasts",
            expected=f"waypoints between {start} and {end} UTC",
            came=f"{first} to {last}",
            where="moving",
            remedy="change the times of the track, or the clock",
        )
    return instants.block(int(found[0]), int(found[-1]) + 1)


def doubts(where: Course, name: str) -> tuple[str, ...]:
    """Sentences on legs that its kind of carrier cannot do; at most three, then how many more."""
    fast = np.flatnonzero(where.leg_speeds_m_s > where.carrier.fastest_m_s)
    limit = where.carrier.fastest_m_s * HOUR_S / KM
    told = [
        f"{name}: leg {leg + 1} takes {where.leg_speeds_m_s[leg] * HOUR_S / KM:,.0f} km/h, too fast for a "
        f"{where.carrier.name} ({limit:,.0f} km/h): check times and places"
        for leg in fast[:3]
    ]
    more = [f"{name}: {len(fast) - 3} more legs as fast"] if len(fast) > 3 else []
    return (*told, *more)


def _metres_s(sites: Sites, latitude_rate: Floats, longitude_rate: Floats) -> tuple[Floats, Floats]:
    """North and east speed of rates of latitude and longitude, by the radii of curvature (TR8350.2, eq. 4-15)."""
    w2 = 1.0 - WGS84_E2 * np.sin(sites.latitude_rad) ** 2
    prime = WGS84_A_M / np.sqrt(w2)
    meridian = prime * (1.0 - WGS84_E2) / w2
    east = (prime + sites.altitude_m) * np.cos(sites.latitude_rad) * longitude_rate
    return (meridian + sites.altitude_m) * latitude_rate, east


def _normal(latitude: Floats, longitude: Floats) -> Floats:
    """(N, 3) unit normals of the ellipsoid."""
    flat = np.cos(latitude)
    return np.stack([flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)], axis=-1)


def _wrapped(angle: Floats) -> Floats:
    """The same angle in [-pi, pi)."""
    return (angle + np.pi) % (2.0 * np.pi) - np.pi
