"""``keyuan worker``: runs background jobs and the timetable on this machine until it is told to stop."""

import ctypes
import os
import signal
import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections
from django_q.cluster import Cluster

from keyuan.platform.jobs.watch import Watch

#: ``prctl`` option of Linux: the signal that a process gets when its parent dies.
PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Have the kernel end this process with its parent, so that a killed worker leaves nobody working behind it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Command(BaseCommand):
    """Start the queue's workers and watch over them."""

    help = "Run background jobs and schedules on this machine."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Work until SIGTERM or SIGINT; jobs in flight are finished first."""
        watch = Watch()
        watch.begin()
        # The pool is made by forking: no connection may be open while it is.
        connections.close_all()
        if sys.platform == "linux":
            os.register_at_fork(after_in_child=die_with_parent)
        cluster = Cluster()
        cluster.start()
        while cluster.sentinel.is_alive():
            watch.tick()
            cluster.sentinel.join(timeout=watch.PAUSE)
        watch.end()
