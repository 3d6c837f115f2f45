"""Sending to strangers' servers: names are resolved, checked and dialled here, so that no answer of a name server, no
redirect and no slow receiver leads anywhere else (PLT-14)."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any

import httpcore

from keyuan.api.rules.destinations import Destination
from keyuan.api.rules.retrying import Answer
from keyuan.kernel.networks import Address, Allowed, may_connect

#: Seconds for one request whole, and for its connection.
LONGEST, TO_CONNECT = 12.0, 5.0
#: Bytes of an answer that are read at most, and characters of it that are kept.
MOST_READ, HEAD = 64 * 1024, 1024
#: Idle connections kept open per run.
KEPT = 64

Resolve = Callable[[str, int], Iterable[str]]


class ClosedAddress(Exception):
    """The name leads, at least once, to an address that is not public and not allowed."""


class UnknownHost(Exception):
    """The name has no address."""


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of ``host`` as the system knows them. Raises OSError when it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class _Clock(threading.local):
    """When the request of the present thread must be over."""

    until = float("inf")


_clock = _Clock()


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    _clock.until = time.monotonic() + seconds
    try:
        yield
    finally:
        _clock.until = float("inf")


def _left(timeout: float | None, error: type[Exception]) -> float:
    """Return the seconds that one step may take; a receiver that drips bytes must not hold a thread for ever."""
    left = _clock.until - time.monotonic()
    if left <= 0:
        raise error
    return min(left, timeout if timeout is not None else left, LONGEST)


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every step ends with the request's time."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _TimedStream(self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _CheckedNetwork(httpcore.NetworkBackend):
    """Connects to addresses that were checked, never to names."""

    def __init__(self, allowed: Allowed, resolver: Resolve) -> None:
        self._allowed, self._resolve, self._inner = allowed, resolver, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError("no address")
        for address in self._checked(host, port):
            left = _left(timeout, httpcore.ConnectTimeout)
            try:
                return _TimedStream(self._inner.connect_tcp(str(address), port, left, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _checked(self, host: str, port: int) -> list[Address]:
        """Return the addresses of ``host``; one bad one among them is enough to refuse all."""
        try:
            addresses = [ip_address(text.partition("%")[0]) for text in self._resolve(host, port)]
        except OSError as error:
            raise UnknownHost from error
        if not all(may_connect(host, address, self._allowed) for address in addresses):
            raise ClosedAddress
        return addresses


#: What each failure is called in the log of deliveries.
ERRORS: dict[type[Exception], str] = {
    ClosedAddress: "address",
    UnknownHost: "name",
    ssl.SSLError: "tls",
    httpcore.TimeoutException: "timeout",
    httpcore.ConnectError: "connect",
    httpcore.NetworkError: "broken",
    httpcore.ProtocolError: "protocol",
    httpcore.PoolTimeout: "timeout",
}


class Outbound:
    """Connections of one run; safe to use from several threads. Proxies of the environment are not looked at."""

    def __init__(self, allowed: Allowed, *, resolver: Resolve = resolve, trust: ssl.SSLContext | None = None) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=trust or ssl.create_default_context(),
            max_connections=None,
            max_keepalive_connections=KEPT,
            keepalive_expiry=10.0,
            network_backend=_CheckedNetwork(allowed, resolver),
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    def post(self, to: Destination, headers: dict[str, str], body: bytes, *, seconds: float = LONGEST) -> Answer:
        """Send one request and say what came of it, within ``seconds``; never raises for what the other side does."""
        started = time.monotonic()
        try:
            with _within(seconds):
                return self._send(to, headers, body, started)
        except tuple(ERRORS) as error:
            return Answer(None, _since(started), error=_name(error))

    def _send(self, to: Destination, headers: dict[str, str], body: bytes, started: float) -> Answer:
        name = f"[{to.host}]" if ":" in to.host else to.host
        headers = {"Host": name if to.port in (80, 443) else f"{name}:{to.port}", **headers}
        url = httpcore.URL(scheme=to.scheme.encode(), host=to.host.encode(), port=to.port, target=to.target.encode())
        extensions = {"timeout": {"connect": TO_CONNECT, "read": LONGEST, "write": LONGEST, "pool": LONGEST}}
        with self._pool.stream(
            "POST", url, headers=list(headers.items()), content=body, extensions=extensions
        ) as response:
            said = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in response.headers}
            text = _beginning(response)
            return Answer(
                response.status,
                _since(started),
                head="" if "content-encoding" in said else text.decode("utf-8", "replace")[:HEAD],
                retry_after=said.get("retry-after", "")[:80],
                request_id=said.get("x-request-id", "")[:80],
            )


def _beginning(response: httpcore.Response) -> bytes:
    """Read an answer up to the limit; what is longer is cut off with its connection. Nothing is unpacked."""
    read = b""
    for part in response.iter_stream():
        read += part
        if len(read) > MOST_READ:
            break
    return read[:MOST_READ]


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)


def _name(error: BaseException) -> str:
    """Name a failure; httpcore hides a failed handshake inside its own connection error."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return "tls"
        cause = cause.__cause__ or cause.__context__
    return next(name for kind, name in ERRORS.items() if isinstance(error, kind))
