"""The policies' part of the customer summary, situation by situation (decision 6; domain.md §A.10)."""

from datetime import date

import pytest

from keyuan.customers.models import CustomerSummary
from keyuan.customers.services.classification.events import reclassify
from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import make_actor
from keyuan.policies.models import Policy
from keyuan.policies.services.summary import activity, recompute
from keyuan.policies.testing import NOW, make_policy, make_product

pytestmark = pytest.mark.django_db
NEVER = date(9999, 12, 31)
NOTHING = {"policies_total": 0, "policies_in_force": 0, "annual_premium": 0, "state": "PROSPECT", "activity": ""}
ONE = {"policies_total": 1, "policies_in_force": 1, "annual_premium": 100_000, "state": "NORMAL", "activity": "ACTIVE"}


@pytest.mark.parametrize("_case, policies, expected", [
    ("none", [], NOTHING | {"next_due_on": NEVER, "is_policyholder": False}),
    ("application only", [{"status": "PENDING"}], NOTHING | {"is_policyholder": False}),
    ("in force", [{}], ONE | {"is_policyholder": True, "last_purchase_on": date(2025, 3, 1)}),
    ("two of two currencies", [{}, {"currency": "EUR"}], ONE | {"policies_total": 2, "policies_in_force": 2}),
    ("in grace", [{"in_grace": True, "grace_until": date(2026, 4, 30)}, {}],
     {"state": "GRACE", "grace_until": date(2026, 4, 30), "annual_premium": 200_000}),
    ("cooling off", [{"in_cooling_off": True}, {}], {"state": "COOLING_OFF"}),
    ("grace before cooling off", [{"in_grace": True, "grace_until": date(2026, 4, 30)}, {"in_cooling_off": True}],
     {"state": "GRACE"}),
    ("suspended only", [{"status": "SUSPENDED"}], {"state": "SUSPENDED", "policies_in_force": 0, "annual_premium": 0}),
    ("suspended beside one in force", [{"status": "SUSPENDED"}, {}], {"state": "NORMAL", "policies_total": 2}),
    ("ended", [{"status": "TERMINATED"}], {"state": "ENDED", "next_due_on": NEVER, "is_policyholder": True}),
    ("due the same day", [{"next_due_on": date(2026, 4, 1), "next_due_amount": 5},
                          {"next_due_on": date(2026, 4, 1), "next_due_amount": 7},
                          {"next_due_on": date(2026, 5, 1), "next_due_amount": 100}],
     {"next_due_on": date(2026, 4, 1), "next_due_amount": 12}),
    ("unknown premium", [{"annual_premium": None}], {"annual_premium": 0, "policies_in_force": 1}),
])  # fmt: skip
def test_summary_says_what_the_contracts_say(_case, policies, expected):
    agent = make_actor("agent")
    holder, product = make_customer(agent), make_product()
    for columns in policies:
        policy = make_policy(agent, holder, product=product)
        first = {"annual_premium": 100_000, "next_due_on": NEVER, "grace_until": None, "in_grace": False}
        Policy.objects.filter(pk=policy.pk).update(**first | columns)

    recompute([holder.pk], NOW)
    reclassify([holder.pk], NOW)

    summary = CustomerSummary.objects.get(pk=holder.pk)
    assert {name: getattr(summary, name) for name in expected} == expected


@pytest.mark.parametrize("bought, expected", [
    (date(2024, 3, 16), "ACTIVE"),
    (date(2024, 3, 15), "HALF_DORMANT"),
    (date(2021, 3, 16), "HALF_DORMANT"),
    (date(2021, 3, 15), "DORMANT"),
    (None, ""),
])  # fmt: skip
def test_activity_follows_the_months_since_the_last_purchase(bought, expected):
    assert activity(bought, date(2026, 3, 16)) == expected
