"""Who serves a customer, with history and undo (CUS-9)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from keyuan.customers.models import Assignment, CustomerSummary, ServicePairing
from keyuan.customers.selectors import customers_visible_to, interactions_visible_to
from keyuan.customers.selectors.tasks import my_tasks
from keyuan.customers.services.assignment import assign_customers, undo_assignment
from keyuan.customers.services.interactions import InteractionDraft, record_interaction
from keyuan.customers.services.tasks import create_task
from keyuan.customers.testing import make_customer
from keyuan.kernel.errors import Forbidden, Refused
from keyuan.organisation.models import Agent
from keyuan.organisation.testing import make_actor, make_agent, small_tree

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)


@pytest.fixture
def agent(agent_actor):
    return agent_actor


@pytest.fixture
def manager(actor_as):
    return actor_as("shift_leader", unit=small_tree().east)


@pytest.fixture
def customer(agent):
    return make_customer(agent, "周国栋")


@pytest.fixture
def successor():
    return make_agent(small_tree().team_b, "何美玲")


def give(manager, customers, agent, reason="调整"):
    ids = [customer.pk for customer in customers]
    return assign_customers(actor=manager, customer_ids=ids, agent_id=agent.pk, reason=reason, now=NOW)


def test_the_new_person_serves_and_the_old_one_sees_no_more(agent, manager, customer, successor):
    give(manager, [customer], successor)

    summary = CustomerSummary.objects.get(pk=customer.pk)
    rows = Assignment.objects.filter(customer=customer).order_by("pk")
    assert (summary.servicing_agent_id, summary.team_id, summary.is_orphan) == (
        successor.pk,
        small_tree().team_b.pk,
        False,
    )
    assert [(row.agent_id, row.valid_until) for row in rows] == [
        (agent.scope.agent_id, date(2026, 3, 16)), (successor.pk, None)
    ]  # fmt: skip
    assert not customers_visible_to(agent, now=NOW).exists()


def test_timeline_and_open_tasks_follow_the_customer(agent, manager, customer, successor):
    draft = InteractionDraft("CALL", "OUT", NOW, "例行联系")
    record_interaction(actor=agent, customer_id=customer.pk, draft=draft, now=NOW)
    due = NOW + timedelta(days=1)
    task = create_task(actor=agent, customer_id=customer.pk, kind="VISIT", title="拜访", due_at=due, now=NOW)
    seer = make_actor("agent", unit=small_tree().team_b, agent=successor)

    before = give(manager, [customer], successor)
    seen = (interactions_visible_to(agent).count(), interactions_visible_to(seer).count())
    mine = [(row.pk, row.kind) for row in my_tasks(seer, now=NOW)]
    undo_assignment(actor=manager, before=before, now=NOW)

    assert (seen, mine[0]) == ((0, 1), (task.pk, "VISIT"))
    assert [kind for _pk, kind in mine] == ["VISIT", "FIRST_CONTACT"]
    assert (interactions_visible_to(agent).count(), interactions_visible_to(seer).count()) == (1, 0)
    assert [row.pk for row in my_tasks(agent, now=NOW)] == [task.pk]


def test_an_assignment_is_taken_back(agent, manager, customer, successor):
    before = give(manager, [customer], successor)

    assert undo_assignment(actor=manager, before=before, now=NOW) == 1
    assert CustomerSummary.objects.get(pk=customer.pk).servicing_agent_id == agent.scope.agent_id


def test_what_was_assigned_again_is_not_taken_back(manager, customer, successor):
    before = give(manager, [customer], successor)
    third = make_agent(small_tree().team_a, "沈佳怡")
    ServicePairing.objects.create(customer=customer, agent=third, kind="PREFERRED", created_at=NOW)
    give(manager, [customer], third)

    assert undo_assignment(actor=manager, before=before, now=NOW) == 0
    assert CustomerSummary.objects.get(pk=customer.pk).servicing_agent_id == third.pk


def test_whoever_serves_already_is_left_alone(agent, manager, customer):
    own = Agent.objects.get(pk=agent.scope.agent_id)

    assert give(manager, [customer], own) == []
    assert Assignment.objects.filter(customer=customer).count() == 1


def test_customers_out_of_reach_stay_where_they_are(customer, successor):
    far = make_actor("shift_leader", unit=small_tree().west)
    here = make_agent(small_tree().west, "马文博")

    assert give(far, [customer], here) == []
    assert Assignment.objects.filter(customer=customer).count() == 1


@pytest.mark.parametrize("_case, unit, status, code", [
    ("out of reach", "west", "ACTIVE", "assignment.no_such_agent"),
    ("has left", "team_b", "LEFT", "assignment.agent_inactive"),
])  # fmt: skip
def test_agents_who_cannot_take_anybody_are_refused(_case, unit, status, code, manager, customer):
    agent = make_agent(getattr(small_tree(), unit), "马文博", status=status)

    with pytest.raises(Refused) as refused:
        give(manager, [customer], agent)

    assert (refused.value.code, refused.value.field) == (code, "agent")


def test_agents_do_not_assign(agent, customer, successor):
    with pytest.raises(Forbidden):
        give(agent, [customer], successor)

    assert Assignment.objects.filter(customer=customer).count() == 1
