"""Improvement items for programs: reading, entering, working on, measuring, judging (SRV-11)."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Day, Flag, Number, OneOf
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import In, Out, Resource, RowId
from keyuan.platform import clock
from keyuan.platform.lists import lists
from keyuan.service import permissions
from keyuan.service.extensions import indicators
from keyuan.service.models import ImprovementItem
from keyuan.service.rules import improvement as rules
from keyuan.service.selectors.improvement.items import access_item
from keyuan.service.services.improvement import items

router = Resource("Improvement")
ITEMS = lists["improvement"]
COLUMNS = (
    "id", "number", "source", "order_id", "origin_kind", "origin_id", "title", "cause", "measure", "owner_id",
    "owner_name", "due_on", "state", "indicator", "before_from", "before_until", "after_from", "after_until",
    "before_value", "before_cases",
    "after_value", "after_cases", "measured_at", "result", "opened_on", "closed_on", "reopened", "version",
)  # fmt: skip
Version = Annotated[int, Field(ge=0, strict=True)]


class ImprovementOut(Out):
    """An improvement item; figures in hundredths of the indicator's unit, with the cases they rest on."""

    id: int
    number: str
    source: str
    order_id: int | None
    origin_kind: str
    origin_id: int | None
    title: str
    cause: str
    measure: str
    owner_id: int | None
    owner_name: str
    due_on: date
    state: str
    indicator: str
    before_from: date | None
    before_until: date | None
    after_from: date | None
    after_until: date | None
    before_value: int | None
    before_cases: int | None
    after_value: int | None
    after_cases: int | None
    measured_at: datetime | None
    result: str
    opened_on: date
    closed_on: date | None
    reopened: int
    version: int


class ImprovementIn(In):
    """What an item says; `category` is a code of work orders, `unit_id` and `product_id` narrow the figure.

    `origin_kind` and `origin_id` name the work order, call-back or unanswered search that it is opened from.
    """

    title: Annotated[str, Field(min_length=1, max_length=120)]
    due_on: Day
    owner_id: Number
    source: Annotated[str, OneOf(rules.SOURCES, empty=False)] = "OWN"
    cause: Annotated[str, Field(max_length=2000)] = ""
    measure: Annotated[str, Field(max_length=2000)] = ""
    indicator: Annotated[str, OneOf([spec.key for spec in indicators])] = ""
    category: Annotated[str, Field(max_length=20)] = ""
    unit_id: Number | None = None
    product_id: Number | None = None
    before_from: Day | None = None
    before_until: Day | None = None
    after_from: Day | None = None
    after_until: Day | None = None
    origin_kind: Annotated[str, OneOf(rules.ORIGINS)] = ""
    origin_id: Number | None = None
    key: Annotated[str, Field(max_length=40)] = ""


class ImprovementStepIn(In):
    """Which version of the item was read."""

    version: Version


class ImprovementJudgeIn(ImprovementStepIn):
    """Whether it had an effect, and why."""

    is_effective: Flag
    result: Annotated[str, Field(min_length=1, max_length=500)]


class ImprovementReopenIn(ImprovementStepIn):
    """Why it is opened again."""

    reason: Annotated[str, Field(min_length=1, max_length=200)]


def item_out(row: ImprovementItem) -> dict[str, Any]:
    """Return an item's answer."""
    return {name: row.pk if name == "id" else getattr(row, name) for name in COLUMNS}


@router.get("/improvement-items", permissions.IMPROVEMENT, Page[ImprovementOut], parameters=parameters_of(ITEMS))
def list_improvement_items(request: ApiRequest) -> Any:
    """List improvement items, the nearest due day first."""
    found = read_list(request, ITEMS)
    return {"rows": [item_out(row) for row in found.records], **found.more}


@router.get("/improvement-items/{int:improvement_id}", permissions.IMPROVEMENT, ImprovementOut)
def get_improvement_item(request: ApiRequest, improvement_id: RowId) -> Any:
    """Get an item with its figures."""
    return item_out(access_item(request.actor, improvement_id))


@router.post("/improvement-items", permissions.IMPROVEMENT_WORK, ImprovementOut, status=201)
def add_improvement_item(request: ApiRequest, body: ImprovementIn) -> Any:
    """Enter an item; the same `key` again returns what it made."""
    about: dict[str, Any] = {"category": body.category} if body.category else {}
    about |= {name: value for name, value in (("unit", body.unit_id), ("product", body.product_id)) if value}
    names = ("title", "due_on", "owner_id", "source", "cause", "measure", "indicator")
    plan = items.Plan(
        **{name: getattr(body, name) for name in names}, about=about, before=(body.before_from, body.before_until),
        after=(body.after_from, body.after_until),
    )  # fmt: skip
    token = f"api:{request.actor.id}:{body.key}" if body.key else ""
    origin = (body.origin_kind, body.origin_id or 0) if body.origin_kind else None
    return item_out(items.create(actor=request.actor, plan=plan, now=clock.now(), origin=origin, token=token))


@router.post("/improvement-items/{int:improvement_id}/start", permissions.IMPROVEMENT_WORK, ImprovementOut)
def start_improvement_item(request: ApiRequest, improvement_id: RowId, body: ImprovementStepIn) -> Any:
    """Begin the work."""
    return item_out(items.start(actor=request.actor, item_id=improvement_id, version=body.version, now=clock.now()))


@router.post("/improvement-items/{int:improvement_id}/measure", permissions.IMPROVEMENT_WORK, ImprovementOut)
def measure_improvement_item(request: ApiRequest, improvement_id: RowId, body: ImprovementStepIn) -> Any:
    """Measure both periods from the records."""
    row = items.measure(
        actor=request.actor, item_id=improvement_id, version=body.version, start_of=clock.start_of, now=clock.now()
    )
    return item_out(row)


@router.post("/improvement-items/{int:improvement_id}/judge", permissions.IMPROVEMENT_REVIEW, ImprovementOut)
def judge_improvement_item(request: ApiRequest, improvement_id: RowId, body: ImprovementJudgeIn) -> Any:
    """Close a measured item, or say that it had no effect; never one's own."""
    row = items.judge(
        actor=request.actor, item_id=improvement_id, is_effective=body.is_effective, result=body.result,
        version=body.version, now=clock.now(),
    )  # fmt: skip
    return item_out(row)


@router.post("/improvement-items/{int:improvement_id}/reopen", permissions.IMPROVEMENT_REVIEW, ImprovementOut)
def reopen_improvement_item(request: ApiRequest, improvement_id: RowId, body: ImprovementReopenIn) -> Any:
    """Take an item up again."""
    row = items.reopen(
        actor=request.actor, item_id=improvement_id, reason=body.reason, version=body.version, now=clock.now()
    )
    return item_out(row)
