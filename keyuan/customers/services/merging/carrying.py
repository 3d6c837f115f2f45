"""Merging couples of records inside the caller's transaction: one or many, the same steps (CUS-8).

The couples of one call have no record in common, so that every step is a few statements for all of them. Clusters
merge in rounds.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from keyuan.customers.events import CustomersMerged
from keyuan.customers.extensions import merge_follow_ups
from keyuan.customers.models import Customer, CustomerSummary, Merge, MergeChange
from keyuan.customers.services.merging.following import distinct_pairs, follow_pairs
from keyuan.customers.services.merging.heads import (
    Heads,
    Orders,
    default_choices,
    hide,
    join_heads,
    snapshot_couple,
)
from keyuan.customers.services.merging.journal import Couple, write_changes
from keyuan.customers.services.merging.pairs import PLACE
from keyuan.customers.services.merging.references import carry_rows
from keyuan.customers.services.summary import refresh
from keyuan.kernel.actor import Actor
from keyuan.platform.audit import Action, Entry, Subject, record_many
from keyuan.platform.events import emit, in_events_of
from keyuan.platform.imports.bulk import next_ids, update

Status = Customer.Status
#: Why a couple cannot be merged; the sentences stand in `forms.merging`.
GONE, MERGED, KINDS, DISTINCT = "merge.gone", "merge.merged_already", "merge.kinds_differ", "merge.decided_distinct"


@dataclass(frozen=True, slots=True)
class Act:
    """Who merges, when and why."""

    actor: Actor
    now: datetime
    reason: str


def objections(couples: Sequence[Couple], heads: Heads) -> dict[int, str]:
    """Return by loser why a couple cannot be merged as things stand now."""
    apart = distinct_pairs(pk for one in couples for pk in (one.survivor, one.loser))
    found = {}
    for one in couples:
        survivor, loser = heads.rows.get(one.survivor), heads.rows.get(one.loser)
        if survivor is None or loser is None:
            found[one.loser] = GONE
        elif Status.MERGED in (survivor.status, loser.status):
            found[one.loser] = MERGED
        elif survivor.kind != loser.kind:
            found[one.loser] = KINDS
        elif (min(one.survivor, one.loser), max(one.survivor, one.loser)) in apart:
            found[one.loser] = DISTINCT
    return found


def choose_by_rule(couples: Sequence[Couple], heads: Heads, orders: Orders) -> None:
    """Let the rules decide what each survivor takes."""
    for one in couples:
        one.choices = default_choices(*heads.of(one), orders)


def carry_out(couples: Sequence[Couple], heads: Heads, merges: Sequence[Merge], act: Act) -> None:
    """Merge couples without objections, under the locks of ``heads``; ``merges`` are their rows, in the same order."""
    if not couples:
        return
    ids = [pk for one in couples for pk in (one.survivor, one.loser)]
    summaries = CustomerSummary.objects.in_bulk(ids)
    for one, merge in zip(couples, merges, strict=True):
        merge.snapshot, merge.health_notes = snapshot_couple(heads.rows[one.survivor])
        one.merge_id = merge.pk
    carry_rows(couples, summaries)
    renamed = join_heads(couples, heads, act.now)
    hide(couples, renamed)
    survivors = sorted(one.survivor for one in couples)
    refresh(survivors, act.now)
    for follow_up in merge_follow_ups:
        follow_up.run(survivors, act.now)
    follow_pairs(couples, act.actor.id, act.now)
    _write(couples, merges, summaries, act)
    tell(couples, act)


def _write(couples: Sequence[Couple], merges: Sequence[Merge], summaries: dict[int, CustomerSummary], act: Act) -> None:
    serials = next_ids(MergeChange, sum(sum(1 for change in one.changes.values() if change) for one in couples))
    at = 0
    for one, merge in zip(couples, merges, strict=True):
        merge.serial = serials[at]
        at += sum(1 for change in one.changes.values() if change)
        merge.status, merge.done_at, merge.done_by_id = Merge.Status.DONE, act.now, act.actor.id
        merge.reason, merge.choices = act.reason[:200], one.choices
        summary = summaries.get(one.survivor)
        for name in PLACE if summary else ():
            setattr(merge, name, getattr(summary, name))
    columns: dict[str, Any] = {
        name: [getattr(merge, name) for merge in merges]
        for name in ("serial", "status", "done_at", "done_by_id", "reason", *PLACE)
    }
    for name in ("choices", "snapshot"):
        columns[name] = [json.dumps(getattr(merge, name), ensure_ascii=False) for merge in merges]
    columns["health_notes"] = [merge.health_notes.blob if merge.health_notes else None for merge in merges]
    update(Merge, [merge.pk for merge in merges], columns)
    write_changes(couples, serials[0])


def tell(couples: Sequence[Couple], act: Act, *, kind: str = "MERGE") -> None:
    """Put what was done on the trail of both records, and announce it."""
    entries: list[Entry] = []
    for one in couples:
        detail: dict[str, Any] = {"merge": one.merge_id, "survivor": one.survivor, "loser": one.loser}
        entries += [Entry(Subject("customer", pk), customer_id=pk, detail=detail) for pk in (one.survivor, one.loser)]
    record_many(act.actor, Action.UPDATE if kind == "MERGE" else Action.UNDO, entries, reason=act.reason, now=act.now)
    into = {one.survivor: one.loser for one in couples}
    for part in in_events_of(sorted(into)):
        emit(CustomersMerged(part, tuple(into[pk] for pk in part), kind))
