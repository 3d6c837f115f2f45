"""Tasks of a reach and their rules, service standards, key accounts and the watch list (CUS-13, CUS-14, CUS-10)."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Day, Flag, Number, OneOf
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import In, Out, Resource, RowId
from keyuan.api.v1.customer_work import TaskOut
from keyuan.customers import permissions
from keyuan.customers.extensions import occasions, task_kinds
from keyuan.customers.rules.standards import BASE
from keyuan.customers.rules.task_rules import RuleDraft
from keyuan.customers.selectors import access_customer, labels, standards
from keyuan.customers.selectors.key_accounts import account_of
from keyuan.customers.selectors.task_rules import access_rule, rules_visible_to
from keyuan.customers.selectors.watching import CRITERIA, GRADES, listings_of
from keyuan.customers.services.agenda import bulk, rules
from keyuan.customers.services.standards.exceptions import ExceptionDraft, ask_exception, decide_exception
from keyuan.customers.services.standards.uses import use_entitlement
from keyuan.customers.services.watching.listings import ListingDraft, decide_listing, propose_listing
from keyuan.platform import clock
from keyuan.platform.lists import lists

router = Resource("Tasks by rule and service standards")

OPEN_TASKS = lists["tasks"]
Text100 = Annotated[str, Field(min_length=1, max_length=100)]
Text200 = Annotated[str, Field(max_length=200)]
Ids = Annotated[list[Number], Field(min_length=1, max_length=1_000)]


class RuleOut(Out):
    """A rule that makes tasks; `days` before (negative) or after its occasion, empty lists mean all."""

    id: int
    code: str
    name: str
    occasion: str
    days: int
    kind: str
    title: str
    reason: str
    assignee: str
    tiers: list[str]
    channels: list[str]
    skip_open_claims: bool
    due_days: int
    is_active: bool
    version: int


class Rules(Out):
    """Every rule."""

    rows: list[RuleOut]


class RuleIn(In):
    """What a rule says; `change_reason` stands in its history."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    occasion: Annotated[str, OneOf([entry.key for entry in occasions], empty=False)]
    days: Annotated[int, Field(ge=-180, le=180, strict=True)]
    kind: Annotated[str, OneOf([kind.key for kind in task_kinds], empty=False)]
    title: Text100
    reason: Text200 = ""
    assignee: Annotated[str, OneOf(("SERVICE", "TEAM"), empty=False)] = "SERVICE"
    tiers: Annotated[list[Annotated[str, OneOf(labels.TIERS, empty=False)]], Field(max_length=20)] = []
    channels: Annotated[list[Annotated[str, OneOf(labels.SALES_CHANNELS, empty=False)]], Field(max_length=20)] = []
    skip_open_claims: Flag = False
    due_days: Annotated[int, Field(ge=0, le=90, strict=True)] = 0
    is_active: Flag = True
    change_reason: Text200 = ""

    def draft(self) -> RuleDraft:
        """Return what the service takes."""
        values = self.model_dump(exclude={"change_reason"})
        return RuleDraft(**{**values, "tiers": tuple(values["tiers"]), "channels": tuple(values["channels"])})


class NewRuleIn(RuleIn):
    """A rule and the code by which it is known."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]


class ReassignIn(In):
    """Which tasks go to whom, and why."""

    task_ids: Ids
    agent_id: Number
    reason: Text100


class NudgeIn(In):
    """Of which tasks whoever has to do them is reminded."""

    task_ids: Ids


class Touched(Out):
    """Which tasks were touched; the others are closed, out of reach, or stand so already."""

    task_ids: list[int]


class EntitlementOut(Out):
    """What a customer has of an item; `quota` null: as often as needed."""

    item: str
    service: str
    quota: int | None
    used: int
    left: int | None
    response_minutes: int | None
    tier: str
    by: str = Field(description="The tier that gives it, or EXCEPTION")
    until: date | None


class Entitlements(Out):
    """Tier and everything that the customer has today."""

    tier: str
    rows: list[EntitlementOut]


class EntitlementUseIn(In):
    """A service that was used."""

    item: Annotated[str, Field(min_length=1, max_length=20)]
    on: Day
    note: Annotated[str, Field(max_length=100)] = ""


class UseOut(Out):
    """A use as it is kept."""

    id: int
    item: str
    used_on: date
    note: str


class ExceptionIn(In):
    """What is asked beyond the tier."""

    item: Annotated[str, Field(min_length=1, max_length=20)]
    service: Text100
    reason: Annotated[str, Field(min_length=1, max_length=200)]
    valid_from: Day
    valid_until: Day
    quota: Annotated[int, Field(ge=1, le=1000, strict=True)] | None = None
    response_minutes: Annotated[int, Field(ge=1, le=43_200, strict=True)] | None = None


class ExceptionOut(Out):
    """A request and where it stands."""

    id: int
    customer_id: int
    item: str
    service: str
    reason: str
    quota: int | None
    response_minutes: int | None
    valid_from: date
    valid_until: date
    status: str
    asked_by_name: str
    asked_at: datetime
    decided_by_name: str
    decided_at: datetime | None
    note: str


class Exceptions(Out):
    """The latest requests about a customer."""

    rows: list[ExceptionOut]


class ExceptionDecisionIn(In):
    """A step that another person takes, with its reason."""

    act: Annotated[str, OneOf(("approve", "refuse", "withdraw", "revoke"), empty=False)]
    note: Text200 = ""


class KeyAccountOut(Out):
    """A key account of today."""

    id: int
    reception: str = Field(description="CHIEF, SENIOR or DEPARTMENT")
    arrangements: str
    underwriting_manager_id: int
    claims_manager_id: int
    next_report_on: date
    review_on: date
    started_on: date
    version: int


class KeyAccounts(Out):
    """The key account that a customer is, or nothing."""

    rows: list[KeyAccountOut]


class ListingOut(Out):
    """A listing on the claims watch list; `model_facts` explains one that a program proposed (PIPL art. 24)."""

    id: int
    grade: str
    criterion: str
    reason: str
    monitors_underwriting: bool
    escalates_claims: bool
    is_automated: bool
    model_facts: dict[str, Any]
    status: str
    proposed_by_name: str
    proposed_at: datetime
    decided_by_name: str
    decided_at: datetime | None
    review_on: date


class Listings(Out):
    """The latest listings of a customer."""

    rows: list[ListingOut]


class ListingIn(In):
    """A proposal; a program gives `model_facts` with model, version, score and reasons."""

    grade: Annotated[str, OneOf(GRADES, empty=False)]
    criterion: Annotated[str, OneOf(CRITERIA, empty=False)]
    reason: Annotated[str, Field(min_length=1, max_length=2000)]
    review_on: Day
    monitors_underwriting: Flag = True
    escalates_claims: Flag = True
    model_facts: dict[str, Any] = {}


class ListingActIn(In):
    """A step with a listing, with its reason."""

    act: Annotated[str, OneOf(("confirm", "refuse", "withdraw", "lift"), empty=False)]
    note: Annotated[str, Field(min_length=1, max_length=200)]


@router.get("/open-tasks", permissions.VIEW, Page[TaskOut], parameters=parameters_of(OPEN_TASKS))
def list_open_tasks(request: ApiRequest) -> Any:
    """List the open tasks of the own desk, or of the customers in reach."""
    found = read_list(request, OPEN_TASKS)
    return {"rows": found.records, **found.more}


@router.post("/open-tasks/reassign", permissions.TEAM_TASKS, Touched, status=200)
def reassign_tasks(request: ApiRequest, body: ReassignIn) -> Any:
    """Give open tasks to another agent in reach."""
    ids = bulk.reassign_tasks(
        actor=request.actor, task_ids=body.task_ids, agent_id=body.agent_id, reason=body.reason, now=clock.now()
    )
    return {"task_ids": ids}


@router.post("/open-tasks/nudge", permissions.TEAM_TASKS, Touched, status=200)
def nudge_tasks(request: ApiRequest, body: NudgeIn) -> Any:
    """Remind whoever has to do these tasks; nobody is reminded of one twice within four hours."""
    return {"task_ids": bulk.nudge_tasks(actor=request.actor, task_ids=body.task_ids, now=clock.now())}


@router.get("/task-rules", permissions.TASK_RULES, Rules)
def list_task_rules(request: ApiRequest) -> Any:
    """List the rules that make tasks."""
    return {"rows": rules_visible_to(request.actor)}


def rule_out(request: ApiRequest, rule: Any) -> Any:
    """Return a rule with its version."""
    request.record_version = rule.version
    return rule


@router.post("/task-rules", permissions.TASK_RULES, RuleOut, tagged=True)
def create_task_rule(request: ApiRequest, body: NewRuleIn) -> Any:
    """Make a rule; it works from the next night on."""
    values = RuleIn(**body.model_dump(exclude={"code"}))
    return rule_out(
        request, rules.create_rule(actor=request.actor, code=body.code, draft=values.draft(), now=clock.now())
    )


@router.get("/task-rules/{int:task_rule_id}", permissions.TASK_RULES, RuleOut, tagged=True)
def get_task_rule(request: ApiRequest, task_rule_id: RowId) -> Any:
    """Get a rule."""
    return rule_out(request, access_rule(request.actor, task_rule_id))


@router.get("/customers/{int:customer_id}/entitlements", permissions.VIEW, Entitlements)
def list_entitlements(request: ApiRequest, customer_id: RowId) -> Any:
    """List what a customer may have and has used this year."""
    customer = access_customer(request.actor, customer_id, now=clock.now())
    tier, today = customer.summary.tier or BASE, clock.today()
    standard = standards.standard_on(today)
    found = standards.entitlements_of(customer.pk, tier, standard, on=today) if standard else []
    return {"tier": tier, "rows": [entry for _name, entry in found]}


@router.post("/customers/{int:customer_id}/entitlements", permissions.INTERACT, UseOut)
def add_entitlement_use(request: ApiRequest, customer_id: RowId, body: EntitlementUseIn) -> Any:
    """Record that a customer used a service; refused beyond the quota."""
    return use_entitlement(
        actor=request.actor,
        customer_id=customer_id,
        item=body.item,
        on=body.on,
        note=body.note,
        token="",
        now=clock.now(),
    )


@router.get("/customers/{int:customer_id}/exceptions", permissions.EXCEPTION_ASK, Exceptions)
def list_exceptions(request: ApiRequest, customer_id: RowId) -> Any:
    """List what was asked beyond the tier."""
    customer = access_customer(request.actor, customer_id, now=clock.now())
    return {"rows": standards.exceptions_of(customer.pk)}


@router.post("/customers/{int:customer_id}/exceptions", permissions.EXCEPTION_ASK, ExceptionOut)
def add_exception(request: ApiRequest, customer_id: RowId, body: ExceptionIn) -> Any:
    """Ask for something beyond the tier; another person decides."""
    draft = ExceptionDraft(**body.model_dump())
    return ask_exception(actor=request.actor, customer_id=customer_id, draft=draft, now=clock.now())


@router.post("/exceptions/{int:exception_id}/decide", permissions.EXCEPTION_DECIDE, ExceptionOut, status=200)
def decide_service_exception(request: ApiRequest, exception_id: RowId, body: ExceptionDecisionIn) -> Any:
    """Approve, refuse or revoke an exception that somebody else asked for."""
    return decide_exception(
        actor=request.actor, exception_id=exception_id, act=body.act, note=body.note, now=clock.now()
    )


@router.get("/customers/{int:customer_id}/key-account", permissions.VIEW, KeyAccounts)
def get_key_account(request: ApiRequest, customer_id: RowId) -> Any:
    """Get the key account that a customer is."""
    account = account_of(access_customer(request.actor, customer_id, now=clock.now()).pk)
    return {"rows": [account] if account else []}


@router.get("/customers/{int:customer_id}/watch-listings", permissions.WATCH_VIEW, Listings)
def list_watch_listings(request: ApiRequest, customer_id: RowId) -> Any:
    """List a customer's listings on the claims watch list."""
    return {"rows": listings_of(access_customer(request.actor, customer_id, now=clock.now()).pk)}


@router.post("/customers/{int:customer_id}/watch-listings", permissions.WATCH_PROPOSE, ListingOut)
def add_watch_listing(request: ApiRequest, customer_id: RowId, body: ListingIn) -> Any:
    """Propose a customer for the claims watch list; it has no effect before another person confirms it."""
    draft = ListingDraft(**body.model_dump())
    return propose_listing(actor=request.actor, customer_id=customer_id, draft=draft, now=clock.now())


@router.post("/watch-listings/{int:listing_id}/decide", permissions.WATCH_DECIDE, ListingOut, status=200)
def decide_watch_listing(request: ApiRequest, listing_id: RowId, body: ListingActIn) -> Any:
    """Confirm, refuse or lift a listing that somebody else proposed."""
    return decide_listing(actor=request.actor, listing_id=listing_id, act=body.act, note=body.note, now=clock.now())
