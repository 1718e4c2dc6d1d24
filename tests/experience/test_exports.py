import subprocess
from dataclasses import replace

import numpy as np
import pytest
from tests.experience.lines import START, line

from skyhold.errors import ResultError
from skyhold.experience import exports
from skyhold.experience.series import experience
from skyhold.experience.slots import Slots
from skyhold.times import slot_instants

FELT = line(2.0, down=3e7, up=4e6)


def test_mahimahi_carries_the_mean_rate_and_rests_in_gaps(tmp_path):
    up, down = exports.write_mahimahi(FELT, tmp_path, "kyiv")
    for path, rate in ((up, FELT.up_bit_s), (down, FELT.down_bit_s)):
        stamps = exports.read_mahimahi(path)
        assert exports.mean_bit_s(stamps, 120.0) == pytest.approx(rate.mean(), abs=12_000 / 120)
        assert 0 < stamps[0]
        assert stamps[-1] <= 120_000
    for start, end in zip(FELT.gaps.start_s[1:], FELT.gaps.end_s[1:], strict=True):
        assert not ((stamps > 1e3 * start + 1) & (stamps < 1e3 * end)).any()


def test_mahimahi_is_a_packet_a_millisecond_at_12_mbit_s():
    quiet = replace(FELT, gaps=replace(FELT.gaps, end_s=FELT.gaps.start_s))
    flat = replace(quiet, open_down_bit_s=np.full(len(FELT), 12e6))
    assert exports.opportunities_ms(flat.line_down()).tolist() == list(range(1, 120_001))


def test_leoreplayer_has_a_delay_every_10_ms(tmp_path):
    exports.write_leoreplayer(FELT, tmp_path, "kyiv")
    stamps, delays = exports.read_leoreplayer(tmp_path, "kyiv")
    np.testing.assert_array_equal(stamps, exports.opportunities_ms(FELT.line_down()))
    assert len(delays) == 12_000
    assert np.median(delays) == 25
    assert delays[1495:1515].max() > 40
    np.testing.assert_array_equal(delays, exports.replay_delays_ms(FELT))


def test_netem_scripts_are_shell_and_say_the_steps(tmp_path):
    for path, way in zip(exports.write_netem(FELT, tmp_path, "kyiv"), exports.ways(FELT), strict=True):
        subprocess.run(["bash", "-n", str(path)], check=True)
        text = path.read_text()
        assert "tc qdisc change dev" in text
        assert "htb" in text
        steps = exports.read_netem(path)
        np.testing.assert_allclose(steps, exports.netem_steps(FELT, way), atol=1e-4)
        np.testing.assert_allclose(steps[:, 0], np.rint(FELT.time_s * 1e6))
        np.testing.assert_allclose(steps[:, 1], way.rate_bit_s / 1e3, atol=0.51)


def test_netem_scripts_run_with_a_tc_that_only_listens(tmp_path):
    [script, _] = exports.write_netem(line(0.25, step_s=5.0), tmp_path, "short")
    (tmp_path / "tc").write_text('#!/bin/sh\necho "$@" >> "$TC_LOG"\n')
    (tmp_path / "sleep").write_text("#!/bin/sh\nexit 0\n")
    for name in ("tc", "sleep"):
        (tmp_path / name).chmod(0o755)
    log = tmp_path / "log"
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "TC_LOG": str(log)}
    subprocess.run([str(script), "eth9"], check=True, env=environment)
    said = log.read_text().splitlines()
    assert len(said) == 3 + 2 * 3 + 1
    assert said[0] == "qdisc replace dev eth9 root handle 1: htb default 1"
    assert said[-1] == "qdisc del dev eth9 root"


def test_ns3_is_whole_nanoseconds(tmp_path):
    [path] = exports.write_ns3(FELT, tmp_path, "kyiv")
    read, made = exports.read_columns(path), exports.ns3_columns(FELT)
    assert list(read) == list(made)
    for key, values in made.items():
        np.testing.assert_array_equal(read[key], values)
    assert read["time_ns"][1] == 100_000_000


def test_tables_come_back_as_they_were(tmp_path):
    import pyarrow.parquet as parquet

    made = exports.series_columns(FELT)
    [text] = exports.write_csv(FELT, tmp_path, "kyiv")
    [packed] = exports.write_parquet(FELT, tmp_path, "kyiv")
    arrow = parquet.read_table(packed)
    read = exports.read_columns(text)
    for key, values in made.items():
        np.testing.assert_array_equal(read[key], values)
        assert arrow[key].to_pylist() == values.tolist()
    assert made["timestamp"][1] == "2022-02-28T00:00:12.100Z"


def test_the_same_seed_writes_the_same_bytes(tmp_path):
    kinds = [kind for kind in exports.FORMATS if kind != "parquet"]
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        exports.export(line(1.0, seed=seed, down=1e7), tmp_path / folder, "x", kinds)
    for path in sorted((tmp_path / "a").iterdir()):
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
    assert (tmp_path / "a" / "x.csv").read_bytes() != (tmp_path / "c" / "x.csv").read_bytes()


def test_slots_without_service_shut_the_line(tmp_path):
    felt = experience(Slots.of(slot_instants(START, 60.0), [np.nan, 0.05, np.nan, 0.05], 1e7, 1e6))
    paths = exports.export(felt, tmp_path, "x", exports.FORMATS)
    assert len(paths) == 9
    stamps, delays = exports.read_leoreplayer(tmp_path, "x")
    assert not ((stamps > 30_001) & (stamps < 45_000)).any()
    assert (delays[3100:4400] == 25).all()
    steps = exports.read_netem(tmp_path / "x-down.sh")
    assert (steps[310:440, 3] == 100.0).all()
    assert (steps[:, 1] >= exports.LEAST_KBIT_S).all()
    assert np.isnan(exports.read_columns(tmp_path / "x.csv")["rtt_ms"][310:440]).all()


def test_what_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(ResultError, match="no such format"):
        exports.export(FELT, tmp_path, "x", ["mahimahi", "pcap"])
    dead = experience(Slots.of(slot_instants(START, 60.0), np.nan, 1e7, 1e6))
    with pytest.raises(ResultError, match="a trace needs a packet"):
        exports.export(dead, tmp_path, "x", ["mahimahi"])
    (tmp_path / "bad").write_text("5\n3\n")
    with pytest.raises(ResultError, match="not a mahimahi trace"):
        exports.read_mahimahi(tmp_path / "bad")
