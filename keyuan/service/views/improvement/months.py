"""The review of a month with its minutes, and the service star (SRV-11)."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from keyuan.kernel.errors import Refused
from keyuan.organisation.forms import explain
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say
from keyuan.service import permissions
from keyuan.service.extensions import indicators
from keyuan.service.forms import improvement as f
from keyuan.service.models import ImprovementItem
from keyuan.service.rules import improvement as rules
from keyuan.service.selectors import setup
from keyuan.service.selectors.improvement import items as read
from keyuan.service.services.improvement import months
from keyuan.service.views.leading import to

MONTHS, PAST = 12, 6


def _row(item: ImprovementItem) -> dict[str, Any]:
    spec = indicators.get(item.indicator)
    moved = None
    if spec and item.before_cases is not None and item.after_cases is not None:
        moved = rules.effect(
            rules.Figure(item.before_value, item.before_cases), rules.Figure(item.after_value, item.after_cases),
            less_is_better=spec.less_is_better,
        )  # fmt: skip
    return {
        "item": item, "state": f.state_of(item.state), "source": f.SOURCES[item.source],
        "spec": spec, "before": _value(item.before_value), "after": _value(item.after_value),
        "change": f"{moved.change / 10:+.1f}%" if moved and moved.change is not None else "",
        "tone": {True: "ok", False: "bad", None: ""}[moved.is_better] if moved else "",
    }  # fmt: skip


def _value(hundredths: int | None) -> str:
    return "" if hundredths is None else f"{hundredths / 100:.2f}"


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.IMPROVEMENT)
def month(request: StaffRequest) -> HttpResponse:
    """What opened, ended and is overdue in a month, its effect, and the minutes; made to be printed."""
    actor, today = request.actor, clock.today()
    first = rules.month_of(request.GET.get("month", ""), today)
    minutes = read.minutes_of(first)
    initial = {"minutes": minutes.minutes, "names": minutes.people, "held_on": minutes.held_on,
               "version": minutes.version} if minutes else {"held_on": today}  # fmt: skip
    form = f.MinutesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            months.write_minutes(actor=actor, month=first, now=clock.now(), **form.cleaned_data)
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("Saved"))
            return to(request, f"{reverse('service:improvement-month')}?month={first:%Y-%m}")
    found = read.month_of(actor, first, today)
    parts = [
        (_("Entered in this month"), [_row(item) for item in found.opened]),
        (_("Ended in this month"), [_row(item) for item in found.ended]),
        (_("Overdue"), [_row(item) for item in found.overdue]),
    ]
    context = {
        "month": first, "months": rules.months_back(today.replace(day=1), MONTHS), "parts": parts, "found": found,
        "minutes": minutes, "form": form if actor.may(permissions.IMPROVEMENT_REVIEW) else None,
        "effective": sum(item.state == rules.CLOSED for item in found.ended),
    }  # fmt: skip
    return page(request, "service/improvement/month.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@allow(permissions.STAR)
def star(request: StaffRequest) -> HttpResponse:
    """The service star: who is proposed in the running month, one's vote, and who it was before."""
    actor, today = request.actor, clock.today()
    running = today.replace(day=1)
    form = f.NominationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _nominate(request, form.cleaned_data, running)
        except Refused as error:
            explain(form, error)
        else:
            toast(request, _("Saved"))
            return to(request, reverse("service:star"))
    mine = read.own_vote(actor, running)
    context = {
        "form": form, "month": running, "mine": mine,
        "rows": [(row, count, row.user_id == actor.id, row.pk == mine) for row, count in read.nominations(running)],
        "past": read.stars(rules.months_back(running, PAST + 1)[1:]),
    }  # fmt: skip
    return page(request, "service/improvement/star.html", context, status=422 if form.errors else 200)


def _nominate(request: StaffRequest, data: dict[str, Any], running: date) -> None:
    months.nominate(
        actor=request.actor, month=running, user_id=setup.user_of(data["person"]), reason=data["reason"],
        today=clock.today(), now=clock.now(),
    )  # fmt: skip


@require_POST
@allow(permissions.STAR)
def star_vote(request: StaffRequest, nomination_id: int) -> HttpResponse:
    """Give one's vote, or move it."""
    try:
        months.vote(actor=request.actor, nomination_id=nomination_id, today=clock.today(), now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("Your vote counts"))
    return to(request, reverse("service:star"))
