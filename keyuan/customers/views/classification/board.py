"""The classification board, and starting a run by hand (CUS-5)."""

from datetime import date, timedelta

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from keyuan.customers import permissions
from keyuan.customers.forms.classification.cards import cards_of, chart_of
from keyuan.customers.rules.classification import AXES
from keyuan.customers.selectors.classification.board import board_of, counted_days, trend_of
from keyuan.customers.selectors.classification.places import covers_all, place_of, units_below
from keyuan.customers.services.classification.bulk import start_run
from keyuan.customers.services.classification.rules import require_governing
from keyuan.kernel.errors import Conflict
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say

#: How far back the board looks when nobody says otherwise.
SPAN = timedelta(days=30)


@require_GET
@allow(permissions.CLASS_BOARD)
def board(request: StaffRequest) -> HttpResponse:
    """Every axis with counts on two days and the movement between; ``unit`` narrows it, ``axis`` chooses the chart."""
    unit_id = _number(request.GET.get("unit", ""))
    place = place_of(request.actor, unit_id)
    days = counted_days(place)
    last = _day(request.GET.get("to"), clock.today())
    first = min(_day(request.GET.get("from"), last - SPAN), last)
    axis = request.GET.get("axis", "activity")
    axis = axis if axis in AXES else "activity"
    context = {"units": units_below(request.actor, place), "place": place, "days": days, "axis": axis}
    if days is not None:
        found = board_of(place, first, last)
        query = {"from": found.first.isoformat(), "to": found.last.isoformat()}
        query |= {"unit": str(unit_id)} if unit_id else {}
        # The head office's own board is the whole book: no list needs narrowing to it.
        unit = f"{place.unit.level}-{place.unit.pk}" if place.unit and place.unit.level > 1 else ""
        context |= {
            "board": found,
            "cards": cards_of(found, axis, query, unit=unit, segments=request.actor.may(permissions.SEGMENTS)),
            "chart": chart_of(axis, *trend_of(place, axis, found.last)),
        }
    context |= {"first": first, "last": last, "may_run": _may_run(request)}
    return page(request, "customers/classification/board.html", context, part="board")


@require_POST
@allow(permissions.CLASS_RULES)
def run(request: StaffRequest) -> HttpResponse:
    """Classify the whole book now."""
    require_governing(request.actor)
    try:
        job = start_run(actor=request.actor)
    except Conflict as error:
        toast(request, say(error), failed=True)
        return HttpResponseRedirect(reverse("customers:classification"))
    toast(request, _("The classification has begun"))
    return HttpResponseRedirect(reverse("platform:job", args=[job.pk]))


def _may_run(request: StaffRequest) -> bool:
    return request.actor.may(permissions.CLASS_RULES) and covers_all(request.actor)


def _day(text: str | None, default: date) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return default


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None
