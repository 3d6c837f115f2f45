"""What every process imports at its start: nothing that only learning needs (PLT-13)."""

import re
import subprocess
import sys
from pathlib import Path
from pkgutil import resolve_name

import pytest

from keyuan.kernel.later import later

ROOT = Path(__file__).resolve().parents[2]
#: Seconds of import and a hundred megabytes that only nights and learning commands need.
HEAVY = ("sklearn", "scipy")
START = f"""
import sys, django
django.setup()
from django.urls import get_resolver
assert len(get_resolver().url_patterns) > 3
print(*(name for name in {HEAVY} if name in sys.modules))
"""
PATHS = sorted(
    {
        path
        for file in (ROOT / "keyuan").rglob("*.py")
        if "tests" not in file.parts
        for path in re.findall(r'later\("([\w.]+:[\w.]+)"\)', file.read_text(encoding="utf-8"))
    }
)


def test_a_process_that_serves_imports_no_library_of_learning(tmp_path, monkeypatch):
    monkeypatch.setenv("KEYUAN_VAR", str(tmp_path))

    done = subprocess.run([sys.executable, "-c", START], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.split() == []


def test_every_path_that_is_imported_later_leads_to_something_to_call():
    assert len(PATHS) > 10
    assert [path for path in PATHS if not callable(resolve_name(path))] == []


def test_what_is_imported_later_is_called_with_all_arguments():
    assert later("keyuan.kernel.later:later")("builtins:max")(3, 7, key=lambda one: -one) == 3


def test_a_path_that_leads_nowhere_is_told_at_the_call():
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        later("builtins:nothing_of_the_kind")()
