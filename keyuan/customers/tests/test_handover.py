"""Everything a leaver held goes to successors, once, whatever is killed; access ends with the first act (CUS-9)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from keyuan.customers.models import (
    Assignment,
    BackupContact,
    CustomerSummary,
    Grant,
    Handover,
    HandoverItem,
    OrphanCase,
    Task,
)
from keyuan.customers.selectors.handover.reading import exports_of, told_of
from keyuan.customers.services.allocation.notices import record_notified
from keyuan.customers.services.handover import running
from keyuan.customers.services.handover.running import start_handover
from keyuan.customers.services.tasks import create_task
from keyuan.customers.testing import make_customer
from keyuan.kernel.errors import Forbidden, NotFound, Refused
from keyuan.organisation.models import Agent, Post, SignIn, User
from keyuan.organisation.testing import client_of, make_actor, make_agent, signed_in_client, small_tree
from keyuan.platform.jobs.drain import drain
from keyuan.platform.jobs.tests.test_kill import Worker, wait_for
from keyuan.platform.models.export import Export

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 16)


@pytest.fixture
def book(monkeypatch):
    """A leaver with three customers, a task by name, a leave to see another customer; three colleagues; a manager."""
    monkeypatch.setattr("keyuan.platform.clock.now", lambda: NOW)
    leaver = make_actor("agent")
    customers = [make_customer(leaver, name) for name in ("周国栋", "何美玲", "孙桂兰")]
    for place, customer in enumerate(customers):
        CustomerSummary.objects.filter(pk=customer.pk).update(policies_in_force=1, annual_premium=1000 - place)
    due = NOW + timedelta(days=1)
    create_task(actor=leaver, customer_id=customers[0].pk, kind="VISIT", title="拜访", due_at=due, now=NOW)
    first, second = make_agent(small_tree().team_a, "张一"), make_agent(small_tree().team_a, "李二")
    other = make_customer(make_actor("agent"), "别人的客户")
    Grant.objects.create(customer=other, post_id=leaver.post_id, purpose="CALL", until=due, created_at=NOW)
    BackupContact.objects.create(customer=other, agent_id=leaver.scope.agent_id, valid_from=TODAY)
    manager = make_actor("customer_resource_manager", unit=small_tree().east)
    return manager, leaver, customers, first, second


def begin(manager, leaver, plan=None, token="t1"):  # noqa: S107 - of a form
    return start_handover(
        actor=manager,
        agent_id=leaver.scope.agent_id,
        user_id=None,
        left_on=TODAY,
        reason="离职",
        plan=plan or {},
        token=token,
        now=NOW,
    )


def outcome():
    """Return who serves whom, and who does which task: what must be the same however often a run dies."""
    return (
        list(CustomerSummary.objects.order_by("pk").values_list("pk", "servicing_agent_id")),
        list(
            HandoverItem.objects.order_by("part", "object_id").values_list("part", "object_id", "successor_id", "state")
        ),
        list(
            Assignment.objects.filter(valid_until=None).order_by("customer_id").values_list("customer_id", "agent_id")
        ),
        list(
            Task.objects.filter(status="OPEN")
            .order_by("customer_id", "kind")
            .values_list("kind", "agent_id", "user_id")
        ),
    )


def test_access_ends_in_the_moment_the_hand_over_begins(book):
    manager, leaver, *_rest = book
    client = signed_in_client(client_of("agent")[0], User.objects.get(pk=leaver.id))
    SignIn.objects.create(
        user_id=leaver.id, session_key=client.session.session_key, started_at=NOW, seen_at=NOW, device="", address=""
    )

    handover = begin(manager, leaver)

    user = User.objects.get(pk=leaver.id)
    assert (user.is_active, user.left_on) == (False, TODAY)
    assert Agent.objects.get(pk=leaver.scope.agent_id).status == "LEFT"
    assert (handover.access["sessions"], handover.access["posts"], handover.access["grants"]) == (1, 1, 1)
    assert not Grant.objects.filter(post_id=leaver.post_id).exists()
    assert Post.objects.get(pk=leaver.post_id).valid_until == TODAY
    assert client.get("/customers/").status_code in (302, 401)


def test_everything_goes_to_the_people_nearby(book):
    manager, leaver, customers, first, second = book

    begin(manager, leaver)
    drain()

    handover = Handover.objects.get()
    serving = dict(CustomerSummary.objects.values_list("pk", "servicing_agent_id"))
    assert handover.state == "DONE"
    assert {serving[customer.pk] for customer in customers} <= {first.pk, second.pk, second.pk + 1}
    assert not CustomerSummary.objects.filter(servicing_agent_id=leaver.scope.agent_id).exists()
    assert not Task.objects.filter(status="OPEN", agent_id=leaver.scope.agent_id).exists()
    assert not BackupContact.objects.filter(agent_id=leaver.scope.agent_id, valid_until=None).exists()
    assert handover.figures["customers"] == {"MOVED": 3}


def test_one_person_named_takes_it_all(book):
    manager, leaver, customers, _first, second = book

    begin(manager, leaver, {"*": {"way": "PERSON", "agent_id": second.pk}})
    drain()

    serving = dict(CustomerSummary.objects.values_list("pk", "servicing_agent_id"))
    assert {serving[customer.pk] for customer in customers} == {second.pk}
    assert set(Task.objects.filter(status="OPEN", kind="VISIT").values_list("agent_id", flat=True)) == {second.pk}


@pytest.mark.parametrize("dies_at", [1, 2, 3, 4, 6, 8])
def test_killed_anywhere_it_comes_to_the_same_end(book, monkeypatch, dies_at):
    manager, leaver, _customers, first, second = book
    monkeypatch.setattr(running, "CHUNK", 1)
    real_plan, real_move, calls = running._plan_chunk, running._move_chunk, []

    def dying(real):
        def run(*args):
            calls.append(1)
            result = real(*args)
            if len(calls) == dies_at:
                raise ConnectionError
            return result

        return run

    monkeypatch.setattr(running, "_plan_chunk", dying(real_plan))
    monkeypatch.setattr(running, "_move_chunk", dying(real_move))
    begin(manager, leaver)
    drain(until=datetime(2036, 1, 1, tzinfo=UTC))
    killed = outcome()

    assert Handover.objects.get().state == "DONE"
    assert killed[1] == [
        *[("backups", pk, agent, "MOVED") for _part, pk, agent, _state in killed[1][:1]],
        *[("customers", pk, agent, "MOVED") for _part, pk, agent, _state in killed[1][1:4]],
        *[("tasks", pk, agent, "SKIPPED") for _part, pk, agent, _state in killed[1][4:]],
    ]
    assert [agent for _part, _pk, agent, _state in killed[1][1:4]] == [first.pk, second.pk, second.pk + 1]
    assert Assignment.objects.filter(reason="HANDOVER").count() == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.network
def test_a_real_worker_killed_half_way_comes_to_the_same_end(book):
    manager, leaver, _customers, first, second = book
    began = begin(manager, leaver)
    killed = Worker("keyuan.customers.tests.slow_worker")
    try:
        wait_for(lambda: HandoverItem.objects.filter(part="customers", state="MOVED").exists())
    finally:
        killed.kill()
    half = HandoverItem.objects.filter(part="customers", state="PLANNED").count()

    heir = Worker()
    try:
        wait_for(lambda: Handover.objects.get(pk=began.pk).state == "DONE")
    finally:
        heir.stop()

    served, items, assigned, _tasks = outcome()
    heirs = [agent for part, _pk, agent, _state in items if part == "customers"]
    assert half in (1, 2)
    assert heirs == [first.pk, second.pk, second.pk + 1]
    assert {state for _part, _pk, _agent, state in items} == {"MOVED", "SKIPPED"}
    assert Assignment.objects.filter(reason="HANDOVER").count() == 3
    assert served[:3] == assigned[:3]
    assert [agent for _pk, agent in served[:3]] == heirs


def test_asked_twice_it_happens_once(book):
    manager, leaver, *_rest = book

    first, again = begin(manager, leaver), begin(manager, leaver)
    drain()

    assert first.pk == again.pk
    assert (Handover.objects.count(), Assignment.objects.filter(reason="HANDOVER").count()) == (1, 3)


def test_another_hand_over_of_the_same_person_waits_for_the_first(book):
    manager, leaver, *_rest = book
    begin(manager, leaver)

    with pytest.raises(Refused) as refused:
        begin(manager, leaver, token="t2")

    assert refused.value.code == "handover.running"


def test_customers_handed_over_are_owed_a_notice_until_they_were_told(book):
    manager, leaver, customers, *_rest = book
    handover = begin(manager, leaver)
    drain()

    before = told_of(handover)
    record_notified([customers[0].pk], NOW)

    case = OrphanCase.objects.get(customer=customers[0])
    assert (case.reason, case.outcome, case.notice_due_on) == ("AGENT_LEFT", "HANDED_OVER", date(2026, 4, 15))
    assert (before, told_of(handover)) == ({"moved": 3, "told": 0}, {"moved": 3, "told": 1})


def test_the_exports_of_ninety_days_are_listed(book):
    _manager, leaver, *_rest = book
    for days, key in ((10, "customers"), (100, "policies")):
        at = NOW - timedelta(days=days)
        Export.objects.create(token=key, list_key=key, reason="回访", owner_id=leaver.id, created_at=at, expires_at=at)

    found = exports_of(User.objects.get(pk=leaver.id), NOW)

    assert [row.list_key for row in found] == ["customers"]


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"reason": " "}, "handover.reason"),
        ({"left_on": date(2026, 3, 17)}, "handover.future"),
        ({"plan": {"*": {"way": "PERSON", "agent_id": 987654}}}, "handover.no_successor"),
    ],
)
def test_a_plan_that_cannot_be_ends_nothing(book, changes, code):
    manager, leaver, *_rest = book
    asked = {"left_on": TODAY, "reason": "离职", "plan": {}, **changes}

    with pytest.raises(Refused) as refused:
        start_handover(actor=manager, agent_id=leaver.scope.agent_id, user_id=None, token="t", now=NOW, **asked)

    assert refused.value.code == code
    assert User.objects.get(pk=leaver.id).is_active


def test_only_who_may_and_only_in_ones_own_units(book):
    _manager, leaver, *_rest = book
    clerk = make_actor("policy_clerk", unit=small_tree().east)
    stranger = make_actor("customer_resource_manager", unit=small_tree().west)

    with pytest.raises(Forbidden):
        begin(clerk, leaver)
    with pytest.raises(NotFound):
        begin(stranger, leaver)

    assert User.objects.get(pk=leaver.id).is_active
