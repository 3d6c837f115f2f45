"""The pool of a worker command: django-q2's, but a process that dies by force takes the whole pool with it.

The processes share pipes guarded by locks. One that is killed while it holds such a lock, which an idle one does all
the time, leaves it locked for ever: its successors would wait without end, and messages that were already handed over
would lie there for a quarter of an hour. A new pool has new pipes, and its start gives those messages out again.
"""

import multiprocessing
import os
import time
from typing import Any

import structlog
from django_q import cluster
from django_q.cluster import Cluster, Sentinel

from keyuan.platform.jobs import stopping

log = structlog.get_logger(__name__)
#: Seconds without a sign of the guard after which the pool counts as stuck: it looks around twice a second.
STUCK_AFTER = 30.0


class Guard(Sentinel):
    """Watches the processes of the pool."""

    #: When the guard looked around last (monotonic seconds), shared with the command.
    beat: Any = None
    #: Whether the command was told to end.
    asked: Any = None

    def status(self) -> Any:
        """Tell how the pool is, and that the guard is awake; called at each look around."""
        self.beat.value = time.monotonic()
        if self.asked.value:
            self.stop_event.set()
        return super().status()

    def reincarnate(self, process: Any) -> None:
        """Replace a process that came to its end by itself; end the pool when one was killed or failed."""
        if process.exitcode in (None, 0):
            super().reincarnate(process)
            return
        log.warning("pool.broken", status=process.exitcode)
        for child in multiprocessing.active_children():
            child.kill()
        os._exit(os.EX_TEMPFAIL)


class Pool(Cluster):
    """The pool as the worker command sees it."""

    #: Whether this process was told to end: also between two pools, when there is nothing to pass it on to.
    told = False

    def start(self) -> int:
        """Start the guard, which starts the others."""
        cluster.Sentinel = Guard
        # Without locks: whoever died with one would hold up the other side for ever.
        Guard.beat = self.beat = multiprocessing.Value("d", time.monotonic(), lock=False)
        Guard.asked = self.asked = multiprocessing.Value("b", Pool.told, lock=False)
        return int(super().start())

    def sig_handler(self, _signum: int, _frame: Any) -> None:
        """End: short jobs in flight are finished first, long ones end with their present step.

        The guard reads the wish at its next look; the library's own event would wait here for a guard that was killed.
        """
        Pool.told = True
        stopping.ask()
        if self.sentinel is not None:
            self.asked.value = True

    def is_alive(self) -> bool:
        """Tell whether the pool works; one whose guard hangs is ended here."""
        if time.monotonic() - self.beat.value > STUCK_AFTER:
            log.warning("pool.stuck")
            self.sentinel.kill()
            self.sentinel.join()
        return bool(self.sentinel.is_alive())
