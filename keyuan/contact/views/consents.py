"""A customer's consents: the panel, giving, withdrawing, the proof (PLT-8)."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.contact import permissions
from keyuan.contact.forms.asking import ConsentForm
from keyuan.contact.forms.standing import cells, history_rows, ledger_rows, refusal_rows, rows_of
from keyuan.contact.models import Consent
from keyuan.contact.selectors import labels
from keyuan.contact.selectors.reservations import access_reservation
from keyuan.contact.selectors.standing import consent_history, guardians_of, ledger_of, standing_of
from keyuan.contact.selectors.terms import purposes, text_in_force
from keyuan.contact.services.consents import give_consent, withdraw_consent
from keyuan.contact.services.reservations import release_reservation
from keyuan.contact.views.dialogs import PANELS, ask
from keyuan.customers.forms.contact import add_refusal
from keyuan.customers.models import Customer
from keyuan.customers.selectors.subjects import customer_label
from keyuan.customers.views.answers import changed
from keyuan.customers.views.opened import is_whole, opened, panel_context
from keyuan.kernel.errors import Refused
from keyuan.platform import clock
from keyuan.platform.files import attachments_of, download_url, store
from keyuan.platform.files.content import HEAD_BYTES, recognised, safe_name
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.subjects import Subject
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say

FILES_SHOWN = 20


@require_GET
@allow(permissions.VIEW)
def customer_contact(request: StaffRequest, customer_id: int) -> HttpResponse:
    """The panel: budget, consents, refusals; whole with history, proofs and the ledger."""
    customer = opened(request, customer_id)
    now, actor = clock.now(), request.actor
    standing = standing_of(customer, now=now)
    more: dict[str, Any] = {}
    terms = purposes()
    if is_whole(request):
        consents = consent_history(customer)
        more = {
            "history": history_rows(consents, terms, _files(request, consents)),
            "refusals": refusal_rows(actor, standing, clock.today()),
            "ledger": ledger_rows(ledger_of(customer), terms),
            "holds": [(labels.label_of(labels.HOLDS, row.kind), row) for row in standing.holds],
        }
    context = panel_context(
        request,
        customer_id,
        standing=standing,
        budget=cells(standing.budget) if standing.budget else None,
        lines=rows_of(actor, customer_id, standing.lines),
        open_permits=ledger_rows(standing.open_permits, terms),
        can={
            "start": actor.may(permissions.START), "consent": actor.may(permissions.CONSENT),
            "refuse": actor.may(permissions.REFUSAL), "reserve": actor.may(permissions.RESERVE),
        },
        **more,
    )  # fmt: skip
    return page(request, "contact/panels/contact.html", context)


def _files(request: StaffRequest, consents: list[Consent]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in consents[:FILES_SHOWN]:
        files = attachments_of(request.actor, Subject("consent", row.pk))
        found[row.pk] = [(file, download_url(request.actor, file.pk)) for file in files]
    return found


def _form(request: StaffRequest, customer: Customer) -> ConsentForm:
    terms = [entry for entry in purposes().values() if entry.needs_consent and entry.is_active]
    today, language = clock.today(), request.actor.locale
    texts = [text for entry in terms if (text := text_in_force(entry.key, language, today))]
    guardians = [
        (relation.customer_id, customer_label(request.actor, relation.customer)) for relation in guardians_of(customer)
    ]
    return ConsentForm(
        request.POST or None, request.FILES or None, now=clock.now(), purposes=terms, texts=texts,
        guardians=guardians, purpose=request.GET.get("purpose", ""), channel=request.GET.get("channel", ""),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@allow(permissions.CONSENT)
def consent_give(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Record what a customer agreed to, with the proof."""
    customer = opened(request, customer_id)
    form = _form(request, customer)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            if upload is not None:
                _check_file(upload)
            rows = give_consent(
                actor=request.actor, customer_id=customer.pk, draft=form.draft(), now=clock.now(),
                has_file=upload is not None,
            )  # fmt: skip
        except Refused as error:
            add_refusal(form, error)
        else:
            if upload is not None:
                _keep(request, rows, upload)
            return changed(request, customer.pk, PANELS, _("The consent was recorded"))
    return ask(request, customer, form, title=_("Record a consent"), verb=_("Record it"))


def _check_file(upload: Any) -> None:
    """Raise what keeping the file would: no consent may stand on a proof that is not kept."""
    recognised(safe_name(upload.name or ""), upload.read(HEAD_BYTES))
    upload.seek(0)


def _keep(request: StaffRequest, rows: list[Consent], upload: Any) -> None:
    for row in rows:
        upload.seek(0)
        try:
            store(
                actor=request.actor, subject=Subject("consent", row.pk), name=upload.name or "", file=upload,
                now=clock.now(), kind="consent", customer_id=row.customer_id,
            )  # fmt: skip
        except Refused as error:
            toast(request, say(error), failed=True)
            return


@require_POST
@allow(permissions.CONSENT)
def consent_withdraw(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Take a consent back; from this moment on it counts nowhere."""
    customer = opened(request, customer_id)
    try:
        withdraw_consent(
            actor=request.actor, customer_id=customer.pk, purpose=request.POST.get("purpose", "")[:20],
            channel=request.POST.get("channel", "")[:10], note=request.POST.get("reason", ""), now=clock.now(),
        )  # fmt: skip
    except Refused as error:
        toast(request, say(error), failed=True)
        return changed(request, customer.pk, PANELS)
    return changed(request, customer.pk, PANELS, _("The consent was withdrawn; it counts nowhere any more"))


@require_POST
@allow(permissions.RESERVE)
def reservation_release(request: StaffRequest, reservation_id: int) -> HttpResponse:
    """End a reservation."""
    row = access_reservation(request.actor, reservation_id, now=clock.now())
    release_reservation(actor=request.actor, reservation_id=row.pk, now=clock.now())
    return changed(request, row.customer_id, PANELS, _("The reservation has ended"))
