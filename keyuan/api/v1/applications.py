"""New business: enter, hand in, underwrite, issue (POL-10)."""

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
from keyuan.platform.lists import lists
from keyuan.policies import permissions
from keyuan.policies.models import Application
from keyuan.policies.rules.applications.declaration import Answer
from keyuan.policies.rules.applications.drafts import ApplicationDraft
from keyuan.policies.rules.applications.suitability import Need
from keyuan.policies.rules.drafts import PartyDraft
from keyuan.policies.selectors.applications import access_application, beneficiaries_of
from keyuan.policies.selectors.applications.labels import CONCLUSIONS, RISK_LEVELS, SIGNED_HOW
from keyuan.policies.services.applications import issuing, receiving, submitting, underwriting
from keyuan.policies.services.applications.entry import save_application
from keyuan.policies.services.applications.underwriting import ExamDraft, Verdict
from keyuan.products.selectors.labels import NEEDS, PAY_MODES

router = Resource("Applications")
LIST = lists["applications"]
Amount = Annotated[int, Field(ge=0, le=LARGEST, strict=True)]
Term = Annotated[str, Field(max_length=4, pattern=r"^([YMDWA][1-9][0-9]{0,2}|[OSN])?$")]
Version = Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]
Words = Annotated[str, Field(max_length=1000)]
ACTS = (
    "SUBMIT", "TAKE", "RETURN", "ORDER_EXAM", "EXAM_REPORT", "CONCLUDE", "AGREE", "REFUSE_OFFER", "REOPEN", "WITHDRAW",
    "PAY", "TAKE_BACK", "REFUND", "ISSUE",
)  # fmt: skip
COLUMNS = (
    "id", "application_no", "status", "product_id", "package_id", "holder_id", "insured_id", "relation", "agent_id",
    "sum_insured", "premium", "loading", "pay_mode", "pay_term", "cover_term", "plan", "effective_on", "applied_on",
    "paid_amount", "refunded_amount", "conclusion", "due_clock", "submitted_at", "decided_at", "policy_id",
    "created_at",
)  # fmt: skip


class ApplicationRow(Out):
    """An application. Amounts in minor units of CNY, terms as tokens (Y20, A60, O, S)."""

    id: int
    application_no: str
    status: str
    product_id: int
    package_id: int | None
    holder_id: int
    insured_id: int
    relation: str
    agent_id: int | None
    sum_insured: int
    premium: int
    loading: int
    pay_mode: str
    pay_term: str
    cover_term: str
    plan: str
    effective_on: date
    applied_on: date
    paid_amount: int
    refunded_amount: int
    conclusion: str
    due_clock: str
    due_on: date | None
    submitted_at: datetime | None
    decided_at: datetime | None
    policy_id: int | None
    created_at: datetime


class ApplicationItemOut(Out):
    """A product of the application with its premium."""

    product_id: int
    sum_insured: int
    premium: int
    is_rider: bool


class QuoteOut(Out):
    """The table and row that a premium rests on."""

    product_id: int
    table_id: int
    table: str
    row_no: int
    premium: int


class ApplicationOut(ApplicationRow):
    """An application whole; the declaration is sealed and never part of an answer."""

    version: int
    items: list[ApplicationItemOut]
    quotes: list[QuoteOut]
    mismatches: list[str]
    insist_note: str
    signed_on: date | None
    is_declared: bool
    beneficiaries: int


class BeneficiaryIn(In):
    """One who is to receive benefits: a customer, or a name."""

    customer_id: Id | None = None
    name: Annotated[str, Field(max_length=120)] = ""
    relation_to_insured: Annotated[str, Field(max_length=2)] = ""
    order: Annotated[int, Field(ge=1, le=5, strict=True)] = 1
    share_bp: Annotated[int, Field(ge=0, le=10_000, strict=True)] | None = None
    is_statutory: Flag = False


class DoubtAnswerIn(In):
    """The answer to a question: YES or NO, a number, an option, a text; details where they are asked for."""

    code: Annotated[str, Field(min_length=1, max_length=30)]
    value: Annotated[str, Field(min_length=1, max_length=300)]
    detail: Annotated[str, Field(max_length=300)] = ""


class ApplicationIn(In):
    """An application to be entered."""

    product_id: Id
    holder_id: Id
    effective_on: Day
    insured_id: Id | None = None
    relation: Annotated[str, Field(max_length=2)] = "00"
    package_id: Id | None = None
    agent_id: Id | None = None
    sum_insured: Amount = 0
    premium: Amount | None = None
    pay_mode: Annotated[str, OneOf(PAY_MODES, empty=False)] = "05"
    pay_term: Term = ""
    cover_term: Term = ""
    plan: Annotated[str, Field(max_length=20)] = ""
    occupation: Annotated[str, Field(max_length=1)] = ""
    beneficiaries: Annotated[list[BeneficiaryIn], Field(max_length=10)] = []
    purposes: Annotated[list[Annotated[str, OneOf(NEEDS, empty=False)]], Field(max_length=12)] = []
    yearly_income: Amount | None = None
    budget: Amount | None = None
    risk_level: Annotated[str, OneOf(RISK_LEVELS)] = ""
    insist_note: Annotated[str, Field(max_length=200)] = ""
    insured_agreed: Flag = False
    interest_agreed: Flag = False
    risk_sentence: Flag = False
    signed_on: Day | None = None
    signed_how: Annotated[str, OneOf(SIGNED_HOW)] = ""
    answers: Annotated[list[DoubtAnswerIn], Field(max_length=60)] = []


class ActIn(In):
    """A step, with what it needs: CONCLUDE takes the conclusion, ORDER_EXAM the examination, PAY the amount.

    ``is_more`` confirms an amount above what is due; TAKE_BACK undoes what somebody else recorded wrongly today.
    """

    act: Annotated[str, OneOf(ACTS, empty=False)]
    version: Version
    reason: Words = ""
    conclusion: Annotated[str, OneOf(CONCLUSIONS)] = ""
    loading_bp: Annotated[int, Field(ge=0, le=50_000, strict=True)] = 0
    exclusion: Words = ""
    sum_insured: Amount | None = None
    items: Annotated[str, Field(max_length=200)] = ""
    clinic: Annotated[str, Field(max_length=80)] = ""
    escort: Annotated[str, Field(max_length=40)] = ""
    on: Day | None = None
    amount: Amount = 0
    is_more: Flag = False
    monitored: Annotated[str, Field(max_length=200)] = ""


def row_out(application: Application) -> dict[str, Any]:
    """Return an application's row; "nothing due" is no day."""
    row = {name: getattr(application, name) for name in COLUMNS}
    return row | {"due_on": application.due_on if application.due_clock else None}


def application_out(request: ApiRequest, application: Application) -> dict[str, Any]:
    """Return an application whole, with its version."""
    request.record_version = application.version
    more = ("version", "items", "quotes", "mismatches", "insist_note", "signed_on")
    return row_out(application) | {name: getattr(application, name) for name in more} | {
        "is_declared": application.declared_at is not None,
        "beneficiaries": beneficiaries_of(application).count(),
    }  # fmt: skip


@router.get("/applications", permissions.VIEW, Page[ApplicationRow], parameters=parameters_of(LIST))
def list_applications(request: ApiRequest) -> Any:
    """List applications in reach, what is due first."""
    found = read_list(request, LIST)
    return {"rows": [row_out(row) for row in found.records], **found.more}


@router.get("/applications/{int:application_id}", permissions.VIEW, ApplicationOut, tagged=True)
def get_application(request: ApiRequest, application_id: RowId) -> Any:
    """Get an application."""
    return application_out(request, access_application(request.actor, application_id))


@router.post("/applications", permissions.APPLY, ApplicationOut, tagged=True)
def create_application(request: ApiRequest, body: ApplicationIn) -> Any:
    """Enter an application as a draft: sale, grade, ages and price are checked."""
    values = body.model_dump()
    need = Need(
        tuple(values.pop("purposes")), values.pop("yearly_income"), values.pop("budget"),
        int(level) if (level := values.pop("risk_level")) else None,
    )  # fmt: skip
    answers = {one["code"]: Answer(one["value"], one["detail"]) for one in values.pop("answers")}
    people = tuple(PartyDraft(**one) for one in values.pop("beneficiaries"))
    draft = ApplicationDraft(**values, need=need, answers=answers, beneficiaries=people)
    return application_out(request, save_application(actor=request.actor, draft=draft, now=clock.now()))


def _exam(body: ActIn, **who: Any) -> object:
    return underwriting.order_exam(
        draft=ExamDraft(body.items, body.clinic, body.on or clock.today(), body.escort), **who
    )  # fmt: skip


def _verdict(body: ActIn, **who: Any) -> object:
    if not body.conclusion:
        raise Refused("application.reason_missing", field="conclusion")
    verdict = Verdict(body.conclusion, body.reason, body.loading_bp, body.exclusion, body.sum_insured)
    return underwriting.conclude(verdict=verdict, **who)


RUNS: dict[str, Callable[..., object]] = {
    "SUBMIT": lambda _body, **who: submitting.submit_application(**who),
    "TAKE": lambda _body, **who: underwriting.take_case(**who),
    "RETURN": lambda body, **who: underwriting.return_case(reason=body.reason, **who),
    "ORDER_EXAM": _exam,
    "EXAM_REPORT": lambda body, **who: underwriting.receive_report(
        report_on=body.on or clock.today(), result=body.reason, **who
    ),
    "CONCLUDE": _verdict,
    "AGREE": lambda _body, **who: underwriting.answer_offer(agrees=True, reason="", **who),
    "REFUSE_OFFER": lambda body, **who: underwriting.answer_offer(agrees=False, reason=body.reason, **who),
    "REOPEN": lambda body, **who: underwriting.reopen_case(reason=body.reason, **who),
    "WITHDRAW": lambda body, **who: underwriting.withdraw_application(reason=body.reason, **who),
    "PAY": lambda body, **who: receiving.record_first_premium(
        amount=body.amount, paid_on=body.on or clock.today(), is_more=body.is_more, **who
    ),
    "TAKE_BACK": lambda body, **who: receiving.take_back_premium(reason=body.reason, **who),
    "REFUND": lambda _body, **who: receiving.refund_premium(**who),
    "ISSUE": lambda body, **who: issuing.issue_policy(monitored=body.monitored, **who),
}


@router.post("/applications/{int:application_id}/acts", permissions.VIEW, ApplicationOut, status=200, tagged=True)
def act_on_application(request: ApiRequest, application_id: RowId, body: ActIn) -> Any:
    """Take a step: hand in, underwrite, take money, issue; each asks for its own permission."""
    access_application(request.actor, application_id)
    who = {"actor": request.actor, "application_id": application_id, "version": body.version, "now": clock.now()}
    RUNS[body.act](body, **who)
    return application_out(request, access_application(request.actor, application_id))
