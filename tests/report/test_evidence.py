"""The packed validation table is that of this version."""

from __future__ import annotations

from validation import table

from skyhold.report import trust


def named(rows):
    return sorted(f"{part}: {name}{' (known to fail)' if known else ''}" for part, name, known in rows)


def test_the_packed_table_has_the_rows_of_validation():
    here = named(
        (part, case.name, case.known_failure) for part in table.parts() for case in table.cases(part)
    )
    packed = named((row["part"], row["name"], row["known_failure"]) for row in trust.evidence().rows)
    assert packed == here, (
        "src/skyhold/report/evidence.json is stale: run make evidence, with the data at hand"
    )


def test_every_packed_row_was_judged_and_none_failed_unannounced():
    states = {row["state"] for row in trust.evidence().rows}
    assert states <= {"yes", "NO (known)"}


def test_a_broadband_report_leaves_out_the_evidence_for_the_station():
    parts = {row["part"] for row in trust.evidence().rows}
    assert parts >= trust.STATION_PARTS
    assert (
        not {row["part"] for row in trust.evidence().without(trust.STATION_PARTS).rows} & trust.STATION_PARTS
    )
