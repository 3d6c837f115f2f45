"""Improvement items from complaint to judged effect; reminders; the month; the service star (SRV-11)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from keyuan.customers.testing import make_customer
from keyuan.kernel.errors import Conflict, Forbidden, Invalid, Refused
from keyuan.organisation.testing import client_of, small_tree
from keyuan.platform import clock
from keyuan.platform.models import Notice
from keyuan.service.models import FollowUp, FollowUpAnswer, ImprovementItem, StarVote
from keyuan.service.rules import improvement as rules
from keyuan.service.selectors.improvement.items import month_of, nominations, stars
from keyuan.service.services import claiming, complaints
from keyuan.service.services.follow_ups.opening import open_callbacks
from keyuan.service.services.follow_ups.seeding import seed as seed_plans
from keyuan.service.services.improvement import items, minding, months
from keyuan.service.services.knowledge.reading import note_miss
from keyuan.service.testing import MORNING, clerk, make_complaint, make_order, open_desk
from keyuan.service.tests.follow_ups.conftest import make_new_policy

pytestmark = pytest.mark.django_db
TODAY = MORNING.date()
DECIDED = complaints.Decision(
    "UPHELD", "销售未说明手续费", "条款第七条", ("REVIEW",), improvement="签约时逐条说明手续费", improvement_owner="",
    improvement_due_on=TODAY + timedelta(days=30),
)  # fmt: skip


def start_of(day):
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def handler():
    person = clerk("complaint_handler")
    open_desk(person)
    return person


@pytest.fixture
def judge():
    return clerk("compliance", unit=small_tree().head)


def plan(owner, **more):
    values = {
        "title": "缩短首次响应", "due_on": TODAY, "owner_id": owner.id, "indicator": "complaints",
        "before": (TODAY - timedelta(days=20), TODAY - timedelta(days=11)),
        "after": (TODAY - timedelta(days=10), TODAY - timedelta(days=1)),
    }  # fmt: skip
    return items.Plan(**values | more)


def enter(owner, **more):
    return items.create(actor=owner, plan=plan(owner, **more), now=MORNING)


def version_of(item):
    return ImprovementItem.objects.values_list("version", flat=True).get(pk=item.pk)


def to_measured(owner, **more):
    item = enter(owner, **more)
    items.start(actor=owner, item_id=item.pk, version=1, now=MORNING)
    return items.measure(actor=owner, item_id=item.pk, version=2, start_of=start_of, now=MORNING)


def test_a_decided_complaint_makes_its_item_once(handler, agent_actor):
    customer = make_customer(agent_actor, "周国栋")
    order = make_complaint(handler, customer.pk)
    complaints.acknowledge(actor=handler, order_id=order.pk, how="SMS", text="已受理", now=MORNING)
    claiming.take(actor=handler, order_id=order.pk, now=MORNING)
    remedies = next(iter(complaints.rules.REMEDIES))
    outcome = next(iter(complaints.rules.DECISIONS))
    owner = {"outcome": outcome, "remedies": (remedies,), "improvement_owner": "nobody such"}
    decision = complaints.Decision(**{f: getattr(DECIDED, f) for f in DECIDED.__slots__} | owner)

    complaints.decide(actor=handler, order_id=order.pk, decision=decision, now=MORNING)
    with pytest.raises(Conflict):
        complaints.decide(actor=handler, order_id=order.pk, decision=decision, now=MORNING)

    item = ImprovementItem.objects.get()
    assert (item.order_id, item.source, item.title) == (order.pk, "COMPLAINT", "签约时逐条说明手续费")
    assert (item.owner_id, item.indicator, item.about) == (handler.id, "complaints", {"category": "C_SURRENDER"})
    assert item.after_from == DECIDED.improvement_due_on + timedelta(days=1)


def test_both_periods_are_measured_from_the_records(handler):
    for days in (18, 15, 12, 12, 5):
        make_complaint(handler, now=MORNING - timedelta(days=days))
    make_complaint(handler, now=MORNING - timedelta(days=5), category="C_CLAIM")

    item = to_measured(handler, about={"category": "C_SURRENDER"})

    assert (item.state, item.before_cases, item.after_cases) == (rules.MEASURED, 4, 1)
    assert (item.before_value, item.after_value) == (1200, 300)


def test_a_second_press_measures_anew_but_an_old_page_does_not(handler):
    item = to_measured(handler)

    with pytest.raises(Conflict):
        items.measure(actor=handler, item_id=item.pk, version=2, start_of=start_of, now=MORNING)
    again = items.measure(actor=handler, item_id=item.pk, version=3, start_of=start_of, now=MORNING)

    assert again.version == 4


def test_nobody_judges_their_own_item_and_a_failed_one_comes_back(handler, judge):
    item = to_measured(handler)
    own = to_measured(judge)

    with pytest.raises(Forbidden):
        items.judge(actor=handler, item_id=item.pk, is_effective=True, result="好", version=3, now=MORNING)
    with pytest.raises(Refused, match="own"):
        items.judge(actor=judge, item_id=own.pk, is_effective=True, result="好", version=3, now=MORNING)
    with pytest.raises(Refused, match="result"):
        items.judge(actor=judge, item_id=item.pk, is_effective=True, result=" ", version=3, now=MORNING)
    items.judge(actor=judge, item_id=item.pk, is_effective=False, result="没有变化", version=3, now=MORNING)
    items.reopen(actor=judge, item_id=item.pk, reason="换措施", version=4, now=MORNING)

    fresh = ImprovementItem.objects.get(pk=item.pk)
    assert (fresh.state, fresh.reopened, fresh.closed_on) == (rules.IN_PROGRESS, 1, None)


def test_it_is_not_measured_before_the_period_is_over(handler):
    item = enter(handler, after=(TODAY, TODAY))
    items.start(actor=handler, item_id=item.pk, version=1, now=MORNING)

    with pytest.raises(Refused, match="too_early"):
        items.measure(actor=handler, item_id=item.pk, version=2, start_of=start_of, now=MORNING)


def test_what_is_wrong_is_said_all_at_once(handler):
    wrong = plan(handler, title="", source="X", owner_id=None, after=(None, None))

    with pytest.raises(Invalid) as caught:
        items.create(actor=handler, plan=wrong, now=MORNING)

    assert [error.code for error in caught.value.errors] == [
        "improve.title", "improve.source", "improve.period", "improve.owner",
    ]  # fmt: skip


def test_two_people_change_an_item_at_once(handler, judge):
    item = enter(handler)

    items.change(actor=handler, item_id=item.pk, plan=plan(handler, title="甲"), version=1, now=MORNING)
    with pytest.raises(Conflict):
        items.change(actor=judge, item_id=item.pk, plan=plan(handler, title="乙"), version=1, now=MORNING)

    assert ImprovementItem.objects.get().title == "甲"


def test_reminders_go_out_once_and_lateness_goes_up(handler, judge):
    item = enter(handler, due_on=TODAY + timedelta(days=3))
    late = TODAY + timedelta(days=6)

    first, second = minding.mind(TODAY, MORNING), minding.mind(TODAY, MORNING)
    third, fourth = minding.mind(late, MORNING), minding.mind(late, MORNING)

    assert (first, second) == ({"reminded": 1, "escalated": 0}, {"reminded": 0, "escalated": 0})
    assert (third["escalated"], fourth["escalated"]) == (1, 0)
    assert Notice.objects.filter(user_id=judge.id, code="improve.escalated").count() == 1
    assert ImprovementItem.objects.get(pk=item.pk).step == 2


def test_first_response_is_a_mean_of_hours(handler):
    order = make_order(handler, now=MORNING - timedelta(days=15))
    order.responded_at = order.received_at + timedelta(hours=3)
    order.save(update_fields=["responded_at"])

    item = to_measured(handler, indicator="first_response")

    assert (item.before_value, item.before_cases, item.after_value, item.after_cases) == (300, 1, None, 0)


@pytest.mark.parametrize(
    "before, after, less, change, better",
    [
        ((1200, 40), (600, 20), True, -500, True),
        ((1200, 40), (1300, 43), True, 83, False),
        ((9000, 40), (9500, 40), False, 56, True),
        ((0, 0), (300, 3), True, None, False),
        ((None, 0), (300, 3), True, None, None),
        ((500, 20), (500, 20), True, 0, None),
    ],
)
def test_effects(before, after, less, change, better):
    found = rules.effect(rules.Figure(*before), rules.Figure(*after), less_is_better=less)

    assert (found.change, found.is_better) == (change, better)


def test_a_month_shows_what_opened_ended_and_is_overdue(handler, judge):
    item = to_measured(handler, due_on=TODAY - timedelta(days=1))
    enter(handler, due_on=TODAY - timedelta(days=2))
    items.judge(actor=judge, item_id=item.pk, is_effective=True, result="有效", version=3, now=MORNING)

    found = month_of(judge, TODAY.replace(day=1), TODAY)

    assert (len(found.opened), len(found.ended), len(found.overdue), found.under_way) == (2, 1, 1, 1)


def test_minutes_of_two_writers(judge):
    month = TODAY.replace(day=1)
    same = {"actor": judge, "month": month, "names": "", "held_on": None, "now": MORNING}
    months.write_minutes(minutes="第一稿", version=0, **same)

    with pytest.raises(Conflict):
        months.write_minutes(minutes="另一稿", version=0, **same)
    with pytest.raises(Refused, match="minutes"):
        months.write_minutes(minutes=" ", version=1, **same)


def test_one_vote_a_person_and_none_for_oneself(handler, judge):
    friend, other = clerk("contact_centre"), clerk("contact_centre")
    month = TODAY.replace(day=1)
    same = {"month": month, "reason": "耐心", "today": TODAY, "now": MORNING}
    first = months.nominate(actor=handler, user_id=friend.id, **same)
    second = months.nominate(actor=handler, user_id=other.id, **same)

    with pytest.raises(Refused, match="self"):
        months.nominate(actor=friend, user_id=friend.id, **same)
    with pytest.raises(Conflict):
        months.nominate(actor=other, user_id=friend.id, **same)
    with pytest.raises(Refused, match="self"):
        months.vote(actor=friend, nomination_id=first.pk, today=TODAY, now=MORNING)
    for _press in range(2):
        months.vote(actor=handler, nomination_id=first.pk, today=TODAY, now=MORNING)
    months.vote(actor=handler, nomination_id=second.pk, today=TODAY, now=MORNING)
    with pytest.raises(Refused, match="over"):
        months.vote(actor=handler, nomination_id=second.pk, today=TODAY + timedelta(days=31), now=MORNING)

    assert StarVote.objects.count() == 1
    assert [(row.name, count) for row, count in nominations(month)] == [(other.name, 1), (friend.name, 0)]
    assert stars([month])[0][2] == 1


def test_months_are_read_from_addresses():
    assert rules.month_of("2026-03", TODAY) == date(2026, 3, 1)
    assert rules.month_of("x-13", TODAY) == TODAY.replace(day=1)
    assert rules.next_month(date(2026, 12, 1)) == date(2027, 1, 1)
    assert rules.months_back(date(2026, 1, 1), 2) == [date(2026, 1, 1), date(2025, 12, 1)]


def test_the_pages_lead_through_an_item(handler):
    browser, actor = client_of("complaint_handler", unit=small_tree().east)
    today = clock.today()
    form = {
        "title": "缩短理赔报案响应", "source": "OWN", "owner": actor.staff_no, "due_on": f"{today}",
        "indicator": "first_response", "category": "AS_CLAIM", "idempotency": "t-77", "version": "0",
        "before_from": f"{today - timedelta(days=20)}", "before_until": f"{today - timedelta(days=11)}",
        "after_from": f"{today - timedelta(days=10)}", "after_until": f"{today - timedelta(days=1)}",
    }  # fmt: skip

    wrong = browser.post("/service/improvement/new/", {**form, "owner": "nobody"})
    made = browser.post("/service/improvement/new/", form)
    again = browser.post("/service/improvement/new/", form)
    item = ImprovementItem.objects.get()
    path = f"/service/improvement/{item.pk}/"
    for act, version in (("start", 1), ("measure", 2), ("measure", 2)):
        browser.post(f"{path}act/{act}/", {"version": version})
    shown = browser.get(path).content.decode()

    assert (wrong.status_code, made.status_code, again.status_code) == (422, 302, 302)
    assert ImprovementItem.objects.get().state == rules.MEASURED
    assert "data-chart" in shown
    assert "缩短理赔报案响应" in browser.get("/service/improvement/").content.decode()
    assert "缩短理赔报案响应" in browser.get("/service/improvement/month/").content.decode()
    assert browser.get("/service/star/").status_code == 200
    assert browser.get(f"{path}edit/").status_code == 200


def test_complaint_and_item_lead_to_each_other():
    browser, actor = client_of("complaint_handler", unit=small_tree().east)
    open_desk(actor)
    complaint = make_complaint(actor, now=clock.now())
    claiming.take(actor=actor, order_id=complaint.pk, now=clock.now())
    decided = replace(DECIDED, improvement_owner=actor.staff_no, improvement_due_on=clock.today() + timedelta(days=30))
    complaints.decide(actor=actor, order_id=complaint.pk, decision=decided, now=clock.now())
    item = ImprovementItem.objects.get(order_id=complaint.pk)

    of_complaint = browser.get(f"/service/orders/{complaint.pk}/").content.decode()
    of_item = browser.get(f"/service/improvement/{item.pk}/").content.decode()

    assert f"/service/improvement/{item.pk}/" in of_complaint
    assert f"/service/orders/{complaint.pk}/" in of_item


def test_items_are_opened_from_orders_call_backs_and_searches_without_an_answer(agent_actor):
    browser, actor = client_of("shift_leader", unit=small_tree().east)
    seed_plans(clock.now())
    open_desk(actor)
    signed = clock.today() - timedelta(days=2)
    days = dict.fromkeys(("effective_on", "issued_on", "applied_on", "receipt_signed_on"), signed)
    holder = make_customer(agent_actor, "周国栋", phone="13800001111")
    policy = make_new_policy(agent_actor, holder, **days, now=clock.now())
    open_callbacks([policy.pk], now=clock.now())
    order, call = make_order(actor, now=clock.now(), title="周国栋 查询分红"), FollowUp.objects.get()
    FollowUpAnswer.objects.create(
        follow_up=call, question="COVER", value=["NO"], is_as_required=False, answered_at=clock.now()
    )
    miss = note_miss(typed="分红险怎么选", today=clock.today())
    due = clock.today().isoformat()

    for kind, pk, source, words in (
        ("order", order.pk, "ORDER", ""), ("follow_up", call.pk, "FOLLOW_UP", "保险责任"),
        ("miss", miss.pk, "KNOWLEDGE", miss.text),
    ):  # fmt: skip
        address = f"/service/improvement/new/?from={kind}&id={pk}"
        form = browser.get(address).content.decode()
        made = browser.post(address, {
            "title": "补充口径", "source": source, "owner": actor.staff_no, "due_on": due, "version": "0",
            "idempotency": kind,
        })  # fmt: skip
        item = ImprovementItem.objects.get(origin_kind=kind, origin_id=pk)
        assert made["Location"] == f"/service/improvement/{item.pk}/"
        assert f'value="{source}" selected' in form
        assert words in form
        assert "周国栋" not in form
        assert "/service/" in browser.get(made["Location"]).content.decode()

    assert ImprovementItem.objects.get(order_id=order.pk).source == "ORDER"
    for address in (f"/service/orders/{order.pk}/", f"/service/follow-ups/{call.pk}/"):
        assert "补充口径" in browser.get(address).content.decode()
    assert f"?from=miss&amp;id={miss.pk}" in browser.get("/service/knowledge/desk/").content.decode()
    west = client_of("shift_leader", unit=small_tree().west)[0]
    for kind, pk in (("order", order.pk), ("follow_up", call.pk), ("nothing", 1), ("miss", 0)):
        assert west.get(f"/service/improvement/new/?from={kind}&id={pk}").status_code == 404
