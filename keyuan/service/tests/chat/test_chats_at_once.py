"""Many desks reach for the same visitors at once: everybody is taken once, nobody is lost (SRV-5)."""

import pytest

from keyuan.service.models import Chat, ChatMessage, ChatSeat
from keyuan.service.services.chat import queueing, seating, talking
from keyuan.service.services.chat.opening import Opening, begin
from keyuan.service.testing import MORNING, clerk, open_desk
from keyuan.service.tests.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, VISITORS = 6, 12


def test_desks_that_open_at_once_share_the_visitors_without_a_double():
    people = [clerk() for _number in range(PEOPLE)]
    open_desk(*people)
    tokens = [begin(opening=Opening(f"访客{n}", "问题", True), now=MORNING)[1] for n in range(VISITORS)]
    works = [lambda who=who: seating.set_state(actor=who, state="ONLINE", now=MORNING) for who in people]
    works += [
        lambda token=token: talking.visitor_says(token=token, text="在吗", key="same", now=MORNING)
        for token in (*tokens, *tokens)
    ]

    _answers, errors = at_once(works)
    queueing.drain([Chat.objects.values_list("desk_id", flat=True)[0]], now=MORNING)

    assert errors == []
    assert Chat.objects.filter(status="ACTIVE").count() == VISITORS
    assert ChatMessage.objects.filter(code="joined").count() == VISITORS
    assert ChatMessage.objects.filter(key="same").count() == VISITORS
    loads = [Chat.objects.filter(owner_id=seat.pk).count() for seat in ChatSeat.objects.all()]
    assert (sum(loads), max(loads) <= 4) == (VISITORS, True)
    for chat in Chat.objects.all():
        assert [line.seq for line in chat.messages.order_by("seq")] == list(range(1, chat.last_seq + 1))


def test_one_visitor_has_one_taker():
    people = [clerk() for _number in range(PEOPLE)]
    open_desk(*people)
    chat, _token = begin(opening=Opening("何女士", "问题", True), now=MORNING)
    for person in people:
        ChatSeat.objects.create(user_id=person.id, user_name=person.name, state="BUSY", since=MORNING, seen_at=MORNING)

    _answers, errors = at_once(
        [lambda who=who: queueing.take(actor=who, chat_id=chat.pk, now=MORNING) for who in people]
    )

    assert len(errors) == PEOPLE - 1
    assert {error.code for error in errors} <= {"chat.taken", "chat.not_found"}
    assert ChatMessage.objects.filter(code="joined").count() == 1
