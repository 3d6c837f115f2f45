"""Reads of the outbox: messages to customers in reach."""

from datetime import datetime

from django.db.models import Count, QuerySet

from keyuan.contact import permissions
from keyuan.contact.models import Message
from keyuan.customers.selectors import customer_q, lent_rows
from keyuan.kernel.actor import Actor, Reach
from keyuan.kernel.errors import NotFound
from keyuan.organisation.selectors import in_scope

PANEL_LIMIT = 5


def message_sources(actor: Actor, *, now: datetime) -> list[QuerySet[Message]]:
    """Return messages as list pages read them: in scope, then those to customers lent to the post."""
    return lent_rows(Message.objects.all(), actor, now=now)


def messages_visible_to(actor: Actor, *, now: datetime) -> QuerySet[Message]:
    """Every message the actor may open: in scope, or to a customer the actor sees. For bounded sets."""
    if not actor.may(permissions.OUTBOX) and not actor.may(permissions.SEND):
        return Message.objects.none()
    if actor.scope.reach is Reach.ALL:
        return Message.objects.all()
    return Message.objects.filter(in_scope(actor) | customer_q(actor, now=now, prefix="customer__"))


def access_message(actor: Actor, message_id: int, *, now: datetime, lock: bool = False) -> Message:
    """Return one message in reach, row-locked when it is about to change. Raises NotFound."""
    rows = messages_visible_to(actor, now=now)
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.select_related("template_version__template", "customer", "contact_point", "provider").filter(
        pk=message_id
    )
    message = found.first() if not lock else rows.filter(pk=message_id).first()
    if message is None:
        raise NotFound("message.not_found")
    return message


def messages_of_customer(customer_id: int) -> QuerySet[Message]:
    """Messages to one customer, newest first; the caller has checked access to the customer."""
    rows = Message.objects.filter(customer_id=customer_id).select_related("template_version__template")
    return rows.order_by("-created_at", "-pk")


def undecided_count(actor: Actor) -> int:
    """Return how many messages in reach wait for somebody to say whether they went out."""
    if not actor.may(permissions.DECIDE):
        return 0
    rows = Message.objects.filter(in_scope(actor), status=Message.Status.UNKNOWN)
    return int(rows[:100].aggregate(count=Count("pk"))["count"])


def message_of_token(message_id: int) -> Message | None:
    """Return the message that a signed link of its own names; the signature is the proof."""
    return Message.objects.filter(pk=message_id).first()
