"""Benefits that fall due: list, look, claim, decide, how dividends are taken (POL-6)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Day, OneOf, shown
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import In, Out, Resource, RowId
from keyuan.api.kit.tags import expected_version
from keyuan.api.v1.customer_schemas import Text40, Text60, Text120, Text200
from keyuan.api.v1.policies import reached
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.lists import lists
from keyuan.policies import permissions
from keyuan.policies.models import BenefitDue
from keyuan.policies.selectors.benefits import access_benefit, benefits_of_policy, option_of
from keyuan.policies.selectors.benefits.ahead import ahead_of
from keyuan.policies.selectors.benefits.labels import OPTIONS, PROOFS
from keyuan.policies.selectors.contract import policy_number
from keyuan.policies.services.benefits.claiming import ClaimDraft, approve_benefit, claim_benefit, return_claim
from keyuan.policies.services.benefits.dividends import choose_option

router = Resource("Benefits")
LIST = lists["benefits"]
COLUMNS = (
    "id", "version", "policy_id", "kind", "code", "number", "part", "due_on", "amount", "added", "deducted", "payable",
    "currency", "state", "payee_id", "last_prompt_on", "next_prompt_on", "option", "claimed_on", "proof", "proof_on",
    "decided_at", "settled_on", "reference", "refusal", "servicing_agent_id",
)  # fmt: skip


class BenefitOut(Out):
    """A benefit that fell or falls due; amounts in minor units."""

    id: int
    version: int
    policy_id: int
    policy_no: str
    kind: str
    code: str
    number: int
    part: int
    due_on: date
    amount: int
    added: int
    deducted: int
    payable: int
    currency: str
    state: str
    payee_id: int | None
    payee_name: str | None
    last_prompt_on: date | None
    next_prompt_on: date | None
    option: str
    claimed_on: date | None
    proof: str
    proof_on: date | None
    account: str | None
    decided_at: datetime | None
    settled_on: date | None
    reference: str
    refusal: str
    servicing_agent_id: int | None


class Benefits(Out):
    """Benefits of one contract."""

    rows: list[BenefitOut]


class ComingBenefit(Out):
    """A payment to come."""

    kind: str
    code: str
    number: int
    due_on: date
    amount: int


class ComingBenefits(Out):
    """What a contract will pay while the insured lives."""

    rows: list[ComingBenefit]


class BenefitClaim(In):
    """The payee's claim; proof of life is left out for dividends."""

    claimed_on: Day
    proof: Annotated[str, OneOf(PROOFS)] = ""
    proof_on: Day | None = None
    account: Annotated[Text40, Field(min_length=1)]
    account_name: Annotated[Text120, Field(min_length=1)]
    institution: Text60 = ""


class BenefitRefusal(In):
    """Why a claim is sent back."""

    reason: Annotated[Text200, Field(min_length=1)]


class DividendChoice(In):
    """How dividends are taken from now on."""

    option: Annotated[str, OneOf(OPTIONS, empty=False)]


class DividendOption(Out):
    """How a contract's dividends are taken."""

    policy_id: int
    option: str


def rows_out(actor: Actor, records: Sequence[BenefitDue]) -> list[dict[str, Any]]:
    """Return benefits as answers, masked for the caller."""
    return [
        {name: getattr(row, name) for name in COLUMNS}
        | {
            "policy_no": policy_number(actor, row.policy),
            "payee_name": shown(actor, row.payee_name, "name"),
            "account": shown(actor, row.account),
        }
        for row in records
    ]


def _out(request: ApiRequest, benefit: BenefitDue) -> dict[str, Any]:
    request.record_version = benefit.version
    return rows_out(request.actor, [benefit])[0]


def _reached(request: ApiRequest, benefit_id: int) -> BenefitDue:
    return access_benefit(request.actor, benefit_id, now=clock.now())


@router.get("/benefits", permissions.VIEW, Page[BenefitOut], parameters=parameters_of(LIST))
def list_benefits(request: ApiRequest) -> Any:
    """List benefits in reach, by the day they fall due."""
    found = read_list(request, LIST)
    return {"rows": rows_out(request.actor, found.records), **found.more}


@router.get("/benefits/{int:benefit_id}", permissions.VIEW, BenefitOut, tagged=True)
def get_benefit(request: ApiRequest, benefit_id: RowId) -> Any:
    """Get a benefit."""
    return _out(request, _reached(request, benefit_id))


@router.get("/policies/{int:policy_id}/benefits", permissions.VIEW, Benefits)
def list_policy_benefits(request: ApiRequest, policy_id: RowId) -> Any:
    """List what fell due under a contract, newest first."""
    rows = benefits_of_policy(reached(request, policy_id)).select_related("policy")[:400]
    return {"rows": rows_out(request.actor, list(rows))}


@router.get("/policies/{int:policy_id}/benefits/coming", permissions.VIEW, ComingBenefits)
def list_coming_benefits(request: ApiRequest, policy_id: RowId) -> Any:
    """List what a contract pays in the years to come; dividends are not foretold."""
    return {"rows": list(ahead_of(reached(request, policy_id), clock.today()))}


@router.post("/benefits/{int:benefit_id}/claim", permissions.BENEFIT_CLAIM, BenefitOut, tagged=True, status=200)
def take_benefit_claim(request: ApiRequest, benefit_id: RowId, body: BenefitClaim) -> Any:
    """Take the payee's claim, with proof of life and an account of their own."""
    version = expected_version(request, _reached(request, benefit_id).version)
    claim_benefit(
        actor=request.actor, benefit_id=benefit_id, version=version, draft=ClaimDraft(**body.model_dump()),
        now=clock.now(),
    )  # fmt: skip
    return _out(request, _reached(request, benefit_id))


@router.post("/benefits/{int:benefit_id}/return", permissions.BENEFIT_APPROVE, BenefitOut, tagged=True, status=200)
def return_benefit_claim(request: ApiRequest, benefit_id: RowId, body: BenefitRefusal) -> Any:
    """Send a claim back."""
    version = expected_version(request, _reached(request, benefit_id).version)
    return_claim(actor=request.actor, benefit_id=benefit_id, version=version, reason=body.reason, now=clock.now())
    return _out(request, _reached(request, benefit_id))


@router.post("/benefits/{int:benefit_id}/approve", permissions.BENEFIT_APPROVE, BenefitOut, tagged=True, status=200)
def approve_benefit_claim(request: ApiRequest, benefit_id: RowId) -> Any:
    """Approve a claim that another client or person took; the bank pays it out."""
    version = expected_version(request, _reached(request, benefit_id).version)
    approve_benefit(actor=request.actor, benefit_id=benefit_id, version=version, now=clock.now())
    return _out(request, _reached(request, benefit_id))


@router.get("/policies/{int:policy_id}/dividend-option", permissions.VIEW, DividendOption)
def get_dividend_option(request: ApiRequest, policy_id: RowId) -> Any:
    """Get how a contract's dividends are taken."""
    policy = reached(request, policy_id)
    return {"policy_id": policy.pk, "option": option_of(policy)}


@router.post("/policies/{int:policy_id}/dividend-option", permissions.BENEFIT_CLAIM, DividendOption, status=200)
def choose_dividend_option(request: ApiRequest, policy_id: RowId, body: DividendChoice) -> Any:
    """Choose how a contract's dividends are taken from now on."""
    reached(request, policy_id)
    row = choose_option(actor=request.actor, policy_id=policy_id, option=body.option, now=clock.now())
    return {"policy_id": policy_id, "option": row.option}
