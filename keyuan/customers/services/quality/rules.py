"""Changing the weights: a new version with its reason, then a run over the whole book (CUS-11)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from keyuan.customers import permissions
from keyuan.customers.models import QualityRules
from keyuan.customers.rules.quality import Weights, faults, from_json, to_json
from keyuan.customers.selectors.classification.places import covers_all
from keyuan.customers.services.quality.bulk import start_run
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Forbidden, Invalid, Refused
from keyuan.platform.versions import append_version


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
    with transaction.atomic():
        made = append_version(
            QualityRules.objects, actor=actor, kind="quality_rules", number=number, content=to_json(weights),
            present=_present, reason=reason, now=now,
        )  # fmt: skip
        start_run(actor=actor)
    return made


def _present(newest: QualityRules | None) -> dict[str, Any]:
    return to_json(from_json(newest.content) if newest else Weights())
