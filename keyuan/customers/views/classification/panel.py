"""Classification on the customer's page: where they stand, as of any day, and how they came there (CUS-5, CUS-7)."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from keyuan.customers import permissions
from keyuan.customers.forms.classification import words
from keyuan.customers.selectors.classification.history import changes_of, standing_of
from keyuan.customers.views.opened import opened, panel_context
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow

#: What goes without saying on one customer's page.
SILENT = frozenset({("source", "NONE"), ("near_vip", "NO"), ("mass_line", "NO")})


@require_GET
@allow(permissions.VIEW)
def panel(request: StaffRequest, customer_id: int) -> HttpResponse:
    """The axes of one customer; ``on`` asks for another day."""
    opened(request, customer_id)
    on = _day(request.GET.get("on"))
    rows = [
        {"axis": words.AXES[one.axis], "value": words.value_word(one.axis, one.value), "since": one.since}
        for one in standing_of(customer_id, on)
        if (one.axis, one.value) not in SILENT
    ]
    changes = [
        {
            "on": change.on,
            "axis": words.AXES.get(change.axis, change.axis),
            "old": words.value_word(change.axis, change.old),
            "new": words.value_word(change.axis, change.new),
            "cause": words.CAUSES.get(change.cause, change.cause),
        }
        for change in changes_of(customer_id)
    ]
    context: dict[str, Any] = {"rows": rows, "changes": changes, "on": on, "today": clock.today()}
    return render(request, "customers/panels/classification.html", panel_context(request, customer_id, **context))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
