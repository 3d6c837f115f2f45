"""Making the tasks of one rule for one night: set-based, without doubles however often it runs (CUS-13)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db.models import F
from django.utils import timezone

from keyuan.customers.events import TasksChanged
from keyuan.customers.models import Customer, CustomerSummary, Task, TaskOrigin, TaskRule
from keyuan.customers.rules.task_rules import due_at, said
from keyuan.customers.selectors.agenda import Night, Row
from keyuan.customers.services.agenda.closing import REPLACED, close_found
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.platform.events import emit, in_events_of
from keyuan.platform.imports.bulk import Same, insert, next_ids

PLACE_COLUMNS = (*LEVEL_COLUMNS, "sales_channel", "servicing_agent_id")


def make_chunk(night: Night, rows: Sequence[Row], now: datetime) -> int:
    """Make the tasks of one chunk in the caller's transaction, and return how many were not there yet.

    The customer must be active. A later reminder of the same occasion takes the place of an open earlier one; an
    occasion that somebody marked as not needed is left alone.
    """
    rows = _fresh(night, rows, now)
    places = _places({row[1] for row in rows})
    rows = [row for row in rows if row[1] in places]
    if not rows:
        return 0
    ids = next_ids(Task, len(rows))
    _insert(night, ids, rows, [places[row[1]] for row in rows], now)
    for count, customers in _by_count(rows).items():
        CustomerSummary.objects.filter(pk__in=customers).update(open_items=F("open_items") + count)
    for some in in_events_of(ids):
        emit(TasksChanged(some, "CREATE"))
    return len(ids)


def _fresh(night: Night, rows: Sequence[Row], now: datetime) -> list[Row]:
    """Return the rows that have no task of this rule yet; earlier reminders of the others are closed."""
    subjects = [row[0] for row in rows]
    siblings = list(TaskRule.objects.filter(occasion=night.rule.occasion).values_list("pk", flat=True))
    told = TaskOrigin.objects.filter(
        subject_kind=night.occasion.subject_kind, subject_id__in=subjects, occasion_on=night.day, rule_id__in=siblings
    )
    done, earlier = set(), []
    for subject, rule_id, task_id, status in told.values_list("subject_id", "rule_id", "task_id", "task__status"):
        if rule_id == night.rule.pk or status == Task.Status.DROPPED:
            done.add(subject)
        elif status == Task.Status.OPEN:
            earlier.append((subject, task_id))
    close_found([task_id for subject, task_id in earlier if subject not in done], REPLACED, now)
    return [row for row in rows if row[0] not in done]


def _places(customer_ids: set[int]) -> dict[int, Row]:
    rows = CustomerSummary.objects.filter(pk__in=customer_ids, customer__status=Customer.Status.ACTIVE)
    return {row[0]: row[1:] for row in rows.values_list("pk", *PLACE_COLUMNS)}


def _insert(night: Night, ids: list[int], rows: list[Row], places: list[Row], now: datetime) -> None:
    rule, occasion, day = night.rule, night.occasion, night.day
    words = [occasion.words(row[3:], day) for row in rows]
    by_service = rule.assignee == TaskRule.Assignee.SERVICE
    at = {name: [place[index] for place in places] for index, name in enumerate(PLACE_COLUMNS)}
    insert(
        Task,
        {
            "id": ids,
            "customer_id": [row[1] for row in rows],
            "kind": Same(rule.kind),
            "title": [said(rule.title, word)[:100] for word in words],
            "reason": [said(rule.reason, word)[:200] for word in words],
            "stake": [row[2] or 0 for row in rows],
            "due_at": Same(timezone.make_aware(due_at(night.on, rule.due_days))),
            "agent_id": at["servicing_agent_id"] if by_service else Same(None),
            "unit_id": at["team_id"],
            "subject_kind": Same(occasion.subject_kind),
            "subject_id": [row[0] for row in rows],
            "rule_id": Same(rule.pk),
            "created_at": Same(now),
            **at,
        },
        len(ids),
    )
    insert(
        TaskOrigin,
        {
            "rule_id": Same(rule.pk),
            "subject_kind": Same(occasion.subject_kind),
            "subject_id": [row[0] for row in rows],
            "occasion_on": Same(day),
            "task_id": ids,
        },
        len(ids),
    )


def _by_count(rows: Sequence[Row]) -> dict[int, list[int]]:
    counted = Counter(row[1] for row in rows)
    grouped: dict[int, list[int]] = {}
    for customer_id, count in counted.items():
        grouped.setdefault(count, []).append(customer_id)
    return grouped
