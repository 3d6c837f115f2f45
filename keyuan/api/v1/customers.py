"""Customers: list, look, enter, change, likely duplicates (CUS-1, CUS-3, CUS-8)."""

from collections.abc import Sequence
from typing import Any

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import reads_whole, real_day, shown
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.problems import field_error
from keyuan.api.kit.resource import Resource, RowId
from keyuan.api.kit.tags import expected_version
from keyuan.api.v1.customer_schemas import (
    CustomerChange,
    CustomerIn,
    CustomerOut,
    CustomerRow,
    LikelyRows,
    SavedCustomer,
)
from keyuan.customers import permissions
from keyuan.customers.rules.drafts import AccountDraft, ContactDraft, CustomerDraft, DocumentDraft
from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.archive import profile_of
from keyuan.customers.selectors.subjects import customer_label
from keyuan.customers.services.archive import Saved
from keyuan.customers.services.revising import duplicates_of, enter_customer, revise_customer
from keyuan.customers.services.visits import note_opening
from keyuan.kernel.actor import Actor
from keyuan.organisation.selectors.agents import agent_names
from keyuan.platform import clock
from keyuan.platform.lists import lists

router = Resource("Customers")
LIST = lists["customers"]

#: Columns that an answer gives as they stand.
ROW_COLUMNS = (
    "customer_no", "kind", "tier", "state", "activity", "sales_channel", "region_code", "is_policyholder",
    "has_contact", "is_orphan", "policies_in_force", "annual_premium", "open_claims", "open_items", "opened_on",
    "servicing_agent_id",
)  # fmt: skip
HEAD_COLUMNS = (
    "id", "customer_no", "kind", "status", "version", "sex", "birth_is_lunar", "lunar_month", "lunar_day", "death_on",
    "nationality", "ethnic_group", "occupation", "occupation_code", "occupation_class", "employer", "education",
    "marriage", "language", "preferred_contact", "preferred_time", "hobbies", "experience", "risk_appetite", "note",
    "region_code", "prospect_source", "created_at", "updated_at",
)  # fmt: skip
#: Parts of a body that are no columns of the head record.
PARTS = frozenset(
    {"kind", "organisation", "contacts", "documents", "accounts", "agent_id", "not_the_same", "not_the_same_reason"}
)
EXAMPLE = {
    "kind": "P",
    "name": "张晓明",
    "sex": "1",
    "birth_on": "1985-03-16",
    "contacts": [{"kind": "MOBILE", "value": "13800138000", "is_primary": True}],
}


def rows_out(actor: Actor, records: Sequence[Any]) -> list[dict[str, Any]]:
    """Return summaries as rows, masked for the caller; names of agents are read at once."""
    agents = agent_names(row.servicing_agent_id for row in records)
    return [
        {name: getattr(row, name) for name in ROW_COLUMNS}
        | {
            "id": row.pk,
            "name": customer_label(actor, row) if row.name else None,
            "phone": shown(actor, row.primary_phone.phone) if row.primary_phone else None,
            "birth_on": shown(actor, row.birth_on, "birth_on"),
            "next_due_on": real_day(row.next_due_on),
            "last_contact_on": real_day(row.last_contact_on),
            "servicing_agent": agents.get(row.servicing_agent_id),
        }
        for row in records
    ]


def customer_out(actor: Actor, customer: Any) -> dict[str, Any]:
    """Return the head record as the caller may see it."""
    body = {name: getattr(customer, name) for name in HEAD_COLUMNS}
    body |= {
        "name": shown(actor, customer.name, "name"),
        "former_name": shown(actor, customer.former_name, "name"),
        "birth_on": shown(actor, customer.birth_on, "birth_on"),
        "income": customer.income if reads_whole(actor, "income") else None,
    }
    if not reads_whole(actor, "birth_on"):
        body |= {"lunar_month": None, "lunar_day": None}
    if customer.kind == "O":
        profile = profile_of(customer)
        names = ("uscc", "founded_on", "registered_capital", "industry", "size", "employees", "business_scope")
        body["organisation"] = {name: getattr(profile, name) for name in names} | {
            "legal_representative": shown(actor, profile.legal_representative, "name"),
            "service_roles": [role for role in profile.service_roles.split(",") if role],
        }
    return body


def draft_of(kind: str, body: CustomerChange) -> CustomerDraft:
    """Return what the service saves: the fields that were sent, and rows."""
    sent = body.model_dump(exclude_unset=True)
    organisation = dict(sent.get("organisation") or {})
    if "service_roles" in organisation:
        organisation["service_roles"] = ",".join(organisation["service_roles"])
    return CustomerDraft(
        kind=kind,
        fields={name: value for name, value in sent.items() if name not in PARTS},
        organisation=organisation,
        contacts=tuple(ContactDraft(**row.model_dump()) for row in body.contacts),
        documents=tuple(DocumentDraft(**row.model_dump()) for row in body.documents),
        accounts=tuple(AccountDraft(**row.model_dump()) for row in body.accounts),
    )


def saved_out(request: ApiRequest, saved: Saved) -> dict[str, Any]:
    """Return a saved customer with what was odd about the data."""
    request.record_version = saved.customer.version
    warnings = [field_error(warning.field or "", warning.code, warning.params) for warning in saved.warnings]
    return customer_out(request.actor, saved.customer) | {"warnings": warnings}


@router.get("/customers", permissions.VIEW, Page[CustomerRow], parameters=parameters_of(LIST))
def list_customers(request: ApiRequest) -> Any:
    """List customers in reach.

    The filters and orders are those of the page; days may be relative (`today+30`).
    """
    found = read_list(request, LIST)
    return {"rows": rows_out(request.actor, found.records), **found.more}


@router.get("/customers/{int:customer_id}", permissions.VIEW, CustomerOut, tagged=True)
def get_customer(request: ApiRequest, customer_id: RowId) -> Any:
    """Get a customer's archive.

    The look stands on the audit trail.
    """
    now = clock.now()
    customer = access_customer(request.actor, customer_id, now=now)
    note_opening(actor=request.actor, customer=customer, face="api", now=now)
    request.record_version = customer.version
    return customer_out(request.actor, customer)


@router.post("/customers", permissions.CREATE, SavedCustomer, tagged=True, example=EXAMPLE)
def create_customer(request: ApiRequest, body: CustomerIn) -> Any:
    """Enter a customer.

    Somebody in reach who shares a number, a phone, or name and birth date makes this a 409; `not_the_same` says that
    they are two people.
    """
    saved = enter_customer(
        actor=request.actor, draft=draft_of(body.kind, body), now=clock.now(), agent_id=body.agent_id,
        not_the_same=body.not_the_same,
        reason=body.not_the_same_reason,
    )  # fmt: skip
    return saved_out(request, saved)


@router.patch("/customers/{int:customer_id}", permissions.EDIT, SavedCustomer, tagged=True)
def change_customer(request: ApiRequest, customer_id: RowId, body: CustomerChange) -> Any:
    """Change some fields and rows of a customer.

    `If-Match` must name the version that was read.
    """
    now = clock.now()
    customer = access_customer(request.actor, customer_id, now=now)
    version = expected_version(request, customer.version)
    saved = revise_customer(
        actor=request.actor, customer_id=customer_id, changes=draft_of(customer.kind, body), version=version, now=now
    )
    return saved_out(request, saved)


@router.post("/customers/duplicates", permissions.VIEW, LikelyRows, status=200, reads=True, example=EXAMPLE)
def check_duplicates(request: ApiRequest, body: CustomerIn) -> Any:
    """Find customers in reach who may be the one described.

    Nothing is saved.
    """
    found = duplicates_of(request.actor, draft_of(body.kind, body), now=clock.now())
    rows = [
        {
            "id": likeness.summary.pk,
            "customer_no": likeness.summary.customer_no,
            "name": customer_label(request.actor, likeness.summary) if likeness.summary.name else None,
            "region_code": likeness.summary.region_code,
            "servicing_agent_id": likeness.summary.servicing_agent_id,
            "signs": list(likeness.signs),
        }
        for likeness in found
    ]
    return {"rows": rows}
