"""Refusals: written down beside the customer, ended early by who may (domain.md D.1)."""

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from keyuan.contact import permissions
from keyuan.contact.forms.asking import RefusalForm
from keyuan.contact.services.refusals import lift_refusal, refuse_contact, restore_refusal
from keyuan.contact.views.dialogs import PANELS, ask
from keyuan.customers.forms.contact import add_refusal
from keyuan.customers.views.answers import changed
from keyuan.customers.views.opened import opened
from keyuan.kernel.errors import Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say


@require_http_methods(["GET", "POST"])
@allow(permissions.REFUSAL)
def refusal_add(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Write down that a customer does not want to be contacted."""
    customer = opened(request, customer_id)
    now = clock.now()
    form = RefusalForm(request.POST or None, now=now, channel=request.GET.get("channel", ""))
    if request.method == "POST" and form.is_valid():
        try:
            row = refuse_contact(actor=request.actor, customer_id=customer.pk, draft=form.draft(), now=now)
        except Refused as error:
            add_refusal(form, error)
        else:
            said = _("Kept: it binds until %(day)s, and open permits have ended") % {"day": f"{row.until:%Y-%m-%d}"}
            return changed(request, customer.pk, PANELS, said)
    return ask(
        request, customer, form, title=_("Do not contact"), verb=_("Keep the refusal"),
        note=_("It counts at once; the record of the refusal itself is kept for ever."),
    )  # fmt: skip


@require_POST
@allow(permissions.LIFT)
def refusal_lift(request: StaffRequest, refusal_id: int) -> HttpResponse:
    """End a refusal before its term, with the reason."""
    try:
        row = lift_refusal(
            actor=request.actor, refusal_id=refusal_id, reason=request.POST.get("reason", ""), now=clock.now()
        )
    except Refused as error:
        toast(request, say(error), failed=True)
        return HttpResponse(status=204)
    undo = reverse("contact:refusal-restore", args=[row.pk])
    if row.customer_id is None:
        toast(request, _("The refusal has ended"), undo=undo)
        return HttpResponse(status=204, headers={"HX-Trigger": "records:changed"})
    return changed(request, row.customer_id, PANELS, _("The refusal has ended"), undo=undo)


@require_POST
@allow(permissions.LIFT)
def refusal_restore(request: StaffRequest, refusal_id: int) -> HttpResponse:
    """Take the early end back."""
    restore_refusal(actor=request.actor, refusal_id=refusal_id, now=clock.now())
    return JsonResponse({"text": _("Taken back")})
