"""The values of one contract on a day: cash value, what may be lent, what a surrender pays, and how it was reckoned."""

from dataclasses import dataclass, replace
from datetime import date

from django.db.models import F, Sum

from keyuan.kernel.codes import PayMode, PolicyStatus, ProductKind
from keyuan.kernel.dates import add_months
from keyuan.policies.models import BenefitDue, Instalment, Payment, Policy, PolicyLoan
from keyuan.policies.rules.benefits.keeping import Kept, balance
from keyuan.policies.rules.clocks import FOREVER
from keyuan.policies.rules.contract import PROPERTY_KINDS
from keyuan.policies.rules.ledger import NO_MONEY
from keyuan.policies.rules.values.cash import NONE, CashValue, cash_value, unexpired_value
from keyuan.policies.rules.values.defaults import MOST_DOCUMENT_FEE, Terms
from keyuan.policies.rules.values.loans import Debt, Loan, debt_on, loan_maximum
from keyuan.policies.rules.values.surrender import (
    COMPULSORY_GROUNDS,
    Refund,
    cash_refund,
    compulsory_refund,
    cooling_off_refund,
    property_refund,
)
from keyuan.policies.selectors.ledger.rules import money_rules
from keyuan.policies.selectors.values.curves import Curves
from keyuan.policies.selectors.values.terms import terms_in_force
from keyuan.products.models import ProductBenefit, RateTable
from keyuan.products.rules.pricing import half_up

#: A value that somebody told us: a core system, or the reckoning of a reduced paid-up contract.
TOLD = "TOLD"
#: Benefits of compulsory motor cover begin so (交强险).
COMPULSORY_CODE = "MTPL"
OPEN = (Instalment.Status.DUE, Instalment.Status.PART)


@dataclass(frozen=True, slots=True)
class ValueQuote:
    """What a contract is worth on ``on``; amounts in minor units of its currency.

    ``rows`` are the rows of the table's file at both ends of the policy year; ``notes`` are codes of what to know.
    """

    on: date
    cash: CashValue
    refund: Refund
    debt: Debt
    loans: tuple[Loan, ...]
    loanable: int
    kept: int = 0
    unpaid: int = 0
    table: RateTable | None = None
    rows: tuple[int | None, int | None] = (None, None)
    notes: tuple[str, ...] = ()


def quote(policy: Policy, on: date, *, ground: str = COMPULSORY_GROUNDS[0], curves: Curves | None = None) -> ValueQuote:
    """Return the values of ``policy`` on ``on`` (POL-5); ``ground`` is why compulsory motor cover ends.

    The policy comes with its product. Contracts that ended are valued on their last day.
    """
    day = min(on, policy.terminated_on) if policy.terminated_on else on
    curves = curves or Curves()
    loans = loans_of(policy, day, curves.terms)
    debt = debt_on(loans, day)
    if policy.kind in PROPERTY_KINDS:
        return _of_property(policy, day, debt, loans, ground, curves.terms)
    found = _valued(policy, day, curves)
    kept, unpaid = kept_balance(policy, day, curves.terms), _unpaid(policy, day)
    cooling = _is_cooling_off(policy, day)
    if cooling:
        refund = cooling_off_refund(
            premiums_paid(policy, day),
            debt,
            paid_out=paid_out(policy, day),
            fee=min(money_rules().document_fee, MOST_DOCUMENT_FEE),
        )
    else:
        refund = cash_refund(found.cash.amount, debt, unpaid=unpaid, kept=kept)
    notes = [*found.notes, *_notes(policy, cooling=cooling)]
    may_lend = policy.status == PolicyStatus.IN_FORCE and policy.product.is_long_term and not cooling
    may_lend = may_lend and not (policy.is_frozen or policy.is_lost)
    return replace(
        found, refund=refund, debt=debt, loans=loans, kept=kept, unpaid=unpaid, notes=tuple(notes),
        loanable=loan_maximum(found.cash.amount, debt, curves.terms.loan_share_bp) if may_lend else 0,
    )  # fmt: skip


def _of_property(
    policy: Policy, day: date, debt: Debt, loans: tuple[Loan, ...], ground: str, terms: Terms
) -> ValueQuote:
    premium = premiums_paid(policy, day)
    begins, ends = policy.effective_on, policy.expires_on
    notes = _notes(policy, cooling=False)
    if is_compulsory(policy):
        refund = compulsory_refund(premium, effective_on=begins, expires_on=ends, on=day, ground=ground)
        notes = ("compulsory", *notes)
    else:
        refund = property_refund(premium, effective_on=begins, expires_on=ends, on=day, fee_bp=terms.handling_fee_bp)
    return ValueQuote(day, CashValue(0, NONE, day), refund, debt, loans, 0, notes=notes)


def _valued(policy: Policy, day: date, curves: Curves) -> ValueQuote:
    empty = cash_refund(0)
    told = policy.cash_value
    if told is not None and (policy.source == Policy.Source.CORE or policy.is_reduced_paid_up):
        return ValueQuote(day, CashValue(told, TOLD, day), empty, Debt(), (), 0, notes=("told",))
    if not policy.product.is_long_term:
        value = unexpired_value(
            policy.premium or 0,
            effective_on=policy.effective_on,
            expires_on=policy.expires_on,
            on=day,
            expense_bp=curves.terms.short_expense_bp,
        )
        return ValueQuote(day, value, empty, Debt(), (), 0)
    curve = curves.of(policy)
    value = cash_value(
        curve.ends, effective_on=policy.effective_on, on=day, paid_until=paid_until(policy), basis=curve.basis
    )
    rows = (_row(curve.rows, value.year - 1), _row(curve.rows, value.year))
    return ValueQuote(day, value, empty, Debt(), (), 0, table=curve.table, rows=rows)


def _row(rows: tuple[int | None, ...], year: int) -> int | None:
    return rows[min(year, len(rows)) - 1] if rows and year > 0 else None


def _notes(policy: Policy, *, cooling: bool) -> tuple[str, ...]:
    asked = {
        "ended": policy.status == PolicyStatus.TERMINATED,
        "cooling_off": cooling,
        "suspended": policy.status == PolicyStatus.SUSPENDED,
        "frozen": policy.is_frozen,
        "receipt_missing": cooling and policy.receipt_signed_on is None,
    }
    return tuple(code for code, holds in asked.items() if holds)


def is_compulsory(policy: Policy) -> bool:
    """Tell whether a contract is compulsory motor cover: by the benefits of its product."""
    if policy.kind != ProductKind.MOTOR:
        return False
    return ProductBenefit.objects.filter(product_id=policy.product_id, code__startswith=COMPULSORY_CODE).exists()


def paid_until(policy: Policy) -> date | None:
    """Return the first day that no premium is paid for; None for a contract paid up, waived or of a single premium."""
    if policy.is_paid_up or policy.is_premium_waived or policy.next_due_on >= FOREVER:
        return None
    return policy.next_due_on


def _is_cooling_off(policy: Policy, day: date) -> bool:
    """Tell whether a cancellation on ``day`` gives every premium back; it begins with the receipt (domain.md §A.3)."""
    if not policy.product.cooling_off_days or policy.status == PolicyStatus.TERMINATED:
        return False
    if policy.cooling_off_until is None:
        return policy.receipt_signed_on is None and policy.in_cooling_off
    return day <= policy.cooling_off_until


def _unpaid(policy: Policy, day: date) -> int:
    """Return the premium of the days that grace has covered so far, by days of the period (GK)."""
    due, owed = policy.next_due_on, policy.next_due_amount
    if not policy.in_grace or owed is None or day <= due:
        return 0
    mode = policy.pay_mode if policy.pay_mode in set(PayMode) else ""
    months = (PayMode(mode).months if mode else None) or 12
    period = (add_months(due, months) - due).days
    return half_up(owed * min(period, (day - due).days), period)


def loans_of(policy: Policy, on: date, terms: Terms | None = None) -> tuple[Loan, ...]:
    """Return the open loans, oldest first; debt that only a source told comes first and bears no interest here.

    ``terms`` are those in force, where the caller has read them.
    """
    rows = list(
        PolicyLoan.objects.filter(policy=policy, closed_on__isnull=True, lent_on__lte=on).order_by("lent_on", "pk")
    )
    months = (terms or terms_in_force()).loan_months if rows else 0
    found = [loan_facts(row, months) for row in rows]
    told = (policy.debt or 0) - sum(row.principal + row.accrued for row in rows)
    if told > 0:
        found.insert(0, Loan(told, on, 0))
    return tuple(found)


def loan_facts(row: PolicyLoan, months: int) -> Loan:
    """Return a stored loan as the rules see it; ``months`` is how long the next term runs where it is not paid back."""
    return Loan(row.principal, row.since, row.rate_bp, row.due_on, row.accrued, row.kind, row.pk, months)


def premiums_paid(policy: Policy, on: date) -> int:
    """Return the premiums that came in, less what went back, up to ``on``; premium loans are no money that came in."""
    paid = Payment.objects.filter(policy=policy, paid_on__lte=on).exclude(result__in=NO_MONEY)
    return paid.aggregate(sum=Sum("amount"))["sum"] or 0


def paid_out(policy: Policy, on: date) -> int:
    """Return the benefits that were paid up to ``on``."""
    rows = BenefitDue.objects.filter(policy=policy, state=BenefitDue.State.PAID, settled_on__lte=on)
    return rows.aggregate(sum=Sum("payable"))["sum"] or 0


def kept_balance(policy: Policy, on: date, terms: Terms | None = None) -> int:
    """Return what was left to accumulate with the insurer, with interest up to ``on``."""
    rows = BenefitDue.objects.filter(policy=policy, state=BenefitDue.State.KEPT, option="ACCUMULATE")
    kept = [Kept(amount, since) for amount, since in rows.values_list("payable", "settled_on") if since]
    rate = (terms or terms_in_force()).accumulation_rate_bp if kept else 0
    return balance(kept, on, rate)


def arrears_of(policy: Policy, on: date) -> list[tuple[date, int]]:
    """Return the instalments due by ``on`` and not paid: day and what is left, as `reinstatement` takes them."""
    rows = Instalment.objects.filter(policy=policy, status__in=OPEN, due_on__lte=on).order_by("due_on", "number")
    return list(rows.values_list("due_on", F("amount") - F("paid_amount")))
