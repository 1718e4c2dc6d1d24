"""What carries a moving terminal: how fast it can go, how it turns, whether it leans into a turn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skyhold.constants import STANDARD_GRAVITY_M_S2
from skyhold.units import DEG, HOUR_S, KM

Floats = NDArray[np.float64]

RATE_ONE_RAD_S = 3.0 * DEG
PROCEDURE_BANK_RAD = 25.0 * DEG
MOST_BANK_RAD = 60.0 * DEG


@dataclass(frozen=True)
class Carrier:
    """A kind of carrier; angles in radians.

    `fastest_m_s`: a leg that is faster is doubted, not refused. `turn_rad_s`: rate of its turns. `antenna_m`: height of
    its antenna over ground or sea. `flies`: its altitude is its height, and it banks so that turns are coordinated; one
    that does not fly stands upright in turns unless a bank is given.
    """

    name: str
    fastest_m_s: float
    turn_rad_s: float
    antenna_m: float
    flies: bool

    def turn_rate(self, speed_m_s: Floats, bank_rad: float | None) -> Floats:
        """Rate of turn at speeds (N,), rad/s.

        A carrier that flies turns with the bank given, or at 3 degrees a second with at most 25 degrees of bank,
        whichever asks for less (ICAO Doc 8168 PANS-OPS, volume II, turns of procedures [R]).
        """
        if not self.flies:
            return np.full_like(speed_m_s, self.turn_rad_s)
        speed = np.maximum(speed_m_s, 0.1)
        if bank_rad is not None and bank_rad > 0.0:
            return np.asarray(STANDARD_GRAVITY_M_S2 * np.tan(bank_rad) / speed, np.float64)
        least = STANDARD_GRAVITY_M_S2 * np.tan(PROCEDURE_BANK_RAD) / speed
        return np.asarray(np.minimum(self.turn_rad_s, least))

    def bank(self, speed_m_s: Floats, turn_rad_s: Floats, bank_rad: float | None) -> Floats:
        """Bank in turns (N,), right wing down positive.

        Of a carrier that flies: that of the coordinated turn, never over 60 degrees. Of another: the bank given, to the
        side of the turn.
        """
        if self.flies:
            return np.clip(coordinated_bank_rad(speed_m_s, turn_rad_s), -MOST_BANK_RAD, MOST_BANK_RAD)
        return np.asarray(np.sign(turn_rad_s) * (bank_rad or 0.0))

    def over_ground_m(self, altitude_m: Floats) -> Floats:
        """Height of the antenna over the ground (N,): of a carrier that flies its altitude, the ground being at 0 m."""
        return np.maximum(altitude_m if self.flies else np.zeros_like(altitude_m), self.antenna_m)


def coordinated_bank_rad(speed_m_s: Floats, turn_rad_s: Floats) -> Floats:
    """Bank at which lift alone turns the path: tan(bank) = v w / g (Anderson, Introduction to Flight, section 6.17)."""
    return np.arctan(np.asarray(speed_m_s) * turn_rad_s / STANDARD_GRAVITY_M_S2)


def turn_radius_m(speed_m_s: float, bank_rad: float) -> float:
    """Radius of a coordinated level turn, v^2 / (g tan(bank)); inf at no bank."""
    slope = STANDARD_GRAVITY_M_S2 * float(np.tan(bank_rad))
    return speed_m_s**2 / slope if slope > 0.0 else float("inf")


def _kmh(speed: float) -> float:
    return speed * KM / HOUR_S


# Fastest: the fastest of their kind in service, rounded up [A]. Turns and antennas of ground and sea: typical [A].
CARRIERS = {
    carrier.name: carrier
    for carrier in (
        Carrier("vehicle", _kmh(200.0), 15.0 * DEG, 2.5, flies=False),
        Carrier("ship", _kmh(90.0), 1.0 * DEG, 15.0, flies=False),
        Carrier("aircraft", _kmh(1_150.0), RATE_ONE_RAD_S, 2.0, flies=True),
        Carrier("drone", _kmh(800.0), RATE_ONE_RAD_S, 2.0, flies=True),
    )
}
