"""The list of nights, the newest first (ANA-1)."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.analytics import permissions
from keyuan.analytics.models import NightRun
from keyuan.analytics.selectors.runs import runs_visible_to, with_sums
from keyuan.analytics.views.runs.words import STATUSES, starter
from keyuan.kernel.actor import Actor
from keyuan.platform.lists import (
    Choice,
    ChoiceFilter,
    Column,
    DateRange,
    Empty,
    FilterContext,
    ListSpec,
    Sort,
    Status,
)


def _status(row: NightRun, _extras: Any) -> Status:
    return Status(*STATUSES[row.status])


class NightRunList(ListSpec):
    """Nights, the newest first."""

    key = "night-runs"
    title = _("Night runs")
    permission = permissions.VIEW
    url_name = "analytics:runs"
    columns = (
        Column(key="day", label=_("Day"), value="day", kind="date", width=112, sort="day", first=True),
        Column(key="status", label=_("Status"), value=_status, kind="status", width=96, phone=True),
        Column(key="seconds", label=_("Seconds"), value="seconds", kind="number", width=88, phone=True),
        Column(key="steps", label=pgettext_lazy("night run", "Steps"), value="made", kind="number", width=72),
        Column(key="read", label=_("Rows read"), value="read", kind="number", width=120),
        Column(key="changed", label=_("Rows written back"), value="changed", kind="number", width=120),
        Column(key="as_of", label=_("Copy of the book taken"), value="as_of", kind="moment", width=150),
        Column(key="engine", label=_("Engine"), value="engine", width=88, low_priority=True),
        Column(
            key="by",
            label=_("Started by"),
            value=lambda row, _extras: starter(row.started_by),
            width=120,
            low_priority=True,
        ),
    )
    filters = (
        ChoiceFilter(
            key="status",
            label=_("Status"),
            field="status",
            choices=tuple(Choice(code, word) for code, (word, _tone) in STATUSES.items()),
            primary=True,
            dense=True,
        ),
        DateRange(key="day", label=_("Day"), field="day"),
    )
    sorts = (Sort(key="day", label=_("Day"), field="day"),)
    default_sort = "-day"
    empty = Empty(
        title=_("No night has run yet"),
        text=pgettext_lazy("night run", "The night runs by itself after the copy of the book, or by keyuan night."),
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[NightRun]]:
        """Return all of them."""
        return [with_sums(runs_visible_to(actor))]

    def row_url(self, row: NightRun) -> str:
        """Return the run's page."""
        return reverse("analytics:run", args=[row.pk])
