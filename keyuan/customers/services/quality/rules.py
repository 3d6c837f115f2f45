"""Changing the weights: a new version with its reason, then a run over the whole book (CUS-11)."""

from datetime import datetime

from django.db import transaction

from keyuan.customers import permissions
from keyuan.customers.models import QualityRules
from keyuan.customers.rules.quality import Weights, faults, from_json, to_json
from keyuan.customers.selectors.classification.places import covers_all
from keyuan.customers.services.quality.bulk import start_run
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Forbidden, Invalid, Refused
from keyuan.platform.audit import Action, record
from keyuan.platform.subjects import Subject


def require_governing(actor: Actor) -> None:
    """Raise Forbidden unless the actor may set weights, which count for the whole book, and reaches all of it."""
    actor.require(permissions.QUALITY_RULES)
    if not covers_all(actor):
        raise Forbidden("quality_rules.whole_book")


def check(weights: Weights) -> None:
    """Raise `Invalid` with a `Refused` for each field that is wrong."""
    wrong = [Refused(code, field=field, **params) for field, code, params in faults(weights)]
    if wrong:
        raise Invalid(wrong)


def save_weights(*, actor: Actor, number: int, weights: Weights, reason: str, now: datetime) -> QualityRules:
    """Put ``weights`` in force as the version after ``number`` and start a run over the whole book.

    Raises Invalid, Refused ``quality_rules.reason`` and ``quality_rules.unchanged``, Conflict when somebody saved
    first or a run is under way.
    """
    require_governing(actor)
    check(weights)
    if not reason.strip():
        raise Refused("quality_rules.reason", field="reason")
    with transaction.atomic():
        newest = QualityRules.objects.select_for_update().order_by("-number").first()
        if (newest.number if newest else 0) != number:
            raise Conflict("conflict", version=newest.number if newest else 0)
        before = from_json(newest.content) if newest else Weights()
        if to_json(before) == to_json(weights):
            raise Refused("quality_rules.unchanged")
        made = QualityRules.objects.create(
            number=number + 1,
            content=to_json(weights),
            reason=reason.strip()[:200],
            changed_by_id=actor.id,
            changed_by_name=actor.name[:40],
            changed_at=now,
        )
        subject, detail = Subject("quality_rules", made.pk), {"reason": made.reason}
        record(actor, Action.UPDATE, subject, before=to_json(before), after=to_json(weights), detail=detail, now=now)
        start_run(actor=actor)
    return made
