"""Who objects to automated decisions, and who did: the newest first (ANA-11; PIPL 24)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.analytics import permissions
from keyuan.analytics.models import AutomationObjection
from keyuan.analytics.selectors.objections import objection_sources
from keyuan.analytics.services.objections.noting import WAYS
from keyuan.contact.selectors.labels import SOURCES, label_of
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
    MomentRange,
    RowAction,
    Sort,
    Status,
    View,
)

Names = Mapping[int, str]


def _customer(row: AutomationObjection, names: Names) -> Link:
    return Link(names.get(row.customer_id, ""), reverse("analytics:automated-explain", args=[row.customer_id]))


def _state(row: AutomationObjection, _names: Names) -> Status:
    if row.withdrawn_at is None:
        return Status(pgettext_lazy("objection state", "Stands"), "warn")
    return Status(pgettext_lazy("objection state", "Taken back"), "off")


def _way(column: str) -> Any:
    return lambda row, _names: label_of(SOURCES, getattr(row, column)) if getattr(row, column) else ""


def _standing(rows: QuerySet[Any], value: bool, _context: FilterContext) -> QuerySet[Any]:
    return rows.filter(withdrawn_at__isnull=value)


def _ending(row: AutomationObjection) -> str:
    if row.withdrawn_at is not None:
        return ""
    return reverse("analytics:automated-take-back", args=[row.customer_id])


class ObjectionList(ListSpec):
    """Objections of the customers in reach."""

    key = "objections"
    title = _("Objections to automated decisions")
    permission = permissions.OBJECTIONS
    url_name = "analytics:objections"
    noun = pgettext_lazy("of a list", "objections")
    columns = (
        Column(key="customer", label=_("Customer"), value=_customer, kind="link", width=120, first=True),
        Column(key="state", label=_("Status"), value=_state, kind="status", width=88, phone=True),
        Column(key="said", label=pgettext_lazy("objection", "Said on"), value="said_on", kind="date", width=104),
        Column(key="way", label=pgettext_lazy("objection", "How"), value=_way("channel"), width=104),
        Column(key="words", label=pgettext_lazy("objection", "Customer's words"), value="words", width=200),
        Column(key="by", label=pgettext_lazy("objection", "Noted by"), value="recorded_by", width=96),
        Column(
            key="at", label=pgettext_lazy("objection", "Noted at"), value="recorded_at", kind="moment", width=136,
            sort="at", phone=True,
        ),
        Column(key="ended", label=pgettext_lazy("objection", "Taken back on"), value="withdrawn_on", kind="date",
               width=104),
        Column(key="ended_way", label=pgettext_lazy("objection", "How taken back"), value=_way("withdrawn_channel"),
               width=104, low_priority=True),
        Column(key="ended_why", label=pgettext_lazy("objection", "Why it ends"), value="withdrawn_words", width=200,
               low_priority=True),
        Column(key="ended_by", label=pgettext_lazy("objection", "Taken back with"), value="withdrawn_by", width=96,
               low_priority=True),
    )  # fmt: skip
    filters = (
        BooleanFilter(
            key="stands", label=pgettext_lazy("objection", "Still stands"), apply=_standing, primary=True, dense=True
        ),
        ChoiceFilter(
            key="way", label=pgettext_lazy("objection", "How"), field="channel", primary=True, dense=True,
            choices=tuple(Choice(key, SOURCES[key]) for key in WAYS),
        ),
        # The list stands in this order: a span of it is walked.
        MomentRange(
            key="at", label=pgettext_lazy("objection", "Noted at"), field="recorded_at", primary=True, dense=True
        ),
    )  # fmt: skip
    sorts = (Sort(key="at", label=pgettext_lazy("objection", "Noted at"), field="recorded_at", descending=True),)
    default_sort = "-at"
    views = (
        View(key="standing", label=pgettext_lazy("objection", "Still standing"), query="stands=1"),
        View(key="ended", label=pgettext_lazy("objection state", "Taken back"), query="stands=0"),
        View(key="all", label=_("All")),
    )
    row_actions = (
        RowAction(
            key="end", label=_("Take the objection back"), icon="arrow-back-up", url=_ending,
            permission=permissions.OBJECTIONS,
        ),
    )  # fmt: skip
    empty = Empty(
        title=_("Nobody objects"),
        text=_("An objection is noted on the customer's page, under automated decisions."),
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[AutomationObjection]]:
        """Return the objections of customers in reach."""
        return objection_sources(actor, now=clock.now())

    def prepare(self, actor: Actor, rows: Sequence[AutomationObjection], _context: FilterContext) -> Names:
        """Load the names of customers."""
        return customer_labels(actor, list({row.customer_id for row in rows}), now=clock.now())
