"""Which of some ids a list would show an actor: the gate of every bulk action, whatever its own check says."""

from collections.abc import Iterable, Sequence
from typing import Any

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.platform.lists.filters import FilterContext
from keyuan.platform.lists.spec import ListSpec


def records_within_reach(spec: ListSpec, actor: Actor, ids: Iterable[int], context: FilterContext) -> dict[int, Any]:
    """Return the records behind ``ids`` that the list may show ``actor``, by id; one query for each source."""
    wanted = list(ids)
    return {record.pk: record for rows in spec.sources(actor, context) for record in rows.filter(pk__in=wanted)}


def ids_within_reach(spec: ListSpec, actor: Actor, ids: Sequence[int], context: FilterContext) -> list[int]:
    """Return those of ``ids`` that the list may show ``actor``, in the order asked."""
    found: set[int] = set()
    for rows in spec.sources(actor, context):
        found.update(rows.filter(pk__in=list(ids)).order_by().values_list("pk", flat=True))
    return [row_id for row_id in ids if row_id in found]


def access_record(spec: ListSpec, actor: Actor, row_id: int, context: FilterContext) -> Any:
    """Return one record of the list, or raise NotFound when it is absent or out of reach."""
    record = records_within_reach(spec, actor, [row_id], context).get(row_id)
    if record is None:
        raise NotFound
    return record
