"""One refund, and the batches that pay refunds: making, releasing, file, answer, cancelling."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.customers.selectors.labels import label_of
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform import clock
from keyuan.platform.confirming import confirmed
from keyuan.platform.crypto.presenter import present
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.policies import permissions
from keyuan.policies.forms.debits import ResultsForm
from keyuan.policies.forms.money import PayeeForm, RefundBatchForm
from keyuan.policies.forms.small import put_errors
from keyuan.policies.models import RefundBatch, RefundLine
from keyuan.policies.selectors.contract import policy_number
from keyuan.policies.selectors.debits import STRAYS
from keyuan.policies.selectors.refunds import (
    BATCH_STATES,
    KINDS,
    LINE_STATES,
    STATES,
    access_refund,
    access_refund_batch,
    lines_of,
    totals_of,
    ways_of,
)
from keyuan.policies.services.refunds.batches import (
    cancel_refund_batch,
    make_refund_batch,
    refund_file,
    release_refund_batch,
)
from keyuan.policies.services.refunds.owing import set_payee
from keyuan.policies.services.refunds.results import take_refund_results
from keyuan.policies.views.bank_batches import act_on_batch, content_of, hand_out, may_do

#: A result file of 5,000 lines is smaller.
MOST_BYTES = 2 * 1024 * 1024


@require_GET
@allow(permissions.MONEY)
def refund_detail(request: StaffRequest, refund_id: int) -> HttpResponse:
    """Show a refund and the batches it stood in."""
    actor = request.actor
    refund = access_refund(actor, refund_id)
    context = {
        "refund": refund,
        "kind": label_of(KINDS, refund.kind),
        "state": STATES[refund.state],
        "payee": present(actor, refund.payee_name, "name"),
        "account": present(actor, refund.payee_account, "bank_account"),
        "number": policy_number(actor, refund.policy) if refund.policy else "",
        "ways": [(line, LINE_STATES[line.state]) for line in ways_of(refund)],
        "may_change": refund.state == "PAYABLE" and actor.may(permissions.MONEY_ACT),
    }
    return page(request, "policies/refunds/refund.html", context)


@require_http_methods(["GET", "POST"])
@allow(permissions.MONEY_ACT)
@confirmed
def refund_payee(request: StaffRequest, refund_id: int) -> HttpResponse:
    """Say to whom a refund goes."""
    refund = access_refund(request.actor, refund_id)
    back = reverse("policies:refund", args=[refund.pk])
    form = PayeeForm(request.POST or None, initial={"version": refund.version, "payee_name": refund.payee_name})
    if request.method == "POST" and form.is_valid():
        try:
            set_payee(actor=request.actor, refund_id=refund.pk, now=clock.now(), **form.cleaned_data)
        except Refused as error:
            put_errors(form, error)
        except Conflict as error:
            toast(request, say(error), failed=True)
            return HttpResponseRedirect(back)
        else:
            toast(request, _("The payee was changed"))
            return HttpResponseRedirect(back)
    context = {"form": form, "title": _("Change the payee"), "cancel_url": back}
    return page(request, "policies/ledger/form.html", context, status=422 if form.errors else 200)


def _url(batch_id: int) -> str:
    return reverse("policies:refund-batch", args=[batch_id])


@require_http_methods(["GET", "POST"])
@allow(permissions.MONEY_ACT)
def batch_create(request: StaffRequest) -> HttpResponse:
    """Make a batch of everything that is payable."""
    now = clock.now()
    form = RefundBatchForm(request.POST or None, initial={"pay_on": now.date()})
    if request.method == "POST" and form.is_valid():
        try:
            batch = make_refund_batch(actor=request.actor, pay_on=form.cleaned_data["pay_on"], now=now)
        except Refused as error:
            put_errors(form, error)
        else:
            toast(request, _("The batch was made"))
            return HttpResponseRedirect(_url(batch.pk))
    context = {"form": form, "title": _("New refund batch"), "cancel_url": reverse("policies:refund-batches")}
    return page(request, "policies/ledger/form.html", context, status=422 if form.errors else 200)


@require_GET
@allow(permissions.MONEY)
def batch_detail(request: StaffRequest, refund_batch_id: int) -> HttpResponse:
    """Show a batch with its sums, its lines and what was kept out."""
    return _page(request, access_refund_batch(request.actor, refund_batch_id), ResultsForm())


def _line(request: StaffRequest, row: RefundLine) -> dict[str, Any]:
    payee = present(request.actor, row.refund.payee_name, "name")
    return {"row": row, "state": LINE_STATES[row.state], "payee": payee}


def _page(request: StaffRequest, batch: RefundBatch, form: ResultsForm, status: int = 200) -> HttpResponse:
    actor = request.actor
    files = list(batch.files.order_by("-pk")[:20])
    context = {
        "batch": batch,
        "state": BATCH_STATES[batch.state],
        "totals": totals_of(batch),
        "lines": [_line(request, row) for row in lines_of(batch)],
        "files": files,
        "strays": [(place, STRAYS.get(why, why), text) for file in files for place, why, text in file.strays],
        "form": form,
    }
    may = may_do(batch, actor, releases=actor.may(permissions.MONEY_APPROVE), acts=actor.may(permissions.MONEY_ACT))
    return page(request, "policies/refunds/batch.html", context | may, status=status)


@require_POST
@allow(permissions.MONEY_APPROVE)
@confirmed
def batch_release(request: StaffRequest, refund_batch_id: int) -> HttpResponse:
    """Release a batch that somebody else made."""
    access_refund_batch(request.actor, refund_batch_id)
    done, back = _("The batch was released"), _url(refund_batch_id)
    return act_on_batch(request, refund_batch_id, release_refund_batch, done=done, back=back)


@require_POST
@allow(permissions.MONEY_ACT)
def batch_cancel(request: StaffRequest, refund_batch_id: int) -> HttpResponse:
    """Cancel a batch that has not gone to the bank."""
    access_refund_batch(request.actor, refund_batch_id)
    done, back = _("The batch was cancelled"), _url(refund_batch_id)
    return act_on_batch(request, refund_batch_id, cancel_refund_batch, done=done, back=back)


@require_POST
@allow(permissions.MONEY_ACT)
@confirmed
def batch_file(request: StaffRequest, refund_batch_id: int) -> HttpResponse:
    """Hand out the file for the bank; it holds account numbers, so whoever takes it stands on the trail."""
    access_refund_batch(request.actor, refund_batch_id)
    return hand_out(request, refund_batch_id, refund_file, back=_url(refund_batch_id))


@require_POST
@allow(permissions.MONEY_ACT)
def batch_results(request: StaffRequest, refund_batch_id: int) -> HttpResponse:
    """Take in the bank's answer."""
    batch = access_refund_batch(request.actor, refund_batch_id)
    form = ResultsForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, batch, form, 422)
    upload = form.cleaned_data["file"]
    try:
        content = content_of(upload, most_bytes=MOST_BYTES, most_lines=5_000)
        file = take_refund_results(
            actor=request.actor, batch_id=batch.pk, name=upload.name or "", content=content, now=clock.now()
        )
    except Refused as error:
        put_errors(form, error)
        return _page(request, batch, form, 422)
    counts = {"paid": file.paid, "failed": file.failed, "out": len(file.strays)}
    toast(request, _("%(paid)s paid out, %(failed)s not, %(out)s kept out") % counts)
    return HttpResponseRedirect(_url(batch.pk))
