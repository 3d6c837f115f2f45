"""The five-year plan: what each year wants, what came, and where the years to come will probably stand (ANA-12)."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from keyuan.analytics import permissions
from keyuan.analytics.forms.boards import words
from keyuan.analytics.forms.boards.setting import PlanForm, plan_initial
from keyuan.analytics.rules.boards.indicators import Indicator
from keyuan.analytics.rules.boards.plan import Plan, from_json
from keyuan.analytics.selectors.boards.figures import counted_day, figures_of
from keyuan.analytics.selectors.boards.planning import HOLDERS, REPEAT, Met, PlanTold, plan_rows
from keyuan.analytics.selectors.boards.terms import plan_in_force, plan_versions
from keyuan.analytics.services.boards.keeping import require_planning, set_plan
from keyuan.analytics.views.boards.asked import asked
from keyuan.analytics.views.boards.pages import tabs
from keyuan.analytics.views.boards.shown import bounds
from keyuan.customers.selectors.classification.places import covers_all, place_of
from keyuan.kernel.actor import Actor
from keyuan.organisation.forms import accepted
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast


@require_GET
@allow(permissions.BOARDS)
def plan(request: StaffRequest) -> HttpResponse:
    """Show the plan beside what came and what is to be expected; its targets are those of the whole book."""
    day = counted_day()
    place = place_of(request.actor)
    whole = covers_all(request.actor)
    found = plan_in_force()
    rows = plan_rows(found[0], figures_of(request.actor, place), day) if found and day and whole else []
    context = {
        "title": _("Five-year plan"),
        "tabs": tabs("plan", asked({}, day or clock.today())),
        "day": day,
        "whole": whole,
        "rows": [_shown(one) for one in rows],
        "chart": _chart(rows) if rows else None,
        "version": found[1] if found else None,
        "versions": [(row, _spoken(from_json(row.content))) for row in plan_versions()] if whole else [],
        "may_set": whole and request.actor.may(permissions.KPI_SET),
    }
    return page(request, "analytics/boards/plan.html", context)


def _shown(one: PlanTold) -> dict[str, Any]:
    return {
        "year": one.plan.year,
        "focus": one.plan.focus,
        "parts": [_part(HOLDERS, one.holders), _part(REPEAT, one.repeat)],
    }


def _part(indicator: Indicator, met: Met) -> dict[str, Any]:
    projection = met.outlook.projection
    return {
        "target": words.in_words(indicator, met.target),
        "actual": words.in_words(indicator, met.actual),
        "projected": words.in_words(indicator, projection.value) if projection else "",
        "bounds": bounds(indicator, met.outlook),
        "course": words.course_said(met.course, met.outlook),
    }


def _chart(rows: list[PlanTold]) -> dict[str, Any]:
    """Return holders by year: wanted, counted, to be expected."""
    return {
        "key": "board-plan",
        "title": words.INDICATORS["long_holders"].name,
        "unit": words.UNITS[HOLDERS.unit],
        "kind": "line",
        "label": _("Year"),
        "series": [{"name": _("Target")}, {"name": _("Actual")}, {"name": _("Projection")}],
        "rows": [{"label": str(one.plan.year), "values": _points(one.holders)} for one in rows],
    }


def _points(met: Met) -> list[int | None]:
    found = met.outlook.projection
    values = (met.target, met.actual, found.value if found else None)
    return [None if value is None else round(value) for value in values]


def _spoken(wanted: Plan) -> list[tuple[Any, Any]]:
    """Return the plan of a version by name."""
    years = [
        (str(year), f"{wanted.repeats[place] / 100:g}%  {wanted.focus[place]}".strip())
        for place, year in enumerate(wanted.years)
    ]
    base = wanted.base if wanted.base is not None else _("as counted when the plan began")
    return [(_("Holders when it began"), base), (_("Growth a year (%)"), f"{wanted.growth / 100:g}"), *years]


@require_http_methods(["GET", "POST"])
@allow(permissions.KPI_SET)
def set_plan_page(request: StaffRequest) -> HttpResponse:
    """Show and change the plan."""
    require_planning(request.actor)
    found = plan_in_force()
    form = PlanForm(request.POST or None, initial=plan_initial(found, clock.today().year))
    if request.method == "POST" and accepted(form, lambda: _save(request.actor, form)):
        toast(request, _("The five-year plan is in force"))
        return HttpResponseRedirect(reverse("analytics:board-plan"))
    context = {"form": form, "title": _("Set the five-year plan"), "cancel_url": reverse("analytics:board-plan")}
    return page(request, "analytics/boards/set.html", context, status=422 if form.errors else 200)


def _save(actor: Actor, form: PlanForm) -> None:
    data = form.cleaned_data
    set_plan(actor=actor, number=data["version"], plan=form.plan(), reason=data["reason"], now=clock.now())
