"""Premiums written off as pages show them; for posts of the whole book (POL-3)."""

from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.policies.models import Instalment, Policy, WriteOff
from keyuan.policies.selectors.refunds import sees_money

KINDS: dict[str, Any] = {"SMALL": _("Small remainder"), "BAD": _("Bad debt")}
STATES: dict[str, tuple[str, Any]] = {
    "WAITING": ("warn", _("Waits for a second person")),
    "DONE": ("ok", _("Written off")),
    "REFUSED": ("off", pgettext_lazy("suspense", "Refused")),
    "REVERSED": ("off", pgettext_lazy("write-off", "Taken back")),
}
#: Premiums that can be given up: open ones, and those that lapsed with their contract.
GIVEN_UP = (Instalment.Status.DUE, Instalment.Status.PART, Instalment.Status.LAPSED)


def write_offs_visible_to(actor: Actor) -> "QuerySet[WriteOff]":
    """Return what was asked, given up, refused and taken back."""
    rows = WriteOff.objects.select_related("policy")
    return rows if sees_money(actor) else rows.none()


def access_write_off(actor: Actor, write_off_id: int) -> WriteOff:
    """Return one; raises `NotFound`."""
    found = write_offs_visible_to(actor).filter(pk=write_off_id).first()
    if found is None:
        raise NotFound("write_off.not_found")
    return found


def owed_premiums(policy: Policy, *, today: date) -> "QuerySet[Instalment]":
    """Return the premiums of a contract of which something is left and that can be given up, the oldest first.

    Nobody gives up what nobody owes yet: a premium that is not due stays, unless part of it was paid.
    """
    rows = Instalment.objects.filter(policy=policy, status__in=GIVEN_UP, paid_amount__lt=F("amount"))
    return rows.filter(Q(due_on__lte=today) | Q(paid_amount__gt=0)).order_by("number")
