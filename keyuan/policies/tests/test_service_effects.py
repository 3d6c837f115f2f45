"""What every item of policy service does to contract, people and ledger, its letter, and that it comes back (POL-5).

Domain.md §A.7, item by item: asked, a second person where it takes one, effect with exact figures, letter, reversal.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import Sum

from keyuan.customers.models import ContactPoint, Customer, IdentityDocument
from keyuan.customers.testing import entering, make_customer
from keyuan.kernel.dates import add_years
from keyuan.organisation.testing import make_actor, small_tree
from keyuan.platform import clock
from keyuan.policies.models import (
    BenefitDue,
    BenefitOption,
    Coverage,
    LedgerLine,
    Policy,
    PolicyFund,
    PolicyParty,
    PolicyService,
    Refund,
    RequestNotice,
    Vehicle,
)
from keyuan.policies.rules.drafts import PartyDraft
from keyuan.policies.rules.service_items.catalogue import BY_CODE
from keyuan.policies.rules.service_items.codes import Second
from keyuan.policies.selectors.service_items.money import funds_of
from keyuan.policies.selectors.values.quoting import quote
from keyuan.policies.services.payments import PaymentDraft, record_payment
from keyuan.policies.services.service_items.images import picture
from keyuan.policies.services.service_items.letters import letter_of
from keyuan.policies.testing import keep, make_policy, make_product
from keyuan.policies.tests.service_acts import ACCOUNT, PAYEE, carry_out, reverse
from keyuan.products.models import RateRow, RateTable
from keyuan.products.rules.pricing import half_up

pytestmark = pytest.mark.django_db
PREMIUM, SUM = 1_000_000, 50_000_000
BORN = date(1985, 5, 1)
#: Rates in millionths of a yuan for 1,000 yuan of sum: 20 yuan for a man of class 1, one yuan more a year of age.
RATE, YEAR_OLDER = 20_000_000, 1_000_000
#: Yuan more for 1,000 yuan in occupation class 4, and less for a woman.
CLASS_4, WOMAN = 4_000_000, -2_000_000
IDENTITY = "110101199003077758"
ITEMS_WITHOUT_STORY = {"REVERSE": "every story ends with it"}


def rate_table(product, *, rate=RATE, ages=range(18, 66)):
    table = RateTable.objects.create(
        product=product, label="2020", status="RELEASED", valid_from=date(2015, 1, 1), base=100_000,
        dimensions=["age", "sex", "occupation"], made_at=clock.now(),
    )  # fmt: skip
    base = began().year - BORN.year - ((began().month, began().day) < (BORN.month, BORN.day))
    RateRow.objects.bulk_create(
        RateRow(
            table=table, row_no=number, age=age, sex=sex, occupation=grade,
            rate=rate + (age - base) * YEAR_OLDER + (WOMAN if sex == "2" else 0) + (CLASS_4 if grade == "4" else 0),
        )
        for number, (age, sex, grade) in enumerate((a, s, g) for a in ages for s in "12" for g in "14")
    )  # fmt: skip
    return product


def began():
    return date(clock.today().year - 3, 1, 10)


def pay(world, policy, on=None, amount=PREMIUM, reference="first"):
    draft = PaymentDraft(amount, on or clock.today(), "30", reference)
    record_payment(actor=entering(world.agent), policy_id=policy.pk, draft=draft, now=clock.now())


def contract(world, product, *, start=None, **draft):
    """Return a contract of the world's holder on which everything due is paid."""
    start = start or began()
    policy = make_policy(
        world.agent, world.holder, product=product, now=clock.now(), effective_on=start, issued_on=start,
        applied_on=start, premium=PREMIUM, sum_insured=SUM, coverages=(), **draft,
    )  # fmt: skip
    for row in policy.instalments.filter(due_on__lte=clock.today()).order_by("number"):
        pay(world, policy, amount=row.amount, reference=f"p{row.number}")
    policy.refresh_from_db()
    return policy


def life(world, **fields):
    terms = {"pay_modes": ["02", "05"], "issue_age_min": 18, "issue_age_max": 60}
    product = rate_table(make_product(kind="LIFE", **terms | fields))
    return contract(world, product, receipt_signed_on=began() + timedelta(days=2))


def with_account(world):
    policy = life(world, design="UNIVERSAL")
    typed = {"amount": 500_000, "paid_on": clock.today().isoformat()}
    carry_out(world.clerk, world.head, policy, "TOPUP", typed)
    PolicyFund.objects.create(policy=policy, fund="稳健", amount=200_000)
    return policy


def lent(world):
    policy = life(world)
    carry_out(world.clerk, world.head, policy, "LOAN", {"amount": 100_000, **PAYEE})
    return policy


def suspended(world):
    product = make_product(kind="LIFE", waiting_days=90)
    policy = make_policy(
        world.agent, world.holder, product=product, now=clock.now(), effective_on=began(), issued_on=began(),
        applied_on=began(), premium=PREMIUM, sum_insured=SUM,
    )  # fmt: skip
    pay(world, policy, began())
    since = clock.today() - timedelta(days=100)
    return keep(policy, status="SUSPENDED", suspended_on=since, in_grace=False)


def new_business(world):
    return contract(
        world, make_product(kind="LIFE", cooling_off_days=15), start=clock.today() - timedelta(days=5),
        receipt_signed_on=clock.today() - timedelta(days=5),
    )  # fmt: skip


def owed_benefits(world):
    policy = life(world)
    for number in (1, 2):
        BenefitDue.objects.create(
            policy=policy, product=policy.product, kind="SURVIVAL", code="LIVING", number=number, amount=300_000,
            due_on=clock.today() - timedelta(days=40 - 10 * number), payable=300_000, payee=world.holder,
            payee_name="周国栋", holder=world.holder, next_prompt_on=clock.today(), created_at=clock.now(),
            updated_at=clock.now(),
        )  # fmt: skip
    return policy


def car(world):
    """Return a motor contract of a year of which 73 of 365 days are left behind today, paid at once."""
    start = clock.today() - timedelta(days=291)
    return contract(
        world, make_product(kind="MOTOR", cooling_off_days=0, is_long_term=False), start=start, pay_mode="01",
        pay_term=1, pay_term_unit="S", cover_term_unit="Y", cover_term=1, expires_on=start + timedelta(days=364),
        vehicle={"plate": "浙A12345", "usage": "NON_OPERATING", "seats": 5},
    )  # fmt: skip


def identified(world):
    world.holder = make_customer(world.agent, "周国栋", birth_on=date(1990, 3, 7), identity_number=IDENTITY)
    return life(world)


Told = Callable[[Any], Any]


@dataclass(frozen=True)
class Story:
    """One item in one situation: what is typed, what is seen of it afterwards, and what the ledger moved."""

    item: str
    seen: Told
    expected: Told
    typed: Told = lambda world: {}
    more: Told = lambda world: {}
    contract: Callable[[Any], Policy] = life
    ledger: Told = lambda world: {}
    name: str = ""
    told: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name or self.item


def primary(world, kind):
    return ContactPoint.objects.filter(customer=world.holder, kind=kind, is_primary=True).first()


def roles(world, role):
    rows = PolicyParty.objects.filter(policy=world.policy, role=role, valid_until__isnull=True)
    return sorted(rows.values_list("customer_id", "name", "share_bp"))


def premium_state(world):
    paid = world.policy.instalments.filter(status="PAID")
    return world.policy.premium, world.policy.next_due_amount, paid.aggregate(sum=Sum("paid_amount"))["sum"]


def today(world):
    return clock.today().isoformat()


def states_since(world, years):
    rows = world.policy.instalments.filter(due_on__gte=add_years(began(), years))
    return set(rows.values_list("status", flat=True))


def new_contract(world):
    return Policy.objects.get(previous_policy_id=world.policy.pk)


def converted(world):
    made = new_contract(world)
    facts = (made.premium, made.sum_insured, made.status, made.holder_id, made.effective_on, made.waiting_until)
    return world.policy.status, world.policy.termination_reason, facts, paid_in(made)


def paid_in(policy):
    return policy.instalments.aggregate(sum=Sum("paid_amount"))["sum"]


def refunded():
    return list(Refund.objects.filter(state="PAYABLE").order_by("pk").values_list("kind", "amount"))


PERSON = {"whose": "HOLDER", "birth_on": "1984-05-01"}
STORIES = (
    Story(
        "CONTACT", lambda w: primary(w, "MOBILE").phone.equals("13912345678"), lambda w: True,
        lambda w: {"verified_how": "CODE", "phone": "13912345678"},
    ),
    Story(
        "PARTY_INFO", premium_state, lambda w: (1_050_000, 1_050_000, w.n * 1_050_000),
        lambda w: PERSON | {"extra_paid_on": today(w)}, name="older than told: the difference is collected",
        ledger=lambda w: {"BANK": w.n * 50_000, "PREMIUM": -w.n * 50_000},
    ),
    Story(
        "PARTY_INFO", lambda w: (premium_state(w), refunded()),
        lambda w: ((900_000, 900_000, w.n * 900_000), [("OVERPAID", w.n * 100_000)]),
        lambda w: {"whose": "HOLDER", "sex": "2"}, name="a woman: too much goes back",
        ledger=lambda w: {"PREMIUM": w.n * 100_000, "REFUND_PAYABLE": -w.n * 100_000},
    ),
    Story(
        "PARTY_INFO", lambda w: (premium_state(w), w.policy.sum_insured),
        lambda w: ((PREMIUM, PREMIUM, w.n * PREMIUM), 47_619_000),
        lambda w: PERSON | {"settles": "REDUCE"}, name="older than told: benefits fall instead",
    ),
    Story(
        "ID_EXPIRY", lambda w: IdentityDocument.objects.get(customer=w.holder).valid_until, lambda w: date(2046, 1, 1),
        lambda w: {"whose": "HOLDER", "valid_until": "2046-01-01"}, contract=identified,
    ),
    Story(
        "HOLDER", lambda w: (w.policy.holder_id, w.policy.holder_name, w.policy.debit_account),
        lambda w: (w.other.pk, "李秀英", None), lambda w: {"relation": "01"},
        lambda w: {"people": {"new_holder": (PartyDraft(w.other.pk),)}, "consents": {"NEW_HOLDER": "SIGNED"}},
    ),
    Story(
        "BENEFICIARY", lambda w: roles(w, "BENEFICIARY"), lambda w: [(None, "周小雨", 10_000)],
        more=lambda w: {"people": {"beneficiaries": (
            PartyDraft(name="周小雨", relation_to_insured="03", share_bp=10_000),
        )}},
    ),
    Story(
        "OCCUPATION", lambda w: (premium_state(w), Customer.objects.get(pk=w.holder.pk).occupation_class),
        lambda w: ((1_200_000, 1_200_000, w.n * PREMIUM), "4"),
        lambda w: {"occupation": "高空作业", "occupation_class": "4"},
    ),
    Story(
        "PAY_ACCOUNT", lambda w: w.policy.debit_account.equals(ACCOUNT), lambda w: True,
        lambda w: {"account": ACCOUNT, "bank": "工商银行", "account_name": "周国栋"},
    ),
    Story(
        "PAY_MODE", lambda w: (w.policy.pay_mode, w.policy.premium, w.policy.annual_premium),
        lambda w: ("02", 90_000, 1_080_000), lambda w: {"pay_mode": "02"},
    ),
    Story(
        "RIDER", lambda w: (w.policy.premium, Coverage.objects.get(policy=w.policy, is_rider=True).sum_insured),
        lambda w: (1_030_000, 1_000_000),
        lambda w: {
            "rider_act": "ADD", "rider": str(make_product(name="附加住院", kind="MEDICAL", is_rider=True).pk),
            "rider_sum": 1_000_000, "rider_premium": 30_000, "health": "健康",
        },
    ),
    Story(
        "SUM_UP", lambda w: (w.policy.sum_insured, w.policy.premium, w.policy.next_due_amount),
        lambda w: (60_000_000, 1_200_000, 1_200_000), lambda w: {"new_sum": 60_000_000, "health": "健康"},
    ),
    Story(
        "SUM_DOWN", lambda w: (w.policy.sum_insured, w.policy.premium, refunded()),
        lambda w: (25_000_000, 500_000, [("WITHDRAWAL", half_up(w.worth.cash.amount, 2))]),
        lambda w: {"new_sum": 25_000_000, **PAYEE},
        ledger=lambda w: moved("CASH_VALUE", "REFUND_PAYABLE", half_up(w.worth.cash.amount, 2)),
    ),
    Story(
        "REDUCED_PU", lambda w: (w.policy.is_reduced_paid_up, w.policy.sum_insured, w.policy.next_due_amount),
        lambda w: (True, SUM * w.n // 20, None),
    ),
    Story(
        "EXT_TERM", lambda w: (w.policy.is_paid_up, w.policy.sum_insured, w.policy.expires_on < date(2200, 1, 1)),
        lambda w: (True, SUM, True),
    ),
    Story(
        "REINSTATE", lambda w: (w.policy.status, w.policy.reinstated_on, w.policy.waiting_until),
        lambda w: ("IN_FORCE", clock.today(), clock.today() + timedelta(days=90)),
        lambda w: {"health": "健康", "paid_on": today(w)}, contract=suspended,
        ledger=lambda w: {
            "BANK": w.request.amount, "PREMIUM": -w.request.result["cost"][0][1],
            "INTEREST": -w.request.result["cost"][1][1],
        },
    ),
    Story(
        "LOAN", lambda w: (w.policy.is_loaned, w.policy.debt, refunded()),
        lambda w: (True, 100_000, [("LOAN", 100_000)]), lambda w: {"amount": 100_000, **PAYEE},
        ledger=lambda w: moved("LOAN", "REFUND_PAYABLE", 100_000),
    ),
    Story(
        "REPAY", lambda w: (w.policy.is_loaned, w.policy.debt), lambda w: (True, 60_000),
        lambda w: {"amount": 40_000, "paid_on": today(w)}, contract=lent,
        ledger=lambda w: moved("BANK", "LOAN", 40_000),
    ),
    Story(
        "APL_ELECT", lambda w: w.policy.apl_elected_on, lambda w: clock.today(), lambda w: {"elects": "YES"},
    ),
    Story(
        "SURVIVAL", lambda w: (list(w.policy.benefits_due.order_by("pk").values_list("state", flat=True)), refunded()),
        lambda w: (["APPROVED", "OPEN"], [("BENEFIT", 300_000)]),
        lambda w: {"amount": 300_000, "proof": "IN_PERSON", "proof_on": today(w), **PAYEE},
        lambda w: {"applicant_role": "INSURED"}, contract=owed_benefits,
        ledger=lambda w: moved("BENEFIT", "BENEFIT_PAYABLE", 300_000),
    ),
    Story(
        "DIV_OPT", lambda w: BenefitOption.objects.get(policy=w.policy).option, lambda w: "PREMIUM",
        lambda w: {"dividend_option": "PREMIUM"}, contract=lambda w: life(w, design="PARTICIPATING"),
    ),
    Story(
        "TOPUP", lambda w: funds_of(w.policy), lambda w: {"GENERAL": 400_000, "稳健": 200_000},
        lambda w: {"amount": 100_000, "paid_on": today(w)}, contract=with_account,
        ledger=lambda w: moved("BANK", "POLICY_ACCOUNT", 100_000),
    ),
    Story(
        "WITHDRAW", lambda w: (funds_of(w.policy), refunded()),
        lambda w: ({"GENERAL": 240_000, "稳健": 160_000}, [("WITHDRAWAL", 100_000)]),
        lambda w: {"amount": 100_000, **PAYEE}, contract=with_account,
        ledger=lambda w: moved("POLICY_ACCOUNT", "REFUND_PAYABLE", 100_000),
    ),
    Story(
        "SWITCH", lambda w: (funds_of(w.policy), w.request.result),
        lambda w: ({"GENERAL": 300_000, "成长": 50_000, "稳健": 150_000}, {"moved": 50_000}),
        lambda w: {"from_fund": "稳健", "new_fund": "成长", "share": 25}, contract=with_account,
    ),
    Story(
        "SWITCH", lambda w: funds_of(w.policy), lambda w: {"GENERAL": 500_000},
        lambda w: {"from_fund": "稳健", "to_fund": "GENERAL", "share": 100}, contract=with_account, name="back again",
    ),
    Story(
        "CONVERT", converted,
        lambda w: (
            "TERMINATED", "04", (w.target_premium, SUM, "IN_FORCE", w.holder.pk, clock.today(), None),
            w.worth.refund.total,
        ),
        lambda w: {"target_product": str(w.target.pk)},
        ledger=lambda w: moved("CASH_VALUE", "PREMIUM", w.worth.refund.total),
    ),
    Story(
        "MOVE",
        lambda w: (
            w.policy.branch_id, w.policy.sub_branch_id, w.policy.servicing_agent_id,
            PolicyService.objects.filter(policy=w.policy, duty="SERVICING", valid_until__isnull=True).exists(),
        ),
        lambda w: (w.tree.west.pk, None, None, False), lambda w: {"to_branch": str(w.tree.west.pk)},
    ),
    Story("LOST", lambda w: w.policy.is_lost, lambda w: True, lambda w: {"lost_on": today(w)}),
    Story(
        "REISSUE", lambda w: (w.policy.is_lost, w.policy.facts["reissued"]), lambda w: (False, 1),
        lambda w: {"paper": "PAPER"}, contract=lambda w: keep(life(w), is_lost=True),
    ),
    Story(
        "WAIVER",
        lambda w: (
            w.policy.is_premium_waived, w.policy.next_due_amount, paid_in(w.policy), refunded(), states_since(w, 2),
        ),
        lambda w: (True, None, 2 * PREMIUM, [("OVERPAID", (w.n - 2) * PREMIUM)], {"WAIVED"}),
        lambda w: {"claim_no": "C1", "from_on": add_years(began(), 2).isoformat()},
        ledger=lambda w: moved("PREMIUM", "REFUND_PAYABLE", (w.n - 2) * PREMIUM),
    ),
    Story(
        "WT", lambda w: (w.policy.status, w.policy.termination_reason, refunded()),
        lambda w: ("TERMINATED", "08", [("COOLING_OFF", 999_000)]), lambda w: PAYEE, contract=new_business,
        ledger=lambda w: {"PREMIUM": PREMIUM, "REFUND_PAYABLE": -999_000, "DOCUMENT_FEE": -1_000},
    ),
    Story(
        "CT", lambda w: (w.policy.status, w.policy.termination_reason, refunded()),
        lambda w: ("TERMINATED", "03", [("SURRENDER", w.worth.refund.total)]),
        lambda w: {"cause": "MONEY", **PAYEE},
        ledger=lambda w: moved("CASH_VALUE", "REFUND_PAYABLE", w.worth.refund.total),
    ),
    Story(
        "ENDORSE",
        lambda w: (*Vehicle.objects.values_list("plate", "usage", "seats").get(policy=w.policy), w.policy.premium),
        lambda w: ("浙A54321", "OPERATING", 7, 1_500_000),
        lambda w: {"plate": "浙A54321", "usage": "OPERATING", "seats": 7, "extra_paid_on": today(w)},
        lambda w: {"pass_with": {"new_premium": 1_500_000}}, contract=car,
        # 500,000 more a year for the 73 days behind today.
        ledger=lambda w: moved("BANK", "PREMIUM", 100_000),
    ),
    Story(
        "ENDORSE", lambda w: (w.policy.holder_id, w.policy.premium, refunded()),
        lambda w: (w.other.pk, 500_000, [("OVERPAID", 100_000)]),
        more=lambda w: {
            "people": {"new_owner": (PartyDraft(w.other.pk),)}, "pass_with": {"new_premium": 500_000},
        },
        contract=car, ledger=lambda w: moved("PREMIUM", "REFUND_PAYABLE", 100_000), name="sold: a new owner",
    ),
)  # fmt: skip


def moved(debited, credited, amount):
    return {debited: amount, credited: -amount} if amount else {}


@pytest.fixture
def world():
    tree = small_tree()
    agent = make_actor("agent")
    return SimpleNamespace(
        tree=tree, agent=agent, clerk=make_actor("policy_clerk", unit=tree.east),
        head=make_actor("management", unit=tree.head),
        holder=make_customer(agent, "周国栋", birth_on=BORN, sex="1", occupation_class="1"),
        other=make_customer(agent, "李秀英", birth_on=date(1986, 1, 1)),
    )  # fmt: skip


def told_by(story, world):
    world.policy = story.contract(world)
    world.n = world.policy.instalments.filter(status="PAID").count()
    world.worth = quote(world.policy, clock.today())
    world.target = rate_table(make_product(
        kind="LIFE", name="新终身", pay_modes=["05"], cover_terms=[["O", 0]], pay_terms=[["Y", 10]]
    ), rate=RATE // 2)  # fmt: skip
    years = clock.today().year - began().year - ((clock.today().month, clock.today().day) < (1, 10))
    grown = years + ((clock.today().month, clock.today().day) >= (5, 1))
    world.target_premium = PREMIUM // 2 + grown * 50_000
    return world


def balances():
    rows = LedgerLine.objects.values_list("account").annotate(s=Sum("amount")).order_by()
    return {account: total for account, total in rows if total}


def between(before, after):
    found = {account: after.get(account, 0) - before.get(account, 0) for account in before.keys() | after.keys()}
    return {account: amount for account, amount in found.items() if amount}


def whole(world):
    """Return everything of contract and person that a reversal has to put back; closed roles stay in the history."""
    found = picture(world.policy)
    for part in ("parties", "service_people"):
        found[part] = {key: row for key, row in found[part].items() if row["valid_until"] is None}
    person = Customer.objects.filter(pk=world.holder.pk).values("name", "sex", "birth_on", "occupation_class").get()
    documents = IdentityDocument.objects.filter(customer=world.holder)
    return found, person, list(documents.values_list("valid_from", "valid_until", "is_long_term"))


def printed_into(papers):
    def print_it(_template, *, sys_inputs, **_more):
        papers.append(json.loads(sys_inputs["data"]))
        return b"%PDF"

    return print_it


def test_no_item_is_without_an_effect_proven_here():
    assert {story.item for story in STORIES} == set(BY_CODE) - set(ITEMS_WITHOUT_STORY)


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_an_item_takes_effect_is_confirmed_and_comes_back(story, world, monkeypatch):
    told_by(story, world)
    before, money, due = whole(world), balances(), world.policy.next_due_on
    papers = []
    monkeypatch.setattr("keyuan.policies.services.service_items.letters.typst.compile", printed_into(papers))
    request = world.request = carry_out(
        world.clerk, world.head, world.policy, story.item, story.typed(world), **story.more(world)
    )
    second = BY_CODE[story.item].second is Second.ALWAYS
    effect, after = story.seen(world), balances()
    letter_of(actor=world.clerk, request=request, now=clock.now())

    assert request.status == "EFFECTIVE"
    assert effect == story.expected(world)
    assert between(money, after) == story.ledger(world)
    assert (request.approver_id == world.head.id) is (second or request.approver_id is not None)
    assert (papers[0]["request_no"], papers[0]["accepted"]) == (request.request_no, True)
    assert RequestNotice.objects.filter(request=request, kind="EFFECTIVE").count() == 1

    # Once it is with another branch, head office takes it back.
    clerk = make_actor("policy_clerk", unit=world.tree.head) if story.item == "MOVE" else world.clerk
    reverse(clerk, world.head, world.policy, request)
    assert whole(world) == before
    assert world.policy.next_due_on == due
    assert between(money, balances()) == {}
    assert not Refund.objects.filter(state="PAYABLE", note=request.request_no).exists()
