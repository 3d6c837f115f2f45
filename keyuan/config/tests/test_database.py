"""Both databases are set up as designed (PLT-2, decision 20)."""

import os

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from keyuan.config.settings.database import databases, postgresql


@pytest.mark.sqlite_only(reason="pragmas are SQLite's")
def test_the_embedded_database_is_opened_for_one_writer_and_many_readers(transactional_db):
    with connection.cursor() as cursor:
        found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "foreign_keys")}

    assert found == {"journal_mode": "wal", "foreign_keys": 1}
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.postgresql_only(reason="asks the server itself")
def test_tests_run_on_their_own_server_only(db):
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        folder = cursor.fetchone()[0]

    assert folder == os.environ["KEYUAN_TEST_PGDATA"]


@pytest.mark.parametrize("_case, url, host, name, user", [
    ("over the network", "postgresql://crm:s%40fe@db.example:6432/book", "db.example", "book", "crm"),
    ("by Unix socket", "postgres://crm@/book?host=/run/postgresql", "/run/postgresql", "book", "crm"),
])  # fmt: skip
def test_a_database_address_is_read(_case, url, host, name, user):
    found = postgresql(url)

    assert (found["HOST"], found["NAME"], found["USER"]) == (host, name, user)


@pytest.mark.parametrize("url", ["mysql://u@h/db", "postgresql://u@h/", "postgresql"])
def test_a_malformed_database_address_is_refused_by_name(url, tmp_path):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        databases(url, tmp_path)
