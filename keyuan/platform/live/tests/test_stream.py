"""Live updates: each hears what is theirs, within a second, through one poller (decision 26)."""

import asyncio
import json
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.test import RequestFactory
from django.utils import timezone

from keyuan.platform.live import GuestDoor, LiveTopics, guest_doors, hub, live_topics, push, stream
from keyuan.platform.live.addresses import stream_origin, stream_url
from keyuan.platform.live.jobs import sweep
from keyuan.platform.models import LiveEvent

pytestmark = pytest.mark.django_db(transaction=True)


class Browser:
    """One open stream of user ``user_id``, driven without a socket."""

    def __init__(self, application, user_id, path="/live/stream", origin="", since="", cookie=""):
        self.heard, self.status, self.headers = [], None, {}
        self._gone = asyncio.Event()
        cookie = cookie or f"sessionid=key-{user_id}"
        headers = [(b"host", b"localhost:8001"), (b"cookie", cookie.encode())]
        if since:
            headers.append((b"last-event-id", str(since).encode()))
        if origin:
            headers.append((b"origin", origin.encode()))
        scope = {"type": "http", "path": path, "method": "GET", "headers": headers}
        self.task = asyncio.ensure_future(application(scope, self.receive, self.send))

    async def receive(self):
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
            return
        for line in message["body"].decode().splitlines():
            if line.startswith("data: "):
                self.heard.append(json.loads(line[6:]))

    async def hears(self, count):
        for _ in range(100):
            if len(self.heard) >= count:
                return self.heard
            await asyncio.sleep(0.02)
        raise AssertionError(f"heard {self.heard}")

    async def leave(self):
        self._gone.set()
        await self.task


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(hub, "POLL_SECONDS", 0.02)


@pytest.fixture
def everybody_known(monkeypatch):
    async def user_of(key):
        return int(key.removeprefix("key-")) if key.removeprefix("key-").isdigit() else None

    monkeypatch.setattr(stream, "user_of", user_of)


def test_each_hears_what_is_theirs_and_what_is_everybodys(everybody_known):
    async def scenario():
        application = stream.Stream()
        wang, li = Browser(application, 7), Browser(application, 8)
        await asyncio.sleep(0.1)
        await sync_to_async(push)([7], "job-12", {"done": 5})
        await sync_to_async(push)("all", "maintenance")
        heard = await wang.hears(2), await li.hears(1)
        await wang.leave()
        await li.leave()
        return heard

    wang, li = async_to_sync(scenario)()

    assert wang == [{"done": 5, "topic": "job-12"}, {"topic": "maintenance"}]
    assert li == [{"topic": "maintenance"}]


def test_what_was_announced_before_is_not_told(everybody_known):
    push([7], "old")

    async def scenario():
        wang = Browser(stream.Stream(), 7)
        await asyncio.sleep(0.1)
        await sync_to_async(push)([7], "new")
        heard = await wang.hears(1)
        await wang.leave()
        return heard

    assert async_to_sync(scenario)() == [{"topic": "new"}]


def test_an_announcement_committed_behind_a_newer_one_is_told_once(everybody_known):
    async def scenario():
        wang = Browser(stream.Stream(), 7)
        await asyncio.sleep(0.1)
        await sync_to_async(put)(101, "newer")
        await wang.hears(1)
        await sync_to_async(put)(100, "late")
        await wang.hears(2)
        await asyncio.sleep(0.1)
        await wang.leave()
        return [event["topic"] for event in wang.heard]

    assert async_to_sync(scenario)() == ["newer", "late"]


def put(number, kind):
    LiveEvent.objects.create(pk=number, topic="user:7", kind=kind, created_at=timezone.now())


def test_the_poller_stops_with_the_last_listener(everybody_known):
    async def scenario():
        application = stream.Stream()
        wang = Browser(application, 7)
        await asyncio.sleep(0.1)
        running = application.hub._task
        await wang.leave()
        await asyncio.sleep(0.05)
        return running.cancelled() or running.done(), application.hub._listeners

    assert async_to_sync(scenario)() == (True, {})


@pytest.mark.parametrize("_case, user, path, status", [
    ("a stranger", "nobody", "/live/stream", 401), ("another address", 7, "/admin", 404),
])  # fmt: skip
def test_strangers_and_other_addresses_are_turned_away(everybody_known, _case, user, path, status):
    async def scenario():
        browser = Browser(stream.Stream(), user, path)
        await browser.task
        return browser.status

    assert async_to_sync(scenario)() == status


@pytest.mark.parametrize("origin, allowed", [("http://localhost:8000", True), ("http://evil.example", False)])
def test_only_pages_of_the_same_host_may_listen(everybody_known, origin, allowed):
    async def scenario():
        browser = Browser(stream.Stream(), 7, origin=origin)
        await asyncio.sleep(0.05)
        await browser.leave()
        return browser.headers

    assert (b"access-control-allow-origin" in async_to_sync(scenario)()) is allowed


def test_the_session_decides_who_listens(client, django_user_model):
    user = django_user_model.objects.create(staff_no="T-7", name="王芳")
    client.force_login(user)
    key = client.session.session_key

    assert async_to_sync(stream.user_of)(key) == user.pk
    user.set_password("changed")
    user.save()
    assert async_to_sync(stream.user_of)(key) is None
    assert async_to_sync(stream.user_of)("") is None


@pytest.mark.parametrize("port, url, expected", [
    (0, "", ""), (8001, "", "http://testserver:8001/live/stream"), (8001, "/live/stream", "/live/stream"),
])  # fmt: skip
def test_pages_find_the_stream(settings, port, url, expected):
    settings.LIVE_PORT, settings.LIVE_URL = port, url
    request = RequestFactory().get("/")

    assert stream_url(request) == expected
    assert stream_origin(request) == ("http://testserver:8001" if expected.startswith("http") else "")


def test_old_announcements_are_swept():
    push([7], "old")
    LiveEvent.objects.update(created_at=timezone.now() - timedelta(hours=2))
    push([7], "new")

    assert sweep() == 1
    assert LiveEvent.objects.get().kind == "new"


def test_who_comes_back_is_told_what_was_missed(everybody_known):
    push([7], "heard")
    since = LiveEvent.objects.get().pk
    push([7], "missed")
    push([8], "of others")

    async def scenario():
        wang = Browser(stream.Stream(), 7, since=since)
        await wang.hears(1)
        await sync_to_async(push)([7], "new")
        heard = await wang.hears(2)
        await wang.leave()
        return heard

    assert async_to_sync(scenario)() == [{"topic": "missed"}, {"topic": "new"}]


@pytest.mark.parametrize("_case, since", [("older than is kept", 1), ("of another time", 10_000)])
def test_who_was_away_too_long_fetches_everything_anew(everybody_known, _case, since):
    put(500, "kept")
    assert heard_at_once(since) == [{"topic": "resync"}]


def test_too_much_to_tell_is_fetched_anew(everybody_known, monkeypatch):
    monkeypatch.setattr(hub, "REPLAY_LIMIT", 2)
    for number in range(500, 504):
        put(number, "one of many")

    assert heard_at_once(500) == [{"topic": "resync"}]
    assert heard_at_once(501) == [{"topic": "one of many"}] * 2


def heard_at_once(since):
    async def scenario():
        wang = Browser(stream.Stream(), 7, since=since)
        await wang.hears(1)
        await wang.leave()
        return wang.heard

    return async_to_sync(scenario)()


def test_one_person_opens_so_many_streams(everybody_known, monkeypatch):
    monkeypatch.setattr(hub, "MOST_OF_ONE", 1)

    async def scenario():
        application = stream.Stream()
        first = Browser(application, 7)
        await asyncio.sleep(0.05)
        second, other = Browser(application, 7), Browser(application, 8)
        await asyncio.sleep(0.05)
        for browser in (first, other):
            await browser.leave()
        third = Browser(application, 7)
        await asyncio.sleep(0.05)
        await third.leave()
        return first.status, second.status, other.status, third.status

    assert async_to_sync(scenario)() == (200, 429, 200, 200)


@pytest.fixture
def rights(monkeypatch):
    """What user 7 and the guest "g" may hear, to be changed while they listen."""
    allowed = {7: ["desk:1"], "g": ["guest:1"]}
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.02)
    monkeypatch.setattr(stream, "CHECK_SECONDS", 0.0)
    staff = LiveTopics("test", lambda user: allowed.get(user, []))
    guests = GuestDoor("test", "chat", lambda value: allowed.get(value, []))
    monkeypatch.setattr(live_topics, "_items", {"test": staff})
    monkeypatch.setattr(guest_doors, "_items", {"test": guests})
    return allowed


def test_a_right_taken_away_ends_what_it_opened(everybody_known, rights):
    async def scenario():
        wang = Browser(stream.Stream(), 7)
        await asyncio.sleep(0.05)
        await sync_to_async(push)("desk:1", "first")
        await wang.hears(1)
        rights[7] = ["desk:2"]
        await asyncio.sleep(0.1)
        await sync_to_async(push)("desk:1", "shut")
        await sync_to_async(push)("desk:2", "second")
        heard = await wang.hears(2)
        await wang.leave()
        return heard

    assert async_to_sync(scenario)() == [{"topic": "first"}, {"topic": "second"}]


def test_a_guest_hears_through_a_door_until_it_shuts(rights):
    async def scenario():
        guest = Browser(stream.Stream(), 0, "/live/guest", cookie="chat=g")
        stranger = Browser(stream.Stream(), 0, "/live/guest", cookie="chat=x; sessionid=key-7")
        await asyncio.sleep(0.05)
        await sync_to_async(push)("guest:1", "message")
        await sync_to_async(push)("all", "for staff")
        heard = await guest.hears(1)
        rights["g"] = []
        await asyncio.wait_for(guest.task, 2)
        await stranger.task
        return heard, stranger.status

    assert async_to_sync(scenario)() == ([{"topic": "message"}], 401)
