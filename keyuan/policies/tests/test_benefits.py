"""Benefits from opening to payment: nights, claims, two people, the bank, dividends (POL-6)."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connections

from keyuan.kernel.errors import Conflict, Forbidden, NotFound, Refused
from keyuan.organisation.testing import client_of, make_actor, small_tree
from keyuan.platform.jobs.chunks import run_job
from keyuan.policies.models import (
    BenefitDue,
    BenefitEvent,
    BenefitRun,
    Coverage,
    Instalment,
    LedgerLine,
    PolicyLoan,
    PolicyParty,
    Refund,
)
from keyuan.policies.rules.ledger import Account
from keyuan.policies.selectors.benefits.candidates import offered_products
from keyuan.policies.selectors.values.quoting import kept_balance
from keyuan.policies.services.benefits import dividends, nightly
from keyuan.policies.services.benefits.claiming import ClaimDraft, approve_benefit, claim_benefit, return_claim
from keyuan.policies.services.benefits.opening import night_of, rows_of, write
from keyuan.policies.services.benefits.paying import follow_contracts, refunds_paid
from keyuan.policies.services.money_rules import LimitsDraft, set_limits
from keyuan.policies.testing import NOW, TODAY, keep, make_policy, make_product
from keyuan.products.models import ProductBenefit

pytestmark = pytest.mark.django_db
ACCOUNT = "6222 0212 3456 7890"
SUM = 5_000_000


@pytest.fixture
def east():
    return small_tree().east


@pytest.fixture
def clerk(east):
    return make_actor("policy_clerk", unit=east)


@pytest.fixture
def other(east):
    return make_actor("policy_clerk", unit=east)


def paying_product(**fields):
    product = make_product(kind="ENDOWMENT", name="鑫享两全", cooling_off_days=0, **fields)
    ProductBenefit.objects.create(product=product, code="MATURITY", name="满期金", amount_bp=10_000)
    ProductBenefit.objects.create(
        product=product, code="LIVING", name="生存金", amount_bp=500, is_income=True, income_from=2
    )
    return product


def contract(actor, **draft):
    """Begun on 16 March 2016 for ten years: it matures on the day before today."""
    values = {
        "product": paying_product(),
        "effective_on": date(2016, 3, 16),
        "issued_on": date(2016, 3, 16),
        "applied_on": date(2016, 3, 16),
        "cover_term": 10,
        "cover_term_unit": "Y",
        "pay_term": 3,
        "sum_insured": SUM,
    }
    return make_policy(actor, **values | draft)


def worked_off(job):
    while job.status in job.LIVE:
        run_job(job.pk, job.step)
        job.refresh_from_db()
    assert job.status == "done", job.error
    return job.result


def night(first=TODAY, last=TODAY, *, whole=True):
    """Make a night as the job does, to its end; days that somebody asks for are looked at ``whole``."""
    return worked_off(nightly._start(dividends.ACTOR, (first, last), TODAY, whole=whole))


def matured(clerk, **draft):
    policy = contract(clerk, **draft)
    night(date(2026, 3, 15), TODAY)
    return policy, BenefitDue.objects.get(policy=policy, kind="MATURITY")


def claim(actor, benefit, **more):
    values = {
        "claimed_on": TODAY, "proof": "IN_PERSON", "proof_on": TODAY, "account": ACCOUNT,
        "account_name": benefit.payee.name,
    }  # fmt: skip
    return claim_benefit(
        actor=actor, benefit_id=benefit.pk, version=benefit.version, draft=ClaimDraft(**values | more), now=NOW
    )


def balances(policy):
    found = {}
    for account, amount in LedgerLine.objects.filter(policy=policy).values_list("account", "amount"):
        found[account] = found.get(account, 0) + amount
    return {account: amount for account, amount in found.items() if amount}


def test_a_night_opens_what_falls_due_once(clerk):
    policy = contract(clerk)

    first = night(date(2026, 3, 15), TODAY)
    again = night(date(2026, 3, 15), TODAY)

    row = BenefitDue.objects.get(policy=policy, kind="MATURITY")
    assert (first["opened"], again["opened"], BenefitRun.objects.count()) == (1, 0, 2)
    assert (row.due_on, row.payable, row.payee_name, row.state) == (date(2026, 3, 15), SUM, policy.holder_name, "OPEN")
    assert (row.branch_id, row.servicing_agent_id) == (policy.branch_id, policy.servicing_agent_id)
    # Told today, then 30 days behind the due day.
    assert (row.prompts, row.unsent_because, row.next_prompt_on) == (1, "benefit.no_template", date(2026, 4, 14))


def test_nights_look_ahead(clerk):
    begun = [date(2016, 3, 16) + timedelta(days=at) for at in (30, 89, 90, 91)]
    policies = [contract(clerk, effective_on=day, cover_term=20 if at == 0 else 10) for at, day in enumerate(begun)]

    night(whole=False)

    assert list(BenefitDue.objects.values_list("policy_id", "kind").order_by("policy_id")) == [
        # An anniversary 30 days ahead, and the last day of cover 90 days ahead.
        (policies[0].pk, "SURVIVAL"),
        (policies[3].pk, "MATURITY"),
    ]


def test_benefits_go_to_the_survival_beneficiaries_by_their_shares(clerk):
    policy = contract(clerk)
    for name, share in (("甲", 6_000), ("乙", 4_000)):
        PolicyParty.objects.create(
            policy=policy, role="BENEFICIARY", benefit_type="2", name=name, share_bp=share, order=1
        )
    PolicyParty.objects.create(policy=policy, role="BENEFICIARY", benefit_type="1", name="丙", share_bp=10_000)

    night(date(2026, 3, 15), TODAY)

    rows = BenefitDue.objects.filter(policy=policy, kind="MATURITY").order_by("part")
    assert list(rows.values_list("part", "payee_name", "payable", "payee_id")) == [
        (1, "甲", 3_000_000, None),
        (2, "乙", 2_000_000, None),
    ]


def test_a_killed_night_goes_on_where_it_was(clerk, monkeypatch):
    product = paying_product()
    for _each in range(5):
        contract(clerk, product=product)
    monkeypatch.setattr(nightly, "CHUNK", 2)
    calls = []

    def dies(*given):
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return write(*given)

    monkeypatch.setattr(nightly, "write", dies)
    job = nightly._start(dividends.ACTOR, (date(2026, 3, 15), TODAY), TODAY, whole=True)
    with pytest.raises(KeyboardInterrupt):
        run_job(job.pk, job.step)
    half = BenefitDue.objects.count()
    job.refresh_from_db()
    result = worked_off(job)

    assert (half, BenefitDue.objects.count(), result["opened"], BenefitRun.objects.get().opened) == (2, 5, 5, 5)


def test_mirrored_ended_and_group_contracts_open_nothing(clerk):
    keep(contract(clerk), source="core")
    keep(contract(clerk), status="TERMINATED", termination_reason="03", terminated_on=date(2026, 1, 1))
    keep(contract(clerk), is_group=True)
    living = keep(contract(clerk), status="TERMINATED", termination_reason="01", terminated_on=date(2026, 3, 15))

    night(date(2026, 3, 15), TODAY)

    assert list(BenefitDue.objects.values_list("policy_id", flat=True)) == [living.pk]


def test_a_claim_takes_proof_of_life_and_an_own_account(clerk):
    _policy, benefit = matured(clerk)

    for more, code, field in (
        ({"proof": ""}, "benefit.no_proof", "proof"),
        ({"proof_on": date(2026, 3, 14)}, "benefit.proof_date", "proof_on"),
        ({"proof_on": None}, "benefit.proof_date", "proof_on"),
        ({"account": "62"}, "benefit.no_account", "account"),
        ({"account_name": "别人"}, "benefit.account_not_own", "account_name"),
        ({"claimed_on": date(2026, 3, 14)}, "benefit.not_due", "claimed_on"),
        ({"claimed_on": date(2026, 3, 17)}, "benefit.in_future", "claimed_on"),
    ):
        with pytest.raises(Refused) as refused:
            claim(clerk, benefit, **more)
        assert (refused.value.code, refused.value.field) == (code, field)
    taken = claim(clerk, benefit)

    assert (taken.state, taken.version, str(taken.account).endswith("7890")) == ("CLAIMED", 2, True)
    assert "6222021234567890" not in str(BenefitEvent.objects.values())
    with pytest.raises(Conflict):
        claim(clerk, benefit)
    with pytest.raises(Refused, match=r"benefit\.wrong_state"):
        claim(clerk, taken)


def test_who_died_before_the_day_receives_nothing(clerk):
    policy, benefit = matured(clerk)
    policy.holder.death_on = date(2026, 3, 1)
    policy.holder.save(update_fields=["death_on"])

    with pytest.raises(Refused, match=r"benefit\.payee_dead"):
        claim(clerk, BenefitDue.objects.get(pk=benefit.pk))


def test_another_person_approves_and_the_bank_pays(clerk, other):
    policy, benefit = matured(clerk)
    taken = claim(clerk, benefit)

    with pytest.raises(Refused, match=r"benefit\.own_claim"):
        approve_benefit(actor=clerk, benefit_id=benefit.pk, version=taken.version, now=NOW)
    approved = approve_benefit(actor=other, benefit_id=benefit.pk, version=taken.version, now=NOW)
    with pytest.raises(Conflict):
        approve_benefit(actor=other, benefit_id=benefit.pk, version=taken.version, now=NOW)

    refund = Refund.objects.get()
    assert (approved.state, refund.kind, refund.amount, refund.has_account) == ("APPROVED", "BENEFIT", SUM, True)
    assert (refund.payee_name, refund.account) == (policy.holder.name, "BENEFIT_PAYABLE")
    assert balances(policy) == {Account.BENEFIT: SUM, Account.BENEFIT_PAYABLE: -SUM}
    Refund.objects.update(state="PAID", paid_on=TODAY)
    assert [refunds_paid([refund.pk], NOW), refunds_paid([refund.pk], NOW)] == [1, 0]
    paid = BenefitDue.objects.get(pk=benefit.pk)
    assert (paid.state, paid.settled_on, paid.reference) == ("PAID", TODAY, refund.refund_no)
    assert list(BenefitEvent.objects.order_by("pk").values_list("act", flat=True)) == ["CLAIM", "APPROVE", "PAY"]


def test_large_benefits_take_the_right_for_large_ones(clerk, other, east):
    _policy, benefit = matured(clerk, sum_insured=20_000_001)
    taken = claim(clerk, benefit)

    with pytest.raises(Refused, match=r"benefit\.too_large"):
        approve_benefit(actor=other, benefit_id=benefit.pk, version=taken.version, now=NOW)
    head = make_actor("management", unit=east)
    assert approve_benefit(actor=head, benefit_id=benefit.pk, version=taken.version, now=NOW).state == "APPROVED"


def test_a_maturity_pays_debt_off_and_what_was_kept_out(clerk, other):
    policy = contract(clerk)
    PolicyLoan.objects.create(
        policy=policy, lent_on=date(2026, 1, 14), amount=1_000_000, principal=1_000_000, since=date(2026, 1, 14),
        rate_bp=500,
    )  # fmt: skip
    keep(policy, debt=1_000_000, is_loaned=True)
    BenefitDue.objects.create(
        policy=policy, product=policy.product, kind="DIVIDEND", code="DIVIDEND", number=9, due_on=date(2025, 3, 15),
        amount=100_000, payable=100_000, state="KEPT", option="ACCUMULATE", settled_on=date(2025, 3, 15),
        created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    night(date(2026, 3, 15), TODAY)
    taken = claim(clerk, BenefitDue.objects.get(kind="MATURITY"))

    done = approve_benefit(actor=other, benefit_id=taken.pk, version=taken.version, now=NOW)

    # 60 days of 5 % on 10,000 yuan; a year of 2 % on what was kept.
    assert (done.added, done.deducted, done.payable) == (102_000, 1_008_219, SUM + 102_000 - 1_008_219)
    policy.refresh_from_db()
    assert (policy.debt, policy.is_loaned, kept_balance(policy, TODAY)) == (None, False, 0)
    assert sum(balances(policy).values()) == 0
    assert balances(policy)[Account.BENEFIT_PAYABLE] == -done.payable


@pytest.mark.parametrize("kinds, debts, taken", [
    ((), (), {}),
    (("SURVIVAL",), ("LOANS",), {"LOANS": 100_822}),
    (("SURVIVAL",), ("LOANS", "PREMIUMS"), {"LOANS": 100_822, "PREMIUMS": 149_178}),
    (("SURVIVAL",), ("PREMIUMS",), {"PREMIUMS": 250_000}),
])  # fmt: skip
def test_other_benefits_are_held_back_for_debt_where_head_office_says_so(clerk, other, kinds, debts, taken):
    head = make_actor("management", unit=small_tree().head)
    set_limits(actor=head, limits=LimitsDraft(0, 0, held_kinds=kinds, held_for=debts), version=0, now=NOW)
    policy = contract(clerk, cover_term=20, pay_term=20)
    PolicyLoan.objects.create(
        policy=policy, lent_on=date(2026, 1, 15), amount=100_000, principal=100_000, since=date(2026, 1, 15),
        rate_bp=500,
    )  # fmt: skip
    keep(policy, debt=100_000, is_loaned=True)
    night()
    row = claim(clerk, BenefitDue.objects.get(kind="SURVIVAL", due_on=TODAY))

    done = approve_benefit(actor=other, benefit_id=row.pk, version=row.version, now=NOW)

    # 5 % of 50,000 yuan; 60 days of 5 % on 1,000 yuan; nine premiums are due.
    assert (done.amount, done.deductions, done.payable) == (250_000, taken, 250_000 - sum(taken.values()))
    assert done.deducted == sum(taken.values())
    assert sum(amount for _a, amount in LedgerLine.objects.values_list("account", "amount")) == 0
    assert balances(policy).get(Account.BENEFIT_PAYABLE, 0) == -done.payable
    assert balances(policy).get(Account.PREMIUM, 0) == -taken.get("PREMIUMS", 0)
    policy.refresh_from_db()
    assert policy.debt == (None if "LOANS" in taken else 100_000)
    assert list(Refund.objects.values_list("amount", flat=True)) == ([done.payable] if done.payable else [])
    assert done.state == ("APPROVED" if done.payable else "PAID")


def test_a_claim_sent_back_keeps_the_reason_and_forgets_the_account(clerk, other):
    _policy, benefit = matured(clerk)
    taken = claim(clerk, benefit)

    with pytest.raises(Refused, match=r"benefit\.reason"):
        return_claim(actor=other, benefit_id=benefit.pk, version=taken.version, reason=" ", now=NOW)
    back = return_claim(actor=other, benefit_id=benefit.pk, version=taken.version, reason="照片不清", now=NOW)

    assert (back.state, back.refusal, back.account, back.proof) == ("OPEN", "照片不清", None, "")


def test_what_waits_follows_its_contract(clerk, east):
    policy, benefit = matured(clerk)
    keep(policy, branch_id=99, servicing_agent_id=None)
    early = contract(clerk, effective_on=date(2016, 5, 16))
    night(date(2026, 3, 15), date(2026, 5, 30))
    keep(early, status="TERMINATED", termination_reason="03", terminated_on=TODAY)

    changed = follow_contracts([policy.pk, early.pk], NOW)
    again = follow_contracts([policy.pk, early.pk], NOW)

    benefit.refresh_from_db()
    assert (changed, again, benefit.branch_id, benefit.state) == (2, 0, 99, "OPEN")
    assert BenefitDue.objects.get(policy=early, kind="MATURITY").state == "VOID"
    outside = make_actor("policy_clerk", unit=small_tree().west)
    with pytest.raises(NotFound):
        claim(outside, BenefitDue.objects.get(pk=benefit.pk))
    with pytest.raises(Forbidden):
        claim(make_actor("agent", unit=east), BenefitDue.objects.get(pk=benefit.pk))


def participating(clerk, **draft):
    product = make_product(kind="ANNUITY", name="臻享年金", design="PARTICIPATING", cooling_off_days=0)
    return contract(clerk, product=product, cover_term=None, cover_term_unit="O", pay_term=20, **draft)


def declared(policy, rate_bp=200):
    head = make_actor("management")
    second = make_actor("management")
    row = dividends.declare_rate(actor=head, product_id=policy.product_id, year=2026, rate_bp=rate_bp, now=NOW)
    with pytest.raises(Refused, match=r"dividend\.own_rate"):
        dividends.release_rate(actor=head, rate_id=row.pk, rate_bp=rate_bp, now=NOW)
    dividends.release_rate(actor=second, rate_id=row.pk, rate_bp=rate_bp, now=NOW)
    with pytest.raises(Refused, match=r"dividend\.released"):
        dividends.declare_rate(actor=head, product_id=policy.product_id, year=2026, rate_bp=1, now=NOW)


def test_dividends_wait_for_their_rate_and_accumulate_where_nothing_is_chosen(clerk):
    policy = keep(participating(clerk), next_due_on=date(2027, 3, 16))

    before = night()
    declared(policy)
    after = night()
    again = night()

    row = BenefitDue.objects.get()
    # 80 % of ten premiums of 12,860 yuan at the tenth anniversary, of which 2 %.
    assert (before["opened"], after["opened"], again["opened"], row.amount) == (0, 1, 0, 205_760)
    assert (row.state, row.option, kept_balance(policy, TODAY)) == ("KEPT", "ACCUMULATE", 205_760)
    assert balances(policy) == {Account.DIVIDEND: 205_760, Account.POLICY_ACCOUNT: -205_760}


def test_a_dividend_larger_than_the_premiums_owed_pays_them_and_the_rest_accumulates(clerk):
    policy = keep(participating(clerk), next_due_on=date(2027, 3, 16))
    declared(policy)
    dividends.choose_option(actor=clerk, policy_id=policy.pk, option="PREMIUM", now=NOW)
    Instalment.objects.filter(policy=policy, number__gt=1).update(status="WAIVED")
    Instalment.objects.filter(policy=policy, number=1).update(amount=5_760)

    night()
    night()

    rows = list(BenefitDue.objects.order_by("part").values_list("part", "option", "payable", "state"))
    assert rows == [(1, "PREMIUM", 5_760, "KEPT"), (2, "ACCUMULATE", 200_000, "KEPT")]
    assert kept_balance(policy, TODAY) == 200_000
    assert balances(policy) == {
        Account.DIVIDEND: 205_760, Account.PREMIUM: -5_760, Account.POLICY_ACCOUNT: -200_000,
    }  # fmt: skip


@pytest.mark.parametrize("option", ["CASH", "PREMIUM", "PAID_UP"])
def test_dividends_are_taken_as_chosen(clerk, option):
    policy = keep(participating(clerk), next_due_on=date(2027, 3, 16))
    declared(policy)
    dividends.choose_option(actor=clerk, policy_id=policy.pk, option=option, now=NOW)
    owed = Instalment.objects.filter(policy=policy, status="DUE").count()

    night()
    night()

    row = BenefitDue.objects.get()
    part = Instalment.objects.filter(policy=policy, status="PART")
    if option == "CASH":
        assert (row.state, row.next_prompt_on is not None) == ("OPEN", True)
        assert claim(clerk, row, proof="", proof_on=None).state == "CLAIMED"
    elif option == "PREMIUM":
        assert (row.state, part.get().paid_amount, owed > 1) == ("KEPT", 205_760, True)
    else:
        assert (row.state, Coverage.objects.get(code="PUA").sum_insured) == ("KEPT", 308_600)
    assert sum(balances(policy).values()) == 0


def test_pages_of_a_benefit_and_double_presses(clerk, east):
    policy, benefit = matured(clerk)
    visitor, _actor = client_of("policy_clerk", unit=east)
    second, _second = client_of("policy_clerk", unit=east)
    address = f"/policies/benefits/{benefit.pk}/"
    typed = {
        "version": benefit.version, "claimed_on": "2026-03-16", "proof": "IN_PERSON", "proof_on": "2026-03-16",
        "account_name": policy.holder.name, "account": ACCOUNT,
    }  # fmt: skip

    wrong = visitor.post(f"{address}claim/", typed | {"account_name": "别人"})
    done = [visitor.post(f"{address}claim/", typed).status_code for _press in range(2)]
    pressed = [second.post(f"{address}approve/", {"version": benefit.version + 1}).status_code for _press in range(2)]

    assert (wrong.status_code, "别人" in wrong.content.decode(), ACCOUNT in wrong.content.decode()) == (422, True, True)
    assert (done, pressed) == ([302, 422], [302, 302])
    assert (Refund.objects.count(), BenefitDue.objects.get().state) == (1, "APPROVED")
    statement = second.get(f"{address}statement/")
    assert (statement.status_code, "50,000.00" in statement.content.decode()) == (200, True)
    for page in (
        address,
        "/policies/benefits/",
        f"/policies/{policy.pk}/?tab=benefits",
        f"/policies/{policy.pk}/benefits/",
        f"/policies/of-customer/{policy.holder_id}/benefits/",
        "/policies/benefits/rates/",
        "/policies/benefits/again/",
    ):
        assert visitor.get(page).status_code == 200, page


@pytest.mark.django_db(transaction=True)
def test_two_nights_at_once_open_a_benefit_once(clerk):
    policy = contract(clerk)
    known = night_of(TODAY, NOW, offered_products())
    rows = rows_of(known, "MATURITY", [policy], (date(2026, 3, 15), TODAY))

    def open_once():
        write(rows, known)
        connections.close_all()

    threads = [threading.Thread(target=open_once) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert BenefitDue.objects.count() == 1
