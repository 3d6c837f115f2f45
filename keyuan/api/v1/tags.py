"""Tags: the catalogue, and those on a customer (CUS-6)."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Count, Day, Number, OneOf
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import In, Out, Resource, RowId
from keyuan.api.kit.tags import expected_version
from keyuan.api.v1.customer_schemas import Text200
from keyuan.customers import permissions
from keyuan.customers.models import CustomerTag, Tag
from keyuan.customers.selectors import access_customer, labels
from keyuan.customers.selectors.tags import standing_tags
from keyuan.customers.services.segments import catalogue
from keyuan.customers.services.segments.catalogue import MOST_DAYS, TagFacts
from keyuan.customers.services.segments.tagging import SURE, TagDraft, access_tag, put_tag, take_off
from keyuan.platform import clock
from keyuan.platform.lists import lists

router = Resource("Tags")

LIST = lists["tags"]
Days = Annotated[int, Field(ge=1, le=MOST_DAYS)]


class TagOut(Out):
    """A tag of the catalogue."""

    id: int
    version: int
    code: str
    name: str
    family: str
    note: str
    valid_days: int | None
    retired_at: datetime | None


class TagChange(In):
    """What the catalogue says of a tag."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    family: Annotated[str, OneOf(labels.TAG_FAMILIES, empty=False)]
    note: Text200 = ""
    valid_days: Days | None = None


class TagIn(TagChange):
    """A new tag; its code never changes."""

    code: Annotated[str, Field(min_length=2, max_length=40)]


class CustomerTagOut(Out):
    """A tag on a customer; `confidence` in basis points."""

    tag_id: int
    code: str
    name: str
    family: str
    source: str
    confidence: int
    explanation: str
    expires_on: date | None
    created_at: datetime


class CustomerTags(Out):
    """The tags that are on a customer today."""

    rows: list[CustomerTagOut]


class PutTagIn(In):
    """Which tag, how sure (basis points), until when and why."""

    tag_id: Number
    confidence: Annotated[Count, Field(ge=1, le=SURE)] = SURE
    expires_on: Day | None = None
    explanation: Text200 = ""


def _tag(request: ApiRequest, tag: Tag) -> Tag:
    request.record_version = tag.version
    return tag


def _on(row: CustomerTag) -> dict[str, Any]:
    names = ("tag_id", "source", "explanation", "expires_on", "created_at")
    own = {name: getattr(row, name) for name in names}
    return own | {"code": row.tag.code, "name": row.tag.name, "family": row.tag.family, "confidence": row.confidence_bp}


@router.get("/tags", permissions.VIEW, Page[TagOut], parameters=parameters_of(LIST))
def list_tags(request: ApiRequest) -> Any:
    """List the catalogue of tags."""
    found = read_list(request, LIST)
    return {"rows": found.records, **found.more}


@router.get("/tags/{int:tag_id}", permissions.VIEW, TagOut, tagged=True)
def get_tag(request: ApiRequest, tag_id: RowId) -> Any:
    """Get a tag of the catalogue."""
    return _tag(request, access_tag(tag_id))


@router.post("/tags", permissions.TAG_CATALOGUE, TagOut, tagged=True)
def create_tag(request: ApiRequest, body: TagIn) -> Any:
    """Add a tag to the catalogue."""
    values = body.model_dump()
    code = values.pop("code")
    return _tag(
        request, catalogue.create_tag(actor=request.actor, code=code, facts=TagFacts(**values), now=clock.now())
    )


@router.put("/tags/{int:tag_id}", permissions.TAG_CATALOGUE, TagOut, tagged=True)
def change_tag(request: ApiRequest, tag_id: RowId, body: TagChange) -> Any:
    """Replace what the catalogue says of a tag."""
    version = expected_version(request, access_tag(tag_id).version)
    facts = TagFacts(**body.model_dump())
    return _tag(
        request,
        catalogue.change_tag(actor=request.actor, tag_id=tag_id, version=version, facts=facts, now=clock.now()),
    )


@router.get("/customers/{int:customer_id}/tags", permissions.VIEW, CustomerTags)
def list_customer_tags(request: ApiRequest, customer_id: RowId) -> Any:
    """List the tags that are on a customer today."""
    customer = access_customer(request.actor, customer_id, now=clock.now())
    return {"rows": [_on(row) for row in standing_tags(customer, today=clock.today())]}


@router.post("/customers/{int:customer_id}/tags", permissions.EDIT, CustomerTagOut)
def put_customer_tag(request: ApiRequest, customer_id: RowId, body: PutTagIn) -> Any:
    """Put a tag on a customer by hand, or say anew what is known of it."""
    draft = TagDraft(body.tag_id, body.confidence, body.expires_on, body.explanation)
    row = put_tag(actor=request.actor, customer_id=customer_id, draft=draft, today=clock.today(), now=clock.now())
    return _on(row)


@router.delete("/customers/{int:customer_id}/tags/{int:tag_id}", permissions.EDIT)
def take_customer_tag_off(request: ApiRequest, customer_id: RowId, tag_id: RowId) -> Any:
    """Take a tag off a customer."""
    take_off(actor=request.actor, customer_id=customer_id, tag_id=tag_id, now=clock.now())
