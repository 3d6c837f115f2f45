"""Churn for programs: the watch list, a customer's and a contract's chances, the effect of retention work (ANA-6)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic import Field

from keyuan.analytics import permissions
from keyuan.analytics.forms.churn.words import told
from keyuan.analytics.models import ChurnScore
from keyuan.analytics.rules.churn.outcomes import HORIZONS, OUTCOMES
from keyuan.analytics.rules.churn.scoring import WHOLE
from keyuan.analytics.selectors.churn.contracts import chance_of_contract
from keyuan.analytics.selectors.churn.effects import effects_of
from keyuan.analytics.selectors.churn.watched import churn_of
from keyuan.analytics.selectors.objections import objects
from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import Out, Resource, RowId
from keyuan.customers.selectors import access_customer
from keyuan.kernel.errors import NotFound
from keyuan.platform import clock
from keyuan.platform.lists import lists
from keyuan.policies.selectors import access_policy

router = Resource("Churn")
LIST = lists["churn-watch"]
WAYS = ", ".join(outcome.key for outcome in OUTCOMES)


class ChurnReasonOut(Out):
    """A fact that raises the chance: its name, its value as the night found it, and the sentence for people."""

    fact: str
    value: str
    words: str


class ChurnOut(Out):
    """A customer who stands out; chances from 0 to 1, amounts in minor units of CNY."""

    customer_id: int
    policy_id: int = Field(description="The contract that stands out most")
    outcome: str = Field(description=WAYS)
    level: int = Field(description="2 high, 1 raised")
    chance_3: float
    chance_6: float
    chance_12: float
    at_stake: int
    premium: int
    reasons: list[ChurnReasonOut]
    model: str
    model_number: int
    scored_on: date


class ChurnContractOut(Out):
    """A contract's chances within 3, 6 and 12 months."""

    policy_id: int
    outcome: str = Field(description=WAYS)
    chances: list[float]
    level: int
    reasons: list[ChurnReasonOut]


class ContractChanceOut(ChurnContractOut):
    """A contract's chances as of a day, whether it stands out or not."""

    day: date = Field(description="Day of the copy of the book by which they were reckoned")


class ChurnDetailOut(ChurnOut):
    """A customer with the contracts most likely to go, at most ten."""

    contracts: list[ChurnContractOut]


class RetentionGroupOut(Out):
    """Customers followed to the end of the horizon, and how many of them stayed."""

    count: int
    kept: int


class RetentionEffectOut(Out):
    """One way to go (empty: together) and horizon; difference of retention with bounds of 95 %, null without both."""

    outcome: str
    months: int = Field(description=", ".join(map(str, HORIZONS)))
    treated: RetentionGroupOut
    control: RetentionGroupOut
    difference: float | None
    low: float | None
    high: float | None


@router.get("/churn", permissions.CHURN, Page[ChurnOut], parameters=parameters_of(LIST))
def list_churn(request: ApiRequest) -> Any:
    """List the customers who stand out, the most premium at stake first."""
    found = read_list(request, LIST)
    return {"rows": [_out(row) for row in found.records], **found.more}


@router.get("/customers/{int:customer_id}/churn", permissions.CHURN, ChurnDetailOut)
def get_churn(request: ApiRequest, customer_id: RowId) -> Any:
    """Get a customer's chances with reasons; 404 where nothing stands out, or the customer objects."""
    customer = access_customer(request.actor, customer_id, now=clock.now())
    row = churn_of(customer.pk)
    if row is None:
        raise NotFound
    contracts = [
        _contract(one["policy"], one["outcome"], one["level"], one["chances"], one["reasons"]) for one in row.contracts
    ]
    return {**_out(row), "contracts": contracts}


@router.get("/policies/{int:policy_id}/churn", permissions.CHURN, ContractChanceOut)
def get_policy_churn(request: ApiRequest, policy_id: RowId) -> Any:
    """Get a contract's chances, watched or not; 404 where none were reckoned, or the customer objects."""
    policy = access_policy(request.actor, policy_id, now=clock.now())
    found = None if objects(policy.holder_id) else chance_of_contract(policy.pk)
    if found is None:
        raise NotFound
    return {**_contract(policy.pk, found.outcome, found.level, found.chances, found.reasons), "day": found.day}


@router.get("/analytics/churn/effect", permissions.VIEW, list[RetentionEffectOut])
def get_retention_effect(request: ApiRequest) -> Any:
    """Get what retention work changed in the reach, the longest horizon first."""
    return [
        {
            "outcome": one.outcome,
            "months": one.months,
            "treated": {"count": one.treated.count, "kept": one.treated.kept},
            "control": {"count": one.control.count, "kept": one.control.kept},
            **{name: getattr(one.effect, name, None) for name in ("difference", "low", "high")},
        }
        for one in effects_of(request.actor, today=clock.today())
    ]


def _out(row: ChurnScore) -> dict[str, Any]:
    plain = ("policy_id", "outcome", "level", "at_stake", "premium", "model", "model_number", "scored_on")
    chances = {name: getattr(row, name) / WHOLE for name in ("chance_3", "chance_6", "chance_12")}
    return (
        {"customer_id": row.pk, "reasons": _reasons(row.reasons)}
        | chances
        | {name: getattr(row, name) for name in plain}
    )


def _contract(
    policy_id: int, outcome: str, level: int, chances: Sequence[int], reasons: Sequence[Sequence[str]]
) -> dict[str, Any]:
    return {
        "policy_id": policy_id,
        "outcome": outcome,
        "level": level,
        "chances": [chance / WHOLE for chance in chances],
        "reasons": _reasons(reasons),
    }


def _reasons(reasons: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    return [{"fact": name, "value": value, "words": "".join(told([[name, value]]))} for name, value in reasons]
