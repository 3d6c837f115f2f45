"""The engines that compute tables: DuckDB in this process, or Spark by setting; Parquet goes in and out (ANA-1).

Expressions are compiled to the engine's own SQL; no engine of Ibis's is opened, so that ours stay bounded and offline.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import ibis
import ibis.expr.types as ir
import pyarrow.parquet as pq
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from keyuan.platform.mart import sparking
from keyuan.platform.mart.engine import engine as bounded
from keyuan.platform.mart.engine import spill

DUCKDB, SPARK = "duckdb", "spark"
#: What Ibis calls the SQL of Spark.
DIALECT = "pyspark"


class Engine(Protocol):
    """What computes ``expression`` over Parquet files, named as its tables, into one Parquet file."""

    name: str

    def write(self, expression: ir.Table, sources: Mapping[str, Path], target: Path) -> None:
        """Put the rows of ``expression`` into ``target``, in one step."""


def table_of(name: str, path: Path) -> ir.Table:
    """Return the Parquet file ``path`` as an Ibis table called ``name``; nothing is read but its head."""
    return ibis.table(ibis.Schema.from_pyarrow(pq.read_schema(path)), name=name)


def rows_of(path: Path) -> int:
    """Return how many rows a Parquet file has, from its foot."""
    return int(pq.read_metadata(path).num_rows)


class DuckEngine:
    """DuckDB within the limits of the settings (`KEYUAN_DUCKDB_MB`, `KEYUAN_DUCKDB_THREADS`)."""

    name = DUCKDB

    def write(self, expression: ir.Table, sources: Mapping[str, Path], target: Path) -> None:
        """Compute into a draft beside ``target`` and put it in place."""
        draft = target.with_suffix(".draft")
        folders = {path.parent for path in (*sources.values(), target)}
        with bounded(*sorted(folders)) as opened:
            for name, path in sources.items():
                # Names and folders of our own.
                opened.execute(f"CREATE VIEW \"{name}\" AS FROM read_parquet('{quoted(path)}')")
            statement = typed(expression, "duckdb", '"')
            opened.execute(f"COPY ({statement}) TO '{quoted(draft)}' (FORMAT parquet, COMPRESSION zstd)")
        draft.chmod(0o600)
        draft.replace(target)


class SparkEngine:
    """Spark on this machine, in the memory and threads of the settings; it spills where DuckDB does."""

    name = SPARK

    def write(self, expression: ir.Table, sources: Mapping[str, Path], target: Path) -> None:
        """Compute into a folder beside ``target`` and put its one file in place."""
        session = _spark()
        # Ibis knows the options of a dialect once it was named; without them no fraction is compiled.
        getattr(ibis, DIALECT)
        for name, path in sources.items():
            session.read.parquet(str(path)).createOrReplaceTempView(name)
        draft = target.with_suffix(".spark")
        found = session.sql(typed(expression, DIALECT, "`"))
        found.coalesce(1).write.mode("overwrite").parquet(str(draft))
        part = next(draft.glob("part-*.parquet"))
        part.chmod(0o600)
        part.replace(target)
        shutil.rmtree(draft)


def _spark() -> Any:
    options = {
        "spark.master": f"local[{settings.DUCKDB_THREADS}]",
        "spark.driver.memory": f"{max(1024, settings.DUCKDB_MB)}m",
        "spark.sql.session.timeZone": settings.TIME_ZONE,
        # Arithmetic that overflows fails, as it does in DuckDB.
        "spark.sql.ansi.enabled": "true",
    }
    return sparking.started("keyuan", spill(), options)


def typed(expression: ir.Table, dialect: str, quote: str) -> str:
    """Return the statement of ``expression`` with every whole number as a BIGINT and every day as a DATE.

    Left alone DuckDB sums into 128 bits, which Parquet keeps as floating point, and makes a moment of a day and an
    interval; Spark counts days in 32 bits.
    """
    columns = [_kept_as(f"{quote}{name}{quote}", kind) for name, kind in expression.schema().items()]
    # Names of our own columns; values stand in the expression as literals that Ibis quotes.
    return f"SELECT {', '.join(columns)} FROM ({ibis.to_sql(expression, dialect=dialect)}) AS made"  # noqa: S608 - as said


def _kept_as(column: str, kind: Any) -> str:
    if kind.is_integer():
        return f"CAST({column} AS BIGINT) AS {column}"
    return f"CAST({column} AS DATE) AS {column}" if kind.is_date() else column


def quoted(path: Path) -> str:
    """Return ``path`` for a literal of SQL."""
    return str(path).replace("'", "''")


ENGINES: Mapping[str, type[DuckEngine] | type[SparkEngine]] = {DUCKDB: DuckEngine, SPARK: SparkEngine}


def chosen() -> Engine:
    """Return the engine that ``KEYUAN_ANALYTICS`` names."""
    if settings.ANALYTICS not in ENGINES:
        raise ImproperlyConfigured(f"KEYUAN_ANALYTICS must be one of {', '.join(ENGINES)}")
    if settings.ANALYTICS == SPARK and not sparking.is_installed():
        raise ImproperlyConfigured("KEYUAN_ANALYTICS=spark needs Java 17 to 21 and requirements/spark.txt")
    return ENGINES[settings.ANALYTICS]()
