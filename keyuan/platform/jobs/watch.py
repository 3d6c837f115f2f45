"""What a worker command does besides its jobs: gives orphaned work out again, runs the timetable, sends events off."""

import os
import time
from contextlib import suppress
from datetime import timedelta

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections, transaction
from django.db.models import F
from django.utils import timezone
from django_q.models import OrmQ

from keyuan.platform import clock
from keyuan.platform.events.dispatcher import DISPATCH, has_due
from keyuan.platform.jobs import timetable
from keyuan.platform.jobs.claims import HOST, is_alive, release_orphans
from keyuan.platform.jobs.queue import enqueue
from keyuan.platform.models.job_run import JobRun, WorkerLease
from keyuan.platform.models.outbox_event import OutboxEvent

log = structlog.get_logger(__name__)


class Watch:
    """The watch of one worker command."""

    #: Seconds between two rounds.
    PAUSE = 0.5
    ORPHANS_EVERY = 2.0
    TIMETABLE_EVERY = 5.0
    #: Seconds by which the wall clock may differ from the time that has passed before it counts as set anew.
    JUMP = 60.0

    def __init__(self) -> None:
        self._next_orphans = self._next_timetable = 0.0
        self._dispatching: int | None = None
        self._lead, self._is_away = self._wall_ahead(), False

    def begin(self) -> None:
        """Take the place of workers of this machine that are no more."""
        now = timezone.now()
        for lease in WorkerLease.objects.filter(host=HOST):
            if not is_alive(lease.pid):
                lease.delete()
        WorkerLease.objects.filter(seen_at__lt=now - timedelta(days=1)).delete()
        WorkerLease.objects.update_or_create(host=HOST, pid=os.getpid(), defaults={"started_at": now, "seen_at": now})
        timetable.seed(clock.now())
        release_orphans()

    def end(self) -> None:
        """Give the place up; without a database, whoever comes next sees that we are gone."""
        with suppress(OperationalError, InterfaceError):
            WorkerLease.objects.filter(host=HOST, pid=os.getpid()).delete()

    def tick(self) -> None:
        """Do what is due. A database that is busy or away is tried again at the next round, and told of once."""
        close_old_connections()
        try:
            self._round(time.monotonic())
        except (OperationalError, InterfaceError) as error:
            if not self._is_away:
                log.warning("watch.database", error=type(error).__name__)
            self._is_away = True
        else:
            self._is_away = False

    def _round(self, at: float) -> None:
        self._send_events()
        if at >= self._next_orphans:
            self._next_orphans = at + self.ORPHANS_EVERY
            released = release_orphans()
            if released:
                log.warning("watch.released", count=released)
        if at >= self._next_timetable:
            self._next_timetable = at + self.TIMETABLE_EVERY
            self._follow_clock()
            WorkerLease.objects.filter(host=HOST, pid=os.getpid()).update(seen_at=timezone.now())
            timetable.run_due(clock.now())

    @staticmethod
    def _wall_ahead() -> float:
        return timezone.now().timestamp() - time.monotonic()

    def _follow_clock(self) -> None:
        """When the clock was set back, let nothing wait until the time that it showed before.

        What was put off on purpose comes too early then, which jobs and handlers bear.
        """
        ahead = self._wall_ahead()
        jump, self._lead = ahead - self._lead, ahead
        now = timezone.now()
        if jump < -self.JUMP:
            back = timedelta(seconds=jump)
            with transaction.atomic():
                free = OrmQ.objects.filter(lock__gt=now).exclude(pk__in=JobRun.objects.values("message_id"))
                moved = free.update(lock=F("lock") + back)
                moved += OutboxEvent.objects.filter(due_at__gt=now).update(due_at=F("due_at") + back)
            log.warning("watch.clock_set_back", seconds=round(-jump), moved=moved)
        drawn = timetable.draw_in(clock.now())
        if drawn:
            log.warning("watch.timetable_drawn_in", count=drawn)

    def _send_events(self) -> None:
        """Keep one message in the queue while events wait for delivery."""
        waiting = self._dispatching is not None and OrmQ.objects.filter(pk=self._dispatching).exists()
        if not waiting and has_due(timezone.now()):
            self._dispatching = enqueue(DISPATCH)
