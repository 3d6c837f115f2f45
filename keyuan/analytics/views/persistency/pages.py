"""Persistency in three cuts by cohort, and how customers stay, come back and bring others (ANA-10)."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from keyuan.analytics import permissions
from keyuan.analytics.models import PersistencyCell
from keyuan.analytics.rules.features.rates import MEASURES as RATES
from keyuan.analytics.rules.persistency.behind import (
    COUNTED,
    MISSED,
    PART,
    RECEIVED,
    REST,
    WHOLE,
    CohortSide,
    RateSide,
)
from keyuan.analytics.rules.persistency.measuring import CUTS, MEASURES
from keyuan.analytics.rules.persistency.ratios import NOTHING, Choice, Ratio
from keyuan.analytics.selectors.cohorts import Cohort, cohorts_of, last_complete
from keyuan.analytics.selectors.figures import Cell, counted_day, persistency_of, persistency_of_units, ratios_of
from keyuan.analytics.views.persistency.asked import CUT_WORDS, FLAGS, MEASURE_WORDS, Asked, asked
from keyuan.analytics.views.persistency.words import RATE_WORDS
from keyuan.customers.selectors import labels
from keyuan.customers.selectors.classification.places import Place, place_of, units_below
from keyuan.kernel.actor import Actor
from keyuan.organisation.models import Unit
from keyuan.platform.formats import percent
from keyuan.platform.http import StaffRequest, allow, page

ALWAYS = frozenset({"growth"})


@require_GET
@allow(permissions.VIEW)
def persistency(request: StaffRequest) -> HttpResponse:
    """Show the persistency of the reach, or of a unit inside it."""
    ask = asked(request.GET)
    place = place_of(request.actor, ask.unit_id)
    day = counted_day(PersistencyCell)
    context: dict[str, Any] = {"ask": ask, "place": place, "day": day, **_choices(ask)}
    units = units_below(request.actor, place)
    if day is not None:
        cells = persistency_of(request.actor, place, ask.channel)
        cohorts = cohorts_of(cells, ask.months, ask.choice, day)
        context |= {
            "figures": _figures(cells, ask, day),
            "rows": [_row(one, ask) for one in reversed(cohorts)],
            "chart": _chart(ask, cohorts),
            "units": _units(units, ask, day),
            "rates": _rates(request.actor, place, ask),
        }
    return page(request, "analytics/persistency/persistency.html", context)


def _choices(ask: Asked) -> dict[str, Any]:
    return {
        "measures": [(str(months), word) for months, word in MEASURE_WORDS.items()],
        "cuts": list(CUT_WORDS.items()),
        "channels": list(labels.SALES_CHANNELS.items()),
        "months": str(ask.months),
        "measure": MEASURE_WORDS[ask.months],
        "cut": CUT_WORDS[ask.choice.cut],
        "flags": {name: getattr(ask.choice, name) for name in FLAGS},
    }


def _figures(cells: list[Cell], ask: Asked, day: date) -> list[dict[str, Any]]:
    """Return every measure of the last twelve complete cohorts, in each cut, with the newest of these cohorts."""
    found = []
    for months in MEASURES:
        choices = [Choice(cut, *(getattr(ask.choice, name) for name in FLAGS)) for cut in CUTS]
        newest = [last_complete(cells, months, choice, day) for choice in choices]
        totals = _said([one.total if one else NOTHING for one in newest])
        cuts = [(total, one.month if one else None) for total, one in zip(totals, newest, strict=True)]
        found.append({"word": MEASURE_WORDS[months], "url": ask.address(months=str(months)), "cuts": cuts})
    return found


def _said(ratios: list[Ratio]) -> list[str]:
    return [said(one) for one in ratios]


def said(ratio: Ratio) -> str:
    """Return a ratio in per cent, dashes where there is no base."""
    return percent(ratio.share)


def _row(cohort: Cohort, ask: Asked) -> dict[str, Any]:
    return {
        "cohort": cohort,
        "cuts": _said(list(cohort.cuts)),
        "total": said(cohort.total),
        **{f"{side}_url": _list_of(cohort, ask, side) for side in (COUNTED, RECEIVED, MISSED)},
    }


def _list_of(cohort: Cohort, ask: Asked, side: str) -> str:
    """Return the address of exactly the contracts on one side of a cohort's figure, in the reader's own reach."""
    figure = CohortSide(ask.months, cohort.month, ask.choice, side, ask.unit_id, ask.channel)
    return f"{reverse('analytics:policies-behind')}?{urlencode({'of': figure.text})}"


def _chart(ask: Asked, cohorts: list[Cohort]) -> dict[str, Any] | None:
    """Return ratio and twelve-month total by cohort, for the cohorts that are complete."""
    complete = [one for one in cohorts if one.is_complete]
    if len(complete) < 2:
        return None
    rows = [{"label": f"{one.month:%Y-%m}", "values": [_rate(one.ratio), _rate(one.total)]} for one in complete]
    return {
        "key": "persistency",
        "title": MEASURE_WORDS[ask.months],
        "unit": "%",
        "kind": "line",
        "label": _("Cohort"),
        "series": [{"name": CUT_WORDS[ask.choice.cut]}, {"name": _("Twelve months together")}],
        "rows": rows,
    }


def _rate(ratio: Ratio) -> float | None:
    return None if ratio.share is None else round(100 * ratio.share, 1)


def _units(units: list[Unit], ask: Asked, day: date) -> list[dict[str, Any]]:
    """Return the units next below, the worst first."""
    cells = persistency_of_units([unit.pk for unit in units], ask.months, ask.channel)
    newest = [(unit, last_complete(cells.get(unit.pk, []), ask.months, ask.choice, day)) for unit in units]
    found = [(unit, one.total if one else NOTHING) for unit, one in newest]
    found.sort(key=lambda pair: (pair[1].share is None, pair[1].share or 0))
    return [
        {"unit": unit, "ratio": ratio, "said": said(ratio), "url": ask.address(unit=str(unit.pk))}
        for unit, ratio in found
    ]


def _rates(actor: Actor, place: Place, ask: Asked) -> list[dict[str, Any]]:
    known = ratios_of(actor, place)
    found = []
    for key in RATES:
        part, whole = known.get(key, (0, 0))
        share = part / whole - (1 if key in ALWAYS else 0) if whole else None
        word, note = RATE_WORDS[key]
        urls = {f"{side}_url": _people_of(key, side, ask) for side in (PART, WHOLE)}
        rest = _people_of(key, REST, ask) if key not in ALWAYS else ""
        row = {"word": word, "note": note, "part": part, "whole": whole, "said": percent(share)}
        found.append({**row, **urls, "rest": whole - part, "rest_url": rest})
    return found if known else []


def _people_of(measure: str, side: str, ask: Asked) -> str:
    """Return the address of exactly the customers (of renewals: contracts) on one side of a ratio."""
    figure = RateSide(measure, side, ask.unit_id)
    name = "policies-behind" if figure.is_about_policies else "customers-behind"
    return f"{reverse(f'analytics:{name}')}?{urlencode({'of': figure.text})}"
