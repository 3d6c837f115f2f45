"""Money in suspense as its pages show it; for posts of the whole book (POL-3)."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.policies.models import SuspenseItem, SuspenseMove
from keyuan.policies.selectors.refunds import sees_money

SOURCES: dict[str, Any] = {
    "OVERPAID": _("Paid too much"),
    "UNKNOWN": _("No contract named"),
    "DEBIT": _("Collected, but nothing due"),
}
MOVE_KINDS: dict[str, Any] = {
    "ALLOCATE": _("Put onto a contract"),
    "REFUND": _("Given back"),
}
MOVE_STATES: dict[str, tuple[str, Any]] = {
    "WAITING": ("warn", _("Waits for a second person")),
    "DONE": ("ok", _("Done")),
    "REFUSED": ("off", pgettext_lazy("suspense", "Refused")),
}


def suspense_visible_to(actor: Actor) -> "QuerySet[SuspenseItem]":
    """Return the money in suspense, past and present."""
    rows = SuspenseItem.objects.select_related("policy")
    return rows if sees_money(actor) else rows.none()


def access_suspense(actor: Actor, item_id: int, *, lock: bool = False) -> SuspenseItem:
    """Return one item, row-locked when it is about to change; raises `NotFound`."""
    rows = suspense_visible_to(actor)
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=item_id).first()
    if found is None:
        raise NotFound("suspense.not_found")
    return found


def moves_of(item: SuspenseItem) -> "QuerySet[SuspenseMove]":
    """Return what was done with an item, the newest first."""
    return SuspenseMove.objects.filter(item=item).select_related("policy", "refund").order_by("-pk")
