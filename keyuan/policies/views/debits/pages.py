"""One batch and what is done with it: release, file, results, cancelling."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.kernel.errors import Refused
from keyuan.platform import clock
from keyuan.platform.confirming import confirmed
from keyuan.platform.crypto.presenter import present
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say_code
from keyuan.policies import permissions
from keyuan.policies.forms.debits import BatchForm, ResultsForm
from keyuan.policies.forms.small import put_errors
from keyuan.policies.models import DebitBatch, DebitLine
from keyuan.policies.selectors.contract import policy_number
from keyuan.policies.selectors.debits import STATES, STRAYS, access_batch, failed_lines, strays_of, totals_of
from keyuan.policies.services.debits.batches import cancel_batch, file_of, make_batch, release_batch
from keyuan.policies.services.debits.results import take_results
from keyuan.policies.views.bank_batches import act_on_batch, content_of, hand_out, may_do

#: A result file of 50,000 lines is smaller.
MOST_BYTES = 8 * 1024 * 1024


def _url(batch_id: int) -> str:
    return reverse("policies:debit", args=[batch_id])


def _line(request: StaffRequest, row: DebitLine) -> dict[str, Any]:
    # Words of the bank stand as they came; a refusal of our own is a code.
    words = say_code(row.words) if row.words.startswith(("payment.", "policy.")) else row.words
    holder = present(request.actor, row.policy.holder_name, "name")
    return {"row": row, "number": policy_number(request.actor, row.policy), "holder": holder, "words": words}


@require_GET
@allow(permissions.DEBITS)
def batch_detail(request: StaffRequest, debit_id: int) -> HttpResponse:
    """Show a batch with its sums, what was not collected and what was kept out."""
    return _page(request, access_batch(request.actor, debit_id), ResultsForm())


def _page(request: StaffRequest, batch: DebitBatch, form: ResultsForm, status: int = 200) -> HttpResponse:
    actor = request.actor
    context = {
        "batch": batch,
        "state": STATES[batch.state],
        "totals": totals_of(batch),
        "failed": [_line(request, row) for row in failed_lines(batch)],
        "strays": [(row, STRAYS.get(row.reason, row.reason)) for row in strays_of(batch)],
        "files": batch.result_files.order_by("-pk")[:50],
        "form": form,
    }
    may = may_do(batch, actor, releases=actor.may(permissions.DEBIT_RELEASE), acts=actor.may(permissions.DEBIT_MAKE))
    return page(request, "policies/debits/batch.html", context | may, status=status)


@require_http_methods(["GET", "POST"])
@allow(permissions.DEBIT_MAKE)
def batch_create(request: StaffRequest) -> HttpResponse:
    """Begin a batch."""
    now = clock.now()
    form = BatchForm(request.POST or None, initial={"collect_on": now.date(), "due_until": now.date()})
    if request.method == "POST" and form.is_valid():
        try:
            batch, _job = make_batch(actor=request.actor, now=now, **form.cleaned_data)
        except Refused as error:
            put_errors(form, error)
        else:
            toast(request, _("The batch is being made"))
            return HttpResponseRedirect(_url(batch.pk))
    context = {"form": form, "title": _("New direct-debit batch"), "cancel_url": reverse("policies:debits")}
    return page(request, "policies/debits/create.html", context, status=422 if form.errors else 200)


@require_POST
@allow(permissions.DEBIT_RELEASE)
@confirmed
def batch_release(request: StaffRequest, debit_id: int) -> HttpResponse:
    """Release a batch that somebody else made."""
    access_batch(request.actor, debit_id)
    return act_on_batch(request, debit_id, release_batch, done=_("The batch was released"), back=_url(debit_id))


@require_POST
@allow(permissions.DEBIT_MAKE)
def batch_cancel(request: StaffRequest, debit_id: int) -> HttpResponse:
    """Cancel a batch that has not gone to the bank."""
    access_batch(request.actor, debit_id)
    return act_on_batch(request, debit_id, cancel_batch, done=_("The batch was cancelled"), back=_url(debit_id))


@require_POST
@allow(permissions.DEBIT_MAKE)
@confirmed
def batch_file(request: StaffRequest, debit_id: int) -> HttpResponse:
    """Hand out the file for the bank; it holds account numbers, so whoever takes it stands on the trail."""
    access_batch(request.actor, debit_id)
    return hand_out(request, debit_id, file_of, back=_url(debit_id))


@require_POST
@allow(permissions.DEBIT_MAKE)
def batch_results(request: StaffRequest, debit_id: int) -> HttpResponse:
    """Take in the bank's answer."""
    batch = access_batch(request.actor, debit_id)
    form = ResultsForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, batch, form, 422)
    upload = form.cleaned_data["file"]
    try:
        content = content_of(upload, most_bytes=MOST_BYTES, most_lines=50_000)
        file, job = take_results(
            actor=request.actor, batch_id=batch.pk, name=upload.name or "", content=content, now=clock.now()
        )
    except Refused as error:
        put_errors(form, error)
        return _page(request, batch, form, 422)
    if job is None:
        toast(request, _("This file was taken in before; nothing was changed"))
    else:
        counts = {"paid": file.paid, "failed": file.failed, "out": file.kept_out}
        toast(request, _("%(paid)s paid, %(failed)s not collected, %(out)s kept out") % counts)
    return HttpResponseRedirect(_url(batch.pk))
