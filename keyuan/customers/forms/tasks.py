"""Tasks as pages show them: who, what, why, stake, deadline, verb (ui.md, home by role)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from keyuan.customers.extensions import TaskKind, contact_starts, task_kinds
from keyuan.customers.models import Task
from keyuan.customers.selectors import labels
from keyuan.customers.selectors.subjects import customer_label
from keyuan.kernel.actor import Actor
from keyuan.platform.http import may_open

#: Due today is red; the night and the morning before it is amber.
WARNING_HOURS = 16
WEEKDAYS = (
    gettext_lazy("Mon"), gettext_lazy("Tue"), gettext_lazy("Wed"), gettext_lazy("Thu"), gettext_lazy("Fri"),
    gettext_lazy("Sat"), gettext_lazy("Sun"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TaskRow:
    """What the component ``task_row`` draws, and what closes it."""

    id: int
    icon: str
    who: str
    url: str
    what: str
    why: str
    stake: int | None
    due: str
    due_kind: str
    due_note: str
    verb: Any
    verb_url: str
    primary: bool = False

    @property
    def in_dialog(self) -> bool:
        """Tell whether the verb opens a dialog over the page, rather than a page of its own."""
        return any(part in self.verb_url for part in ("/interactions/", "/start/"))

    @property
    def outcomes(self) -> list[tuple[str, Any]]:
        """What can come of it, for closing it with one click."""
        return [(code, labels.OUTCOMES[code]) for code in QUICK_OUTCOMES]


#: The outcomes that the menu of a task offers; the list of tasks has them all.
QUICK_OUTCOMES = ("REACHED", "AGREED", "REFUSED")


def _customer_url(task: Task) -> str:
    return reverse("customers:customer", args=[task.customer_id])


def _record_url(task: Task) -> str:
    return f"{reverse('customers:interaction-add', args=[task.customer_id])}?task={task.pk}"


#: Kinds that exist without any higher context.
OWN_KINDS = (
    TaskKind("GRACE", gettext_lazy("Grace period ends"), "coin", gettext_lazy("Contact"), _record_url, "RENEWAL"),
    TaskKind("RENEWAL", gettext_lazy("Renewal due"), "refresh", gettext_lazy("Contact"), _record_url, "RENEWAL"),
    TaskKind(
        "CALLBACK", gettext_lazy("Call back"), "phone-outgoing", gettext_lazy("Call back"), _record_url, "CALLBACK"
    ),
    TaskKind("MATURITY", gettext_lazy("Maturity"), "gift", gettext_lazy("Contact"), _record_url, "SERVICE"),
    TaskKind(
        "BIRTHDAY", gettext_lazy("Birthday review"), "shield-check", gettext_lazy("Arrange"), _record_url, "REVIEW"
    ),
    TaskKind("ORPHAN", gettext_lazy("Orphan to receive"), "users", gettext_lazy("View it"), _customer_url),
    TaskKind(
        "CLAIM_DOC", gettext_lazy("Claim papers missing"), "file-plus", gettext_lazy("Remind"), _record_url, "CLAIM"
    ),
    TaskKind(
        "COMPLAINT", gettext_lazy("Complaint"), "alert-triangle", gettext_lazy("Add papers"), _record_url, "COMPLAINT"
    ),
    TaskKind("VISIT", gettext_lazy("Visit"), "map-pin", gettext_lazy("Record it"), _record_url, "SERVICE"),
    TaskKind(
        "REVIEW", gettext_lazy("Protection review"), "shield-check", gettext_lazy("Arrange"), _record_url, "REVIEW"
    ),
    TaskKind("FOLLOW_UP", gettext_lazy("Follow-up"), "repeat", gettext_lazy("Contact"), _record_url, "SERVICE"),
    TaskKind(
        "RETENTION",
        gettext_lazy("Keep the customer"),
        "heart-handshake",
        gettext_lazy("Contact"),
        _record_url,
        "RENEWAL",
    ),
    TaskKind("DOCUMENT", gettext_lazy("Document expires"), "id", gettext_lazy("Update"), _customer_url),
    TaskKind("CLEANSING", gettext_lazy("Record to put right"), "database", gettext_lazy("Put right"), _customer_url),
    TaskKind("OTHER", gettext_lazy("Other task"), "checkbox", gettext_lazy("View it"), _customer_url),
)


def register() -> None:
    """Put our kinds into the registry."""
    for kind in OWN_KINDS:
        task_kinds.add(kind)


def kind_of(task: Task) -> TaskKind:
    """Return the kind of a task; an unknown one is an "other"."""
    return task_kinds.get(task.kind) or task_kinds["OTHER"]


def row_of(actor: Actor, task: Task, *, now: datetime, primary: bool = False) -> TaskRow:
    """Return a task (read with its customer) as a row; a post that may not do it is led to the customer."""
    kind = kind_of(task)
    verb, verb_url = verb_of(actor, task, kind)
    due, tone, note = deadline(task.due_at, now)
    return TaskRow(
        task.pk,
        kind.icon,
        customer_label(actor, task.customer),
        _customer_url(task),
        task.title,
        task.reason,
        task.stake or None,
        due,
        tone,
        note,
        verb,
        verb_url,
        primary,
    )


def verb_of(actor: Actor, task: Task, kind: TaskKind) -> tuple[Any, str]:
    """Return what the button says and where it leads: to a permit, else to recording, else to the customer."""
    starts = [start.url(task) for start in contact_starts if actor.may(start.permission)] if kind.purpose else []
    for url in (*starts, kind.url(task)):
        if may_open(actor, url):
            return kind.verb, url
    return task_kinds["OTHER"].verb, _customer_url(task)


#: Why the system closed a task by itself.
TASK_ENDS = {
    "VANISHED": gettext_lazy("The reason fell away"),
    "REPLACED": gettext_lazy("Replaced by a later reminder"),
    "CLEANSED": gettext_lazy("The record was put right"),
}


def outcome_text(outcome: str) -> str:
    """Return how a task ended, in words: a code that has some, else what somebody typed."""
    return str(TASK_ENDS.get(outcome) or labels.OUTCOMES.get(outcome) or outcome)


def rows_of(actor: Actor, tasks: Iterable[Task], *, now: datetime) -> list[TaskRow]:
    """Return tasks as rows."""
    return [row_of(actor, task, now=now) for task in tasks]


def deadline(due_at: datetime, now: datetime) -> tuple[str, str, str]:
    """Return a deadline as text, its tone, and how much is left."""
    due, today = timezone.localtime(due_at), timezone.localtime(now)
    if due_at <= now:
        return _day_and_time(due, today), "bad", _("overdue")
    if _ends(due, today) == 0:
        left = max(1, int((due_at - now) / timedelta(hours=1)))
        tone = "warn" if left > WARNING_HOURS else "bad"
        note = ngettext("%(count)d hour left", "%(count)d hours left", left) % {"count": left}
        return _day_and_time(due, today), tone, note
    days = _ends(due, today)
    note = ngettext("%(count)d day left", "%(count)d days left", days) % {"count": days}
    return f"{_last_day(due):%m-%d} {WEEKDAYS[_last_day(due).weekday()]}", "", note


def _last_day(due: datetime) -> datetime:
    """Midnight is the end of the day before, as a clerk says it: 24:00."""
    return due - timedelta(days=1) if (due.hour, due.minute) == (0, 0) else due


def _ends(due: datetime, today: datetime) -> int:
    return (_last_day(due).date() - today.date()).days


def _day_and_time(due: datetime, today: datetime) -> str:
    hour = "24:00" if _last_day(due) != due else f"{due:%H:%M}"
    if _ends(due, today) == 0:
        return _("today %(time)s") % {"time": hour}
    return f"{_last_day(due):%m-%d} {hour}"
