"""Looking at a table that was made: digest, profile of its numbers, drift since the night before (ANA-1, ANA-11)."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from keyuan.analytics.rules.features.profile import Profile, from_json, shares_of, stability
from keyuan.analytics.services.night.engines import quoted
from keyuan.platform.mart.engine import engine

TENTHS = tuple(number / 10 for number in range(1, 10))
#: Keys are no figures.
KEYS = ("_id", "_code")


def look(path: Path, before: dict[str, Any] | None) -> dict[str, Any]:
    """Return rows, digest and columns of the table at ``path``; ``before`` is what the last night kept of it.

    The digest is of the content: it does not depend on the order of rows or on how the file was written.
    """
    known = from_json(before["columns"]) if before else {}
    with engine(path.parent) as opened:
        opened.execute(f"CREATE VIEW made AS FROM read_parquet('{quoted(path)}')")
        rows, digest = _row(opened, "SELECT count(*), sum(hash(made)::HUGEINT) FROM made")
        names = numbers_of(pq.read_schema(path))
        columns = {name: _column(opened, name, known.get(name)) for name in names} if rows else {}
    return {"rows": rows, "digest": f"{int(digest or 0) % 2**64:016x}", "columns": columns}


def _row(opened: Any, statement: str) -> Any:
    return opened.execute(statement).fetchone()


def numbers_of(schema: pa.Schema) -> list[str]:
    """Return the columns of ``schema`` that hold figures."""
    return [
        field.name
        for field in schema
        if (pa.types.is_integer(field.type) or pa.types.is_floating(field.type)) and not field.name.endswith(KEYS)
    ]


def _column(opened: Any, name: str, before: Profile | None) -> dict[str, Any]:
    # Names come from our own tables.
    nulls, mean, cuts = _row(
        opened,
        f'SELECT avg(("{name}" IS NULL)::INT), avg("{name}"), quantile_disc("{name}", {list(TENTHS)}) FROM made',  # noqa: S608 - as said
    )
    steps = tuple(sorted({float(cut) for cut in cuts or () if cut is not None}))
    found: dict[str, Any] = {
        "nulls": round(nulls, 6),
        "mean": None if mean is None else round(mean, 4),
        "cuts": steps,
        "shares": _shares(opened, name, steps),
    }
    if before and before.shares:
        found["drift"] = round(stability(before.shares, _shares(opened, name, before.cuts)), 4)
    return found


def _shares(opened: Any, name: str, cuts: tuple[float, ...]) -> tuple[float, ...]:
    """Return the share of rows below each cut, at it, above the last, and of NULL.

    A cut has a bin of its own: where many rows share one value, such as 0, cuts fall together.
    """
    tests = [f"< {cut}" if below else f"<= {cut}" for cut in cuts for below in (True, False)]
    parts = [f'count(*) FILTER ("{name}" {test})' for test in tests]
    row = _row(opened, f"""SELECT {", ".join([*parts, f'count("{name}")', "count(*)"])} FROM made""")  # noqa: S608 - as said
    upto, known, rows = row[:-2], row[-2], row[-1]
    ends = (*upto, known, rows)
    return shares_of([high - low for low, high in zip((0, *ends), ends, strict=False)])
