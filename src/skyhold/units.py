"""Conversions at the edges; inside, everything is SI and radians."""

import math

KM = 1000.0
DEG = math.pi / 180.0
MS = 1e-3
MINUTE_S = 60.0
HOUR_S = 3600.0
DAY_S = 86_400.0
MINUTES_PER_DAY = 1440.0
