"""The audit trail (PLT-6)."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Path
from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import OneOf
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import Out, Resource, RowId
from keyuan.platform.audit.reading import PARTS, access_event, seal_of
from keyuan.platform.lists import lists
from keyuan.platform.models import AuditEvent, ReadEvent
from keyuan.platform.permissions import AUDIT_VIEW

router = Resource("Audit trail")
LIST = lists["audit"]
COLUMNS = (
    "id", "at", "action", "actor_kind", "actor_id", "actor_name", "staff_no", "post_label", "unit_id", "address",
    "request_id", "subject_kind", "subject_id", "customer_id", "reason",
)  # fmt: skip
Part = Annotated[str, OneOf(PARTS, empty=False), Path()]


class EventRow(Out):
    """An audited act."""

    part: str = Field(description="change, or look for what was only read")
    id: int
    at: datetime
    action: str
    actor_kind: str
    actor_id: int | None
    actor_name: str
    staff_no: str
    post_label: str
    unit_id: int | None
    address: str
    request_id: str
    subject_kind: str
    subject_id: int | None
    customer_id: int | None
    reason: str


class EventOut(EventRow):
    """An act with what changed; personal values stand in it as keyed digests only."""

    changes: dict[str, list[Any]] = Field(description="Field → before and after")
    facts: dict[str, Any]
    sequence: int | None = Field(description="Place in the chain; null until the next seal")


def event_row(event: AuditEvent | ReadEvent) -> dict[str, Any]:
    """Return an event as lists show one."""
    part = "change" if isinstance(event, AuditEvent) else "look"
    return {name: getattr(event, name) for name in COLUMNS} | {"part": part}


@router.get("/audit", AUDIT_VIEW, Page[EventRow], parameters=parameters_of(LIST))
def list_audit_events(request: ApiRequest) -> Any:
    """List what was done and looked at, newest first, as far as the client's post reads the trail."""
    found = read_list(request, LIST)
    return {"rows": [event_row(event) for event in found.records], **found.more}


@router.get("/audit/{str:part}/{int:event_id}", AUDIT_VIEW, EventOut)
def get_audit_event(request: ApiRequest, part: Part, event_id: RowId) -> Any:
    """Get an act with what changed."""
    event: Any = access_event(request.actor, part, event_id)
    seal = seal_of(event)
    more = {"changes": event.changed, "facts": event.facts, "sequence": seal.sequence if seal else None}
    return event_row(event) | more
