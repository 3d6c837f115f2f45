"""Quality on the customer's page: the score, each finding with its remedy, and a cleansing task (CUS-11, CUS-7)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from keyuan.customers import permissions
from keyuan.customers.forms.quality import words
from keyuan.customers.forms.quality.remedies import is_dialog, remedy_url
from keyuan.customers.rules.quality import DIMENSIONS, codes_of
from keyuan.customers.selectors.quality.rows import open_pair, open_task, quality_of, weights_in_force
from keyuan.customers.services.quality.cleansing import make_cleansing
from keyuan.customers.views.opened import opened, panel_context
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow
from keyuan.platform.toasts import toast


@require_GET
@allow(permissions.QUALITY)
def panel(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Show the verdict on one customer's record."""
    opened(request, customer_id)
    return _panel(request, customer_id)


@require_POST
@allow(permissions.QUALITY_TASKS)
def make_task(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Make the cleansing task of one record; a second press finds it made."""
    opened(request, customer_id)
    made = make_cleansing(actor=request.actor, customer_ids=[customer_id], due_on=None, now=clock.now())
    toast(request, _("The cleansing task is made") if made else _("The record has a cleansing task already"))
    return _panel(request, customer_id)


def _panel(request: StaffRequest, customer_id: int) -> HttpResponse:
    row = quality_of(customer_id)
    weights, _version = weights_in_force()
    context: dict[str, Any] = {"row": row}
    if row is not None:
        codes = codes_of(row.findings)
        pair = open_pair(customer_id) if "DUPLICATE" in codes else None
        context |= {
            "level": words.LEVELS[row.level],
            "dimensions": [(words.DIMENSIONS[name], getattr(row, name)) for name in DIMENSIONS],
            "findings": [
                {
                    "words": words.FINDINGS[code],
                    "cost": weights.findings[code],
                    "url": remedy_url(request.actor, customer_id, code, pair),
                    "dialog": is_dialog(code),
                }
                for code in codes
            ],
            "task": open_task(customer_id),
            "may_task": request.actor.may(permissions.QUALITY_TASKS),
            "supplier": words.supplier_words([row.supplier]).get(row.supplier, ""),
        }
    return render(request, "customers/panels/quality.html", panel_context(request, customer_id, **context))
