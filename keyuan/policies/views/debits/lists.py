"""The list of direct-debit batches."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.kernel.actor import Actor, reaches_whole_book
from keyuan.platform.lists import Column, Empty, FilterContext, PageAction
from keyuan.policies import permissions
from keyuan.policies.models import DebitBatch
from keyuan.policies.selectors.debits import STATES, batches_visible_to
from keyuan.policies.views.bank_batches import BatchList, batch_columns, state_filter

NEW = PageAction(
    label=_("New batch"), url_name="policies:debit-create", icon="plus", permission=permissions.DEBIT_MAKE,
    primary=True, shown=reaches_whole_book,
)  # fmt: skip


class DebitBatchList(BatchList):
    """Batches of premiums."""

    key = "debit-batches"
    title = _("Direct debit")
    permission = permissions.DEBITS
    url_name = "policies:debits"
    columns = batch_columns(
        STATES,
        day=Column(key="collect", label=_("Collected on"), value="collect_on", kind="date", width=120),
        lines=pgettext_lazy("direct debit", "Premiums"),
        paid=_("Came in (yuan)"),
    )
    filters = (state_filter(STATES),)
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
