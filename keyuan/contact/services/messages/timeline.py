"""A message that left is an entry of the customer's timeline (CUS-12)."""

from datetime import datetime

from keyuan.contact.models import Message, Permit, TemplateVersion
from keyuan.customers.services.interactions import InteractionDraft, add_interaction
from keyuan.customers.services.summary import refresh
from keyuan.kernel.actor import Actor, ActorKind

#: What the timeline calls the purposes of contacts.
PURPOSES = {"MARKETING": "SALES", "REFERRAL": "SALES", "NOTICE": "INFORM", "SURVEY": "CARE"}


def tell_timeline(message: Message, now: datetime) -> None:
    """Add the entry once, inside the caller's transaction, in the name of whoever sent the message."""
    if message.interaction_id is not None:
        return
    version = TemplateVersion.objects.select_related("template").get(pk=message.template_version_id)
    entry = add_interaction(
        customer_id=message.customer_id,
        draft=InteractionDraft(
            kind=message.channel,
            direction="OUT",
            occurred_at=now,
            summary=version.template.name,
            purpose=PURPOSES.get(message.purpose, message.purpose),
            subject_kind="message",
            subject_id=message.pk,
        ),
        actor=Actor(ActorKind.SYSTEM, message.created_by_id, message.created_by_name),
    )
    refresh([message.customer_id], now)
    message.interaction_id = entry.pk
    Message.objects.filter(pk=message.pk).update(interaction_id=entry.pk)
    Permit.objects.filter(pk=message.permit_id or 0, state=Permit.State.USED).update(interaction_id=entry.pk)
