"""A demo book of its own: made by the command, as an operator would, in a folder and database that are thrown away."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from tests.shelf import shelved

ROOT = Path(__file__).resolve().parents[3]
CUSTOMERS, SEED, AS_OF = 2_100, 5, "2026-11-24"
SETTINGS = "keyuan.config.settings"


@dataclass(frozen=True, slots=True)
class DemoBook:
    """A loaded book: its data folder, its environment, and ways to ask it."""

    var: Path
    environment: dict[str, str]
    database: str

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Return what a query finds."""
        if self.database:
            with psycopg.connect(self.database) as connection:
                return list(connection.execute(statement).fetchall())
        connection = sqlite3.connect(self.var / "keyuan.sqlite3")
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()

    def value(self, statement: str) -> Any:
        """Return the one value that a query finds."""
        return self.rows(statement)[0][0]

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the ``keyuan`` command on this book."""
        return subprocess.run(
            [sys.executable, "-m", "keyuan.config.cli", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )

    def ask(self, code: str) -> Any:
        """Run Python inside this installation; ``answer`` is what it leaves there."""
        program = f"import django; django.setup()\nimport json\n{code}\nprint('\\n' + json.dumps(answer))"
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])


def server_database(name: str) -> tuple[str, str]:
    """Return the addresses of the server's own database and of one called ``name``."""
    url = os.environ["DATABASE_URL"]
    return url.replace("/keyuan?", "/postgres?"), url.replace("/keyuan?", f"/{name}?")


def fresh_database(name: str, template: str = "template0") -> str:
    """Make a database beside those of the tests, a copy of ``template``; return its address."""
    server, url = server_database(name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        names = sql.Identifier(name), sql.Identifier(template)
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
    return url


def drop_database(name: str) -> None:
    """Throw a database away."""
    with psycopg.connect(server_database(name)[0], autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def at(folder: Path, environment: dict[str, str]) -> dict[str, str]:
    """Return the environment of an installation in another folder."""
    return environment | {"KEYUAN_VAR": str(folder)}


def fill(book: DemoBook) -> None:
    """Make the book by the commands."""
    for arguments in (("migrate",), ("demo", "--customers", str(CUSTOMERS), "--seed", str(SEED), "--as-of", AS_OF)):
        done = book.command(*arguments)
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def demo_book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoBook]:
    var = tmp_path_factory.mktemp("demo-book")
    environment = {key: value for key, value in os.environ.items() if key not in {"KEYUAN_TEST_VAR", "DATABASE_URL"}}
    environment |= {"KEYUAN_VAR": str(var), "DJANGO_SETTINGS_MODULE": SETTINGS, "KEYUAN_AS_OF": AS_OF}
    name = f"demo_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    url = fresh_database(name) if os.environ.get("DATABASE_URL") else ""
    if url:
        environment["DATABASE_URL"] = url
    book = DemoBook(var, environment, url)
    if url:
        fill(book)
    else:
        shelved("demo-book", lambda folder: fill(replace(book, var=folder, environment=at(folder, environment))), var)
    yield book
    if url:
        drop_database(name)


@pytest.fixture
def second_book(demo_book: DemoBook, tmp_path: Path) -> Iterator[DemoBook]:
    """Another installation with the same book, to be spoilt."""
    for name in ("keyuan.sqlite3", "reads.sqlite3", "keyring.json", "secret.key"):
        if (demo_book.var / name).exists():
            shutil.copy2(demo_book.var / name, tmp_path / name)
    environment = demo_book.environment | {"KEYUAN_VAR": str(tmp_path)}
    if not demo_book.database:
        yield DemoBook(tmp_path, environment, "")
        return
    template = urlsplit(demo_book.database).path[1:]
    url = fresh_database(f"{template}_second", template)
    yield DemoBook(tmp_path, environment | {"DATABASE_URL": url}, url)
    drop_database(f"{template}_second")
