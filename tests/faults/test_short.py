"""A few kills on each database, from nothing to the proof; a hundred on demand: docs/reliability.md (PLT-7, 9, 10)."""

import socket
from contextlib import closing

import pytest

from scripts.private_postgres import is_available
from tests.faults.run import run

pytestmark = pytest.mark.network
KILLS = 4


def free_port() -> int:
    """Return a port that is free together with the next one."""
    while True:
        with closing(socket.create_server(("127.0.0.1", 0))) as first:
            port = first.getsockname()[1]
            try:
                socket.create_server(("127.0.0.1", port + 1)).close()
            except OSError:
                continue
            return port


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_killed_at_random_moments_nothing_is_lost_and_nothing_doubled(database, tmp_path_factory):
    if database == "postgresql" and not is_available():
        pytest.skip("PostgreSQL is not installed")
    folder = tmp_path_factory.mktemp("faults")

    result = run(database=database, kills=KILLS, seed=11, port=free_port(), folder=folder, customers=120, pause=0.8)

    assert result.wrong == []
    assert sum(result.score.kills.values()) == KILLS
    assert {"edit", "customer", "interaction", "task"} <= set(result.acknowledged)
