"""Changing the terms of retention work: a new version with its reason, in force from the next night on (ANA-6)."""

from datetime import datetime
from typing import Any

from keyuan.analytics.models import ChurnTerms
from keyuan.analytics.rules.churn.terms import Terms, faults, from_json, to_json
from keyuan.analytics.services.terms import require_governing
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Invalid, Refused
from keyuan.platform.versions import append_version


def save_churn_terms(*, actor: Actor, number: int, terms: Terms, reason: str, now: datetime) -> ChurnTerms:
    """Put ``terms`` in force as the version after ``number``; cases that are open keep their group.

    Raises Invalid, Refused ``churn_terms.reason`` and ``churn_terms.unchanged``, Conflict when somebody saved first.
    """
    require_governing(actor)
    wrong = [Refused(code, field=field) for field, code in faults(terms)]
    if wrong:
        raise Invalid(wrong)
    return append_version(
        ChurnTerms.objects, actor=actor, kind="churn_terms", number=number, content=to_json(terms), present=_present,
        reason=reason, now=now,
    )  # fmt: skip


def _present(newest: ChurnTerms | None) -> dict[str, Any]:
    return to_json(from_json(newest.content) if newest else Terms())
