"""Changing the assumptions of value: a new version with its reason, in force from the next night on (ANA-2)."""

from datetime import datetime
from typing import Any

from keyuan.analytics import permissions
from keyuan.analytics.models import ValueTerms
from keyuan.analytics.rules.value.assumptions import Assumptions, faults, from_json, to_json
from keyuan.customers.selectors.classification.places import covers_all
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Forbidden, Invalid, Refused
from keyuan.platform.versions import append_version


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
    return append_version(
        ValueTerms.objects, actor=actor, kind="value_terms", number=number, content=to_json(terms), present=_present,
        reason=reason, now=now,
    )  # fmt: skip


def _present(newest: ValueTerms | None) -> dict[str, Any]:
    return to_json(from_json(newest.content) if newest else Assumptions())
