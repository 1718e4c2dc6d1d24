"""Read element sets: every record is kept, or reported with its reason."""

from skyhold.catalogues.catalog import read_catalog

TEXT = """\
ISS (ZARYA)
1 25544U 98067A   08264.51782528 -.00002182  00000-0 -11606-4 0  2927
2 25544  51.6416 247.4627 0006703 130.5360 325.0288 15.72125391563537
DAMAGED IN THE MAIL
1 25544U 98067A   08264.51782528 -.00002182  00000-0 -11606-4 0  2927
2 25544  51.6416 247.4627 0006703 130.5360 325.0288 15.72125391563538
"""

catalog = read_catalog(TEXT)
for record in catalog.records:
    print(record.name, record.catalog_number, f"{record.mean_motion_rev_day:.5f} revolutions a day")
for rejection in catalog.rejected:
    print("line", rejection.line, rejection.identifier, rejection.reason)
print(catalog.summary())
