"""A constellation code says it all: pattern, altitude, inclination, satellites/planes/phasing."""

from skyhold.errors import ScenarioError
from skyhold.scenario.codes import parse_code

shell = parse_code("D:550:53.0:1584/72/17")
print(shell.planes, "planes of", shell.satellites_per_plane, "at", shell.altitude_km, "km")

try:
    parse_code("D:550:53.0:1584/71/17")
except ScenarioError as error:
    print(error)
