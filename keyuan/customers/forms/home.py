"""The home page of each role: what needs me, what changed, my figures, shortcuts (ui.md, home by role)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from keyuan.customers import permissions
from keyuan.customers.extensions import task_kinds
from keyuan.customers.forms.tasks import TaskRow, row_of
from keyuan.customers.models import Assignment, Interaction, Task
from keyuan.customers.selectors import labels
from keyuan.customers.selectors.home import LIMIT, Exceptions, Figures
from keyuan.customers.selectors.subjects import customer_label
from keyuan.kernel.actor import Actor
from keyuan.organisation.selectors.agents import agent_names
from keyuan.platform import formats
from keyuan.platform.navigation import nav_items

SUNDAY = 6


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """Tasks of one span of time under their heading."""

    label: Any
    rows: list[TaskRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure, as the component ``kpi`` draws it."""

    label: Any
    value: str
    url: str
    unit: str = ""
    definition: Any = ""
    target: Any = ""


@dataclass(frozen=True, slots=True)
class FeedItem:
    """Something that happened."""

    icon: str
    who: str
    url: str
    text: str
    at: datetime | None
    day: str = ""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A page one begins with."""

    label: Any
    icon: str
    url: str


def task_groups(actor: Actor, tasks: Iterable[Task], *, now: datetime) -> list[TaskGroup]:
    """Return tasks by when they are due, each group by consequence: money at stake first, then the deadline."""
    today = timezone.localtime(now).date()
    week_end = today + timedelta(days=SUNDAY - today.weekday())
    spans: dict[str, list[Task]] = {"overdue": [], "today": [], "week": [], "later": []}
    for task in tasks:
        # A deadline at midnight belongs to the day that ends then.
        day = timezone.localtime(task.due_at - timedelta(seconds=1)).date()
        if task.due_at <= now:
            spans["overdue"].append(task)
        elif day <= today:
            spans["today"].append(task)
        else:
            spans["week" if day <= week_end else "later"].append(task)
    heads = {"overdue": _("Overdue"), "today": _("Due today"), "week": _("This week"), "later": _("Later on")}
    groups: list[TaskGroup] = []
    for key, found in spans.items():
        if found:
            found.sort(key=lambda task: (-task.stake, task.due_at, task.pk))
            first = not groups
            rows = [row_of(actor, task, now=now, primary=first and not at) for at, task in enumerate(found)]
            groups.append(TaskGroup(heads[key], rows))
    return groups


@dataclass(frozen=True, slots=True)
class Chip:
    """A kind of task to narrow the own tasks to; the first stands for all."""

    key: str
    label: Any
    count: int
    on: bool


def chips_of(tasks: Sequence[Task], chosen: str) -> list[Chip]:
    """Return the kinds among ``tasks``, the most frequent first; none where there is only one kind."""
    counted = Counter(task.kind for task in tasks)
    if len(counted) < 2:
        return []
    chips = [Chip(kind, labels_of_kind(kind), count, kind == chosen) for kind, count in counted.most_common()]
    return [Chip("", _("All"), len(tasks), chosen not in counted), *chips]


def labels_of_kind(kind: str) -> Any:
    """Return what a kind of task is called."""
    return (task_kinds.get(kind) or task_kinds["OTHER"]).label


def board_rows(actor: Actor, tasks: Iterable[Task], *, now: datetime) -> list[tuple[TaskRow, str]]:
    """Return tasks of a scope with who serves the customer."""
    found = list(tasks)
    names = agent_names(task.agent_id for task in found)
    return [(row_of(actor, task, now=now), names.get(task.agent_id or 0, "")) for task in found]


def figures_for(figures: Figures) -> list[Figure]:
    """Return an agent's figures with the lists behind them."""
    customers, policies = reverse("customers:home"), _nav_url("policies")
    premium, unit = formats.wan(figures.premium)
    due = formats.wan_yuan(figures.due_amount)
    return [
        Figure(_("My customers"), f"{figures.customers:,}", customers, definition=_("Customers whom you serve today")),
        Figure(
            _("Policies in force"), f"{figures.policies:,}", policies or customers,
            definition=_("Policies in force of the customers whom you serve"),
        ),
        Figure(
            _("Yearly premium"), premium, customers, unit=(_("%(unit)s yuan") % {"unit": unit}).strip(),
            definition=_("Premium of a year of these policies, whatever the interval of payment"),
        ),
        Figure(
            _("Due in 30 days"), f"{figures.due_soon:,}", f"{customers}?sort=due", target=due,
            definition=_("Customers with a premium due in the next 30 days"),
        ),
    ]  # fmt: skip


def exception_figures(found: Exceptions) -> list[Figure]:
    """Return a manager's exceptions with the lists behind them."""
    customers = reverse("customers:home")
    return [
        Figure(_("Overdue tasks"), _capped(found.overdue), customers, definition=_("Open tasks past their deadline")),
        Figure(
            _("Grace period ends"), _capped(found.grace_tasks), f"{customers}?state=GRACE",
            definition=_("Open tasks about premiums in their grace period"),
        ),
        Figure(
            _("Without service person"), _capped(found.orphans), f"{customers}?orphan=1",
            definition=_("Customers whom nobody serves (orphans)"),
        ),
        Figure(
            _("Due in 30 days"), _capped(found.due_soon), f"{customers}?sort=due",
            definition=_("Customers with a premium due in the next 30 days"),
        ),
    ]  # fmt: skip


def _capped(value: int) -> str:
    return formats.count(value, limit=LIMIT)


def feed_of(actor: Actor, entries: Iterable[Interaction], received: Iterable[Assignment]) -> list[FeedItem]:
    """Return what changed since the last visit, newest first."""
    items = [
        FeedItem(
            labels.INTERACTION_ICONS.get(row.kind, "point"),
            customer_label(actor, row.customer),
            reverse("customers:customer", args=[row.customer_id]),
            row.summary or labels.label_of(labels.INTERACTION_KINDS, row.kind),
            row.occurred_at,
        )
        for row in entries
    ]
    items += [
        FeedItem(
            "user-plus",
            customer_label(actor, row.customer),
            reverse("customers:customer", args=[row.customer_id]),
            _("was given to you"),
            None,
            f"{row.valid_from:%m-%d}",
        )
        for row in received
    ]
    return items


def shortcuts_for(actor: Actor) -> list[Shortcut]:
    """Return where this post goes most."""
    found = []
    if actor.may(permissions.CREATE):
        found.append(Shortcut(_("Enter a customer"), "user-plus", reverse("customers:enter")))
    found += [
        Shortcut(item.label, item.icon, reverse(item.url_name))
        for item in nav_items
        if item.key != "home" and item.is_for(actor)
    ]
    return found[:8]


def _nav_url(key: str) -> str:
    """Return the address of another context's page, where it exists."""
    item = nav_items.get(key)
    return reverse(item.url_name) if item else ""


def operator_figures(actor: Actor, counts: dict[str, int]) -> list[Figure]:
    """Return what compliance, operators and administrators watch; only what their post may open."""
    rows = (
        ("jobs", "jobs", _("Failed jobs, 7 days"), _("Long jobs that failed and wait for a decision")),
        ("reveals", "audit", _("Sealed values revealed today"), _("Looks at whole phones, numbers, addresses")),
        ("sign_ins", "audit", _("Failed sign-ins today"), _("Wrong passwords and locked accounts")),
        ("failed_sign_ins", "users", _("Failed sign-ins today"), _("Wrong passwords and locked accounts")),
    )
    figures = []
    for key, page, label, definition in rows:
        item = nav_items.get(page)
        allowed = item is None or item.permission is None or actor.may(item.permission)
        if key in counts and allowed:
            url = reverse(item.url_name) if item else reverse("customers:today")
            figures.append(Figure(label, _capped(counts[key]), url, definition=definition))
    return figures
