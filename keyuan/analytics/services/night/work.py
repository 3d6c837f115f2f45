"""What a step of the night works with: the copy of the book, the tables made so far, and the engine (ANA-1)."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from keyuan.analytics.extensions import Done, Feature, Step
from keyuan.analytics.services.night.engines import Engine, rows_of, table_of
from keyuan.kernel.actor import Actor
from keyuan.platform.mart import Extract, Snapshot, connect, reading
from keyuan.platform.mart.extracts import statement_of
from keyuan.platform.mart.shelf import DERIVED

#: Rows of one transaction (≤ 100 ms of the writer's lock).
WRITE = 2000
Say = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Night:
    """One run under way. ``say(done, total)`` moves the bar of the step."""

    day: date
    snapshot: Snapshot
    engine: Engine
    actor: Actor
    now: datetime
    say: Say
    #: How the book is read at one moment, for comparing with what stands.
    moment: Callable[[], AbstractContextManager[Any]] = reading.one_moment

    def path(self, table: str) -> Path:
        """Return where ``table`` stands: an extract of the mart, or a table that the night made."""
        return self.snapshot.path(table) if table in self.snapshot.rows else self.made(table)

    def made(self, table: str) -> Path:
        """Return the place of a table of our own: beside the extracts, so that deletion and sweeping reach it."""
        folder = self.snapshot.folder / DERIVED
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder / f"{table}.parquet"

    def rows(self, *tables: str) -> int:
        """Return the rows of ``tables`` together."""
        return sum(rows_of(self.path(table)) for table in tables)

    def make(self, table: str, reads: tuple[str, ...], expression: Callable[..., ir.Table], **more: Any) -> Done:
        """Compute ``table`` of ``reads`` and say what was done."""
        sources = {name: self.path(name) for name in reads}
        made = expression(*(table_of(name, path) for name, path in sources.items()), **more)
        self.engine.write(made, sources, self.made(table))
        return Done(reads, (table,), self.rows(*reads), self.rows(table))

    def copied(self, extract: Extract) -> int:
        """Copy rows of the book as they stand now into a table beside the others; return how many there are."""
        statement = statement_of(extract)
        path, rows = self.made(extract.key), 0
        with self.moment() as opened, pq.ParquetWriter(path, reading.schema_of(statement)) as writer:
            for batch in reading.batches(opened, statement):
                writer.write_batch(batch)
                rows += batch.num_rows
        path.chmod(0o600)
        return rows

    def opened(self) -> Any:
        """Return a DuckDB with a view for each table there is, the night's own among them. Close it after use."""
        mart = connect(self.snapshot)
        for path in sorted((self.snapshot.folder / DERIVED).glob("*.parquet")):
            # Names of our own.
            mart.execute(f"CREATE VIEW \"{path.stem}\" AS FROM read_parquet('{path}')")
        return mart


def in_parts(mart: Any, statement: str) -> Iterator[pa.Table]:
    """Yield the rows of ``statement`` in order of customers, as many as one transaction takes."""
    # In order, so that neighbours in the book are written together.
    for batch in mart.execute(f"{statement} ORDER BY customer_id").to_arrow_reader(50 * WRITE):
        for start in range(0, batch.num_rows, WRITE):
            yield pa.Table.from_batches([batch.slice(start, WRITE)])


def step_of(feature: Feature) -> Step:
    """Return the step that makes the table of ``feature``."""

    def run(night: Night) -> Done:
        return night.make(feature.key, feature.reads, feature.make, as_of=night.day)

    return Step(feature.key, feature.label, run, feature.order)
