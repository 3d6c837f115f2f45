"""Figures of a board made ready for pages, files and programs (ANA-12)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from keyuan.analytics.forms.boards import words
from keyuan.analytics.rules.boards.indicators import (
    CNY,
    Figures,
    Indicator,
    figure_of,
)
from keyuan.analytics.rules.boards.outlook import Outlook
from keyuan.analytics.rules.boards.periods import Period
from keyuan.analytics.selectors.boards.telling import Told
from keyuan.analytics.views.boards.links import link_of
from keyuan.customers.selectors.classification.places import Place
from keyuan.kernel.actor import Actor

#: Points of the little line of a key figure, and its box.
POINTS, WIDE, HIGH = 13, 56, 24
WAN = 1_000_000


@dataclass(frozen=True, slots=True)
class Seen:
    """Who reads which part of the book, over which period, as of which night."""

    actor: Actor
    place: Place
    period: Period
    day: date


def key_figure(one: Told, seen: Seen, figures: Figures, page_url: str) -> dict[str, Any]:
    """Return what the component of a key figure shows; it leads to the list, else to the indicator's page."""
    key, change = one.indicator.key, one.change
    value, unit = words.said(one.indicator, one.value)
    said = words.change_said(one.indicator, change)
    good = one.indicator.rises is not None and change is not None and (change >= 0) == one.indicator.rises
    return {
        "label": words.INDICATORS[key].name,
        "value": value,
        "unit": unit,
        "definition": words.INDICATORS[key].formula,
        "points": spark([figure_of(one.indicator, figures, one.period.moved(n)) for n in range(1 - POINTS, 1)]),
        "target": _target_said(one),
        "change": "" if said == words.UNMOVED else said,
        "change_kind": "muted" if one.indicator.rises is None else "ok" if good else "bad",
        "rising": bool(change and change > 0),
        "url": next((link["url"] for link in links(one.indicator, replace(seen, period=one.period))), "") or page_url,
    }


def _target_said(one: Told) -> str:
    if one.target is None:
        return ""
    return _("Target of the year: %(target)s") % {"target": words.in_words(one.indicator, one.target)}


def links(indicator: Indicator, seen: Seen) -> list[dict[str, Any]]:
    """Return the lists behind the parts of a figure, the upper part first."""
    found: list[dict[str, Any]] = []
    for part in indicator.parts:
        url = link_of(seen.actor, part, seen.period, seen.place, seen.day)
        if url and url not in [one["url"] for one in found]:
            found.append({"url": url, "is_base": part is indicator.bottom})
    return found


def spark(values: Sequence[float | None]) -> str:
    """Return the points of a little line; empty with fewer than two known values."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    span = (high - low) or 1
    step = WIDE / (len(values) - 1)
    return " ".join(
        f"{place * step:.0f},{HIGH - 2 - (value - low) / span * (HIGH - 4):.0f}"
        for place, value in enumerate(values)
        if value is not None
    )


def row(one: Told, seen: Seen, page_url: str) -> dict[str, Any]:
    """Return one line of the table of figures."""
    indicator = one.indicator
    found = one.outlook.projection
    return {
        "told": one,
        "name": words.INDICATORS[indicator.key].name,
        "formula": words.INDICATORS[indicator.key].formula,
        "value": words.in_words(indicator, one.value),
        "as_of": seen.day if one.period.last_day > seen.day and indicator.is_level else None,
        "before": words.in_words(indicator, one.before),
        "change": words.change_said(indicator, one.change),
        "year_before": words.in_words(indicator, one.year_before),
        "year_change": words.change_said(indicator, one.year_change),
        "target": "" if one.target is None else words.in_words(indicator, one.target),
        "so_far": words.in_words(indicator, one.outlook.so_far),
        "projected": words.in_words(indicator, found.value) if found else "",
        "bounds": bounds(indicator, one.outlook),
        "course": words.course_said(one.course, one.outlook),
        "url": page_url,
        "links": links(indicator, replace(seen, period=one.period)),
    }


def bounds(indicator: Indicator, outlook: Outlook) -> str:
    """Return the interval of a projection in words; empty where none is known."""
    found = outlook.projection
    if found is None or found.low is None or found.high is None:
        return ""
    low, high = (words.said(indicator, value)[0] for value in (found.low, found.high))
    return f"{low} ～ {words.in_words(indicator, found.high)}" if high else ""


def drawn(indicator: Indicator, value: float | None) -> float | None:
    """Return a figure as a chart draws it: amounts in ten thousand yuan."""
    if value is None:
        return None
    return round(value / WAN, 2) if indicator.unit == CNY else round(value, 2)


def chart_unit(indicator: Indicator) -> Any:
    """Return the unit of `drawn`."""
    return _("10,000 yuan") if indicator.unit == CNY else words.UNITS[indicator.unit]


def course_chart(indicator: Indicator, figures: Figures, last: date, months: int) -> dict[str, Any] | None:
    """Return an indicator month by month beside the same months of the year before; None without two months."""
    periods = [Period(last, last).moved(number) for number in range(1 - months, 1)]
    rows = [
        {
            "label": f"{period.last:%Y-%m}",
            "values": [
                drawn(indicator, figure_of(indicator, figures, period)),
                drawn(indicator, figure_of(indicator, figures, period.year_before)),
            ],
        }
        for period in periods
    ]
    if sum(one["values"][0] is not None for one in rows) < 2:
        return None
    return {
        "key": f"board-{indicator.key}",
        "title": words.INDICATORS[indicator.key].name,
        "unit": chart_unit(indicator),
        "kind": "line" if indicator.is_level or indicator.bottom else "bar",
        "label": _("Month"),
        "series": [{"name": _("This period")}, {"name": _("A year before")}],
        "rows": rows,
    }
