"""Customers by group, class and tier of value, and the assumptions that value is reckoned by (ANA-2)."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from keyuan.analytics import permissions
from keyuan.analytics.forms.terms import TermsForm, initial_of, spoken
from keyuan.analytics.models import ValueCell
from keyuan.analytics.selectors.figures import Cell, counted_day, value_of
from keyuan.analytics.selectors.terms import VALUE
from keyuan.analytics.views.terms import TermsPage, answer_terms
from keyuan.analytics.views.units import unit_asked
from keyuan.customers.forms import score_words as words
from keyuan.customers.selectors.classification.places import Place, covers_all, place_of, units_below
from keyuan.platform.http import StaffRequest, allow, page

FEN = 100
TERMS = TermsPage(
    VALUE,
    TermsForm,
    initial_of,
    spoken,
    title=gettext_lazy("Assumptions of value"),
    said=gettext_lazy("The assumptions are in force from the next night on"),
    back="analytics:value",
    done="analytics:value-terms",
)


@require_GET
@allow(permissions.VIEW)
def value(request: StaffRequest) -> HttpResponse:
    """Show what the customers of the reach are worth, or those of a unit inside it."""
    place = place_of(request.actor, unit_asked(request.GET))
    groups = {code: word for code, (word, _tone, _hint) in words.GROUPS.items()}
    parts = [
        ("group", _("Value group"), "value_group", groups),
        ("abc", _("ABC class"), "abc", words.CLASSES),
        ("tier", _("Value tier"), "value_tier", words.TIERS),
    ]
    cards = [_card(request, place, *part) for part in parts]
    terms, version = VALUE.in_force()
    context = {
        "place": place,
        "units": units_below(request.actor, place),
        "day": counted_day(ValueCell),
        "cards": cards,
        "chart": _chart(cards[0]),
        "assumptions": spoken(terms),
        "version": version,
        "may_set": request.actor.may(permissions.RUN) and covers_all(request.actor),
    }
    return page(request, "analytics/value/value.html", context)


def _card(
    request: StaffRequest, place: Place, key: str, title: Any, column: str, names: dict[str, Any]
) -> dict[str, Any]:
    cells = {cell[column]: cell for cell in value_of(request.actor, place, column)}
    everybody = sum(cell["customers"] for cell in cells.values()) or 1
    order = [*names, *(code for code in cells if code not in names)]
    rows = [_row(place, key, code, names, cells[code], everybody) for code in order if code in cells]
    return {"title": title, "rows": rows}


def _row(place: Place, key: str, code: str, names: dict[str, Any], cell: Cell, everybody: int) -> dict[str, Any]:
    query = {"view": "all", key: code} | ({"unit": str(place.unit.pk)} if place.unit else {})
    return {
        "word": names.get(code, _("None of them")),
        "cell": cell,
        "share": round(100 * cell["customers"] / everybody, 1),
        "url": f"{reverse('customers:scores')}?{urlencode(query)}" if code in names else "",
    }


def _chart(card: dict[str, Any]) -> dict[str, Any] | None:
    """Return lifetime value and premium by group, in ten thousand yuan."""
    if not card["rows"]:
        return None
    ten_thousand = 10_000 * FEN
    rows = [
        {
            "label": row["word"],
            "values": [round(row["cell"]["value"] / ten_thousand, 1), round(row["cell"]["paid"] / ten_thousand, 1)],
        }
        for row in card["rows"]
    ]
    return {
        "key": "value",
        "title": _("Value by group"),
        "unit": _("10,000 yuan"),
        "kind": "bar",
        "label": card["title"],
        "series": [{"name": _("Lifetime value")}, {"name": _("Annual premium")}],
        "rows": rows,
    }


@require_http_methods(["GET", "POST"])
@allow(permissions.RUN)
def terms(request: StaffRequest) -> HttpResponse:
    """Show and change the assumptions."""
    return answer_terms(request, TERMS)
