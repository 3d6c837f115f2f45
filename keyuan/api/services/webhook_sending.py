"""Sending what is due: many endpoints at once, none of which can hold up the others (PLT-14).

Threads only send; the database is touched by the run's own thread, in batches. An endpoint that answers well gets more
at a time, one that fails gets a single try after its rest.
"""

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog

from keyuan.api.drivers.outbound import Outbound
from keyuan.api.models import WebhookDelivery, WebhookEndpoint
from keyuan.api.rules.retrying import Result, is_overloaded
from keyuan.api.services.webhook_request import send
from keyuan.api.services.webhook_results import Tried, settle
from keyuan.api.services.webhook_runs import beat, begin, finish
from keyuan.kernel.networks import Allowed

log = structlog.get_logger(__name__)
Wall = Callable[[], datetime]
Status = WebhookDelivery.Status
#: Requests at a time: of one endpoint at first and at most, of all together.
AT_FIRST, PER_ENDPOINT, THREADS = 2, 8, 64
#: Deliveries that one endpoint has in hand, and seconds after which a killed run's are given out again.
IN_HAND, LEASE = 100, timedelta(minutes=2)
#: Seconds of one run, so that other jobs get their turn, and between two looks at the database.
SECONDS, PAUSE = 20.0, 0.1
#: Results that are written down together, and between two signs of life.
BATCH, BEATS = 100, 30.0


@dataclass(slots=True)
class Lane:
    """What one endpoint has in hand: waiting deliveries, how many are under way, how many may be."""

    endpoint: WebhookEndpoint
    waiting: deque[WebhookDelivery] = field(default_factory=deque)
    busy: int = 0
    width: int = AT_FIRST

    @property
    def room(self) -> int:
        """How many more may go out now."""
        return min(self.width - self.busy, len(self.waiting))

    def learn(self, tried: Tried) -> bool:
        """Widen the lane with each success, leave one at a time after a failure of the endpoint; tell whether it is
        such a failure."""
        if tried.result is Result.TAKEN:
            self.width = min(self.width + 1, PER_ENDPOINT)
        failed = tried.result is not Result.TAKEN and (tried.result is Result.GONE or is_overloaded(tried.answer))
        if failed:
            self.width = 1
        return failed


class Run:
    """One run of deliveries; see `deliver`."""

    def __init__(self, token: str, wall: Wall, outbound: Outbound, allowed: Allowed) -> None:
        self._token, self._wall, self._outbound, self._allowed = token, wall, outbound, allowed
        self._lanes: dict[int, Lane] = {}
        self._under_way: dict[Future[Tried], int] = {}
        self._results: list[Tried] = []
        self._looked = 0.0
        self._beaten = time.monotonic()
        self.count = 0

    def work(self, seconds: float) -> int:
        """Send for at most ``seconds``, then end what is under way; return how many tries were made."""
        until = time.monotonic() + seconds
        with ThreadPoolExecutor(THREADS, thread_name_prefix="webhook") as threads:
            while self._is_ours():
                if time.monotonic() < until:
                    self._look()
                    self._send(threads)
                if not self._under_way:
                    break
                self._collect()
        self._write()
        self._give_back()
        return self.count

    def _is_ours(self) -> bool:
        if time.monotonic() - self._beaten < BEATS:
            return True
        self._beaten = time.monotonic()
        return beat(self._token, self._wall())

    def _look(self) -> None:
        """Take due deliveries in hand, for endpoints that have little left."""
        if time.monotonic() - self._looked < PAUSE and self._under_way:
            return
        self._looked = time.monotonic()
        wall = self._wall()
        active = WebhookEndpoint.objects.filter(status=WebhookEndpoint.Status.ACTIVE, deleted_at__isnull=True)
        for endpoint in active.exclude(rests_until__gt=wall):
            lane = self._lanes.setdefault(endpoint.pk, Lane(endpoint, width=1 if endpoint.failures else AT_FIRST))
            lane.endpoint = endpoint
            wanted = 1 if lane.width == 1 else IN_HAND
            if len(lane.waiting) + lane.busy < max(wanted // 2, 1):
                lane.waiting.extend(take(endpoint.pk, wanted, self._token, wall))

    def _send(self, threads: ThreadPoolExecutor) -> None:
        for lane in self._lanes.values():
            for _ in range(lane.room):
                if len(self._under_way) >= THREADS:
                    return
                delivery = lane.waiting.popleft()
                lane.busy += 1
                future = threads.submit(partial(self._try, lane.endpoint, delivery))
                self._under_way[future] = lane.endpoint.pk

    def _try(self, endpoint: WebhookEndpoint, delivery: WebhookDelivery) -> Tried:
        """Make one try, in a thread of its own; touches no database."""
        at = self._wall()
        answer = send(self._outbound, endpoint, delivery, at, self._allowed)
        return Tried(delivery.pk, endpoint.pk, delivery.attempts, delivery.tries, at, answer)

    def _collect(self) -> None:
        """Wait for tries to end, a moment at most, and write them down when there are enough or none is left."""
        ended, _ = wait(self._under_way, timeout=PAUSE, return_when=FIRST_COMPLETED)
        has_failed = False
        for future in ended:
            lane = self._lanes[self._under_way.pop(future)]
            tried = future.result()
            self._results.append(tried)
            lane.busy -= 1
            if lane.learn(tried):
                has_failed = True
                self._drop(lane)
        # A failure is written at once, since its endpoint must not be taken in hand again before its rest.
        if has_failed or not ended or not self._under_way or len(self._results) >= BATCH:
            self._write()

    def _drop(self, lane: Lane) -> None:
        """Give back what a failing endpoint has in hand, so that it rests before more is tried."""
        if lane.waiting:
            give_back([delivery.pk for delivery in lane.waiting], self._wall())
            lane.waiting.clear()

    def _write(self) -> None:
        if self._results:
            settle(self._results, self._wall())
            self.count += len(self._results)
            self._results = []

    def _give_back(self) -> None:
        for lane in self._lanes.values():
            self._drop(lane)


def deliver(token: str, wall: Wall, outbound: Outbound, allowed: Allowed, *, seconds: float = SECONDS) -> int:
    """Carry out the run ``token``: send what is due for at most ``seconds`` and book the next run; return the tries.

    Killed at any moment it is carried out again and begins with what it had in hand: nothing is lost, and what was
    sent twice bears the same id.
    """
    if not begin(token, wall()):
        return 0
    count = Run(token, wall, outbound, allowed).work(seconds)
    finish(token, wall())
    if count:
        log.info("webhook.run", tries=count)
    return count


def take(endpoint_id: int, count: int, token: str, wall: datetime) -> list[WebhookDelivery]:
    """Take up to ``count`` due deliveries of one endpoint in hand, oldest first, unless another run has them."""
    due = WebhookDelivery.objects.filter(endpoint_id=endpoint_id, status=Status.PENDING, next_at__lte=wall)
    found = list(due.select_related("message").order_by("next_at", "pk")[:count])
    if not found:
        return []
    keys = [delivery.pk for delivery in found]
    free = WebhookDelivery.objects.filter(pk__in=keys, status=Status.PENDING, next_at__lte=wall)
    if free.update(claimed_by=token, next_at=wall + LEASE) == len(keys):
        return found
    mine = set(WebhookDelivery.objects.filter(pk__in=keys, claimed_by=token).values_list("pk", flat=True))
    return [delivery for delivery in found if delivery.pk in mine]


def give_back(keys: list[int], wall: datetime) -> None:
    """Give deliveries back that were taken in hand and not tried: they are due at once."""
    WebhookDelivery.objects.filter(pk__in=keys, status=Status.PENDING).update(claimed_by="", next_at=wall)
