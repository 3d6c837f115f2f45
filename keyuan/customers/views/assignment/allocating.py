"""Pages of orphans and batches: the board, planning, the plan, giving, taking back (CUS-9)."""

import secrets
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.customers import permissions
from keyuan.customers.forms.assignment import wording
from keyuan.customers.forms.assignment.allocating import AllocationForm
from keyuan.customers.forms.contact import add_refusal
from keyuan.customers.models import Allocation
from keyuan.customers.selectors.allocation import boards
from keyuan.customers.selectors.allocation.access import access_allocation
from keyuan.customers.selectors.allocation.receptions import receptions_of
from keyuan.customers.selectors.allocation.rules import rule_names
from keyuan.customers.selectors.subjects import customer_label
from keyuan.customers.services.allocation import giving, orphans, planning
from keyuan.customers.views.subjects import customer_url
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation.selectors.agents import agent_names
from keyuan.organisation.selectors.units import unit_names
from keyuan.platform import attempts, clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.jobs import access_job, start_tracked
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say

MOVING = (Allocation.State.PLANNING, Allocation.State.RUNNING, Allocation.State.UNDOING)


@require_GET
@allow(permissions.ORPHANS)
def orphan_board(request: StaffRequest) -> HttpResponse:
    """How many wait, why and how long, whose notices are due, what is unanswered."""
    actor, today = request.actor, clock.today()
    url = reverse("customers:orphan-list")
    reasons = [
        {"label": wording.ORPHAN_REASONS[row["reason"]], "url": f"{url}?reason={row['reason']}", **row}
        for row in boards.ages_by_reason(actor, today)
    ]
    context = {
        "reasons": reasons,
        "total": sum(row["total"] for row in reasons),
        "premium": sum(row["premium"] or 0 for row in reasons),
        "notices": boards.notice_counts(actor, today),
        "units": boards.orphans_by_unit(actor),
        "figures": boards.board_figures(actor, today),
        "alone": [
            (customer_label(actor, row), customer_url(row.pk), row.annual_premium)
            for row in boards.key_customers_alone(actor)
        ],
        "list_url": url,
        "may_allocate": actor.may(permissions.ALLOCATE),
    }
    return page(request, "customers/assignment/board.html", context)


@require_POST
@allow(permissions.ALLOCATE)
def orphan_search(request: StaffRequest) -> HttpResponse:
    """Search for orphans now instead of at night."""
    job = start_tracked(request.actor, orphans.JOB)
    toast(request, _("The search has begun"))
    return redirect(f"/jobs/{job.pk}/")


@require_http_methods(["GET", "POST"])
@allow(permissions.ALLOCATE)
def allocation_create(request: StaffRequest) -> HttpResponse:
    """Ask which orphans and how, and begin to plan."""
    form = AllocationForm(request.POST or None, actor=request.actor, initial=_asked(request))
    if request.method == "POST" and form.is_valid():
        try:
            batch = planning.plan_allocation(
                actor=request.actor,
                name=form.cleaned_data["name"],
                choice=form.choice(),
                settings=form.settings(),
                token=attempts.named(request) or secrets.token_hex(16),
                now=clock.now(),
            )
        except Refused as error:
            add_refusal(form, error)
        else:
            return redirect("customers:allocation", allocation_id=batch.pk)
    context = {"form": form, "idempotency": attempts.token_of(request)}
    return page(request, "customers/assignment/allocation_form.html", context, status=422 if form.is_bound else 200)


def _asked(request: StaffRequest) -> dict[str, Any]:
    """Return what the orphans' list was filtered by, as the form's beginning."""
    lists = {"reasons": request.GET.getlist("reason"), "channels": request.GET.getlist("channel")}
    return {key: value for key, value in lists.items() if value}


@require_GET
@allow(permissions.ALLOCATE)
def allocation(request: StaffRequest, allocation_id: int) -> HttpResponse:
    """One batch: the plan with its fairness, or what became of it."""
    batch = access_allocation(request.actor, allocation_id)
    context = batch_context(request.actor, batch)
    response = page(request, "customers/assignment/allocation.html", context, part="progress")
    return refreshed(request, response, still_moving=context["is_moving"])


def refreshed(request: StaffRequest, response: HttpResponse, *, still_moving: bool) -> HttpResponse:
    """Let a page that watches itself load whole once there is nothing to watch: its buttons are others now."""
    if request.htmx and not request.htmx.boosted and not still_moving:
        response["HX-Refresh"] = "true"
    return response


def batch_context(actor: Actor, batch: Allocation) -> dict[str, Any]:
    """Return everything the page of a batch shows."""
    word, tone = wording.BATCH_STATES[batch.state]
    shares = boards.shares_of(batch)
    units = unit_names(row["receiving_unit_id"] for row in shares["units"])
    people = agent_names(row["agent_id"] for row in shares["people"])
    items = f"{reverse('customers:allocation-item-list')}?batch={batch.pk}"
    rules = rule_names(int(key) for key in batch.figures.get("rules", {}))
    moving = batch.state in MOVING
    return {
        "batch": batch,
        "word": word,
        "tone": tone,
        "is_moving": moving,
        "job": access_job(actor, batch.job_id) if moving and batch.job_id and actor.id == batch.created_by_id else None,
        "figures": batch.figures,
        "left_over": [
            (wording.word_of(wording.LEFT_OVER, code), count)
            for code, count in batch.figures.get("left_over", {}).items()
        ],
        "units": [{**row, "name": units.get(row["receiving_unit_id"], "")} for row in shares["units"]],
        "people": [
            {**row, "name": people.get(row["agent_id"], ""), "url": f"{items}&agent={row['agent_id']}"}
            for row in shares["people"]
        ],
        "states": [
            (wording.word_of(wording.ITEM_STATES, code), count, f"{items}&state={code}")
            for code, count in sorted(shares["states"].items())
        ],
        "rules": [(rules.get(int(key), key), count) for key, count in batch.figures.get("rules", {}).items()],
        "receptions": [
            (row, *wording.RECEPTION_STATES[row.state]) for row in receptions_of(batch)
        ],
        "items_url": items,
    }  # fmt: skip


def _act(request: StaffRequest, allocation_id: int, act: Callable[..., Allocation], sentence: str) -> HttpResponse:
    """Do something with a batch and show it again."""
    try:
        act(actor=request.actor, allocation_id=allocation_id, now=clock.now())
    except (Conflict, Refused) as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, sentence)
    return redirect("customers:allocation", allocation_id=allocation_id)


@require_POST
@allow(permissions.ALLOCATE)
def allocation_give(request: StaffRequest, allocation_id: int) -> HttpResponse:
    """Give what was planned."""
    return _act(request, allocation_id, giving.give_allocation, _("The customers are being given"))


@require_POST
@allow(permissions.ALLOCATE)
def allocation_again(request: StaffRequest, allocation_id: int) -> HttpResponse:
    """Plan anew with the present rules."""
    return _act(request, allocation_id, planning.plan_again, _("The batch is being planned anew"))


@require_POST
@allow(permissions.ALLOCATE)
def allocation_drop(request: StaffRequest, allocation_id: int) -> HttpResponse:
    """Give up a plan."""
    return _act(request, allocation_id, planning.drop_allocation, _("The plan was given up"))


@require_POST
@allow(permissions.ALLOCATE)
def allocation_undo(request: StaffRequest, allocation_id: int) -> HttpResponse:
    """Take a given batch back."""
    return _act(request, allocation_id, giving.undo_allocation, _("The batch is being taken back"))
