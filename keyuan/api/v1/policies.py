"""Policies: list, look, enter (POL-1, POL-3)."""

from collections.abc import Sequence
from typing import Any

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import shown
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import Resource, RowId
from keyuan.api.v1.policy_schemas import PartyIn, PolicyIn, PolicyOut, PolicyRow, PolicyRows
from keyuan.customers.selectors import access_customer
from keyuan.kernel.actor import Actor
from keyuan.organisation.selectors.agents import agent_names
from keyuan.platform import clock
from keyuan.platform.lists import lists
from keyuan.policies import permissions
from keyuan.policies.models import Policy
from keyuan.policies.rules.drafts import CoverageDraft, PartyDraft, PolicyDraft
from keyuan.policies.selectors import access_policy
from keyuan.policies.selectors.contract import known, policy_number
from keyuan.policies.selectors.panels import cards
from keyuan.policies.services.contracts import create_policy

router = Resource("Policies")
LIST = lists["policies"]

ROW_COLUMNS = (
    "id", "insurer_code", "source", "source_name", "product_id", "kind", "is_group", "holder_id", "status",
    "in_cooling_off", "in_grace", "currency", "sum_insured", "annual_premium", "next_due_amount", "grace_until",
    "sales_channel", "servicing_agent_id",
)  # fmt: skip
MORE_COLUMNS = (
    "version", "application_no", "termination_reason", "is_paid_up", "is_reduced_paid_up", "on_premium_loan",
    "is_loaned", "is_lost", "is_frozen", "is_premium_waived", "premium", "pay_mode", "pay_term", "pay_term_unit",
    "cover_term", "cover_term_unit", "applied_on", "issued_on", "receipt_signed_on", "cooling_off_until",
    "suspended_on", "terminated_on", "selling_agent_id", "previous_policy_id", "created_at", "updated_at",
)  # fmt: skip
DAYS = ("effective_on", "expires_on", "next_due_on")
#: Fields of a body that the draft takes in another shape.
SHAPED = ("insured", "beneficiaries", "coverages", "vehicle")
EXAMPLE = {
    "product_id": 1,
    "holder_id": 1,
    "effective_on": "2026-04-01",
    "issued_on": "2026-03-16",
    "premium": 120000,
    "pay_mode": "05",
    "pay_term": 20,
    "pay_term_unit": "Y",
    "cover_term": 30,
    "cover_term_unit": "Y",
    "sum_insured": 30000000,
}


def rows_out(actor: Actor, records: Sequence[Policy]) -> list[dict[str, Any]]:
    """Return policies as rows, masked for the caller; names of agents are read at once."""
    agents = agent_names(row.servicing_agent_id for row in records)
    return [
        {name: getattr(row, name) for name in ROW_COLUMNS}
        | {name: known(getattr(row, name)) for name in DAYS}
        | {
            "policy_no": policy_number(actor, row),
            "product": row.product.name,
            "holder_name": shown(actor, row.holder_name, "name"),
            "servicing_agent": agents.get(row.servicing_agent_id or 0),
        }
        for row in records
    ]


def policy_out(request: ApiRequest, policy: Policy) -> dict[str, Any]:
    """Return a contract as the caller may see it, with its version."""
    request.record_version = policy.version
    body = {name: getattr(policy, name) for name in MORE_COLUMNS}
    return rows_out(request.actor, [policy])[0] | body | {"debit_account": shown(request.actor, policy.debit_account)}


def reached(request: ApiRequest, policy_id: int) -> Policy:
    """Return a policy in the caller's reach."""
    return access_policy(request.actor, policy_id, now=clock.now())


def parties_in(rows: Sequence[PartyIn]) -> tuple[PartyDraft, ...]:
    """Return parties as the service takes them."""
    return tuple(PartyDraft(**row.model_dump()) for row in rows)


@router.get("/policies", permissions.VIEW, Page[PolicyRow], parameters=parameters_of(LIST))
def list_policies(request: ApiRequest) -> Any:
    """List policies in reach.

    The filters and orders are those of the page; days may be relative (`today+30`).
    """
    found = read_list(request, LIST)
    return {"rows": rows_out(request.actor, found.records), **found.more}


@router.get("/policies/{int:policy_id}", permissions.VIEW, PolicyOut, tagged=True)
def get_policy(request: ApiRequest, policy_id: RowId) -> Any:
    """Get a contract."""
    return policy_out(request, reached(request, policy_id))


@router.post("/policies", permissions.EDIT, PolicyOut, tagged=True, example=EXAMPLE)
def create_policy_record(request: ApiRequest, body: PolicyIn) -> Any:
    """Enter a contract with its parties and covers.

    The premium schedule is made from the terms. Policies of a core system come by `POST /bulk/policies`.
    """
    plain = {name: value for name, value in body.model_dump().items() if name not in SHAPED}
    vehicle = body.vehicle.model_dump() if body.vehicle else {}
    draft = PolicyDraft(
        **plain,
        insured=parties_in(body.insured),
        beneficiaries=parties_in(body.beneficiaries),
        coverages=tuple(CoverageDraft(**row.model_dump()) for row in body.coverages),
        vehicle={name: value for name, value in vehicle.items() if value not in (None, "")},
    )
    return policy_out(request, create_policy(actor=request.actor, draft=draft, now=clock.now()))


@router.get("/customers/{int:customer_id}/policies", permissions.VIEW, PolicyRows)
def list_customer_policies(request: ApiRequest, customer_id: RowId) -> Any:
    """List a customer's policies.

    A contract of somebody else, in which the customer has a role, is there only where its holder is in reach.
    """
    now = clock.now()
    access_customer(request.actor, customer_id, now=now)
    return {"rows": rows_out(request.actor, [card.policy for card in cards(request.actor, customer_id, now=now)])}
