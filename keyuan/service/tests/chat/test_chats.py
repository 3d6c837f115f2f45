"""Conversations through the services: beginning, saying once, hiding numbers, passing on, ending, silence (SRV-5)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from keyuan.customers.models import Interaction
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import FieldLevel
from keyuan.kernel.errors import Conflict, Forbidden, NotFound, Refused
from keyuan.organisation.testing import make_user
from keyuan.platform.models import LiveEvent
from keyuan.service.models import Category, Chat, ChatHelper, ChatMessage, ChatSeat, Desk, DeskMember, WorkOrder
from keyuan.service.rules.chat.hiding import hidden
from keyuan.service.rules.chat.queueing import Waiting, expected_seconds, given_out
from keyuan.service.rules.chat.silence import END, NOTHING, WARN, due
from keyuan.service.rules.kinds import Hand
from keyuan.service.selectors.chat.chats import lines_after, position_of
from keyuan.service.selectors.chat.policy import chat_policy
from keyuan.service.services.chat import closing, keeping, passing, queueing, seating, sweeping, talking
from keyuan.service.services.chat.opening import Opening, begin, leave_message
from keyuan.service.services.chat.setting_up import PolicyDraft, save_policy
from keyuan.service.testing import MORNING, clerk, open_desk

pytestmark = pytest.mark.django_db
NIGHT = MORNING + timedelta(hours=14)


@pytest.fixture
def worker():
    return clerk(user=make_user("江晨"))


@pytest.fixture
def desk(worker):
    return open_desk(worker)


def ask(question="红利怎么领取", *, name="何女士", now=MORNING, **more):
    return begin(opening=Opening(name, question, True, **more), now=now)


def online(*people, now=MORNING):
    for person in people:
        seating.set_state(actor=person, state="ONLINE", now=now)


def answer(person, chat, text="您好，请稍等", *, now=MORNING, **more):
    return talking.staff_says(actor=person, chat_id=chat.pk, text=text, key=more.pop("key", ""), now=now, **more)


def codes(chat):
    return [line.code for line in lines_after(chat.pk, 0) if line.code]


@pytest.mark.parametrize("text, shown", [
    ("身份证 110101199003070775", "身份证 110101********0775"),
    ("11010119900307077x 是我的", "110101********077X 是我的"),
    ("卡号 6222 0200 0000 0000 000", "卡号 ****0000"),
    ("打 138-0000-1234 找我", "打 138****1234 找我"),
    ("保单 P20260001234，金额 120000", "保单 P20260001234，金额 120000"),
    ("第 12345678901 行", "第 12345678901 行"),
])  # fmt: skip
def test_numbers_of_people_are_hidden(text, shown):
    assert hidden(text) == shown


def test_the_oldest_goes_first_to_who_is_fit_and_least_busy():
    waiting = [Waiting(1, frozenset({"C"})), Waiting(2, wanted_id=9), Waiting(3, wanted_id=7), Waiting(4), Waiting(5)]
    hands = [Hand(7, frozenset(), 2, 1), Hand(8, frozenset({"A"}), 3, 0)]

    assert given_out(waiting, hands) == [(1, 7), (2, 8), (4, 8), (5, 8)]
    assert given_out([Waiting(1, passed_by_id=7)], [Hand(7, frozenset(), 2, 0)]) == []
    assert expected_seconds(3, [60.0, 120.0], 2) == 270
    assert (expected_seconds(2, [], 3), expected_seconds(1, [], 0)) == (120, None)


@pytest.mark.parametrize("waits, silent, warned, step", [
    (True, 4, None, NOTHING), (True, 5, None, WARN), (False, 50, None, NOTHING), (True, 8, 3, NOTHING),
    (True, 10, 5, END),
])  # fmt: skip
def test_silence_is_warned_and_then_ends(waits, silent, warned, step):
    def ago(minutes):
        return MORNING - timedelta(minutes=minutes)

    found = due(
        last_at=ago(silent), warned_at=ago(warned) if warned else None, waits_for_visitor=waits, warn=5, end=5,
        now=MORNING,
    )  # fmt: skip

    assert found == step


def test_a_visitor_waits_until_somebody_is_there(desk, worker):
    first, _token = ask()
    second, _token = ask(name="周先生", now=MORNING + timedelta(seconds=5))

    assert (first.status, position_of(first), position_of(second)) == ("WAITING", 1, 2)
    assert first.number.startswith("H")
    assert first.branch_id == desk.unit.branch_id

    online(worker)

    first.refresh_from_db()
    assert (first.status, first.owner_id, first.owner_name) == ("ACTIVE", worker.id, "江晨")
    assert codes(first) == ["begun", "joined"]


@pytest.mark.parametrize("opening, code", [
    (Opening("", "问题", True), "chat.name"), (Opening("何", " ", True), "chat.empty"),
    (Opening("何", "问题", False), "chat.consent"), (Opening("何", "问题" * 1500, True), "chat.long"),
    (Opening("何", "问题", True, category_id=0), "chat.category"),
])  # fmt: skip
def test_what_a_visitor_has_to_say_first(desk, opening, code):
    with pytest.raises(Refused) as error:
        begin(opening=opening, now=MORNING)

    assert error.value.code == code
    assert Chat.objects.count() == 0


def test_a_double_click_begins_one_conversation(desk):
    one, token = ask(key="k" * 32)
    other, again = ask(key="k" * 32)

    assert (one.pk, token) == (other.pk, again)
    assert Chat.objects.get().token_digest != token


def test_outside_hours_a_message_becomes_one_work_order(desk):
    with pytest.raises(Refused, match=r"chat\.closed"):
        ask(now=NIGHT)
    opening = Opening("何女士", "保单丢了怎么办", True, key="m" * 32)
    with pytest.raises(Refused, match=r"chat\.contact"):
        leave_message(opening=opening, contact="", now=NIGHT)

    orders = {leave_message(opening=opening, contact="13800001234", now=NIGHT).pk for _twice in range(2)}

    order = WorkOrder.objects.get()
    assert orders == {order.pk}
    assert (order.contact_channel, order.caller_name, order.desk_id) == ("CHAT", "何女士", desk.pk)


def test_a_line_sent_twice_is_one_line_and_keeps_its_number(desk, worker):
    online(worker)
    chat, token = ask()

    for _twice in range(2):
        talking.visitor_says(token=token, text="我的卡 6222020000000000000", key="a", now=MORNING)
        answer(worker, chat, "好的", key="b")

    said = [(line.kind, line.text) for line in lines_after(chat.pk, 0) if not line.code]
    assert said == [("VISITOR", "红利怎么领取"), ("VISITOR", "我的卡 ****0000"), ("STAFF", "好的")]
    assert [line.seq for line in lines_after(chat.pk, 0)] == [1, 2, 3, 4, 5]
    chat.refresh_from_db()
    assert (chat.answered_at, chat.is_unanswered, chat.last_seq) == (MORNING, False, 5)


def test_whole_numbers_are_opened_with_a_reason_by_who_may(desk, worker):
    online(worker)
    chat, _token = ask("证件 110101199003070775")
    line = ChatMessage.objects.get(kind="VISITOR")
    opener = replace(worker, field_levels={"message_values": FieldLevel.REVEAL})

    def opened(actor, reason, line_id=line.pk):
        return keeping.whole_text(actor=actor, chat_id=chat.pk, message_id=line_id, reason=reason, now=MORNING)

    with pytest.raises(Forbidden):
        opened(replace(worker, field_levels={}), "核实")
    with pytest.raises(NotFound):
        opened(opener, "核实", line.pk + 1)
    with pytest.raises(Refused, match=r"reveal\.reason"):
        opened(opener, "")
    assert opened(opener, "核实身份") == "证件 110101199003070775"


def test_promises_are_sent_only_when_confirmed_and_stay_marked(desk, worker):
    online(worker)
    chat, _token = ask()

    with pytest.raises(Refused) as error:
        answer(worker, chat, "这款产品保本，稳 赚不赔")
    line = answer(worker, chat, "这款产品保本，稳 赚不赔", is_confirmed=True)

    assert (error.value.code, error.value.params["words"]) == ("chat.words", "保本、稳赚")
    assert line.words == "保本、稳赚"


def test_strangers_and_colleagues_cannot_write_into_it(desk, worker):
    other, leader = clerk(), clerk("shift_leader")
    open_desk(other, leader)
    online(worker)
    chat, _token = ask()

    with pytest.raises(NotFound):
        talking.visitor_says(token="guess", text="hi", key="", now=MORNING)
    with pytest.raises(NotFound):
        answer(other, chat)
    with pytest.raises(Refused, match=r"chat\.not_yours"):
        answer(leader, chat)
    with pytest.raises(Forbidden):
        answer(clerk("agent"), chat)


def test_whispers_never_reach_the_visitor(desk, worker):
    leader = clerk("shift_leader")
    open_desk(leader)
    online(worker)
    chat, _token = ask()
    LiveEvent.objects.all().delete()

    talking.whisper(actor=leader, chat_id=chat.pk, text="先安抚客户", key="", now=MORNING)

    assert [line.kind for line in lines_after(chat.pk, 0, for_visitor=True)] == ["SYSTEM", "VISITOR", "SYSTEM"]
    assert lines_after(chat.pk, 3)[0].text == "先安抚客户"
    assert list(LiveEvent.objects.values_list("topic", flat=True)) == [f"user:{worker.id}"]


def test_capacity_holds_and_the_oldest_comes_when_room_is_free(desk, worker):
    save_policy(
        actor=clerk("contact_centre_director"), draft=PolicyDraft(True, "desk", 1, 5, 5, 30), version=0, now=MORNING
    )
    chats = [ask(now=MORNING + timedelta(seconds=n))[0] for n in range(3)]
    online(worker)
    assert [Chat.objects.get(pk=chat.pk).status for chat in chats] == ["ACTIVE", "WAITING", "WAITING"]
    with pytest.raises(Refused, match=r"chat\.full"):
        queueing.take(actor=worker, chat_id=chats[2].pk, now=MORNING)

    category = Category.objects.get(code="CONSULT_POLICY")
    for _twice in range(2):
        _chat, order = closing.close(
            actor=worker, chat_id=chats[0].pk, closing=closing.Closing(category.pk, "红利", "已说明", True), now=MORNING
        )

    assert [Chat.objects.get(pk=chat.pk).status for chat in chats] == ["ENDED", "ACTIVE", "WAITING"]
    order = WorkOrder.objects.get(pk=order.pk)
    assert (order.status, order.contact_channel, order.solution) == ("TOLD", "CHAT", "已说明")
    assert WorkOrder.objects.count() == 1


@pytest.mark.parametrize("code, more, refusal", [
    ("CONSULT_POLICY", {"is_settled": True}, "chat.summary"), ("", {}, "chat.category"),
    ("C_SALES", {"is_settled": True, "summary": "x"}, "chat.complaint"),
])  # fmt: skip
def test_closing_asks_for_what_it_needs(desk, worker, code, more, refusal):
    online(worker)
    chat, _token = ask()
    category = Category.objects.filter(code=code).values_list("pk", flat=True).first()

    with pytest.raises(Refused) as error:
        closing.close(actor=worker, chat_id=chat.pk, closing=closing.Closing(category, "题", **more), now=MORNING)

    assert error.value.code == refusal
    assert Chat.objects.get().status == "ACTIVE"


def test_handed_to_a_person_who_is_there_and_to_a_skill(desk, worker):
    friend, expert = clerk(user=make_user("吴敏")), clerk(user=make_user("孙可"))
    open_desk(friend, expert)
    DeskMember.objects.filter(user_id=expert.id).update(skills=["AFTER_SALE"])
    DeskMember.objects.filter(user_id=friend.id).update(skills=["CONSULT_POLICY"])
    online(worker)
    chat, _token = ask()
    online(friend, expert)

    passing.transfer(
        actor=worker, chat_id=chat.pk, user_id=friend.id, desk_id=None, category_id=None, note="已核实", now=MORNING
    )
    assert Chat.objects.get().owner_id == friend.id

    skill = Category.objects.get(code="AS_CHANGE").pk
    moved = passing.transfer(
        actor=friend, chat_id=chat.pk, user_id=None, desk_id=desk.pk, category_id=skill, note="办变更", now=MORNING
    )
    assert moved.owner_id in (expert.id, worker.id)
    assert [line.text for line in lines_after(chat.pk, 0) if line.kind == "NOTE"] == ["已核实", "办变更"]
    owner = worker if moved.owner_id == worker.id else expert
    with pytest.raises(Refused, match=r"chat\.to_oneself"):
        hand_on(owner, chat, "x", user_id=owner.id)


def hand_on(actor, chat, note, *, user_id=None, desk_id=None, category_id=None):
    return passing.transfer(
        actor=actor, chat_id=chat.pk, user_id=user_id, desk_id=desk_id, category_id=category_id, note=note, now=MORNING
    )


def test_a_second_person_helps_and_leaves(desk, worker):
    friend = clerk(user=make_user("吴敏"))
    open_desk(friend)
    online(worker)
    chat, _token = ask()

    for _twice in range(2):
        passing.invite(actor=worker, chat_id=chat.pk, user_id=friend.id, now=MORNING)
    answer(friend, chat, "我来补充")
    for _twice in range(2):
        passing.leave(actor=friend, chat_id=chat.pk, now=MORNING)

    assert codes(chat) == ["begun", "joined", "helps", "left_help"]
    assert ChatHelper.objects.count() == 0


def test_supervisors_take_over_with_a_reason(desk, worker):
    leader = clerk("shift_leader", user=make_user("郑组长"))
    open_desk(leader)
    online(worker)
    chat, _token = ask()

    with pytest.raises(Forbidden):
        passing.take_over(actor=worker, chat_id=chat.pk, reason="x", now=MORNING)
    with pytest.raises(Refused, match=r"chat\.empty"):
        passing.take_over(actor=leader, chat_id=chat.pk, reason="", now=MORNING)
    for _twice in range(2):
        passing.take_over(actor=leader, chat_id=chat.pk, reason="客户要求", now=MORNING)

    chat.refresh_from_db()
    assert (chat.owner_id, codes(chat).count("joined")) == (leader.id, 2)


def test_nobody_is_lost_when_a_desk_empties_or_closes(desk, worker):
    online(worker)
    chat, _token = ask()
    answer(worker, chat)

    seating.set_state(actor=worker, state="OFFLINE", now=MORNING)
    chat.refresh_from_db()
    assert (chat.status, chat.rank, codes(chat)[-1]) == ("WAITING", 0, "given_back")

    online(worker)
    late = MORNING + timedelta(minutes=4)
    Chat.objects.update(visitor_seen_at=late)
    assert sweeping.sweep(now=late)["lost"] == 1
    chat.refresh_from_db()
    assert (chat.status, ChatSeat.objects.get().state) == ("WAITING", "OFFLINE")

    other = Desk.objects.create(code="D9", name="二线", unit=desk.unit)
    Desk.objects.filter(pk=desk.pk).update(is_active=False)
    Chat.objects.update(visitor_seen_at=late + timedelta(minutes=2))
    sweeping.sweep(now=late + timedelta(minutes=2))
    chat.refresh_from_db()
    assert (chat.status, chat.desk_id) == ("WAITING", other.pk)

    found = [sweeping.sweep(now=NIGHT)["orders"] for _twice in range(2)]
    chat.refresh_from_db()
    assert found == [1, 0]
    assert (chat.status, chat.ended_by) == ("ENDED", "HOURS")
    assert "红利怎么领取" in WorkOrder.objects.get(pk=chat.order_id).description


def test_silence_warns_then_ends_and_one_may_come_back(desk, worker):
    online(worker)
    chat, token = ask()
    answer(worker, chat)
    steps = []
    for minutes in (5, 5, 10, 10):
        now = MORNING + timedelta(minutes=minutes)
        ChatSeat.objects.update(seen_at=now)
        found = sweeping.sweep(now=now)
        steps.append((found["warned"], found["ended"]))
    assert steps == [(1, 0), (0, 0), (0, 1), (0, 0)]

    with pytest.raises(Conflict):
        talking.visitor_says(token=token, text="在吗", key="", now=MORNING)
    back = closing.visitor_returns(token=token, now=MORNING + timedelta(minutes=11))
    assert (back.status, back.owner_id, back.reopened) == ("ACTIVE", worker.id, 1)
    closing.visitor_ends(token=token, now=MORNING + timedelta(minutes=12))
    with pytest.raises(Refused, match=r"chat\.too_late"):
        closing.visitor_returns(token=token, now=MORNING + timedelta(minutes=42))


def test_a_verdict_is_given_after_the_end(desk, worker):
    online(worker)
    chat, token = ask()
    with pytest.raises(Conflict):
        closing.rate(token=token, score=5, note="", now=MORNING)
    answer(worker, chat)
    closing.visitor_ends(token=token, now=MORNING)
    with pytest.raises(Refused, match=r"chat\.score"):
        closing.rate(token=token, score=6, note="", now=MORNING)

    closing.rate(token=token, score=4, note="耐心", now=MORNING)
    closing.rate(token=token, score=5, note="很耐心", now=MORNING)

    chat.refresh_from_db()
    assert (chat.rating, chat.rating_note) == (5, "很耐心")


def test_the_desk_says_who_it_is_and_the_timeline_knows(desk, worker, agent_actor):
    customer = make_customer(agent_actor, "周国栋")
    online(worker)
    chat, token = ask()
    with pytest.raises(NotFound):
        passing.attach(actor=worker, chat_id=chat.pk, customer_id=customer.pk + 99, now=MORNING)

    passing.attach(actor=worker, chat_id=chat.pk, customer_id=customer.pk, now=MORNING)
    answer(worker, chat)
    closing.visitor_ends(token=token, now=MORNING)

    assert Interaction.objects.get(kind="CHAT").subject_id == chat.pk
    assert keeping.collect(customer.pk)["chats"][0]["number"] == chat.number
    assert keeping.chat_ends([customer.pk], MORNING.date()) == {customer.pk: MORNING.date()}
    assert keeping.erase(customer.pk, False, MORNING) == {}
    assert keeping.erase(customer.pk, True, MORNING)["chat"] == 1


@pytest.mark.parametrize("change, code", [
    ({"hours_key": "none"}, "chat.hours"), ({"capacity": 0}, "chat.bounds"), ({"warn_minutes": 61}, "chat.bounds"),
])  # fmt: skip
def test_settings_stay_within_bounds(desk, change, code):
    values = {
        "is_on": True, "hours_key": "desk", "capacity": 4, "warn_minutes": 5, "end_minutes": 5, "reopen_minutes": 30,
    }  # fmt: skip
    director = clerk("contact_centre_director")

    with pytest.raises(Refused) as error:
        save_policy(actor=director, draft=PolicyDraft(**values | change), version=0, now=MORNING)
    with pytest.raises(Conflict):
        save_policy(actor=director, draft=PolicyDraft(**values), version=3, now=MORNING)

    assert error.value.code == code
    assert chat_policy().version == 0
