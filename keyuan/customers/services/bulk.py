"""What lists do to many customers at once: tasks and tags, each with its undo. Assigning stands in `assignment`."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from keyuan.customers import permissions
from keyuan.customers.events import CustomersChanged, TasksChanged
from keyuan.customers.models import Customer, CustomerSummary, CustomerTag, Tag, Task
from keyuan.customers.selectors import summaries_visible_to
from keyuan.customers.services.tasks import place_of
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action, Entry, Subject, record_many
from keyuan.platform.events import emit, in_events_of

#: Rows that one call takes.
MOST = 1_000


def living(actor: Actor, customer_ids: Sequence[int], *, now: datetime) -> list[int]:
    """Return those of ``customer_ids`` that the actor sees and that can still be served."""
    seen = summaries_visible_to(actor, now=now).filter(pk__in=list(customer_ids))
    return list(seen.filter(customer__status=Customer.Status.ACTIVE).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def create_tasks(
    *,
    actor: Actor,
    customer_ids: Sequence[int],
    title: str,
    reason: str,
    due_at: datetime,
    now: datetime,
    kind: str = "FOLLOW_UP",
    own: Mapping[int, tuple[str, int]] | None = None,
    about: Mapping[int, Subject] | None = None,
) -> list[int]:
    """Make one task for each customer, for whoever serves them, and return the tasks' ids.

    ``own`` gives customers a reason and a stake (minor units of CNY) of their own; the others have ``reason`` and none.
    ``about`` names by customer what the task grew from; while one about it is open, no second is made.

    Raises `Refused` without a title or with a deadline in the past.
    """
    actor.require(permissions.INTERACT)
    if not title.strip():
        raise Refused("task.no_title", field="title")
    if due_at < now:
        raise Refused("task.due_in_past", field="due_at")
    ids = living(actor, customer_ids[:MOST], now=now)
    named = about or {}
    busy = _with_open_task(named)
    ids = [pk for pk in ids if pk not in busy]
    served = CustomerSummary.objects.filter(pk__in=ids).order_by("pk")
    tasks = Task.objects.bulk_create(
        Task(
            customer_id=summary.pk,
            kind=kind,
            title=title.strip()[:100],
            reason=(own or {}).get(summary.pk, (reason, 0))[0][:200],
            stake=(own or {}).get(summary.pk, (reason, 0))[1],
            due_at=due_at,
            agent_id=summary.servicing_agent_id,
            unit_id=summary.team_id or actor.unit_id,
            user_id=actor.id,
            created_at=now,
            subject_kind=named[summary.pk].kind if summary.pk in named else "",
            subject_id=named[summary.pk].id if summary.pk in named else None,
            **place_of(summary),
        )
        for summary in served
    )
    made = [Entry(Subject("task", task.pk), after={"title": title}, customer_id=task.customer_id) for task in tasks]
    record_many(actor, Action.CREATE, made, now=now)
    for some in in_events_of([task.pk for task in tasks]):
        emit(TasksChanged(some, "CREATE"))
    return [task.pk for task in tasks]


def _with_open_task(about: Mapping[int, Subject]) -> set[int]:
    """Return the customers who have an open task about what ``about`` names; whoever asks next waits for them."""
    locked = CustomerSummary.objects.select_for_update().filter(pk__in=list(about)).order_by("pk")
    open_ones = Task.objects.filter(customer_id__in=[one.pk for one in locked], status=Task.Status.OPEN)
    subjects = {(pk, one.kind, one.id) for pk, one in about.items()}
    found = open_ones.values_list("customer_id", "subject_kind", "subject_id")
    return {row[0] for row in found if row in subjects}


@transaction.atomic
def withdraw_tasks(*, actor: Actor, task_ids: Sequence[int], now: datetime) -> int:
    """Undo `create_tasks`: drop the tasks nobody has dealt with since, and return how many."""
    actor.require(permissions.INTERACT)
    untouched = Task.objects.filter(pk__in=list(task_ids), status=Task.Status.OPEN, version=1)
    dropped = list(untouched.select_for_update().order_by("pk").values_list("pk", "customer_id"))
    Task.objects.filter(pk__in=[pk for pk, _customer in dropped]).update(
        status=Task.Status.DROPPED, closed_at=now, version=2
    )
    gone = [
        Entry(Subject("task", pk), before={"status": "OPEN"}, after={"status": "DROPPED"}, customer_id=customer_id)
        for pk, customer_id in dropped
    ]
    record_many(actor, Action.UNDO, gone, now=now)
    for some in in_events_of([pk for pk, _customer_id in dropped]):
        emit(TasksChanged(some, "UPDATE"))
    return len(dropped)


@transaction.atomic
def tag_customers(*, actor: Actor, customer_ids: Sequence[int], tag_id: int, now: datetime) -> list[int]:
    """Put a tag on customers that do not have it, by hand, and return whom it was put on.

    Raises `Refused` for a tag that does not exist.
    """
    actor.require(permissions.EDIT)
    tag = Tag.objects.filter(pk=tag_id).first()
    if tag is None:
        raise Refused("tag.not_found", field="tag")
    if tag.retired_at is not None:
        raise Refused("tag.retired", field="tag")
    ids = living(actor, customer_ids[:MOST], now=now)
    has = set(CustomerTag.objects.filter(tag=tag, customer_id__in=ids).values_list("customer_id", flat=True))
    new = [customer_id for customer_id in ids if customer_id not in has]
    until = now.date() + timedelta(days=tag.valid_days) if tag.valid_days else None
    facts: dict[str, Any] = {"source": "HAND", "staff_name": actor.name[:40], "expires_on": until, "created_at": now}
    CustomerTag.objects.bulk_create(CustomerTag(customer_id=pk, tag=tag, **facts) for pk in new)
    put = [Entry(Subject("customer", pk), after={"tag": tag.code}, customer_id=pk) for pk in new]
    record_many(actor, Action.UPDATE, put, now=now)
    for some in in_events_of(new):
        emit(CustomersChanged(some, "TAG"))
    return new


@transaction.atomic
def untag_customers(*, actor: Actor, customer_ids: Sequence[int], tag_id: int, now: datetime) -> int:
    """Undo `tag_customers`: take the tag off where it was put by hand, and return from how many."""
    actor.require(permissions.EDIT)
    ids = living(actor, customer_ids[:MOST], now=now)
    uses = CustomerTag.objects.filter(tag_id=tag_id, customer_id__in=ids, source="HAND")
    found = sorted(uses.values_list("customer_id", flat=True))
    uses.delete()
    off = [Entry(Subject("customer", pk), before={"tag_id": tag_id}, customer_id=pk) for pk in found]
    record_many(actor, Action.UNDO, off, now=now)
    for some in in_events_of(found):
        emit(CustomersChanged(some, "TAG"))
    return len(found)
