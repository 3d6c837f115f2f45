"""Pages of web chat: the visitor's without sign-in, the console, the board, the list, the settings (SRV-5)."""

import io
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from keyuan.contact.models import Message
from keyuan.customers.testing import make_customer
from keyuan.organisation.extensions import leavings
from keyuan.organisation.testing import client_of, small_tree
from keyuan.platform import clock
from keyuan.platform.clocks.timetables import calendar_defaults
from keyuan.platform.lists import FilterContext, lists
from keyuan.platform.lists.testing import assert_list_uses_indexes
from keyuan.service.models import Category, Chat, ChatCode, ChatMessage, ChatPolicy, ChatSeat, Desk, WorkOrder
from keyuan.service.services.chat import verifying
from keyuan.service.testing import clerk, open_desk
from tests.flows.stranger import PNG

pytestmark = pytest.mark.django_db
BEGIN = {"name": "何女士", "question": "红利怎么领取，卡号 6222020000000000000", "consent": "on", "key": "k" * 32}
JSON = {"accept": "application/json"}


@pytest.fixture(autouse=True)
def round_the_clock():
    """The desk is open whatever time the tests run at."""
    ChatPolicy.objects.create(hours_key="round")
    cache.clear()
    assert "round" in calendar_defaults


@pytest.fixture
def seated():
    browser, actor = client_of("contact_centre", unit=small_tree().east)
    open_desk(actor)
    browser.post("/service/chats/seat/", {"state": "ONLINE"})
    return browser, actor


@pytest.fixture
def visitor(seated):
    browser = Client()
    browser.post("/chat/", BEGIN)
    return browser


def text_of(answer):
    return answer.content.decode()


def test_a_visitor_begins_writes_ends_and_judges(seated):
    browser, form = Client(), BEGIN | {"consent": ""}

    wrong = browser.post("/chat/", form)
    begun = [browser.post("/chat/", BEGIN) for _twice in range(2)]
    page = text_of(browser.get("/chat/"))
    said = browser.post("/chat/say/", {"text": "还有一个问题", "key": "a"}, headers=JSON)
    empty = browser.post("/chat/say/", {"text": " ", "key": "b"}, headers=JSON)
    new = browser.get("/chat/lines/?after=3").json()

    chat = Chat.objects.get()
    assert (wrong.status_code, [answer.status_code for answer in begun]) == (422, [302, 302])
    assert "红利怎么领取" in text_of(wrong)
    assert "****0000" in page
    assert "6222020000000000000" not in page
    assert (said.status_code, empty.status_code) == (200, 422)
    assert "请先输入内容" in empty.json()["error"]
    assert ("还有一个问题" in new["html"], new["status"], new["seq"]) == (True, "ACTIVE", 4)

    browser.get("/service/chats/")
    seated[0].post(f"/service/chats/{chat.pk}/say/", {"text": "您好", "key": "c"}, headers=JSON)
    assert browser.post("/chat/end/").status_code == 302
    assert "请评价本次服务" in text_of(browser.get("/chat/"))
    assert browser.post("/chat/rate/", {"score": "5", "note": "好"}).status_code == 302
    assert "您好" in text_of(browser.get("/chat/transcript/"))
    assert browser.post("/chat/back/").status_code == 302
    chat.refresh_from_db()
    assert (chat.rating, chat.status, chat.reopened) == (5, "ACTIVE", 1)
    assert 'name="question"' in text_of(Client().get("/chat/?new=1"))


def test_strangers_learn_nothing(visitor):
    stranger = Client(headers=JSON)

    assert [
        stranger.get("/chat/lines/").status_code, stranger.post("/chat/say/", {"text": "x"}).status_code,
        stranger.get("/chat/transcript/").status_code, stranger.get("/chat/file/1/").status_code,
        stranger.post("/chat/end/").status_code, stranger.post("/chat/verify/", {"code": "1"}).status_code,
    ] == [404] * 6  # fmt: skip


def test_outside_hours_a_message_is_left(seated):
    ChatPolicy.objects.update(is_on=False)
    browser = Client()

    closed = text_of(browser.get("/chat/"))
    wrong = browser.post("/chat/", BEGIN | {"contact": ""})
    left = [browser.post("/chat/", BEGIN | {"contact": "13800001234"}) for _twice in range(2)]

    assert "留言" in closed
    assert (wrong.status_code, [answer.status_code for answer in left]) == (422, [200, 200])
    assert WorkOrder.objects.get().number in text_of(left[0])


def test_every_language_says_its_own(visitor):
    visitor.post("/me/language/", {"language": "en", "next": "/chat/"})
    english = text_of(visitor.get("/chat/"))
    visitor.post("/me/language/", {"language": "zh-hant", "next": "/chat/"})

    assert "The conversation began" in english
    assert "會話開始" in text_of(visitor.get("/chat/"))


def test_files_go_both_ways_and_stay_with_their_conversation(visitor, seated):
    chat = Chat.objects.get()
    picture = {"file": io.BytesIO(PNG), "key": "f"}
    picture["file"].name = "保单.png"

    sent = visitor.post("/chat/file/", picture, headers=JSON)
    none = visitor.post("/chat/file/", {"key": "g"}, headers=JSON)
    line = ChatMessage.objects.get(attachment_id__isnull=False)

    assert (sent.status_code, none.status_code) == (200, 422)
    assert seated[0].get(f"/service/chats/{chat.pk}/file/{line.attachment_id}/").status_code == 302
    assert visitor.get(f"/chat/file/{line.attachment_id}/").status_code in (200, 422)
    assert visitor.get(f"/chat/file/{line.attachment_id + 1}/").status_code == 404


def test_a_code_to_the_number_held_proves_who_one_is(visitor, agent_actor, monkeypatch):
    customer = make_customer(agent_actor, "周国栋", phone="13800001234")
    monkeypatch.setattr(verifying.secrets, "randbelow", lambda _most: 246810)

    unknown = visitor.post("/chat/code/", {"phone": "13900009999"}, headers=JSON)
    ChatCode.objects.all().delete()
    known = visitor.post("/chat/code/", {"phone": "138 0000 1234"}, headers=JSON)
    soon = visitor.post("/chat/code/", {"phone": "13800001234"}, headers=JSON)
    wrong = visitor.post("/chat/verify/", {"code": "000000"}, headers=JSON)
    right = visitor.post("/chat/verify/", {"code": "246810"}, headers=JSON)

    assert (unknown.json(), known.json()) == ({"ok": True}, {"ok": True})
    assert (soon.status_code, wrong.status_code, right.status_code) == (422, 422, 200)
    assert Message.objects.get().customer_id == customer.pk
    chat = Chat.objects.get()
    assert (chat.customer_id, chat.verified_at is not None) == (customer.pk, True)
    assert "246810" not in str(list(ChatCode.objects.values()))


def test_strangers_cannot_pester_a_customer_with_codes(visitor, agent_actor):
    customer = make_customer(agent_actor, "周国栋", phone="13800001234")
    chat, now = Chat.objects.get(), clock.now()
    Client().post("/chat/", BEGIN | {"key": "p" * 32})
    other = Chat.objects.exclude(pk=chat.pk).get()
    for minutes in range(verifying.MOST_A_DAY):
        sent = now - timedelta(hours=2, minutes=minutes)
        ChatCode.objects.create(chat=other, customer=customer, digest="x", sent_at=sent, expires_at=sent)

    answer = visitor.post("/chat/code/", {"phone": "13800001234"}, headers=JSON)

    assert answer.json() == {"ok": True}
    assert Message.objects.count() == 0
    assert ChatCode.objects.get(chat=chat).customer_id is None


def test_the_console_shows_who_waits_and_who_is_in_hand(seated, visitor):
    browser, actor = seated
    chat = Chat.objects.get()

    console, conversation = text_of(browser.get("/service/chats/")), text_of(browser.get(f"/service/chats/{chat.pk}/"))
    words = browser.post(f"/service/chats/{chat.pk}/say/", {"text": "保本", "key": "w"}, headers=JSON)
    sure = browser.post(f"/service/chats/{chat.pk}/say/", {"text": "保本", "key": "w", "confirmed": "1"}, headers=JSON)
    note = browser.post(f"/service/chats/{chat.pk}/say/", {"text": "密语", "key": "n", "kind": "NOTE"}, headers=JSON)
    lines = browser.get(f"/service/chats/{chat.pk}/lines/?after=3").json()
    rail = browser.post("/service/chats/rail/")

    assert "何女士" in console
    assert "****0000" in conversation
    assert (words.status_code, words.json()["words"], sure.status_code, note.status_code) == (422, True, 200, 200)
    assert "密语" in lines["html"]
    assert "密语" not in visitor.get("/chat/lines/?after=0").json()["html"]
    assert rail.status_code == 200
    assert ChatSeat.objects.get().user_id == actor.id


def test_acts_open_a_dialog_and_say_what_is_missing(seated, visitor):
    browser, _actor = seated
    chat = Chat.objects.get()
    path = f"/service/chats/{chat.pk}/act/"
    category = Category.objects.get(code="CONSULT_POLICY").pk

    keys = ("close", "transfer", "invite", "attach")
    offered = text_of(browser.get(f"/service/chats/{chat.pk}/"))
    dialogs = [browser.get(f"{path}{key}/").status_code for key in keys]
    wrong = browser.post(f"{path}close/", {"category": category, "title": "红利", "is_settled": "on"})
    done = browser.post(
        f"{path}close/", {"category": category, "title": "红利", "summary": "已说明", "is_settled": "on"}
    )

    assert [f'hx-get="{path}{key}/"' in offered for key in keys] == [True] * 4
    assert dialogs == [200] * 4
    assert (wrong.status_code, done.status_code) == (422, 302)
    assert browser.get(f"{path}nothing/").status_code == 404
    assert browser.get(f"{path}take-over/").status_code == 404
    chat.refresh_from_db()
    assert (chat.status, chat.order.solution) == ("ENDED", "已说明")


def test_leaders_watch_and_set_up(seated, visitor):
    leader = client_of("contact_centre_director", unit=small_tree().head)[0]
    _browser, actor = seated
    form = {
        "is_on": "on", "hours_key": "desk", "capacity": "3", "warn_minutes": "5", "end_minutes": "5",
        "reopen_minutes": "30", "greeting": "您好", "notice": "", "version": "0",
    }  # fmt: skip

    board = text_of(leader.get("/service/chats/board/"))
    few = leader.post(f"/service/chats/board/{actor.id}/capacity/", {"capacity": "2"})
    wrong, kept = (leader.post("/service/chats/settings/", form | {"capacity": many}) for many in ("0", "3"))
    listed = text_of(leader.get("/service/chats/all/?state=ACTIVE"))

    assert "何女士" in board
    assert (few.status_code, wrong.status_code, kept.status_code) == (302, 422, 302)
    assert (ChatSeat.objects.get().capacity, ChatPolicy.objects.get().capacity) == (2, 3)
    assert Chat.objects.get().number in listed
    assert client_of("agent")[0].get("/service/chats/all/").status_code == 403


def test_the_customers_page_tells_of_conversations(seated, visitor, agent_actor):
    browser, _actor = seated
    customer = make_customer(agent_actor, "周国栋")
    chat = Chat.objects.get()

    unknown = browser.post(f"/service/chats/{chat.pk}/act/attach/", {"customer": "没有此人"})
    browser.post(f"/service/chats/{chat.pk}/act/attach/", {"customer": customer.customer_no})

    assert unknown.status_code == 422
    assert Chat.objects.get().customer_id == customer.pk
    assert chat.number in text_of(browser.get(f"/service/of-customer/{customer.pk}/chats/"))


@pytest.mark.sqlite_only("plans are explained on SQLite; PostgreSQL has statistics")
@pytest.mark.parametrize("place", ["head", "east", "team_a"])
def test_every_order_and_filter_uses_an_index(place):
    _browser, actor = client_of("shift_leader", unit=getattr(small_tree(), place))
    open_desk(actor)
    values = {"no": "H1", "state": ("ACTIVE",), "owner": ("me",), "rating": ("1",)}
    small = ("chat_sec", "chat_team", "chat_agent", "chat_desk", "_customer_id_", "chat_all_own", "chat_br_own")

    assert_list_uses_indexes(lists["chats"], actor, FilterContext(actor, clock.today()), values, small=small)


def test_leavers_give_back_what_they_have(seated, visitor):
    _browser, actor = seated
    leavings["service-chat"].start(clerk("contact_centre_director"), actor.id)

    assert (Chat.objects.get().status, ChatSeat.objects.get().state) == ("WAITING", "OFFLINE")
    assert Desk.objects.count() == 1
