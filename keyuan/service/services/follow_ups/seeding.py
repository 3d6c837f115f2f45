"""What follow-ups begin with: the questionnaires and plans of a fresh installation (SRV-8)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from keyuan.kernel.actor import system_actor
from keyuan.platform.locks import hold
from keyuan.service.models import FollowUpPlan, Questionnaire, QuestionnaireVersion
from keyuan.service.rules.follow_ups import plans, script
from keyuan.service.rules.follow_ups.questions import Question, write
from keyuan.service.rules.follow_ups.ways import PHONE, SMS, WECHAT

SHIPPED = system_actor("Keyuan")
QUESTIONNAIRES = (
    (script.CODE, "新契约回访问卷", script.NEW_CONTRACT),
    (script.SATISFACTION_CODE, "服务满意度问卷", script.SATISFACTION),
    (script.SERVICE_CODE, "售后回访问卷", script.SERVICE_VISIT),
    (script.RETENTION_CODE, "退保意向沟通问卷", script.RETENTION),
)
Plan = plans.Plan
CALL, WRITE_FIRST = (PHONE,), (WECHAT, SMS, PHONE)
#: (code, plan, in force from the beginning): the law's plan works at once, the others wait to be published.
PLANS = (
    (
        "NEW_CONTRACT",
        Plan("新契约回访", plans.RECEIPT, script.CODE, resample_percent=5, may_simplify=True),
        True,
    ),
    ("COMPLAINT", Plan("投诉办结回访", plans.COMPLAINT_CLOSED, script.SATISFACTION_CODE, CALL, 1, 7), True),
    ("SURRENDER_TRY", Plan("退保意向沟通", plans.SURRENDER_ATTEMPT, script.RETENTION_CODE, CALL, 0, 3), True),
    ("CLAIM", Plan("理赔结案回访", plans.CLAIM_CLOSED, script.SATISFACTION_CODE, WRITE_FIRST, 2, 10), False),
    ("SURRENDER", Plan("退保回访", plans.SURRENDERED, script.SATISFACTION_CODE, WRITE_FIRST, 1, 10), False),
    ("DAY_30", Plan("承保满30天回访", plans.AFTER_PURCHASE, script.SERVICE_CODE, WRITE_FIRST, 30, 15), False),
    ("DAY_90", Plan("承保满90天回访", plans.AFTER_PURCHASE, script.SERVICE_CODE, WRITE_FIRST, 90, 15), False),
    ("DAY_365", Plan("承保满一年回访", plans.AFTER_PURCHASE, script.SERVICE_CODE, WRITE_FIRST, 365, 30), False),
    ("DORMANT", Plan("久未联系客户回访", plans.DORMANT, script.SERVICE_CODE, WRITE_FIRST, 365, 30), False),
)


def seed(now: datetime) -> None:
    """Make the shipped questionnaires and plans that were never made here; again it changes nothing.

    Questionnaires stay for ever, so that one that is missing came with a newer version, and its plans with it: a plan
    that somebody dropped does not come back. The plan of call-backs takes receipts signed from ten days before on, so
    that the first night opens what can still be kept and not the whole past.
    """
    if not _missing():
        return
    with transaction.atomic():
        hold("service:follow-ups")
        missing, is_new = _missing(), not FollowUpPlan.objects.exists()
        for code, name, questions in QUESTIONNAIRES:
            if code in missing:
                _make_questionnaire(code, name, questions, now)
        for code, plan, is_active in PLANS:
            if is_new or plan.questionnaire in missing:
                _make_plan(code, plan, is_active, now)


def _missing() -> set[str]:
    codes = {code for code, _name, _questions in QUESTIONNAIRES}
    return codes - set(Questionnaire.objects.filter(code__in=codes).values_list("code", flat=True))


def _make_questionnaire(code: str, name: str, questions: Sequence[Question], now: datetime) -> None:
    made = Questionnaire.objects.create(code=code, name=name, created_at=now)
    QuestionnaireVersion.objects.create(
        questionnaire=made, number=1, status=QuestionnaireVersion.Status.PUBLISHED, content=write(questions),
        published_by_name=SHIPPED.name, published_at=now,
    )  # fmt: skip


def _make_plan(code: str, plan: Plan, is_active: bool, now: datetime) -> None:
    content = plans.write(plan) | {"active_from": first_day(now.date()).isoformat()}
    values = {
        "trigger": plan.trigger if is_active else "", "is_active": is_active,
        "content": content if is_active else {}, "draft": None if is_active else content,
        "draft_by_name": "" if is_active else SHIPPED.name, "published_by_name": SHIPPED.name if is_active else "",
        "published_at": now if is_active else None,
    }  # fmt: skip
    FollowUpPlan.objects.get_or_create(code=code, defaults=values)


def first_day(today: date) -> date:
    """Return the first receipt day that the shipped plan takes."""
    return date.fromordinal(today.toordinal() - 10)
