"""What is done with a work order after it is taken in, and with complaints by regulation (SRV-1 to SRV-4)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Number, OneOf
from keyuan.api.kit.resource import In, Out, RowId
from keyuan.api.v1.work_orders import OrderOut, Text, order_out, router
from keyuan.kernel.errors import Refused
from keyuan.platform import clock
from keyuan.service import permissions
from keyuan.service.models import Complaint, ComplaintCluster
from keyuan.service.rules import complaints as rules
from keyuan.service.rules import kinds, likeness
from keyuan.service.selectors import clusters as read
from keyuan.service.selectors.complaints import complaint_of
from keyuan.service.selectors.orders import access_order
from keyuan.service.services import claiming, complaints, linking, moving
from keyuan.service.services.resembling.deciding import decide_cluster

__all__ = ["router"]  # acts share the addresses of the orders, so they share their router
Note = Annotated[str, Field(max_length=500)]
#: Act → its service, the fields it takes from the body, and their names there.
MOVES: Mapping[str, tuple[Callable[..., Any], Mapping[str, str]]] = {
    "wait": (moving.wait, {"reason": "code", "note": "text"}),
    "resume": (moving.resume, {"note": "text"}),
    "give_back": (moving.give_back, {"reason": "text"}),
    "rework": (moving.rework, {"reason": "text"}),
    "tell": (moving.tell, {"how": "code", "text": "text"}),
    "confirm": (moving.confirm, {"how": "code", "note": "text"}),
    "close": (moving.close, {"cause": "code", "conclusion": "text"}),
    "reopen": (moving.reopen, {"reason": "text"}),
    "acknowledge": (complaints.acknowledge, {"how": "code", "text": "text"}),
    "extend": (complaints.ask_extension, {"reason": "text"}),
    "review": (complaints.ask_review, {"reason": "text"}),
    "decide_review": (complaints.decide_review, {"outcome": "code", "answer": "text"}),
    "chase": (claiming.chase, {}),
}


class MoveIn(In):
    """A step: `code` is what is waited for, how the customer was told, the cause or the outcome, where one is due."""

    act: Annotated[str, OneOf(tuple(MOVES), empty=False)]
    code: Annotated[str, Field(max_length=20)] = ""
    text: Annotated[str, Field(max_length=2000)] = ""


class ClassifyIn(In):
    """What an order is about."""

    kind: Annotated[str, OneOf(kinds.TAKEN_IN, empty=False)]
    category_id: Number
    subtype: Annotated[str, OneOf(kinds.SUBTYPES)] = ""


class HandOnIn(In):
    """To whom an order goes: a person or a desk."""

    user_id: Number | None = None
    desk_id: Number | None = None
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class OtherOrderIn(In):
    """The order with which it belongs together; `how` says whether it goes into it or below it."""

    other_id: Number
    how: Annotated[str, OneOf(("merge", "parent"), empty=False)]
    reason: Note = ""


class ExtensionDecisionIn(In):
    """The decision on more time."""

    approve: bool
    note: Annotated[str, Field(max_length=200)] = ""


class OrderDecisionIn(In):
    """The decision on a complaint; `compensation` in minor units of CNY."""

    outcome: Annotated[str, OneOf(rules.DECISIONS, empty=False)]
    facts: Text
    basis: Text
    remedies: list[Annotated[str, OneOf(rules.REMEDIES, empty=False)]] = Field(min_length=1, max_length=4)
    compensation: Annotated[int, Field(ge=0, le=10**13, strict=True)] = 0
    responsibility: Annotated[str, Field(max_length=200)] = ""
    improvement: Annotated[str, Field(max_length=200)] = ""
    improvement_owner: Annotated[str, Field(max_length=80)] = ""
    improvement_due_on: date | None = None


class ComplaintOut(Out):
    """What a complaint has besides its order; `term` in calendar days, `compensation` in minor units."""

    order_id: int
    source: str
    regulator_no: str
    regulator_due_on: date | None
    line: str
    level: str
    capacity: str
    group_size: int
    is_repeated: bool
    is_proxy_sign: bool
    is_group_sign: bool
    term: int
    acknowledged_at: datetime | None
    decision: str
    decided_at: datetime | None
    compensation: int
    received_at: datetime


class ClusterOut(Out):
    """Complaints of several customers that look alike, and what somebody said they are."""

    id: int
    kind: str
    status: str
    size: int
    customers: int
    first_at: datetime
    last_at: datetime
    version: int
    order_ids: list[int]


class ClustersOut(Out):
    """Clusters, the newest first."""

    rows: list[ClusterOut]


class ClusterIn(In):
    """What a cluster is, and why; `version` is the one that was read."""

    status: Annotated[str, OneOf(likeness.STATES, empty=False)]
    reason: Annotated[str, Field(min_length=1, max_length=500)]
    version: Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]


def _reached(request: ApiRequest, order_id: int) -> dict[str, Any]:
    return order_out(access_order(request.actor, order_id, now=clock.now()))


@router.post("/work-orders/{int:order_id}/acts", permissions.VIEW, OrderOut, status=200)
def act_on_work_order(request: ApiRequest, order_id: RowId, body: MoveIn) -> Any:
    """Take a step with an order; 409 where it has moved on meanwhile."""
    service, names = MOVES[body.act]
    values = {field: getattr(body, name) for field, name in names.items()}
    service(actor=request.actor, order_id=order_id, now=clock.now(), **values)
    return _reached(request, order_id)


@router.post("/work-orders/{int:order_id}/classify", permissions.WORK, OrderOut, status=200)
def classify_work_order(request: ApiRequest, order_id: RowId, body: ClassifyIn) -> Any:
    """Say what an order is about; it goes to the desk that its category names."""
    moving.classify(actor=request.actor, order_id=order_id, now=clock.now(), **body.model_dump())
    return _reached(request, order_id)


@router.post("/work-orders/{int:order_id}/hand-on", permissions.WORK, OrderOut, status=200)
def hand_on_work_order(request: ApiRequest, order_id: RowId, body: HandOnIn) -> Any:
    """Hand an order to a colleague or another desk, with the reason."""
    access_order(request.actor, order_id, now=clock.now())
    claiming.hand_on(actor=request.actor, order_ids=[order_id], now=clock.now(), **body.model_dump())
    return _reached(request, order_id)


@router.post("/work-orders/{int:order_id}/link", permissions.WORK, OrderOut, status=200)
def link_work_order(request: ApiRequest, order_id: RowId, body: OtherOrderIn) -> Any:
    """Merge an order into another one of the same customer, or put it below another one."""
    same: dict[str, Any] = {"actor": request.actor, "order_id": order_id, "now": clock.now()}
    if body.how == "merge":
        linking.merge(into_id=body.other_id, reason=body.reason, **same)
    else:
        linking.set_parent(parent_id=body.other_id, **same)
    return _reached(request, order_id)


@router.get("/work-orders/{int:order_id}/complaint", permissions.VIEW, ComplaintOut)
def get_complaint(request: ApiRequest, order_id: RowId) -> Any:
    """Get what makes an order a complaint."""
    access_order(request.actor, order_id, now=clock.now())
    return complaint_out(complaint_of(order_id))


def complaint_out(found: Complaint | None) -> dict[str, Any]:
    """Return a complaint's answer; raises Refused for an order that is none."""
    if found is None:
        raise Refused("complaint.none")
    return {name: found.pk if name == "order_id" else getattr(found, name) for name in ComplaintOut.model_fields}


@router.post("/work-orders/{int:order_id}/complaint/decide", permissions.COMPLAINTS, ComplaintOut, status=200)
def decide_complaint(request: ApiRequest, order_id: RowId, body: OrderDecisionIn) -> Any:
    """Decide a complaint that the caller has in hand."""
    values = body.model_dump() | {"remedies": tuple(body.remedies)}
    decision = complaints.Decision(**values)
    complaints.decide(actor=request.actor, order_id=order_id, decision=decision, now=clock.now())
    return complaint_out(complaint_of(order_id))


@router.post("/work-orders/{int:order_id}/complaint/extension", permissions.VIEW, ComplaintOut, status=200)
def decide_complaint_extension(request: ApiRequest, order_id: RowId, body: ExtensionDecisionIn) -> Any:
    """Approve or refuse the longer term that a colleague asked for."""
    complaints.decide_extension(actor=request.actor, order_id=order_id, now=clock.now(), **body.model_dump())
    return complaint_out(complaint_of(order_id))


def cluster_out(request: ApiRequest, row: ComplaintCluster) -> dict[str, Any]:
    """Return a cluster with those of its orders that the caller may open."""
    orders = read.members(request.actor, row, now=clock.now())
    values = {name: getattr(row, name) for name in ClusterOut.model_fields if name not in ("id", "order_ids")}
    return {"id": row.pk, **values, "order_ids": [order.pk for order in orders]}


@router.get("/complaint-clusters/{int:cluster_id}", permissions.ALIKE, ClusterOut)
def get_complaint_cluster(request: ApiRequest, cluster_id: RowId) -> Any:
    """Get complaints that look alike; notices and complaints name their cluster."""
    return cluster_out(request, read.access_cluster(request.actor, cluster_id))


@router.get("/complaint-clusters", permissions.ALIKE, ClustersOut)
def list_complaint_clusters(request: ApiRequest) -> Any:
    """List the clusters that nobody has decided on, the newest first, a hundred at most."""
    return {"rows": [cluster_out(request, row) for row in read.clusters(request.actor, open_only=True)]}


@router.post("/complaint-clusters/{int:cluster_id}/decide", permissions.ALIKE, ClusterOut, status=200)
def decide_complaint_cluster(request: ApiRequest, cluster_id: RowId, body: ClusterIn) -> Any:
    """Say that a cluster is one group, or that its complaints have nothing in common."""
    found = decide_cluster(actor=request.actor, cluster_id=cluster_id, now=clock.now(), **body.model_dump())
    return cluster_out(request, found)
