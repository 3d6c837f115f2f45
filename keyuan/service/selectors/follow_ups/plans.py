"""Reads of plans and questionnaires (SRV-8)."""

from keyuan.kernel.errors import NotFound
from keyuan.service.models import FollowUpPlan, Questionnaire, QuestionnaireVersion
from keyuan.service.rules.follow_ups.plans import Plan, read

Published = QuestionnaireVersion.Status.PUBLISHED


def plans() -> list[FollowUpPlan]:
    """Return every plan, those in force first."""
    return list(FollowUpPlan.objects.order_by("-is_active", "code"))


def plan_by_id(plan_id: int) -> FollowUpPlan:
    """Return one plan. Raises NotFound."""
    found = FollowUpPlan.objects.filter(pk=plan_id).first()
    if found is None:
        raise NotFound("plan.not_found")
    return found


def plans_for(*triggers: str) -> list[tuple[FollowUpPlan, Plan]]:
    """Return the plans in force that one of these triggers sets going."""
    rows = FollowUpPlan.objects.filter(is_active=True, trigger__in=triggers).order_by("pk")
    return [(row, read(row.content)) for row in rows]


def has_plan(*triggers: str) -> bool:
    """Tell whether any plan in force waits for one of these triggers."""
    return FollowUpPlan.objects.filter(is_active=True, trigger__in=triggers).exists()


def published(code: str) -> QuestionnaireVersion | None:
    """Return the version of a questionnaire that is in use."""
    return QuestionnaireVersion.objects.filter(questionnaire__code=code, status=Published).first()


def questionnaires() -> list[Questionnaire]:
    """Return every questionnaire with its versions."""
    return list(Questionnaire.objects.prefetch_related("versions").order_by("code"))


def questionnaire_version(version_id: int) -> QuestionnaireVersion:
    """Return one version. Raises NotFound."""
    found = QuestionnaireVersion.objects.select_related("questionnaire").filter(pk=version_id).first()
    if found is None:
        raise NotFound("questionnaire.not_found")
    return found
