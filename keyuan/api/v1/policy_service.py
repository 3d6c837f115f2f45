"""Policy service (保全): items, taking in, reading, agreements, steps (POL-5, POL-7)."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

from ninja import Query
from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Day, Flag, OneOf
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import LARGEST, Id, In, Out, Resource, RowId
from keyuan.api.v1.files import FileOut, Upload, file_out
from keyuan.platform import clock
from keyuan.platform.files import store
from keyuan.platform.lists import lists
from keyuan.policies import permissions
from keyuan.policies.models import ServiceRequest
from keyuan.policies.rules.drafts import PartyDraft
from keyuan.policies.rules.service_items.catalogue import ITEMS
from keyuan.policies.rules.service_items.codes import BY_ACT, How, Party
from keyuan.policies.rules.service_items.drafts import RequestDraft
from keyuan.policies.selectors.service_items import access_request, consents_of, settled_rules
from keyuan.policies.selectors.service_items.labels import FACES, HOW, PAPERS, ROLES
from keyuan.policies.selectors.service_items.labels import ITEMS as NAMES
from keyuan.policies.selectors.service_items.papers import papers_of
from keyuan.policies.services.service_items import deciding
from keyuan.policies.services.service_items.entering import (
    create_request,
    papers_changed,
    record_consent,
    submit_request,
)
from keyuan.policies.services.service_items.recording import subject_of

router = Resource("Policy service")
Paper = Annotated[str, OneOf(PAPERS, empty=False), Query("OTHER", description="Which paper it is")]
LIST = lists["service-requests"]
Version = Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]
Amount = Annotated[int, Field(ge=1, le=LARGEST, strict=True)]
COLUMNS = (
    "id", "request_no", "item", "policy_id", "customer_id", "applicant_id", "applicant_role", "face", "status",
    "awaits_approval", "amount", "due_key", "received_at", "decided_at", "effective_on", "is_reversed", "reverses_id",
)  # fmt: skip
EXAMPLE = {
    "policy_id": 1, "item": "PAY_MODE", "applicant_role": "HOLDER", "face": "PHONE", "values": {"pay_mode": "02"},
}  # fmt: skip


class FieldOut(Out):
    """A field of an item's form; people are given under `people`, sealed values are never answered."""

    key: str
    kind: str
    is_required: bool


class ItemOut(Out):
    """An item: who may ask, papers, fields, in which states of the contract, and when a second person approves."""

    code: str
    name: str
    applicants: list[str]
    papers: list[str]
    fields: list[FieldOut]
    statuses: list[str]
    is_offered: bool
    second: str
    limit: int | None


class ItemsOut(Out):
    """All items."""

    rows: list[ItemOut]


class ServiceRequestRow(Out):
    """A request. `amount` in minor units of CNY: positive comes in, negative is paid out."""

    id: int
    request_no: str
    item: str
    policy_id: int
    customer_id: int | None
    applicant_id: int | None
    applicant_role: str
    face: str
    status: str
    awaits_approval: bool
    amount: int | None
    due_key: str
    due_on: date | None
    received_at: datetime
    decided_at: datetime | None
    effective_on: date | None
    is_reversed: bool
    reverses_id: int | None


class ServiceRequestOut(ServiceRequestRow):
    """A request whole: `missing` names papers, and agreements as CONSENT_<role>; `result` what the effect told."""

    version: int
    missing: list[str]
    papers: list[str]
    consents: list[str]
    reason: str
    is_sent: bool


class NamedIn(In):
    """Somebody whom the request names: a customer, or for beneficiaries a name."""

    field: Annotated[str, Field(min_length=1, max_length=20)]
    customer_id: Id | None = None
    name: Annotated[str, Field(max_length=120)] = ""
    relation_to_insured: Annotated[str, Field(max_length=2)] = ""
    order: Annotated[int, Field(ge=1, le=5, strict=True)] = 1
    share_bp: Annotated[int, Field(ge=0, le=10_000, strict=True)] | None = None
    is_statutory: Flag = False


class RequestConsentIn(In):
    """Whose agreement was given, how and when."""

    party: Annotated[str, OneOf(ROLES, empty=False)]
    how: Annotated[str, OneOf(HOW, empty=False)]
    given_on: Day | None = None


class ServiceRequestIn(In):
    """A request to be taken in; `values` by field of the item, amounts in minor units, days as ISO."""

    policy_id: Id
    item: Annotated[str, OneOf(NAMES, empty=False)]
    values: dict[str, Annotated[str, Field(max_length=1000)] | Annotated[int, Field(le=LARGEST)] | bool] = {}
    people: Annotated[list[NamedIn], Field(max_length=20)] = []
    applicant_role: Annotated[str, OneOf(ROLES, empty=False)] = Party.HOLDER.value
    applicant_id: Id | None = None
    proxy_name: Annotated[str, Field(max_length=60)] = ""
    proxy_until: Day | None = None
    face: Annotated[str, OneOf(FACES, empty=False)] = "COUNTER"
    received_on: Day | None = None
    consents: Annotated[list[RequestConsentIn], Field(max_length=4)] = []


class ServiceActIn(In):
    """A step of a request; PASS confirms or states a premium, and when a difference came in."""

    act: Annotated[str, OneOf(BY_ACT, empty=False)]
    version: Version
    reason: Annotated[str, Field(max_length=200)] = ""
    new_premium: Amount | None = None
    extra_paid_on: Day | None = None
    monitored: Annotated[str, Field(max_length=200)] = ""


def row_out(row: ServiceRequest) -> dict[str, Any]:
    """Return a request's row; "nothing due" is no day."""
    return {name: getattr(row, name) for name in COLUMNS} | {"due_on": row.due_on if row.due_key else None}


def request_out(request: ApiRequest, row: ServiceRequest) -> dict[str, Any]:
    """Return a request whole, with its version; sealed values are no part of an answer."""
    request.record_version = row.version
    return row_out(row) | {
        "version": row.version, "missing": row.missing, "reason": row.reason, "is_sent": row.sent_at is not None,
        "papers": [paper for paper, there in papers_of(row) if there], "consents": sorted(consents_of(row)),
    }  # fmt: skip


@router.get("/policy-service/items", permissions.VIEW, ItemsOut)
def list_service_items(request: ApiRequest) -> Any:
    """List what can be asked for, with its fields."""
    del request
    settled, rows = settled_rules(), []
    for item in ITEMS:
        rule = settled.get(item.code)
        rows.append({
            "code": item.code, "name": str(NAMES[item.code]), "applicants": list(item.applicants),
            "papers": list(item.papers), "statuses": list(item.statuses),
            "fields": [{"key": ask.key, "kind": ask.kind, "is_required": ask.required} for ask in item.asks],
            "is_offered": rule.is_offered if rule else True, "second": rule.second if rule else item.second,
            "limit": rule.limit if rule else item.limit,
        })  # fmt: skip
    return {"rows": rows}


@router.get("/policy-service/requests", permissions.VIEW, Page[ServiceRequestRow], parameters=parameters_of(LIST))
def list_service_requests(request: ApiRequest) -> Any:
    """List requests in reach, what is due first."""
    found = read_list(request, LIST)
    return {"rows": [row_out(row) for row in found.records], **found.more}


@router.get(
    "/policy-service/requests/{int:service_request_id}", permissions.VIEW, ServiceRequestOut, tagged=True
)  # fmt: skip
def get_service_request(request: ApiRequest, service_request_id: RowId) -> Any:
    """Get a request."""
    return request_out(request, access_request(request.actor, service_request_id))


@router.post(
    "/policy-service/requests", permissions.SERVICE_APPLY, ServiceRequestOut, tagged=True, example=EXAMPLE
)  # fmt: skip
def create_service_request(request: ApiRequest, body: ServiceRequestIn) -> Any:
    """Take a request in.

    Everything that forbids it is answered, each with its field. What is complete goes to review at once; papers are
    added as files of the request.
    """
    people: dict[str, tuple[PartyDraft, ...]] = {}
    for one in body.people:
        values = one.model_dump()
        people[one.field] = (*people.get(values.pop("field"), ()), PartyDraft(**values))
    draft = RequestDraft(
        body.policy_id, body.item, body.values, people, body.applicant_role, body.applicant_id, body.proxy_name,
        body.proxy_until, body.face, {one.party: one.how for one in body.consents}, body.received_on,
    )  # fmt: skip
    return request_out(request, create_request(actor=request.actor, draft=draft, now=clock.now()))


@router.post(
    "/policy-service/requests/{int:service_request_id}/consents", permissions.SERVICE_APPLY, ServiceRequestOut,
    status=200, tagged=True,
)  # fmt: skip
def record_service_consent(request: ApiRequest, service_request_id: RowId, body: RequestConsentIn) -> Any:
    """Record whose agreement was given; the same again changes nothing."""
    row = record_consent(
        actor=request.actor, request_id=service_request_id, party=body.party, how=How(body.how),
        given_on=body.given_on or clock.today(), now=clock.now(),
    )  # fmt: skip
    return request_out(request, row)


@router.post(
    "/policy-service/requests/{int:service_request_id}/files", permissions.SERVICE_APPLY, FileOut
)  # fmt: skip
def add_service_paper(request: ApiRequest, service_request_id: RowId, file: Upload, kind: Paper) -> Any:
    """Keep a paper with a request; `kind` says which."""
    row = access_request(request.actor, service_request_id)
    now = clock.now()
    kept = store(
        actor=request.actor, subject=subject_of(row), name=file.name or "", file=file, now=now, kind=kind,
        customer_id=row.customer_id,
    )  # fmt: skip
    papers_changed(actor=request.actor, request_id=row.pk, now=now)
    return file_out(kept)


def _decided(body: ServiceActIn, **who: Any) -> object:
    return deciding.pass_request(
        new_premium=body.new_premium, extra_paid_on=body.extra_paid_on, monitored=body.monitored, reason=body.reason,
        **who,
    )  # fmt: skip


RUNS: dict[str, Callable[..., object]] = {
    "SUBMIT": lambda _body, **who: submit_request(**who),
    "ASK_PAPERS": lambda body, **who: deciding.ask_papers(reason=body.reason, **who),
    "TAKE": lambda _body, **who: deciding.take_request(**who),
    "GIVE_BACK": lambda _body, **who: deciding.give_back(**who),
    "PASS": _decided,
    "APPROVE": lambda body, **who: deciding.approve_request(monitored=body.monitored, reason=body.reason, **who),
    "SEND_BACK": lambda body, **who: deciding.send_back(reason=body.reason, **who),
    "REJECT": lambda body, **who: deciding.reject_request(reason=body.reason, **who),
    "CONFIRM": lambda body, **who: deciding.confirm_request(reason=body.reason, **who),
    "VOID": lambda body, **who: deciding.void_request(reason=body.reason, **who),
}


@router.post(
    "/policy-service/requests/{int:service_request_id}/acts", permissions.VIEW, ServiceRequestOut, status=200,
    tagged=True,
)  # fmt: skip
def act_on_service_request(request: ApiRequest, service_request_id: RowId, body: ServiceActIn) -> Any:
    """Take a step: pass to review, take, pass, approve, refuse, withdraw; each asks for its own permission."""
    access_request(request.actor, service_request_id)
    who = {"actor": request.actor, "request_id": service_request_id, "version": body.version, "now": clock.now()}
    RUNS[body.act](body, **who)
    return request_out(request, access_request(request.actor, service_request_id))
