"""The contract's account and its funds: money in, money out, moved between funds (universal and unit-linked cover).

The ledger keeps what the account holds, `PolicyFund` how it is spread; what no fund holds is in the general account.
Units and prices are the fund system's own; amounts here are what was paid in, in 分.
"""

from keyuan.kernel.errors import Refused
from keyuan.kernel.money import Money, allocate
from keyuan.policies.models import PolicyFund
from keyuan.policies.rules.ledger import Account, EntryKind, credit, debit
from keyuan.policies.rules.service_items.codes import GENERAL_FUND
from keyuan.policies.rules.values.defaults import PERCENT
from keyuan.policies.selectors.service_items.money import account_value, funds_of
from keyuan.policies.services.service_items.effects.paying import check_received, pay_out, post_for
from keyuan.policies.services.service_items.effects.work import Work
from keyuan.products.rules.pricing import half_up


def top_up(work: Work) -> None:
    """Add money to the contract's general account on the day it came in."""
    amount, paid_on = int(work.values["amount"]), work.values["paid_on"]
    check_received(work, paid_on)
    lines = (debit(Account.BANK, amount), credit(Account.POLICY_ACCOUNT, amount))
    post_for(work, EntryKind.TOP_UP, lines, paid_on)
    work.told["account"] = account_value(work.policy)


def withdraw(work: Work) -> None:
    """Take money out of the contract's account, from its funds in the shares that they hold."""
    amount, held = int(work.values["amount"]), funds_of(work.policy)
    parts = allocate(Money(amount), list(held.values()))
    for fund, part in zip(held, parts, strict=True):
        _hold(work, fund, held[fund] - part.amount_minor)
    pay_out(work, "WITHDRAWAL", EntryKind.WITHDRAWAL, Account.POLICY_ACCOUNT, amount)
    work.told["account"] = account_value(work.policy)


def fund_switch(work: Work) -> None:
    """Move a share of what one fund holds into another; the account as a whole stays what it is.

    Raises `Refused` request.fund_empty (field from_fund).
    """
    source, target = str(work.values["from_fund"]), str(work.values["to_fund"] or work.values["new_fund"])
    share, held = int(work.values["share"]), funds_of(work.policy)
    amount = half_up(held.get(source, 0) * share, PERCENT)
    if not amount:
        raise Refused("request.fund_empty", field="from_fund")
    _hold(work, source, held[source] - amount)
    _hold(work, target, held.get(target, 0) + amount)
    work.told["moved"] = amount


def _hold(work: Work, fund: str, amount: int) -> None:
    """Write what a fund holds; an empty one leaves, and the general account is what no fund holds."""
    if fund == GENERAL_FUND:
        return
    if amount:
        PolicyFund.objects.update_or_create(policy=work.policy, fund=fund[:40], defaults={"amount": amount})
    else:
        PolicyFund.objects.filter(policy=work.policy, fund=fund).delete()
