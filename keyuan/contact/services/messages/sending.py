"""Handing messages over: one run, a few connections, one commit before and one after each message (PLT-11).

The commit before says that the message is being handed over; whoever is killed after it leaves the message in doubt and
not to be sent twice. Threads only talk to the provider; the database is the run's own.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import F

from keyuan.contact.drivers.senders import ConfigError, Parcel, Sender, open_sender
from keyuan.contact.drivers.senders.secrets import SecretMissing
from keyuan.contact.models import Message, MessageProvider
from keyuan.contact.rules.messages.outcomes import Outcome, Result, room_in_minute
from keyuan.contact.services.messages.gate import pass_gate
from keyuan.contact.services.messages.losing import tell_lost
from keyuan.contact.services.messages.parcels import parcels_of
from keyuan.contact.services.messages.results import Tried, rest, settle
from keyuan.contact.services.messages.runs import beat, begin, finish

log = structlog.get_logger(__name__)
Now = Callable[[], datetime]
Status = Message.Status
#: Messages taken in hand at once, seconds of one run, and between two signs of life.
CHUNK, SECONDS, BEATS = 50, 20.0, 20.0


@dataclass(frozen=True, slots=True)
class Handed:
    """One message that was handed to a thread: which, and its number of tries with this one."""

    message: Message
    attempts: int


class _Senders(threading.local):
    """The open way out of each thread."""

    sender: Sender | None = None


class Run:
    """One run of one provider; see `run_provider`."""

    def __init__(self, provider: MessageProvider, token: str, now: Now, opener: Callable[[], Sender]) -> None:
        self._provider, self._token, self._now, self._opener = provider, token, now, opener
        self._local, self._opened, self._lock = _Senders(), list[Sender](), threading.Lock()
        self._under_way: dict[Future[Outcome], Handed] = {}
        self._beaten = time.monotonic()
        self.count = 0

    def work(self, seconds: float) -> int:
        """Send for at most ``seconds``, then end what is under way; return how many were handed over."""
        until = time.monotonic() + seconds
        width = max(self._provider.connections, 1)
        try:
            with ThreadPoolExecutor(width, thread_name_prefix="message") as threads:
                while time.monotonic() < until and self._is_ours() and self._chunk(threads, width):
                    pass
                self._collect(all_of_them=True)
        finally:
            for sender in self._opened:
                sender.close()
            give_back(self._token)
        return self.count

    def _is_ours(self) -> bool:
        if time.monotonic() - self._beaten < BEATS:
            return True
        self._beaten = time.monotonic()
        return beat(self._provider.pk, self._token, self._now())

    def _chunk(self, threads: ThreadPoolExecutor, width: int) -> bool:
        """Take a chunk in hand and hand it over; False when nothing is due, the rate is used up or it rests."""
        now = self._now()
        provider = MessageProvider.objects.get(pk=self._provider.pk)
        if provider.rests_until is not None and provider.rests_until > now:
            return False
        room = room_in_minute(provider.per_minute, provider.minute_at, provider.minute_count, now)
        taken = take(provider, self._token, min(room, CHUNK), now)
        if not taken:
            return False
        parcels = parcels_of(taken, now)
        for message in taken:
            while len(self._under_way) >= width:
                if not self._collect():
                    give_back(self._token)
                    return False
            parcel = parcels.get(message.pk)
            if parcel is not None and hand_over(message, self._token, self._now()):
                count_in_minute(provider.pk, self._now())
                handed = Handed(message, message.attempts + 1)
                self._under_way[threads.submit(self._send, parcel)] = handed
        return self._collect(all_of_them=True)

    def _send(self, parcel: Parcel) -> Outcome:
        """Hand one message over, in a thread of its own; touches no database."""
        if self._local.sender is None:
            self._local.sender = self._opener()
            with self._lock:
                self._opened.append(self._local.sender)
        return self._local.sender.send(parcel)

    def _collect(self, *, all_of_them: bool = False) -> bool:
        """Write down what ended, as soon as it ended; False when the provider is out of order."""
        is_well = True
        while self._under_way:
            ended, _rest = wait(self._under_way, timeout=1.0, return_when=FIRST_COMPLETED)
            for future in ended:
                handed = self._under_way.pop(future)
                outcome = future.result()
                settle(self._provider, Tried(handed.message.pk, handed.attempts, outcome), self._now())
                self.count += 1
                is_well = is_well and outcome.result is not Result.OUTAGE
            if ended and not all_of_them:
                break
        return is_well


def run_provider(
    provider_id: int, token: str, now: Now, *, opener: Callable[[], Sender] | None = None, seconds: float = SECONDS
) -> int:
    """Carry out the run ``token``: send what is due for at most ``seconds`` and book the next run; return the tries.

    Killed at any moment it is carried out again: nothing is lost, and what may have left is never sent again by itself.
    """
    provider = MessageProvider.objects.filter(pk=provider_id).first()
    if provider is None:
        return 0
    make = opener or (lambda: open_sender(provider.kind, provider.config))
    try:
        probe = make()
    except (ConfigError, SecretMissing) as error:
        if begin(provider_id, token, now(), repeats_safely=False) is not None:
            rest(provider_id, f"config {error.args[0]}", now())
            finish(provider_id, token, now())
        return 0
    repeats_safely = probe.repeats_safely
    probe.close()
    begun = begin(provider_id, token, now(), repeats_safely=repeats_safely)
    if begun is None:
        return 0
    count = Run(begun, token, now, make).work(seconds)
    finish(provider_id, token, now())
    if count:
        log.info("messages.run", provider=begun.key, handed=count)
    return count


def take(provider: MessageProvider, token: str, count: int, now: datetime) -> list[Message]:
    """Take up to ``count`` due messages of the provider's channel in hand, those longest due first."""
    if count <= 0:
        return []
    due = Message.objects.filter(channel=provider.channel, status=Status.QUEUED, next_at__lte=now)
    keys = list(due.order_by("next_at", "pk").values_list("pk", flat=True)[:count])
    free = Message.objects.filter(pk__in=keys, status=Status.QUEUED, claimed_by="")
    free.update(claimed_by=token, provider=provider)
    mine = Message.objects.filter(pk__in=keys, claimed_by=token, status=Status.QUEUED)
    return list(mine.select_related("template_version__template", "contact_point").order_by("next_at", "pk"))


def hand_over(message: Message, token: str, now: datetime) -> bool:
    """Say, in a commit of its own, that the message is about to be handed over; False when it must not leave.

    Whatever was withdrawn before this commit stops it.
    """
    with transaction.atomic():
        rows = Message.objects.select_for_update().filter(pk=message.pk, status=Status.QUEUED, claimed_by=token)
        row = rows.first()
        if row is None:
            return False
        stopped = pass_gate(row, now)
        if stopped is None:
            changes = {"status": Status.SENDING, "handed_at": now, "permit_id": row.permit_id, "because": ""}
            Message.objects.filter(pk=row.pk).update(**changes, attempts=F("attempts") + 1)
            return True
        waits = stopped.until is not None and stopped.until < row.expires_at
        status = Status.QUEUED if waits else Status.CANCELLED
        Message.objects.filter(pk=row.pk).update(
            status=status, because=stopped.because[:40], claimed_by="", next_at=stopped.until or now
        )
        if not waits:
            tell_lost([row.pk])
    return False


def give_back(token: str) -> None:
    """Free what the run took in hand and did not hand over."""
    Message.objects.filter(claimed_by=token, status=Status.QUEUED).update(claimed_by="")


def count_in_minute(provider_id: int, now: datetime) -> None:
    """Count one message against the provider's rate."""
    provider = MessageProvider.objects.filter(pk=provider_id)
    row = provider.values_list("minute_at", "per_minute").get()
    if room_in_minute(row[1], row[0], row[1], now):
        provider.update(minute_at=now, minute_count=1)
    else:
        provider.update(minute_count=F("minute_count") + 1)
