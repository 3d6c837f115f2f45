"""Query plans: what a page asked for, and whether that reads or sorts more than a page may at full size.

`Recorder` keeps the SQL of whatever runs inside it. `faults_of` explains one statement on the connection it came from:
SQLite by its plan and the statistics of the full-size book (`sqlite_stat1`), PostgreSQL by its own estimates.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from django.db import connections

#: Tables with more rows than this are large: reading one whole is a fault.
LARGE = 25_000
#: So many rows may be read and sorted for one statement; a list counts up to 5,000 and walks up to 20,000.
BOUND = 25_000


@dataclass(frozen=True)
class Statement:
    """One SELECT as it was sent."""

    alias: str
    sql: str
    params: Any


class Recorder:
    """Keeps every different SELECT that runs inside it."""

    def __init__(self) -> None:
        self.statements: dict[tuple[str, str], Statement] = {}
        self._stack = ExitStack()

    def __enter__(self) -> "Recorder":
        for alias in connections:
            self._stack.enter_context(connections[alias].execute_wrapper(self._keeper(alias)))
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def _keeper(self, alias: str) -> Any:
        def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if sql.lstrip().startswith("SELECT"):
                self.statements.setdefault((alias, sql), Statement(alias, sql, params))
            return execute(sql, params, many, context)

        return keep


# SQLite

ALIASED = re.compile(r'(?:FROM|JOIN|,)\s+\(?"(\w+)"(?:\s+(?:AS\s+)?(?:")?([TUVW]\d+)\b"?)?')
STEP = re.compile(r"^(SCAN|SEARCH) (\S+)(?: USING (?:AUTOMATIC )?(?:PARTIAL )?(?:COVERING )?INDEX (\S+))?")
EQUALITIES = re.compile(r"(\w+)=\?|<expr>=\?")
#: Units of each level in the full-size book. Statistics taken from samples say no more than "very many" of a level.
UNITS = {"head_office_id": 1, "branch_id": 31, "sub_branch_id": 589, "section_id": 2_356, "team_id": 11_780}
SAMPLED = 1_000
SORTS = ("USE TEMP B-TREE FOR ORDER BY", "USE TEMP B-TREE FOR LAST")
#: Orders that the list engine writes when it has counted the rows before (see `steering.Unindexed`).
COUNTED = re.compile(r'ORDER BY \+|ORDER BY "?\w+"? (?:ASC|DESC)?.*\+"')


@dataclass(frozen=True)
class Statistics:
    """What SQLite knows of the full-size book: rows of each table, and rows behind each prefix of an index."""

    tables: Mapping[str, int]
    indexes: Mapping[str, list[int]]
    owners: Mapping[str, str]

    @classmethod
    def of(cls, rows: list[tuple[str, str | None, str]]) -> "Statistics":
        """Read the rows (table, index, numbers) of ``sqlite_stat1``."""
        tables: dict[str, int] = {}
        indexes: dict[str, list[int]] = {}
        owners: dict[str, str] = {}
        for table, index, numbers in rows:
            counts = [int(number) for number in numbers.split() if number.isdecimal()]
            # A partial index holds fewer rows than its table.
            tables[table] = max(tables.get(table, 0), counts[0])
            if index:
                indexes[index] = counts
                owners[index] = table
        return cls(tables, indexes, owners)

    def behind(self, table: str, step: str, index: str | None) -> int:
        """Return how many rows one search of ``table`` finds, on average."""
        if "INTEGER PRIMARY KEY" in step:
            return 1 if "rowid=?" in step else self.tables.get(table, 0)
        counts = self.indexes.get(index or "")
        if counts is None:
            return 0
        columns = EQUALITIES.findall(step)
        said = counts[min(len(columns), len(counts) - 1)]
        levels = [UNITS[column] for column in columns if column in UNITS]
        return max(said, self.tables[table] // max(levels)) if said > SAMPLED and levels else said


def sqlite_faults(statement: Statement, statistics: Statistics) -> list[str]:
    """Return what is wrong with the plan of a statement on SQLite, empty when nothing is."""
    with connections[statement.alias].cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {statement.sql}", statement.params)
        steps = [str(row[3]) for row in cursor.fetchall()]
    names = {alias or table: table for table, alias in ALIASED.findall(statement.sql)}
    return list(_sqlite_faults(statement.sql, steps, names, statistics))


def _sqlite_faults(sql: str, steps: list[str], names: Mapping[str, str], statistics: Statistics) -> Iterator[str]:
    limited = " LIMIT " in sql
    first = 0
    for step in steps:
        found = STEP.match(step)
        if found is None:
            if step.startswith(SORTS) and first > BOUND and not COUNTED.search(sql):
                yield f"sorts about {first:,} rows in memory"
            continue
        kind, name, index = found.groups()
        # Subqueries side by side use the same short name for different tables; an index has one table.
        table = statistics.owners.get(index or "") or names.get(name, name)
        rows = statistics.tables.get(table, 0) if kind == "SCAN" else statistics.behind(table, step, index)
        first = first or rows
        if "AUTOMATIC" in step:
            yield f"makes an index for itself: {step}"
        elif rows <= (LARGE if kind == "SCAN" else BOUND):
            continue
        elif kind == "SCAN" and index is None and COUNTED.search(sql):
            # A value of a filter that every row has one of, found few times before: the whole set is small.
            continue
        elif kind == "SCAN" and index is None and "VIRTUAL" not in step:
            yield f"reads the whole of {table} ({rows:,} rows): {step}"
        elif not limited:
            yield f"reads about {rows:,} rows of {table}: {step}"


# PostgreSQL


def postgresql_faults(statement: Statement, sizes: Mapping[str, int]) -> list[str]:
    """Return what is wrong with the plan of a statement on PostgreSQL; ``sizes`` are rows by table."""
    with connections[statement.alias].cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement.sql}", statement.params)
        told = cursor.fetchone()[0]
    plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    return list(_postgresql_faults(plan, sizes, limited=False))


def _postgresql_faults(node: Mapping[str, Any], sizes: Mapping[str, int], *, limited: bool) -> Iterator[str]:
    kind, table = node["Node Type"], node.get("Relation Name", "")
    rows = int(node.get("Plan Rows", 0))
    limited = limited or kind == "Limit"
    if kind == "Seq Scan" and sizes.get(table, 0) > LARGE and not (limited and "Filter" not in node):
        yield f"reads the whole of {table} ({sizes[table]:,} rows)"
    elif kind in ("Index Scan", "Index Only Scan", "Bitmap Heap Scan") and rows > BOUND and not limited:
        yield f"reads about {rows:,} rows of {table} by {node.get('Index Name', kind)}"
    if kind == "Sort" and (below := _rows_below(node)) > BOUND:
        yield f"sorts about {below:,} rows"
    # A sort or a hash reads everything below it, whatever limit stands above.
    blocks = kind in ("Sort", "Hash", "Aggregate", "WindowAgg", "Materialize")
    for child in node.get("Plans", ()):
        yield from _postgresql_faults(child, sizes, limited=limited and not blocks)


def _rows_below(node: Mapping[str, Any]) -> int:
    return max((int(child.get("Plan Rows", 0)) for child in node.get("Plans", ())), default=0)


def postgresql_sizes(alias: str = "default") -> dict[str, int]:
    """Return the rows of every table as PostgreSQL estimates them."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT relname, reltuples::bigint FROM pg_class WHERE relkind = 'r' AND reltuples > 0")
        return dict(cursor.fetchall())


def sqlite_statistics(alias: str = "default") -> list[tuple[str, str | None, str]]:
    """Return the rows of ``sqlite_stat1``; none before the first ANALYZE."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")
        if not cursor.fetchone()[0]:
            return []
        cursor.execute("SELECT tbl, idx, stat FROM sqlite_stat1 ORDER BY tbl, idx")
        return [tuple(row) for row in cursor.fetchall()]  # type: ignore[misc]  # three columns
