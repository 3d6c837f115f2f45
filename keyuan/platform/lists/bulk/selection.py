"""选择全部: the rows that match now, frozen, so that what was previewed is what is done (decision 24)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db import transaction
from django.http import QueryDict

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.platform.jobs import start_tracked
from keyuan.platform.lists.cursor import read_cursor, write_cursor
from keyuan.platform.lists.filters import FilterContext
from keyuan.platform.lists.keyset import anchor_of, read_rows, sort_field
from keyuan.platform.lists.pages import bound_to, search, walk
from keyuan.platform.lists.spec import ListSpec, lists
from keyuan.platform.lists.state import ListState, read_state
from keyuan.platform.lists.steering import count_up_to
from keyuan.platform.models import Selection, SelectionChunk

CHUNK = 1_000
#: Up to this many rows are frozen while the person waits.
AT_ONCE = 5_000
#: Rows read and frozen in one transaction of the counting job.
STRIDE = 5_000


def chunks_of(ids: Sequence[int]) -> Iterator[list[int]]:
    """Cut ``ids`` into pieces that one transaction takes."""
    for start in range(0, len(ids), CHUNK):
        yield list(ids[start : start + CHUNK])


def stored_state(spec: ListSpec, actor: Actor, query: str) -> ListState:
    """Understand a kept query (filters and order), as the actor may use it now."""
    return read_state(spec, actor, QueryDict(f"x=1&{query}"), [])


def access_selection(actor: Actor, spec: ListSpec, selection_id: int) -> Selection:
    """Return one's own frozen selection of the list, or raise NotFound."""
    try:
        return Selection.objects.get(pk=selection_id, owner_id=actor.id or 0, list_key=spec.key)
    except Selection.DoesNotExist:
        raise NotFound("list.selection_gone") from None


def freeze_selection(*, actor: Actor, spec: ListSpec, query: str, now: datetime, today: date) -> Selection:
    """Freeze the rows that ``query`` matches now; beyond `AT_ONCE` a counting job does it and can be watched."""
    actor.require(spec.permission)
    context = FilterContext(actor, today)
    state = stored_state(spec, actor, query)
    choice = state.sort or spec.sort_choice("")
    found = search(spec, actor, state.filters, choice, context)
    selection = Selection(list_key=spec.key, query=query, owner_id=actor.id or 0, post_id=actor.post_id, created_at=now)
    if count_up_to(found.plain, AT_ONCE) <= AT_ONCE:
        ids = [row.pk for rows in walk(spec, actor, state.filters, choice, context, size=STRIDE) for row in rows]
        with transaction.atomic():
            selection.finished_at = now
            selection.save()
            add_chunks(selection, ids, position=0)
        return selection
    with transaction.atomic():
        selection.save()
        job = start_tracked(actor, "list.select", selection_id=selection.pk, today=today.isoformat())
        selection.job_id = job.pk
        selection.save(update_fields=["job_id"])
    return selection


def add_chunks(selection: Selection, ids: Sequence[int], *, position: int) -> int:
    """Store ``ids`` as chunks from ``position`` on, raise the total, and return the next position."""
    chunks = [
        SelectionChunk(selection=selection, position=position + offset, ids=part)
        for offset, part in enumerate(chunks_of(ids))
    ]
    SelectionChunk.objects.bulk_create(chunks)
    selection.total += len(ids)
    selection.save(update_fields=["total"])
    return position + len(chunks)


def freeze_next(selection: Selection, actor: Actor, after: str, today: date) -> tuple[list[int], str]:
    """Return the next ids of a selection that is being frozen, and the cursor behind them, empty at the end."""
    spec = lists[selection.list_key]
    wanted = stored_state(spec, actor, selection.query)
    choice = wanted.sort or spec.sort_choice("")
    found = search(spec, actor, wanted.filters, choice, FilterContext(actor, today))
    column = sort_field(found.plain[0].model, choice.sort.field)
    rows = read_rows(found.sources, found.choice, read_cursor(after, bound_to(spec, choice), column), limit=STRIDE)
    more = write_cursor(anchor_of(rows[-1], choice), bound_to(spec, choice)) if len(rows) == STRIDE else ""
    return [row.pk for row in rows], more
