"""Cleansing tasks: one for a record whatever is wrong with it, for whoever serves it, never two at once (CUS-11)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from keyuan.customers import permissions
from keyuan.customers.events import TasksChanged
from keyuan.customers.models import Cleansing, CustomerSummary, RecordQuality, Task
from keyuan.customers.rules.quality import codes_of
from keyuan.customers.rules.task_rules import due_at
from keyuan.customers.selectors.quality.rows import weights_in_force
from keyuan.customers.services.bulk import MOST, living, withdraw_tasks
from keyuan.customers.services.tasks import place_of
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action, Entry, Subject, record_many
from keyuan.platform.events import emit, in_events_of
from keyuan.platform.imports.bulk import insert, next_ids
from keyuan.platform.locks import hold

KIND = "CLEANSING"
LOCK = "cleansing"
#: What a finding is called in a task; `forms.quality.words` fills it, in the language of the book.
SHORT: dict[str, Any] = {}


def make_cleansing(*, actor: Actor, customer_ids: Sequence[int], due_on: date | None, now: datetime) -> list[int]:
    """Make one task for each of ``customer_ids`` (≤ 1,000) that has findings and no such task open; return the tasks.

    Raises `Refused` with a deadline in the past. Who chose the records oneself wants them, closed lately or not.
    """
    actor.require(permissions.QUALITY_TASKS)
    weights, _version = weights_in_force()
    day = due_on or now.date() + timedelta(days=weights.task_due_days)
    if day < timezone.localtime(now).date():
        raise Refused("task.due_in_past", field="due_on")
    seen = living(actor, customer_ids[:MOST], now=now)
    with transaction.atomic():
        return write_tasks(actor, found_among(seen), day, now)


def found_among(customer_ids: Sequence[int]) -> dict[int, int]:
    """Return the findings of those of ``customer_ids`` that have some and no open cleansing task."""
    rows = RecordQuality.objects.filter(pk__in=list(customer_ids), findings__gt=0)
    found = dict(rows.order_by("score", "pk").values_list("pk", "findings"))
    for customer_id in busy_among(list(found)):
        del found[customer_id]
    return found


def busy_among(customer_ids: Sequence[int]) -> set[int]:
    """Return those of ``customer_ids`` whose cleansing task is open."""
    busy = Cleansing.objects.filter(customer_id__in=list(customer_ids), task__closed_at__isnull=True)
    return set(busy.values_list("customer_id", flat=True))


def write_tasks(actor: Actor, findings: Mapping[int, int], due_on: date, now: datetime) -> list[int]:
    """Write the tasks of customers (≤ 1,000) with their findings, in the caller's transaction; return their ids.

    Two who do it at once take turns: the second finds the tasks of the first.
    """
    hold(LOCK)
    open_now = found_among(list(findings))
    wanted = {pk: mask for pk, mask in findings.items() if pk in open_now}
    summaries = list(CustomerSummary.objects.filter(pk__in=wanted).order_by("pk"))
    ids = next_ids(Task, len(summaries))
    insert(Task, _columns(summaries, wanted, ids, due_on, now), len(ids))
    Cleansing.objects.filter(customer_id__in=wanted).delete()
    customers = [summary.pk for summary in summaries]
    masks = [wanted[pk] for pk in customers]
    columns = {"customer_id": customers, "task_id": ids, "findings": masks, "made_on": [now.date()] * len(ids)}
    insert(Cleansing, columns, len(ids))
    CustomerSummary.objects.filter(pk__in=customers).update(open_items=F("open_items") + 1)
    made = [
        Entry(Subject("task", task), after={"kind": KIND, "findings": codes_of(mask)}, customer_id=customer)
        for task, customer, mask in zip(ids, customers, masks, strict=True)
    ]
    record_many(actor, Action.CREATE, made, now=now)
    for some in in_events_of(ids):
        emit(TasksChanged(some, "CREATE"))
    return ids


def _columns(
    summaries: Sequence[CustomerSummary], masks: Mapping[int, int], ids: Sequence[int], due_on: date, now: datetime
) -> dict[str, Any]:
    places = [place_of(summary) for summary in summaries]
    size = len(summaries)
    columns: dict[str, Any] = {
        "id": ids,
        "customer_id": [summary.pk for summary in summaries],
        "kind": [KIND] * size,
        "title": [title_of(masks[summary.pk]) for summary in summaries],
        "reason": [reason_of(masks[summary.pk]) for summary in summaries],
        "due_at": [timezone.make_aware(due_at(due_on, 0))] * size,
        "agent_id": [summary.servicing_agent_id for summary in summaries],
        "unit_id": [summary.team_id for summary in summaries],
        "subject_kind": ["customer"] * size,
        "subject_id": [summary.pk for summary in summaries],
        "created_at": [now] * size,
    }
    return columns | {name: [place[name] for place in places] for name in (places[0] if places else ())}


def title_of(mask: int) -> str:
    """Return what the task is called: the first thing that is wrong."""
    codes = codes_of(mask)
    return str(SHORT.get(codes[0], codes[0]))[:100] if codes else KIND


def reason_of(mask: int) -> str:
    """Return everything that is wrong, in words."""
    return "、".join(str(SHORT.get(code, code)) for code in codes_of(mask))[:200]


def withdraw_cleansing(*, actor: Actor, task_ids: Sequence[int], now: datetime) -> int:
    """Undo `make_cleansing`: drop the tasks nobody has dealt with since, and return how many."""
    return withdraw_tasks(actor=actor, task_ids=task_ids, now=now)
