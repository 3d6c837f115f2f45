"""Direct-debit batches as their pages show them."""

from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.kernel.actor import Actor, reaches_whole_book
from keyuan.kernel.errors import NotFound
from keyuan.policies import permissions
from keyuan.policies.models import DebitBatch, DebitLine, DebitStray

STATES: dict[str, tuple[str, Any]] = {
    "MAKING": ("accent", _("Being made")),
    "DRAFT": ("warn", _("Waits for release")),
    "RELEASED": ("accent", pgettext_lazy("direct debit", "Released")),
    "SENT": ("accent", _("At the bank")),
    "DONE": ("ok", _("Done")),
    "CANCELLED": ("off", pgettext_lazy("direct debit", "Cancelled")),
}
LINE_STATES: dict[str, tuple[str, Any]] = {
    "WAITING": ("accent", pgettext_lazy("direct debit", "Waiting")),
    "TOLD_PAID": ("accent", _("Being settled")),
    "PAID": ("ok", _("Paid")),
    "FAILED": ("bad", _("Not collected")),
    "LEFT": ("off", pgettext_lazy("direct debit", "Left out")),
}
STRAYS: dict[str, Any] = {
    "UNREAD": _("Unreadable line"),
    "UNKNOWN": _("Not in this batch"),
    "DOUBLE": _("Twice in the file"),
    "ANSWERED": _("Answered before"),
    "AMOUNT": _("Another amount"),
}
SHOWN = 200


def batches_visible_to(actor: Actor) -> QuerySet[DebitBatch]:
    """Return the batches, for posts of the whole book that may see them."""
    return (
        DebitBatch.objects.all()
        if actor.may(permissions.DEBITS) and reaches_whole_book(actor)
        else DebitBatch.objects.none()
    )


def access_batch(actor: Actor, batch_id: int) -> DebitBatch:
    """Return one batch; raises `NotFound`."""
    batch = batches_visible_to(actor).filter(pk=batch_id).first()
    if batch is None:
        raise NotFound("debit.not_found")
    return batch


def totals_of(batch: DebitBatch) -> list[tuple[str, Any, int, int]]:
    """Return (tone, word, lines, amount) by state of the lines."""
    rows = DebitLine.objects.filter(batch=batch).values_list("state").annotate(n=Count("pk"), sum=Sum("amount"))
    return [(*LINE_STATES[state], count, amount) for state, count, amount in rows.order_by("state")]


def failed_lines(batch: DebitBatch) -> QuerySet[DebitLine]:
    """Return the premiums that were not collected, in the order of the file."""
    rows = DebitLine.objects.filter(batch=batch, state=DebitLine.State.FAILED).select_related("policy__product")
    return rows.order_by("number")[:SHOWN]


def strays_of(batch: DebitBatch) -> QuerySet[DebitStray]:
    """Return the lines that were kept out, the newest file first."""
    return DebitStray.objects.filter(file__batch=batch).select_related("file").order_by("-file_id", "place")[:SHOWN]
