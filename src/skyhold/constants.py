"""Physical constants, SI, with the document each comes from.

SGP4 has its own set (WGS-72) because element sets are fitted with it; everything else is WGS-84.
"""

import math

SPEED_OF_LIGHT_M_S = 299_792_458.0  # exact, SI (BIPM brochure, 9th ed.)

# WGS-84, NIMA TR8350.2, 3rd ed., table 3.1 and 3.3
WGS84_A_M = 6_378_137.0
WGS84_F = 1.0 / 298.257223563
WGS84_B_M = WGS84_A_M * (1.0 - WGS84_F)
WGS84_E2 = WGS84_F * (2.0 - WGS84_F)
MU_M3_S2 = 3.986004418e14
EARTH_RATE_RAD_S = 7.292115e-5

STANDARD_GRAVITY_M_S2 = 9.80665  # exact, 3rd CGPM 1901; the g0 of specific impulse

# Zonal harmonic of EGM-96, unnormalised (NIMA TR8350.2, table 5.1: C20 = -0.484165371736e-3, times sqrt 5)
J2 = 1.08262668e-3

# WGS-72 as SGP4 uses it (Hoots and Roehrich 1980; Vallado et al., AIAA 2006-6753, getgravconst)
SGP4_MU_KM3_S2 = 398600.8
SGP4_RE_KM = 6378.135
SGP4_J2 = 0.001082616
SGP4_J3 = -0.00000253881
SGP4_J4 = -0.00000165597
SGP4_XKE = 60.0 / math.sqrt(SGP4_RE_KM**3 / SGP4_MU_KM3_S2)

GEO_RADIUS_M = 42_164_170.0  # radius whose two-body period is one sidereal day (mu and rate above)
SIDEREAL_DAY_S = 86_164.0905  # IERS Conventions 2010, mean rotation

FIBRE_REFRACTIVE_INDEX = 1.468  # group index of G.652 fibre at 1550 nm (Corning SMF-28 data sheet)
