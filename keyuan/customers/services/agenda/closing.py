"""Closing tasks that a rule made and whose reason vanished: premium paid, contract ended, person deceased (CUS-13)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.db.models.query import QuerySet

from keyuan.customers.events import TasksChanged
from keyuan.customers.extensions import occasions
from keyuan.customers.models import Customer, CustomerSummary, Task, TaskOrigin, TaskRule, TaskStep
from keyuan.platform.events import emit, in_events_of

#: Why the system closed a task; pages say it in words (`labels.TASK_ENDS`).
VANISHED, REPLACED, CLEANSED = "VANISHED", "REPLACED", "CLEANSED"
CHUNK = 2_000
#: A task and its subject.
Pair = tuple[int, int]
Group = tuple[str, date]


def open_groups(origins: "QuerySet[TaskOrigin]") -> dict[Group, list[Pair]]:
    """Return the open tasks among ``origins`` by occasion and day, as (task, subject)."""
    of_rule = dict(TaskRule.objects.values_list("pk", "occasion"))
    groups: dict[Group, list[Pair]] = defaultdict(list)
    rows = origins.filter(task__closed_at__isnull=True, task__rule_id__isnull=False)
    for rule_id, on, task_id, subject in rows.values_list("rule_id", "occasion_on", "task_id", "subject_id").iterator():
        groups[of_rule[rule_id], on].append((task_id, subject))
    return groups


def vanished(group: Group, pairs: Sequence[Pair]) -> list[int]:
    """Return the tasks of a group whose subject has no such occasion on that day any more; reads only.

    Those of an occasion that no context supplies now are left alone.
    """
    occasion = occasions.get(group[0])
    if occasion is None:
        return []
    key, lost = str(occasion.columns[0]), []
    for start in range(0, len(pairs), CHUNK):
        some = pairs[start : start + CHUNK]
        subjects = {subject for _task, subject in some}
        standing: set[int] = set()
        for source in occasion.on(group[1]):
            alive = source.filter(**{f"{key}__in": subjects, f"{occasion.customer}__status": Customer.Status.ACTIVE})
            standing.update(alive.values_list(key, flat=True))
        lost += [task for task, subject in some if subject not in standing]
    return lost


def chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield ``ids`` in parts that one transaction takes."""
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def close_found(task_ids: Collection[int], why: str, now: datetime, *, status: Task.Status = Task.Status.VOID) -> int:
    """Close those of ``task_ids`` (≤ 2,000) that are still open, in the caller's transaction; return how many.

    ``status`` says how: void, as the reason fell away, or done. What people did with a task meanwhile stands.
    """
    if not task_ids:
        return 0
    tasks = Task.objects.filter(pk__in=list(task_ids), status=Task.Status.OPEN)
    found = dict(tasks.select_for_update().order_by("pk").values_list("pk", "customer_id"))
    Task.objects.filter(pk__in=list(found)).update(status=status, outcome=why, closed_at=now, version=F("version") + 1)
    TaskStep.objects.bulk_create(
        TaskStep(task_id=pk, kind=str(status), before={"status": "OPEN"}, note=why, at=now) for pk in found
    )
    by_count: dict[int, list[int]] = defaultdict(list)
    for customer_id, count in Counter(found.values()).items():
        by_count[count].append(customer_id)
    for count, customers in by_count.items():
        rows = CustomerSummary.objects.filter(pk__in=customers)
        rows.update(open_items=Greatest(F("open_items") - count, Value(0)))
    for some in in_events_of(list(found)):
        emit(TasksChanged(some, "UPDATE"))
    return len(found)


def close_vanished_of(subject_kind: str, subject_ids: Sequence[int], now: datetime) -> int:
    """Close the tasks about these subjects (≤ 1,000) whose reason vanished, in the caller's transaction."""
    origins = TaskOrigin.objects.filter(subject_kind=subject_kind, subject_id__in=list(subject_ids))
    lost = [task for group, pairs in open_groups(origins).items() for task in vanished(group, pairs)]
    return sum(close_found(some, VANISHED, now) for some in chunks(lost))
