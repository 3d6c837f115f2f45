"""One poller per process: reads new announcements once, however many browsers listen."""

import asyncio
from collections import deque
from dataclasses import dataclass, field

import structlog
from asgiref.sync import sync_to_async
from django.db import Error as DatabaseFailure
from django.db import close_old_connections

from keyuan.platform.models.live_event import LiveEvent

POLL_SECONDS = 0.5
#: Seconds between two looks while the database is away.
AWAY_SECONDS = 3.0
#: Ids are given before commits, so an announcement may appear behind a newer one: so many ids are looked at again.
OVERLAP = 200
BATCH = 1000
#: A browser that is so far behind is cut off; it connects again and fetches everything anew.
QUEUE_LIMIT = 200
log = structlog.get_logger(__name__)


@dataclass(eq=False)
class Listener:
    """One open stream: its topics, and what it has not been told yet. None in the queue ends it."""

    topics: frozenset[str]
    queue: "asyncio.Queue[LiveEvent | None]" = field(default_factory=lambda: asyncio.Queue(QUEUE_LIMIT + 1))


class Hub:
    """The listeners of this process and the task that reads for them."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = {}
        self._task: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._last = 0
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
        for topic in listener.topics:
            self._listeners.setdefault(topic, set()).add(listener)

    def leave(self, listener: Listener) -> None:
        """Tell ``listener`` no more; the last one stops the reading."""
        for topic in listener.topics:
            group = self._listeners.get(topic, set())
            group.discard(listener)
            if not group:
                self._listeners.pop(topic, None)
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
                found = await _after(max(0, self._last - OVERLAP), self._last, frozenset(self._seen))
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
def _after(floor: int, last: int, seen: frozenset[int]) -> list[LiveEvent]:
    """Return the announcements above ``floor`` that were not told yet; at rest it is one look at the newest id."""
    close_old_connections()
    newest = LiveEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if newest < last:
        return []
    found = LiveEvent.objects.filter(pk__gt=floor).order_by("pk")[: BATCH + OVERLAP]
    return [event for event in found if event.pk not in seen]
