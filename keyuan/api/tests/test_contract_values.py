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


def test_what_values_are_reckoned_by_is_proposed_by_one_and_released_by_another():
    program, other = (Program("management", unit=small_tree().head) for _who in range(2))
    first = program.get("/value-rules").json()
    proposal = {"terms": first | {"loan_rate_bp": 450}, "note": "下调"}
    made = program.post("/value-rules/settlements", proposal).json()
    beside = other.post("/value-rules/settlements", proposal)
    too_much = program.post("/value-rules/settlements", {"terms": first | {"loan_rate_bp": 2_401}, "note": "x"}).json()
    release = f"/value-rules/settlements/{made['id']}/release"
    own = program.post(release, {"version": 1}).json()
    done = other.post(release, {"version": 1}).json()
    again = other.post(release, {"version": 2})
    program.post("/value-rules/settlements", {"terms": first, "note": "恢复"})

    present, rows = program.get("/value-rules").json(), program.get("/value-rules/settlements").json()["rows"]

    assert (first["loan_rate_bp"], present["loan_rate_bp"]) == (500, 450)
    assert (present["fallback_bp"][:2], present["term_cost"][0]) == ([2_000, 3_000], {"age": 0, "cost": 800})
    assert (beside.status_code, too_much["code"], own["code"], again.status_code) == (
        409, "values.terms_range", "values.terms_own", 404,
    )  # fmt: skip
    assert done["released_at"] is not None
    assert [(one["note"], one["terms"]["loan_rate_bp"], one["released_at"] is None) for one in rows] == [
        ("恢复", 500, True), ("下调", 450, False),
    ]  # fmt: skip
    assert Program("agent").get("/value-rules").status_code == 403
