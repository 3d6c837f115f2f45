"""What lists of tasks do to many at once: done, postponed, not needed, given to somebody else, reminded of."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.customers import permissions
from keyuan.customers.forms.agenda import DoneForm, PostponeForm, ReasonForm, ReassignForm
from keyuan.customers.selectors.tasks import tasks_among
from keyuan.customers.services.agenda import bulk
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.lists import BulkAction, Reason, Verdict


def _check_open(actor: Actor, ids: Sequence[int], now: datetime) -> Verdict:
    found = {task.pk for task in tasks_among(actor, ids, now=now)}
    closed = tuple(pk for pk in ids if pk not in found)
    reasons = (Reason("task.closed_already", closed),) if closed else ()
    return Verdict(tuple(pk for pk in ids if pk in found), reasons)


def _done(actor: Actor, ids: Sequence[int], data: Mapping[str, Any], now: datetime) -> list[int]:
    return bulk.close_tasks(actor=actor, task_ids=ids, done=True, outcome=data["outcome"], now=now)


def _drop(actor: Actor, ids: Sequence[int], data: Mapping[str, Any], now: datetime) -> list[int]:
    return bulk.close_tasks(actor=actor, task_ids=ids, done=False, outcome=data["reason"], now=now)


def _postpone(actor: Actor, ids: Sequence[int], data: Mapping[str, Any], now: datetime) -> list[int]:
    due_at = datetime.fromisoformat(data["due_on"])
    return bulk.postpone_tasks(actor=actor, task_ids=ids, due_at=due_at, now=now)


def _reassign(actor: Actor, ids: Sequence[int], data: Mapping[str, Any], now: datetime) -> list[int]:
    return bulk.reassign_tasks(actor=actor, task_ids=ids, agent_id=data["agent"], reason=data["reason"], now=now)


def _nudge(actor: Actor, ids: Sequence[int], _data: Mapping[str, Any], now: datetime) -> list[int]:
    return bulk.nudge_tasks(actor=actor, task_ids=ids, now=now)


def _take_back(actor: Actor, payload: list[int], now: datetime) -> int:
    return bulk.take_back(actor=actor, task_ids=payload, now=now)


DONE = BulkAction(
    key="task-done", label=_("Mark as done"), icon="check", permission=permissions.INTERACT, check=_check_open,
    run=_done, undo=_take_back, form=lambda _actor, data: DoneForm(data),
)  # fmt: skip
POSTPONE = BulkAction(
    key="task-postpone", label=_("Postpone"), icon="clock-pause", permission=permissions.INTERACT, check=_check_open,
    run=_postpone, undo=_take_back, form=lambda _actor, data: PostponeForm(data, now=clock.now()),
)  # fmt: skip
DROP = BulkAction(
    key="task-drop", label=_("Not needed"), icon="x", permission=permissions.INTERACT, check=_check_open,
    run=_drop, undo=_take_back, form=lambda _actor, data: ReasonForm(data),
    consequence=_("They do not come back for this occasion."),
)  # fmt: skip
REASSIGN = BulkAction(
    key="task-reassign", label=_("Give to somebody else"), icon="arrows-exchange", permission=permissions.TEAM_TASKS,
    check=_check_open, run=_reassign, undo=_take_back, form=lambda actor, data: ReassignForm(data, actor=actor),
    consequence=_("Only these tasks change hands; the customers keep their service person."),
)  # fmt: skip
NUDGE = BulkAction(
    key="task-nudge", label=_("Remind"), icon="bell", permission=permissions.TEAM_TASKS, check=_check_open, run=_nudge,
    consequence=_("Whoever has to do them gets one notice; nobody is reminded twice within four hours."),
)  # fmt: skip
