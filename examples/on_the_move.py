"""Four terminals that move, and what takes their service away."""

import numpy as np

from skyhold.mobility.outages import Stop
from skyhold.scenario.load import load
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.simulate.mobility import journeys, path_km

scenario = load("on-the-move", sets=["variants=[]"], kind=BroadbandScenario)
for one in journeys(scenario):
    shift = np.nanmax(np.abs(one.motion.shift_hz(11.7e9))) / 1e3
    print(
        f"{one.name:32} {path_km(one):5.0f} km, served {one.served.mean():4.0%}, "
        f"{one.handovers_per_hour(15.0):3.0f} handovers/h, Doppler up to {shift:3.0f} kHz"
    )
    for stop in Stop:
        share = np.mean(one.stop == stop)
        if stop != Stop.SERVED and share > 0.005:
            print(f"{'':34}{share:4.0%} {stop.words}")
