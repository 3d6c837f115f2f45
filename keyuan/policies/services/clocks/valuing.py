"""Bringing cash value and debt up to date before a night may lend premiums out of them (自动垫交, domain.md §A.5)."""

from datetime import date, datetime
from typing import Any

from keyuan.kernel.codes import PolicyStatus
from keyuan.platform.imports.bulk import Same, update
from keyuan.policies.models import Policy, PolicyLoan
from keyuan.policies.rules.values.cash import TABLE, cash_value
from keyuan.policies.rules.values.loans import interest, rolled
from keyuan.policies.selectors.values.curves import Curves
from keyuan.policies.selectors.values.quoting import loan_facts

CHUNK = 500


def outdated(night: date, after: int) -> list[Policy]:
    """Return contracts behind key ``after`` that elected premium loans and whose grace ends before ``night``.

    Those that a source keeps are valued there (POL-7).
    """
    rows = Policy.objects.filter(
        next_clock_on__lte=night, pk__gt=after, in_grace=True, grace_until__lt=night, apl_elected_on__isnull=False,
        status=PolicyStatus.IN_FORCE, source=Policy.Source.LOCAL, product__is_long_term=True,
    )  # fmt: skip
    return list(rows.select_related("product").defer("facts", "debit_account").order_by("pk")[:CHUNK])


def revalue(policies: list[Policy], now: datetime) -> int:
    """Write cash value and debt with interest as of the last day of grace, where the product's table tells a value.

    Inside the caller's transaction; a second time finds nothing to change. Return how many changed.
    """
    curves, found = Curves(), []
    for policy in policies:
        curve, on = curves.of(policy), policy.grace_until
        if curve.basis != TABLE or on is None:
            continue
        value = cash_value(curve.ends, effective_on=policy.effective_on, on=on, paid_until=policy.next_due_on).amount
        debt = (policy.debt or 0) + _settle_interest(policy.pk, on, curves.terms.loan_months)
        if (value, debt) != (policy.cash_value, policy.debt or 0):
            found.append((policy.pk, value, debt or None))
    columns: dict[str, Any] = {
        "cash_value": [value for _pk, value, _debt in found],
        "debt": [debt for *_, debt in found],
        "updated_at": Same(now),
    }
    update(Policy, [pk for pk, *_ in found], columns, raised=("version",))
    return len(found)


def _settle_interest(policy_id: int, on: date, months: int) -> int:
    """Write the interest of open loans up to ``on`` as owed; return how much was not written before."""
    grown = 0
    for row in PolicyLoan.objects.filter(policy_id=policy_id, closed_on__isnull=True, since__lt=on):
        loan = rolled(loan_facts(row, months), on)
        accrued = loan.accrued + interest(loan.principal, loan.rate_bp, loan.since, on)
        grown += loan.principal + accrued - row.principal - row.accrued
        PolicyLoan.objects.filter(pk=row.pk).update(
            principal=loan.principal, accrued=accrued, since=on, due_on=loan.due_on
        )
    return grown
