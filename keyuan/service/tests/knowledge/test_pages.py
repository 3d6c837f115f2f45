"""Pages of the knowledge base: editor, approver and reader; beside a work order; the editors' desk (SRV-6)."""

import pytest

from keyuan.organisation.testing import client_of, small_tree
from keyuan.platform import clock
from keyuan.service.models import Article, ArticleUse, Chat, ChatMessage, KnowledgeCategory, Mail, Mailbox, SearchMiss
from keyuan.service.rules.knowledge import life
from keyuan.service.testing import make_order, open_desk

pytestmark = pytest.mark.django_db


def text_of(answer):
    return answer.content.decode()


@pytest.fixture
def editor():
    browser, actor = client_of("shift_leader", unit=small_tree().east)
    open_desk(actor)
    return browser, actor


def publish(editor, kind=life.ANSWER):
    """Write, approve and publish through the pages."""
    browser, _actor = editor
    browser.get("/service/knowledge/")
    category = KnowledgeCategory.objects.order_by("pk").first().pk
    form = {
        "kind": kind, "category": category, "title": "犹豫期退保统一口径", "body": "犹豫期退保，扣除工本费后全额退还。",
        "audience": "INSIDE", "tags": "退保，犹豫期", "revision": "0",
    }  # fmt: skip
    wrong = browser.post("/service/knowledge/new/", {**form, "title": "", "products": "NONE"})
    made = browser.post("/service/knowledge/new/", form)
    article = Article.objects.get()
    path = f"/service/knowledge/{article.pk}/"
    approver, _person = client_of("compliance", unit=small_tree().head)
    browser.post(f"{path}act/submit/", {"revision": 1})
    browser.post(f"{path}act/approve/", {"revision": 1})
    approver.post(f"{path}act/approve/", {"revision": 1})
    browser.post(f"{path}act/publish/", {"revision": 1})
    assert (wrong.status_code, made.status_code) == (422, 302)
    return Article.objects.get(), path


def test_an_answer_goes_from_draft_to_a_work_order(editor):
    article, path = publish(editor)
    browser, actor = editor
    order = make_order(actor, now=clock.now(), title="犹豫期退保退多少")

    beside = text_of(browser.get(f"/service/knowledge/beside/order/{order.pk}/"))
    for _twice in range(2):
        browser.post(f"{path}use/", {"place": "ORDER", "about": order.pk})
    page = text_of(browser.get(f"/service/orders/{order.pk}/"))

    assert article.state == life.PUBLISHED
    assert f'data-insert-into="#text-{order.pk}"' in beside
    assert "扣除工本费后全额退还" in beside
    assert ArticleUse.objects.values_list("number", "order_id", "place").get() == (1, order.pk, "ORDER")
    assert f"/service/knowledge/beside/order/{order.pk}/" in page


def test_an_answer_goes_into_a_chat_a_mail_and_an_order_being_taken_in(editor):
    _article, path = publish(editor)
    browser, actor = editor
    place = small_tree().east.level_ids()
    chat = Chat.objects.create(
        number="C1", desk=open_desk(actor), owner_id=actor.id, status="ACTIVE", visitor_name="何女士",
        token_digest="a" * 64, consent_at=clock.now(), started_at=clock.now(), queued_at=clock.now(),
        last_at=clock.now(), visitor_seen_at=clock.now(), last_seq=1, **place,
    )  # fmt: skip
    ChatMessage.objects.create(chat=chat, seq=1, kind="VISITOR", text="犹豫期退保退多少", at=clock.now())
    order = make_order(actor, now=clock.now(), title="犹豫期退保退多少", contact_channel="EMAIL")
    box = Mailbox.objects.create(name="客服", address="kefu@keyuan.example", imap_host="m", smtp_host="m", **place)
    mail = Mail.objects.create(
        mailbox=box, is_out=True, status="DRAFT", order=order, at=clock.now(), created_at=clock.now(),
        created_by_id=actor.id, kind="NEW",
    )  # fmt: skip
    search = "/service/knowledge/beside/"

    in_chat = text_of(browser.get(f"{search}chat/{chat.pk}/"))
    in_mail = text_of(browser.get(f"{search}mail/{mail.pk}/"))
    at_intake = text_of(browser.get(f"{search}?title=犹豫期退保"))
    console = text_of(browser.get(f"/service/chats/{chat.pk}/"))
    for place_name, about in (("CHAT", chat.pk), ("MAIL", mail.pk), ("INTAKE", ""), ("CHAT", 10**6)):
        answer = browser.post(f"{path}use/", {"place": place_name, "about": about})
    used_before = text_of(browser.get(f"{search}chat/{chat.pk}/"))

    assert 'data-insert-into="#talk-text"' in in_chat
    assert 'data-insert-into="#id_text"' in in_mail
    assert 'data-insert-into="#id_description"' in at_intake
    assert f"{search}chat/{chat.pk}/" in console
    assert answer.status_code == 404
    assert list(ArticleUse.objects.order_by("pk").values_list("number", "place", "chat_id", "order_id")) == [
        (1, "CHAT", chat.pk, None), (1, "MAIL", None, order.pk), (1, "INTAKE", None, None),
    ]  # fmt: skip
    assert "V1" in used_before


def test_readers_search_say_and_do_not_see_drafts(editor):
    _article, path = publish(editor)
    reader, _person = client_of("agent", unit=small_tree().east)
    browser, _actor = editor
    browser.post(f"{path}edit/", {"title": "新标题", "body": "新正文", "audience": "INSIDE", "revision": "0"})

    hits = text_of(reader.get("/service/knowledge/?q=退保"))
    shown = text_of(reader.get(path))
    reader.post(f"{path}say/", {"useful": "0", "comment": "缺少时限"})
    desk = text_of(browser.get("/service/knowledge/desk/"))

    assert "<mark>退保</mark>" in hits
    assert "新正文" not in shown
    assert reader.get(f"{path}edit/").status_code == 403
    assert "缺少时限" in desk
    assert Article.objects.get().useless == 1


def test_two_editors_lose_nothing(editor):
    _article, path = publish(editor, life.ARTICLE)
    browser, _actor = editor
    other, _person = client_of("complaint_handler", unit=small_tree().east)
    form = {"title": "新标题", "audience": "INSIDE"}

    browser.post(f"{path}edit/", {**form, "body": "甲写的", "revision": "0"})
    browser.post(f"{path}edit/", {**form, "body": "甲又写的", "revision": "1"})
    stale = other.post(f"{path}edit/", {**form, "body": "乙写的", "revision": "1"})
    saved = other.post(f"{path}edit/", {**form, "body": "乙写的", "revision": "2"})
    versions = text_of(other.get(f"{path}versions/"))

    assert stale.status_code == 422
    assert "乙写的" in text_of(stale)
    assert 'name="revision" value="2"' in text_of(stale)
    assert saved.status_code == 302
    assert "<ins>" in versions


def test_what_nobody_finds_is_counted_when_it_is_sent_and_becomes_an_article(editor):
    browser, _actor = editor

    browser.get("/service/knowledge/?q=宠物险13812345678&live=1")
    browser.get("/service/knowledge/?q=宠物险13812345678")
    miss = SearchMiss.objects.get()
    desk = text_of(browser.get("/service/knowledge/desk/"))
    form = text_of(browser.get(f"/service/knowledge/new/?miss={miss.pk}"))

    assert (miss.text, miss.count) == ("宠物险***", 1)
    assert "13812345678" not in desk
    assert "宠物险***" in form


def test_categories_and_synonyms_are_set_up():
    browser, _actor = client_of("contact_centre_director", unit=small_tree().head)
    browser.get("/service/knowledge/settings/")
    path = "/service/knowledge/settings/"

    one = browser.post(f"{path}synonyms/new/", {"words": "骑手", "version": 0, "is_active": "on"})
    two = browser.post(f"{path}synonyms/new/", {"words": "骑手，外卖员", "version": 0, "is_active": "on"})
    tree = browser.post(f"{path}category/new/", {"name": "团险", "position": 1, "version": 0, "is_active": "on"})

    assert (one.status_code, two.status_code, tree.status_code) == (422, 302, 302)
    assert "骑手 = 外卖员" in text_of(browser.get(path))
