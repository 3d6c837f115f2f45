"""What the audit of dependencies says of the answers it gets, and of those it does not get (PLT-13)."""

import json

import pytest

from scripts import audit_dependencies as audit

HOLE = {"id": "PYSEC-1", "fix_versions": ["2.0"], "aliases": [], "description": ""}
HOLED = json.dumps({"dependencies": [{"name": "some", "version": "1.0", "vulns": [HOLE]}], "fixes": []})
SOUND = json.dumps({"dependencies": [{"name": "some", "version": "1.0", "vulns": []}], "fixes": []})


@pytest.mark.parametrize("_case, status, output, errors, expected", [
    ("sound", 0, SOUND, "", audit.CLEAN),
    ("holed", 1, HOLED, "", audit.KNOWN),
    ("no network", 1, "", "ConnectionError", audit.UNREACHABLE),
    ("no tool", 1, "", "No module named pip_audit", audit.MISSING),
])  # fmt: skip
def test_what_pip_audit_says(_case, status, output, errors, expected):
    assert audit.read_python("x", status, output, errors).status == expected


def test_a_known_hole_is_named_with_its_remedy():
    assert audit.read_python("x", 1, HOLED, "").lines == ("some 1.0: PYSEC-1, mended in 2.0",)


@pytest.mark.parametrize("output, expected", [
    (json.dumps({"vulnerabilities": {}}), audit.CLEAN),
    (json.dumps({"vulnerabilities": {"some": {"severity": "high", "range": "<2"}}}), audit.KNOWN),
    (json.dumps({"message": "request failed"}), audit.UNREACHABLE),
    ("", audit.UNREACHABLE),
])  # fmt: skip
def test_what_npm_says(output, expected):
    assert audit.read_npm(output).status == expected


def test_silence_is_no_clean_bill(monkeypatch, capsys):
    monkeypatch.setattr(audit, "run", lambda _command: (1, "", "no network"))

    assert audit.main() == audit.UNREACHABLE
    assert capsys.readouterr().out.count("NOT AUDITED") == 3
