"""Hand-over: choosing who leaves, the preview, the one action, the report (CUS-9, PLT-5)."""

import secrets
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from keyuan.customers import permissions
from keyuan.customers.extensions import handover_parts
from keyuan.customers.forms.assignment import wording
from keyuan.customers.forms.assignment.leaving import HandoverForm, LeaverForm
from keyuan.customers.forms.contact import add_refusal
from keyuan.customers.models import Handover
from keyuan.customers.selectors.handover import reading
from keyuan.customers.services.handover.running import start_handover
from keyuan.customers.views.assignment.allocating import refreshed
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.organisation.selectors.agents import agent_names
from keyuan.organisation.services.leaving import leaver_of
from keyuan.platform import attempts, clock
from keyuan.platform.confirming import confirmed
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.jobs import access_job


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 19 else None


@require_http_methods(["GET", "POST"])
@allow(permissions.HANDOVER)
@confirmed
def handover_create(request: StaffRequest) -> HttpResponse:
    """Who leaves; then what they hold, to whom it goes, and the one button."""
    agent_id, user_id = _number(request.GET.get("agent")), _number(request.GET.get("person"))
    if agent_id is None and user_id is None:
        return _choose(request)
    agent, user = leaver_of(request.actor, agent_id=agent_id, user_id=user_id)
    portions = reading.portions_of(agent, user)
    open_parts = [(one.part.key, one.part.label) for one in portions if one.count and not one.part.ends]
    form = HandoverForm(request.POST or None, actor=request.actor, parts=open_parts, today=clock.today())
    if request.method == "POST" and form.is_valid():
        try:
            handover = start_handover(
                actor=request.actor,
                agent_id=agent.pk if agent else None,
                user_id=user.pk if user else None,
                left_on=form.cleaned_data["left_on"],
                reason=form.cleaned_data["reason"],
                plan=form.plan(),
                token=attempts.named(request) or secrets.token_hex(16),
                now=clock.now(),
            )
        except Refused as error:
            add_refusal(form, error)
        else:
            return redirect("customers:handover", handover_id=handover.pk)
    context = {
        "name": user.name if user else agent.name if agent else "",
        "number": agent.agent_no if agent else user.staff_no if user else "",
        "unit": agent.unit.name if agent else "",
        "portions": portions,
        "has_account": user is not None,
        "exports": reading.exports_of(user, clock.now()),
        "before": reading.running_of(agent, user),
        "form": form,
        "idempotency": attempts.token_of(request),
    }
    return page(request, "customers/assignment/handover_form.html", context, status=422 if form.is_bound else 200)


def _choose(request: StaffRequest) -> HttpResponse:
    form = LeaverForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        return redirect(f"{reverse('customers:handover-create')}?agent={form.cleaned_data['agent']}")
    context = {"form": form}
    return page(request, "customers/assignment/handover_choose.html", context, status=422 if form.errors else 200)


@require_GET
@allow(permissions.HANDOVER_REPORTS)
def handover(request: StaffRequest, handover_id: int) -> HttpResponse:
    """The report of a hand-over, alive while it runs."""
    found = reading.access_handover(request.actor, handover_id)
    context = report_of(request.actor, found)
    response = page(request, "customers/assignment/handover.html", context, part="progress")
    return refreshed(request, response, still_moving=context["is_running"])


@require_GET
@allow(permissions.HANDOVER_REPORTS)
def handover_print(request: StaffRequest, handover_id: int) -> HttpResponse:
    """The report on paper."""
    found = reading.access_handover(request.actor, handover_id)
    context = {**report_of(request.actor, found), "now": clock.now()}
    return page(request, "customers/assignment/handover_print.html", context)


def report_of(actor: Actor, found: Handover) -> dict[str, Any]:
    """Return everything a report says."""
    shares = reading.shares_of(found)
    names = agent_names(row["successor_id"] for row in shares)
    word, tone = wording.HANDOVER_STATES[found.state]
    items = f"{reverse('customers:handover-item-list')}?handover={found.pk}"
    running = found.state == Handover.State.RUNNING
    return {
        "handover": found,
        "word": word,
        "tone": tone,
        "is_running": running,
        "job": access_job(actor, found.job_id)
        if running and found.job_id and actor.id == found.started_by_id
        else None,
        "shares": [
            {
                **row,
                "label": _label(row["part"]),
                "name": names.get(row["successor_id"] or 0, _("Nobody")),
                "state_word": wording.HANDOVER_ITEM_STATES[row["state"]][0],
                "state_tone": wording.HANDOVER_ITEM_STATES[row["state"]][1],
                "url": f"{items}&part={row['part']}&state={row['state']}",
            }
            for row in shares
        ],
        "access": found.access,
        "clients": found.access.get("clients", []),
        "told": reading.told_of(found),
        "exports": reading.exports_of(found.user, found.access_ended_at),
        "export_days": reading.EXPORT_DAYS,
        "items_url": items,
    }


def _label(key: str) -> Any:
    part = handover_parts.get(key)
    return part.label if part is not None else key
