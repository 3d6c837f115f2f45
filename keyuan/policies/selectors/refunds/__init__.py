"""Refunds and their batches as pages show them; for posts of the whole book (POL-3)."""

from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.kernel.actor import Actor, reaches_whole_book
from keyuan.kernel.errors import NotFound
from keyuan.policies import permissions
from keyuan.policies.models import Refund, RefundBatch, RefundLine

KINDS: dict[str, Any] = {
    "COOLING_OFF": _("Cooling-off cancellation"),
    "SAME_DAY": _("Withdrawn on the day of issue"),
    "SURRENDER": _("Cash value on surrender"),
    "OVERPAID": _("Paid too much"),
    "SUSPENSE": _("Money in suspense"),
    "APPLICATION": _("Premium of an application"),
    "LOAN": _("Policy loan paid out"),
    "WITHDRAWAL": _("Withdrawal from the policy account"),
    "BENEFIT": _("Benefit paid out"),
    "DIVIDEND": _("Dividend paid out"),
}
STATES: dict[str, tuple[str, Any]] = {
    "PAYABLE": ("warn", _("Payable")),
    "IN_BATCH": ("accent", _("In a batch")),
    "PAID": ("ok", pgettext_lazy("refund", "Paid out")),
    "CANCELLED": ("off", pgettext_lazy("direct debit", "Cancelled")),
}
BATCH_STATES: dict[str, tuple[str, Any]] = {
    "DRAFT": ("warn", _("Waits for release")),
    "RELEASED": ("accent", pgettext_lazy("direct debit", "Released")),
    "SENT": ("accent", _("At the bank")),
    "DONE": ("ok", _("Done")),
    "CANCELLED": ("off", pgettext_lazy("direct debit", "Cancelled")),
}
LINE_STATES: dict[str, tuple[str, Any]] = {
    "WAITING": ("accent", pgettext_lazy("refund", "Waiting")),
    "PAID": ("ok", pgettext_lazy("refund", "Paid out")),
    "FAILED": ("bad", _("Not paid out")),
    "LEFT": ("off", pgettext_lazy("direct debit", "Left out")),
}
SHOWN = 200


def sees_money(actor: Actor) -> bool:
    """Tell whether the actor sees money of the whole book."""
    return actor.may(permissions.MONEY) and reaches_whole_book(actor)


def refunds_visible_to(actor: Actor) -> "QuerySet[Refund]":
    """Return what is or was payable."""
    rows = Refund.objects.select_related("policy")
    return rows if sees_money(actor) else rows.none()


def access_refund(actor: Actor, refund_id: int) -> Refund:
    """Return one refund; raises `NotFound`."""
    refund = refunds_visible_to(actor).filter(pk=refund_id).first()
    if refund is None:
        raise NotFound("refund.not_found")
    return refund


def refund_batches_visible_to(actor: Actor) -> "QuerySet[RefundBatch]":
    """Return the batches."""
    return RefundBatch.objects.all() if sees_money(actor) else RefundBatch.objects.none()


def access_refund_batch(actor: Actor, batch_id: int) -> RefundBatch:
    """Return one batch; raises `NotFound`."""
    batch = refund_batches_visible_to(actor).filter(pk=batch_id).first()
    if batch is None:
        raise NotFound("refund.batch_not_found")
    return batch


def totals_of(batch: RefundBatch) -> list[tuple[str, Any, int, int]]:
    """Return (tone, word, lines, amount) by state of the lines."""
    rows = RefundLine.objects.filter(batch=batch).values_list("state").annotate(n=Count("pk"), sum=Sum("amount"))
    return [(*LINE_STATES[state], count, amount) for state, count, amount in rows.order_by("state")]


def lines_of(batch: RefundBatch) -> "QuerySet[RefundLine]":
    """Return the first lines of a batch, failed ones first."""
    rows = RefundLine.objects.filter(batch=batch).select_related("refund__policy")
    return rows.order_by("state", "number")[:SHOWN]


def ways_of(refund: Refund) -> "QuerySet[RefundLine]":
    """Return the batches a refund stood in, the newest first."""
    return RefundLine.objects.filter(refund=refund).select_related("batch").order_by("-pk")
