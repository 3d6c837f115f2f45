"""Steps of a contract on the database: guards, effects, history, mirrored contracts, two editors (POL-2, POL-7)."""

from datetime import date, timedelta

import pytest

from keyuan.customers.models import CustomerSummary, SharedCustomer
from keyuan.customers.testing import entering
from keyuan.kernel.errors import Conflict, Forbidden, NotFound, Refused
from keyuan.organisation.testing import make_actor, make_agent, small_tree
from keyuan.platform.models import AuditEvent
from keyuan.policies.extensions import ClaimFacts
from keyuan.policies.models import Instalment, Policy, PolicyEvent
from keyuan.policies.services import transitions
from keyuan.policies.services.payments import PaymentDraft, record_payment
from keyuan.policies.services.transitions import legal_steps, switch_policy, transit_policy
from keyuan.policies.testing import NOW, TODAY, keep, make_policy, make_product

pytestmark = pytest.mark.django_db
LONG_AGO = date(2024, 6, 1)


@pytest.fixture
def agent():
    return make_actor("agent")


@pytest.fixture
def clerk():
    return make_actor("policy_clerk", unit=small_tree().east)


@pytest.fixture
def policy(agent):
    """In force since a year, the second premium due 15 days ago."""
    made = make_policy(agent)
    first = PaymentDraft(amount=1_286_000, paid_on=made.effective_on)
    record_payment(actor=entering(agent), policy_id=made.pk, draft=first, now=NOW)
    return Policy.objects.select_related("product").get(pk=made.pk)


def step(actor, policy, kind, on=TODAY, reason="客户申请", **more):
    return transit_policy(actor=actor, policy_id=policy.pk, kind=kind, on=on, now=NOW, reason=reason, **more)


def switch(actor, policy, kind, on=TODAY, reason="客户申请", **more):
    return switch_policy(actor=actor, policy_id=policy.pk, kind=kind, on=on, now=NOW, reason=reason, **more)


def test_surrender_ends_the_contract_with_date_reason_history_and_trail(clerk, policy):
    step(clerk, policy, "SURRENDER", reason="资金周转")

    policy.refresh_from_db()
    assert (policy.status, policy.termination_reason, policy.terminated_on) == ("TERMINATED", "03", TODAY)
    assert (policy.next_due_on, policy.next_due_amount, policy.in_grace) == (date(9999, 12, 31), None, False)
    event = PolicyEvent.objects.get(policy=policy, kind="SURRENDER")
    assert (event.from_status, event.to_status, event.happened_on) == ("IN_FORCE", "TERMINATED", TODAY)
    assert (event.reason, event.actor_name) == ("资金周转", clerk.name)
    assert AuditEvent.objects.filter(subject_kind="policy", subject_id=policy.pk, actor_id=clerk.id).count() == 1
    summary = CustomerSummary.objects.get(pk=policy.holder_id)
    assert (summary.policies_in_force, summary.state, summary.annual_premium) == (0, "ENDED", 0)


def test_what_would_fall_due_after_the_end_lapses_and_arrears_stay(clerk, policy):
    step(clerk, policy, "SURRENDER")

    counts = {
        status: Instalment.objects.filter(policy=policy, status=status).count() for status in ("DUE", "LAPSED", "PAID")
    }
    assert counts == {"DUE": 1, "LAPSED": 18, "PAID": 1}


@pytest.mark.parametrize("_case, columns, kind, more, code", [
    ("grace still runs", {}, "SUSPEND", {}, "policy.grace_not_over"),
    ("frozen", {"is_frozen": True}, "SURRENDER", {}, "policy.frozen"),
    ("not matured", {"expires_on": TODAY + timedelta(1)}, "MATURE", {}, "policy.not_matured"),
    ("in arrears", {"status": "SUSPENDED", "suspended_on": LONG_AGO}, "REINSTATE", {}, "policy.arrears_open"),
    ("two years not over", {"status": "SUSPENDED", "suspended_on": LONG_AGO}, "RESCIND", {},
     "policy.reinstatement_open"),
    ("cooling-off over", {"receipt_signed_on": date(2025, 3, 2), "cooling_off_until": date(2025, 3, 17)},
     "COOLING_OFF_CANCEL", {}, "policy.cooling_off_over"),
    ("other day", {}, "WITHDRAW", {}, "policy.not_same_day"),
    ("no reason", {}, "SURRENDER", {"reason": "  "}, "policy.reason_missing"),
    ("tomorrow", {}, "SURRENDER", {"on": TODAY + timedelta(1)}, "policy.date_in_future"),
    ("before issue", {}, "SURRENDER", {"on": date(2025, 2, 28)}, "policy.before_last_step"),
    ("illegal pair", {"status": "TERMINATED"}, "REINSTATE", {}, "policy.no_such_transition"),
    ("unknown step", {}, "NONSENSE", {}, "policy.no_such_transition"),
    ("kept in the core", {"source": "core"}, "SURRENDER", {}, "policy.mirrored"),
])  # fmt: skip
def test_guards_refuse_and_nothing_changes(_case, columns, kind, more, code, clerk, policy):
    keep(policy, **columns)
    before = Policy.objects.filter(pk=policy.pk).values().get()

    with pytest.raises(Refused) as refusal:
        step(clerk, policy, kind, **more)

    assert refusal.value.code == code
    assert Policy.objects.filter(pk=policy.pk).values().get() == before
    assert PolicyEvent.objects.filter(policy=policy).count() == 1


def test_paid_claim_forbids_cancelling_in_cooling_off(clerk, agent, monkeypatch):
    policy = make_policy(agent, issued_on=TODAY, applied_on=TODAY, effective_on=TODAY, receipt_signed_on=TODAY)
    paid = ClaimFacts("claims", was_paid=lambda policy_id: policy_id == policy.pk)
    monkeypatch.setattr(transitions, "claim_facts", [paid])

    with pytest.raises(Refused) as refusal:
        step(clerk, policy, "COOLING_OFF_CANCEL")

    assert refusal.value.code == "policy.claim_paid"


def test_product_without_cooling_off_has_none_to_cancel_in(clerk, agent):
    policy = make_policy(agent, product=make_product(cooling_off_days=0))

    with pytest.raises(Refused) as refusal:
        step(clerk, policy, "COOLING_OFF_CANCEL")

    assert refusal.value.code == "policy.no_cooling_off"


def test_suspension_follows_grace_and_reinstatement_follows_payment(clerk, policy):
    Instalment.objects.filter(policy=policy, number=2).update(due_on=date(2026, 1, 10))
    keep(policy, grace_until=date(2026, 3, 11), in_grace=True)

    step(clerk, policy, "SUSPEND", on=date(2026, 3, 12), reason="")
    suspended = Policy.objects.get(pk=policy.pk)
    Instalment.objects.filter(policy=policy, number=2).update(status="PAID", paid_amount=1_286_000)
    step(clerk, policy, "REINSTATE")

    policy.refresh_from_db()
    assert (suspended.status, suspended.suspended_on, suspended.in_grace) == ("SUSPENDED", date(2026, 3, 12), False)
    assert (policy.status, policy.suspended_on, policy.in_grace) == ("IN_FORCE", None, False)
    assert policy.next_due_on == date(2027, 3, 1)


def test_no_step_is_dated_before_the_last_one(clerk, policy):
    keep(policy, grace_until=date(2026, 3, 11))
    step(clerk, policy, "SUSPEND", on=date(2026, 3, 12))

    with pytest.raises(Refused) as refusal:
        step(clerk, policy, "SURRENDER", on=date(2026, 3, 11))

    assert (refusal.value.code, refusal.value.field) == ("policy.before_last_step", "on")


def test_issue_dates_the_contract(clerk, agent):
    policy = make_policy(agent, issued_on=None, effective_on=TODAY)

    step(clerk, policy, "ISSUE", reason="")

    policy.refresh_from_db()
    assert (policy.status, policy.issued_on) == ("IN_FORCE", TODAY)
    assert CustomerSummary.objects.get(pk=policy.holder_id).last_purchase_on == TODAY


@pytest.mark.parametrize("target", ["IN_FORCE", "SUSPENDED", "TERMINATED"])
def test_unknown_status_is_set_right_to_the_one_chosen(target, clerk, policy):
    keep(policy, status="OTHER")

    assert step(clerk, policy, "SETTLE", target=target).status == target


def test_second_editor_meets_a_conflict(clerk, policy):
    version = policy.version
    switch(clerk, policy, "LOST", version=version)

    with pytest.raises(Conflict):
        step(clerk, policy, "SURRENDER", version=version)

    assert Policy.objects.get(pk=policy.pk).status == "IN_FORCE"


def test_same_step_twice_is_refused_the_second_time(clerk, policy):
    step(clerk, policy, "SURRENDER")

    with pytest.raises(Refused) as refusal:
        step(clerk, policy, "SURRENDER")

    assert refusal.value.code == "policy.no_such_transition"
    assert PolicyEvent.objects.filter(policy=policy, kind="SURRENDER").count() == 1


def test_strangers_and_posts_without_the_right_change_nothing(agent, policy):
    with pytest.raises(NotFound):
        step(make_actor("policy_clerk", unit=small_tree().west), policy, "SURRENDER")
    with pytest.raises(Forbidden):
        step(agent, policy, "SURRENDER")

    assert Policy.objects.get(pk=policy.pk).status == "IN_FORCE"


def test_unit_that_serves_no_policy_any_more_loses_sight_of_the_holder(clerk, agent):
    other = make_agent(small_tree().team_b)
    policy = make_policy(agent, servicing_agent_id=other.pk)
    assert SharedCustomer.objects.count() == 1

    step(clerk, policy, "SURRENDER")

    assert SharedCustomer.objects.count() == 0


def test_legal_steps_say_what_forbids_each(clerk, policy):
    found = {transition.kind: refusal for transition, refusal in legal_steps(policy, TODAY)}

    assert found["SURRENDER"] is None
    assert found["SUSPEND"] == "policy.grace_not_over"
    assert "REINSTATE" not in found


# Sub-states


def test_switch_turns_a_sub_state_on_and_off(clerk, policy):
    switch(clerk, policy, "FREEZE", reason="法院协助执行")
    frozen = Policy.objects.get(pk=policy.pk).is_frozen
    switch(clerk, policy, "UNFREEZE")

    policy.refresh_from_db()
    assert (frozen, policy.is_frozen, policy.status) == (True, False, "IN_FORCE")
    assert list(policy.events.filter(reason="法院协助执行").values_list("kind", flat=True)) == ["FREEZE"]


@pytest.mark.parametrize("_case, columns, kind, more, code", [
    ("on already", {"is_loaned": True}, "LOAN", {}, "policy.no_such_transition"),
    ("not in this status", {"status": "SUSPENDED"}, "LOAN", {}, "policy.no_such_transition"),
    ("no reason", {}, "LOST", {"reason": ""}, "policy.reason_missing"),
    ("tomorrow", {}, "LOST", {"on": TODAY + timedelta(1)}, "policy.date_in_future"),
    ("premiums open", {}, "PAID_UP", {}, "policy.premiums_open"),
    ("kept in the core", {"source": "core"}, "LOST", {}, "policy.mirrored"),
])  # fmt: skip
def test_switch_is_refused(_case, columns, kind, more, code, clerk, policy):
    keep(policy, **columns)

    with pytest.raises(Refused) as refusal:
        switch(clerk, policy, kind, **more)

    assert refusal.value.code == code


def test_waiver_forgives_what_falls_due_from_its_day_on(clerk, policy):
    switch(clerk, policy, "WAIVER", on=date(2026, 3, 2))

    policy.refresh_from_db()
    assert Instalment.objects.filter(policy=policy, status="WAIVED").count() == 18
    assert policy.next_due_on == date(2026, 3, 1)


def test_reduced_paid_up_contract_owes_no_more_premium(clerk, policy):
    switch(clerk, policy, "REDUCED_PAID_UP")

    policy.refresh_from_db()
    assert (policy.is_reduced_paid_up, policy.next_due_on) == (True, date(9999, 12, 31))
