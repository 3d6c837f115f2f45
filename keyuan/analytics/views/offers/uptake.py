"""What offering changed: bought by those to whom it was offered, and by those held back (ANA-7)."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from keyuan.analytics import permissions
from keyuan.analytics.forms.offers import words
from keyuan.analytics.forms.offers.terms import OfferTermsForm, initial_of, spoken
from keyuan.analytics.rules.churn.trial import Group
from keyuan.analytics.selectors.offers.uptake import Uptake, standing_spells, uptake_day, uptake_of
from keyuan.analytics.selectors.terms import OFFERS
from keyuan.analytics.views.terms import TermsPage, answer_terms
from keyuan.customers.selectors.classification.places import covers_all, place_of
from keyuan.platform.demo_mark import is_demo_book
from keyuan.platform.http import StaffRequest, allow, page

PERCENT = 100
TERMS = TermsPage(
    OFFERS,
    OfferTermsForm,
    initial_of,
    spoken,
    title=gettext_lazy("Terms of offers"),
    said=gettext_lazy("The terms are in force from the next night on"),
    back="analytics:offer-uptake",
    done="analytics:offer-uptake",
)


@require_GET
@allow(permissions.VIEW)
def offer_uptake(request: StaffRequest) -> HttpResponse:
    """Uptake in the reach, by family, beside those held back; the chart has its table."""
    found = uptake_of(request.actor, place_of(request.actor, None))
    terms, version = OFFERS.in_force()
    whole = covers_all(request.actor)
    context = {
        "rows": [_row(one) for one in found],
        "chart": _chart(found[1:]) if found else None,
        "day": uptake_day(),
        "may_list": request.actor.may(permissions.OFFERS),
        "days": terms.counted_days,
        "terms": spoken(terms),
        "version": version,
        "is_demo": is_demo_book(settings.VAR_DIR),
        "may_set": whole and request.actor.may(permissions.RUN),
        "standing": standing_spells() if whole else None,
    }
    return page(request, "analytics/offers/uptake.html", context)


def _row(one: Uptake) -> dict[str, Any]:
    effect = one.effect
    return {
        "family": words.family_word(one.family) if one.family else _("Together"),
        "offered": one.shown.count,
        "proposed": one.proposed,
        "bought": one.shown.kept,
        "share": _percent(one.shown),
        "alike": one.held_back.count,
        "anyway": one.held_back.kept,
        "alike_share": _percent(one.held_back),
        "difference": _points(effect.difference) if effect else "",
        "bounds": (_points(effect.low), _points(effect.high)) if effect else (),
        "is_certain": bool(effect and effect.is_certain),
    }


def _percent(group: Group) -> str:
    return f"{group.rate * PERCENT:.1f}" if group.rate is not None else ""


def _points(difference: float) -> str:
    return f"{difference * PERCENT:+.1f}"


def _chart(found: list[Uptake]) -> dict[str, Any]:
    rows = [
        {
            "label": words.family_word(one.family),
            "values": [round((group.rate or 0) * PERCENT, 1) for group in (one.shown, one.held_back)],
        }
        for one in found
    ]
    return {
        "key": "offer-uptake",
        "title": _("Bought in time"),
        "unit": "%",
        "kind": "bar",
        "label": _("Kind of product"),
        "series": [{"name": pgettext("offers", "Offered")}, {"name": pgettext("offers", "Held back")}],
        "rows": rows,
    }


@require_http_methods(["GET", "POST"])
@allow(permissions.RUN)
def offer_terms(request: StaffRequest) -> HttpResponse:
    """Show and change the terms by which offers are chosen and measured."""
    return answer_terms(request, TERMS)
