"""Before a bulk action runs: how many rows qualify, and why the others do not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.lists.actions import BulkAction, Reason, Verdict
from keyuan.platform.lists.bulk.selection import CHUNK, access_selection, chunks_of
from keyuan.platform.lists.filters import FilterContext
from keyuan.platform.lists.reach import ids_within_reach
from keyuan.platform.lists.spec import ListSpec
from keyuan.platform.models import SelectionChunk

#: Rows looked at before the run; of larger selections the rest is judged while it runs, and the page says so.
LOOKED_AT = 20_000


@dataclass(slots=True)
class Preview:
    """What a run would do: rows asked, looked at, qualifying, and refused ones by reason."""

    asked: int
    looked_at: int = 0
    qualify: int = 0
    reasons: dict[tuple[str, tuple[tuple[str, Any], ...]], int] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Tell whether every row was looked at."""
        return self.looked_at >= self.asked

    def add(self, verdict: Verdict) -> None:
        """Count one chunk's verdict."""
        self.qualify += len(verdict.ok_ids)
        for reason in verdict.reasons:
            name = (reason.code, tuple(sorted(reason.params.items())))
            self.reasons[name] = self.reasons.get(name, 0) + len(reason.ids)

    @property
    def refused(self) -> list[tuple[str, Mapping[str, Any], int]]:
        """Return code, parameters and number of rows of each reason, the most frequent first."""
        rows = [(code, dict(params), count) for (code, params), count in self.reasons.items()]
        return sorted(rows, key=lambda row: -row[2])


def judge(
    spec: ListSpec, action: BulkAction, actor: Actor, ids: Sequence[int], context: FilterContext, now: datetime
) -> Verdict:
    """Return which of ``ids`` qualify: within the list's reach first, then by the action's own check."""
    reachable = ids_within_reach(spec, actor, ids, context)
    missing = tuple(sorted(set(ids) - set(reachable)))
    verdict = action.check(actor, reachable, now) if reachable else Verdict(())
    if not missing:
        return verdict
    return Verdict(verdict.ok_ids, (*verdict.reasons, Reason("list.out_of_reach", missing)))


def asked_chunks(
    spec: ListSpec, actor: Actor, ids: Sequence[int], selection_id: int | None
) -> tuple[int, Iterable[list[int]]]:
    """Return how many rows are meant and their ids in chunks: a frozen selection, or the ticked rows.

    Raises Refused while the selection is still being counted, and where nothing or too much is ticked.
    """
    if selection_id is not None:
        selection = access_selection(actor, spec, selection_id)
        if selection.finished_at is None:
            raise Refused("list.selection_running")
        return selection.total, _stored(selection.pk)
    unique = list(dict.fromkeys(ids))
    if not unique or len(unique) > CHUNK:
        raise Refused("list.nothing_selected" if not unique else "list.too_many_ticked", most=CHUNK)
    return len(unique), chunks_of(unique)


def _stored(selection_id: int) -> Iterator[list[int]]:
    chunks = SelectionChunk.objects.filter(selection_id=selection_id).order_by("position")
    yield from chunks.values_list("ids", flat=True).iterator(chunk_size=20)


def preview(
    *,
    actor: Actor,
    spec: ListSpec,
    action: BulkAction,
    ids: Sequence[int],
    selection_id: int | None,
    context: FilterContext,
    now: datetime,
) -> Preview:
    """Say what ``action`` would do to the ticked rows or the selection; changes nothing.

    Raises Forbidden without the action's permission, Refused where nothing is selected.
    """
    actor.require(action.permission)
    asked, chunks = asked_chunks(spec, actor, ids, selection_id)
    seen = Preview(asked)
    for chunk in chunks:
        if seen.looked_at >= LOOKED_AT:
            break
        seen.add(judge(spec, action, actor, chunk, context, now))
        seen.looked_at += len(chunk)
    return seen
