"""One policy: overview, premiums, vehicle or members, claims, history; and its status steps."""

import secrets
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from keyuan.kernel.errors import Invalid, NotFound, Refused
from keyuan.platform import clock
from keyuan.platform.crypto.reveal import reveal
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.subjects import Subject
from keyuan.platform.wording import say
from keyuan.policies import permissions
from keyuan.policies.extensions import policy_tabs
from keyuan.policies.forms import PaymentForm, StepForm
from keyuan.policies.models import Policy
from keyuan.policies.rules.transitions import SWITCHES, switches_for
from keyuan.policies.selectors import access_policy
from keyuan.policies.selectors.contract import (
    covers_of,
    drivers_of,
    events_of,
    instalments_of,
    known,
    members_of,
    parties_of,
    payments_of,
    policy_number,
    renewals_of,
    service_people_of,
    state_of,
    vehicle_of,
)
from keyuan.policies.selectors.labels import PAY_MODES, PRODUCT_KINDS, STEPS, TERMINATION_REASONS, term_text
from keyuan.policies.services.payments import PaymentDraft, record_payment
from keyuan.policies.services.transitions import legal_steps, switch_policy, transit_policy

SWITCH_KINDS = frozenset(switch.kind for switch in SWITCHES)
MEMBER_LIMIT = 200


def head(request: StaffRequest, policy: Policy) -> dict[str, Any]:
    """Return what every part of the page shows."""
    today = clock.today()
    return {
        "policy": policy,
        "number": policy_number(request.actor, policy),
        "state": state_of(policy, today),
        "today": today,
        "pay_mode": PAY_MODES.get(policy.pay_mode, ""),
        "kind_label": PRODUCT_KINDS.get(policy.kind, ""),
        "termination": TERMINATION_REASONS.get(policy.termination_reason, ""),
        "next_due_on": known(policy.next_due_on),
        "effective_on": known(policy.effective_on),
        "expires_on": known(policy.expires_on),
        "pay_term": term_text(policy.pay_term, policy.pay_term_unit),
        "cover_term": term_text(policy.cover_term, policy.cover_term_unit),
        "can_transit": request.actor.may(permissions.TRANSIT) and policy.source == Policy.Source.LOCAL,
        "can_edit": request.actor.may(permissions.EDIT) and policy.source == Policy.Source.LOCAL,
    }


def _tabs(request: StaffRequest, policy: Policy, active: str) -> list[dict[str, Any]]:
    names = [("overview", _("Overview")), ("premiums", _("Premiums"))]
    if policy.is_group:
        names.append(("members", _("Insured members")))
    if policy.kind == "MOTOR":
        names.append(("vehicle", _("Vehicle and drivers")))
    names += [(tab.key, str(tab.label)) for tab in policy_tabs if request.actor.may(tab.permission)]
    names.append(("history", _("Contract changes")))
    base = reverse("policies:policy-detail", args=[policy.pk])
    return [{"label": label, "url": f"{base}?tab={key}", "active": key == active} for key, label in names]


def _part(request: StaffRequest, policy: Policy, tab: str) -> dict[str, Any]:
    if tab == "premiums":
        return {"instalments": instalments_of(policy, clock.today()), "payments": payments_of(policy)[:100]}
    if tab == "members":
        wanted = request.GET.get("member", "").strip()
        members = members_of(policy, wanted)[:MEMBER_LIMIT]
        return {"members": members, "wanted": wanted, "member_limit": MEMBER_LIMIT}
    if tab == "vehicle":
        return {"vehicle": vehicle_of(policy), "drivers": drivers_of(policy)}
    if tab == "history":
        return {"events": [(event, STEPS.get(event.kind, event.kind)) for event in events_of(policy)[:200]]}
    if tab in policy_tabs:
        return {"lazy_url": reverse(policy_tabs[tab].url_name, args=[policy.pk])}
    return {
        "parties": parties_of(policy),
        "covers": covers_of(policy),
        "service_people": service_people_of(policy)[:10],
        "renewals": renewals_of(policy),
    }


@require_GET
@allow(permissions.VIEW)
def policy_detail(request: StaffRequest, policy_id: int) -> HttpResponse:
    policy = access_policy(request.actor, policy_id, now=clock.now())
    context = head(request, policy)
    if request.GET.get("panel"):
        context |= {"parties": parties_of(policy), "full_url": reverse("policies:policy-detail", args=[policy.pk])}
        return page(request, "policies/policy_panel.html", context)
    tab = request.GET.get("tab", "overview")
    context |= {"tab": tab, "tabs": _tabs(request, policy, tab)} | _part(request, policy, tab)
    if context["can_transit"]:
        context |= _steps(policy)
    return page(request, "policies/policy_detail.html", context)


def _steps(policy: Policy) -> dict[str, Any]:
    flags = {switch.column: getattr(policy, switch.column) for switch in SWITCHES}
    steps = legal_steps(policy, clock.today())
    return {
        "steps": [(step, STEPS[step.kind]) for step, refusal in steps if refusal is None],
        "blocked": [(STEPS[step.kind], say(Refused(refusal))) for step, refusal in steps if refusal is not None],
        "switches": [(switch, STEPS[switch.kind]) for switch in switches_for(policy.status, flags)],
    }


@allow(permissions.TRANSIT)
def policy_step(request: StaffRequest, policy_id: int, kind: str) -> HttpResponse:
    now = clock.now()
    policy = access_policy(request.actor, policy_id, now=now)
    form = StepForm(request.POST or None, initial={"kind": kind, "version": policy.version, "on": now.date()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        act = switch_policy if kind in SWITCH_KINDS else transit_policy
        try:
            act(
                actor=request.actor,
                policy_id=policy.pk,
                kind=kind,
                on=data["on"],
                reason=data["reason"],
                version=data["version"],
                now=now,
            )
        except Refused as error:
            _put(form, error)
        else:
            return redirect("policies:policy-detail", policy_id=policy.pk)
    status = 422 if form.is_bound else 200
    context = head(request, policy) | {"form": form, "step_label": STEPS.get(kind, kind), "kind": kind}
    return page(request, "policies/policy_step.html", context, status=status)


@allow(permissions.EDIT)
def payment_create(request: StaffRequest, policy_id: int) -> HttpResponse:
    now = clock.now()
    policy = access_policy(request.actor, policy_id, now=now)
    initial = {"paid_on": now.date(), "method": "30", "reference": secrets.token_hex(12)}
    form = PaymentForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            record_payment(actor=request.actor, policy_id=policy.pk, draft=PaymentDraft(**form.cleaned_data), now=now)
        except Refused as error:
            _put(form, error)
        else:
            return redirect(f"{reverse('policies:policy-detail', args=[policy.pk])}?tab=premiums")
    context = head(request, policy) | {"form": form}
    return page(request, "policies/payment_create.html", context, status=422 if form.is_bound else 200)


@require_POST
@allow(permissions.VIEW)
def policy_account_reveal(request: StaffRequest, policy_id: int) -> HttpResponse:
    now = clock.now()
    policy = access_policy(request.actor, policy_id, now=now)
    if policy.debit_account is None:
        raise NotFound("policy.no_account")
    try:
        value = reveal(
            actor=request.actor,
            sealed=policy.debit_account,
            subject=Subject("policy", policy.pk),
            customer_id=policy.holder_id,
            reason=request.POST.get("reason", ""),
            now=now,
        )
    except Refused as error:
        return JsonResponse({"error": say(error)}, status=422)
    return JsonResponse({"value": value})


def _put(form: Any, error: Refused) -> None:
    """Show a refusal at its field, or over the form."""
    for part in error.errors if isinstance(error, Invalid) else [error]:
        form.add_error(part.field if part.field in form.fields else None, say(part))
