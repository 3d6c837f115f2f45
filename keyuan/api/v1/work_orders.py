"""Work orders for programs: reading the queue, taking orders in, taking them over, writing into them (SRV-1)."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Moment, Number, OneOf
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import In, Out, Resource, RowId
from keyuan.api.v1.customer_parts import Reason
from keyuan.platform import clock
from keyuan.platform.lists import lists
from keyuan.service import permissions
from keyuan.service.models import WorkOrder
from keyuan.service.rules import complaints, kinds
from keyuan.service.selectors.orders import access_order
from keyuan.service.services import claiming, moving, talking
from keyuan.service.services.taking_in import OrderDraft, take_in

router = Resource("Work orders")
QUEUE, ARCHIVE = lists["work-orders"], lists["work-order-archive"]
COLUMNS = (
    "id", "number", "kind", "subtype", "contact_channel", "customer_id", "policy_id", "title", "priority", "tier",
    "status", "desk_id", "owner_name", "due_at", "due_key", "is_paused", "mark", "received_at", "closed_at", "cause",
    "version",
)  # fmt: skip
Text = Annotated[str, Field(min_length=1, max_length=2000)]


class OrderOut(Out):
    """A work order: `due_at` is the nearest deadline (`due_key` says which), `mark` WARN or LATE."""

    id: int
    number: str
    kind: str
    subtype: str
    contact_channel: str
    customer_id: int | None
    policy_id: int | None
    title: str
    priority: int
    tier: str
    status: str
    desk_id: int
    owner_name: str
    due_at: datetime | None
    due_key: str
    is_paused: bool
    mark: str
    received_at: datetime
    closed_at: datetime | None
    cause: str
    version: int


class OrderIn(In):
    """An order as it came in; for complaints, in which capacity and through whom."""

    kind: Annotated[str, OneOf(kinds.TAKEN_IN, empty=False)]
    title: Annotated[str, Field(min_length=1, max_length=100)]
    contact_channel: Annotated[str, OneOf(kinds.CHANNELS, empty=False)]
    description: Annotated[str, Field(max_length=4000)] = ""
    subtype: Annotated[str, OneOf(kinds.SUBTYPES)] = ""
    category_id: Number | None = None
    customer_id: Number | None = None
    policy_id: Number | None = None
    caller_name: Annotated[str, Field(max_length=60)] = ""
    priority: Annotated[int, Field(ge=1, le=4, strict=True)] = kinds.NORMAL
    received_at: Moment | None = None
    key: Annotated[str, Field(max_length=40)] = ""
    capacity: Annotated[str, OneOf(complaints.CAPACITIES)] = ""
    source: Annotated[str, OneOf(complaints.SOURCES)] = ""
    regulator_no: Annotated[str, Field(max_length=40)] = ""
    claimant_name: Annotated[str, Field(max_length=60)] = ""
    has_authority: bool = False
    has_identity: bool = False
    has_kinship: bool = False
    representatives: Annotated[int, Field(ge=0, le=99, strict=True)] = 0
    group_size: Annotated[int, Field(ge=1, le=1_000_000, strict=True)] = 1
    callback_phone: Annotated[str, Field(max_length=30)] = ""


#: Fields of an order that only complaints have.
OF_COMPLAINTS = (
    "capacity", "source", "regulator_no", "claimant_name", "has_authority", "has_identity", "has_kinship",
    "representatives", "group_size", "callback_phone",
)  # fmt: skip


class LineIn(In):
    """A line of the conversation."""

    kind: Annotated[str, OneOf(("NOTE", "REPLY", "INBOUND"), empty=False)]
    text: Annotated[str, Field(min_length=1, max_length=4000)]


class LineOut(Out):
    """A line as it was written."""

    id: int
    at: datetime
    kind: str
    staff_name: str


class SolutionIn(In):
    """How it was resolved."""

    solution: Text


def order_out(row: WorkOrder) -> dict[str, Any]:
    """Return an order's answer."""
    return {name: row.pk if name == "id" else getattr(row, name) for name in COLUMNS}


@router.get("/work-orders", permissions.VIEW, Page[OrderOut], parameters=parameters_of(QUEUE))
def list_work_orders(request: ApiRequest) -> Any:
    """List open work orders in reach, the nearest deadline first."""
    found = read_list(request, QUEUE)
    return {"rows": [order_out(row) for row in found.records], **found.more}


@router.get("/work-orders/archive", permissions.VIEW, Page[OrderOut], parameters=parameters_of(ARCHIVE))
def list_archived_work_orders(request: ApiRequest) -> Any:
    """List all work orders in reach that ever were, newest first."""
    found = read_list(request, ARCHIVE)
    return {"rows": [order_out(row) for row in found.records], **found.more}


@router.get("/work-orders/{int:order_id}", permissions.VIEW, OrderOut)
def get_work_order(request: ApiRequest, order_id: RowId) -> Any:
    """Get a work order and where it stands."""
    return order_out(access_order(request.actor, order_id, now=clock.now()))


@router.post("/work-orders", permissions.CREATE, OrderOut, status=201)
def add_work_order(request: ApiRequest, body: OrderIn) -> Any:
    """Take an order in: it gets its desk, its clocks and, with a category, its place in the queue at once."""
    values = body.model_dump(exclude={"key", *OF_COMPLAINTS})
    complaint = {name: getattr(body, name) for name in OF_COMPLAINTS if getattr(body, name)}
    draft = OrderDraft(
        **values, token=f"api:{request.actor.id}:{body.key}" if body.key else "",
        complaint=complaint if body.kind == kinds.COMPLAINT else {},
    )  # fmt: skip
    return order_out(take_in(actor=request.actor, draft=draft, now=clock.now()))


@router.post("/work-orders/{int:order_id}/take", permissions.WORK, OrderOut)
def take_work_order(request: ApiRequest, order_id: RowId) -> Any:
    """Take an order over; 409 says who was faster."""
    return order_out(claiming.take(actor=request.actor, order_id=order_id, now=clock.now()))


@router.post("/work-orders/{int:order_id}/lines", permissions.VIEW, LineOut, status=201)
def add_work_order_line(request: ApiRequest, order_id: RowId, body: LineIn) -> Any:
    """Write a note, an answer or words of the customer into an order."""
    line = talking.say(actor=request.actor, order_id=order_id, kind=body.kind, text=body.text, now=clock.now())
    return {"id": line.pk, "at": line.at, "kind": line.kind, "staff_name": line.staff_name}


@router.post("/work-orders/{int:order_id}/resolve", permissions.WORK, OrderOut)
def resolve_work_order(request: ApiRequest, order_id: RowId, body: SolutionIn) -> Any:
    """Write the solution down; a complaint has to be decided first."""
    return order_out(moving.resolve(actor=request.actor, order_id=order_id, solution=body.solution, now=clock.now()))


@router.post("/work-orders/{int:order_id}/withdraw", permissions.WORK, OrderOut)
def withdraw_work_order(request: ApiRequest, order_id: RowId, body: Reason) -> Any:
    """End an order that the customer took back."""
    return order_out(moving.withdraw(actor=request.actor, order_id=order_id, reason=body.reason, now=clock.now()))
