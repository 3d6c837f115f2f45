"""What becomes of a granted permit: used, cancelled, or run out (MKT-9)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from keyuan.contact import permissions
from keyuan.contact.models import Permit
from keyuan.contact.selectors.permits import access_permit
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict

#: Permits that one transaction lets run out.
CHUNK = 2000


def permit_in_hand(permit: Permit | None, *, customer_id: int, channel: str, now: datetime) -> Permit:
    """Return ``permit`` when a sender may act on it; raises `Conflict` for one that is another's, used or run out."""
    if permit is None or permit.customer_id != customer_id or permit.contact_channel != channel:
        raise Conflict("permit.of_another")
    _check_open(permit, now)
    return permit


def _check_open(permit: Permit, now: datetime) -> None:
    if permit.state != Permit.State.GRANTED:
        raise Conflict("permit.not_open", state=permit.state)
    if permit.expires_at is not None and permit.expires_at <= now:
        raise Conflict("permit.run_out")


def use_permit(*, actor: Actor, permit_id: int, now: datetime, interaction_id: int | None = None) -> Permit:
    """Mark a permit as used, in the transaction of the contact. Raises `Conflict` unless it is granted and good.

    A withdrawal of consent or a refusal cancels open permits in its own transaction, so a permit that can be used here
    stands on what is known now.
    """
    actor.require(permissions.START)
    with transaction.atomic():
        permit = access_permit(actor, permit_id, now=now, lock=True)
        if permit.state == Permit.State.USED and interaction_id and permit.interaction_id == interaction_id:
            return permit
        _check_open(permit, now)
        permit.state, permit.closed_at, permit.interaction_id = Permit.State.USED, now, interaction_id
        permit.save(update_fields=["state", "closed_at", "interaction_id"])
    return permit


def cancel_permit(*, actor: Actor, permit_id: int, note: str = "", now: datetime) -> Permit:
    """Give an unused permit back: it no longer counts. Cancelling again changes nothing; raises `Conflict` if used."""
    actor.require(permissions.START)
    with transaction.atomic():
        permit = access_permit(actor, permit_id, now=now, lock=True)
        if permit.state in (Permit.State.CANCELLED, Permit.State.EXPIRED):
            return permit
        if permit.state != Permit.State.GRANTED:
            raise Conflict("permit.not_open", state=permit.state)
        permit.state, permit.closed_at, permit.close_note = Permit.State.CANCELLED, now, note[:100]
        permit.save(update_fields=["state", "closed_at", "close_note"])
    return permit


def take_back(permits: Iterable[int], *, note: str, now: datetime) -> list[int]:
    """Cancel open permits in the caller's transaction, because what they stood on is gone; returns those cancelled."""
    ids = list(Permit.objects.filter(pk__in=list(permits), state=Permit.State.GRANTED).values_list("pk", flat=True))
    Permit.objects.filter(pk__in=ids).update(state=Permit.State.CANCELLED, closed_at=now, close_note=note[:100])
    return ids


def expire_permits(*, now: datetime) -> int:
    """Mark one chunk of permits that ran out unused; returns how many, 0 when none is left."""
    rows = Permit.objects.filter(state=Permit.State.GRANTED, expires_at__lte=now).order_by("expires_at")
    ids = list(rows.values_list("pk", flat=True)[:CHUNK])
    with transaction.atomic():
        late = Permit.objects.filter(pk__in=ids, state=Permit.State.GRANTED)
        return late.update(state=Permit.State.EXPIRED, closed_at=now)
