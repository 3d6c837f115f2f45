"""The timeline panel: chips, words, months, and page after page while one scrolls (CUS-12)."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from keyuan.customers import permissions
from keyuan.customers.forms.timeline import CHIPS, items_of
from keyuan.customers.selectors.timeline import TimelinePage, months_of, timeline_of
from keyuan.customers.views.opened import opened, panel_context
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow

LONGEST_MONTH = 31


def _until(month: str) -> datetime | None:
    """Return the end of the month that begins on ``month``; None for anything else."""
    first = parse_date(month) if month else None
    if first is None:
        return None
    return clock.start_of((first.replace(day=1) + timedelta(days=LONGEST_MONTH)).replace(day=1))


def _before(request: StaffRequest) -> tuple[datetime, int] | None:
    at = parse_datetime(request.GET.get("at", "").replace(" ", "+"))
    number = request.GET.get("id", "")
    return (at, int(number)) if at is not None and number.isdecimal() and len(number) < 19 else None


def _chips(address: str, current: str, text: str) -> list[dict[str, Any]]:
    rows = [{"label": _("All"), "key": ""}, *({"label": label, "key": key} for key, (label, _kinds) in CHIPS.items())]
    return [
        {
            "label": row["label"],
            "url": f"{address}?{urlencode({'kind': row['key'], 'q': text})}",
            "active": row["key"] == current,
        }
        for row in rows
    ]


@require_GET
@allow(permissions.VIEW)
def timeline(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Answer the card, or only the next entries when ``at`` and ``id`` say where to go on."""
    customer = opened(request, customer_id)
    kind, text, month = (request.GET.get(key, "") for key in ("kind", "q", "month"))
    kinds = CHIPS[kind][1] if kind in CHIPS else ()
    before = _before(request)
    page = timeline_of(customer, kinds=kinds, text=text, before=before, until=_until(month))
    address = reverse("customers:timeline", args=[customer_id])
    context = panel_context(
        request,
        customer_id,
        items=items_of(request.actor, page.entries, after=before[0] if before else None),
        next_url=_next_url(address, page, kind, text),
    )
    if before is not None:
        return render(request, "customers/panels/timeline_items.html", context)
    context |= {
        "address": address,
        "kind": kind,
        "text": text,
        "month": month,
        "chips": _chips(address, kind, text),
        "months": months_of(customer),
        "narrowed": bool(kinds or text or month),
    }
    return render(request, "customers/panels/timeline.html", context)


def _next_url(address: str, page: TimelinePage, kind: str, text: str) -> str:
    if page.next_at is None:
        return ""
    return f"{address}?{urlencode({'kind': kind, 'q': text, 'at': page.next_at.isoformat(), 'id': page.next_id})}"
