"""The lists of refunds and of their batches."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.selectors.labels import label_of
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.crypto.presenter import present
from keyuan.platform.lists import (
    BooleanFilter,
    ChoiceFilter,
    Column,
    DateRange,
    Empty,
    FilterContext,
    PageAction,
    Sort,
    Status,
    TextFilter,
    Toned,
    View,
    choices_of,
)
from keyuan.policies import permissions
from keyuan.policies.models import Refund, RefundBatch
from keyuan.policies.selectors.contract import policy_number
from keyuan.policies.selectors.refunds import (
    BATCH_STATES,
    KINDS,
    STATES,
    refund_batches_visible_to,
    refunds_visible_to,
    sees_money,
)
from keyuan.policies.views.bank_batches import BatchList, batch_columns, state_filter
from keyuan.policies.views.cells import WholePageList

NEW = PageAction(
    label=_("New refund batch"), url_name="policies:refund-batch-create", icon="plus",
    permission=permissions.MONEY_ACT, primary=True, shown=sees_money,
)  # fmt: skip
BATCHES = PageAction(
    label=_("Refund batches"), url_name="policies:refund-batches", icon="coin", permission=permissions.MONEY,
    shown=sees_money,
)  # fmt: skip


def _state(row: Refund, _actor: Actor) -> Status:
    if row.state == Refund.State.PAYABLE and not row.has_account:
        return Status(_("Needs an account"), "bad")
    tone, word = STATES[row.state]
    return Status(word, tone)


def _due(row: Refund, _actor: Actor) -> Any:
    late = row.state in (Refund.State.PAYABLE, Refund.State.IN_BATCH) and row.due_by < clock.today()
    return Toned(row.due_by, "bad") if late else row.due_by


def _policy(row: Refund, actor: Actor) -> str | None:
    return policy_number(actor, row.policy) if row.policy else None


def _by_number(rows: "QuerySet[Refund]", value: Any, _context: FilterContext) -> "QuerySet[Refund]":
    """Keep the refund with this number."""
    return rows.filter(refund_no=str(value).strip().upper())


def _without_account(rows: "QuerySet[Refund]", _value: Any, _context: FilterContext) -> "QuerySet[Refund]":
    """Keep what is payable and cannot be paid yet."""
    return rows.filter(state=Refund.State.PAYABLE, has_account=False)


class RefundList(WholePageList):
    """What is payable, the most urgent first."""

    key = "refunds"
    title = _("Refunds")
    permission = permissions.MONEY
    url_name = "policies:refunds"
    noun = pgettext_lazy("noun", "refunds")
    columns = (
        Column(key="number", label=_("Refund"), value="refund_no", width=150, first=True),
        Column(key="state", label=_("State"), value=_state, kind="status", width=130, phone=True),
        Column(
            key="kind",
            label=pgettext_lazy("ledger", "Kind"),
            value=lambda row, _a: label_of(KINDS, row.kind),
            width=150,
        ),
        Column(key="amount", label=_("Amount (yuan)"), value="amount", kind="money", width=120, phone=True),
        Column(key="due", label=_("To be paid by"), value=_due, kind="date", width=120, sort="due"),
        Column(
            key="payee", label=_("Payee"), value=lambda row, actor: present(actor, row.payee_name, "name"), width=110
        ),
        Column(key="policy", label=_("Policy number"), value=_policy, width=144),
        Column(key="words", label=_("What the bank said"), value="last_words", width=160, low_priority=True),
        Column(key="paid", label=_("Paid out on"), value="paid_on", kind="date", width=112, low_priority=True),
        Column(key="failures", label=_("Failed"), value="failures", kind="number", width=80, default=False),
    )
    filters = (
        TextFilter(key="q", label=_("Number"), placeholder=_("Refund"), primary=True, searches=True, apply=_by_number),
        state_filter(STATES),
        ChoiceFilter(
            key="kind", label=pgettext_lazy("ledger", "Kind"), field="kind", choices=choices_of(KINDS), primary=True,
            dense=True,
        ),
        BooleanFilter(key="account", label=_("Needs an account"), only_true=True, apply=_without_account),
        DateRange(key="due", label=_("To be paid by"), field="due_by"),
    )  # fmt: skip
    sorts = (Sort(key="due", label=_("To be paid by"), field="due_by"),)
    default_sort = "due"
    views = (
        View(key="payable", label=_("Payable"), query="state=PAYABLE"),
        View(key="account", label=_("Needs an account"), query="account=1"),
        View(key="late", label=_("Overdue"), query="state=PAYABLE&due.to=today-1"),
        View(key="all", label=_("All refunds")),
    )
    page_actions = (BATCHES, NEW)
    empty = Empty(
        title=_("Nothing to pay back"),
        text=_("Cancellations, surrenders and money given back appear here until the bank has paid them."),
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Refund]]:
        """Return the refunds."""
        return [refunds_visible_to(actor).defer("payee_account", "policy__facts", "policy__debit_account")]

    def row_url(self, row: Refund) -> str:
        """Return the refund's page."""
        return reverse("policies:refund", args=[row.pk])


class RefundBatchList(BatchList):
    """Batches of refunds."""

    key = "refund-batches"
    title = _("Refund batches")
    permission = permissions.MONEY
    url_name = "policies:refund-batches"
    columns = batch_columns(
        BATCH_STATES,
        day=Column(key="pay", label=_("Paid out on"), value="pay_on", kind="date", width=120),
        lines=_("Refunds"),
        paid=_("Went out (yuan)"),
    )
    filters = (state_filter(BATCH_STATES),)
    page_actions = (NEW,)
    empty = Empty(
        title=_("No batches yet"),
        text=_("A batch pays refunds through a bank: one person makes it, another releases it."),
        action=NEW,
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[RefundBatch]]:
        """Return the batches."""
        return [refund_batches_visible_to(actor)]

    def row_url(self, row: RefundBatch) -> str:
        """Return the batch's page."""
        return reverse("policies:refund-batch", args=[row.pk])
