"""Today: the home page of every role (ui.md, home by role)."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from keyuan.customers import permissions
from keyuan.customers.extensions import home_cards
from keyuan.customers.forms import home as built
from keyuan.customers.forms.head import may_of
from keyuan.customers.selectors import home as selectors
from keyuan.customers.selectors import tasks as task_selectors
from keyuan.customers.views.record import Slot
from keyuan.kernel.actor import Actor, Reach
from keyuan.organisation.permissions import USERS_EDIT
from keyuan.platform import clock
from keyuan.platform.http import SIGNED_IN, StaffRequest, allow
from keyuan.platform.permissions import AUDIT_VIEW, JOBS_VIEW

SIDE_TASKS = 20
FIRST_VISIT_DAYS = 7


@require_GET
@allow(SIGNED_IN)
def today(request: StaffRequest) -> HttpResponse:
    """Show what this post needs now: an agent's day, a manager's exceptions, or what an operator watches."""
    actor, now = request.actor, clock.now()
    context: dict[str, Any] = {
        "now": now,
        "may": may_of(actor),
        "shortcuts": built.shortcuts_for(actor),
        "sees_customers": actor.may(permissions.VIEW),
        "watched": built.operator_figures(actor, watched_counts(actor, now)),
        "cards": cards_for(actor),
    }
    if actor.may(permissions.VIEW):
        context |= tasks_context(actor, now, request.GET.get("kind", ""))
        context |= book_context(actor, now)
    return render(request, "customers/today.html", context)


def tasks_context(actor: Actor, now: datetime, kind: str = "") -> dict[str, Any]:
    """Return the person's open tasks in groups, with what stands at the head of the page; ``kind`` narrows them."""
    tasks = list(task_selectors.my_tasks(actor, now=now).select_related("customer")[: task_selectors.SHOWN + 1])
    shown = tasks[: task_selectors.SHOWN]
    chips = built.chips_of(shown, kind)
    chosen = [task for task in shown if task.kind == kind] if chips and kind in {task.kind for task in shown} else shown
    groups = built.task_groups(actor, chosen, now=now)
    urgent = [task for task in shown if task.due_at <= clock.end_of(now.date())]
    return {
        "groups": groups,
        "chips": chips,
        "kind": kind if chosen is not shown else "",
        "task_count": len(shown),
        "more_tasks": len(tasks) > len(shown),
        "urgent_count": len(urgent),
        "urgent_stake": sum(task.stake for task in urgent),
    }


def book_context(actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the figures of one's own book, or the exceptions of a manager's scope."""
    if actor.scope.reach is not Reach.SELF:
        return {
            "figures": built.exception_figures(selectors.exceptions_of(actor, now=now)),
            "overdue_units": task_selectors.overdue_by_unit(actor, now=now),
            "urgent": built.board_rows(actor, task_selectors.urgent_in_scope(actor, now=now), now=now),
            "is_board": True,
        }
    since = selectors.previous_sign_in(actor) or now - timedelta(days=FIRST_VISIT_DAYS)
    feed = built.feed_of(
        actor, selectors.entries_since(actor, since), selectors.received_since(actor, since.date(), limit=3)
    )
    figures = built.figures_for(selectors.own_figures(actor, today=now.date()))
    return {"figures": figures, "feed": feed, "since": since, "is_board": False}


def watched_counts(actor: Actor, now: datetime) -> dict[str, int]:
    """Return the counts that the post's duties ask for."""
    since = clock.start_of(now.date())
    counts = {}
    if actor.may(JOBS_VIEW):
        counts["jobs"] = selectors.failed_jobs(now)
    if actor.may(AUDIT_VIEW):
        counts["reveals"] = selectors.reveals_since(since)
        counts["sign_ins"] = selectors.failed_sign_ins_since(since)
    elif actor.may(USERS_EDIT):
        counts["failed_sign_ins"] = selectors.failed_sign_ins_since(since)
    return counts


def cards_for(actor: Actor) -> list[Slot]:
    """Return the cards of other contexts; they load by themselves."""
    return [Slot(card.key, reverse(card.url_name)) for card in home_cards if actor.may(card.permission)]


@require_GET
@allow(permissions.VIEW)
def tasks_card(request: StaffRequest) -> HttpResponse:
    """Answer the card of tasks alone, after one of them was settled."""
    now = clock.now()
    context = {"may": may_of(request.actor), **tasks_context(request.actor, now, request.GET.get("kind", ""))}
    return render(request, "customers/parts/tasks_card.html", context)


@require_GET
@allow(permissions.VIEW)
def task_panel(request: StaffRequest) -> HttpResponse:
    """Answer the side panel of tasks that the utility bar opens."""
    now = clock.now()
    tasks = task_selectors.my_tasks(request.actor, now=now).select_related("customer")[:SIDE_TASKS]
    groups = built.task_groups(request.actor, tasks, now=now)
    context = {"groups": groups, "may": may_of(request.actor), "full_url": reverse("customers:today")}
    return render(request, "customers/task_panel.html", context)
