"""Customers kept for one unit or post for a while (MKT-9)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from keyuan.contact import permissions
from keyuan.contact.models import Reservation
from keyuan.contact.selectors.facts import PLACE
from keyuan.contact.selectors.reservations import access_reservation, in_force
from keyuan.contact.selectors.terms import rules_in_force
from keyuan.contact.services.permits.locking import lock_budgets
from keyuan.customers.models import CustomerSummary
from keyuan.customers.selectors import visible_among
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action, Entry, Subject, record, record_many


def reserve_customers(
    *, actor: Actor, customer_ids: Sequence[int], until: datetime, reason: str, now: datetime, for_post: bool = False
) -> list[int]:
    """Keep customers for the actor's unit, or for the actor's post alone; returns the ids of the reservations.

    Those reserved already and those out of reach stay as they are. Raises `Refused` without unit or reason, or for a
    term that is over or longer than the rules allow.
    """
    actor.require(permissions.RESERVE)
    _check(actor, until, reason, now)
    ids = sorted(visible_among(actor, list(dict.fromkeys(customer_ids)), now=now))
    with transaction.atomic():
        lock_budgets(ids)
        taken = set(in_force(now).filter(customer_id__in=ids).values_list("customer_id", flat=True))
        places = {row.pop("pk"): row for row in CustomerSummary.objects.filter(pk__in=ids).values("pk", *PLACE)}
        rows = [
            Reservation(
                customer_id=pk, unit_id=actor.unit_id or 0, post_id=actor.post_id if for_post else None,
                holder_name=f"{actor.unit_name} {actor.name if for_post else ''}".strip()[:80],
                reason=reason.strip()[:200], starts_at=now, until=until, staff_id=actor.id,
                staff_name=actor.name[:40], **places[pk],
            )
            for pk in ids
            if pk not in taken
        ]  # fmt: skip
        Reservation.objects.bulk_create(rows)
        after = {"unit_id": actor.unit_id, "until": until.isoformat()}
        entries = [Entry(Subject("reservation", row.pk), after=after, customer_id=row.customer_id) for row in rows]
        record_many(actor, Action.CREATE, entries, reason=reason, now=now)
    return [row.pk for row in rows]


def _check(actor: Actor, until: datetime, reason: str, now: datetime) -> None:
    longest = rules_in_force().reservation_days
    if not reason.strip():
        raise Refused("reservation.reason_missing", field="reason")
    if actor.unit_id is None:
        raise Refused("reservation.no_unit")
    if not now < until <= now + timedelta(days=longest):
        raise Refused("reservation.term", field="until", days=longest)


def release_reservation(*, actor: Actor, reservation_id: int, now: datetime) -> Reservation:
    """End a reservation; ending it again changes nothing."""
    actor.require(permissions.RESERVE)
    with transaction.atomic():
        row = access_reservation(actor, reservation_id, now=now, lock=True)
        if row.released_at is None:
            row.released_at = now
            row.save(update_fields=["released_at"])
            after = {"released_at": now.isoformat()}
            record(
                actor, Action.UPDATE, Subject("reservation", row.pk), after=after, customer_id=row.customer_id, now=now
            )
    return row


def withdraw_reservations(*, actor: Actor, reservation_ids: Sequence[int], now: datetime) -> int:
    """Take back a bulk of reservations that the actor just made."""
    actor.require(permissions.RESERVE)
    mine = Reservation.objects.filter(pk__in=reservation_ids, staff_id=actor.id, released_at__isnull=True)
    entries = [
        Entry(Subject("reservation", pk), customer_id=owner) for pk, owner in mine.values_list("pk", "customer_id")
    ]
    record_many(actor, Action.UNDO, entries, now=now)
    return mine.update(released_at=now)
