"""Handing an application in: everything answered, consented and signed; doubts noted for the underwriter (POL-10)."""

from datetime import date, datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Invalid, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.policies import permissions
from keyuan.policies.extensions import claim_facts
from keyuan.policies.models import Application, ApplicationDoubt, Policy
from keyuan.policies.rules.applications import declaration as declaring
from keyuan.policies.rules.applications.suitability import submission_refusals
from keyuan.policies.selectors.applications import asked_about, former_declaration
from keyuan.policies.selectors.applications.suiting import papers_of
from keyuan.policies.services.applications.entry import answers_of
from keyuan.policies.services.applications.recording import locked, take_step
from keyuan.products.selectors.sale import refusals_for, seller_of

CLAIMS_LOOKED_AT = 50


def missing_for(application: Application, today: date) -> list[Refused]:
    """Return everything that is missing before the application can be handed in, each with its field."""
    questions = declaring.asked_of(asked_about(application.product), application.insured.sex)
    answers = answers_of(application)
    papers = papers_of(
        application,
        unanswered=len(declaring.unanswered(questions, answers)),
        unexplained=len(declaring.unexplained(questions, answers)),
    )
    seller = seller_of(application.agent_id, "", today)
    return refusals_for(application.product, seller, today) + submission_refusals(papers)


def submit_application(*, actor: Actor, application_id: int, version: int | None, now: datetime) -> Application:
    """Hand an application in for checking and underwriting.

    Raises `Invalid` with all that is missing, `Refused` application.no_such_step, and `Conflict`.
    """
    actor.require(permissions.APPLY)
    with transaction.atomic():
        application = locked(actor, application_id, version)
        missing = missing_for(application, now.date())
        if missing:
            raise Invalid(missing)
        application.submitted_at = now
        take_step(actor, application, "SUBMIT", now, columns=("submitted_at",))
        _note_doubts(application)
    return application


def _note_doubts(application: Application) -> None:
    questions = declaring.asked_of(asked_about(application.product), application.insured.sex)
    former = former_declaration(application)
    found = declaring.doubts(
        questions,
        answers_of(application),
        answers_of(former) if former else {},
        had_claims=_had_claims(application.insured_id),
    )
    known = set(ApplicationDoubt.objects.filter(application=application).values_list("code", flat=True))
    ApplicationDoubt.objects.bulk_create(
        ApplicationDoubt(application=application, code=doubt.code, questions=list(doubt.questions))
        for doubt in found
        if doubt.code not in known
    )


def _had_claims(customer_id: int) -> bool:
    """Tell whether a claim was paid under a contract of the insured."""
    held = Policy.objects.filter(holder_id=customer_id).values_list("pk", flat=True)[:CLAIMS_LOOKED_AT]
    return any(facts.was_paid(policy_id) for facts in claim_facts for policy_id in held)


def verify_doubt(*, actor: Actor, application_id: int, doubt_id: int, outcome: str, now: datetime) -> ApplicationDoubt:
    """Keep what was found out about a doubt; it is sealed. Raises `Refused` application.reason_missing."""
    actor.require(permissions.UNDERWRITE)
    if not outcome.strip():
        raise Refused("application.reason_missing", field="outcome")
    with transaction.atomic():
        application = locked(actor, application_id, None)
        doubt = ApplicationDoubt.objects.select_for_update().filter(application=application, pk=doubt_id).first()
        if doubt is None:
            raise Refused("application.no_such_doubt")
        doubt.outcome, doubt.checked_at, doubt.checked_by_name = outcome.strip()[:500], now, actor.name[:40]
        doubt.save(update_fields=["outcome", "checked_at", "checked_by_name"])
        subject = Subject("application", application.pk)
        record(actor, Action.UPDATE, subject, detail={"doubt": doubt.pk}, customer_id=application.insured_id, now=now)
    return doubt
