"""The client example works against a real server, word for word (PLT-14)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from keyuan.api.testing import key_of, make_client
from keyuan.organisation.models import ApiKey
from keyuan.organisation.testing import small_tree

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "api_client.py"


@pytest.mark.django_db(transaction=True)
@pytest.mark.sqlite_only("a caller from outside; the answers are the same on both databases")
def test_the_example_says_what_it_does(live_server):
    client = make_client("customer_resource_manager", unit=small_tree().team_a)
    secret = key_of(client, ApiKey.Kind.OAUTH)
    told = {"KEYUAN_URL": live_server.url, "KEYUAN_CLIENT": client.client_id, "KEYUAN_SECRET": secret}
    command = [sys.executable, EXAMPLE]

    runs = [
        subprocess.run(command, env={**os.environ, **told}, capture_output=True, text=True, check=False)
        for _ in range(2)
    ]

    first, second = (run.stdout.splitlines() or [run.stderr] for run in runs)
    assert first == [
        "bulk: 1 created, 0 updated, 0 unchanged",
        "422: contacts.0.value",
        "1 customers in reach",
        "version 2: 教师",
    ]
    assert second[0] == "bulk: 0 created, 0 updated, 1 unchanged"
