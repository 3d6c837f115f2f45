"""One poller per process: reads new announcements once, however many browsers listen."""

import asyncio
from collections import deque
from dataclasses import dataclass, field

import structlog
from asgiref.sync import sync_to_async
from django.db import Error as DatabaseFailure
from django.db import close_old_connections
from django.utils import timezone

from keyuan.platform.models.live_event import LiveEvent
from keyuan.platform.operations.metrics import observe_live_lag

POLL_SECONDS = 0.2
#: Seconds between two looks while the database is away.
AWAY_SECONDS = 3.0
#: Ids are given before commits, so an announcement may appear behind a newer one: so many ids are looked at again.
OVERLAP = 200
BATCH = 1000
#: Whoever missed more than this while away fetches everything anew instead.
REPLAY_LIMIT = 150
REPLAY_SPAN = 20_000
#: Open streams of one person or visitor, and of all of them in this process.
MOST_OF_ONE = 12
MOST = 5000
#: A browser that is so far behind is cut off; it connects again and fetches everything anew.
QUEUE_LIMIT = 200
log = structlog.get_logger(__name__)


@dataclass(eq=False)
class Listener:
    """One open stream: whose it is, its topics, and what it has not been told yet. None in the queue ends it."""

    own: str
    topics: frozenset[str]
    queue: "asyncio.Queue[LiveEvent | None]" = field(default_factory=lambda: asyncio.Queue(QUEUE_LIMIT + 1))


class Hub:
    """The listeners of this process and the task that reads for them."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = {}
        self._task: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._last = 0
        self._open = 0
        self._seen: deque[int] = deque(maxlen=OVERLAP * 5)

    async def join(self, listener: Listener) -> None:
        """Tell ``listener`` of everything announced from now on."""
        async with self._starting:
            if self._task is None or self._task.done():
                # What was announced before belongs to the page that was just loaded.
                known = await _recent()
                self._seen.extend(known)
                self._last = max(known, default=0)
                self._task = asyncio.create_task(self._poll())
        self._open += 1
        for topic in listener.topics:
            self._listeners.setdefault(topic, set()).add(listener)

    def has_room(self, own: str) -> bool:
        """Tell whether one more stream of ``own`` may open here."""
        mine = sum(listener.own == own for listener in self._listeners.get(own, ()))
        return mine < MOST_OF_ONE and self._open < MOST

    def move(self, listener: Listener, topics: frozenset[str]) -> None:
        """Let a listener hear ``topics`` from now on, and nothing else."""
        for topic in listener.topics - topics:
            self._drop(listener, topic)
        listener.topics = topics
        for topic in topics:
            self._listeners.setdefault(topic, set()).add(listener)

    def _drop(self, listener: Listener, topic: str) -> None:
        group = self._listeners.get(topic, set())
        group.discard(listener)
        if not group:
            self._listeners.pop(topic, None)

    def leave(self, listener: Listener) -> None:
        """Tell ``listener`` no more; the last one stops the reading."""
        self._open -= 1
        for topic in listener.topics:
            self._drop(listener, topic)
        if not self._listeners and self._task is not None:
            self._task.cancel()
            self._task = None

    def end_all(self) -> None:
        """End every open stream: this process is leaving, and browsers connect again to the one that takes over."""
        for listener in {listener for group in self._listeners.values() for listener in group}:
            if not listener.queue.full():
                listener.queue.put_nowait(None)

    async def _poll(self) -> None:
        is_away = False
        while True:
            await asyncio.sleep(AWAY_SECONDS if is_away else POLL_SECONDS)
            try:
                found = await _after(max(0, self._last - OVERLAP), frozenset(self._seen))
            except DatabaseFailure as error:
                # Whoever listens goes on listening; what was announced meanwhile is told afterwards.
                if not is_away:
                    log.warning("live.database", error=type(error).__name__)
                is_away = True
                continue
            is_away = False
            for event in found:
                self._seen.append(event.pk)
                self._last = max(self._last, event.pk)
                self._tell(event)

    def _tell(self, event: LiveEvent) -> None:
        observe_live_lag((timezone.now() - event.created_at).total_seconds())
        for listener in self._listeners.get(event.topic, ()):
            if listener.queue.qsize() < QUEUE_LIMIT:
                listener.queue.put_nowait(event)
            elif not listener.queue.full():
                listener.queue.put_nowait(None)


@sync_to_async
def _recent() -> list[int]:
    close_old_connections()
    return list(LiveEvent.objects.order_by("-pk").values_list("pk", flat=True)[: OVERLAP * 2])


@sync_to_async
def _after(floor: int, seen: frozenset[int]) -> list[LiveEvent]:
    """Return the announcements above ``floor`` that were not told yet; at rest it is one look at the newest ids."""
    close_old_connections()
    ids = list(LiveEvent.objects.filter(pk__gt=floor).order_by("pk").values_list("pk", flat=True)[: BATCH + OVERLAP])
    fresh = [pk for pk in ids if pk not in seen]
    if not fresh:
        return []
    rows = LiveEvent.objects.filter(pk__gte=fresh[0], pk__lte=fresh[-1]).order_by("pk")
    return [event for event in rows if event.pk not in seen]


@sync_to_async
def missed_by(topics: frozenset[str], since: int) -> list[LiveEvent] | None:
    """Return what ``topics`` were told after announcement ``since``; None when too much, or too long ago to say.

    What was committed late under a lower number may be missing: pages fetch a snapshot after every break, too.
    """
    close_old_connections()
    newest = LiveEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    oldest = LiveEvent.objects.order_by("pk").values_list("pk", flat=True).first() or 0
    if since > newest or since < oldest or newest - since > REPLAY_SPAN:
        return None
    rows = LiveEvent.objects.filter(pk__gt=since, topic__in=topics).order_by("pk")
    found = list(rows[: REPLAY_LIMIT + 1])
    return found if len(found) <= REPLAY_LIMIT else None
