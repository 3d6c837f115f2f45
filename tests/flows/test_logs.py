"""The log of a used book names nobody of it: no name, phone, e-mail, address, identity number (PLT-13)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows.machines import Machine, fill
from tests.shelf import shelved

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = frozenset({"KEYUAN_TEST_VAR", "DATABASE_URL", "KEYUAN_AS_OF", "KEYUAN_LOG_LEVEL"})

pytestmark = pytest.mark.sqlite_only("what is logged does not depend on the database, and the book takes its time")


@pytest.fixture
def used_book(tmp_path):
    """Make a small book, use it, and return its personal values and what was logged meanwhile."""
    environment = {key: value for key, value in os.environ.items() if key not in LEFT_OUT}
    environment |= {
        "KEYUAN_VAR": str(tmp_path / "var"),
        "KEYUAN_LOG_LEVEL": "INFO",
        "DJANGO_SETTINGS_MODULE": "keyuan.config.settings",
    }

    def run(*words):
        return subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=300
        )

    run("manage.py", "collectstatic", "--noinput", "--verbosity", "0")
    shelved("small-book", lambda folder: fill(Machine(folder)), tmp_path / "var")
    done = run("-m", "tests.flows.log_drive", str(tmp_path))
    return json.loads(done.stdout), done.stderr


def test_no_line_names_anybody(used_book):
    values, log = used_book
    lines = [json.loads(line) for line in log.splitlines()]

    events = {line["event"] for line in lines}
    assert {"request", "slow_query", "job.failed", "uncaught"} <= events
    assert {line["status"] for line in lines if line["event"] == "request"} >= {200, 404, 500}
    assert [line["exception"] for line in lines if line["event"] == "uncaught"] == ["LookupError"]
    assert len(values) > 300
    assert [value for value in values if value in log] == []
