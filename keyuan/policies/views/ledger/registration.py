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
)
from keyuan.policies.selectors.suspense import access_suspense, suspense_visible_to
from keyuan.policies.views.ledger.lists import LedgerList
from keyuan.policies.views.refunds.lists import RefundBatchList, RefundList
from keyuan.policies.views.suspense.lists import SuspenseList

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
    "refund.nothing_payable": _("Nothing is payable, or no refund has an account yet."),
    "suspense.not_found": _("This item does not exist, or it is not within your reach."),
    "suspense.too_much": _("That is more than is left of this money; enter a smaller amount."),
    "suspense.no_policy": _("Enter the number of the contract that the money belongs to."),
    "suspense.policy_unknown": _("There is no contract with this number within your reach; check the number."),
    "suspense.no_payee": _("Enter the payee and an account."),
    "suspense.own_move": _("You asked for this move: another person has to agree."),
    "money.limit_range": _("The document fee lies between 0 and 10,000 yuan, the limit is not negative."),
}


def register() -> None:
    """Fill the registries."""
    number_series.add(NumberSeries("suspense", "SU", 9))
    number_series.add(NumberSeries("refund", "RF", 9))
    number_series.add(NumberSeries("refund_batch", "RB", 9))
    for spec in (LedgerList(), SuspenseList(), RefundList(), RefundBatchList()):
        lists.add(spec)
    add_sentences(SENTENCES)
    name_programs({"refunds": _("Refunds")})
    policy_tabs.add(PolicyTab("ledger", pgettext_lazy("ledger", "Ledger"), "policies:policy-ledger", permissions.VIEW))
    for key, label, url, icon, order in (
        ("suspense", _("Suspense"), "policies:suspense", "coin", 46),
        ("refunds", _("Refunds"), "policies:refunds", "coin", 47),
        ("ledger", pgettext_lazy("ledger", "Ledger"), "policies:ledger", "file-text", 48),
    ):
        nav_items.add(NavItem(key, label, url, icon, permissions.MONEY, "operations", order))
    subject_kinds.add(
        SubjectKind("suspense", _("Money in suspense"), suspense_labels, suspense_address, access_suspense)
    )
    subject_kinds.add(SubjectKind("refund", _("Refund"), refund_labels, refund_address, access_refund))
    subject_kinds.add(SubjectKind("refund_batch", _("Refund batch"), batch_labels, batch_address, access_refund_batch))
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
