"""The budget of a terminal's downlink as an engineer writes it, dry and behind 3 dB of rain; what the rate hangs on."""

import math

from skyhold.links import budgets
from skyhold.scenario import library

radio = library.radio("starlink-v1-2022")
dry = budgets.user_down(radio, math.radians(40.0))
wet = budgets.user_down(radio, math.radians(40.0), attenuation_db=3.0)

for line in dry.lines:
    print(f"{line.name:22} {line.value:9.2f} {line.unit}")
print(f"behind 3 dB of rain    {wet.rate_bit_s / 1e6:9.2f} Mbit/s")
print("what the rate hangs on, Mbit/s at the low and the high end:")
for one in budgets.sensitivity(lambda other: budgets.user_down(other, math.radians(40.0)), radio)[:3]:
    print(f"  {one.parameter:26} {one.rate_low / 1e6:4.0f} {one.rate_high / 1e6:4.0f}")
