"""Changing the terms of retention work: a new version with its reason, in force from the next night on (ANA-6)."""

from datetime import datetime

from django.db import transaction

from keyuan.analytics.models import ChurnTerms
from keyuan.analytics.rules.churn.terms import Terms, faults, from_json, to_json
from keyuan.analytics.services.terms import require_governing
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Invalid, Refused
from keyuan.platform.audit import Action, record
from keyuan.platform.locks import hold
from keyuan.platform.subjects import Subject


def save_churn_terms(*, actor: Actor, number: int, terms: Terms, reason: str, now: datetime) -> ChurnTerms:
    """Put ``terms`` in force as the version after ``number``; cases that are open keep their group.

    Raises Invalid, Refused ``churn_terms.reason`` and ``churn_terms.unchanged``, Conflict when somebody saved first.
    """
    require_governing(actor)
    wrong = [Refused(code, field=field) for field, code in faults(terms)]
    if wrong:
        raise Invalid(wrong)
    if not reason.strip():
        raise Refused("churn_terms.reason", field="reason")
    with transaction.atomic():
        hold("churn terms")
        newest = ChurnTerms.objects.order_by("-number").first()
        standing = newest.number if newest else 0
        if standing != number:
            raise Conflict("conflict", version=standing)
        before = from_json(newest.content) if newest else Terms()
        if before == terms:
            raise Refused("churn_terms.unchanged")
        made = ChurnTerms.objects.create(
            number=number + 1, content=to_json(terms), reason=reason.strip()[:200], changed_by_id=actor.id,
            changed_by_name=actor.name[:40], changed_at=now,
        )  # fmt: skip
        subject, detail = Subject("churn_terms", made.pk), {"reason": made.reason}
        record(actor, Action.UPDATE, subject, before=to_json(before), after=to_json(terms), detail=detail, now=now)
    return made
