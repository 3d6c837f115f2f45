"""The lists of tasks: open ones and closed ones of the own desk or the own reach (CUS-13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from keyuan.customers import permissions
from keyuan.customers.extensions import task_kinds
from keyuan.customers.forms.tasks import OWN_KINDS, deadline, outcome_text
from keyuan.customers.models import CustomerSummary, Task
from keyuan.customers.selectors import summaries_visible_to
from keyuan.customers.selectors.subjects import customer_label
from keyuan.customers.selectors.tasks import closed_task_sources, task_sources
from keyuan.customers.views.agenda.bulk_actions import DONE, DROP, NUDGE, POSTPONE, REASSIGN
from keyuan.customers.views.lists import agent_choices, agent_word
from keyuan.customers.views.subjects import customer_url
from keyuan.kernel.actor import Actor
from keyuan.organisation.selectors.agents import agent_names
from keyuan.platform import clock
from keyuan.platform.lists import (
    Badge,
    Choice,
    ChoiceFilter,
    Column,
    DateRange,
    Empty,
    FilterContext,
    Link,
    ListSpec,
    NumberRange,
    Sort,
    Status,
    Toned,
    TypeaheadFilter,
    View,
    choices_of,
    lists,
)
from keyuan.platform.navigation import NavItem, nav_items

KIND_LABELS = {kind.key: kind.label for kind in OWN_KINDS}


@dataclass(frozen=True, slots=True)
class TaskExtras:
    """Whom the tasks are about, who does them, and when it is."""

    actor: Actor
    now: datetime
    customers: dict[int, CustomerSummary]
    agents: dict[int, str]


def _customer(row: Task, extras: TaskExtras) -> Link | str:
    summary = extras.customers.get(row.customer_id)
    return Link(customer_label(extras.actor, summary), customer_url(row.customer_id)) if summary else ""


def _kind(row: Task, _extras: TaskExtras) -> Badge:
    kind = task_kinds.get(row.kind) or task_kinds["OTHER"]
    return Badge(kind.label)


def _due(row: Task, extras: TaskExtras) -> Any:
    text, tone, note = deadline(row.due_at, extras.now)
    return Toned(f"{text} {note}".strip(), tone) if tone else f"{text} {note}".strip()


def _doer(row: Task, extras: TaskExtras) -> Any:
    if row.agent_id is None:
        return Toned(str(_("Nobody")), "warn") if row.user_id is None else str(_("Named person"))
    return extras.agents.get(row.agent_id)


def _state(row: Task, _extras: TaskExtras) -> Status:
    word, tone = ENDS.get(row.status, (row.status, ""))
    return Status(word, tone)


ENDS: dict[str, tuple[Any, str]] = {
    "DONE": (_("Done"), "ok"),
    "DROPPED": (_("Not needed"), "off"),
    "VOID": (_("Closed by itself"), "off"),
}


def by_day(rows: QuerySet[Any], value: tuple[str, str], context: FilterContext) -> QuerySet[Any]:
    """Keep tasks due on the days in Beijing time; a deadline at midnight belongs to the day that ends then."""
    low, high = DUE.days(value, context)
    if low is not None:
        rows = rows.filter(due_at__gt=clock.start_of(low))
    return rows.filter(due_at__lte=clock.end_of(high)) if high is not None else rows


DUE = DateRange(
    key="due",
    label=_("Deadline"),
    field="due_at",
    primary=True,
    apply=by_day,
    presets=(
        ("", "today-1", _("Overdue since yesterday or longer")),
        ("today", "today", _("Today")),
        ("today", "today+6", _("Next 7 days")),
    ),
)
COMMON = (
    Column(key="title", label=_("What is to be done"), value="title", width=240, first=True),
    Column(key="customer", label=_("Customer"), value=_customer, kind="link", width=112, phone=True),
    Column(key="kind", label=_("Category"), value=_kind, kind="badge", width=112),
    Column(key="stake", label=_("At stake (yuan)"), value="stake", kind="money", width=112, sort="stake"),
)
KIND = ChoiceFilter(
    key="kind", label=_("Category"), field="kind", choices=choices_of(KIND_LABELS), primary=True, dense=True
)


class TaskList(ListSpec):
    """Open tasks, the most urgent first."""

    key = "tasks"
    title = _("Tasks")
    permission = permissions.VIEW
    url_name = "customers:task-list"
    columns = (
        *COMMON,
        Column(key="due", label=_("Deadline"), value=_due, width=168, sort="due", phone=True),
        Column(key="agent", label=_("For whom"), value=_doer, width=100),
        Column(key="reason", label=_("Why"), value="reason", width=280, low_priority=True),
        Column(key="made", label=_("Made"), value="created_at", kind="moment", width=144, default=False),
    )
    filters = (
        DUE,
        KIND,
        TypeaheadFilter(
            key="agent",
            label=_("For whom"),
            field="agent_id",
            search=agent_choices,
            label_of=agent_word,
        ),
        NumberRange(key="stake", label=_("At stake (yuan)"), field="stake", money=True),
    )
    sorts = (
        Sort(key="due", label=_("Deadline"), field="due_at"),
        Sort(key="stake", label=_("At stake (yuan)"), field="stake", descending=True),
    )
    default_sort = "due"
    views = (
        View(key="open", label=_("All open")),
        View(key="overdue", label=_("Overdue"), query="due.to=today-1&sort=due"),
        View(key="today", label=_("Due today"), query="due.from=today&due.to=today&sort=-stake"),
        View(key="money", label=_("Most at stake"), query="sort=-stake"),
        View(key="renewal", label=_("Renewals"), query="kind=RENEWAL&kind=GRACE&sort=due"),
        View(key="birthday", label=_("Birthdays"), query="kind=BIRTHDAY&sort=due"),
    )
    bulk_actions = (DONE, POSTPONE, DROP, REASSIGN, NUDGE)
    empty = Empty(title=_("Nothing waits for you"), text=_("New tasks appear here by themselves."))

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Task]]:
        """Return the open tasks of the own desk, or of customers served in scope."""
        return task_sources(actor)

    def prepare(self, actor: Actor, rows: Sequence[Task], _context: FilterContext) -> TaskExtras:
        """Load customers and names."""
        return extras_of(actor, rows)

    def row_url(self, row: Task) -> str:
        """Return the customer's page."""
        return customer_url(row.customer_id)


def extras_of(actor: Actor, rows: Sequence[Task]) -> TaskExtras:
    """Return what the columns of tasks need besides them."""
    now = clock.now()
    seen = summaries_visible_to(actor, now=now).filter(pk__in={row.customer_id for row in rows})
    names = agent_names(row.agent_id for row in rows)
    return TaskExtras(actor, now, {summary.pk: summary for summary in seen}, names)


def _outcome(row: Task, _extras: TaskExtras) -> str:
    return outcome_text(row.outcome)


class ClosedTaskList(ListSpec):
    """Tasks that are closed, the latest first."""

    key = "closed-tasks"
    title = _("Closed tasks")
    permission = permissions.VIEW
    url_name = "customers:closed-task-list"
    columns = (
        *(column for column in COMMON if column.key != "stake"),
        Column(key="state", label=_("State"), value=_state, kind="status", width=120, phone=True),
        Column(key="outcome", label=_("Outcome"), value=_outcome, width=160),
        Column(key="closed", label=_("Closed at"), value="closed_at", kind="moment", width=144, sort="closed"),
        Column(key="agent", label=_("For whom"), value=_doer, width=100),
        Column(key="reason", label=_("Why"), value="reason", width=280, low_priority=True),
    )
    filters = (
        ChoiceFilter(
            key="state", label=_("State"), field="status", primary=True, dense=True,
            choices=tuple(Choice(key, word) for key, (word, _tone) in ENDS.items()),
        ),
        KIND,
    )  # fmt: skip
    sorts = (Sort(key="closed", label=_("Closed at"), field="closed_at", descending=True),)
    default_sort = "-closed"
    views = (
        View(key="all", label=_("All closed")),
        View(key="done", label=_("Done"), query="state=DONE&sort=-closed"),
        View(key="dropped", label=_("Not needed"), query="state=DROPPED&sort=-closed"),
    )
    empty = Empty(title=_("Nothing is closed yet"), text=_("Tasks that are done or not needed appear here."))

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Task]]:
        """Return the closed tasks of the own desk, or of customers served in scope."""
        return closed_task_sources(actor)

    def prepare(self, actor: Actor, rows: Sequence[Task], _context: FilterContext) -> TaskExtras:
        """Load customers and names."""
        return extras_of(actor, rows)

    def row_url(self, row: Task) -> str:
        """Return the customer's page."""
        return customer_url(row.customer_id)


def register() -> None:
    """Put the lists and their places in the navigation into the registries."""
    lists.add(TaskList())
    lists.add(ClosedTaskList())
    for item in (
        NavItem("tasks", _("Tasks"), "customers:task-list", "checkbox", permissions.VIEW, "tasks", 35),
        NavItem(
            "team-tasks",
            _("Team's tasks"),
            "customers:team-tasks",
            "users-group",
            permissions.TEAM_TASKS,
            "tasks",
            36,
        ),
        NavItem("task-rules", _("Task rules"), "customers:task-rules", "settings", permissions.TASK_RULES, "tasks", 37),
    ):
        nav_items.add(item)
