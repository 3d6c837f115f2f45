"""The list of money in suspense."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.selectors.labels import label_of
from keyuan.kernel.actor import Actor
from keyuan.platform.crypto.presenter import present
from keyuan.platform.lists import (
    ChoiceFilter,
    Column,
    DateRange,
    Empty,
    FilterContext,
    PageAction,
    Sort,
    Status,
    TextFilter,
    View,
    choices_of,
)
from keyuan.policies import permissions
from keyuan.policies.models import SuspenseItem
from keyuan.policies.selectors.contract import policy_number
from keyuan.policies.selectors.refunds import sees_money
from keyuan.policies.selectors.suspense import SOURCES, suspense_visible_to
from keyuan.policies.views.cells import WholePageList

NEW = PageAction(
    label=_("Take money in"), url_name="policies:suspense-create", icon="plus", permission=permissions.MONEY_ACT,
    primary=True, shown=sees_money,
)  # fmt: skip


def _state(row: SuspenseItem, _actor: Actor) -> Status:
    if not row.is_open:
        return Status(pgettext_lazy("suspense", "Placed"), "ok")
    return (
        Status(pgettext_lazy("suspense", "Open"), "warn")
        if row.left
        else Status(_("Waits for a second person"), "accent")
    )


def _policy(row: SuspenseItem, actor: Actor) -> str | None:
    return policy_number(actor, row.policy) if row.policy else None


def _by_number(rows: "QuerySet[SuspenseItem]", value: Any, _context: FilterContext) -> "QuerySet[SuspenseItem]":
    """Keep the item with this number, or with the bank's number of the transfer."""
    typed = str(value).strip()
    return rows.filter(item_no=typed.upper()) if typed.upper().startswith("SU") else rows.filter(reference=typed)


class SuspenseList(WholePageList):
    """Money in suspense, the oldest first."""

    key = "suspense"
    title = _("Suspense")
    permission = permissions.MONEY
    url_name = "policies:suspense"
    noun = _("items")
    columns = (
        Column(key="number", label=pgettext_lazy("suspense", "Item"), value="item_no", width=150, first=True),
        Column(key="state", label=_("State"), value=_state, kind="status", width=130, phone=True),
        Column(key="received", label=_("Received on"), value="received_on", kind="date", width=120, sort="received"),
        Column(key="amount", label=_("Amount (yuan)"), value="amount", kind="money", width=120),
        Column(key="left", label=_("Left (yuan)"), value="left", kind="money", width=120, phone=True),
        Column(key="source", label=_("Why it is here"), value=lambda row, _a: label_of(SOURCES, row.source), width=140),
        Column(
            key="payer", label=_("Payer"), value=lambda row, actor: present(actor, row.payer_name, "name"), width=110
        ),
        Column(key="policy", label=_("Policy number"), value=_policy, width=144),
        Column(key="reference", label=_("Bank's number of the transfer"), value="reference", width=160, default=False),
        Column(key="note", label=_("Note"), value="note", width=160, low_priority=True),
    )
    filters = (
        TextFilter(
            key="q", label=_("Number"), placeholder=_("Item or transfer"), primary=True, searches=True,
            apply=_by_number,
        ),
        ChoiceFilter(
            key="state", label=_("State"), field="is_open", primary=True, dense=True,
            choices=choices_of({"1": pgettext_lazy("suspense", "Open"), "0": pgettext_lazy("suspense", "Placed")}),
        ),
        ChoiceFilter(
            key="source", label=_("Why it is here"), field="source", choices=choices_of(SOURCES), dense=True
        ),
        DateRange(key="received", label=_("Received on"), field="received_on"),
    )  # fmt: skip
    sorts = (Sort(key="received", label=_("Received on"), field="received_on"),)
    default_sort = "received"
    views = (
        View(key="open", label=pgettext_lazy("suspense", "Open"), query="state=1"),
        View(key="all", label=_("All money")),
    )
    page_actions = (NEW,)
    empty = Empty(
        title=_("Nothing in suspense"),
        text=_("Money that names no contract, or is more than was due, waits here until you place it."),
        action=NEW,
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[SuspenseItem]]:
        """Return the items."""
        return [suspense_visible_to(actor)]

    def row_url(self, row: SuspenseItem) -> str:
        """Return the item's page."""
        return reverse("policies:suspense-item", args=[row.pk])
