"""One run of sending at a time for each provider: who may run, and when the next one is due (PLT-11).

The provider's row holds the run. A run without a sign of life is lost: the next one takes over what it had in hand.
"""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min

from keyuan.contact.models import Message, MessageProvider
from keyuan.contact.rules.messages.outcomes import room_in_minute
from keyuan.contact.selectors.messages.providers import provider_of
from keyuan.platform.jobs import enqueue

RUN = "keyuan.contact.jobs.messages.send_messages"
#: A run without a sign for so long is lost.
LOST_AFTER = timedelta(minutes=3)
Status = Message.Status


def kick(channel: str, now: datetime) -> bool:
    """Make sure, inside the caller's transaction, that a run of the channel's provider is due; False when one is."""
    provider = provider_of(channel)
    if provider is None or _is_booked(provider, now) or _rests(provider, now):
        return False
    provider = MessageProvider.objects.select_for_update().get(pk=provider.pk)
    if _is_booked(provider, now):
        return False
    _book(provider, now)
    return True


def begin(provider_id: int, token: str, now: datetime, *, repeats_safely: bool) -> MessageProvider | None:
    """Begin the run ``token``, or begin it again after a kill; None when another took its place.

    What a killed run had in hand and not handed over is free again. What it had handed over without an answer is
    ``UNKNOWN``, unless the provider drops doubles by itself: nothing is ever sent twice on a guess.
    """
    with transaction.atomic():
        provider = MessageProvider.objects.select_for_update().get(pk=provider_id)
        if provider.run_token != token or not provider.is_active:
            return None
        provider.run_until = now + LOST_AFTER
        provider.save(update_fields=["run_until"])
        left = Message.objects.filter(claimed_by__gt="", provider=provider)
        left.filter(status=Status.QUEUED).update(claimed_by="")
        handed = left.filter(status=Status.SENDING)
        if repeats_safely:
            handed.update(status=Status.QUEUED, claimed_by="", next_at=now)
        else:
            handed.update(status=Status.UNKNOWN, claimed_by="", because="interrupted")
    return provider


def beat(provider_id: int, token: str, now: datetime) -> bool:
    """Say that the run still lives; False when another one took its place or the provider was switched off."""
    mine = MessageProvider.objects.filter(pk=provider_id, run_token=token, is_active=True)
    return bool(mine.update(run_until=now + LOST_AFTER))


def finish(provider_id: int, token: str, now: datetime) -> None:
    """End a run, and book the next one where a message is due; later ones are woken by the clock."""
    with transaction.atomic():
        provider = MessageProvider.objects.select_for_update().get(pk=provider_id)
        if provider.run_token != token:
            return
        provider.run_token, provider.run_until = "", None
        provider.save(update_fields=["run_token", "run_until"])
        at = next_due(provider.channel)
        current = provider_of(provider.channel)
        if at is None or at > now or current is None or current.pk != provider.pk:
            return
        if not _rests(provider, now) and room_in_minute(
            provider.per_minute, provider.minute_at, provider.minute_count, now
        ):
            _book(provider, now)


def wake(now: datetime) -> int:
    """Book runs where messages are due and none is booked: after a lost message, a rest, a restored backup."""
    count = 0
    for provider in MessageProvider.objects.filter(is_active=True).order_by("pk"):
        current = provider_of(provider.channel)
        if current is None or current.pk != provider.pk:
            continue
        at = next_due(provider.channel)
        if at is not None and at <= now:
            with transaction.atomic():
                count += kick(provider.channel, now)
    return count


def next_due(channel: str) -> datetime | None:
    """Return when the next message of a channel may leave, None when none waits."""
    waiting = Message.objects.filter(channel=channel, status=Status.QUEUED)
    found: datetime | None = waiting.aggregate(at=Min("next_at"))["at"]
    return found


def _is_booked(provider: MessageProvider, now: datetime) -> bool:
    return bool(provider.run_token and provider.run_until and provider.run_until > now)


def _rests(provider: MessageProvider, now: datetime) -> bool:
    return provider.rests_until is not None and provider.rests_until > now


def _book(provider: MessageProvider, now: datetime) -> None:
    provider.run_token, provider.run_until = secrets.token_hex(16), now + LOST_AFTER
    provider.save(update_fields=["run_token", "run_until"])
    enqueue(RUN, provider_id=provider.pk, token=provider.run_token)
