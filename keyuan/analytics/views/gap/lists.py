"""Results of protection gaps as a list (ANA-8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.analytics import permissions
from keyuan.analytics.forms.gap import words
from keyuan.analytics.models import GapResult
from keyuan.analytics.selectors.gap import result_sources
from keyuan.analytics.views.gap.shown import amount
from keyuan.customers.selectors.subjects import customer_labels
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.lists import (
    BooleanFilter,
    Choice,
    ChoiceFilter,
    Column,
    Empty,
    FilterContext,
    Link,
    ListSpec,
    Sort,
    View,
)


@dataclass(frozen=True, slots=True)
class Extras:
    """Who asks, and the names of the customers in reach."""

    actor: Actor
    customers: Mapping[int, str]


def _customer(row: GapResult, extras: Extras) -> Link | str:
    name = extras.customers.get(row.customer_id, "")
    return Link(name, reverse("customers:customer", args=[row.customer_id])) if name else ""


def _choices(labels: words.Words) -> tuple[Choice, ...]:
    return tuple(Choice(key, label) for key, label in labels.items())


class GapList(ListSpec):
    """Results in reach, the newest first; without the view "All" only each customer's present one."""

    key = "gaps"
    title = _("Protection gaps")
    permission = permissions.GAPS
    url_name = "analytics:gap-list"
    noun = _("results of protection gaps")
    columns = (
        Column(key="made", label=_("Worked out"), value="made_at", kind="moment", sort="made", first=True, width=144),
        Column(key="customer", label=_("Customer"), value=_customer, kind="link", width=120, phone=True),
        Column(
            key="stage", label=_("Life stage"), value=lambda row, _x: words.word(words.STAGES, row.life_stage),
            width=136,
        ),
        Column(
            key="total", label=_("Gap in all (yuan)"), value=lambda row, extras: amount(extras.actor, row.total_gap),
            width=136, sort="total", align="right", phone=True,
        ),
        Column(
            key="first", label=_("To close first"), width=120,
            value=lambda row, _x: words.word(words.KINDS, row.first_kind) if row.first_kind else None,
        ),
        Column(key="edition", label=_("Edition of assumptions"), value="edition", kind="number", low_priority=True),
        Column(key="maker", label=_("Made by"), value="made_by_name", width=104, low_priority=True),
    )  # fmt: skip
    filters = (
        ChoiceFilter(
            key="stage", label=_("Life stage"), field="life_stage", choices=_choices(words.STAGES), primary=True,
            dense=True,
        ),
        ChoiceFilter(
            key="first", label=_("To close first"), field="first_kind", choices=_choices(words.KINDS), primary=True,
            dense=True,
        ),
        BooleanFilter(key="latest", label=_("Present results only"), field="is_latest", only_true=True),
    )  # fmt: skip
    sorts = (
        Sort(key="made", label=_("Worked out"), field="made_at", descending=True),
        Sort(key="total", label=_("Gap in all"), field="total_gap", descending=True),
    )
    default_sort = "-made"
    views = (
        View(key="present", label=pgettext_lazy("gap result", "Present"), query="latest=1"),
        View(key="all", label=_("All")),
    )
    empty = Empty(
        title=_("No protection gap worked out yet"),
        text=_("Open a customer and begin the questionnaire in the panel Protection gap."),
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Return the results in reach."""
        return result_sources(actor, now=clock.now())

    def prepare(self, actor: Actor, rows: Sequence[GapResult], _context: FilterContext) -> Extras:
        """Load the names of customers."""
        now: datetime = clock.now()
        return Extras(actor, customer_labels(actor, list({row.customer_id for row in rows}), now=now))

    def row_url(self, row: GapResult) -> str:
        """Return the page of the result."""
        return reverse("analytics:gap", args=[row.pk])
