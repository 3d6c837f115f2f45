"""Pages of receiving units: accept, or return with a reason (CUS-9)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from keyuan.customers import permissions
from keyuan.customers.forms.assignment import wording
from keyuan.customers.forms.assignment.allocating import ReturnForm
from keyuan.customers.forms.contact import add_refusal
from keyuan.customers.models import Reception
from keyuan.customers.selectors.allocation.access import access_reception
from keyuan.customers.selectors.allocation.boards import items_of_reception
from keyuan.customers.selectors.subjects import customer_labels
from keyuan.customers.services.allocation.receiving import accept_reception, return_customers
from keyuan.customers.views.subjects import customer_url
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation.selectors.agents import agent_names
from keyuan.organisation.selectors.units import unit_names
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say

#: Customers that the page names; the others are reached by the list.
SHOWN = 200


def _context(actor: Actor, reception: Reception, form: ReturnForm) -> dict[str, Any]:
    word, tone = wording.RECEPTION_STATES[reception.state]
    is_open = reception.state in ("WAITING", "ESCALATED")
    items = items_of_reception(reception.allocation_id, reception.unit_id, SHOWN) if is_open else []
    labels = customer_labels(actor, [item.customer_id for item in items], now=clock.now())
    agents = agent_names(item.agent_id for item in items)
    return {
        "reception": reception,
        "word": word,
        "tone": tone,
        "is_open": is_open,
        "above": unit_names([reception.escalated_to_id]).get(reception.escalated_to_id or 0, ""),
        "rows": [
            (
                item,
                labels.get(item.customer_id, "—"),
                customer_url(item.customer_id),
                agents.get(item.agent_id or 0, ""),
            )
            for item in items
        ],
        "more": max(0, reception.customers - reception.returned - len(items)) if is_open else 0,
        "form": form,
    }


@require_GET
@allow(permissions.RECEIVE)
def reception(request: StaffRequest, reception_id: int) -> HttpResponse:
    """What a unit was given, to be answered."""
    found = access_reception(request.actor, reception_id)
    return page(request, "customers/assignment/reception.html", _context(request.actor, found, ReturnForm()))


@require_POST
@allow(permissions.RECEIVE)
def reception_accept(request: StaffRequest, reception_id: int) -> HttpResponse:
    """Accept everything that was not returned."""
    try:
        accept_reception(actor=request.actor, reception_id=reception_id, now=clock.now())
    except Conflict as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("Accepted; the customers are being told"))
    return redirect("customers:reception", reception_id=reception_id)


@require_POST
@allow(permissions.RECEIVE)
def reception_return(request: StaffRequest, reception_id: int) -> HttpResponse:
    """Return the ticked customers, or all."""
    found = access_reception(request.actor, reception_id)
    form = ReturnForm(request.POST)
    chosen = [int(value) for value in request.POST.getlist("item") if value.isdecimal()]
    everything = request.POST.get("all") == "1"
    if form.is_valid() and not (chosen or everything):
        form.add_error(None, _("Tick the customers to return, or return all."))
    if form.is_valid():
        try:
            count = return_customers(
                actor=request.actor,
                reception_id=reception_id,
                item_ids=None if everything else chosen,
                reason=form.cleaned_data["reason"],
                note=form.cleaned_data["note"],
                now=clock.now(),
            )
        except Refused as error:
            add_refusal(form, error)
        else:
            toast(
                request, ngettext("%(n)s customer was returned", "%(n)s customers were returned", count) % {"n": count}
            )
            return redirect("customers:reception", reception_id=reception_id)
    context = {**_context(request.actor, found, form), "chosen": chosen}
    return page(request, "customers/assignment/reception.html", context, status=422)
