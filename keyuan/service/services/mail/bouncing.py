"""Mails that came back: attributed to the mail that was sent, and the address marked (SRV-5, CUS-11; RFC 3464)."""

from datetime import datetime

from keyuan.contact.services.messages.letters import note_bounce
from keyuan.customers.models import ContactPoint
from keyuan.customers.services.contact_points import mark_invalid
from keyuan.platform.crypto import blind_index
from keyuan.service.models import Mail, OrderEntry
from keyuan.service.rules.mail.letter import Bounce, Letter
from keyuan.service.services.histories import tell_people
from keyuan.service.services.mail.common import ACTOR
from keyuan.service.services.mail.telling import BOUNCED, add_line

#: Statuses that say that there is no such mailbox (RFC 3463): the address is dead at once; others are counted.
DEAD = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1")
FAILED = "failed"


def note_bounces(letter: Letter, now: datetime) -> Mail | None:
    """Write a report down with the mail that it speaks of, inside the caller's transaction; None where none is ours."""
    sent: Mail | None = None
    for bounce in letter.bounces:
        rows = Mail.objects.select_for_update(of=("self",)).filter(is_out=True, message_id=bounce.message_id[:255])
        sent = rows.first() if bounce.message_id else None
        if sent is not None and bounce.action == FAILED:
            _failed(sent, bounce, now)
    return sent


def _failed(sent: Mail, bounce: Bounce, now: datetime) -> None:
    known = sent.parties.filter(email_index=blind_index("email", bounce.address)).update(is_bounced=True)
    if not known and sent.parties.count() == 1:
        # Forwarding may have changed the address; with one recipient there is no doubt.
        sent.parties.update(is_bounced=True)
    if sent.status != Mail.Status.BOUNCED:
        Mail.objects.filter(pk=sent.pk).update(status=Mail.Status.BOUNCED, code=bounce.status[:40])
        order = sent.order
        if order is not None:
            add_line(order, OrderEntry.Kind.NOTE, BOUNCED, f"{sent.subject} {bounce.status}", now)
            tell_people(ACTOR, order, "order.mail_bounced", [order.owner_id or 0, sent.created_by_id or 0], now)
    mark_address(sent.order.customer_id if sent.order else None, bounce.address, bounce.status, now)


def mark_address(customer_id: int | None, address: str, status: str, now: datetime) -> None:
    """Mark a customer's address as returned: at once where the mailbox does not exist, else after some failures."""
    rows = ContactPoint.objects.filter(
        customer_id=customer_id or 0, kind=ContactPoint.Kind.EMAIL, value_index=blind_index("email", address),
        invalid_at__isnull=True,
    )  # fmt: skip
    for point in rows:
        if status in DEAD:
            mark_invalid(actor=ACTOR, contact_id=point.pk, reason="RETURNED", now=now)
        else:
            note_bounce(point.pk, now)
