"""What people may do to messages: stop, try again, say what became of one in doubt (PLT-11)."""

from datetime import datetime, timedelta

from django.db import transaction

from keyuan.contact import permissions
from keyuan.contact.models import Message
from keyuan.contact.selectors.messages.outbox import access_message
from keyuan.contact.selectors.messages.providers import policy
from keyuan.contact.services.messages.runs import kick
from keyuan.contact.services.messages.timeline import tell_timeline
from keyuan.contact.services.permits.using import take_back
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Forbidden, Refused
from keyuan.platform.audit import Action, Subject, record

Status = Message.Status
#: Reasons with which trying again makes sense.
REPEATABLE = (Status.FAILED, Status.CANCELLED)
#: Stopped because the customer or the law says so: repeating it is asking anew.
DECISIONS = {"sent": Status.SENT, "again": Status.QUEUED, "drop": Status.FAILED}


def cancel_message(*, actor: Actor, message_id: int, reason: str, now: datetime) -> Message:
    """Stop a message that has not left; its permit is given back. Its sender may, and whoever decides on messages.

    Raises Conflict when it has left already.
    """
    with transaction.atomic():
        message = _locked(actor, message_id, now)
        if message.status != Status.QUEUED:
            raise Conflict("message.has_left", status=str(message.status))
        message.status, message.because, message.claimed_by = Status.CANCELLED, "person", ""
        message.version += 1
        message.save(update_fields=["status", "because", "claimed_by", "version"])
        take_back([message.permit_id or 0], note="message cancelled", now=now)
        _note(actor, message, reason, now)
    return message


def retry_message(*, actor: Actor, message_id: int, now: datetime) -> Message:
    """Send a failed or stopped message once more, with a permit of its own. Raises Conflict for any other one."""
    actor.require(permissions.DECIDE)
    with transaction.atomic():
        message = _locked(actor, message_id, now)
        if message.status not in REPEATABLE:
            raise Conflict("message.not_failed", status=str(message.status))
        if message.contact_point_id is None:
            raise Refused("message.no_address")
        _queue_again(message, now)
        _note(actor, message, "", now)
        kick(message.channel, now)
    return message


def decide_message(*, actor: Actor, message_id: int, decision: str, reason: str, now: datetime) -> Message:
    """Say what became of a message in doubt: ``sent``, ``again`` (send it, a double is accepted) or ``drop``."""
    actor.require(permissions.DECIDE)
    if decision not in DECISIONS:
        raise Refused("message.decision", field="decision")
    if not reason.strip():
        raise Refused("message.reason", field="reason")
    with transaction.atomic():
        message = _locked(actor, message_id, now)
        if message.status != Status.UNKNOWN:
            raise Conflict("message.not_in_doubt", status=str(message.status))
        if decision == "again":
            _queue_again(message, now)
            kick(message.channel, now)
        else:
            message.status, message.because = DECISIONS[decision], f"decided_{decision}"
            message.sent_at = message.handed_at if decision == "sent" else None
            message.version += 1
            message.save(update_fields=["status", "because", "sent_at", "version"])
            if decision == "sent":
                tell_timeline(message, now)
        _note(actor, message, reason, now)
    return message


def _queue_again(message: Message, now: datetime) -> None:
    message.status, message.because, message.claimed_by = Status.QUEUED, "again", ""
    message.next_at, message.expires_at = now, now + timedelta(hours=policy().expire_hours)
    message.version += 1
    message.save(update_fields=["status", "because", "claimed_by", "next_at", "expires_at", "version"])


def _locked(actor: Actor, message_id: int, now: datetime) -> Message:
    message = access_message(actor, message_id, now=now, lock=True)
    if not actor.may(permissions.DECIDE) and (actor.id is None or message.created_by_id != actor.id):
        raise Forbidden("forbidden", permission=permissions.DECIDE)
    return message


def _note(actor: Actor, message: Message, reason: str, now: datetime) -> None:
    subject, after = Subject("message", message.pk), {"status": str(message.status), "because": message.because}
    record(
        actor,
        Action.UPDATE,
        subject,
        after=after,
        reason=reason.strip()[:200],
        customer_id=message.customer_id,
        now=now,
    )
