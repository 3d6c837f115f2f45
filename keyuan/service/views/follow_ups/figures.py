"""How follow-ups are kept, by unit, month and way, each figure leading to the list behind it (SRV-8)."""

import csv
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
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
from keyuan.service.forms import follow_up_words as words
from keyuan.service.rules.follow_ups.plans import CALLBACK, VISIT
from keyuan.service.rules.follow_ups.results import DONE, DROPPED, OPEN, STATES, UNREACHED
from keyuan.service.selectors.follow_ups.figures import Figures, Row, WayRow, figures, unit_in_reach

MONTHS = 6
#: The figures that lead to a list, and what narrows it.
LISTS = {
    "required": "&".join(f"state={state}" for state in STATES if state != DROPPED),
    "in_time": f"state={DONE}&time=1",
    "too_late": f"state={DONE}&time=0",
    "unreached": f"state={UNREACHED}",
    "waiting": "&".join(f"state={state}" for state in STATES if state in OPEN),
    "dropped": f"state={DROPPED}",
}


@require_safe
@allow(permissions.FOLLOW_UPS)
def follow_up_figures(request: StaffRequest) -> HttpResponse:
    """The success of one month; ``kind`` chooses call-backs or others, ``unit`` a unit, ``format`` gives a file."""
    today = clock.today()
    month = _month(request.GET.get("month", ""), today)
    text = request.GET.get("unit", "")
    unit = unit_in_reach(request.actor, int(text)) if text.isdecimal() and len(text) < 10 else None
    last = month.replace(day=monthrange(month.year, month.month)[1])
    kind = VISIT if request.GET.get("kind") == VISIT else CALLBACK
    found = figures(request.actor, month, last, today, unit, kind)
    if request.GET.get("format") == "csv":
        return _file(request, found, month)
    span = _Span(kind, month, last, found.level, unit)
    context = {
        "kind": kind,
        "kinds": [(key, words.word(words.KINDS, key)) for key in (CALLBACK, VISIT)],
        "here": urlencode({"kind": kind} | ({"unit": unit.pk} if unit else {})),
        "ways": [_shown_way(row, span) for row in found.ways],
        "month": f"{month:%Y-%m}",
        "months": [f"{item:%Y-%m}" for item in _months(today)],
        "unit": unit,
        "found": found,
        "rows": [_shown(row, span) for row in found.rows],
        "total": _shown(found.total, span),
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


@dataclass(frozen=True, slots=True)
class _Span:
    """What the figures of the page are about."""

    kind: str
    since: date
    until: date
    level: int
    unit: Unit | None

    def address(self, more: str, unit_id: int | None = None) -> str:
        """Return the address of the list of follow-ups behind a figure."""
        where = {"kind": self.kind, "start.from": self.since.isoformat(), "start.to": self.until.isoformat()}
        if unit_id is not None:
            where["unit"] = f"{self.level + 1}-{unit_id}"
        elif self.unit is not None:
            where["unit"] = f"{self.unit.level}-{self.unit.pk}"
        return f"{reverse('service:follow-up-archive')}?{urlencode(where)}&{more}"


def _shown(row: Row, span: _Span) -> dict[str, Any]:
    """Return a row with the address of the list behind each of its figures."""
    links = {name: span.address(more, row.unit_id) for name, more in LISTS.items()}
    below = {"kind": span.kind, "month": f"{span.since:%Y-%m}", "unit": row.unit_id}
    return {"row": row, "links": links, "deeper": f"?{urlencode(below)}" if row.unit_id and span.level < 4 else ""}


def _shown_way(row: WayRow, span: _Span) -> dict[str, Any]:
    """Return a way with the lists of who was asked and who answered by it."""
    links = {name: span.address(f"{name}={row.way}&{LISTS['required']}") for name in ("asked", "read", "by")}
    return {"row": row, "way": words.word(words.WAYS, row.way), "links": links}


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
