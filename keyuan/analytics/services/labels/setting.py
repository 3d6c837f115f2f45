"""The step that finds whom each label means, and sets those that rest on scores (ANA-3, CUS-6).

Labels that rest on facts alone are set by the night of segments; both write only what differs.
"""

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from keyuan.analytics.extensions import Done
from keyuan.analytics.rules.labels.starters import ALL
from keyuan.analytics.selectors.objections import objecting_ids
from keyuan.analytics.services.night.work import Night
from keyuan.customers.extracts import SCORES
from keyuan.customers.models import TagRule
from keyuan.customers.rules.segments.language import read_condition
from keyuan.customers.selectors.segments.mart import ids_of
from keyuan.customers.selectors.segments.reading import tests_of
from keyuan.customers.selectors.segments.vocabulary import whole_vocabulary
from keyuan.customers.services.segments.keeping import Ids
from keyuan.customers.services.segments.nightly import follow, rests_on_scores, wanted_by
from keyuan.kernel.errors import KeyuanError
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.platform.mart import Snapshot

LABELS = "labels"
PLACE = (*LEVEL_COLUMNS, "sales_channel", "servicing_agent_id")


def set_labels(night: Night) -> Done:
    """Make the table of whom each label and suggestion means, and bring the labels on customers up to it."""
    found: dict[str, Ids] = {}
    changed = 0
    for rule in TagRule.objects.filter(is_active=True).select_related("tag", "segment").order_by("pk"):
        try:
            wanted = wanted_by(rule, night.snapshot, night.now, partial(with_scores, night))
        except KeyuanError as error:
            # One condition that can no longer be read must not stop the night of the others.
            TagRule.objects.filter(pk=rule.pk).update(last_error=error.code)
            continue
        if rests_on_scores(rule):
            wanted = np.setdiff1d(wanted, sorted(objecting_ids()))
            changed += follow(rule, wanted, night.day, night.now)
        found[rule.tag.code] = wanted
    found |= {code: _suggested(night, code) for code in ALL if code not in found}
    rows = _write(night, found)
    return Done(("customers", "scores"), (LABELS,), night.rows("customers"), rows, changed)


def with_scores(night: Night, _snapshot: Snapshot) -> Any:
    """Return the night's DuckDB, where customers have tonight's scores in place of those of the night before."""
    mart = night.opened()
    tonight = ", ".join(f's."{name}" AS "{name}"' for name in SCORES)
    # Names of our own.
    mart.execute(
        f"CREATE OR REPLACE VIEW customers AS SELECT c.* REPLACE ({tonight})"  # noqa: S608 - as said
        f" FROM read_parquet('{night.path('customers')}') AS c LEFT JOIN scores AS s USING (customer_id)"
    )
    return mart


def _suggested(night: Night, code: str) -> Ids:
    """Return whom a suggestion would mean; nobody where the copy lacks what it asks about."""
    with suppress(KeyuanError):
        root = read_condition(dict(ALL[code].condition), whole_vocabulary())
        tests = tests_of(root, today=night.day)
        found = ids_of(night.snapshot, tests, actor=night.actor, now=night.now, opening=partial(with_scores, night))
        return np.asarray(found.to_numpy(), dtype=np.int64)
    return np.array([], dtype=np.int64)


def _write(night: Night, found: Mapping[str, Ids]) -> int:
    """Write who is meant by which label, with the place of each; return the rows."""
    labels = pa.array([code for code, ids in found.items() for _one in range(len(ids))], pa.string())
    ids = pa.array(np.concatenate([*found.values(), np.array([], dtype=np.int64)]), pa.int64())
    meant = pa.table({"label": labels, "customer_id": ids})
    names = ", ".join(f'c."{name}"' for name in PLACE)
    with night.opened() as mart:
        mart.register("meant", meant)
        table = mart.execute(
            f"SELECT m.label, m.customer_id, {names} FROM meant AS m JOIN customers AS c USING (customer_id)"  # noqa: S608 - names of our own
            " ORDER BY m.label, m.customer_id"
        ).to_arrow_table()
    path = night.made(LABELS)
    pq.write_table(table, path, compression="zstd")
    path.chmod(0o600)
    return int(table.num_rows)
