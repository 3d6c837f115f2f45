"""Web chat by programs: reading in reach, answering once however often it is sent, what is refused (SRV-5, PLT-10)."""

import pytest

from keyuan.api.testing import Program
from keyuan.organisation.testing import small_tree
from keyuan.platform import clock
from keyuan.service.models import Chat, ChatMessage
from keyuan.service.services.chat.writing import add_line
from keyuan.service.testing import open_desk

pytestmark = pytest.mark.django_db
CARD = "6222020000000000000"


@pytest.fixture
def owner():
    program = Program("contact_centre", unit=small_tree().east)
    open_desk(program.actor)
    return program


@pytest.fixture
def chat(owner):
    now = clock.now()
    found = Chat.objects.create(
        number="H1", desk=open_desk(), owner_id=owner.actor.id, owner_name=owner.actor.name, status="ACTIVE",
        visitor_name="何女士", token_digest="a" * 64, consent_at=now, started_at=now, queued_at=now, last_at=now,
        visitor_seen_at=now, **small_tree().east.level_ids(),
    )  # fmt: skip
    add_line(found, ChatMessage.Kind.VISITOR, now, text=f"红利怎么领取，卡号 {CARD}")
    add_line(found, ChatMessage.Kind.NOTE, now, text="先核对身份")
    found.save()
    return found


def test_conversations_and_lines_are_read_in_reach_with_numbers_masked(owner, chat):
    elsewhere = Program("contact_centre", unit=small_tree().west)

    listed = owner.get("/chats").json()["rows"]
    one = owner.get(f"/chats/{chat.pk}")
    lines = owner.get(f"/chats/{chat.pk}/lines")
    later = owner.get(f"/chats/{chat.pk}/lines?after=1").json()["rows"]
    hidden = [elsewhere.get(path).status_code for path in (f"/chats/{chat.pk}", f"/chats/{chat.pk}/lines")]

    assert [row["number"] for row in listed] == ["H1"]
    assert (one.json()["status"], one.json()["last_seq"]) == ("ACTIVE", 2)
    assert [(row["seq"], row["kind"]) for row in lines.json()["rows"]] == [(1, "VISITOR"), (2, "NOTE")]
    assert CARD not in lines.content.decode()
    assert [row["seq"] for row in later] == [2]
    assert hidden == [404, 404]
    assert elsewhere.get("/chats").json()["rows"] == []


def test_an_answer_is_one_line_however_often_it_is_sent(owner, chat):
    path, body = f"/chats/{chat.pk}/lines", {"text": "在客户端即可领取。", "key": "answer-1"}

    first, second = (owner.send("POST", path, body) for _twice in range(2))

    assert (first.status_code, first.json()["seq"]) == (201, 3)
    assert second.json()["id"] == first.json()["id"]
    assert ChatMessage.objects.filter(chat=chat, kind="STAFF").count() == 1


@pytest.mark.parametrize(
    "why, status",
    [("nothing said", 422), ("too long", 422), ("another's conversation", 422), ("over", 409), ("out of reach", 404)],
)
def test_what_cannot_be_said_is_refused_and_nothing_is_kept(why, status, owner, chat):
    program = owner
    if why == "another's conversation":
        program = Program("contact_centre", unit=small_tree().east)
    elif why == "out of reach":
        program = Program("contact_centre", unit=small_tree().west)
    elif why == "over":
        Chat.objects.filter(pk=chat.pk).update(status="ENDED")
    text = {"nothing said": "", "too long": "长" * 2001}.get(why, "您好")

    answer = program.send("POST", f"/chats/{chat.pk}/lines", {"text": text, "key": "k"})

    assert answer.status_code == status
    assert not ChatMessage.objects.filter(chat=chat, kind="STAFF").exists()


def test_reading_takes_the_permission(chat):
    nobody = Program("marketing_planner", unit=small_tree().east)

    assert [nobody.get(path).status_code for path in ("/chats", f"/chats/{chat.pk}")] == [403, 403]
