"""Contact permits, consents and do-not-contact for programs (PLT-8, MKT-9)."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Day, Flag, Moment, Number, OneOf
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import In, Out, Resource, RowId
from keyuan.api.v1.customer_schemas import Text200
from keyuan.contact import permissions
from keyuan.contact.rules.agreeing import SCOPES, ConsentDraft, RefusalDraft
from keyuan.contact.rules.purposes import CHANNELS
from keyuan.contact.selectors.permits import access_permit
from keyuan.contact.selectors.refusals import refusals_of
from keyuan.contact.selectors.standing import consent_history
from keyuan.contact.services.consents import give_consent, withdraw_consent
from keyuan.contact.services.permits import Ask, Refusal, cancel_permit, permit, permit_many, use_permit
from keyuan.contact.services.refusals import lift_refusal, refuse_contact
from keyuan.customers.selectors import access_customer
from keyuan.platform import clock
from keyuan.platform.lists import lists

router = Resource("Contacting")

LIST, REFUSALS = lists["permits"], lists["refusals"]
Channel = Annotated[str, OneOf(CHANNELS, empty=False)]
Purpose = Annotated[str, Field(min_length=1, max_length=20)]
#: How programs say that they were told.
TOLD = ("SIGNED", "PHONE", "PORTAL", "WECHAT", "COUNTER", "AGENT", "API")
Source = Annotated[str, OneOf(TOLD, empty=False)]


class ReasonOut(Out):
    """Why a contact is refused, and from when on this reason falls away (null: not by waiting)."""

    code: str
    until: datetime | None


class PermitOut(Out):
    """The answer to an ask: `GRANTED` is to be used or cancelled; `REFUSED` says why and `next_at`."""

    id: int | None
    customer_id: int
    contact_channel: str
    purpose: str
    state: str
    reasons: list[ReasonOut]
    next_at: datetime | None
    expires_at: datetime | None


class PermitRow(Out):
    """One ask and its answer as lists show it."""

    id: int
    customer_id: int
    contact_channel: str
    purpose: str
    state: str
    reason: str
    asked_at: datetime
    at: datetime
    expires_at: datetime | None
    next_at: datetime | None
    unit_id: int | None
    staff_name: str
    campaign: str


class AskIn(In):
    """Whom to contact, how and what for; `key` makes asking again harmless."""

    customer_id: Number
    channel: Channel
    purpose: Purpose
    key: Annotated[str, Field(max_length=60)] = ""
    campaign: Annotated[str, Field(max_length=40)] = ""
    contact_point_id: Number | None = None
    on_request: Flag = False


class OneAskIn(AskIn):
    """One ask; `at` is when the contact is meant to be."""

    at: Moment | None = None


class AsksIn(In):
    """Up to 500 asks, answered in their order."""

    asks: Annotated[list[AskIn], Field(min_length=1, max_length=500)]
    at: Moment | None = None


class AnswersOut(Out):
    """The answers in the order of the asks."""

    rows: list[PermitOut]


class UseIn(In):
    """What a permit was used for: an entry of the timeline, where there is one."""

    interaction_id: Number | None = None


class ConsentIn(In):
    """What the customer agreed to, how, when, and where the proof lies; no channel means every one."""

    purpose: Purpose
    source: Source
    granted_at: Moment
    evidence: Text200
    channels: Annotated[list[Channel], Field(max_length=len(CHANNELS))] = []
    text_id: Number | None = None
    expires_on: Day | None = None
    guardian_id: Number | None = None


class ConsentOut(Out):
    """One consent; `revoked_at` ends it."""

    id: int
    purpose: str
    contact_channel: str
    source: str
    evidence: str
    text_id: int | None
    guardian_id: int | None
    granted_at: datetime
    expires_on: date | None
    revoked_at: datetime | None


class ConsentsOut(Out):
    """Every consent, newest first."""

    rows: list[ConsentOut]


class WithdrawIn(In):
    """Which consent ends; no channel means all of them."""

    purpose: Purpose
    channel: Annotated[str, OneOf(CHANNELS)] = ""
    source: Source = "API"
    note: Annotated[str, Field(max_length=200)] = ""


class EndedOut(Out):
    """How many consents ended."""

    ended: int


class RefusalIn(In):
    """What the customer does not want; it binds for at least six months."""

    source: Source
    refused_at: Moment
    channel: Annotated[str, OneOf(CHANNELS)] = ""
    scope: Annotated[str, OneOf(SCOPES, empty=False)] = "SALES"
    words: Annotated[str, Field(max_length=200)] = ""
    until: Day | None = None


class LiftIn(In):
    """Why a do-not-contact entry ends before its term: the customer's own wish."""

    reason: Annotated[str, Field(min_length=1, max_length=200)]


class RefusalOut(Out):
    """One do-not-contact entry."""

    id: int
    customer_id: int | None
    contact_channel: str
    scope: str
    source: str
    words: str
    refused_at: datetime
    until: date
    lifted_at: datetime | None


class RefusalsOut(Out):
    """Every refusal, newest first."""

    rows: list[RefusalOut]


def _key(request: ApiRequest, key: str) -> str:
    """Return the caller's own name for an ask: keys of two programs never meet."""
    return f"api:{request.actor.id}:{key}" if key else ""


def _ask(request: ApiRequest, body: AskIn) -> Ask:
    return Ask(
        body.customer_id, body.channel, body.purpose, _key(request, body.key), body.campaign, body.contact_point_id,
        body.on_request,
    )  # fmt: skip


def _said(answer: Any) -> dict[str, Any]:
    if isinstance(answer, Refusal):
        ask = answer.ask
        return {
            "id": answer.permit_id, "customer_id": ask.customer_id, "contact_channel": ask.channel,
            "purpose": ask.purpose, "state": "REFUSED", "next_at": answer.next_at, "expires_at": None,
            "reasons": [{"code": block.code, "until": block.until} for block in answer.reasons],
        }  # fmt: skip
    names = ("customer_id", "contact_channel", "purpose", "state", "next_at", "expires_at")
    return {
        "id": answer.pk,
        **{name: getattr(answer, name) for name in names},
        "reasons": [{"code": row["code"], "until": row["until"]} for row in answer.reasons],
    }


@router.get("/permits", permissions.VIEW, Page[PermitRow], parameters=parameters_of(LIST))
def list_permits(request: ApiRequest) -> Any:
    """List asks for contacts and their answers."""
    found = read_list(request, LIST)
    return {"rows": found.records, **found.more}


@router.post("/permits", permissions.START, PermitOut)
def ask_permit(request: ApiRequest, body: OneAskIn) -> Any:
    """Ask to contact a customer: granted or refused, recorded and counted either way."""
    ask = _ask(request, body)
    answer = permit(
        actor=request.actor, customer_id=ask.customer_id, channel=ask.channel, purpose=ask.purpose, key=ask.key,
        campaign=ask.campaign, contact_point_id=ask.contact_point_id, on_request=ask.on_request, at=body.at,
        now=clock.now(),
    )  # fmt: skip
    return _said(answer)


@router.post("/permits/many", permissions.START, AnswersOut)
def ask_permits(request: ApiRequest, body: AsksIn) -> Any:
    """Ask for many contacts at once; customers out of reach are refused as `not_found`."""
    asks = [_ask(request, ask) for ask in body.asks]
    answers = permit_many(actor=request.actor, asks=asks, at=body.at, now=clock.now())
    return {"rows": [_said(answer) for answer in answers]}


@router.get("/permits/{int:permit_id}", permissions.VIEW, PermitOut)
def get_permit(request: ApiRequest, permit_id: RowId) -> Any:
    """Get one ask and its answer."""
    return _said(access_permit(request.actor, permit_id, now=clock.now()))


@router.post("/permits/{int:permit_id}/use", permissions.START, PermitOut)
def use_one_permit(request: ApiRequest, permit_id: RowId, body: UseIn) -> Any:
    """Use a granted permit; 409 once it was used, cancelled or has run out."""
    return _said(
        use_permit(actor=request.actor, permit_id=permit_id, interaction_id=body.interaction_id, now=clock.now())
    )


@router.post("/permits/{int:permit_id}/cancel", permissions.START, PermitOut)
def cancel_one_permit(request: ApiRequest, permit_id: RowId) -> Any:
    """Give an unused permit back, so that it no longer counts."""
    return _said(cancel_permit(actor=request.actor, permit_id=permit_id, now=clock.now()))


@router.get("/customers/{int:customer_id}/consents", permissions.VIEW, ConsentsOut)
def list_consents(request: ApiRequest, customer_id: RowId) -> Any:
    """List everything a customer ever agreed to."""
    return {"rows": consent_history(access_customer(request.actor, customer_id, now=clock.now()))}


@router.post("/customers/{int:customer_id}/consents", permissions.CONSENT, ConsentsOut, status=201)
def add_consent(request: ApiRequest, customer_id: RowId, body: ConsentIn) -> Any:
    """Record a consent with its proof; a row for each channel."""
    draft = ConsentDraft(
        body.purpose, body.source, body.granted_at, tuple(body.channels), body.evidence, body.text_id, body.expires_on,
        body.guardian_id,
    )  # fmt: skip
    return {"rows": give_consent(actor=request.actor, customer_id=customer_id, draft=draft, now=clock.now())}


@router.post("/customers/{int:customer_id}/consents/withdraw", permissions.CONSENT, EndedOut)
def withdraw_consents(request: ApiRequest, customer_id: RowId, body: WithdrawIn) -> Any:
    """Take a consent back; it counts nowhere from this moment on."""
    ended = withdraw_consent(
        actor=request.actor, customer_id=customer_id, purpose=body.purpose, channel=body.channel, source=body.source,
        note=body.note, now=clock.now(),
    )  # fmt: skip
    return {"ended": ended}


@router.get("/refusals", permissions.VIEW, Page[RefusalOut], parameters=parameters_of(REFUSALS))
def list_refusals(request: ApiRequest) -> Any:
    """List the do-not-contact entries."""
    found = read_list(request, REFUSALS)
    return {"rows": found.records, **found.more}


@router.get("/customers/{int:customer_id}/refusals", permissions.VIEW, RefusalsOut)
def list_customer_refusals(request: ApiRequest, customer_id: RowId) -> Any:
    """List what a customer ever refused, and what holds for their numbers."""
    return {"rows": refusals_of(access_customer(request.actor, customer_id, now=clock.now()))}


@router.post("/customers/{int:customer_id}/refusals", permissions.REFUSAL, RefusalOut, status=201)
def add_refusal(request: ApiRequest, customer_id: RowId, body: RefusalIn) -> Any:
    """Keep a refusal: it binds at once, and open permits that it forbids end."""
    draft = RefusalDraft(body.source, body.refused_at, body.channel, body.scope, body.words, body.until)
    return refuse_contact(actor=request.actor, customer_id=customer_id, draft=draft, now=clock.now())


@router.post("/refusals/{int:refusal_id}/lift", permissions.LIFT, RefusalOut)
def end_refusal(request: ApiRequest, refusal_id: RowId, body: LiftIn) -> Any:
    """End a do-not-contact entry before its term, because the customer asked for it."""
    return lift_refusal(actor=request.actor, refusal_id=refusal_id, reason=body.reason, now=clock.now())
