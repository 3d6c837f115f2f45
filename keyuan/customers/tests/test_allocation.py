"""Orphans found, planned, given, received, returned and taken back; each once, whatever is killed (CUS-9)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from keyuan.customers.models import (
    Allocation,
    AllocationItem,
    Assignment,
    CustomerSummary,
    FirstContact,
    OrphanCase,
    Reception,
    ServicePairing,
    Task,
)
from keyuan.customers.selectors.tasks import my_tasks
from keyuan.customers.services.allocation import giving, orphans, planning, receiving
from keyuan.customers.services.allocation.first_contacts import keep_from_timeline
from keyuan.customers.services.allocation.giving import give_allocation, undo_allocation
from keyuan.customers.services.allocation.placing import move, places_of_agents
from keyuan.customers.services.allocation.planning import plan_allocation
from keyuan.customers.services.allocation.rules import save_rule
from keyuan.customers.services.assignment import assign_customers
from keyuan.customers.services.interactions import InteractionDraft, record_interaction
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import Conflict, Forbidden, NotFound, Refused
from keyuan.organisation.models import Agent
from keyuan.organisation.testing import make_actor, make_agent, small_tree
from keyuan.platform.jobs import start_tracked
from keyuan.platform.jobs.drain import drain
from keyuan.platform.models.outbox_event import OutboxEvent

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
TARGET = {"method": "EVEN_COUNT", "nearest": "team_id", "farthest": "sub_branch_id", "same_channel": False}


@pytest.fixture
def book(actor_as, monkeypatch):
    """Three customers of somebody who left, two colleagues, a branch manager with one rule."""
    monkeypatch.setattr("keyuan.platform.clock.now", lambda: NOW)
    leaver = make_actor("agent")
    customers = [make_customer(leaver, name) for name in ("周国栋", "何美玲", "孙桂兰")]
    Agent.objects.filter(pk=leaver.scope.agent_id).update(status=Agent.Status.LEFT, left_on=date(2026, 3, 10))
    for place, customer in enumerate(customers):
        CustomerSummary.objects.filter(pk=customer.pk).update(policies_in_force=1, annual_premium=1000 - place)
    first, second = make_agent(small_tree().team_a, "张一"), make_agent(small_tree().team_a, "李二")
    manager = actor_as("customer_resource_manager", unit=small_tree().east)
    save_rule(
        actor=manager, rule_id=None, version=0, name="就近", is_active=True, conditions={}, target=TARGET, now=NOW
    )
    return manager, leaver, customers, first, second


def find():
    start_tracked(system_actor("test"), orphans.JOB)
    drain()


def planned(manager, **settings):
    find()
    batch = plan_allocation(actor=manager, name="三月", choice={}, settings=settings, token="t1", now=NOW)
    drain()
    batch.refresh_from_db()
    return batch


def given(manager):
    batch = planned(manager)
    give_allocation(actor=manager, allocation_id=batch.pk, now=NOW)
    drain()
    batch.refresh_from_db()
    return batch


def serving():
    return list(CustomerSummary.objects.order_by("pk").values_list("servicing_agent_id", flat=True))


def test_customers_of_a_leaver_are_found_with_reason_and_clock(book):
    find()
    find()

    cases = OrphanCase.objects.order_by("pk")
    assert {(case.reason, case.since, case.notice_due_on) for case in cases} == {
        ("AGENT_LEFT", date(2026, 3, 10), date(2026, 4, 9))
    }
    assert (len(cases), serving()) == (3, [None, None, None])


def test_who_moved_out_of_the_region_keeps_the_customers_until_they_are_allocated(book):
    _manager, leaver, _customers, first, _second = book
    Agent.objects.filter(pk=leaver.scope.agent_id).update(status=Agent.Status.ACTIVE, sub_branch_id=first.pk + 999)

    find()

    assert {case.reason for case in OrphanCase.objects.all()} == {"AGENT_MOVED"}
    assert serving() == [leaver.scope.agent_id] * 3


def test_a_plan_gives_nothing_yet_and_shows_how_fair_it_is(book):
    manager, _leaver, _customers, first, second = book

    batch = planned(manager)

    assert (batch.state, batch.total, batch.placed, batch.left_over) == ("READY", 3, 3, 0)
    assert serving() == [None, None, None]
    assert batch.figures["load_gini"] == 0.1667
    agents = AllocationItem.objects.order_by("-annual_premium").values_list("agent_id", flat=True)
    assert list(agents) == [first.pk, second.pk, first.pk]


def test_what_is_left_over_says_why(book):
    manager, _leaver, customers, first, second = book
    for agent in (first, second):
        ServicePairing.objects.create(customer=customers[0], agent=agent, kind="RELATIVE", created_at=NOW)

    batch = planned(manager)

    item = AllocationItem.objects.get(customer=customers[0])
    assert (item.state, item.reason, batch.figures["left_over"]) == ("LEFT_OVER", "RELATIVE", {"RELATIVE": 1})


def test_what_is_given_is_served_with_history_task_and_first_contact(book):
    manager, _leaver, customers, first, second = book
    seer = make_actor("agent", agent=first)

    batch = given(manager)

    assert (batch.state, batch.given, serving()) == ("GIVEN", 3, [first.pk, second.pk, first.pk])
    assert [row.kind for row in my_tasks(seer, now=NOW)] == ["FIRST_CONTACT", "FIRST_CONTACT"]
    assert list(
        Assignment.objects.filter(customer=customers[0]).order_by("pk").values_list("agent_id", "reason", "valid_until")
    )[1:] == [(None, "ORPHANED", date(2026, 3, 16)), (first.pk, "ALLOCATION", None)]
    assert not OrphanCase.objects.filter(closed_at__isnull=True).exists()
    assert {row.due_on for row in FirstContact.objects.all()} == {date(2026, 3, 23)}


def test_asking_twice_plans_and_gives_once(book):
    manager, *_rest = book
    batch = given(manager)

    again = plan_allocation(actor=manager, name="三月", choice={}, settings={}, token="t1", now=NOW)
    give_allocation(actor=manager, allocation_id=batch.pk, now=NOW)
    drain()

    assert again.pk == batch.pk
    assert (Allocation.objects.count(), FirstContact.objects.count(), Reception.objects.count()) == (1, 3, 1)


def test_a_killed_run_goes_on_and_gives_the_same(book, monkeypatch):
    manager, _leaver, _customers, first, second = book
    batch = planned(manager)
    monkeypatch.setattr(giving, "CHUNK", 1)
    real, calls = giving._give, []

    def dies_once(*args):
        calls.append(1)
        real(*args)
        if len(calls) == 2:
            raise ConnectionError

    monkeypatch.setattr(giving, "_give", dies_once)
    give_allocation(actor=manager, allocation_id=batch.pk, now=NOW)
    drain(until=datetime(2036, 1, 1, tzinfo=UTC))

    assert len(calls) == 4
    assert serving() == [first.pk, second.pk, first.pk]
    assert Assignment.objects.filter(reason="ALLOCATION").count() == 3


def test_undo_takes_the_batch_back_and_leaves_later_changes_alone(book):
    manager, _leaver, customers, _first, second = book
    batch = given(manager)
    ServicePairing.objects.create(customer=customers[0], agent=second, kind="PREFERRED", created_at=NOW)
    assign_customers(actor=manager, customer_ids=[customers[0].pk], agent_id=second.pk, reason="客户要求", now=NOW)

    undo_allocation(actor=manager, allocation_id=batch.pk, now=NOW)
    undo_allocation(actor=manager, allocation_id=batch.pk, now=NOW)
    drain()

    batch.refresh_from_db()
    assert (batch.state, batch.undone, serving()) == ("UNDONE", 2, [second.pk, None, None])
    assert OrphanCase.objects.filter(closed_at__isnull=True).count() == 2
    assert Task.objects.filter(status="OPEN", kind="FIRST_CONTACT").count() == 1


def test_the_receiving_unit_accepts_and_customers_are_to_be_told(book, django_capture_on_commit_callbacks):
    manager, *_rest = book
    batch = given(manager)
    receiver = make_actor("customer_resource_manager", unit=small_tree().east_city)
    reception = Reception.objects.get(allocation=batch)

    receiving.accept_reception(actor=receiver, reception_id=reception.pk, now=NOW)
    receiving.accept_reception(actor=receiver, reception_id=reception.pk, now=NOW)

    reception.refresh_from_db()
    assert (reception.state, reception.answered_by_id) == ("ACCEPTED", receiver.id)
    assert set(AllocationItem.objects.values_list("state", flat=True)) == {"ACCEPTED"}


def test_what_is_returned_waits_again_with_its_clock_and_its_reason(book):
    manager, _leaver, customers, _first, _second = book
    batch = given(manager)
    receiver = make_actor("customer_resource_manager", unit=small_tree().east_city)
    reception = Reception.objects.get(allocation=batch)
    item = AllocationItem.objects.get(customer=customers[0])

    count = receiving.return_customers(
        actor=receiver, reception_id=reception.pk, item_ids=[item.pk], reason="CAPACITY", note="", now=NOW
    )

    item.refresh_from_db()
    case = OrphanCase.objects.get(customer=customers[0], closed_at__isnull=True)
    assert (count, item.state, item.reason) == (1, "RETURNED", "CAPACITY")
    assert (case.returns, case.notice_due_on, serving()[0]) == (1, date(2026, 4, 9), None)


def test_a_return_needs_its_reason_and_a_unit_of_ones_own(book):
    manager, *_rest = book
    reception = Reception.objects.get(allocation=given(manager))
    receiver = make_actor("customer_resource_manager", unit=small_tree().east_city)
    stranger = make_actor("customer_resource_manager", unit=small_tree().west)
    clerk = make_actor("policy_clerk", unit=small_tree().east_city)

    for actor, reason, error in ((receiver, "", Refused), (receiver, "OTHER", Refused), (clerk, "WISH", Forbidden)):
        with pytest.raises(error):
            receiving.return_customers(
                actor=actor, reception_id=reception.pk, item_ids=None, reason=reason, note="", now=NOW
            )
    with pytest.raises(NotFound):
        receiving.accept_reception(actor=stranger, reception_id=reception.pk, now=NOW)

    assert None not in serving()


def test_what_nobody_answers_goes_up(book):
    manager, *_rest = book
    given(manager)

    early = receiving.escalate_overdue(NOW + timedelta(days=2))
    late = receiving.escalate_overdue(NOW + timedelta(days=4))
    again = receiving.escalate_overdue(NOW + timedelta(days=4))

    reception = Reception.objects.get()
    assert (early, late, again, reception.state) == (0, 1, 0, "ESCALATED")
    assert reception.escalated_to_id == small_tree().east.pk


def test_a_contact_keeps_the_first_contact_and_does_its_task(book):
    manager, _leaver, customers, first, _second = book
    given(manager)
    seer = make_actor("agent", agent=first)
    draft = InteractionDraft("CALL", "OUT", NOW, "自我介绍")

    record_interaction(actor=seer, customer_id=customers[0].pk, draft=draft, now=NOW)

    owed = FirstContact.objects.get(customer=customers[0])
    assert (owed.contacted_at, Task.objects.get(pk=owed.task_id).status) == (NOW, "DONE")
    assert keep_from_timeline(0, NOW)[1] == 0


def test_somebody_assigned_meanwhile_is_left_where_he_is(book):
    manager, _leaver, customers, _first, second = book
    batch = planned(manager)
    move({customers[0].pk: places_of_agents([second.pk])[second.pk]}, actor=manager, now=NOW, code="HAND")

    give_allocation(actor=manager, allocation_id=batch.pk, now=NOW)
    drain()

    assert serving()[0] == second.pk
    assert AllocationItem.objects.get(customer=customers[0]).state == "SKIPPED"


def test_without_rules_or_orphans_nothing_is_planned(book):
    manager, *_rest = book

    with pytest.raises(Refused) as refused:
        plan_allocation(actor=manager, name="", choice={}, settings={}, token="t2", now=NOW)

    assert refused.value.code == "allocation.empty"
    assert not Allocation.objects.exists()


def test_a_plan_cannot_be_given_twice_over_or_after_it_was_dropped(book):
    manager, *_rest = book
    batch = planned(manager)
    planning.drop_allocation(actor=manager, allocation_id=batch.pk, now=NOW)

    with pytest.raises(Conflict):
        give_allocation(actor=manager, allocation_id=batch.pk, now=NOW)

    assert serving() == [None, None, None]
    assert not OutboxEvent.objects.filter(event="CustomersHandedOver").exists()


@pytest.mark.parametrize("kind", ["RELATIVE", "REFUSED"])
def test_by_hand_the_same_constraints_hold(book, kind):
    manager, _leaver, customers, first, _second = book
    ServicePairing.objects.create(customer=customers[0], agent=first, kind=kind, created_at=NOW)

    with pytest.raises(Refused) as refused:
        assign_customers(actor=manager, customer_ids=[customers[0].pk], agent_id=first.pk, reason="x", now=NOW)

    assert refused.value.code == f"assignment.blocked.{'CHOICE' if kind == 'REFUSED' else kind}"
