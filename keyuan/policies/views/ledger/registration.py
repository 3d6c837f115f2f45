"""What ledger, suspense and refunds hang into the registries."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.kernel.actor import Actor
from keyuan.platform.audit.labels import name_programs
from keyuan.platform.help import add_help
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.numbers import NumberSeries, number_series
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.platform.wording import add_sentences
from keyuan.policies import permissions
from keyuan.policies.extensions import PolicyTab, policy_tabs
from keyuan.policies.selectors.refunds import (
    access_refund,
    access_refund_batch,
    refund_batches_visible_to,
    refunds_visible_to,
    sees_money,
)
from keyuan.policies.selectors.suspense import access_suspense, suspense_visible_to
from keyuan.policies.selectors.write_offs import access_write_off, write_offs_visible_to
from keyuan.policies.views.ledger.lists import LedgerList
from keyuan.policies.views.refunds.lists import RefundBatchList, RefundList
from keyuan.policies.views.suspense.lists import SuspenseList
from keyuan.policies.views.write_offs.lists import WriteOffList

HELP = (
    (
        "policies:ledger",
        _(
            "Everything that moved money of a contract, posted twice: what one account gives another receives. Entries "
            "are never changed; a mistake is undone by a reversal. A row leads to the ledger of its contract."
        ),
    ),
    (
        "policies:suspense",
        _(
            "Money that names no contract or is more than was due. Put it onto a contract or give it back; above the "
            "limit another person has to agree. Pressing twice moves it once."
        ),
    ),
    (
        "policies:refunds",
        _(
            "What we owe and pay through the bank, the most urgent first. A batch takes everything that has an "
            "account; what the bank cannot pay comes back here with its reason."
        ),
    ),
    (
        "policies:refund-batches",
        _(
            "Refunds on their way to the bank. One person makes a batch, another releases it; the file is made when it "
            "is fetched. The bank's answer closes the lines; each refund is paid once."
        ),
    ),
    (
        "policies:write-offs",
        _(
            "Premiums that are not collected any more: small remainders of contracts that live on, and debts of those "
            "that ended. Above the limit another person agrees; a write-off can be taken back, and is owed again then."
        ),
    ),
)
SENTENCES = {
    "ledger.empty": _("The entry moves nothing; enter an amount."),
    "ledger.unbalanced": _("Debits and credits differ by %(left)s fen; correct the lines."),
    "ledger.key_taken": _("This was posted before with other amounts; reverse that entry first."),
    "ledger.is_reversal": _("A reversal cannot be reversed; post the original anew."),
    "refund.not_found": _("This refund does not exist, or it is not within your reach."),
    "refund.batch_not_found": _("This refund batch does not exist, or it is not within your reach."),
    "refund.key_taken": _("This is owed already with another amount; look at the refund first."),
    "refund.wrong_state": _("Only a refund that is payable can be changed; take it out of its batch first."),
    "refund.whole_book": _("Money concerns the whole book; ask a post of head office."),
    "refund.in_past": _("The bank cannot pay in the past; enter today or a later day."),
    "refund.far_ahead": _("A batch is paid within %(days)s days; enter an earlier day."),
    "refund.nothing_payable": _("Nothing is payable, or no refund has an account yet."),
    "suspense.not_found": _("This item does not exist, or it is not within your reach."),
    "suspense.too_much": _("That is more than is left of this money; enter a smaller amount."),
    "suspense.no_policy": _("Enter the number of the contract that the money belongs to."),
    "suspense.policy_unknown": _("There is no contract with this number within your reach; check the number."),
    "suspense.no_payee": _("Enter the payee and an account."),
    "suspense.own_move": _("You asked for this move: another person has to agree."),
    "write_off.not_found": _("This write-off does not exist, or it is not within your reach."),
    "write_off.no_premium": _("There is no such premium to write off; choose one of which something is left."),
    "write_off.nothing_left": _("Nothing is left of this premium; choose another one."),
    "write_off.changed": _("%(left)s yuan are left of this premium now; look at it again and choose it anew."),
    "write_off.too_large": _("On a contract that lives on at most %(most)s yuan are written off; collect the premium."),
    "write_off.not_yet": _("The contract has not begun; there is nothing to write off."),
    "write_off.reason": _("Say why; the reason stays with the write-off."),
    "write_off.waits": _("This premium waits for a second person already; look at the list of write-offs."),
    "write_off.own": _("You asked for this write-off: another person has to decide."),
    "write_off.not_done": _("Only what was written off can be taken back."),
    "money.limit_range": _("The document fee lies between 0 and 10 yuan, the limit is not negative."),
    "money.held": _("Tick both the benefits that are held back and the debt they are held back for, or neither."),
}


def register() -> None:
    """Fill the registries."""
    number_series.add(NumberSeries("suspense", "SU", 9))
    number_series.add(NumberSeries("refund", "RF", 9))
    number_series.add(NumberSeries("refund_batch", "RB", 9))
    number_series.add(NumberSeries("write_off", "WO", 9))
    for spec in (LedgerList(), SuspenseList(), RefundList(), RefundBatchList(), WriteOffList()):
        lists.add(spec)
    add_sentences(SENTENCES)
    name_programs({"refunds": _("Refunds")})
    policy_tabs.add(PolicyTab("ledger", pgettext_lazy("ledger", "Ledger"), "policies:policy-ledger", permissions.VIEW))
    for key, label, url, icon, order in (
        ("suspense", _("Suspense"), "policies:suspense", "coin", 46),
        ("refunds", _("Refunds"), "policies:refunds", "coin", 47),
        ("ledger", pgettext_lazy("ledger", "Ledger"), "policies:ledger", "file-text", 48),
        ("write-offs", _("Write-offs"), "policies:write-offs", "x", 49),
    ):
        nav_items.add(NavItem(key, label, url, icon, permissions.MONEY, "operations", order, shown=sees_money))
    subject_kinds.add(
        SubjectKind("suspense", _("Money in suspense"), suspense_labels, suspense_address, access_suspense)
    )
    subject_kinds.add(SubjectKind("refund", _("Refund"), refund_labels, refund_address, access_refund))
    subject_kinds.add(SubjectKind("refund_batch", _("Refund batch"), batch_labels, batch_address, access_refund_batch))
    subject_kinds.add(SubjectKind("write_off", _("Write-off"), write_off_labels, write_off_address, access_write_off))
    add_help(HELP)


def suspense_labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name items by their number."""
    return dict(suspense_visible_to(actor).filter(pk__in=ids).values_list("pk", "item_no"))


def suspense_address(item_id: int) -> str:
    """Return the page of an item."""
    return reverse("policies:suspense-item", args=[item_id])


def refund_labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name refunds by their number."""
    return dict(refunds_visible_to(actor).filter(pk__in=ids).values_list("pk", "refund_no"))


def refund_address(refund_id: int) -> str:
    """Return the page of a refund."""
    return reverse("policies:refund", args=[refund_id])


def batch_labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name batches by their number."""
    return dict(refund_batches_visible_to(actor).filter(pk__in=ids).values_list("pk", "batch_no"))


def batch_address(batch_id: int) -> str:
    """Return the page of a batch."""
    return reverse("policies:refund-batch", args=[batch_id])


def write_off_labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name write-offs by their number."""
    return dict(write_offs_visible_to(actor).filter(pk__in=ids).values_list("pk", "write_off_no"))


def write_off_address(write_off_id: int) -> str:
    """Return the page of a write-off."""
    return reverse("policies:write-off", args=[write_off_id])
