"""The event stream of one browser: an ASGI application of its own beside the pages (decision 26)."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.db import Error as DatabaseFailure
from django.db import close_old_connections
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string

from keyuan.platform.live.announce import ALL, user_topic
from keyuan.platform.live.hub import Hub, Listener
from keyuan.platform.models.live_event import LiveEvent
from keyuan.platform.operations.metrics import count_stream

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

#: Proxies cut silent connections; a comment keeps them open.
HEARTBEAT_SECONDS = 15.0
#: How often an open stream asks whether its session still stands.
CHECK_SECONDS = 60.0
PATH = "/live/stream"
#: What pages carry too, as far as it says something of a stream.
GUARDS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-site"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]


class Stream:
    """The application: ``GET /live/stream`` of a signed-in browser, everything else 404 or 401."""

    def __init__(self) -> None:
        self.hub = Hub()

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if scope["path"] != PATH or scope["method"] != "GET":
            await _answer(send, 404)
            return
        try:
            listener = await self._joined(headers)
        except DatabaseFailure:
            # The browser asks again by itself.
            await _answer(send, 503, [(b"retry-after", b"10"), *cross_origin(headers)])
            return
        if listener is None:
            await _answer(send, 401, cross_origin(headers))
            return
        count_stream(1)
        try:
            await _serve(listener, headers, receive, send)
        finally:
            count_stream(-1)
            self.hub.leave(listener)

    async def _joined(self, headers: Mapping[str, str]) -> Listener | None:
        """Let the person of a session listen; None for a stranger."""
        user_id = await user_of(session_key(headers))
        if user_id is None:
            return None
        listener = Listener(frozenset({user_topic(user_id), ALL}))
        await self.hub.join(listener)
        return listener


async def _stands(headers: Mapping[str, str]) -> bool:
    """Tell whether the session of a stream still stands; while the database is away, it is taken to."""
    try:
        return await user_of(session_key(headers)) is not None
    except DatabaseFailure:
        return True


async def _serve(listener: Listener, headers: Mapping[str, str], receive: Receive, send: Send) -> None:
    kind = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-store")]
    no_buffer = (b"x-accel-buffering", b"no")
    await send(
        {"type": "http.response.start", "status": 200, "headers": [*kind, no_buffer, *guards(), *cross_origin(headers)]}
    )
    await _write(send, "retry: 3000\n\n")
    gone = asyncio.ensure_future(_until_gone(receive))
    checked = 0.0
    try:
        while not gone.done():
            text = await _next(listener, gone)
            if text is None:
                return
            await _write(send, text)
            checked += HEARTBEAT_SECONDS if text.startswith(":") else 0.0
            if checked >= CHECK_SECONDS:
                checked = 0.0
                if not await _stands(headers):
                    return
    finally:
        gone.cancel()


async def _next(listener: Listener, gone: "asyncio.Future[None]") -> str | None:
    """Return what to write next: an event, or a comment when nothing happened; None when the stream ends."""
    waiting = asyncio.ensure_future(listener.queue.get())
    either: set[asyncio.Future[Any]] = {waiting, gone}
    await asyncio.wait(either, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    if gone.done():
        waiting.cancel()
        return None
    if not waiting.done():
        waiting.cancel()
        return ": \n\n"
    event = waiting.result()
    return None if event is None else written(event)


def written(event: LiveEvent) -> str:
    """Return an announcement as the browser reads it; its kind is the browser's topic."""
    body = {**event.payload, "topic": event.kind}
    return f"id: {event.pk}\ndata: {json.dumps(body, ensure_ascii=False)}\n\n"


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _write(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [*guards(), *(headers or [])]})
    await send({"type": "http.response.body", "body": b""})


def guards() -> list[tuple[bytes, bytes]]:
    """Return the headers that guard every answer."""
    if not settings.HSTS_SECONDS:
        return GUARDS
    return [*GUARDS, (b"strict-transport-security", b"max-age=%d; includeSubDomains" % settings.HSTS_SECONDS)]


def cross_origin(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Allow the pages of the same host, which without a proxy stand on the port beside this one."""
    origin, host = headers.get("origin", ""), headers.get("host", "")
    if not origin or urlsplit(origin).hostname != urlsplit(f"//{host}").hostname:
        return []
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"Origin"),
    ]


def session_key(headers: Mapping[str, str]) -> str:
    """Return the session key in the cookies; empty when there is none."""
    cookies: SimpleCookie = SimpleCookie(headers.get("cookie", ""))
    cookie = cookies.get(settings.SESSION_COOKIE_NAME)
    return cookie.value if cookie else ""


@sync_to_async
def user_of(key: str) -> int | None:
    """Return the id of the person signed in under a session; reading does not count as activity."""
    close_old_connections()
    if not key:
        return None
    session = import_string(f"{settings.SESSION_ENGINE}.SessionStore")(session_key=key)
    user_id = session.get(SESSION_KEY)
    user = get_user_model()._default_manager.filter(pk=user_id, is_active=True).first() if user_id else None
    if user is None or not constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return None
    return int(user.pk)
