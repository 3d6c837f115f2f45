"""Complaints by regulation: statutory clock, recusal, extension, decision, written answer, review (SRV-4; §C)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from keyuan.customers.testing import make_customer
from keyuan.kernel.errors import Conflict, Forbidden, NotFound, Refused
from keyuan.organisation.testing import client_of, make_actor, small_tree
from keyuan.platform import clock
from keyuan.platform.clocks import Clock
from keyuan.platform.clocks.hours import ZONE
from keyuan.service import permissions
from keyuan.service.models import Accused, Complaint, WorkOrder
from keyuan.service.selectors.complaints import figures
from keyuan.service.selectors.orders import access_order, backlog, own_open
from keyuan.service.services import claiming, complaints, moving
from keyuan.service.services.complaining import accused_agents
from keyuan.service.services.complaints import Decision
from keyuan.service.testing import MORNING, clerk, make_complaint, open_desk

pytestmark = pytest.mark.django_db
VERDICT = Decision("PARTLY", "核对了现金价值表", "合同第 8 条", ("REVIEW", "COURT"), 186_000)


@pytest.fixture
def handler():
    return clerk("shift_leader")


@pytest.fixture
def director():
    return make_actor("contact_centre_director", unit=small_tree().head)


@pytest.fixture
def desk(handler):
    return open_desk(handler)


@pytest.fixture
def customer(agent_actor):
    return make_customer(agent_actor, "周国栋")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def statute(order):
    return Clock.objects.get(subject_id=order.pk, key="STATUTE")


def decided(handler, order):
    claiming.take(actor=handler, order_id=order.pk, now=MORNING)
    return complaints.decide(actor=handler, order_id=order.pk, decision=VERDICT, now=MORNING)


def test_the_statutory_clock_runs_through_waiting(handler, desk, customer):
    order = make_complaint(handler, customer.pk)
    claiming.take(actor=handler, order_id=order.pk, now=MORNING)

    moving.wait(actor=handler, order_id=order.pk, reason="DOCUMENTS", now=MORNING)

    order.refresh_from_db()
    assert (statute(order).state, statute(order).due_at) == ("RUNNING", at("2026-04-01 00:00"))
    assert (order.status, order.is_paused, order.due_key) == ("WAITING", False, "STATUTE")


def test_extension_to_30_and_60_days_takes_somebody_elses_approval(handler, desk, director, customer):
    order = make_complaint(handler, customer.pk)
    management = make_actor("management", unit=small_tree().head)
    complaints.ask_extension(actor=handler, order_id=order.pk, reason="需鉴定笔迹", now=MORNING)
    with pytest.raises(Conflict):
        complaints.ask_extension(actor=handler, order_id=order.pk, reason="再问", now=MORNING)
    with pytest.raises(Forbidden):
        complaints.decide_extension(actor=handler, order_id=order.pk, approve=True, note="", now=MORNING)

    complaints.decide_extension(actor=director, order_id=order.pk, approve=True, note="", now=MORNING)
    assert statute(order).due_at == at("2026-04-16 00:00")

    complaints.ask_extension(actor=director, order_id=order.pk, reason="涉及多地", now=MORNING)
    with pytest.raises(Forbidden):
        complaints.decide_extension(actor=director, order_id=order.pk, approve=True, note="", now=MORNING)
    complaints.decide_extension(actor=management, order_id=order.pk, approve=True, note="同意", now=MORNING)
    assert (statute(order).due_at, statute(order).term) == (at("2026-05-16 00:00"), 60)
    with pytest.raises(Refused, match=r"complaint\.no_longer"):
        complaints.ask_extension(actor=handler, order_id=order.pk, reason="更久", now=MORNING)


def test_a_refused_extension_leaves_the_term(handler, desk, director, customer):
    order = make_complaint(handler, customer.pk)
    complaints.ask_extension(actor=handler, order_id=order.pk, reason="忙", now=MORNING)

    with pytest.raises(Refused, match=r"order\.reason"):
        complaints.decide_extension(actor=director, order_id=order.pk, approve=False, note=" ", now=MORNING)
    complaints.decide_extension(actor=director, order_id=order.pk, approve=False, note="理由不足", now=MORNING)

    assert (statute(order).term, Complaint.objects.get().term) == (15, 15)


def test_whom_it_is_about_never_gets_it(handler, director, desk, customer):
    order = make_complaint(handler, customer.pk, complaint={"user_ids": [handler.id]})

    assert claiming.take_next(actor=handler, now=MORNING) is None
    with pytest.raises(NotFound):
        claiming.take(actor=handler, order_id=order.pk, now=MORNING)
    with pytest.raises(Refused, match=r"complaint\.recusal"):
        claiming.hand_on(
            actor=director, order_ids=[order.pk], user_id=handler.id, desk_id=None, reason="x", now=MORNING
        )


def test_whom_it_is_about_does_not_read_it_unless_allowed(customer):
    browser, accused = client_of("complaint_handler", unit=small_tree().east)
    open_desk(accused)
    colleague, second = client_of("complaint_handler", unit=small_tree().east)
    order = make_complaint(accused, customer.pk, now=clock.now(), complaint={"user_ids": [accused.id]})
    WorkOrder.objects.update(owner_id=accused.id)
    path = f"/service/orders/{order.pk}/"
    pages = ("/service/orders/?sort=new", f"/service/of-customer/{customer.pk}/", "/service/archive/?sort=new")

    counts = [
        [figures(one, order.received_at, clock.now()).total, len(backlog(one)), own_open(one)]
        for one in (accused, second)
    ]
    seen = [[order.number in one.get(page).content.decode() for page in pages] for one in (browser, colleague)]
    doors = [one.get(path).status_code for one in (browser, colleague)]
    allowed = replace(accused, permissions=accused.permissions | {permissions.OWN_COMPLAINTS})

    assert (seen, doors) == ([[False] * 3, [True] * 3], [404, 200])
    assert counts == [[0, 0, 0], [1, 1, 0]]
    assert access_order(allowed, order.pk, now=clock.now()) == order


def test_a_handler_named_later_loses_it_at_once(handler, desk, customer, agent_actor):
    order = make_complaint(handler, customer.pk)
    claiming.take(actor=handler, order_id=order.pk, now=MORNING)
    agent_id = agent_actor.scope.agent_id

    complaints.name_accused(actor=handler, order_id=order.pk, agent_ids=[agent_id], user_ids=[handler.id], now=MORNING)

    order.refresh_from_db()
    assert (order.owner_id, order.pool_id, order.status) == (None, desk.pk, "DISPATCHED")
    assert Accused.objects.count() == 2
    assert accused_agents([agent_id, 0]) == {agent_id}


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"outcome": "X"}, "complaint.outcome"),
        ({"facts": " "}, "complaint.facts"),
        ({"basis": ""}, "complaint.basis"),
        ({"remedies": ()}, "complaint.remedies"),
        ({"compensation": -1}, "complaint.compensation"),
        ({"improvement": "改流程"}, "complaint.improvement"),
        ({"improvement_due_on": MORNING.date() - timedelta(days=1)}, "complaint.improvement_past"),
    ],
)
def test_a_decision_says_facts_basis_and_remedies(handler, desk, customer, changes, code):
    order = make_complaint(handler, customer.pk)
    values = {name: getattr(VERDICT, name) for name in ("outcome", "facts", "basis", "remedies")} | changes

    with pytest.raises(Refused) as refused:
        complaints.decide(actor=handler, order_id=order.pk, decision=Decision(**values), now=MORNING)

    assert refused.value.code == code


def test_decided_then_answered_in_writing_only(handler, desk, customer):
    order = make_complaint(handler, customer.pk)
    claiming.take(actor=handler, order_id=order.pk, now=MORNING)
    with pytest.raises(Refused, match=r"complaint\.undecided"):
        moving.resolve(actor=handler, order_id=order.pk, solution="x", now=MORNING)
    complaints.decide(actor=handler, order_id=order.pk, decision=VERDICT, now=MORNING)
    moving.resolve(actor=handler, order_id=order.pk, solution="退还 1,860 元", now=MORNING)

    with pytest.raises(Refused, match=r"complaint\.in_writing"):
        moving.tell(actor=handler, order_id=order.pk, how="PHONE", text="x", now=MORNING)
    moving.tell(actor=handler, order_id=order.pk, how="LETTER", text="处理意见书 2026-015", now=MORNING)

    assert statute(order).state == "STOPPED"
    assert Complaint.objects.get().compensation == 186_000


def test_acknowledging_is_done_once(handler, desk, customer):
    order = make_complaint(handler, customer.pk)

    complaints.acknowledge(actor=handler, order_id=order.pk, how="SMS", text="已受理", now=MORNING)

    assert {clock.key: clock.state for clock in Clock.objects.filter(subject_id=order.pk)} == {
        "FIRST": "STOPPED", "SOLUTION": "RUNNING", "ACK": "STOPPED", "STATUTE": "RUNNING",
    }  # fmt: skip
    with pytest.raises(Conflict):
        complaints.acknowledge(actor=handler, order_id=order.pk, how="SMS", text="", now=MORNING)


def test_a_review_is_asked_for_in_time_and_decided_by_others(handler, desk, director, customer):
    order = make_complaint(handler, customer.pk)
    decided(handler, order)
    late = MORNING + timedelta(days=31)
    with pytest.raises(Refused, match=r"complaint\.review_late"):
        complaints.ask_review(actor=handler, order_id=order.pk, reason="不服", now=late)

    complaints.ask_review(actor=handler, order_id=order.pk, reason="不服", now=MORNING)
    assert Clock.objects.get(key="REVIEW1").due_at == at("2026-04-16 00:00")
    with pytest.raises(Forbidden):
        complaints.decide_review(actor=handler, order_id=order.pk, outcome="UPHELD", answer="维持", now=MORNING)
    review = complaints.decide_review(
        actor=director, order_id=order.pk, outcome="UPHELD", answer="维持原决定", now=MORNING
    )

    assert (review.outcome, Clock.objects.get(key="REVIEW1").state) == ("UPHELD", "STOPPED")


def test_taken_back_ends_the_day_it_arrives(handler, desk, customer):
    order = make_complaint(handler, customer.pk)

    moving.withdraw(actor=handler, order_id=order.pk, reason="客户撤诉", now=MORNING)

    order.refresh_from_db()
    assert (order.status, order.closed_on, order.due_at) == ("WITHDRAWN", date(2026, 3, 16), None)
    assert set(Clock.objects.values_list("state", flat=True)) == {"VOID"}


def test_signs_of_repetition_groups_and_proxies(handler, desk, customer):
    make_complaint(handler, customer.pk)
    again = make_complaint(
        handler, customer.pk, description="要求全额退保",
        complaint={"capacity": "GROUP", "representatives": 3, "group_size": 22},
    )  # fmt: skip

    complaint = Complaint.objects.get(pk=again.pk)
    assert (complaint.is_repeated, complaint.is_proxy_sign, complaint.level) == (True, True, "MAJOR")
    with pytest.raises(Refused, match=r"complaint\.proxy_papers"):
        make_complaint(handler, customer.pk, complaint={"capacity": "PROXY"})
    with pytest.raises(Refused, match=r"complaint\.regulator_no"):
        make_complaint(handler, customer.pk, complaint={"source": "REGULATOR_12378"})
    assert WorkOrder.objects.count() == 2


def test_figures_count_what_came_in(handler, desk, customer):
    make_complaint(handler, customer.pk, complaint={"line": "MEDICAL"})
    make_complaint(handler, customer.pk)

    found = figures(handler, MORNING - timedelta(days=1), MORNING + timedelta(days=1))

    assert (found.total, found.repeated, found.decided) == (2, 1, 0)
    assert dict(found.by["category"]) == {"退保纠纷": 2}
    assert figures(clerk("shift_leader", unit=small_tree().west), MORNING, MORNING + timedelta(days=1)).total == 0
