"""Taking couples of merged records apart again inside the caller's transaction (CUS-8)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from keyuan.customers.extensions import merge_follow_ups
from keyuan.customers.models import DuplicatePair, Merge
from keyuan.customers.services.merging.carrying import Act, tell
from keyuan.customers.services.merging.following import return_pairs
from keyuan.customers.services.merging.heads import lock_heads, part_heads, show
from keyuan.customers.services.merging.journal import Couple, read_changes
from keyuan.customers.services.merging.references import return_taken
from keyuan.customers.services.merging.returning import Chosen, restore_columns, return_rows
from keyuan.customers.services.summary import refresh
from keyuan.platform.imports.bulk import update


def couple_of(merge: Merge) -> Couple:
    """Return a merge as the couple that it joined."""
    return Couple(merge.survivor_id, merge.loser_id, merge.pk, dict(merge.choices))


def in_the_way(merges: Sequence[Merge]) -> dict[int, Merge]:
    """Return by merge a later one that has to be undone first: of two that touch one record the later goes first."""
    heads = {merge.survivor_id for merge in merges}
    later = Merge.objects.filter(status=Merge.Status.DONE)
    near: list[Merge] = []
    for which in (Q(survivor_id__in=heads), Q(loser_id__in=heads)):
        near += later.filter(which).only("pk", "serial", "survivor_id", "loser_id", "done_at")
    found: dict[int, Merge] = {}
    for merge in merges:
        blocking = [
            one
            for one in near
            if (one.serial or 0) > (merge.serial or 0) and merge.survivor_id in (one.survivor_id, one.loser_id)
        ]
        if blocking:
            found[merge.pk] = max(blocking, key=lambda one: one.serial or 0)
    return found


def take_apart(
    merges: Sequence[Merge],
    act: Act,
    *,
    chosen: Mapping[int, Chosen] | None = None,
    pair_status: str = DuplicatePair.Status.OPEN,
) -> None:
    """Undo done merges that have no record in common and nothing in their way, under the locks of their records.

    ``chosen`` gives for a merge the rows added since that go with the restored record.
    """
    couples = [couple_of(merge) for merge in merges]
    if not couples:
        return
    heads = lock_heads(couples)
    read_changes(couples)
    picked: dict[str, list[int]] = {}
    for rows in (chosen or {}).values():
        for key, ids in rows.items():
            picked.setdefault(key, []).extend(ids)
    return_rows(couples, picked)
    restore_columns(couples, frozenset())
    renamed = part_heads(couples, heads, {merge.pk: merge for merge in merges}, act.now)
    return_taken(couples)
    show(couples, renamed)
    both = sorted(pk for one in couples for pk in (one.survivor, one.loser))
    refresh(both, act.now)
    for follow_up in merge_follow_ups:
        follow_up.run(both, act.now)
    return_pairs(couples, pair_status, act.actor.id, act.now, act.reason)
    for one, merge in zip(couples, merges, strict=True):
        merge.status, merge.undone_at, merge.undone_by_id = Merge.Status.UNDONE, act.now, act.actor.id
        merge.undo_reason, merge.flags, merge.needs_review = act.reason[:200], one.flags, bool(one.flags)
    names = ("status", "undone_at", "undone_by_id", "undo_reason", "needs_review")
    columns: dict[str, Any] = {name: [getattr(merge, name) for merge in merges] for name in names}
    columns["flags"] = [json.dumps(merge.flags, ensure_ascii=False) for merge in merges]
    update(Merge, [merge.pk for merge in merges], columns)
    tell(couples, act, kind="UNDO")
