"""The supervisor's board: open and overdue by desk; complaint figures; work elsewhere (SRV-2, SRV-4)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keyuan.customers.selectors.subjects import customer_labels
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.service import permissions
from keyuan.service.extensions import queue_sources
from keyuan.service.forms import words
from keyuan.service.rules import complaints as rules
from keyuan.service.selectors.bases import bases
from keyuan.service.selectors.complaints import Figures, figures
from keyuan.service.selectors.desks import desks
from keyuan.service.selectors.orders import backlog, closed_on, overdue_rows
from keyuan.service.views.shown import short, time_left

OVERDUE, OTHERS = 100, 50
BY_WORDS = {
    "line": words.LINES_OF_BUSINESS, "cause": words.CAUSES, "source": words.SOURCES, "decision": words.DECISIONS,
}  # fmt: skip


@require_safe
@allow(permissions.SUPERVISE)
def board(request: StaffRequest) -> HttpResponse:
    """Open orders by desk, and the overdue ones, the oldest first."""
    actor, now = request.actor, clock.now()
    rows: dict[int, dict[str, Any]] = {
        desk.pk: {"name": desk.name, "open": 0, "unclaimed": 0, "warned": 0, "late": 0} for desk in desks()
    }
    for desk_id, mark, count, unclaimed in backlog(actor):
        row = rows.setdefault(desk_id, {"name": "", "open": 0, "unclaimed": 0, "warned": 0, "late": 0})
        row["open"] += count
        row["unclaimed"] += unclaimed
        if mark:
            row["late" if mark == "LATE" else "warned"] += count
    late = overdue_rows(actor, limit=OVERDUE)
    names = customer_labels(actor, [row.customer_id for row in late if row.customer_id], now=now)
    context = {
        "desks": list(rows.values()),
        "late": [
            {
                **short(row),
                "customer": names.get(row.customer_id or 0, row.caller_name),
                "left": time_left(row.due_at, now),
            }
            for row in late
            if row.due_at
        ],
        "closed": closed_on(actor, clock.today()),
        "total": sum(row["open"] for row in rows.values()),
    }
    return page(request, "service/board.html", context)


@require_safe
@allow(permissions.SUPERVISE)
def complaint_figures(request: StaffRequest) -> HttpResponse:
    """What the regulator counts by: complaints of a quarter against premiums, policies and insured persons (§C.3)."""
    today = clock.today()
    year, quarter = _quarter(request.GET.get("quarter", ""), today)
    since, until = _span(year, quarter)
    found = figures(request.actor, since, until)
    base, reckoned_at = bases(request.actor, f"{year}-{quarter}")
    context = {
        "title": f"{year} Q{quarter}",
        "quarter": f"{year}-{quarter}",
        "counts": _counts(found),
        "ratios": _ratios(found.total, base) if reckoned_at else [],
        "reckoned_at": reckoned_at,
        "breakdowns": [(_by_label(key), _worded(key, rows, found.total)) for key, rows in found.by.items()],
        "quarters": _quarters(today),
        "archive": f"{reverse('service:archive-list')}?{urlencode(_behind(since, until))}",
    }
    return page(request, "service/complaint_figures.html", context)


def _counts(found: Figures) -> list[tuple[str, int]]:
    return [
        (_("Complaints"), found.total), (_("Decided"), found.decided), (_("Repeated"), found.repeated),
        (_("Group complaints"), found.groups), (_("Sign of surrender by third parties"), found.proxies),
        (_("Look like others"), found.alike),
    ]  # fmt: skip


def _behind(since: datetime, until: datetime) -> dict[str, str]:
    """Return the filters of the archive that show the complaints of a span."""
    last = timezone.localdate(until) - timedelta(days=1)
    return {"kind": "COMPLAINT", "came.from": timezone.localdate(since).isoformat(), "came.to": last.isoformat()}


def _ratios(total: int, base: Mapping[str, int]) -> list[tuple[str, float | None]]:
    return [
        (
            _("Complaints per 100 million yuan of premium"),
            rules.per(total, base["premium"], rules.UNITS["premium"]),
        ),
        (_("Complaints per 10,000 policies"), rules.per(total, base["policies"], rules.UNITS["policies"])),
        (_("Complaints per 10,000 persons insured"), rules.per(total, base["insured"], rules.UNITS["insured"])),
    ]


def _by_label(key: str) -> str:
    return {
        "category": _("Category"), "line": _("Line of business"), "cause": _("Cause of it"),
        "source": _("Source of the complaint"), "decision": _("Decision"),
    }[key]  # fmt: skip


def _worded(key: str, rows: list[tuple[str, int]], total: int) -> list[tuple[str, int, float]]:
    labels = BY_WORDS.get(key, {})
    return [
        (words.word(labels, name) if name else _("Not said"), count, round(count * 100 / total, 1))
        for name, count in rows
    ]


def _quarter(text: str, today: date) -> tuple[int, int]:
    year, _sep, quarter = text.partition("-")
    if year.isdecimal() and 2000 <= int(year) <= 2199 and quarter in ("1", "2", "3", "4"):
        return int(year), int(quarter)
    return today.year, (today.month - 1) // 3 + 1


def _span(year: int, quarter: int) -> tuple[datetime, datetime]:
    first = date(year, quarter * 3 - 2, 1)
    after = date(year + 1, 1, 1) if quarter == 4 else date(year, quarter * 3 + 1, 1)
    return clock.start_of(first), clock.start_of(after)


def _quarters(today: date) -> list[str]:
    place = today.year * 4 + (today.month - 1) // 3
    return [f"{number // 4}-{number % 4 + 1}" for number in range(place, place - 6, -1)]


@require_safe
@allow(permissions.VIEW)
def other_work(request: StaffRequest) -> HttpResponse:
    """What waits in other contexts beside the desk's own orders (decision 23)."""
    actor, now = request.actor, clock.now()
    parts = []
    for source in queue_sources:
        if not actor.may(source.permission):
            continue
        items = source.items(actor, OTHERS, now)
        names = customer_labels(actor, [item.customer_id for item in items if item.customer_id], now=now)
        rows = [
            {
                "item": item,
                "customer": names.get(item.customer_id or 0, ""),
                "left": time_left(item.due_at, now) if item.due_at else "",
                "late": bool(item.due_at and item.due_at <= now),
            }
            for item in items
        ]
        parts.append({"source": source, "rows": rows})
    return page(request, "service/other_work.html", {"parts": parts})
