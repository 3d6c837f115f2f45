"""Holding back of a benefit what its contract owes, where head office says so: loans, then premiums due (POL-6)."""

from datetime import date, datetime

from django.db.models import F, Sum

from keyuan.kernel.actor import Actor
from keyuan.kernel.codes import PolicyStatus
from keyuan.policies.models import BenefitDue, Instalment, Policy, PolicyLoan
from keyuan.policies.rules.benefits.holding import LOANS, PREMIUMS, Held, held_back
from keyuan.policies.rules.ledger import Account, Line, credit
from keyuan.policies.rules.values.loans import debt_on, rolled
from keyuan.policies.selectors.benefits.payouts import payout_ids
from keyuan.policies.selectors.ledger.rules import money_rules
from keyuan.policies.selectors.values.quoting import loans_of
from keyuan.policies.services.payments import OPEN, PaymentDraft, take_payment
from keyuan.policies.services.recording import editable_policy, touch
from keyuan.policies.services.values.lending import COLUMNS, bring_forward, take_repayment


def hold_back(actor: Actor, benefit: BenefitDue, payable: Account, now: datetime) -> tuple[Held, list[Line]]:
    """Take off the benefit what the contract owes and return it with the ledger's lines of the loans repaid.

    Inside the caller's transaction. Premiums are paid out of ``payable``, on which the caller puts them with the rest.
    """
    rules = money_rules()
    if benefit.kind not in (rules.held_kinds or ()):
        return Held(), []
    policy = editable_policy(actor, benefit.policy_id, version=None, now=now)
    reasons, today = rules.held_for or (), now.date()
    loans, premiums = 0, 0
    if LOANS in reasons:
        bring_forward(policy, today)
        loans = debt_on(loans_of(policy, today), today).total
    if PREMIUMS in reasons and policy.status == PolicyStatus.IN_FORCE:
        premiums = _due(policy, today)
    held = held_back(benefit.amount, loans=loans, premiums=premiums)
    lines = _repay(policy, held.loans, now) if held.loans else []
    if held.premiums:
        reference = f"BEN {payout_ids([benefit.pk])[benefit.pk]}"
        draft = PaymentDraft(held.premiums, today, "99", reference)
        take_payment(actor=actor, policy=policy, draft=draft, now=now, against=payable)
    return held, lines


def _due(policy: Policy, today: date) -> int:
    rows = Instalment.objects.filter(policy=policy, status__in=OPEN, due_on__lte=today)
    return rows.aggregate(left=Sum(F("amount") - F("paid_amount")))["left"] or 0


def _repay(policy: Policy, amount: int, now: datetime) -> list[Line]:
    on = now.date()
    before = {loan.key: rolled(loan, on).principal for loan in loans_of(policy, on)}
    spread = take_repayment(policy, amount=amount, on=on)
    touch(policy, now, *COLUMNS)
    lines = [credit(Account.INTEREST, spread.interest)]
    for loan in spread.loans:
        account = Account.PREMIUM_LOAN if loan.kind == PolicyLoan.Kind.PREMIUM else Account.LOAN
        lines.append(credit(account, before[loan.key] - loan.principal))
    return lines
