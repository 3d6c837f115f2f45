"""Renewal of cover: list, look, contact, quote, accept, issue, close (POL-4)."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Day, Flag, OneOf
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import LARGEST, Id, In, Out, Resource, RowId
from keyuan.kernel.errors import Refused
from keyuan.platform import clock
from keyuan.platform.crypto.presenter import present
from keyuan.platform.lists import lists
from keyuan.policies import permissions
from keyuan.policies.models import Renewal, RenewalQuote
from keyuan.policies.rules.renewals.motor import Record
from keyuan.policies.rules.renewals.stages import CHOSEN
from keyuan.policies.selectors.renewals import access_renewal, quotes_of
from keyuan.policies.selectors.renewals.facts import old_covers
from keyuan.policies.selectors.renewals.labels import CONTACT_RESULTS, STOP_WAYS
from keyuan.policies.selectors.renewals.rates import GROUPS, rates
from keyuan.policies.services.renewals import issuing, quoting, working
from keyuan.policies.services.renewals.pricing import CoverDraft, MotorDraft, QuoteDraft

router = Resource("Renewals")
LIST = lists["renewals"]
Amount = Annotated[int, Field(ge=0, le=LARGEST, strict=True)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]
Words = Annotated[str, Field(max_length=200)]
Small = Annotated[int, Field(ge=0, le=120, strict=True)]
Factor = Annotated[int, Field(ge=1, le=50_000, strict=True)]
ACTS = ("CONTACT", "ACCEPT", "WITHDRAW", "LOSE", "REOPEN", "RESUME", "ISSUE")
COLUMNS = (
    "id", "policy_id", "holder_id", "product_id", "kind", "stage", "reason", "note", "expires_on", "quotes_from",
    "calls_from", "lapses_on", "premium", "new_premium", "new_policy_id", "quotes_made", "contacts", "follow_up_on",
    "stopped_on", "servicing_agent_id", "sales_channel", "opened_at", "closed_at", "version",
)  # fmt: skip
QUOTE = (
    "number", "product_id", "starts_on", "ends_on", "sum_insured", "deductible", "premium", "covers", "basis", "note",
    "valid_until", "state", "made_at",
)  # fmt: skip


class RenewalRow(Out):
    """A chance of renewal. Amounts in minor units of CNY; calls before `calls_from` get no permit."""

    id: int
    policy_id: int
    policy_no: str
    holder_id: int | None
    product_id: int
    kind: str
    stage: str
    reason: str
    note: str
    expires_on: date
    quotes_from: date
    calls_from: date
    lapses_on: date
    premium: int
    new_premium: int | None
    new_policy_id: int | None
    quotes_made: int
    contacts: int
    follow_up_on: date | None
    stopped_on: date | None
    servicing_agent_id: int | None
    sales_channel: str
    opened_at: datetime
    closed_at: datetime | None
    version: int


class RenewalCover(Out):
    """A cover of the present or the quoted term."""

    code: str
    name: str
    product_id: int
    is_rider: bool
    sum_insured: int | None
    deductible: int | None
    premium: int | None


class RenewalQuoteOut(Out):
    """A quote; `basis` says what the premium rests on: rate tables, motor factors, or by hand."""

    number: int
    product_id: int
    starts_on: date
    ends_on: date
    sum_insured: int
    deductible: int | None
    premium: int
    covers: list[RenewalCover]
    basis: dict[str, Any]
    note: str
    valid_until: date
    state: str
    made_at: datetime


class RenewalOut(RenewalRow):
    """A chance whole: the present covers beside the quotes."""

    covers: list[RenewalCover]
    quotes: list[RenewalQuoteOut]


class RenewalCoverIn(In):
    """One cover of the quote, named by its code in the present contract."""

    code: Annotated[str, Field(min_length=1, max_length=30)]
    sum_insured: Amount = 0
    deductible: Amount | None = None


class MotorPast(In):
    """The vehicle's past and the factors: at-fault accidents by insured year (last first), factors in basis points."""

    accidents: Annotated[list[Small], Field(max_length=4)] = []
    insured_years: Small = 0
    is_transferred: Flag = False
    is_fatal: Flag = False
    break_months: Small = 0
    last_grade: Annotated[int, Field(ge=-4, le=5, strict=True)] | None = None
    seats: Annotated[int, Field(ge=1, le=60, strict=True)] = 5
    base: Amount = 0
    own_bp: Factor = 10_000
    traffic_bp: Factor = 10_000


class RenewalQuoteIn(In):
    """A quote to be made; `premium` only where no rate table prices, `motor` for motor contracts."""

    version: Version
    product_id: Id | None = None
    covers: Annotated[list[RenewalCoverIn], Field(max_length=20)] = []
    premium: Amount | None = None
    motor: MotorPast = Field(default_factory=MotorPast)
    valid_days: Annotated[int, Field(ge=1, le=90, strict=True)] | None = None
    note: Words = ""


class RenewalActIn(In):
    """A step, with what it needs: CONTACT channel and result, ACCEPT the quote, LOSE the reason, ISSUE the payment."""

    act: Annotated[str, OneOf(ACTS, empty=False)]
    version: Version
    channel: Annotated[str, OneOf(working.KINDS)] = ""
    result: Annotated[str, OneOf(CONTACT_RESULTS)] = ""
    reason: Annotated[str, OneOf(CHOSEN)] = ""
    note: Words = ""
    follow_up_on: Day | None = None
    quote_number: Annotated[int, Field(ge=1, le=100, strict=True)] | None = None
    paid_on: Day | None = None
    method: Annotated[str, Field(max_length=2)] = ""
    reference: Annotated[str, Field(max_length=80)] = ""
    monitored: Words = ""


class RenewalStopIn(In):
    """How the customer asked for no renewal."""

    how: Annotated[str, OneOf(STOP_WAYS, empty=False)]
    note: Words = ""


class RenewalRateOut(Out):
    """One line of the renewal rate; `rate_bp` in basis points, null where nothing counts."""

    key: str
    name: str
    expiring: int
    excluded: int
    won: int
    lost: int
    live: int
    rate_bp: int | None


class RenewalRates(Out):
    """The renewal rate of contracts that ended in the span."""

    rows: list[RenewalRateOut]


def row_out(request: ApiRequest, row: Renewal) -> dict[str, Any]:
    """Return a chance's row; the number is as the caller may read it."""
    values = {name: getattr(row, name) for name in COLUMNS}
    return values | {"policy_no": present(request.actor, row.policy_no, "policy_no")}


def quote_out(quote: RenewalQuote) -> dict[str, Any]:
    """Return a quote."""
    return {name: getattr(quote, name) for name in QUOTE}


def renewal_out(request: ApiRequest, renewal_id: int) -> dict[str, Any]:
    """Return a chance whole, with its version."""
    renewal = access_renewal(request.actor, renewal_id, now=clock.now())
    request.record_version = renewal.version
    names = ("code", "name", "product_id", "is_rider", "sum_insured", "deductible", "premium")
    covers = [{name: getattr(cover, name) for name in names} for cover in old_covers(renewal.policy)]
    quotes = [quote_out(quote) for quote in quotes_of(renewal)]
    return row_out(request, renewal) | {"covers": covers, "quotes": quotes}


@router.get("/renewals", permissions.RENEW, Page[RenewalRow], parameters=parameters_of(LIST))
def list_renewals(request: ApiRequest) -> Any:
    """List renewals in reach, what ends first on top."""
    found = read_list(request, LIST)
    return {"rows": [row_out(request, row) for row in found.records], **found.more}


@router.get("/renewals/rates/{by}", permissions.RENEW, RenewalRates)
def get_renewal_rates(request: ApiRequest, by: Annotated[str, OneOf(GROUPS, empty=False)]) -> Any:
    """Get the renewal rate of the last 365 days by branch, sub_branch, team, channel, kind or product."""
    last = clock.today()
    lines = rates(request.actor, by, date.fromordinal(last.toordinal() - 364), last)
    columns = ("name", "expiring", "excluded", "won", "lost", "live")
    return {
        "rows": [
            {name: getattr(line, name) for name in columns} | {"key": str(line.key or ""), "rate_bp": line.rate}
            for line in lines
        ]
    }


@router.get("/renewals/{int:renewal_id}", permissions.RENEW, RenewalOut, tagged=True)
def get_renewal(request: ApiRequest, renewal_id: RowId) -> Any:
    """Get a renewal: the present cover beside the quotes."""
    return renewal_out(request, renewal_id)


@router.post("/renewals/{int:renewal_id}/quotes", permissions.RENEW, RenewalQuoteOut)
def create_renewal_quote(request: ApiRequest, renewal_id: RowId, body: RenewalQuoteIn) -> Any:
    """Make a quote; covers that are not named keep their sums."""
    now = clock.now()
    renewal = access_renewal(request.actor, renewal_id, now=now)
    said = {cover.code: cover for cover in body.covers}
    product_id = body.product_id or renewal.product_id
    covers = tuple(
        CoverDraft(
            cover.code, cover.name, cover.product_id if cover.is_rider else product_id, cover.is_rider,
            said[cover.code].sum_insured if cover.code in said else cover.sum_insured or 0,
            said[cover.code].deductible if cover.code in said else cover.deductible, cover.premium or 0,
        )
        for cover in old_covers(renewal.policy)
    )  # fmt: skip
    past = body.motor
    record = Record(
        tuple(past.accidents), past.insured_years, is_transferred=past.is_transferred, is_fatal=past.is_fatal,
        break_months=past.break_months, last_grade=past.last_grade,
    )  # fmt: skip
    motor = MotorDraft(record, past.seats, past.base, past.own_bp, past.traffic_bp)
    draft = QuoteDraft(product_id, covers, body.premium, motor, body.valid_days, body.note)
    quote = quoting.make_quote(
        actor=request.actor, renewal_id=renewal.pk, version=body.version, draft=draft, now=now
    )  # fmt: skip
    return quote_out(quote)


def _contact(body: RenewalActIn, **who: Any) -> object:
    draft = working.ContactDraft(body.channel, body.result, body.note, body.follow_up_on)
    return working.record_contact(draft=draft, **who)


def _accept(body: RenewalActIn, **who: Any) -> object:
    if body.quote_number is None:
        raise Refused("renewal.no_quote", field="quote_number")
    return quoting.accept_quote(number=body.quote_number, **who)


def _issue(body: RenewalActIn, **who: Any) -> object:
    paid = issuing.Paid(body.paid_on or clock.today(), body.method, body.reference, body.monitored)
    return issuing.issue_renewal(paid=paid, **who)


RUNS: dict[str, Callable[..., object]] = {
    "CONTACT": _contact,
    "ACCEPT": _accept,
    "WITHDRAW": lambda _body, **who: quoting.withdraw_acceptance(**who),
    "LOSE": lambda body, **who: working.lose(reason=body.reason, note=body.note, **who),
    "REOPEN": lambda _body, **who: working.reopen(**who),
    "RESUME": lambda _body, **who: working.resume_renewal(**who),
    "ISSUE": _issue,
}


@router.post("/renewals/{int:renewal_id}/acts", permissions.RENEW, RenewalOut, status=200, tagged=True)
def act_on_renewal(request: ApiRequest, renewal_id: RowId, body: RenewalActIn) -> Any:
    """Take a step; issuing asks for the right to change policies."""
    access_renewal(request.actor, renewal_id, now=clock.now())
    RUNS[body.act](body, actor=request.actor, renewal_id=renewal_id, version=body.version, now=clock.now())
    return renewal_out(request, renewal_id)


@router.post("/policies/{int:policy_id}/renewal/stop", permissions.RENEW, RenewalOut, status=200)
def stop_policy_renewal(request: ApiRequest, policy_id: RowId, body: RenewalStopIn) -> Any:
    """Keep that the customer wants no renewal of a contract of a year or less."""
    renewal = working.stop_renewal(
        actor=request.actor, policy_id=policy_id, how=body.how, note=body.note, now=clock.now()
    )  # fmt: skip
    return renewal_out(request, renewal.pk)
