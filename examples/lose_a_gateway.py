"""The same hour with and without the Polish gateway, side by side."""

import skyhold
from skyhold.results.compare import compare

HOUR = ["clock.duration_h=1", "cities.count=5", "area=", "variants=[]"]
LOST = 'events=[{gateway="Wola Krobowska", from_utc=2022-02-28T00:00:00Z}]'

before = skyhold.simulate(skyhold.load("ukraine-2022", sets=HOUR))
after = skyhold.simulate(skyhold.load("ukraine-2022", sets=[*HOUR, LOST]))
for place in compare(before, after).places.rows():
    print(
        f"{place['name']:12} usable {place['usable_mean_before']:4.1f} -> {place['usable_mean_after']:4.1f}, "
        f"service {place['service_percent_before']:5.1f} % -> {place['service_percent_after']:5.1f} %"
    )
