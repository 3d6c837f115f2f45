"""Messages to customers, their templates, and privacy requests for programs (PLT-8, PLT-11)."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Moment, Number, OneOf
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import In, Out, Resource, RowId
from keyuan.api.v1.contacting import ReasonOut, Source
from keyuan.contact import permissions
from keyuan.contact.models import Message, PrivacyRequest
from keyuan.contact.rules.messages.composing import LANGUAGES
from keyuan.contact.rules.privacy.requests import APPLICANTS, CHECKS, KINDS, PAUSES, REASONS, SELF
from keyuan.contact.selectors.messages.outbox import access_message
from keyuan.contact.selectors.messages.templates import template_by_code, usable_templates, usable_version, variables_of
from keyuan.contact.selectors.privacy.requests import access_request
from keyuan.contact.services.messages.deciding import cancel_message
from keyuan.contact.services.messages.queueing import Draft, NotSent, send
from keyuan.contact.services.privacy import requests as privacy
from keyuan.contact.services.privacy.copying import start_copy
from keyuan.contact.services.privacy.requests import receive_request
from keyuan.platform import clock
from keyuan.platform.lists import lists

router = Resource("Messaging")
LIST, REQUESTS = lists["messages"], lists["privacy-requests"]
COLUMNS = (
    "id", "customer_id", "channel", "purpose", "language", "status", "because", "permit_id", "segments", "attempts",
    "next_at", "sent_at", "delivered_at", "created_at", "created_by_name",
)  # fmt: skip
REQUEST = (
    "id", "number", "customer_id", "kind", "status", "source", "applicant", "received_at", "due_on", "user_name",
    "refusal", "answer", "closed_at",
)  # fmt: skip


class PlaceOut(Out):
    """A place of a template that the sender fills in."""

    name: str
    kind: str
    label: str


class TemplateOut(Out):
    """A template that can be sent now."""

    code: str
    name: str
    channel: str
    purpose: str
    places: list[PlaceOut]


class TemplatesOut(Out):
    """Every template that can be sent now, by name."""

    rows: list[TemplateOut]


class MessageOut(Out):
    """A message; its text and address are never given out."""

    id: int
    customer_id: int
    template: str
    channel: str
    purpose: str
    language: str
    status: str
    because: str
    permit_id: int | None
    segments: int
    attempts: int
    next_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    created_at: datetime
    created_by_name: str


class SendIn(In):
    """Which template, what fills its places, and a `key` that makes sending again harmless."""

    template: Annotated[str, Field(min_length=1, max_length=40)]
    values: Annotated[dict[str, Annotated[str, Field(max_length=200)]], Field(max_length=20)] = {}
    key: Annotated[str, Field(max_length=50)] = ""
    contact_point_id: Number | None = None
    language: Annotated[str, OneOf(LANGUAGES)] = ""
    not_before: Moment | None = None


class SentOut(Out):
    """The message in the outbox, or why there is none."""

    message: MessageOut | None
    refused: str
    reasons: list[ReasonOut]
    next_at: datetime | None


class RequestIn(In):
    """What somebody asks of their data, how and when it came."""

    kind: Annotated[str, OneOf(KINDS, empty=False)]
    source: Source
    received_at: Moment
    applicant: Annotated[str, OneOf(APPLICANTS, empty=False)] = SELF
    applicant_name: Annotated[str, Field(max_length=60)] = ""
    wish: Annotated[str, Field(max_length=500)] = ""


class CheckIn(In):
    """How the identity of the applicant was checked."""

    how: Annotated[str, OneOf(tuple(CHECKS), empty=False)]
    note: Annotated[str, Field(max_length=200)] = ""


class PauseIn(In):
    """Why the clock stands still: the customer has to do something."""

    reason: Annotated[str, OneOf(tuple(PAUSES), empty=False)]
    note: Annotated[str, Field(max_length=200)] = ""


class RefuseIn(In):
    """Why the request is refused, and what the customer is told (PIPL 50)."""

    reason: Annotated[str, OneOf(tuple(REASONS), empty=False)]
    answer: Annotated[str, Field(min_length=1, max_length=1000)]


class AnswerIn(In):
    """What the customer is told."""

    answer: Annotated[str, Field(min_length=1, max_length=1000)]


class DropIn(In):
    """Why the customer took the request back."""

    note: Annotated[str, Field(max_length=200)] = ""


class CopyOut(Out):
    """The job that makes the copy; the file is fetched by a person, on the request's page."""

    job_id: int
    status: str


class RequestOut(Out):
    """A privacy request with its clock."""

    id: int
    number: str
    customer_id: int
    kind: str
    status: str
    source: str
    applicant: str
    received_at: datetime
    due_on: date
    user_name: str
    refusal: str
    answer: str
    closed_at: datetime | None


def message_out(message: Message) -> dict[str, Any]:
    """Return a message as programs see it."""
    names = {name: getattr(message, name) for name in COLUMNS}
    return names | {"template": message.template_version.template.code}


def request_out(request: PrivacyRequest) -> dict[str, Any]:
    """Return a privacy request as programs see it."""
    return {name: getattr(request, name) for name in REQUEST}


@router.get("/message-templates", permissions.SEND, TemplatesOut)
def list_message_templates(request: ApiRequest) -> Any:
    """List the templates that can be sent now, with the places to be filled in."""
    rows = []
    for template, _version in usable_templates(request.actor):
        version = usable_version(template)
        places = [row for row in variables_of(version) if row.source == "GIVEN"] if version else []
        head = {name: getattr(template, name) for name in ("code", "name", "channel", "purpose")}
        rows.append(head | {"places": [{"name": p.name, "kind": str(p.kind), "label": p.label} for p in places]})
    return {"rows": rows}


@router.get("/messages", permissions.OUTBOX, Page[MessageOut], parameters=parameters_of(LIST))
def list_messages(request: ApiRequest) -> Any:
    """List messages to customers in reach, newest first."""
    found = read_list(request, LIST)
    return {"rows": [message_out(row) for row in found.records], **found.more}


@router.get("/messages/{int:message_id}", permissions.OUTBOX, MessageOut)
def get_message(request: ApiRequest, message_id: RowId) -> Any:
    """Get a message and what became of it."""
    return message_out(access_message(request.actor, message_id, now=clock.now()))


@router.post("/customers/{int:customer_id}/messages", permissions.SEND, SentOut)
def send_customer_message(request: ApiRequest, customer_id: RowId, body: SendIn) -> Any:
    """Send a message; it takes a permit, and a refusal comes back with its reasons."""
    draft = Draft(
        customer_id, body.values, key=f"api:{request.actor.id}:{body.key}" if body.key else "",
        contact_point_id=body.contact_point_id, language=body.language, not_before=body.not_before,
    )  # fmt: skip
    template = template_by_code(request.actor, body.template)
    answer = send(actor=request.actor, template_id=template.pk, draft=draft, now=clock.now())
    if not isinstance(answer, NotSent):
        return {"message": message_out(answer), "refused": "", "reasons": [], "next_at": None}
    if answer.refusal is None and answer.error is not None:
        raise answer.error
    blocks = answer.refusal.reasons if answer.refusal else ()
    reasons = [{"code": block.code, "until": block.until} for block in blocks]
    next_at = answer.refusal.next_at if answer.refusal else None
    return {"message": None, "refused": answer.code, "reasons": reasons, "next_at": next_at}


@router.post("/messages/{int:message_id}/cancel", permissions.OUTBOX, MessageOut)
def cancel_one_message(request: ApiRequest, message_id: RowId) -> Any:
    """Stop a message that has not left; 409 once it has."""
    cancel_message(actor=request.actor, message_id=message_id, reason="", now=clock.now())
    return message_out(access_message(request.actor, message_id, now=clock.now()))


@router.get("/privacy-requests", permissions.PRIVACY, Page[RequestOut], parameters=parameters_of(REQUESTS))
def list_privacy_requests(request: ApiRequest) -> Any:
    """List privacy requests of customers in reach, the most urgent first."""
    found = read_list(request, REQUESTS)
    return {"rows": [request_out(row) for row in found.records], **found.more}


@router.get("/privacy-requests/{int:request_id}", permissions.PRIVACY, RequestOut)
def get_privacy_request(request: ApiRequest, request_id: RowId) -> Any:
    """Get a privacy request and where it stands."""
    return request_out(access_request(request.actor, request_id, now=clock.now()))


@router.post("/customers/{int:customer_id}/privacy-requests", permissions.PRIVACY, RequestOut, status=201)
def add_privacy_request(request: ApiRequest, customer_id: RowId, body: RequestIn) -> Any:
    """Take a privacy request in; its clock of 15 working days begins with the day it came."""
    made = receive_request(
        actor=request.actor, customer_id=customer_id, kind=body.kind, source=body.source,
        received_at=body.received_at, applicant=body.applicant, applicant_name=body.applicant_name, wish=body.wish,
        now=clock.now(),
    )  # fmt: skip
    return request_out(made)


@router.post("/privacy-requests/{int:request_id}/take", permissions.PRIVACY, RequestOut)
def take_privacy_request(request: ApiRequest, request_id: RowId) -> Any:
    """Make a request the caller's own work."""
    return request_out(privacy.take_request(actor=request.actor, request_id=request_id, now=clock.now()))


@router.post("/privacy-requests/{int:request_id}/check", permissions.PRIVACY, RequestOut)
def check_privacy_request(request: ApiRequest, request_id: RowId, body: CheckIn) -> Any:
    """Note how the applicant's identity was checked; work begins."""
    done = privacy.check_identity(
        actor=request.actor, request_id=request_id, how=body.how, note=body.note, now=clock.now()
    )
    return request_out(done)


@router.post("/privacy-requests/{int:request_id}/pause", permissions.PRIVACY, RequestOut)
def pause_privacy_request(request: ApiRequest, request_id: RowId, body: PauseIn) -> Any:
    """Stop the clock while the customer has to do something."""
    done = privacy.pause_request(
        actor=request.actor, request_id=request_id, reason=body.reason, note=body.note, now=clock.now()
    )
    return request_out(done)


@router.post("/privacy-requests/{int:request_id}/resume", permissions.PRIVACY, RequestOut)
def resume_privacy_request(request: ApiRequest, request_id: RowId) -> Any:
    """Let the clock run on; the due day moves on by the working days of the pause."""
    return request_out(privacy.resume_request(actor=request.actor, request_id=request_id, now=clock.now()))


@router.post("/privacy-requests/{int:request_id}/copy", permissions.PRIVACY_COPY, CopyOut, status=202)
def copy_privacy_request(request: ApiRequest, request_id: RowId) -> Any:
    """Let the copy be made; asked again while it is being made, the job that runs."""
    job = start_copy(actor=request.actor, request_id=request_id, now=clock.now())
    return {"job_id": job.pk, "status": job.status}


@router.post("/privacy-requests/{int:request_id}/refuse", permissions.PRIVACY, RequestOut)
def refuse_privacy_request(request: ApiRequest, request_id: RowId, body: RefuseIn) -> Any:
    """Refuse a request with a reason that the customer is told."""
    done = privacy.refuse_request(
        actor=request.actor, request_id=request_id, reason=body.reason, answer=body.answer, now=clock.now()
    )
    return request_out(done)


@router.post("/privacy-requests/{int:request_id}/finish", permissions.PRIVACY, RequestOut)
def finish_privacy_request(request: ApiRequest, request_id: RowId, body: AnswerIn) -> Any:
    """Close a request as answered; 409 while what it asks for is not done."""
    done = privacy.finish_request(actor=request.actor, request_id=request_id, answer=body.answer, now=clock.now())
    return request_out(done)


@router.post("/privacy-requests/{int:request_id}/drop", permissions.PRIVACY, RequestOut)
def drop_privacy_request(request: ApiRequest, request_id: RowId, body: DropIn) -> Any:
    """Close a request that the customer took back."""
    done = privacy.drop_request(actor=request.actor, request_id=request_id, note=body.note, now=clock.now())
    return request_out(done)
