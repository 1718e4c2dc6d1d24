"""How far is a satellite at 550 km that stands 25 degrees high? Not as a flat Earth would have it."""

import math

from skyhold.geometry.look import slant_range_m

elevation = math.radians(25.0)
print(f"round Earth {slant_range_m(elevation, 550e3) / 1e3:.1f} km")
print(f"flat Earth  {550.0 / math.sin(elevation):.1f} km")
