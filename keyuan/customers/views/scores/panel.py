"""Value on the customer's page: scores with what they are judged by, and the day they hold for (ANA-2)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from keyuan.customers import permissions
from keyuan.customers.forms import score_words as words
from keyuan.customers.models import CustomerScore
from keyuan.customers.selectors.scores import score_of
from keyuan.customers.views.opened import opened, panel_context
from keyuan.platform import clock, formats
from keyuan.platform.http import StaffRequest, allow


@require_GET
@allow(permissions.SCORES)
def panel(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Show what the night reckoned of one customer."""
    opened(request, customer_id)
    row = score_of(customer_id)
    context: dict[str, Any] = {"row": row}
    if row is not None:
        group = words.GROUPS.get(row.value_group)
        context |= {"group": group, "tier": words.TIERS.get(row.value_tier), "reasons": reasons_of(row)}
    return render(request, "customers/panels/score.html", panel_context(request, customer_id, **context))


def reasons_of(row: CustomerScore) -> list[tuple[str, int, str]]:
    """Return each score with what it stands on."""
    bought = formats.day(row.last_bought_on) if row.last_bought_on else _("never")
    talked = formats.day(row.last_contact_on) if row.last_contact_on else _("never")
    return [
        (_("Recency"), row.recency, _("last purchase %(day)s") % {"day": bought}),
        (_("Frequency"), row.frequency, _("%(count)d long-term contracts in force") % {"count": row.contracts}),
        (_("Monetary value"), row.monetary, _("%(amount)s yuan a year") % {"amount": formats.money(row.premium)}),
        (_("Contact"), row.contact, _("last contact %(day)s") % {"day": talked}),
        (_("Active period"), 0, _active(row)),
    ]


def _active(row: CustomerScore) -> str:
    if row.active_from is None:
        return _("never")
    until = row.active_until or clock.today()
    months = (until.year - row.active_from.year) * 12 + until.month - row.active_from.month
    return _("%(months)d months since %(day)s") % {"months": months, "day": formats.day(row.active_from)}
