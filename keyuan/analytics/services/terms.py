"""Changing the assumptions of value: a new version with its reason, in force from the next night on (ANA-2)."""

from datetime import datetime

from django.db import transaction

from keyuan.analytics import permissions
from keyuan.analytics.models import ValueTerms
from keyuan.analytics.rules.value.assumptions import Assumptions, faults, from_json, to_json
from keyuan.customers.selectors.classification.places import covers_all
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Forbidden, Invalid, Refused
from keyuan.platform.audit import Action, record
from keyuan.platform.subjects import Subject


def require_governing(actor: Actor) -> None:
    """Raise Forbidden unless the actor keeps models and reaches the whole book, for which assumptions count."""
    actor.require(permissions.RUN)
    if not covers_all(actor):
        raise Forbidden("value_terms.whole_book")


def save_terms(*, actor: Actor, number: int, terms: Assumptions, reason: str, now: datetime) -> ValueTerms:
    """Put ``terms`` in force as the version after ``number``; the next night reckons by them.

    Raises Invalid, Refused ``value_terms.reason`` and ``value_terms.unchanged``, Conflict when somebody saved first.
    """
    require_governing(actor)
    wrong = [Refused(code, field=field) for field, code in faults(terms)]
    if wrong:
        raise Invalid(wrong)
    if not reason.strip():
        raise Refused("value_terms.reason", field="reason")
    with transaction.atomic():
        newest = ValueTerms.objects.select_for_update().order_by("-number").first()
        if (newest.number if newest else 0) != number:
            raise Conflict("conflict", version=newest.number if newest else 0)
        before = from_json(newest.content) if newest else Assumptions()
        if before == terms:
            raise Refused("value_terms.unchanged")
        made = ValueTerms.objects.create(
            number=number + 1,
            content=to_json(terms),
            reason=reason.strip(),
            changed_by_id=actor.id,
            changed_by_name=actor.name[:40],
            changed_at=now,
        )
        subject, detail = Subject("value_terms", made.pk), {"reason": made.reason}
        record(actor, Action.UPDATE, subject, before=to_json(before), after=to_json(terms), detail=detail, now=now)
    return made
