"""Values of a contract over the API (POL-5, PLT-14)."""

import pytest

from keyuan.api.testing import Program
from keyuan.organisation.testing import make_actor, small_tree
from keyuan.policies.testing import keep, make_policy

pytestmark = pytest.mark.django_db


def test_values_of_a_day_with_how_they_were_reckoned():
    east = small_tree().east
    policy = keep(make_policy(make_actor("policy_clerk", unit=east)), in_cooling_off=False, next_due_on="2027-03-01")
    keep(policy, cooling_off_until="2025-03-20")
    program = Program("policy_clerk", unit=east)

    answer = program.get(f"/policies/{policy.pk}/values?on=2026-03-01").json()
    wrong = program.get(f"/policies/{policy.pk}/values?on=1700-01-01")

    # 20 % of the first premium of 12,860 yuan, where the product has no table.
    assert (answer["basis"], answer["cash_value"], answer["loanable"]) == ("FALLBACK", 257_200, 205_760)
    assert (answer["refund_kind"], answer["refund"]) == ("CT", 257_200)
    assert answer["refund_lines"] == [{"code": "VALUE", "amount": 257_200}]
    assert (answer["policy_year"], answer["table"], wrong.status_code) == (2, None, 422)
