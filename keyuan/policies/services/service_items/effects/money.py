"""Effects on the value of a contract: ended, paid up, made smaller, lent on, reinstated (domain.md §A.5-A.7).

What is paid out stands on the list of refunds and goes through a bank batch of two people; nothing is handed out here.
Amounts in 分. Reckonings are those of `rules.values`; each is told line by line in the request's result.
"""

from collections.abc import Sequence
from datetime import date

from django.db.models import Sum

from keyuan.kernel.errors import Refused
from keyuan.policies.models import Instalment, PolicyLoan
from keyuan.policies.rules.ledger import Account, EntryKind, Line, credit, debit
from keyuan.policies.rules.values import changes
from keyuan.policies.rules.values.loans import Loan, rolled
from keyuan.policies.selectors.service_items.facts import insured_birth
from keyuan.policies.selectors.service_items.money import reinstatement_cost, smaller_sum, surrender_quote
from keyuan.policies.selectors.values.quoting import ValueQuote, loans_of, premiums_paid, quote
from keyuan.policies.selectors.values.terms import terms_in_force
from keyuan.policies.services.payments import OPEN, PaymentDraft, take_payment
from keyuan.policies.services.service_items.effects.paying import (
    TRANSFER,
    check_received,
    owe_payee,
    pay_out,
    post_for,
)
from keyuan.policies.services.service_items.effects.premiums import reprice, resum
from keyuan.policies.services.service_items.effects.status import step, switch
from keyuan.policies.services.service_items.effects.work import Work
from keyuan.policies.services.values.lending import COLUMNS, close_loans, lend, take_repayment

#: Line of a reckoning → account; its sign says the side. Premiums go back through the schedule of the contract.
ACCOUNTS = {
    "VALUE": Account.CASH_VALUE, "KEPT": Account.DIVIDEND_PAYABLE, "FEE": Account.DOCUMENT_FEE,
    "PAID_OUT": Account.BENEFIT, "INTEREST": Account.INTEREST,
}  # fmt: skip
PREMIUM_LINES = ("PREMIUMS", "UNEXPIRED", "UNPAID")


def _debt_lines(loans: Sequence[Loan], on: date) -> list[Line]:
    """Return the credits that take open principal off its accounts."""
    found = []
    for loan in loans:
        account = Account.PREMIUM_LOAN if loan.kind == PolicyLoan.Kind.PREMIUM else Account.LOAN
        found.append(credit(account, rolled(loan, on).principal))
    return found


def end_contract(work: Work, kind: str, refund_kind: str, to: Account = Account.REFUND_PAYABLE) -> int:
    """End the contract by the step ``kind``; what it is worth stands on the account ``to``, a shortfall written off.

    Premiums that go back, or are kept for the days of grace, pass through the schedule, so that payments and ledger
    agree. Returns what it was worth.
    """
    request, today = work.request, work.today
    worth = surrender_quote(work.policy, work.values, today)
    reckoned = worth.refund
    work.told["reckoning"] = [[line.code, line.amount] for line in reckoned.lines]
    premiums = sum(line.amount for line in reckoned.lines if line.code in PREMIUM_LINES)
    if premiums:
        draft = PaymentDraft(-premiums, today, TRANSFER, request.request_no)
        take_payment(actor=work.actor, policy=work.policy, draft=draft, now=work.now, against=to)
    lines = [Line(ACCOUNTS[line.code], line.amount) for line in reckoned.lines if line.code in ACCOUNTS]
    lines += _debt_lines(worth.loans, today)
    lines.append(debit(Account.WRITTEN_OFF, reckoned.shortfall))
    lines.append(credit(to, reckoned.total - premiums))
    if any(line.amount for line in lines):
        post_for(work, EntryKind.SURRENDER, lines, today)
    work.told["paid_out" if to == Account.REFUND_PAYABLE else "carried"] = reckoned.total
    if reckoned.total and to == Account.REFUND_PAYABLE:
        owe_payee(work, refund_kind, reckoned.total)
    if worth.loans:
        close_loans(work.policy, on=today)
        work.columns |= set(COLUMNS)
    step(work, kind)
    return reckoned.total


def surrender(work: Work) -> None:
    """Surrender: cash value less debt within 30 days; property by unexpired days (domain.md §A.6, 保险法 47, 54)."""
    end_contract(work, "SURRENDER", "SURRENDER")


def cooling_off_cancel(work: Work) -> None:
    """Cancel in cooling-off: every premium back less the document fee (domain.md §A.3)."""
    end_contract(work, "COOLING_OFF_CANCEL", "COOLING_OFF")


def sum_down(work: Work) -> None:
    """Lower the sum: the cash value of what is given up is paid, the premium falls with it."""
    new_sum = int(work.values["new_sum"])
    found = smaller_sum(work.policy, new_sum, work.today)
    if found.refund:
        pay_out(work, "WITHDRAWAL", EntryKind.WITHDRAWAL, Account.CASH_VALUE, found.refund)
    if found.premium and work.policy.premium:
        reprice(work, found.premium)
    resum(work, new_sum)


def _settle_debt(work: Work) -> ValueQuote:
    """Pay the contract's debt out of its value; returns what it was worth before."""
    worth = quote(work.policy, work.today)
    if worth.loans:
        debts = _debt_lines(worth.loans, work.today)
        lines = [debit(Account.CASH_VALUE, worth.debt.total), *debts, credit(Account.INTEREST, worth.debt.interest)]
        post_for(work, EntryKind.LOAN_REPAID, lines, work.today, "-debt")
        close_loans(work.policy, on=work.today)
        work.columns |= set(COLUMNS)
    return worth


def reduced_paid_up(work: Work) -> None:
    """Make it paid up with a smaller sum: no more premiums (减额交清)."""
    policy = work.policy
    worth = _settle_debt(work)
    planned = Instalment.objects.filter(policy=policy).aggregate(sum=Sum("amount"))["sum"] or 0
    new_sum = changes.reduced_paid_up(
        policy.sum_insured or 0, value=worth.cash.amount, debt=worth.debt, paid=premiums_paid(policy, work.today),
        planned=planned,
    )  # fmt: skip
    switch(work, "REDUCED_PAID_UP")
    resum(work, new_sum)
    work.put(cash_value=worth.cash.amount - worth.debt.total)


def extended_term(work: Work) -> None:
    """Keep the whole sum as term cover for as long as the value pays for it (展期)."""
    policy = work.policy
    worth = _settle_debt(work)
    born = insured_birth(policy)
    if born is None:
        raise Refused("request.no_birth")
    net = worth.cash.amount - worth.debt.total
    found = changes.extended_term(
        policy.sum_insured or 0,
        net,
        birth_on=born,
        on=work.today,
        expires_on=policy.expires_on,
        costs_by_age=terms_in_force().term_cost,
    )
    Instalment.objects.filter(policy=policy, status__in=OPEN).update(status=Instalment.Status.LAPSED)
    switch(work, "PAID_UP")
    work.told |= {"cover_until": [policy.expires_on.isoformat(), found.until.isoformat()], "left": found.left}
    work.put(expires_on=found.until)


def reinstate(work: Work) -> None:
    """Take arrears with interest on the day they were paid, and let the contract run again (保险法 37; 解释三 8)."""
    policy, paid_on = work.policy, work.values["paid_on"]
    check_received(work, paid_on)
    cost = reinstatement_cost(policy, paid_on)
    work.told["cost"] = [["PREMIUMS", cost.premiums], ["INTEREST", cost.interest], ["DEBT", cost.debt]]
    if cost.premiums:
        draft = PaymentDraft(cost.premiums, paid_on, TRANSFER, work.request.request_no)
        take_payment(actor=work.actor, policy=policy, draft=draft, now=work.now, against=Account.BANK)
    if cost.interest:
        lines = (debit(Account.BANK, cost.interest), credit(Account.INTEREST, cost.interest))
        post_for(work, EntryKind.INTEREST, lines, paid_on, "-interest")
    if cost.debt:
        _repay(work, cost.debt, paid_on)
    step(work, "REINSTATE")


def loan(work: Work) -> None:
    """Lend on the cash value for the term settled, at most six months; paid out like a refund (domain.md §A.7)."""
    amount = int(work.values["amount"])
    lent = lend(work.policy, amount=amount, on=work.today, reference=work.request.request_no)
    work.columns |= set(COLUMNS)
    work.told["due_on"] = lent.due_on.isoformat() if lent.due_on else None
    pay_out(work, "LOAN", EntryKind.LOAN, Account.LOAN, amount)


def repay(work: Work) -> None:
    """Take a repayment, interest first, on the day it came in."""
    paid_on = work.values["paid_on"]
    check_received(work, paid_on)
    _repay(work, int(work.values["amount"]), paid_on)


def _repay(work: Work, amount: int, on: date) -> None:
    before = {one.key: one for one in loans_of(work.policy, on)}
    spread = take_repayment(work.policy, amount=amount, on=on)
    work.columns |= set(COLUMNS)
    # Interest that became principal at the end of a term is earned when it is paid: it was never lent out.
    lines = [debit(Account.BANK, amount), credit(Account.INTEREST, spread.interest)]
    for one in spread.loans:
        was = rolled(before[one.key], on).principal if one.key in before else one.principal
        account = Account.PREMIUM_LOAN if one.kind == PolicyLoan.Kind.PREMIUM else Account.LOAN
        lines.append(credit(account, was - one.principal))
    # What a source only told has no row before; its part is the rest.
    rest = sum(line.amount for line in lines)
    if rest:
        lines.append(credit(Account.LOAN, rest))
    post_for(work, EntryKind.LOAN_REPAID, lines, on, "-repaid")
    work.told["repaid"] = [["INTEREST", spread.interest], ["PRINCIPAL", amount - spread.interest]]
