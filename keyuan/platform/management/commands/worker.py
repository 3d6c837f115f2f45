"""``keyuan worker``: runs background jobs and the timetable on this machine until it is told to stop."""

import ctypes
import os
import signal
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections

from keyuan.platform import logs
from keyuan.platform.jobs.patience import insist
from keyuan.platform.jobs.pool import Pool
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
        logs.take_uncaught()
        watch = Watch()
        insist(watch.begin)
        if sys.platform == "linux":
            os.register_at_fork(after_in_child=die_with_parent)
        while not self._worked_until_told_to_stop(watch):
            # What the broken pool held is given out again by the watch.
            time.sleep(watch.PAUSE)
        watch.end()

    def _worked_until_told_to_stop(self, watch: Watch) -> bool:
        """Run one pool until it ends; False when it broke, so that another has to follow."""
        # The pool is made by forking: no connection may be open while it is.
        connections.close_all()
        pool = Pool()
        pool.start()
        while pool.is_alive():
            watch.tick()
            pool.sentinel.join(timeout=watch.PAUSE)
        return Pool.told or not pool.sentinel.exitcode
