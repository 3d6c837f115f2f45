"""What contracts are worth to the tiers: in force, past cooling-off, by term of payment (CUS-14; domain.md §I.1)."""

from datetime import date

import pytest

from keyuan.customers.extensions import Worth
from keyuan.policies.selectors.worth import weigh
from keyuan.policies.testing import TODAY, keep, make_policy

pytestmark = pytest.mark.django_db
FACTORS = {"SINGLE": 1_000, "SHORT": 5_000, "MIDDLE": 8_000, "LONG": 10_000}
PREMIUM = 1_286_000


@pytest.mark.parametrize("_case, columns, worth", [
    ("twenty years to pay", {}, Worth(PREMIUM, 0, 0)),
    ("five years to pay", {"pay_term": 5}, Worth(PREMIUM * 8 // 10, 0, 0)),
    ("three years to pay", {"pay_term": 3}, Worth(PREMIUM // 2, 0, 0)),
    ("a single premium", {"pay_mode": "01"}, Worth(PREMIUM // 10, PREMIUM, 0)),
    ("paid for three years", {"effective_on": date(2021, 3, 1), "next_due_on": date(2026, 4, 1)},
     Worth(PREMIUM, 0, PREMIUM)),
    ("in cooling-off", {"in_cooling_off": True}, None),
    ("suspended", {"status": "SUSPENDED"}, None),
    ("in another currency", {"currency": "USD"}, None),
])  # fmt: skip
def test_a_contract_counts_by_its_term_and_only_when_it_is_firm(_case, columns, worth, agent_actor):
    first = {"next_due_on": date(2026, 3, 20), "in_cooling_off": False}
    policy = keep(make_policy(agent_actor), **first | columns)

    assert weigh([policy.holder_id], FACTORS, TODAY).get(policy.holder_id) == worth


def test_contracts_of_one_holder_add_up(agent_actor):
    policy = keep(make_policy(agent_actor), in_cooling_off=False)
    keep(make_policy(agent_actor, policy.holder), in_cooling_off=False)

    assert weigh([policy.holder_id], FACTORS, TODAY)[policy.holder_id].vip_premium == 2 * PREMIUM
