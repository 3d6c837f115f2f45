"""Changing terms: a new version with its reason, in force from the next night on (ANA-2, ANA-6, ANA-7)."""

from datetime import datetime
from typing import Any, TypeVar

from keyuan.analytics import permissions
from keyuan.analytics.models import TermsVersion
from keyuan.analytics.selectors.terms import TermsKind
from keyuan.customers.selectors.classification.places import covers_all
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Forbidden, Invalid, Refused
from keyuan.platform.versions import append_version

T = TypeVar("T")


def require_governing(actor: Actor) -> None:
    """Raise Forbidden unless the actor keeps models and reaches the whole book, for which terms count."""
    actor.require(permissions.RUN)
    if not covers_all(actor):
        raise Forbidden("value_terms.whole_book")


def save_terms(*, actor: Actor, kind: TermsKind[T], number: int, terms: T, reason: str, now: datetime) -> TermsVersion:
    """Put ``terms`` in force as the version after ``number``; the next night reckons by them.

    Raises Invalid, Refused ``….reason`` and ``….unchanged`` of the kind, Conflict when somebody saved first.
    """
    require_governing(actor)
    wrong = [Refused(code, field=field) for field, code in kind.faults(terms)]
    if wrong:
        raise Invalid(wrong)

    def present(newest: TermsVersion | None) -> dict[str, Any]:
        return kind.to_json(kind.from_json(newest.content) if newest else kind.defaults())

    return append_version(
        kind.model._default_manager, actor=actor, kind=kind.key, number=number, content=kind.to_json(terms),
        present=present, reason=reason, now=now,
    )  # fmt: skip
