"""The doctor says what is wrong and what to do."""

from __future__ import annotations

import json

from skyhold.cli import doctor as module
from skyhold.cli.doctor import Finding
from skyhold.cli.main import run_verb


def test_this_installation_is_well(capsys):
    assert run_verb(["doctor", "--json"]) == 0
    findings = {finding["what"]: finding for finding in json.loads(capsys.readouterr().out)}
    assert findings["Python"]["ok"]
    assert {"numpy", "numba", "cores", "kernel cache", "pillow", "climate maps"} <= set(findings)


def test_an_ill_one_is_told_and_fails(monkeypatch, capsys):
    monkeypatch.setattr(
        module, "_look", lambda: iter([Finding("numba", "not installed", False, "install it")])
    )
    assert run_verb(["doctor"]) == 1
    assert "numba: install it" in capsys.readouterr().out


def test_a_missing_library_is_a_finding():
    finding = module._library("no-such-library")
    assert not finding.ok
    assert finding.remedy
