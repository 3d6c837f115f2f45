"""Loading into PostgreSQL: foreign keys and secondary indexes are set aside, workers copy side by side.

What was set aside is written down in a file first, so that a load that is cut short can be taken back.
"""

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

CONSTRAINTS = """
SELECT quote_ident(c.relname), quote_ident(k.conname), pg_get_constraintdef(k.oid)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE c.relname = ANY(%s) AND c.relnamespace = current_schema::regnamespace AND k.contype IN ('f', 'u')
ORDER BY k.contype DESC, c.relname, k.conname
"""
INDEXES = """
SELECT quote_ident(i.relname), pg_get_indexdef(x.indexrelid)
FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x')
WHERE t.relname = ANY(%s) AND t.relnamespace = current_schema::regnamespace AND k.oid IS NULL
ORDER BY t.relname, i.relname
"""
# TRUNCATE … CASCADE also empties whatever points to a table, at any distance: its guards must step aside as well.
GUARDED = """
WITH RECURSIVE emptied(oid) AS (
    SELECT c.oid FROM pg_class c WHERE c.relname = ANY(%s) AND c.relnamespace = current_schema::regnamespace
    UNION
    SELECT k.conrelid FROM pg_constraint k JOIN emptied e ON k.confrelid = e.oid WHERE k.contype = 'f'
)
SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN emptied e ON e.oid = c.oid
WHERE NOT t.tgisinternal
"""
SEQUENCES = """
SELECT c.relname, a.attname, pg_get_serial_sequence(quote_ident(c.relname), a.attname)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attidentity <> ''
WHERE c.relname = ANY(%s) AND c.relnamespace = current_schema::regnamespace
"""


class PostgresBook:
    """The database being filled; ``note`` is the file that tells what was set aside."""

    def __init__(self, conninfo: str, tables: Iterable[str], note: Path) -> None:
        self._tables = list(tables)
        self._note = note
        self._connection = psycopg.connect(conninfo, autocommit=True)
        self._connection.execute("SET maintenance_work_mem = '512MB'")
        self._connection.execute("SET synchronous_commit = off")

    def recover(self) -> bool:
        """Put back what an earlier load set aside and lost; tell whether there was anything."""
        if not self._note.is_file():
            return False
        self.empty(self._tables)
        self.build_indexes(lambda: None)
        return True

    def empty(self, tables: Iterable[str]) -> None:
        """Delete every row of ``tables`` and of whatever points to them, also of append-only ones; guards stay."""
        known = list(tables)
        names = sql.SQL(", ").join(map(sql.Identifier, known))
        with self._connection.transaction():
            guarded = [name for (name,) in self._connection.execute(GUARDED, [known]).fetchall()]
            self._switch(guarded, "DISABLE")
            self._connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(names))
            self._switch(guarded, "ENABLE")

    def _switch(self, tables: Iterable[str], how: LiteralString) -> None:
        for name in tables:
            self._connection.execute(
                sql.SQL("ALTER TABLE {} {} TRIGGER USER").format(sql.Identifier(name), sql.SQL(how))
            )

    def drop_indexes(self) -> None:
        """Set foreign keys, unique constraints and secondary indexes aside."""
        constraints = self._connection.execute(CONSTRAINTS, [self._tables]).fetchall()
        indexes = self._connection.execute(INDEXES, [self._tables]).fetchall()
        back = [definition for _, definition in indexes]
        back += [f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule}" for table, name, rule in constraints]
        self._note.parent.mkdir(parents=True, exist_ok=True)
        self._note.write_text(json.dumps(back), encoding="utf-8")
        # Foreign keys go last in the list and first here: unique constraints may stand below them.
        for table, name, _ in reversed(constraints):
            self._connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for name, _ in indexes:
            self._connection.execute(f"DROP INDEX {name}")

    def _set_aside(self) -> list[str]:
        found: list[str] = json.loads(self._note.read_text(encoding="utf-8")) if self._note.is_file() else []
        return found

    @property
    def index_count(self) -> int:
        """How many indexes and constraints are to be built."""
        return len(self._set_aside())

    def build_indexes(self, done: Callable[[], None]) -> None:
        """Build what was set aside; what stands already is left alone. ``done`` is called after each."""
        for statement in self._set_aside():
            with suppress(psycopg.errors.DuplicateTable, psycopg.errors.DuplicateObject):
                self._connection.execute(statement)
            done()
        self._note.unlink(missing_ok=True)

    def finish(self) -> None:
        """Move the counters of ids behind the loaded rows, and let the planner look at the tables."""
        for table, column, sequence in self._connection.execute(SEQUENCES, [self._tables]).fetchall():
            self._connection.execute(
                sql.SQL("SELECT setval({}, coalesce(max({}), 0) + 1, false) FROM {}").format(
                    sql.Literal(sequence), sql.Identifier(column), sql.Identifier(table)
                )
            )
        for table in self._tables:
            self._connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
        self._connection.close()
