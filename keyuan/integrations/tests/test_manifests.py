"""Manifests: strict, and hostile names refused (PLT-14)."""

import json

import pytest

from keyuan.integrations.rules.manifests import read_manifest

FILE = {"name": "a.csv", "size": 1, "sha256": "0" * 64, "rows": 1}
GOOD = {"format": "keyuan-delivery/1", "delivery": "A-1", "sequence": 1, "business_date": "2025-03-07", "files": [FILE]}


def read(**changes):
    stored = json.dumps(GOOD | changes).encode()
    return read_manifest(stored, handle="a.manifest.json", stamp="s")


def test_a_sound_manifest_says_everything():
    offer = read(files=[FILE | {"totals": {"保费": -12}, "target": "policies", "encoding": "GBK"}])

    part = offer.parts[0]
    assert (offer.key, offer.sequence, str(offer.business_date), offer.fault) == ("A-1", 1, "2025-03-07", None)
    assert (part.name, part.size, part.rows, dict(part.totals)) == ("a.csv", 1, 1, {"保费": -12})


def test_a_manifest_of_windows_with_a_mark_is_read():
    data = b"\xef\xbb\xbf" + json.dumps(GOOD).encode()

    assert read_manifest(data, handle="a.manifest.json", stamp="s").fault is None


HOSTILE = (
    "../a.csv", "/etc/passwd", "..", ".hidden", "a/b.csv", "a\\b.csv", "a\x00.csv", "a\n.csv", "C:a.csv", "", " a.csv",
    "a" * 121, "a\u202egpj.csv", "-rf", "b.manifest.json", 7, None,
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_refused(name):
    assert read(files=[FILE | {"name": name}]).fault.code == "manifest.hostile_name"


WRONG = [
    ("other format", {"format": "x"}, "manifest.format"),
    ("no files", {"files": []}, "manifest.files"),
    ("too many files", {"files": [FILE] * 51}, "manifest.files"),
    ("no list", {"files": {"a": 1}}, "manifest.files"),
    ("a file twice", {"files": [FILE, FILE | {"name": "A.CSV"}]}, "manifest.name_twice"),
    ("no key", {"delivery": ""}, "manifest.entry"),
    ("key with a path", {"delivery": "../x"}, "manifest.entry"),
    ("no day", {"business_date": "yesterday"}, "manifest.entry"),
    ("number as text", {"sequence": "1"}, "manifest.entry"),
    ("truth for a number", {"sequence": True}, "manifest.entry"),
    ("no digest", {"files": [FILE | {"sha256": "abc"}]}, "manifest.entry"),
    ("negative size", {"files": [FILE | {"size": -1}]}, "manifest.entry"),
    ("size absent", {"files": [FILE | {"size": None}]}, "manifest.entry"),
    ("rows absent", {"files": [FILE | {"rows": None}]}, "manifest.entry"),
    ("total with a fraction", {"files": [FILE | {"totals": {"a": 1.5}}]}, "manifest.entry"),
    ("totals as a list", {"files": [FILE | {"totals": [1]}]}, "manifest.entry"),
    ("entry as text", {"files": ["a.csv"]}, "manifest.entry"),
    ("mapping too long", {"files": [FILE | {"mapping": "m" * 81}]}, "manifest.entry"),
]  # fmt: skip


@pytest.mark.parametrize("_case,changes,code", WRONG)
def test_what_a_manifest_may_not_say_is_named(_case, changes, code):
    assert read(**changes).fault.code == code


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"[" * 100])
def test_no_json_is_named(data):
    assert read_manifest(data, handle="a", stamp="s").fault.code == "manifest.no_json"


def test_json_that_is_no_object_is_named():
    assert read_manifest(b"[]", handle="a", stamp="s").fault.code == "manifest.entry"
