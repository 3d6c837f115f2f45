"""Plans of follow-ups and their questionnaires for programs: one writes, another one publishes (SRV-8)."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import OneOf
from keyuan.api.kit.resource import Id, In, Out, Resource, RowId
from keyuan.platform import clock
from keyuan.service import permissions
from keyuan.service.models import FollowUpPlan, Questionnaire, QuestionnaireVersion
from keyuan.service.rules.follow_ups import plans, questions, ways
from keyuan.service.selectors.follow_ups import plans as reads
from keyuan.service.services.follow_ups import planning

router = Resource("Plans of follow-ups")
Code = Annotated[str, Field(max_length=20)]
Codes = Annotated[list[Code], Field(max_length=50)]
DayText = Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$", description="YYYY-MM-DD, or empty")]
PlanRevision = Annotated[int, Field(ge=0, strict=True, description="The version of the plan that was read")]


class FollowUpPlanRulesOut(Out):
    """What a plan says; see the page of plans for each field. Amounts in minor units of CNY."""

    name: str
    trigger: str
    questionnaire: str
    ways: list[str]
    wait_days: int
    link_days: int
    delay_days: int
    term_days: int
    attempts: int
    retry_hours: int
    resample_percent: int
    desk_id: int | None
    active_from: str
    active_until: str
    kinds: list[str]
    designs: list[str]
    sales_channels: list[str]
    tiers: list[str]
    least_premium: int
    may_simplify: bool
    items: list[str]
    categories: list[str]


class FollowUpPlanOut(Out):
    """A plan: what is in force, and what waits for a second person."""

    id: int
    code: str
    is_active: bool
    in_force: FollowUpPlanRulesOut | None
    draft: FollowUpPlanRulesOut | None
    draft_by_name: str
    published_by_name: str
    published_at: datetime | None
    swept_until: date | None
    version: int


class FollowUpPlansOut(Out):
    """Every plan, those in force first."""

    rows: list[FollowUpPlanOut]


class FollowUpPlanIn(In):
    """The draft of a plan. `ways` are tried in their order, the phone last; `items` and `categories` say what counts
    as an attempt to surrender."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    trigger: Annotated[str, OneOf(plans.TRIGGERS, empty=False)]
    questionnaire: Annotated[str, Field(min_length=1, max_length=30)]
    ways: Annotated[list[Annotated[str, OneOf(ways.WAYS, empty=False)]], Field(min_length=1, max_length=4)]
    wait_days: Annotated[int, Field(strict=True)] = 3
    link_days: Annotated[int, Field(strict=True)] = 7
    delay_days: Annotated[int, Field(strict=True)] = 0
    term_days: Annotated[int, Field(strict=True)] = 15
    attempts: Annotated[int, Field(strict=True)] = 3
    retry_hours: Annotated[int, Field(strict=True)] = 4
    resample_percent: Annotated[int, Field(strict=True)] = 0
    desk_id: Id | None = None
    active_from: DayText = ""
    active_until: DayText = ""
    kinds: Codes = []
    designs: Codes = []
    sales_channels: Codes = []
    tiers: Codes = []
    least_premium: Annotated[int, Field(ge=0, le=10**15, strict=True)] = 0
    may_simplify: bool = False
    items: Codes = list(plans.SURRENDER_ITEMS)
    categories: Codes = list(plans.SURRENDER_CATEGORIES)
    version: PlanRevision = 0


class FollowUpPlanStepIn(In):
    """Which version of the plan the step is taken on."""

    version: PlanRevision


class QuestionnaireVersionOut(Out):
    """One version of a questionnaire."""

    id: int
    number: int
    status: str
    published_by_name: str
    published_at: datetime | None


class QuestionnaireOut(Out):
    """A questionnaire with its versions, the newest first."""

    id: int
    code: str
    name: str
    versions: list[QuestionnaireVersionOut]


class QuestionnairesOut(Out):
    """Every questionnaire."""

    rows: list[QuestionnaireOut]


class PlanQuestionOut(Out):
    """One question: `wanted` are the answers as required; `after` and `after_in` say when it is skipped."""

    key: str
    kind: str
    text: str
    english: str
    options: list[tuple[str, str]]
    wanted: list[str]
    required: bool
    after: str
    after_in: list[str]


class QuestionsOut(QuestionnaireVersionOut):
    """A version with its questions."""

    questions: list[PlanQuestionOut]


def plan_out(row: FollowUpPlan) -> dict[str, Any]:
    """Return a plan's answer."""
    names = ("code", "is_active", "draft_by_name", "published_by_name", "published_at", "swept_until", "version")
    return {
        "id": row.pk,
        **{name: getattr(row, name) for name in names},
        "in_force": plans.write(plans.read(row.content)) if row.content else None,
        "draft": plans.write(plans.read(row.draft)) if row.draft else None,
    }


def _version_out(row: QuestionnaireVersion) -> dict[str, Any]:
    names = ("number", "status", "published_by_name", "published_at")
    return {"id": row.pk, **{name: getattr(row, name) for name in names}}


def _questionnaire_out(row: Questionnaire) -> dict[str, Any]:
    versions = sorted(row.versions.all(), key=lambda one: -one.number)
    return {"id": row.pk, "code": row.code, "name": row.name, "versions": [_version_out(one) for one in versions]}


@router.get("/follow-up-plans", permissions.PLANS, FollowUpPlansOut)
def list_follow_up_plans(request: ApiRequest) -> Any:
    """List every plan of follow-ups."""
    del request
    return {"rows": [plan_out(row) for row in reads.plans()]}


@router.get("/follow-up-plans/{int:plan_id}", permissions.PLANS, FollowUpPlanOut)
def get_follow_up_plan(request: ApiRequest, plan_id: RowId) -> Any:
    """Get a plan."""
    del request
    return plan_out(reads.plan_by_id(plan_id))


@router.post("/follow-up-plans", permissions.PLANS, FollowUpPlanOut, status=201)
def add_follow_up_plan(request: ApiRequest, body: FollowUpPlanIn) -> Any:
    """Write a new plan; it works once somebody else has published it."""
    return _saved(request, None, body)


@router.put("/follow-up-plans/{int:plan_id}", permissions.PLANS, FollowUpPlanOut)
def write_follow_up_plan(request: ApiRequest, plan_id: RowId, body: FollowUpPlanIn) -> Any:
    """Write the draft of a plan; what is in force stays until somebody else publishes it."""
    return _saved(request, reads.plan_by_id(plan_id).pk, body)


def _saved(request: ApiRequest, plan_id: int | None, body: FollowUpPlanIn) -> dict[str, Any]:
    plan = plans.read(body.model_dump(exclude={"version"}))
    row = planning.save_plan(
        actor=request.actor, plan_id=plan_id, plan=plan, version=body.version, now=clock.now()
    )  # fmt: skip
    return plan_out(row)


@router.post("/follow-up-plans/{int:plan_id}/publish", permissions.PLANS, FollowUpPlanOut)
def publish_follow_up_plan(request: ApiRequest, plan_id: RowId, body: FollowUpPlanStepIn) -> Any:
    """Put a draft in force that somebody else wrote."""
    return plan_out(planning.publish_plan(actor=request.actor, plan_id=plan_id, version=body.version, now=clock.now()))


@router.post("/follow-up-plans/{int:plan_id}/stop", permissions.PLANS, FollowUpPlanOut)
def stop_follow_up_plan(request: ApiRequest, plan_id: RowId, body: FollowUpPlanStepIn) -> Any:
    """Let a plan open nothing more, or begin again; that of new contracts is owed by law and goes on."""
    return plan_out(planning.stop_plan(actor=request.actor, plan_id=plan_id, version=body.version, now=clock.now()))


@router.delete("/follow-up-plans/{int:plan_id}", permissions.PLANS)
def drop_follow_up_plan(request: ApiRequest, plan_id: RowId) -> None:
    """Throw a plan away that opened nothing yet."""
    planning.drop_plan(actor=request.actor, plan_id=plan_id, now=clock.now())


@router.get("/questionnaires", permissions.PLANS, QuestionnairesOut)
def list_questionnaires(request: ApiRequest) -> Any:
    """List every questionnaire with its versions."""
    del request
    return {"rows": [_questionnaire_out(row) for row in reads.questionnaires()]}


@router.get("/questionnaires/versions/{int:questionnaire_version_id}", permissions.PLANS, QuestionsOut)
def get_questionnaire_version(request: ApiRequest, questionnaire_version_id: RowId) -> Any:
    """Get the questions of one version; a follow-up keeps to the version that it was opened with."""
    del request
    row = reads.questionnaire_version(questionnaire_version_id)
    names = ("key", "kind", "text", "english", "options", "wanted", "required", "after", "after_in")
    made = questions.read(row.content)
    return _version_out(row) | {"questions": [{name: getattr(one, name) for name in names} for one in made]}
