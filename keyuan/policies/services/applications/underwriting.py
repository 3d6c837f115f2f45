"""Underwriting: taking a case, returning it, examinations, the conclusion with its notices (POL-10, domain.md §A.2)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Invalid, Refused
from keyuan.policies import permissions
from keyuan.policies.models import Application, ApplicationDoubt, MedicalExam
from keyuan.policies.rules.applications.states import ACT_OF, Conclusion, State, step_of
from keyuan.policies.services.applications.notices import give_notice
from keyuan.policies.services.applications.pricing_again import load, reprice
from keyuan.policies.services.applications.recording import locked, take_step


def take_case(*, actor: Actor, application_id: int, version: int | None, now: datetime) -> Application:
    """Take a case that was handed in; two people at once: one gets it.

    Raises `Refused` application.own (whoever entered it does not underwrite it), application.no_such_step, `Conflict`.
    """
    actor.require(permissions.UNDERWRITE)
    with transaction.atomic():
        application = locked(actor, application_id, version)
        _not_own(actor, application)
        application.underwriter_id, application.underwriter_name = actor.id, actor.name[:40]
        take_step(actor, application, "TAKE", now, columns=("underwriter_id", "underwriter_name"))
    return application


def return_case(*, actor: Actor, application_id: int, version: int | None, reason: str, now: datetime) -> Application:
    """Send an application back, once, with everything that is missing or wrong (DL-UW-FIX)."""
    actor.require(permissions.UNDERWRITE)
    with transaction.atomic():
        application = locked(actor, application_id, version)
        take_step(actor, application, "RETURN", now, reason=reason)
        give_notice(application, "SUPPLEMENT", now)
    return application


@dataclass(frozen=True, slots=True)
class ExamDraft:
    """A medical examination to be booked."""

    items: str
    clinic: str
    booked_on: date
    escort: str = ""


def order_exam(
    *, actor: Actor, application_id: int, version: int | None, draft: ExamDraft, now: datetime
) -> MedicalExam:
    """Book a medical examination; the case waits for its report.

    Raises `Refused` application.exam_in_past (field booked_on) and those of the step.
    """
    actor.require(permissions.UNDERWRITE)
    if draft.booked_on < now.date():
        raise Refused("application.exam_in_past", field="booked_on")
    with transaction.atomic():
        application = locked(actor, application_id, version)
        take_step(actor, application, "ORDER_EXAM", now)
        exam = MedicalExam.objects.create(
            application=application, items=draft.items.strip()[:200], clinic=draft.clinic.strip()[:80],
            booked_on=draft.booked_on, escort=draft.escort.strip()[:40],
        )  # fmt: skip
        give_notice(application, "EXAM", now, values={"booked_on": draft.booked_on.isoformat()})
    return exam


def receive_report(
    *, actor: Actor, application_id: int, version: int | None, report_on: date, result: str, now: datetime
) -> Application:
    """Keep the report of the examination, sealed; the result is due within DL-UW-RES of its day."""
    actor.require(permissions.UNDERWRITE)
    if report_on > now.date():
        raise Refused("policy.date_in_future", field="report_on")
    with transaction.atomic():
        application = locked(actor, application_id, version)
        application.is_examined = True
        take_step(actor, application, "EXAM_REPORT", now, columns=("is_examined",))
        exam = MedicalExam.objects.filter(application=application, state="BOOKED").order_by("-pk").first()
        if exam is not None:
            exam.state, exam.report_on, exam.result = MedicalExam.State.DONE, report_on, result.strip()[:1000]
            exam.save(update_fields=["state", "report_on", "result"])
    return application


@dataclass(frozen=True, slots=True)
class Verdict:
    """An underwriting conclusion; ``loading_bp`` on the premium, ``sum_insured`` reduced, in minor units."""

    conclusion: str
    reason: str = ""
    loading_bp: int = 0
    exclusion: str = ""
    sum_insured: int | None = None


def conclude(*, actor: Actor, application_id: int, version: int | None, verdict: Verdict, now: datetime) -> Application:
    """Conclude: accept as standard, offer other terms, postpone or decline; the customer gets notice.

    Other terms need the customer's agreement. Raises `Invalid` for a verdict without what it needs, `Refused`
    application.own, application.doubts_open (a doubt was not verified), and those of the step.
    """
    actor.require(permissions.UNDERWRITE)
    with transaction.atomic():
        application = locked(actor, application_id, version)
        _not_own(actor, application)
        step_of(ACT_OF[Conclusion(verdict.conclusion)], application.status)
        _check(application, verdict)
        if ApplicationDoubt.objects.filter(application=application, checked_at__isnull=True).exists():
            raise Refused("application.doubts_open")
        _apply(application, verdict, now)
        # The words are health data: they stand sealed with the case, the history says only which step it was.
        application.reason = verdict.reason.strip()[:1000] or None
        application.exclusion = verdict.exclusion.strip()[:1000] or None
        take_step(actor, application, ACT_OF[Conclusion(verdict.conclusion)], now, reason=verdict.conclusion, columns=(
            "conclusion", "decided_at", "loading", "premium", "sum_insured", "items", "quotes", "reason", "exclusion",
        ))  # fmt: skip
        notice = "FIRST_PREMIUM" if verdict.conclusion == Conclusion.STANDARD else verdict.conclusion
        if notice != "FIRST_PREMIUM" or application.paid_amount < application.premium:
            give_notice(application, notice, now)
    return application


def _apply(application: Application, verdict: Verdict, now: datetime) -> None:
    application.conclusion = verdict.conclusion
    application.decided_at = now
    if verdict.conclusion == Conclusion.REDUCED and verdict.sum_insured is not None:
        reprice(application, verdict.sum_insured)
    if verdict.conclusion == Conclusion.LOADED:
        load(application, verdict.loading_bp)


def _check(application: Application, verdict: Verdict) -> None:
    wrong = []
    if verdict.conclusion != Conclusion.STANDARD and not verdict.reason.strip():
        wrong.append(Refused("application.reason_missing", field="reason"))
    if verdict.conclusion == Conclusion.LOADED and not 0 < verdict.loading_bp <= 50_000:
        wrong.append(Refused("application.loading", field="loading"))
    if verdict.conclusion == Conclusion.EXCLUSION and not verdict.exclusion.strip():
        wrong.append(Refused("application.exclusion", field="exclusion"))
    if verdict.conclusion == Conclusion.REDUCED and not 0 < (verdict.sum_insured or 0) < application.sum_insured:
        wrong.append(Refused("application.reduction", field="sum_insured"))
    if wrong:
        raise Invalid(wrong)


def _not_own(actor: Actor, application: Application) -> None:
    if application.entered_by_id is not None and application.entered_by_id == actor.id:
        raise Refused("application.own")


def answer_offer(
    *, actor: Actor, application_id: int, version: int | None, agrees: bool, reason: str, now: datetime
) -> Application:
    """Keep the customer's answer to other terms; whoever refuses them withdraws."""
    actor.require(permissions.APPLY)
    with transaction.atomic():
        application = locked(actor, application_id, version)
        take_step(actor, application, "AGREE" if agrees else "REFUSE_OFFER", now, reason=reason)
        if agrees and application.paid_amount < application.premium:
            give_notice(application, "FIRST_PREMIUM", now)
    return application


def reopen_case(*, actor: Actor, application_id: int, version: int | None, reason: str, now: datetime) -> Application:
    """Take a postponed case up again."""
    actor.require(permissions.UNDERWRITE)
    with transaction.atomic():
        application = locked(actor, application_id, version)
        application.conclusion, application.decided_at = "", None
        take_step(actor, application, "REOPEN", now, reason=reason, columns=("conclusion", "decided_at"))
    return application


def withdraw_application(
    *, actor: Actor, application_id: int, version: int | None, reason: str, now: datetime
) -> Application:
    """Withdraw at the customer's wish; premium that was taken is owed back."""
    actor.require(permissions.APPLY)
    with transaction.atomic():
        application = locked(actor, application_id, version)
        if take_step(actor, application, "WITHDRAW", now, reason=reason):
            give_notice(application, "REFUND", now)
    return application


def is_undecided(application: Application) -> bool:
    """Tell whether premium that was taken is a liability before acceptance (解释二 art.4)."""
    return application.paid_amount > 0 and State(application.status) in (
        State.SUBMITTED, State.RETURNED, State.UNDERWRITING, State.EXAM, State.OFFERED,
    )  # fmt: skip
