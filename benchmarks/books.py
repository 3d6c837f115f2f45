"""The book that is measured: one that is there, or one made here; and scratch databases for what must not touch it."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from benchmarks.machine import ROOT
from scripts import private_postgres

#: Where books made by the benchmark are kept for the next run.
SHELF = ROOT / "build" / "benchmarks"
#: Servers made here get memory in proportion to a machine of eight gigabytes or more.
SERVER = ("shared_buffers=1GB", "effective_cache_size=4GB", "work_mem=16MB", "max_wal_size=4GB", "random_page_cost=1.1")


class Failed(Exception):
    """Something the benchmark needs did not work; the text says what."""


@dataclass(frozen=True)
class Book:
    """A data folder and, on PostgreSQL, the address of its database."""

    folder: Path
    database: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of every program that works on this book."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("KEYUAN_", "DATABASE_"))}
        own = {"KEYUAN_VAR": str(self.folder), "KEYUAN_DEMO": "0", "KEYUAN_LOG_LEVEL": "ERROR"}
        # What is measured is the speed of pages, not the limits by rate of one person.
        own["KEYUAN_RATES"] = "0"
        if self.database:
            own["DATABASE_URL"] = self.database
        return {**kept, **own, "DJANGO_SETTINGS_MODULE": "keyuan.config.settings", **self.extra}

    def tell(self, *words: str, env: dict[str, str] | None = None) -> str:
        """Run one of our commands (``keyuan …``) and return what it printed."""
        return self._called(["keyuan.config.cli", *words], env)

    def ask(self, program: str, *words: str) -> Any:
        """Run a program of `benchmarks.inside` and return its answer."""
        with tempfile.TemporaryDirectory(prefix="keyuan-bench-") as folder:
            answer = Path(folder, "answer.json")
            self._called([f"benchmarks.inside.{program}", *words], {"KEYUAN_ANSWER": str(answer)})
            return json.loads(answer.read_text(encoding="utf-8"))

    def _called(self, words: list[str], env: dict[str, str] | None) -> str:
        command = [sys.executable, "-m", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment | (env or {}), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Failed(
                f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
            )
        return done.stdout


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Run a PostgreSQL server of our own in ``folder`` with ordinary durability; yield its address without database."""
    if not private_postgres.is_available():
        raise Failed("PostgreSQL's programs are not installed here; name a server by DATABASE_URL")
    folder.mkdir(parents=True, exist_ok=True)
    data = folder / "data" if (folder / "data").is_dir() else private_postgres.create(folder)
    # A path of a Unix socket may have 107 characters.
    sockets = Path(tempfile.mkdtemp(prefix="keyuan-pg-"))
    os.chown(sockets, folder.stat().st_uid, folder.stat().st_gid)
    options = [word for option in (*SERVER, "listen_addresses=") for word in ("-c", option)]
    command = [*private_postgres.tied(), str(private_postgres.program("postgres")), "-D", str(data), "-k", str(sockets)]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [*command, *options], cwd=folder, stdout=log, stderr=log, **private_postgres.identity()
        )
    try:
        private_postgres.wait_until_ours(f"postgresql://keyuan@/postgres?host={sockets}", data, process)
        yield f"postgresql://keyuan@/{{name}}?host={sockets}"
    finally:
        process.terminate()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(sockets, ignore_errors=True)


def make_database(url: str, name: str, *, anew: bool = False) -> None:
    """Create database ``name`` on the server of ``url`` unless it is there; ``anew`` drops it first."""
    with psycopg.connect(sibling(url, "postgres"), autocommit=True) as connection:
        if anew:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not known:
            connection.execute(f'CREATE DATABASE "{name}"')


def drop_database(url: str, name: str) -> None:
    """Drop database ``name`` on the server of ``url``."""
    with psycopg.connect(sibling(url, "postgres"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def sibling(url: str, name: str) -> str:
    """Return the address of another database on the same server."""
    parts = urlsplit(url)
    return parts._replace(path=f"/{name}").geturl()


def size_of(book: Book) -> int:
    """Return how many customers the book holds; 0 for one without tables or people."""
    if not (book.folder / "sign-ins.txt").is_file():
        return 0
    return int(book.ask("size")["customers"])


@contextmanager
def opened(db: str, customers: int, folder: Path | None) -> Iterator[Book]:
    """Yield the book to measure, made or brought up to the code first where needed.

    A folder that is given is reused whatever its size; on PostgreSQL the database is the one of DATABASE_URL, or lives
    on a server of our own inside the folder.
    """
    given = os.environ.get("DATABASE_URL", "")
    var = (folder or SHELF / f"{db}-{customers}").resolve()
    var.mkdir(parents=True, exist_ok=True)
    if db == "sqlite":
        yield ready(Book(var), customers)
    elif given and folder is not None:
        yield ready(Book(var, given), customers)
    else:
        with server(var / "postgres") as pattern:
            url = pattern.format(name="keyuan")
            make_database(url, "keyuan")
            yield ready(Book(var, url), customers)


def ready(book: Book, customers: int) -> Book:
    """Bring the book up to the code (front-end files, static files, migrations) and fill it when it is empty."""
    book.tell("setup")
    if size_of(book) == 0:
        print(f"loading a book of {customers:,} customers …", flush=True)
        book.tell("demo", "--customers", str(customers))
    return book


@contextmanager
def scratch(book: Book) -> Iterator[Book]:
    """Yield an empty book on the same kind of database, gone afterwards: for what writes in bulk."""
    with tempfile.TemporaryDirectory(prefix="keyuan-bench-", dir=SHELF if SHELF.is_dir() else None) as folder:
        if not book.database:
            yield Book(Path(folder))
            return
        name = f"keyuan_bench_{os.getpid()}"
        make_database(book.database, name, anew=True)
        try:
            yield Book(Path(folder), sibling(book.database, name))
        finally:
            drop_database(book.database, name)
