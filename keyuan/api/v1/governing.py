"""Governing the customer resource: thresholds, editions, key accounts, watch list (CUS-5, CUS-10, CUS-13, CUS-14)."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Day, Flag, Number, OneOf
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import In, Out, Resource, RowId
from keyuan.api.kit.tags import expected_version
from keyuan.api.v1.classification import DayAsked, MoveOut, RulesOut
from keyuan.api.v1.service_work import ExceptionOut, KeyAccountOut, ListingOut, RuleIn, RuleOut, rule_out
from keyuan.customers import permissions
from keyuan.customers.models import KeyAccount, ServiceStandard
from keyuan.customers.rules.classification import from_json as thresholds_of
from keyuan.customers.rules.classification import to_json
from keyuan.customers.rules.classification.thresholds import TOUCH_ORDER
from keyuan.customers.rules.standards import Cell, Item, Standard, Star, Tier
from keyuan.customers.selectors import access_customer, labels
from keyuan.customers.selectors.classification.columns import rules_in_force
from keyuan.customers.selectors.key_accounts import access_account
from keyuan.customers.selectors.standards import access_edition, editions_visible_to, tier_as_of, tier_history
from keyuan.customers.selectors.task_rules import access_rule, versions_of
from keyuan.customers.services.accounts import key_accounts
from keyuan.customers.services.agenda import rules as task_rules
from keyuan.customers.services.classification.rules import preview_rules, save_rules
from keyuan.customers.services.standards import editions
from keyuan.customers.services.watching import listings
from keyuan.platform import clock
from keyuan.platform.lists import lists

router = Resource("Governing the customer resource")
KEY_ACCOUNTS, WATCH_LIST, EXCEPTIONS = lists["key-accounts"], lists["watch-list"], lists["service-exceptions"]
Reason = Annotated[str, Field(min_length=1, max_length=200)]
Text60 = Annotated[str, Field(max_length=60)]
Whole = Annotated[int, Field(ge=0, le=10**14, strict=True)]


class RuleVersionOut(Out):
    """What a task rule said from a moment on."""

    number: int
    content: dict[str, Any]
    reason: str
    changed_by_name: str
    changed_at: datetime


class RuleVersions(Out):
    """Every version of a task rule, the newest first."""

    rows: list[RuleVersionOut]


class ThresholdsIn(In):
    """The thresholds of the classification; amounts in minor units of CNY. What is left out keeps its default."""

    active_months: Whole = 24
    half_dormant_months: Whole = 60
    maturity_days: Whole = 90
    lapse_months: Whole = 24
    claim_days: Whole = 90
    appointment_days: Whole = 30
    renewal_days: Whole = 40
    near_vip_from: Whole = 20_000_00
    near_vip_below: Whole = 50_000_00
    mass_premium: Whole = 200_00
    touch_order: Annotated[list[Annotated[str, OneOf(TOUCH_ORDER, empty=False)]], Field(max_length=5)] = list(
        TOUCH_ORDER
    )


class RulesIn(ThresholdsIn):
    """New thresholds, after which version, and why."""

    number: Whole
    reason: Reason


class PreviewOut(Out):
    """What thresholds would move: customers looked at, customers who move, moves by axis."""

    customers: int
    moved: int
    moves: list[MoveOut]


class TierIn(In):
    """A tier from a VIP premium on; ``name`` empty: the usual word. ``by_channel`` has other thresholds by channel."""

    code: Annotated[str, OneOf(labels.TIERS, empty=False)]
    threshold: Whole
    by_channel: Annotated[dict[str, Whole], Field(max_length=10)] = {}
    name: Annotated[str, Field(max_length=20)] = ""


class StarIn(In):
    """What makes a near-VIP; 0: not by this."""

    vip_premium: Whole
    single_premium: Whole
    three_years: Whole


class CellIn(In):
    """What a tier has of an item."""

    service: Annotated[str, Field(min_length=1, max_length=100)]
    quota: Annotated[int, Field(ge=1, le=1000, strict=True)] | None = None
    response_minutes: Annotated[int, Field(ge=1, le=43_200, strict=True)] | None = None


class ItemIn(In):
    """An entitlement item with its cell for each tier."""

    code: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{1,19}$")]
    name: Annotated[str, Field(min_length=1, max_length=40)]
    cells: Annotated[dict[str, CellIn], Field(max_length=20)] = {}


class EditionIn(In):
    """The whole content of a draft; factors in basis points."""

    tiers: Annotated[list[TierIn], Field(min_length=2, max_length=20)]
    stars: Annotated[list[StarIn], Field(max_length=3)] = []
    factors: dict[str, Annotated[int, Field(ge=0, le=100_000, strict=True)]]
    months: Annotated[int, Field(ge=1, le=60, strict=True)]
    is_pooled: Flag = False
    items: Annotated[list[ItemIn], Field(max_length=40)] = []

    def standard(self) -> Standard:
        """Return what the service takes."""
        items = (
            Item(item.code, item.name, {tier: Cell(**cell.model_dump()) for tier, cell in item.cells.items()})
            for item in self.items
        )
        return Standard(
            tiers=tuple(Tier(**tier.model_dump()) for tier in self.tiers),
            stars=tuple(Star(**star.model_dump()) for star in self.stars),
            factors=self.factors,
            months=self.months,
            is_pooled=self.is_pooled,
            items=tuple(items),
        )


class EditionOut(Out):
    """An edition of the service standard; ``preview`` counts moves between tiers of the version it names."""

    number: int
    status: str = Field(description="DRAFT or ISSUED")
    valid_from: date | None
    content: dict[str, Any]
    reason: str
    preview: dict[str, Any]
    created_by_name: str
    issued_by_name: str
    issued_at: datetime | None
    version: int


class Editions(Out):
    """Editions, the newest first."""

    rows: list[EditionOut]


class IssueIn(In):
    """From which day a draft holds, and why."""

    valid_from: Day
    reason: Reason


class GoverningJobOut(Out):
    """The job that counts."""

    id: int


class TierStepOut(Out):
    """A step between tiers: why, by which edition, at which VIP premium (minor units of CNY)."""

    changed_on: date
    from_tier: str
    to_tier: str
    stars: int
    reason: str
    vip_premium: int
    standard_no: int


class TierOut(Out):
    """The tier on a day, empty when nothing is known of it, and every step."""

    on: date
    tier: str
    steps: list[TierStepOut]


class AccountPersonIn(In):
    """A person at the customer's side; without ``phone`` the stored one stays."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    duty: Text60 = ""
    phone: Annotated[str, Field(max_length=30)] | None = None


class KeyAccountIn(In):
    """What makes a customer a key account."""

    reception: Annotated[str, OneOf(KeyAccount.Reception.values, empty=False)]
    underwriting_manager_id: Number
    claims_manager_id: Number
    report_every_days: Annotated[int, Field(ge=1, le=366, strict=True)]
    review_on: Day
    reason: Reason
    contacts: Annotated[list[AccountPersonIn], Field(max_length=6)]
    arrangements: Annotated[str, Field(max_length=2000)] = ""

    def draft(self) -> key_accounts.AccountDraft:
        """Return what the service takes."""
        people = tuple(key_accounts.ContactLine(one.name, one.duty, one.phone) for one in self.contacts)
        return key_accounts.AccountDraft(**{**self.model_dump(exclude={"contacts"}), "contacts": people})


class ReportIn(In):
    """A contact report."""

    on: Day
    summary: Reason
    next_steps: Annotated[str, Field(max_length=200)] = ""


class ReportOut(Out):
    """A contact report as it is kept."""

    id: int
    reported_on: date
    summary: str
    next_steps: str


class ReviewIn(In):
    """Kept until the next review, and why."""

    review_on: Day
    reason: Reason


class ReasonIn(In):
    """Why."""

    reason: Reason


class AppealIn(In):
    """The customer's appeal."""

    grounds: Annotated[str, Field(min_length=1, max_length=2000)]
    received_on: Day


class AppealActIn(In):
    """The decision of an appeal, by somebody who had no part in the listing."""

    act: Annotated[str, OneOf(("uphold", "lift"), empty=False)]
    note: Reason


class AppealOut(Out):
    """An appeal and what came of it."""

    id: int
    received_on: date
    grounds: str
    outcome: str
    decided_by_name: str
    decided_at: datetime | None
    note: str


@router.put("/task-rules/{int:task_rule_id}", permissions.TASK_RULES, RuleOut, tagged=True)
def change_task_rule(request: ApiRequest, task_rule_id: RowId, body: RuleIn) -> Any:
    """Change a rule from the next night on; the version before stays in its history."""
    version = expected_version(request, access_rule(request.actor, task_rule_id).version)
    rule = task_rules.change_rule(
        actor=request.actor, rule_id=task_rule_id, version=version, draft=body.draft(), reason=body.change_reason,
        now=clock.now(),
    )  # fmt: skip
    return rule_out(request, rule)


@router.get("/task-rules/{int:task_rule_id}/versions", permissions.TASK_RULES, RuleVersions)
def list_task_rule_versions(request: ApiRequest, task_rule_id: RowId) -> Any:
    """List what a rule said, the newest first."""
    return {"rows": versions_of(access_rule(request.actor, task_rule_id))}


@router.post("/classification/preview", permissions.CLASS_RULES, PreviewOut, status=200, reads=True)
def preview_classification_rules(request: ApiRequest, body: ThresholdsIn) -> Any:
    """Count what thresholds would move; nothing changes."""
    return preview_rules(actor=request.actor, thresholds=thresholds_of(body.model_dump()), now=clock.now())


@router.post("/classification/rules", permissions.CLASS_RULES, RulesOut)
def set_classification_rules(request: ApiRequest, body: RulesIn) -> Any:
    """Put thresholds in force as the version after `number`, and classify the whole book anew."""
    thresholds = thresholds_of(body.model_dump(exclude={"number", "reason"}))
    save_rules(actor=request.actor, number=body.number, thresholds=thresholds, reason=body.reason, now=clock.now())
    present, version = rules_in_force()
    return {"number": version.number if version else 0, "thresholds": to_json(present)}


def _edition(request: ApiRequest, row: ServiceStandard) -> ServiceStandard:
    request.record_version = row.version
    return row


@router.get("/service-standards", permissions.VIEW, Editions)
def list_service_standards(request: ApiRequest) -> Any:
    """List the editions of the service standard; drafts for those who write them."""
    return {"rows": editions_visible_to(request.actor)}


@router.post("/service-standards", permissions.STANDARDS, EditionOut, tagged=True)
def begin_service_standard(request: ApiRequest) -> Any:
    """Begin a draft from the edition in force; a draft that there is is returned."""
    return _edition(request, editions.draft_edition(actor=request.actor, today=clock.today(), now=clock.now()))


@router.get("/service-standards/{int:standard_number}", permissions.VIEW, EditionOut, tagged=True)
def get_service_standard(request: ApiRequest, standard_number: RowId) -> Any:
    """Get an edition."""
    return _edition(request, access_edition(request.actor, standard_number))


@router.put("/service-standards/{int:standard_number}", permissions.STANDARDS, EditionOut, tagged=True)
def change_service_standard(request: ApiRequest, standard_number: RowId, body: EditionIn) -> Any:
    """Write a draft; issued editions never change."""
    version = expected_version(request, access_edition(request.actor, standard_number).version)
    row = editions.save_edition(
        actor=request.actor, number=standard_number, version=version, standard=body.standard(),
        now=clock.now(),
    )  # fmt: skip
    return _edition(request, row)


@router.delete("/service-standards/{int:standard_number}", permissions.STANDARDS)
def drop_service_standard(request: ApiRequest, standard_number: RowId) -> Any:
    """Throw a draft away."""
    editions.drop_draft(actor=request.actor, number=standard_number, now=clock.now())


@router.post("/service-standards/{int:standard_number}/preview", permissions.STANDARDS, GoverningJobOut, status=202)
def preview_service_standard(request: ApiRequest, standard_number: RowId) -> Any:
    """Count in the background what a draft would move; the edition shows it when the job is done."""
    return editions.preview_edition(actor=request.actor, number=standard_number)


@router.post("/service-standards/{int:standard_number}/issue", permissions.STANDARDS, EditionOut, status=200)
def issue_service_standard(request: ApiRequest, standard_number: RowId, body: IssueIn) -> Any:
    """Put a previewed draft in force from a day on."""
    current = access_edition(request.actor, standard_number)
    return editions.issue_edition(
        actor=request.actor, number=standard_number, version=current.version, valid_from=body.valid_from,
        reason=body.reason, today=clock.today(), now=clock.now(),
    )  # fmt: skip


@router.get("/customers/{int:customer_id}/tier", permissions.VIEW, TierOut)
def get_customer_tier(request: ApiRequest, customer_id: RowId, on: DayAsked = None) -> Any:
    """Get the tier that a customer has, or had on a day, and the steps between tiers."""
    access_customer(request.actor, customer_id, now=clock.now())
    day = on or clock.today()
    return {"on": day, "tier": tier_as_of(customer_id, day), "steps": tier_history(customer_id)}


@router.get("/service-exceptions", permissions.EXCEPTION_ASK, Page[ExceptionOut], parameters=parameters_of(EXCEPTIONS))
def list_service_exceptions(request: ApiRequest) -> Any:
    """List exceptions from the standard among the customers in reach."""
    found = read_list(request, EXCEPTIONS)
    return {"rows": found.records, **found.more}


@router.get("/key-accounts", permissions.VIEW, Page[KeyAccountOut], parameters=parameters_of(KEY_ACCOUNTS))
def list_key_accounts(request: ApiRequest) -> Any:
    """List the key accounts in reach."""
    found = read_list(request, KEY_ACCOUNTS)
    return {"rows": found.records, **found.more}


@router.post("/customers/{int:customer_id}/key-account", permissions.KEY_ACCOUNTS, KeyAccountOut)
def open_key_account(request: ApiRequest, customer_id: RowId, body: KeyAccountIn) -> Any:
    """Make a customer a key account."""
    return key_accounts.open_account(actor=request.actor, customer_id=customer_id, draft=body.draft(), now=clock.now())


@router.put("/key-accounts/{int:account_id}", permissions.KEY_ACCOUNTS, KeyAccountOut, tagged=True)
def change_key_account(request: ApiRequest, account_id: RowId, body: KeyAccountIn) -> Any:
    """Change what was agreed with a key account; `If-Match` names the version that was read."""
    version = expected_version(request, access_account(request.actor, account_id, now=clock.now()).version)
    account = key_accounts.change_account(
        actor=request.actor, account_id=account_id, version=version, draft=body.draft(), now=clock.now()
    )
    request.record_version = account.version
    return account


@router.get("/key-accounts/{int:account_id}", permissions.VIEW, KeyAccountOut, tagged=True)
def get_one_key_account(request: ApiRequest, account_id: RowId) -> Any:
    """Get a key account."""
    account = access_account(request.actor, account_id, now=clock.now())
    request.record_version = account.version
    return account


@router.post("/key-accounts/{int:account_id}/reports", permissions.INTERACT, ReportOut)
def add_key_account_report(request: ApiRequest, account_id: RowId, body: ReportIn) -> Any:
    """File a contact report; the next one falls due after the interval."""
    return key_accounts.report_contact(
        actor=request.actor, account_id=account_id, on=body.on, summary=body.summary, next_steps=body.next_steps,
        now=clock.now(),
    )  # fmt: skip


@router.post("/key-accounts/{int:account_id}/review", permissions.KEY_ACCOUNTS, KeyAccountOut, status=200)
def review_key_account(request: ApiRequest, account_id: RowId, body: ReviewIn) -> Any:
    """Keep a key account after its review, until the next one."""
    return key_accounts.review_account(
        actor=request.actor, account_id=account_id, review_on=body.review_on, reason=body.reason, now=clock.now()
    )


@router.post("/key-accounts/{int:account_id}/end", permissions.KEY_ACCOUNTS, KeyAccountOut, status=200)
def end_key_account(request: ApiRequest, account_id: RowId, body: ReasonIn) -> Any:
    """End a key account; its history stays."""
    return key_accounts.end_account(actor=request.actor, account_id=account_id, reason=body.reason, now=clock.now())


@router.get("/watch-listings", permissions.WATCH_VIEW, Page[ListingOut], parameters=parameters_of(WATCH_LIST))
def list_all_watch_listings(request: ApiRequest) -> Any:
    """List the claims watch list among the customers in reach."""
    found = read_list(request, WATCH_LIST)
    return {"rows": found.records, **found.more}


@router.post("/watch-listings/{int:listing_id}/review", permissions.WATCH_DECIDE, ListingOut, status=200)
def review_watch_listing(request: ApiRequest, listing_id: RowId, body: ReviewIn) -> Any:
    """Keep a listing in force after its review, until the next one."""
    return listings.renew_review(
        actor=request.actor, listing_id=listing_id, review_on=body.review_on, note=body.reason, now=clock.now()
    )


@router.post("/watch-listings/{int:listing_id}/appeals", permissions.WATCH_PROPOSE, AppealOut)
def add_watch_appeal(request: ApiRequest, listing_id: RowId, body: AppealIn) -> Any:
    """Take down the customer's appeal against a listing in force."""
    return listings.receive_appeal(
        actor=request.actor, listing_id=listing_id, grounds=body.grounds, on=body.received_on, now=clock.now()
    )


@router.post("/watch-listings/{int:listing_id}/appeals/decide", permissions.WATCH_DECIDE, AppealOut, status=200)
def decide_watch_appeal(request: ApiRequest, listing_id: RowId, body: AppealActIn) -> Any:
    """Uphold a listing, or lift it, on the open appeal."""
    return listings.decide_appeal(
        actor=request.actor, listing_id=listing_id, act=body.act, note=body.note, now=clock.now()
    )
