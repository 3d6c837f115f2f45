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
    ListSpec,
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
)

NEW = PageAction(
    label=_("New refund batch"), url_name="policies:refund-batch-create", icon="plus",
    permission=permissions.MONEY_ACT, primary=True,
)  # fmt: skip
BATCHES = PageAction(
    label=_("Refund batches"), url_name="policies:refund-batches", icon="coin", permission=permissions.MONEY
)


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


class RefundList(ListSpec):
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
        ChoiceFilter(
            key="state", label=_("State"), field="state", primary=True, dense=True,
            choices=choices_of({state: word for state, (_tone, word) in STATES.items()}),
        ),
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

    def prepare(self, actor: Actor, _rows: Sequence[Refund], _context: FilterContext) -> Any:
        """Give the columns the actor."""
        return actor

    def row_url(self, row: Refund) -> str:
        """Return the refund's page."""
        return reverse("policies:refund", args=[row.pk])

    def panel_url(self, _row: Refund) -> str:
        """Refunds open whole."""
        return ""


def _batch_state(row: RefundBatch, _extras: Any) -> Status:
    tone, word = BATCH_STATES[row.state]
    return Status(word, tone)


class RefundBatchList(ListSpec):
    """Batches of refunds, the newest first."""

    key = "refund-batches"
    title = _("Refund batches")
    permission = permissions.MONEY
    url_name = "policies:refund-batches"
    noun = _("batches")
    columns = (
        Column(key="number", label=pgettext_lazy("direct debit", "Batch"), value="batch_no", width=150, first=True),
        Column(key="state", label=_("State"), value=_batch_state, kind="status", width=120, phone=True),
        Column(key="pay", label=_("Paid out on"), value="pay_on", kind="date", width=120),
        Column(key="lines", label=_("Refunds"), value="lines_count", kind="number", width=90),
        Column(key="amount", label=_("Amount (yuan)"), value="amount", kind="money", width=130, phone=True),
        Column(key="paid", label=_("Went out (yuan)"), value="paid_amount", kind="money", width=130),
        Column(key="maker", label=_("Made by"), value="made_by_name", width=100, low_priority=True),
        Column(
            key="releaser", label=pgettext_lazy("direct debit", "Released by"), value="released_by_name", width=100,
            low_priority=True,
        ),
        Column(key="made", label=_("Made"), value="created_at", kind="moment", width=150, sort="made"),
    )  # fmt: skip
    filters = (
        ChoiceFilter(
            key="state", label=_("State"), field="state", primary=True, dense=True,
            choices=choices_of({state: word for state, (_tone, word) in BATCH_STATES.items()}),
        ),
    )  # fmt: skip
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
        text=_("A batch pays refunds through a bank: one person makes it, another releases it."),
        action=NEW,
    )

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[RefundBatch]]:
        """Return the batches."""
        return [refund_batches_visible_to(actor)]

    def row_url(self, row: RefundBatch) -> str:
        """Return the batch's page."""
        return reverse("policies:refund-batch", args=[row.pk])

    def panel_url(self, _row: RefundBatch) -> str:
        """Batches open whole."""
        return ""
