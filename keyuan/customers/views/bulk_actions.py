"""Bulk actions on customers: make tasks, tag, assign; each can be taken back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.customers import permissions
from keyuan.customers.forms.bulk import AssignForm, TagForm, TaskForm
from keyuan.customers.services import bulk
from keyuan.customers.services.assignment import assign_customers, undo_assignment
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.lists import BulkAction, Reason, Verdict


def task_form(_actor: Actor, data: Any) -> TaskForm:
    """Return the form that asks for a task; the day is the book's."""
    return TaskForm(data, now=clock.now())


def _tag_form(_actor: Actor, data: Any) -> TagForm:
    return TagForm(data)


def _assign_form(actor: Actor, data: Any) -> AssignForm:
    return AssignForm(data, actor=actor)


def check_living(actor: Actor, ids: Sequence[int], now: datetime) -> Verdict:
    """Sort out who can no longer be served."""
    served = set(bulk.living(actor, ids, now=now))
    ended = tuple(pk for pk in ids if pk not in served)
    reasons = (Reason("customer.not_active", ended),) if ended else ()
    return Verdict(tuple(pk for pk in ids if pk in served), reasons)


def _make_tasks(actor: Actor, ids: Sequence[int], data: Mapping[str, Any], now: datetime) -> list[int]:
    return bulk.create_tasks(
        actor=actor,
        customer_ids=ids,
        title=data["title"],
        reason=data["reason"],
        due_at=datetime.fromisoformat(data["due_on"]),
        now=now,
    )


def _drop_tasks(actor: Actor, payload: list[int], now: datetime) -> int:
    return bulk.withdraw_tasks(actor=actor, task_ids=payload, now=now)


def _tag(actor: Actor, ids: Sequence[int], data: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    put = bulk.tag_customers(actor=actor, customer_ids=ids, tag_id=data["tag"], now=now)
    return {"tag": data["tag"], "ids": put}


def _untag(actor: Actor, payload: Mapping[str, Any], now: datetime) -> int:
    return bulk.untag_customers(actor=actor, customer_ids=payload["ids"], tag_id=payload["tag"], now=now)


def _assign(actor: Actor, ids: Sequence[int], data: Mapping[str, Any], now: datetime) -> list[dict[str, Any]]:
    return assign_customers(actor=actor, customer_ids=list(ids), agent_id=data["agent"], reason=data["reason"], now=now)


def _unassign(actor: Actor, payload: list[dict[str, Any]], now: datetime) -> int:
    return undo_assignment(actor=actor, before=payload, now=now)


CREATE_TASK = BulkAction(
    key="task",
    label=_("Make tasks"),
    icon="calendar",
    permission=permissions.INTERACT,
    check=check_living,
    run=_make_tasks,
    undo=_drop_tasks,
    form=task_form,
    consequence=_("Each customer gets one task, in the list of whoever serves them."),
)
TAG = BulkAction(
    key="tag",
    label=_("Tag"),
    icon="tag",
    permission=permissions.EDIT,
    check=check_living,
    run=_tag,
    undo=_untag,
    form=_tag_form,
    consequence=_("Customers that have the tag already stay as they are."),
)
ASSIGN = BulkAction(
    key="assign",
    label=_("Assign"),
    icon="arrows-exchange",
    permission=permissions.ASSIGN,
    check=check_living,
    run=_assign,
    undo=_unassign,
    form=_assign_form,
    consequence=_("Whom they are assigned to serves these customers from today; the history is kept."),
)
