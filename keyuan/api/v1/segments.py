"""Segments: conditions over customers, counted by the mart and checked live (CUS-6)."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Query
from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Day, Flag, Number
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import LARGEST, In, Out, Resource, RowId
from keyuan.api.kit.tags import expected_version
from keyuan.api.v1.customer_schemas import Text200
from keyuan.customers import permissions
from keyuan.customers.forms.segments.menu import menu_of
from keyuan.customers.forms.segments.reading import read_aloud
from keyuan.customers.models import Segment
from keyuan.customers.rules.segments.language import read_condition
from keyuan.customers.selectors.segments.asking import count_condition, count_segment
from keyuan.customers.selectors.segments.mart import Found
from keyuan.customers.selectors.segments.reading import access_segment
from keyuan.customers.selectors.segments.vocabulary import whole_vocabulary
from keyuan.customers.services.segments import is_member, members
from keyuan.customers.services.segments.keeping import freeze_segment, keep_members
from keyuan.customers.services.segments.saving import (
    NAME_LENGTH,
    SegmentDraft,
    change_segment,
    checked,
    clone_segment,
    create_segment,
    delete_segment,
    undelete_segment,
)
from keyuan.platform import clock
from keyuan.platform.lists import lists

router = Resource("Segments")

LIST = lists["segments"]
MOST_CHECKED = 1_000
MOST_MEMBERS = 5_000
Name = Annotated[str, Field(min_length=1, max_length=NAME_LENGTH)]
Condition = Annotated[
    dict[str, Any],
    Field(description="`{version: 1, root: group}`; groups join rows, groups and records (see docs/segments.md)"),
]
After = Annotated[int, Query(ge=0, le=LARGEST, description="The last id of the page before")]
Limit = Annotated[int, Query(ge=1, le=MOST_MEMBERS)]


class SegmentRow(Out):
    """One segment as lists show it."""

    id: int
    name: str
    note: str
    kind: str
    owner_name: str
    shared: bool
    valid_until: date | None
    members_count: int | None
    members_as_of: date | None
    updated_at: datetime


class SegmentOut(SegmentRow):
    """A segment with its condition, and how it reads."""

    version: int
    condition: dict[str, Any]
    reading: str


class SegmentIn(In):
    """What a segment is."""

    name: Name
    condition: Condition
    note: Text200 = ""
    shared: Flag = False
    valid_until: Day | None = None


class ConditionIn(In):
    """A condition that is not saved."""

    condition: Condition


class NameIn(In):
    """What a copy is called."""

    name: Name


class CountOut(Out):
    """How many customers in reach belong, by the snapshot of `as_of`; `premium` in minor units of CNY."""

    as_of: date
    total: int
    reachable: int
    premium: int
    sample: list[int]


class MembersOut(Out):
    """Ids of members in reach by the newest snapshot; `next_after` leads to the next page."""

    ids: list[int]
    next_after: int | None


class SegmentCheckIn(In):
    """Customers about whom the question is."""

    customer_ids: Annotated[list[Number], Field(min_length=1, max_length=MOST_CHECKED)]


class CheckOut(Out):
    """Those of them in reach that belong at this moment."""

    members: list[int]


class FieldsOut(Out):
    """The fields and kinds of records of conditions, with their operators and codes."""

    fields: list[dict[str, Any]]
    entities: list[dict[str, Any]]


def _row(segment: Segment) -> dict[str, Any]:
    names = ("id", "name", "note", "kind", "owner_name", "valid_until", "members_count", "members_as_of", "updated_at")
    return {name: getattr(segment, name) for name in names} | {"shared": segment.shared_unit_id is not None}


def _out(request: ApiRequest, segment: Segment) -> dict[str, Any]:
    request.record_version = segment.version
    root = read_condition(segment.condition, whole_vocabulary())
    more = {"version": segment.version, "condition": segment.condition, "reading": read_aloud(request.actor, root)}
    return _row(segment) | more


def _count(found: Found) -> dict[str, Any]:
    names = ("as_of", "total", "reachable", "premium")
    return {name: getattr(found, name) for name in names} | {"sample": list(found.sample)}


def _draft(body: SegmentIn) -> SegmentDraft:
    return SegmentDraft(**body.model_dump())


@router.get("/segments", permissions.SEGMENTS, Page[SegmentRow], parameters=parameters_of(LIST))
def list_segments(request: ApiRequest) -> Any:
    """List one's own segments and those shared with one's units."""
    found = read_list(request, LIST)
    return {"rows": [_row(segment) for segment in found.records], **found.more}


@router.get("/segment-fields", permissions.SEGMENTS, FieldsOut)
def list_segment_fields(request: ApiRequest) -> Any:
    """List what conditions can be about."""
    menu = menu_of(request.actor, None)
    return {"fields": menu["fields"], "entities": menu["entities"]}


@router.post("/segments/count", permissions.SEGMENTS, CountOut, status=200, reads=True)
def count_customers(request: ApiRequest, body: ConditionIn) -> Any:
    """Count the customers in reach who meet a condition, by the newest snapshot."""
    root = checked(request.actor, body.condition, today=clock.today())
    return _count(count_condition(root, actor=request.actor, now=clock.now()))


@router.post("/segments", permissions.SEGMENTS, SegmentOut, tagged=True)
def create_segment_record(request: ApiRequest, body: SegmentIn) -> Any:
    """Save a dynamic segment."""
    segment = create_segment(actor=request.actor, draft=_draft(body), today=clock.today(), now=clock.now())
    return _out(request, segment)


@router.get("/segments/{int:segment_id}", permissions.SEGMENTS, SegmentOut, tagged=True)
def get_segment(request: ApiRequest, segment_id: RowId) -> Any:
    """Get a segment."""
    return _out(request, access_segment(request.actor, segment_id))


@router.put("/segments/{int:segment_id}", permissions.SEGMENTS, SegmentOut, tagged=True)
def change_segment_record(request: ApiRequest, segment_id: RowId, body: SegmentIn) -> Any:
    """Replace what one's own segment says; the version before stays in its history."""
    current = access_segment(request.actor, segment_id)
    segment = change_segment(
        actor=request.actor,
        segment_id=segment_id,
        version=expected_version(request, current.version),
        draft=_draft(body),
        today=clock.today(),
        now=clock.now(),
    )
    return _out(request, segment)


@router.delete("/segments/{int:segment_id}", permissions.SEGMENTS)
def delete_segment_record(request: ApiRequest, segment_id: RowId) -> Any:
    """Delete one's own segment; it can be brought back."""
    delete_segment(actor=request.actor, segment_id=segment_id, now=clock.now())


@router.post("/segments/{int:segment_id}/undelete", permissions.SEGMENTS, SegmentOut, status=200)
def undelete_segment_record(request: ApiRequest, segment_id: RowId) -> Any:
    """Bring one's own deleted segment back."""
    return _out(request, undelete_segment(actor=request.actor, segment_id=segment_id, now=clock.now()))


@router.post("/segments/{int:segment_id}/clone", permissions.SEGMENTS, SegmentOut)
def clone_segment_record(request: ApiRequest, segment_id: RowId, body: NameIn) -> Any:
    """Make a segment of one's own with the condition of this one."""
    clone = clone_segment(actor=request.actor, segment_id=segment_id, name=body.name, now=clock.now())
    return _out(request, clone)


@router.post("/segments/{int:segment_id}/freeze", permissions.SEGMENTS, SegmentOut)
def freeze_segment_record(request: ApiRequest, segment_id: RowId, body: NameIn) -> Any:
    """Keep whoever is in it by the newest snapshot as a frozen segment; its members are written by a job."""
    frozen = freeze_segment(actor=request.actor, segment_id=segment_id, name=body.name, now=clock.now())
    return _out(request, frozen)


@router.post("/segments/{int:segment_id}/keep", permissions.SEGMENTS, SegmentOut, status=200)
def keep_segment_members(request: ApiRequest, segment_id: RowId) -> Any:
    """Have the members written down and brought up to date every night, for the list of customers."""
    return _out(request, keep_members(actor=request.actor, segment_id=segment_id, now=clock.now()))


@router.get("/segments/{int:segment_id}/count", permissions.SEGMENTS, CountOut)
def count_segment_members(request: ApiRequest, segment_id: RowId) -> Any:
    """Count the members in reach, by the newest snapshot."""
    segment = access_segment(request.actor, segment_id)
    return _count(count_segment(segment, actor=request.actor, now=clock.now()))


@router.get("/segments/{int:segment_id}/members", permissions.SEGMENTS, MembersOut)
def list_segment_members(request: ApiRequest, segment_id: RowId, after: After = 0, limit: Limit = 1_000) -> Any:
    """List the members in reach by the newest snapshot, in order of their ids."""
    segment = access_segment(request.actor, segment_id)
    ids = [pk for pk in members(segment, actor=request.actor, now=clock.now()) if pk > after]
    shown = ids[:limit]
    return {"ids": shown, "next_after": shown[-1] if len(ids) > limit else None}


@router.post("/segments/{int:segment_id}/check", permissions.SEGMENTS, CheckOut, status=200, reads=True)
def check_segment_members(request: ApiRequest, segment_id: RowId, body: SegmentCheckIn) -> Any:
    """Tell which of up to 1,000 customers in reach belong at this moment, asked of the book itself."""
    segment = access_segment(request.actor, segment_id)
    found = is_member(segment, body.customer_ids, actor=request.actor, today=clock.today(), now=clock.now())
    return {"members": found}
