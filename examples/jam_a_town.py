"""A jammer beside a town, class C, its power an estimate: where terminals lose service, and what helps."""

from skyhold.nouns.jammers import Jammer
from skyhold.scenario.load import load
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.simulate.jamming import around_tables, surroundings

scenario = load("ukraine-2022", sets=["clock.duration_h=1"], kind=BroadbandScenario)
jammer = Jammer(name="beside the town", preset="C", latitude_deg=48.0, longitude_deg=37.8)
found = around_tables(surroundings(scenario, jammer))

for row in found["areas"].rows():
    print(
        f"{row['estimate']:6} {row['eirp_dbw']:2.0f} dBW: no service within {row['denied_radius_km']:4.1f} km, "
        f"{row['denied_km2']:3.0f} km2; radio horizon {row['horizon_km']:.0f} km"
    )
for row in found["countermeasures"].rows():
    print(f"{row['recovered_percent']:5.1f} % given back: {row['countermeasure']}")
