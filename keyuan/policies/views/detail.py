"""One policy: overview, premiums, vehicle or members, claims, files, history; beside a list, and on paper."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from keyuan.customers.selectors.watching import GRADES, effects_of, may_see
from keyuan.kernel.errors import Refused
from keyuan.platform import clock
from keyuan.platform.audit import Action, record_read
from keyuan.platform.crypto.presenter import present
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.subjects import Subject
from keyuan.platform.wording import say
from keyuan.policies import permissions
from keyuan.policies.extensions import policy_tabs
from keyuan.policies.models import Policy
from keyuan.policies.rules.contract import PROPERTY_KINDS
from keyuan.policies.rules.transitions import SWITCHES, Transition, switches_for
from keyuan.policies.selectors import access_policy
from keyuan.policies.selectors.applications.money import covers_with_loadings
from keyuan.policies.selectors.contract import (
    events_of,
    known,
    members_of,
    payments_of,
    policy_number,
    renewals_of,
    schedule_parts,
    service_people_of,
    source_facts,
    state_of,
    underwriting_of,
)
from keyuan.policies.selectors.faces import member_rows, party_rows, vehicle_words
from keyuan.policies.selectors.labels import PAY_MODES, PRODUCT_KINDS, STATUSES, STEPS, TERMINATION_REASONS, term_text
from keyuan.policies.selectors.sources import keeper_of
from keyuan.policies.services.revealing import reveal_account
from keyuan.policies.services.transitions import legal_steps

MEMBER_LIMIT = 200


def head(request: StaffRequest, policy: Policy) -> dict[str, Any]:
    """Return what every part of the page shows."""
    today, keeper = clock.today(), keeper_of(policy)
    return {
        "policy": policy,
        "keeper": keeper,
        "number": policy_number(request.actor, policy),
        "holder_name": present(request.actor, policy.holder_name, "name"),
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
        "can_transit": request.actor.may(permissions.TRANSIT) and keeper is None,
        "can_edit": request.actor.may(permissions.EDIT) and keeper is None,
        "can_hand_over": request.actor.may(permissions.EDIT),
        "has_beneficiaries": policy.kind not in PROPERTY_KINDS,
        "watched": watched(request, policy),
        "source_facts": source_facts(policy),
    }


def watched(request: StaffRequest, policy: Policy) -> Any:
    """Return the holder's listing in force that monitors underwriting, for posts that may see the list (CUS-10)."""
    if policy.holder_id is None or not may_see(request.actor):
        return None
    effect = effects_of([policy.holder_id]).get(policy.holder_id)
    return GRADES[effect.grade] if effect and effect.monitors_underwriting else None


def _tabs(request: StaffRequest, policy: Policy, active: str) -> list[dict[str, Any]]:
    names = [("overview", _("Overview")), ("premiums", _("Premiums"))]
    if policy.is_group:
        names.append(("members", _("Insured members")))
    if policy.kind == "MOTOR":
        names.append(("vehicle", _("Vehicle and drivers")))
    names.append(("files", _("Files")))
    names += [(tab.key, str(tab.label)) for tab in policy_tabs if request.actor.may(tab.permission)]
    names.append(("history", _("Contract changes")))
    base = reverse("policies:policy-detail", args=[policy.pk])
    return [{"label": label, "url": f"{base}?tab={key}", "active": key == active} for key, label in names]


def _part(request: StaffRequest, policy: Policy, tab: str) -> dict[str, Any]:
    if tab == "premiums":
        present, later = schedule_parts(policy, clock.today())
        return {"instalments": present, "later": later, "payments": payments_of(policy)[:100]}
    if tab == "members":
        wanted = request.GET.get("member", "").strip()
        members = member_rows(request.actor, members_of(policy, wanted)[:MEMBER_LIMIT], now=clock.now())
        return {"members": members, "wanted": wanted, "member_limit": MEMBER_LIMIT}
    if tab == "vehicle":
        return vehicle_words(request.actor, policy)
    if tab == "files":
        return {"lazy_url": reverse("policies:files", args=[policy.pk])}
    if tab == "history":
        return {"events": [(event, STEPS.get(event.kind, event.kind)) for event in events_of(policy)[:200]]}
    if tab in policy_tabs:
        return {"lazy_url": reverse(policy_tabs[tab].url_name, args=[policy.pk])}
    return {
        "parties": party_rows(request.actor, policy, now=clock.now()),
        "covers": covers_with_loadings(policy),
        "service_people": service_people_of(policy)[:10],
        "renewals": renewals_of(policy),
        "underwriting": underwriting_of(policy),
    }


@require_GET
@allow(permissions.VIEW)
def policy_detail(request: StaffRequest, policy_id: int) -> HttpResponse:
    policy = access_policy(request.actor, policy_id, now=clock.now())
    context = head(request, policy)
    if request.GET.get("panel"):
        address = reverse("policies:policy-detail", args=[policy.pk])
        context |= {"parties": party_rows(request.actor, policy, now=clock.now()), "full_url": address}
        return page(request, "policies/policy_panel.html", context)
    tab = request.GET.get("tab", "overview")
    context |= {"tab": tab, "tabs": _tabs(request, policy, tab)} | _part(request, policy, tab)
    if context["can_transit"]:
        context |= _steps(policy)
    return page(request, "policies/policy_detail.html", context)


@require_GET
@allow(permissions.VIEW)
def policy_print(request: StaffRequest, policy_id: int) -> HttpResponse:
    """Show the policy as it goes on paper: masked, with watermark."""
    now = clock.now()
    policy = access_policy(request.actor, policy_id, now=now)
    record_read(
        request.actor,
        Action.VIEW,
        Subject("policy", policy.pk),
        customer_id=policy.holder_id,
        detail={"face": "print"},
        now=now,
    )
    context = head(request, policy) | _part(request, policy, "overview") | _part(request, policy, "premiums")
    if policy.kind == "MOTOR":
        context |= vehicle_words(request.actor, policy)
    on_paper = {"now": now, "can_edit": False, "can_hand_over": False, "can_transit": False}
    return render(request, "policies/policy_print.html", context | on_paper)


def _steps(policy: Policy) -> dict[str, Any]:
    flags = {switch.column: getattr(policy, switch.column) for switch in SWITCHES}
    steps = legal_steps(policy, clock.today())
    names = [step.kind for step, _refusal in steps]
    return {
        "steps": [(step, step_label(step, names)) for step, refusal in steps if refusal is None],
        "blocked": [(step_label(step, names), say(Refused(refusal))) for step, refusal in steps if refusal is not None],
        "switches": [(switch, STEPS[switch.kind]) for switch in switches_for(policy.status, flags)],
    }


def step_label(step: Transition, names: list[str]) -> str:
    """Return the name of a step, with its target where several steps of one name lead away."""
    label = str(STEPS[step.kind])
    if names.count(step.kind) < 2:
        return label
    return _("%(step)s: %(status)s") % {"step": label, "status": STATUSES[step.target][1]}


@require_POST
@allow(permissions.VIEW)
def policy_account_reveal(request: StaffRequest, policy_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    try:
        value = reveal_account(actor=request.actor, policy_id=policy_id, reason=reason, now=clock.now())
    except Refused as error:
        return JsonResponse({"error": say(error)}, status=422)
    return JsonResponse({"value": value})
