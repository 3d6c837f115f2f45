"""Single values of a customer's page: edit in place, reveal with a reason, note what reaches the customer."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from keyuan.customers import permissions
from keyuan.customers.forms.display import EDITORS, raw_value, shown_value
from keyuan.customers.forms.fields import parse_field
from keyuan.customers.services import contact_points
from keyuan.customers.services.archive import change_field
from keyuan.customers.services.revealing import reveal_value
from keyuan.customers.views.answers import changed
from keyuan.customers.views.opened import opened
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow
from keyuan.platform.wording import say

#: Panels that show contact data.
CONTACT_PANELS = ("contacts", "archive")


@require_POST
@allow(permissions.EDIT)
def field_edit(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Save one field; ``version`` is the value its editor started with. 409 tells both values, 422 what is wrong."""
    customer = opened(request, customer_id)
    name = next((key for key in request.POST if key in EDITORS), "")
    try:
        value, seen = parse_field(name, request.POST.get(name, "")), parse_field(name, request.POST.get("version", ""))
        customer = change_field(
            actor=request.actor, customer_id=customer.pk, field=name, value=value, seen=seen, now=clock.now()
        )
    except Conflict as error:
        customer = opened_anew(request, customer_id)
        there = {"theirs": shown_value(request.actor, customer, name), **_raw(customer, name)}
        return JsonResponse({"error": say(error), **there}, status=409)
    except Refused as error:
        return JsonResponse({"error": say(error)}, status=422)
    return JsonResponse({"shown": shown_value(request.actor, customer, name) or "--", **_raw(customer, name)})


def opened_anew(request: StaffRequest, customer_id: int) -> Any:
    """Return the customer as it stands now."""
    request.__dict__.pop("_opened_customers", None)
    return opened(request, customer_id)


def _raw(customer: Any, name: str) -> dict[str, str]:
    raw = raw_value(customer, name)
    return {"raw": raw, "version": raw}


@require_POST
@allow(permissions.REVEAL)
def reveal(request: StaffRequest, customer_id: int, part: str, row_id: int) -> HttpResponse:
    """Answer one sealed value whole; the browser shows it for 30 seconds."""
    reason = request.POST.get("reason", "")
    try:
        value = reveal_value(
            actor=request.actor, customer_id=customer_id, part=part, row_id=row_id, reason=reason, now=clock.now()
        )
    except Refused as error:
        return JsonResponse({"error": say(error)}, status=422)
    response = JsonResponse({"value": value})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@allow(permissions.EDIT)
def contact_verify(request: StaffRequest, contact_id: int) -> HttpResponse:
    """Note that a contact reaches the customer."""
    contact = contact_points.verify_contact(actor=request.actor, contact_id=contact_id, now=clock.now())
    return changed(request, contact.customer_id, CONTACT_PANELS, _("Noted as verified"))


@require_POST
@allow(permissions.EDIT)
def contact_invalid(request: StaffRequest, contact_id: int) -> HttpResponse:
    """Note that a contact does not reach the customer."""
    reason = request.POST.get("reason", "")
    contact = contact_points.mark_invalid(actor=request.actor, contact_id=contact_id, reason=reason, now=clock.now())
    return changed(request, contact.customer_id, CONTACT_PANELS, _("Noted as invalid"))


@require_POST
@allow(permissions.EDIT)
def contact_restore(request: StaffRequest, contact_id: int) -> HttpResponse:
    """Note that a contact is usable again."""
    contact = contact_points.restore_contact(actor=request.actor, contact_id=contact_id, now=clock.now())
    return changed(request, contact.customer_id, CONTACT_PANELS, _("Noted as usable"))
