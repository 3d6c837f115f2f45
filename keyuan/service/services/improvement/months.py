"""The minutes of a month, and the service star (客户守护者): proposals and one vote each (SRV-11)."""

from datetime import date, datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.platform import people
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.locks import hold
from keyuan.service import permissions
from keyuan.service.models import MonthlyReview, StarNomination, StarVote


def write_minutes(
    *, actor: Actor, month: date, minutes: str, names: str, held_on: date | None, version: int, now: datetime
) -> MonthlyReview:
    """Write the minutes of a month; ``version`` is the one that was read, 0 for the first.

    Raises Refused for an empty text, Conflict when somebody else wrote in the meantime.
    """
    actor.require(permissions.IMPROVEMENT_REVIEW)
    if not minutes.strip():
        raise Refused("improve.minutes", field="minutes")
    with transaction.atomic():
        hold(f"improvement:month:{month}")
        row = MonthlyReview.objects.filter(month=month).first() or MonthlyReview(month=month, version=0)
        if row.version != version:
            raise Conflict("improve.moved_on", version=row.version, theirs={"minutes": row.minutes})
        row.minutes, row.people, row.held_on = minutes.strip()[:10_000], names.strip()[:300], held_on
        row.written_by_name, row.written_at, row.version = actor.name[:80], now, row.version + 1
        row.save()
        record(actor, Action.UPDATE, Subject("monthly_review", row.pk), after={"month": month}, now=now)
    return row


def _require_open(month: date, today: date) -> None:
    if month != today.replace(day=1):
        raise Refused("star.over", field="reason")


def nominate(
    *, actor: Actor, month: date, user_id: int | None, reason: str, today: date, now: datetime
) -> StarNomination:
    """Propose somebody for the running month, with the reason; whoever stands there already is not proposed twice.

    Raises Refused for oneself, nobody, no reason or a month that is over; Conflict for somebody proposed already.
    """
    actor.require(permissions.STAR)
    _require_open(month, today)
    name = people.names_of([user_id]).get(user_id, "") if user_id else ""
    if not user_id or not name:
        raise Refused("star.nobody", field="person")
    if user_id == actor.id:
        raise Refused("star.self", field="person")
    if not reason.strip():
        raise Refused("star.reason", field="reason")
    with transaction.atomic():
        hold(f"star:{month}")
        if StarNomination.objects.filter(month=month, user_id=user_id).exists():
            raise Conflict("star.twice", field="person", name=name)
        row = StarNomination.objects.create(
            month=month, user_id=user_id, name=name[:80], reason=reason.strip()[:300], by_id=actor.id,
            by_name=actor.name[:80], at=now,
        )  # fmt: skip
        record(actor, Action.CREATE, Subject("star", row.pk), after={"name": name, "month": month}, now=now)
    return row


def vote(*, actor: Actor, nomination_id: int, today: date, now: datetime) -> StarVote:
    """Give one's vote of the running month; a second one moves it. Raises Refused for oneself and past months."""
    actor.require(permissions.STAR)
    row = StarNomination.objects.filter(pk=nomination_id).first()
    if row is None:
        raise NotFound("star.not_found")
    _require_open(row.month, today)
    if row.user_id == actor.id:
        raise Refused("star.self")
    with transaction.atomic():
        hold(f"star:{row.month}")
        given, _made = StarVote.objects.update_or_create(
            month=row.month, voter_id=actor.id or 0, defaults={"nomination": row, "at": now}
        )
        record(actor, Action.OTHER, Subject("star", row.pk), after={"voted": True}, now=now)
    return given
