"""What a worker command does besides its jobs: gives orphaned work out again, runs the timetable, sends events off."""

import os
import time
from datetime import timedelta

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import timezone
from django_q.models import OrmQ

from keyuan.platform import clock
from keyuan.platform.events.dispatcher import DISPATCH, has_due
from keyuan.platform.jobs import timetable
from keyuan.platform.jobs.claims import HOST, is_alive, release_orphans
from keyuan.platform.jobs.queue import enqueue
from keyuan.platform.models.job_run import WorkerLease

log = structlog.get_logger(__name__)


class Watch:
    """The watch of one worker command."""

    #: Seconds between two rounds.
    PAUSE = 0.5
    ORPHANS_EVERY = 2.0
    TIMETABLE_EVERY = 5.0

    def __init__(self) -> None:
        self._next_orphans = self._next_timetable = 0.0
        self._dispatching: int | None = None

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
        """Give the place up."""
        WorkerLease.objects.filter(host=HOST, pid=os.getpid()).delete()

    def tick(self) -> None:
        """Do what is due. A database that is busy or away is tried again at the next round."""
        close_old_connections()
        try:
            self._round(time.monotonic())
        except (OperationalError, InterfaceError) as error:
            log.warning("watch.database", error=type(error).__name__)

    def _round(self, at: float) -> None:
        self._send_events()
        if at >= self._next_orphans:
            self._next_orphans = at + self.ORPHANS_EVERY
            released = release_orphans()
            if released:
                log.warning("watch.released", count=released)
        if at >= self._next_timetable:
            self._next_timetable = at + self.TIMETABLE_EVERY
            WorkerLease.objects.filter(host=HOST, pid=os.getpid()).update(seen_at=timezone.now())
            timetable.run_due(clock.now())

    def _send_events(self) -> None:
        """Keep one message in the queue while events wait for delivery."""
        waiting = self._dispatching is not None and OrmQ.objects.filter(pk=self._dispatching).exists()
        if not waiting and has_due(timezone.now()):
            self._dispatching = enqueue(DISPATCH)
