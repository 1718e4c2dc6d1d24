"""Where do ten thousand terminals go to serve most people of Moldova, and how much better could any plan be?"""

from skyhold.scenario.load import load
from skyhold.scenario.scenario import BroadbandScenario
from skyhold.simulate.plan_tables import plan_tables
from skyhold.simulate.planning import plan_scenario

scenario = load(
    "ukraine-2022",
    sets=["clock.duration_h=1", "area.country=MDA", "cities.country=MDA", "sites=[]", "jammers=[]", "events=[]",
          "deliveries=[]", "moving=[]", "variants=[]", "plan={terminals=10000, slots=5, least_mbit_s=10}"],
    kind=BroadbandScenario,
)  # fmt: skip
planned = plan_scenario(scenario)
tables = plan_tables(planned)
for row in tables["plan"].rows():
    served, bound = row["people_served"] / 1e3, row["bound_people"] / 1e3
    print(f"{row['way']:14} {served:3.0f} thousand people served, of at most {bound:.0f}")
for row in tables["plan_worth"].rows():
    if row["one_more"] in ("satellite", "100 terminals"):
        print(f"one more: {row['one_more']:14} {row['people'] / 1e3:3.0f} thousand people")
