"""What a contract is worth on a day (POL-5)."""

from datetime import date
from typing import Annotated, Any

from ninja import Query

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.resource import Out, Resource, RowId
from keyuan.api.v1.policies import reached
from keyuan.platform import clock
from keyuan.policies import permissions
from keyuan.policies.selectors.values.quoting import quote

router = Resource("Parts of a policy")
On = Annotated[date | None, Query(ge=date(1980, 1, 1), le=date(2150, 12, 31), description="the day; today if empty")]


class RefundLine(Out):
    """One line of what ending the contract would pay."""

    code: str
    amount: int


class OpenLoan(Out):
    """Money lent on the contract: what is left, since when interest runs, at which yearly rate in basis points."""

    kind: str
    principal: int
    accrued: int
    since: date
    rate_bp: int
    due_on: date | None


class PolicyValues(Out):
    """The values of a contract on a day; amounts in minor units of its currency."""

    on: date
    valued_at: date
    cash_value: int
    basis: str
    policy_year: int
    days: int
    of_days: int
    value_before: int
    value_after: int
    table: str | None
    table_id: int | None
    rows: list[int | None]
    loanable: int
    debt_principal: int
    debt_interest: int
    loans: list[OpenLoan]
    kept: int
    refund_kind: str
    refund: int
    refund_lines: list[RefundLine]
    notes: list[str]


@router.get("/policies/{int:policy_id}/values", permissions.VIEW, PolicyValues)
def get_policy_values(request: ApiRequest, policy_id: RowId, on: On = None) -> Any:
    """Get cash value, loanable sum and surrender refund on a day, and how they were reckoned."""
    found = quote(reached(request, policy_id), on or clock.today())
    return {
        "on": found.on,
        "valued_at": found.cash.at,
        "cash_value": found.cash.amount,
        "basis": found.cash.basis,
        "policy_year": found.cash.year,
        "days": found.cash.days,
        "of_days": found.cash.of_days,
        "value_before": found.cash.start,
        "value_after": found.cash.end,
        "table": found.table.label if found.table else None,
        "table_id": found.table.pk if found.table else None,
        "rows": list(found.rows),
        "loanable": found.loanable,
        "debt_principal": found.debt.principal,
        "debt_interest": found.debt.interest,
        "loans": list(found.loans),
        "kept": found.kept,
        "refund_kind": found.refund.kind,
        "refund": found.refund.total,
        "refund_lines": list(found.refund.lines),
        "notes": list(found.notes),
    }
