"""What a contract is worth, owes and may pay, as far as an item asks (POL-5); others cost no reading. Amounts in 分."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Sum

from keyuan.kernel.errors import Refused
from keyuan.policies.models import BenefitDue, Instalment, Policy, PolicyFund
from keyuan.policies.rules.ledger import Account
from keyuan.policies.rules.service_items.catalogue import Item
from keyuan.policies.rules.service_items.codes import GENERAL_FUND
from keyuan.policies.rules.values.changes import Arrears, SumDown, reinstatement, sum_down
from keyuan.policies.rules.values.surrender import COMPULSORY_GROUNDS
from keyuan.policies.selectors.ledger import balance
from keyuan.policies.selectors.values.quoting import ValueQuote, arrears_of, quote
from keyuan.policies.selectors.values.terms import terms_in_force

#: Items whose checks look at money.
WORTH = frozenset({"SUM_DOWN", "REDUCED_PU", "EXT_TERM", "LOAN", "CONVERT", "HOLDER", "REPAY"})
#: Items that pay or take what the form says.
STATED = frozenset({"LOAN", "REPAY", "TOPUP", "WITHDRAW", "SURVIVAL"})


def money_facts(policy: Policy, item: Item, values: Mapping[str, Any], on: date) -> dict[str, Any]:
    """Return what the facts of a request hold of money; nothing for items that do not look at it."""
    found: dict[str, Any] = {}
    if item.code in WORTH:
        worth = quote(policy, _day(values, on))
        found = {"value": worth.cash.amount, "debt": worth.debt.total, "loan_maximum": worth.loanable}
    if item.code in ("WITHDRAW", "SWITCH"):
        found["account_value"] = account_value(policy)
    if item.code == "SURVIVAL":
        rows = payable_benefits(policy, on)
        found["benefit_payable"] = sum(row.payable for row in rows)
        found["benefit_due_on"] = _last_due(rows, values.get("amount"))
    return found


def _last_due(rows: list[BenefitDue], amount: int | None) -> date | None:
    """Return the due day of the last benefit that ``amount`` pays; dividends take no proof of life."""
    found, left = None, amount or 0
    for row in rows:
        left -= row.payable
        if left >= 0 and row.kind != BenefitDue.Kind.DIVIDEND:
            found = row.due_on
    return found


def _day(values: Mapping[str, Any], on: date) -> date:
    paid = values.get("paid_on")
    return paid if isinstance(paid, date) and paid <= on else on


def account_value(policy: Policy) -> int:
    """Return what the contract's account holds: what came in by top-ups less what was taken out."""
    return -balance(policy.pk, Account.POLICY_ACCOUNT)


def funds_of(policy: Policy) -> dict[str, int]:
    """Return what the account holds by fund, the general account first; empty ones are left out."""
    rows = dict(PolicyFund.objects.filter(policy=policy).order_by("fund").values_list("fund", "amount"))
    rest = account_value(policy) - sum(rows.values())
    return ({GENERAL_FUND: rest} if rest > 0 else {}) | rows


def payable_benefits(policy: Policy, on: date) -> list[BenefitDue]:
    """Return benefits that are due and not claimed, oldest first."""
    rows = BenefitDue.objects.filter(policy=policy, state=BenefitDue.State.OPEN, due_on__lte=on)
    return list(rows.order_by("due_on", "pk"))


def surrender_quote(policy: Policy, values: Mapping[str, Any], on: date) -> ValueQuote:
    """Return what ending the contract pays; of compulsory cover for the stated ground."""
    return quote(policy, on, ground=str(values.get("ground") or COMPULSORY_GROUNDS[0]))


def reinstatement_cost(policy: Policy, paid_on: date) -> Arrears:
    """Return what brings a suspended contract back on the day of payment."""
    worth = quote(policy, paid_on)
    overdrawn = max(0, worth.debt.total - worth.cash.amount)
    since = policy.suspended_on or paid_on
    return reinstatement(
        arrears_of(policy, paid_on), suspended_on=since, on=paid_on, overdrawn=overdrawn,
        rate_bp=terms_in_force().arrears_rate_bp,
    )  # fmt: skip


def smaller_sum(policy: Policy, new_sum: int, on: date) -> SumDown:
    """Return what a smaller sum pays, and its premium."""
    worth = quote(policy, on).cash.amount
    return sum_down(policy.sum_insured or 0, new_sum, value=worth, premium=policy.premium or 0)


def _paid_since(policy: Policy, since: date) -> int:
    """Return the premiums paid that fell due from a day on."""
    rows = Instalment.objects.filter(policy=policy, due_on__gte=since)
    return int(rows.aggregate(sum=Sum("paid_amount"))["sum"] or 0)


def amount_of(policy: Policy, item: Item, values: Mapping[str, Any], on: date) -> int | None:
    """Return the money that a request moves, or the risk it adds, for the limit: positive comes in; None: unknown."""
    try:
        return _amount(policy, item, values, on)
    except Refused:
        # What cannot be reckoned yet is refused by its check; here it only counts as unknown.
        return None


def _amount(policy: Policy, item: Item, values: Mapping[str, Any], on: date) -> int | None:
    sign = item.money or 1
    if item.code in STATED:
        return None if values.get("amount") is None else sign * int(values["amount"])
    if item.code in ("CT", "WT", "CONVERT"):
        return -surrender_quote(policy, values, on).refund.total
    if item.code == "REINSTATE":
        return reinstatement_cost(policy, _day(values, on)).total
    if item.code == "SUM_DOWN":
        return -smaller_sum(policy, int(values["new_sum"]), on).refund
    if item.code == "WAIVER":
        return -_paid_since(policy, values["from_on"])
    if item.code == "SUM_UP":
        return int(values["new_sum"]) - (policy.sum_insured or 0)
    if item.code == "RIDER":
        return int(values.get("rider_sum") or 0)
    return 0
