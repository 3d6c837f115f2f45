"""The units next below with the figures of a board, or of one indicator (ANA-12)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from keyuan.analytics.forms.boards import words
from keyuan.analytics.rules.boards.indicators import figure_of
from keyuan.analytics.rules.boards.periods import Period
from keyuan.analytics.selectors.boards.figures import figures_of_units
from keyuan.analytics.selectors.boards.telling import Told
from keyuan.analytics.views.boards.asked import Asked
from keyuan.organisation.models import Unit

DECEMBER = 12


def board_units(units: Sequence[Unit], found: Sequence[Told], ask: Asked, channel: str) -> list[dict[str, Any]]:
    """Return units with every figure of a board; the caller was let see them."""
    kept = figures_of_units([unit.pk for unit in units], _months(found), channel)
    return [
        {
            "unit": unit,
            "url": ask.query(unit=str(unit.pk)),
            "values": [
                words.in_words(one.indicator, figure_of(one.indicator, kept.get(unit.pk, {}), one.period))
                for one in found
            ],
        }
        for unit in units
    ]


def indicator_units(units: Sequence[Unit], one: Told, ask: Asked, channel: str) -> list[dict[str, Any]]:
    """Return units with one figure, the best first; those without a figure last."""
    kept = figures_of_units([unit.pk for unit in units], _months([one]), channel)
    found = [(unit, figure_of(one.indicator, kept.get(unit.pk, {}), one.period)) for unit in units]
    sign = 1 if one.indicator.rises is False else -1
    found.sort(key=lambda pair: (pair[1] is None, sign * (pair[1] or 0)))
    address = reverse("analytics:indicator", args=[one.indicator.key])
    return [
        {
            "unit": unit,
            "value": words.in_words(one.indicator, value),
            "url": address + ask.query(unit=str(unit.pk)),
        }
        for unit, value in found
    ]


def _months(found: Sequence[Told]) -> set[date]:
    """Return the months that the figures are made of; yearly ones begin with the end of the year before."""
    months = {month for one in found for month in one.period.months}
    for one in found:
        if one.indicator.is_yearly:
            months |= set(Period(date(one.period.last.year - 1, DECEMBER, 1), one.period.last).months)
    return months
