"""Call-backs through the services: opened once, taken by one, every result, problem and re-check (SRV-8)."""

from datetime import date, datetime, timedelta

import pytest

from keyuan.contact.models import Permit
from keyuan.customers.models import ContactPoint, Interaction
from keyuan.kernel.errors import Conflict, Forbidden, NotFound, Refused
from keyuan.organisation.testing import make_actor, small_tree
from keyuan.platform.clocks import Clock
from keyuan.policies.testing import keep, make_product
from keyuan.service.models import FollowUp, FollowUpAnswer, FollowUpCall, FollowUpPlan, WorkOrder
from keyuan.service.services import claiming, moving
from keyuan.service.services.follow_ups import calling, problems, taking
from keyuan.service.services.follow_ups.answering import answer
from keyuan.service.services.follow_ups.calling import Attempt
from keyuan.service.services.follow_ups.keeping_data import collect, ends, erase
from keyuan.service.services.follow_ups.opening import open_callbacks
from keyuan.service.services.follow_ups.problems import follow_orders
from keyuan.service.testing import MORNING, clerk, open_desk
from keyuan.service.tests.follow_ups.conftest import SIGNED, TODAY, make_new_policy

pytestmark = pytest.mark.django_db
YES = ("IDENTITY", "PURCHASE", "DOCUMENTS", "COVER", "SURRENDER", "COOLING_OFF", "PAYMENT")


def attempt(worker, callback, result, *, now=MORNING, **more):
    made = calling.record_attempt(actor=worker, follow_up_id=callback.pk, attempt=Attempt(result, **more), now=now)
    callback.refresh_from_db()
    return made


def answer_all(worker, callback, *, now=MORNING, birth="1980-05-06", **changes):
    taking.take(actor=worker, follow_up_id=callback.pk, now=now)
    for key in YES:
        answer(actor=worker, follow_up_id=callback.pk, question=key, value=[changes.get(key, "YES")], now=now)
    return answer(actor=worker, follow_up_id=callback.pk, question="BIRTH", value=[birth], now=now)


def test_a_signed_receipt_opens_one_call_back_with_its_last_day(callback, new_policy, holder):
    assert open_callbacks([new_policy.pk], now=MORNING) == 0
    assert FollowUp.objects.count() == 1
    assert (callback.kind, callback.status, callback.start_on) == ("CALLBACK", "WAITING", SIGNED)
    assert callback.due_on == SIGNED + timedelta(days=15)
    assert callback.contact_point_id == holder.contact_points.get().pk
    assert (callback.is_regular, callback.is_simplified, callback.servicing_agent_id) == (
        True, False, new_policy.servicing_agent_id,
    )  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"receipt_signed_on": None},
        {"cover_term": 1, "cover_term_unit": "Y"},
        {"effective_on": date(2025, 3, 1), "issued_on": date(2025, 3, 1), "applied_on": date(2025, 3, 1),
         "receipt_signed_on": date(2025, 3, 1)},
    ],
)  # fmt: skip
def test_what_owes_none_gets_none(desk, agent_actor, holder, changes):
    policy = make_new_policy(agent_actor, holder, **changes)

    assert open_callbacks([policy.pk], now=MORNING) == 0


def test_a_cancelled_contract_drops_its_call_back(callback, new_policy):
    keep(new_policy, status="TERMINATED", termination_reason="08")

    open_callbacks([new_policy.pk], now=MORNING)

    callback.refresh_from_db()
    assert (callback.status, callback.is_open, callback.end_reason) == ("DROPPED", False, "ended")


def test_success_takes_every_answer_and_the_whole_date_of_birth(worker, callback):
    FollowUpPlan.objects.filter(code="NEW_CONTRACT").update(
        content=FollowUpPlan.objects.get(code="NEW_CONTRACT").content | {"resample_percent": 0}
    )
    with pytest.raises(Refused, match=r"follow_up\.unanswered"):
        attempt(worker, callback, "SUCCESS")
    _row, _answer, standing = answer_all(worker, callback, birth="1980-05-07")
    assert standing.wrong == ["BIRTH"]
    with pytest.raises(Refused, match=r"follow_up\.not_as_required"):
        attempt(worker, callback, "SUCCESS")
    answer_all(worker, callback)

    attempt(worker, callback, "SUCCESS", recording="REC-1", seconds=95, token="t-1")
    attempt(worker, callback, "SUCCESS", recording="REC-1", seconds=95, token="t-1")

    call = FollowUpCall.objects.get()
    assert (callback.status, callback.is_open, callback.in_time, callback.done_on) == ("DONE", False, True, TODAY)
    assert (call.result, call.recording, call.seconds, call.staff_id) == ("SUCCESS", "REC-1", 95, worker.id)
    assert FollowUpAnswer.objects.get(question="BIRTH").value == ["MATCH"]
    entry = Interaction.objects.get(subject_kind="follow_up")
    assert (entry.kind, entry.direction, entry.outcome) == ("CALL", "OUT", "DONE")
    permit = Permit.objects.get()
    assert (permit.purpose, permit.kind, permit.state, permit.interaction_id) == (
        "NOTICE", "SERVICE", "USED", entry.pk,
    )  # fmt: skip
    with pytest.raises(Conflict, match=r"follow_up\.moved_on"):
        attempt(worker, callback, "NO_ANSWER")


@pytest.mark.parametrize("days, in_time", [(13, True), (14, False)])
def test_the_last_day_ends_at_midnight_in_beijing(worker, callback, days, in_time):
    answer_all(worker, callback)
    last = datetime.fromisoformat("2026-03-16T23:59:00+08:00") + timedelta(days=days)
    calling.begin_call(actor=worker, follow_up_id=callback.pk, now=last - timedelta(hours=4))

    attempt(worker, callback, "SUCCESS", now=last)

    assert callback.in_time is in_time


@pytest.mark.parametrize(
    "result, more, status, failed, outcome",
    [
        ("NO_ANSWER", {}, "WAITING", 1, "NOT_REACHED"),
        ("WRONG_NUMBER", {"note": "空号"}, "LETTER_DUE", 1, "NOT_REACHED"),
        ("REFUSED", {"note": "拒绝接听"}, "LETTER_DUE", 1, "REFUSED"),
        ("APPOINTED", {"appointed_at": MORNING + timedelta(days=1)}, "APPOINTED", 0, "FOLLOW_UP"),
        ("PROXY_ANSWERED", {}, "WAITING", 1, "NOT_REACHED"),
        ("PROBLEM", {"note": "非本人签名"}, "PROBLEM", 0, "FOLLOW_UP"),
        ("FOREIGN_LANGUAGE", {"note": "粤语"}, "WAITING", 1, "FOLLOW_UP"),
        ("LETTER_SENT", {"letter_no": "EMS1"}, "LETTER", 0, ""),
    ],
)
def test_every_result_does_what_it_says(worker, callback, result, more, status, failed, outcome):
    attempt(worker, callback, result, **more)

    assert (callback.status, callback.failed, callback.last_result) == (status, failed, result)
    assert (callback.owner_id, callback.pool_id) == (None, None if status == "PROBLEM" else callback.desk_id)
    assert Interaction.objects.get(subject_kind="follow_up").outcome == outcome
    assert Permit.objects.get().contact_channel == ("LETTER" if result == "LETTER_SENT" else "PHONE")


@pytest.mark.parametrize(
    "result, field, code",
    [
        ("NONSENSE", "result", "follow_up.result"),
        ("REFUSED", "note", "follow_up.note"),
        ("APPOINTED", "appointed_at", "follow_up.appointed_at"),
        ("LETTER_SENT", "letter_no", "follow_up.letter_no"),
    ],
)
def test_a_result_without_what_it_takes_is_refused(worker, callback, result, field, code):
    with pytest.raises(Refused) as refused:
        attempt(worker, callback, result)

    assert (refused.value.code, refused.value.field) == (code, field)
    with pytest.raises(Refused, match=r"follow_up\.appointed_past"):
        attempt(worker, callback, "APPOINTED", appointed_at=MORNING - timedelta(hours=1))


def test_three_failed_calls_make_a_letter_due_and_its_answer_ends_it(worker, callback):
    for number in range(3):
        attempt(worker, callback, "NO_ANSWER", now=MORNING + timedelta(hours=5 * number))
    assert (callback.status, callback.calls) == ("LETTER_DUE", 3)

    later = MORNING + timedelta(days=3)
    attempt(worker, callback, "LETTER_SENT", letter_no="EMS1", now=later)
    with pytest.raises(Refused, match=r"follow_up\.not_over"):
        calling.close_unreached(actor=worker, follow_up_id=callback.pk, reason="信函无回复", now=later)
    answer_all(worker, callback, now=later)
    attempt(worker, callback, "SUCCESS", now=later)

    assert callback.status == "DONE"
    assert Interaction.objects.filter(kind="LETTER", direction="IN").count() == 1


def test_whom_nobody_reaches_is_closed_after_the_last_day_and_counts_as_missed(worker, callback):
    attempt(worker, callback, "LETTER_SENT", letter_no="EMS1")
    over = MORNING + timedelta(days=20)

    calling.close_unreached(actor=worker, follow_up_id=callback.pk, reason="信函无回复", now=over)

    callback.refresh_from_db()
    assert (callback.status, callback.in_time, callback.is_open) == ("UNREACHED", False, False)


def test_a_problem_opens_an_order_and_blocks_until_it_was_looked_at_again(worker, callback, new_policy):
    answer_all(worker, callback, COVER="NO")
    attempt(worker, callback, "PROBLEM", note="业务员承诺收益", is_misselling=True, token="p-1")
    attempt(worker, callback, "PROBLEM", note="业务员承诺收益", is_misselling=True, token="p-1")

    order, clock = WorkOrder.objects.get(), Clock.objects.get(subject_kind="follow_up")
    assert (order.policy_id, order.priority, order.category.code) == (new_policy.pk, 1, "CB_PROBLEM")
    assert order.description == "业务员承诺收益\n您是否了解保险责任、责任免除和保险期间？"
    assert (clock.key, clock.state, clock.amount, clock.due_at.date()) == ("MISSELL", "RUNNING", 15, date(2026, 4, 7))
    assert problems.settled_by(callback) == clock.due_at
    assert taking.take_next(actor=worker, now=MORNING) is None
    with pytest.raises(Conflict):
        attempt(worker, callback, "SUCCESS")

    finish_order(worker, order)
    assert follow_orders([order.pk], now=MORNING) == 1
    assert follow_orders([order.pk], now=MORNING) == 0
    clock.refresh_from_db()
    assert clock.state == "STOPPED"
    again = taking.take_next(actor=worker, now=MORNING)
    assert (again.pk, again.status) == (callback.pk, "RECHECK")
    answer_all(worker, callback)
    attempt(worker, callback, "SUCCESS")
    assert callback.status == "DONE"


def finish_order(worker, order):
    WorkOrder.objects.filter(pk=order.pk).update(status="DISPATCHED")
    claiming.take(actor=worker, order_id=order.pk, now=MORNING)
    moving.resolve(actor=worker, order_id=order.pk, solution="已向客户更正说明", now=MORNING)
    moving.tell(actor=worker, order_id=order.pk, how="PHONE", text="已说明", now=MORNING)
    moving.confirm(actor=worker, order_id=order.pk, how="CUSTOMER", now=MORNING)
    moving.close(actor=worker, order_id=order.pk, conclusion="客户认可", cause="MISLEADING_SALE", now=MORNING)


def test_only_the_number_held_is_called_unless_policy_service_changed_it(worker, callback, holder):
    point = holder.contact_points.get()
    other = ContactPoint.objects.create(
        customer=holder, kind="MOBILE", phone="13900002222", value_index=7, source="AGENT", created_at=MORNING
    )
    holder.summary.__class__.objects.filter(pk=holder.pk).update(primary_phone=other)
    assert calling.begin_call(actor=worker, follow_up_id=callback.pk, now=MORNING)[1] == point

    point.invalid_at = MORNING
    point.save(update_fields=["invalid_at"])
    with pytest.raises(Refused, match=r"follow_up\.number_changed"):
        calling.begin_call(actor=worker, follow_up_id=callback.pk, now=MORNING)
    ContactPoint.objects.filter(pk=other.pk).update(source="POLICY")
    assert calling.begin_call(actor=worker, follow_up_id=callback.pk, now=MORNING)[1].pk == other.pk


def test_a_call_takes_one_permit_however_often_it_begins(worker, callback):
    first, _point = calling.begin_call(actor=worker, follow_up_id=callback.pk, now=MORNING)
    second, _point = calling.begin_call(actor=worker, follow_up_id=callback.pk, now=MORNING + timedelta(minutes=5))

    assert first.permit_id == second.permit_id
    assert Permit.objects.count() == 1


def test_appointments_come_back_at_their_time_and_before_everything_else(worker, callback, agent_actor, holder):
    at = MORNING + timedelta(hours=4)
    attempt(worker, callback, "APPOINTED", appointed_at=at)
    urgent = make_new_policy(agent_actor, holder)
    open_callbacks([urgent.pk], now=MORNING)

    first = taking.take_next(actor=worker, now=MORNING)
    taking.give_back(actor=worker, follow_up_id=first.pk, now=MORNING)

    assert first.policy_id == urgent.pk
    assert taking.take_next(actor=worker, now=at).pk == callback.pk


def test_who_sold_it_does_not_call_and_strangers_do_not_see_it(callback, new_policy, agent_actor, worker):
    seller = agent_actor
    with pytest.raises(Forbidden):
        taking.take(actor=seller, follow_up_id=callback.pk, now=MORNING)
    west = clerk(unit=small_tree().west)
    with pytest.raises(NotFound):
        taking.take(actor=west, follow_up_id=callback.pk, now=MORNING)
    open_desk(west)
    assert taking.take_next(actor=west, now=MORNING) is None


def test_a_drawn_call_is_made_again_by_somebody_else(worker, callback, desk):
    plan = FollowUpPlan.objects.get(code="NEW_CONTRACT")
    FollowUpPlan.objects.filter(pk=plan.pk).update(content=plan.content | {"resample_percent": 100})
    answer_all(worker, callback)
    attempt(worker, callback, "SUCCESS")

    again, tomorrow = FollowUp.objects.get(kind="RESAMPLE"), MORNING + timedelta(days=1)
    other = clerk()
    open_desk(other)
    assert (again.parent_id, again.first_by_id, again.status) == (callback.pk, worker.id, "WAITING")
    assert taking.take_next(actor=worker, now=tomorrow) is None
    with pytest.raises(Refused, match=r"follow_up\.own_call"):
        taking.take(actor=worker, follow_up_id=again.pk, now=tomorrow)
    assert taking.take_next(actor=other, now=tomorrow).pk == again.pk


def test_a_traceable_sale_asks_less_and_a_linked_product_asks_more(desk, agent_actor, holder):
    policy = make_new_policy(agent_actor, holder, product=make_product(design="UNIT_LINKED", kind="LIFE"))
    keep(policy, facts={"traceable": True})
    open_callbacks([policy.pk], now=MORNING)

    found = FollowUp.objects.get()

    assert (found.is_simplified, found.design) == (True, "UNIT_LINKED")


def test_answers_are_kept_one_by_one_and_taken_back(worker, callback):
    taking.take(actor=worker, follow_up_id=callback.pk, now=MORNING)
    for value in (["YES"], ["NO"], ["NO"]):
        answer(actor=worker, follow_up_id=callback.pk, question="COVER", value=value, now=MORNING)
    assert FollowUpAnswer.objects.get().value == ["NO"]
    answer(actor=worker, follow_up_id=callback.pk, question="COVER", value=[], now=MORNING)
    assert not FollowUpAnswer.objects.exists()

    for question, value, code in (
        ("COVER", ["X"], "follow_up.answer"), ("NONE", ["YES"], "follow_up.question"),
        ("BIRTH", ["MATCH"], "follow_up.birth"), ("BIRTH", ["06/05/1980"], "follow_up.birth"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            answer(actor=worker, follow_up_id=callback.pk, question=question, value=value, now=MORNING)
        assert (refused.value.code, refused.value.field) == (code, question)
    with pytest.raises(Conflict, match=r"follow_up\.not_yours"):
        answer(actor=clerk(), follow_up_id=callback.pk, question="COVER", value=["YES"], now=MORNING)


def test_a_leaver_gives_back_and_data_follow_the_customer(worker, callback, holder):
    attempt(worker, callback, "REFUSED", note="说过的话")
    taking.take(actor=worker, follow_up_id=callback.pk, now=MORNING)

    taking.give_back_all(make_actor("administrator", unit=small_tree().head), worker.id, now=MORNING)

    callback.refresh_from_db()
    assert (callback.owner_id, callback.pool_id) == (None, callback.desk_id)
    assert collect(holder.pk)["calls"][0]["note"] == "说过的话"
    assert ends([holder.pk], TODAY)[holder.pk] == date.max
    FollowUp.objects.update(is_open=False)
    assert erase(holder.pk, True, MORNING)["follow_up_call"] == 1
    assert FollowUpCall.objects.get().note == ""
