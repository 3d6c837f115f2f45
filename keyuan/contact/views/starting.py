"""Starting a contact: asking for a permit, hearing why not, writing down what came of it (MKT-9)."""

from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from keyuan.contact import permissions
from keyuan.contact.forms.asking import OutcomeForm, StartForm
from keyuan.contact.forms.wording import reason_sentence, until_words
from keyuan.contact.models import Permit
from keyuan.contact.selectors import labels
from keyuan.contact.selectors.permits import access_permit
from keyuan.contact.selectors.terms import purposes
from keyuan.contact.services.contacting import KINDS, PURPOSES, record_outcome
from keyuan.contact.services.permits import Refusal, cancel_permit, permit
from keyuan.contact.views.dialogs import PANELS, ask
from keyuan.customers.forms.archive_panel import value_of_contact
from keyuan.customers.forms.contact import add_refusal
from keyuan.customers.models import Customer
from keyuan.customers.selectors.archive import contacts_of
from keyuan.customers.services.tasks import create_task
from keyuan.customers.views.answers import changed
from keyuan.customers.views.opened import opened
from keyuan.kernel.errors import Refused
from keyuan.platform import attempts, clock
from keyuan.platform.crypto.presenter import present
from keyuan.platform.http import StaffRequest, allow
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say

PHONES = ("MOBILE", "LANDLINE")


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 19 else None


def _start_form(request: StaffRequest, customer: Customer, data: Any) -> StartForm:
    terms = [entry for entry in purposes().values() if entry.is_contact and entry.is_active]
    numbers = [
        (row.pk, str(present(request.actor, value_of_contact(row))))
        for row in contacts_of(customer)
        if row.kind in PHONES and row.invalid_at is None
    ]
    return StartForm(data, purposes=terms, numbers=numbers, purpose=request.GET.get("purpose", ""))


@require_http_methods(["GET", "POST"])
@allow(permissions.START)
def start(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Ask for a permit; a granted one leads to what came of the contact, a refused one says why and when."""
    customer = opened(request, customer_id)
    task_id = _number(request.POST.get("task") or request.GET.get("task"))
    form = _start_form(request, customer, request.POST or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            answer = permit(
                actor=request.actor, customer_id=customer.pk, now=clock.now(),
                key=f"page:{attempts.named(request, 'token')}", **form.cleaned_data,
            )  # fmt: skip
        except Refused as error:
            add_refusal(form, error)
        else:
            if isinstance(answer, Permit):
                return _outcome(request, customer, answer, _outcome_form(request, None, task_id), task_id)
            refusal = refusal_words(answer)
    return ask(
        request, customer, form, title=_("Start a contact"), verb=_("Ask for the permit"), refusal=refusal,
        hidden={"task": task_id or "", "token": uuid4().hex},
    )  # fmt: skip


def refusal_words(refusal: Refusal) -> dict[str, Any]:
    """Return a refusal with its reasons and the next possible moment in words."""
    reasons = [(reason_sentence(block.code, block.params), until_words(block.until)) for block in refusal.reasons]
    return {"reasons": reasons, "next_at": refusal.next_at, "permit_id": refusal.permit_id}


def _outcome_form(request: StaffRequest, data: Any, task_id: int | None) -> OutcomeForm:
    return OutcomeForm(data, task_id=task_id, may_refuse=request.actor.may(permissions.REFUSAL))


def _outcome(
    request: StaffRequest, customer: Customer, granted: Permit, form: OutcomeForm, task_id: int | None
) -> HttpResponse:
    terms = purposes()
    return ask(
        request, customer, form, title=_("Permitted: what came of it?"), verb=_("Record the contact"),
        granted=granted, channel=labels.channel_name(granted.contact_channel),
        purpose=labels.purpose_name(terms[granted.purpose]), hidden={"task": task_id or ""}, step="outcome",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@allow(permissions.START)
def outcome(request: StaffRequest, permit_id: int) -> HttpResponse:
    """Record what came of a permitted contact; an open permit of the panel leads here, too."""
    now = clock.now()
    granted = access_permit(request.actor, permit_id, now=now)
    customer = opened(request, granted.customer_id)
    task_id = _number(request.POST.get("task"))
    form = _outcome_form(request, request.POST or None, task_id)
    if request.method == "POST" and form.is_valid():
        kind = KINDS.get(granted.contact_channel, granted.contact_channel)
        draft = form.draft(kind=kind, purpose=PURPOSES.get(granted.purpose, granted.purpose), now=now)
        closes = task_id if form.cleaned_data.get("close_task") else None
        refusal = form.refusal(channel=granted.contact_channel, now=now)
        try:
            record_outcome(
                actor=request.actor, permit_id=granted.pk, draft=draft, now=now, closes=closes, refusal=refusal
            )
        except Refused as error:
            add_refusal(form, error)
        else:
            return changed(request, customer.pk, PANELS, _("The contact was recorded"))
    return _outcome(request, customer, granted, form, task_id)


@require_POST
@allow(permissions.START)
def give_back(request: StaffRequest, permit_id: int) -> HttpResponse:
    """Give an unused permit back."""
    try:
        row = cancel_permit(actor=request.actor, permit_id=permit_id, now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
        return HttpResponse(status=204)
    return changed(request, row.customer_id, PANELS, _("The permit was given back; it no longer counts"))


@require_POST
@allow(permissions.START)
def remind(request: StaffRequest, permit_id: int) -> HttpResponse:
    """Make a task for the moment from which a refused contact is possible."""
    now = clock.now()
    row = access_permit(request.actor, permit_id, now=now)
    try:
        if row.next_at is None:
            raise Refused("permit.not_open")
        title = _("Contact: %(purpose)s") % {"purpose": labels.purpose_name(purposes()[row.purpose])}
        create_task(
            actor=request.actor, customer_id=row.customer_id, kind="FOLLOW_UP", title=title,
            reason=_("Was not possible before"), due_at=max(row.next_at, now), now=now,
        )  # fmt: skip
    except Refused as error:
        toast(request, say(error), failed=True)
        return HttpResponse(status=204)
    said = _("A task was made for %(moment)s") % {"moment": until_words(row.next_at)}
    return changed(request, row.customer_id, PANELS, said)
