"""The printable summary of a customer: black on white, masked, with watermark and page numbers (CUS-7)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from keyuan.customers import permissions
from keyuan.customers.extensions import panels
from keyuan.customers.services.visits import note_opening
from keyuan.customers.views.opened import opened
from keyuan.customers.views.record import head_for, panels_for, slot_of
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow

#: What a summary on paper holds, in this order; panels of higher contexts that are not named follow.
ORDER = ("archive", "contacts", "policies", "premiums", "claims", "family", "next_steps", "needs", "recent", "service")
#: What belongs on a screen only.
LEFT_OUT = {"timeline", "changes", "looks", "files", "tags", "health"}


@require_GET
@allow(permissions.VIEW)
def print_summary(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Show what a service person takes to a visit; sealed values stay masked."""
    customer = opened(request, customer_id)
    note_opening(actor=request.actor, customer=customer, face="print", now=clock.now())
    known = {panel.key: position for position, panel in enumerate(panels)}
    found = [panel for panel in panels_for(request.actor, customer) if panel.key not in LEFT_OUT]
    found.sort(key=lambda panel: (_place(panel.key), known[panel.key]))
    slots = [slot_of(request, panel, customer.pk, at_once=True) for panel in found]
    context = {
        "customer": customer,
        "head": head_for(request, customer),
        "slots": [slot for slot in slots if slot.content is not None],
        "now": clock.now(),
    }
    return render(request, "customers/customer_print.html", context)


def _place(key: str) -> int:
    return ORDER.index(key) if key in ORDER else len(ORDER)
