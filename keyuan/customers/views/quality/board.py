"""The board of data quality, and starting a run by hand (CUS-11)."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from keyuan.customers import permissions
from keyuan.customers.forms.quality.cards import (
    chart_of,
    figures_of,
    findings_of,
    levels_of,
    list_url,
    supplier_rows,
    unit_rows,
)
from keyuan.customers.selectors.classification.places import covers_all
from keyuan.customers.selectors.quality.board import board_of, trend_of, units_of
from keyuan.customers.services.quality.bulk import start_run
from keyuan.customers.services.quality.rules import require_governing
from keyuan.kernel.errors import Conflict
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say


@require_GET
@allow(permissions.QUALITY)
def board(request: StaffRequest) -> HttpResponse:
    """Score, dimensions, levels, units, suppliers and findings of the reach; ``unit`` narrows it."""
    text = request.GET.get("unit", "")
    found = board_of(request.actor, int(text) if text.isdecimal() and len(text) < 10 else None)
    units = units_of(request.actor, found.place)
    context = {
        "board": found,
        "units": units,
        "people": not units,
        "figures": figures_of(found),
        "levels": levels_of(found),
        "findings": findings_of(found),
        "unit_rows": unit_rows(found, people=not units),
        "suppliers": supplier_rows(found),
        "entered": found.entered,
        "chart": chart_of(trend_of(request.actor, found.place)),
        "list_url": list_url(found),
        "may_run": request.actor.may(permissions.QUALITY_RULES) and covers_all(request.actor),
        "today": clock.today(),
    }
    return page(request, "customers/quality/board.html", context)


@require_POST
@allow(permissions.QUALITY_RULES)
def run(request: StaffRequest) -> HttpResponse:
    """Judge all records now."""
    require_governing(request.actor)
    try:
        job = start_run(actor=request.actor)
    except Conflict as error:
        toast(request, say(error), failed=True)
        return HttpResponseRedirect(reverse("customers:quality"))
    toast(request, _("All records are being judged"))
    return HttpResponseRedirect(reverse("platform:job", args=[job.pk]))
