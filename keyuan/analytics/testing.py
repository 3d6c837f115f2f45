"""Help for tests of features: tables of a few rows in, rows out, on either engine."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from keyuan.analytics.services.night.engines import DuckEngine, Engine, table_of

Rows = list[dict[str, Any]]


def computed(
    make: Callable[..., Any],
    tables: Mapping[str, tuple[pa.Schema, Rows]],
    folder: Path,
    *,
    engine: Engine | None = None,
    **more: Any,
) -> Rows:
    """Return the rows that ``make`` gives of ``tables`` (name → types and rows), ordered by their first columns."""
    sources = {name: folder / f"{name}.parquet" for name in tables}
    for name, (schema, rows) in tables.items():
        pq.write_table(pa.Table.from_pylist(rows, schema), sources[name])
    expression = make(*(table_of(name, path) for name, path in sources.items()), **more)
    target = folder / "made.parquet"
    (engine or DuckEngine()).write(expression, sources, target)
    found: Rows = pq.read_table(target).to_pylist()
    return sorted(found, key=lambda row: [(value is None, str(value)) for value in row.values()])
