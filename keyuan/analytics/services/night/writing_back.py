"""Writing back: what differs from the book, in short transactions, and nothing else (ANA-2)."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from keyuan.analytics.extensions import Done
from keyuan.analytics.services.night.work import Night
from keyuan.customers.models import CustomerScore
from keyuan.customers.services.scores.writing import PLACE, SAID, WRITE, drop_departed, drop_scores, write_scores
from keyuan.platform.mart import Extract, reading
from keyuan.platform.mart.extracts import statement_of

SCORES = "scores"
#: The scores as they stand in the book, with their place and that of their customers.
STANDING = "standing_scores"
HERE = {f"here_{name}": f"customer__summary__{name}" for name in PLACE}
_STAND = Extract(
    STANDING,
    CustomerScore.objects.all,
    {"customer_id": "customer_id", **{name: name for name in (*SAID, *PLACE)}, **HERE},
)


def write_back(night: Night) -> Done:
    """Bring the scores of the book up to those of the night; a second time nothing differs."""
    standing = _copy_standing(night)
    with night.opened() as mart:
        total = mart.execute(f"SELECT count(*) FROM ({_changed()})").fetchone()[0]  # noqa: S608 - names of our own
        changed = 0
        for part in _parts(mart, _changed()):
            columns = part.to_pydict()
            changed += write_scores(columns.pop("customer_id"), columns, night.day)
            night.say(min(changed, total - 1), total)
        for part in _parts(mart, _strays()):
            changed += drop_scores(part.column("customer_id").to_pylist())
        changed += drop_departed()
    return Done((SCORES, STANDING), (), standing + night.rows(SCORES), changed, changed)


def _copy_standing(night: Night) -> int:
    """Copy the scores that stand into a table beside the others; return how many there are."""
    statement = statement_of(_STAND)
    path, rows = night.made(STANDING), 0
    with night.moment() as opened, pq.ParquetWriter(path, reading.schema_of(statement)) as writer:
        for batch in reading.batches(opened, statement):
            writer.write_batch(batch)
            rows += batch.num_rows
    path.chmod(0o600)
    return rows


def _changed() -> str:
    """Return the statement of new scores, and of those that stand otherwise or elsewhere than they should."""
    said = " OR ".join(f'made."{name}" IS DISTINCT FROM old."{name}"' for name in SAID)
    place = " OR ".join(f'old."{name}" IS DISTINCT FROM old."here_{name}"' for name in PLACE)
    names = ", ".join(f'made."{name}"' for name in ("customer_id", *SAID))
    return (
        f"SELECT {names} FROM {SCORES} AS made LEFT JOIN {STANDING} AS old USING (customer_id)"  # noqa: S608 - names of our own
        f" WHERE old.customer_id IS NULL OR {said} OR {place}"
    )


def _strays() -> str:
    return f"SELECT customer_id FROM {STANDING} WHERE customer_id NOT IN (SELECT customer_id FROM {SCORES})"  # noqa: S608 - names of our own


def _parts(mart: Any, statement: str) -> Iterator[pa.Table]:
    """Yield the rows of ``statement`` in order of customers, as many as one transaction takes."""
    # In order, so that neighbours in the book are written together.
    for batch in mart.execute(f"{statement} ORDER BY customer_id").to_arrow_reader(50 * WRITE):
        for start in range(0, batch.num_rows, WRITE):
            yield pa.Table.from_batches([batch.slice(start, WRITE)])
