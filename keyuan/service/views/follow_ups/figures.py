"""How call-backs are kept, by unit and month of receipt, each figure leading to the list behind it (SRV-8)."""

import csv
from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from io import StringIO
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keyuan.organisation.models import Unit
from keyuan.platform import clock
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.permissions import EXPORT_RUN
from keyuan.service import permissions
from keyuan.service.selectors.follow_ups.figures import Figures, Row, figures, unit_in_reach

MONTHS = 6
#: The figures that lead to a list, and what narrows it.
LISTS = {
    "required": "state=WAITING&state=APPOINTED&state=RECHECK&state=PROBLEM&state=LETTER_DUE&state=LETTER&state=DONE"
    "&state=UNREACHED",
    "in_time": "state=DONE&time=1", "too_late": "state=DONE&time=0", "unreached": "state=UNREACHED",
    "waiting": "state=WAITING&state=APPOINTED&state=RECHECK&state=PROBLEM&state=LETTER_DUE&state=LETTER",
    "dropped": "state=DROPPED",
}  # fmt: skip


@require_safe
@allow(permissions.FOLLOW_UPS)
def follow_up_figures(request: StaffRequest) -> HttpResponse:
    """The success of call-backs of one month of receipts; ``unit`` opens a unit, ``format`` gives a file."""
    today = clock.today()
    month = _month(request.GET.get("month", ""), today)
    text = request.GET.get("unit", "")
    unit = unit_in_reach(request.actor, int(text)) if text.isdecimal() and len(text) < 10 else None
    last = month.replace(day=monthrange(month.year, month.month)[1])
    found = figures(request.actor, month, last, today, unit)
    if request.GET.get("format") == "csv":
        return _file(request, found, month)
    context = {
        "month": f"{month:%Y-%m}",
        "months": [f"{item:%Y-%m}" for item in _months(today)],
        "unit": unit,
        "found": found,
        "rows": [_shown(row, found, month, last) for row in found.rows],
        "total": _shown(found.total, found, month, last, unit),
        "may_export": request.actor.may(EXPORT_RUN),
    }
    return page(request, "service/follow_ups/figures.html", context)


def _month(text: str, today: date) -> date:
    year, _dash, month = text.partition("-")
    if year.isdecimal() and month.isdecimal() and 2000 <= int(year) <= 2199 and 1 <= int(month) <= 12:
        return date(int(year), int(month), 1)
    return today.replace(day=1)


def _months(today: date) -> Iterable[date]:
    place = today.year * 12 + today.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(place, place - MONTHS, -1)]


def _shown(row: Row, found: Figures, since: date, until: date, unit: Unit | None = None) -> dict[str, Any]:
    """Return a row with the address of the list behind each of its figures."""
    base = reverse("service:follow-up-archive")
    where = {"kind": "CALLBACK", "start.from": since.isoformat(), "start.to": until.isoformat()}
    if row.unit_id is not None:
        where["unit"] = f"{found.level + 1}-{row.unit_id}"
    elif unit is not None:
        where["unit"] = f"{unit.level}-{unit.pk}"
    links = {name: f"{base}?{urlencode(where)}&{more}" for name, more in LISTS.items()}
    deeper = (
        f"?{urlencode({'month': f'{since:%Y-%m}', 'unit': row.unit_id})}" if row.unit_id and found.level < 4 else ""
    )
    return {"row": row, "links": links, "deeper": deeper}


def _file(request: StaffRequest, found: Figures, month: date) -> HttpResponse:
    """Give the figures as a file; that it was taken stands on the trail."""
    request.actor.require(EXPORT_RUN)
    out = StringIO()
    lines = csv.writer(out)
    lines.writerow([
        _("Unit"), _("To be called back"), _("In time"), _("Rate of success"), _("Too late"), _("Still open"),
        _("Late"), _("Never reached"), _("Problem cases"), _("Calls"), _("Cancelled, not counted"),
    ])  # fmt: skip
    for row in [*found.rows, found.total]:
        rate = "" if row.rate is None else f"{row.rate:.4f}"
        lines.writerow([
            row.name or _("All units"), row.required, row.in_time, rate, row.too_late, row.waiting, row.overdue,
            row.unreached, row.problems, row.calls, row.dropped,
        ])  # fmt: skip
    detail = {"month": f"{month:%Y-%m}", "rows": len(found.rows)}
    subject = Subject("follow_up_figures", 0)
    record(request.actor, Action.EXPORT, subject, detail=detail, now=clock.now())
    # The mark lets spreadsheets read Chinese.
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="call-backs-{month:%Y-%m}.csv"'
    return response
