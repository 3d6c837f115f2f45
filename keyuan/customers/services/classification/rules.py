"""Changing the thresholds: a new version with its reason and what it moves, then a run over the whole book (CUS-5)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from keyuan.customers import permissions
from keyuan.customers.models import ClassChange, ClassRules
from keyuan.customers.rules.classification import Thresholds, faults, from_json, to_json
from keyuan.customers.selectors.classification.columns import rules_in_force
from keyuan.customers.selectors.classification.places import covers_all
from keyuan.customers.selectors.classification.preview import Preview, preview
from keyuan.customers.services.classification.bulk import start_run
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Forbidden, Invalid, Refused
from keyuan.platform.versions import append_version


def require_governing(actor: Actor) -> None:
    """Raise Forbidden unless the actor may set thresholds, which count for the whole book, and reaches all of it."""
    actor.require(permissions.CLASS_RULES)
    if not covers_all(actor):
        raise Forbidden("class_rules.whole_book")


def check(thresholds: Thresholds) -> None:
    """Raise `Invalid` with a `Refused` for each field that is wrong."""
    wrong = [Refused(code, field=field, **params) for field, code, params in faults(thresholds)]
    if wrong:
        raise Invalid(wrong)


def preview_rules(*, actor: Actor, thresholds: Thresholds, now: datetime) -> Preview:
    """Return what ``thresholds`` would move, compared with those in force. Raises Invalid; see `preview`."""
    require_governing(actor)
    check(thresholds)
    present, _version = rules_in_force()
    return preview(present, thresholds, now.date())


def save_rules(*, actor: Actor, number: int, thresholds: Thresholds, reason: str, now: datetime) -> ClassRules:
    """Put ``thresholds`` in force as the version after ``number`` and start a run over the whole book.

    Raises Invalid, Refused ``class_rules.reason`` and ``class_rules.unchanged``, Conflict when somebody saved first or
    a run is under way.
    """
    require_governing(actor)
    check(thresholds)
    present, _version = rules_in_force()
    moves = preview(present, thresholds, now.date()).moves if present != thresholds else []
    with transaction.atomic():
        made = append_version(
            ClassRules.objects, actor=actor, kind="class_rules", number=number, content=to_json(thresholds),
            present=_present, reason=reason, now=now,
            moved={f"{move.axis}.{move.old}.{move.new}": move.moves for move in moves},
        )  # fmt: skip
        start_run(actor=actor, cause=ClassChange.Cause.RULES)
    return made


def _present(newest: ClassRules | None) -> dict[str, Any]:
    return to_json(from_json(newest.content) if newest else Thresholds())
