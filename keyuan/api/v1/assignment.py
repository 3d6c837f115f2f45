"""Orphans, allocations, receptions and hand-overs for programs (CUS-9)."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Day, Flag, Number, OneOf
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import In, Out, Resource, RowId
from keyuan.customers import permissions
from keyuan.customers.forms.assignment import wording
from keyuan.customers.selectors import labels
from keyuan.customers.selectors.allocation import access
from keyuan.customers.selectors.allocation.rules import access_rule, all_rules
from keyuan.customers.selectors.handover.reading import access_handover
from keyuan.customers.services.allocation import giving, planning, receiving, rules
from keyuan.customers.services.handover.running import start_handover
from keyuan.platform import clock
from keyuan.platform.lists import lists

router = Resource("Allocation and hand-over")

ORPHANS, ITEMS = lists["orphans"], lists["allocation-items"]
RECEPTIONS, OWED = lists["receptions"], lists["first-contacts"]
Token = Annotated[str, Field(min_length=8, max_length=64)]
Name = Annotated[str, Field(max_length=80)]
Text100 = Annotated[str, Field(max_length=100)]
Text200 = Annotated[str, Field(min_length=1, max_length=200)]
Days = Annotated[int, Field(ge=1, le=60)]
Reasons = list[Annotated[str, OneOf(wording.ORPHAN_REASONS, empty=False)]]
Channels = list[Annotated[str, OneOf(labels.SALES_CHANNELS, empty=False)]]


class OrphanOut(Out):
    """A customer without a service person; `notice_due_on` is the last day for telling them (9999-12-31: not owed)."""

    id: int
    customer_id: int
    reason: str
    since: date
    notice_due_on: date
    notified_at: datetime | None
    annual_premium: int
    policies_in_force: int
    tier: str
    sales_channel: str
    former_agent_id: int | None
    returns: int


class AllocationIn(In):
    """Which orphans to plan for (empty lists: all), and how. The same `token` again is the same batch."""

    token: Token
    name: Name = ""
    reasons: Reasons = []
    channels: Channels = []
    unit_id: Number | None = None
    least_premium: Annotated[int, Field(ge=0)] = 0
    in_force: Flag = False
    limit: Annotated[int, Field(ge=0, le=500_000)] = 0
    answer_days: Annotated[int, Field(ge=1, le=30)] = 3
    first_contact_days: Days = 7


class AllocationOut(Out):
    """A batch: its plan, then what became of it. `figures` hold fairness and why customers are left over."""

    id: int
    name: str
    state: str
    total: int
    placed: int
    left_over: int
    given: int
    undone: int
    figures: dict[str, Any]
    job_id: int | None
    created_at: datetime
    given_at: datetime | None


class AllocationAct(In):
    """What to do with a batch."""

    act: Annotated[str, OneOf(("give", "again", "drop", "undo"), empty=False)]


class AssignmentItemOut(Out):
    """One customer of a batch: to whom, or why nobody."""

    id: int
    allocation_id: int
    customer_id: int
    state: str
    reason: str
    note: str
    agent_id: int | None
    backup_agent_id: int | None
    receiving_unit_id: int | None
    annual_premium: int


class ReceptionOut(Out):
    """What one unit was given and has to answer by `deadline_at`."""

    id: int
    version: int
    allocation_id: int
    unit_id: int
    state: str
    customers: int
    returned: int
    annual_premium: int
    deadline_at: datetime
    escalated_to_id: int | None
    answered_at: datetime | None


class ReturnIn(In):
    """Which customers go back (ids of the batch's rows; none: all that are left), and why."""

    item_ids: Annotated[list[Number], Field(max_length=5_000)] | None = None
    reason: Annotated[str, OneOf(receiving.RETURN_REASONS, empty=False)]
    note: Text100 = ""


class OwedOut(Out):
    """A first contact that a new service person owes."""

    id: int
    customer_id: int
    servicing_agent_id: int | None
    assigned_at: datetime
    due_on: date


class AllocationRuleIn(In):
    """A rule. `conditions` and `target` as `docs/assignment.md` describes them; `version` 0 for a new one."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    is_active: Flag = True
    version: Annotated[int, Field(ge=0)] = 0
    conditions: dict[str, Any] = {}
    target: dict[str, Any]


class AllocationRuleOut(Out):
    """A rule in its place of the order."""

    id: int
    name: str
    position: int
    is_active: bool
    version: int
    conditions: dict[str, Any]
    target: dict[str, Any]


class AllocationRules(Out):
    """Every rule, in the order in which they are asked."""

    rows: list[AllocationRuleOut]


class HandoverIn(In):
    """Who leaves (agent record, account, or both), and the successor for everything; without one the rules choose."""

    token: Token
    agent_id: Number | None = None
    user_id: Number | None = None
    left_on: Day
    reason: Text200
    successor_id: Number | None = None


class HandoverOut(Out):
    """A hand-over: what ended, what moved."""

    id: int
    state: str
    agent_id: int | None
    user_id: int | None
    left_on: date
    access_ended_at: datetime
    access: dict[str, Any]
    figures: dict[str, Any]
    job_id: int | None
    finished_at: datetime | None


@router.get("/orphans", permissions.ORPHANS, Page[OrphanOut], parameters=parameters_of(ORPHANS))
def list_orphans(request: ApiRequest) -> Any:
    """List customers without a service person."""
    found = read_list(request, ORPHANS)
    return {"rows": found.records, **found.more}


@router.post("/allocations", permissions.ALLOCATE, AllocationOut)
def create_allocation(request: ApiRequest, body: AllocationIn) -> Any:
    """Plan a batch over the orphans; nothing is given yet."""
    choice = body.model_dump(include={"reasons", "channels", "unit_id", "least_premium", "in_force"})
    return planning.plan_allocation(
        actor=request.actor,
        name=body.name,
        choice={key: value for key, value in choice.items() if value},
        settings=body.model_dump(include={"limit", "answer_days", "first_contact_days"}),
        token=body.token,
        now=clock.now(),
    )


@router.get("/allocations/{int:allocation_id}", permissions.ALLOCATE, AllocationOut)
def get_allocation(request: ApiRequest, allocation_id: RowId) -> Any:
    """Get a batch."""
    return access.access_allocation(request.actor, allocation_id)


@router.post("/allocations/{int:allocation_id}/acts", permissions.ALLOCATE, AllocationOut, status=200)
def act_on_allocation(request: ApiRequest, allocation_id: RowId, body: AllocationAct) -> Any:
    """Give a planned batch, plan it anew, give the plan up, or take a given batch back."""
    acts = {
        "give": giving.give_allocation,
        "again": planning.plan_again,
        "drop": planning.drop_allocation,
        "undo": giving.undo_allocation,
    }
    return acts[body.act](actor=request.actor, allocation_id=allocation_id, now=clock.now())


@router.get("/allocation-customers", permissions.ALLOCATE, Page[AssignmentItemOut], parameters=parameters_of(ITEMS))
def list_allocation_customers(request: ApiRequest) -> Any:
    """List the customers of batches."""
    found = read_list(request, ITEMS)
    return {"rows": found.records, **found.more}


@router.get("/receptions", permissions.RECEIVE, Page[ReceptionOut], parameters=parameters_of(RECEPTIONS))
def list_receptions(request: ApiRequest) -> Any:
    """List what units in reach were given."""
    found = read_list(request, RECEPTIONS)
    return {"rows": found.records, **found.more}


@router.post("/receptions/{int:reception_id}/accept", permissions.RECEIVE, ReceptionOut, status=200)
def accept_reception(request: ApiRequest, reception_id: RowId) -> Any:
    """Accept what a unit was given and has not returned."""
    return receiving.accept_reception(actor=request.actor, reception_id=reception_id, now=clock.now())


@router.post("/receptions/{int:reception_id}/return", permissions.RECEIVE, ReceptionOut, status=200)
def return_reception(request: ApiRequest, reception_id: RowId, body: ReturnIn) -> Any:
    """Return customers of a reception with a reason."""
    receiving.return_customers(actor=request.actor, reception_id=reception_id, now=clock.now(), **body.model_dump())
    return access.access_reception(request.actor, reception_id)


@router.get("/first-contacts", permissions.ORPHANS, Page[OwedOut], parameters=parameters_of(OWED))
def list_first_contacts(request: ApiRequest) -> Any:
    """List first contacts that new service people owe."""
    found = read_list(request, OWED)
    return {"rows": found.records, **found.more}


@router.get("/allocation-rules", permissions.ALLOCATION_RULES, AllocationRules)
def list_allocation_rules(request: ApiRequest) -> Any:
    """List the rules of allocation in their order."""
    request.actor.require(permissions.ALLOCATION_RULES)
    return {"rows": all_rules()}


@router.post("/allocation-rules", permissions.ALLOCATION_RULES, AllocationRuleOut)
def create_allocation_rule(request: ApiRequest, body: AllocationRuleIn) -> Any:
    """Enter a rule at the end of the order."""
    return rules.save_rule(actor=request.actor, rule_id=None, now=clock.now(), **body.model_dump())


@router.post("/allocation-rules/{int:rule_id}", permissions.ALLOCATION_RULES, AllocationRuleOut, status=200)
def change_allocation_rule(request: ApiRequest, rule_id: RowId, body: AllocationRuleIn) -> Any:
    """Change a rule; what it said before stays in its history."""
    access_rule(rule_id)
    return rules.save_rule(actor=request.actor, rule_id=rule_id, now=clock.now(), **body.model_dump())


@router.post("/handovers", permissions.HANDOVER, HandoverOut)
def create_handover(request: ApiRequest, body: HandoverIn) -> Any:
    """End a leaver's access at once and hand over what they held."""
    values = body.model_dump(exclude={"successor_id"})
    plan = {"*": {"way": "PERSON", "agent_id": body.successor_id}} if body.successor_id else {}
    return start_handover(actor=request.actor, plan=plan, now=clock.now(), **values)


@router.get("/handovers/{int:handover_id}", permissions.HANDOVER_REPORTS, HandoverOut)
def get_handover(request: ApiRequest, handover_id: RowId) -> Any:
    """Get a hand-over."""
    return access_handover(request.actor, handover_id)
