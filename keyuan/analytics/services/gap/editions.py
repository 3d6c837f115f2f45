"""Editions of the assumptions: issued from a day on, never changed (ANA-8)."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from keyuan.analytics import permissions
from keyuan.analytics.models import GapAssumptions
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation.selectors import in_scope
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.locks import hold
from keyuan.policies.rules.gap.assumptions import Assumptions, as_json, check

KIND = "gap_assumptions"


def last_number() -> int:
    """Return the number of the newest edition; 0 while only the usual values exist."""
    return GapAssumptions.objects.aggregate(top=Max("number"))["top"] or 0


def issue_assumptions(
    *, actor: Actor, values: Assumptions, valid_from: date, reason: str, after: int, now: datetime
) -> GapAssumptions:
    """Issue an edition behind number ``after``. Results that stand keep theirs.

    Raises `Refused` gap.whole_book, gap.reason, gap.past, gap.same_values, `Invalid` for values, `Conflict` when
    another edition was issued meanwhile.
    """
    actor.require(permissions.GAP_ASSUME)
    if in_scope(actor):
        raise Refused("gap.whole_book")
    check(values)
    if not reason.strip():
        raise Refused("gap.reason", field="reason")
    if valid_from < timezone.localdate(now):
        raise Refused("gap.past", field="valid_from")
    with transaction.atomic():
        hold("gap assumptions")
        last = last_number()
        if last != after:
            raise Conflict("conflict", version=last)
        before = GapAssumptions.objects.filter(number=last).first()
        stood = before.values if before else as_json(Assumptions())
        if stood == as_json(values):
            raise Refused("gap.same_values")
        made = GapAssumptions.objects.create(
            number=last + 1, valid_from=valid_from, values=as_json(values), reason=reason.strip()[:200],
            made_by_id=actor.id, made_by_name=actor.name[:40], made_at=now,
        )  # fmt: skip
        record(
            actor, Action.CREATE, Subject(KIND, made.pk), before=stood, after=made.values, reason=made.reason, now=now
        )
    return made
