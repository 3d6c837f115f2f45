"""The list of published figures, the newest period first (ANA-1)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.analytics import permissions
from keyuan.analytics.models import ExternalFigure
from keyuan.analytics.rules.external.reading import COUNTRY, Period, region_name
from keyuan.analytics.selectors.external.figures import figures_visible_to, indicators
from keyuan.kernel.actor import Actor
from keyuan.kernel.identifiers.regions import provinces
from keyuan.platform.lists import Choice, ChoiceFilter, Column, DateRange, Empty, FilterContext, ListSpec, Sort


def place_word(code: str) -> Any:
    """Return what a region is called."""
    return _("Whole country") if code == COUNTRY else region_name(code)


def plain(value: Decimal | None) -> str | None:
    """Return a figure without idle zeros."""
    return None if value is None else f"{value.normalize():,f}"


def period_word(row: ExternalFigure) -> str:
    """Return the period such as 2024, 2024Q1 or 2024-05."""
    return Period(row.kind, row.first_on, row.last_on).code


def indicator_url(indicator: str) -> str:
    """Return the address of an indicator's page."""
    return f"{reverse('analytics:external-indicator')}?{urlencode({'name': indicator})}"


def _regions(_actor: Actor) -> list[Choice]:
    named = [Choice(f"{code}0000", name) for code, name in provinces().items()]
    return [Choice(COUNTRY, _("Whole country")), *named]


class ExternalFigureList(ListSpec):
    """Published figures, the newest first."""

    key = "external-figures"
    title = _("Figures from outside")
    permission = permissions.VIEW
    url_name = "analytics:external-figures"
    columns = (
        Column(key="indicator", label=_("Indicator"), value="indicator", width=200, first=True),
        Column(key="region", label=_("Region"), value=lambda row, _extras: place_word(row.region_code), width=140),
        Column(
            key="period",
            label=pgettext_lazy("statistics", "Period"),
            value=lambda row, _extras: period_word(row),
            width=96,
            sort="last",
            phone=True,
        ),
        Column(
            key="value",
            label=pgettext_lazy("statistics", "Value"),
            value=lambda row, _extras: plain(row.value),
            width=140,
            phone=True,
        ),
        Column(key="unit", label=pgettext_lazy("of measurement", "Unit"), value="unit", width=80, phone=True),
        Column(key="by", label=_("Published by"), value="published_by", width=160),
        Column(key="known", label=_("Known from"), value="known_on", kind="date", width=112),
        Column(
            key="former",
            label=_("Before it was published anew"),
            value=lambda row, _extras: plain(row.former),
            width=140,
            low_priority=True,
        ),
        Column(key="imported", label=_("Imported"), value="imported_at", kind="moment", width=150, low_priority=True),
        Column(key="importer", label=_("Imported by"), value="imported_by", width=100, low_priority=True),
    )
    filters = (
        ChoiceFilter(
            key="indicator",
            label=_("Indicator"),
            field="indicator",
            primary=True,
            choices=lambda actor: [Choice(name, name) for name in indicators(actor)],
        ),
        ChoiceFilter(key="region", label=_("Region"), field="region_code", choices=_regions),
        DateRange(key="last", label=_("Last day of the period"), field="last_on"),
    )
    sorts = (Sort(key="last", label=pgettext_lazy("statistics", "Period"), field="last_on"),)
    default_sort = "-last"
    empty = Empty(
        title=_("No figures from outside yet"),
        text=_("Published tables are imported under Operations, Import: indicator, region, period, value."),
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[ExternalFigure]]:
        """Return all of them."""
        return [figures_visible_to(actor)]

    def row_url(self, row: ExternalFigure) -> str:
        """Return the indicator's page."""
        return indicator_url(row.indicator)
