"""Staffing: forecasts of calls, the staff they need by interval, scenarios side by side (ANA-14, domain.md §F.2)."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.analytics import permissions
from keyuan.analytics.forms.staffing.asking import SOURCES, STATUSES, ForecastForm, ScenarioForm, typed
from keyuan.analytics.models import CallForecast, StaffingScenario
from keyuan.analytics.rules.staffing.planning import DayPlan, Wish
from keyuan.analytics.selectors.staffing.forecasts import (
    access_forecast,
    forecasts_visible_to,
    plan_of,
    scenarios_of,
    wish_of,
)
from keyuan.analytics.services.staffing.forecasting import ForecastDraft, start_forecast
from keyuan.analytics.services.staffing.reading import read_calls
from keyuan.analytics.services.staffing.scenarios import drop_forecast, drop_scenario, save_scenario
from keyuan.kernel.errors import Refused
from keyuan.organisation.forms import accepted, explain
from keyuan.platform import attempts, clock, formats
from keyuan.platform.clocks import calendar_in_force
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.permissions import EXPORT_RUN
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say, say_code

LISTED = 100


@require_GET
@allow(permissions.STAFFING)
def forecasts(request: StaffRequest) -> HttpResponse:
    """Show the forecasts of the own unit, the newest first."""
    rows = forecasts_visible_to(request.actor).defer("history", "days")[:LISTED]
    shown = [{"row": row, "source": SOURCES[row.source], "status": STATUSES[row.status]} for row in rows]
    return page(request, "analytics/staffing/forecasts.html", {"rows": shown})


@require_http_methods(["GET", "POST"])
@allow(permissions.STAFFING)
def forecast_new(request: StaffRequest) -> HttpResponse:
    """Begin a forecast from the book or from a file."""
    form = ForecastForm(request.POST or None, request.FILES or None)
    made: list[CallForecast] = []
    if request.method == "POST" and accepted(form, lambda: made.append(_started(request, form))):
        return HttpResponseRedirect(reverse("analytics:staffing", args=[made[0].pk]))
    context = {
        "form": form,
        "cancel_url": reverse("analytics:staffing-list"),
        "idempotency": attempts.token_of(request),
        "submit_label": _("Forecast"),
    }
    return page(request, "analytics/staffing/new.html", context, status=422 if form.errors else 200)


def _started(request: StaffRequest, form: ForecastForm) -> CallForecast:
    data = form.cleaned_data
    wants_file = data["source"] != CallForecast.Source.BOOK
    upload = data["file"] if wants_file else None
    frame = read_calls(upload.name, upload.size, upload.chunks()) if upload else None
    draft = ForecastDraft(data["title"], data["source"], data["horizon"], frame, int(data["minutes"]))
    return start_forecast(actor=request.actor, draft=draft, now=clock.now())


@require_http_methods(["GET", "POST"])
@allow(permissions.STAFFING)
def staffing(request: StaffRequest, forecast_id: int) -> HttpResponse:
    """Show the staff of each interval for what is typed; POST keeps it as a scenario."""
    found = access_forecast(request.actor, forecast_id)
    form = ScenarioForm(request.POST if request.method == "POST" else _asked(request))
    if request.method == "POST" and accepted(form, lambda: _kept(request, found, form)):
        toast(request, _("The scenario was kept"))
        return HttpResponseRedirect(_address(found, form.wish))
    # What cannot be read gives no figures: those of the usual wish would pass for the typed one's.
    wish = None if set(form.errors) - {"name"} else form.wish
    return page(request, "analytics/staffing/staffing.html", _context(request, found, form, wish),
                status=422 if form.errors else 200)  # fmt: skip


def _asked(request: StaffRequest) -> dict[str, Any]:
    usual = typed(Wish())
    return {name: request.GET.get(name, value) for name, value in usual.items()}


def _kept(request: StaffRequest, found: CallForecast, form: ScenarioForm) -> None:
    name = form.cleaned_data["name"]
    save_scenario(actor=request.actor, forecast_id=found.pk, name=name, wish=form.wish, now=clock.now())


def _address(found: CallForecast, wish: Wish, **more: str) -> str:
    return f"{reverse('analytics:staffing', args=[found.pk])}?{urlencode(typed(wish) | more)}"


def _context(request: StaffRequest, found: CallForecast, form: ScenarioForm, wish: Wish | None) -> dict[str, Any]:
    try:
        days = plan_of(found, wish) if wish else []
    except Refused as error:
        explain(form, error)
        days = []
    chosen, shown = _chosen(days, request.GET.get("day", "")), wish or Wish()
    return {
        "row": found,
        "source": SOURCES[found.source],
        "status": STATUSES[found.status],
        "fault": say_code(found.fault, found.fault_params) if found.fault else "",
        "form": form,
        "fields": typed(wish) if wish else {name: form[name].value() for name in typed(shown)},
        "days": [{"plan": one, "url": _address(found, shown, day=one.day.isoformat()), **_said(one)} for one in days],
        "chosen": chosen,
        "slots": [_slot(slot) for slot in chosen.slots] if chosen else [],
        "chart": _chart(chosen) if chosen else None,
        "scenarios": [_compared(found, one.pk, one.name, wish_of(one)) for one in _scenarios(found, days, wish)],
        "errors": _errors(found),
        "file_query": urlencode(typed(shown)),
        "may_export": request.actor.may(EXPORT_RUN),
        "no_holidays": _without_holidays(found, days),
        "is_own": found.made_by_id == request.actor.id,
        "idempotency": attempts.token_of(request),
    }


def _scenarios(found: CallForecast, days: list[DayPlan], wish: Wish | None) -> list[StaffingScenario]:
    """Return what is compared: also beside a wish that cannot be read, not of a forecast that has no days."""
    return list(scenarios_of(found)) if days or wish is None else []


def _without_holidays(found: CallForecast, days: list[DayPlan]) -> list[str]:
    """Return the years of a forecast whose table of holidays nobody has loaded: it rests on weekends there."""
    if found.source == CallForecast.Source.GIVEN:
        return []
    calendar = calendar_in_force()
    return sorted({str(one.day.year) for one in days if not calendar.is_known(one.day.year)})


def _chosen(days: list[DayPlan], text: str) -> DayPlan | None:
    """Return the day that is looked at: the one asked for, else the busiest."""
    asked = next((one for one in days if one.day.isoformat() == text), None)
    return asked or max(days, key=lambda one: one.calls, default=None)


def _said(one: DayPlan) -> dict[str, str]:
    return {
        "calls": formats.number(round(one.calls)),
        "level": formats.percent(one.service_level),
        "wait": f"{one.mean_wait:.1f}",
        "busy": formats.percent(one.occupancy),
        "agent_hours": f"{one.agent_hours:.1f}",
        "staff_hours": f"{one.staff_hours:.1f}",
    }


def _slot(slot: Any) -> dict[str, Any]:
    queue = slot.need.queue
    return {
        "interval": slot.interval,
        "calls": f"{slot.calls:.1f}",
        "agents": queue.agents,
        "staff": slot.need.staff,
        "waiting": formats.percent(queue.waiting),
        "level": formats.percent(queue.service_level),
        "wait": f"{queue.mean_wait:.1f}",
        "busy": formats.percent(queue.occupancy),
    }


def _chart(one: DayPlan) -> dict[str, Any]:
    rows = [{"label": slot.interval, "values": [round(slot.calls, 1), slot.need.staff]} for slot in one.slots]
    return {
        "key": "staffing",
        "title": _("Calls and staff by interval"),
        "unit": formats.day(one.day),
        "kind": "line",
        "label": _("Interval"),
        "series": [{"name": pgettext("staffing", "Calls")}, {"name": _("Staff to plan")}],
        "rows": rows,
    }


def _compared(found: CallForecast, scenario_id: int, name: str, wish: Wish) -> dict[str, Any]:
    """Return a scenario with what it costs and brings over all days."""
    days = plan_of(found, wish)
    calls = sum(one.calls for one in days) or 1.0
    return {
        "id": scenario_id,
        "name": name,
        "url": _address(found, wish),
        "typed": typed(wish),
        "peak": max((one.peak for one in days), default=0),
        "staff_hours": f"{sum(one.staff_hours for one in days):,.1f}",
        "level": formats.percent(sum(one.calls * one.service_level for one in days) / calls),
        "wait": f"{sum(one.calls * one.mean_wait for one in days) / calls:.1f}",
    }


def _errors(found: CallForecast) -> list[dict[str, Any]]:
    words = {
        "forecast": pgettext("staffing", "This forecast"),
        "last_week": _("Same weekday of last week"),
        "eight_weeks": _("Mean of eight weeks"),
    }
    return [
        {"word": words.get(way, way), "said": [(days, formats.percent(value)) for days, value in by_days.items()]}
        for way, by_days in found.errors.items()
    ]


@require_POST
@allow(permissions.STAFFING)
def scenario_drop(request: StaffRequest, forecast_id: int, scenario_id: int) -> HttpResponse:
    """Take a scenario away."""
    drop_scenario(actor=request.actor, forecast_id=forecast_id, scenario_id=scenario_id, now=clock.now())
    return HttpResponseRedirect(reverse("analytics:staffing", args=[forecast_id]))


@require_POST
@allow(permissions.STAFFING)
def forecast_drop(request: StaffRequest, forecast_id: int) -> HttpResponse:
    """Take a forecast away."""
    try:
        drop_forecast(actor=request.actor, forecast_id=forecast_id, now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("The forecast was taken away"))
    return HttpResponseRedirect(reverse("analytics:staffing-list"))
