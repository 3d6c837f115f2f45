"""Loading a whole book into the database that Django is set to."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.apps import apps
from django.conf import settings
from django.db import connection, connections
from django.utils.translation import gettext as _
from psycopg.conninfo import make_conninfo

from keyuan.contact.services.counting import count_day
from keyuan.kernel.errors import Refused
from keyuan.platform.crypto.keyring import ring
from keyuan.platform.numbers import number_series
from keyuan.setup.demo.class_rows import Tally
from keyuan.setup.demo.loading import making
from keyuan.setup.demo.loading.postgres import PostgresBook
from keyuan.setup.demo.loading.progress import Progress
from keyuan.setup.demo.loading.sqlite import InUse, SqliteBook, copy_of, put_in_place
from keyuan.setup.demo.plan import Book
from keyuan.setup.demo.schema import TABLES, table

#: What outlives a book that is replaced: the trail, the timetable, roles as somebody edited them, Django's own.
KEPT = frozenset({
    "organisation.Role", "organisation.RolePermission", "organisation.RoleField", "organisation.SignInPolicy",
    "platform.AuditEvent", "platform.AuditSeal", "platform.ReadEvent", "platform.ReadSeal", "platform.ScheduledTask",
    "platform.NumberCounter", "contenttypes.ContentType", "auth.Permission", "auth.Group",
})  # fmt: skip


#: How many days back the book has asks for contacts.
ASKS_DAYS = 31


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load tells: pairs of customer numbers that are one person, and counts of the axes of classification."""

    doubles: list[tuple[str, str]]
    tally: Tally


def is_empty() -> bool:
    """Tell whether the database holds neither people nor customers."""
    return not any(
        apps.get_model(label)._default_manager.exists() for label in ("organisation.User", "customers.Customer")
    )


def emptied_tables() -> list[str]:
    """Return the tables that are emptied before another book is loaded over one."""
    present = set(connection.introspection.table_names())
    models = [model._meta for model in apps.get_models() if model._meta.label not in KEPT and model._meta.managed]
    return [meta.db_table for meta in models if meta.db_table in present]


def filled_tables() -> list[str]:
    """Return the tables that the load fills."""
    return [table(label).name for label in TABLES]


def load(book: Book, *, replace: bool, workers: int, progress: Progress) -> Loaded:
    """Load ``book``; ``replace`` empties what is there first. ``workers`` 0 makes everything in this process.

    Raises `Refused` demo.in_use when another process has the database file open.
    """
    # Before any worker: all of them must seal under one ring.
    ring()
    obsolete = emptied_tables() if replace else []
    connections.close_all()
    into = _load_postgres if connection.vendor == "postgresql" else _load_sqlite
    loaded = into(book, obsolete, workers, progress)
    _count_numbers(book)
    _count_asks(book)
    return loaded


def _series() -> tuple[str, int]:
    spec = number_series["customer"]
    return spec.prefix, spec.width


def _load_sqlite(book: Book, obsolete: list[str], workers: int, progress: Progress) -> Loaded:
    path = Path(str(connection.settings_dict["NAME"]))
    with TemporaryDirectory(prefix="demo-", dir=path.parent) as folder:
        new = Path(folder) / "book.sqlite3"
        try:
            copy_of(path, new)
        except InUse:
            raise Refused("demo.in_use") from None
        target = SqliteBook(new, filled_tables())
        target.empty(obsolete)
        target.drop_indexes()
        orders = [
            making.Order(book, part, _series(), path=Path(folder) / f"part{part}.sqlite3") for part in _parts(book)
        ]
        loaded = _take(target.take, orders, workers, progress)
        _build(target, progress)
        put_in_place(new, path)
    return loaded


def _load_postgres(book: Book, obsolete: list[str], workers: int, progress: Progress) -> Loaded:
    info = connection.get_connection_params()
    known = {key: info[key] for key in ("dbname", "user", "password", "host", "port") if info.get(key)}
    conninfo = make_conninfo(**known)
    target = PostgresBook(conninfo, filled_tables(), Path(settings.VAR_DIR) / "demo" / "set-aside.json")
    target.recover()
    if obsolete:
        target.empty(obsolete)
    target.drop_indexes()
    orders = [making.Order(book, part, _series(), conninfo=conninfo) for part in _parts(book)]
    loaded = _take(lambda _: None, orders, workers, progress)
    _build(target, progress)
    return loaded


def _parts(book: Book) -> Iterable[int]:
    return range(making.GROUND, book.parts)


def _take(
    take: Callable[[making.Delivery], object], orders: list[making.Order], workers: int, progress: Progress
) -> Loaded:
    doubles: list[tuple[str, str]] = []
    tally = Tally(Counter(), Counter())
    progress.begin(_("Customers"), len(orders))
    for delivery in making.deliveries(orders, workers):
        take(delivery)
        doubles += delivery.made.doubles
        tally.counts.update(delivery.made.tally.counts)
        tally.flows.update(delivery.made.tally.flows)
        progress.step()
    return Loaded(doubles, tally)


def _build(target: SqliteBook | PostgresBook, progress: Progress) -> None:
    progress.begin(_("Indexes"), target.index_count)
    target.build_indexes(progress.step)
    target.finish()


def _count_numbers(book: Book) -> None:
    """Let the next customer's number come behind those of the book."""
    counters = apps.get_model("platform.NumberCounter")._default_manager
    counters.update_or_create(series="customer", defaults={"used": book.customers})


def _count_asks(book: Book) -> None:
    """Count the asks for contacts of the last month, as a job does every quarter of an hour."""
    for ago in range(ASKS_DAYS):
        count_day(book.as_of - timedelta(days=ago))
