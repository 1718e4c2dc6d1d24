"""The rocket equation, for reboosts and deorbits alike."""

from __future__ import annotations

import math

from skyhold.constants import STANDARD_GRAVITY_M_S2


def exhaust_m_s(isp_s: float) -> float:
    """Effective exhaust speed of a specific impulse."""
    return STANDARD_GRAVITY_M_S2 * isp_s


def propellant_kg(mass_kg: float, delta_v_m_s: float, isp_s: float) -> float:
    """Propellant of a delta-v: m (1 - exp(-dv / (g0 Isp))) (Tsiolkovsky), `mass_kg` before it."""
    return -mass_kg * math.expm1(-delta_v_m_s / exhaust_m_s(isp_s))
