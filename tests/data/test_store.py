"""`update` and `listing` against a server on 127.0.0.1, with a clock and a sleep of the test."""

import hashlib
import json
import os
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from skyhold.data import sources, store
from skyhold.data.fetch import Limits
from skyhold.data.sources import Source
from skyhold.errors import DataError

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
QUICK = Limits(connect_s=2.0, read_s=0.2, total_s=1.0, attempts=2)
RECORD = {
    "OBJECT_NAME": "ISS (ZARYA)",
    "OBJECT_ID": "1998-067A",
    "EPOCH": "2022-02-24T02:39:56.482272",
    "MEAN_MOTION": 15.49914572,
    "ECCENTRICITY": 0.0005315,
    "INCLINATION": 51.6415,
    "RA_OF_ASC_NODE": 176.5674,
    "ARG_OF_PERICENTER": 160.0639,
    "MEAN_ANOMALY": 14.4646,
    "EPHEMERIS_TYPE": 0,
    "CLASSIFICATION_TYPE": "U",
    "NORAD_CAT_ID": 25544,
    "ELEMENT_SET_NO": 999,
    "REV_AT_EPOCH": 32764,
    "BSTAR": 0.000097877,
    "MEAN_MOTION_DOT": 0.00005118,
    "MEAN_MOTION_DDOT": 0,
}
CATALOGUE = json.dumps([RECORD]).encode()
HTML = b"<!DOCTYPE html><html><body>Sorry, down for maintenance</body></html>"


class World:
    """A data root, a server, a clock and one data set."""

    def __init__(self, server, root: Path):
        self.server, self.root, self.now, self.waits = server, root, START, []
        self.source = Source("demo", server.url, "demo.json", "none", 2.0, 10_000, "catalogue", "tests")

    def answers(self, *answers):
        self.server.answers = list(answers)

    def update(self, **options):
        [outcome] = store.update(
            root=self.root,
            known=[self.source],
            limits=QUICK,
            now=lambda: self.now,
            sleep=self.waits.append,
            **options,
        )
        return outcome

    def later(self, hours):
        self.now += timedelta(hours=hours)

    @property
    def file(self):
        return self.root / "demo.json"

    def parts(self):
        return sorted(path.name for path in self.root.iterdir())


@pytest.fixture
def world(server, tmp_path):
    return World(server, tmp_path / "root")


def test_a_first_fetch_is_whole_and_leaves_nothing_else(world):
    world.answers(world.server.reply(body=CATALOGUE, ETag='"1"'))
    outcome = world.update()
    assert (outcome.done, world.file.read_bytes()) == ("new", CATALOGUE)
    assert "1 element sets" in str(outcome)
    assert world.parts() == ["demo.json", "demo.json.meta.json"]
    meta = store.read_meta(world.file)
    assert meta.sha256 == hashlib.sha256(CATALOGUE).hexdigest()
    assert (meta.etag, meta.fetched_utc) == ('"1"', "2026-03-01T12:00:00+00:00")


def test_a_young_copy_is_not_asked_for_unless_forced(world):
    world.answers(world.server.reply(body=CATALOGUE))
    world.update()
    world.later(1.9)
    assert world.update().done == "young"
    assert len(world.server.requests) == 1
    assert world.update(force=True).done == "new"
    world.later(2.0)
    assert world.update().done == "new"
    assert len(world.server.requests) == 3


def test_the_next_request_is_conditional_and_304_makes_the_copy_young_again(world):
    reply = world.server.reply
    world.answers(reply(body=CATALOGUE, ETag='"1"', Last_Modified="yesterday"), reply(304, b""))
    world.update()
    world.later(3)
    outcome = world.update()
    assert (outcome.done, world.file.read_bytes()) == ("unchanged", CATALOGUE)
    assert world.server.requests[1]["if-none-match"] == '"1"'
    assert world.server.requests[1]["if-modified-since"] == "yesterday"
    world.later(1)
    assert world.update().done == "young"
    assert store.read_meta(world.file).fetched_utc == "2026-03-01T12:00:00+00:00"


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, HTML, "no element sets"),
        (200, b"", "no element sets"),
        (200, b"No GP data found", "no element sets"),
        (200, json.dumps([RECORD] * 20).encode()[:-20], "cut off JSON"),
        (200, b"[]", "no element sets"),
        (200, json.dumps([RECORD, {"OBJECT_NAME": "half"}]).encode(), "bad among"),
        (200, b"x" * 10_001, "allowed"),
        (404, HTML, "404"),
        (500, HTML, "500"),
        (503, HTML, "503"),
    ],
)
def test_a_wrong_answer_keeps_the_old_file_and_says_so(world, status, body, words):
    world.answers(world.server.reply(body=CATALOGUE, ETag='"1"'))
    world.update()
    before = store.read_meta(world.file)
    world.later(5)
    world.answers(world.server.reply(status, body))
    outcome = world.update()
    assert outcome.done == "failed"
    assert words in outcome.message
    assert "2026-03-01T12:00:00+00:00 is kept" in outcome.message
    assert world.file.read_bytes() == CATALOGUE
    assert store.read_meta(world.file) == before
    assert world.parts() == ["demo.json", "demo.json.meta.json"]


def test_a_truncated_answer_keeps_the_old_file(world):
    reply = world.server.reply
    world.answers(reply(body=CATALOGUE))
    world.update()
    world.later(5)
    world.answers(reply(body=CATALOGUE[:50], Content_Length=str(len(CATALOGUE))))
    assert "truncated" in world.update().message
    assert world.file.read_bytes() == CATALOGUE
    assert len(world.waits) == 1


def test_failure_without_an_old_file_says_that_there_is_none(world):
    world.answers(world.server.reply(body=HTML))
    outcome = world.update()
    assert outcome.done == "failed"
    assert "no file yet" in outcome.message
    assert world.parts() == []


@pytest.mark.parametrize("as_date", [False, True])
def test_a_server_that_names_a_time_is_left_alone_until_then(world, as_date):
    after = format_datetime(START + timedelta(hours=1), usegmt=True) if as_date else "3600"
    reply = world.server.reply
    world.answers(reply(429, Retry_After=after), reply(body=CATALOGUE))
    assert world.update().done == "failed"
    world.later(0.9)
    outcome = world.update(force=True)
    assert (outcome.done, len(world.server.requests)) == ("young", 1)
    assert "not to be asked before 2026-03-01T13:00:00" in outcome.message
    world.later(0.2)
    assert world.update().done == "new"
    assert store.read_meta(world.file).not_before_utc == ""


def test_a_refusal_counts_as_one_minimum_age(world):
    reply = world.server.reply
    world.answers(reply(403, b"has not updated", Content_Type="text/plain"), reply(body=CATALOGUE))
    assert "has not updated" in world.update().message
    world.later(1.9)
    assert world.update().done == "young"
    world.later(0.2)
    assert world.update().done == "new"


def test_a_changed_file_is_fetched_whole_again(world):
    world.answers(world.server.reply(body=CATALOGUE, ETag='"1"'))
    world.update()
    world.file.write_bytes(b"edited")
    assert world.update().done == "new"
    assert "if-none-match" not in world.server.requests[1]
    assert world.file.read_bytes() == CATALOGUE


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"sha256": 5, "etag": null, "who": 1}', '{"checked_utc": "x"}']
)
def test_broken_notes_beside_the_file_are_no_obstacle(world, text):
    world.answers(world.server.reply(body=CATALOGUE))
    world.update()
    world.file.with_name("demo.json.meta.json").write_text(text, encoding="utf-8")
    world.later(0.1)
    assert world.update().done == "new"


def test_304_that_nobody_asked_for_is_a_failure(world):
    world.answers(world.server.reply(304, b""))
    assert "was not asked" in world.update().message


def test_a_host_that_is_down_is_tried_for_one_data_set_only(world):
    world.server.close()
    other = Source("other", world.source.url, "other.json", "none", 2.0, 10_000, "catalogue", "tests")
    outcomes = store.update(
        root=world.root,
        known=[world.source, other],
        limits=QUICK,
        now=lambda: START,
        sleep=world.waits.append,
    )
    assert [outcome.done for outcome in outcomes] == ["failed", "failed"]
    assert "as before" in outcomes[1].message
    assert len(world.waits) == 1


def test_a_mirror_takes_the_place_of_scheme_and_host(world):
    world.source = sources.fetched()[0]
    world.answers(world.server.reply(body=CATALOGUE))
    outcome = world.update(base_url=world.server.url.removesuffix("/x") + "/")
    assert outcome.done == "new"
    assert world.server.requests[0]["path"] == "/NORAD/elements/gp.php?GROUP=starlink&FORMAT=json"


def test_a_crash_before_the_rename_leaves_the_old_file(world, monkeypatch):
    world.answers(world.server.reply(body=CATALOGUE))
    world.update()
    world.later(5)

    def broken(*paths):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", broken)
    world.answers(world.server.reply(body=json.dumps([RECORD, RECORD]).encode()))
    with pytest.raises(KeyboardInterrupt):
        world.update()
    assert world.file.read_bytes() == CATALOGUE
    assert world.parts() == ["demo.json", "demo.json.meta.json"]


def test_space_weather_is_checked_by_its_reader(world):
    head = "DATE,F10.7_DATA_TYPE," + ",".join(f"KP{i}" for i in range(1, 9)) + ","
    head += ",".join(f"AP{i}" for i in range(1, 9))
    head += ",AP_AVG,F10.7_OBS,F10.7_ADJ,F10.7_OBS_CENTER81,F10.7_ADJ_CENTER81\n"
    body = (head + "2022-02-24,OBS," + ",".join(["20"] * 8 + ["7"] * 8) + ",7,98,96,110,108\n").encode()
    world.source = Source("sw", world.server.url, "sw.csv", "none", 2.0, 10_000, "space weather", "tests")
    world.answers(world.server.reply(body=body))
    assert "1 days to 2022-02-24" in world.update().message
    world.later(9)
    world.answers(world.server.reply(body=HTML))
    assert world.update().done == "failed"


def test_unknown_names_are_errors_that_name_the_nearest(tmp_path):
    with pytest.raises(DataError, match="mean starlink"):
        store.update(["starlnk"], root=tmp_path)


def test_a_root_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").write_text("here", encoding="utf-8")
    with pytest.raises(DataError, match="SKYHOLD_DATA"):
        store.update(["starlink"], root=tmp_path / "file")


def test_the_listing_verifies_every_embedded_hash(tmp_path):
    holdings = {holding.name: holding for holding in store.listing(tmp_path)}
    embedded = {item.name for item in (*sources.embedded(), *sources.packaged())}
    states = {name: holdings[name].state for name in embedded}
    assert states == dict.fromkeys(embedded, "embedded"), "run tools/hash_embedded.py"
    assert {holdings[source.name].state for source in sources.fetched()} == {"absent"}
    folder = Path(store.__file__).parent / "embedded"
    ours = {path.name for path in folder.iterdir() if path.suffix in (".npz", ".toml", ".csv")}
    assert {"borders_50m.npz", "borders_110m.npz", "gateways.toml"} <= ours
    assert {item.file for item in sources.embedded()} <= ours


def test_the_listing_tells_age_and_change(world, monkeypatch):
    monkeypatch.setenv("SKYHOLD_DATA", str(world.root))
    world.source = sources.chosen(["stations"], sources.fetched())[0]
    world.answers(world.server.reply(body=CATALOGUE))
    world.update(base_url=world.server.url.removesuffix("/x"))
    world.later(1.5)
    [held] = [one for one in store.listing(now=world.now) if one.name == "stations"]
    assert (held.state, held.age_h, held.bytes) == ("fetched", 1.5, len(CATALOGUE))
    assert dict(held)["sha256"] == hashlib.sha256(CATALOGUE).hexdigest()
    assert store.path_of("stations").read_bytes() == CATALOGUE
    (world.root / "stations.json").write_bytes(b"edited")
    with pytest.raises(DataError, match="changed"):
        store.path_of("stations")
    with pytest.raises(DataError, match="skyhold data update oneweb"):
        store.path_of("oneweb")


def test_every_fetched_source_has_a_reader_and_a_licence():
    for source in sources.fetched():
        assert source.check in store.CHECKS
        assert source.licence
        assert source.min_age_h >= 2.0
        assert source.url.startswith("https://")


@pytest.mark.parametrize(
    ("platform", "variable", "tail"),
    [
        ("linux", "XDG_DATA_HOME", "skyhold"),
        ("win32", "LOCALAPPDATA", "skyhold"),
    ],
)
def test_the_data_root_follows_the_platform(monkeypatch, tmp_path, platform, variable, tail):
    monkeypatch.setattr(store.sys, "platform", platform)
    monkeypatch.delenv("SKYHOLD_DATA", raising=False)
    monkeypatch.setenv(variable, str(tmp_path))
    assert store.data_root() == tmp_path / tail
    monkeypatch.setenv("SKYHOLD_DATA", str(tmp_path / "mine"))
    assert store.data_root() == tmp_path / "mine"
