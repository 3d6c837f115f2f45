"""Policy service item by item: who may ask, consents, refusals, effects, two people, taking back (POL-5, POL-7)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from keyuan.customers.models import ContactPoint
from keyuan.customers.testing import entering, make_customer
from keyuan.kernel.codes import PolicyStatus
from keyuan.kernel.errors import Conflict, Forbidden, Invalid, Refused
from keyuan.organisation.testing import make_actor, small_tree
from keyuan.platform import clock
from keyuan.policies.models import (
    Coverage,
    LedgerEntry,
    LedgerLine,
    Policy,
    PolicyEvent,
    PolicyLoan,
    PolicyParty,
    Refund,
    RequestEvent,
    RequestNotice,
    ServiceItemRule,
    ServiceRequest,
)
from keyuan.policies.rules.drafts import PartyDraft
from keyuan.policies.rules.service_items.catalogue import BY_CODE, ITEMS, asked_of, consents_for
from keyuan.policies.rules.service_items.checks import CHECKS, STANDING, exists, findings, obstacle, refusals
from keyuan.policies.rules.service_items.codes import Party
from keyuan.policies.rules.service_items.facts import Facts
from keyuan.policies.rules.service_items.values import read
from keyuan.policies.selectors.service_items import labels
from keyuan.policies.services.payments import PaymentDraft, record_payment
from keyuan.policies.services.service_items import deciding
from keyuan.policies.services.service_items import entering as taking
from keyuan.policies.services.service_items.effects.table import EFFECTS
from keyuan.policies.testing import keep, make_policy, make_product
from keyuan.policies.tests.service_acts import ACCOUNT, PAYEE, at, carry_out, complete, draft_for, files, reverse

pytestmark = pytest.mark.django_db
PHONE = "13912345678"


@pytest.fixture
def agent():
    return make_actor("agent")


@pytest.fixture
def clerk():
    return make_actor("policy_clerk", unit=small_tree().east)


@pytest.fixture
def head():
    return make_actor("management", unit=small_tree().head)


@pytest.fixture
def holder(agent):
    return make_customer(agent, "周国栋", birth_on=date(1985, 5, 1))


@pytest.fixture
def policy(agent, holder):
    product = make_product(kind="LIFE", pay_modes=["02", "03", "04", "05"], issue_age_min=18, issue_age_max=60)
    years = clock.today().year - 3
    made = make_policy(
        agent, holder, product=product, now=clock.now(), effective_on=date(years, 1, 10), issued_on=date(years, 1, 10),
        applied_on=date(years, 1, 9), premium=1_000_000, sum_insured=50_000_000,
        coverages=(), receipt_signed_on=date(years, 1, 12),
    )  # fmt: skip
    paid = made.instalments.filter(due_on__lte=clock.today()).count()
    for number in range(paid):
        draft = PaymentDraft(1_000_000, clock.today(), "30", f"p{number}")
        record_payment(actor=entering(agent), policy_id=made.pk, draft=draft, now=clock.now())
    made.refresh_from_db()
    return made


def codes_of(error):
    return [part.code for part in error.value.errors] if isinstance(error.value, Invalid) else [error.value.code]


def refused_for(actor, *asked, **more):
    """Return why a request is refused."""
    draft = draft_for(*asked, **more)
    with pytest.raises(Invalid) as refused:
        taking.create_request(actor=actor, draft=draft, now=clock.now())
    return codes_of(refused)


def test_every_item_has_names_effect_and_known_checks():
    codes = {item.code for item in ITEMS}

    assert codes == {
        "CONTACT", "PARTY_INFO", "ID_EXPIRY", "HOLDER", "BENEFICIARY", "OCCUPATION", "PAY_ACCOUNT", "PAY_MODE", "RIDER",
        "SUM_UP", "SUM_DOWN", "REDUCED_PU", "EXT_TERM", "REINSTATE", "LOAN", "REPAY", "APL_ELECT", "SURVIVAL",
        "DIV_OPT", "TOPUP", "WITHDRAW", "SWITCH", "CONVERT", "MOVE", "LOST", "REISSUE", "WAIVER", "WT", "CT",
        "ENDORSE", "REVERSE",
    }  # fmt: skip
    assert codes == set(labels.ITEMS) == set(EFFECTS) | {"REVERSE"}
    assert codes == {code for _heading, group in labels.GROUPS for code in group}
    assert {name for item in ITEMS for name in item.checks} <= set(CHECKS)
    assert {name for item in ITEMS for name in item.checks} <= set(labels.CHECKS)
    assert {paper for item in ITEMS for paper in item.papers} <= set(labels.PAPERS)
    assert {ask.key for item in ITEMS for ask in item.asks} <= set(labels.FIELDS)


@pytest.mark.parametrize("typed, code", [(0, "request.no_number"), (None, "request.value_missing")])
def test_a_nought_is_told_apart_from_an_empty_field(typed, code):
    found = read(BY_CODE["TOPUP"], {"amount": typed}, {}).wrong

    assert [error.code for error in found if error.field == "amount"] == [code]


def fits(item, **more):
    """Return facts of a contract for which the item exists."""
    kind = "MOTOR" if item.line == "PROPERTY" else "LIFE"
    design = {"ACCOUNT": "UNIVERSAL", "DIVIDEND": "PARTICIPATING"}.get(item.line, "")
    values = {"applicant_role": item.applicants[0], "status": item.statuses[0], "kind": kind, "design": design}
    return Facts(on=date(2026, 3, 16), **values | more)


OVER, RUNS = (
    {"has_cooling_off": True, "receipt_signed_on": date(2026, 3, 1), "cooling_off_until": date(2026, 3, day)}
    for day in (15, 16)
)


@pytest.mark.parametrize("code, more, refusal", [
    ("WT", OVER, "policy.cooling_off_over"),
    ("WT", RUNS, None),
    ("CT", RUNS, "request.still_cooling_off"),
    ("CT", {}, None),
    ("REVERSE", {}, "request.nothing_to_reverse"),
    ("REVERSE", {"reversible": True}, None),
    ("REINSTATE", {"status": PolicyStatus.IN_FORCE}, "request.wrong_status"),
    ("REPAY", {}, "request.no_debt"),
    ("SURVIVAL", {"benefit_payable": 0}, "request.no_benefit_due"),
    ("SURVIVAL", {"benefit_payable": 100}, None),
    ("WITHDRAW", {"account_value": 0}, "request.account_empty"),
    ("LOST", {"is_lost": True}, "request.lost_already"),
    ("CONTACT", {}, None),
])  # fmt: skip
def test_what_stands_in_the_way_is_known_before_the_form_is_filled_in(code, more, refusal):
    found = obstacle(BY_CODE[code], fits(BY_CODE[code], **more))

    assert (found.code if found else None) == refusal
    assert set(CHECKS) >= STANDING


@pytest.mark.parametrize("code, more, there", [
    ("WT", {"has_cooling_off": True}, True),
    ("WT", {"has_cooling_off": False}, False),
    ("WT", {"has_cooling_off": True, "kind": "MOTOR"}, False),
    ("ENDORSE", {"kind": "LIFE"}, False),
    ("CT", {"kind": "MOTOR"}, True),
])  # fmt: skip
def test_what_never_applies_is_no_item_of_the_contract(code, more, there):
    assert exists(BY_CODE[code], fits(BY_CODE[code], **more)) is there


@pytest.mark.parametrize("is_compulsory", [True, False])
def test_the_lawful_ground_is_asked_and_checked_of_compulsory_cover_alone(is_compulsory):
    item = BY_CODE["CT"]

    asked = {ask.key for ask in asked_of(item, is_compulsory=is_compulsory)}
    checked = {found.check for found in findings(item, fits(item, is_compulsory=is_compulsory))}

    assert ("ground" in asked, "compulsory_ground" in checked) == (is_compulsory, is_compulsory)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
def test_every_item_knows_who_may_ask_in_which_state_of_which_contract(item):
    roles = {role for role in Party if not codes(item, "applicant", applicant_role=role)}
    states = {state for state in PolicyStatus if not codes(item, "possible", status=state)}

    assert roles == set(item.applicants)
    assert states == set(item.statuses)
    assert codes(item, "possible", kind="PROPERTY") == (["request.wrong_line"] if item.line == "LIFE" else [])
    assert len(set(item.papers)) == len(item.papers)


def codes(item, check, **more):
    return [
        found.refusal.code for found in findings(item, fits(item, **more)) if found.check == check and found.refusal
    ]


@pytest.mark.parametrize("item, applicant, on_death, same, wanted", [
    ("BENEFICIARY", "HOLDER", False, False, ("INSURED",)), ("BENEFICIARY", "INSURED", False, False, ("HOLDER",)),
    ("BENEFICIARY", "HOLDER", True, True, ()), ("LOAN", "HOLDER", True, False, ("INSURED",)),
    ("LOAN", "HOLDER", False, False, ()), ("HOLDER", "HOLDER", True, False, ("NEW_HOLDER", "INSURED")),
    ("HOLDER", "HOLDER", True, True, ("NEW_HOLDER",)), ("RIDER", "HOLDER", False, False, ("INSURED",)),
    ("CT", "HOLDER", True, False, ()),
])  # fmt: skip
def test_consents_follow_the_insurance_law(item, applicant, on_death, same, wanted):
    found = consents_for(BY_CODE[item], applicant=applicant, pays_on_death=on_death, holder_is_insured=same)

    assert found == wanted


@pytest.mark.parametrize("item, more, code", [
    ("CT", {"is_lost": True}, "request.lost"), ("LOAN", {"is_frozen": True}, "policy.frozen"),
    ("CT", {"is_compulsory": True, "kind": "MOTOR"}, "request.compulsory_ground"),
    ("CT", {"values": {"ground": "LOST"}}, "request.ground_not_asked"),
    ("CONTACT", {"values": {"phone": True, "verified_how": "UNREACHABLE"}, "face": "PHONE"},
     "request.old_number_at_counter"),
    ("BENEFICIARY", {"holder_is_company": True, "parties": (PartyDraft(name="甲", relation_to_insured="12"),)},
     "request.employer_beneficiary"),
    ("OCCUPATION", {"values": {"occupation_class": "7"}}, "request.occupation_declined"),
    ("WT", {"has_cooling_off": True, "cooling_off_until": date(2026, 3, 15)}, "policy.cooling_off_over"),
    ("WT", {"has_cooling_off": True, "claim_paid": True}, "policy.claim_paid"),
    ("REINSTATE", {"suspended_on": date(2024, 3, 15)}, "request.window_over"),
    ("REINSTATE", {"expires_on": date(2026, 3, 15)}, "policy.cover_over"),
    ("PAY_MODE", {"arrears": 1}, "request.arrears"), ("CONVERT", {"debt": 1}, "request.debt_open"),
    ("SURVIVAL", {"benefit_payable": 10, "values": {"amount": 11}}, "request.benefit_not_payable"),
    ("SWITCH", {"values": {"from_fund": "A", "to_fund": "A"}}, "request.same_fund"),
    ("SWITCH", {"values": {"from_fund": "A", "new_fund": "A"}}, "request.same_fund"),
    ("SWITCH", {"values": {"from_fund": "A", "to_fund": "B", "new_fund": "C"}}, "request.one_fund"),
    ("SWITCH", {"values": {"from_fund": "A"}}, "request.one_fund"),
    ("SWITCH", {"values": {"from_fund": "A", "to_fund": "B", "share": 101}}, "request.share_range"),
    ("WAIVER", {"is_waived": True}, "request.waived_already"),
    ("MOVE", {"branch_id": 7, "values": {"to_branch": "7"}}, "request.same_branch"),
    ("ENDORSE", {"values": {"plate": "XX"}}, "plate.length"), ("ID_EXPIRY", {"values": {}}, "request.document_end"),
    ("PARTY_INFO", {"values": {"whose": "INSURED", "name": "甲"}, "applicant_id": 1}, "request.not_concerned"),
])  # fmt: skip
def test_checks_find_what_stands_in_the_way(item, more, code):
    found = [error.code for error in refusals(BY_CODE[item], fits(BY_CODE[item], **more))]

    assert code in found


def test_contact_data_change_once_papers_are_there_and_come_back(clerk, head, policy, holder):
    typed = {"verified_how": "CODE", "phone": PHONE}
    request = carry_out(clerk, head, policy, "CONTACT", typed)
    made = ContactPoint.objects.get(customer=holder, kind="MOBILE", is_primary=True)
    event = PolicyEvent.objects.filter(policy=policy, kind="POS_CONTACT").get()

    assert (request.status, request.effective_on, request.amount) == ("EFFECTIVE", clock.today(), 0)
    assert made.phone.equals(PHONE)
    assert made.verified_at is not None
    assert (event.reason, event.detail) == (request.request_no, {"request": request.pk})
    assert PHONE not in str(ServiceRequest.objects.filter(pk=request.pk).values())
    assert [row.act for row in RequestEvent.objects.filter(request=request).order_by("pk")] == [
        "CREATE", "SUBMIT", "TAKE", "PASS",
    ]  # fmt: skip
    assert set(RequestNotice.objects.filter(request=request).values_list("kind", flat=True)) == {
        "RECEIVED", "EFFECTIVE",
    }  # fmt: skip

    reverse(clerk, head, policy, request)
    request.refresh_from_db()
    assert request.is_reversed
    assert not ContactPoint.objects.filter(pk=made.pk).exists()


def test_missing_papers_are_asked_for_once_and_named(clerk, policy):
    typed = {"verified_how": "CODE", "phone": PHONE}
    request = taking.create_request(actor=clerk, draft=draft_for(policy, "CONTACT", typed), now=clock.now())
    with pytest.raises(Refused) as early:
        taking.submit_request(actor=clerk, **at(request))
    deciding.ask_papers(actor=clerk, reason="请补申请书", **at(request))
    with pytest.raises(Refused) as twice:
        deciding.ask_papers(actor=clerk, reason="再补", **at(request))

    request.refresh_from_db()
    assert (request.status, request.missing, request.due_key) == ("ACCEPTED", ["FORM", "ID"], "")
    assert (early.value.code, twice.value.code) == ("request.incomplete", "request.asked_before")


def test_a_request_is_never_older_than_its_contract(clerk, policy):
    day = policy.applied_on
    with pytest.raises(Invalid) as refused:
        taking.create_request(
            actor=clerk,
            draft=draft_for(policy, "LOST", {"lost_on": "2026-01-05"}, received_on=day - timedelta(days=1)),
            now=clock.now(),
        )

    made = taking.create_request(
        actor=clerk, draft=draft_for(policy, "LOST", {"lost_on": "2026-01-05"}, received_on=day), now=clock.now()
    )

    assert [(one.code, one.field) for one in refused.value.errors] == [("request.before_contract", "received_on")]
    assert made.received_at == clock.start_of(day)


def test_a_new_holder_takes_both_holders_and_the_insured_and_two_people(clerk, head, agent, policy):
    new = make_customer(agent, "李秀英", birth_on=date(1986, 1, 1))
    old = policy.holder_id
    keep(policy, debit_account=ACCOUNT)
    more = {
        "people": {"new_holder": (PartyDraft(new.pk),)}, "typed": {"relation": "01"},
    }  # fmt: skip
    request = taking.create_request(actor=clerk, draft=draft_for(policy, "HOLDER", **more), now=clock.now())
    files(request)
    with pytest.raises(Refused):
        taking.submit_request(actor=clerk, **at(request))
    consent = {"how": "SIGNED", "given_on": clock.today(), "now": clock.now()}
    taking.record_consent(actor=clerk, request_id=request.pk, party="NEW_HOLDER", **consent)
    taking.submit_request(actor=clerk, **at(request))
    deciding.take_request(actor=clerk, **at(request))
    deciding.pass_request(actor=clerk, **at(request))
    with pytest.raises(Forbidden):
        deciding.approve_request(actor=clerk, **at(request))
    deciding.approve_request(actor=head, **at(request))

    policy.refresh_from_db()
    roles = PolicyParty.objects.filter(policy=policy, role="HOLDER", valid_until__isnull=True)
    assert (policy.holder_id, policy.holder_name, policy.debit_account) == (new.pk, "李秀英", None)
    assert [row.customer_id for row in roles] == [new.pk]

    reverse(clerk, head, policy, request)
    assert (policy.holder_id, policy.debit_account is not None) == (old, True)


def test_a_stranger_without_interest_needs_the_insured(clerk, agent, policy):
    new = make_customer(agent, "王强")
    draft = draft_for(policy, "HOLDER", {"relation": "12"}, people={"new_holder": (PartyDraft(new.pk),)})
    with pytest.raises(Invalid) as refused:
        taking.create_request(actor=clerk, draft=draft, now=clock.now())
    agreed = replace(draft, consents={"INSURED": "SIGNED", "NEW_HOLDER": "SIGNED"})
    taken = taking.create_request(actor=clerk, draft=agreed, now=clock.now())

    assert codes_of(refused) == ["request.no_interest"]
    assert taken.missing == ["FORM", "ID", "NEW_HOLDER_ID", "RELATION"]


def test_beneficiaries_add_up_or_are_refused_and_come_back(clerk, head, policy):
    half = (PartyDraft(name="周小雨", relation_to_insured="03", share_bp=5_000),)
    whole = (*half, PartyDraft(name="李秀英", relation_to_insured="01", share_bp=5_000))
    refused = refused_for(clerk, policy, "BENEFICIARY", people={"beneficiaries": half})
    request = carry_out(clerk, head, policy, "BENEFICIARY", people={"beneficiaries": whole})
    present = PolicyParty.objects.filter(policy=policy, role="BENEFICIARY", valid_until__isnull=True)

    assert refused == ["policy.shares_sum"]
    assert sorted(present.values_list("name", "share_bp")) == [("周小雨", 5_000), ("李秀英", 5_000)]
    reverse(clerk, head, policy, request)
    assert not present.exists()


def test_a_frequency_changes_by_the_modal_factor_from_the_next_common_day(clerk, head, policy):
    first = policy.next_due_on
    policy.coverages.all().delete()
    shares = {"主险": 900_001, "住院": 66_666, "豁免": 33_333}
    for place, (name, premium) in enumerate(shares.items()):
        policy.coverages.create(code=f"C{place}", name=name, premium=premium, is_rider=place > 0)
    request = carry_out(clerk, head, policy, "PAY_MODE", {"pay_mode": "02"})
    coming = policy.instalments.filter(status="DUE").order_by("due_on")

    assert (policy.pay_mode, policy.premium, policy.annual_premium) == ("02", 90_000, 1_080_000)
    assert (policy.next_due_on, policy.next_due_amount) == (first, 90_000)
    assert coming[1].due_on == (first.replace(month=first.month + 1) if first.month < 12 else coming[1].due_on)
    assert coming.count() == 12 * (20 - policy.instalments.filter(status="PAID").count())
    assert list(policy.coverages.order_by("pk").values_list("premium", flat=True)) == [81_000, 6_000, 3_000]
    reverse(clerk, head, policy, request)
    assert list(policy.coverages.order_by("pk").values_list("premium", flat=True)) == list(shares.values())
    assert (policy.pay_mode, policy.premium, policy.next_due_on) == ("05", 1_000_000, first)
    assert policy.instalments.count() == 20


def test_riders_come_and_go_with_their_premium(clerk, head, policy):
    rider = make_product(name="附加住院", kind="MEDICAL", is_rider=True, is_long_term=False)
    typed = {
        "rider_act": "ADD", "rider": str(rider.pk), "rider_sum": 1_000_000, "rider_premium": 30_000, "health": "健康",
    }  # fmt: skip
    carry_out(clerk, head, policy, "RIDER", typed)
    cover = Coverage.objects.get(policy=policy, is_rider=True)
    with_rider = (policy.premium, policy.next_due_amount)
    carry_out(clerk, head, policy, "RIDER", {"rider_act": "REMOVE", "coverage": str(cover.pk)})

    assert with_rider == (1_030_000, 1_030_000)
    assert (policy.premium, policy.coverages.filter(is_rider=True).count()) == (1_000_000, 0)


def test_sums_rise_with_underwritten_premium_and_minors_have_a_cap(clerk, head, policy, holder):
    typed = {"new_sum": 60_000_000, "health": "健康"}
    carry_out(clerk, head, policy, "SUM_UP", typed, pass_with={"new_premium": 1_300_000})
    raised = (policy.sum_insured, policy.premium)
    type(holder).objects.filter(pk=holder.pk).update(birth_on=clock.today() - timedelta(days=366 * 9))
    capped = refused_for(clerk, policy, "SUM_UP", {"new_sum": 70_000_000, "health": "健康"})

    assert raised == (60_000_000, 1_300_000)
    assert capped == ["request.minor_cap"]


@pytest.mark.parametrize("item, typed, column, value", [
    ("APL_ELECT", {"elects": "YES"}, "apl_elected_on", "today"),
    ("LOST", {"lost_on": "2026-01-05"}, "is_lost", True),
    ("REISSUE", {"paper": "PAPER"}, "is_lost", False),
])  # fmt: skip
def test_small_changes_take_effect(item, typed, column, value, clerk, head, policy):
    carry_out(clerk, head, policy, item, typed)

    assert getattr(policy, column) == (clock.today() if value == "today" else value)


def test_own_accounts_only(clerk, head, policy):
    wrong = {"account": ACCOUNT, "bank": "工商银行", "account_name": "李秀英"}
    refused = refused_for(clerk, policy, "PAY_ACCOUNT", wrong)
    request = carry_out(clerk, head, policy, "PAY_ACCOUNT", wrong | {"account_name": "周国栋"})

    assert refused == ["request.not_own_account"]
    assert policy.debit_account.equals(ACCOUNT)
    reverse(clerk, head, policy, request)
    assert policy.debit_account is None


def test_a_surrender_is_owed_within_thirty_days_and_balances(clerk, head, policy):
    request = carry_out(clerk, head, policy, "CT", {"cause": "MONEY", **PAYEE})
    refund = Refund.objects.get(policy=policy)
    lines = LedgerLine.objects.filter(policy=policy).values_list("amount", flat=True)

    assert (policy.status, policy.termination_reason) == ("TERMINATED", "03")
    assert (refund.amount, refund.due_by) == (-request.amount, clock.today() + timedelta(days=30))
    assert refund.payee_account.equals(ACCOUNT)
    assert sum(lines) == 0
    reverse(clerk, head, policy, request)
    refund.refresh_from_db()
    assert (policy.status, policy.termination_reason, refund.state) == ("IN_FORCE", "", "CANCELLED")
    assert sum(LedgerLine.objects.filter(policy=policy, account="REFUND_PAYABLE").values_list("amount", flat=True)) == 0
    assert policy.next_due_on < date(9999, 1, 1)


def test_cooling_off_gives_every_premium_back_less_the_fee(clerk, head, agent, holder):
    product = make_product(kind="LIFE")
    start = clock.today() - timedelta(days=5)
    policy = make_policy(
        agent, holder, product=product, now=clock.now(), effective_on=start, issued_on=start, applied_on=start,
        premium=1_000_000, receipt_signed_on=start,
    )  # fmt: skip
    paid = PaymentDraft(1_000_000, start, "30", "first")
    record_payment(actor=entering(agent), policy_id=policy.pk, draft=paid, now=clock.now())
    surrender = refused_for(clerk, policy, "CT", {"cause": "MONEY", **PAYEE})
    carry_out(clerk, head, policy, "WT", PAYEE)

    assert surrender == ["request.still_cooling_off"]
    assert (policy.termination_reason, Refund.objects.get(policy=policy).amount) == ("08", 999_000)


def test_a_loan_is_lent_repaid_and_bounded(clerk, head, policy):
    refused = refused_for(clerk, policy, "LOAN", {"amount": 100_000_000, **PAYEE})
    carry_out(clerk, head, policy, "LOAN", {"amount": 100_000, **PAYEE})
    lent = (policy.is_loaned, policy.debt, Refund.objects.get(policy=policy).amount)
    paid = {"amount": 100_000, "paid_on": clock.today().isoformat()}
    carry_out(clerk, head, policy, "REPAY", paid)

    assert refused == ["request.loan_too_high"]
    assert lent == (True, 100_000, 100_000)
    assert (policy.is_loaned, policy.debt) == (False, None)
    assert sum(LedgerLine.objects.filter(policy=policy, account="LOAN").values_list("amount", flat=True)) == 0
    assert PolicyLoan.objects.get(policy=policy).closed_on == clock.today()


def test_reinstatement_takes_arrears_and_restarts_the_contract(clerk, head, agent, holder):
    product = make_product(kind="LIFE", waiting_days=90)
    start = clock.today() - timedelta(days=480)
    policy = make_policy(
        agent, holder, product=product, now=clock.now(), effective_on=start, issued_on=start, applied_on=start,
        premium=1_000_000,
    )  # fmt: skip
    first = PaymentDraft(1_000_000, start, "30", "first")
    record_payment(actor=entering(agent), policy_id=policy.pk, draft=first, now=clock.now())
    keep(policy, status="SUSPENDED", suspended_on=start + timedelta(days=430), in_grace=False)
    typed = {"health": "健康无变化", "paid_on": clock.today().isoformat()}
    request = carry_out(clerk, head, policy, "REINSTATE", typed)

    assert (policy.status, policy.reinstated_on) == ("IN_FORCE", clock.today())
    assert policy.waiting_until == clock.today() + timedelta(days=90)
    assert (request.result["cost"][0], request.amount > 1_000_000) == (["PREMIUMS", 1_000_000], True)
    reverse(clerk, head, policy, request)
    assert (policy.status, policy.instalments.filter(status="PAID").count()) == ("SUSPENDED", 1)


@pytest.mark.parametrize("item, flag", [("REDUCED_PU", "is_reduced_paid_up"), ("EXT_TERM", "is_paid_up")])
def test_a_contract_lives_on_without_premiums(item, flag, clerk, head, policy):
    carry_out(clerk, head, policy, item)

    assert (getattr(policy, flag), policy.next_due_on) == (True, date(9999, 12, 31))
    assert (policy.sum_insured < 50_000_000) is (item == "REDUCED_PU")
    assert (policy.expires_on < date(9999, 12, 31)) is (item == "EXT_TERM")


def test_a_smaller_sum_pays_its_part_and_lowers_the_premium(clerk, head, policy):
    carry_out(clerk, head, policy, "SUM_DOWN", {"new_sum": 25_000_000, **PAYEE})

    assert (policy.sum_insured, policy.premium, policy.next_due_amount) == (25_000_000, 500_000, 500_000)
    assert Refund.objects.get(policy=policy).kind == "WITHDRAWAL"


def test_an_account_takes_in_and_pays_out(clerk, head, agent, holder, policy):
    type(policy.product).objects.filter(pk=policy.product_id).update(design="UNIVERSAL")
    policy.product.refresh_from_db()
    paid_on = clock.today().isoformat()
    carry_out(clerk, head, policy, "TOPUP", {"amount": 500_000, "paid_on": paid_on})
    refused = refused_for(clerk, policy, "WITHDRAW", {"amount": 600_000, **PAYEE})
    done = carry_out(clerk, head, policy, "WITHDRAW", {"amount": 200_000, **PAYEE})

    assert refused == ["request.account_too_low"]
    assert done.result["account"] == 300_000


def test_money_above_the_limit_takes_a_second_person_who_took_no_part(clerk, head, policy):
    ServiceItemRule.objects.create(item="LOAN", second="ABOVE", limit=50_000, changed_at=clock.now())
    request = complete(clerk, policy, "LOAN", {"amount": 60_000, **PAYEE})
    deciding.take_request(actor=clerk, **at(request))
    deciding.pass_request(actor=clerk, **at(request))
    own = replace(clerk, permissions=clerk.permissions | {"policies.service_approve"})
    with pytest.raises(Refused) as refused:
        deciding.approve_request(actor=own, **at(request))
    deciding.send_back(actor=head, reason="请核实账户", **at(request))
    deciding.pass_request(actor=clerk, **at(request))
    deciding.approve_request(actor=head, **at(request))

    request.refresh_from_db()
    assert refused.value.code == "request.own"
    assert (request.status, request.approver_id) == ("EFFECTIVE", head.id)


def test_what_changed_meanwhile_is_noticed_before_the_effect(clerk, policy):
    request = complete(clerk, policy, "PAY_MODE", {"pay_mode": "02"})
    deciding.take_request(actor=clerk, **at(request))
    keep(policy, is_frozen=True)
    with pytest.raises(Invalid) as refused:
        deciding.pass_request(actor=clerk, **at(request))

    policy.refresh_from_db()
    assert (codes_of(refused), policy.pay_mode) == (["policy.frozen"], "05")


def test_a_form_sent_twice_and_two_clerks_at_once_make_one(clerk, policy):
    typed = {"verified_how": "CODE", "phone": PHONE}
    draft = draft_for(policy, "CONTACT", typed)
    first, second = (taking.create_request(actor=clerk, draft=draft, now=clock.now(), token="t1") for _ in range(2))
    with pytest.raises(Refused) as other:
        taking.create_request(actor=clerk, draft=draft, now=clock.now(), token="t2")
    files(first)
    taking.submit_request(actor=clerk, **at(first))
    seen = at(first)
    deciding.take_request(actor=clerk, **seen)
    with pytest.raises(Conflict):
        deciding.take_request(actor=make_actor("policy_clerk", unit=small_tree().east), **seen)

    assert (first.pk, ServiceRequest.objects.count(), other.value.code) == (second.pk, 1, "request.open_already")


def test_a_later_change_stands_in_the_way_of_taking_back(clerk, head, policy):
    first = carry_out(clerk, head, policy, "PAY_MODE", {"pay_mode": "02"})
    carry_out(clerk, head, policy, "PAY_MODE", {"pay_mode": "03"})
    request = complete(clerk, policy, "REVERSE", {"reverses": str(first.pk), "note": "误"}, applicant_role="STAFF")
    deciding.take_request(actor=clerk, **at(request))
    deciding.pass_request(actor=clerk, **at(request))
    with pytest.raises(Refused) as refused:
        deciding.approve_request(actor=head, **at(request))

    policy.refresh_from_db()
    assert (refused.value.code, policy.pay_mode) == ("request.changed_since", "03")


@pytest.mark.parametrize("moment", ["applying.touch", "applying._note", "deciding.clocks.end", "deciding.give_notice"])
def test_nothing_is_left_of_an_effect_that_is_killed_half_way(moment, clerk, policy, monkeypatch):
    request = complete(clerk, policy, "LOAN", {"amount": 60_000, **PAYEE})
    deciding.take_request(actor=clerk, **at(request))

    def killed(*_args, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr(f"keyuan.policies.services.service_items.{moment}", killed)
    with pytest.raises(KeyboardInterrupt):
        deciding.pass_request(actor=clerk, **at(request))
    monkeypatch.undo()
    left = (PolicyLoan.objects.count(), Refund.objects.count(), LedgerEntry.objects.filter(kind="LOAN").count())
    deciding.pass_request(actor=clerk, **at(request))

    request.refresh_from_db()
    assert (left, request.status, PolicyLoan.objects.count()) == ((0, 0, 0), "EFFECTIVE", 1)


def test_a_contract_of_a_core_system_is_asked_for_there_and_never_changed_here(clerk, policy):
    keep(policy, source="core", source_name="寿险核心")
    request = complete(clerk, policy, "PAY_MODE", {"pay_mode": "02"})
    deciding.take_request(actor=clerk, **at(request))
    deciding.pass_request(actor=clerk, **at(request))
    request.refresh_from_db()
    sent = (request.status, request.sent_at is not None, request.due_key)
    deciding.confirm_request(actor=clerk, reason="核心受理号 8801", **at(request))

    policy.refresh_from_db()
    request.refresh_from_db()
    assert sent == ("REVIEWING", True, "DL-POS")
    assert (policy.pay_mode, request.status, request.result) == ("05", "EFFECTIVE", {"keeper": "核心受理号 8801"})


def test_agents_take_in_for_their_own_customers_and_never_decide(agent, policy):
    other = make_actor("agent")
    typed = {"verified_how": "CODE", "phone": PHONE}
    draft = draft_for(policy, "CONTACT", typed, face="AGENT")
    request = taking.create_request(actor=agent, draft=draft, now=clock.now())
    with pytest.raises(Exception, match=r"policy\.not_found"):
        taking.create_request(actor=other, draft=draft_for(policy, "LOST", {"lost_on": "2026-01-05"}), now=clock.now())
    with pytest.raises(Forbidden):
        deciding.take_request(actor=agent, **at(request))
    with pytest.raises(Forbidden):
        deciding.approve_request(actor=agent, **at(request))


def test_a_refusal_says_why_and_ends_the_clocks(clerk, policy):
    request = complete(clerk, policy, "CT", {"cause": "MONEY", **PAYEE})
    running = (request.due_key, request.due_on)
    deciding.take_request(actor=clerk, **at(request))
    deciding.reject_request(actor=clerk, reason="签名不符", **at(request))

    request.refresh_from_db()
    assert running == ("DL-SURR", clock.today() + timedelta(days=30))
    assert (request.status, request.reason, request.due_key) == ("REJECTED", "签名不符", "")
    assert Policy.objects.get(pk=policy.pk).status == "IN_FORCE"
