"""The list of direct-debit batches."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.kernel.actor import Actor
from keyuan.platform.lists import (
    ChoiceFilter,
    Column,
    Empty,
    FilterContext,
    ListSpec,
    PageAction,
    Sort,
    Status,
    View,
    choices_of,
)
from keyuan.policies import permissions
from keyuan.policies.models import DebitBatch
from keyuan.policies.selectors.debits import STATES, batches_visible_to

NEW = PageAction(
    label=_("New batch"), url_name="policies:debit-create", icon="plus", permission=permissions.DEBIT_MAKE,
    primary=True,
)  # fmt: skip


def _state(row: DebitBatch, _extras: Any) -> Status:
    tone, word = STATES[row.state]
    return Status(word, tone)


class DebitBatchList(ListSpec):
    """Batches, the newest first."""

    key = "debit-batches"
    title = _("Direct debit")
    permission = permissions.DEBIT_RELEASE
    url_name = "policies:debits"
    noun = _("batches")
    columns = (
        Column(key="number", label=pgettext_lazy("direct debit", "Batch"), value="batch_no", width=150, first=True),
        Column(key="state", label=_("State"), value=_state, kind="status", width=120, phone=True),
        Column(key="collect", label=_("Collected on"), value="collect_on", kind="date", width=120),
        Column(
            key="lines", label=pgettext_lazy("direct debit", "Premiums"), value="lines_count", kind="number", width=90
        ),
        Column(key="amount", label=_("Amount (yuan)"), value="amount", kind="money", width=130, phone=True),
        Column(key="paid", label=_("Came in (yuan)"), value="paid_amount", kind="money", width=130),
        Column(key="maker", label=_("Made by"), value="made_by_name", width=100, low_priority=True),
        Column(
            key="releaser",
            label=pgettext_lazy("direct debit", "Released by"),
            value="released_by_name",
            width=100,
            low_priority=True,
        ),
        Column(key="made", label=_("Made"), value="created_at", kind="moment", width=150, sort="made"),
    )
    filters = (
        ChoiceFilter(
            key="state",
            label=_("State"),
            field="state",
            choices=choices_of({state: word for state, (_tone, word) in STATES.items()}),
            primary=True,
            dense=True,
        ),
    )
    sorts = (Sort(key="made", label=_("Made"), field="created_at", descending=True),)
    default_sort = "-made"
    views = (
        View(key="all", label=_("All batches")),
        View(key="release", label=_("Waits for release"), query="state=DRAFT"),
        View(key="bank", label=_("At the bank"), query="state=SENT"),
    )
    page_actions = (NEW,)
    empty = Empty(
        title=_("No batches yet"),
        text=_("A batch collects due premiums through a bank: one person makes it, another releases it."),
        action=NEW,
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[DebitBatch]]:
        """Return the batches."""
        return [batches_visible_to(actor)]

    def row_url(self, row: DebitBatch) -> str:
        """Return the batch's page."""
        return reverse("policies:debit", args=[row.pk])

    def panel_url(self, _row: DebitBatch) -> str:
        """Batches open whole."""
        return ""
