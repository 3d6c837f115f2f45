"""Writing down what became of a try, at once and by itself: message, timeline, address, provider (PLT-11)."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F

from keyuan.contact.models import Message, MessageProvider
from keyuan.contact.rules.messages.outcomes import Outcome, Result, next_try, rest_after
from keyuan.contact.services.messages.health import note_bounce, note_taken
from keyuan.contact.services.messages.losing import tell_lost
from keyuan.contact.services.messages.successors import note_told
from keyuan.contact.services.messages.timeline import tell_timeline

log = structlog.get_logger(__name__)
Status = Message.Status
#: Tries that a message's page shows.
TRIES_KEPT = 20
TAKEN = frozenset({Result.ACCEPTED, Result.DELIVERED})


@dataclass(frozen=True, slots=True)
class Tried:
    """One try of one message: its number and what came back."""

    message_id: int
    attempts: int
    outcome: Outcome


def settle(provider: MessageProvider, tried: Tried, now: datetime) -> Message | None:
    """Write one try down; None when somebody decided on the message meanwhile.

    An answer that comes after the run was given up for lost still settles the doubt that it left.
    """
    outcome = tried.outcome
    with transaction.atomic():
        rows = Message.objects.select_for_update().filter(
            pk=tried.message_id, attempts=tried.attempts, status__in=(Status.SENDING, Status.UNKNOWN)
        )
        message = rows.first()
        if message is None:
            return None
        _apply(message, outcome, now)
        message.tries = [*message.tries, _line(outcome, now)][-TRIES_KEPT:]
        message.claimed_by = ""
        message.save()
        if message.status == Status.FAILED:
            tell_lost([message.pk])
        if outcome.result in TAKEN:
            note_taken(message.contact_point_id, now)
            tell_timeline(message, now)
            note_told(message, now)
        elif outcome.result is Result.BAD_ADDRESS:
            note_bounce(message.contact_point_id, now)
        _note_provider(provider.pk, outcome, now)
    return message


def _apply(message: Message, outcome: Outcome, now: datetime) -> None:
    result = outcome.result
    message.because = ""
    if result in TAKEN:
        message.status, message.sent_at, message.reference = Status.SENT, now, outcome.reference[:120]
        if result is Result.DELIVERED:
            message.status, message.delivered_at = Status.DELIVERED, now
    elif result is Result.UNKNOWN:
        message.status, message.because = Status.UNKNOWN, "no_answer"
    elif result is Result.OUTAGE:
        # The provider's failure is none of the message's tries.
        message.status, message.attempts, message.because = Status.QUEUED, message.attempts - 1, "outage"
    elif result is Result.LATER:
        luck = random.random()  # noqa: S311 - spreads load, hides nothing
        again = next_try(message.attempts, now, luck=luck)
        waits = again is not None and again < message.expires_at
        message.status = Status.QUEUED if waits else Status.FAILED
        message.because = "later" if waits else "tries_used_up"
        message.next_at = again if waits and again else now
    else:
        message.status = Status.FAILED
        message.because = "bad_address" if result is Result.BAD_ADDRESS else "refused_by_provider"


def _line(outcome: Outcome, now: datetime) -> dict[str, Any]:
    at = now.astimezone(UTC).isoformat(timespec="seconds")
    return {"at": at, "result": str(outcome.result), "code": outcome.code[:40], "ms": outcome.ms}


def _note_provider(provider_id: int, outcome: Outcome, now: datetime) -> None:
    if outcome.result is Result.OUTAGE:
        rest(provider_id, outcome.code, now)
    elif outcome.result in TAKEN:
        MessageProvider.objects.filter(pk=provider_id).update(
            outages=0, rests_until=None, last_ok_at=now, last_error=""
        )


def rest(provider_id: int, error: str, now: datetime) -> None:
    """Let a provider rest after an outage; several at the same time count once."""
    with transaction.atomic():
        provider = MessageProvider.objects.select_for_update().get(pk=provider_id)
        if provider.rests_until is not None and provider.rests_until > now:
            return
        outages = min(provider.outages + 1, 1000)
        MessageProvider.objects.filter(pk=provider_id).update(
            outages=F("outages") + 1, rests_until=now + rest_after(outages), last_error=error[:40]
        )
    log.warning("messages.outage", provider=provider.key, error=error[:40])
