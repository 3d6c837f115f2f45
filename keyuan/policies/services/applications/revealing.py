"""Opening what is sealed with an application: declaration, exclusion, reason, doubts, medical result (PLT-5)."""

import json
from datetime import datetime
from typing import Any

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.platform.audit import Subject
from keyuan.platform.crypto.reveal import reveal
from keyuan.policies import permissions
from keyuan.policies.models import Application
from keyuan.policies.selectors.applications import access_application, doubts_of, exams_of, question_texts
from keyuan.policies.selectors.applications.labels import ANSWERS

PARTS = ("declaration", "exclusion", "reason", "exam", "doubt")


def reveal_part(*, actor: Actor, application_id: int, part: str, reason: str, now: datetime, row_id: int = 0) -> str:
    """Return one sealed part whole, and note who opened it and why.

    Raises NotFound out of reach or where there is nothing, and what `reveal` refuses: no right, no reason, no quota.
    """
    actor.require(permissions.VIEW)
    application = access_application(actor, application_id)
    sealed = _sealed(application, part, row_id)
    if sealed is None:
        raise NotFound("application.nothing_sealed")
    subject = Subject("application", application.pk)
    text = reveal(
        actor=actor, sealed=sealed, subject=subject, customer_id=application.insured_id, reason=reason, now=now
    )
    return _words(application, text) if part == "declaration" else text


def _sealed(application: Application, part: str, row_id: int) -> Any:
    if part in ("declaration", "exclusion", "reason"):
        return getattr(application, part)
    if part == "doubt":
        doubt = doubts_of(application).filter(pk=row_id).first()
        return doubt.outcome if doubt else None
    exam = exams_of(application).filter(pk=row_id).first() if part == "exam" else None
    return exam.result if exam else None


def _words(application: Application, text: str) -> str:
    """Return the declaration as question and answer, a line each."""
    asked = question_texts(application)
    lines = [
        f"{asked.get(code, code)} {ANSWERS.get(value, value)}{' - ' + detail if detail else ''}"
        for code, (value, detail) in json.loads(text).items()
    ]
    return "\n".join(lines)
