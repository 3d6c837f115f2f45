"""Money in suspense: taking in, one item, placing it, the second person's answer."""

import secrets
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.customers.selectors.labels import label_of
from keyuan.kernel.errors import Conflict, Refused
from keyuan.kernel.width import half_width
from keyuan.platform import attempts, clock
from keyuan.platform.confirming import confirmed
from keyuan.platform.crypto.presenter import present
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.policies import permissions
from keyuan.policies.forms.money import AllocateForm, GiveBackForm, TakeInForm
from keyuan.policies.forms.small import put_errors
from keyuan.policies.models import SuspenseItem, SuspenseMove
from keyuan.policies.selectors import policies_visible_to
from keyuan.policies.selectors.contract import policy_number
from keyuan.policies.selectors.ledger.rules import money_rules
from keyuan.policies.selectors.suspense import MOVE_KINDS, MOVE_STATES, SOURCES, access_suspense, moves_of
from keyuan.policies.services.suspense import MoveDraft, Receipt, decide_move, move_suspense, take_in

FORMS = {"allocate": AllocateForm, "give-back": GiveBackForm}


def _back(item_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("policies:suspense-item", args=[item_id]))


@require_http_methods(["GET", "POST"])
@allow(permissions.MONEY_ACT)
def item_create(request: StaffRequest) -> HttpResponse:
    """Take in money of which nobody knows yet what it is for."""
    now = clock.now()
    form = TakeInForm(request.POST or None, initial={"received_on": now.date(), "method": "30"})
    if request.method == "POST" and form.is_valid():
        try:
            item = take_in(actor=request.actor, receipt=Receipt(**form.cleaned_data), now=now)
        except Refused as error:
            put_errors(form, error)
        else:
            toast(request, _("The money was taken in"))
            return _back(item.pk)
    context = {"form": form, "title": _("Take money in"), "cancel_url": reverse("policies:suspense")}
    return page(request, "policies/ledger/form.html", context, status=422 if form.errors else 200)


def _move(request: StaffRequest, move: SuspenseMove) -> dict[str, Any]:
    waits = move.state == "WAITING"
    return {
        "row": move,
        "kind": label_of(MOVE_KINDS, move.kind),
        "state": MOVE_STATES[move.state],
        "policy": policy_number(request.actor, move.policy) if move.policy else "",
        "payee": present(request.actor, move.payee_name, "name"),
        "may_decide": waits and request.actor.may(permissions.MONEY_APPROVE) and move.asked_by_id != request.actor.id,
        "is_own": waits and move.asked_by_id == request.actor.id,
    }


@require_GET
@allow(permissions.MONEY)
def item_detail(request: StaffRequest, suspense_id: int) -> HttpResponse:
    """Show an item and what was done with it."""
    item = access_suspense(request.actor, suspense_id)
    context = {
        "item": item,
        "source": label_of(SOURCES, item.source),
        "payer": present(request.actor, item.payer_name, "name"),
        "number": policy_number(request.actor, item.policy) if item.policy else "",
        "moves": [_move(request, move) for move in moves_of(item)],
        "may_act": item.left > 0 and request.actor.may(permissions.MONEY_ACT),
        "limit": money_rules().suspense_limit,
    }
    return page(request, "policies/suspense/item.html", context)


@require_http_methods(["GET", "POST"])
@allow(permissions.MONEY_ACT)
def item_move(request: StaffRequest, suspense_id: int, act: str) -> HttpResponse:
    """Put money onto a contract, or give it back."""
    item = access_suspense(request.actor, suspense_id)
    first = {"amount": item.left, "token": secrets.token_hex(12), "payee_name": item.payer_name}
    form = FORMS.get(act, GiveBackForm)(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            move = move_suspense(
                actor=request.actor, item_id=item.pk, draft=_draft(request, form.cleaned_data), now=clock.now()
            )
        except Refused as error:
            put_errors(form, error)
        else:
            done = move.state == SuspenseMove.State.DONE
            toast(request, _("The money was placed") if done else _("Another person has to agree first"))
            return _back(item.pk)
    title = _("Put onto a contract") if act == "allocate" else pgettext("suspense", "Give back")
    context = {"form": form, "title": title, "cancel_url": reverse("policies:suspense-item", args=[item.pk])}
    return page(request, "policies/ledger/form.html", context, status=422 if form.errors else 200)


def _draft(request: StaffRequest, values: dict[str, Any]) -> MoveDraft:
    values["token"] = attempts.named(request, "token")
    if "policy_no" not in values:
        return MoveDraft(kind=SuspenseMove.Kind.REFUND, **values)
    number = half_width(values.pop("policy_no")).strip().upper()
    found = policies_visible_to(request.actor, now=clock.now()).filter(policy_no=number).order_by("pk").first()
    if found is None:
        raise Refused("suspense.policy_unknown", field="policy_no")
    return MoveDraft(kind=SuspenseMove.Kind.ALLOCATE, policy_id=found.pk, **values)


@require_POST
@allow(permissions.MONEY_APPROVE)
@confirmed
def move_decide(request: StaffRequest, suspense_id: int, move_id: int) -> HttpResponse:
    """Agree to a move over the limit, or refuse it."""
    item: SuspenseItem = access_suspense(request.actor, suspense_id)
    agree = request.POST.get("answer") == "agree"
    try:
        decide_move(actor=request.actor, move_id=move_id, agree=agree, now=clock.now())
    except (Refused, Conflict) as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("The money was placed") if agree else _("The money is free again"))
    return _back(item.pk)
