"""A staffing plan as a file, with who took it and when (ANA-14)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from keyuan.analytics import permissions
from keyuan.analytics.forms.staffing.asking import WishForm, typed
from keyuan.analytics.rules.staffing.planning import DayPlan, Wish
from keyuan.analytics.selectors.staffing.forecasts import access_forecast, plan_of
from keyuan.analytics.services.staffing.forecasting import KIND
from keyuan.kernel.errors import NotFound
from keyuan.platform import clock
from keyuan.platform.audit import Action, record
from keyuan.platform.http import StaffRequest, allow
from keyuan.platform.lists.export.values import harmless
from keyuan.platform.lists.views.small_files import TYPES, mark_of, table_file
from keyuan.platform.permissions import EXPORT_RUN
from keyuan.platform.subjects import Subject

WIDTHS = (100, 90, 90, 90, 90, 110, 100, 100)


@require_GET
@allow(permissions.STAFFING)
def staffing_file(request: StaffRequest, forecast_id: int, form: str) -> HttpResponse:
    """Give the plan of every interval as the page shows it for the same address."""
    request.actor.require(EXPORT_RUN)
    found = access_forecast(request.actor, forecast_id)
    asked = WishForm({name: request.GET.get(name, value) for name, value in typed(Wish()).items()})
    if form not in TYPES or not asked.is_valid():
        raise NotFound
    days, now = plan_of(found, asked.wish), clock.now()
    mark = mark_of(
        request.actor, title=found.title, why=_("Staffing by interval"), now=now,
        conditions="; ".join(f"{asked.fields[name].label} {value}" for name, value in typed(asked.wish).items()),
    )  # fmt: skip
    heads = [
        _("Date"), _("Interval"), pgettext("staffing", "Calls"), pgettext("staffing", "Agents"), _("Staff to plan"),
        _("Answered in time (%)"), _("Mean wait (s)"), _("Busy (%)"),
    ]  # fmt: skip
    response = table_file(f"staffing-{found.pk}", form, mark, heads=heads, widths=WIDTHS, rows=_lines(days))
    record(request.actor, Action.EXPORT, Subject(KIND, found.pk), detail={"days": len(days)}, now=now)
    return response


def _lines(days: list[DayPlan]) -> Iterator[list[Any]]:
    for one in days:
        for slot in one.slots:
            queue = slot.need.queue
            figures = (100 * queue.service_level, queue.mean_wait, 100 * queue.occupancy)
            people = [queue.agents, slot.need.staff]
            yield [one.day.isoformat(), harmless(slot.interval), _number(slot.calls), *people, *map(_number, figures)]


def _number(value: float) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))
