"""Rows by column straight into a table: no model instances, one statement for many rows, ids known in advance.

The caller holds the transaction. Values are as Python has them; JSON columns take text, sealed columns take sealed
bytes. Columns that are not given take the model's default.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import repeat
from typing import Any

from django.db import connections, models, router
from django.db.models import Field, Max

#: With fewer rows than this PostgreSQL's COPY is not worth its two round trips.
COPY_FROM = 100


@dataclass(frozen=True, slots=True)
class Same:
    """One value for every row of a column."""

    value: Any


Column = Sequence[Any] | Same
Adapt = Callable[[Sequence[Any]], Iterable[Any]]


def next_ids(model: type[models.Model], count: int) -> list[int]:
    """Return ``count`` fresh primary keys. On SQLite the transaction must hold the write lock, as every one of ours
    does from its beginning."""
    connection = connections[router.db_for_write(model)]
    table = model._meta.db_table
    if not count:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [connection.ops.quote_name(table), model._meta.pk.column, count],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
    top = int(row[0]) if row else 0
    if not row:
        top = model._default_manager.aggregate(top=Max("pk"))["top"] or 0
    return list(range(top + 1, top + 1 + count))


def insert(
    model: type[models.Model], columns: Mapping[str, Column], count: int, *, unless_exists: bool = False
) -> None:
    """Insert ``count`` rows given by column name; with ``unless_exists`` rows that break a unique rule are left out."""
    if not count:
        return
    connection = connections[router.db_for_write(model)]
    given = {**_defaults(model, frozenset(columns)), **columns}
    names = list(given)
    rows = zip(*(_values(model, name, given[name], connection) for name in names), strict=False)
    table = connection.ops.quote_name(model._meta.db_table)
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and count >= COPY_FROM and not unless_exists:
            with cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(names))
        tail = " ON CONFLICT DO NOTHING" if unless_exists else ""
        # Names come from the models, never from outside.
        cursor.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({places}){tail}", list(rows))  # noqa: S608 - as said


def update(
    model: type[models.Model], ids: Sequence[int], columns: Mapping[str, Column], *, raised: Sequence[str] = ()
) -> None:
    """Write ``columns`` of the rows with primary keys ``ids``, in that order; columns in ``raised`` go up by 1."""
    if not ids:
        return
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    sets = [f"{quote(name)} = %s" for name in columns] + [f"{quote(name)} = {quote(name)} + 1" for name in raised]
    values = [_values(model, name, column, connection) for name, column in columns.items()]
    rows = list(zip(*values, ids, strict=False))
    key = quote(str(model._meta.pk.column))
    statement = f"UPDATE {quote(model._meta.db_table)} SET {', '.join(sets)} WHERE {key} = %s"  # noqa: S608 - as said - see insert
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


@lru_cache(maxsize=256)
def _fields(model: type[models.Model]) -> dict[str, "Field[Any, Any]"]:
    return {str(field.column): field for field in model._meta.concrete_fields}


@lru_cache(maxsize=256)
def _defaults(model: type[models.Model], given: frozenset[str]) -> dict[str, Same]:
    found = {}
    for name, field in _fields(model).items():
        if name not in given and not field.primary_key:
            found[name] = Same(field.get_default())
    return found


def _values(model: type[models.Model], name: str, column: Column, connection: Any) -> Iterable[Any]:
    field = _fields(model)[name]
    if isinstance(column, Same):
        value = column.value
        if isinstance(value, str) and field.get_internal_type() == "JSONField":
            return repeat(value)
        return repeat(field.get_db_prep_save(value, connection=connection))
    if connection.vendor == "sqlite":
        kind = field.get_internal_type()
        if kind == "DateField":
            return [_iso(value) for value in column]
        if kind == "DateTimeField":
            adapt = connection.ops.adapt_datetimefield_value
            return [None if value is None else adapt(value) for value in column]
    return column


def _iso(value: date | datetime | str | None) -> str | None:
    return value if value is None or isinstance(value, str) else value.isoformat()
