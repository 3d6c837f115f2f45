"""Making contracts and changing their parts (POL-1, POL-7; domain.md §A.1, §A.3)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from keyuan.customers.models import CustomerSummary, SharedCustomer
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import Reach
from keyuan.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from keyuan.organisation.testing import make_actor, make_agent, small_tree
from keyuan.platform.models import AuditEvent
from keyuan.policies.models import (
    Coverage,
    Instalment,
    Policy,
    PolicyEvent,
    PolicyKey,
    PolicyParty,
    PolicyService,
    Vehicle,
)
from keyuan.policies.rules.drafts import CoverageDraft, PartyDraft, PolicyDraft
from keyuan.policies.services.changes import record_receipt, replace_beneficiaries
from keyuan.policies.services.contracts import create_policy
from keyuan.policies.services.serving import change_servicing_agent
from keyuan.policies.testing import NOW, TODAY, keep, make_policy, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_actor("agent")


@pytest.fixture
def clerk():
    """A clerk of the branch that the agent's team belongs to."""
    return make_actor("policy_clerk", unit=small_tree().east)


@pytest.fixture
def holder(agent):
    return make_customer(agent, "周国栋", birth_on=date(1980, 6, 14))


def draft_of(holder, product, **more):
    values = {
        "product_id": product.pk,
        "holder_id": holder.pk,
        "effective_on": TODAY,
        "premium": 1_286_000,
        "pay_mode": "05",
        "pay_term": 20,
        "pay_term_unit": "Y",
        "cover_term_unit": "O",
        "sum_insured": 50_000_000,
        "applied_on": TODAY,
        "issued_on": TODAY,
    }
    return PolicyDraft(**values | more)


def everything():
    return [
        model.objects.count()
        for model in (Policy, PolicyParty, Coverage, Instalment, PolicyEvent, PolicyKey, PolicyService, Vehicle)
    ]


def test_contract_stands_with_parties_covers_schedule_history_and_trail(clerk, agent, holder):
    product, rider = make_product("KN"), make_product("KN-R", name="附加豁免", is_rider=True)
    wife = make_customer(agent, "马文博")
    draft = draft_of(
        holder,
        product,
        beneficiaries=(
            PartyDraft(customer_id=wife.pk, relation_to_insured="01", share_bp=6_000),
            PartyDraft(name="周雨桐", relation_to_insured="03", share_bp=4_000),
            PartyDraft(is_statutory=True, order=2),
        ),
        coverages=(
            CoverageDraft(product.pk, sum_insured=50_000_000, premium=1_280_000),
            CoverageDraft(rider.pk, is_rider=True, premium=6_000),
        ),
        receipt_signed_on=TODAY,
        debit_account="6222020000000000000",
    )

    policy = create_policy(actor=clerk, draft=draft, now=NOW)

    policy.refresh_from_db()
    assert (policy.status, policy.source, policy.holder_name, policy.kind) == (
        "IN_FORCE", "local", "周国栋", "CRITICAL_ILLNESS",
    )  # fmt: skip
    assert policy.policy_no_tail == policy.policy_no[-6:]
    assert (policy.annual_premium, policy.next_due_on, policy.next_due_amount) == (1_286_000, TODAY, 1_286_000)
    assert (policy.in_cooling_off, policy.cooling_off_until) == (True, date(2026, 3, 31))
    assert (policy.servicing_agent_id, policy.team_id) == (agent.scope.agent_id, small_tree().team_a.pk)
    assert str(policy.debit_account) == "****0000"
    roles = policy.parties.order_by("pk").values_list(
        "role", "customer_id", "name", "order", "share_bp", "is_statutory"
    )
    assert list(roles) == [
        ("HOLDER", holder.pk, "", 1, None, False),
        ("INSURED", holder.pk, "", 1, None, False),
        ("BENEFICIARY", wife.pk, "", 1, 6_000, False),
        ("BENEFICIARY", None, "周雨桐", 1, 4_000, False),
        ("BENEFICIARY", None, "", 2, None, True),
    ]
    assert list(policy.coverages.order_by("pk").values_list("code", "is_rider", "premium")) == [
        ("KN", False, 1_280_000), ("KN-R", True, 6_000),
    ]  # fmt: skip
    assert list(policy.service_people.values_list("agent_id", "duty")) == [(agent.scope.agent_id, "SERVICING")]
    assert policy.instalments.count() == 20
    assert list(policy.events.values_list("kind", "to_status", "actor_name")) == [("CREATE", "IN_FORCE", clerk.name)]
    assert AuditEvent.objects.filter(subject_kind="policy", subject_id=policy.pk, action="create").count() == 1
    summary = CustomerSummary.objects.get(pk=holder.pk)
    assert (summary.policies_in_force, summary.annual_premium, summary.state) == (1, 1_286_000, "COOLING_OFF")


@pytest.mark.parametrize("_case, fields, code, field", [
    ("stopped", {"product": {"sale_status": "STOPPED"}}, "policy.product_stopped", "product"),
    ("not sold yet", {"product": {"sale_from": TODAY + timedelta(1)}}, "policy.product_stopped", "product"),
    ("sold no more", {"product": {"sale_until": TODAY - timedelta(1)}}, "policy.product_stopped", "product"),
    ("too old", {"product": {"issue_age_max": 44}}, "policy.issue_age", "insured"),
    ("too young", {"product": {"issue_age_min": 46}}, "policy.issue_age", "insured"),
    ("ends first", {"expires_on": TODAY - timedelta(1)}, "policy.ends_before_start", "expires_on"),
    ("issued in future", {"issued_on": TODAY + timedelta(1)}, "policy.date_in_future", "issued_on"),
    ("issued before application", {"issued_on": TODAY - timedelta(1)}, "policy.issued_before_application", "issued_on"),
    ("receipt before issue", {"receipt_signed_on": TODAY - timedelta(1)}, "policy.receipt_before_issue",
     "receipt_signed_on"),
    ("negative premium", {"premium": -1}, "policy.negative", "premium"),
    ("negative sum", {"sum_insured": -1}, "policy.negative", "sum_insured"),
    ("unknown frequency", {"pay_mode": "77"}, "policy.pay_mode_unknown", "pay_mode"),
    ("frequency not offered", {"product": {"pay_modes": ["01"]}}, "policy.pay_mode_not_offered", "pay_mode"),
    ("no payment term", {"pay_term": None}, "policy.pay_term_missing", "pay_term"),
    ("shares short", {"beneficiaries": (PartyDraft(name="甲", share_bp=9_999),)}, "policy.shares_sum",
     "beneficiaries"),
    ("share out of range", {"beneficiaries": (PartyDraft(name="甲", share_bp=10_001),)}, "policy.share_range",
     "beneficiaries-0-share"),
    ("nobody named", {"beneficiaries": (PartyDraft(),)}, "policy.party_unnamed", "beneficiaries-0-name"),
    ("beneficiary of a car", {"product": {"kind": "MOTOR"}, "beneficiaries": (PartyDraft(name="甲"),)},
     "policy.no_beneficiaries", "beneficiaries"),
    ("wrong plate", {"product": {"kind": "MOTOR"}, "vehicle": {"plate": "沪I12345"}}, "plate.letter", "plate"),
    ("wrong VIN", {"product": {"kind": "MOTOR"}, "vehicle": {"vin": "LFV"}}, "vin.length", "vin"),
])  # fmt: skip
def test_wrong_draft_is_refused_at_its_field_and_nothing_is_saved(_case, fields, code, field, clerk, holder):
    product = make_product(**fields.pop("product", {}))
    before = everything()

    with pytest.raises(Invalid) as refusal:
        create_policy(actor=clerk, draft=draft_of(holder, product, **fields), now=NOW)

    assert [(error.code, error.field) for error in refusal.value.errors] == [(code, field)]
    assert everything() == before


def test_all_that_is_wrong_is_named_at_once(clerk, holder):
    draft = draft_of(holder, make_product(), premium=-1, pay_mode="77", expires_on=TODAY - timedelta(1))

    with pytest.raises(Invalid) as refusal:
        create_policy(actor=clerk, draft=draft, now=NOW)

    assert [error.field for error in refusal.value.errors] == ["expires_on", "premium", "pay_mode"]


@pytest.mark.parametrize("born, sum_insured, refused", [
    (date(2017, 1, 1), 20_000_001, True),
    (date(2017, 1, 1), 20_000_000, False),
    (date(2010, 1, 1), 50_000_001, True),
    (date(2010, 1, 1), 50_000_000, False),
    (date(2008, 3, 16), 90_000_000, False),
])  # fmt: skip
def test_death_cover_of_a_minor_has_its_cap(born, sum_insured, refused, clerk, agent, holder):
    child = make_customer(agent, "周雨桐", birth_on=born)
    insured = (PartyDraft(customer_id=child.pk, relation_to_insured="03"),)
    draft = draft_of(holder, make_product(kind="LIFE"), insured=insured, sum_insured=sum_insured)

    if not refused:
        assert create_policy(actor=clerk, draft=draft, now=NOW).sum_insured == sum_insured
        return
    with pytest.raises(Invalid) as refusal:
        create_policy(actor=clerk, draft=draft, now=NOW)
    assert [(error.code, error.field) for error in refusal.value.errors] == [("policy.minor_cap", "sum_insured")]


def test_customers_out_of_reach_cannot_be_holders_or_parties(clerk, agent, holder):
    stranger = make_customer(make_actor("agent", unit=small_tree().west), "马文博")
    product, before = make_product(), everything()

    for draft in (
        draft_of(stranger, product),
        draft_of(holder, product, insured=(PartyDraft(customer_id=stranger.pk),)),
        draft_of(holder, product, beneficiaries=(PartyDraft(customer_id=stranger.pk),)),
    ):
        with pytest.raises(NotFound):
            create_policy(actor=clerk, draft=draft, now=NOW)

    assert everything() == before


def test_agents_of_other_branches_cannot_be_put_in_charge(clerk, holder):
    other = make_agent(small_tree().west)

    with pytest.raises(Refused) as refusal:
        create_policy(actor=clerk, draft=draft_of(holder, make_product(), servicing_agent_id=other.pk), now=NOW)

    assert (refusal.value.code, refusal.value.field) == ("policy.no_such_agent", "servicing_agent")


def test_post_without_permission_makes_nothing(agent, holder):
    with pytest.raises(Forbidden):
        create_policy(actor=agent, draft=draft_of(holder, make_product()), now=NOW)

    assert Policy.objects.count() == 0


def test_unknown_cover_leaves_no_half_contract(clerk, holder):
    draft = draft_of(holder, make_product(), coverages=(CoverageDraft(product_id=10**9),))
    before = everything()

    with pytest.raises(Refused) as refusal:
        create_policy(actor=clerk, draft=draft, now=NOW)

    assert (refusal.value.code, everything()) == ("policy.no_such_product", before)


def test_the_same_form_twice_makes_one_contract(clerk, holder):
    draft = draft_of(holder, make_product())

    first, second = (create_policy(actor=clerk, draft=draft, now=NOW, token="one form") for _time in range(2))

    assert first.pk == second.pk
    assert Policy.objects.count() == 1


@pytest.mark.parametrize("_case, fields, status", [
    ("not issued", {"issued_on": None}, "PENDING"),
    ("starts tomorrow", {"effective_on": TODAY + timedelta(1)}, "NOT_EFFECTIVE"),
    ("starts today", {}, "IN_FORCE"),
])  # fmt: skip
def test_status_follows_issue_and_start(_case, fields, status, clerk, holder):
    assert create_policy(actor=clerk, draft=draft_of(holder, make_product(), **fields), now=NOW).status == status


def test_vehicle_is_kept_in_its_normal_form(clerk, holder):
    car = {"plate": "沪a·12345", "vin": "lfv2a21k0e3000001", "make": "大众"}
    draft = draft_of(holder, make_product(kind="MOTOR", cooling_off_days=0), vehicle=car, pay_mode="01", pay_term=None)

    policy = create_policy(actor=clerk, draft=draft, now=NOW)

    kept = Vehicle.objects.get(policy=policy)
    assert (kept.plate, kept.vin, kept.make) == ("沪A12345", "LFV2A21K0E3000001", "大众")
    assert policy.instalments.count() == 1


def test_premium_to_an_age_runs_until_that_birthday(clerk, holder):
    policy = create_policy(actor=clerk, draft=draft_of(holder, make_product(), pay_term=60, pay_term_unit="A"), now=NOW)

    assert policy.instalments.count() == 15


def test_policy_served_by_another_team_lets_that_team_see_its_holder(clerk, holder):
    other = make_agent(small_tree().team_b, "何美玲")

    policy = create_policy(actor=clerk, draft=draft_of(holder, make_product(), servicing_agent_id=other.pk), now=NOW)

    assert policy.team_id == small_tree().team_b.pk
    assert SharedCustomer.objects.get().servicing_agent_id == other.pk


# Beneficiaries


def beneficiaries_of(policy):
    present = policy.parties.filter(role="BENEFICIARY", valid_until__isnull=True).order_by("pk")
    return list(present.values_list("name", "share_bp"))


def test_beneficiaries_change_as_a_whole_and_the_old_ones_stay_in_history(clerk, agent):
    policy = make_policy(agent, beneficiaries=(PartyDraft(name="甲", share_bp=10_000),))
    parties = (PartyDraft(name="乙", share_bp=3_333), PartyDraft(name="丙", share_bp=6_667))

    replace_beneficiaries(
        actor=clerk, policy_id=policy.pk, beneficiaries=parties, version=policy.version, now=NOW, reason="离婚"
    )

    assert beneficiaries_of(policy) == [("乙", 3_333), ("丙", 6_667)]
    assert policy.parties.get(name="甲").valid_until == TODAY
    assert policy.events.filter(kind="BENEFICIARY", reason="离婚").count() == 1
    assert Policy.objects.get(pk=policy.pk).version == policy.version + 1


@pytest.mark.parametrize("_case, parties, more, code", [
    ("shares short", (PartyDraft(name="乙", share_bp=5_000),), {}, "invalid"),
    ("insured not asked", (PartyDraft(name="乙"),), {"insured_agreed": False}, "policy.insured_must_agree"),
    ("somebody saved", (PartyDraft(name="乙"),), {"version": 9}, "conflict"),
])  # fmt: skip
def test_wrong_beneficiaries_change_nothing(_case, parties, more, code, clerk, agent):
    policy = make_policy(agent, beneficiaries=(PartyDraft(name="甲", share_bp=10_000),))
    values = {"version": policy.version, "reason": "更正"} | more

    with pytest.raises(Refused) as refusal:
        replace_beneficiaries(actor=clerk, policy_id=policy.pk, beneficiaries=parties, now=NOW, **values)

    assert refusal.value.code == code
    assert beneficiaries_of(policy) == [("甲", 10_000)]


@pytest.mark.parametrize("columns, code", [
    ({"source": "core"}, "policy.mirrored"),
    ({"status": "TERMINATED"}, "policy.ended"),
])  # fmt: skip
def test_mirrored_and_ended_contracts_keep_their_beneficiaries(columns, code, clerk, agent):
    policy = keep(make_policy(agent), **columns)

    with pytest.raises(Refused) as refusal:
        replace_beneficiaries(
            actor=clerk, policy_id=policy.pk, beneficiaries=(), version=policy.version, now=NOW, reason="更正"
        )

    assert refusal.value.code == code


def test_stranger_cannot_become_a_beneficiary(clerk, agent):
    policy = make_policy(agent)
    stranger = make_customer(make_actor("agent", unit=small_tree().west), "马文博")

    with pytest.raises(NotFound):
        replace_beneficiaries(
            actor=clerk, policy_id=policy.pk, version=policy.version, now=NOW, reason="更正",
            beneficiaries=(PartyDraft(customer_id=stranger.pk),),
        )  # fmt: skip


# Receipt and service


def test_signed_receipt_starts_the_cooling_off_period(clerk, agent):
    policy = make_policy(agent, issued_on=TODAY, applied_on=TODAY, effective_on=TODAY)

    record_receipt(actor=clerk, policy_id=policy.pk, signed_on=TODAY, version=policy.version, now=NOW)

    policy.refresh_from_db()
    assert (policy.cooling_off_until, policy.in_cooling_off) == (date(2026, 3, 31), True)
    assert CustomerSummary.objects.get(pk=policy.holder_id).state == "COOLING_OFF"


@pytest.mark.parametrize("_case, day, code", [
    ("tomorrow", TODAY + timedelta(1), "policy.date_in_future"),
    ("before issue", date(2025, 2, 28), "policy.receipt_before_issue"),
])  # fmt: skip
def test_receipt_has_a_sound_date(_case, day, code, clerk, agent):
    policy = make_policy(agent)

    with pytest.raises(Refused) as refusal:
        record_receipt(actor=clerk, policy_id=policy.pk, signed_on=day, version=policy.version, now=NOW)

    assert (refusal.value.code, refusal.value.field) == (code, "signed_on")


def test_receipt_is_recorded_once(clerk, agent):
    policy = make_policy(agent, receipt_signed_on=date(2025, 3, 2))

    with pytest.raises(Refused) as refusal:
        record_receipt(actor=clerk, policy_id=policy.pk, signed_on=TODAY, version=policy.version, now=NOW)

    assert refusal.value.code == "policy.receipt_known"


def test_handed_over_policy_moves_to_the_new_agents_team_with_its_history(clerk, agent):
    policy = make_policy(agent)
    heir = make_agent(small_tree().team_b, "何美玲")

    change_servicing_agent(
        actor=clerk, policy_id=policy.pk, agent_id=heir.pk, reason="原服务人员离职", version=policy.version, now=NOW
    )

    policy.refresh_from_db()
    assert (policy.servicing_agent_id, policy.team_id) == (heir.pk, small_tree().team_b.pk)
    people = policy.service_people.filter(duty="SERVICING").order_by("pk").values_list("agent_id", "valid_until")
    assert list(people) == [(agent.scope.agent_id, TODAY), (heir.pk, None)]
    assert SharedCustomer.objects.get(customer_id=policy.holder_id).servicing_agent_id == heir.pk


@pytest.mark.parametrize("_case, change, code", [
    ("no reason", {"reason": " "}, "policy.reason_missing"),
    ("the same", {"agent": "own"}, "policy.same_agent"),
    ("another branch", {"agent": "west"}, "policy.no_such_agent"),
    ("somebody saved", {"version": 9}, "conflict"),
])  # fmt: skip
def test_wrong_hand_over_is_refused(_case, change, code, clerk, agent):
    policy = make_policy(agent)
    tree = small_tree()
    whom = change.pop("agent", "team_b")
    agent_id = agent.scope.agent_id if whom == "own" else make_agent(getattr(tree, whom)).pk
    values = {"reason": "离职", "version": policy.version, "agent_id": agent_id} | change

    with pytest.raises(Refused) as refusal:
        change_servicing_agent(actor=clerk, policy_id=policy.pk, now=NOW, **values)

    assert refusal.value.code == code
    assert Policy.objects.get(pk=policy.pk).servicing_agent_id == agent.scope.agent_id


def test_actor_of_the_whole_book_may_choose_any_agent(agent):
    policy = make_policy(agent)
    everywhere = replace(make_actor("policy_clerk", unit=small_tree().head, reach=Reach.ALL))
    west = make_agent(small_tree().west)

    change_servicing_agent(
        actor=everywhere, policy_id=policy.pk, agent_id=west.pk, reason="迁移", version=policy.version, now=NOW
    )

    assert Policy.objects.get(pk=policy.pk).branch_id == small_tree().west.pk


def test_conflict_names_the_version_that_stands(clerk, agent):
    policy = make_policy(agent)

    with pytest.raises(Conflict) as conflict:
        record_receipt(actor=clerk, policy_id=policy.pk, signed_on=TODAY, version=99, now=NOW)

    assert conflict.value.params["version"] == policy.version
