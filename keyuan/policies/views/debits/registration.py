"""What direct debit hangs into the registries."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.actor import Actor, reaches_whole_book
from keyuan.platform.help import add_help
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.numbers import NumberSeries, number_series
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.platform.wording import add_sentences
from keyuan.policies import permissions
from keyuan.policies.selectors.debits import access_batch, batches_visible_to
from keyuan.policies.views.debits.lists import DebitBatchList

HELP = _(
    "Batches of due premiums for the bank. One person makes a batch, another releases it; the file is made when it is "
    "fetched. The bank's answer settles the premiums; lines that fit nothing are kept out for you to look at."
)
SENTENCES = {
    "debit.not_found": _("This batch does not exist, or it is not within your reach."),
    "debit.whole_book": _("Direct debit concerns the whole book; ask a post of head office."),
    "debit.in_past": _("The bank cannot collect in the past; enter today or a later day."),
    "debit.too_early": _("Premiums may be collected at most 30 days before they are due; enter an earlier day."),
    "debit.wrong_state": _("The batch has moved on meanwhile; reload the page."),
    "debit.own_batch": _("You made this batch: another person has to release it."),
    "debit.empty": _("The batch holds no premium; cancel it."),
    "debit.not_text": _("The file is not text in GB18030 or GBK; fetch it from the bank again."),
    "debit.no_head": _("The first line is not the head H|batch|day|lines|sum; choose the bank's result file."),
    "debit.too_long": _("The file holds more than %(most)s lines; split it."),
    "debit.head_disagrees": _(
        "The head says %(count)s lines, the file holds %(found)s, or their sum differs; fetch the file again."
    ),
    "debit.other_batch": _("This file answers batch %(number)s; open that batch."),
    "debit.not_sent": _("This batch has not gone to the bank, so there is nothing to answer yet."),
}


def register() -> None:
    """Fill the registries."""
    number_series.add(NumberSeries("debit", "DD", 9))
    lists.add(DebitBatchList())
    add_sentences(SENTENCES)
    nav_items.add(
        NavItem(
            "debits",
            _("Direct debit"),
            "policies:debits",
            "coin",
            permissions.DEBITS,
            "operations",
            45,
            shown=reaches_whole_book,
        )
    )
    subject_kinds.add(SubjectKind("debit_batch", _("Direct-debit batch"), labels, address, access_batch))
    add_help((("policies:debits", HELP),))


def labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name batches by their number."""
    return dict(batches_visible_to(actor).filter(pk__in=ids).values_list("pk", "batch_no"))


def address(batch_id: int) -> str:
    """Return the page of a batch."""
    return reverse("policies:debit", args=[batch_id])
