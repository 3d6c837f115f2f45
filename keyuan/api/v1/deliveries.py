"""Deliveries: envelopes by courier, what became of them, links to e-policies (POL-8)."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Day, OneOf
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import Id, In, Out, Resource, RowId
from keyuan.platform import clock
from keyuan.platform.lists import lists
from keyuan.policies import permissions
from keyuan.policies.models import Shipment
from keyuan.policies.rules.deliveries.states import State
from keyuan.policies.selectors import access_policy
from keyuan.policies.selectors.deliveries import access_shipment, events_of, links_of_policy
from keyuan.policies.selectors.deliveries.labels import CARRIERS, PAPERS, STATES
from keyuan.policies.services.deliveries import reading, shipping

router = Resource("Shipments")
LIST = lists["shipments"]
COLUMNS = (
    "id", "shipment_no", "policy_id", "application_id", "customer_id", "papers", "expects_receipt", "state", "carrier",
    "tracking_no", "replaces_id", "note", "created_on", "sent_on", "delivered_on", "signed_on", "notice_at", "version",
)  # fmt: skip
LINK = ("id", "sha256", "page_version", "expires_at", "revoked_at", "opened_at", "opens", "confirmed_at", "made_at")


class ShipmentRow(Out):
    """An envelope; neither name nor address is part of it."""

    id: int
    shipment_no: str
    policy_id: int | None
    application_id: int | None
    customer_id: int
    papers: list[str]
    expects_receipt: bool
    state: str
    carrier: str
    tracking_no: str
    replaces_id: int | None
    note: str
    created_on: date
    sent_on: date | None
    delivered_on: date | None
    signed_on: date | None
    notice_at: datetime | None
    version: int


class ShipmentNewsOut(Out):
    """What happened to a shipment."""

    state: str
    happened_on: date
    at: datetime
    source: str
    words: str


class ShipmentOut(ShipmentRow):
    """An envelope with its history."""

    events: list[ShipmentNewsOut]


class ShipmentIn(In):
    """An envelope to be prepared, for a contract or an application."""

    policy_id: Id | None = None
    application_id: Id | None = None
    papers: Annotated[list[Annotated[str, OneOf(PAPERS, empty=False)]], Field(min_length=1, max_length=4)]
    replaces_id: Id | None = None
    note: Annotated[str, Field(max_length=200)] = ""


class ShipmentNewsIn(In):
    """What became of a shipment. SENT takes courier and number; SIGNED takes the day of the receipt."""

    state: Annotated[str, OneOf([state for state in STATES if state != State.PREPARED], empty=False)]
    on: Day
    version: Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)] | None = None
    carrier: Annotated[str, OneOf(CARRIERS)] = ""
    tracking_no: Annotated[str, Field(max_length=40)] = ""
    words: Annotated[str, Field(max_length=200)] = ""


class PolicyLinkOut(Out):
    """A link to an e-policy and what became of it; the token is never part of a list."""

    id: int
    sha256: str
    page_version: str
    expires_at: datetime
    revoked_at: datetime | None
    opened_at: datetime | None
    opens: int
    confirmed_at: datetime | None
    made_at: datetime


class PolicyLinks(Out):
    """The links to the e-policy of a contract, newest first."""

    rows: list[PolicyLinkOut]


class PolicyLinkMade(PolicyLinkOut):
    """A link that was just made, with its token: it is told once."""

    token: str


class PolicyLinkIn(In):
    """How long a link works."""

    days: Annotated[int, Field(ge=1, le=90, strict=True)] = reading.DEFAULT_DAYS


def row_out(row: Shipment) -> dict[str, Any]:
    """Return a shipment's row."""
    return {name: getattr(row, name) for name in COLUMNS}


def shipment_out(request: ApiRequest, shipment_id: int) -> dict[str, Any]:
    """Return a shipment with its history and version."""
    shipment = access_shipment(request.actor, shipment_id, now=clock.now())
    request.record_version = shipment.version
    names = ("state", "happened_on", "at", "source", "words")
    events = [{name: getattr(event, name) for name in names} for event in events_of(shipment)[:100]]
    return row_out(shipment) | {"events": events}


@router.get("/shipments", permissions.DELIVER, Page[ShipmentRow], parameters=parameters_of(LIST))
def list_shipments(request: ApiRequest) -> Any:
    """List shipments in reach, the newest first."""
    found = read_list(request, LIST)
    return {"rows": [row_out(row) for row in found.records], **found.more}


@router.get("/shipments/{int:shipment_id}", permissions.DELIVER, ShipmentOut, tagged=True)
def get_shipment(request: ApiRequest, shipment_id: RowId) -> Any:
    """Get a shipment with its history."""
    return shipment_out(request, shipment_id)


@router.post("/shipments", permissions.DELIVER, ShipmentOut, tagged=True)
def prepare_shipment(request: ApiRequest, body: ShipmentIn) -> Any:
    """Prepare an envelope; the same papers are out once at a time."""
    draft = shipping.ShipmentDraft(
        tuple(body.papers), body.policy_id, body.application_id, body.replaces_id, body.note
    )  # fmt: skip
    shipment = shipping.prepare(actor=request.actor, draft=draft, now=clock.now())
    return shipment_out(request, shipment.pk)


@router.post("/shipments/{int:shipment_id}/news", permissions.DELIVER, ShipmentOut, status=200, tagged=True)
def tell_shipment(request: ApiRequest, shipment_id: RowId, body: ShipmentNewsIn) -> Any:
    """Tell what became of a shipment; the same word again changes nothing."""
    news = shipping.News(body.state, body.on, body.words, "COURIER", body.carrier, body.tracking_no)
    shipping.tell(
        actor=request.actor, shipment_id=shipment_id, news=news, version=body.version, now=clock.now()
    )  # fmt: skip
    return shipment_out(request, shipment_id)


@router.get("/policies/{int:policy_id}/links", permissions.VIEW, PolicyLinks)
def list_policy_links(request: ApiRequest, policy_id: RowId) -> Any:
    """List the links to the e-policy of a contract and what became of them."""
    policy = access_policy(request.actor, policy_id, now=clock.now())
    return {"rows": [{name: getattr(link, name) for name in LINK} for link in links_of_policy(policy.pk)]}


@router.post("/policies/{int:policy_id}/links", permissions.DELIVER, PolicyLinkMade)
def create_policy_link(request: ApiRequest, policy_id: RowId, body: PolicyLinkIn) -> Any:
    """Make a link by which the holder reads and confirms the e-policy; the token is told once."""
    request.never_kept = True
    link, token = reading.share_policy(actor=request.actor, policy_id=policy_id, days=body.days, now=clock.now())
    return {name: getattr(link, name) for name in LINK} | {"token": token}
