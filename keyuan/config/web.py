"""The server of pages, granian on sockets of the supervisor: ``python -m keyuan.config.web FD,FD WORKERS THREADS``.

Granian binds its own sockets, one for each worker; what waits in the queue of one is lost when its worker ends. On
sockets that are handed down nothing is lost while workers, or the whole server, are replaced (PLT-13).
"""

import signal
import socket
import sys
from collections.abc import Callable, Iterable
from functools import partial
from types import FrameType
from typing import Any

from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from keyuan.config import service
from keyuan.config.supervisor import LEAVE

TARGET = "keyuan.config.wsgi:application"
BACKLOG = 1024
#: Seconds that requests in flight get after SIGTERM before their worker is killed.
KILL_AFTER = 30
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
StartResponse = Callable[..., Any]


class Leaving:
    """Whether this process was asked to send its clients away; a class, so that the handler can set it."""

    now = False

    @classmethod
    def begin(cls, _number: int, _frame: FrameType | None) -> None:
        """Remember the request."""
        cls.now = True


def gently(application: Application, threads: int) -> Application:
    """Have ``application`` close kept-alive connections after their present answer while the process is leaving.

    And while each of its ``threads`` is at work: a kept connection stays with its process, so that one may be drowned
    while its neighbour idles; who connects anew may meet the neighbour. Without neighbours ``threads`` is 0.
    """
    # A list's append and pop are atomic: no lock in every request.
    at_work: list[None] = []

    def answered(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            if Leaving.now or 0 < threads <= len(at_work):
                headers = [*headers, ("Connection", "close")]
            return start_response(status, headers, *more)

        at_work.append(None)
        try:
            return application(environ, start)
        finally:
            at_work.pop()

    return answered


def load(threads: int, _target: str) -> Application:
    """Load the application in a worker, with what the first page needs, and tell the supervisor that it can serve."""
    # Here and not above: the first process holds no Django, so that each worker reads the code of its own moment.
    from django.urls import get_resolver  # noqa: PLC0415 - see above

    from keyuan.config.wsgi import application  # noqa: PLC0415 - see above

    # The addresses and the views behind them.
    list(get_resolver().reverse_dict)
    service.announce()
    return gently(application, threads)


class Server(MPServer):
    """Granian on sockets with given descriptors: one for all workers, or one for each."""

    descriptors: list[int]

    def _init_shared_socket(self) -> None:
        self._ssp = None
        self._mine = [socket.socket(fileno=descriptor) for descriptor in self.descriptors]

    def _spawn_worker(self, idx: int, *told: Any, **more: Any) -> Any:
        holder: Any = SocketHolder
        self._sso = self._mine[idx % len(self._mine)]
        self._shd: Any = holder(self._sso.fileno(), False, BACKLOG)
        return super()._spawn_worker(idx, *told, **more)

    def _drop_shared_socket(self) -> None:
        """Keep the sockets: they are the supervisor's."""


def main(arguments: list[str]) -> None:
    """Serve until SIGTERM."""
    descriptors = list(map(int, arguments[0].split(",")))
    workers, threads = map(int, arguments[1:])
    signal.signal(LEAVE, Leaving.begin)
    server = Server(
        TARGET,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        http=HTTPModes.http1,
        log_level=LogLevels.warning,
        backlog=BACKLOG,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_AFTER,
    )
    server.descriptors = descriptors
    server.serve(target_loader=partial(load, threads if workers > 1 else 0))


if __name__ == "__main__":
    main(sys.argv[1:])
