"""Writing off a premium: asking, one write-off, the second person's answer, taking it back."""

import secrets

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.customers.selectors.labels import label_of
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.platform import attempts, clock
from keyuan.platform.confirming import confirmed
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.policies import permissions
from keyuan.policies.forms.small import put_errors
from keyuan.policies.forms.write_offs import TakeBackForm, WriteOffForm
from keyuan.policies.models import WriteOff
from keyuan.policies.selectors import access_policy
from keyuan.policies.selectors.contract import policy_number
from keyuan.policies.selectors.ledger.rules import money_rules
from keyuan.policies.selectors.refunds import sees_money
from keyuan.policies.selectors.write_offs import KINDS, STATES, access_write_off, owed_premiums
from keyuan.policies.services.write_offs import WriteOffDraft, ask_write_off, decide_write_off, reverse_write_off


def _url(write_off_id: int) -> str:
    return reverse("policies:write-off", args=[write_off_id])


@require_http_methods(["GET", "POST"])
@allow(permissions.MONEY_ACT)
def write_off_create(request: StaffRequest, policy_id: int) -> HttpResponse:
    """Ask to give up what is left of a premium of this contract."""
    if not sees_money(request.actor):
        raise NotFound("policy.not_found")
    policy = access_policy(request.actor, policy_id, now=clock.now())
    form = WriteOffForm(
        request.POST or None,
        initial={"token": secrets.token_hex(12)},
        premiums=list(owed_premiums(policy, today=clock.today())),
    )
    if request.method == "POST" and form.is_valid():
        try:
            draft = WriteOffDraft(token=attempts.named(request, "token"), **form.draft())
            made = ask_write_off(actor=request.actor, policy_id=policy.pk, draft=draft, now=clock.now())
        except Refused as error:
            put_errors(form, error)
        else:
            done = made.state == WriteOff.State.DONE
            toast(request, _("The premium was written off") if done else _("Another person has to agree first"))
            return HttpResponseRedirect(_url(made.pk))
    rules = money_rules()
    context = {
        "form": form,
        "number": policy_number(request.actor, policy),
        "alone": rules.write_off_alone,
        "small": rules.write_off_small,
        "cancel_url": reverse("policies:policy-detail", args=[policy.pk]) + "?tab=ledger",
    }
    return page(request, "policies/write_offs/form.html", context, status=422 if form.errors else 200)


@require_GET
@allow(permissions.MONEY)
def write_off_detail(request: StaffRequest, write_off_id: int) -> HttpResponse:
    """Show a write-off, who asked, agreed and took it back."""
    return _page(request, access_write_off(request.actor, write_off_id), TakeBackForm())


def _page(request: StaffRequest, row: WriteOff, form: TakeBackForm, status: int = 200) -> HttpResponse:
    actor = request.actor
    own, approves = row.asked_by_id == actor.id, actor.may(permissions.MONEY_APPROVE)
    waits = row.state == WriteOff.State.WAITING
    context = {
        "row": row,
        "kind": label_of(KINDS, row.kind),
        "state": STATES[row.state],
        "number": policy_number(actor, row.policy),
        "form": form,
        "is_own": own and waits,
        "may_decide": waits and approves and not own,
        "may_reverse": row.state == WriteOff.State.DONE and approves and not own,
    }
    return page(request, "policies/write_offs/detail.html", context, status=status)


@require_POST
@allow(permissions.MONEY_APPROVE)
@confirmed
def write_off_decide(request: StaffRequest, write_off_id: int) -> HttpResponse:
    """Agree to a write-off that somebody else asked for, or refuse it."""
    row = access_write_off(request.actor, write_off_id)
    agree = request.POST.get("answer") == "agree"
    try:
        decide_write_off(actor=request.actor, write_off_id=row.pk, agree=agree, now=clock.now())
    except (Refused, Conflict) as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("The premium was written off") if agree else pgettext("write-off", "It was refused"))
    return HttpResponseRedirect(_url(row.pk))


@require_POST
@allow(permissions.MONEY_APPROVE)
@confirmed
def write_off_reverse(request: StaffRequest, write_off_id: int) -> HttpResponse:
    """Take a write-off back: the premium is owed again."""
    row = access_write_off(request.actor, write_off_id)
    form = TakeBackForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form, 422)
    try:
        reverse_write_off(actor=request.actor, write_off_id=row.pk, reason=form.cleaned_data["reason"], now=clock.now())
    except Refused as error:
        put_errors(form, error)
        return _page(request, row, form, 422)
    toast(request, _("It was taken back; the premium is owed again"))
    return HttpResponseRedirect(_url(row.pk))
