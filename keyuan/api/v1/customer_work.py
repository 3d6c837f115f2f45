"""What is done for customers: contacts had, what to do next, the timeline (CUS-12, CUS-13)."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Query
from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Amount, Count, Flag, Moment, OneOf
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import LARGEST, In, Out, Resource, RowId
from keyuan.api.v1.customer_schemas import Text200, Text4000
from keyuan.customers import permissions
from keyuan.customers.extensions import task_kinds
from keyuan.customers.forms.contact import BY_HAND
from keyuan.customers.selectors import access_customer, labels
from keyuan.customers.selectors.tasks import SHOWN, access_task, my_tasks, tasks_of_customer
from keyuan.customers.selectors.timeline import timeline_of
from keyuan.customers.services import tasks
from keyuan.customers.services.interactions import InteractionDraft, record_interaction
from keyuan.platform import clock
from keyuan.platform.lists import lists

router = Resource("Work for customers")

LIST = lists["interactions"]
MOST = 100
Kinds = Annotated[list[Annotated[str, OneOf(labels.INTERACTION_KINDS, empty=False)]], Query(max_length=15)]
Words = Annotated[str, Query(max_length=40)]
Before = Annotated[Moment | None, Query(description="`next_at` of the page before")]
BeforeId = Annotated[int, Query(ge=1, le=LARGEST, description="`next_id` of the page before")]
Limit = Annotated[int, Query(ge=1, le=MOST)]


class InteractionRow(Out):
    """One contact as lists show it."""

    id: int
    customer_id: int
    occurred_at: datetime
    kind: str
    direction: str
    purpose: str
    summary: str
    outcome: str
    staff_id: int | None
    staff_name: str
    seconds: int | None
    subject_kind: str
    subject_id: int | None


class InteractionOut(InteractionRow):
    """One entry of the timeline, with everything that was noted."""

    detail: str


class TimelineOut(Out):
    """Entries, newest first; `next_at` and `next_id` lead to the next page."""

    rows: list[InteractionOut]
    next_at: datetime | None
    next_id: int | None


class InteractionIn(In):
    """A contact that somebody had with the customer."""

    kind: Annotated[str, OneOf(BY_HAND, empty=False)]
    direction: Annotated[str, OneOf(labels.DIRECTIONS, empty=False)] = "OUT"
    occurred_at: Moment
    summary: Annotated[str, Field(min_length=1, max_length=200)]
    detail: Text4000 = ""
    purpose: Annotated[str, OneOf(labels.PURPOSES)] = ""
    outcome: Annotated[str, OneOf(labels.OUTCOMES)] = ""
    seconds: Count | None = None


class TaskOut(Out):
    """One thing to do. `stake` in minor units of CNY."""

    id: int
    version: int
    customer_id: int
    kind: str
    title: str
    reason: str
    stake: int
    due_at: datetime
    status: str
    agent_id: int | None
    unit_id: int | None
    outcome: str
    created_at: datetime
    closed_at: datetime | None


class Tasks(Out):
    """Open tasks, the most urgent first."""

    rows: list[TaskOut]


class TaskIn(In):
    """What is to be done, by when, and why."""

    kind: Annotated[str, OneOf([kind.key for kind in task_kinds], empty=False)] = "FOLLOW_UP"
    title: Annotated[str, Field(min_length=1, max_length=100)]
    due_at: Moment
    reason: Text200 = ""
    stake: Annotated[Amount, Field(ge=0)] = 0


class TaskClose(In):
    """How a task ended; one that is not needed takes the reason in `outcome`."""

    done: Flag
    outcome: Annotated[str, Field(max_length=100)] = ""


class TaskPostpone(In):
    """The new deadline."""

    due_at: Moment


def task_out(request: ApiRequest, task: Any) -> Any:
    """Return a task with its version."""
    request.record_version = task.version
    return task


@router.get("/interactions", permissions.VIEW, Page[InteractionRow], parameters=parameters_of(LIST))
def list_interactions(request: ApiRequest) -> Any:
    """List contacts with customers in reach."""
    found = read_list(request, LIST)
    return {"rows": found.records, **found.more}


@router.get("/customers/{int:customer_id}/timeline", permissions.VIEW, TimelineOut)
def get_timeline(
    request: ApiRequest, customer_id: RowId, kind: Kinds = [], q: Words = "", before: Before = None,  # noqa: B006 - never changed
    before_id: BeforeId = LARGEST, limit: Limit = 20,
) -> Any:  # fmt: skip
    """Get a customer's timeline, newest first."""
    customer = access_customer(request.actor, customer_id, now=clock.now())
    place = (before, before_id) if before is not None else None
    found = timeline_of(customer, kinds=tuple(kind), text=q, before=place, limit=limit)
    return {"rows": found.entries, "next_at": found.next_at, "next_id": found.next_id or None}


@router.post("/customers/{int:customer_id}/interactions", permissions.INTERACT, InteractionOut)
def add_interaction(request: ApiRequest, customer_id: RowId, body: InteractionIn) -> Any:
    """Record a contact that somebody had with a customer."""
    values = body.model_dump()
    if body.kind == "NOTE":
        values["direction"] = "NONE"
    return record_interaction(
        actor=request.actor, customer_id=customer_id, draft=InteractionDraft(**values), now=clock.now()
    )


@router.get("/tasks", permissions.VIEW, Tasks)
def list_tasks(request: ApiRequest) -> Any:
    """List the open tasks of the client itself, the most urgent first."""
    return {"rows": my_tasks(request.actor, now=clock.now())[:SHOWN]}


@router.get("/customers/{int:customer_id}/tasks", permissions.VIEW, Tasks)
def list_customer_tasks(request: ApiRequest, customer_id: RowId) -> Any:
    """List a customer's open tasks, at most twenty."""
    return {"rows": tasks_of_customer(access_customer(request.actor, customer_id, now=clock.now()))}


@router.post("/customers/{int:customer_id}/tasks", permissions.INTERACT, TaskOut, tagged=True)
def create_task(request: ApiRequest, customer_id: RowId, body: TaskIn) -> Any:
    """Make a task for whoever serves the customer."""
    task = tasks.create_task(actor=request.actor, customer_id=customer_id, now=clock.now(), **body.model_dump())
    return task_out(request, task)


@router.get("/tasks/{int:task_id}", permissions.VIEW, TaskOut, tagged=True)
def get_task(request: ApiRequest, task_id: RowId) -> Any:
    """Get a task."""
    return task_out(request, access_task(request.actor, task_id, now=clock.now()))


@router.post("/tasks/{int:task_id}/close", permissions.INTERACT, TaskOut, status=200)
def close_task(request: ApiRequest, task_id: RowId, body: TaskClose) -> Any:
    """Mark a task as done or as not needed."""
    task = tasks.close_task(actor=request.actor, task_id=task_id, done=body.done, outcome=body.outcome, now=clock.now())
    return task_out(request, task)


@router.post("/tasks/{int:task_id}/postpone", permissions.INTERACT, TaskOut, status=200)
def postpone_task(request: ApiRequest, task_id: RowId, body: TaskPostpone) -> Any:
    """Move a task's deadline."""
    task = tasks.postpone_task(actor=request.actor, task_id=task_id, due_at=body.due_at, now=clock.now())
    return task_out(request, task)


@router.post("/tasks/{int:task_id}/reopen", permissions.INTERACT, TaskOut, status=200)
def reopen_task(request: ApiRequest, task_id: RowId) -> Any:
    """Take back what was done with a task last."""
    return task_out(request, tasks.reopen_task(actor=request.actor, task_id=task_id, now=clock.now()))
