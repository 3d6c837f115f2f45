"""Writing down what became of a job while the database comes and goes: wait for it, or hand the job back whole."""

import multiprocessing
import os
import time
from collections.abc import Callable

import structlog
from django.db import InterfaceError, OperationalError, connections

#: Seconds that a process of the pool waits for the database before it gives its message back by ending.
LONGEST = 60.0
PAUSE = 1.0
log = structlog.get_logger(__name__)


def insist(action: Callable[[], object]) -> None:
    """Do ``action``, a short transaction, again and again until the database takes it.

    When it does not come back, a process of the worker's pool ends: its messages then go back to the queue and run
    again, which every job bears. Anywhere else the error goes up.
    """
    deadline, said = time.monotonic() + LONGEST, False
    while True:
        try:
            action()
        except (OperationalError, InterfaceError) as error:
            if any(connection.in_atomic_block for connection in connections.all(initialized_only=True)):
                raise
            if time.monotonic() < deadline:
                if not said:
                    log.warning("job.waits_for_database", error=type(error).__name__)
                said = True
                _begin_anew()
                continue
            if multiprocessing.parent_process() is None:
                raise
            os._exit(os.EX_TEMPFAIL)
        return


def _begin_anew() -> None:
    time.sleep(PAUSE)
    for connection in connections.all(initialized_only=True):
        connection.close()
