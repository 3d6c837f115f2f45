"""A few kills on each database, from nothing to the proof; a hundred on demand: docs/reliability.md (PLT-7, 9, 10)."""

import tempfile
from pathlib import Path

import pytest

from scripts.private_postgres import is_available
from tests.faults.run import run
from tests.ports import free_port

pytestmark = pytest.mark.network
KILLS = 4


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_killed_at_random_moments_nothing_is_lost_and_nothing_doubled(database):
    if database == "postgresql" and not is_available():
        pytest.skip("PostgreSQL is not installed")

    # Not in pytest's own folder: the database's ordinary user could not enter it.
    with tempfile.TemporaryDirectory(prefix="keyuan-faults-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        result = run(database=database, kills=KILLS, seed=11, port=free_port(), folder=folder, customers=150, pause=0.8)

    assert result.wrong == []
    assert sum(result.score.kills.values()) == KILLS
    assert {"edit", "customer", "interaction", "task"} <= set(result.acknowledged)
