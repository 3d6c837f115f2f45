"""What one does with a policy: steps, payments, receipt, beneficiaries, hand-over, members (POL-1 to POL-3)."""

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.forms import HiddenInput
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.policies import permissions
from keyuan.policies.forms.beneficiaries import BeneficiariesForm
from keyuan.policies.forms.small import (
    AgentForm,
    LeaveForm,
    MemberForm,
    PaymentForm,
    ReceiptForm,
    StepForm,
    put_errors,
)
from keyuan.policies.models import Policy
from keyuan.policies.rules.monitoring import RISK_STEPS
from keyuan.policies.rules.service_items.steps import ITEM_OF_STEP
from keyuan.policies.rules.transitions import SWITCHES, TRANSITIONS
from keyuan.policies.selectors import access_policy
from keyuan.policies.selectors.contract import access_member
from keyuan.policies.selectors.labels import STEPS
from keyuan.policies.selectors.people import meant_agent, picked_person
from keyuan.policies.selectors.sources import keeper_of
from keyuan.policies.services.changes import record_receipt, replace_beneficiaries
from keyuan.policies.services.members import MemberDraft, add_member, end_membership
from keyuan.policies.services.payments import PaymentDraft, record_payment
from keyuan.policies.services.serving import change_servicing_agent
from keyuan.policies.services.suspense import receive_premium
from keyuan.policies.services.transitions import switch_policy, transit_policy
from keyuan.policies.views.detail import head
from keyuan.policies.views.entry import beneficiaries_of

SWITCH_KINDS = frozenset(switch.kind for switch in SWITCHES)
KINDS = SWITCH_KINDS | {step.kind for step in TRANSITIONS}
Act = Callable[[dict[str, Any]], object]
GET_OR_POST = require_http_methods(["GET", "POST"])


def back_to(policy: Policy, tab: str = "") -> HttpResponse:
    """Return to the policy's page."""
    address = reverse("policies:policy-detail", args=[policy.pk])
    return HttpResponseRedirect(f"{address}?tab={tab}" if tab else address)


def item_address(policy: Policy, item: str) -> str:
    """Return the address of the form that takes ``item`` of policy service in for ``policy``."""
    return f"{reverse('policies:request-create')}?{urlencode({'policy': policy.pk, 'item': item})}"


def mirrored(request: StaffRequest, policy: Policy) -> HttpResponse | None:
    """Answer for a policy that its source keeps itself, which no form here may change (POL-7); None for our own."""
    keeper = keeper_of(policy)
    if keeper is None:
        return None
    toast(request, say(Refused("policy.mirrored", system=keeper.label)), failed=True)
    return back_to(policy)


def work_off(
    request: StaffRequest, policy: Policy, form: forms.Form, act: Act, *, title: Any, done: Any, tab: str = ""
) -> HttpResponse:
    """Show ``form`` about ``policy``, or run ``act`` with what it holds and return to the page."""
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except Refused as error:
            put_errors(form, error)
        else:
            toast(request, done)
            return back_to(policy, tab)
    context = head(request, policy) | {"form": form, "title": title, "tab": tab}
    return page(request, "policies/policy_act.html", context, status=422 if form.is_bound else 200)


@GET_OR_POST
@allow(permissions.TRANSIT)
def policy_step(request: StaffRequest, policy_id: int, kind: str) -> HttpResponse:
    now = clock.now()
    policy = access_policy(request.actor, policy_id, now=now)
    if kind not in KINDS:
        raise NotFound("policy.no_such_transition")
    if kind in ITEM_OF_STEP:
        return mirrored(request, policy) or HttpResponseRedirect(item_address(policy, ITEM_OF_STEP[kind]))
    first = {"target": request.GET.get("target", ""), "version": policy.version, "on": now.date()}
    form = StepForm(request.POST or None, initial=first)
    if kind not in RISK_STEPS:
        form.fields["monitored"].widget = HiddenInput()
    if kind != "RESCIND":
        del form.fields["known_on"]

    def act(values: dict[str, Any]) -> object:
        target = values.pop("target")
        if kind in SWITCH_KINDS:
            del values["monitored"]
            return switch_policy(actor=request.actor, policy_id=policy.pk, kind=kind, now=now, **values)
        return transit_policy(actor=request.actor, policy_id=policy.pk, kind=kind, now=now, target=target, **values)

    title = STEPS[kind]
    return mirrored(request, policy) or work_off(request, policy, form, act, title=title, done=_("The step was taken"))


@GET_OR_POST
@allow(permissions.EDIT)
def payment_create(request: StaffRequest, policy_id: int) -> HttpResponse:
    now = clock.now()
    policy = access_policy(request.actor, policy_id, now=now)
    first = {"paid_on": now.date(), "method": "30", "reference": secrets.token_hex(12)}
    form = PaymentForm(request.POST or None, initial=first)

    def act(values: dict[str, Any]) -> object:
        take = receive_premium if values.pop("to_suspense") else record_payment
        return take(actor=request.actor, policy_id=policy.pk, draft=PaymentDraft(**values), now=now)

    return mirrored(request, policy) or work_off(
        request, policy, form, act, title=_("Record a payment"), done=_("The payment was recorded"), tab="premiums"
    )


@GET_OR_POST
@allow(permissions.EDIT)
def receipt_record(request: StaffRequest, policy_id: int) -> HttpResponse:
    now = clock.now()
    policy = access_policy(request.actor, policy_id, now=now)
    form = ReceiptForm(request.POST or None, initial={"version": policy.version, "signed_on": now.date()})

    def act(values: dict[str, Any]) -> object:
        return record_receipt(actor=request.actor, policy_id=policy.pk, now=now, **values)

    return mirrored(request, policy) or work_off(
        request, policy, form, act, title=_("Record the signed receipt"), done=_("The receipt was recorded")
    )


@GET_OR_POST
@allow(permissions.EDIT)
def agent_change(request: StaffRequest, policy_id: int) -> HttpResponse:
    """Hand a policy over; who serves is our own record, so mirrored policies are handed over, too."""
    now = clock.now()
    policy = access_policy(request.actor, policy_id, now=now)
    form = AgentForm(request.POST or None, initial={"version": policy.version})

    def act(values: dict[str, Any]) -> object:
        agent = meant_agent(request.actor, values["agent"], field="agent")
        return change_servicing_agent(
            actor=request.actor,
            policy_id=policy.pk,
            agent_id=agent.pk,
            reason=values["reason"],
            version=values["version"],
            now=now,
        )

    return work_off(
        request, policy, form, act, title=_("Change the service person"), done=_("The policy was handed over")
    )


@GET_OR_POST
@allow(permissions.EDIT)
def beneficiaries_edit(request: StaffRequest, policy_id: int) -> HttpResponse:
    """Set the beneficiaries as a whole."""
    now = clock.now()
    policy = access_policy(request.actor, policy_id, now=now)
    refusal = mirrored(request, policy)
    if refusal is not None:
        return refusal
    form = BeneficiariesForm(request.actor, policy, request.POST or None, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            replace_beneficiaries(
                actor=request.actor,
                policy_id=policy.pk,
                beneficiaries=beneficiaries_of(request.actor, form.row_sets["beneficiaries"].rows, now),
                now=now,
                **form.head.cleaned_data,
            )
        except Refused as error:
            form.refuse(error)
        else:
            toast(request, _("The beneficiaries were changed"))
            return back_to(policy)
    context = head(request, policy) | {"form": form, "row_set": form.row_sets["beneficiaries"], "errors": form.errors()}
    return page(request, "policies/beneficiaries.html", context, status=422 if form.data is not None else 200)


@GET_OR_POST
@allow(permissions.EDIT)
def member_add(request: StaffRequest, policy_id: int) -> HttpResponse:
    now = clock.now()
    policy = access_policy(request.actor, policy_id, now=now)
    form = MemberForm(request.POST or None, initial={"joined_on": now.date()})

    def act(values: dict[str, Any]) -> object:
        typed = values.pop("person")
        picked = picked_person(request.actor, typed, now=now)
        who = {"customer_id": picked.pk} if picked else {"name": typed}
        return add_member(actor=request.actor, policy_id=policy.pk, draft=MemberDraft(**who, **values), now=now)

    return mirrored(request, policy) or work_off(
        request, policy, form, act, title=_("Add a member"), done=_("The member joined"), tab="members"
    )


@GET_OR_POST
@allow(permissions.EDIT)
def member_leave(request: StaffRequest, policy_id: int, member_id: int) -> HttpResponse:
    now = clock.now()
    policy = access_policy(request.actor, policy_id, now=now)
    member = access_member(policy, member_id)
    form = LeaveForm(request.POST or None, initial={"left_on": now.date()})

    def act(values: dict[str, Any]) -> object:
        return end_membership(actor=request.actor, policy_id=policy.pk, member_id=member.pk, now=now, **values)

    title = _("End the cover of member %(number)s") % {"number": member.member_no}
    return mirrored(request, policy) or work_off(
        request, policy, form, act, title=title, done=_("The member left"), tab="members"
    )
