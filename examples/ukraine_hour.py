"""One hour of the embedded scenario, for five cities: in memory, no cells, no variants."""

import skyhold

scenario = skyhold.load(
    "ukraine-2022",
    sets=["clock.duration_h=1", "cities.count=5", "area=", "variants=[]"],
)
result = skyhold.simulate(scenario)
for place in result.tables["places"].rows():
    print(
        f"{place['name']:12} in view {place['in_view_mean']:4.1f}, usable {place['usable_mean']:4.1f}, "
        f"service {place['service_percent']:5.1f} %, median RTT {place['rtt_median_ms']:3.0f} ms"
    )
