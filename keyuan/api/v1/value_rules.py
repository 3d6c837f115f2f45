"""What contracts are valued by where product and contract say nothing: read, proposed, released (POL-5)."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.resource import In, Out, Resource, RowId
from keyuan.api.v1.applications import Version
from keyuan.platform import clock
from keyuan.policies import permissions
from keyuan.policies.models import ValueRules
from keyuan.policies.rules.values.defaults import MOST_AGE, MOST_YEARS, Terms
from keyuan.policies.selectors.values.terms import SHOWN, proposed, released, terms_in_force, terms_of
from keyuan.policies.services.values.settling import propose_terms, release_terms

router = Resource("Money")
Small = Annotated[int, Field(ge=0, le=2**31 - 1, strict=True)]


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


class TermCostIn(In):
    """The yearly cost of 1,000,000 minor units of term cover from an age on."""

    age: Annotated[int, Field(ge=0, le=MOST_AGE, strict=True)]
    cost: Small


class ValueTermsIn(In):
    """All figures of a settlement, as `GET /value-rules` tells those in force; costs begin with age 0 and rise."""

    loan_share_bp: Small
    loan_months: Small
    loan_rate_bp: Small
    apl_rate_bp: Small
    arrears_rate_bp: Small
    handling_fee_bp: Small
    short_expense_bp: Small
    accumulation_rate_bp: Small
    fallback_bp: Annotated[list[Small], Field(min_length=1, max_length=MOST_YEARS)]
    term_cost: Annotated[list[TermCostIn], Field(min_length=1, max_length=MOST_AGE)]

    def terms(self) -> Terms:
        """Return them as the rules see them."""
        values = self.model_dump(exclude={"fallback_bp", "term_cost"})
        costs = tuple((one.age, one.cost) for one in self.term_cost)
        return Terms(**values, fallback_bp=tuple(self.fallback_bp), term_cost=costs)


class ValueProposalIn(In):
    """A proposal with its reason; ``version`` is that of the settlement that waits, 0 where none does."""

    terms: ValueTermsIn
    note: Annotated[str, Field(min_length=1, max_length=200)]
    version: Small = 0


class ValueReleaseIn(In):
    """Which version of the proposal is released."""

    version: Version


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


@router.post("/value-rules/settlements", permissions.MONEY_ACT, ValueSettlementOut)
def propose_value_settlement(request: ApiRequest, body: ValueProposalIn) -> Any:
    """Propose other figures; a proposal that waits is replaced, and another person releases it."""
    made = propose_terms(
        actor=request.actor, terms=body.terms.terms(), note=body.note, version=body.version, now=clock.now()
    )  # fmt: skip
    return _settlement(made)


@router.post(
    "/value-rules/settlements/{int:value_rules_id}/release", permissions.MONEY_APPROVE, ValueSettlementOut, status=200
)
def release_value_settlement(request: ApiRequest, value_rules_id: RowId, body: ValueReleaseIn) -> Any:
    """Let figures that another person proposed be in force from now on."""
    return _settlement(
        release_terms(actor=request.actor, rules_id=value_rules_id, version=body.version, now=clock.now())
    )  # fmt: skip
