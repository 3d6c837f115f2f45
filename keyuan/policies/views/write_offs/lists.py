"""The list of premiums written off."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.selectors.labels import label_of
from keyuan.kernel.actor import Actor
from keyuan.platform.lists import ChoiceFilter, Column, Empty, FilterContext, Sort, TextFilter, View, choices_of
from keyuan.policies import permissions
from keyuan.policies.models import WriteOff
from keyuan.policies.selectors.contract import policy_number
from keyuan.policies.selectors.write_offs import KINDS, STATES, write_offs_visible_to
from keyuan.policies.views.bank_batches import state_column, state_filter
from keyuan.policies.views.cells import WholePageList


def _by_number(rows: "QuerySet[WriteOff]", value: object, _context: FilterContext) -> "QuerySet[WriteOff]":
    """Keep the one with this number."""
    return rows.filter(write_off_no=str(value).strip().upper())


class WriteOffList(WholePageList):
    """What was given up, the newest first."""

    key = "write-offs"
    title = _("Write-offs")
    permission = permissions.MONEY
    url_name = "policies:write-offs"
    noun = pgettext_lazy("noun", "write-offs")
    columns = (
        Column(key="number", label=pgettext_lazy("write-off", "Number"), value="write_off_no", width=150, first=True),
        state_column(STATES, width=140),
        Column(
            key="kind", label=pgettext_lazy("ledger", "Kind"), value=lambda row, _a: label_of(KINDS, row.kind),
            width=120,
        ),
        Column(
            key="policy", label=_("Policy number"), value=lambda row, actor: policy_number(actor, row.policy), width=144
        ),
        Column(
            key="instalment", label=pgettext_lazy("premium", "Instalment"), value="instalment_number", kind="number",
            width=90,
        ),
        Column(key="amount", label=_("Amount (yuan)"), value="amount", kind="money", width=120, phone=True),
        Column(key="reason", label=_("Reason"), value="reason", width=200, low_priority=True),
        Column(key="by", label=pgettext_lazy("suspense", "Asked by"), value="asked_by_name", width=100),
        Column(
            key="decided", label=pgettext_lazy("benefit", "Approved by"), value="decided_by_name", width=100,
            low_priority=True,
        ),
        Column(
            key="asked", label=pgettext_lazy("write-off", "Asked"), value="asked_at", kind="moment", width=150,
            sort="asked",
        ),
    )  # fmt: skip
    filters = (
        TextFilter(
            key="q", label=_("Number"), placeholder=_("Number of the write-off"), primary=True, searches=True,
            apply=_by_number,
        ),
        state_filter(STATES),
        ChoiceFilter(
            key="kind", label=pgettext_lazy("ledger", "Kind"), field="kind", choices=choices_of(KINDS), dense=True
        ),
    )  # fmt: skip
    sorts = (Sort(key="asked", label=pgettext_lazy("write-off", "Asked"), field="asked_at", descending=True),)
    default_sort = "-asked"
    views = (
        View(key="all", label=_("All write-offs")),
        View(key="waiting", label=_("Waits for a second person"), query="state=WAITING"),
    )
    empty = Empty(
        title=_("Nothing was written off"),
        text=_("A premium is written off on the tab Ledger of its contract; what waits for a second person is here."),
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[WriteOff]]:
        """Return what was asked, given up, refused and taken back."""
        return [write_offs_visible_to(actor)]

    def row_url(self, row: WriteOff) -> str:
        """Return the page of a write-off."""
        return reverse("policies:write-off", args=[row.pk])
