"""What every test stands on: a data folder of its own, no network, translations compiled once, one database engine."""

import gc
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any

import psycopg
import pytest

from scripts import spark
from tests.environment import OWN_FOLDER
from tests.template_book import by_template

pytest_plugins = ["keyuan.organisation.testing_fixtures"]


def is_controller(config: pytest.Config) -> bool:
    """Tell whether this process starts the others (or is the only one)."""
    return not hasattr(config, "workerinput")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Throw the data folder away."""
    if is_controller(config):
        shutil.rmtree(os.environ[OWN_FOLDER], ignore_errors=True)


def on_postgresql() -> bool:
    """Tell whether this run uses PostgreSQL."""
    return bool(os.environ.get("DATABASE_URL"))


def opens_database(item: pytest.Item) -> bool:
    """Tell whether a test reads or writes the database."""
    fixtures = {"db", "transactional_db", "live_server", "demo_book", "second_book"} & set(
        getattr(item, "fixturenames", ())
    )
    return bool(fixtures) or item.get_closest_marker("django_db") is not None


def open_every_database(item: pytest.Item) -> None:
    """Let a database test use the file of read events, too: a look at a record is written there (decision 18)."""
    marker = item.get_closest_marker("django_db")
    if opens_database(item) and (marker is None or "databases" not in marker.kwargs):
        options = {**(marker.kwargs if marker else {}), "databases": "__all__"}
        item.add_marker(pytest.mark.django_db(*(marker.args if marker else ()), **options), append=False)


@pytest.fixture(scope="session", autouse=True)
def flush_lifts_guards() -> Iterator[None]:
    """Let the clean-up after a transactional test empty the append-only tables."""
    # Django reads the settings when these are imported, which must not happen before the data folder is known.
    from django.db import connections
    from django.test import TransactionTestCase

    from keyuan.platform.tests.guards import unguarded

    tear_down = TransactionTestCase._fixture_teardown

    def unguarded_tear_down(self: Any) -> None:
        with ExitStack() as stack:
            for alias in self._databases_names(include_mirrors=False):
                stack.enter_context(unguarded(connections[alias]))
            tear_down(self)

    TransactionTestCase._fixture_teardown = unguarded_tear_down
    yield
    TransactionTestCase._fixture_teardown = tear_down


#: Asked once: Java takes its time to tell its version.
has_spark = cache(spark.is_available)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what computes on Spark where there is none."""
    if item.get_closest_marker("spark") and not has_spark():
        pytest.skip(f"needs Java {spark.OLDEST} to {spark.NEWEST} and requirements/spark.txt")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Number bytes instead of printing them: packed ones hold the second, and all processes must agree on the names."""
    return argname if isinstance(val, bytes) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run what needs no database once, on SQLite; leave out what speaks of the other database."""
    foreign = "sqlite_only" if on_postgresql() else "postgresql_only"
    for item in items:
        open_every_database(item)
    kept, left = [], []
    for item in items:
        once_enough = on_postgresql() and not opens_database(item)
        (left if once_enough or item.get_closest_marker(foreign) else kept).append(item)
    if left:
        items[:] = kept
        config.hook.pytest_deselected(items=left)


def pytest_collection_finish() -> None:
    """Look for garbage less often, and not among what was imported: that took a tenth of the time of all tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest) -> None:
    """Take empty books from the shelf; refuse to create anything on a server that is not the test run's own."""
    from django.core import management

    management.call_command = by_template(management.call_command)
    request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")
    if on_postgresql():
        expected = os.environ.get("KEYUAN_TEST_PGDATA")
        with psycopg.connect(os.environ["DATABASE_URL"].replace("/keyuan?", "/postgres?")) as connection:
            row = connection.execute("SHOW data_directory").fetchone()
        if not expected or row is None or row[0] != expected:
            pytest.exit("tests on PostgreSQL run on a private cluster only: use make test", returncode=4)


@pytest.fixture(scope="session", autouse=True)
def no_session_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let no session that a test left behind keep its book from being dropped; say what it did last."""
    if on_postgresql():
        # Torn down after this one.
        request.getfixturevalue("django_db_setup")
    yield
    if on_postgresql():
        end_other_sessions()


def end_other_sessions() -> None:
    """End sessions in this process's book that are not its own."""
    from django.db import connections

    own = [one.connection.info.backend_pid for one in connections.all() if one.connection is not None]
    server = os.environ["DATABASE_URL"].replace("/keyuan?", "/postgres?")
    with psycopg.connect(server, autocommit=True) as server_session:
        left = server_session.execute(
            "SELECT pid, state, left(query, 300), pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = %s AND NOT pid = ANY(%s)",
            [connections["default"].settings_dict["NAME"], own],
        ).fetchall()
    for pid, state, query, _ended in left:
        print(f"a session was left behind: {pid} {state} {query}", file=sys.__stderr__)


def is_local(address: Any) -> bool:
    """Tell whether a socket address stays on this machine."""
    return not isinstance(address, tuple) or str(address[0]) in {"127.0.0.1", "::1", "localhost"}


@pytest.fixture(autouse=True)
def closed_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test speak to anything but this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if not is_local(address):
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
