"""The list of ledger entries of the whole book."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.selectors.labels import label_of
from keyuan.kernel.actor import Actor
from keyuan.platform.audit.labels import program_name
from keyuan.platform.lists import (
    ChoiceFilter,
    Column,
    Empty,
    FilterContext,
    PageAction,
    Sort,
    View,
    choices_of,
)
from keyuan.policies import permissions
from keyuan.policies.models import LedgerEntry
from keyuan.policies.selectors.contract import policy_number
from keyuan.policies.selectors.ledger import ledger_visible_to, moved
from keyuan.policies.selectors.ledger.labels import ACCOUNTS, KINDS
from keyuan.policies.selectors.refunds import sees_money
from keyuan.policies.views.cells import WholePageList

LIMITS = PageAction(
    label=pgettext_lazy("money", "Limits"),
    url_name="policies:money-rules",
    icon="settings",
    permission=permissions.MONEY_APPROVE,
    shown=sees_money,
)


VALUES = PageAction(
    label=_("Value rules"), url_name="policies:value-rules", icon="adjustments", permission=permissions.MONEY
)


def _number(row: LedgerEntry, actor: Actor) -> str | None:
    return policy_number(actor, row.policy) if row.policy else None


def _lines(row: LedgerEntry, _actor: Actor) -> str:
    return " · ".join(f"{label_of(ACCOUNTS, line.account)} {line.amount / 100:+,.2f}" for line in row.lines.all())


class LedgerList(WholePageList):
    """Entries of the ledger, the newest first."""

    key = "ledger"
    title = pgettext_lazy("ledger", "Ledger")
    permission = permissions.MONEY
    url_name = "policies:ledger"
    noun = _("entries")
    columns = (
        Column(key="recorded", label=_("Recorded"), value="recorded_at", kind="moment", width=150, sort="recorded"),
        Column(
            key="kind", label=pgettext_lazy("ledger", "Kind"), value=lambda row, _extras: label_of(KINDS, row.kind),
            width=130, first=True, phone=True,
        ),
        Column(key="policy", label=_("Policy number"), value=_number, width=150),
        Column(key="effective", label=_("Effective from"), value="effective_on", kind="date", width=112),
        Column(
            key="amount", label=_("Amount (yuan)"), value=lambda row, _extras: moved(row), kind="money", width=130,
            phone=True,
        ),
        Column(key="lines", label=pgettext_lazy("ledger", "Lines"), value=_lines, width=360, low_priority=True),
        Column(
            key="by", label=pgettext_lazy("ledger", "Posted by"),
            value=lambda row, _extras: program_name(row.actor_name), width=110, low_priority=True,
        ),
        # Money of no contract is named by what it was posted for: an application, an item in suspense.
        Column(key="note", label=_("Note"), value="note", width=140),
    )  # fmt: skip
    filters = (
        ChoiceFilter(
            key="kind", label=pgettext_lazy("ledger", "Kind"), field="kind", choices=choices_of(KINDS), primary=True
        ),
    )
    sorts = (Sort(key="recorded", label=_("Recorded"), field="recorded_at", descending=True),)
    default_sort = "-recorded"
    views = (
        View(key="all", label=_("All entries")),
        View(key="reversed", label=_("Reversals"), query="kind=REVERSAL"),
    )
    page_actions = (LIMITS, VALUES)
    empty = Empty(title=_("Nothing posted yet"), text=_("Whatever moves money of a contract is posted here."))

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[LedgerEntry]]:
        """Return the entries with their lines."""
        return [ledger_visible_to(actor)]

    def row_url(self, row: LedgerEntry) -> str:
        """Return the ledger of the contract; money of no contract has none."""
        return f"{reverse('policies:policy-detail', args=[row.policy_id])}?tab=ledger" if row.policy_id else ""
