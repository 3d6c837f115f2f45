"""Boards by role, an indicator with its course and units, and the definitions of all of them (ANA-12)."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from keyuan.analytics import permissions
from keyuan.analytics.forms.boards import words
from keyuan.analytics.rules.boards.indicators import BOARDS, BY_KEY, INDICATORS, Figures, Indicator, figure_of, taken
from keyuan.analytics.rules.boards.measures import STATES
from keyuan.analytics.rules.boards.periods import Period
from keyuan.analytics.selectors.boards.figures import counted_day, figures_of
from keyuan.analytics.selectors.boards.telling import board_told, told
from keyuan.analytics.selectors.boards.terms import history_of, target_of, target_unit, terms_by_indicator, terms_of
from keyuan.analytics.views.boards.asked import Asked, asked, offered
from keyuan.analytics.views.boards.shown import Seen, course_chart, key_figure, links, row
from keyuan.analytics.views.boards.units_below import board_units, indicator_units
from keyuan.customers.selectors.classification.places import Place, covers_all, place_of, units_below
from keyuan.kernel.errors import NotFound
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.permissions import EXPORT_RUN

CHARTED, LISTED = 24, 24
#: A key figure for each of so many; the rest stands in the table.
KEY_FIGURES = 8


@require_GET
@allow(permissions.BOARDS)
def board(request: StaffRequest, key: str = "") -> HttpResponse:
    """Show a board; without a key the one of the post's role."""
    key = key or words.BOARD_OF_ROLE.get(request.actor.role_code, "branch")
    if key not in BOARDS:
        raise NotFound
    day = counted_day()
    ask = asked(request.GET, day or clock.today())
    place = place_of(request.actor, ask.unit_id)
    context: dict[str, Any] = {"key": key, "title": words.BOARDS[key], "tabs": tabs(key, ask)}
    context |= asked_context(request, ask, place, day)
    if day is not None:
        figures = figures_of(request.actor, place)
        seen = Seen(request.actor, place, ask.period, day)
        found = board_told(key, figures, ask.period, terms_by_indicator(target_unit(request.actor, place)), day)
        rows = [row(one, seen, indicator_url(one.indicator, ask)) for one in found]
        context |= {
            "kpis": [key_figure(one, seen, figures, indicator_url(one.indicator, ask)) for one in found[:KEY_FIGURES]],
            "stands_on": next((one["as_of"] for one in rows if one["as_of"]), None),
            "rows": rows,
            "chart": course_chart(found[0].indicator, figures, ask.period.last, CHARTED),
            "heads": [words.INDICATORS[one.indicator.key].name for one in found],
            "units": board_units(context["choices"], found, ask, place.channel),
        }
    return page(request, "analytics/boards/board.html", context)


def tabs(active: str, ask: Asked) -> list[dict[str, Any]]:
    """Return the boards, and the plan."""
    found = [
        {
            "label": words.BOARDS[key],
            "url": reverse("analytics:board", args=[key]) + ask.query(),
            "active": key == active,
            "count": None,
        }
        for key in BOARDS
    ]
    plan = {"label": _("Five-year plan"), "url": reverse("analytics:board-plan"), "active": active == "plan"}
    return [*found, {**plan, "count": None}]


def asked_context(request: StaffRequest, ask: Asked, place: Place, day: date | None) -> dict[str, Any]:
    """Return what the form of period and unit shows."""
    return {
        "ask": ask,
        "place": place,
        "day": day,
        "choices": units_below(request.actor, place),
        "lengths": list(words.LENGTHS.items()),
        "months": offered(day) if day else [],
        "until": f"{ask.period.last:%Y-%m}",
        "is_open": day is not None and ask.period.last_day > day,
        "query": ask.query(),
        "may_export": request.actor.may(EXPORT_RUN),
        "may_set": request.actor.may(permissions.KPI_SET),
    }


def indicator_url(indicator: Indicator, ask: Asked) -> str:
    """Return the address of an indicator's page for the same question."""
    return reverse("analytics:indicator", args=[indicator.key]) + ask.query()


@require_GET
@allow(permissions.BOARDS)
def indicator(request: StaffRequest, key: str) -> HttpResponse:
    """Show one indicator: definition, course, months, units, owner and targets with their history."""
    one = BY_KEY.get(key)
    if one is None:
        raise NotFound
    day = counted_day()
    ask = asked(request.GET, day or clock.today())
    place = place_of(request.actor, ask.unit_id)
    unit = target_unit(request.actor, place)
    context = {
        "indicator": one,
        "words": words.INDICATORS[key],
        "unit_word": words.UNITS[one.unit],
        "direction": words.DIRECTIONS[one.rises],
        "note": words.note_of(one, frozenset(STATES)),
        "terms": terms_of(key, unit),
        "history": [_version(one, version) for version in history_of(key, unit)],
        "may_change": request.actor.may(permissions.KPI_SET) and unit >= 0,
        **asked_context(request, ask, place, day),
    }
    if day is not None:
        context |= _told_context(request, one, ask, place, day)
    return page(request, "analytics/boards/indicator.html", context)


def _told_context(request: StaffRequest, one: Indicator, ask: Asked, place: Place, day: date) -> dict[str, Any]:
    figures = figures_of(request.actor, place)
    target = target_of(terms_by_indicator(target_unit(request.actor, place)), one.key, ask.period.last.year)
    found = told(one, figures, ask.period, target, day)
    seen = Seen(request.actor, place, ask.period, day)
    return {
        "row": row(found, seen, ""),
        "chart": course_chart(one, figures, ask.period.last, CHARTED),
        "parts": [_part_word(part.measure, one) for part in one.parts] if one.bottom else [],
        "rows": [_month(request, one, figures, Period(ask.period.last, ask.period.last).moved(-number), place, day)
                 for number in range(LISTED)],
        "units": indicator_units(units_below(request.actor, place), found, ask, place.channel),
    }  # fmt: skip


def _part_word(measure: str, one: Indicator) -> Any:
    bottom = one.bottom.measure if one.bottom else ""
    return _("Below the line") if measure == bottom else _("Above the line")


def _month(
    request: StaffRequest, one: Indicator, figures: Figures, period: Period, place: Place, day: date
) -> dict[str, Any]:
    """Return a month of an indicator with its parts and the lists behind them."""
    seen = Seen(request.actor, place, period, day)
    return {
        "month": period.last,
        "is_open": period.last_day > day,
        "value": words.in_words(one, figure_of(one, figures, period)),
        "year_before": words.in_words(one, figure_of(one, figures, period.year_before)),
        "parts": [taken(part, figures, period) for part in one.parts] if one.bottom else [],
        "links": links(one, seen),
    }


def _version(one: Indicator, version: Any) -> dict[str, Any]:
    targets = [(year, words.in_words(one, float(value))) for year, value in sorted(version.targets.items())]
    return {"row": version, "targets": targets}


@require_GET
@allow(permissions.BOARDS)
def definitions(request: StaffRequest) -> HttpResponse:
    """Show every indicator with formula, source, unit, direction, owner and this year's target."""
    place = place_of(request.actor)
    terms = terms_by_indicator(target_unit(request.actor, place))
    year = clock.today().year
    rows = [
        {
            "indicator": one,
            "words": words.INDICATORS[one.key],
            "unit": words.UNITS[one.unit],
            "direction": words.DIRECTIONS[one.rises],
            "owner": terms[one.key].owner_name if one.key in terms else "",
            "target": "" if (target := target_of(terms, one.key, year)) is None else words.in_words(one, target),
            "boards": [words.BOARDS[key] for key, shown in BOARDS.items() if one.key in shown],
            "url": reverse("analytics:indicator", args=[one.key]),
        }
        for one in INDICATORS
    ]
    context = {"rows": rows, "year": year, "place": place, "whole": covers_all(request.actor)}
    return page(request, "analytics/boards/definitions.html", context)
