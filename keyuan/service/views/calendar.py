"""The calendar of open orders: deadlines, longer terms, follow-ups; filters and reach of the list (SRV-2, SRV-8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from keyuan.customers.selectors.subjects import customer_labels
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.lists import FilterContext, lists
from keyuan.platform.lists.pages import walk
from keyuan.platform.lists.saved import tabs_of
from keyuan.platform.lists.state import ListState, ViewTab, address, filter_params, read_state
from keyuan.service import permissions
from keyuan.service.forms import words
from keyuan.service.models import FollowUp, WorkOrder
from keyuan.service.rules import calendar as rules
from keyuan.service.selectors.calendar import follow_ups_between, longer_terms

#: Deadlines that one page reads, follow-ups beside them, and entries that a day of the month shows.
MOST, MOST_FOLLOW_UPS, IN_DAY = 1000, 200, 3
#: Filters under which follow-ups stand in the calendar, too: the others ask for something that they do not have.
SHARED = frozenset({"owner"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: ``time`` is empty for what lasts the whole day; ``tone`` as in badges."""

    time: str
    what: str
    title: str
    url: str
    who: str = ""
    tone: str = ""
    note: str = ""


def _asked_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return clock.today()


def _orders(actor: Actor, state: ListState, period: rules.Period) -> tuple[list[WorkOrder], bool]:
    """Return the orders of the list whose next deadline lies in the period, and whether there are more."""
    spec, context = lists["work-orders"], FilterContext(actor, clock.today())
    filters = {**state.filters, "due": (period.first.isoformat(), period.last.isoformat())}
    rows = next(walk(spec, actor, filters, spec.sort_choice("due"), context, size=MOST + 1), [])
    return rows[:MOST], len(rows) > MOST


def _order_entries(actor: Actor, rows: Sequence[WorkOrder], now: datetime) -> list[tuple[date, Entry]]:
    names = customer_labels(actor, list({row.customer_id for row in rows if row.customer_id}), now=now)
    extended, asked = longer_terms(row.pk for row in rows if row.kind == "COMPLAINT")
    return [
        (timezone.localdate(row.due_at), _order_entry(row, names, extended, asked, now)) for row in rows if row.due_at
    ]


def _order_entry(
    row: WorkOrder, names: Mapping[int, str], extended: Mapping[int, int], asked: set[int], now: datetime
) -> Entry:
    is_over = row.due_at is not None and row.due_at <= now
    note = _("Longer term asked") if row.pk in asked else ""
    if not note and row.pk in extended:
        note = _("Extended to %(days)s days") % {"days": extended[row.pk]}
    return Entry(
        time=timezone.localtime(row.due_at).strftime("%H:%M"), what=str(words.clock_word(row.due_key)),
        title=f"{row.title} {row.number}", url=reverse("service:order", args=[row.pk]),
        who=names.get(row.customer_id or 0, row.caller_name), note=note,
        tone="bad" if is_over else "warn" if row.mark else "",
    )  # fmt: skip


def _follow_up_entries(actor: Actor, rows: Sequence[FollowUp], now: datetime) -> list[tuple[date, Entry]]:
    names = customer_labels(actor, list({row.customer_id for row in rows}), now=now)
    today = timezone.localdate(now)
    return [
        (
            row.due_on,
            Entry(
                "", pgettext("calendar", "Follow-up"), str(row.plan), reverse("service:follow-up", args=[row.pk]),
                names.get(row.customer_id, ""), "bad" if row.due_on < today else "",
            ),
        )
        for row in rows
    ]  # fmt: skip


def _follow_ups(actor: Actor, state: ListState, period: rules.Period, now: datetime) -> list[FollowUp]:
    if set(state.filters) - SHARED:
        return []
    owner = actor.id if "owner" in state.filters else None
    return follow_ups_between(actor, period.first, period.last, owner_id=owner, now=now, limit=MOST_FOLLOW_UPS)


def _here(state: ListState, mode: str, day: date, tab: ViewTab | None = None) -> str:
    """Return the calendar's address with the filters as they stand, or with those of another view."""
    view = tab or state.view
    params = [("view", view.key)] if view is not None else []
    if tab is None and (state.changed or state.view is None):
        params += [("x", "1"), *filter_params(lists["work-orders"], state.filters)]
    return f"{reverse('service:order-calendar')}?{urlencode([*params, ('mode', mode), ('day', day.isoformat())])}"


@require_safe
@allow(permissions.VIEW)
def order_calendar(request: StaffRequest) -> HttpResponse:
    """Deadlines of open orders and follow-ups by month, week or day."""
    actor, now = request.actor, clock.now()
    spec = lists["work-orders"]
    tabs = tabs_of(spec, actor)
    state = read_state(spec, actor, request.GET, tabs)
    period = rules.period_of(request.GET.get("mode", ""), _asked_day(request.GET.get("day", "")))
    orders, has_more = _orders(actor, state, period)
    entries = _follow_up_entries(actor, _follow_ups(actor, state, period, now), now)
    entries += _order_entries(actor, orders, now)
    by_day: dict[date, list[Entry]] = {}
    for day, entry in sorted(entries, key=lambda item: (item[0], item[1].time)):
        by_day.setdefault(day, []).append(entry)
    context = {
        "period": period,
        "weeks": [[_day(by_day.get(day, []), day, period, state) for day in week] for week in period.weeks],
        "weekdays": list(islice(period.days, 7)) if period.mode != rules.DAY else [],
        "modes": [(mode, label, _here(state, mode, period.day)) for mode, label in words.CALENDAR.items()],
        "tabs": [(tab.label, _here(state, period.mode, period.day, tab), tab == state.view) for tab in tabs],
        "is_changed": state.changed,
        "before": _here(state, period.mode, rules.before(period)),
        "after": _here(state, period.mode, rules.after(period)),
        "now_url": _here(state, period.mode, clock.today()),
        "list_url": address(spec, state),
        "count": len(entries),
        "last": timezone.localdate(orders[-1].due_at) if has_more and orders[-1].due_at else None,
    }
    return page(request, "service/calendar.html", context)


def _day(entries: list[Entry], day: date, period: rules.Period, state: ListState) -> dict[str, Any]:
    most = IN_DAY if period.mode == rules.MONTH else len(entries)
    tones = [entry.tone for entry in entries]
    return {
        "day": day,
        "entries": entries[:most],
        "more": max(0, len(entries) - most),
        "count": len(entries),
        "tone": "bad" if "bad" in tones else "warn" if "warn" in tones else "",
        "is_today": day == clock.today(),
        "is_outside": period.mode == rules.MONTH and day.month != period.day.month,
        "url": _here(state, rules.DAY, day),
    }
