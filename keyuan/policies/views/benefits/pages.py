"""One benefit and what is done with it; the benefits of a contract and of a customer."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.customers.selectors import access_customer
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.platform import clock
from keyuan.platform.audit import Action, Subject, record_read
from keyuan.platform.confirming import confirmed
from keyuan.platform.crypto.presenter import present
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say, say_code
from keyuan.policies import permissions
from keyuan.policies.forms.benefits import ClaimForm, OptionForm, ReturnForm
from keyuan.policies.forms.small import put_errors
from keyuan.policies.models import BenefitDue
from keyuan.policies.rules.benefits.states import LARGE
from keyuan.policies.selectors import access_policy
from keyuan.policies.selectors.benefits import (
    access_benefit,
    benefits_of_customer,
    benefits_of_policy,
    events_of,
    option_of,
)
from keyuan.policies.selectors.benefits.ahead import ahead_of
from keyuan.policies.selectors.benefits.labels import ACTS, HELD_FOR, KINDS, OPTIONS, PROOFS
from keyuan.policies.selectors.benefits.payouts import payout_of
from keyuan.policies.selectors.contract import policy_number
from keyuan.policies.selectors.values.quoting import kept_balance
from keyuan.policies.services.benefits.claiming import ClaimDraft, approve_benefit, claim_benefit, return_claim
from keyuan.policies.services.benefits.dividends import choose_option
from keyuan.policies.views.benefits.lists import state_word

GET_OR_POST = require_http_methods(["GET", "POST"])


def _back(benefit_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("policies:benefit", args=[benefit_id]))


def _head(request: StaffRequest, benefit: BenefitDue) -> dict[str, Any]:
    actor = request.actor
    return {
        "benefit": benefit,
        "kind": KINDS[benefit.kind],
        "state": state_word(benefit, clock.today()),
        "payee": present(actor, benefit.payee_name, "name"),
        "number": policy_number(actor, benefit.policy),
    }


@require_GET
@allow(permissions.VIEW)
def benefit_detail(request: StaffRequest, benefit_id: int) -> HttpResponse:
    """Show a benefit with its claim, its payment and its history."""
    actor, benefit = request.actor, access_benefit(request.actor, benefit_id, now=clock.now())
    is_due = benefit.due_on <= clock.today()
    claimed = benefit.state == BenefitDue.State.CLAIMED
    may_decide = claimed and actor.may(permissions.BENEFIT_APPROVE)
    context = _head(request, benefit) | {
        "proof": PROOFS.get(benefit.proof, ""),
        "option": OPTIONS.get(benefit.option, ""),
        "payout": payout_of(benefit),
        "deductions": _deductions(benefit),
        "has_statement": benefit.decided_at is not None,
        "unsent": say_code(benefit.unsent_because) if benefit.unsent_because else "",
        "events": [(row, ACTS.get(row.act, row.act)) for row in events_of(benefit)[:60]],
        "may_claim": benefit.state == BenefitDue.State.OPEN and is_due and actor.may(permissions.BENEFIT_CLAIM),
        "is_own": may_decide and benefit.claimed_by_id == actor.id,
        "too_large": may_decide and benefit.amount > LARGE and not actor.may(permissions.BENEFIT_LARGE),
        "may_return": may_decide,
    }
    context["may_approve"] = may_decide and not context["is_own"] and not context["too_large"]
    return page(request, "policies/benefits/detail.html", context)


def _deductions(benefit: BenefitDue) -> list[tuple[Any, int]]:
    return [(HELD_FOR[reason], amount) for reason, amount in (benefit.deductions or {}).items()]


@require_GET
@allow(permissions.VIEW)
def benefit_statement(request: StaffRequest, benefit_id: int) -> HttpResponse:
    """Show on paper what an approved benefit pays and what was taken off; masked as everywhere."""
    now = clock.now()
    benefit = access_benefit(request.actor, benefit_id, now=now)
    if benefit.decided_at is None:
        raise NotFound("benefit.not_found")
    subject = Subject("benefit", benefit.pk)
    detail = {"face": "print"}
    record_read(request.actor, Action.VIEW, subject, customer_id=benefit.payee_id, detail=detail, now=now)
    context = _head(request, benefit) | {"deductions": _deductions(benefit), "now": now}
    return page(request, "policies/benefits/statement.html", context)


@GET_OR_POST
@allow(permissions.BENEFIT_CLAIM)
def benefit_claim(request: StaffRequest, benefit_id: int) -> HttpResponse:
    """Take the payee's claim."""
    benefit = access_benefit(request.actor, benefit_id, now=clock.now())
    today = clock.today()
    first = {"version": benefit.version, "claimed_on": today, "proof_on": today}
    needs_proof = benefit.kind != BenefitDue.Kind.DIVIDEND
    form = ClaimForm(request.POST or None, initial=first, needs_proof=needs_proof)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        version = values.pop("version")
        try:
            claim_benefit(
                actor=request.actor, benefit_id=benefit.pk, version=version, draft=ClaimDraft(**values), now=clock.now()
            )
        except (Refused, Conflict) as error:
            _put(form, error)
        else:
            toast(request, _("The claim was taken; another person approves it"))
            return _back(benefit.pk)
    return _form(request, benefit, form, _("Take the claim"))


@GET_OR_POST
@allow(permissions.BENEFIT_APPROVE)
def benefit_return(request: StaffRequest, benefit_id: int) -> HttpResponse:
    """Send a claim back with a reason."""
    benefit = access_benefit(request.actor, benefit_id, now=clock.now())
    form = ReturnForm(request.POST or None, initial={"version": benefit.version})
    if request.method == "POST" and form.is_valid():
        try:
            return_claim(actor=request.actor, benefit_id=benefit.pk, now=clock.now(), **form.cleaned_data)
        except (Refused, Conflict) as error:
            _put(form, error)
        else:
            toast(request, _("The claim was sent back"))
            return _back(benefit.pk)
    return _form(request, benefit, form, _("Send the claim back"))


def _put(form: Any, error: Refused | Conflict) -> None:
    if isinstance(error, Conflict):
        form.add_error(None, say(error))
    else:
        put_errors(form, error)


def _form(request: StaffRequest, benefit: BenefitDue, form: Any, title: str) -> HttpResponse:
    context = _head(request, benefit) | {"form": form, "title": title}
    return page(request, "policies/benefits/act.html", context, status=422 if form.is_bound else 200)


@require_POST
@allow(permissions.BENEFIT_APPROVE)
@confirmed
def benefit_approve(request: StaffRequest, benefit_id: int) -> HttpResponse:
    """Approve a claim that somebody else took."""
    access_benefit(request.actor, benefit_id, now=clock.now())
    typed = request.POST.get("version", "")
    version = int(typed) if typed.isdecimal() and len(typed) < 9 else 0
    try:
        approve_benefit(actor=request.actor, benefit_id=benefit_id, version=version, now=clock.now())
    except (Refused, Conflict) as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("The benefit was approved; it stands among the payments to go out"))
    return _back(benefit_id)


@GET_OR_POST
@allow(permissions.VIEW)
def policy_benefits(request: StaffRequest, policy_id: int) -> HttpResponse:
    """Show the benefits of a contract, and let its dividends be taken another way."""
    now = clock.now()
    policy = access_policy(request.actor, policy_id, now=now)
    form = OptionForm(initial={"option": option_of(policy)})
    if request.method == "POST":
        return _choose(request, policy_id)
    today = clock.today()
    context = {
        "policy": policy,
        "rows": [(row, KINDS[row.kind], state_word(row, today)) for row in benefits_of_policy(policy)[:60]],
        "ahead": [(KINDS[one.kind], one) for one in ahead_of(policy, today)],
        "is_participating": policy.product.design == "PARTICIPATING",
        "option": OPTIONS[option_of(policy)],
        "kept": kept_balance(policy, today),
        "form": form,
        "may_choose": request.actor.may(permissions.BENEFIT_CLAIM) and policy.source == "local",
    }
    return page(request, "policies/benefits/part.html", context)


def _choose(request: StaffRequest, policy_id: int) -> HttpResponse:
    request.actor.require(permissions.BENEFIT_CLAIM)
    try:
        choose_option(actor=request.actor, policy_id=policy_id, option=request.POST.get("option", ""), now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("Dividends are taken this way from now on"))
    return HttpResponseRedirect(reverse("policies:policy-detail", args=[policy_id]) + "?tab=benefits")


@require_GET
@allow(permissions.VIEW)
def customer_benefits(request: StaffRequest, customer_id: int) -> HttpResponse:
    """The card on the customer's page: what they have to receive."""
    now = clock.now()
    access_customer(request.actor, customer_id, now=now)
    rows = benefits_of_customer(request.actor, customer_id, now=now)
    shown = [(row, KINDS[row.kind], state_word(row, now.date())) for row in rows]
    return page(request, "policies/benefits/card.html", {"rows": shown, "customer_id": customer_id})
