"""Opening benefits, many contracts in one transaction; what is open already stays as it is (POL-6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from keyuan.kernel.money import Money, allocate
from keyuan.platform.imports.bulk import Same, insert
from keyuan.policies.models import BenefitDue, BenefitOption, DividendRate, Policy
from keyuan.policies.rules.benefits.dividends import ACCUMULATE, CASH, dividend
from keyuan.policies.rules.benefits.schedule import DIVIDEND, Cover, Falling, falling, next_prompt
from keyuan.policies.rules.values.cash import cash_value
from keyuan.policies.selectors.benefits.candidates import PLACE, Offered, Payee, People, holder_of, people_of
from keyuan.policies.selectors.values.curves import Curves

WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True)
class Opened:
    """One row to write: a benefit of a contract for one payee, and how its dividend is taken."""

    policy: Policy
    benefit: Falling
    part: int
    payee: Payee
    amount: int
    option: str = ""


@dataclass(slots=True)
class Night:
    """What one run knows: the products, the declared dividends, tables read before."""

    night: date
    now: datetime
    offered: Mapping[int, Offered]
    rates: Mapping[tuple[int, int], int]
    curves: Curves


def night_of(night: date, now: datetime, offered: Mapping[int, Offered]) -> Night:
    """Return what a run needs besides the contracts."""
    released = DividendRate.objects.filter(released_at__isnull=False, product_id__in=offered)
    rates = {(product, year): rate for product, year, rate in released.values_list("product_id", "year", "rate_bp")}
    return Night(night, now, offered, rates, Curves())


def rows_of(known: Night, wanted: str, policies: Sequence[Policy], span: tuple[date, date]) -> list[Opened]:
    """Return the benefits of a pass that fall due in ``span`` and are not open yet; reads only."""
    if not policies:
        return []
    people = people_of(policies)
    found = [one for policy in policies for one in _of_policy(known, wanted, policy, people, span)]
    if wanted == DIVIDEND:
        found = _with_options(found)
    keys = ("policy_id", "code", "number", "part")
    there = set(BenefitDue.objects.filter(policy_id__in={one.policy.pk for one in found}).values_list(*keys))
    return [one for one in found if (one.policy.pk, one.benefit.code, one.benefit.number, one.part) not in there]


def _of_policy(known: Night, wanted: str, policy: Policy, people: People, span: tuple[date, date]) -> Iterable[Opened]:
    offered = known.offered[policy.product_id]
    cover = Cover(
        policy.effective_on,
        policy.expires_on,
        policy.sum_insured or 0,
        is_annuity=offered.is_annuity,
        is_participating=offered.is_participating and wanted == DIVIDEND,
        birth_on=people.births.get(policy.pk),
        ended_on=policy.terminated_on,
    )
    for benefit in falling(cover, offered.of_pass(wanted), *span):
        if wanted == DIVIDEND:
            amount = _dividend(known, policy, benefit.due_on)
            payees: Sequence[Payee] = [holder_of(policy)]
        else:
            amount, payees = benefit.amount, people.payees[policy.pk]
        if amount > 0:
            yield from _parts(policy, benefit, amount, payees)


def _parts(policy: Policy, benefit: Falling, amount: int, payees: Sequence[Payee]) -> Iterable[Opened]:
    """Divide a benefit among its payees: by their shares where all state one, else equally."""
    shares = [payee.share_bp or 0 for payee in payees]
    weights = shares if all(shares) else [1] * len(payees)
    for part, (payee, money) in enumerate(zip(payees, allocate(Money(amount), weights), strict=True), start=1):
        yield Opened(policy, benefit, part, payee, money.amount_minor)


def _dividend(known: Night, policy: Policy, on: date) -> int:
    """Return the dividend of an anniversary: nothing until the year's rate is declared by two people."""
    rate = known.rates.get((policy.product_id, on.year))
    if rate is None:
        return 0
    curve = known.curves.of(policy)
    paid = None if policy.is_paid_up or policy.is_premium_waived else policy.next_due_on
    value = cash_value(curve.ends, effective_on=policy.effective_on, on=on, paid_until=paid, basis=curve.basis)
    return dividend(value.amount, rate)


def _with_options(rows: Sequence[Opened]) -> list[Opened]:
    ids = {one.policy.pk for one in rows}
    chosen = dict(BenefitOption.objects.filter(policy_id__in=ids).values_list("policy_id", "option"))
    return [
        Opened(one.policy, one.benefit, one.part, one.payee, one.amount, chosen.get(one.policy.pk, ACCUMULATE))
        for one in rows
    ]


def write(rows: Sequence[Opened], known: Night) -> None:
    """Write the rows inside the caller's transaction; one that somebody else opened meanwhile is left out."""
    columns: dict[str, Any] = {
        "policy_id": [one.policy.pk for one in rows],
        "product_id": [one.policy.product_id for one in rows],
        "kind": [one.benefit.kind for one in rows],
        "code": [one.benefit.code for one in rows],
        "number": [one.benefit.number for one in rows],
        "part": [one.part for one in rows],
        "due_on": [one.benefit.due_on for one in rows],
        "amount": [one.amount for one in rows],
        "payable": [one.amount for one in rows],
        "currency": [one.policy.currency for one in rows],
        "holder_id": [one.policy.holder_id for one in rows],
        "payee_id": [one.payee.customer_id for one in rows],
        "payee_name": [one.payee.name[:120] for one in rows],
        "option": [one.option for one in rows],
        "next_prompt_on": [_first_prompt(one, known.night) for one in rows],
        "created_at": Same(known.now),
        "updated_at": Same(known.now),
        **{name: [getattr(one.policy, name) for one in rows] for name in PLACE},
    }
    insert(BenefitDue, columns, len(rows), unless_exists=True)


def _first_prompt(one: Opened, night: date) -> date | None:
    """Return the first day on which the payee is told: the night that opens it where that day has passed."""
    if one.option not in ("", CASH):
        return None
    first = next_prompt(one.benefit.kind, one.benefit.due_on, None)
    return None if first is None else max(first, night)
