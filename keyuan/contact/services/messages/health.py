"""How addresses fare: hard failures in a row end in a mark on the contact point (CUS-11, PLT-11)."""

from datetime import datetime

from keyuan.contact.models import ContactHealth
from keyuan.contact.selectors.messages.providers import policy
from keyuan.customers.models import ContactPoint
from keyuan.customers.services.contact_points import mark_invalid
from keyuan.kernel.actor import system_actor

#: What a dead address is called in the archive.
REASON = "RETURNED"


def note_taken(contact_point_id: int | None, now: datetime) -> None:
    """Note that a message was taken for this address; earlier failures no longer count."""
    if contact_point_id is not None:
        ContactHealth.objects.filter(pk=contact_point_id, bounces__gt=0).update(bounces=0, last_taken_at=now)


def note_bounce(contact_point_id: int | None, now: datetime) -> bool:
    """Count a hard failure inside the caller's transaction; after as many as the policy says the address counts as
    dead, and the archive says so. Returns whether it was marked now."""
    if contact_point_id is None or not ContactPoint.objects.filter(pk=contact_point_id).exists():
        return False
    row, _made = ContactHealth.objects.get_or_create(pk=contact_point_id)
    row.bounces, row.last_bounce_at = row.bounces + 1, now
    row.save(update_fields=["bounces", "last_bounce_at"])
    if row.bounces < policy().bounces:
        return False
    point = ContactPoint.objects.get(pk=contact_point_id)
    if point.invalid_at is not None:
        return False
    mark_invalid(actor=system_actor("messages"), contact_id=contact_point_id, reason=REASON, now=now)
    return True
