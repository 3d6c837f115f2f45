"""What a merge would move, and what came since to a record that one would take apart (CUS-8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps

from keyuan.customers.extensions import MergeReference, merge_references
from keyuan.customers.models import Merge, MergeChange
from keyuan.platform.audit import Subject
from keyuan.platform.audit.reading import latest
from keyuan.platform.models.audit_event import AuditEvent, EventRecord, ReadEvent

#: Rules under which rows move.
MOVING = ("move", "keep")
#: Events of the trail that are shown of the time since a merge.
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Moving:
    """Rows of one kind: how many each record has."""

    key: str
    label: Any
    survivor: int
    loser: int


def rows_of_reference(reference: MergeReference, ids: Iterable[int]) -> Any:
    """Return the rows of one reference that point to ``ids``."""
    model = apps.get_model(reference.model)
    column = model._meta.get_field(reference.field).attname
    rows = model._base_manager.filter(**{f"{column}__in": list(ids)})
    return rows.filter(**{reference.kind_field: "customer"}) if reference.kind_field else rows


def what_moves(survivor_id: int, loser_id: int) -> list[Moving]:
    """Return how many rows of each kind either record has; kinds without any are left out, unnamed ones summed."""
    found, other = [], [0, 0]
    for reference in merge_references:
        if reference.rule not in MOVING:
            continue
        mine = rows_of_reference(reference, [survivor_id]).count()
        theirs = rows_of_reference(reference, [loser_id]).count()
        if reference.label and (mine or theirs):
            found.append(Moving(reference.key, reference.label, mine, theirs))
        elif not reference.label:
            other = [other[0] + mine, other[1] + theirs]
    return found + ([Moving("", "", *other)] if any(other) else [])


@dataclass(frozen=True, slots=True)
class Added:
    """Rows that came to a survivor since the merge: what they are and their ids."""

    key: str
    label: Any
    rows: list[tuple[int, str]]


def added_since(merge: Merge) -> list[Added]:
    """Return the rows that an undo has to ask about, by kind."""
    changes = {row.reference: row for row in MergeChange.objects.filter(merge=merge)}
    found = []
    for reference in merge_references:
        if reference.rule != "move":
            continue
        change = changes.get(reference.key)
        known = {*change.own, *change.moved} if change else set()
        here = rows_of_reference(reference, [merge.survivor_id]).order_by("pk").values_list("pk", flat=True)
        added = [pk for pk in here if pk not in known][:SHOWN]
        if added:
            found.append(Added(reference.key, reference.label, [(pk, f"{pk}") for pk in added]))
    return found


def changes_since(merge: Merge) -> list[EventRecord]:
    """Return what the trail says of the survivor since the merge, newest first."""
    since: datetime | None = merge.done_at
    events = latest(
        AuditEvent.objects.filter(at__gt=since), ReadEvent.objects.none(), Subject("customer", merge.survivor_id), None,
        SHOWN,
    )  # fmt: skip
    return list(events)


def moved_counts(merge: Merge) -> list[tuple[Any, int]]:
    """Return how many rows of each named kind a merge moved."""
    labels = {reference.key: reference.label for reference in merge_references}
    rows = MergeChange.objects.filter(merge=merge).values_list("reference", "moved")
    return [(labels[key], len(moved)) for key, moved in rows if moved and labels.get(key)]
