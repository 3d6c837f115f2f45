"""What contracts are valued by where product and contract say nothing: in force, proposed and before (POL-5)."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.resource import Out, Resource
from keyuan.policies import permissions
from keyuan.policies.models import ValueRules
from keyuan.policies.rules.values.defaults import Terms
from keyuan.policies.selectors.values.terms import SHOWN, proposed, released, terms_in_force, terms_of

router = Resource("Money")


class TermCostOut(Out):
    """The yearly cost of 1,000,000 minor units of term cover, in minor units, from an age on."""

    age: int
    cost: int


class ValueTermsOut(Out):
    """Shares and rates in basis points, amounts in minor units.

    `fallback_bp` is the cash value at the end of each policy year as a share of the premiums paid.
    """

    loan_share_bp: int
    loan_months: int
    loan_rate_bp: int
    apl_rate_bp: int
    arrears_rate_bp: int
    handling_fee_bp: int
    short_expense_bp: int
    accumulation_rate_bp: int
    fallback_bp: list[int]
    term_cost: list[TermCostOut]


class ValueSettlementOut(Out):
    """One settlement, who proposed and who released it; without `released_at` it waits for another person."""

    id: int
    terms: ValueTermsOut
    note: str
    made_by_name: str
    made_at: datetime
    released_by_name: str
    released_at: datetime | None
    version: int


class ValueSettlementsOut(Out):
    """Settlements: the one that waits, then those that were ever in force, the present one first."""

    rows: list[ValueSettlementOut]


def _terms(terms: Terms) -> dict[str, Any]:
    values = asdict(terms)
    return values | {
        "fallback_bp": list(terms.fallback_bp),
        "term_cost": [{"age": age, "cost": cost} for age, cost in terms.term_cost],
    }


def _settlement(row: ValueRules) -> dict[str, Any]:
    names = ("note", "made_by_name", "made_at", "released_by_name", "released_at", "version")
    return {"id": row.pk, "terms": _terms(terms_of(row))} | {name: getattr(row, name) for name in names}


@router.get("/value-rules", permissions.MONEY, ValueTermsOut)
def get_value_rules(request: ApiRequest) -> Any:
    """Get what is in force: the settlement released last, else the defaults."""
    del request
    return _terms(terms_in_force())


@router.get("/value-rules/settlements", permissions.MONEY, ValueSettlementsOut)
def list_value_settlements(request: ApiRequest) -> Any:
    """List the settlement that waits and the last twenty that were in force."""
    del request
    waiting = proposed()
    return {"rows": [_settlement(row) for row in (*([waiting] if waiting else []), *released()[:SHOWN])]}
