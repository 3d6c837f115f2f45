"""A visitor and the desk talk in two browsers through a real server of the streams, which dies in between (SRV-5)."""

import threading
import time

import pytest
import uvicorn

from keyuan.organisation import testing
from keyuan.platform.live.stream import Stream
from keyuan.service.models import Chat, ChatMessage, ChatPolicy
from keyuan.service.testing import open_desk
from tests.browser.accessibility import faults
from tests.ports import free_port

pytestmark = pytest.mark.network


class Streams:
    """The server of the streams on one port, to be ended and begun again."""

    def __init__(self, port):
        self.port = port

    def begin(self):
        config = uvicorn.Config(Stream(), host="127.0.0.1", port=self.port, lifespan="off", log_level="error")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        ends = time.monotonic() + 20
        while not self.server.started and time.monotonic() < ends:
            time.sleep(0.02)

    def end(self):
        self.server.force_exit = self.server.should_exit = True
        self.thread.join(20)


@pytest.fixture
def streams(settings, transactional_db):
    settings.LIVE_PORT = free_port()
    running = Streams(settings.LIVE_PORT)
    running.begin()
    yield running
    running.end()


@pytest.fixture
def desk(streams, page):
    """A representative at the console, signed in and online."""
    unit = testing.small_tree().east
    user = testing.make_user("江晨", staff_no="10011", password=testing.PASSWORD)
    post = testing.make_post("contact_centre", user=user, unit=unit, is_primary=True)
    open_desk(testing.actor_of(post))
    ChatPolicy.objects.create(hours_key="round")
    page.goto("/sign-in/")
    page.fill("[name=username]", "10011")
    page.fill("[name=password]", testing.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".navbar-vertical")
    page.goto("/service/chats/")
    return page


@pytest.fixture
def visitor(streams, browser, live_server):
    """A stranger on a phone."""
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 360, "height": 800}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def shown(page):
    """The words of all lines that people said, in their order."""
    return page.eval_on_selector_all(
        ".talk-visitor .talk-bubble, .talk-staff .talk-bubble", "found => found.map(line => line.innerText.trim())"
    )


def type_and_send(page, words):
    page.locator("#talk-text").press_sequentially(words)
    page.keyboard.press("Enter")


def begin(visitor, question):
    visitor.goto("/chat/")
    visitor.fill("[name=name]", "何女士")
    visitor.fill("[name=question]", question)
    visitor.check("[name=consent]")
    visitor.click("button:has-text('开始咨询')")
    visitor.wait_for_selector("#talk-head:has-text('第 1 位')")


def test_both_sides_talk_and_nothing_is_lost_when_the_stream_dies(desk, visitor, streams):
    begin(visitor, "红利怎么领取")

    desk.click("button:has-text('在线')")
    desk.wait_for_selector("button:has-text('忙碌')")
    desk.wait_for_selector(".desk-group:has-text('接待中') + .desk-item")
    desk.click(".desk-item:has-text('何女士')")
    desk.wait_for_selector("#talk-lines:has-text('红利怎么领取')")
    visitor.wait_for_selector("#talk-head:has-text('江晨')")
    type_and_send(desk, "您好，我来为您查询")
    visitor.wait_for_selector(".talk-staff:has-text('我来为您查询')")
    # A sign of typing is told once and never again: whoever does not listen yet misses it.
    desk.wait_for_selector("body[data-live-state=open]")
    visitor.locator("#talk-text").press_sequentially("好")
    desk.wait_for_selector("#talk-typing:not([hidden])")
    type_and_send(visitor, "的，保单尾号 1234")
    desk.wait_for_selector(".talk-visitor:has-text('尾号 1234')")

    streams.end()
    visitor.wait_for_selector("#strip-live:not([hidden])")
    desk.wait_for_selector("#strip-live:not([hidden])")
    type_and_send(visitor, "断线时说的话")
    desk.wait_for_selector(".talk-visitor:has-text('断线时说的话')")
    streams.begin()
    desk.wait_for_selector("#strip-live[hidden]", state="attached")
    type_and_send(desk, "又连上了")
    visitor.wait_for_selector(".talk-staff:has-text('又连上了')")

    said = ["红利怎么领取", "您好，我来为您查询", "好的，保单尾号 1234", "断线时说的话", "又连上了"]
    assert shown(visitor) == shown(desk) == said
    assert [line.text for line in ChatMessage.objects.filter(code="").order_by("seq")] == said
    assert faults(desk, f"/service/chats/{Chat.objects.get().pk}/") == []
    assert faults(visitor, "/chat/") == []
