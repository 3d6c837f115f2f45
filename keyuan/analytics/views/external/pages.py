"""An indicator over time and by province, beside what the book stands for there (ANA-1)."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from keyuan.analytics import permissions
from keyuan.analytics.models import ExternalFigure
from keyuan.analytics.rules.external.reading import COUNTRY
from keyuan.analytics.selectors.external.figures import beside_the_book, figures_of
from keyuan.analytics.services.external.removing import remove_indicator
from keyuan.analytics.views.external.figure_list import period_word, place_word, plain
from keyuan.customers.selectors.classification.places import covers_all
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast


@require_GET
@allow(permissions.VIEW)
def indicator(request: StaffRequest) -> HttpResponse:
    """Show an indicator."""
    name = request.GET.get("name", "")
    figures = figures_of(request.actor, name)
    regions = {one.region_code: str(place_word(one.region_code)) for one in figures}
    asked = request.GET.get("region", "")
    region = asked if asked in regions else COUNTRY if COUNTRY in regions else next(iter(regions))
    newest = [one for one in figures if one.first_on == figures[0].first_on]
    context = {
        "name": name,
        "newest": figures[0],
        "period": period_word(figures[0]),
        "regions": regions,
        "region": region,
        "chart": _chart(name, regions[region], [one for one in figures if one.region_code == region]),
        "rows": [
            {"place": regions[row.figure.region_code], "value": plain(row.figure.value), "row": row}
            for row in beside_the_book(newest)
        ],
        # What the book stands for by province is counted of all of it.
        "whole": covers_all(request.actor),
        "may_remove": request.actor.may(permissions.RUN),
    }
    return page(request, "analytics/external/indicator.html", context)


def _chart(name: str, place: str, figures: list[ExternalFigure]) -> dict[str, Any] | None:
    if not figures:
        return None
    return {
        "key": "external",
        "title": f"{name} {place}",
        "unit": figures[0].unit,
        "kind": "line" if len(figures) > 1 else "bar",
        "label": pgettext("statistics", "Period"),
        "series": [{"name": name}],
        "rows": [{"label": period_word(one), "values": [float(one.value)]} for one in reversed(figures)],
    }


@require_POST
@allow(permissions.RUN)
def indicator_remove(request: StaffRequest) -> HttpResponse:
    """Take an indicator out."""
    name = request.POST.get("name", "")
    count = remove_indicator(actor=request.actor, indicator=name, now=clock.now())
    toast(request, _("%(count)s figures of %(name)s were removed") % {"count": count, "name": name})
    return HttpResponseRedirect(reverse("analytics:external-figures"))
