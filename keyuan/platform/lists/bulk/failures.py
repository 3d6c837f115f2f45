"""The failure list of a bulk run: which rows were left alone and why, as a file."""

from collections.abc import Iterator

from keyuan.kernel.actor import Actor
from keyuan.platform.lists.bulk.running import action_of
from keyuan.platform.lists.filters import FilterContext
from keyuan.platform.lists.presenting import labels_of
from keyuan.platform.lists.reach import records_within_reach
from keyuan.platform.models import BulkRun
from keyuan.platform.wording import say_code


def failure_rows(actor: Actor, run: BulkRun, context: FilterContext) -> Iterator[tuple[str, str]]:
    """Yield row label and reason of each refused row; rows out of reach are named by number only."""
    spec, _action = action_of(run)
    for chunk in run.chunks.order_by("position").iterator(chunk_size=20):
        ids = [row_id for _code, _params, refused in chunk.failures for row_id in refused]
        records = records_within_reach(spec, actor, ids, context) if ids else {}
        labels = labels_of(spec, list(records.values()), context)
        for code, params, refused in chunk.failures:
            for row_id in refused:
                yield labels.get(row_id, str(row_id)), say_code(code, params)
