"""What retention work changed, and the terms under which it is measured (ANA-6)."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from keyuan.analytics import permissions
from keyuan.analytics.forms.churn import words
from keyuan.analytics.forms.churn.terms import ChurnTermsForm, initial_of, spoken
from keyuan.analytics.selectors.churn.effects import Measured, effects_of, opened_between, standing
from keyuan.analytics.selectors.terms import CHURN
from keyuan.analytics.views.terms import TermsPage, answer_terms
from keyuan.customers.selectors.classification.places import covers_all
from keyuan.platform import clock
from keyuan.platform.demo_mark import is_demo_book
from keyuan.platform.http import StaffRequest, allow, page

PERCENT = 100
TERMS = TermsPage(
    CHURN,
    ChurnTermsForm,
    initial_of,
    spoken,
    title=gettext_lazy("Terms of retention work"),
    said=gettext_lazy("The terms are in force from the next night on"),
    back="analytics:churn-effect",
    done="analytics:churn-effect",
)


@require_GET
@allow(permissions.VIEW)
def churn_effect(request: StaffRequest) -> HttpResponse:
    """Show the effect of retention work in the reach, by way to go and horizon."""
    today = clock.today()
    found = effects_of(request.actor, today=today)
    terms, version = CHURN.in_force()
    context = {
        "rows": [_row(one, today) for one in found],
        "chart": _chart(found),
        "standing": standing(request.actor),
        "terms": spoken(terms),
        "version": version,
        "is_demo": is_demo_book(settings.VAR_DIR),
        "may_watch": request.actor.may(permissions.CHURN),
        "may_set": request.actor.may(permissions.RUN) and covers_all(request.actor),
    }
    return page(request, "analytics/churn/effect.html", context)


def _row(one: Measured, today: date) -> dict[str, Any]:
    effect = one.effect
    groups = ((one.treated, "0"), (one.control, "1"))
    return {
        "months": one.months,
        "outcome": words.outcome_word(one.outcome) if one.outcome else _("Together"),
        "groups": [(group.count, _share(group.rate), _cases(one, control, today)) for group, control in groups],
        "difference": _points(effect.difference) if effect else "",
        "bounds": (_points(effect.low), _points(effect.high)) if effect else (),
        "is_certain": bool(effect and effect.is_certain),
    }


def _cases(one: Measured, control: str, today: date) -> str:
    """Return the address of the cases behind a figure."""
    first, last = opened_between(one.months, today)
    query = {"view": "all", "control": control, "opened.from": first.isoformat(), "opened.to": last.isoformat()}
    query |= {"outcome": one.outcome} if one.outcome else {}
    return f"{reverse('analytics:churn-cases')}?{urlencode(query)}"


def _share(rate: float | None) -> str:
    return f"{rate * PERCENT:.1f}" if rate is not None else ""


def _points(difference: float) -> str:
    return f"{difference * PERCENT:+.1f}"


def _chart(found: list[Measured]) -> dict[str, Any] | None:
    """Return how many stayed in both groups, all ways together, by horizon."""
    rows = [
        {
            "label": _("%(months)d months") % {"months": one.months},
            "values": [round((group.rate or 0) * PERCENT, 1) for group in (one.treated, one.control)],
        }
        for one in sorted(found, key=lambda one: one.months)
        if not one.outcome and one.effect
    ]
    if not rows:
        return None
    return {
        "key": "churn-effect",
        "title": _("Who stayed"),
        "unit": "%",
        "kind": "bar",
        "label": _("Horizon"),
        "series": [{"name": _("Worked on")}, {"name": _("Left alone")}],
        "rows": rows,
    }


@require_http_methods(["GET", "POST"])
@allow(permissions.RUN)
def churn_terms_page(request: StaffRequest) -> HttpResponse:
    """Show and change the terms of retention work."""
    return answer_terms(request, TERMS)
