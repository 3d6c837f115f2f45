"""Writing plans and questionnaires: one person writes, another one publishes (SRV-8)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Invalid, NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.locks import hold
from keyuan.service import permissions
from keyuan.service.models import Category, Desk, FollowUp, FollowUpPlan, Questionnaire, QuestionnaireVersion
from keyuan.service.rules.follow_ups import plans, questions, script
from keyuan.service.rules.follow_ups.questions import Question
from keyuan.service.selectors.follow_ups.plans import published

Status = QuestionnaireVersion.Status
PLAN, QUESTIONNAIRE = "follow_up_plan", "questionnaire"
#: What a questionnaire of new contracts always asks: the date of birth and the seven of domain.md §A.4.
REQUIRED = (
    "BIRTH", "IDENTITY", "PURCHASE", "DOCUMENTS", "COVER", "SURRENDER", "COOLING_OFF", "PAYMENT",
)  # fmt: skip


def save_plan(*, actor: Actor, plan_id: int | None, plan: plans.Plan, version: int, now: datetime) -> FollowUpPlan:
    """Write a plan's draft; what is in force stays until somebody else publishes it.

    Raises Invalid naming the fields, Conflict when somebody saved it since.
    """
    actor.require(permissions.PLANS)
    _check_plan(plan)
    with transaction.atomic():
        hold("service:follow-up-plans")
        row = _plan(plan_id) if plan_id else FollowUpPlan(code=_next_code(), version=0)
        if row.version != version:
            raise Conflict("setup.moved_on", version=row.version)
        if row.trigger == plans.RECEIPT and plan.trigger != plans.RECEIPT:
            raise Refused("plan.law", field="trigger")
        before = row.draft
        row.draft, row.draft_by_id, row.draft_by_name = plans.write(plan), actor.id, actor.name[:80]
        row.version += 1
        row.save()
        record(actor, Action.UPDATE, Subject(PLAN, row.pk), before=before or {}, after=row.draft, now=now)
    return row


def _check_plan(plan: plans.Plan) -> None:
    found = [Refused(code, field=field) for code, field in plans.faults(plan)]
    if published(plan.questionnaire) is None:
        found.append(Refused("plan.questionnaire", field="questionnaire"))
    if plan.desk_id is not None and not Desk.objects.filter(pk=plan.desk_id, is_active=True).exists():
        found.append(Refused("plan.desk", field="desk_id"))
    if plan.trigger == plans.SURRENDER_ATTEMPT:
        found += _unknown_categories(plan)
    if plan.trigger == plans.RECEIPT and plan.questionnaire != script.CODE:
        found.append(Refused("plan.questionnaire", field="questionnaire"))
    if plan.trigger == plans.RECEIPT and plan.active_until:
        found.append(Refused("plan.law", field="active_until"))
    if found:
        raise Invalid(found)


def _unknown_categories(plan: plans.Plan) -> list[Refused]:
    known = Category.objects.filter(code__in=plan.categories).values_list("code", flat=True)
    unknown = sorted(set(plan.categories) - set(known))
    return [Refused("plan.categories", field="categories", codes=", ".join(unknown))] if unknown else []


def _next_code() -> str:
    return f"P{(FollowUpPlan.objects.aggregate(top=Max('pk'))['top'] or 0) + 1:04}"


def _plan(plan_id: int) -> FollowUpPlan:
    row = FollowUpPlan.objects.select_for_update().filter(pk=plan_id).first()
    if row is None:
        raise NotFound("plan.not_found")
    return row


def publish_plan(*, actor: Actor, plan_id: int, version: int, now: datetime) -> FollowUpPlan:
    """Put a plan's draft in force. Raises Refused for who wrote it, Conflict when it changed or nothing waits."""
    actor.require(permissions.PLANS)
    with transaction.atomic():
        row = _plan(plan_id)
        if row.draft is None:
            raise Conflict("plan.no_draft")
        if row.version != version:
            raise Conflict("setup.moved_on", version=row.version)
        if row.draft_by_id is not None and row.draft_by_id == actor.id:
            raise Refused("plan.same_person")
        plan = plans.read(row.draft)
        _check_plan(plan)
        before, row.content, row.draft = row.content, row.draft, None
        row.trigger, row.is_active, row.swept_until = plan.trigger, True, None
        row.published_by_name, row.published_at, row.draft_by_id = actor.name[:80], now, None
        row.version += 1
        row.save()
        record(actor, Action.UPDATE, Subject(PLAN, row.pk), before=before, after=row.content, reason="publish", now=now)
    return row


def stop_plan(*, actor: Actor, plan_id: int, version: int, now: datetime) -> FollowUpPlan:
    """Let a plan open nothing more, or begin again; the call-back of new contracts is owed by law and goes on.

    What it opened already is worked off.
    """
    actor.require(permissions.PLANS)
    with transaction.atomic():
        row = _plan(plan_id)
        if row.version != version:
            raise Conflict("setup.moved_on", version=row.version)
        if row.trigger == plans.RECEIPT and row.is_active:
            raise Refused("plan.law")
        if not row.content:
            raise Conflict("plan.no_draft")
        row.is_active, row.swept_until, row.version = not row.is_active, None, row.version + 1
        row.save(update_fields=["is_active", "swept_until", "version"])
        record(actor, Action.UPDATE, Subject(PLAN, row.pk), after={"is_active": row.is_active}, now=now)
    return row


def drop_plan(*, actor: Actor, plan_id: int, now: datetime) -> None:
    """Throw a plan away that opened nothing yet. Raises Refused for one that did."""
    actor.require(permissions.PLANS)
    with transaction.atomic():
        row = _plan(plan_id)
        if row.trigger == plans.RECEIPT or FollowUp.objects.filter(plan=row).exists():
            raise Refused("plan.published")
        record(actor, Action.DELETE, Subject(PLAN, row.pk), before={"code": row.code}, now=now)
        row.delete()


def add_questionnaire(*, actor: Actor, code: str, name: str, now: datetime) -> QuestionnaireVersion:
    """Begin a questionnaire with an empty draft. Raises Refused for a code that another one has."""
    actor.require(permissions.PLANS)
    if not name.strip():
        raise Refused("plan.name", field="name")
    with transaction.atomic():
        hold("service:questionnaires")
        if Questionnaire.objects.filter(code=code.strip().upper()).exists():
            raise Refused("questionnaire.code", field="code")
        made = Questionnaire.objects.create(code=code.strip().upper()[:30], name=name.strip()[:60], created_at=now)
        row = QuestionnaireVersion.objects.create(
            questionnaire=made, number=1, written_by_id=actor.id, written_by_name=actor.name[:80]
        )
        record(actor, Action.CREATE, Subject(QUESTIONNAIRE, made.pk), after={"code": made.code}, now=now)
    return row


def new_version(*, actor: Actor, questionnaire_id: int, now: datetime) -> QuestionnaireVersion:
    """Begin a new version from the newest one; a draft that exists already is returned instead."""
    actor.require(permissions.PLANS)
    with transaction.atomic():
        hold("service:questionnaires")
        rows = QuestionnaireVersion.objects.filter(questionnaire_id=questionnaire_id).order_by("-number")
        last = rows.first()
        if last is None:
            raise NotFound("questionnaire.not_found")
        if last.status == Status.DRAFT:
            return last
        row = QuestionnaireVersion.objects.create(
            questionnaire_id=questionnaire_id, number=last.number + 1, content=last.content,
            written_by_id=actor.id, written_by_name=actor.name[:80],
        )  # fmt: skip
        subject = Subject(QUESTIONNAIRE, questionnaire_id)
        record(actor, Action.CREATE, subject, after={"number": row.number}, now=now)
    return row


def save_questions(
    *, actor: Actor, version_id: int, made: Sequence[Question], version: int, now: datetime
) -> QuestionnaireVersion:
    """Write the questions of a draft. Raises Invalid naming question by question what is wrong with them."""
    actor.require(permissions.PLANS)
    _check_questions(made)
    with transaction.atomic():
        row = _draft(version_id, version)
        before, row.content = {"questions": len(row.content)}, questions.write(made)
        row.written_by_id, row.written_by_name, row.version = actor.id, actor.name[:80], row.version + 1
        row.save(update_fields=["content", "written_by_id", "written_by_name", "version"])
        subject = Subject(QUESTIONNAIRE, row.questionnaire_id)
        after = {"number": row.number, "questions": len(made)}
        record(actor, Action.UPDATE, subject, before=before, after=after, now=now)
    return row


def _check_questions(made: Sequence[Question]) -> None:
    found = questions.faults(made)
    if found:
        raise Invalid(
            [
                Refused(fault.code, field="questions", **({"number": fault.number} | dict(fault.params)))
                for fault in found
            ]
        )


def _draft(version_id: int, version: int) -> QuestionnaireVersion:
    rows = QuestionnaireVersion.objects.select_for_update(of=("self",)).select_related("questionnaire")
    row = rows.filter(pk=version_id).first()
    if row is None:
        raise NotFound("questionnaire.not_found")
    if row.status != Status.DRAFT:
        raise Refused("questionnaire.published")
    if row.version != version:
        raise Conflict("setup.moved_on", version=row.version)
    return row


def publish_questions(*, actor: Actor, version_id: int, version: int, now: datetime) -> QuestionnaireVersion:
    """Put a draft into use: what is opened from now on asks it, what is open already keeps its own version.

    Raises Refused for who wrote it, and for a questionnaire of new contracts that leaves out what the law asks.
    """
    actor.require(permissions.PLANS)
    with transaction.atomic():
        row = _draft(version_id, version)
        if row.written_by_id == actor.id and actor.id is not None:
            raise Refused("plan.same_person")
        made = questions.read(row.content)
        _check_questions(made)
        missing = sorted(set(REQUIRED) - {one.key for one in made if one.required})
        if row.questionnaire.code == script.CODE and missing:
            raise Refused("questionnaire.seven", keys=", ".join(missing))
        others = QuestionnaireVersion.objects.filter(questionnaire_id=row.questionnaire_id, status=Status.PUBLISHED)
        others.update(status=Status.REPLACED)
        row.status, row.published_by_name, row.published_at = Status.PUBLISHED, actor.name[:80], now
        row.version += 1
        row.save(update_fields=["status", "published_by_name", "published_at", "version"])
        subject = Subject(QUESTIONNAIRE, row.questionnaire_id)
        record(actor, Action.UPDATE, subject, after={"published": row.number}, reason="publish", now=now)
    return row
