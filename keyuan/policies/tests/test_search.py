"""Finding contracts, and the customers behind them, by number, tail, plate or VIN, in scope (CUS-4)."""

import pytest

from keyuan.customers.selectors.search import search_customers
from keyuan.customers.testing import NOW, make_customer
from keyuan.organisation.testing import make_actor
from keyuan.policies.models import Policy, Vehicle
from keyuan.policies.selectors.search import find_policies
from keyuan.policies.testing import make_policy

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    actor = make_actor("agent")
    policy = make_policy(actor, make_customer(actor, "周国栋"))
    Policy.objects.filter(pk=policy.pk).update(policy_no="A00000047-V01", policy_no_tail="47-V01")
    Vehicle.objects.create(policy=policy, plate="沪A12345", vin="LFV2A21K0E3000001")
    return actor


TYPED = [
    "A00000047-V01",
    "a00000047-v01",
    "A00000047-V",
    "47-V01",
    "沪A12345",
    "沪A·12345",
    "沪A1",
    "LFV2A21K0E3000001",
]


@pytest.mark.parametrize("typed", TYPED)
def test_a_contract_is_found_by_what_stands_on_its_paper(agent, typed):
    found = find_policies(agent, typed, now=NOW, limit=5)

    assert [policy.policy_no for policy in found] == ["A00000047-V01"]


@pytest.mark.parametrize("typed", TYPED)
def test_so_is_the_customer_who_holds_it(agent, typed):
    assert [hit.summary.name for hit in search_customers(agent, typed, now=NOW)] == ["周国栋"]


@pytest.mark.parametrize("typed", TYPED)
def test_a_stranger_finds_neither(agent, typed):
    stranger = make_actor("agent")

    assert find_policies(stranger, typed, now=NOW, limit=5) == []
    assert search_customers(stranger, typed, now=NOW) == []
