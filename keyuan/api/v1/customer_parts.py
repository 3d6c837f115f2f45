"""What hangs on a customer: contact data, documents, accounts, tags, family, service people (CUS-1, CUS-2)."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Number, OneOf, shown
from keyuan.api.kit.resource import In, Out, Resource, RowId
from keyuan.api.v1.customer_schemas import CustomerRow, Text40, Text60, Text120
from keyuan.api.v1.customers import rows_out
from keyuan.customers import permissions
from keyuan.customers.forms.archive_panel import value_of_contact
from keyuan.customers.models import Customer
from keyuan.customers.selectors import access_customer, labels
from keyuan.customers.selectors import archive as reads
from keyuan.customers.selectors.family import family_of, relations_of
from keyuan.customers.selectors.tags import standing_tags
from keyuan.customers.services import contact_points, households
from keyuan.customers.services.assignment import assign_customers
from keyuan.customers.services.relations import add_relation, remove_relation
from keyuan.customers.services.revealing import FINDERS, reveal_value
from keyuan.customers.services.visits import note_opening
from keyuan.platform import clock

router = Resource("Parts of a customer")

RelationCode = Annotated[str, OneOf(labels.RELATIONS, empty=False)]


class ContactOut(Out):
    """A way to reach the customer; its value masked."""

    id: int
    kind: str
    value: str | None
    label: str
    region_code: str
    postcode: str
    source: str
    is_primary: bool
    verified_at: datetime | None
    invalid_at: datetime | None
    invalid_reason: str


class Contacts(Out):
    """Ways to reach the customer, usable ones first."""

    rows: list[ContactOut]


class DocumentOut(Out):
    """An identity document; its number masked."""

    id: int
    document_type: str
    number: str | None
    issuer: str
    valid_from: date | None
    valid_until: date | None
    is_long_term: bool
    verified_at: datetime | None


class Documents(Out):
    """Identity documents, oldest entry first."""

    rows: list[DocumentOut]


class AccountOut(Out):
    """A bank account; its number masked."""

    id: int
    number: str | None
    bank_name: str
    valid_until: date | None


class Accounts(Out):
    """Bank accounts, oldest entry first."""

    rows: list[AccountOut]


class TagOfCustomerOut(Out):
    """A label."""

    code: str
    name: str
    family: str
    source: str


class SummaryOut(CustomerRow):
    """What the 360° page shows first. Amounts in minor units of CNY."""

    policies_total: int
    next_due_amount: int
    grace_until: date | None
    last_purchase_on: date | None
    tags: list[TagOfCustomerOut]


class MemberOut(Out):
    """Somebody of the household."""

    member_id: int
    role: str
    customer: CustomerRow


class RelationOut(Out):
    """`customer` is the `kind` of the one asked for."""

    id: int
    kind: str
    note: str
    customer_id: int
    name: str | None


class FamilyOut(Out):
    """Household and relations, as far as the people are in reach."""

    household_id: int | None
    label: str
    policies_in_force: int
    annual_premium: int
    members: list[MemberOut]
    relations: list[RelationOut]


class RelationIn(In):
    """`other_id` is the `kind` of this customer."""

    other_id: Number
    kind: RelationCode
    note: Annotated[str, Field(max_length=100)] = ""


class MemberIn(In):
    """Somebody to take into the household; `role` is what they are to its head."""

    customer_id: Number
    role: RelationCode


class HouseholdIn(In):
    """A household with this customer as its head."""

    label: Text60 = ""


class Role(In):
    """What a member is to the head."""

    role: RelationCode


class Reason(In):
    """Why."""

    reason: Annotated[str, Field(min_length=1, max_length=200)]


class ContactState(In):
    """What is known of a contact: verified, invalid (with the reason), or usable again."""

    state: Annotated[str, OneOf(("VERIFIED", "INVALID", "USABLE"), empty=False)]
    reason: Text40 = ""


class Assign(In):
    """Who is to serve the customers."""

    customer_ids: Annotated[list[Number], Field(min_length=1, max_length=1000)]
    agent_id: Number
    reason: Annotated[str, Field(max_length=20)] = ""


class Assigned(Out):
    """How many changed hands; those in nobody's reach and those served by the agent already are left alone."""

    assigned: int


class ServiceOut(Out):
    """A time with a service person."""

    agent_id: int | None
    agent: str | None
    unit_id: int
    unit: str
    valid_from: date
    valid_until: date | None
    reason: str


class ServiceHistory(Out):
    """Who serves the customer and who did, the present one first."""

    rows: list[ServiceOut]


class Opened(Out):
    """A sealed value, whole."""

    value: str


def _customer(request: ApiRequest, customer_id: int) -> Customer:
    return access_customer(request.actor, customer_id, now=clock.now())


def contact_out(request: ApiRequest, row: Any) -> dict[str, Any]:
    """Return a contact, masked."""
    names = (
        "id", "kind", "label", "region_code", "postcode", "source", "is_primary", "verified_at", "invalid_at",
        "invalid_reason",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names} | {"value": shown(request.actor, value_of_contact(row))}


@router.get("/customers/{int:customer_id}/summary", permissions.VIEW, SummaryOut)
def get_customer_summary(request: ApiRequest, customer_id: RowId) -> Any:
    """Get what the 360° page shows first.

    The look stands on the audit trail.
    """
    customer = _customer(request, customer_id)
    note_opening(actor=request.actor, customer=customer, face="api", now=clock.now())
    summary = customer.summary
    names = ("policies_total", "next_due_amount", "grace_until", "last_purchase_on")
    tags = [
        {"code": row.tag.code, "name": row.tag.name, "family": row.tag.family, "source": row.source}
        for row in standing_tags(customer, today=clock.today())
    ]
    return rows_out(request.actor, [summary])[0] | {name: getattr(summary, name) for name in names} | {"tags": tags}


@router.get("/customers/{int:customer_id}/contacts", permissions.VIEW, Contacts)
def list_contacts(request: ApiRequest, customer_id: RowId) -> Any:
    """List the ways to reach a customer."""
    rows = reads.contacts_of(_customer(request, customer_id))
    return {"rows": [contact_out(request, row) for row in rows]}


@router.post("/contacts/{int:contact_id}/state", permissions.EDIT, ContactOut, status=200)
def set_contact_state(request: ApiRequest, contact_id: RowId, body: ContactState) -> Any:
    """Note that a contact reaches the customer, does not, or may be used again."""
    actor, now = request.actor, clock.now()
    if body.state == "INVALID":
        row = contact_points.mark_invalid(actor=actor, contact_id=contact_id, reason=body.reason, now=now)
    elif body.state == "VERIFIED":
        row = contact_points.verify_contact(actor=actor, contact_id=contact_id, now=now)
    else:
        row = contact_points.restore_contact(actor=actor, contact_id=contact_id, now=now)
    return contact_out(request, row)


@router.get("/customers/{int:customer_id}/documents", permissions.VIEW, Documents)
def list_documents(request: ApiRequest, customer_id: RowId) -> Any:
    """List a customer's identity documents."""
    names = ("id", "document_type", "issuer", "valid_from", "valid_until", "is_long_term", "verified_at")
    return {
        "rows": [
            {name: getattr(row, name) for name in names} | {"number": shown(request.actor, row.identity_number)}
            for row in reads.documents_of(_customer(request, customer_id))
        ]
    }


@router.get("/customers/{int:customer_id}/accounts", permissions.VIEW, Accounts)
def list_accounts(request: ApiRequest, customer_id: RowId) -> Any:
    """List a customer's bank accounts."""
    return {
        "rows": [
            {
                "id": row.pk,
                "number": shown(request.actor, row.bank_account),
                "bank_name": row.bank_name,
                "valid_until": row.valid_until,
            }
            for row in reads.accounts_of(_customer(request, customer_id))
        ]
    }


@router.get("/customers/{int:customer_id}/family", permissions.VIEW, FamilyOut)
def get_family(request: ApiRequest, customer_id: RowId) -> Any:
    """Get a customer's household and relations."""
    actor, customer, now = request.actor, _customer(request, customer_id), clock.now()
    found = family_of(actor, customer, now=now)
    members = found.members if found else []
    rows = rows_out(actor, [member.customer.summary for member in members])
    return {
        "household_id": found.household.pk if found else None,
        "label": found.household.label if found else "",
        "policies_in_force": found.policies_in_force if found else 0,
        "annual_premium": found.annual_premium if found else 0,
        "members": [
            {"member_id": member.pk, "role": member.role, "customer": row}
            for member, row in zip(members, rows, strict=True)
        ],
        "relations": [
            {
                "id": row.pk,
                "kind": row.kind,
                "note": row.note,
                "customer_id": row.customer_id,
                "name": shown(actor, row.customer.name, "name"),
            }
            for row in relations_of(actor, customer, now=now)
        ],
    }


@router.post("/customers/{int:customer_id}/relations", permissions.EDIT, FamilyOut)
def add_customer_relation(request: ApiRequest, customer_id: RowId, body: RelationIn) -> Any:
    """State who another customer is to this one; the inverse comes by itself."""
    add_relation(
        actor=request.actor, customer_id=body.other_id, other_id=customer_id, kind=body.kind, note=body.note,
        now=clock.now(),
    )  # fmt: skip
    return get_family(request, customer_id)


@router.delete("/relations/{int:relation_id}", permissions.EDIT)
def remove_customer_relation(request: ApiRequest, relation_id: RowId) -> Any:
    """Take a relation away from both sides."""
    remove_relation(actor=request.actor, relation_id=relation_id, now=clock.now())


@router.post("/customers/{int:customer_id}/household", permissions.EDIT, FamilyOut)
def create_customer_household(request: ApiRequest, customer_id: RowId, body: HouseholdIn) -> Any:
    """Make a household with this customer as its head."""
    households.create_household(actor=request.actor, head_id=customer_id, label=body.label, now=clock.now())
    return get_family(request, customer_id)


@router.post("/households/{int:household_id}/members", permissions.EDIT, FamilyOut)
def add_household_member(request: ApiRequest, household_id: RowId, body: MemberIn) -> Any:
    """Take a person into a household."""
    households.add_member(
        actor=request.actor, household_id=household_id, customer_id=body.customer_id, role=body.role, now=clock.now()
    )
    return get_family(request, body.customer_id)


@router.patch("/household-members/{int:member_id}", permissions.EDIT, FamilyOut)
def change_household_member(request: ApiRequest, member_id: RowId, body: Role) -> Any:
    """Say what a member is to the head of the household."""
    member = households.change_role(actor=request.actor, member_id=member_id, role=body.role, now=clock.now())
    return get_family(request, member.customer_id)


@router.delete("/household-members/{int:member_id}", permissions.EDIT)
def remove_household_member(request: ApiRequest, member_id: RowId) -> Any:
    """End somebody's time in the household."""
    households.remove_member(actor=request.actor, member_id=member_id, now=clock.now())


@router.get("/customers/{int:customer_id}/service", permissions.VIEW, ServiceHistory)
def list_service_people(request: ApiRequest, customer_id: RowId) -> Any:
    """List who serves a customer and who did."""
    return {
        "rows": [
            {
                "agent_id": row.agent_id,
                "agent": row.agent.name if row.agent else None,
                "unit_id": row.unit_id,
                "unit": row.unit.name,
                "valid_from": row.valid_from,
                "valid_until": row.valid_until,
                "reason": row.reason,
            }
            for row in reads.service_history(_customer(request, customer_id))
        ]
    }


@router.post("/assignments", permissions.ASSIGN, Assigned, status=200)
def assign(request: ApiRequest, body: Assign) -> Any:
    """Give customers to a service person."""
    before = assign_customers(
        actor=request.actor, customer_ids=body.customer_ids, agent_id=body.agent_id, reason=body.reason,
        now=clock.now(),
    )  # fmt: skip
    return {"assigned": len(before)}


class RevealIn(In):
    """Which sealed value, and why it is needed."""

    part: Annotated[str, OneOf(FINDERS, empty=False)] = Field(
        description="contact, document, account, health or key-contact"
    )
    row_id: Annotated[int, Field(ge=0, le=2**63 - 1, strict=True)] = Field(0, description="Its id; 0 for health")
    reason: Text120


@router.post("/customers/{int:customer_id}/reveal", permissions.REVEAL, Opened, status=200)
def reveal(request: ApiRequest, customer_id: RowId, body: RevealIn) -> Any:
    """Open one sealed value.

    Takes a reason, counts towards the role's quota of the day, and stands on the audit trail before the answer is
    given. A replay opens the value again.
    """
    request.never_kept = True
    value = reveal_value(
        actor=request.actor, customer_id=customer_id, part=body.part, row_id=body.row_id, reason=body.reason,
        now=clock.now(),
    )  # fmt: skip
    return {"value": value}
