"""Policies, claims and products by the API: what the pages do, in reach (POL-1 to POL-3, PRD-1, PLT-14)."""

import pytest

from keyuan.api.testing import Program
from keyuan.claims.models import Claim
from keyuan.customers.testing import make_customer
from keyuan.kernel.codes import PolicyStatus
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.organisation.testing import small_tree
from keyuan.policies.models import Policy
from keyuan.policies.rules.transitions import SWITCHES, TRANSITIONS, switches_for, transitions_from
from keyuan.policies.testing import NOW, keep, make_policy, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return Program("policy_clerk", unit=small_tree().east)


@pytest.fixture
def policy(clerk):
    return make_policy(clerk.actor, make_customer(clerk.actor, "周国栋", phone="18612341402"))


def path(policy, part=""):
    return f"/policies/{policy.pk}{part}"


def tag(program, policy):
    return program.get(path(policy))["ETag"]


def test_a_policy_is_listed_and_read_with_its_version(clerk, policy):
    row = clerk.get("/policies?status=IN_FORCE&count=true").json()
    found = clerk.get(path(policy))

    assert (row["count"], row["rows"][0]["policy_no"], row["rows"][0]["holder_name"]) == (1, policy.policy_no, "周国栋")
    assert (found.json()["premium"], found.json()["version"]) == (1_286_000, 1)
    assert clerk.get(path(policy), if_none_match=found["ETag"]).status_code == 304


def test_a_contract_is_entered_once_and_gets_its_schedule(clerk):
    product, holder = make_product(), make_customer(clerk.actor, "欧阳锋")
    body = {
        "product_id": product.pk, "holder_id": holder.pk, "effective_on": "2026-03-01", "issued_on": "2026-03-01",
        "premium": 120_000, "pay_mode": "05", "pay_term": 3, "pay_term_unit": "Y", "cover_term_unit": "O",
        "beneficiaries": [{"is_statutory": True, "share_bp": 10_000}],
    }  # fmt: skip

    first = clerk.post("/policies", body, idempotency_key="one")
    again = clerk.post("/policies", body, idempotency_key="one")

    made = first.json()["id"]
    schedule = clerk.get(f"/policies/{made}/instalments").json()["rows"]
    roles = [row["role"] for row in clerk.get(f"/policies/{made}/parties").json()["rows"]]
    assert (first.status_code, again.json()["id"]) == (201, made)
    assert [(row["number"], row["amount"]) for row in schedule] == [(3, 120_000), (2, 120_000), (1, 120_000)]
    assert roles == ["HOLDER", "INSURED", "BENEFICIARY"]


def test_what_is_wrong_with_a_contract_is_named_field_by_field(clerk):
    product, holder = make_product(), make_customer(clerk.actor)
    body = {
        "product_id": product.pk, "holder_id": holder.pk, "effective_on": "2026-03-01", "expires_on": "2026-02-01",
        "premium": 1, "pay_mode": "05",
    }  # fmt: skip

    answer = clerk.post("/policies", body)

    fields = {error["field"]: error["code"] for error in answer.json()["errors"]}
    assert answer.status_code == 422
    assert fields == {"expires_on": "policy.ends_before_start", "pay_term": "policy.pay_term_missing"}


def test_a_payment_settles_the_schedule_and_its_reference_makes_it_one(clerk, policy):
    body = {"amount": 1_286_000, "paid_on": "2026-03-10", "method": "30", "reference": "BANK-1"}

    answers = [clerk.post(path(policy, "/payments"), body) for _time in range(2)]

    payments = clerk.get(path(policy, "/payments")).json()["rows"]
    paid = [row["number"] for row in clerk.get(path(policy, "/instalments")).json()["rows"] if row["status"] == "PAID"]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert ([row["reference"] for row in payments], paid) == (["BANK-1"], [1])


def test_a_step_needs_the_version_that_was_read(clerk, policy):
    body = {"kind": "FREEZE", "on": "2026-03-16", "reason": "法院协助执行"}
    seen = tag(clerk, policy)

    without = clerk.post(path(policy, "/steps"), body)
    taken = clerk.post(path(policy, "/steps"), body, if_match=seen)
    late = clerk.post(path(policy, "/steps"), {**body, "kind": "LOST"}, if_match=seen)

    assert [answer.status_code for answer in (without, taken, late)] == [428, 200, 412]
    assert (taken.json()["is_frozen"], clerk.get(path(policy)).json()["is_lost"]) == (True, False)


@pytest.mark.parametrize("status", list(PolicyStatus))
def test_every_step_that_is_not_in_the_table_is_refused_and_changes_nothing(status, clerk, policy):
    keep(policy, status=status, receipt_signed_on=None)
    before = Policy.objects.filter(pk=policy.pk).values().get()
    seen, flags = tag(clerk, policy), {switch.column: False for switch in SWITCHES}
    legal = {step.kind for step in transitions_from(status)} | {one.kind for one in switches_for(status, flags)}
    kinds = sorted({step.kind for step in TRANSITIONS} | {one.kind for one in SWITCHES})

    answers = {
        kind: clerk.post(path(policy, "/steps"), {"kind": kind, "on": "2026-03-16", "reason": "试"}, if_match=seen)
        for kind in kinds
        if kind not in legal
    }

    codes = {(answer.status_code, answer.json()["code"]) for answer in answers.values()}
    assert codes == {(422, "policy.no_such_transition")}
    assert Policy.objects.filter(pk=policy.pk).values().get() == before


def test_the_steps_say_what_forbids_them(clerk, policy):
    steps = clerk.get(path(policy, "/steps")).json()

    refusals = {row["kind"]: row["refusal"] for row in steps["rows"]}
    assert refusals["MATURE"] == "policy.not_matured"
    assert "FREEZE" in steps["switches"]


def test_beneficiaries_receipt_and_service_person_are_set(clerk, policy):
    agent = Program("agent", unit=small_tree().team_a).client.post.agent_id
    people = {
        "beneficiaries": [{"name": "周小明", "relation_to_insured": "03", "share_bp": 10_000}],
        "reason": "投保人申请",
        "insured_agreed": True,
    }

    changed = clerk.send("PUT", path(policy, "/beneficiaries"), people, if_match=tag(clerk, policy))
    signed = clerk.post(path(policy, "/receipt"), {"signed_on": "2026-03-05"}, if_match=tag(clerk, policy))
    body = {"agent_id": agent, "reason": "离职交接"}
    handed = clerk.post(path(policy, "/service-person"), body, if_match=tag(clerk, policy))

    names = [row["name"] for row in clerk.get(path(policy, "/parties")).json()["rows"] if row["role"] == "BENEFICIARY"]
    events = [row["kind"] for row in clerk.get(path(policy, "/events")).json()["rows"]]
    assert (changed.status_code, names) == (200, ["周小明"])
    assert (signed.status_code, signed.json()["cooling_off_until"]) == (200, "2026-03-20")
    assert handed.json()["servicing_agent_id"] == agent
    assert {"BENEFICIARY", "RECEIPT", "SERVICE"} <= set(events)


def test_members_join_and_leave_a_group_contract(clerk):
    product = make_product(kind="GROUP", is_group=True)
    group = make_policy(clerk.actor, product=product, effective_on=NOW.date())
    body = {"member_no": "001", "joined_on": "2026-03-16", "name": "陈静"}

    joined = clerk.post(path(group, "/members"), body)
    twice = clerk.post(path(group, "/members"), body)
    left = clerk.post(path(group, f"/members/{joined.json()['id']}/leave"), {"left_on": "2026-03-20"})

    members = clerk.get(path(group, "/members")).json()
    assert (joined.status_code, twice.json()["code"]) == (201, "member.there_already")
    assert (left.json()["left_on"], members["next_after"]) == ("2026-03-20", None)
    assert [row["name"] for row in members["rows"]] == ["陈静"]


def test_the_account_is_masked_and_opens_only_with_a_reason(clerk, policy):
    keep(policy, debit_account="6222020000001234567")

    masked = clerk.get(path(policy)).json()["debit_account"]
    answer = clerk.post(path(policy, "/account/reveal"), {"reason": ""})

    assert (masked.endswith("4567"), "6222020000001234567" in masked) == (True, False)
    assert answer.status_code in (403, 422)


def test_another_branch_finds_nothing(clerk, policy):
    stranger = Program("policy_clerk", unit=small_tree().west)
    parts = ("", "/parties", "/coverages", "/instalments", "/payments", "/events", "/members", "/steps", "/claims")

    statuses = {stranger.get(path(policy, part)).status_code for part in parts}

    assert statuses == {404}
    assert stranger.get("/policies?count=true").json()["count"] == 0


def test_claims_are_read_in_reach_and_tell_no_health(clerk, policy):
    levels = {name: getattr(policy, name) for name in (*LEVEL_COLUMNS, "servicing_agent_id", "sales_channel")}
    claim = Claim.objects.create(
        claim_no="C-1", policy=policy, customer_id=policy.holder_id, kind="MEDICAL", cause="肺炎", paid_amount=800_00,
        created_at=NOW, **levels,
    )  # fmt: skip

    listed = clerk.get("/claims").json()["rows"]
    one = clerk.get(f"/claims/{claim.pk}").json()
    of_policy = clerk.get(path(policy, "/claims")).json()["rows"]
    of_customer = clerk.get(f"/customers/{policy.holder_id}/claims").json()["rows"]

    assert [rows[0]["id"] for rows in (listed, of_policy, of_customer)] == [claim.pk] * 3
    assert (one["paid_amount"], one["product"]) == (80_000, "康宁终身重疾")
    assert "肺炎" not in str((listed, one, of_policy, of_customer))
    judge = Program("underwriter", unit=small_tree().east)
    assert judge.get(f"/claims/{claim.pk}").json()["cause"] == "肺炎"  # whoever underwrites may know, others may not


def test_a_customers_policies_come_with_the_customer(clerk, policy):
    rows = clerk.get(f"/customers/{policy.holder_id}/policies").json()["rows"]

    assert [row["id"] for row in rows] == [policy.pk]


def test_a_list_of_policies_costs_the_same_however_long(clerk, policy, django_assert_max_num_queries):
    for _time in range(3):
        make_policy(clerk.actor)

    with django_assert_max_num_queries(12):
        rows = clerk.get("/policies").json()["rows"]

    assert len(rows) == 4


def test_a_product_is_entered_changed_and_kept_from_two_editors():
    manager = Program("intermediary_manager")
    body = {"code": "api1", "name": "守护一生", "kind": "LIFE", "pay_modes": ["01", "05"]}

    made = manager.post("/products", body)
    address, seen = f"/products/{made.json()['id']}", made["ETag"]
    changed = manager.patch(address, {"waiting_days": 90}, if_match=seen)
    late = manager.patch(address, {"waiting_days": 30}, if_match=seen)
    twice = manager.post("/products", body)

    assert (made.status_code, made.json()["code"]) == (201, "API1")
    assert (changed.json()["waiting_days"], changed.json()["pay_modes"]) == (90, ["01", "05"])
    assert (late.status_code, twice.json()["code"]) == (412, "product.code_taken")
