"""Policies follow their holder to a new service person, and go with a leaver's hand-over (CUS-9, decision 3)."""

from datetime import UTC, date, datetime

import pytest

from keyuan.customers.models import CustomerSummary, Handover, HandoverItem, SharedCustomer
from keyuan.customers.services.assignment import assign_customers, undo_assignment
from keyuan.customers.services.handover.running import start_handover
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import Refused
from keyuan.organisation.testing import make_actor, make_agent, small_tree
from keyuan.platform.jobs.drain import drain
from keyuan.policies.models import Policy, PolicyService
from keyuan.policies.selectors.grades import grades_of
from keyuan.policies.services.following import follow_holders
from keyuan.policies.testing import make_policy, make_product

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
ACTOR = system_actor("test")


@pytest.fixture
def book(monkeypatch):
    """An agent's customer with a policy, a qualified colleague, a manager of the branch."""
    monkeypatch.setattr("keyuan.platform.clock.now", lambda: NOW)
    agent = make_actor("agent")
    customer = make_customer(agent, "周国栋")
    policy = make_policy(agent, customer)
    colleague = make_agent(small_tree().team_b, "张一", seller_rank=5)
    return agent, customer, policy, colleague, make_actor("customer_resource_manager", unit=small_tree().east)


def give(manager, customer, agent):
    before = assign_customers(actor=manager, customer_ids=[customer.pk], agent_id=agent.pk, reason="调整", now=NOW)
    drain()
    return before


def serving(policy):
    return Policy.objects.values_list("servicing_agent_id", "team_id").get(pk=policy.pk)


def test_policies_follow_and_come_back_with_the_undo(book):
    agent, customer, policy, colleague, manager = book

    before = give(manager, customer, colleague)
    followed = serving(policy)
    undo_assignment(actor=manager, before=before, now=NOW)
    drain()

    assert followed == (colleague.pk, small_tree().team_b.pk)
    assert serving(policy) == (agent.scope.agent_id, small_tree().team_a.pk)
    open_rows = PolicyService.objects.filter(policy=policy, duty="SERVICING", valid_until=None)
    assert [row.agent_id for row in open_rows] == [agent.scope.agent_id]


def test_a_policy_that_a_third_person_serves_on_purpose_stays(book):
    _agent, customer, policy, colleague, manager = book
    third = make_agent(small_tree().team_a, "李二")
    Policy.objects.filter(pk=policy.pk).update(servicing_agent_id=third.pk)

    give(manager, customer, colleague)

    assert serving(policy)[0] == third.pk
    assert SharedCustomer.objects.filter(customer=customer, servicing_agent_id=third.pk).exists()


def test_following_twice_changes_nothing_twice(book):
    _agent, customer, policy, colleague, manager = book
    give(manager, customer, colleague)

    again = follow_holders(ACTOR, [customer.pk], NOW)

    assert again == 0
    assert PolicyService.objects.filter(policy=policy, duty="SERVICING", agent=colleague).count() == 1


def test_nobody_gets_products_above_their_rank(book):
    agent, customer, _policy, _colleague, manager = book
    make_policy(agent, customer, product=make_product(seller_rank=3))
    junior = make_agent(small_tree().team_a, "新人", seller_rank=2)

    with pytest.raises(Refused) as refused:
        give(manager, customer, junior)

    assert refused.value.code == "assignment.blocked.GRADE"
    assert grades_of([customer.pk])[customer.pk][0] == 3
    assert CustomerSummary.objects.get(pk=customer.pk).servicing_agent_id == agent.scope.agent_id


def test_a_leavers_policies_of_other_peoples_customers_are_handed_over(book):
    agent, _customer, policy, colleague, manager = book
    other = make_customer(make_actor("agent"), "别人的客户")
    lent = make_policy(agent, other)
    Policy.objects.filter(pk=lent.pk).update(servicing_agent_id=agent.scope.agent_id)

    plan = {"*": {"way": "PERSON", "agent_id": colleague.pk}}
    start_handover(
        actor=manager, agent_id=agent.scope.agent_id, user_id=None, left_on=date(2026, 3, 16), reason="离职",
        plan=plan, token="t", now=NOW,
    )  # fmt: skip
    drain()

    assert (serving(policy)[0], serving(lent)[0]) == (colleague.pk, colleague.pk)
    assert Handover.objects.get().state == "DONE"
    assert not HandoverItem.objects.filter(state="PLANNED").exists()
