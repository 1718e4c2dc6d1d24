"""Two minutes of a line as its user feels it: the gap of each slot, verdicts, and a trace for mahimahi."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from skyhold.experience.exports import export, mean_bit_s, read_mahimahi
from skyhold.experience.series import experience
from skyhold.experience.slots import Slots
from skyhold.experience.verdicts import judge
from skyhold.times import Epoch, slot_instants

start = Epoch.from_datetime(datetime(2022, 2, 28, tzinfo=UTC))
slots = Slots.of(slot_instants(start, 120.0), rtt_s=0.060, down_bit_s=100e6, up_bit_s=10e6)
felt = experience(slots, seed=1)

print(
    "round trip, 5 / 50 / 95 %:",
    *(f"{1e3 * value:.0f}" for value in np.percentile(felt.rtt_s, [5, 50, 95])),
    "ms",
)
print("gap of each slot:", *(f"{1e3 * gap:.0f}" for gap in felt.gaps.end_s - felt.gaps.start_s), "ms")
for verdict in judge(felt):
    print(f"{verdict.activity:16} {verdict.grade}")
with tempfile.TemporaryDirectory() as folder:
    for path in export(felt, Path(folder), "line", ["mahimahi"]):
        stamps = read_mahimahi(path)
        print(
            f"{path.name:10} {len(stamps):7} packets, {mean_bit_s(stamps, slots.duration_s) / 1e6:5.1f} Mbit/s"
        )
