"""A reader of marketing mail who wants no more of it (PLT-8; 消法 29)."""

from datetime import datetime

from keyuan.contact.models import DoNotContact, Message
from keyuan.contact.rules.agreeing import RefusalDraft
from keyuan.contact.services.refusals import refuse_contact
from keyuan.kernel.actor import system_actor


def leave_list(message: Message, *, now: datetime) -> bool:
    """Put the customer on the do-not-contact list for marketing by this channel; False when they stand there."""
    standing = DoNotContact.objects.filter(
        customer_id=message.customer_id,
        contact_channel=message.channel,
        scope="SALES",
        lifted_at__isnull=True,
        until__gte=now.date(),
    )
    if standing.exists():
        return False
    draft = RefusalDraft("PORTAL", now, message.channel, "SALES", "unsubscribe")
    refuse_contact(actor=system_actor("unsubscribe"), customer_id=message.customer_id, draft=draft, now=now)
    return True
