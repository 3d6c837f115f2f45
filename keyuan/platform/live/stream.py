"""The event stream of one browser: an ASGI application of its own beside the pages (decision 26)."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.db import Error as DatabaseFailure
from django.db import close_old_connections
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string

from keyuan.platform.live.addresses import GUEST_PATH, PATH
from keyuan.platform.live.announce import ALL, user_topic
from keyuan.platform.live.doors import note_seen, topics_of_guest, topics_of_user
from keyuan.platform.live.hub import Hub, Listener, missed_by
from keyuan.platform.models.live_event import LiveEvent
from keyuan.platform.operations.metrics import count_stream

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

#: Proxies cut silent connections; a comment keeps them open.
HEARTBEAT_SECONDS = 15.0
#: How often an open stream asks whether it may still hear what it hears.
CHECK_SECONDS = 60.0
#: What a browser is told that missed too much: fetch everything anew.
RESYNC = 'data: {"topic": "resync"}\n\n'
#: What pages carry too, as far as it says something of a stream.
GUARDS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-site"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]


class Stream:
    """The application: streams of signed-in browsers and of guests; everything else is 404, 401 or 429."""

    def __init__(self) -> None:
        self.hub = Hub()

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        path = scope["path"]
        if path not in (PATH, GUEST_PATH) or scope["method"] != "GET":
            await _answer(send, 404)
            return
        try:
            topics = await _topics(path, headers)
        except DatabaseFailure:
            # The browser asks again by itself.
            await _answer(send, 503, [(b"retry-after", b"10"), *cross_origin(headers)])
            return
        if not topics:
            await _answer(send, 401, cross_origin(headers))
            return
        if not self.hub.has_room(topics[0]):
            await _answer(send, 429, [(b"retry-after", b"60"), *cross_origin(headers)])
            return
        since = last_heard(headers, scope.get("query_string", b""))
        await self._told(path, topics, headers, since, receive, send)

    async def _told(
        self, path: str, topics: list[str], headers: Mapping[str, str], since: int, receive: Receive, send: Send
    ) -> None:
        """Let a browser listen until it goes."""
        listener = Listener(topics[0], frozenset(topics))
        kind = "guest" if path == GUEST_PATH else "browser"
        count_stream(1, kind)
        try:
            await self.hub.join(listener)
            missed = await missed_by(listener.topics, since) if since else []
            await _begin(send, headers, missed)
            await self._serve(listener, path, headers, receive, send)
        except DatabaseFailure:
            # It ends before it began: the browser asks again.
            return
        finally:
            count_stream(-1, kind)
            self.hub.leave(listener)

    async def _serve(
        self, listener: Listener, path: str, headers: Mapping[str, str], receive: Receive, send: Send
    ) -> None:
        gone = asyncio.ensure_future(_until_gone(receive))
        checked = time.monotonic()
        try:
            while not gone.done():
                text = await _next(listener, gone)
                if text is None:
                    return
                await _write(send, text)
                if time.monotonic() - checked >= CHECK_SECONDS:
                    checked = time.monotonic()
                    if not await self._still(listener, path, headers):
                        return
        finally:
            gone.cancel()

    async def _still(self, listener: Listener, path: str, headers: Mapping[str, str]) -> bool:
        """Ask anew what a stream may hear; while the database is away, it stays as it is."""
        try:
            topics = await _topics(path, headers)
        except DatabaseFailure:
            return True
        if topics and frozenset(topics) != listener.topics:
            self.hub.move(listener, frozenset(topics))
        return bool(topics)


async def _topics(path: str, headers: Mapping[str, str]) -> list[str]:
    """Return what the holder of these cookies may hear, the own topic first; empty for a stranger."""
    if path == GUEST_PATH:
        return await _guest_topics(cookies_of(headers))
    user_id = await user_of(session_key(headers))
    return [] if user_id is None else [user_topic(user_id), ALL, *await _staff_topics(user_id)]


@sync_to_async
def _guest_topics(cookies: dict[str, str]) -> list[str]:
    close_old_connections()
    return topics_of_guest(cookies)


@sync_to_async
def _staff_topics(user_id: int) -> list[str]:
    note_seen(user_id)
    return topics_of_user(user_id)


def last_heard(headers: Mapping[str, str], query: bytes) -> int:
    """Return the number of the last announcement that a browser heard: its header, or ``since``; 0 without one."""
    given = headers.get("last-event-id") or parse_qs(query.decode("latin-1")).get("since", [""])[0]
    return int(given) if given.isdecimal() and len(given) < 19 else 0


async def _begin(send: Send, headers: Mapping[str, str], missed: list[LiveEvent] | None) -> None:
    """Open the answer and tell what was missed, or to fetch everything anew."""
    kind = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-store")]
    no_buffer = (b"x-accel-buffering", b"no")
    await send(
        {"type": "http.response.start", "status": 200, "headers": [*kind, no_buffer, *guards(), *cross_origin(headers)]}
    )
    await _write(send, "retry: 3000\n\n")
    for text in [RESYNC] if missed is None else map(written, missed):
        await _write(send, text)


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


def cookies_of(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the cookies of a request by name."""
    found: SimpleCookie = SimpleCookie(headers.get("cookie", ""))
    return {name: morsel.value for name, morsel in found.items()}


def session_key(headers: Mapping[str, str]) -> str:
    """Return the session key in the cookies; empty when there is none."""
    return cookies_of(headers).get(settings.SESSION_COOKIE_NAME, "")


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
